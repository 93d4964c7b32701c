"""How much of what one run has sealed is away, by what it is: the list of the card, what is seen first, the footage.

The spool does not tell what lies in it, and is not to. The run that seals knows, and with its process that is gone.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Final

from tamizdat.carrying.outbox import outboxes
from tamizdat.carrying.spool import bound_for
from tamizdat.dataclass import dataclass

#: what a person calls the stages of the stream; the closing documents go with the footage
_PARTS: Final = {
    "inventory": "list",
    "texts": "first",
    "previews": "first",
    "originals": "footage",
    "manifest": "footage",
}


@dataclass(frozen=True)
class Away:
    """What of a card is away: *places* that have their share of its list, and parcels in per cent of what is sealed.

    *first* are small files and previews, *footage* is the rest.
    """

    places: int
    first: int
    footage: int


class Committed:
    """The groups that a run has committed, in order; told by the thread that commits, asked by any."""

    def __init__(self) -> None:
        self._begins: dict[int, list[tuple[int, str]]] = {}  # consignment → the first group of each part
        self._known: dict[int, int] = {}  # consignment → its last group
        self._parcels: Counter[str] = Counter()

    def take(self, consignment: int, group: int, stage: str, parcels: int) -> None:
        """Note a group whose parcels lie in the spool, or did before."""
        part, begins = _PARTS[stage], self._begins.setdefault(consignment, [])
        if not begins or begins[-1][1] != part:
            begins.append((group, part))
        self._known[consignment] = group
        self._parcels[part] += parcels

    def away(self, folder: Path, places: Collection[int], ended: bool) -> Away | None:
        """Return what is away of the outboxes in *folder*; None before anything was committed. *places*: their numbers.

        *ended*: all was committed. What is committed while this looks is not away yet. A part without parcels of its
        own lies in the last one of the part before it.
        """
        parcels, known = Counter(self._parcels), dict(self._known)
        if not parcels:
            return None
        waiting, lacking = Counter[str](), set[int]()
        for outbox in outboxes(folder):
            for parcel in outbox.waiting():
                part = self._part(outbox.number, parcel.file.parent.name, known)
                waiting[part] += 1
                if part == "list":
                    lacking.add(bound_for(parcel.place, [*places]))
        listed = _share(parcels["list"], waiting["list"])
        first = _share(parcels["first"], waiting["first"], listed if parcels["footage"] or ended else 0)
        footage = _share(parcels["footage"], waiting["footage"], first if ended else 0)
        return Away(len(places) - len(lacking), first, footage)

    def _part(self, consignment: int, folder: str, known: dict[int, int]) -> str:
        number = int(folder.partition("-")[0])
        if number > known.get(consignment, -1):
            return ""  # a filler, one that was committed this moment, or of another card
        begins = self._begins[consignment]
        return begins[max(0, bisect_right(begins, number, key=lambda each: each[0]) - 1)][1]


def _share(sealed: int, waiting: int, otherwise: int = 0) -> int:
    return max(0, 100 * (sealed - waiting) // sealed) if sealed else otherwise
