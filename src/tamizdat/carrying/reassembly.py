"""What has arrived of one consignment and is not yet whole: its payloads, parity that waits, and a journal.

::

    incoming/<consignment>/
      payloads/<number>        the tar stream, cut: payload after payload, of one size
      parity/<group>-<index>   payloads of parity shares whose group is not yet whole
      journal           append-only, a line a share, written after its bytes (:mod:`.arrival_journal`)
      files/ …          what payloads were written into, or moved to (:mod:`tamizdat.carrying.moved`)
      clean             the last run ended in order: every byte the journal speaks of was flushed to the disk

A run that was killed leaves no ``clean``; then the next one reads all that is here once and forgets what the disk has
not kept (after a power cut), instead of every run waiting for the disk at each batch.

A share is written under another name by whoever checked it, several at a time, and renamed when it is taken. When any
k shares of a group are here and its data does not come, the missing payloads are decoded, from the shares of this group
id alone. A consignment of which two groups give one payload number different bytes contradicts itself.
"""

import contextlib
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from blake3 import blake3

from tamizdat.carrying.arrival_journal import Gathering, Share, checked, require_size
from tamizdat.carrying.arrived_stream import Stream
from tamizdat.carrying.layout import Foreseen
from tamizdat.carrying.moved import Moved
from tamizdat.carrying.placed_payloads import Placed, Placing
from tamizdat.carrying.share_files import ShareFiles
from tamizdat.disk.files import (
    append_lines,
    flush_all,
    flush_file,
    flush_folder,
    make_private,
    read_lines,
    refusals,
    write_file,
)
from tamizdat.errors import BadConsignment, BadEncoding, BadPath
from tamizdat.home.home import ARCHIVE
from tamizdat.sealing import erasure
from tamizdat.sealing.consignment import read_sender
from tamizdat.sealing.parcel import PAYLOAD, Header

PATIENCE: Final = 16  #: groups that may wait for their data before the oldest is decoded; bounds the parity on the disk
OBJECTS: Final = f"{ARCHIVE}/objects"  #: from the desk's folder
_CLEAN: Final = "clean"
_JOURNAL: Final = "the journal of what arrives"


