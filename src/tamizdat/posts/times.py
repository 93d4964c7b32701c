"""The times platforms write, kept as they were meant.

All become RFC 3339 with the offset the platform gave; a time without one stays without, it is not made UTC by us:

>>> read_time("Sun May 12 14:28:00 +0800 2013")
'2013-05-12T14:28:00+08:00'
>>> read_time("2021-05-18T19:24:56.000Z"), read_time("2016-05-03 05:21:50 +0000")
('2021-05-18T19:24:56+00:00', '2016-05-03T05:21:50+00:00')
>>> read_time("Sun, 12 May 2013 14:28:00 -0000"), read_time("2013-05-12")
('2013-05-12T14:28:00', '2013-05-12')

(``-0000`` in mail dates says that the local offset is unknown, RFC 5322, section 3.3.)

People and programs write many more (:func:`_loose`). What is certain is kept, and nothing else: a wrong instant is
worse than none. ``EST`` in May is somebody's mistake, and ``CST`` is Shanghai's or Chicago's: the clock stays, without
an offset. 24:10 is of this day to some programs and of the next one to others; 05/12/2024 is May or December: no time.

>>> read_time("Tue, 07 May 2024 18:30:00 EST"), read_time("Tue, 07 Jan 2025 18:30:00 EST")
('2024-05-07T18:30:00', '2025-01-07T18:30:00-05:00')
>>> read_time("2024年05月12日 14:28"), read_time("Sun, 12 May 2024 24:10:00 +0800"), read_time("05/12/2024")
('2024-05-12T14:28:00', None, None)
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from tamizdat.text.late_pattern import late_pattern

MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
TWITTER_FORM: Final = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) (\d{4})")
ISO: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)? ?(Z|z|[+-]\d\d:?\d\d)?", re.A
)  # fmt: skip
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.A)
LONGEST: Final = 100  #: characters; no time is longer
PATIENCE: Final = timedelta(days=2)  #: a clock may be wrong, and a zone unknown, by this much
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)  #: nothing was posted on the web before there was one

#: Words that mean this month in every language that has them: Italian ``set`` is here, Slavic ``lis`` is two months.
_MONTHS: Final = {
    word: number
    for number, words in enumerate((
        "jan january gen gennaio ene enero janv janvier januar januari jänner janeiro янв января",
        "feb february febbraio febrero févr fevr février fevrier februar februari fev fevereiro фев февраля",
        "mar march marzo mars märz maerz mrz maart mrt março marco марта",
        "apr april aprile abr abril avr avril апр апреля",
        "may mag maggio mayo mai maio mei мая",
        "jun june giu giugno junio juin juni junho июн июня",
        "jul july lug luglio julio juil juillet juli julho июл июля",
        "aug august ago agosto août aout augustus авг августа",
        "sep sept september set settembre septiembre septembre setembro сен сент сентября",
        "oct october ott ottobre octubre octobre okt oktober out outubro окт октября",
        "nov november novembre noviembre novembro ноя нояб ноября",
        "dec december dic dicembre diciembre déc décembre decembre dez dezember dezembro дек декабря",
    ), 1)
    for word in words.split()
}  # fmt: skip
#: Names of zones of which there is one on earth, as minutes, and the half of the year in which their clocks are right.
_ZONES: Final = {
    "Z": (0, ""), "UT": (0, ""), "UTC": (0, ""), "GMT": (0, ""),
    "EST": (-300, "winter"), "MST": (-420, "winter"), "PST": (-480, "winter"),
    "EDT": (-240, "summer"), "CDT": (-300, "summer"), "MDT": (-360, "summer"), "PDT": (-420, "summer"),
    "CET": (60, "winter"), "EET": (120, "winter"), "CEST": (120, "summer"), "EEST": (180, "summer"),
    "JST": (540, ""), "KST": (540, ""), "HKT": (480, ""),
}  # fmt: skip
_HALVES: Final = (("winter", "11-08", "12-31"), ("winter", "01-01", "03-07"), ("summer", "04-08", "10-24"))
_CLOCK: Final = late_pattern(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,]\d+)?)?", re.A)
_OFFSET: Final = late_pattern(r"(?:GMT|UTC?)?([+-])(\d\d?)(?::?([0-5]\d))?", re.A)
_WORDS: Final = late_pattern(
    r"[0-9]{1,2}:\S+?(?=[+-]|[A-Za-z]|\s|,|$)|(?:GMT|UTC?)?[+-][0-9]{1,2}(?::?[0-9]{2})?(?![0-9])|[0-9]+|[^\W0-9_]+\.?|[^\s,]",
    re.I,
)
_EASTERN: Final = (  # compiled when it is needed
    r"(\d{4})[年년]\s*(\d\d?)[月월]\s*(\d\d?)[日일号號]?\s*"
    r"(?:\(?(?:星期|周|週)?[一二三四五六日天月火水木金土월화수목금토일](?:曜日|요일)?\)?)?\s*(上午|下午|午前|午後|오전|오후)?\s*"
    r"(?:(\d\d?)[:：時时시](\d\d)(?:[:：分분](\d\d)[秒초]?|[分분])?)?\s*([+-]\d\d:?\d\d)?"
)
_NOON: Final = dict.fromkeys(("上午", "午前", "오전"), "am") | dict.fromkeys(("下午", "午後", "오후"), "pm")
_BASIC: Final = late_pattern(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d(?::?\d\d)?)?", re.A)
_UNKNOWN_ZONE: Final = late_pattern(r"[A-Z][A-Za-z]*|[/_]", re.A)
_FIGURES: Final = re.compile(r"(\d{1,4})([./-])(\d\d?)\2(\d{1,4})(?:[T ]+(.*))?", re.A)
_HALF: Final = re.compile(r"\b([ap])\.?\s?m\b\.?", re.I)
_JOINING: Final = {"de", "of", "at", "um", "alle", "ore", "à", "le", "den", "uur", "uhr", "года", "г.", "г", "в", "."}


def read_time(value: object) -> str | None:
    """Return a platform's time as RFC 3339, with its offset if it has one; None if *value* is no time."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        found = _sure(text) or (_loose(text) if len(text) <= LONGEST else None)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found is None or found[20:22] <= "14" else found[:19]  # no clock on earth is further from UTC


