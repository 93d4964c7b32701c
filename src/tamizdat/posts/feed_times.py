"""The times that feeds write, whoever's clock and language they are in: what is certain in them, and nothing else.

>>> read_feed_time("Sun, 12 May 2013 14:28:00 +0800"), read_feed_time("2013-05-12T14:28:00.5+08")
('2013-05-12T14:28:00+08:00', '2013-05-12T14:28:00+08:00')
>>> read_feed_time("lun, 06 mag 2024 18:55:00 GMT"), read_feed_time("2024年05月12日 下午2:28")
('2024-05-06T18:55:00+00:00', '2024-05-12T14:28:00')
>>> read_feed_time("Mon, May 27 2024 04:45:26 GMT+0100"), read_feed_time("1715495280")
('2024-05-27T04:45:26+01:00', '2024-05-12T06:28:00+00:00')

A name of a zone counts only if it means one offset: ``CST`` is China's and Chicago's, and ``EST`` in summer is written
by those who mean summer time; then the hour stays, without an offset. A day alone stays a day. What has two readings
(05/06/2024) or none (24:10) has no time:

>>> read_feed_time("Sun, 12 May 2024 14:28:00 CST"), read_feed_time("Tue, 07 May 2024 18:30:00 EST")
('2024-05-12T14:28:00', '2024-05-07T18:30:00')
>>> read_feed_time("12 May 2024"), read_feed_time("05/06/2024 10:00"), read_feed_time("Sun, 12 May 2024 24:10:00 +0800")
('2024-05-12', None, None)
"""

import re
from datetime import UTC, date, datetime, time
from typing import Final

from tamizdat.posts.times import instant

LONGEST: Final = 100  #: characters of a time
_MONTHS: Final = (
    "jan january janvier januar januari enero ene gennaio gen janeiro janv jänner янв января ocak",
    "feb february février fevrier févr fév fevr februar februari febrero febbraio fevereiro fev февраля фев şubat",
    "mar march mars märz marzo março marco maart mrt mär марта мар mart",
    "apr april avril avr abril abr aprile апреля апр nisan",
    "may mai maggio mag mayo maio mei maj мая май mayıs",
    "jun june juin juni junio giugno giu junho июня июн haziran",
    "jul july juillet juil juli julio luglio lug julho июля июл temmuz",
    "aug august août aout aoû agosto ago augustus augusti августа авг ağustos",
    "sep sept september septembre septiembre settembre set setembro сентября сен eylül",
    "oct october octobre oktober okt octubre ottobre ott outubro out октября окт ekim",
    "nov november novembre noviembre novembro ноября ноя kasım",
    "dec december décembre decembre déc dezember dez diciembre dicembre dic dezembro december декабря дек aralık",
)
MONTHS: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()} | {
    f"{name}月": number for number, name in enumerate([*"一二三四五六七八九十", "十一", "十二"], 1)
}
#: zones of one offset; the others have two meanings or changed theirs
ZONES: Final = {"utc": 0, "gmt": 0, "ut": 0, "z": 0, "jst": 540, "kst": 540, "hkt": 480, "sgt": 480}
WINTER: Final = {"est": -300, "mst": -420, "pst": -480, "cet": 60, "eet": 120, "wet": 0}
SUMMER: Final = {"edt": -240, "cdt": -300, "mdt": -360, "pdt": -420, "cest": 120, "eest": 180, "west": 60}

MONTHS_OF_MAIL: Final = {name.capitalize(): MONTHS[name] for name in (names.split()[0] for names in _MONTHS)}
#: as RFC 5322 has it, and most feeds
_USUAL: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, )?([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) "
    r"(?:GMT|UTC|Z|([+-])(0[0-9]|1[0-4])([0-5][0-9]))"
)
_CLOCK: Final = re.compile(
    r"(?:\b(am|pm)|(上午|下午|凌晨|早上|晚上|中午))?\s*(?<![0-9])([0-9]{1,2})[:.時时点點]\s?([0-9]{2})(?:[:.分]\s?([0-9]{2}))?分?秒?(?:[.,][0-9]+)?"
    r"\s*(am\b|pm\b|a\.m\.|p\.m\.)?",
    re.I,
)
_OFFSET: Final = re.compile(r"(?:(?:gmt|utc|ut)\s?)?([+-])([0-9]{1,2}):?([0-9]{2})?", re.I)
_ISO_DAY: Final = re.compile(r"\b([0-9]{4})[-/.年]\s?([0-9]{1,2})[-/.月]\s?([0-9]{1,2})日?(?=[\sTt,(（上下]|$)")
_SHORT_DAY: Final = re.compile(r"\b([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_NUMBER: Final = re.compile(r"\b[0-9]{1,4}\b")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z|[+-][0-9]{4})?)?")


