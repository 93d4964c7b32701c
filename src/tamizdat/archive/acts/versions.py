"""Versions of one post: which are news, what is stated when two differ, and when a post counts as gone.

A version is news when neither the one known for its time nor the next one after it says the same to the same people:
a post that turns out to have been written for few is a new version, for the latest one decides who may read it.
``edited`` names two versions in a row, ``gone`` the last one, each by index and salted commitment, so that the
statements may be disclosed without what they speak of. The raw bytes are named by their SHA-256, as in ``observed``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tamizdat.archive.archive import Archive
from tamizdat.archive.views.posts import Version
from tamizdat.encoding import Json
from tamizdat.ledger.statement import Statement, Subject, peek_envelope


class Known(NamedTuple):
    """What decides whether a version is new."""

    as_of: str
    said: str
    capture: int
    version: int
    audience: str


def is_known(known: Sequence[Known], this: Known) -> bool:
    """Tell whether the version of that time, or the next one after it, says the same to the same audience; where the
    platform numbers versions, among those of the same number."""
    known = [each for each in known if each.version == this.version]
    before = max((each.as_of for each in known if each.as_of <= this.as_of), default="")
    after = min((each.as_of for each in known if each.as_of > this.as_of), default="")
    alike = [each for each in known if (each.said, each.audience) == (this.said, this.audience)]
    return any(each.as_of in (before, after) for each in alike)


def edited(archive: Archive, before: Version, after: Version, seen: str) -> Statement:
    """The ``edited`` statement of two versions in a row that say different things."""

    def side(version: Version) -> dict[str, Json]:
        leaf = archive.commitments()[version.number].hex()
        said: dict[str, Json] = {"index": version.number, "commitment": leaf, "text": version.text}
        return said | ({"summary": version.summary} if version.summary else {})

    predicate: dict[str, Json] = {
        "post": after.post,
        "before": side(before),
        "after": side(after),
        "as_of": after.as_of,
        "seen": seen,
    }
    return Statement("edited", (Subject("post", _raw(archive, after)),), predicate)


def state_gone(
    archive: Archive, post: str, word: str, as_of: str, seen: str, more: dict[str, Json]
) -> Statement | None:
    """The ``gone`` statement of a post; None if it is not here, known to be gone, or was seen later than that."""
    versions = archive.index.posts.versions(post)
    if not versions or versions[-1].state == "gone" or versions[-1].as_of > as_of:
        return None
    last = versions[-1]
    predicate: dict[str, Json] = {
        "post": post,
        "observed": last.number,
        "commitment": archive.commitments()[last.number].hex(),
        "word": word,
        "as_of": as_of,
        "seen": seen,
        **{name: value for name, value in more.items() if value is not None},
    }
    return Statement("gone", (Subject("post", _raw(archive, last)),), predicate)


def _raw(archive: Archive, version: Version) -> str:
    """SHA-256 of a version's own bytes."""
    return peek_envelope(archive.disclosure(version.number).envelope).subjects[0].sha256
