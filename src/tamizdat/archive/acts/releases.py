"""Releasing posts: what may be shown, since when, with which tags. Each is a ``catalogued`` statement.

A post must have been written for everybody (:mod:`~tamizdat.archive.views.audience`) to be released. What a
person typed is checked here, by length and characters; what stands in the ledger already, by its form alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import raw_of, source_of
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.audience import written_for_everybody
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.releases import MEMBERS
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import CataloguedPost, Release
from tamizdat.statements.forms import calendar_day
from tamizdat.text.rules import checked_choice, checked_text

MANY: Final = 100  #: posts; from here on reading all that there are is faster than asking for each
MAX_TEXT: Final = 20_000  #: characters of a reason or a description
MAX_TAG: Final = 100  #: characters
MAX_TAGS: Final = 100


def state_release(archive: Archive, desk: SigningKey, said: CataloguedPost) -> int:
    """State *said* of a post and return the index of the statement.

    Raises :class:`UsageError`: no such post, nothing to say, or a post that was not written for everybody and must not
    be released.
    """
    return state_releases(archive, desk, [said])[0]


def state_releases(archive: Archive, desk: SigningKey, every: Sequence[CataloguedPost]) -> list[int]:
    """State the same of many posts, all or none, with one flush.

    A statement is about the bytes that were read: the ``raw`` of a version that *said* names, else those of the latest
    version from where the post came first. A version of another source is released by naming its bytes alone.

    Raises :class:`UsageError` for an id that no post has, for bytes that no version of it has, and for a post that was
    not written for everybody and is to be released; and what :func:`checked` raises.
    """
    posts = archive.index.posts
    latest = {each.post: each for each in (posts.latest() if len(every) > MANY else _few(archive, every))}
    several = archive.index.posts.of_several_versions()
    statements = []
    for said in every:
        version = latest.get(said.post)
        if version is None:
            raise UsageError("Expected the id of a post, found none of that id. 'tamizdat publish list' shows them.")
        said = checked(said)
        if said.raw or said.post in several:
            version = _meant(archive, said, posts.versions(said.post))
        if said.release == Release.PUBLIC and not written_for_everybody(version.audience):
            raise UsageError(
                f"Post {posts.versions(said.post)[0].number}: expected a post written for everybody, found one whose "
                f"audience is {version.audience}. It cannot be released."
            )
        statements.append(replace(said, raw=raw_of(archive, version)).to_statement())
    return state(archive, desk, statements)


def _meant(archive: Archive, said: CataloguedPost, versions: Sequence[Version]) -> Version:
    """Return the version that *said* is about."""
    if said.raw:
        named = [each for each in versions if raw_of(archive, each) == said.raw]
        if not named:
            raise UsageError(
                f"Expected bytes of a version of post {versions[0].number}, found SHA-256 {said.raw}, which no version "
                "has. Read the post again, then release it."
            )
        return named[-1]
    first = source_of(archive, min(versions, key=lambda each: each.number))
    return [each for each in versions if source_of(archive, each) == first][-1]


def _few(archive: Archive, every: Sequence[CataloguedPost]) -> list[Version]:
    return [versions[-1] for each in every if (versions := archive.index.posts.versions(each.post))]


def checked(said: CataloguedPost) -> CataloguedPost:
    """Return *said* if it may be stated and a person may type its texts (:mod:`tamizdat.text.rules`).

    Raises :class:`UsageError`, which names what is wrong.
    """
    if said == CataloguedPost(said.post):
        raise UsageError(f"Expected something to say: {', '.join(MEMBERS)}; found nothing.")
    if said.release is not None:
        checked_choice("release", said.release, tuple(Release))
    if said.until:
        check_day(said.until)
    tags, alts = (_few_texts(name, getattr(said, name)) for name in ("tags", "alts"))
    if any(not each.strip() or each != each.strip() for each in tags or ()):
        raise UsageError("tags: expected words on one line, found an empty tag or white space around one.")
    reason = None if said.reason is None else checked_text("reason", said.reason, MAX_TEXT, lines=True)
    return replace(said, tags=tags, alts=alts, reason=reason)


def check_day(day: str) -> None:
    """Raise :class:`UsageError` for what is no day of the calendar, written as 2026-12-01."""
    try:
        calendar_day(day)
    except BadEncoding:
        raise UsageError(f"Expected a day such as 2026-12-01 for an embargo, or nothing, found {day!r}.") from None


def _few_texts(name: str, texts: Sequence[str] | None) -> tuple[str, ...] | None:
    if texts is None:
        return None
    if len(texts) > MAX_TAGS:
        raise UsageError(f"{name}: expected at most {MAX_TAGS} texts, found {len(texts)}.")
    longest, lines = (MAX_TAG, False) if name == "tags" else (MAX_TEXT, True)
    return tuple(checked_text(name, each, longest, lines=lines) for each in texts)
