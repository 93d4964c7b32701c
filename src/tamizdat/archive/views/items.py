"""What the index knows of statements: consignments and items, and the rows they are made from.

An *item* is one captured file. Its number is the index of its ``captured`` statement. What people say of it comes
from ``catalogued`` statements, the later ones over the earlier ones, member by member::

    17 captured    {"path": "DCIM/0042.MP4", "kind": "original", …}
    31 catalogued  {"item": 17, "release": "restricted", "title": "Gate"}
    40 catalogued  {"item": 17, "release": "public"}
    →  item 17     release "public", title "Gate"

Nobody's word counts for another file: a ``catalogued`` statement whose subject is not the item's own SHA-256 is
passed over. An item that nobody catalogued is restricted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias

from tamizdat.encoding import Json
from tamizdat.ledger.statement import Statement

Row: TypeAlias = tuple[str, tuple[Any, ...]]  #: an INSERT and its values

RESTRICTED: Final = "restricted"
TABLES: Final = {
    "entries": "number INTEGER PRIMARY KEY, leaf BLOB NOT NULL, act TEXT",
    "subjects": "sha256 TEXT, number INTEGER, PRIMARY KEY (sha256, number)",
    "received": "number INTEGER PRIMARY KEY, consignment TEXT, device TEXT, state TEXT, files INTEGER, bytes INTEGER,"
    " manifest TEXT",
    "captured": "number INTEGER PRIMARY KEY, consignment TEXT, path TEXT, size INTEGER, modified TEXT, state TEXT,"
    " kind TEXT, original TEXT",
    "catalogued": "number INTEGER PRIMARY KEY, item INTEGER, original TEXT, release TEXT, title TEXT, caption TEXT,"
    " alt TEXT",
}
LOOKUPS: Final = {
    "by_act": "entries (act, number)",
    "by_item": "catalogued (item, number)",
    "by_path": "captured (consignment, path)",
}


@dataclass(frozen=True)
class Consignment:
    """What arrived in one consignment, by its latest ``received`` statement (whose index is ``index``)."""

    index: int
    consignment: str
    device: str | None
    state: str
    files: int
    bytes: int
    manifest: str


@dataclass(frozen=True)
class Item:
    """One captured file, with the latest that was said of it. ``original`` is its SHA-256, ``number`` its index."""

    number: int
    consignment: str
    path: str
    size: int
    modified: str | None
    state: str
    kind: str
    original: str
    release: str = RESTRICTED
    title: str = ""
    caption: str = ""
    alt: str = ""


CATALOGUED: Final = ("release", "title", "caption", "alt")
CAPTURED: Final = tuple(field.name for field in fields(Item) if field.name not in CATALOGUED)


def rows(number: int, statement: Statement) -> Iterator[Row]:
    """What one statement adds to the index, beside its own entry. What an act says in another form adds nothing."""
    for digest in {subject.sha256 for subject in statement.subjects}:
        yield "INSERT INTO subjects VALUES (?, ?)", (digest, number)
    match statement.act:
        case "received":
            values = _received(statement)
        case "captured":
            values = _captured(statement)
        case "catalogued":
            values = _catalogued(statement)
        case _:
            values = None
    if values is not None:
        marks = ", ".join("?" * (1 + len(values)))
        yield f"INSERT INTO {statement.act} VALUES ({marks})", (number, *values)  # noqa: S608 -- one of the three acts


def _received(statement: Statement) -> tuple[Any, ...] | None:
    said = statement.predicate
    match said:
        case {"consignment": str(consignment), "state": str(state), "files": int(files), "bytes": int(size)}:
            return consignment, _text(said, "device"), state, files, size, statement.subjects[0].sha256
    return None


def _captured(statement: Statement) -> tuple[Any, ...] | None:
    said = statement.predicate
    match said:
        case {
            "consignment": str(consignment),
            "path": str(path),
            "size": int(size),
            "state": str(state),
            "kind": str(kind),
        }:
            return consignment, path, size, _text(said, "modified"), state, kind, statement.subjects[0].sha256
    return None


def _catalogued(statement: Statement) -> tuple[Any, ...] | None:
    said = statement.predicate
    match said:
        case {"item": int(item)}:
            return item, statement.subjects[0].sha256, *(_text(said, name) for name in CATALOGUED)
    return None


def _text(said: dict[str, Json], name: str) -> str | None:
    """The member as text; None when this statement does not speak of it."""
    value = said.get(name)
    return value if isinstance(value, str) else None
