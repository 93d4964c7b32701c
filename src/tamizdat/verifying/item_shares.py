"""All items of a site, one after the other or in shares that processes judge at the same time.

An item stands on what was read before, and on nothing of another item but that no two have one source or are one post.
So whoever calls may *divide*: give numbers in their order to several processes, and return what each found, in the same
order. If two shares name one source, all items are judged once more, one after the other, and what is told is the same.
"""

import copy
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.item_links import judge
from tamizdat.verifying.links import Links
from tamizdat.verifying.report import Report

PAGE: Final = re.compile(r"((?:[^/]+/)?)items/(0|[1-9][0-9]{0,14})/index\.html")  #: in one language or another


class Share(NamedTuple):
    """What was found of some items: links, and what else :class:`Evidence` gathers."""

    links: Links
    shaky: set[str]
    made: dict[str, bool]
    sources: dict[bytes | str, int]
    digests: dict[str, bytes]
    unread: dict[str, str]


Divide = Callable[[Callable[[Sequence[int]], Share], Sequence[int]], Sequence[Share]]


def in_one(work: Callable[[Sequence[int]], Share], numbers: Sequence[int]) -> Sequence[Share]:
    """Judge all of them here."""
    return [work(numbers)]


def judge_items(evidence: Evidence, numbers: Sequence[int], files: Iterable[str], divide: Divide = in_one) -> None:
    """Judge the items with these *numbers*, whose pages are among *files*."""
    pages: dict[int, tuple[str, ...]] = {}  # what stands before the path of each
    alike: dict[tuple[str, ...], tuple[str, ...]] = {}  # thousands of items are in the same languages
    for match in filter(None, map(PAGE.fullmatch, files)):
        below = (*pages.get(int(match[2]), ()), match[1])
        pages[int(match[2])] = alike.setdefault(below, below)
    work = partial(_judged, evidence, pages)
    shares = divide(work, numbers)
    if sum(len(each.sources) for each in shares) > len({source for each in shares for source in each.sources}):
        shares = in_one(work, numbers)
    for each in shares:
        evidence.report.links.extend(each.links)
        evidence.report.shaky |= each.shaky
        evidence.made |= each.made
        evidence.sources |= each.sources
        evidence.folder.digests |= each.digests
        evidence.folder.unread |= each.unread


def _judged(evidence: Evidence, pages: Mapping[int, Sequence[str]], numbers: Sequence[int]) -> Share:
    own, known = copy.copy(evidence), len(evidence.folder.digests)
    own.report, own.made, own.sources = Report(shaky={*evidence.report.shaky}), {}, {}
    for number in numbers:
        inside = f"items/{number}/"
        judge(own, number, inside, [f"{below}{inside}index.html" for below in pages.get(number, ())])
    read = dict(islice(evidence.folder.digests.items(), known, None))
    return Share(own.report.links, own.report.shaky, own.made, own.sources, read, {**evidence.folder.unread})
