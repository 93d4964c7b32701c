"""The times platforms write, kept as they were meant.

All become RFC 3339 with the offset the platform gave; a time without one stays without, it is not made UTC by us:

>>> read_time("Sun May 12 14:28:00 +0800 2013")
'2013-05-12T14:28:00+08:00'
>>> read_time("2021-05-18T19:24:56.000Z"), read_time("2016-05-03 05:21:50 +0000")
('2021-05-18T19:24:56+00:00', '2016-05-03T05:21:50+00:00')
>>> read_time("Sun, 12 May 2013 14:28:00 -0000"), read_time("2013-05-12")
('2013-05-12T14:28:00', '2013-05-12')

(``-0000`` in mail dates says that the local offset is unknown, RFC 5322, section 3.3.)
"""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
TWITTER_FORM: Final = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) (\d{4})")
ISO: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)? ?(Z|z|[+-]\d\d:?\d\d)?")
PATIENCE: Final = timedelta(days=2)  #: a clock may be wrong, and a zone unknown, by this much
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)  #: nothing was posted on the web before there was one


def read_time(value: object) -> str | None:
    """Return a platform's time as RFC 3339, with its offset if it has one; None if *value* is no time."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        return _read(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _read(text: str) -> str | None:
    if found := TWITTER_FORM.fullmatch(text):
        month, day, clock, hours, minutes, year = found.groups()
        return (
            _checked(f"{year}-{MONTHS.index(month) // 3 + 1:02}-{day}T{clock}{hours}:{minutes}")
            if month in MONTHS
            else None
        )
    if found := ISO.fullmatch(text):
        clock, zone = found[2] if len(found[2]) == 8 else f"{found[2]}:00", found[3] or ""
        zone = "+00:00" if zone in ("Z", "z") else zone if ":" in zone or not zone else f"{zone[:3]}:{zone[3:]}"
        return _checked(f"{found[1]}T{clock}{zone}")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text).isoformat()
    return parsedate_to_datetime(text).isoformat(timespec="seconds")


def _checked(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def moment(text: str | None) -> datetime | None:
    """Return the instant, in UTC; None if the time has no offset (or is none at all), so that nobody can tell."""
    if text is None or len(text) < 20:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def doubtful(text: str, seen: datetime) -> bool:
    """Tell whether a post that we saw at *seen* cannot have been made at this time."""
    when = moment(text)
    if when is None:
        try:
            when = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            return True
    return when > seen + PATIENCE or when < EARLIEST
