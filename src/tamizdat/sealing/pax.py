r"""Tar in the one form that a consignment has: POSIX pax (IEEE 1003.1-2017, pax), regular files, nothing else.

Each file is one or two headers, its bytes, and zeros to a whole number of 512-byte blocks::

    [ header, type x     512 bytes; its data are records "<length> <keyword>=<value>\n": path, size, mtime ]
      header, type 0     name 0–99, size 124–135 (octal), checksum 148–155, type 156, magic "ustar\0" "00" 257–264
      the file's bytes, zeros to the end of the last block

The first is there only if a name is not ASCII or longer than 100 bytes, a size 8 GiB or more, a time before 1970.
Headers are written by Python's tarfile and read here, block by block: tarfile parses what a header claims before it
says of which type it is, and a stream from outside may claim anything. So a reader of ours looks at the type first,
takes two types and three keywords, and holds no more than one header and :data:`MAX_RECORDS` bytes at a time.

>>> import io
>>> stream = member("card/采访.txt", b"note", "2011-04-03T02:11:09Z") + END_OF_ARCHIVE
>>> list(members(io.BytesIO(stream), len(stream)))
[Member(name='card/采访.txt', size=4, offset=1536)]
"""

import re
import tarfile
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from tamizdat.encoding import parse_timestamp, safe_path
from tamizdat.errors import BadConsignment, BadPath
from tamizdat.sealing.inventory import INVENTORY, MANIFEST, SIGNATURE, SUMS

BLOCK: Final = 512  #: bytes of a tar block
END_OF_ARCHIVE: Final = bytes(2 * BLOCK)  #: two blocks of zeros, POSIX
MAX_RECORDS: Final = 16 << 10  #: bytes of one file's pax records; the longest path of ours has 4,096
MAX_MEMBERS: Final = 1 << 18  #: files of a stream; the longest manifest of 64 MiB lists some 200,000
_FRAME: Final = frozenset({INVENTORY, SUMS, SIGNATURE, MANIFEST})

_FILE: Final = b"0"  #: a header's type: a regular file
_RECORDS: Final = b"x"  #: a header's type: pax records for the next file
_OCTAL: Final = re.compile(rb"([0-7]+)[ \0]*")
_LENGTH: Final = re.compile(rb"([1-9][0-9]{0,4}) ")
_KEYWORDS: Final = {
    b"path": re.compile(rb"[^\0]+"),
    b"size": re.compile(rb"0|[1-9][0-9]{0,18}"),
    b"mtime": re.compile(rb"-?[0-9]{1,19}"),
}


def member_header(name: str, size: int, modified: str) -> bytes:
    """Return the pax header blocks of one regular file: no owner, no group, mode 0644."""
    info = tarfile.TarInfo(name)
    info.size = size
    info.mtime = int(parse_timestamp(modified, "a file's time").timestamp())
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def member_header_size(name: str, size: int, modified: str) -> int:
    """Return how many bytes :func:`member_header` has, without making it where it is one block."""
    plain = name.isascii() and len(name) <= 100 and size < 1 << 33 and "1970" <= modified < "2242"
    return BLOCK if plain else len(member_header(name, size, modified))


def member_padding(size: int) -> bytes:
    """Return the zeros that fill the last block of a file of *size* bytes."""
    return bytes(-size % BLOCK)


def member(name: str, data: bytes, modified: str) -> bytes:
    """Return the header, the bytes and the padding of one small file."""
    return member_header(name, len(data), modified) + data + member_padding(len(data))


class Member(NamedTuple):
    """A file of a received stream: its name has passed ``safe_path``; *size* and *offset* of its data in bytes."""

    name: str
    size: int
    offset: int

    @property
    def end(self) -> int:
        """Where the next header begins, in bytes."""
        return self.offset + self.size + -self.size % BLOCK


class Seekable(Protocol):
    """What a received stream is read through."""

    def read(self, count: int) -> bytes:
        """Return the next *count* bytes; fewer only at the end."""

    def seek(self, offset: int, /) -> object:
        """Go to *offset* bytes from the beginning."""


def members(stream: Seekable, length: int) -> Iterator[Member]:
    """Yield the files of the first *length* bytes of a received stream, in order.

    A file that does not end within *length* is not among them. Raises BadConsignment for anything but a plain file,
    for a name that leads elsewhere or outside ``card/``, ``previews/`` and the frame, and for more than
    :data:`MAX_MEMBERS` files.
    """
    at = count = 0
    while (found := read_member(stream, at, length)) is not None and found.offset + found.size <= length:
        count += 1
        if count > MAX_MEMBERS:
            raise BadConsignment(f"Expected a consignment of at most {MAX_MEMBERS:,} files, found more.")
        yield found
        at = found.end


