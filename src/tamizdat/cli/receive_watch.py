"""``receive --watch``: a desk that takes in what comes, as it comes, and says so line by line.

The passphrase is asked for once and kept while the watch lasts: other processes invite, accept and retire meanwhile,
and what they change in the desk's keys must be opened again. No name of a file is said: these lines may end in a log.
"""

import signal
import time
from argparse import Namespace
from datetime import UTC, datetime
from typing import Any, Final

from tamizdat.carrying.arrived import SHORT
from tamizdat.carrying.unpack import Unpacked
from tamizdat.carrying.watch import OBJECTS, Event, Kind, Watch
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import ReopenedDesk, open_archive
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import Json, spoken, timestamp
from tamizdat.home.home import alone
from tamizdat.text.quantities import amount
from tamizdat.witness.on_disks import require_current_on_disks

WATCHING: Final = "watching for deliveries"
SAME: Final = 1.0  #: seconds in which two signals are one wish: a terminal and a program around us may both send it


def watch(args: Namespace, out: Out) -> int:
    """Watch the places of a desk until somebody ends it; return the exit code. Raises InUse if one runs already."""
    desk = ReopenedDesk.open(args)
    with alone(args.home, WATCHING), open_archive(args) as archive, Ending() as ending:
        require_current_on_disks(desk.opened(), archive)
        watching = Watch(archive, lambda event: say_event(event, out), ending.is_asked)
        places = [place.name for place in desk.opened().places()]
        out.say(f"Watching {counted(len(places), 'place')}. Ctrl-C ends it.")
        out.record({"watching": list[Json](places)})
        watching.run(desk.opened, ending.wait)
    out.say("The watch has ended. What has not come whole goes on with the next one.")
    out.record({"watching": None})
    return 0


def files_and_previews(taken: Unpacked) -> str:
    """Return how many files and previews were taken in, in the words in which the device counted them."""
    files = counted(taken.files - taken.previews, "file")
    return f"{files} and {counted(taken.previews, 'preview')}" if taken.previews else files


class Ending:
    """Ctrl-C, or the system's SIGTERM, as a wish to end in order; the second one ends at once."""

    def __init__(self) -> None:
        self._asked = 0.0  # when, by the clock that nobody sets
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Ending":
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        if self._asked:  # the same wish, passed on by a program around us, must not meet a process without a handler
            time.sleep(max(0.0, self._asked + SAME - time.monotonic()))
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: object) -> None:
        # nothing else may be done here: a lock that is taken may be one that the interrupted code holds
        if not self._asked:
            self._asked = time.monotonic()
        elif time.monotonic() - self._asked > SAME:
            self._restore()
            signal.raise_signal(number)

    def is_asked(self) -> bool:
        """Tell whether somebody wants it to end."""
        return bool(self._asked)

    def wait(self, seconds: float) -> None:
        """Wait so many seconds, or until somebody wants it to end; by a clock that nobody sets."""
        end = time.monotonic() + seconds
        while not self._asked and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.5))


def say_event(event: Event, out: Out) -> None:
    """Say one event, on one line."""
    now = timestamp(datetime.now(UTC))
    out.show(f"{now[:10]} {now[11:16]}  {' '.join(_words(event).split())}")
    told: dict[str, Json] = {"event": event.kind.value, "at": now, "name": event.name or None}
    told |= {"consignment": event.consignment or None, "why": event.why or None}
    if event.expected:
        told |= {"parts": event.parts, "of_at_least": event.expected}
    if event.unpacked:
        told |= {"files": event.unpacked.files, "bytes": event.unpacked.size, "marked": len(event.unpacked.marked)}
    if event.receipt and event.receipt.released:
        told |= {"receipt": spoken(event.receipt.receipt), "copies": list[Json](event.receipt.there)}
    out.record(told)


def _words(event: Event) -> str:
    name = f"“{event.name}”"
    match event.kind:
        case Kind.COMING:
            return f"{name} is on its way: {event.parts:,} of at least {event.expected:,} parts are here."
        case Kind.HELD:
            return f"{name} ({event.consignment[:SHORT]}) is held: {event.why}"
        case Kind.ARRIVED if event.unpacked:
            taken = event.unpacked
            marked = f" Changed while read, cut short or left out: {len(taken.marked):,}." if taken.marked else ""
            return f"{name} is in the archive: {files_and_previews(taken)}, {amount(taken.size)}.{marked}"
        case Kind.RECEIPT if event.receipt:
            return f"Receipt of {name}, also held by {', '.join(event.receipt.there)}: {spoken(event.receipt.receipt)}"
        case Kind.WITHHELD if event.receipt and event.receipt.lacking:
            return f"The receipt of {name} is withheld: the archive has lost files of it. See 'tamizdat status'."
        case Kind.WITHHELD if event.receipt and event.receipt.copies and not event.receipt.held:
            return f"The receipt of {name} is withheld: the store that held it is away, or not whole. See 'status'."
        case Kind.WITHHELD if event.receipt and event.receipt.copies:
            return f"The receipt of {name} waits for a backup of what makes it readable: 'tamizdat backup'."
        case Kind.WITHHELD:
            return f"The receipt of {name} is withheld: no second store holds everything yet."
        case Kind.CLOSED:
            return (
                f"{name} ({event.consignment[:SHORT]}) was closed by its device before it was whole; its files come "
                "again in another consignment."
            )
        case Kind.AWAY if event.name == OBJECTS:
            return f"{event.name}: {event.why} It is tried again; nothing is taken in until then."
        case Kind.AWAY:
            return f"{event.name}: {event.why} It is tried again; the other places go on."
        case Kind.BACK if event.name == OBJECTS:
            return "The place of the objects answers again."
        case Kind.BACK:
            return f"{event.name} answers again."
        case Kind.STORE:
            return f"Second store {event.name}: {event.why} It is tried again."
        case Kind.DAMAGE:
            return f"{event.name}: left out, for they do not hold: {counted(event.parts, 'parcel')}."
        case Kind.OVER:
            return (
                f"{name} has stored what it may in a day; left in the places: {counted(event.parts, 'parcel')}, for "
                f"tomorrow, or when you give it another limit: 'tamizdat keys limit {event.name} 2T'."
            )
        case Kind.FULL if event.parts:
            return (
                f"Left in the places: {counted(event.parts, 'parcel')}. What devices that are not accepted may store "
                "is full. Accept a device, or refuse a consignment ('tamizdat receive --refuse ID')."
            )
    return event.why
