"""A field device as its page works with it: locked or open, the cards that were chosen, one piece of work at a time.

Locked means that no key and no name is in this object. Work that goes on keeps what it needs until it ends: locking is
for who leaves the laptop for ten minutes while it seals.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Final

from tamizdat.carrying.again import AskedAgain, Standing, ask_again
from tamizdat.carrying.begun import unfinished
from tamizdat.carrying.deliver import Delivery
from tamizdat.carrying.line_speed import ENOUGH, parcel_size, remember
from tamizdat.carrying.outbox import outboxes
from tamizdat.carrying.seal import abandon, seal_card
from tamizdat.carrying.spool import waiting_by_place
from tamizdat.carrying.wipe import wipe
from tamizdat.dataclass import dataclass
from tamizdat.errors import CheckFailed, NotSetUp, StorageRefused, TamizdatError, UsageError, WorkRemains
from tamizdat.field.said import AT_WORK, FAULT, REFUSED, STOPPED
from tamizdat.field.work import Work
from tamizdat.footage.card import Card, list_card
from tamizdat.footage.preview import preview
from tamizdat.home.codes import Parts
from tamizdat.home.home import Home, role_of
from tamizdat.home.invitation import Invitation
from tamizdat.home.panic import panic
from tamizdat.home.setup import create_field
from tamizdat.text.catalogue import N_

IDLE: Final = 600.0  #: seconds after which it locks itself
PREVIEWS: Final = 400  #: of some 20–60 KB, kept in memory while it is open
SHOWN: Final = 240  #: pictures and clips of a card that the contact sheet shows


OF_ANOTHER: Final = N_(
    "None of the files here is in this receipt: they were deleted before, or it is of another card. Nothing was "
    "deleted now."
)


class Locked(Exception):
    """The device is locked, or not set up: nothing of it can be shown."""


@dataclass(frozen=True)
class Waiting:
    """What is sealed and still lies here, for one place."""

    place: str
    parcels: int


class FieldDevice:
    """The folder of a field device, for as long as its page is served."""

    def __init__(self, folder: Path, clock: Callable[[], float], scrypt_work: int | None = None) -> None:
        self.folder = folder
        self.invitation: Invitation | None = None  #: read, and not yet used
        self.parts = Parts()  #: of an invitation that is being read from codes
        self.sealed_invitation = b""  #: read, and still to be opened with its words
        self.chosen: list[Card] = []
        self.work: Work | None = None
        self.asked: AskedAgain | None = None  #: what became of the desk's last wish
        self._sealed: list[Card] = []  # as they were listed when they were sealed to the end
        self.destroyed = False
        self._scrypt = {} if scrypt_work is None else {"work": scrypt_work}
        self._clock, self._used = clock, clock()
        self._home: Home | None = None
        self._mutex = threading.RLock()  # held where something is kept that locking forgets
        self._locked = 0  # how often
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._previews: OrderedDict[tuple[int, int], bytes | None] = OrderedDict()
        self._decoding = threading.Semaphore(2)

    # -- open and locked ----------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """Return ``destroyed``, ``new``, ``locked`` or ``open``; lock it if nobody did anything for ten minutes."""
        if self.destroyed:
            return "destroyed"
        if role_of(self.folder) is None:
            return "new"
        if self._home is not None and self._clock() - self._used > IDLE:
            self.lock()
        return "locked" if self._home is None else "open"

    def touch(self) -> None:
        """Note that somebody is there."""
        self._used = self._clock()

    @property
    def home(self) -> Home:
        """Return the opened folder. Raises :class:`Locked`."""
        opened = self._home  # another request may lock it at any moment
        if self.state != "open" or opened is None:
            raise Locked
        return opened

    def set_up(self, passphrase: bytes) -> None:
        """Make a field device of the folder, with the invitation that was read. Raises :class:`UsageError`."""
        if self.invitation is None:
            raise UsageError(
                N_("Expected the desk's invitation first, found none. Read it in, then choose a passphrase.")
            )
        self._home = create_field(self.folder, self.invitation, passphrase, **self._scrypt)
        self.invitation, self.parts, self.sealed_invitation = None, Parts(), b""
        self.touch()

    def unlock(self, passphrase: bytes) -> None:
        """Open the folder. Raises :class:`WrongPassphrase`, :class:`NotSetUp`, :class:`BadArchive`."""
        locked = self._locked
        opened = Home.open(self.folder, "field", passphrase)
        with self._mutex:
            if self._locked != locked:
                raise Locked  # or destroyed, while the passphrase was tried
            self._home = opened
        self.touch()

    def lock(self) -> None:
        """Forget keys, names and pictures."""
        with self._mutex:
            self._locked += 1
            self._home, self.asked = None, None
            self.chosen.clear()
            self._sealed.clear()
            self._previews.clear()
            if self.work is not None and self.work.running:
                self.work.card = None  # under its number the next card may stand
            else:
                self.work = None

    def panic(self) -> None:
        """Destroy keys and names, and stop what goes on."""
        self.lock()  # first: whatever the disk says, no screen shows a name any more, and no more work begins
        self._stop.set()
        panic(self.folder)
        self.destroyed = True
        self.lock()  # once more: whoever typed the passphrase meanwhile has the keys in memory
        self.work = None

    # -- cards ---------------------------------------------------------------------------------------------------------

    def choose(self, root: Path) -> int:
        """List the card at *root* and return its number. Raises :class:`UsageError` if nothing can be listed."""
        locked = self._locked
        card = list_card(root)
        if not card.files:
            raise UsageError(
                N_("Expected a card or folder with files on it, found none that can be read. Is it the right one?")
            )
        with self._mutex:
            if self._locked != locked:
                raise Locked  # while it was listed, which may take a while
            number = self._listed_again(card)
            if number is None:
                self.chosen.append(card)
            return len(self.chosen) - 1 if number is None else number

    def _listed_again(self, card: Card) -> int | None:
        """Take what a card has now for what it had; return its number, None if it was not chosen before."""
        with self._mutex:
            for number, known in enumerate(self.chosen):
                if known.root == card.root:
                    self.chosen[number] = card
                    for key in [key for key in self._previews if key[0] == number]:
                        del self._previews[key]
                    return number
        return None

    def card(self, number: int) -> Card:
        """Return a card that was chosen. Raises :class:`UsageError` if none was under this number."""
        if not 0 <= number < len(self.chosen):
            raise UsageError(N_("Expected a card that was chosen, found none. Go back and choose it once more."))
        return self.chosen[number]

    def is_sealed(self, number: int) -> bool:
        """Tell whether a chosen card, as it is listed now, was sealed to the end while this was open."""
        card = self.card(number)
        return any(each.root == card.root and _are_listed_alike(each, card) for each in self._sealed)

    def picture(self, card: int, file: int) -> bytes | None:
        """Return a small JPEG of a file of a chosen card; None if there is none to be had."""
        listed = self.card(card)
        files = listed.files
        if not 0 <= file < len(files) or files[file].kind is None:
            return None
        key = card, file
        if key not in self._previews:
            with self._decoding:
                try:
                    made = preview(files[file].where)
                except (TamizdatError, OSError):
                    made = None
            with self._mutex:
                if not any(each is listed for each in self.chosen):
                    return None  # locked meanwhile: under this number the next card may stand
                self._previews[key] = made
                while len(self._previews) > PREVIEWS:
                    self._previews.popitem(last=False)
        return self._previews.get(key)

    # -- work ----------------------------------------------------------------------------------------------------------

    def waiting(self) -> list[Waiting]:
        """Return what still lies here, for every place in the order of the settings."""
        home = self.home
        counts = waiting_by_place(home)
        known = {place.number: place.name for place in home.places()}
        lost = sum(count for number, count in counts.items() if number not in known)
        found = [Waiting(name, counts.get(number, 0)) for number, name in known.items()]
        return [*found, Waiting("", lost)] if lost else found

    @property
    def is_unfinished(self) -> bool:
        """Tell whether a card is sealed only in part, or was begun and nothing of it is sealed."""
        return bool(unfinished(self.folder))

    def seal(self, number: int) -> None:
        """Begin to seal a chosen card, and to send while it is sealed. Raises :class:`UsageError` during other work."""
        home, card = self.home, self.card(number)

        def run(work: Work) -> None:
            delivery = self._delivery(home, work)
            delivery.more.set()

            def wait_for_room() -> bool:
                delivery.moved.clear()
                return delivery.moved.wait(5) or bool(waiting_by_place(home))

            with ThreadPoolExecutor(1, thread_name_prefix="sending") as sender:
                delivered = sender.submit(delivery.run)
                try:
                    work.sealed = seal_card(
                        home, card.root, datetime.now(UTC), progress=self._advance(work), wait_for_room=wait_for_room,
                        parcel_size=lambda: parcel_size(home, datetime.now(UTC)), previewed=work.show_previews,
                        committed=work.committed.take,
                    )  # fmt: skip
                except BaseException:
                    delivery.stop.set()
                    raise
                finally:
                    delivery.more.clear()
                with self._mutex:
                    if self._home is home and not work.sealed.is_lacking:  # locked meanwhile, it knows no card any more
                        self._sealed.append(card)
                work.kind, work.total, work.done = "sending", _spool_size(self.folder), 0
                work.delivered = delivered.result()
                _remember_line(home, delivery)

        self._begin(Work("sealing", card.size, number), run)

    def send(self) -> None:
        """Begin to send what still lies here. Raises :class:`UsageError` during other work."""
        home = self.home

        def run(work: Work) -> None:
            delivery = self._delivery(home, work)
            work.delivered = delivery.run()
            _remember_line(home, delivery)

        self._begin(Work("sending", _spool_size(self.folder)), run)

    def abandon(self) -> None:
        """Close what is sealed only in part, as ``seal --abandon`` does. Raises :class:`UsageError` at work."""
        home = self.home
        with self._mutex:
            if self.work is not None and self.work.running:
                raise UsageError(AT_WORK)
            abandon(home)

    def ask_again(self, code: str) -> None:
        """Have sealed again what the desk lacks. Raises :class:`UsageError`, :class:`BadEncoding`."""
        self.asked = ask_again(self.home, code)
        if self.asked.standing == Standing.SEALED:
            self._sealed.clear()  # files of one of them have to be carried once more

    def wipe(self, number: int, receipt: str, dry_run: bool) -> None:
        """Begin to check what the receipt proves (*dry_run*), or to delete it. Raises :class:`UsageError`."""
        card = self.card(number)

        def run(work: Work) -> None:
            work.wiped = wiped = wipe(self.folder, card.root, receipt, dry_run, self._advance(work))
            if wiped.kept and not wiped.deleted and not wiped.refused:
                raise CheckFailed(OF_ANOTHER)
            if not dry_run:
                with suppress(TamizdatError, OSError):  # pulled out already
                    self._listed_again(list_card(card.root))
            work.receipt = receipt if dry_run and work.card is not None else ""

        self._begin(Work("checking" if dry_run else "wiping", card.size, number), run)

    def _delivery(self, home: Home, work: Work) -> Delivery:
        """Return a run of sending that goes on through every cut until nothing waits, or until it is stopped."""

        def count(size: int) -> None:
            if work.kind == "sending":
                work.done += size

        return Delivery(
            home, count, until_done=True, failed=work.show_resting, recovered=work.show_recovered,
            silent=work.show_silent, stop=self._stop,
        )  # fmt: skip

    def stop_soon(self) -> None:
        """Have the work that goes on end soon. What was done stands; the same once more goes on."""
        self._stop.set()

    def stop(self) -> None:
        """Have the work that goes on end, and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(30)

    def _advance(self, work: Work) -> Callable[[int], None]:
        """Return what counts bytes of *work*, and ends it soon after :meth:`stop`."""
        stop = self._stop

        def advance(size: int) -> None:
            work.done += size
            if stop.is_set():
                raise WorkRemains(STOPPED)

        return advance

    def _begin(self, work: Work, run: Callable[[Work], None]) -> None:
        with self._mutex:
            if self._home is None:
                raise Locked  # or destroyed, since the button was pressed
            if self.work is not None and self.work.running:
                raise UsageError(AT_WORK)
            self.work = work
            self._stop = threading.Event()  # the last one's stays set: a transfer of it may hang, and must not go on
            self._thread = threading.Thread(target=_worked, args=(work, run), name=work.kind, daemon=True)
            self._thread.start()


