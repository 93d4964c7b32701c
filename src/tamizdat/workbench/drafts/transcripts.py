"""Drafts of transcripts: what somebody has typed on a clip's timeline and not yet proposed.

A draft belongs to one account and clip and is kept whole, with a *revision*: whoever saves says which one was on the
screen, and nothing that another tab saved is written over. Its cues may be unfinished (no words yet, times that do not
fit); only what is proposed must be whole. The first revision is the second in which it was saved, as of drafts of
translations (:mod:`.translations`).
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.ledger.shapes import members_of, record, several, text, whole
from tamizdat.statements.transcribed import CUE, Cue
from tamizdat.transcripts.cues import MAX_CUES, MAX_SPEAKER, MAX_TIME, MAX_WORDS
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed


@dataclass(frozen=True)
class TranscriptDraft:
    """What was typed: in which language, the cues, how often it was saved (0: never), and when."""

    clip: int
    language: str
    cues: tuple[Cue, ...]
    revision: int = 0
    saved: int = 0


CUES: Final = several(CUE)  #: the shape in which a page sends them
_DRAFT: Final = record(TranscriptDraft, clip=whole, language=text, cues=CUES, revision=whole, saved=whole)


class TranscriptDrafts:
    """The drafts of all accounts."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def read(self, account: Account, clip: int) -> TranscriptDraft | None:
        """Return the account's draft of a clip; None if there is none."""
        return self._sealed.get(_shelf(account), _name(clip), _DRAFT)

    def save(
        self, account: Account, clip: int, language: str, cues: Sequence[Cue], seen: int, now: int
    ) -> TranscriptDraft | None:
        """Save a draft; *seen* is the revision that was on the screen.

        Returns what is kept now; None if another tab saved meanwhile, and then nothing was. Raises :class:`UsageError`
        for more than a transcript may have.
        """
        _check(cues)
        kept = self.read(account, clip)
        if kept is not None and (kept.language, kept.cues) == (language, tuple(cues)):
            return kept
        if seen != (kept.revision if kept else 0):
            return None
        made = TranscriptDraft(clip, language, tuple(cues), seen + 1 if seen else now, now)
        row: dict[str, Json] = members_of(made)
        self._sealed.put(_shelf(account), _name(clip), row)
        return made

    def drop(self, account: Account, clip: int) -> None:
        """Delete the draft: it was proposed, or nobody wants it."""
        self._sealed.remove(_shelf(account), _name(clip))


def _check(cues: Sequence[Cue]) -> None:
    if len(cues) > MAX_CUES:
        raise UsageError(_("Expected at most %(most)s cues, found %(size)s.", most=MAX_CUES, size=len(cues)))
    for at, each in enumerate(cues, 1):
        if len(each.text) > MAX_WORDS or len(each.speaker) > MAX_SPEAKER or max(each.start, each.end) > MAX_TIME:
            raise UsageError(_("Cue %(number)s is longer than a cue may be. Split it.", number=at))


def _shelf(account: Account) -> Name:
    return "transcript drafts", account.id


def _name(clip: int) -> Name:
    return "draft", str(clip)
