"""What only a desk asks of a ``derived`` statement before it signs it: which texts, whether it fits, if it is new."""

from collections.abc import Iterator
from typing import Final

from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.errors import BadStatement
from tamizdat.ledger.shapes import members_of
from tamizdat.ledger.signing import payload_of
from tamizdat.ledger.statement import MAX_ENVELOPE, Statement
from tamizdat.statements.derived import Item, read

ROOM: Final = 10  #: bytes of an envelope that one character can take: in JSON, in base64
ROOM_FOR_SIGNATURES: Final = 16 << 10  #: bytes


def fingerprint(statement: Statement) -> str:
    """Return a SHA-256 over what a statement of ours says, but for its day, and over what it is about."""
    about: list[Json] = [[each.name, each.sha256] for each in statement.subjects]
    said = {name: value for name, value in statement.predicate.items() if name != "day"}
    return sha256_hex(canonical([about, said]))


def all_texts(item: Item) -> str:
    """Return every text that *item* says, one after the other."""
    return "\n".join(_texts(members_of(item)))


def check(item: Item) -> str:
    """Return every text that *item* says, as :func:`all_texts` does.

    Raises :class:`BadStatement` for what a reader would not accept, or what is too large to be signed.
    """
    statement = item.to_statement()
    read(statement)
    told = "\n".join(_texts(statement.predicate))
    if len(told) > MAX_ENVELOPE // ROOM:
        size = len(payload_of(statement))
        if size * 4 // 3 > MAX_ENVELOPE - ROOM_FOR_SIGNATURES:
            most = (MAX_ENVELOPE - ROOM_FOR_SIGNATURES) * 3 // 4
            raise BadStatement(f"Expected a statement of at most {most:,} bytes, found one of {size:,}.")
    return told


def _texts(value: Json) -> Iterator[str]:
    """Yield every text in a document, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
