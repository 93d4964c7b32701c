"""Clocks of voices: ``clocks.txt`` in the archive's folder, one voice and the name of its zone a line.

Most platforms tell UTC, whatever clock hung on the author's wall. Where the desk knows it, days are searched and listed
by it::

    lin Asia/Shanghai

The file is a setting of the desk. What is published is the platform's own time, with the offset it gave.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tamizdat.disk.files import refusals, write_file
from tamizdat.disk.lock import locked
from tamizdat.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NAME: Final = "clocks.txt"
WHAT: Final = "the list of clocks"


class Clocks:
    """The zones of voices, by handle or id of an account."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self.zones = self._read()

    def _read(self) -> dict[str, str]:
        with refusals(WHAT):
            text = self._path.read_text("utf-8", "replace") if self._path.exists() else ""
        pairs = (line.rsplit(" ", 1) for line in text.splitlines() if " " in line)
        return {voice: zone for voice, zone in pairs if _zone(zone)}

    def local(self, published: str | None, *names: str) -> str | None:
        """Return a platform's time by the clock of the voice of one of these *names*; as it is if none is set."""
        zone = next((_zone(self.zones[each]) for name in names if (each := _name(name)) in self.zones), None)
        if zone is None or published is None or len(published) < len("2013-05-12T14:28:00Z"):
            return published
        try:
            when = datetime.fromisoformat(published)
        except ValueError:
            return published
        return when.astimezone(zone).isoformat() if when.tzinfo else published

    def of(self, *names: str) -> str:
        """Return the zone that is set for the voice of one of these *names*; "" if none is."""
        return next((self.zones[each] for name in names if (each := _name(name)) in self.zones), "")

    def set(self, voice: str, zone: str) -> None:
        """Set the clock of a voice; "" takes it off. Raises :class:`UsageError` for a zone that there is not."""
        check_zone(zone)
        with locked(self._path.with_suffix(".lock")):
            self.zones = self._read()  # somebody else may have set one since
            self.zones.pop(_name(voice), None)
            if zone:
                self.zones[_name(voice)] = zone
            written = "".join(f"{each} {self.zones[each]}\n" for each in sorted(self.zones))
            write_file(self._path, written.encode(), WHAT)


def check_zone(zone: str) -> None:
    """Raise :class:`UsageError` for the name of a zone that there is not; "" is none."""
    if zone and _zone(zone) is None:
        raise UsageError(f"Expected the name of a time zone, such as Asia/Shanghai, found {zone!r}.")


def _zone(name: str) -> "ZoneInfo | None":
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # a module that most commands need not load

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _name(voice: str) -> str:
    return voice.strip().lstrip("@").casefold()
