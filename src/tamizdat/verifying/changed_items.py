"""What a publisher checks before it puts out an edition: no reader needs this."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain

from tamizdat.verifying import listed_files
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.item_shares import Divide, in_one, judge_items
from tamizdat.verifying.report import Report, Seen
from tamizdat.verifying.untrusted_folder import Folder
from tamizdat.verifying.verify import ABOVE, whole_site


def verify_items(
    open_folder: Callable[[], Folder],
    portions: Sequence[Collection[int]],
    root: bytes,
    memory: Mapping[str, Seen] | None = None,
    divide: Divide = in_one,
) -> Report:
    """Check a site that was just made: its own files and lists, and of its items those with the numbers in *portions*.

    So its publisher does, for whom all other items are as they were when they were checked. A reader uses
    :func:`verify`, which also finds what lies in the folder and should not. What was read of one portion is let go
    before the next; all that belongs to no item is read once, with the first.
    """
    first, *others = portions or [()]
    evidence = Evidence(open_folder(), root, memory or {}, whole=True)
    evidence.only = frozenset(first)
    whole_site(evidence, *_walk(evidence, ABOVE, "ledger"), divide=divide)
    evidence.of_items = True
    for some in others if evidence.report.holds else ():
        evidence.folder, evidence.only = open_folder(), frozenset(some)
        evidence.made, evidence.sources = {}, {}
        files, refused = _walk(evidence)
        judge_items(evidence, sorted(some), files, divide)
        listed_files.judge(evidence, files, refused)
    return evidence.report


def _walk(evidence: Evidence, *beside: str) -> tuple[list[str], list[str]]:
    """Return the files of the items, and of the folders *beside* them, and what was refused of them."""
    items = [f"{below}items/{number}" for below in evidence.folder.languages() for number in evidence.only or ()]
    files, refused = zip(*map(evidence.folder.walk, (*beside, *items)), strict=True)
    return [*chain.from_iterable(files)], [*chain.from_iterable(refused)]
