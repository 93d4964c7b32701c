"""The acts of translating: to propose words for a post, and to review what another account proposed.

::

    propose(…, by=tag A)  ──►  proposed ──► reviewed ──► approved       review(…, by=tag B or C)
                                   └──► returned (propose again)

Whose work something is stands in it as a *tag*, made of a secret of the account, the post and the language. So a reader
sees that two works on one post are by the same account or by different ones, and nobody can link the works of an
account across posts:

>>> tag(bytes(32), "https://x.com/i/status/57", "en")
'0d0aa3c46cd605d6d91726e768ee945e'

Nobody reviews their own words, and only what another account reviewed can be approved. That an account may approve at
all (an editor) is for whoever calls this to know.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import state
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.texts import IN_PIECES
from tamizdat.archive.views.transcripts import Transcript
from tamizdat.archive.views.translations import Translation
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.reviewed import VERDICTS, Reviewed
from tamizdat.statements.translated import Segment, Translated
from tamizdat.text.languages import checked_language
from tamizdat.text.rules import checked_choice, checked_text
from tamizdat.transcripts.cues import tidied
from tamizdat.translation.segments import joined, segments_of

TAG: Final = b"tamizdat/by/v1\0"
_TAG: Final = re.compile("[0-9a-f]{32}")
SECRET: Final = 32  #: bytes of an account's secret
MAX_TARGET: Final = 262_144  #: bytes of UTF-8, as a post may have (docs/spec/posts.md)
MAX_NOTES: Final = 50
MAX_NOTE: Final = 4_000  #: characters


def tag(secret: bytes, post: str, language: str) -> str:
    """Return the tag of an account's work on one post and language: 16 bytes of an HMAC, in hexadecimal.

    Raises :class:`UsageError` for a *secret* of another length than :data:`SECRET`.
    """
    if len(secret) != SECRET:
        raise UsageError(f"Expected an account's secret of {SECRET} bytes, found {len(secret)}.")
    message = TAG + post.encode() + b"\0" + language.encode()
    return hmac.digest(secret, message, "sha256")[:16].hex()


def propose(
    archive: Archive,
    desk: SigningKey,
    by: str,
    post_version: Version,
    language: str,
    targets: Sequence[str],
    notes: Sequence[str],
    day: str,
) -> int:
    """State *targets*, one for each segment of the text, and *notes* that are published with them.

    Returns the index of the statement; if the latest translation says the same of the same text, its index. Raises
    :class:`UsageError` for what cannot be said.
    """
    assert _TAG.fullmatch(by), "a tag is made by tag()"
    whole = Contexts(archive.index).whole(post_version)
    found, tail = segments_of(post_version, whole)
    targets, notes = _checked_words(len(found), targets, notes, post_version, language)
    target = joined(found, tail, targets, language)
    size = len(target.encode())
    if size > MAX_TARGET:
        raise UsageError(f"Expected a translation of at most {MAX_TARGET:,} bytes, found {size:,}. Shorten it.")
    digest = sha256_hex(whole.encode())
    latest = archive.index.translations.latest(post_version.post, language)
    if latest and (latest.text, latest.target, list(latest.notes)) == (digest, target, notes):
        return latest.number
    said = Translated(
        post=post_version.post,
        source=archive.reference(post_version.number),
        text=digest,
        language=language,
        segments=tuple(Segment(each.source, into) for each, into in zip(found, targets, strict=True)),
        target=target,
        notes=tuple(notes),
        by=by,
        day=checked_day(day),
        after=archive.reference(latest.number) if latest else None,
    )
    return state(archive, desk, [said.to_statement()])[0]


def review(archive: Archive, desk: SigningKey, by: str, translated: int, verdict: str, day: str) -> int:
    """State *verdict* of a translation, or of a transcript: ``returned``, ``reviewed`` or ``approved``.

    Returns the index of the statement. Raises :class:`UsageError` where this account, or anybody now, may not say so.
    """
    assert _TAG.fullmatch(by), "a tag is made by tag()"
    index = archive.index
    work = index.translations.translation(translated) or index.transcripts.transcript(translated)
    if work is None:
        raise UsageError(f"Expected the number of a translation, found {translated}, which is none that counts.")
    _check_verdict(work, by, verdict)
    view = index.transcripts if isinstance(work, Transcript) else index.translations
    said = view.reviews(translated)
    if said and (said[-1].by, said[-1].verdict) == (by, verdict):
        return said[-1].number
    if verdict != "returned" and isinstance(work, Translation) and is_stale(archive, work):
        raise UsageError(
            "The post was edited after this was translated. Have the translation brought up to date, then review that."
        )
    if verdict == "approved" and work.state not in ("reviewed", "approved"):
        raise UsageError(
            f"Expected a translation that another account has reviewed, found one that is {work.state}. "
            "Review it first."
        )
    word = Reviewed(
        post=work.post,
        language=work.language,
        translated=archive.reference(translated),
        verdict=verdict,
        by=by,
        day=checked_day(day),
        words=sha256_hex(work.target.encode()),
    )
    return state(archive, desk, [word.to_statement()])[0]


def is_stale(archive: Archive, work: Translation) -> bool:
    """Return whether another text counts than the one that was translated."""
    counting = version_that_counts(archive, work.post)
    return counting is None or sha256_hex(Contexts(archive.index).whole(counting.version).encode()) != work.text


def _checked_words(
    wanted: int, targets: Sequence[str], notes: Sequence[str], version: Version, language: str
) -> tuple[list[str], list[str]]:
    targets = [tidied(each) if version.kind in IN_PIECES else each.strip() for each in targets]
    notes = [each.strip() for each in notes if each.strip()]
    if not wanted:
        raise UsageError("This post has no words to translate: it stays as it is in every language.")
    if checked_language(language) == version.language:
        raise UsageError(f"Expected a language other than the post's own, {language}.")
    if len(targets) != wanted:
        raise UsageError(f"Expected a translation of each of {wanted} segments, found {len(targets)}.")
    if not all(targets):
        missing = [str(number) for number, each in enumerate(targets, 1) if not each]
        raise UsageError(f"Expected a translation of every segment; missing: {', '.join(missing)}. Add them.")
    if len(notes) > MAX_NOTES:
        raise UsageError(f"Expected at most {MAX_NOTES} notes, found {len(notes)}. Join some of them.")
    return (
        [checked_text(f"segment {at}", each, MAX_TARGET, lines=True) for at, each in enumerate(targets, 1)],
        [checked_text(f"note {at}", each, MAX_NOTE, lines=True) for at, each in enumerate(notes, 1)],
    )


def _check_verdict(work: Translation | Transcript, by: str, verdict: str) -> None:
    checked_choice("verdict", verdict, VERDICTS)
    if by == work.by:
        raise UsageError(
            "Expected an account other than the translator's, found the translator's: nobody reviews or approves "
            "their own translation. Ask another reviewer."
        )


def checked_day(day: str) -> str:
    """Return *day* if it is one of the calendar. Raises :class:`UsageError`."""
    try:
        if date.fromisoformat(day).isoformat() == day:
            return day
    except ValueError:
        pass
    raise UsageError(f"Expected a day like 2026-11-25, found {day!r}.")
