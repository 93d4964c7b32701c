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

from collections.abc import Iterable, Iterator
from typing import Final

from tamizdat.archive.views.rows import Row, insertion
from tamizdat.dataclass import dataclass, field_names
from tamizdat.statements import Act
from tamizdat.statements.captured import CapturedFile
from tamizdat.statements.catalogued import CataloguedItem, Release
from tamizdat.statements.received import Received

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
    release: str = Release.RESTRICTED
    title: str = ""
    caption: str = ""
    alt: str = ""


CATALOGUED: Final = ("release", "title", "caption", "alt")
CAPTURED: Final = tuple(field for field in field_names(Item) if field not in CATALOGUED)


def subject_rows(number: int, digests: Iterable[str]) -> Iterator[Row]:
    """Yield the rows that every statement adds to the index: one for each SHA-256 that it is about."""
    for digest in digests:
        yield insertion("subjects", (digest, number))


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that a statement about a consignment or an item adds to the index."""
    match said:
        case Received():
            about = (said.consignment, said.device, said.state, said.files, said.size)
            yield insertion("received", (number, *about, said.documents[0].sha256))
        case CapturedFile():
            file = (said.consignment, said.path, said.size, said.modified, said.state, said.kind)
            yield insertion("captured", (number, *file, said.original))
        case CataloguedItem():
            words = (said.release, said.title, said.caption, said.alt)
            yield insertion("catalogued", (number, said.item, said.original, *words))
