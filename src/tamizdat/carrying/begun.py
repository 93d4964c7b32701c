"""What was begun and is not sealed to its end, known to the device from the first moment on.

An open consignment is there only when the card was listed, and a card may need several. So a mark lies in the folder
from before the passphrase is asked for until all of the card is sealed: else whoever was cut off in the first second,
or between two consignments, would be told that everything is away::

    begun/<random>     empty until the passphrase was typed; then sealed under the settings key: a key of its own, and
                       by it the keyed hash of the card's mount point, as in the state of an open consignment

A mark goes when a sealing of that card came to its end, or ``seal --abandon`` was said.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.carrying.open_state import keyed_root
from tamizdat.carrying.outbox import outboxes
from tamizdat.disk.files import flush_folder, refusals, write_file
from tamizdat.encoding import canonical, parse_canonical
from tamizdat.errors import BadArchive, BadEncoding, InUse, StorageFull, UsageError
from tamizdat.home.home import Home, alone

FOLDER: Final = "begun"
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
    mark = _new_mark(folder)
    _write(mark, b"")
    try:
        yield
    finally:
        _take_away([mark])


@contextmanager
def noted(home: Home, root: Path) -> Iterator[None]:
    """Keep the mark of a sealing of the card at *root* until it came to its end.

    What was refused before a consignment was opened leaves none, unless an earlier run had left it.
    """
    known, number = _marks_of(home, root), home.settings.get("consignments")
    of_no_card = _empty(home.folder)  # of a run that was killed, or our own; not of one that is begun meanwhile
    marks = known or [_note(home, root)]
    try:
        yield
    except UsageError:
        if not known and home.settings.get("consignments") == number:
            _take_away(marks)
        raise
    _take_away([*marks, *of_no_card])


def _note(home: Home, root: Path) -> Path:
    key = secrets.token_bytes(32)
    mark = _new_mark(home.folder)
    _write(mark, home.keyring.seal(canonical({"key": key.hex(), "root": keyed_root(key, root)}), _context(mark)))
    return mark


def _write(mark: Path, data: bytes) -> None:
    with suppress(StorageFull):  # then no consignment is opened either; and one that is open goes on, and makes room
        with refusals(_WHAT):
            mark.parent.mkdir(mode=0o700, exist_ok=True)
            flush_folder(mark.parent.parent)
        write_file(mark, data, _WHAT)


def forget_all(folder: Path) -> None:
    """Take away every mark: nothing that was begun is to be gone on with."""
    _take_away(_marks(folder))


def _take_away(marks: list[Path]) -> None:
    with refusals(_WHAT):
        for mark in marks:
            mark.unlink(missing_ok=True)


def _empty(folder: Path) -> list[Path]:
    """Return the marks that say of no card."""
    found = []
    for mark in _marks(folder):
        with suppress(FileNotFoundError):
            found += [mark] if mark.stat().st_size == 0 else []
    return found


def _marks_of(home: Home, root: Path) -> list[Path]:
    """Return the marks of the card at *root*; a damaged one is of no card, and goes with ``seal --abandon``."""
    found = []
    for mark in _marks(home.folder):
        with suppress(BadArchive, BadEncoding, FileNotFoundError, KeyError, ValueError):
            said = parse_canonical(home.keyring.open(mark.read_bytes(), _context(mark)), _WHAT)
            if said["root"] == keyed_root(bytes.fromhex(said["key"]), root):
                found.append(mark)
    return found


def _new_mark(folder: Path) -> Path:
    return folder / FOLDER / secrets.token_hex(8)


def _context(mark: Path) -> str:
    return f"begun {mark.name}"


def _marks(folder: Path) -> list[Path]:
    """Return the marks; names that begin with a dot are of marks that were not written to their end."""
    with refusals(_WHAT):
        try:
            return sorted(path for path in (folder / FOLDER).iterdir() if not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            return []
