"""Drafts of stories: the text that an editor has typed and not yet stated (:mod:`tamizdat.archive.acts.story_text`).

A draft belongs to one account and story, or to the one that the account has not stated yet, and is kept whole with a
*revision*: whoever saves says which one was on the screen, and nothing that another tab saved is written over. Its text
may be unfinished; only what is stated must be a story.
"""

from typing import Final

from tamizdat.archive.acts.stories import MAX_TEXT
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.ledger.shapes import members_of, record, text, whole
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed


@dataclass(frozen=True)
class StoryDraft:
    """What was typed, its revision (0: never saved), and when it was saved."""

    text: str
    revision: int = 0
    saved: int = 0


_DRAFT: Final = record(StoryDraft, text=text, revision=whole, saved=whole)
_NEW: Final = "new"  #: the draft of a story that is not stated yet


class StoryDrafts:
    """The drafts of all accounts."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def read(self, account: Account, story: int | None) -> StoryDraft | None:
        """Return the account's draft of a story, or of its new one; None if there is none."""
        return self._sealed.get(_shelf(account), _name(story), _DRAFT)

    def save(self, account: Account, story: int | None, typed: str, seen: int, now: int) -> StoryDraft | None:
        """Save a draft; *seen* is the revision that was on the screen.

        Returns what is kept now; None if another tab saved meanwhile, and then nothing was. Raises :class:`UsageError`
        for more than a story may have.
        """
        if len(typed) > MAX_TEXT:
            raise UsageError(_("Expected at most %(most)s characters, found %(size)s.", most=MAX_TEXT, size=len(typed)))
        kept = self.read(account, story)
        if kept is not None and kept.text == typed:
            return kept
        if seen != (kept.revision if kept else 0):
            return None
        made = StoryDraft(typed, seen + 1 if seen else now, now)
        row: dict[str, Json] = members_of(made)
        self._sealed.put(_shelf(account), _name(story), row)
        return made

    def drop(self, account: Account, story: int | None) -> None:
        """Delete the draft: it was stated, or nobody wants it."""
        self._sealed.remove(_shelf(account), _name(story))


def _shelf(account: Account) -> Name:
    return "story drafts", account.id


def _name(story: int | None) -> Name:
    return "draft", _NEW if story is None else str(story)
