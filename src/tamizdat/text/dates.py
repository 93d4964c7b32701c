"""How days, times and spans are written in a language of the interface (``en``, ``zh``), wherever people read them."""

from datetime import date
from functools import lru_cache
from typing import Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SPANS: Final = (31_557_600, 86_400, 3_600, 60, 1)  #: seconds of a year, a day, an hour, a minute, a second


@lru_cache(1 << 15)
def written_day(day: str, language: str) -> str:
    """Return ``2026-11-23`` as people write it: 23 November 2026, 2026年11月23日. Raises :class:`ValueError`."""
    when = date.fromisoformat(day)
    if language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def written_month(month: int, language: str) -> str:
    """Return the short name of a month, 1 to 12."""
    return f"{month}月" if language == "zh" else MONTHS[month - 1][:3]


def written_clock(time: str) -> str:
    """Return the clock of a platform's time, and its offset if it gave one: ``14:28 (UTC+8)``; empty for a mere day.

    >>> written_clock("2020-05-12T14:28:00+05:30"), written_clock("2020-05-12T14:28:00"), written_clock("2020-05-12")
    ('14:28 (UTC+5:30)', '14:28', '')
    """
    if len(time) < 16:
        return ""
    clock, offset = time[11:16], time[19:]
    if not offset:
        return clock
    sign, hours, minutes = offset[0], offset[1:3].lstrip("0"), offset[4:6]
    if offset == "Z" or not (hours or minutes.strip("0")):
        return f"{clock} (UTC)"
    tail = f":{minutes}" if minutes.strip("0") else ""
    return f"{clock} (UTC{'−' if sign == '-' else '+'}{hours or '0'}{tail})"


def written_time(time: str, language: str) -> str:
    """Return day and clock: ``12 May 2020, 14:28 (UTC+8)``. Raises :class:`ValueError` for what is no time."""
    day, clock = written_day(time[:10], language), written_clock(time)
    return f"{day}{'' if language == 'zh' else ','} {clock}" if clock else day


def duration(seconds: float, language: str) -> str:
    """Return a span in the two largest units that matter: ``3 h 12 min``, ``41 days``, ``2 years``."""
    rest, told = max(0, round(seconds)), list[str]()
    largest = next((place for place, span in enumerate(_SPANS) if rest >= span), len(_SPANS) - 1)
    for place in range(largest, min(largest + 2, len(_SPANS))):
        count, rest = divmod(rest, _SPANS[place])
        if count or place == largest:
            told.append(f"{count} {_unit(count, place, language)}")
    return " ".join(told)


def _unit(count: int, place: int, language: str) -> str:
    if language == "zh":
        return ("年", "天", "小时", "分钟", "秒")[place]
    name = ("year", "day", "h", "min", "s")[place]
    return f"{name}s" if count != 1 and name in ("year", "day") else name
