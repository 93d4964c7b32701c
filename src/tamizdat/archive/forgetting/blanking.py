"""Files in which many posts stand, without the bytes of some: an export, the answers of a feed.

A post that goes takes its bytes with it, wherever they stand: in the file it was read from, and in every later one of
the same source in which it was seen again. There nobody has stated where. So its bytes are looked for, and, as counts
of likes change from one to the next, its words too, in the ways in which formats write them. Bytes from which a post
that stays is read are never touched; if they hold what goes, that post is named.

Only spaces are written, and ``null`` where an object of JSON began: the file keeps its length, and each other post its
place and its SHA-256. The result is a new object; the old one goes.
"""

import hashlib
import html
import json
import mmap
import os
import shutil
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.archive.forgetting.dependents import Dependents, Place
from tamizdat.archive.views.observed import ObservedPost
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.errors import BadArchive, BadStatement, Forgotten
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.sighted import Sighted

MANY: Final = 500  #: versions; of more it is only told in which other files they stood: whole files are meant then
LEAST: Final = 12  #: bytes of a line of a post that is looked for; less stands anywhere
STEP: Final = 1 << 20
WHAT: Final = "an object"
Range = tuple[int, int]  #: of bytes: the first, and the one behind the last


@dataclass(frozen=True)
class Blanked:
    """A file that is to lose bytes: its object, the entries that tell of it, and which bytes.

    *sights*: the statements that posts were seen in it again. *unsure*: something of what goes was seen in it, and was
    not found in its bytes.
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
    """Return which bytes of which files go with the statements that were found; nothing is written yet."""
    places: dict[int, list[Place]] = {}
    for each in found.places:
        places.setdefault(archive.instead_of(each.where.capture), []).append(each)
    seen_in = {said.capture for _, said in found.sights if _covers(said, found.versions)}
    few = found.versions if len(found.versions) <= MANY else []
    pieces, lines = _needles(known for number in few if (known := _read(archive, number)) is not None)
    objects: dict[str, set[int]] = {}
    for capture in seen_in | {each.where.capture for each in found.places if each.number in found.entries}:
        for digest, entry in _file(archive, capture, found.entries):
            objects.setdefault(digest, set()).add(entry)
    files, holders = list[Blanked](), set[int]()
    for digest, entries in sorted(objects.items()):
        of = set(archive.index.about(digest)) | entries
        every_place = [each for entry in of for each in places.get(entry, ())]
        own = [_span(each) for each in every_place if each.number in found.entries]
        kept = [(each.number, *_span(each)) for each in every_place if each.number not in found.entries]
        with archive.objects.whole(digest) as path, refusals(WHAT):
            size = path.stat().st_size
            spoken, wanted = _found_in(path, lines), _found_in(path, pieces)
        progress(size)
        holders |= {number for number, start, end in kept if any(a < end and start < b for a, b in spoken)}
        left = without(merged([*spoken, *wanted, *own]), merged((start, end) for _, start, end in kept))
        sights = tuple(number for number, said in found.sights if archive.instead_of(said.capture) in of)
        unsure = not left and bool(entries & {archive.instead_of(each) for each in seen_in})
        if left or unsure:
            captures = tuple(sorted(entry for entry in of if _is_file(archive, entry, found.entries)))
            files.append(Blanked(digest, size, captures, sights, tuple(left), unsure))
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
    found: list[Range] = []
    for start, end in ranges:
        for first, last in kept:
            if last <= start or first >= end:
                continue
            if first > start:
                found.append((start, first))
            start = max(start, last)
        if start < end:
            found.append((start, end))
    return found


def _read(archive: Archive, number: int) -> ObservedPost | None:
    """Return a version of a post; None where its bytes are damaged."""
    try:
        return archive.observed(number)
    except (BadStatement, BadArchive, Forgotten):
        return None


def _covers(said: Sighted, versions: Sequence[int]) -> bool:
    """Return whether one of *versions*, which are in order, is among those that were seen."""
    at = (bisect_left(versions, first) for first, _ in said.versions)
    return any(
        place < len(versions) and versions[place] <= last for place, (_, last) in zip(at, said.versions, strict=True)
    )


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


def _is_file(archive: Archive, entry: int, going: set[int]) -> bool:
    return entry not in going and archive.statement(entry).act == "captured"


def _span(place: Place) -> Range:
    return place.where.offset, place.where.offset + place.where.length


def _needles(posts: Iterable[ObservedPost]) -> tuple[set[bytes], set[bytes]]:
    """Return the bytes of each post, piece by piece, and its lines as formats write them."""
    pieces, found = set[bytes](), set[bytes]()
    for known in posts:
        at = 0
        for each in known.said.slices:
            pieces.add(known.raw[at : at + each.length])
            at += each.length + 1
        words = [known.post.summary, known.post.text, *(each.text for each in known.post.choices)]
        for line in (line.strip() for each in words for line in each.splitlines()):
            escaped = json.dumps(line)[1:-1]
            ways = [
                line, escaped, escaped.lower(), escaped.replace("/", "\\/"), json.dumps(line, ensure_ascii=False)[1:-1],
                json.dumps(line, ensure_ascii=False)[1:-1].replace("/", "\\/"),
                html.escape(line, quote=False), html.escape(line), html.escape(html.escape(line, quote=False)),
            ]  # fmt: skip
            found |= {way.encode("utf-8", "surrogatepass") for way in ways}
    long = [{each for each in some if len(each) >= LEAST} for some in (pieces, found)]
    return long[0], long[1]


def _found_in(path: Path, needles: set[bytes]) -> list[Range]:
    size = path.stat().st_size
    found: list[Range] = []
    if size:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            with mmap.mmap(handle, size, access=mmap.ACCESS_READ) as data:
                for needle in needles:
                    at = data.find(needle)
                    while at >= 0:
                        found.append((at, at + len(needle)))
                        at = data.find(needle, at + len(needle))
        finally:
            os.close(handle)
    return found
