"""Accounts of the workbench: pseudonyms, without e-mail, by one-time invitation.

::

    accounts = Accounts.open(home)
    code = accounts.invite(["translator"], ["en"], today)        → KJ3F-9R40-…   shown once; only its SHA-256 is kept
    account = accounts.join(code, "magpie", passphrase, today)   the code is used up
    accounts.sign_in("magpie", passphrase)                       WrongPassphrase, or the account
    accounts.secret_of("magpie")                                 what translation.work.tag takes
    accounts.credit_of(post, "en", tag)                          the name this account chose for the public, or ""

All of it is one file in the desk's folder, ``accounts``, sealed with the key in ``keys.age``: without the desk's
passphrase it is noise. Names never enter a statement. What does are tags, and to tell whose a tag is takes the
account's secret (32 random bytes), which is in that file only.

Several processes may have the accounts open (the workbench, ``tamizdat desk invite``): each change is made under a lock
on the newest state, and read by the others with their next question.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import date, timedelta
from typing import Annotated, Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.disk.lock import locked
from tamizdat.encoding import Json, b64, canonical, parse_b64, parse_canonical, spoken
from tamizdat.errors import BadArchive, BadEncoding, UsageError, WrongPassphrase
from tamizdat.home.home import Home
from tamizdat.ledger.shapes import OPTIONAL, flag, like, record, several, text, whole
from tamizdat.text.catalogue import WORKBENCH
from tamizdat.text.negotiation import offered
from tamizdat.text.rules import checked_text
from tamizdat.text.spoken import from_spoken
from tamizdat.translation.proposals import SECRET, tag
from tamizdat.workbench.auth.account_rules import check_name, checked_languages, checked_roles, folded
from tamizdat.workbench.auth.passphrases import Passphrases, check_new
from tamizdat.workbench.auth.permissions import may
from tamizdat.workbench.l10n import gettext as _

FILE: Final = "accounts"
FORMAT: Final = "tamizdat/accounts/v1"
CODE: Final = 16  #: random bytes of an invitation; 26 letters to read out
DAYS: Final = 7  #: for which an invitation can be used
MAX_CREDIT: Final = 80  #: characters


@dataclass(frozen=True)
class Account:
    """One account.

    *languages* are those it translates into and reviews, none: all; *credit* is the name it chose for the public,
    empty: none. A sign-in of an earlier *generation* is over.
    """

    id: str  #: 16 hexadecimal digits, by chance; names may change, this does not
    name: str
    roles: tuple[str, ...]
    languages: tuple[str, ...]
    credit: str
    since: str  #: the day on which it joined
    disabled: bool
    generation: int
    secret: bytes = field(repr=False)
    passphrase: str = field(repr=False)  #: as argon2id
    interface: Annotated[str, OPTIONAL] = ""  #: language of its workbench; empty: the browser’s

    def may(self, action: str) -> bool:
        """Tell whether its roles allow *action* (:mod:`tamizdat.workbench.auth.permissions`)."""
        return not self.disabled and may(self.roles, action)

    def speaks(self, language: str) -> bool:
        """Tell whether it works on translations into *language*."""
        return not self.languages or language in self.languages

    def tag(self, post: str, language: str) -> str:
        """Return its tag in statements about this post and language."""
        return tag(self.secret, post, language)


@dataclass(frozen=True)
class Invitation:
    """An invitation that was not used yet. *code* is the SHA-256 of what was handed over, *until* its last day."""

    code: str
    roles: tuple[str, ...]
    languages: tuple[str, ...]
    until: str


@dataclass
class _Book:
    """What the file holds."""

    accounts: dict[str, Account] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)

    def named(self, name: str) -> Account | None:
        wanted = folded(name)
        return next((each for each in self.accounts.values() if folded(each.name) == wanted), None)


class Accounts:
    """The accounts of one desk."""

    def __init__(self, home: Home, passphrases: Passphrases | None = None) -> None:
        self._home = home
        self._path = home.folder / FILE
        self._passphrases = passphrases or Passphrases()
        self._mutex = threading.RLock()
        self._stamp: tuple[int, int] | None = None
        self._book = _Book()

    @classmethod
    def open(cls, home: Home, passphrases: Passphrases | None = None) -> "Accounts":
        """Return the accounts of the desk in *home*; a new desk has none.

        Raises :class:`BadArchive` if the file was altered.
        """
        accounts = cls(home, passphrases)
        accounts._read()
        return accounts

    # -- asking ----------------------------------------------------------------------------------------------

    def all(self) -> list[Account]:
        """Return every account, by name."""
        return sorted(self._read().accounts.values(), key=lambda each: folded(each.name))

    def invitations(self, today: date) -> list[Invitation]:
        """Return the invitations that can still be used, those that expire first at the beginning."""
        found = self._read().invitations.values()
        return sorted((each for each in found if each.until >= today.isoformat()), key=lambda each: each.until)

    def account(self, account_id: str) -> Account | None:
        """Return the account with this id."""
        return self._read().accounts.get(account_id)

    def named(self, name: str) -> Account:
        """Return the account of this name. Raises :class:`UsageError` if there is none, or if it is disabled."""
        account = self._read().named(name)
        if not self._read().accounts:
            raise UsageError(
                "Expected the name of an account, found that nobody has one here yet. 'tamizdat desk invite --role "
                "editor' shows a link; whoever opens it while the workbench runs makes one, and invites all others."
            )
        if account is None or account.disabled:
            raise UsageError(
                _("There is no account of this name that may work here. 'tamizdat desk accounts' lists all.")
            )
        return account

    def secret_of(self, account: str) -> bytes:
        """Return the secret of the account of this name, which its tags are made with. Raises as :meth:`named`."""
        return self.named(account).secret

    def credit_of(self, post: str, language: str, tag: str) -> str:
        """Return the name that the account behind *tag* chose for the public; empty if it chose none or is not ours."""
        found = (each.credit for each in self._read().accounts.values() if each.tag(post, language) == tag)
        return next(found, "")

    def known_by(self, post: str, language: str) -> dict[str, Account]:
        """Return every account by its tag on this post and language."""
        return {each.tag(post, language): each for each in self._read().accounts.values()}

    # -- coming in -------------------------------------------------------------------------------------------

    def invite(self, roles: Sequence[str], languages: Sequence[str], today: date, days: int = DAYS) -> str:
        """Make an invitation and return its code, which is not kept.

        Raises :class:`UsageError` for roles that do not exist, malformed languages, and *days* other than 1 to 365.
        """
        invited = checked_roles(roles), checked_languages(languages)
        if not 1 <= days <= 365:
            raise UsageError(_("Expected a number of days from 1 to 365, found %(days)s.", days=days))
        code = os.urandom(CODE)
        kept = hashlib.sha256(code).hexdigest()
        with self._changing() as book:
            book.invitations = {key: each for key, each in book.invitations.items() if each.until >= today.isoformat()}
            book.invitations[kept] = Invitation(kept, *invited, (today + timedelta(days)).isoformat())
        return spoken(code)

    def invited(self, code: str, today: date) -> Invitation:
        """Return what *code* invites to. Raises :class:`UsageError` if it was used, has expired or was never made."""
        return _invited(self._read(), code, today)

    def join(self, code: str, name: str, passphrase: str, today: date) -> Account:
        """Make the account and use up the code.

        Raises :class:`UsageError` for a name or passphrase that will not do; the code stays good then.
        """
        self.invited(code, today)
        name = check_name(name)
        kept = self._passphrases.hashed(check_new(passphrase, name))
        with self._changing() as book:
            invitation = _invited(book, code, today)
            if book.named(name):
                raise UsageError(_("This name is taken. Choose another one."))
            account = Account(
                os.urandom(8).hex(), name, invitation.roles, invitation.languages, "", today.isoformat(), False, 1,
                os.urandom(SECRET), kept,
            )  # fmt: skip
            book.accounts[account.id] = account
            del book.invitations[invitation.code]
        return account

    def sign_in(self, name: str, passphrase: str) -> Account:
        """Return the account of this name, if the passphrase is its own.

        Raises :class:`WrongPassphrase`, alike for an unknown name, a wrong passphrase and a disabled account.
        """
        account = self._read().named(name)
        holds = self._passphrases.holds(account.passphrase if account else None, passphrase)
        if account is None or account.disabled or not holds:
            raise WrongPassphrase(_("Name or passphrase is wrong, or the account is disabled."))
        return account

    # -- changing --------------------------------------------------------------------------------------------

    def set_roles(self, account_id: str, roles: Sequence[str], languages: Sequence[str]) -> None:
        """Set what the account may do, and in which languages."""
        able, spoken_in = checked_roles(roles), checked_languages(languages)
        self._change(account_id, lambda account: replace(account, roles=able, languages=spoken_in))

    def set_disabled(self, account_id: str, disabled: bool) -> None:
        """Disable an account and end its sign-ins at once, or enable it again."""
        self._change(account_id, lambda account: replace(_signed_out(account), disabled=disabled))

    def set_credit(self, account_id: str, credit: str) -> None:
        """Set the name under which its published work is credited from the next edition on; empty: none."""
        name = checked_text("name for the public", credit.strip(), MAX_CREDIT)
        self._change(account_id, lambda account: replace(account, credit=name))

    def set_interface(self, account_id: str, language: str) -> None:
        """Set the language in which it reads the workbench; empty: what its browser asks for.

        Raises :class:`UsageError` for one that there is not.
        """
        if language and language not in offered(WORKBENCH):
            raise UsageError(_("Expected one of the languages of the list. Choose it there."))
        self._change(account_id, lambda account: replace(account, interface=language))

    def set_passphrase(self, account_id: str, passphrase: str) -> None:
        """Set another passphrase and end every sign-in of the account."""
        account = _known(self._read(), account_id)
        kept = self._passphrases.hashed(check_new(passphrase, account.name))
        self._change(account_id, lambda account: replace(_signed_out(account), passphrase=kept))

    def sign_out_everywhere(self, account_id: str) -> None:
        """End every sign-in of the account."""
        self._change(account_id, _signed_out)

    def withdraw(self, code: str) -> None:
        """Withdraw an invitation; *code* is the SHA-256 that is kept of it."""
        with self._changing() as book:
            book.invitations.pop(code, None)

    def _change(self, account_id: str, change: Callable[[Account], Account]) -> None:
        with self._changing() as book:
            book.accounts[account_id] = change(_known(book, account_id))

    # -- the file --------------------------------------------------------------------------------------------

    def _read(self) -> _Book:
        """Return the newest state; the file is read again only if it changed."""
        with self._mutex, refusals("the accounts"):
            try:
                about = self._path.stat()
            except FileNotFoundError:
                self._stamp, self._book = None, _Book()
                return self._book
            stamp = (about.st_ino, about.st_mtime_ns)
            if stamp != self._stamp:
                self._book = _decoded(self._home.keyring.open(self._path.read_bytes(), FILE))
                self._stamp = stamp
            return self._book

    @contextmanager
    def _changing(self) -> Iterator[_Book]:
        """Yield a copy of the newest state and write it when the block ends without an error."""
        with self._mutex, locked(self._home.folder / f".{FILE}.lock"):
            newest = self._read()
            book = _Book(dict(newest.accounts), dict(newest.invitations))
            yield book
            write_file(self._path, self._home.keyring.seal(_encoded(book), FILE), "the accounts")
            self._stamp = None


def _signed_out(account: Account) -> Account:
    """Return the account with every sign-in of it over."""
    return replace(account, generation=account.generation + 1)


def _known(book: _Book, account_id: str) -> Account:
    try:
        return book.accounts[account_id]
    except KeyError:
        raise UsageError(_("There is no such account. 'tamizdat desk accounts' lists all accounts.")) from None


def _invited(book: _Book, code: str, today: date) -> Invitation:
    try:
        found = book.invitations.get(hashlib.sha256(from_spoken(code, CODE)).hexdigest())
    except BadEncoding:
        found = None
    if found is None or found.until < today.isoformat():
        raise UsageError(_("This invitation was used, has expired or was never given out. Ask the desk for a new one."))
    return found


def _encoded(book: _Book) -> bytes:
    accounts: list[Json] = [
        {**vars(each), "secret": b64(each.secret), "roles": list(each.roles), "languages": list(each.languages)}
        for each in book.accounts.values()
    ]
    invitations: list[Json] = [
        {**vars(each), "roles": list(each.roles), "languages": list(each.languages)}
        for each in book.invitations.values()
    ]
    return canonical({"format": FORMAT, "accounts": accounts, "invitations": invitations})


def _decoded(data: bytes) -> _Book:
    try:
        file = _FILE(parse_canonical(data, "the accounts"))
    except BadEncoding as error:
        raise BadArchive(f"Expected accounts ({FORMAT}), found others: {error} Use your backup.") from error
    return _Book({each.id: each for each in file.accounts}, {each.code: each for each in file.invitations})


@dataclass(frozen=True)
class _File:
    format: str
    accounts: tuple[Account, ...]
    invitations: tuple[Invitation, ...]


_FILE: Final = record(
    _File,
    format=like(FORMAT),
    accounts=several(record(
        Account, id=text, name=text, roles=several(text), languages=several(text), credit=text, since=text,
        disabled=flag, generation=whole, secret=lambda value: parse_b64(value, "an account's secret", SECRET),
        passphrase=text, interface=text,
    )),
    invitations=several(
        record(Invitation, code=text, roles=several(text), languages=several(text), until=text)
    ),
)  # fmt: skip
