"""A ``.tar``, ``.tar.gz`` or ``.gz`` as it was downloaded, read without unpacking it (POSIX pax, ustar, GNU names).

The headers are read by us, block by block, because Python's tarfile believes what they say of sizes. It is read through
once to list it, which also checks the gzip's digests; where a member's bytes stand is remembered, and nothing is
written anywhere. Bounds are those of a zip (:mod:`tamizdat.posts.export_bounds`); refused and told are links, devices,
sparse files, names that lead out, and the second of two members of one name. A leading ``./`` is no part of a name.
"""

import io
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import BinaryIO, Final, cast

from tamizdat.dataclass import dataclass
from tamizdat.posts.export_bounds import MAX_MEMBERS, BadExport, is_safe, safe_or, shown, swells
from tamizdat.posts.gzip_reader import GzipReader, Part, PlainReader
from tamizdat.posts.report import IngestReport

BLOCK: Final = 512
MAX_EXTENSION: Final = 1 << 20  #: bytes of a header that only extends the next one: names of at most 4,096 bytes
FILES: Final = (b"0", b"\0", b"7")
FOLDER: Final = b"5"
OTHERS: Final = {b"1": "link", b"2": "link", b"3": "link", b"4": "link", b"6": "link"}  #: links, devices, pipes


@dataclass(frozen=True)
class Member:
    """A file of a tar: where its bytes begin in the unpacked stream, and how many they are."""

    offset: int
    size: int


def is_tar_header(block: bytes) -> bool:
    """Tell whether 512 bytes are a header of a tar: their sum is the one that stands in them."""
    if len(block) < BLOCK or not any(block[:148]):
        return False
    try:
        said = _number(block[148:156])
    except BadExport:
        return False
    blank = block[:148] + b" " * 8 + block[156:BLOCK]
    return said in (sum(blank), sum(each - 256 * (each > 127) for each in blank))


def _number(field: bytes) -> int:
    """Return a number of a header: octal digits, or GNU's base 256."""
    if field[0] & 0x80:
        value = int.from_bytes(bytes([field[0] & 0x3F]) + field[1:], "big")
        if field[0] & 0x40 or value >= 1 << 62:
            raise BadExport("Expected a size of a file, found a negative or absurd number in the tar.")
        return value
    digits = field.split(b"\0")[0].strip(b" ")
    if digits and (not digits.isdigit() or b"8" in digits or b"9" in digits):
        raise BadExport("Expected a number in a header of the tar, found other letters.")
    return int(digits or b"0", 8)


@dataclass
class _Extension:
    """What headers before a member say of it."""

    name: str | None = None
    size: int | None = None
    sparse: bool = False
    pieces: dict[bytes, bytes] = field(default_factory=dict)

    def take_pax(self, data: bytes) -> None:
        """Take the records of a pax header, each ``length key=value`` and a line feed."""
        at = 0
        while at < len(data) and data[at : at + 1].isdigit():
            space = data.find(b" ", at, at + 8)
            length = int(data[at:space]) if space > 0 and data[at:space].isdigit() else 0
            record = data[space + 1 : at + length]
            if length <= space - at or not record.endswith(b"\n") or b"=" not in record:
                raise BadExport("Expected the records of a pax header, found something that is none.")
            key, _, value = record[:-1].partition(b"=")
            if key == b"path":
                self.name = value.decode("utf-8", "surrogateescape")
            elif key == b"size":
                self.size = int(value) if value.isdigit() and len(value) < 19 else -1
            self.sparse = self.sparse or key.startswith(b"GNU.sparse.")
            at += length


