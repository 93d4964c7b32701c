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
missing payloads are decoded, from the shares of this group id alone. That two groups give the same payload number the
same bytes is checked, and otherwise the consignment contradicts itself.
"""

import errno
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blake3 import blake3

from tamizdat.durable import append_lines, flush_folder, read_lines, refusals, write_file
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

    def missing(self) -> list[int]:
        """The data shares that are not here."""
        return [index for index in range(self.k) if index not in self.shares]


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
            self.distrust()
        for gathering in self._groups.values():
            gathering.whole = not gathering.missing()
        with refusals("what arrives"):
            (folder / _CLEAN).unlink(missing_ok=True)

    def close(self) -> None:
        """Ends the run in order, and lets go of the stream's file."""
        with refusals("what arrives"):
            os.fdatasync(self._handle)
            os.close(self._handle)
            for path in (self.folder / "parity").iterdir():
                _flush(path)
            flush_folder(self.folder / "parity")
        self.flush()
        if not self.lost:  # the journal speaks of what is lost; the next run must not believe it either
            write_file(self.folder / _CLEAN, b"", "what arrives")

    def distrust(self) -> int:
        """Believes only what still has its digest; returns how many shares have not.

        After a run that was killed, and when a consignment does not hold: it may be our own disk.
        """
        for group, gathering in self._groups.items():
            # data before parity, which is only there, and only needed, while some of the group's data is not
            for index in sorted(gathering.shares):
                if index >= gathering.k and not gathering.missing():
                    break
                if blake3(self._share(group, gathering, index)).digest() != gathering.shares[index]:
                    self.lost += 1
                    del gathering.shares[index]
                    self._payloads.pop(gathering.first + index if index < gathering.k else -1, None)
        return self.lost

    def _share(self, group: bytes, gathering: Gathering, index: int) -> bytes:
        if index < gathering.k:
            return os.pread(self._handle, PAYLOAD, (gathering.first + index) * PAYLOAD)
        path = self._parity(group, index)
        with refusals("what arrives"):
            return path.read_bytes() if path.exists() else b""

    def _parity(self, group: bytes, index: int) -> Path:
        return self.folder / "parity" / f"{group.hex()}-{index}"

    def _replay(self, line: str) -> None:
        try:
            group, index, first, k, n, stage, digest = line.split(" ")
            gathering = self._groups.setdefault(bytes.fromhex(group), Gathering(int(first), int(k), int(n), stage))
            gathering.shares[int(index)] = bytes.fromhex(digest)
            if int(index) < int(k):
                self._payloads[int(first) + int(index)] = bytes.fromhex(digest)
        except ValueError:
            self.lost += 1  # the disk has damaged the journal: what the line spoke of is fetched again

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
        """Whether this share tells something new; :class:`BadConsignment` if it is another one than was here before."""
        gathering = self._groups.get(header.group)
        if gathering is None:
            return True
        if gathering.shares.get(header.index, header.payload) != header.payload:
            raise BadConsignment("Expected one content for each share of a group, found two.")
        return not gathering.whole and header.index not in gathering.shares

    def take(self, header: Header, payload: memoryview) -> None:
        """Keeps a checked share, and decodes its group if that makes it whole."""
        gathering = self._groups.setdefault(header.group, Gathering(header.first, header.k, header.n, header.stage))
        said = (header.first, header.k, header.n, header.stage)
        if (gathering.first, gathering.k, gathering.n, gathering.stage) != said:
            raise BadConsignment("Expected the shares of a group to agree about it, found two that do not.")
        if header.index < header.k:
            self._keep_payload(header.first + header.index, header.payload, payload)
        else:
            with refusals("what arrives"):
                self._parity(header.group, header.index).write_bytes(payload)
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

    def _note(self, group: bytes, index: int, gathering: Gathering, digest: bytes) -> None:
        self._unwritten.append(
            f"{group.hex()} {index} {gathering.first} {gathering.k} {gathering.n} {gathering.stage} {digest.hex()}"
        )

    def _complete(self, group: bytes, gathering: Gathering) -> None:
        missing = gathering.missing()
        parity = [index for index in gathering.shares if index >= gathering.k]
        if gathering.whole or len(missing) > len(parity):
            return
        if missing:
            self._decode(group, gathering, missing)
        gathering.whole = True
        for index in parity:
            self._parity(group, index).unlink(missing_ok=True)

    def _decode(self, group: bytes, gathering: Gathering, missing: list[int]) -> None:
        shares = {
            index: self._checked(self._share(group, gathering, index), digest)
            for index, digest in gathering.shares.items()
        }
        decoded = erasure.decode(shares, gathering.k, gathering.n - gathering.k)
        for index in missing:
            digest = blake3(decoded[index]).digest()
            self._keep_payload(gathering.first + index, digest, decoded[index])
            gathering.shares[index] = digest
            self._note(group, index, gathering, digest)

    @staticmethod
    def _checked(data: bytes, digest: bytes) -> bytes:
        # A corrupt share is decoded into wrong bytes without a word, so what lay on our own disk is checked again.
        if blake3(data).digest() != digest:
            raise BadArchive(
                "A part of what has arrived was damaged on this desk's own disk. Receive again: it is fetched anew. "
                "Then check the disk."
            )
        return data

    def flush(self) -> None:
        """Writes the journal of what was taken since the last flush."""
        if self._unwritten:
            append_lines(self.folder / "journal", self._unwritten, _JOURNAL)
            self._unwritten = []

    def stream(self) -> "Stream":
        """The contiguous beginning of the stream, to be read until :meth:`close` or :meth:`remove`."""
        length = self.contiguous * PAYLOAD
        if os.fstat(self._handle).st_size < length:
            raise BadConsignment("Expected all that has arrived on this desk's own disk, found the stream cut short.")
        return Stream(self._handle, length)

    def remove(self) -> None:
        """Everything of this consignment is in the archive."""
        with refusals("what arrives"):
            os.close(self._handle)
            shutil.rmtree(self.folder)


class Stream:
    """*length* bytes of an open file. One reader may ``read`` and ``seek``, any number of threads ``read_at``."""

    def __init__(self, handle: int, length: int) -> None:
        self._handle, self.length = handle, length
        self._at = 0

    def read(self, count: int) -> bytes:
        """At most *count* bytes from where the last call ended."""
        with refusals("what arrived"):
            data = os.pread(self._handle, max(0, min(count, self.length - self._at)), self._at)
        self._at += len(data)
        return data

    def seek(self, offset: int) -> None:
        """Where the next :meth:`read` begins."""
        self._at = offset

    def tell(self) -> int:
        """Where the next :meth:`read` begins."""
        return self._at

    def read_at(self, offset: int, room: memoryview) -> None:
        """Fills *room* from *offset*."""
        with refusals("what arrived"):
            while room:
                count = os.preadv(self._handle, [room], offset)
                if count == 0:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                room, offset = room[count:], offset + count


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
