"""What was begun and is not sealed to its end, known to the device from the first moment on.

An open consignment is there only when the card was listed, and a card may need several. So a mark lies in the folder
from before the passphrase is asked for until all of the card is sealed: else whoever was cut off in the first second,
or between two consignments, would be told that everything is away::

    begun/<random>     empty until the passphrase was typed; then sealed under the settings key: a key of its own, and
                       by it the keyed hash of the card's mount point, as in the state of an open consignment; and, as
                       soon as the card is listed, the marks of its first files; at the end, before these, of those
                       that it did not give

A mark goes when a sealing of that card came to its end, or ``seal --abandon`` was said. All cards of a camera may have
one mount point, and one card several: it is known by these files, and by its mount point only if it was never listed.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.carrying.carried import mark
from tamizdat.carrying.open_state import keyed_root
from tamizdat.carrying.outbox import outboxes
from tamizdat.disk.files import flush_folder, refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical
from tamizdat.errors import BadArchive, BadEncoding, InUse, StorageFull, UsageError
from tamizdat.footage.card import Card, CardFile
from tamizdat.home.home import Home, alone

FOLDER: Final = "begun"
FILES: Final = 64  #: of a card, by which it is known again
_WHAT: Final = "the mark of what was begun"


class Unfinished(NamedTuple):
    """What is not sealed to its end: the numbers of open *consignments*, and whether a card has none yet (*unopened*).

    *at_work*: another process seals at this moment, and so it need not be begun again.
    """

    consignments: tuple[int, ...]
    unopened: bool
    at_work: bool

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.consignments) or self.unopened


def unfinished(folder: Path) -> Unfinished:
    """Return what of the device in *folder* is begun and not sealed to its end. Needs no passphrase."""
    opened = tuple(outbox.number for outbox in outboxes(folder) if outbox.is_open)
    marked = bool(_marks(folder))
    return Unfinished(opened, marked and not opened, (marked or bool(opened)) and _is_sealing(folder))


def _is_sealing(folder: Path) -> bool:
    try:
        with alone(folder, "sealing", 0.0):
            return False
    except InUse:
        return True


@contextmanager
def begun(folder: Path) -> Iterator[None]:
    """Mark that a sealing is begun, before anybody can say of which card: the sealing itself does (:func:`noted`).

    Only a kill leaves this mark behind.
    """
    path = _new_mark(folder)
    _write(path, b"")
    try:
        yield
    finally:
        _take_away([path])


@contextmanager
def noted(home: Home, root: Path) -> Iterator["Noted"]:
    """Keep the mark of a sealing of the card at *root* until it came to its end; it is told what is on that card.

    What was refused before a consignment was opened leaves none, unless an earlier run had left it.
    """
    number = home.settings.get("consignments")
    of_no_card = _empty(home.folder)  # of a run that was killed, or our own; not of one that is begun meanwhile
    mine = Noted(home, root)
    try:
        yield mine
    except UsageError:
        if home.settings.get("consignments") == number:
            _take_away([mine.path])
        raise
    _take_away([*([] if mine.is_lacking else [mine.path]), *mine.earlier, *of_no_card])


class Noted:
    """The mark of a sealing, at *path*; *earlier*: those that runs which were cut off left of the same card.

    It stays if the card did not give all (*is_lacking*): nobody is told then that everything is away.
    """

    def __init__(self, home: Home, root: Path) -> None:
        self._home, self._root, self._key = home, root, secrets.token_bytes(32)
        self._known = _said_before(home, root)
        self.earlier: set[Path] = set()
        self.is_lacking = False
        self._files: Iterable[CardFile] = ()
        self.path = _new_mark(home.folder)
        self._say({})

    def listed(self, card: Card) -> None:
        """Note by what the card is known from another one at the same mount point."""
        self._files = card.files
        self._say_files(card.files)
        for said in self._known:
            if any(mark(said.key, file) in said.files for file in card.files) if said.files else said.is_here:
                self.earlier.add(said.path)

    def lost(self, paths: Collection[str]) -> None:
        """Note what the card did not give: by that it is known again when all else was wiped from it."""
        self.is_lacking = True
        self._say_files(chain((file for file in self._files if file.path in paths), self._files))

    def _say_files(self, files: Iterable[CardFile]) -> None:
        self._say({"files": list(dict.fromkeys(mark(self._key, file) for file in islice(files, FILES)))})

    def _say(self, more: dict[str, Json]) -> None:
        said = {"key": self._key.hex(), "root": keyed_root(self._key, self._root), **more}
        _write(self.path, self._home.keyring.seal(canonical(said), _context(self.path)))


def _write(path: Path, data: bytes) -> None:
    with suppress(StorageFull):  # then no consignment is opened either; and one that is open goes on, and makes room
        with refusals(_WHAT):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            flush_folder(path.parent.parent)
        write_file(path, data, _WHAT)


def forget_all(folder: Path) -> None:
    """Take away every mark: nothing that was begun is to be gone on with."""
    _take_away(_marks(folder))


def _take_away(marks: Iterable[Path]) -> None:
    with refusals(_WHAT):
        for each in marks:
            each.unlink(missing_ok=True)


def _empty(folder: Path) -> list[Path]:
    """Return the marks that say of no card."""
    found = []
    for path in _marks(folder):
        with suppress(FileNotFoundError):
            found += [path] if path.stat().st_size == 0 else []
    return found


class _Said(NamedTuple):
    """What a mark says; *is_here*: of a card at the same mount point."""

    path: Path
    key: bytes
    is_here: bool
    files: frozenset[str]


def _said_before(home: Home, root: Path) -> list[_Said]:
    """Return what earlier marks say; a damaged one says nothing, and goes with ``seal --abandon``."""
    found = []
    for path in _marks(home.folder):
        with suppress(BadArchive, BadEncoding, FileNotFoundError, KeyError, ValueError, TypeError):
            said = parse_canonical(home.keyring.open(path.read_bytes(), _context(path)), _WHAT)
            key = bytes.fromhex(said["key"])
            found.append(_Said(path, key, said["root"] == keyed_root(key, root), frozenset(said.get("files", []))))
    return found


def _new_mark(folder: Path) -> Path:
    return folder / FOLDER / secrets.token_hex(8)


def _context(path: Path) -> str:
    return f"begun {path.name}"


def _marks(folder: Path) -> list[Path]:
    """Return the marks; names that begin with a dot are of marks that were not written to their end."""
    with refusals(_WHAT):
        try:
            return sorted(path for path in (folder / FOLDER).iterdir() if not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            return []
