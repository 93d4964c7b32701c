"""What has arrived of one consignment and is not yet whole: a sparse stream, parity that waits, and a journal.

::

    incoming/<consignment>/
      stream            the tar stream; payload number i lies at i × 4,193,792, holes are what is missing
      parity/<group>-<index>   payloads of parity shares whose group is not yet whole
      journal           append-only, a line a share, written after its bytes:
                        <group> <index> <first> <k> <n> <stage> <BLAKE3 of the payload>
      clean             the last run ended in order: every byte the journal speaks of was flushed to the disk

A run that was killed leaves no ``clean``; then the next one reads the stream once and forgets what the disk has not
kept (after a power cut), instead of every run waiting for the disk at each batch.

Data shares go straight to their final offset; only parity waits. As soon as any k shares of a group are here, its
missing payloads are decoded. Shares of different group ids never combine; that two groups give the same payload
number the same bytes is checked, and otherwise the consignment contradicts itself.
"""

import mmap
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blake3 import blake3

from tamizdat.durable import append_lines, read_lines, refusals, write_file
from tamizdat.errors import BadArchive, BadConsignment
from tamizdat.sealing import erasure
from tamizdat.sealing.parcel import PAYLOAD, Header

_CLEAN: Final = "clean"
_JOURNAL: Final = "the journal of what arrives"


@dataclass
class Gathering:
    """The shares of one group that are here."""

    first: int
    k: int
    n: int
    stage: str
    shares: dict[int, bytes] = field(default_factory=dict)  # index → BLAKE3 of the payload
    whole: bool = False


