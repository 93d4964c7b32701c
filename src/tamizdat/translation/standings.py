"""Where every post stands, kept in memory: a view of the archive that a queue can be read from at once.

Reading all posts and translations takes seconds at some hundred thousand, and a translator asks for the next one after
each sentence. So what a queue must know of each (a few numbers) is read once, in order, and then follows the archive:
a new translation or review changes one entry. All that ask about one archive share it. For each language that is asked
for there is a *lane*: the places of the posts that wait in it, in order, by why they wait, so that counting them costs
nothing, and nobody looks at 20,000 posts to find the next.

========= =================================================================
why       of the post in a language
========= =================================================================
new       nothing is translated yet
returned  the latest translation was sent back
stale     the post says something else since it was translated
proposed  somebody proposed it, and nobody reviewed it yet
reviewed  another account reviewed it, and no editor approved it yet
approved  it does not wait any more; it is counted
========= =================================================================
"""

import threading
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from typing import Final
from weakref import WeakKeyDictionary

from tamizdat.archive import Archive
from tamizdat.archive.released import CountingVersions
from tamizdat.archive.views.audience import open_to_accounts, open_without_consent, version_may_be_shown
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.releases import Release
from tamizdat.archive.views.translations import Head
from tamizdat.dataclass import dataclass
from tamizdat.text.languages import primary_subtag
from tamizdat.translation.standing import Order, Standing, Voice, standing_of

MANY: Final = 200  #: changed translations, from which on all are read again
WHY: Final = ("new", "returned", "stale", "proposed", "reviewed", "approved")


@dataclass(frozen=True)
class _Known:
    """For whom posts are: *audiences* of all, *releases* of those of which something was said.

    Of the few of which the newest version and its audience do not tell everything, because they have several versions
    or their author's consent, or repeat what is here by itself: *counting*, the version that counts; *opened*, whether
    translators may read the post; and *readable*, which versions of it, if there are several.
    """

    audiences: Mapping[str, str]
    releases: Mapping[str, str]
    counting: dict[str, Standing]
    opened: dict[str, bool]
    readable: dict[str, frozenset[int]]

    @classmethod
    def of(cls, archive: Archive, posts: Sequence[Standing]) -> "_Known":
        said, several = archive.index.releases.all(), archive.index.posts.of_several_versions()
        known = cls({each.post: each.audience for each in posts},
                    {post: each.release for post, each in said.items()}, {}, {}, {})  # fmt: skip
        threads = {each.post: each.thread for each in posts if each.thread}
        every, contexts = CountingVersions(archive), Contexts(archive.index)
        repeating = archive.index.posts.repeating_known()
        for post in several | repeating | {post for post, each in said.items() if each.consent}:
            versions, release = archive.index.posts.versions(post), said.get(post, Release(post))
            counting = every.of(post, versions)
            first = min(each.number for each in versions)
            known.counting[post] = standing_of(counting.version, contexts, first, threads.get(post, ""))
            known.opened[post] = open_to_accounts(counting, release)
            own = [each for each in versions if each.source == counting.version.source and not contexts.hides(each)]
            known.readable[post] = frozenset(each.number for each in own if version_may_be_shown(each, release))
        return known

    def is_open(self, post: str) -> bool:
        """Return whether translators may read a post now."""
        known = self.opened.get(post)
        if known is None:
            return open_without_consent(self.audiences.get(post, ""), self.releases.get(post, ""))
        return known


@dataclass
class Tally:
    """What waits for one reason, added up: words, posts by month of publication (``2013-05``) and by author."""

    words: int = 0
    months: "Counter[str]" = field(default_factory=Counter)
    voices: "Counter[str]" = field(default_factory=Counter)

    def count(self, each: Standing, sign: int) -> None:
        """Count a post in (1) or out (-1)."""
        self.words += sign * each.words
        for counter, key in ((self.months, each.day[:7]), (self.voices, each.voice)):
            if counter is self.voices and not key:  # a transcript has several, or nobody is named
                continue
            counter[key] += sign
            if not counter[key]:
                del counter[key]

    def copy(self) -> "Tally":
        """Return one that does not change any more."""
        return Tally(self.words, Counter(self.months), Counter(self.voices))


