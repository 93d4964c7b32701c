"""Deleting from the card what the desk has proved to hold, and nothing else.

The receipt opens the tags this device kept (:mod:`tamizdat.carrying.receipt`). Every file of the card is read again
in full; a file is deleted only if the tag of exactly these bytes, at this path, is among them. What is new, what
changed, what was marked while sealing and what cannot be read stays.

Deleting on flash memory is not erasing: the controller keeps old blocks. Who must be sure overwrites the whole card
more than once, or destroys it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

from tamizdat.carrying.carried import forget
from tamizdat.carrying.receipt import RECEIPT, file_tag
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import flush_folder, refusals, write_file
from tamizdat.encoding import parse_canonical, sha256
from tamizdat.errors import BadEncoding, StorageFull, UnknownReceipt
from tamizdat.footage.card import CardFile, list_card
from tamizdat.footage.verified_read import Reading
from tamizdat.home.home import require_no_home_in
from tamizdat.ledger.shapes import OPTIONAL, record, several, text
from tamizdat.sealing.inventory import moments
from tamizdat.text.spoken import from_spoken

COPIES: Final = "copies"  #: what a wipe by copies needs (carrying.disk_copies)
COME: Final = ".come"  #: behind the number of a card, in ``receipts``: its receipt was used here; an empty file
READ: Final = 4 << 20  #: bytes at a time


@dataclass(frozen=True)
class Wiped:
    """What a run of wiping did, or with *dry_run* would do. *kept* are paths, for the person at the card only.

    *sealed* is when the card of this receipt was sealed, as ``status`` says it, "" if this device did not write that
    down yet.
    """

    deleted: int
    size: int
    kept: tuple[str, ...]
    refused: tuple[str, ...]
    sealed: str = ""


def wipe(
    home_folder: Path, root: Path, receipt_text: str, dry_run: bool, progress: Callable[[int], None] = lambda size: None
) -> Wiped:
    """Delete below *root* what the receipt proves arrived; no passphrase is needed.

    Raises UnknownReceipt, BadEncoding.
    """
    require_no_home_in(home_folder, root)
    receipt = from_spoken(receipt_text, RECEIPT)
    number, tags = _tags(home_folder, receipt)
    if not dry_run:
        with suppress(StorageFull):  # it only tells 'status', and a full disk must not keep the card from being wiped
            write_file(_mark(home_folder, number), b"", "the receipt's other half")

    def is_proved(path: str, size: int, digest: bytes) -> bool:
        return file_tag(receipt, path, size, digest).hex() in tags

    wiped = delete_matching(root, is_proved, None, dry_run, progress)
    if wiped.deleted and not dry_run:  # of another card nothing is deleted: what is known of this one is needed still
        forget(home_folder, number)
        for name in (f"{number:04d}", f"{number:04d}.parcels"):
            with refusals("what a wipe by copies needs"):
                (home_folder / COPIES / name).unlink(missing_ok=True)
    return replace(wiped, sealed=names_of_sealed_cards(home_folder)[number])


def require_known(home_folder: Path, receipt_text: str) -> None:
    """Raise UnknownReceipt, or BadEncoding, unless this is the receipt of a card that this device sealed."""
    _tags(home_folder, from_spoken(receipt_text, RECEIPT))


def delete_matching(
    root: Path,
    is_safe: Callable[[str, int, bytes], bool],
    before: Callable[[], object] | None,
    dry_run: bool,
    progress: Callable[[int], None],
) -> Wiped:
    """Delete below *root* each file of which *is_safe* says so, by path, size and SHA-256; all are read first.

    *before* is called when all was read, before anything is deleted, and may raise; without it each file is deleted as
    soon as it was read.
    """
    deleted, size = 0, 0
    kept: list[str] = []
    refused: list[str] = []
    card = list_card(root)
    safe: Iterable[CardFile] = (file for file in card.files if _is_matching(file, is_safe, kept, progress))
    if before is not None:
        safe = list(safe)
        before()
    for file in safe:
        if dry_run or _delete(file):
            deleted, size = deleted + 1, size + file.size
        else:
            refused.append(file.path)
    return Wiped(deleted, size, tuple(kept + [path for path, _ in card.left_out]), tuple(refused))


def _is_matching(
    file: CardFile, is_safe: Callable[[str, int, bytes], bool], kept: list[str], progress: Callable[[int], None]
) -> bool:
    digest, whole = _read(file, progress)
    if whole and is_safe(file.path, file.size, digest):
        return True
    kept.append(file.path)
    return False


def receipt_has_come(home_folder: Path, number: int) -> bool:
    """Tell whether the receipt of card *number* was used on this device; of earlier versions' wiping nothing tells."""
    return _mark(home_folder, number).exists()


