"""What is opened of the private ledger beside a post: ``openings.json``.

The ``derived`` statement of a post names private statements by their salted commitments. Of some it shows envelope and
salt, so that everyone computes the commitment: always of the translations shown and of their reviews; and if the desk
shows the captured bytes, of the ``observed`` statement they were taken in with. Nothing else is ever opened.
"""

from collections.abc import Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.encoding import Json, b64, canonical
from tamizdat.statements import observed
from tamizdat.statements.derived import Item, Post

NAME: Final = "openings.json"


def opened(item: Item) -> Iterator[int]:
    """Yield the indexes of the statements that are opened with this one."""
    if not isinstance(item, Post):
        return
    if item.bytes_shown:
        yield item.source.index
    for each in item.translations:
        yield each.translated.index
        yield from (review.index for review in each.reviewed)


def openings(archive: Archive, item: Item) -> Json:
    """Return the document; None if nothing is opened."""
    shown = [archive.disclosure(index) for index in opened(item)]
    if not shown:
        return None
    raw = archive.observed(item.source.index).raw if _shows_bytes(item) else None
    pairs: list[Json] = [{"envelope": b64(each.envelope), "salt": b64(each.salt)} for each in shown]
    return {"bytes": None if raw is None else b64(raw), "openings": pairs}


def encoded(document: Json) -> bytes:
    """Return the bytes of the file."""
    return canonical(document)


def captured(archive: Archive, item: Item) -> Iterator[bytes]:
    """Yield what a reader finds in it of the captured bytes, for the search for leaks: the statement, and the bytes."""
    if _shows_bytes(item):
        yield archive.statement(item.source.index).payload()
        yield archive.observed(item.source.index).raw


def named_paths(archive: Archive, item: Item) -> Iterator[str]:
    """Yield the names of files in the export that an ``observed`` statement that is opened tells."""
    if _shows_bytes(item):
        said = observed.read(archive.statement(item.source.index))
        yield from (each.path for each in said.media or ())


def _shows_bytes(item: Item) -> bool:
    return isinstance(item, Post) and item.bytes_shown
