"""One piece of work of a field device, as its page shows it: what goes on, how far it is, what came of it."""

from dataclasses import field

from tamizdat.carrying.card_stream import Sealed
from tamizdat.carrying.deliver import Delivered
from tamizdat.carrying.whats_away import Committed
from tamizdat.carrying.wipe import Wiped
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError


@dataclass
class Work:
    """What goes on, or what came of it: *kind* is ``sealing``, ``sending``, ``checking`` or ``wiping``."""

    kind: str
    total: int
    card: int | None = None
    done: int = 0
    previews: tuple[int, int] = (0, 0)  #: made, of how many: until all are, no footage is sealed
    running: bool = True
    problem: Exception | None = None
    sealed: Sealed | None = None
    delivered: list[Delivered] = field(default_factory=list)
    wiped: Wiped | None = None
    resting: dict[str, TamizdatError] = field(default_factory=dict)  #: places that failed and are tried again, with why
    silent: tuple[str, ...] = ()  #: places that give no sign, and are waited for
    receipt: str = ""  #: that a check found good, until the card is wiped
    committed: Committed = field(default_factory=Committed)  #: what a sealing has put into the spool

    @property
    def step(self) -> str:
        """Return *kind*, or ``previews`` while these are made."""
        return "previews" if self.kind == "sealing" and self.previews[0] < self.previews[1] else self.kind

    @property
    def share(self) -> int:
        """Return how far its step is, in per cent."""
        done, total = self.previews if self.step == "previews" else (self.done, self.total)
        return min(100, 100 * done // total) if total else 0

    def show_previews(self, made: int, of: int) -> None:
        """Note how many previews of a consignment are made, of how many."""
        self.previews = made, of

    def show_resting(self, place: str, why: TamizdatError) -> None:
        """Note that a place failed and is tried again; the page may read what was noted before meanwhile."""
        self.resting = {**self.resting, place: why}

    def show_recovered(self, place: str) -> None:
        """Note that a place takes parcels again."""
        self.resting = {name: why for name, why in self.resting.items() if name != place}

    def show_silent(self, places: tuple[str, ...]) -> None:
        """Note which places give no sign."""
        self.silent = places
