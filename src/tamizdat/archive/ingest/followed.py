"""What a desk follows, and what came of each visit: ``following.json`` in the archive's folder.

::

    {"feeds": [{"url": "https://a.example/feed", "title": "林", "on": true, "failures": 0, "visits": [
        {"first": "2026-11-23T09:00:00Z", "last": "2026-11-23T14:00:00Z", "times": 6, "said": "304"}, …],
      "moved": "", "wait_until": "", "another": "", "theirs": false, "settled": "", "left": "",
      "gone_once": {"https://a.example/57": ["2026-11-23T09:00:00Z", "https://…", 404, "2026-…"]}}
    ]}

Visits in a row that brought the same are one line with their number, so that a feed that is asked every hour for years
takes no more room than one that changes. Nothing here is evidence: what was brought is stated in the ledger. It lies
beside the posts, in the same folder, and tells nobody more than they do.

A page that is not there once is only remembered (``gone_once``); see :mod:`tamizdat.posts.feed_visits`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.archive.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical, timestamp
from tamizdat.errors import BadEncoding, DamagedInput, UsageError
from tamizdat.ledger.shapes import anything, flag, record, several, text, whole
from tamizdat.posts import manners

FILE: Final = "following.json"
WHAT: Final = "the list of what is followed"
MAX_VISITS: Final = 200  #: lines of visits that are kept of a feed
PATIENCE: Final = 3  #: failures in a row after which a feed is asked less often
HOUR: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=1)
GONE: Final = "410"
ANOTHER: Final = "another feed"  #: what came has nothing to do with what was followed


class GoneOnce(NamedTuple):
    """An answer that a post's page is not there."""

    asked: str  #: when, by our clock
    url: str
    status: int
    date: str = ""  #: when, by the site's clock; "" if it told none, or nobody looked at it yet


@dataclass
class Visits:
    """Visits in a row that brought the same: *said* is a status, ``new 3, edited 1``, or why there was no answer."""

    first: str
    last: str
    times: int
    said: str


@dataclass
class Followed:
    """A feed or account that is followed."""

    url: str
    title: str = ""
    on: bool = True
    visits: list[Visits] = field(default_factory=list)
    failures: int = 0  #: in a row
    moved: str = ""  #: where the site says it is from now on
    wait_until: str = ""  #: before this the site does not want to be asked
    gone_once: dict[str, GoneOnce] = field(default_factory=dict)  #: by post
    another: str = ""  #: since when what comes is refused as another's
    theirs: bool = False  #: whether somebody said that it is still theirs, and no visit has ended well since
    settled: str = ""  #: of when the last refused answer is of which that was decided (:mod:`.refused_answers`)
    left: str = ""  #: of when the last is that was said not to be theirs; an answer that is taken in settles it

    def note(self, now: datetime, said: str, failed: bool = False) -> None:
        """Note a visit."""
        time = timestamp(now)
        if said == ANOTHER:
            self.another = self.another or time
        elif not failed:
            self.another, self.theirs, self.settled = "", False, max(self.settled, self.left)
        self.failures = self.failures + 1 if failed else 0
        if self.visits and self.visits[-1].said == said:
            self.visits[-1].last = time
            self.visits[-1].times += 1
        else:
            self.visits = [*self.visits[-MAX_VISITS + 1 :], Visits(time, time, 1, said)]

    def switch(self, on: bool) -> None:
        """Switch it on or off; one that was gone for good or failed is tried anew."""
        self.on = on
        if on and self.visits:
            last = self.visits[-1]
            self.failures, last.said = 0, {GONE: f"{GONE}, once"}.get(last.said, last.said)

    def say_theirs(self) -> None:
        """Note that somebody looked, and that what was refused is still its author's: the next visit takes it in."""
        self.switch(True)
        self.another, self.theirs = "", True

    def due(self, now: datetime) -> str:
        """Return the time before which it should not be asked; "" if it may be at once.

        What is further off than any site may ask for, a clock has said that was set back since.
        """
        times = [self.wait_until]
        if self.failures >= PATIENCE and self.visits:
            pause = min(HOUR * 2 ** min(self.failures - PATIENCE, 10), LONGEST)
            times.append(timestamp(_read(self.visits[-1].last) + pause))
        return max((each for each in times if each <= timestamp(now + manners.LONGEST)), default="")

    @property
    def is_gone_for_good(self) -> bool:
        """Tell whether the site said so (410) at two visits, an hour or more apart."""
        if not self.visits or self.visits[-1].said != GONE:
            return False
        return _read(self.visits[-1].last) - _read(self.visits[-1].first) >= HOUR

    def document(self) -> dict[str, Json]:
        """Return it as the file has it."""
        visits: list[Json] = [
            {"first": each.first, "last": each.last, "times": each.times, "said": each.said} for each in self.visits
        ]
        gone: dict[str, Json] = {post: list[Json](said) for post, said in self.gone_once.items()}
        return {"url": self.url, "title": self.title, "on": self.on, "visits": visits, "failures": self.failures,
                "moved": self.moved, "wait_until": self.wait_until, "gone_once": gone, "another": self.another,
                "theirs": self.theirs, "settled": self.settled, "left": self.left}  # fmt: skip


