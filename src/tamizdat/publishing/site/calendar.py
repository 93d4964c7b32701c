"""The calendar: each year a row of months, each month a grid of days, shaded by how much was written."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.text.catalogue import counted
from tamizdat.text.dates import written_day, written_month


class Cell(NamedTuple):
    """One day: its way (empty if nothing was written), its shade 1–4, what it says aloud."""

    link: str
    level: int
    says: str


class Month(NamedTuple):
    """Its name, the weekday it begins with (1: Monday), its days."""

    name: str
    first: int
    days: list[Cell]


class Year(NamedTuple):
    """A year, how many posts it has, its months."""

    year: str
    posts: str
    months: list[Month]


def years(view: SiteIndex, language: str) -> Iterator[Year]:
    """Yield the years in which something was written, the latest first."""
    counts = {day: len(posts) for day, posts in view.days.items()}
    most = max(counts.values(), default=1)
    for year in sorted({day[:4] for day in counts}, reverse=True):
        count = counted("posts", sum(each for day, each in counts.items() if day[:4] == year), language)
        yield Year(year, count, [_month(int(year), month, counts, most, language) for month in range(1, 13)])


def _month(year: int, month: int, counts: dict[str, int], most: int, language: str) -> Month:
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1) if year < date.max.year else date(year, month, 28)
    days = (first + timedelta(days=each) for each in range((after - first).days))
    cells = [_cell(day, counts.get(day.isoformat(), 0), most, language) for day in days]
    return Month(written_month(month, language), first.isoweekday(), cells)


def _cell(day: date, count: int, most: int, language: str) -> Cell:
    if not count:
        return Cell("", 0, "")
    says = f"{written_day(day.isoformat(), language)}: {counted('posts', count, language)}"
    return Cell(day.isoformat(), min(4, 1 + 4 * (count - 1) // most), says)
