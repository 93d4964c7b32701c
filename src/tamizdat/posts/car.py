"""A CAR of version 1 (https://ipld.io/specs/transport/car/carv1/): blocks, each behind its CID.

::

    length (varint)  {"roots": [CID], "version": 1}
    length (varint)  CID  block            and so on; the length is that of both

It is read through once; every block is held against its CID, and where it stands is remembered by its SHA-256: some 200
bytes of memory for each. A block that is not what its CID says is left out and told: nothing can be built on it.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.dag_cbor import CID_SIZE, BadCbor, Cid, decode
from tamizdat.posts.export import BadExport

MAX_BLOCK: Final = 4 << 20  #: bytes; records are at most 1 MiB, and nodes a few thousand
MAX_BLOCKS: Final = 3_000_000
MAX_HEADER: Final = 1 << 16


@dataclass(frozen=True)
class Place:
    """Where a block stands in the file: its first byte behind the CID, and how many."""

    offset: int
    length: int


@dataclass(frozen=True)
class Fault:
    """A block that is left out, and why."""

    offset: int
    kind: str  #: of a problem (report.py)
    detail: str


class Car:
    """The blocks of a CAR that are what their CIDs say. Raises :class:`BadExport` if it does not begin as one."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: dict[bytes, tuple[int, int]] = {}
        self.faults: list[Fault] = []
        self.root = self._header()
        for digest, place in self._sections():
            self._places.setdefault(digest, place)

    def _header(self) -> Cid:
        size, _ = _varint(self._file)
        if size is None or not 0 < size <= MAX_HEADER:
            raise BadExport("Expected a CAR, found a file whose header has no length.")
        try:
            header = decode(self._file.read(size))
        except BadCbor as error:
            raise BadExport(f"Expected the header of a CAR, found no DAG-CBOR: {error}.") from error
        roots = header.get("roots") if isinstance(header, dict) else None
        version = header.get("version") if isinstance(header, dict) else None
        if version != 1 or not isinstance(roots, list) or not roots:
            found = f"version {str(version)[:20]!a} and {len(roots) if isinstance(roots, list) else 0} roots"
            raise BadExport(f"Expected a CAR of version 1 with a root, found {found}.")
        if not isinstance(roots[0], Cid):
            raise BadExport("Expected a CID as the root of the CAR, found none.")
        return roots[0]

    def _sections(self) -> Iterator[tuple[bytes, tuple[int, int]]]:
        offset = self._file.tell()
        for _ in range(MAX_BLOCKS):
            size, width = _varint(self._file)
            if size is None:
                if width:
                    self.faults.append(Fault(offset, "truncated", "a length of a block"))
                return
            start = offset + width + CID_SIZE
            if not CID_SIZE < size <= MAX_BLOCK + CID_SIZE:
                self.faults.append(Fault(offset, "size", f"a block of {size:,} bytes; what follows was not read"))
                return
            data = self._file.read(size)
            if len(data) < size:
                self.faults.append(Fault(offset, "truncated", ""))
                return
            try:
                cid = Cid.read(data[:CID_SIZE])
            except BadCbor as error:
                self.faults.append(Fault(offset, "form", str(error)))
            else:
                if cid.matches(data[CID_SIZE:]):
                    yield cid.digest, (start, size - CID_SIZE)
                else:
                    self.faults.append(Fault(offset, "damaged", f"the block is not what {cid} names"))
            offset = start + size - CID_SIZE
            if len(self.faults) > 1_000:
                break
        self.faults.append(Fault(offset, "limit", ""))

    def __len__(self) -> int:
        return len(self._places)

    def place(self, cid: Cid) -> Place | None:
        """Return where a block stands; None if it is not there."""
        found = self._places.get(cid.digest)
        return Place(*found) if found else None

    def block(self, cid: Cid) -> bytes | None:
        """Return a block; None if it is not there."""
        place = self.place(cid)
        if place is None:
            return None
        self._file.seek(place.offset)
        return self._file.read(place.length)


def begins_as_car(beginning: bytes) -> bool:
    """Tell whether bytes begin as a CAR of version 1 does."""
    size = beginning[0] if beginning else 0
    header = beginning[1 : 1 + size] if size < 0x80 else b""
    try:
        value = decode(header)
    except BadCbor:
        return False
    return isinstance(value, dict) and value.get("version") == 1 and isinstance(value.get("roots"), list)


def _varint(file: BinaryIO) -> tuple[int | None, int]:
    """Return an unsigned LEB128 number of at most nine bytes, and how many it took; None at the end of the file."""
    value = width = 0
    while width < 9 and (byte := file.read(1)):
        value |= (byte[0] & 0x7F) << 7 * width
        width += 1
        if byte[0] < 0x80:
            return value, width
    return None, width
