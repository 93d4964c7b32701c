"""The pager below a long list: both ends, the neighbours, and what lies between as a gap; nine links at most."""

from collections.abc import Callable
from typing import Final, NamedTuple

from tamizdat.encoding import Json

AROUND: Final = 1  #: pages shown on each side of this one


class PageLink(NamedTuple):
    """A page of the list: what it is called, the way there, whether it is this one. Without a name it is a gap."""

    label: str
    href: str
    here: bool


class Pager(NamedTuple):
    """Links to the pages of a list, in reading order; *before* and *after* are the ways to the neighbours, or ""."""

    before: str
    links: tuple[PageLink, ...]
    after: str
    newer: bool  #: whether what stands before is newer than this page, and what stands after is older

    def facts(self) -> Json:
        """Return everything in it, as what a page depends on."""
        return [self.before, self.after, *(f"{each.label} {each.href} {each.here}" for each in self.links)]


def pager(count: int, here: int, way: Callable[[int], str], *, newest: str = "") -> Pager | None:
    """Return the pager of page *here*, of *count* that are numbered from 1; None if there is but one.

    *way* gives the way to a page. With *newest* pages are numbered from the oldest, and the newest, the last number,
    is read first; it is called *newest*, for its number grows, and most pages should not change with it.
    """
    if count < 2:
        return None
    shown = {1, count, *range(max(1, here - AROUND), min(count, here + AROUND) + 1)}
    shown |= {each + 1 for each in shown if each + 2 in shown}  # a gap of one page is no gap
    links: list[PageLink] = []
    step = -1 if newest else 1
    for number in sorted(shown, reverse=bool(newest)):
        if links and number - step not in shown:
            links.append(PageLink("", "", here=False))
        links.append(PageLink(newest if newest and number == count else str(number), way(number), number == here))
    before, after = (way(each) if 1 <= each <= count else "" for each in (here - step, here + step))
    return Pager(before, tuple(links), after, bool(newest))
