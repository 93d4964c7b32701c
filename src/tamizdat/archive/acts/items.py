"""Cataloguing captured files: title, caption, description, release. Each is a ``catalogued`` statement."""

import re
import unicodedata
from dataclasses import replace
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.shapes import members_of
from tamizdat.statements.catalogued import CataloguedItem, Release

MEMBERS: Final = ("release", "title", "caption", "alt", "language", "reason")
MAX_TEXT: Final = 20_000  #: characters of a caption; more belongs into a story


def catalogue(archive: Archive, desk: SigningKey, said: CataloguedItem) -> int:
    """State *said* of a captured file and return the index of the statement. Raises :class:`UsageError`."""
    item = archive.index.item(said.item)
    if item is None:
        raise UsageError(
            f"Expected the number of an item, found {said.item}, which is none. `tamizdat find` lists them."
        )
    check(said)
    return state(archive, desk, [replace(said, original=item.original).to_statement()])[0]


def check(said: CataloguedItem) -> None:
    """Raise :class:`UsageError`, which names what is wrong, for what may not be stated."""
    if said == CataloguedItem(said.item):
        raise UsageError(f"Expected something to say: {', '.join(MEMBERS)}; found nothing.")
    if said.release is not None and said.release not in tuple(Release):
        raise UsageError(f"Expected a release that is one of {', '.join(Release)}, found {said.release!r}.")
    if said.language is not None and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", said.language):
        raise UsageError(f"Expected a language tag such as en, zh-Hans, bo or ar, found {said.language!r}.")
    for name, text in members_of(said).items():
        if not isinstance(text, str):
            continue
        if len(text) > MAX_TEXT or any(unicodedata.category(each) == "Cc" and each != "\n" for each in text):
            raise UsageError(f"Expected {name} of at most {MAX_TEXT:,} characters, without control characters.")
