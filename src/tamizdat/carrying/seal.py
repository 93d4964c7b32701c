"""Sealing a card: which consignment a run belongs to, and the opening and closing of consignments.

A rerun on the same card goes on with its open consignment. What happens if the card, or what is asked for, has changed
meanwhile (:class:`Change`) depends on whether all is still there that the consignment was opened on, which keyed marks
of its files tell:

* files were *added*: it is gone on with to its end, and the new files make a consignment of their own, an *increment*;
* another order is asked for (``--first``): it is *concluded* after the file under way, with a manifest of what it
  carries, and what it does not carry makes the increment;
* a file of it changed or is gone, or a payload has other bytes than before: its stream cannot be made again. It is
  *closed* as it is, the next consignment says so to the desk, which then waits for it no longer, and carries all of it.

A card of more files than one list can hold (:data:`LIST`) is sealed in *parts*, in the order of the card: a consignment
each, with a receipt each. So neither side needs more memory for a larger card than for a part.

An increment is also made of a card whose files were carried before by consignments that are closed
(:mod:`tamizdat.carrying.carried`). Another card gets another consignment.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.carrying.begun import Noted, forget_all, noted
from tamizdat.carrying.card_stream import CardStream, Progress, Sealed
from tamizdat.carrying.carried import fresh, remembered
from tamizdat.carrying.open_state import OpenState
from tamizdat.carrying.outbox import Outbox, outboxes, unused_number
from tamizdat.carrying.wipe import sealed_cards
from tamizdat.dataclass import dataclass
from tamizdat.encoding import MAX_JSON, timestamp
from tamizdat.errors import BadArchive, CardChanged, UsageError
from tamizdat.footage.card import Card, list_card
from tamizdat.home.home import Home, require_no_home_in
from tamizdat.sealing.inventory import MAX_SUPERSEDED, LeftOut
from tamizdat.sealing.parcel import MAX_SHARES, PLAINTEXT

CLOSED: Final = "closed"  #: in the settings: ids of consignments that the desk is to be told not to wait for
ENTRY: Final = 330  #: bytes of one file in the manifest, beside its name; a preview may double it
NO_FILES: Final = "Expected a card or folder with files on it, found none that can be read."
LIST: Final = MAX_JSON // 2  #: bytes of files in one manifest: some 80,000 files


def default_survival(places: int) -> int:
    """Return how many places may be lost by default: 0 of 1, 1 of 2 to 4, 2 of 5 or 6, and so on."""
    return 0 if places == 1 else max(1, (places - 1) // 2)


class Change(NamedTuple):
    """What became of a consignment whose card is not what it was, for the person.

    *kind*: "added", "concluded", "closed", "another" (card is here), "forgotten" (what it carried); or of a new one
    "increment", "part". *files*: how many it had, or were known; of a part, how many wait for another one.
    """

    kind: str
    consignment: int
    files: int = 0


@dataclass(frozen=True)
class Asked:
    """What a person asks of a sealing; see :func:`seal_card`."""

    root: Path
    now: datetime
    first: Sequence[str]
    survives: int | None
    prove_first: bool
    whole: bool
    parcel_size: Callable[[], int]
    changed: Callable[[Change], None]


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
    changed: Callable[[Change], None] = lambda change: None,
    whole: bool = False,
    previewed: Callable[[int, int], None] = lambda made, of: None,
    committed: Callable[[int, int, str, int], None] = lambda consignment, group, stage, parcels: None,
) -> Sealed:
    """Seal everything below *root* to the desk, or goes on where an earlier run stopped; return the last consignment.

    *progress* is told the bytes of the card that were read; *opened*, for each consignment, the card and whether it is
    gone on with; *wait_for_room* is asked when the spool has filled the disk: True means "something was sent
    meanwhile, look again"; *parcel_size*, when a consignment is opened, how many bytes its parcels have inside their
    seal; *changed* is told what became of a consignment whose card has changed. With *whole* files that were carried
    before are carried again. *previewed* is told, of each consignment, how many previews are made, of how many;
    *committed* consignment, group, stage and parcels of what lies in the spool, or did before. If nothing of the card
    is new, nothing is sealed, and what is returned has the number 0. Raises :class:`StorageFull` if there is no room,
    :class:`CardChanged` never.
    """
    require_no_home_in(home.folder, root)
    told: set[Change] = set()

    def tell(change: Change) -> None:
        if change not in told:
            told.add(change)
            changed(change)

    asked = Asked(root, now, first, survives, prove_first, whole, parcel_size, tell)
    earlier: list[Sealed] = []
    in_parts: set[str] = set()  # paths of files that parts of this run have carried, or could not read
    with home.alone("sealing"), noted(home, root) as begun:
        _tidy(home)
        while True:
            job = _resume(home, asked, begun) or _open_new(home, asked, in_parts, begun)
            if isinstance(job, Sealed):
                sealed = _nothing_new(job, earlier)
                _note_lost(begun, job, sealed)
                return sealed
            checks = job.outbox.recover()
            if job.conclude:
                job = _concluded(home, job, len(checks))
            opened(job.card, bool(checks))
            try:
                stream = CardStream(
                    home, job.outbox, job.state, job.card, checks, progress, wait_for_room, previewed, committed,
                )  # fmt: skip
                sealed = replace(stream.seal(), known=job.known, earlier=tuple(earlier))
            except CardChanged:
                _close_changed(home, job.outbox, job.state, asked)
                continue
            if job.is_last:
                _note_lost(begun, sealed)
                return sealed
            earlier.append(sealed)
            if job.is_part:
                in_parts |= {file.path for file in job.card.files}


@dataclass(frozen=True)
class _Job:
    """One consignment to seal. *is_last*: nothing is left for another one. *known*: files that were carried before.

    *is_part*: it has as many files of a large card as one list can hold.
    """

    outbox: Outbox
    state: OpenState
    card: Card
    conclude: bool = False
    is_last: bool = True
    known: int = 0
    is_part: bool = False


def _concluded(home: Home, job: _Job, committed: int) -> _Job:
    """Return the job, after how many groups it is concluded written down: a rerun makes the same stream.

    The journal may have lost its end, so that what lies in the spool counts too.
    """
    if job.state.concluded is not None:
        return job
    state = replace(job.state, concluded=max(committed, job.outbox.begun()))
    job.outbox.keep_state(home.keyring.seal(state.encode(), f"consignment {job.outbox.number}"))
    return replace(job, state=state)


def _note_lost(begun: Noted, *found: Sealed) -> None:
    if any(each.is_lacking for each in found):
        runs = [run for each in found for run in (*each.earlier, each)]
        marked = {each.path for run in runs for each in run.marked}
        begun.lost(marked | {each.path for run in runs for each in run.left_out})


def _nothing_new(found: Sealed, earlier: list[Sealed]) -> Sealed:
    if earlier:  # what was gone on with took all there is
        return replace(earlier[-1], earlier=tuple(earlier[:-1]))
    return found


def abandon(home: Home) -> int:
    """Close every open consignment as incomplete; returns how many there were."""
    with home.alone("sealing"):
        _tidy(home)
        open_ones = [outbox for outbox in outboxes(home.folder) if outbox.is_open]
        for outbox in open_ones:
            with suppress(BadArchive):  # a damaged state: the desk will call it incomplete, and wait
                note_closed(home, open_state(home, outbox).key.public.hex())
            _close(outbox)
        forget_all(home.folder)
    return len(open_ones)


def note_closed(home: Home, consignment: str) -> None:
    """Remember, until the next consignment tells the desk, that one (its id, in hex) will never be whole."""
    with home.changing():
        ids = [*home.settings.get(CLOSED, []), consignment]
        home.settings[CLOSED] = list(dict.fromkeys(ids))[-MAX_SUPERSEDED:]


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


def _resume(home: Home, asked: Asked, begun: Noted) -> _Job | None:
    """Return how to go on with the open consignment of this card, None if there is none."""
    for outbox in outboxes(home.folder):
        if not outbox.is_open:
            continue
        state = open_state(home, outbox)
        if not state.is_of_card(asked.root):
            continue
        card = list_card(asked.root, asked.first or state.first)
        begun.listed(card)
        if state.concluded is None and state.lists(card):
            return _Job(outbox, state, card)
        if state.is_another(card):
            asked.changed(Change("another", outbox.number))
            continue
        before = state.as_it_was(list_card(asked.root, state.first))
        if before is None:
            _close_changed(home, outbox, state, asked)
            continue
        conclude = state.concluded is not None or (bool(asked.first) and list(asked.first) != state.first)
        if state.part and not conclude:
            return _Job(outbox, state, before, is_last=False, is_part=True)
        asked.changed(Change("concluded" if conclude else "added", outbox.number, len(before.files)))
        return _Job(outbox, state, before, conclude, is_last=False)
    return None


def _close_changed(home: Home, outbox: Outbox, state: OpenState, asked: Asked) -> None:
    """Close a consignment whose stream cannot be made again; what was committed is sent, and the next one says so."""
    note_closed(home, state.key.public.hex())
    _close(outbox)
    asked.changed(Change("closed", outbox.number))


def _open_new(home: Home, asked: Asked, in_parts: Collection[str], begun: Noted) -> _Job | Sealed:
    """Open a consignment of what is new on the card; if nothing is, return what is known, and what cannot be taken.

    *in_parts* are paths that this run has dealt with.
    """
    card = list_card(asked.root, asked.first)
    if not card.files:
        raise UsageError(NO_FILES)
    begun.listed(card)
    left = replace(card, files=card.files.only(lambda file: file.path not in in_parts)) if in_parts else card
    carried = [] if asked.whole else remembered(home, lambda number: asked.changed(Change("forgotten", number)))
    new = fresh(left, carried)
    known = len(left.files) - len(new.files)
    if not new.files:
        left_out = tuple(LeftOut(path, why) for path, why in card.left_out)
        return Sealed(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, left_out, known=known)
    part = _part(new)
    waiting = len(new.files) - len(part.files)
    outbox, state = _open(home, part, asked, is_part=bool(waiting))
    if known:
        asked.changed(Change("increment", outbox.number, known))
    if waiting:
        asked.changed(Change("part", outbox.number, waiting))
    return _Job(outbox, state, part, is_last=not waiting, known=known, is_part=bool(waiting))


def _part(card: Card) -> Card:
    """Return the card with as many of its files, from the first, as the list of one consignment can hold."""
    size = 0
    for count, file in enumerate(card.files):
        size += len(file.path.encode()) + ENTRY
        if size > LIST:
            return replace(card, files=card.files[:count])
    return card


def open_state(home: Home, outbox: Outbox) -> OpenState:
    """Return the state of an open consignment; raises BadArchive."""
    try:
        opened = home.keyring.open(outbox.state(), f"consignment {outbox.number}")
    except BadArchive as error:
        raise BadArchive(f"{error} Close the consignment with 'tamizdat seal --abandon' and seal again.") from error
    return OpenState.parse(opened)


def _apart(home: Home, now: datetime) -> datetime:
    """Return *now*, or the next second that no other card of this device has: by it both sides tell cards apart."""
    taken = {opened for _, opened in sealed_cards(home.folder)}
    while timestamp(now) in taken:
        now += timedelta(seconds=1)
    return now


def _open(home: Home, card: Card, asked: Asked, is_part: bool) -> tuple[Outbox, OpenState]:
    places = [place.number for place in home.places()]
    if not places:
        raise UsageError(
            "There is no storage place yet, so nothing was sealed. Add one with 'tamizdat places add NAME', then seal."
        )
    survives = default_survival(len(places)) if asked.survives is None else asked.survives
    if not 0 <= survives < len(places) <= MAX_SHARES:
        raise UsageError(
            f"Of {len(places)} places at most {len(places) - 1} can be lost; {survives} were asked for. "
            f"Add places, or ask for less with --survive."
        )
    closed = home.settings.get(CLOSED, [])
    state = OpenState.new(
        card,
        _apart(home, asked.now),
        home.settings["recipients"],
        places,
        survives,
        asked.first,
        asked.prove_first,
        asked.parcel_size(),
        closed,
        is_part,
    )
    with home.changing():
        number = unused_number(home.folder, int(home.settings.get("consignments", 0)))
        home.settings["consignments"] = number
    sealed = home.keyring.seal(state.encode(), f"consignment {number}")
    outbox = Outbox.create(home.folder / "consignments" / f"{number:04d}", sealed)
    if closed:  # what a kill keeps from being taken back is said twice
        with home.changing():
            home.settings[CLOSED] = [each for each in home.settings.get(CLOSED, []) if each not in closed]
    return outbox, state
