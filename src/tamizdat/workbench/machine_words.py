"""What a model suggested for the sentences of one piece of work, to the account that asked: machine text.

It stands beside the sentence until the account takes it, and then until it proposes, so that what is still word for
word the model's can be marked, and told to reviewers. It is in no draft, no memory and no statement by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.ledger.shapes import by_key, members_of, record, text
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed


@dataclass(frozen=True)
class Said:
    """The words of a model for one sentence; *digest* is that of its files."""

    words: str
    model: str
    digest: str


@dataclass(frozen=True)
class _Row:
    said: Mapping[str, Said] = field(default_factory=dict)  #: by what tells a sentence from the others


_ROW: Final = record(_Row, said=by_key(text, record(Said, words=text, model=text, digest=text)))


class MachineWords:
    """What models suggested, by account and piece of work."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def of(self, account: Account, post: str, language: str) -> Mapping[str, Said]:
        """Return what was suggested to an account, by the keys of sentences."""
        found = self._sealed.get(_shelf(account), _name(post, language), _ROW)
        return found.said if found else {}

    def add(self, account: Account, post: str, language: str, key: str, said: Said) -> None:
        """Keep what a model suggested for one sentence."""
        with self._sealed.changing():
            kept: dict[str, Json] = {
                each: members_of(one) for each, one in {**self.of(account, post, language), key: said}.items()
            }
            self._sealed.put(_shelf(account), _name(post, language), {"said": kept})

    def forget(self, account: Account, post: str, language: str) -> None:
        """Forget what was suggested: the work was proposed, or given up."""
        self._sealed.remove(_shelf(account), _name(post, language))


def told_of(said: Mapping[str, Said], keys: Sequence[str], targets: Sequence[str]) -> str:
    """Return what reviewers are told of a translation for which a model was asked; "" if nothing is the model's."""
    same = [said[key] for key, target in zip(keys, targets, strict=True) if key in said and is_same(said[key], target)]
    names = ", ".join(sorted({f"{each.model} (SHA-256 {each.digest})" for each in same}))
    if not same:
        return ""
    return _(
        "Of %(all)s sentences, %(same)s are word for word what a model suggested: %(names)s.",
        all=len(targets),
        same=len(same),
        names=names,
    )


def is_same(said: Said, target: str) -> bool:
    """Tell whether a target is word for word what the model said."""
    return said.words.strip() == target.strip() != ""


def _shelf(account: Account) -> Name:
    return "machine words", account.id


def _name(post: str, language: str) -> Name:
    return "work", post, language
