"""What is opened of the private ledger with a post.

The ``derived`` statement of a post names private statements by their salted commitments. Of some it shows envelope and
salt, so that everyone computes the commitment: always of the translations shown and of their reviews; and if the desk
shows the captured bytes, of the ``observed`` statement they were taken in with. Nothing else is ever opened.
"""

from collections.abc import Iterator

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.ledger.signing import payload_of
from tamizdat.publishing.model import whole_of
from tamizdat.statements import observed
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.derived import Item, Post
from tamizdat.verifying.openings import slices


def openings(archive: Archive, item: Item) -> tuple[bytes | None, list[tuple[bytes, bytes]]]:
    """Return the captured bytes, if they are shown, and envelope and salt of each statement that is opened."""
    one = whole_of(item) if isinstance(item, Post) else item
    named = one.opened() if isinstance(one, Post) else []
    shown = [archive.disclosure(each.index) for each in named]
    raw = archive.observed(item.source.index).raw if _shows_bytes(item) else None
    return raw, [(each.envelope, each.salt) for each in shown]


@dataclass(frozen=True)
class OpenedBytes:
    """What a reader finds of the captured bytes of a post: the statement about them, the slices, and their encoding."""

    statement: bytes
    slices: list[bytes]
    encoding: str  #: as the capture says; "" if it does not


def opened_bytes(archive: Archive, item: Item) -> OpenedBytes | None:
    """Return them, for the search for leaks; None if they are not opened."""
    if not _shows_bytes(item):
        return None
    statement, raw = archive.statement(item.source.index), archive.observed(item.source.index).raw
    said = observed.read(statement)
    capture = archive.capture(said.slices[0].capture)
    encoding = (capture.context or {}).get("encoding") if isinstance(capture, CapturedSource) else None
    pieces = slices(raw, [each.length for each in said.slices])
    return OpenedBytes(payload_of(statement), pieces, encoding if isinstance(encoding, str) else "")


def named_paths(archive: Archive, item: Item) -> Iterator[str]:
    """Yield the names of files in the export that an ``observed`` statement that is opened tells."""
    if _shows_bytes(item):
        said = observed.read(archive.statement(item.source.index))
        yield from (each.path for each in said.media or ())


def _shows_bytes(item: Item) -> bool:
    return isinstance(item, Post) and item.bytes_shown