def _members(reader: GzipReader | PlainReader, report: IngestReport) -> Iterator[tuple[str, Member]]:
    """Yield the files that are safe to read; what ends the list too early goes into the report."""
    offset, headers, said = 0, 0, _Extension()
    while block := reader.read_at(offset, BLOCK):
        if not any(block):  # the end: two such blocks, but one is enough
            reader.rest()
            return
        if not is_tar_header(block):
            raise BadExport(f"Expected a header of the tar at byte {offset:,}, found something that is none.")
        headers += 1
        if headers > MAX_MEMBERS:
            raise BadExport(f"Expected an export of at most {MAX_MEMBERS:,} files, found more.")
        size, kind, start = _number(block[124:136]), block[156:157], offset + BLOCK
        if kind in (b"x", b"L", b"K", b"g"):
            if size > MAX_EXTENSION:
                raise BadExport(f"Expected a name of at most {MAX_EXTENSION:,} bytes, found a header of {size:,}.")
            data = reader.read_at(start, size)
            if kind == b"x":
                said.take_pax(data)
            elif kind == b"L":
                said.name = data.split(b"\0")[0].decode("utf-8", "surrogateescape")
        else:
            size = said.size if said.size is not None and kind in FILES else size
            if size < 0:
                raise BadExport("Expected a size of a file, found other letters in a pax header.")
            name = said.name if said.name is not None else _name(block)
            while name.startswith("./"):
                name = name[2:]
            before = reader.packed
            broken = _passed_over(reader, start, size)
            packed = size if isinstance(reader, PlainReader) else reader.packed - before + (1 << 16)
            if kind in FILES and not name.endswith("/"):
                if said.sparse:
                    report.problem("damaged", shown(name), detail="a sparse file; only whole ones are read")
                elif swells(size, packed):
                    report.problem("bomb", shown(name), detail=f"{size:,} bytes")
                elif is_safe(name, report):
                    yield name, Member(start, size)
            elif kind != FOLDER and not name.endswith("/"):
                report.problem(OTHERS.get(kind, "damaged"), shown(name))
            if broken:
                raise broken
            said = _Extension()
        offset = start + size + -size % BLOCK


def _name(block: bytes) -> str:
    name = block[:100].split(b"\0")[0]
    prefix = block[345:500].split(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "surrogateescape")


def _passed_over(reader: GzipReader | PlainReader, start: int, size: int) -> BadExport | None:
    """Return why a member has no end, None if it has one; of a gzip this reads all before it."""
    try:
        if size == 0 or reader.read_at(start + size - 1, 1):
            return None
    except BadExport as error:
        return error
    return BadExport("Expected a tar that is whole, found one that ends too early.")


class Tar:
    """A tar, packed by gzip or not."""

    def __init__(self, path: Path, report: IngestReport, packed: bool) -> None:
        self._reader = GzipReader(path) if packed else PlainReader(path)
        self._files: dict[str, Member] = {}
        try:
            for name, member in _members(self._reader, report):
                if name in self._files:
                    report.problem("path", shown(name), detail="twice in the tar; the first was taken")
                else:
                    self._files[name] = member
        except BadExport as error:
            if not self._files:
                self.close()
                raise
            report.problem("truncated", safe_or(path.name, "the tar"), detail=str(error))
        self._files = dict(sorted(self._files.items()))

    def names(self) -> list[str]:
        """Return the names of the files that are safe to read."""
        return list(self._files)

    def size(self, name: str) -> int:
        """Return the size of a file in bytes, as the tar tells it."""
        return self._files[name].size

    def open(self, name: str) -> BinaryIO:
        """Open a file, which is unpacked as it is read."""
        member = self._files[name]
        return cast(BinaryIO, io.BufferedReader(Part(self._reader, member.offset, member.size), 1 << 18))

    def close(self) -> None:
        """Close the tar."""
        self._reader.close()


class Gzipped:
    """One file that was packed by gzip: ``tweets.jsonl.gz``."""

    def __init__(self, path: Path, report: IngestReport) -> None:
        self._reader = GzipReader(path)
        self._name = safe_or(path.name.removesuffix(".gz"), "posts")
        try:
            self._size = self._reader.rest()
        except BadExport as error:  # what can be read is read, up to where it breaks
            report.problem("truncated", self._name, detail=str(error))
            self._size = self._reader.unpacked

    def names(self) -> list[str]:
        """Return the one name, without ``.gz``."""
        return [self._name]

    def size(self, name: str) -> int:
        """Return the unpacked size in bytes, whatever the name."""
        return self._size

    def open(self, name: str) -> BinaryIO:
        """Open the file, which is unpacked as it is read, whatever the name."""
        return cast(BinaryIO, io.BufferedReader(Part(self._reader, 0, self._size), 1 << 18))

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
