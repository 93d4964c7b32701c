"""``item N cover``: what a statement tells of a cover is what it says of how its files were made.

A statement has ``covered``, which its pages tell to readers, and the end of ``how``, which names the private statements
that tell where regions lie::

    {"regions": 2, "silences": [{"from": 12000, "to": 15000}], "silent": 1}
    …; before that, regions covered: 2, stretches silenced: 1 (recipe cover/1, as stated in 63 9f…)

That it lies where it should, and over whom, is the desk's word.
"""

import re
from typing import Final

from tamizdat.errors import BadStatement
from tamizdat.statements.covered import Covered
from tamizdat.statements.derived import Footage, Item, Post
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Verdict

HOW: Final = re.compile(
    r"; before that, (regions covered: \d+, stretches silenced: \d+) \(recipe cover/1, as stated in "
)


def judge_cover(evidence: Evidence, name: str, item: Item | None) -> None:
    """Judge the link *name* ``cover`` of an item that tells of a cover."""
    if not isinstance(item, Footage | Post) or not (told := _covered(item)):
        return
    with evidence.report.link(f"{name} cover", name) as claim:
        regions, silent = sum(each.regions for each in told), sum(each.silent for each in told)
        said = f"regions covered: {regions}, stretches silenced: {silent}"
        found = HOW.search(item.how)
        if found is None or found[1] != said:
            instead = found[1] if found else "nothing of a cover"
            raise BadStatement(f"Expected files made with {said}, as the statement tells, found {instead}.")
        for each in told:
            whole = all(one.start < one.end for one in each.silences) and len(each.silences) in (0, each.silent)
            if not whole or not (each.regions or each.silent):
                raise BadStatement(f"Expected each stretch that is silent to end after it begins, found {said}.")
        claim.say(
            f"Before anything was made of the original: {said}. That this covers who must not be recognised is the"
            " desk's word.",
            Verdict.VOUCHED,
        )


def _covered(item: Footage | Post) -> list[Covered]:
    every = [each.covered for each in item.pictures] if isinstance(item, Post) else [item.covered]
    return [each for each in every if each]
