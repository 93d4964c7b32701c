"""Statements about translations and terms, as rows of the index: taken in by their form alone.

Every member must be there, none besides, and the subject must be the digest of the words; anything else adds nothing.
What a row says of other statements is judged when it is read (translations.py), because those may be forgotten later,
or not be readable yet.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from tamizdat.archive.views.items import Row
from tamizdat.encoding import canonical, parse_hex, sha256_hex
from tamizdat.errors import BadEncoding
from tamizdat.ledger.statement import Statement
from tamizdat.text.languages import LANGUAGE

SUBJECT: Final = "translation"
TERM: Final = "term"  #: the subject of a statement about a term of the glossary
VERDICTS: Final = ("returned", "reviewed", "approved")

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


class _Form(Exception):
    """The statement has another form; it adds nothing."""


def rows(number: int, statement: Statement) -> Iterator[Row]:
    """What a ``translated``, a ``reviewed``, or a ``catalogued`` statement about a term adds to the index."""
    if statement.act == "catalogued" and [each.name for each in statement.subjects] == [TERM]:
        match statement.predicate:
            case {"term": int() | None as term, "said": dict(said)} if not isinstance(term, bool):
                if len(statement.predicate) == 2 and sha256_hex(canonical(said)) == statement.subjects[0].sha256:
                    yield "INSERT INTO terms VALUES (?, ?, ?)", (number, term, canonical(said).decode())
    read = {"translated": _translated_row, "reviewed": _reviewed_row}.get(statement.act)
    try:
        values = read(statement) if read else None
    except (_Form, BadEncoding):
        return
    if values is not None:
        marks = ", ".join("?" * (1 + len(values)))
        yield f"INSERT INTO {statement.act} VALUES ({marks})", (number, *values)  # noqa: S608 -- one of the two acts


def _translated_row(statement: Statement) -> tuple[Any, ...]:
    members = {"post", "source", "text", "language", "segments", "target", "notes", "by", "day", "after"}
    said = _members(statement.predicate, members)
    subject, target = _subject(statement), _text(said["target"])
    if sha256_hex(target.encode()) != subject:
        raise _Form
    segments = [_members(each, {"source", "target"}) for each in _list(said["segments"])]
    pairs = [[_text(each["source"]), _text(each["target"])] for each in segments]
    after = (None, None) if said["after"] is None else _named(said["after"])
    return (
        _text(said["post"]),
        *_named(said["source"]),
        parse_hex(said["text"], 32, "a digest").hex(),
        _language(said["language"]),
        *_who_and_when(said),
        canonical(pairs).decode(),
        target,
        subject,
        canonical([_text(each) for each in _list(said["notes"])]).decode(),
        *after,
    )


def _reviewed_row(statement: Statement) -> tuple[Any, ...]:
    said = _members(statement.predicate, {"post", "language", "translated", "verdict", "by", "day"})
    if said["verdict"] not in VERDICTS:
        raise _Form
    work = (*_named(said["translated"]), _subject(statement), _text(said["post"]), _language(said["language"]))
    return *work, said["verdict"], *_who_and_when(said)


def _members(value: object, names: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != names:
        raise _Form
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _Form
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Form
    return value


def _language(value: object) -> str:
    if not LANGUAGE.fullmatch(_text(value)):
        raise _Form
    return _text(value)


def _named(value: object) -> tuple[int, bytes]:
    """Index and commitment of another statement."""
    said = _members(value, {"index", "commitment"})
    if type(said["index"]) is not int or said["index"] < 0:
        raise _Form
    return said["index"], parse_hex(said["commitment"], 32, "a commitment")


def _who_and_when(said: dict[str, Any]) -> tuple[str, str]:
    by = parse_hex(said["by"], 16, "a tag").hex()
    try:
        day = date.fromisoformat(_text(said["day"])).isoformat()
    except ValueError:
        raise _Form from None
    if day != said["day"]:
        raise _Form
    return by, day


def _subject(statement: Statement) -> str:
    if len(statement.subjects) != 1 or statement.subjects[0].name != SUBJECT:
        raise _Form
    return statement.subjects[0].sha256
