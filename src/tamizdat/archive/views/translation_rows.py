"""Statements about translations and terms, as rows of the index: taken in by their form alone.

What a row says of other statements is judged when it is read (translations.py), because those may be forgotten later,
or not be readable yet.
"""

from collections.abc import Iterator
from typing import Final

from tamizdat.archive.views.rows import Column, Row, insertion
from tamizdat.encoding import canonical
from tamizdat.ledger.shapes import members_of
from tamizdat.statements import Act
from tamizdat.statements.catalogued import CataloguedTerm
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.translated import Translated

TABLES: Final = {
    "translated": "number INTEGER PRIMARY KEY, post TEXT, source INTEGER, source_leaf BLOB, text TEXT, language TEXT,"
    " by TEXT, day TEXT, segments TEXT, target TEXT, subject TEXT, notes TEXT, after INTEGER, after_leaf BLOB",
    "reviewed": "number INTEGER PRIMARY KEY, translated INTEGER, leaf BLOB, subject TEXT, post TEXT, language TEXT,"
    " verdict TEXT, by TEXT, day TEXT",
    "terms": "number INTEGER PRIMARY KEY, term INTEGER, said TEXT",
}
LOOKUPS: Final = {
    "translations_of": "translated (post, language, number)",
    "reviews_of": "reviewed (translated, number)",
}


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that a statement about a translation, a review or a term adds to the index."""
    match said:
        case CataloguedTerm():
            yield insertion("terms", (number, said.term, canonical(members_of(said.entry)).decode()))
        case Translated():
            yield insertion("translated", (number, *_translated_row(said)))
        case Reviewed():
            work = (said.translated.index, said.translated.commitment, said.words, said.post, said.language)
            yield insertion("reviewed", (number, *work, said.verdict, said.by, said.day))


def _translated_row(said: Translated) -> tuple[Column, ...]:
    pairs = canonical([[each.source, each.target] for each in said.segments]).decode()
    source, after = said.source, said.after
    about = (said.post, source.index, source.commitment, said.text, said.language, said.by, said.day)
    follows = (after.index, after.commitment) if after else (None, None)
    return *about, pairs, said.target, said.digest, canonical(list(said.notes)).decode(), *follows
