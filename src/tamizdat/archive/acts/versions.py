"""Versions of one post: which are news, what is stated when two differ, and when a post counts as gone.

A version is news when neither the one known for its time nor the next one after it says the same to the same people:
a post that turns out to have been written for few is a new version, for the latest one decides who may read it.
``edited`` names two versions in a row, ``gone`` the last one, each by index and salted commitment, so that the
statements may be disclosed without what they speak of. The raw bytes are named by their SHA-256, as in ``observed``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tamizdat.archive.archive import Archive
from tamizdat.archive.released import whose_word
from tamizdat.archive.views.counting import own_versions
from tamizdat.archive.views.observed import source_name
from tamizdat.archive.views.posts import Version
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


def gone(
    archive: Archive, post: str, word: str, as_of: str, seen: str, capture: CapturedSource | None = None
) -> Gone | None:
    """Return the ``gone`` act about a post that the platform says is gone, in *capture* or at the post's own address.

    It is None if the post is not here, known to be gone, or was seen later than that.
    """
    every = archive.index.posts.versions(post)
    versions = own_versions(every) if every else []  # what a stranger gives out keeps no removal from being known
    if not versions or versions[-1].as_of > as_of or not _is_news(archive, every, versions[-1], capture):
        return None
    last = archive.reference(versions[-1].number)
    return Gone(post, last.index, last.commitment, word, as_of, seen, raw=raw_of(archive, versions[-1]))


def said_to_be_gone(archive: Archive, version: Version) -> frozenset[str]:
    """Return who says that the post is gone, since *version*, the last of its source."""
    words = archive.index.posts.gone(version.post) if version.state == "gone" else []
    said = (gone_act.read(archive.statement(each.number)) for each in words if each.as_of >= version.as_of)
    return frozenset(whose_word(archive, each, version) for each in said)


def _is_news(archive: Archive, every: Sequence[Version], last: Version, capture: CapturedSource | None) -> bool:
    """Return whether nobody has said yet that it is gone; or strangers have, and now one does who gave it out."""
    known = said_to_be_gone(archive, last)
    whose = source_name(capture, last.author, last.url, last.name) if capture else last.source
    return not known or (whose not in known and whose in {each.source for each in every})


def raw_of(archive: Archive, version: Version) -> str:
    """Return the SHA-256 of a version's own bytes, in hexadecimal."""
    return archive.statement(version.number).subjects[0].sha256
