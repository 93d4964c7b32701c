r"""OpenTimestamps proofs: a way of hashing from a digest to what a block of Bitcoin holds, or a calendar promises.

::

    "\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"  ‖  01  ‖  08  ‖  SHA-256 of the file
    then a tree:  [ff <branch>]* <branch>
    branch:       00 <kind, 8 bytes> <length> <what it says>        an attestation: the end of a way
                  f0 <bytes> | f1 <bytes> | 02 | 03 | 08 | f2 | f3  a step, and the tree that follows it

Steps: f0 appends, f1 prepends, 02 is SHA-1, 03 RIPEMD-160, 08 SHA-256, f2 reverses, f3 writes hexadecimal, 67 is
Keccak-256. Numbers are LEB128, bytes come after their length. A Bitcoin attestation names a block's height: what the
way leads to has to be the Merkle root in that block's header, which only a reader who has the header can tell. A
*pending* one names a calendar that will know the rest of the way later.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import UTC, datetime
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256
from tamizdat.errors import BadProof

SHOWN: Final = 60  #: characters of an address that a message repeats
MAGIC: Final = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
BITCOIN, PENDING = bytes.fromhex("0588960d73d71901"), bytes.fromhex("83dfe30d2ef90c8e")
MOST_MESSAGE, MOST_SAID, DEEPEST, MOST_STEPS = 4096, 8192, 256, 10_000
ABOUT: Final = {0x02: ("sha1", 20), 0x03: ("ripemd160", 20), 0x08: ("sha256", 32)}  #: what a proof may be about
ADDRESS: Final = rb"https?://[A-Za-z0-9._:/-]{1,900}"  #: of a calendar
HEADER: Final = 80  #: bytes of a block's header


@dataclass(frozen=True)
class Attestation:
    """The end of a way: the height of a block of Bitcoin, a calendar that knows more, or what nobody here knows."""

    whole: bytes  #: its bytes in the proof
    height: int | None = None
    calendar: str | None = None


@dataclass
class Tree:
    """What follows from one message: ends of ways, and steps (their bytes) with the trees that follow these.

    *message* is None if a step before it cannot be computed here.
    """

    message: bytes | None
    ends: list[Attestation] = field(default_factory=list)
    steps: list[tuple[bytes, "Tree"]] = field(default_factory=list)

    @classmethod
    def parse(cls, data: bytes, message: bytes) -> "Tree":
        """Read all of *data* as what follows from *message*; raises BadProof."""
        reader = _Reader(data)
        tree = _tree(reader, message, 0)
        if reader.rest():
            raise BadProof("Expected an OpenTimestamps proof to end after its last way, found bytes after it.")
        return tree

    def ways(self) -> Iterator[tuple[Attestation, bytes | None]]:
        """Yield the end of each way, and what the steps lead to there."""
        yield from ((each, self.message) for each in self.ends)
        for _, tree in self.steps:
            yield from tree.ways()


@dataclass(frozen=True)
class Proof:
    """A proof, read: what it is about, and where it leads."""

    hash: str
    digest: bytes
    tree: Tree

    @classmethod
    def parse(cls, data: bytes) -> "Proof":
        """Read a file ``.ots``; raises BadProof."""
        if not data.startswith(MAGIC):
            raise BadProof("Expected an OpenTimestamps proof, found a file that does not begin as one.")
        reader = _Reader(data[len(MAGIC) :])
        if (version := reader.number()) != 1:
            raise BadProof(f"Expected an OpenTimestamps proof of version 1, found version {version}.")
        if (kind := reader.take(1)[0]) not in ABOUT:
            raise BadProof(f"Expected an OpenTimestamps proof about a digest, found one about 0x{kind:02x}.")
        name, size = ABOUT[kind]
        digest = reader.take(size)
        return cls(name, digest, Tree.parse(reader.rest(), digest))

    def covers(self, text: bytes) -> bool:
        """Whether the proof is about *text*; False too if this computer lacks its hash."""
        return _hashed(self.hash, text) == self.digest


def block_time(header: bytes) -> datetime:
    """Return the time in a block's header; raises BadProof for what is none, or has not the work that it claims."""
    if len(header) != HEADER:
        raise BadProof(f"Expected a block's header of {HEADER} bytes, found {len(header)}.")
    bits = int.from_bytes(header[72:76], "little")
    if int.from_bytes(sha256(sha256(header)), "little") > (bits & 0x7FFFFF) << 8 * max(0, (bits >> 24) - 3):
        raise BadProof("Expected the header of a block with the work that it claims, found one without it.")
    return datetime.fromtimestamp(int.from_bytes(header[68:72], "little"), UTC)