class Incoming:
    """One consignment on its way in. Not for several threads.

    *reread* is told the bytes of each share that is read to see whether the disk has kept it.
    """

    def __init__(self, folder: Path, reread: Callable[[int], None] = lambda size: None) -> None:
        self.folder, self._reread = folder, reread
        self.consignment = bytes.fromhex(folder.name)
        with refusals("what arrives"):
            for name in ("payloads", "parity"):
                make_private(folder / name)
        self._groups: dict[bytes, Gathering] = {}
        self.payload_size = 0  #: bytes of each payload; 0 until one is here
        self._payloads: dict[int, bytes] = {}
        self._unwritten: list[str] = []
        self._unflushed: set[Path] = set()
        self._kept_parity: set[tuple[bytes, int]] = set()
        self.moved = Moved(folder, folder.parent.parent / OBJECTS)
        self.placing = Placing(self.moved)
        self._shares = ShareFiles(folder, self.moved)
        self._foreseen: Foreseen | None = Foreseen()  # None: no layout is to be looked for any more
        self._looked = 0  # payloads of the beginning that were looked at for it
        self._waiting: dict[bytes, Gathering] = {}  # groups with enough shares, of which some are parity
        self.lost = 0  #: shares the journal speaks of and the disk has not kept
        self.lines = 0  #: of the journal
        for line in read_lines(folder / "journal", _JOURNAL):
            self._replay(line)
        self._miss_lines()
        self._is_compared = False  # all that the journal speaks of, since it was opened
        if not (folder / _CLEAN).exists() or self.moved.is_damaged:
            self.moved.make_writable()
            self.distrust()
            self._drop_untold()
        self._look_what_is_whole()
        with refusals("what arrives"):
            (folder / _CLEAN).unlink(missing_ok=True)

    def _miss_lines(self) -> None:
        """Count as lost what lies here and the journal tells nothing of, but for what a killed run took last."""
        with refusals("what arrives"):
            here = self.moved or any(any((self.folder / name).iterdir()) for name in ("payloads", "parity"))
            if here and (not self.lines or ((self.folder / _CLEAN).exists() and self._untold())):
                self.lost += 1

    def _untold(self) -> list[Path]:
        """Return the payloads that lie here of which the journal tells nothing."""
        here = (path for path in (self.folder / "payloads").iterdir() if path.name.isdecimal())  # perhaps a million
        return [path for path in here if int(path.name) not in self._payloads]

    def _drop_untold(self) -> None:
        """Delete these: they are fetched again; left behind, they would be taken for what a damaged journal forgot."""
        with refusals("what arrives"):
            for path in self._untold():
                path.unlink()

    def close(self) -> None:
        """End the run in order: what it took is on the disk."""
        with refusals("what arrives"):
            flush_all(list(self._unflushed), _flush_if_there)
            for name in ("payloads", "parity", *(["files"] if self.moved else [])):
                flush_folder(self.folder / name)
        self.flush()
        if not self.lost:  # the journal speaks of what is lost; the next run must not believe it either
            write_file(self.folder / _CLEAN, b"", "what arrives")

    def distrust(self) -> int:
        """Forget every share that has lost its digest; return how many were lost since the consignment was opened.

        After a run that was killed, and when a consignment does not hold: it may be our own disk.
        """
        for group, gathering in self._groups.items():
            # data before parity, which is only there, and only needed, while some of the group's data is not
            for index in sorted(gathering.shares):
                if index >= gathering.k and not gathering.missing():
                    break
                found = self._shares.read(group, gathering, index, self.payload_size)
                self._reread(len(found))
                if blake3(found).digest() != gathering.shares[index]:
                    self.lost += 1
                    del gathering.shares[index]
                    self._payloads.pop(gathering.first + index if index < gathering.k else -1, None)
        self._is_compared = True
        return self.lost

    def _look_what_is_whole(self) -> None:
        self._kept_parity.clear()
        for group, gathering in self._groups.items():
            gathering.whole = not gathering.missing()
            if not gathering.whole:
                self._kept_parity |= {(group, index) for index in gathering.shares if index >= gathering.k}

    def _replay(self, line: str) -> None:
        self.lines += 1
        try:
            share = Share.parse(line)
        except BadEncoding:
            self.lost += 1
            return
        self.payload_size = share.size
        gathering = self._groups.setdefault(share.group, Gathering(share.first, share.k, share.n, share.stage))
        gathering.shares[share.index] = share.digest
        if share.index < share.k:
            self._payloads[share.first + share.index] = share.digest

    def mend(self) -> None:
        """Write the journals anew with what is here, so that later runs do not look for what this disk has lost.

        Whoever remembers that the rest was fetched must have forgotten it.
        """
        if not self._is_compared:  # a large card takes an hour
            self.distrust()  # parity of a group that was whole is gone, and the lines that told that it was may be too
            self._look_what_is_whole()
        self.moved.mend()
        self._drop_untold()
        self._unwritten = []
        for group, gathering in self._groups.items():
            for index, digest in gathering.shares.items():
                self._note(group, index, gathering, digest)
        lines = "".join(f"{line}\n" for line in self._unwritten)
        write_file(self.folder / "journal", lines.encode("ascii"), _JOURNAL)
        self.lines, self._unwritten, self.lost = len(self._unwritten), [], 0

    @property
    def payloads(self) -> int:
        """How many payloads are here."""
        return len(self._payloads)

    @property
    def numbers(self) -> Collection[int]:
        """The numbers of the payloads that are here."""
        return self._payloads.keys()

    @property
    def stored(self) -> int:
        """How many bytes of payloads and waiting parity are on the disk."""
        return (len(self._payloads) + len(self._kept_parity)) * self.payload_size

    @property
    def has_beginning(self) -> bool:
        """Whether the first payload is here, which shows whose the consignment is."""
        return 0 in self._payloads

    def sender(self) -> bytes | None:
        """Return the Ed25519 key (32 bytes) of the device that vouches for it, None before its first payload is here.

        Raises BadConsignment.
        """
        if not self.has_beginning:
            return None
        beginning = self._first(1)
        device = read_sender(beginning, beginning.length, self.consignment)
        if device is None:
            raise BadConsignment("Expected inventory.json as the first file of a consignment, found the end of a tar.")
        return device

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

    def gaps(self) -> tuple[int, int]:
        """Return how many groups have begun and are not whole, and how many shares at least they lack together."""
        lacking = [group.k - len(group.shares) for group in self._groups.values() if not group.whole]
        return len(lacking), sum(max(0, count) for count in lacking)

    def has(self, header: Header) -> bool:
        """Whether the share's group is whole and does not contradict it; may be asked by any thread."""
        gathering = self._groups.get(header.group)
        return (
            gathering is not None
            and gathering.whole
            and gathering.shares.get(header.index, header.payload) == header.payload
        )

    def needs(self, header: Header) -> bool:
        """Whether this share tells something new; raises BadConsignment if it is another one than was here before."""
        gathering = self._groups.get(header.group)
        if gathering is None:
            return True
        if gathering.shares.get(header.index, header.payload) != header.payload:
            raise BadConsignment("Expected one content for each share of a group, found two.")
        return not gathering.whole and header.index not in gathering.shares

    def foresee(self) -> None:
        """Look whether it shows where the card's files lie; from then on their payloads may be placed in them.

        Only for a consignment that an accepted device vouches for.
        """
        count = self.contiguous if self._foreseen else 0
        if self._foreseen is None or count == self._looked:
            return
        self._looked = count
        try:
            stream = self._first(count)
            self.placing.layout = self._foreseen.look(stream, stream.length, self.payload_size)
        except (BadConsignment, BadEncoding, BadPath):
            self._foreseen = None  # taking it in says what is wrong with it
        if self.placing.layout is not None:
            self._foreseen = None

    def place(self, header: Header, payload: memoryview) -> Placed | None:
        """Write a checked payload straight into the files it belongs to; None if it does not go there. For any thread.

        Raises StorageFull, StorageRefused.
        """
        if header.index >= header.k:
            return None
        return self.placing.place(header.first + header.index, payload, self._payloads)

    def take(self, header: Header, written: Path | Placed) -> None:
        """Keep the checked share whose payload was *written* there. Raises BadConsignment."""
        with refusals("what arrives"):
            size = written.size if isinstance(written, Placed) else written.stat().st_size
        require_size(size, self.payload_size)
        gathering = self._groups.setdefault(header.group, Gathering(header.first, header.k, header.n, header.stage))
        gathering.require_agreement(header)
        if header.index < header.k:
            self._keep_payload(header.first + header.index, header.payload, written)
        elif isinstance(written, Path):
            self._keep(written, self._shares.parity(header.group, header.index))
            self._kept_parity.add((header.group, header.index))
        gathering.shares[header.index] = header.payload
        self.payload_size = size
        self._note(header.group, header.index, gathering, header.payload)
        self._gathered(header.group, gathering)

    def _keep_payload(self, number: int, digest: bytes, written: Path | Placed) -> None:
        known = self._payloads.get(number)
        if known is None:
            if isinstance(written, Placed):
                self.moved.keep(number, written.pieces, written.gaps)
                with refusals("what arrives"):  # what our own disk damaged may lie there still, and would be believed
                    self._shares.payload(number).unlink(missing_ok=True)
                self._unflushed |= {self.moved.path(piece.source) for piece in written.pieces}
            else:
                self._keep(written, self._shares.payload(number))
            self._payloads[number] = digest
        elif known != digest:
            raise BadConsignment(
                "Expected one content for each part of the stream, found two: the consignment contradicts itself."
            )

    def _keep(self, written: Path, where: Path) -> None:
        with refusals("what arrives"):
            written.rename(where)
        self._unflushed.add(where)

    def _note(self, group: bytes, index: int, gathering: Gathering, digest: bytes) -> None:
        self._unwritten.append(gathering.share(group, index, digest, self.payload_size).line())

    def _gathered(self, group: bytes, gathering: Gathering) -> None:
        """Decode only the groups that have waited longest: data that is on its way is cheaper than decoding."""
        if not gathering.missing():
            self._waiting.pop(group, None)
            self._whole(group, gathering)
        elif len(gathering.shares) >= gathering.k:
            self._waiting[group] = gathering
            if len(self._waiting) > PATIENCE:
                oldest = next(iter(self._waiting))
                self._decode(oldest, self._waiting.pop(oldest))

    def settle(self) -> None:
        """Decode every group that has enough shares: nothing more is on its way."""
        self._waiting.clear()
        for group, gathering in self._groups.items():
            if not gathering.whole and len(gathering.shares) >= gathering.k:
                self._decode(group, gathering)

    def _whole(self, group: bytes, gathering: Gathering) -> None:
        gathering.whole = True
        for index in [index for index in gathering.shares if index >= gathering.k]:
            self._shares.parity(group, index).unlink(missing_ok=True)
            self._kept_parity.discard((group, index))
            self._unflushed.discard(self._shares.parity(group, index))

    def _decode(self, group: bytes, gathering: Gathering) -> None:
        shares = {
            index: checked(self._shares.read(group, gathering, index, self.payload_size), gathering.shares[index])
            for index in sorted(gathering.shares)[: gathering.k]  # data first: only the gaps cost arithmetic
        }
        decoded = erasure.decode(shares, gathering.k, gathering.n - gathering.k)
        for index in gathering.missing():
            digest = blake3(decoded[index]).digest()
            self._keep_decoded(gathering.first + index, digest, decoded[index])
            gathering.shares[index] = digest
            self._note(group, index, gathering, digest)
        self._whole(group, gathering)

    def _keep_decoded(self, number: int, digest: bytes, data: bytes) -> None:
        placed = self.placing.place(number, memoryview(data), self._payloads)
        if placed is not None:
            try:
                return self._keep_payload(number, digest, placed)
            finally:
                self.placing.release(number)
        written = self.folder / "decoded"
        with refusals("what arrives"):
            written.write_bytes(data)
        return self._keep_payload(number, digest, written)

    def flush(self) -> None:
        """Write the journal of what was taken since the last flush."""
        self.moved.flush()  # first: what the journal speaks of is looked for there
        if self._unwritten:
            append_lines(self.folder / "journal", self._unwritten, _JOURNAL)
            self.lines += len(self._unwritten)
            self._unwritten = []

    def stream(self) -> Stream:
        """Return all of the stream that is here without a gap. Raises BadConsignment if the disk has lost some."""
        return self._first(self.contiguous)

    def _first(self, count: int) -> Stream:
        for number in range(count):
            path = self._shares.payload(number)
            if number in self.moved and not path.exists():
                continue
            if not path.is_file() or path.stat().st_size != self.payload_size:
                raise BadConsignment("Expected all that has arrived on this desk's own disk, found a part missing.")
        return Stream(self.folder / "payloads", count, self.moved, self.payload_size or PAYLOAD)

    def remove(self) -> None:
        """Delete the folder: everything of this consignment is in the archive."""
        self.placing.hold()
        with refusals("what arrives"):
            shutil.rmtree(self.folder)


def _flush_if_there(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):  # it was moved, and what it was moved to is on the disk
        flush_file(path)
