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

from tamizdat.statements.reference import Reference
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.item_links import judge
from tamizdat.verifying.report import Link, Report

PAGE: Final = re.compile(r"(?:[^/]+/)?items/(0|[1-9][0-9]{0,14})/index\.html")  #: in one language or another


class Share(NamedTuple):
    """What was found of some items: links, and what else :class:`Evidence` gathers."""

    links: list[Link]
    shaky: set[str]
    made: dict[str, bool]
    sources: dict[Reference | str, int]
    digests: dict[str, str]
    unread: dict[str, str]


Divide = Callable[[Callable[[Sequence[int]], Share], Sequence[int]], Sequence[Share]]


def in_one(work: Callable[[Sequence[int]], Share], numbers: Sequence[int]) -> Sequence[Share]:
    """Judge all of them here."""
    return [work(numbers)]


def judge_items(evidence: Evidence, numbers: Sequence[int], files: Iterable[str], divide: Divide = in_one) -> None:
    """Judge the items with these *numbers*, whose pages are among *files*."""
    pages: dict[int, list[str]] = {}
    for match in filter(None, map(PAGE.fullmatch, files)):
        pages.setdefault(int(match[1]), []).append(match[0])
    shares = divide(partial(_judged, evidence, pages), numbers)
    if sum(len(each.sources) for each in shares) > len({source for each in shares for source in each.sources}):
        shares = in_one(partial(_judged, evidence, pages), numbers)
    for each in shares:
        evidence.report.links += each.links
        evidence.report.shaky |= each.shaky
        evidence.made |= each.made
        evidence.sources |= each.sources
        evidence.folder.digests |= each.digests
        evidence.folder.unread |= each.unread


def _judged(evidence: Evidence, pages: Mapping[int, Sequence[str]], numbers: Sequence[int]) -> Share:
    own, known = copy.copy(evidence), len(evidence.folder.digests)
    own.report, own.made, own.sources = Report(shaky={*evidence.report.shaky}), {}, {}
    for number in numbers:
        judge(own, number, f"items/{number}/", pages.get(number, ()))
    read = dict(islice(evidence.folder.digests.items(), known, None))
    return Share(own.report.links, own.report.shaky, own.made, own.sources, read, {**evidence.folder.unread})
