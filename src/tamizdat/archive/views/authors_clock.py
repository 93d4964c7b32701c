"""The author's own clock: the day on which people say something is that of the place where they live.

X gives instants in UTC, and an account's archive tells its time zone beside (``zone`` in the context, by its IANA
name). Statements about what was captured keep the instant as X gave it; what is shown and found is by the clock:

>>> on_clock("2023-11-30T22:30:00+00:00", "Asia/Tokyo"), on_clock("2010-03-31", "Asia/Tokyo")
('2023-12-01T07:30:00+09:00', '2010-03-31')

A day without an hour stays that day, and a time without an offset that clock. Where this computer does not know the
zone (it has no time zone database, or an old one), the instant stays in UTC, which is no less true.
"""

from collections.abc import Mapping

from tamizdat.encoding import Json
from tamizdat.posts.times import moment


def on_clock(published: str | None, zone: object) -> str | None:
    """Return an instant by the clock of a zone; everything else as it is."""
    when = moment(published)
    if when is None or not isinstance(zone, str) or not zone:
        return published
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # a module that most commands need not load

    try:
        return when.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return published


def zone_of(context: Mapping[str, Json] | None) -> object:
    """Return the zone that the context of a capture names, whatever stands there."""
    return (context or {}).get("zone")
