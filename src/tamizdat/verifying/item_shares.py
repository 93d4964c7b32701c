"""All items of a site, one after the other or in shares that processes judge at the same time.

An item stands on what was read before, and on nothing of another item but that no two have one source or are one post.
So whoever calls may *divide*: give numbers in their order to several processes, and return what each found, in the same
order. If two shares name one source, all items are judged once more, one after the other, and what is told is the same.
"""

import copy
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.item_links import judge
from tamizdat.verifying.links import Links
from tamizdat.verifying.report import Report


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


def judge_items(evidence: Evidence, numbers: Sequence[int], divide: Divide = in_one) -> None:
    """Judge the items with these *numbers*."""
    work = partial(_judged, evidence, evidence.folder.languages())
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


def _judged(evidence: Evidence, languages: Sequence[str], numbers: Sequence[int]) -> Share:
    own, known = copy.copy(evidence), len(evidence.folder.digests)
    own.report, own.made, own.sources = Report(shaky={*evidence.report.shaky}), {}, {}
    for number in numbers:
        pages = (f"{below}items/{number}/index.html" for below in languages)
        judge(own, number, f"items/{number}/", sorted(filter(own.folder.has, pages)))
    read = dict(islice(evidence.folder.digests.items(), known, None))
    return Share(own.report.links, own.report.shaky, own.made, own.sources, read, {**evidence.folder.unread})
