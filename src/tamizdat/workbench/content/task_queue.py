"""What waits for an account: of the standings of :mod:`tamizdat.translation.standings`, what is for it, the next first.

========  ====================================================================
why       what it is to do
========  ====================================================================
mend      its own translation was returned
approve   somebody else's was reviewed (editors)
review    somebody else proposed (reviewers, editors)
update    the post was edited after it was translated
new       nothing is translated yet
help      somebody else's was returned, and nobody mended it yet
========  ====================================================================

Everything that waits can be counted, narrowed (:class:`Wanted`) and paged through without a look at a post; only those
that are shown are read. What an editor put first (:mod:`tamizdat.workbench.priorities`) comes first in its list.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.post_details import read_details
from tamizdat.archive.views.posts import Version
from tamizdat.dataclass import dataclass
from tamizdat.translation import queue
from tamizdat.translation.standing import Standing, Voice
from tamizdat.translation.standings import Standings, standings
from tamizdat.workbench.auth.accounts import Account

ORDER: Final = ("mend", "approve", "review", "update", "new", "help")
DEFAULT: Final = "en"  #: what an account without languages begins with at a desk where nothing is translated
LENGTHS: Final = {"short": (0, 40), "medium": (41, 200), "long": (201, 1 << 40)}  #: words, from and to
_LISTED: Final = {"new": "new", "stale": "update"}


@dataclass(frozen=True)
class Task:
    """Something to do. *number* is that of the post's page."""

    why: str
    version: Version
    language: str
    number: int
    words: str  #: of the post, or what it repeats if it has none of its own
    long: int = 0  #: how many words there are
    thread: int = 0  #: how many posts its thread has, if it is in one
    first: bool = False  #: whether an editor put it first

    @property
    def covered(self) -> bool:
        """Whether the author covered the words: a list then shows with what."""
        return bool(self.version.summary and read_details(self.version.details).sensitive)

    @property
    def path(self) -> str:
        """Where it is done."""
        review = "/review" if self.why in ("approve", "review") else ""
        return f"/translate/{self.number}/{self.language}{review}"


@dataclass(frozen=True)
class Wanted:
    """What of a queue somebody wants to see: all of it, unless it is said otherwise.

    *voice* is the number of the voice's first post, *since* and *until* are days, *length* one of :data:`LENGTHS`,
    *thread* the number of a post, whose thread it then is.
    """

    why: str = ""
    voice: int | None = None
    since: str = ""
    until: str = ""
    length: str = ""
    thread: int | None = None
    newest: bool = False  #: first
    put_first: bool = False  #: only what an editor put first

    def narrows(self) -> bool:
        """Tell whether it is less than everything."""
        return replace(self, why="", newest=False) != Wanted()


@dataclass(frozen=True)
class Queue:
    """What waits for an account in a language: places by why, in the order in which they are shown."""

    now: Standings
    places: Mapping[str, Sequence[int]]

    @property
    def total(self) -> int:
        """How much waits."""
        return sum(map(len, self.places.values()))

    def every(self) -> Iterator[tuple[str, int]]:
        """Yield why and place of all of it, in order."""
        return ((why, place) for why in ORDER for place in self.places.get(why, ()))


def for_one(kinds: Mapping[str, int]) -> int:
    """Return how much of a queue waits for this account and few others: what a page's title counts."""
    return sum(kinds.get(why, 0) for why in ("mend", "approve", "review"))


def languages_of(archive: Archive, account: Account) -> list[str]:
    """Return the languages this account works in."""
    return list(account.languages) or queue.languages(archive) or [DEFAULT]


