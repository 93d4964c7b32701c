"""Cataloguing captured files: title, caption, description, release. Each is a ``catalogued`` statement."""

from dataclasses import replace
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import CataloguedItem, Release
from tamizdat.text.languages import LANGUAGE
from tamizdat.text.rules import checked_text

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
    if said.language is not None and not LANGUAGE.fullmatch(said.language):
        raise UsageError(f"Expected a language tag such as en, zh-Hans, bo or ar, found {said.language!r}.")
    for name in ("title", "caption", "alt", "reason"):
        checked_text(name, getattr(said, name) or "", MAX_TEXT, lines=True)
