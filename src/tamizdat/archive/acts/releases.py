"""Releasing posts: what may be shown, since when, with which tags. Each is a ``catalogued`` statement.

A post must have been written for everybody to be released, or, with its author's consent, for followers or for nobody
yet (:mod:`~tamizdat.archive.views.audience`). What a person typed is checked here, by length and characters; what
stands in the ledger already, by its form alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import raw_of
from tamizdat.archive.archive import Archive
from tamizdat.archive.store.slices import SEPARATOR
from tamizdat.archive.views.audience import (
    for_whom,
    own_archive,
    shown_by_consent,
    why_no_consent,
    written_for_everybody,
)
from tamizdat.archive.views.current_version import own_versions
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.releases import MEMBERS
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement
from tamizdat.posts.elements import NotJson
from tamizdat.statements.catalogued import COVERING, SOUND, CataloguedPost, Consent, Release
from tamizdat.statements.forms import calendar_day
from tamizdat.text.languages import checked_language
from tamizdat.text.rules import checked_choice, checked_text

NAMED: Final = 12  #: posts that a message names
AT_A_TIME: Final = 500  #: posts of which everything is in memory
MAX_TEXT: Final = 20_000  #: characters of a reason or a description
MAX_TAG: Final = 100  #: characters
MAX_TAGS: Final = 100
SAID_SO: Final = "on which the author said so"


def state_release(archive: Archive, desk: SigningKey, said: CataloguedPost, told: Collection[str] = ()) -> int:
    """State *said* of a post and return the index of the statement.

    Raises :class:`UsageError`: no such post, nothing to say, or a post that was not written for everybody and must not
    be released.
    """
    return state_releases(archive, desk, [said], told)[0]


def state_releases(
    archive: Archive, desk: SigningKey, every: Sequence[CataloguedPost], told: Collection[str] = ()
) -> list[int]:
    """State the same of many posts, all or none, with one flush.

    A statement is about the bytes that were read: the ``raw`` of a version that *said* names, else those of the latest
    version from where the post came first. A version of another source is released by naming its bytes alone. *told*
    names what captured bytes may tell beyond the post (:func:`private_details`); bytes that tell more are not released.

    Raises :class:`UsageError` for an id that no post has, for bytes that no version of it has, for a post that was not
    written for everybody and is to be released without its author's consent, for consent that the author could not
    give in that way; and what :func:`checked` raises.
    """
    return state(archive, desk, _statements(archive, every, told))


def check_releases(archive: Archive, every: Sequence[CataloguedPost], told: Collection[str] = ()) -> None:
    """Raise what :func:`state_releases` raises, and state nothing."""
    for _ in _statements(archive, every, told):
        pass


def _statements(archive: Archive, every: Sequence[CataloguedPost], told: Collection[str]) -> Iterator[Statement]:
    """Yield the statements, some posts at a time; what is wrong with the captured bytes of any is told at the end."""
    posts, several, telling = archive.index.posts, archive.index.posts.of_several_versions(), dict[int, list[str]]()
    for at in range(0, len(every), AT_A_TIME):
        some = every[at : at + AT_A_TIME]
        latest = {each.post: each for each in posts.latest_among(each.post for each in some)}
        for said in map(checked, some):
            version = latest.get(said.post)
            if version is None:
                raise UsageError(f"Expected the id of a post, found {said.post!r}. 'tamizdat publish list' shows them.")
            if said.raw or said.post in several:
                version = _meant(archive, said, posts.versions(said.post))
            _check_audience(archive, said, version)
            if _shows_bytes(archive, said) and (
                more := [each for each in private_details(archive, version) if each not in told]
            ):
                telling[version.number] = more
            yield replace(said, raw=raw_of(archive, version)).to_statement()
    _check_details(archive, telling)


def _shows_bytes(archive: Archive, said: CataloguedPost) -> bool:
    """Return whether captured bytes are published after *said*: new ones, too, of a post whose bytes were before."""
    before = said.bytes_shown is None and said.release == Release.PUBLIC
    return archive.index.releases.of(said.post).bytes_shown if before else bool(said.bytes_shown)


def private_details(archive: Archive, version: Version) -> tuple[str, ...]:
    """Return what the captured bytes of a version tell beyond its post: "coordinates", "place", "device".

    They are read as they would be read today, whenever they were taken in.
    """
    from tamizdat.posts.formats import BadPost, newest  # as in archive.views.observed: most releases read no post

    found = archive.observed(version.number)
    reader = newest(found.capture.format)
    if reader is None:
        return ()
    pieces, at = list[bytes](), 0
    for each in found.said.slices:
        pieces.append(found.raw[at : at + each.length])
        at += each.length + len(SEPARATOR)
    try:
        return reader.post(pieces, dict(found.capture.context or {})).private_details
    except (BadPost, NotJson):
        return ()


def _check_details(archive: Archive, telling: Mapping[int, Sequence[str]]) -> None:
    """Raise :class:`UsageError` for captured bytes that tell where somebody stood, or with what they wrote."""
    if not telling:
        return
    numbers, kinds = archive.index.releases.numbers(), sorted({each for some in telling.values() for each in some})
    versions = {each: archive.index.posts.version(each) for each in telling}
    posts = sorted(numbers[each.post] for each in versions.values() if each)
    listed = ", ".join(map(str, posts[:NAMED])) + (" …" if len(posts) > NAMED else "")
    raise UsageError(
        f"Expected captured bytes that tell nothing but the post, found {', '.join(kinds)} in those of "
        f"{len(posts):,} ({listed}). Everybody could read that. Nothing was released: release without the bytes, or, "
        f"if the author knows and agrees, name what they tell: --bytes-tell {','.join(kinds)}."
    )


def consent(
    archive: Archive, post: str, day: str, given: bool, today: str, reason: str = "", version: Version | None = None
) -> CataloguedPost:
    """Return what is to be stated when the author of *post* said on *day* that it may be shown, or not any more.

    Consent is about the words of *version*, else of the newest from where the post came first, and shows nothing by
    itself: they are to be released too. Withdrawn consent withdraws the post, if it is released, for *reason*. Raises
    :class:`UsageError` for a day after *today*, for a post of which consent can open nothing, and for withdrawing what
    was never given.
    """
    check_day(day, SAID_SO)
    if day > today:
        raise UsageError(f"Expected a day {SAID_SO}, at the latest {today}, found {day}.")
    versions = archive.index.posts.versions(post)
    if not versions:
        raise UsageError(f"Expected the id of a post, found {post!r}. 'tamizdat publish list' shows them.")
    version, known = version or own_versions(versions)[-1], archive.index.releases.of(post)
    if given:
        said = CataloguedPost(post, consent=Consent(own_archive(version), day, True), raw=raw_of(archive, version))
        _check_consent(versions, said, version)
        return said
    if known.consent is None:
        raise UsageError(
            f"Post {_number(versions)}: expected one whose author consented, found no consent recorded. To take a post "
            "back, use 'tamizdat publish withdraw'."
        )
    taken_back = Release.WITHDRAWN if known.release == Release.PUBLIC else None
    said_so = Consent(known.consent.archive, day, False)
    return CataloguedPost(post, release=taken_back, reason=reason or None, consent=said_so)


def _check_consent(versions: Sequence[Version], said: CataloguedPost, version: Version) -> None:
    """Raise :class:`UsageError` for consent that opens nothing."""
    why = why_no_consent(version)
    archive = own_archive(version)
    if said.consent and said.consent.given and (why or said.consent.archive != archive):
        found = why or f"consent to show what came out of the archive of {said.consent.archive}"
        raise UsageError(
            f"Post {_number(versions)}: expected a post that its author wrote for followers, out of the author's own "
            f"archive{archive and f', {archive}'}, or kept back in a blog; found {found}. No consent was recorded."
        )


def _check_audience(archive: Archive, said: CataloguedPost, version: Version) -> None:
    """Raise :class:`UsageError` if *said* would release what was written for few, or record consent that opens nothing.

    What is said to be released is judged by the bytes it names; what the post was before or becomes later, by
    publishing.
    """
    versions = archive.index.posts.versions(said.post)
    number, known = _number(versions), archive.index.releases.of(said.post)
    _check_consent(versions, said, version)
    if said.consent:
        known = replace(known, consent=said.consent, consented=(version.number,))
    few = not written_for_everybody(version.audience)
    if said.release == Release.PUBLIC and few and not shown_by_consent(version, known):
        told = "Record the author's consent first: 'tamizdat publish consent'" if not why_no_consent(version) else ""
        raise UsageError(
            f"Post {number}: expected a post written for everybody, found one written {for_whom(version.audience)}. "
            f"{told or 'It cannot be released'}."
        )
    if said.bytes_shown and few:
        raise UsageError(
            f"Post {number}: expected no captured bytes of a post that was written for few, found that they are to be "
            "published: they tell to whom it was addressed. Release it without them."
        )


def _number(versions: Sequence[Version]) -> int:
    return min(each.number for each in versions)


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
    return own_versions(versions)[-1]


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
    if said.consent:
        check_day(said.consent.day, SAID_SO)
    if said.language:
        checked_language(said.language)
    if said.sound is not None:
        checked_choice("sound", said.sound, SOUND)
    if said.covering is not None:
        checked_choice("covering", said.covering, COVERING)
    tags, alts = (_few_texts(name, getattr(said, name)) for name in ("tags", "alts"))
    if any(not each.strip() or each != each.strip() for each in tags or ()):
        raise UsageError("tags: expected words on one line, found an empty tag or white space around one.")
    reason = None if said.reason is None else checked_text("reason", said.reason, MAX_TEXT, lines=True)
    return replace(said, tags=tags, alts=alts, reason=reason)


def check_day(day: str, what: str = "for an embargo, or nothing") -> None:
    """Raise :class:`UsageError` for what is no day of the calendar, written as 2026-12-01."""
    try:
        calendar_day(day)
    except BadEncoding:
        raise UsageError(f"Expected a day such as 2026-12-01 {what}, found {day!r}.") from None


def _few_texts(name: str, texts: Sequence[str] | None) -> tuple[str, ...] | None:
    if texts is None:
        return None
    if len(texts) > MAX_TAGS:
        raise UsageError(f"{name}: expected at most {MAX_TAGS} texts, found {len(texts)}.")
    longest, lines = (MAX_TAG, False) if name == "tags" else (MAX_TEXT, True)
    return tuple(checked_text(name, each, longest, lines=lines) for each in texts)
