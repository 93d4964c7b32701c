"""What a public statement tells of a cover: how much is covered in a published file, and when it is silent.

::

    {"regions": 2, "silences": [{"from": 12000, "to": 15000}], "silent": 1}

Times are milliseconds of the published clip or sound, as it was asked for; it is silent a little longer. Of a clip that
was joined of several files they count from the beginning of the first; earlier statements have none. Where the regions
lie, and who drew and approved them, stays private.
"""

from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import Member, record, several, whole


@dataclass(frozen=True)
class Stretch:
    """A stretch in which nothing is heard, in milliseconds."""

    start: Annotated[int, Member("from")]
    end: Annotated[int, Member("to")]


@dataclass(frozen=True)
class Covered:
    """How many regions are covered, and how many stretches are silent; *silences* are these, if they are told."""

    regions: int
    silent: int
    silences: tuple[Stretch, ...]


COVERED: Final = record(
    Covered, regions=whole, silent=whole, silences=several(record(Stretch, start=whole, end=whole))
)  # fmt: skip
