"""Drafts of covers: what somebody has drawn on the frames of a clip or picture and not yet proposed.

A draft belongs to one account and file and is kept whole, with a *revision*, as drafts of transcripts are
(:mod:`.transcripts`): nothing that another tab saved is written over. It tells after which proposal it was drawn,
so that who comes back to it sees that another was made meanwhile.
"""

from typing import Final

from tamizdat.covering import REGION, SILENCE, Cover, Region, Silence
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.ledger.shapes import members_of, record, several, whole
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.sealed_store import Name, Sealed


@dataclass(frozen=True)
class CoverDraft:
    """What was drawn in file *item*, how often it was saved, and when; *after*: one more than the proposal's number."""

    item: int
    regions: tuple[Region, ...]
    silences: tuple[Silence, ...]
    after: int = 0
    revision: int = 0
    saved: int = 0

    @property
    def cover(self) -> Cover:
        """Regions and silences together."""
        return Cover(self.regions, self.silences)


_DRAFT: Final = record(
    CoverDraft, item=whole, regions=several(REGION), silences=several(SILENCE), after=whole, revision=whole, saved=whole
)


class CoverDrafts:
    """The drafts of all accounts."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def read(self, account: Account, item: int) -> CoverDraft | None:
        """Return the account's draft of a file; None if there is none."""
        return self._sealed.get(_shelf(account), _name(item), _DRAFT)

    def of(self, account: Account) -> list[CoverDraft]:
        """Return all drafts of an account, the last saved first."""
        return sorted(self._sealed.all(_shelf(account), _DRAFT), key=lambda each: -each.saved)

    def save(
        self, account: Account, item: int, cover: Cover, proposed: int | None, seen: int, now: int
    ) -> CoverDraft | None:
        """Save a draft, drawn after the proposal of the number *proposed*; *seen* is the revision on the screen.

        Returns what is kept now; None if another tab saved meanwhile, and then nothing was.
        """
        kept = self.read(account, item)
        if kept is not None and kept.cover == cover:
            return kept
        if seen != (kept.revision if kept else 0):
            return None
        after = 0 if proposed is None else proposed + 1
        made = CoverDraft(item, cover.regions, cover.silences, after, seen + 1 if seen else now, now)
        row: dict[str, Json] = members_of(made)
        self._sealed.put(_shelf(account), _name(item), row)
        return made

    def drop(self, account: Account, item: int) -> None:
        """Delete the draft: it was proposed, or nobody wants it."""
        self._sealed.remove(_shelf(account), _name(item))


def _shelf(account: Account) -> Name:
    return "cover drafts", account.id


def _name(item: int) -> Name:
    return "draft", str(item)
