"""How much waits, is in review and is done in a language, added up: numbers of posts and words, and no name.

>>> by_year({"2008-05": 3, "2008-06": 1, "2010-01": 2, "": 7})
{'2008': 4, '2009': 0, '2010': 2}
"""

from collections.abc import Mapping
from typing import Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.translation.standings import standings

WAITING: Final = ("new", "stale", "returned")  #: for translators


@dataclass(frozen=True)
class Statistics:
    """Posts and words of one language. *words* are those that wait for translators, *oldest* is the oldest such month.

    *years* are the posts that wait for translators, by year of publication; those without a day are in none.
    """

    language: str
    waiting: int
    words: int
    proposed: int
    reviewed: int
    approved: int
    oldest: str
    newest: str
    years: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many posts there are to be read in this language one day."""
        return self.waiting + self.proposed + self.reviewed + self.approved

    def record(self) -> dict[str, Json]:
        """Return it for other programs."""
        years: dict[str, Json] = dict(self.years)
        return {**vars(self), "years": years}


def statistics(archive: Archive, language: str) -> Statistics:
    """Return the statistics of one language, as they are now."""
    now = standings(archive, language)
    months: dict[str, int] = {}
    for why in WAITING:
        for month, many in now.tallies[why].months.items():
            months[month] = months.get(month, 0) + many
    known = sorted(filter(None, months))
    return Statistics(
        language,
        sum(len(now.places[why]) for why in WAITING),
        sum(now.tallies[why].words for why in WAITING),
        len(now.places["proposed"]),
        len(now.places["reviewed"]),
        len(now.places["approved"]),
        known[0] if known else "",
        known[-1] if known else "",
        by_year(months),
    )


def by_year(months: Mapping[str, int]) -> dict[str, int]:
    """Return counts by year, of every year from the first to the last."""
    years: dict[str, int] = {}
    for month, many in months.items():
        if month:
            years[month[:4]] = years.get(month[:4], 0) + many
    if not years:
        return {}
    first, last = int(min(years)), int(max(years))
    return {f"{year:04}": years.get(f"{year:04}", 0) for year in range(first, last + 1)}
