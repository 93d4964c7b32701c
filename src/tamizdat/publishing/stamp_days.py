"""What became of the last days' stamps: asked for at night, told to whoever looks in the morning.

In the desk's sealed settings, beside whom it asks, stand the day of the last run, and of each of the last days on which
something failed, who failed and why::

    "stamps": {"since": "2026-11-01", "last": "2026-11-29",
               "failed": {"2026-11-28": {"http://stamps.example/tsr": "It gave no answer: …"}}}

A run on the same day replaces what the one before said of it; a day on which nothing failed is not told.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.home.home import Home

SETTING: Final = "stamps"  #: of the desk: whom it asks for stamps, since when, and what became of it
DAYS: Final = 14  #: on which something failed that are remembered
ITSELF: Final = "this desk"  #: who failed if nobody could be asked


@dataclass(frozen=True)
class StampDays:
    """The day of the last run, "" if there was none; by day, the last one first, why each authority failed."""

    last: str
    failed: dict[str, dict[str, str]]

    @classmethod
    def of(cls, home: Home) -> "StampDays":
        """Return what a desk's settings say."""
        said = home.settings.get(SETTING, {})
        return cls(said.get("last", ""), dict(sorted(said.get("failed", {}).items(), reverse=True)))


def note_day(home: Home, today: date, failed: Mapping[str, str]) -> None:
    """Remember that a run was made *today*, and why each of those failed that did."""
    with home.changing():
        said = home.settings.setdefault(SETTING, {})
        said["last"] = today.isoformat()
        known = {**said.get("failed", {}), said["last"]: dict(failed)}
        said["failed"] = dict(sorted((day, those) for day, those in known.items() if those)[-DAYS:])
