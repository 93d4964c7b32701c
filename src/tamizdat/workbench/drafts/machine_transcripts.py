"""What a model heard in a clip: machine text, kept for whoever writes the transcript.

It is no transcript and nobody's words. Who begins with it has a copy in their own draft; that they did is kept until
they propose, and is then told to reviewers in a private note.
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.ledger.shapes import members_of, record, several, text, whole
from tamizdat.statements.transcribed import CUE, Cue
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed


@dataclass(frozen=True)
class MachineDraft:
    """What a model heard in a clip: *model* is what its folder is called, *digest* that of its files."""

    clip: int
    language: str
    cues: tuple[Cue, ...]
    model: str
    digest: str
    made: int  #: in seconds

    @property
    def words(self) -> frozenset[str]:
        """The words of each cue."""
        return frozenset(each.text for each in self.cues)


_DRAFT: Final = record(MachineDraft, clip=whole, language=text, cues=several(CUE), model=text, digest=text, made=whole)
_MADE: Final[Name] = ("machine drafts",)


class MachineDrafts:
    """The drafts of models, one of each clip; a later one stands for those before."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def of(self, clip: int) -> MachineDraft | None:
        """Return what a model heard in a clip; None if none was asked, or its draft was thrown away."""
        return self._sealed.get(_MADE, _name(clip), _DRAFT)

    def clips(self) -> frozenset[int]:
        """Return the clips of which there is a draft of a model."""
        return frozenset(each.clip for each in self._sealed.all(_MADE, _DRAFT))

    def keep(self, draft: MachineDraft) -> None:
        """Keep what a model heard."""
        row: dict[str, Json] = members_of(draft)
        self._sealed.put(_MADE, _name(draft.clip), row)

    def drop(self, clip: int) -> None:
        """Throw away what a model heard. Who began with it has their own copy."""
        self._sealed.remove(_MADE, _name(clip))

    def take(self, account: Account, draft: MachineDraft) -> None:
        """Remember that an account began with this draft."""
        row: dict[str, Json] = members_of(draft)
        self._sealed.put(_shelf(account), _name(draft.clip), row)

    def taken(self, account: Account, clip: int) -> MachineDraft | None:
        """Return the draft of a model that the account's own began with; None if it did with none."""
        return self._sealed.get(_shelf(account), _name(clip), _DRAFT)

    def forget(self, account: Account, clip: int) -> None:
        """Forget that the account began with a model's draft: it was proposed, or given up."""
        self._sealed.remove(_shelf(account), _name(clip))


def told_of(draft: MachineDraft, cues: Sequence[Cue]) -> str:
    """Return what reviewers are told of a transcript that was begun with *draft*."""
    same = sum(each.text in draft.words for each in cues)
    return _(
        "Begun with what the model %(model)s heard (SHA-256 %(digest)s). Of %(all)s cues, %(same)s are word for word "
        "the model's.",
        model=draft.model,
        digest=draft.digest,
        all=len(cues),
        same=same,
    )


def _shelf(account: Account) -> Name:
    return "machine drafts taken", account.id


def _name(clip: int) -> Name:
    return "clip", str(clip)
