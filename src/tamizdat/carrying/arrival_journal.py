"""The journal of what arrives of one consignment: a line for each share, written after its bytes.

::

    <group> <index> <first> <k> <n> <stage> <BLAKE3 of the payload> <bytes of the payload> <check>

*check* is the first eight hex digits of the SHA-256 of what stands before it in the line: a line that this disk has
damaged is noticed, and what it spoke of is fetched again. Lines of earlier versions have no check, and no size unless
it is that of a small parcel.
"""

from dataclasses import field
from typing import Final

from blake3 import blake3

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, BadConsignment, BadEncoding
from tamizdat.sealing.parcel import PAYLOAD, PAYLOADS, Header

CHECK: Final = 8  #: hex digits


@dataclass
class Gathering:
    """The shares of one group that are here."""

    first: int
    k: int
    n: int
    stage: str
    shares: dict[int, bytes] = field(default_factory=dict)  # index → BLAKE3 of the payload
    whole: bool = False

    def missing(self) -> list[int]:
        """Return the data shares that are not here."""
        return [index for index in range(self.k) if index not in self.shares]

    def require_agreement(self, header: Header) -> None:
        """Raise BadConsignment if a share says otherwise of the group than those before it."""
        if (self.first, self.k, self.n, self.stage) != (header.first, header.k, header.n, header.stage):
            raise BadConsignment("Expected the shares of a group to agree about it, found two that do not.")

    def share(self, group: bytes, index: int, digest: bytes, size: int) -> "Share":
        """Return one of its shares, whose payload has this BLAKE3 and as many bytes."""
        return Share(group, index, self.first, self.k, self.n, self.stage, digest, size)


@dataclass(frozen=True)
class Share:
    """A share that has arrived: its group, where it stands in it, and its payload's BLAKE3 and size in bytes."""

    group: bytes
    index: int
    first: int
    k: int
    n: int
    stage: str
    digest: bytes
    size: int

    def line(self) -> str:
        """Return the line of the journal."""
        shape = f"{self.group.hex()} {self.index} {self.first} {self.k} {self.n} {self.stage}"
        said = f"{shape} {self.digest.hex()} {self.size}"
        return f"{said} {check(said)}"

    @classmethod
    def parse(cls, line: str) -> "Share":
        """Parse a line of the journal; raises BadEncoding if the disk has damaged it."""
        try:
            group, index, first, k, n, stage, digest, *rest = line.split(" ")
            if len(rest) > 1 and rest[1] != check(line.rpartition(" ")[0]):
                raise ValueError
            size = int(rest[0]) if rest else PAYLOAD
            if size not in PAYLOADS:
                raise ValueError
            return cls(bytes.fromhex(group), int(index), int(first), int(k), int(n), stage, bytes.fromhex(digest), size)
        except ValueError as error:
            raise BadEncoding(
                f"Expected a line of the journal of what arrives, found {line!a:.60}, which this disk has damaged. "
                "What it spoke of is fetched again."
            ) from error


def check(said: str) -> str:
    """Return by what a line is known to say what it said: hex digits of the SHA-256 of what stands before them."""
    return sha256_hex(said.encode("ascii", "replace"))[:CHECK]


def checked(data: bytes, digest: bytes) -> bytes:
    """Return a share's payload; raises BadArchive if it is another one than the journal speaks of.

    A corrupt share is decoded into wrong bytes without a word, so what lay on our own disk is checked again.
    """
    if blake3(data).digest() != digest:
        raise BadArchive(
            "A part of what has arrived was damaged on this desk's own disk. Receive again: it is fetched anew. Then "
            "check the disk."
        )
    return data


def require_size(size: int, others: int) -> None:
    """Raise BadConsignment unless a payload has a *size* there is, and that of the *others* (0: there are none)."""
    if size not in PAYLOADS or (others and size != others):
        raise BadConsignment(
            "Expected all parcels of a consignment to have one size, found payloads of "
            f"{others:,} and of {size:,} bytes."
        )
