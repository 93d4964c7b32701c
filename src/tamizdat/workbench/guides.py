"""Guides: how a language is written here, and what whoever translates a voice should know of it.

They are private, sealed like the drafts, and never published. A guide has a *revision*, as a draft's sentence has:
whoever saves says which one was on the screen.
"""

from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.ledger.shapes import members_of, record, text, whole
from tamizdat.text.rules import checked_text
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed

MAX_TEXT: Final = 20_000  #: characters


@dataclass(frozen=True)
class Guide:
    """A guide for a ``language`` (by its tag) or a ``voice`` (by its platform's id); revision 0: none yet."""

    kind: str
    of: str
    text: str = ""
    by: str = ""  #: the account's id
    when: int = 0  #: in seconds
    revision: int = 0


_GUIDE: Final = record(Guide, kind=text, of=text, text=text, by=text, when=whole, revision=whole)
_SHELF: Final[Name] = ("guides",)


class Guides:
    """All guides."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def read(self, kind: str, of: str) -> Guide:
        """Return the guide; an empty one if there is none."""
        return self._sealed.get(_SHELF, ("guide", kind, of), _GUIDE) or Guide(kind, of)

    def save(self, account: Account, kind: str, of: str, text: str, seen: int, now: int) -> None:
        """Save the guide. Raises :class:`UsageError` if somebody else saved it since *seen*, and for other text."""
        text = checked_text("guide", text.strip(), MAX_TEXT, lines=True)
        with self._sealed.changing():
            known = self.read(kind, of)
            if known.revision != seen and known.text != text:
                raise UsageError(
                    _(
                        "Somebody else changed this meanwhile. Their words stand below yours: put both together, then "
                        "save again."
                    )
                )
            if known.text != text:
                guide = Guide(kind, of, text, account.id, now, known.revision + 1)
                self._sealed.put(_SHELF, ("guide", kind, of), members_of(guide))
