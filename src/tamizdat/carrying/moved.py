"""What a whole consignment has let go of while it is taken in: payloads whose bytes lie in files already.

A card fills most of a desk's disk, so it must not lie there twice. While files are copied out of the stream, a payload
is deleted as soon as the disk has each of its bytes elsewhere::

    incoming/<consignment>/
      files/<n>   the n-th file that the closing manifest lists, from its beginning on
      between     what lies between files (headers of the tar) in payloads that were let go, one after the other
      moved       append-only, a line a payload: <number> <piece>,…     written before the payload is deleted
      adopted     append-only, a line a file: <n> <SHA-256>             written before it becomes an object

A piece is ``<n>:<offset>:<length>``, or ``-:<offset>:<length>`` for one of ``between``; the pieces of a payload, in
order, are its bytes. So whatever was let go can be read as before, also after a kill.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.disk.files import append_lines, flush_folder, read_lines, refusals

WHAT: Final = "what arrives"
BETWEEN: Final = -1  #: the source of a piece that lies between files


class Piece(NamedTuple):
    """Bytes of a payload: *length* from *offset* on in the *source*-th file, or in what lies between files."""

    source: int
    offset: int
    length: int


class Moved:
    """The payloads that one consignment has let go of. *objects* is where its files become objects."""

    def __init__(self, folder: Path, objects: Path) -> None:
        self.files = folder / "files"
        self._folder, self._objects = folder, objects
        self._payloads: dict[int, tuple[Piece, ...]] = {}
        self._prefixes: dict[int, int] = {}
        for line in read_lines(folder / "moved", WHAT):
            self._know(*_read_line(line))
        self._adopted = dict(_read_adopted(read_lines(folder / "adopted", WHAT)))

    def __contains__(self, number: int) -> bool:
        return number in self._payloads

    def __bool__(self) -> bool:
        return bool(self._payloads)

    def _know(self, number: int, pieces: tuple[Piece, ...]) -> None:
        self._payloads[number] = pieces
        for piece in pieces:
            end = piece.offset + piece.length
            self._prefixes[piece.source] = max(end, self._prefixes.get(piece.source, 0))

    def prefix(self, file: int) -> int:
        """Return how many bytes of a file, from its beginning on, must be kept: payloads were let go for them."""
        return self._prefixes.get(file, 0)

    def adopted(self, file: int) -> str | None:
        """Return the SHA-256 under which a file became an object; None if it did not."""
        digest = self._adopted.get(file)
        here = digest is None or (self.files / str(file)).exists() or not self._object(digest).exists()
        return None if here else digest

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
                found = os.preadv(handle, [room[at : at + piece.length]], piece.offset)
            finally:
                os.close(handle)
            at += found
            if found != piece.length:
                break
        return at

    def let_go(self, payloads: Mapping[int, tuple[Sequence[Piece], Sequence[bytes]]], where: Path) -> None:
        """Delete payloads from *where*: each with its pieces in files, and the bytes between them.

        Every byte of *files* that they name is on the disk. Raises StorageFull, StorageRefused; then they stay.
        """
        if not payloads:
            return
        end, lines, between = self._between(), [], bytearray()
        found: dict[int, tuple[Piece, ...]] = {}
        for number, (pieces, gaps) in payloads.items():
            rest, placed = iter(gaps), list[Piece]()
            for piece in pieces:
                if piece.source == BETWEEN:
                    placed.append(Piece(BETWEEN, end + len(between), piece.length))
                    between += next(rest)
                else:
                    placed.append(piece)
            found[number] = tuple(placed)
            lines.append(f"{number} {','.join(map(_written, placed))}")
        with refusals(WHAT):
            _append(self._folder / "between", end, between)
        append_lines(self._folder / "moved", lines, WHAT)
        for number, all_of_it in found.items():
            self._know(number, all_of_it)
        with refusals(WHAT):
            for number in found:
                (where / str(number)).unlink()

    def _between(self) -> int:
        """Return how long ``between`` is; what a run that was killed wrote behind that is written over."""
        return self._prefixes.get(BETWEEN, 0)

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


def _written(piece: Piece) -> str:
    return f"{'-' if piece.source == BETWEEN else piece.source}:{piece.offset}:{piece.length}"


def _read_line(line: str) -> tuple[int, tuple[Piece, ...]]:
    number, _, pieces = line.partition(" ")
    split = (piece.split(":") for piece in pieces.split(","))
    return int(number), tuple(
        Piece(BETWEEN if source == "-" else int(source), int(offset), int(length)) for source, offset, length in split
    )


def _read_adopted(lines: Iterable[str]) -> Iterable[tuple[int, str]]:
    for line in lines:
        file, _, digest = line.partition(" ")
        yield int(file), digest


def _append(path: Path, end: int, data: bytes | bytearray) -> None:
    if not path.exists():
        path.touch(0o600)
        flush_folder(path.parent)
    _write(path, end, data)


def _write(path: Path, offset: int, data: bytes | bytearray) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.pwrite(handle, data, offset) != len(data):
            raise OSError(28, os.strerror(28))
        os.fsync(handle)
    finally:
        os.close(handle)