def queue_of(
    archive: Archive, account: Account, language: str, wanted: Wanted | None = None, first: Collection[str] = ()
) -> Queue:
    """Return what waits for an account in a language, as it is *wanted*; *first* are the ids of posts to put first."""
    now, wanted = standings(archive, language), wanted or Wanted()
    found = {why: places for why, places in _for(account, now).items() if wanted.why in ("", why)}
    if wanted.narrows():
        fits = _Fitting(archive, now, wanted, first)
        found = {why: [place for place in places if fits(now.at(place))] for why, places in found.items()}
    if wanted.newest:
        found = {why: sorted(places, key=now.rank, reverse=True) for why, places in found.items()}
    if ahead := {place for post in first if (place := now.place(post)) is not None}:
        for why, places in found.items():
            front = [place for place in places if place in ahead]
            found[why] = [*front, *(place for place in places if place not in ahead)] if front else places
    return Queue(now, found)


def _for(account: Account, now: Standings) -> dict[str, Sequence[int]]:
    """Return the places by why, from the account's point of view."""

    def own(place: int) -> bool:
        head = now.head(place)
        return head is not None and head.by == account.tag(now.at(place).post, now.language)

    found: dict[str, Sequence[int]] = dict.fromkeys(ORDER, ())
    for why, places in now.places.items():
        match why:
            case "returned":
                found["mend"] = [place for place in places if own(place)]
                found["help"] = [place for place in places if not own(place)]
            case "proposed" if account.may("review"):
                found["review"] = [place for place in places if not own(place)]
            case "reviewed" if account.may("approve"):
                found["approve"] = [place for place in places if not own(place)]
            case "new" | "stale":
                found[_LISTED[why]] = places
    return found


class _Fitting:
    """Whether a post is among those that are wanted."""

    def __init__(self, archive: Archive, now: Standings, wanted: Wanted, first: Collection[str]) -> None:
        self._wanted, self._first = wanted, first
        self._voices = {author for author, each in now.voices.items() if each.number == wanted.voice}
        self._least, self._most = LENGTHS.get(wanted.length, (0, 1 << 40))
        self._thread = _thread_of(archive, now, wanted.thread)

    def __call__(self, each: Standing) -> bool:
        wanted = self._wanted
        return (
            (wanted.voice is None or each.voice in self._voices)
            and self._least <= each.words <= self._most
            and wanted.since <= each.day
            and (not wanted.until or (each.day != "" and each.day <= wanted.until))
            and (wanted.thread is None or (each.thread or each.post) == self._thread)
            and (not wanted.put_first or each.post in self._first)
        )


def _thread_of(archive: Archive, now: Standings, number: int | None) -> str:
    version = archive.index.posts.version(number) if number is not None else None
    place = now.place(version.post) if version else None
    return "" if place is None else now.at(place).thread or now.at(place).post


def voices(now: Standings, most: int = 200) -> list[tuple[Voice, int]]:
    """Return who wrote what waits in a language, with how much of each, most first; at most *most* of them."""
    waiting = (tally.voices for why, tally in now.tallies.items() if why != "approved")
    found = sum(waiting, Counter[str]())
    ranked = sorted(found.items(), key=lambda each: (-each[1], now.voices[each[0]].number))
    return [(now.voices[author], many) for author, many in ranked[:most]]


def tasks(archive: Archive, queue: Queue, start: int, end: int, first: Collection[str] = ()) -> list[Task]:
    """Return the tasks from *start* to *end* (counted from 0) of a queue; what was forgotten meanwhile is left out."""
    chosen: list[tuple[str, int]] = []
    for why in ORDER:
        places = queue.places.get(why, ())
        chosen += [(why, place) for place in places[max(start, 0) : max(end, 0)]]
        start, end = start - len(places), end - len(places)
    return list(_tasks(archive, queue.now, chosen, first))


def _tasks(
    archive: Archive, now: Standings, chosen: Sequence[tuple[str, int]], first: Collection[str]
) -> Iterator[Task]:
    index, contexts = archive.index, Contexts(archive.index)
    for why, place in chosen:
        each = now.at(place)
        version = index.texts.version(each.number)
        if version is not None and not contexts.closes(version):
            words, thread = version.text or contexts.whole(version), now.threads.get(each.thread, 0)
            yield Task(why, version, now.language, each.first, words, each.words, thread, each.post in first)
