"""Sealing a card: which consignment a run belongs to, and the opening and closing of consignments.

A rerun on the same card goes on with its open consignment. If the card changed meanwhile (its listing is compared
by a keyed hash, and every payload by a short check), that consignment is closed as it is, which the desk will call
incomplete, and a new one is opened. Another card gets another consignment.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from tamizdat.carrying.card_stream import CardStream, Progress, Sealed
from tamizdat.carrying.open_state import OpenState
from tamizdat.carrying.outbox import Outbox, outboxes
from tamizdat.encoding import MAX_JSON
from tamizdat.errors import BadArchive, CardChanged, UsageError
from tamizdat.footage.card import Card, list_card
from tamizdat.home.home import Home
from tamizdat.sealing.parcel import MAX_SHARES, PLAINTEXT

ENTRY: Final = 330  #: bytes of one file in the manifest, beside its name; a preview may double it


def default_survival(places: int) -> int:
    """Return how many places may be lost by default: 0 of 1, 1 of 2 to 4, 2 of 5 or 6, and so on."""
    return 0 if places == 1 else max(1, (places - 1) // 2)


def seal_card(
    home: Home,
    root: Path,
    now: datetime,
    first: Sequence[str] = (),
    survives: int | None = None,
    prove_first: bool = False,
    progress: Progress = lambda size: None,
    opened: Callable[[Card, bool], None] = lambda card, resumed: None,
    wait_for_room: Callable[[], bool] = lambda: False,
    parcel_size: Callable[[], int] = lambda: PLAINTEXT,
) -> Sealed:
    """Seal everything below *root* to the desk, or goes on where an earlier run stopped.

    *progress* is told the bytes of the card that were read; *opened* once, the card and whether this is a
    resumption; *wait_for_room* is asked when the spool has filled the disk: True means "something was sent
    meanwhile, look again"; *parcel_size*, when a consignment is opened, how many bytes its parcels have inside their
    seal. Raises :class:`StorageFull` if there is no room, :class:`CardChanged` never: a consignment
    whose card changed is closed as incomplete and a new one opened.
    """
    with home.alone("sealing"):
        _tidy(home)
        while True:
            outbox, state, card = _resume_or_open(home, root, now, first, survives, prove_first, parcel_size)
            checks = outbox.recover()
            opened(card, bool(checks))
            try:
                return CardStream(home, outbox, state, card, checks, progress, wait_for_room).seal()
            except CardChanged:
                _close(outbox)


def abandon(home: Home) -> int:
    """Close every open consignment as incomplete; returns how many there were."""
    with home.alone("sealing"):
        _tidy(home)
        open_ones = [outbox for outbox in outboxes(home.folder) if outbox.is_open]
        for outbox in open_ones:
            _close(outbox)
    return len(open_ones)


def _close(outbox: Outbox) -> None:
    """Close it as it is: what was committed will be sent, the desk will call it incomplete."""
    with suppress(BadArchive):  # a damaged journal: what it committed and did not move yet is lost, no more
        outbox.recover()
    outbox.close()


def _tidy(home: Home) -> None:
    """Finish what a kill cut off in the middle of an opening or a closing."""
    for outbox in outboxes(home.folder):
        if outbox.is_stillborn:
            outbox.remove()
        elif outbox.is_closed:
            outbox.close()


def _resume_or_open(
    home: Home,
    root: Path,
    now: datetime,
    first: Sequence[str],
    survives: int | None,
    prove_first: bool,
    parcel_size: Callable[[], int],
) -> tuple[Outbox, OpenState, Card]:
    for outbox in outboxes(home.folder):
        if not outbox.is_open:
            continue
        state = _state(home, outbox)
        if not state.is_of_card(root):
            continue
        card = list_card(root, first or state.first)
        if state.lists(card):
            return outbox, state, card
        _close(outbox)
    card = list_card(root, first)
    if not card.files:
        raise UsageError("Expected a card or folder with files on it, found none that can be read.")
    return *_open(home, card, now, first, survives, prove_first, parcel_size), card


def _state(home: Home, outbox: Outbox) -> OpenState:
    try:
        opened = home.keyring.open(outbox.state(), f"consignment {outbox.number}")
    except BadArchive as error:
        raise BadArchive(f"{error} Close the consignment with 'tamizdat seal --abandon' and seal again.") from error
    return OpenState.parse(opened)


def _open(
    home: Home,
    card: Card,
    now: datetime,
    first: Sequence[str],
    survives: int | None,
    prove_first: bool,
    parcel_size: Callable[[], int],
) -> tuple[Outbox, OpenState]:
    places = [place.number for place in home.places()]
    if not places:
        raise UsageError("There is no storage place yet. Add one with 'tamizdat places add NAME URL'.")
    survives = default_survival(len(places)) if survives is None else survives
    if not 0 <= survives < len(places) <= MAX_SHARES:
        raise UsageError(
            f"Of {len(places)} places at most {len(places) - 1} can be lost; {survives} were asked for. "
            f"Add places, or ask for less with --survive."
        )
    # what the desk would refuse after everything was carried is refused before anything is sealed
    if sum(len(file.path.encode()) + ENTRY for file in card.files) > MAX_JSON // 2:
        raise UsageError(
            "Expected a card whose list of files fits a closing manifest (some 80,000), found a longer one. "
            "Seal its folders one by one."
        )
    recipients = home.settings["recipients"]
    state = OpenState.new(card, now, recipients, places, survives, first, prove_first, parcel_size())
    with home.changing():
        number = home.settings["consignments"] = int(home.settings.get("consignments", 0)) + 1
    sealed = home.keyring.seal(state.encode(), f"consignment {number}")
    return Outbox.create(home.folder / "consignments" / f"{number:04d}", sealed), state
