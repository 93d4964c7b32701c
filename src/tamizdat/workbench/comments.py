"""Comments at a sentence of a translation, and wordings that are suggested for it: private, never published.

A comment stands at the sentence it was written for, whatever place that has after an edit
(:func:`~tamizdat.workbench.drafts.translations.sentence_keys`). It is answered and settled; a suggested wording is
settled when its translator proposes it. Whoever is concerned finds it under *Today* until they have opened the page.

A reviewer who returns a translation with wordings may agree beforehand: *these words, with my wordings in them, are
reviewed* (:class:`Agreement`). Then a comma does not make the reviewer the translator, nor cost a second review.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.ledger.shapes import flag, members_of, record, text, whole
from tamizdat.text.rules import checked_text
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.sealed_store import Name, Sealed

MAX_TEXT: Final = 4_000  #: characters of a comment
MAX_WORDING: Final = 65_536  #: characters of a suggested wording, as of a translation's sentence


@dataclass(frozen=True)
class Comment:
    """A comment, or an answer to one.

    *of* is the key of its sentence and *source* the words of that; *answers* is the id of the first comment, empty if
    it is the first itself; *wording* is empty where none is suggested.
    """

    id: str
    by: str  #: the account's id
    when: int  #: in seconds
    of: str
    source: str
    text: str
    wording: str = ""
    answers: str = ""
    settled: bool = False


@dataclass(frozen=True)
class Exchange:
    """A first comment and what was answered to it, in order."""

    first: Comment
    answers: tuple[Comment, ...]


@dataclass(frozen=True)
class Agreement:
    """An account's word that a translation of exactly these words (:func:`words_digest`) is reviewed."""

    by: str
    words: str
    when: int


@dataclass(frozen=True)
class Unread:
    """That something was said about a post's translation since the account looked."""

    post: str
    language: str
    when: int


_COMMENT: Final = record(
    Comment, id=text, by=text, when=whole, of=text, source=text, text=text, wording=text, answers=text, settled=flag
)
_AGREEMENT: Final = record(Agreement, by=text, words=text, when=whole)
_UNREAD: Final = record(Unread, post=text, language=text, when=whole)


class Comments:
    """All comments, agreements, and who has not read which yet."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def of(self, post: str, language: str) -> list[Exchange]:
        """Return the exchanges about a translation, the oldest first."""
        found = sorted(self._sealed.all(_shelf(post, language), _COMMENT), key=lambda each: (each.when, each.id))
        return [
            Exchange(first, tuple(each for each in found if each.answers == first.id))
            for first in found
            if not first.answers
        ]

    def add(
        self,
        account: Account,
        post: str,
        language: str,
        sentence: tuple[str, str],
        said: str,
        now: int,
        wording: str = "",
        answers: str = "",
    ) -> Comment | None:
        """Add a comment at *sentence* (key and source); without text and wording there is none.

        Raises :class:`UsageError` for what nobody may type.
        """
        said, wording = checked(said), checked_wording(wording)
        if not said and not wording:
            return None
        one = Comment(secrets.token_hex(8), account.id, now, *sentence, said, wording, answers)
        self._put(post, language, one)
        return one

    def answer(self, account: Account, post: str, language: str, comment: str, said: str, now: int) -> Comment | None:
        """Add an answer to the first comment with this id, if it is there; what was settled is open again."""
        with self._sealed.changing():  # its author may delete it meanwhile: an answer to nothing is shown nowhere
            first = next((each.first for each in self.of(post, language) if each.first.id == comment), None)
            if first is None or not said.strip():
                return None
            if first.settled:
                self._put(post, language, replace(first, settled=False))
            return self.add(account, post, language, (first.of, first.source), said, now, answers=first.id)

    def settle(self, post: str, language: str, comment: str, settled: bool = True) -> None:
        """Settle the exchange with this first comment, or open it again."""
        with self._sealed.changing():
            for each in self.of(post, language):
                if each.first.id == comment:
                    self._put(post, language, replace(each.first, settled=settled))

    def remove(self, account: Account, post: str, language: str, comment: str) -> None:
        """Delete a comment of one's own that nobody has answered; nothing is agreed to beforehand then."""
        with self._sealed.changing():  # somebody may answer it meanwhile
            for exchange in self.of(post, language):
                for each in (exchange.first, *exchange.answers):
                    answered = each is exchange.first and exchange.answers
                    if each.id == comment and each.by == account.id and not answered:
                        self._sealed.remove(_shelf(post, language), ("comment", comment))
                        self.withdraw_agreement(account, post, language)

    def settle_taken(self, post: str, language: str, targets: Sequence[tuple[str, str]]) -> None:
        """Settle each suggested wording that stands in *targets*: the key of a sentence, and its translation."""
        said = dict(targets)
        for each in self.of(post, language):
            if each.first.wording and not each.first.settled and said.get(each.first.of) == each.first.wording:
                self.settle(post, language, each.first.id)

    def tell(self, accounts: Iterable[str], post: str, language: str, now: int) -> None:
        """Note for each of these accounts, by id, that something was said which they have not read."""
        for each in set(accounts):
            self._sealed.put(_told(each), (post, language), members_of(Unread(post, language, now)))

    def unread(self, account: Account) -> list[Unread]:
        """Return where something was said that the account has not read, the newest first."""
        return sorted(self._sealed.all(_told(account.id), _UNREAD), key=lambda each: -each.when)

    def read(self, account: Account, post: str, language: str) -> None:
        """Note that the account has looked."""
        if self._sealed.get(_told(account.id), (post, language), _UNREAD):  # who only reads writes nothing
            self._sealed.remove(_told(account.id), (post, language))

    def agree(self, account: Account, post: str, language: str, words: str, now: int) -> None:
        """Note the account's agreement to a translation of these words; it takes the place of an earlier one."""
        row: dict[str, Json] = members_of(Agreement(account.id, words, now))
        self._sealed.put(_agreed(post, language), ("agreement", account.id), row)

    def agreements(self, post: str, language: str) -> list[Agreement]:
        """Return every agreement about a translation."""
        return self._sealed.all(_agreed(post, language), _AGREEMENT)

    def withdraw_agreement(self, account: Account, post: str, language: str) -> None:
        """Delete the account's own agreement, if there is one."""
        self._sealed.remove(_agreed(post, language), ("agreement", account.id))

    def withdraw_agreements(self, post: str, language: str) -> None:
        """Delete every agreement: it was used, or something else was proposed."""
        for each in self.agreements(post, language):
            self._sealed.remove(_agreed(post, language), ("agreement", each.by))

    def _put(self, post: str, language: str, comment: Comment) -> None:
        self._sealed.put(_shelf(post, language), ("comment", comment.id), members_of(comment))


def checked(text: str) -> str:
    """Return what was typed as a comment, without white space around it. Raises :class:`UsageError`."""
    return checked_text("comment", text.strip(), MAX_TEXT, lines=True)


def checked_wording(text: str) -> str:
    """Return what was typed as a wording, without white space around it. Raises :class:`UsageError`."""
    return checked_text("wording", text.strip(), MAX_WORDING, lines=True)


def words_digest(text_digest: str, targets: Sequence[str], notes: Sequence[str]) -> str:
    """Return what two translations share that are of the same text and have the same words and notes."""
    words: dict[str, Json] = {"text": text_digest, "targets": list(targets), "notes": list(notes)}
    return sha256_hex(canonical(words))


def _shelf(post: str, language: str) -> Name:
    return "comments", post, language


def _agreed(post: str, language: str) -> Name:
    return "agreements", post, language


def _told(account: str) -> Name:
    return "unread", account
