"""What the build cache remembers of a ``derived`` statement, and of a post that one is about."""

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


class PostRow(NamedTuple):
    """What is remembered of a post of the last edition: the place of its statement, facts in JSON, what it tells.

    *alike* are facts that many posts have in common, in JSON; *words* its own by their kinds, and what the search has.
    """

    number: int
    statement: int
    facts: str
    alike: str
    told: str  #: as it is searched
    words: tuple[str, ...]
