"""Sealing again what a desk lacks: what becomes of its code (:mod:`.missing_groups`) on the field device.

What can be done depends on what the device still has of that consignment:

* it is *open*: its keys are there. The next sealing of its card reads all of it anyway, and seals again the groups that
  are lacking. They are the same bytes: the receipt does not change.
* it was sealed to the end, and parcels of it *wait*: they are sent first, and nothing else is done.
* it was sealed to the end, and nothing waits: its keys are gone. Of the files that the desk lacks it is forgotten that
  they were carried, so that the next sealing of the card carries them in a consignment of its own, which tells the desk
  to wait no longer for the old one. What the desk has of that it takes in by salvage, without a receipt.
"""

from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple

from tamizdat.carrying.carried import Carried, carry_again, remembered
from tamizdat.carrying.missing_groups import Lacking, mark_of
from tamizdat.carrying.outbox import Outbox, outboxes
from tamizdat.carrying.seal import note_closed, open_state
from tamizdat.errors import BadArchive, UsageError
from tamizdat.home.home import Home


class Standing(StrEnum):
    """What the device still has of a consignment that the desk asks for."""

    OPEN = "open"
    WAITS = "waits"
    SEALED = "sealed"


class AskedAgain(NamedTuple):
    """What was done. *files* will be carried again and *kept* will not, of a consignment that is sealed to the end."""

    standing: Standing
    consignment: int
    waiting: int = 0
    files: int = 0
    kept: int = 0


def ask_again(home: Home, code: str, dry_run: bool = False) -> AskedAgain:
    """Have sealed again what the desk lacks by its *code*. Raises BadEncoding, and UsageError for none of ours."""
    lacking = Lacking.parse(code)
    with home.alone("sealing"):
        for outbox in outboxes(home.folder):
            if outbox.is_open and _is_meant(home, outbox, lacking):
                if not dry_run:
                    outbox.ask_again(lacking.code())
                return AskedAgain(Standing.OPEN, outbox.number, _waiting(outbox))
        for carried in remembered(home):
            if carried.consignment and mark_of(bytes.fromhex(carried.consignment)) == lacking.mark:
                return _of_sealed(home, carried, lacking, dry_run)
    raise UsageError(
        f"Expected the code of a consignment that this device has sealed and whose receipt has not come, found "
        f"{lacking.code()}. Is it another device's? If it was closed before its end, or the device was set up anew, "
        "seal the card again with 'tamizdat seal --whole CARD'."
    )


def _of_sealed(home: Home, carried: Carried, lacking: Lacking, dry_run: bool) -> AskedAgain:
    waiting = sum(_waiting(each) for each in outboxes(home.folder) if each.number == carried.number)
    if waiting:
        return AskedAgain(Standing.WAITS, carried.number, waiting)
    kept = min(lacking.files, len(carried.marks))
    if not dry_run:
        note_closed(home, carried.consignment)
        carry_again(home, carried.number, lacking.files)
    return AskedAgain(Standing.SEALED, carried.number, files=len(carried.marks) - kept, kept=kept)


def _is_meant(home: Home, outbox: Outbox, lacking: Lacking) -> bool:
    with suppress(BadArchive):  # its state is damaged: the desk's code cannot be of any help to it
        return mark_of(open_state(home, outbox).key.public) == lacking.mark
    return False


def _waiting(outbox: Outbox) -> int:
    return sum(1 for _ in outbox.waiting())
