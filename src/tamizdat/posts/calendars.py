"""Days of calendars that are not the Gregorian one, as telephones write them where people live by them.

>>> gregorian(2566, 5, 13), gregorian(1402, 2, 23)
(datetime.date(2023, 5, 13), datetime.date(2023, 5, 13))

A year of four digits tells the calendar by itself, since what is written on a telephone is of this century: the
Buddhist one is 543 ahead, the solar one of Iran and Afghanistan 621 or 622 behind, the lunar one 579 or less. Of these
the first three can be turned into one another; whose day a lunar day is depends on who saw the moon, and it is none.
"""

from datetime import date, timedelta
from typing import Final

BUDDHIST: Final = range(2552, 2643)
SOLAR: Final = range(1387, 1430)
LUNAR: Final = range(1430, 1475)
_FIRST: Final = date(2008, 3, 20)  #: 1 Farvardin 1387
#: of each 33 years, the ones of 366 days, by their remainder; as it was kept from 1387 on and is reckoned to 1429
_LONG: Final = frozenset([1, 5, 9, 13, 17, 22, 26, 30])


def is_other(year: int) -> bool:
    """Tell whether a year of four digits is one of another calendar."""
    return year in BUDDHIST or year in SOLAR or year in LUNAR


def gregorian(year: int, month: int, day: int) -> date | None:
    """Return the day of a year, month and day in the calendar that the year is of; None if there is none.

    Raises ValueError for a day that does not exist.
    """
    if year in BUDDHIST:
        return date(year - 543, month, day)
    if year in SOLAR:
        return _solar(year, month, day)
    if year in LUNAR:
        return None
    return date(year, month, day)


def _solar(year: int, month: int, day: int) -> date:
    """Return the day of the solar calendar: six months of 31 days, five of 30, and one of 29 or 30."""
    lengths = [31] * 6 + [30] * 5 + [30 if _is_long(year) else 29]
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1]:
        raise ValueError("no day of the solar calendar")
    years = sum(366 if _is_long(each) else 365 for each in range(SOLAR.start, year))
    return _FIRST + timedelta(years + sum(lengths[: month - 1]) + day - 1)


def _is_long(year: int) -> bool:
    return year % 33 in _LONG
