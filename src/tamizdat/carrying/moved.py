"""Payloads of a consignment whose bytes lie in files of the card already, and how to read them all the same.

Footage is written once: as soon as it shows where the files of a card lie in the stream, a payload that arrives is
written straight into them (:mod:`.placed_payloads`). What came before that is copied when the consignment is
whole, and a payload is deleted as soon as the disk has each of its bytes elsewhere; a card must not lie there twice::

    incoming/<consignment>/
      files/<n>   the n-th file of the stream, from 0, those of the frame not counted
      between     what lies between files (headers of the tar) in payloads that were let go, one after the other
      moved       append-only, a line a payload: <number> <piece>,… <check>   written before the payload is deleted;
                  without a piece: it lies in a file of its own again; the check is that of :mod:`.arrival_journal`,
                  and lines of earlier versions have none
      adopted     append-only, a line a file: <n> <SHA-256>             written before it becomes an object

A piece is ``<n>:<offset>:<length>``, or ``-:<offset>:<length>`` for one of ``between``; the pieces of a payload, in
order, are its bytes. So whatever was placed or let go can be read as before, also after a kill.
"""

import errno
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tamizdat.carrying.arrival_journal import check
from tamizdat.carrying.layout import BETWEEN, Layout, Piece
from tamizdat.disk.files import append_lines, flush_folder, read_all, read_lines, refusals, write_file

WHAT: Final = "what arrives"
_ADOPTED: Final = re.compile(r"([0-9]{1,15}) ([0-9a-f]{64})")


class Moved:
    """The payloads that one consignment has let go of. *objects* is where its files become objects."""

    def __init__(self, folder: Path, objects: Path) -> None:
        self.files = folder / "files"
        self._folder, self._objects = folder, objects
        self._payloads: dict[int, tuple[Piece, ...]] = {}
        self._end = 0  # of what is known to lie in `between`
        self._unwritten: list[str] = []
        self._damaged = 0  # lines that this disk has damaged
        for line in read_lines(folder / "moved", WHAT):
            self._replay(line)
        self._adopted = dict(_read_adopted(read_lines(folder / "adopted", WHAT)))

    def __contains__(self, number: int) -> bool:
        return number in self._payloads

    def __bool__(self) -> bool:
        return bool(self._payloads)

    @property
    def is_damaged(self) -> bool:
        """Whether this disk has damaged what it knows: what it speaks of is to be read and compared."""
        return self._damaged > 0

    def mend(self) -> None:
        """Write anew where payloads lie, without what this disk has damaged."""
        if self._damaged:
            lines = "".join(f"{_line(*each)}\n" for each in self._payloads.items())
            write_file(self._folder / "moved", lines.encode("ascii"), WHAT)
            self._damaged = 0

    def _replay(self, line: str) -> None:
        try:
            self._know(*_read_line(line))
        except ValueError:
            self._damaged += 1

    def _know(self, number: int, pieces: tuple[Piece, ...]) -> None:
        if pieces:
            self._payloads[number] = pieces
        else:
            self._payloads.pop(number, None)
        self._end = max([self._end, *(piece.offset + piece.length for piece in pieces if piece.source == BETWEEN)])

    def adopted(self, file: int) -> str | None:
        """Return the SHA-256 under which a file became an object; None if it did not."""
        digest = self._adopted.get(file)
        here = digest is None or (self.files / str(file)).exists() or not self._object(digest).exists()
        return None if here else digest

    def make_writable(self) -> None:
        """Let files be written again that were about to become objects, which nobody may write, when a run ended."""
        with refusals(WHAT):
            for path in self.files.iterdir() if self.files.is_dir() else ():
                path.chmod(0o600)

    def _object(self, digest: str) -> Path:
        return self._objects / digest[:2] / digest

    def path(self, source: int) -> Path:
        """Return where the bytes of a piece's source lie."""
        if source == BETWEEN:
            return self._folder / "between"
        digest = self.adopted(source)
        return self.files / str(source) if digest is None else self._object(digest)

    def read(self, number: int, room: memoryview) -> int:
        """Fill *room* with a payload that was let go; return how many bytes of it are there. Raises OSError."""
        at = 0
        for piece in self._payloads[number]:
            handle = os.open(self.path(piece.source), os.O_RDONLY | os.O_CLOEXEC)
            try:
                found = len(read_all(handle, room[at : at + piece.length], piece.offset))
            finally:
                os.close(handle)
            at += found
            if found != piece.length:
                break
        return at

    def keep(self, number: int, pieces: Sequence[Piece], gaps: Sequence[bytes]) -> None:
        """Note a payload that was written into files, before the disk has it; *gaps* are the bytes between them."""
        end, between = self._end, bytearray()
        placed = _place_gaps(pieces, gaps, end, between)
        if between:
            with refusals(WHAT):
                _append(self._folder / "between", end, between, flush=False)
        self._know(number, placed)
        self._unwritten.append(_line(number, placed))

    def flush(self) -> None:
        """Write the journal of what was noted since the last flush."""
        if self._unwritten:
            append_lines(self._folder / "moved", self._unwritten, WHAT)
            self._unwritten = []

    def let_go(self, payloads: Mapping[int, tuple[Sequence[Piece], Sequence[bytes]]], where: Path) -> None:
        """Delete payloads from *where*: each with its pieces in files, and the bytes between them.

        Every byte of *files* that they name is on the disk. Raises StorageFull, StorageRefused; then they stay.
        """
        if not payloads:
            return
        end, between = self._end, bytearray()
        found = {number: _place_gaps(pieces, gaps, end, between) for number, (pieces, gaps) in payloads.items()}
        with refusals(WHAT):
            _append(self._folder / "between", end, between)
        append_lines(self._folder / "moved", [_line(*each) for each in found.items()], WHAT)
        for number, pieces in found.items():
            self._know(number, pieces)
        with refusals(WHAT):
            for number in found:
                (where / str(number)).unlink()

    def take_back(self, layout: Layout, where: Path) -> None:
        """Write payloads that lie elsewhere than *layout* says into *where* again, each as a file of its own.

        The inventory may promise more than comes: where a sealing was concluded early, the closing documents follow.
        """
        wrong = [number for number, pieces in self._payloads.items() if not _agree(pieces, layout.pieces(number))]
        with refusals(WHAT):
            for number in wrong:
                room = memoryview(bytearray(layout.payload_size))
                _write(where / str(number), 0, room[: self.read(number, room)])
            flush_folder(where)
        if wrong:
            append_lines(self._folder / "moved", [_line(number, ()) for number in wrong], WHAT)
            for number in wrong:
                self._know(number, ())

    def put_back(self, where: Path) -> None:
        """Write payloads that came once more over the pieces of them that this disk had damaged, and delete them."""
        for number in self._payloads:
            again = where / str(number)
            if not again.exists():
                continue
            with refusals(WHAT):
                data, at = again.read_bytes(), 0
                for piece in self._payloads[number]:
                    _write(self.path(piece.source), piece.offset, data[at : at + piece.length])
                    at += piece.length
                again.unlink()

    def adopt(self, digests: Iterable[tuple[int, str]]) -> None:
        """Note that files become objects, before they do. There is no need to if no payload was let go."""
        if self._payloads:
            lines = [f"{file} {digest}" for file, digest in digests]
            append_lines(self._folder / "adopted", lines, WHAT)
            self._adopted |= dict(_read_adopted(lines))


