"""One place in one run of receiving: listed, and fetched from, by threads of its own, so that it delays only itself."""

import contextlib
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Container
from pathlib import Path
from typing import Final

from tamizdat.carrying.faults import describe_fault
from tamizdat.carrying.fetched import Fetched
from tamizdat.carrying.placed_payloads import Placed
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadParcel, PlaceSilent, PlaceUnreachable, TamizdatError
from tamizdat.home.home import PlaceSettings
from tamizdat.places import Place
from tamizdat.sealing.parcel import Header

EACH: Final = 3  #: parcels fetched from one place at a time: most of them wait for it
TOO_LONG: Final = 5.0  #: seconds for a failure after which a place is not asked again in this run
PATIENCE: Final = 30.0  #: seconds for a place that gives nothing when all others are through


class OtherBytes(BadParcel):
    """What the place gave is not what it has listed."""


@dataclass
class Answer:
    """What came of one parcel of a place: opened, or why not."""

    place: str
    name: str
    opened: "Opened | None" = None
    failure: BaseException | None = None

    def result(self) -> "Opened":
        """Return what was opened, or raise why it was not."""
        if self.failure is not None:
            raise self.failure
        assert self.opened is not None
        return self.opened


class Source:
    """One place in one run: it is listed and fetched from by threads of its own, so that it delays only itself."""

    def __init__(self, settings: PlaceSettings, answers: "queue.Queue[Answer | None]", handled: Container[str]) -> None:
        self._settings, self._answers, self._handled = settings, answers, handled
        self.over, self.stop = threading.Event(), threading.Event()  # stop: nobody settles answers any more
        self._given_up = False
        self.answered = time.monotonic()
        self._names: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._new = 0
        self._failure: str | None = None
        self._kind = ""

    def start(self, open_parcel: Callable[[Place, str], "Opened"]) -> None:
        """Begin. Its threads end with the process: a place that hangs must not keep it."""
        name = f"receiving-{self._settings.name}"
        threading.Thread(target=self._run, args=(open_parcel,), name=name, daemon=True).start()

    @property
    def is_silent(self) -> bool:
        """Whether it has given nothing for long."""
        return time.monotonic() - self.answered > PATIENCE

    def end(self, seconds: float) -> None:
        """Have its threads end, and wait so long for them; what they still bring is thrown away."""
        self.stop.set()
        until = time.monotonic() + seconds
        while not self.over.is_set() and time.monotonic() < until:
            with contextlib.suppress(queue.Empty):
                self._answers.get(timeout=0.05)

    def tell(self, report: Fetched, stopped: bool) -> None:
        """Add to the report what was listed, and what failed; that it was *stopped* is no failure of the place."""
        report.by_place.setdefault(self._settings.name, Counter())["new"] += self._new
        if not self.over.is_set():
            report.left[self._settings.name] = self.over
        if self._failure is None and not self.over.is_set() and not stopped:
            self._kind = PlaceSilent.__name__
            self._failure = (
                f"Place “{self._settings.name}” gave nothing for {PATIENCE:.0f} seconds, and was left for this run. "
                "What it holds is fetched by the next."
            )
        if self._failure is not None:
            report.failures[self._settings.name] = self._failure  # what it did list is fetched all the same
            report.kinds[self._settings.name] = self._kind

    def _run(self, open_parcel: Callable[[Place, str], "Opened"]) -> None:
        threads: list[threading.Thread] = []
        try:
            place = self._settings.open()
            threads += [
                threading.Thread(target=self._fetch, args=(place, open_parcel), daemon=True) for _ in range(EACH)
            ]
            for thread in threads:
                thread.start()
            listed: set[str] = set()
            for name in place.list():
                self.answered = time.monotonic()
                if len(name) == 64 and name not in self._handled and name not in listed:
                    listed.add(name)
                    self._new += 1
                    self._names.put(name)
        except TamizdatError as error:
            self._failure, self._kind = str(error), type(error).__name__
        except Exception as error:  # noqa: BLE001 -- one place must not keep the others from being fetched from
            self._failure = describe_fault(error)
        finally:
            for _ in range(EACH):
                self._names.put(None)
            for thread in threads:
                thread.join()
            self.over.set()
            self._hand_over(None)

    def _fetch(self, place: Place, open_parcel: Callable[[Place, str], "Opened"]) -> None:
        while (name := self._names.get()) is not None and not (self.stop.is_set() or self._given_up):
            if name in self._handled:
                continue
            answer, began = Answer(place.name, name), time.monotonic()
            try:
                answer.opened = open_parcel(place, name)
            except BaseException as error:  # noqa: BLE001 -- whoever settles it raises it
                answer.failure = error
            self.answered = time.monotonic()
            self._hand_over(answer)
            if isinstance(answer.failure, PlaceUnreachable) and time.monotonic() - began > TOO_LONG:
                self._given_up = True  # it would let us wait so for every parcel

    def _hand_over(self, answer: Answer | None) -> None:
        """Give an answer to who settles them; to nobody once the run has ended."""
        while True:
            try:
                return self._answers.put(answer, timeout=0.2)
            except queue.Full:
                if self.stop.is_set():
                    return None


@dataclass
class Opened:
    """A parcel that was fetched, opened and found sound."""

    header: Header
    written: Path | Placed | None  # where the payload lies until it is taken; None if nobody wants it
    size: int
    sender: bytes | None  # the device that vouches for its consignment, if this parcel shows it
