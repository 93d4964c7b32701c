"""Files in which many posts stand, without the bytes of some: an export, the answers of a feed.

A post that goes takes its bytes with it, wherever they stand: in the file it was read from, and in every later one of
the same source in which it was seen again. There nobody has stated where. So its bytes are looked for, and, as counts
of likes change from one to the next, its words too, in the ways in which formats write them, and the element around
them (:mod:`~tamizdat.archive.forgetting.elements`). A page that is one post's alone goes whole, in every export. Bytes
from which a post that stays is read are never touched; if they hold what goes, that post is named. A file in which not
all of it was found is named too.

Only spaces are written, and ``null`` where an object of JSON began: the file keeps its length, and each other post its
place and its SHA-256. The result is a new object; the old one goes.
"""

import hashlib
import mmap
import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from itertools import chain, islice
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.archive.forgetting.dependents import Dependents, Place, source_of
from tamizdat.archive.forgetting.elements import Range, around, numbered, only_theirs
from tamizdat.archive.forgetting.traces import LEAST, Traces, traces, values_in
from tamizdat.archive.views.observed import ObservedPost
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.errors import BadArchive, BadStatement, Forgotten
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.observed import Slice
from tamizdat.statements.sighted import Sighted

MANY: Final = 500  #: versions; of more it is only told which other files may hold them: whole files are meant then
LEADS: Final = 1_000  #: places of one way to write something around which is looked; one of a digit stands anywhere
RARE: Final = 8  #: places in which a value may stand that leads to a post
STEP: Final = 1 << 20
WHAT: Final = "an object"


@dataclass(frozen=True)
class Blanked:
    """A file that is to lose bytes: its object, the entries that tell of it, and which bytes.

    *sights*: the statements that posts were seen in it again. *unsure*: something of what goes was seen in it, and not
    all of it was found in its bytes.
    """

    object: str
    size: int
    captures: tuple[int, ...]
    sights: tuple[int, ...]
    ranges: tuple[Range, ...]
    unsure: bool = False


@dataclass(frozen=True)
class Blanking:
    """All such files; *holders* are the numbers of versions that stay and hold bytes or words of what goes."""

    files: tuple[Blanked, ...]
    holders: tuple[int, ...]


def blanking(archive: Archive, found: Dependents, progress: Callable[[int], None] = lambda count: None) -> Blanking:
    """Return which bytes of which files go with the statements that were found; nothing is written yet.

    *progress* is told the bytes of files that were looked through.
    """
    places: dict[int, list[Place]] = {}
    for each in found.places:
        places.setdefault(archive.instead_of(each.where.capture), []).append(each)
    seen: dict[int, set[int]] = {}  # versions that go, by the file in which they were seen again
    for _, said in found.sights:
        if covered := _covered(said, found.versions):
            seen.setdefault(archive.instead_of(said.capture), set()).update(covered)
    few = found.versions if len(found.versions) <= MANY else []
    wanted = [*_wanted(archive, few, _Kept(archive, places, found.entries))]
    objects: dict[str, set[int]] = {}  # the entries that tell of each
    for capture in _files_of_its_sources(archive, found, seen):
        for digest, entry in _file(archive, capture, found.entries):
            objects.setdefault(digest, set()).add(entry)
    looked, pages = list[_Looked](), {_page(archive, each.where.capture) for each in found.places
                                      if each.number in found.entries} - {""}  # fmt: skip
    for digest in sorted(objects):
        file = _looked_through(archive, digest, objects[digest], places, found.entries, wanted)
        if any(_page(archive, entry) in pages for entry in objects[digest]):
            file.own.append((0, file.size))
        looked.append(file)
        progress(file.size)
    theirs: set[str | bytes] = {line for file in looked for line, hits in file.words.items() if file.stays(hits)}
    bare = {piece for each in wanted for piece in each.bare}
    theirs |= {piece for file in looked for piece, hits in file.elements.items() if piece in bare and file.reads(hits)}
    files, holders = list[Blanked](), set[int]()
    for file in looked:
        words = [hit for line, hits in file.words.items() if line not in theirs for hit in hits]
        elements = [hit for piece, hits in file.elements.items() if piece not in theirs for hit in hits]
        shared = merged(hit for piece, hits in file.elements.items() if piece in theirs for hit in hits)
        left = without(merged([*words, *elements, *without(merged(file.own), shared)]), file.standing)
        left = without(merged([*left, *_named_alone(archive, file.object, wanted, left)]), file.standing)
        spoken = merged([*chain(*file.words.values()), *elements])
        holders |= {number for number, start, end in file.kept if _meets(spoken, start, end)}
        again = {number for entry in file.entries for number in seen.get(entry, ())}
        alone = without(merged(words), merged([*elements, *file.own, *file.standing]))  # around them may be more
        unsure = bool(again - file.whole) or bool(alone) or (len(found.versions) > MANY and not file.own)
        sights = tuple(number for number, said in found.sights if archive.instead_of(said.capture) in file.entries)
        if left or unsure:
            captures = tuple(sorted(entry for entry in file.entries if _is_file(archive, entry, found.entries)))
            files.append(Blanked(file.object, file.size, captures, sights, tuple(left), unsure))
    return Blanking(tuple(files), tuple(sorted(holders)))


