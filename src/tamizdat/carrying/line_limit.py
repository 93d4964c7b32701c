"""How fast and at which hours a device may send, in a file that a running ``send`` looks at again and again.

::

    .sending.limit     rate 500000
                       hours 01:00-06:00

It lies in the device's folder, unsealed: a process that waits for the night holds no key with which it could open the
settings, and whoever has the laptop learns from it when it sends. ``tamizdat send --limit …`` writes it; a ``send``
that is running meanwhile sees it within :data:`LOOK` seconds. It stays until it is changed.
"""

import time
from datetime import datetime
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.errors import BadArchive, UsageError
from tamizdat.network.limit import SENDING, Hours, parse_rate

NAME: Final = ".sending.limit"
LOOK: Final = 1.0  #: seconds between two looks at the file


@dataclass(frozen=True)
class Allowed:
    """What was set: bytes a second, and hours; None: no limit of that kind."""

    rate: int | None = None
    hours: Hours | None = None

    @classmethod
    def read(cls, folder: Path) -> "Allowed":
        """Return what is set in a device's *folder*; raises BadArchive."""
        with refusals("the limit of the line"):
            try:
                lines = (folder / NAME).read_text("utf-8", "replace").splitlines()
            except FileNotFoundError:
                return cls()
        said = dict(line.partition(" ")[::2] for line in lines)
        try:
            return cls(parse_rate(said.get("rate", "none")), Hours.parse(said.get("hours", "none")))
        except UsageError as error:
            raise BadArchive(
                f"Expected the limit of the line in the file {NAME}, found this in it: {error} Set it anew "
                "with 'tamizdat send --limit … --between …'."
            ) from None

    def write(self, folder: Path) -> None:
        """Keep it in a device's *folder*, or remove it if it limits nothing."""
        if self == Allowed():
            with refusals("the limit of the line"):
                (folder / NAME).unlink(missing_ok=True)
            return
        rate = "none" if self.rate is None else str(self.rate)
        text = f"rate {rate}\nhours {self.hours or 'none'}\n"
        write_file(folder / NAME, text.encode(), "the limit of the line")

    def __str__(self) -> str:
        rate = "as fast as it goes" if self.rate is None else f"at most {self.rate:,} bytes a second"
        return rate if self.hours is None else f"{rate}, between {self.hours}"


class LineLimit:
    """The limit of one run of sending, kept up to date. Threads may ask it at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked = float("-inf")
        self._allowed = Allowed()
        self.refresh()

    def refresh(self) -> None:
        """Look at the file again, if the last look is old enough."""
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        self._allowed = Allowed.read(self._folder)
        SENDING.rate = self._allowed.rate

    def may_begin(self) -> bool:
        """Tell whether another parcel may begin at this hour."""
        self.refresh()
        here = datetime.now()  # noqa: DTZ005 -- hours are by the laptop's clock, and told to nobody
        return self._allowed.hours is None or self._allowed.hours.hold(here)

    def end(self) -> None:
        """Lift the limit from this process."""
        SENDING.rate = None