class _Lane:
    """The places of the posts that wait in one language, in order, by why, and what they add up to."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.places: dict[str, list[int]] = {}
        self.tallies: dict[str, Tally] = {}
        self._why: dict[int, str] = {}
        self._epoch, self._seen = -1, 0

    def follow(self, board: "_Board") -> None:
        if self._epoch != board.epoch:
            self._make(board)
        for post, language in board.touched[self._seen :]:
            if language == self.language and post in board.places:
                self._look_again(board, board.places[post])
        self._epoch, self._seen = board.epoch, len(board.touched)

    def _make(self, board: "_Board") -> None:
        self.places, self.tallies, self._why = {why: [] for why in WHY}, {why: Tally() for why in WHY}, {}
        for place in range(len(board.order.posts)):
            if why := board.why(place, self.language):
                self._why[place] = why
                self.places[why].append(place)
                self.tallies[why].count(board.at(place), 1)
        self._seen = len(board.touched)

    def _look_again(self, board: "_Board", place: int) -> None:
        before, now = self._why.pop(place, ""), board.why(place, self.language)
        if before:
            del self.places[before][bisect_left(self.places[before], place)]
            self.tallies[before].count(board.at(place), -1)
        if now:
            self._why[place] = now
            insort(self.places[now], place)
            self.tallies[now].count(board.at(place), 1)


class _Board:
    def __init__(self) -> None:
        self.mutex = threading.Lock()
        self.order = Order()
        self.places: dict[str, int] = {}
        self.known = _Known({}, {}, {}, {}, {})
        self.heads: dict[tuple[str, str], Head] = {}
        self.lanes: dict[str, _Lane] = {}
        self.epoch = 0  #: changes whenever more than single translations did
        self.touched: list[tuple[str, str]] = []  #: translations that changed since, by post and language
        self._seen = (-1, -1, -1)  #: the index's stamp
        self._stamp = (-1, -1, -1)
        self._others: tuple[int, ...] = ()  #: of transcripts and stories
        self._newest = -2
        self._gone = -1

    def follow(self, archive: Archive) -> None:
        index = archive.index
        if (seen := index.stamp()) == self._seen:
            return
        translations = index.translations
        stamp, others = translations.stamp(), (*archive.index.transcripts.stamp(), *archive.index.stories.stamp())
        posts_changed, others_changed = stamp[:2] != self._stamp[:2], others != self._others
        if posts_changed and self.order.follow(archive):
            self._newest = -2
        if others_changed:
            self.order.follow_first(archive)
        if posts_changed or others_changed:
            self.places = {each.post: place for place, each in enumerate(self.order.posts)}
        if stamp != self._stamp or others_changed:
            self.known = _Known.of(archive, self.order.posts)
            self._begin_anew()
        self._stamp, self._others = stamp, others
        newest, before, gone, changed = translations.changed(self._newest)
        if before != self._gone or len(changed) > MANY or self._newest < -1:
            self.heads = translations.heads()
            self._begin_anew()
        else:
            self._change(archive, changed)
        self._newest, self._gone = newest, gone  # as before anything was read: what is forgotten meanwhile is told
        self._seen = seen  # taken before anything was asked: what came meanwhile is seen the next time

    def _begin_anew(self) -> None:
        self.epoch += 1
        self.touched = []

    def _change(self, archive: Archive, changed: set[int]) -> None:
        translations = archive.index.translations
        for number in changed:
            each = translations.translation(number)
            head = translations.latest(each.post, each.language) if each else None
            if head:
                self.heads[head.post, head.language] = Head(head.number, head.text, head.by, head.state)
                self.touched.append((head.post, head.language))

    def at(self, place: int) -> Standing:
        each = self.order.posts[place]
        return self.known.counting.get(each.post, each)

    def why(self, place: int, language: str) -> str:
        """Return why the post at this place waits in a language; "" if it does not."""
        now = self.at(place)
        if now.spoken == primary_subtag(language) or not self.known.is_open(now.post):
            return ""
        head = self.heads.get((now.post, language))
        if head is None or head.text != now.text:
            return ("stale" if head else "new") if now.worded else ""
        return head.state

    def lane(self, language: str) -> _Lane:
        lane = self.lanes.setdefault(language, _Lane(language))
        lane.follow(self)
        return lane


_OPEN: Final[WeakKeyDictionary[Archive, _Board]] = WeakKeyDictionary()
_OPENING: Final = threading.Lock()


@contextmanager
def _followed(archive: Archive) -> Iterator[_Board]:
    with _OPENING:
        board = _OPEN.setdefault(archive, _Board())
    with board.mutex:
        board.follow(archive)
        yield board


@dataclass(frozen=True)
class Standings:
    """What waits in one language, as it is now: *places* by why (:data:`WHY`), in the queue's order.

    The oldest comes first, each thread together; what has no time comes last, but for others' posts of which the
    platform gave out only the beginning.
    """

    language: str
    places: Mapping[str, Sequence[int]]
    tallies: Mapping[str, Tally]
    voices: Mapping[str, Voice]
    threads: Mapping[str, int]  #: how many posts are in a thread, by its first post
    releases: Mapping[str, str]  #: of posts of which something was said
    _posts: Sequence[Standing]
    _places: Mapping[str, int]
    _ranks: Sequence[int]
    _counting: Mapping[str, Standing]
    _heads: Mapping[tuple[str, str], Head]

    def at(self, place: int) -> Standing:
        """Return the post at a place."""
        each = self._posts[place]
        return self._counting.get(each.post, each)

    def head(self, place: int) -> Head | None:
        """Return its latest translation."""
        return self._heads.get((self._posts[place].post, self.language))

    def place(self, post: str) -> int | None:
        """Return the place of a post; None if it is not here."""
        return self._places.get(post)

    def rank(self, place: int) -> int:
        """Return how many posts are older."""
        return self._ranks[place]


def standings(archive: Archive, language: str) -> Standings:
    """Return what waits in a language now."""
    with _followed(archive) as board:
        lane = board.lane(language)
        return Standings(
            language,
            {why: tuple(found) for why, found in lane.places.items()},
            {why: found.copy() for why, found in lane.tallies.items()},
            board.order.voices, board.order.threads, board.known.releases,
            board.order.posts, board.places, board.order.ranks, board.known.counting, board.heads,
        )  # fmt: skip


def languages(archive: Archive) -> list[str]:
    """Return the languages into which anything was translated here."""
    with _followed(archive) as board:
        return sorted({language for _, language in board.heads})


def seen_by_translators(archive: Archive) -> Callable[[str, int], bool]:
    """Return a function that tells whether translators may read a version of a post now, by the post's id and number.

    It tells what is so now, and not what will be.
    """
    with _followed(archive) as board:
        known = board.known

    return lambda post, version: known.is_open(post) and version in known.readable.get(post, (version,))


def told_at_once(archive: Archive) -> Callable[[str, str, int | None], bool | None]:
    """Return a function that tells whether translators may read a post, or a translation of it; None: look closely.

    It is asked for the post's id, the translation's language and its number (None for the post itself). What it tells
    at once are posts of one version that nobody consented to, and translations of what they say now: nearly all.
    """
    with _followed(archive) as board:
        posts, places, known, heads = board.order.posts, board.places, board.known, board.heads

    def tell(post: str, language: str, translated: int | None) -> bool | None:
        place = places.get(post)
        if place is None or post in known.opened or not posts[place].worded:
            return None
        if not known.is_open(post):
            return False
        head = heads.get((post, language))
        if translated is None or (head and (head.number, head.text) == (translated, posts[place].text)):
            return True
        return None

    return tell
