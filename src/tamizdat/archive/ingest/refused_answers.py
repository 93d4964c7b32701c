"""Answers of a feed that were refused as another's: kept as they came, until somebody says whose they are.

::

    captured  {"kind": "refused", "path": "feed", "format": "feed/v4", "url": "https://a.example/feed", "seen": …, …}

A feed holds its last entries. What a blog that was begun anew writes before somebody looks would be gone from it by
then; so the bytes of each refused answer that says something new are an object, and a statement tells when they came
from which address, under the ledger's stamps like any other. It states no post.

Once somebody says that it is still their author (``collect theirs``), these answers are taken in one after the other,
each as of the visit that brought it; a run that was killed is gone on with by the next visit, and nothing is stated
twice. Of what is said to be another's (``collect off``) nothing more is told; the bytes stay, as evidence of what stood
there, and are not taken in with answers that came later.

A stranger fills no disk: of one address at most :data:`MOST` answers and :data:`ROOM` bytes wait, and an answer whose
entries have only other words than before (a count, a price) is kept once a day.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.followed import Followed, Following
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.ingest.kept_files import Origin, time_of_visit
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, sha256_hex, timestamp
from tamizdat.errors import BadArchive
from tamizdat.keys import SigningKey
from tamizdat.posts.export import Bytes
from tamizdat.posts.formats import members
from tamizdat.posts.formats.feeds import MAX_FEED, FetchedFeed
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment
from tamizdat.statements import captured
from tamizdat.statements.captured import CapturedSource

REFUSED: Final = "refused"  #: the kind of such a file
FEED: Final = "feed"  #: its path
MOST: Final = 500  #: answers of one address that wait for somebody's word
ROOM: Final = 64 << 20  #: bytes of them
COMPARED: Final = 8  #: of the last ones, with which a new one is compared
DAY: Final = timedelta(days=1)
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Refused:
    """An answer that was refused and kept: the index of its statement, and what that says."""

    number: int
    said: CapturedSource

    @property
    def as_of(self) -> str:
        """For when it speaks: of two of one address the later one is later, whatever a clock said."""
        return self.said.as_of or self.said.seen

    @property
    def name(self) -> str:
        """What the feed calls itself in it."""
        return members.text(self.said.context or {}, "title")


def waiting(archive: Archive, feed: Followed) -> list[Refused]:
    """Return the answers that would be taken in if it is still theirs, the oldest first.

    Those that were said not to be theirs are among them only where none came since: that word is for what is asked now.
    """
    found = [each for each in _all(archive, feed.url) if each.as_of > feed.settled]
    return [each for each in found if each.as_of > feed.left] or found


def unanswered(archive: Archive) -> dict[str, list[Refused]]:
    """Return the addresses of which somebody has to say whether they are still theirs, and what was kept of each."""
    found = {}
    for feed in Following(archive).all():
        told = [each for each in waiting(archive, feed) if each.as_of > feed.left]
        if told or (feed.another and feed.on):
            found[feed.url] = told
    return found


def entries(archive: Archive, refused: Refused) -> list[Post]:
    """Return the entries of a refused answer; none of one whose bytes are damaged."""
    try:
        body = _body(archive, refused)
    except BadArchive:
        return []
    reader, export = _reader(refused), Bytes(FEED, body)
    return [each.post for each in reader.read(reader.plan(export, IngestReport()), export.open, IngestReport())]


def keep(
    archive: Archive, desk: SigningKey, feed: Followed, body: bytes, posts: Sequence[Post],
    context: Mapping[str, Json], now: datetime, tags: tuple[str | None, str | None] = (None, None),
) -> str:  # fmt: skip
    """Keep a refused answer if it says something new, and if there is room; return what is to be told of those kept.

    *posts* are its entries, *context* is what their reader must know, *tags* its ETag and Last-Modified.
    """
    every = _all(archive, feed.url)
    before = [each for each in every if each.as_of > max(feed.settled, feed.left)]
    size = sum(each.said.size for each in before)
    if not _is_new(archive, before, posts, now):
        return _told(before)
    if len(before) >= MOST or size + len(body) > ROOM:
        return f"{_told(before)} That is as many as are kept: what comes from now on is lost. Say whose it is."
    digest = archive.objects.add([body])
    seen, last = timestamp(now), moment(every[-1].as_of) if every else None
    as_of = max(time_of_visit(archive, feed.url, seen), timestamp(last + SECOND) if last else "")
    etag, modified = tags
    said = CapturedSource(
        REFUSED, FEED, FetchedFeed.NAME, len(body), seen, as_of, context, feed.url, etag, modified, original=digest
    )
    [number] = state(archive, desk, [said.to_statement()])
    return _told([*before, Refused(number, said)])


def take_in(archive: Archive, desk: SigningKey, feed: Followed, report: IngestReport) -> bool:
    """Take in the answers of a feed that wait, in order and each as of its own visit; return whether there were any.

    What was taken in by a run that was killed is not stated once more.
    """
    every = waiting(archive, feed)
    for each in every:
        try:
            body = _body(archive, each)
        except BadArchive as error:  # the others are none the worse; ``check`` tells what to do
            report.problem("damaged", FEED, detail=str(error))
            continue
        said = each.said
        origin = Origin(feed.url, said.etag, said.modified, each.as_of)
        ingest(archive, desk, Bytes(FEED, body), _reader(each), _time(said.seen), report, origin)
    if every:
        feed.settled = every[-1].as_of
        report.notes.append(f"Answers that had been refused were taken in: {len(every):,}, {_span(every)}.")
    return bool(every)


def leave(archive: Archive, feed: Followed) -> int:
    """Note that what waits is not theirs; return how many answers that are. Their bytes stay."""
    told = [each for each in waiting(archive, feed) if each.as_of > feed.left]
    if told:
        feed.left = told[-1].as_of
    return len(told)


def _all(archive: Archive, url: str) -> list[Refused]:
    """Return every answer of an address that was refused and is not forgotten, the oldest first."""
    found = []
    for number in archive.index.posts.refused(url):
        said = captured.read(archive.statement(number))
        if isinstance(said, CapturedSource):
            found.append(Refused(number, said))
    return sorted(found, key=lambda each: (each.as_of, each.number))


def _is_new(archive: Archive, before: Sequence[Refused], posts: Sequence[Post], now: datetime) -> bool:
    """Tell whether an answer has an entry that those before it had not; if it has only other words, once a day."""
    if not before:
        return True
    known = [post for each in before[-COMPARED:] for post in entries(archive, each)]
    if {each.id for each in posts} - {each.id for each in known}:
        return True
    words = {(each.id, each.said) for each in posts} - {(each.id, each.said) for each in known}
    return bool(words) and not timedelta(0) <= now - _time(before[-1].said.seen) < DAY


def _told(kept: Sequence[Refused]) -> str:
    return f"Of its answers {len(kept):,} {'is' if len(kept) == 1 else 'are'} kept as they came, {_span(kept)}."


def _span(kept: Sequence[Refused]) -> str:
    first, last = kept[0].said.seen[:10], kept[-1].said.seen[:10]
    return f"of {first}" if first == last else f"of {first} to {last}"


def _reader(refused: Refused) -> FetchedFeed:
    context = refused.said.context or {}
    return FetchedFeed(refused.said.url or "", members.text(context, "charset"), members.text(context, "fetched"))


def _body(archive: Archive, refused: Refused) -> bytes:
    digest = refused.said.original
    with archive.objects.open(digest) as file:
        body = file.read(MAX_FEED + 1)
    if sha256_hex(body) != digest:
        archive.objects.check(digest)
        raise BadArchive(f"Object {digest}: expected the bytes of a feed's answer, found others.")
    return body


def _time(told: str) -> datetime:
    return datetime.fromisoformat(told)