def read_time_v1(value: object) -> str | None:
    """Return a time as earlier formats read it, with mail dates as Python's library has them."""
    if not isinstance(value, str):
        return None
    from email.utils import parsedate_to_datetime  # half of what it takes to import this module

    text = value.strip()
    try:
        return _sure(text) or parsedate_to_datetime(text).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _sure(text: str) -> str | None:
    """Return what is in X's own form, or in RFC 3339's; None for every other. Raises ValueError."""
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
    if DAY.fullmatch(text):
        return date.fromisoformat(text).isoformat()
    return None


def _loose(text: str) -> str | None:
    """Return the time of other writings, or None: mail dates in many tongues, figures only, East Asian ones."""
    if ISO.fullmatch(large := text.upper()):
        return _sure(large)
    if found := re.fullmatch(_EASTERN, text, re.A):
        year, month, day, half, hour, minute, second, offset = found.groups()
        clock = _clock(f"{hour}:{minute}:{second or '00'}", _NOON.get(half, ""))
        return None if hour and not clock else _made(int(year), int(month), int(day), clock, offset or "")
    if found := _BASIC.fullmatch(text):
        year, month, day, hour, minute, second, offset = found.groups()
        clock = _clock(f"{hour}:{minute}:{second}")
        return _made(int(year), int(month), int(day), clock, offset or "") if clock else None
    if found := _FIGURES.fullmatch(text):
        return _figures(found)
    return _mail(re.sub(r"\([^()]*\)", " ", text))


def _clock(written: str, half: str = "") -> str:
    """Return a time of day as ``HH:MM:SS``; "" if it is none, 24:10 among them."""
    found = _CLOCK.fullmatch(written)
    if not found:
        return ""
    hour = int(found[1])
    if half and not 1 <= hour <= 12:
        return ""
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    return f"{hour:02}:{found[2]}:{found[3] or '00'}"


def _figures(found: re.Match[str]) -> str | None:
    """Read 2024/05/12 and 27.5.2024; and not what may be one of two days."""
    first, _, second, third, rest = found.groups()
    if len(first) == 4 and len(third) <= 2:
        year, days = int(first), {(int(second), int(third))}
    elif len(third) == 4 and len(first) <= 2:
        one, other = int(first), int(second)
        year, days = int(third), {(month, day) for month, day in ((one, other), (other, one)) if month <= 12}
    else:
        return None
    if len(days) != 1:
        return None
    [(month, day)] = days
    clock = _rest(_words(rest or ""))
    return _made(year, month, day, *clock) if clock and (clock[0] or not rest) else None


