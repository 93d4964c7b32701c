"""Private notes on a translation: for those who work on it, never published, in no statement.

What is meant for readers are the notes of a proposal, which :mod:`tamizdat.translation.proposals` states.
"""

import secrets
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger import shapes
from tamizdat.ledger.shapes import members_of
from tamizdat.text.rules import checked_text
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.sealed_store import Name, Sealed

MAX_TEXT: Final = 4_000  #: characters


@dataclass(frozen=True)
class Note:
    """A private note; *by* is the account's id, *when* in seconds."""

    id: str
    by: str
    when: int
    text: str


_NOTE: Final = shapes.record(Note, id=shapes.text, by=shapes.text, when=shapes.whole, text=shapes.text)


class Notes:
    """All private notes."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def of(self, post: str, language: str) -> list[Note]:
        """Return the notes on a translation, the oldest first."""
        found = self._sealed.all(_shelf(post, language), _NOTE)
        return sorted(found, key=lambda each: (each.when, each.id))

    def add(self, account: Account, post: str, language: str, text: str, now: int) -> None:
        """Add a note; an empty one is none. Raises :class:`UsageError` for what nobody may type."""
        text = checked_text("note", text.strip(), MAX_TEXT, lines=True)
        if text:
            note = Note(secrets.token_hex(8), account.id, now, text)
            self._sealed.put(_shelf(post, language), ("note", note.id), members_of(note))

    def remove(self, account: Account, post: str, language: str, note_id: str) -> None:
        """Delete a note of one's own."""
        if any(each.id == note_id and each.by == account.id for each in self.of(post, language)):
            self._sealed.remove(_shelf(post, language), ("note", note_id))


def _shelf(post: str, language: str) -> Name:
    return "notes", post, language
