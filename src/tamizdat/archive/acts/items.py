"""Cataloguing captured files: title, caption, description, release. Each is a ``catalogued`` statement.

A text in which a device tells where it was, or which one it is, is released by nobody who did not say that it is meant:
a drone's lies on the card under the name of subtitles.
"""

from collections.abc import Container
from dataclasses import replace
from typing import Any, Final

from tamizdat.archive.acts.device_notes import refuse_notes
from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.spanned import Spanned, refused
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import COVERING, SOUND, CataloguedItem, Release
from tamizdat.text.languages import checked_language
from tamizdat.text.rules import checked_choice, checked_text

TEXTS: Final = ("title", "caption", "alt", "reason")
MEMBERS: Final = ("release", *TEXTS, "language", "covering", "sound")
MAX_TEXT: Final = 20_000  #: characters of a caption; more belongs into a story


def catalogue(
    archive: Archive,
    desk: SigningKey,
    said: CataloguedItem,
    spanned: Spanned | None = None,
    tells: Container[str] = (),
) -> int:
    """State *said* of a captured file, and of the whole take it begins; return the index of the first statement.

    The rest, and what is refused, is that of :func:`to_catalogue`.
    """
    return state(archive, desk, [each.to_statement() for each in to_catalogue(archive, said, spanned, tells)])[0]


def to_catalogue(
    archive: Archive, said: CataloguedItem, spanned: Spanned | None = None, tells: Container[str] = ()
) -> list[CataloguedItem]:
    """Return what *said* is of a captured file, and of the whole take it begins, and state nothing of it yet.

    Who says something of many asks first for all of it: what may not be said of one is then said of none.
    *spanned* is given so that no card is looked at twice. *tells* is what a text that is released may tell of a device:
    ``coordinates``, ``device``.
    Raises :class:`UsageError` where *said* may not be stated, or is about a number that is none of an item.
    """
    item = archive.index.item(said.item)
    if item is None:
        raise UsageError(
            f"Expected the number of an item, found {said.item}, which is none. 'tamizdat publish list' lists them."
        )
    take = (spanned or Spanned(archive)).take_of(item)
    if item.number != take[0].number and (why := refused(take[0], item, said.release)):
        raise UsageError(why)
    if said.release == Release.PUBLIC != item.release:
        refuse_notes(archive, item, tells)
    about = [replace(checked(said), original=item.original)]
    of_all = CataloguedItem(
        said.item, release=said.release, reason=said.reason, covering=said.covering, sound=said.sound
    )
    if (said.release, said.covering, said.sound) != (
        None,
        None,
        None,
    ):  # of a take in several files, each is said to be so
        others = [each for each in take if each.number != item.number]
        about += [replace(of_all, item=each.number, original=each.original) for each in others]
    return about


def checked(said: CataloguedItem) -> CataloguedItem:
    """Return *said* if it may be stated and a person may type its texts (:mod:`tamizdat.text.rules`).

    Raises :class:`UsageError`, which names what is wrong.
    """
    if said == CataloguedItem(said.item):
        raise UsageError(f"Expected something to say: {', '.join(MEMBERS)}; found nothing.")
    if said.release is not None:
        checked_choice("release", said.release, tuple(Release))
    if said.language is not None:
        checked_language(said.language)
    if said.covering is not None:
        checked_choice("covering", said.covering, COVERING)
    if said.sound is not None:
        checked_choice("sound", said.sound, SOUND)
    texts: dict[str, Any] = {
        name: checked_text(name, text, MAX_TEXT, lines=True)
        for name in TEXTS
        if (text := getattr(said, name)) is not None
    }
    return replace(said, **texts)
