"""Every way we know to alter a published site, and exactly which links must break when somebody does.

Each attack gets the folder of edition 2 of a small desk (items 0, 2, 4 and 256, posts A, B and C, a person) and the
desk itself, whose keys it may steal. What edition 1 had is proved by the checkpoint of edition 1. ``broken`` names the
links that a reader must be told are broken: no fewer, and no more, so that the report points at what was altered. The
command and the browser are held to the same table.
"""

from collections.abc import Iterable

from support.altering import NEW, ONE_ITEM, PERSON, TAMPERINGS, A, B, C, flip, two_editions
from support.attacks import items, posts, sites

__all__ = ["NEW", "ONE_ITEM", "PERSON", "TAMPERINGS", "A", "B", "C", "flip", "names", "two_editions"]
ATTACKS = (sites, posts, items)  #: whose attacks are in the table because they were imported


def names(browser: bool = False) -> Iterable[str]:
    """The names of all attacks, or of those a browser can see."""
    return [name for name, each in TAMPERINGS.items() if each.browser or not browser]