def _mark(home_folder: Path, number: int) -> Path:
    return home_folder / "receipts" / f"{number:04d}{COME}"


def sealed_cards(home_folder: Path) -> list[tuple[int, str]]:
    """Return the number of each card sealed to the end, and when that was begun; "" where it is not known."""
    return [(number, kept.opened) for number, kept in _kept(home_folder)]


def names_of_sealed_cards(home_folder: Path) -> dict[int, str]:
    """Return by their numbers when the cards were sealed, in the words by which both sides tell them apart."""
    cards = sealed_cards(home_folder)
    names = moments([opened for _, opened in cards])
    return {number: name for (number, _), name in zip(cards, names, strict=True)}


@dataclass(frozen=True)
class _OtherHalf:
    """What was kept of a card: the SHA-256 of its receipt, the tags of its files, when its sealing was begun."""

    check: str
    tags: tuple[str, ...]
    opened: Annotated[str, OPTIONAL] = ""


_OTHER_HALF: Final = record(_OtherHalf, check=text, tags=several(text), opened=text)


def _kept(home_folder: Path) -> Iterator[tuple[int, _OtherHalf]]:
    """Yield the number of each card and what was kept; a damaged document keeps no other from being found."""
    for path in _files(home_folder):
        with refusals("the receipt's other half"):
            data = path.read_bytes()
        with suppress(BadEncoding):
            yield int(path.name), _OTHER_HALF(parse_canonical(data, "the receipt's other half"))


def _files(home_folder: Path) -> list[Path]:
    """Return what was kept of each card, named by its number; other names there are marks, or left by a kill."""
    folder = home_folder / "receipts"
    return sorted(path for path in folder.iterdir() if path.name.isdecimal()) if folder.is_dir() else []


def _tags(home_folder: Path, receipt: bytes) -> tuple[int, frozenset[str]]:
    check, sound = sha256(receipt).hex(), set[int]()
    for number, kept in _kept(home_folder):
        sound.add(number)
        if kept.check == check:
            return number, frozenset(kept.tags)
    damaged = [number for number in (int(path.name) for path in _files(home_folder)) if number not in sound]
    raise UnknownReceipt(
        "This receipt belongs to no consignment of this device; nothing was deleted. Read it out once more: "
        "26 letters and digits."
        + (
            f" If it is right, it is that of consignment {' or '.join(map(str, damaged))}, whose other half this disk "
            "has damaged: no receipt can wipe that card. Seal it again with 'tamizdat seal --whole'."
            if damaged
            else ""
        )
    )


def _read(file: CardFile, progress: Callable[[int], None]) -> tuple[bytes, bool]:
    reading, room = Reading(file), memoryview(bytearray(min(READ, file.size)))
    while count := reading.read_into(room):
        progress(count)
    state, digest = reading.finish()
    return digest, state == "whole"


def _delete(file: CardFile) -> bool:
    try:
        now = file.where.lstat()
        if (now.st_size, now.st_mtime_ns) != (file.size, file.modified_ns):
            return False  # it was rewritten since we read it
        file.where.unlink()
        flush_folder(file.where.parent)
    except OSError:
        return False
    return True
