"""What the desk knows of its backup on one place: which packs are there, and which pieces each holds.

The desk cannot open its own backups, so it keeps a record: ``backups/<number of the place>`` in its folder, an
append-only file. Each line is canonical JSON, sealed with the settings key and in base64, because digests of settings
would let a guess be confirmed::

    {"key": "7Q2M-K0XT"}                          to which recovery key everything below is sealed
    {"pack": "<BLAKE3>", "pieces": ["…"],         about to be sent; sizes in bytes, in the same order: a small object
     "sizes": [900]}                              that the disk has cut short is known by it (earlier records have none)
    {"held": "<BLAKE3>"}                          read back, and whole
    {"dropped": "<BLAKE3>"}                       deleted there, or lost there
    {"file": "<SHA-256>", "pieces": ["…"]}        the pieces of a large object, so that it need not be read again
    {"sizes": {"<SHA-256>": 900}}                 of pieces whose pack was noted without
    {"finished": {…}}                             the last backup that was finished (:class:`Finished`)

The name of a pack is written before it is sent: killed in between, the next run knows what may lie there.
"""

import base64
from collections.abc import Set
from dataclasses import field
from pathlib import Path
from typing import Any, Final

from tamizdat.backup.contents import File, read_piece
from tamizdat.backup.packs import piece_sizes
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import append_lines, read_lines, refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical, sha256_hex
from tamizdat.errors import BadArchive, BadEncoding
from tamizdat.home.home import Home

FOLDER: Final = "backups"
NONE: Final = sha256_hex(b"")
WHAT: Final = "the record of a backup"


@dataclass(frozen=True)
class Finished:
    """The backup that was finished last: its number, the SHA-256 over its list without packs, and its packs."""

    number: int
    contents: str
    packs: tuple[str, ...]


@dataclass
class Record:
    """The record of one place, read."""

    home: Home
    path: Path
    key: str
    held: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: pieces by pack
    sent: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: of which it is not known whether they arrived
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)  #: of pieces, in bytes, as far as they are known
    finished: Finished | None = None
    measured: dict[str, Json] = field(default_factory=dict)  #: sizes that are not noted yet

    @classmethod
    def open(cls, home: Home, number: int, key: str) -> "Record":
        """Read the record of the place with this *number*; raises BadArchive.

        What was sealed to another recovery key than *key* is still there, and holds no pieces.
        """
        with refusals(WHAT):
            (home.folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        record = cls(home, home.folder / FOLDER / str(number), key)
        known = None
        for line in read_lines(record.path, WHAT):
            said = record._opened(line)
            known = said.get("key", known)
            record._apply(said)
        if known != key:
            record.held = dict.fromkeys([*record.held, *record.sent], ())
            record.sent, record.files = {}, {}
            if record.finished:  # its number counts on
                record.finished = Finished(record.finished.number, "", ())
            record.rewrite()
        return record

    def note(self, *said: dict[str, Json]) -> None:
        """Append facts, and return when the disk has them."""
        append_lines(self.path, [self._sealed(each) for each in said], WHAT)
        for each in said:
            self._apply(each)

    def is_cut(self, file: File, packed: Set[str]) -> bool:
        """Whether there is less of an object, or more, than when its pieces were *packed*.

        Of a small one that an earlier version packed all bytes are read, once.
        """
        digest = file.sha256
        if not file.settled or digest == NONE:
            return False
        if not file.size:
            return True
        if known := self.files.get(digest):
            return len(known) != len(piece_sizes(file.size))
        if file.pieces is None or digest not in packed:
            return False
        if digest not in self.sizes and read_piece(file, 0, file.size)[0] == digest:
            self.sizes[digest] = self.measured[digest] = file.size
        return self.sizes.get(digest) != file.size

    def note_sizes(self) -> None:
        """Note the sizes of pieces that had to be read to know them."""
        if self.measured:
            self.note({"sizes": self.measured})
            self.measured = {}

    def pack(self, name: str, pieces: tuple[str, ...]) -> dict[str, Json]:
        """Return what is noted of a pack: its pieces, and their sizes if all are known."""
        sizes = [self.sizes[piece] for piece in pieces if piece in self.sizes]
        told: dict[str, Json] = {"pack": name, "pieces": list[Json](pieces)}
        return told | ({"sizes": list[Json](sizes)} if len(sizes) == len(pieces) else {})

    def rewrite(self) -> None:
        """Write the file anew, without what is over."""
        every: list[dict[str, Json]] = [{"key": self.key}]
        for name, pieces in self.held.items():
            every += [self.pack(name, pieces), {"held": name}]
        every += [self.pack(name, pieces) for name, pieces in self.sent.items()]
        every += [{"file": digest, "pieces": list[Json](pieces)} for digest, pieces in self.files.items()]
        if self.finished:
            said: dict[str, Json] = {**vars(self.finished), "packs": list[Json](self.finished.packs)}
            every.append({"finished": said})
        write_file(self.path, "".join(f"{self._sealed(each)}\n" for each in every).encode("ascii"), WHAT)

    def _apply(self, said: dict[str, Any]) -> None:
        match said:
            case {"pack": name, "pieces": pieces}:
                self.sent[name] = tuple(pieces)
                self.sizes.update(zip(pieces, said.get("sizes", ()), strict=False))
            case {"sizes": sizes}:
                self.sizes.update(sizes)
            case {"held": name}:
                self.held[name] = self.sent.pop(name)
            case {"dropped": name}:
                self.sent.pop(name, None)
                self.held.pop(name, None)
            case {"file": digest, "pieces": pieces}:
                self.files[digest] = tuple(pieces)
            case {"finished": facts}:
                self.finished = Finished(facts["number"], facts["contents"], tuple(facts["packs"]))

    def _sealed(self, said: dict[str, Json]) -> str:
        return base64.b64encode(self.home.keyring.seal(canonical(said), WHAT)).decode("ascii")

    def _opened(self, line: str) -> dict[str, Any]:
        try:
            sealed = base64.b64decode(line, validate=True)
            said: dict[str, Any] = parse_canonical(self.home.keyring.open(sealed, WHAT), WHAT)
        except (ValueError, BadEncoding, BadArchive) as error:
            raise BadArchive(
                f"Expected {WHAT} that this desk has written ({FOLDER}/{self.path.name}), found a damaged line. Delete "
                "that file, then back up again: everything is sent anew; delete the older files in the place yourself."
            ) from error
        return said