def read_feed_time(value: str) -> str | None:
    """Return a feed's time as RFC 3339, with its offset if that is certain, or its day; None if it tells neither."""
    if found := _USUAL.fullmatch(value):
        day, month, year, clock, ahead, hours, minutes = found.groups()
        if month in MONTHS_OF_MAIL and not (ahead == "-" and hours == minutes == "00"):
            zone = f"{ahead}{hours}:{minutes}" if ahead else "+00:00"
            return _checked(f"{year}-{MONTHS_OF_MAIL[month]:02}-{int(day):02}T{clock}{zone}")
    text = " ".join(value.split())
    if not text or len(text) > LONGEST:
        return None
    try:
        return _read(text)
    except (ValueError, OverflowError):
        return None


def _checked(text: str) -> str | None:
    try:
        instant(text)
    except ValueError:
        return None
    return text


def _read(text: str) -> str | None:
    if text.isascii() and text.isdigit() and len(text) in (9, 10, 13):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC).isoformat(timespec="seconds")
    if found := _COMPACT.fullmatch(text):
        text = f"{found[1]}-{found[2]}-{found[3]}" + (
            f"T{found[4]}:{found[5]}:{found[6] or '00'}{found[7] or ''}" if found[4] else ""
        )
    day, rest = _day(text)
    if day is None:
        return None
    found = _CLOCK.search(rest)
    if found is None:
        return None if ":" in rest else day.isoformat()
    hour = _hour(int(found[3]), (found[1] or found[6] or "").lower().replace(".", ""), found[2] or "")
    clock = time(hour, int(found[4]), int(found[5] or 0))
    return f"{day.isoformat()}T{clock.isoformat()}{_offset(rest[found.end() :].strip(), day)}"


def _hour(hour: int, half: str, spoken: str) -> int:
    """Return the hour of the day; *half* is am or pm, *spoken* says the same in Chinese."""
    afternoon = half == "pm" or spoken in ("下午", "晚上") or (spoken == "中午" and hour < 11)
    if half and not 1 <= hour <= 12:
        raise ValueError(hour)
    if afternoon:
        return hour + 12 if hour < 12 else hour
    return 0 if half == "am" and hour == 12 else hour


def _day(text: str) -> tuple[date | None, str]:
    """Return the day, and the text without it."""
    if found := _ISO_DAY.search(text):
        return date(int(found[1]), int(found[2]), int(found[3])), text[: found.start()] + text[found.end() :].lstrip(
            "Tt"
        )
    if found := _SHORT_DAY.search(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if first <= 12 and second <= 12 and first != second:  # nobody can tell which is the month
            return None, text
        day, month = (first, second) if second <= 12 else (second, first)
        return date(year, month, day), text[: found.start()] + text[found.end() :]
    clock = _CLOCK.search(text)
    before = text[: clock.start()] if clock else text
    behind = text[clock.end() :] if clock else ""
    months = {MONTHS[word] for word in map(str.lower, _WORD.findall(before)) if word in MONTHS}
    numbers = _NUMBER.findall(before)
    if len(numbers) == 1 and (last := re.search(r"\b[0-9]{4}$", behind)):  # Sun May 12 14:28:00 +0800 2013
        numbers.append(last[0])
        text = text[: len(text) - 4]
    if len(months) != 1 or len(numbers) != 2:
        return None, text
    day_text, year_text = sorted(numbers, key=len) if any(len(each) == 4 for each in numbers) else numbers
    if len(year_text) == 2:
        year_text = str(int(year_text) + (2000 if int(year_text) < 70 else 1900))
    if len(year_text) != 4:
        return None, text
    return date(int(year_text), months.pop(), int(day_text)), text[len(before) :] if clock else ""


def _offset(text: str, day: date) -> str:
    """Return the offset that stands behind a time; "" if there is none, or if it is doubtful."""
    found = _OFFSET.match(text)
    if found:
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        unknown = found[1] == "-" and minutes == 0  # RFC 5322, section 3.3: the local offset is not known
        return (
            ""
            if unknown or minutes > 14 * 60 or int(found[3] or 0) > 59
            else _written(minutes if found[1] == "+" else -minutes)
        )
    word = _WORD.match(text)
    name = word[0].lower() if word else ""
    if name in ZONES:
        return _written(ZONES[name])
    summer = date(day.year, 3, 8) <= day <= date(day.year, 11, 7)
    surely = date(day.year, 4, 7) <= day <= date(day.year, 10, 24)
    if name in WINTER and not summer:
        return _written(WINTER[name])
    return _written(SUMMER[name]) if name in SUMMER and surely else ""


def _written(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