def blank(archive: Archive, file: Blanked) -> str:
    """Store the file without these bytes as an object of its own; return its SHA-256."""
    staged = archive.objects.staged()
    try:
        with archive.objects.whole(file.object) as path, refusals(WHAT):
            shutil.copyfile(path, staged)
        digest = hashlib.sha256()
        with refusals(WHAT), staged.open("r+b") as target:
            for start, end in file.ranges:
                target.seek(start)
                opens = target.read(min(5, end - start))
                target.seek(start)
                target.write((b"null" if opens[:1] == b"{" and len(opens) > 4 else b"").ljust(end - start))
            target.seek(0)
            while data := target.read(STEP):
                digest.update(data)
        archive.objects.adopt(staged, digest.hexdigest())
    finally:
        staged.unlink(missing_ok=True)
    return digest.hexdigest()


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return the same bytes in ranges that are in order and do not touch.

    >>> merged([(5, 9), (0, 3), (3, 4), (8, 12)])
    [(0, 4), (5, 12)]
    """
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def without(ranges: Sequence[Range], kept: Sequence[Range]) -> list[Range]:
    """Return what of *ranges* is not in *kept*; both are :func:`merged`.

    >>> without([(0, 10), (20, 30)], [(3, 5), (8, 22)])
    [(0, 3), (5, 8), (22, 30)]
    """
    found, ends = list[Range](), [end for _, end in kept]
    for start, end in ranges:
        for first, last in kept[bisect_right(ends, start) :]:
            if first >= end:
                break
            if first > start:
                found.append((start, first))
            start = max(start, last)
        if start < end:
            found.append((start, end))
    return found


def _meets(ranges: Sequence[Range], start: int, end: int) -> bool:
    """Return whether some of these bytes are in *ranges*, which are :func:`merged`."""
    at = bisect_right(ranges, (start, end))
    return any(first < end and start < last for first, last in ranges[max(0, at - 1) : at + 1])


class _Kept:
    """Bytes of files from which posts that stay are read, by the entry that tells of the file now."""

    def __init__(self, archive: Archive, places: Mapping[int, Sequence[Place]], going: set[int]) -> None:
        self._archive, self._places, self._going = archive, places, going
        self._ranges: dict[int, list[Range]] = {}

    def has_some_of(self, where: Slice) -> bool:
        """Return whether one of them is read from some of these bytes."""
        file = self._archive.instead_of(where.capture)
        if file not in self._ranges:
            self._ranges[file] = merged(
                _span(each) for each in self._places.get(file, ()) if each.number not in self._going
            )
        return _meets(self._ranges[file], where.offset, where.offset + where.length)


def _wanted(archive: Archive, versions: Iterable[int], kept: _Kept) -> Iterator[Traces]:
    for number in versions:
        if (known := _read(archive, number)) is not None:
            yield traces(number, known, kept.has_some_of)


def _read(archive: Archive, number: int) -> ObservedPost | None:
    """Return a version of a post; None where its bytes are damaged."""
    try:
        return archive.observed(number)
    except (BadStatement, BadArchive, Forgotten):
        return None


def _covered(said: Sighted, versions: Sequence[int]) -> Iterable[int]:
    """Return those of *versions*, which are in order, that were seen."""
    spans = ((bisect_left(versions, first), bisect_right(versions, last)) for first, last in said.versions)
    return [number for start, end in spans for number in versions[start:end]]


def _files_of_its_sources(archive: Archive, found: Dependents, seen: Iterable[int]) -> set[int]:
    """Return every file of posts that came from where it came from.

    Not of each in which a post stood again is that stated: not of one without a date, not of a long post's other file.
    """
    files = {*seen, *(each.where.capture for each in found.places if each.number in found.entries)}
    sources = set()
    for capture in files:
        with suppress(BadStatement, Forgotten):
            sources.add(source_of(archive.capture(capture)))
    return files | {each for source in sources for each in found.sources.get(source, ())}


def _file(archive: Archive, capture: int, going: set[int]) -> Iterator[tuple[str, int]]:
    """Yield object and entry of a file that stays, as it is told of now."""
    now = archive.instead_of(capture)
    if now in going:
        return
    try:
        said = archive.capture(now)
    except (BadStatement, Forgotten):
        return
    if isinstance(said, CapturedSource) and archive.objects.has(said.original):
        yield said.original, now


def _page(archive: Archive, capture: int) -> str:
    """Return what names the page of one post alone, in every export of its source; "" for a file of another kind."""
    with suppress(BadStatement, Forgotten):
        said = archive.capture(archive.instead_of(capture))
        if isinstance(said, CapturedSource) and said.format.startswith("substack/") and said.path.endswith(".html"):
            return said.path.rsplit("/", 1)[-1].partition(".")[0]
    return ""


def _is_file(archive: Archive, entry: int, going: set[int]) -> bool:
    return entry not in going and archive.statement(entry).act == "captured"


def _span(place: Place) -> Range:
    return place.where.offset, place.where.offset + place.where.length


@dataclass
class _Looked:
    """A file that was looked through: the *entries* that tell of it, and where something of what goes stands in it.

    *own* are bytes from which what goes was read, *kept* those of versions that stay. *words* are by the line they are
    of, *elements* by the piece; *whole* are the versions that were found whole.
    """

    object: str
    entries: set[int]
    own: list[Range]
    kept: list[tuple[int, int, int]]
    standing: list[Range]
    size: int = 0
    words: dict[str, list[Range]] = field(default_factory=dict)
    elements: dict[bytes, list[Range]] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)

    def stays(self, hits: Iterable[Range]) -> bool:
        """Return whether a version that stays is read from some of these bytes."""
        return any(_meets(self.standing, *hit) for hit in hits)

    def reads(self, hits: Iterable[Range]) -> bool:
        """Return whether just these bytes are a piece of a version that stays."""
        pieces = {(start, end) for _, start, end in self.kept}
        return any(hit in pieces for hit in hits)


def _looked_through(
    archive: Archive, digest: str, entries: set[int], places: Mapping[int, Sequence[Place]], going: set[int],
    wanted: Sequence[Traces],
) -> _Looked:  # fmt: skip
    of = set(archive.index.about(digest)) | entries
    every_place = [each for entry in of for each in places.get(entry, ())]
    own = [_span(each) for each in every_place if each.number in going]
    kept = [(each.number, *_span(each)) for each in every_place if each.number not in going]
    looked = _Looked(digest, of, own, kept, merged((start, end) for _, start, end in kept))
    with _mapped(archive, digest) as data:
        looked.size = len(data)
        absent = {sign for each in wanted for _, _, sign in each.words if data.find(sign) < 0}
        for each in wanted:
            _look_for(data, each, absent, looked)
    return looked


def _named_alone(archive: Archive, digest: str, wanted: Sequence[Traces], left: Sequence[Range]) -> list[Range]:
    if not left:
        return []
    with _mapped(archive, digest) as data:
        return [*only_theirs(data, (piece for each in wanted for piece in each.pieces), left)]


@contextmanager
def _mapped(archive: Archive, digest: str) -> Iterator[mmap.mmap | bytes]:
    """Give the bytes of an object, none of them in memory."""
    with archive.objects.whole(digest) as path, refusals(WHAT), path.open("rb") as file:
        if not path.stat().st_size:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def _look_for(data: mmap.mmap | bytes, wanted: Traces, absent: set[bytes], looked: _Looked) -> None:
    """Add where a version stands; what needs one of the *absent* signs is not looked for."""
    leads = [hit for each in wanted.names() for hit in islice(_hits(data, each), LEADS)]
    for line, way, sign in wanted.words:
        if sign not in absent and (hits := [*_hits(data, way)]):
            looked.words.setdefault(line, []).extend(hits)
            leads += hits[:LEADS]
    found = 0
    for piece in wanted.pieces:
        as_it_was = [*_hits(data, piece)] if len(piece) >= LEAST else []
        named = _hits(data, numbered(piece)) if numbered(piece) else ()
        now = [*_elements(data, sorted([*leads, *named]), piece, wanted.ids)]
        if not as_it_was and not now and piece[:1] == b"{":
            now = [*_elements(data, sorted(_rare(data, values_in(piece))), piece, wanted.ids)]
        if as_it_was or now:
            looked.elements.setdefault(piece, []).extend([*as_it_was, *now])
            found += 1
    if found == len(wanted.pieces) or (found and len(wanted.pieces) > 1):
        looked.whole.add(wanted.number)


def _elements(data: mmap.mmap | bytes, hits: Iterable[Range], piece: bytes, ids: frozenset[str]) -> Iterator[Range]:
    """Yield the elements around *hits*, which are in order; around those in one that was found nobody looks again."""
    seen = 0
    for hit in hits:
        if hit[1] > seen and (where := around(data, hit, piece, ids)):
            seen = max(seen, where[1])
            yield where


def _rare(data: mmap.mmap | bytes, values: Iterable[bytes]) -> Iterator[Range]:
    """Yield where values stand that stand in few places: what every post has leads to none."""
    for value in values:
        if len(hits := [*islice(_hits(data, value), RARE + 1)]) <= RARE:
            yield from hits


def _hits(data: mmap.mmap | bytes, needle: bytes) -> Iterator[Range]:
    at = data.find(needle)
    while at >= 0:
        yield at, at + len(needle)
        at = data.find(needle, at + len(needle))
