"""What was read of a backup while a desk is made again: its packs and heads, and their pieces, kept sealed."""

from dataclasses import field
from pathlib import Path
from typing import Final

from blake3 import blake3

from tamizdat.backup.file_list import Head
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import append_lines, flush_folder, make_private, read_lines, refusals, write_file
from tamizdat.errors import BadArchive, BadBackup, KeyMissing
from tamizdat.home.keyring import Keyring
from tamizdat.keys import SealingKey

WHAT: Final = "the desk that is made again"


@dataclass
class Found:
    """What a recovery key opens in a place. *packs* maps the name of each pack to the pieces in it."""

    place: str
    packs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    heads: dict[int, Head] = field(default_factory=dict)
    strange: int = 0  #: files that are sealed to other keys
    damaged: list[str] = field(default_factory=list)  #: names of files that do not hold

    def newest(self) -> Head:
        """Return the head of the newest backup; raises KeyMissing or BadBackup."""
        if self.heads:
            return self.heads[max(self.heads)]
        if self.packs:
            raise BadBackup(
                f"Expected a finished backup in “{self.place}”, found {len(self.packs)} files of one and not its "
                "head: it was never finished, or the file with the head is gone. Try another place."
            )
        if self.strange:
            raise KeyMissing(
                f"Expected files in “{self.place}” that this recovery key opens, found {self.strange} that are "
                "sealed to other keys. It is another desk's sheet, or an older one: the key's number stands on each "
                "sheet."
            )
        raise BadBackup(
            f"Expected a backup in “{self.place}”, found {len(self.damaged)} damaged files and no sound one. Is it "
            "the right folder? Try another place."
        )

    def pieces(self) -> set[str]:
        """Return the SHA-256 of every piece that is whole."""
        return {piece for pieces in self.packs.values() for piece in pieces}


class Kept:
    """Pieces that were read, in ``restoring/``, sealed: the desk's keys are among them."""

    def __init__(self, folder: Path, key: SealingKey) -> None:
        self.folder = folder
        self._seal = Keyring(blake3(key.seed, derive_key_context="tamizdat restoring v1").digest())
        with refusals(WHAT):
            folder.mkdir(exist_ok=True, mode=0o700)

    def take_up(self, found: Found) -> None:
        """Add what an earlier run has read and kept."""
        for line in read_lines(self.folder / "packs", WHAT):
            name, *pieces = line.split(" ")
            found.packs[name] = tuple(pieces)
        with refusals(WHAT):
            for path in (self.folder / "heads").glob("[0-9]*"):
                head = Head.parse(path.read_bytes())
                found.heads[head.number] = head

    def add(self, name: str, pieces: dict[str, memoryview], heads: list[Head]) -> None:
        """Write the pieces of one pack, then its name: all of it was kept, or it is read again."""
        shelves = {self._path(piece).parent for piece in pieces} | ({self.folder / "heads"} if heads else set())
        with refusals(WHAT):
            for shelf in shelves:
                make_private(shelf)
        for piece, data in pieces.items():
            write_file(self._path(piece), self._seal.seal(bytes(data), piece), WHAT, flush=False)
        for head in heads:
            write_file(self.folder / "heads" / str(head.number), head.encode(), WHAT, flush=False)
        with refusals(WHAT):
            for shelf in shelves:
                flush_folder(shelf)
        append_lines(self.folder / "packs", [" ".join([name, *pieces])], WHAT)

    def read(self, piece: str) -> bytes:
        """Return a piece; raises BadBackup if this computer's own disk has damaged it."""
        with refusals(WHAT):
            sealed = self._path(piece).read_bytes()
        try:
            return self._seal.open(sealed, piece)
        except BadArchive as error:
            raise BadBackup(
                "A piece of the backup was damaged on this computer's own disk, which may be failing. Make the desk "
                "again in another folder, on another disk."
            ) from error

    def forget(self, piece: str) -> None:
        """Delete a piece that is in its place."""
        with refusals(WHAT):
            self._path(piece).unlink(missing_ok=True)

    def _path(self, piece: str) -> Path:
        return self.folder / "pieces" / piece[:2] / piece