def _read(time: str) -> datetime:
    return datetime.fromisoformat(time).astimezone(UTC)


class Following:
    """The list; it is read when this is made, and written by :meth:`save`."""

    def __init__(self, archive: Archive) -> None:
        self._path = archive.folder / FILE
        self._feeds = {each.url: each for each in _load(self._path)}
        for url in archive.index.posts.followed():  # from before there was a list
            self._feeds.setdefault(url, Followed(url))

    def all(self) -> list[Followed]:
        """Return what is followed, switched off or not, by address."""
        return sorted(self._feeds.values(), key=lambda each: each.url)

    def of(self, url: str, title: str = "") -> Followed:
        """Return what is known of a feed; it is added if it is new."""
        found = self._feeds.setdefault(url, Followed(url))
        found.title = found.title or title[:200]
        return found

    def __contains__(self, url: str) -> bool:
        """Tell whether this address is followed, switched off or not."""
        return url in self._feeds

    def named(self, url: str) -> Followed:
        """Return a feed that is followed; raise :class:`UsageError` if it is not."""
        if url not in self._feeds:
            raise UsageError(
                f"Expected the address of a feed that is followed, found {url[:120]!r}. 'tamizdat collect list' shows "
                "them."
            )
        return self._feeds[url]

    def save(self) -> None:
        """Write the list."""
        feeds: list[Json] = [each.document() for each in self.all()]
        write_file(self._path, canonical({"feeds": feeds}), WHAT)


def note_visit(archive: Archive, url: str, now: datetime, said: str, failed: bool = False) -> None:
    """Note a visit that whoever made it did not note; one that failed only of what is followed already."""
    following = Following(archive)
    if failed and url not in following:
        return
    feed = following.of(url)
    if not feed.visits or feed.visits[-1].last != timestamp(now):
        feed.note(now, said, failed)
        following.save()


def _load(path: Path) -> Iterable[Followed]:
    with refusals(WHAT):
        if not path.exists():
            return
        data = parse_canonical(path.read_bytes(), WHAT)
    try:
        yield from map(_followed, several(anything)(anything(data).get("feeds")))
    except BadEncoding as error:
        raise DamagedInput(
            f"Expected {WHAT}, found a file {path.name} that is none. Move it away: feeds that were visited are "
            "followed all the same; those that never were, and what is switched off, are to be named again."
        ) from error


def _followed(said: Mapping[str, Json]) -> Followed:
    gone = {post: _gone_once(each) for post, each in anything(said.get("gone_once")).items()}
    return Followed(
        text(said.get("url")),
        text(said.get("title", "")),
        flag(said.get("on", True)),
        list(several(record(Visits, first=text, last=text, times=whole, said=text))(said.get("visits"))),
        whole(said.get("failures", 0)),
        text(said.get("moved", "")),
        text(said.get("wait_until", "")),
        gone,
        text(said.get("another", "")),
        flag(said.get("theirs", False)),
        text(said.get("settled", "")),
        text(said.get("left", "")),
    )


def _gone_once(said: Json) -> GoneOnce:
    if not isinstance(said, list) or len(said) not in (3, 4):
        raise BadEncoding("Expected an answer that a page is not there, found something else.")
    asked, url, status, *date = said
    return GoneOnce(text(asked), text(url), whole(status), *map(text, date))