def members_by_name(stream: Seekable, length: int) -> dict[str, Member]:
    """Return the files of the first *length* bytes of a received stream, in order.

    Raises BadConsignment as :func:`members` does, for a name that is there twice, and for an end before the manifest:
    zeros are also what a disk gives for what it has lost, and nobody must wait for what comes behind them.
    """
    found: dict[str, Member] = {}
    end = 0
    for each in members(stream, length):
        if each.name in found:
            raise BadConsignment("Expected each file once in a consignment, found one name twice.")
        found[each.name], end = each, each.end
    if MANIFEST not in found and _read(stream, end, BLOCK, length) == bytes(BLOCK):
        raise BadConsignment("Expected the closing manifest before the end of a consignment, found none.")
    return found


def read_member(stream: Seekable, at: int, length: int) -> Member | None:
    """Return the file whose header begins *at* bytes into the stream, None where it ends or has not arrived.

    *length* is how many bytes have arrived. Raises BadConsignment.
    """
    block = _read(stream, at, BLOCK, length)
    if block is None or not any(block):
        return None
    kind, name, size = _parse_header(block)
    records: dict[bytes, bytes] = {}
    if kind == _RECORDS:
        if size > MAX_RECORDS:
            raise BadConsignment(f"Expected pax records of at most {MAX_RECORDS:,} bytes for a file, found {size:,}.")
        at += BLOCK
        data = _read(stream, at, size, length)
        at += size + -size % BLOCK
        block = _read(stream, at, BLOCK, length)
        if data is None or block is None:
            return None
        records = _parse_records(data)
        kind, name, size = _parse_header(block)
    if kind != _FILE:
        raise BadConsignment(f"Expected only plain files in a consignment (tar's type '0'), found type {kind!a}.")
    return Member(_member_name(records.get(b"path", name)), int(records.get(b"size", size)), at + BLOCK)


def _read(stream: Seekable, at: int, count: int, length: int) -> bytes | None:
    """Return *count* bytes, None if they have not arrived."""
    if at + count > length:
        return None
    stream.seek(at)
    data = stream.read(count)
    return data if len(data) == count else None


def _parse_header(block: bytes) -> tuple[bytes, bytes, int]:
    """Return type, name and size; raises BadConsignment."""
    kind, checksum = block[156:157], _OCTAL.fullmatch(block[148:156])
    if block[257:265] != b"ustar\00000" or checksum is None:
        raise BadConsignment(f"Expected a pax header ('ustar', version 00), found {block[257:265]!a}.")
    if int(checksum[1], 8) != sum(block) - sum(block[148:156]) + 8 * ord(" "):
        raise BadConsignment("Expected a tar header whose checksum holds; it was damaged or is none.")
    size = _OCTAL.fullmatch(block[124:136])
    if size is None:
        raise BadConsignment(f"Expected a file's size in octal digits, found {block[124:136]!a}.")
    if any(block[345:500]):
        raise BadConsignment("Expected a long name in pax records, found a ustar prefix.")
    return kind, block[:100].rstrip(b"\0"), int(size[1], 8)


def _parse_records(data: bytes) -> dict[bytes, bytes]:
    """Return the values by keyword; raises BadConsignment."""
    records: dict[bytes, bytes] = {}
    at = 0
    while at < len(data):
        length = _LENGTH.match(data, at)
        record = data[length.end() : at + int(length[1])] if length else b""
        keyword, equals, value = record[:-1].partition(b"=")
        if length is None or record[-1:] != b"\n" or at + int(length[1]) > len(data) or not equals:
            raise BadConsignment(f"Expected pax records '<length> <keyword>=<value>', found {record[:8]!a}.")
        if keyword not in _KEYWORDS or keyword in records or not _KEYWORDS[keyword].fullmatch(value):
            raise BadConsignment(
                "Expected the pax keywords path, size and mtime, each once and with a value of its form, "
                f"found {keyword[:40]!a}."
            )
        records[keyword] = value
        at += int(length[1])
    return records


def _member_name(raw: bytes) -> str:
    try:
        path = safe_path(raw.decode("utf-8"))
    except (BadPath, UnicodeDecodeError) as error:
        why = error if isinstance(error, BadPath) else "it is not UTF-8"
        raise BadConsignment(f"A file of this consignment has a name that is not accepted: {why}") from error
    if path not in _FRAME and not path.startswith(("card/", "previews/")):
        raise BadConsignment(
            "Expected files under card/ and previews/ and the four of the frame, found one outside these."
        )
    return path