def _place_gaps(pieces: Sequence[Piece], gaps: Sequence[bytes], end: int, between: bytearray) -> tuple[Piece, ...]:
    """Append *gaps* to *between*, which is written at *end*, and say of each where it will lie."""
    rest, placed = iter(gaps), list[Piece]()
    for piece in pieces:
        placed.append(piece if piece.source != BETWEEN else Piece(BETWEEN, end + len(between), piece.length))
        if piece.source == BETWEEN:
            between += next(rest)
    return tuple(placed)


def _agree(found: Sequence[Piece], expected: Sequence[Piece]) -> bool:
    """Whether a payload's pieces are those of a layout, wherever the bytes between files lie."""

    def compared(pieces: Sequence[Piece]) -> list[Piece]:
        return [each._replace(offset=0) if each.source == BETWEEN else each for each in pieces]

    return compared(found) == compared(expected)


def _line(number: int, pieces: Sequence[Piece]) -> str:
    said = f"{number} {','.join(map(_written, pieces))}"
    return f"{said} {check(said)}"


def _written(piece: Piece) -> str:
    return f"{'-' if piece.source == BETWEEN else piece.source}:{piece.offset}:{piece.length}"


def _read_line(line: str) -> tuple[int, tuple[Piece, ...]]:
    number, pieces, *rest = line.split(" ")
    if rest and rest != [check(f"{number} {pieces}")]:
        raise ValueError
    split = (piece.split(":") for piece in pieces.split(",") if piece)
    return int(number), tuple(
        Piece(BETWEEN if source == "-" else int(source), int(offset), int(length)) for source, offset, length in split
    )


def _read_adopted(lines: Iterable[str]) -> Iterable[tuple[int, str]]:
    for line in lines:
        if found := _ADOPTED.fullmatch(line):  # else this disk has damaged it: the file itself is looked for
            yield int(found[1]), found[2]


def _append(path: Path, end: int, data: bytes | bytearray, flush: bool = True) -> None:
    if not path.exists():
        path.touch(0o600)
        flush_folder(path.parent)
    _write(path, end, data, flush)


def _write(path: Path, offset: int, data: bytes | bytearray | memoryview, flush: bool = True) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.pwrite(handle, data, offset) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if flush:
            os.fsync(handle)
    finally:
        os.close(handle)
