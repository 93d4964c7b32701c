"""What is opened of the private ledger beside a post: ``openings.json``.

The ``derived`` statement of a post names private statements by their salted commitments. Of some it shows envelope and
salt, so that everyone computes the commitment: always of the translations shown and of their reviews; and if the desk
shows the captured bytes, of the ``observed`` statement they were taken in with. Nothing else is ever opened.
"""

from collections.abc import Iterator
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.encoding import Json, b64, canonical
from tamizdat.publishing.derived.posts import KIND
from tamizdat.publishing.derived.statements import Derived

NAME: Final = "openings.json"


def opened(derived: Derived) -> Iterator[int]:
    """Indexes of the statements that are opened with this one."""
    said = derived.said
    if said.get("kind") != KIND:
        return
    if said["bytes"]:
        yield said["source"]["index"]
    for each in said["translations"]:
        yield each["translated"]["index"]
        yield from (review["index"] for review in each["reviewed"])


def openings(archive: Archive, derived: Derived) -> Json:
    """The document; None if nothing is opened."""
    shown = [archive.disclosure(index) for index in opened(derived)]
    if not shown:
        return None
    raw = archive.observed(derived.said["source"]["index"]).raw if derived.said["bytes"] else None
    pairs: list[Json] = [{"envelope": b64(each.envelope), "salt": b64(each.salt)} for each in shown]
    return {"bytes": None if raw is None else b64(raw), "openings": pairs}


def encoded(document: Json) -> bytes:
    """The bytes of the file."""
    return canonical(document)


def captured(archive: Archive, said: dict[str, Any]) -> Iterator[bytes]:
    """What a reader finds in it of the captured bytes, for the search for leaks: the statement, and the bytes."""
    if said.get("kind") == KIND and said["bytes"]:
        yield archive.statement(said["source"]["index"]).payload()
        yield archive.observed(said["source"]["index"]).raw


def named_paths(archive: Archive, said: dict[str, Any]) -> Iterator[str]:
    """Names of files in the export, which an ``observed`` statement that is opened tells."""
    if said.get("kind") == KIND and said["bytes"]:
        observed: Any = archive.statement(said["source"]["index"]).predicate
        yield from (each["path"] for each in observed.get("media", ()))
