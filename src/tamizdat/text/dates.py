"""How days, times and spans are written in a language of the interface, wherever people read them.

The calendar is the Gregorian one and the digits are 0 to 9 in every language: a day is compared with the one in a
statement, a file's name, a command (ADR 34). Names and order are CLDR's; a test holds them together.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from tamizdat.text.catalogue import counted
from tamizdat.text.languages import direction


class _Writing(NamedTuple):
    """How a language writes a day: the order, and its months as they stand in a day, parted by spaces."""

    pattern: str
    months: str


_HAN: Final = _Writing("{year}年{month}月{day}日", "1 2 3 4 5 6 7 8 9 10 11 12")
_ENGLISH: Final = _Writing(
    "{day} {month} {year}",
    "January February March April May June July August September October November December",
)
_WRITINGS: Final[Mapping[str, _Writing]] = {
    "en": _ENGLISH,
    "zh": _HAN,
    "zh-Hant": _HAN,
    "ar": _Writing(
        "{day} {month} {year}",
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    ),
    "bo": _Writing(
        "སྤྱི་ལོ་{year} {month}འི་ཚེས་{day}",
        "ཟླ་བ་དང་པོ ཟླ་བ་གཉིས་པ ཟླ་བ་གསུམ་པ ཟླ་བ་བཞི་པ ཟླ་བ་ལྔ་པ ཟླ་བ་དྲུག་པ "
        "ཟླ་བ་བདུན་པ ཟླ་བ་བརྒྱད་པ ཟླ་བ་དགུ་པ ཟླ་བ་བཅུ་པ ཟླ་བ་བཅུ་གཅིག་པ ཟླ་བ་བཅུ་གཉིས་པ",
    ),
    "es": _Writing(
        "{day} de {month} de {year}",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
    "fa": _Writing(
        "{day} {month} {year}",
        "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    ),
    "fr": _Writing(
        "{day} {month} {year}",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
    "ru": _Writing(
        "{day} {month} {year}\u202fг.",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    ),
    "ug": _Writing(
        "{day}-{month}، {year}",
        "يانۋار فېۋرال مارت ئاپرېل ماي ئىيۇن ئىيۇل ئاۋغۇست سېنتەبىر ئۆكتەبىر نويابىر دېكابىر",
    ),
}
WRITTEN_IN: Final = tuple(_WRITINGS)
MONTHS: Final = tuple(_ENGLISH.months.split())
#: months where there is little room, if not the whole name; "" stands for their number
_SHORT_MONTHS: Final[Mapping[str, str]] = {
    "bo": "ཟླ་{number}",
    "zh": "{number}月",
    "zh-Hant": "{number}月",
    "es": "ene feb mar abr may jun jul ago sept oct nov dic",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "ru": "янв. февр. март апр. май июнь июль авг. сент. окт. нояб. дек.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_SPANS: Final = (31_557_600, 86_400, 3_600, 60, 1)  #: seconds of a year, a day, an hour, a minute, a second
_UNITS: Final = ("span_years", "span_days", "span_hours", "span_minutes", "span_seconds")


@lru_cache(1 << 15)
def written_day(day: str, language: str) -> str:
    """Return ``2026-11-23`` as people write it: 23 November 2026, 2026年11月23日. Raises :class:`ValueError`."""
    when = date.fromisoformat(day)
    return day_pattern(language).format(year=when.year, month=month_names(language)[when.month - 1], day=when.day)


def day_pattern(language: str) -> str:
    """Return the order in which *language* writes a day, with ``{day}``, ``{month}`` and ``{year}``."""
    return _WRITINGS.get(language, _ENGLISH).pattern


@lru_cache(64)
def month_names(language: str) -> tuple[str, ...]:
    """Return the twelve months, as they stand in a day."""
    return tuple(each.replace("_", " ") for each in _WRITINGS.get(language, _ENGLISH).months.split())


def written_month(month: int, language: str) -> str:
    """Return the short name of a month, 1 to 12."""
    short = _SHORT_MONTHS.get(language)
    if short is None:
        return month_names(language)[month - 1]
    return short.format(number=month) if "{" in short else short.split()[month - 1]


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
    if not clock:
        return day
    if direction(language) == "rtl":  # a clock with its offset runs from left to right, also among Arabic letters
        return f"{day}، \u2066{clock}\u2069"
    return f"{day}{'' if language in ('bo', 'zh', 'zh-Hant') else ','} {clock}"


def duration(seconds: float, language: str) -> str:
    """Return a span in the two largest units that matter: ``3 h 12 min``, ``41 days``, ``2 years``."""
    rest, told = max(0, round(seconds)), list[str]()
    largest = next((place for place, span in enumerate(_SPANS) if rest >= span), len(_SPANS) - 1)
    for place in range(largest, min(largest + 2, len(_SPANS))):
        count, rest = divmod(rest, _SPANS[place])
        if count or place == largest:
            told.append(_english(count, place) if language == "en" else counted(_UNITS[place], count, language))
    return " ".join(told)


def _english(count: int, place: int) -> str:
    """Return a span as English says it, without the catalogue: commands say little else that it holds."""
    name = ("year", "day", "h", "min", "s")[place]
    return f"{count} {name}s" if count != 1 and name in ("year", "day") else f"{count} {name}"
