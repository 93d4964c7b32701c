"""What the build cache remembers of a ``derived`` statement."""

from typing import NamedTuple


class StatementRecord(NamedTuple):
    """What is remembered of a statement.

    *number* is its place in the ledger, *leaf* the entry there, *signer* a key, both hexadecimal.
    """

    leaf: str
    roster: str
    day: str
    signer: str
    digest: str  #: SHA-256 of the envelope, as ``items.txt`` lists it
    number: int
    item: int
    fingerprint: str = ""  #: nothing where all are read: it is asked of few