def merkle_root(header: bytes) -> bytes:
    """Return the Merkle root in a block's header, in the order of its bytes."""
    return header[36:68]


def block_hash(header: bytes) -> str:
    """Return the hash of a block, as it is written."""
    return sha256(sha256(header))[::-1].hex()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at, self.steps = data, 0, 0

    def take(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if len(found) < size:
            raise BadProof("Expected a whole OpenTimestamps proof, found one that was cut short.")
        self._at += size
        return found

    def number(self) -> int:
        value = 0
        for shift in range(0, 63, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise BadProof("Expected a number below 2⁶³ in an OpenTimestamps proof, found a larger one.")

    def text(self, most: int) -> bytes:
        size = self.number()
        if size > most:
            raise BadProof(f"Expected at most {most} bytes in an OpenTimestamps proof, found {size}.")
        return self.take(size)

    def since(self, start: int) -> bytes:
        return self._data[start : self._at]

    @property
    def at(self) -> int:
        return self._at

    def rest(self) -> bytes:
        return self._data[self._at :]


def _tree(reader: _Reader, message: bytes | None, depth: int) -> Tree:
    if depth > DEEPEST:
        raise BadProof(f"Expected a way of at most {DEEPEST} steps in an OpenTimestamps proof, found a longer one.")
    tree, more = Tree(message), True
    while more:
        start, step = reader.at, reader.take(1)[0]
        more = step == 0xFF
        if more:
            start, step = reader.at, reader.take(1)[0]
        reader.steps += 1
        if reader.steps > MOST_STEPS:
            raise BadProof(f"Expected at most {MOST_STEPS:,} steps in an OpenTimestamps proof, found more.")
        if step == 0x00:
            tree.ends.append(_attestation(reader, start))
            continue
        after = _step(reader, step, message)
        tree.steps.append((reader.since(start), _tree(reader, after, depth + 1)))
    return tree


def _attestation(reader: _Reader, start: int) -> Attestation:
    kind, said = reader.take(8), _Reader(reader.text(MOST_SAID))
    whole = reader.since(start)
    if kind == BITCOIN:
        return Attestation(whole, height=said.number())
    if kind == PENDING:
        address = said.text(MOST_MESSAGE)
        if not re.fullmatch(ADDRESS, address):
            written = ascii(address.decode("latin-1"))
            found = written if len(written) <= SHOWN else f"{written[: SHOWN - 1]}…"
            raise BadProof(f"Expected a calendar's address in an OpenTimestamps proof, found {found}.")
        return Attestation(whole, calendar=address.decode())
    return Attestation(whole)


def _step(reader: _Reader, step: int, message: bytes | None) -> bytes | None:
    """Return what a step makes of *message*; None if this computer cannot compute it."""
    more = reader.text(MOST_MESSAGE) if step in (0xF0, 0xF1) else b""
    does: dict[int, Callable[[bytes], bytes | None]] = {
        0xF0: lambda given: given + more,
        0xF1: lambda given: more + given,
        0xF2: lambda given: given[::-1],
        0xF3: lambda given: given.hex().encode(),
        0x02: lambda given: _hashed("sha1", given),
        0x03: lambda given: _hashed("ripemd160", given),
        0x08: sha256,
        0x67: lambda given: None,  # Keccak-256, for another chain than Bitcoin's
    }
    if step not in does:
        raise BadProof(f"Expected a step of an OpenTimestamps proof, found 0x{step:02x}.")
    after = None if message is None else does[step](message)
    if after is not None and len(after) > MOST_MESSAGE:
        raise BadProof(f"Expected at most {MOST_MESSAGE} bytes after a step, found {len(after)}.")
    return after


def _hashed(name: str, data: bytes) -> bytes | None:
    try:
        return hashlib.new(name, data).digest()
    except ValueError:  # RIPEMD-160 is not everywhere
        return None