class Incoming:
    """One consignment on its way in. Not for several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.consignment = bytes.fromhex(folder.name)
        with refusals("what arrives"):
            (folder / "parity").mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle = os.open(folder / "stream", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._groups: dict[bytes, Gathering] = {}
        self._payloads: dict[int, bytes] = {}
        self._unwritten: list[str] = []
        self.lost = 0  #: shares the journal speaks of and the disk has not kept
        for line in read_lines(folder / "journal", _JOURNAL):
            self._replay(line)
        if not (folder / _CLEAN).exists():
            self._distrust()
        (folder / _CLEAN).unlink(missing_ok=True)

    def close(self) -> None:
        """Ends the run in order, and lets go of the stream's file."""
        with refusals("what arrives"):
            os.fdatasync(self._handle)
            os.close(self._handle)
        self.flush()
        write_file(self.folder / _CLEAN, b"", "what arrives")

    def _distrust(self) -> None:
        """After a run that was killed: believes only what still has its digest."""
        for group, gathering in self._groups.items():
            # data before parity, which is only there, and only needed, while some of the group's data is not
            for index in sorted(gathering.shares):
                if index >= gathering.k and self._has_all(gathering):
                    break
                if blake3(self._share(group, gathering, index)).digest() != gathering.shares[index]:
                    self.lost += 1
                    del gathering.shares[index]
                    self._payloads.pop(gathering.first + index if index < gathering.k else -1, None)

    def _has_all(self, gathering: Gathering) -> bool:
        return all(gathering.first + index in self._payloads for index in range(gathering.k))

    def _share(self, group: bytes, gathering: Gathering, index: int) -> bytes:
        if index < gathering.k:
            return os.pread(self._handle, PAYLOAD, (gathering.first + index) * PAYLOAD)
        path = self.folder / "parity" / f"{group.hex()}-{index}"
        return path.read_bytes() if path.exists() else b""

    def _replay(self, line: str) -> None:
        try:
            group, index, first, k, n, stage, digest = line.split(" ")
            gathering = self._groups.setdefault(bytes.fromhex(group), Gathering(int(first), int(k), int(n), stage))
            gathering.shares[int(index)] = bytes.fromhex(digest)
            if int(index) < int(k):
                self._payloads[int(first) + int(index)] = bytes.fromhex(digest)
        except ValueError as error:
            raise BadArchive(
                "The journal of what arrives is damaged. Delete this consignment's folder below "
                "'incoming' and receive again: the places still hold it."
            ) from error

    @property
    def payloads(self) -> int:
        """How many payloads are here."""
        return len(self._payloads)

    @property
    def expected(self) -> int:
        """The least number of payloads the consignment has, as far as any share tells."""
        return max((group.first + group.k for group in self._groups.values()), default=0)

    @property
    def contiguous(self) -> int:
        """How many payloads from the first one are here without a gap."""
        count = 0
        while count in self._payloads:
            count += 1
        return count

    def needs(self, header: Header) -> bool:
        """Whether this share tells something new."""
        gathering = self._groups.get(header.group)
        if header.index < header.k:
            return header.first + header.index not in self._payloads
        return gathering is None or not (gathering.whole or header.index in gathering.shares)

    def take(self, header: Header, payload: memoryview) -> None:
        """Keeps a checked share, and decodes its group if that makes it whole."""
        gathering = self._groups.setdefault(header.group, Gathering(header.first, header.k, header.n, header.stage))
        if (gathering.first, gathering.k, gathering.n) != (header.first, header.k, header.n):
            raise BadConsignment("Expected the shares of a group to agree about it, found two that do not.")
        if header.index < header.k:
            self._keep_payload(header.first + header.index, header.payload, payload)
        elif self.needs(header):
            self._write_parity(header, payload)
        gathering.shares[header.index] = header.payload
        self._note(header.group, header.index, gathering, header.payload)
        self._complete(header.group, gathering)

    def _keep_payload(self, number: int, digest: bytes, payload: bytes | memoryview) -> None:
        known = self._payloads.get(number)
        if known is not None:
            if known != digest:
                raise BadConsignment(
                    "Expected one content for each part of the stream, found two: the consignment contradicts itself."
                )
            return
        with refusals("what arrives"):
            view, offset = memoryview(payload), number * PAYLOAD
            while view:
                count = os.pwrite(self._handle, view, offset)
                view, offset = view[count:], offset + count
        self._payloads[number] = digest

    def _write_parity(self, header: Header, payload: memoryview) -> None:
        with refusals("what arrives"):
            (self.folder / "parity" / f"{header.group.hex()}-{header.index}").write_bytes(payload)

    def _note(self, group: bytes, index: int, gathering: Gathering, digest: bytes) -> None:
        self._unwritten.append(
            f"{group.hex()} {index} {gathering.first} {gathering.k} {gathering.n} {gathering.stage} {digest.hex()}"
        )

    def _complete(self, group: bytes, gathering: Gathering) -> None:
        numbers = range(gathering.first, gathering.first + gathering.k)
        missing = [number for number in numbers if number not in self._payloads]
        parity = [index for index in gathering.shares if index >= gathering.k]
        if gathering.whole or len(missing) > len(parity):
            return
        if missing:
            self._decode(group, gathering, missing, parity)
        gathering.whole = True
        for index in parity:
            (self.folder / "parity" / f"{group.hex()}-{index}").unlink(missing_ok=True)

    def _decode(self, group: bytes, gathering: Gathering, missing: list[int], parity: list[int]) -> None:
        shares: dict[int, bytes] = {}
        for index in range(gathering.k):
            number = gathering.first + index
            if number in self._payloads:
                shares[index] = self._checked(os.pread(self._handle, PAYLOAD, number * PAYLOAD), self._payloads[number])
        for index in parity:
            data = (self.folder / "parity" / f"{group.hex()}-{index}").read_bytes()
            shares[index] = self._checked(data, gathering.shares[index])
        decoded = erasure.decode(shares, gathering.k, gathering.n - gathering.k)
        for number in missing:
            payload = decoded[number - gathering.first]
            digest = blake3(payload).digest()
            self._keep_payload(number, digest, payload)
            self._note(group, number - gathering.first, gathering, digest)

    @staticmethod
    def _checked(data: bytes, digest: bytes) -> bytes:
        # A corrupt share is decoded into wrong bytes without a word, so what lay on our own disk is checked again.
        if blake3(data).digest() != digest:
            raise BadArchive(
                "A part of what has arrived was damaged on this desk's own disk. Delete this consignment's "
                "folder below 'incoming' and receive again; then check the disk."
            )
        return data

    def flush(self) -> None:
        """Writes the journal of what was taken since the last flush."""
        if self._unwritten:
            append_lines(self.folder / "journal", self._unwritten, _JOURNAL)
            self._unwritten = []

    @contextmanager
    def stream(self) -> Iterator[mmap.mmap]:
        """The contiguous beginning of the stream, mapped read-only."""
        with mmap.mmap(self._handle, self.contiguous * PAYLOAD, prot=mmap.PROT_READ) as view:
            yield view

    def remove(self) -> None:
        """Everything of this consignment is in the archive."""
        with refusals("what arrives"):
            os.close(self._handle)
            shutil.rmtree(self.folder)
