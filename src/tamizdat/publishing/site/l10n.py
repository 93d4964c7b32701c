"""How days, times and spans are written in each language of the interface."""

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple


class Message(NamedTuple):
    """One thing to say, in every language of the interface."""

    en: str
    zh: str

    def of(self, language: str) -> str:
        """What is said in *language*, one of :data:`LANGUAGES`."""
        return self.zh if language == "zh" else self.en


LANGUAGES: Final = Message._fields  #: the first one has the pages at the root, the others a folder each
ENDONYMS: Final = Message("English", "中文")
TAGS: Final = Message("en", "zh-Hans")  #: BCP 47, for ``lang`` and ``hreflang``

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@lru_cache(1 << 15)
def written_day(day: str, language: str) -> str:
    """``2026-11-23`` as people write it: 23 November 2026, 2026年11月23日."""
    when = date.fromisoformat(day)
    if language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def written_month(month: int, language: str) -> str:
    """The month's short name."""
    return f"{month}月" if language == "zh" else MONTHS[month - 1][:3]


def written_clock(time: str) -> str:
    """The clock of a platform's time, and its offset if it gave one: ``14:28 (UTC+8)``; empty for a mere day.

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
    """Day and clock: ``12 May 2020, 14:28 (UTC+8)``."""
    day, clock = written_day(time[:10], language), written_clock(time)
    return f"{day}{'' if language == 'zh' else ','} {clock}" if clock else day


def duration(seconds: int, language: str) -> str:
    """How long something stood, in the two largest units that matter: ``3 h 12 min``, ``41 days``, ``2 years``."""
    names = Message("years days h min s", "年 天 小时 分钟 秒").of(language).split()
    spans = (31_557_600, 86_400, 3_600, 60, 1)
    largest = next((place for place, span in enumerate(spans) if seconds >= span), 4)
    rest, told = seconds, []
    for place in range(largest, min(largest + 2, 5)):
        count, rest = divmod(rest, spans[place])
        if count or place == largest:
            told.append(_counted(count, names[place], language))
    return " ".join(told)


def _counted(count: int, name: str, language: str) -> str:
    if language == "en" and count == 1 and name in ("years", "days"):
        name = name[:-1]
    return f"{count} {name}"