def _are_listed_alike(one: Card, other: Card) -> bool:
    """Whether two cards have the same names, sizes and times; a line at a time, for there may be a million."""
    return all(a == b for a, b in zip_longest(one.listing(), other.listing()))


def _worked(work: Work, run: Callable[[Work], None]) -> None:
    work.problem = TamizdatError(FAULT)
    try:
        run(work)
        work.problem = None
    except TamizdatError as error:
        work.problem = error
    except OSError:
        work.problem = StorageRefused(REFUSED)
    finally:
        work.running = False


def _remember_line(home: Home, delivery: Delivery) -> None:
    """Keep how fast the line was, if enough went over it to tell: the next card's parcels are of the fitting size."""
    if delivery.arrived >= ENOUGH:
        remember(home, delivery.goodput, datetime.now(UTC))


def _spool_size(folder: Path) -> int:
    return sum(parcel.file.stat().st_size for outbox in outboxes(folder) for parcel in outbox.waiting())


def require_field(folder: Path) -> None:
    """Raise :class:`NotSetUp` if *folder* is a desk's, or cannot be read: it cannot become a field device."""
    role = role_of(folder)
    if role not in (None, "field"):
        raise NotSetUp(
            f"Expected a field device's folder, or a new one, found a {role}. Name another folder with --home."
        )