def _words(text: str) -> list[str]:
    text = _HALF.sub(lambda found: f" {found[1]}m ", text)
    return [found for found in _WORDS.findall(text) if found.lower() not in _JOINING]


def _rest(words: list[str]) -> tuple[str, str] | None:
    """Return the clock, and the offset or the zone's name, among words that hold no day; "" for what is not there.

    None if there is more than that, or a clock that is none: what we cannot read may say that it is afternoon.
    """
    clocks = [word for word in words if ":" in word and word[0].isdigit()]
    halves = [half for word in words if (half := word.lower()) in ("am", "pm")]
    others = [word for word in words if word not in clocks and word.lower() not in ("am", "pm")]
    clock = _clock(clocks[0], "".join(halves)) if len(clocks) == 1 and len(halves) < 2 else ""
    if not all(_OFFSET.fullmatch(word.upper()) or _UNKNOWN_ZONE.fullmatch(word) for word in others):
        return None
    return None if clocks and not clock else (clock, others[0] if len(others) == 1 else "")


def _mail(text: str) -> str | None:
    """Read a day, a month's name, a year, perhaps a clock and a zone, in the orders people have for them.

    Two figures are a year only where RFC 822 has them, after day and month.
    """
    words = _words(re.sub(r"(?<=[\d.])-(?=[^\W\d])|(?<=[^\W\d])-(?=\d)", " ", text) if text.count("-") > 1 else text)
    months = [at for at, word in enumerate(words) if word.lower().rstrip(".") in _MONTHS]
    if len(months) == 2 and months[0] == 0:
        months.pop(0)  # Italian ``mar`` is a Tuesday too
    if len(months) != 1:
        return None
    at = months[0]
    month = _MONTHS[words[at].lower().rstrip(".")]
    figures = [place for place, word in enumerate(words) if word.isdecimal()]
    if len(figures) != 2:
        return None
    day, year = (words[place] for place in figures)
    if len(year) == 2 and figures == [at - 1, at + 1]:
        year = f"{1900 if int(year) >= 69 else 2000:d}"[:2] + year
    if len(year) != 4 or len(day) > 2 or not 1900 <= int(year) < 2100:
        return None
    used = {at, *figures}
    rest = [word for place, word in enumerate(words) if place not in used and (place > min(used) or ":" in word)]
    clock = _rest([word for word in rest if word.lower() not in ("st", "nd", "rd", "th")])
    return _made(int(year), month, int(day), *clock) if clock else None


def _made(year: int, month: int, day: int, clock: str, zone: str) -> str:
    """Return the day, or the time with what is certain of the offset. Raises ValueError for a day that is none."""
    when = date(year, month, day).isoformat()
    return _checked(f"{when}T{clock}{_offset(zone, when)}") if clock else when


def _offset(zone: str, day: str) -> str:
    """Return the offset of a zone on a day; "" if it is not certain."""
    if found := _OFFSET.fullmatch(zone.upper()):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        unknown = zone.startswith("-") and minutes == 0
        return "" if unknown or minutes > 14 * 60 else f"{found[1]}{minutes // 60:02}:{minutes % 60:02}"
    minutes, half = _ZONES.get(zone.upper(), (0, "never"))
    if half and not any(half == each and start <= day[5:] <= end for each, start, end in _HALVES):
        return ""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def instant(text: str) -> datetime:
    """Return a time of RFC 3339 as the same instant under every Python; raises ValueError where there is none.

    24:00 is midnight of the next day to Python 3.14, and no time to those before: it is none, so that two desks read
    one post alike.
    """
    if text[11:13] == "24":
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _checked(text: str) -> str:
    instant(text)
    return text


@lru_cache(1 << 13)  # of a few thousand posts that are taken in together each time is asked for five times
def moment(text: str | None) -> datetime | None:
    """Return the instant, in UTC; None if the time has no offset (or is none at all), so that nobody can tell."""
    if text is None or len(text) < 20:
        return None
    try:
        return instant(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def doubtful(text: str, seen: datetime) -> bool:
    """Tell whether a post that we saw at *seen* cannot have been made at this time."""
    when = moment(text)
    if when is None:
        try:
            when = instant(text).replace(tzinfo=UTC)
        except ValueError:
            return True
    return when > seen + PATIENCE or when < EARLIEST
