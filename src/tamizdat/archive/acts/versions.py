"""Versions of one post: which are news, what is stated when two differ, and when a post counts as gone.

A version is news when neither the one known for its time nor the next one after it says the same to the same people:
a post that turns out to have been written for few is a new version, for the latest one decides who may read it.
``edited`` names two versions in a row, ``gone`` the last one, each by index and salted commitment, so that the
statements may be disclosed without what they speak of. The raw bytes are named by their SHA-256, as in ``observed``.
"""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from tamizdat.archive.archive import Archive
from tamizdat.archive.views.posts import Gone as Removal
from tamizdat.archive.views.posts import Version
from tamizdat.statements import captured
from tamizdat.statements import gone as gone_act
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.edited import Edited, Side
from tamizdat.statements.gone import Gone


class Known(NamedTuple):
    """What decides whether a version is new."""

    as_of: str
    said: str
    capture: int
    version: int
    audience: str


def is_known(known: Sequence[Known], this: Known) -> bool:
    """Return whether the version of that time, or the next one after it, says the same to the same audience.

    Where the platform numbers versions, only those of the same number are compared.
    """
    known = [each for each in known if each.version == this.version]
    before = max((each.as_of for each in known if each.as_of <= this.as_of), default="")
    after = min((each.as_of for each in known if each.as_of > this.as_of), default="")
    alike = [each for each in known if (each.said, each.audience) == (this.said, this.audience)]
    return any(each.as_of in (before, after) for each in alike)


def edited(archive: Archive, before: Version, after: Version, seen: str) -> Edited:
    """Return the ``edited`` act about two versions in a row that say different things."""
    sides = (_side(archive, before), _side(archive, after))
    return Edited(after.post, *sides, as_of=after.as_of, seen=seen, raw=raw_of(archive, after))


def _side(archive: Archive, version: Version) -> Side:
    named = archive.reference(version.number)
    return Side(named.index, named.commitment, version.text, version.summary or None)


def gone(archive: Archive, post: str, word: str, as_of: str, seen: str) -> Gone | None:
    """Return the ``gone`` act about a post that the platform says is gone.

    It is None if the post is not here, known to be gone, or was seen later than that.
    """
    versions = archive.index.posts.versions(post)
    if not versions or versions[-1].state == "gone" or versions[-1].as_of > as_of:
        return None
    last = archive.reference(versions[-1].number)
    return Gone(post, last.index, last.commitment, word, as_of, seen, raw=raw_of(archive, versions[-1]))


def source_of(archive: Archive, version: Version) -> str:
    """Return where a version came from: the address of a feed, or the format of an export and whose account's it is.

    Versions of two sources may bear the same post's id, for an id is what a file says it is.
    """
    return _source(archive, version.capture, version)


def source_of_removal(archive: Archive, removal: Removal, version: Version) -> str:
    """Return whose word it is that the post of *version* is gone, as :func:`source_of` calls it.

    What the post's own address answers is the word of its own source, for nobody else is asked.
    """
    said = gone_act.read(archive.statement(removal.number))
    return _source(archive, said.slices[0].capture, version) if said.slices else source_of(archive, version)


def _source(archive: Archive, capture: int, version: Version) -> str:
    said = captured.read(archive.statement(capture))
    if not isinstance(said, CapturedSource):
        return ""
    about = said.context or {}
    account = next((name for name in (about.get("account"), about.get("id")) if isinstance(name, str) and name), "")
    family = said.format.partition("/")[0]  # a file that is read in another way by now is no other source
    return said.url or f"{family} {account or version.author or urlsplit(version.url).hostname or version.name}"


def raw_of(archive: Archive, version: Version) -> str:
    """Return the SHA-256 of a version's own bytes, in hexadecimal."""
    return archive.statement(version.number).subjects[0].sha256
