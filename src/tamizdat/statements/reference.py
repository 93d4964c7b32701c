"""References: a statement that stays private is named by its index and its salted commitment, never by a digest.

Whoever seized the card or the export must not be able to confirm "this is yours"; see
:mod:`tamizdat.ledger.commitment`.
"""

from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import digest, record, whole


@dataclass(frozen=True)
class Reference:
    """A statement of the ledger that is not disclosed by being named: its index, and the 32 bytes of the entry."""

    index: int
    commitment: bytes


REFERENCE: Final = record(Reference, index=whole, commitment=digest)
