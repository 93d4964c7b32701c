"""Sign-ins. What the browser holds is a cookie with 32 random bytes; what the desk keeps, sealed, is whose it is.

A sign-in ends after :data:`IDLE` seconds without a request, after :data:`LONGEST` in any case, when it is ended by
hand, and with everything that ends all sign-ins of an account (another passphrase, "everywhere", disabling).

Before somebody signs in there is a cookie too, without an account, so that the first form already has a token that no
other site can know. Signing in always makes a new cookie.
"""

import hashlib
import hmac
import secrets
from dataclasses import replace
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.ledger.shapes import members_of, record, text, whole
from tamizdat.workbench.auth.accounts import Account, Accounts
from tamizdat.workbench.sealed_store import Name, Sealed

IDLE: Final = 12 * 3600  #: seconds
LONGEST: Final = 7 * 24 * 3600  #: seconds
RENEW: Final = 300  #: seconds after which a request is noted
BYTES: Final = 32
_SHELF: Final[Name] = ("sessions",)


@dataclass(frozen=True)
class _SignIn:
    """What the desk keeps of one: the hash of its cookie, whose it is, when it began and was last seen, in seconds."""

    name: str
    account: str
    generation: int
    made: int
    seen: int

    def over(self, now: int) -> bool:
        """Tell whether it has ended by itself."""
        return not (self.seen - 60 <= now <= self.seen + IDLE and now <= self.made + LONGEST)


_SIGN_IN: Final = record(_SignIn, name=text, account=text, generation=whole, made=whole, seen=whole)


class Sessions:
    """The sign-ins of all accounts."""

    def __init__(self, sealed: Sealed, accounts: Accounts) -> None:
        self._sealed = sealed
        self._accounts = accounts

    def begin(self, account: Account, now: int) -> str:
        """Sign *account* in and return the new cookie. Sign-ins that are over are deleted."""
        token = secrets.token_urlsafe(BYTES)
        for each in self._sealed.all(_SHELF, _SIGN_IN):
            if each.over(now):
                self._sealed.remove(_SHELF, ("session", each.name))
        begun = _SignIn(_name(token), account.id, account.generation, now, now)
        self._sealed.put(_SHELF, ("session", begun.name), members_of(begun))
        return token

    def account(self, token: str, now: int) -> Account | None:
        """Return who is signed in with this cookie."""
        place: Name = ("session", _name(token))
        kept = self._sealed.get(_SHELF, place, _SIGN_IN)
        if kept is None:
            return None
        account = self._accounts.account(kept.account)
        if account is None or account.disabled or account.generation != kept.generation or kept.over(now):
            self._sealed.remove(_SHELF, place)
            return None
        if now - kept.seen > RENEW:
            with self._sealed.changing():
                if self._sealed.get(_SHELF, place, _SIGN_IN) is not None:  # another request may have ended it
                    self._sealed.put(_SHELF, place, members_of(replace(kept, seen=now)))
        return account

    def end(self, token: str) -> None:
        """End the sign-in with this cookie."""
        self._sealed.remove(_SHELF, ("session", _name(token)))

    def form_token(self, token: str, account: Account | None) -> str:
        """Return what every form of this cookie's pages carries: what no other site can know, and whose pages they are.

        The second part outlives the sign-in, so that words can be told to be an account's own after it signed in anew.
        """
        return f"{self._sealed.mac('form', token)}.{self.page_of(account) if account else ''}"

    def is_form_token(self, token: str, given: str) -> bool:
        """Tell whether *given* is a form token of this cookie."""
        ours, theirs = self._sealed.mac("form", token), given.partition(".")[0]
        return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))

    def page_of(self, account: Account) -> str:
        """Return what tells an account's pages from those of others: 16 hexadecimal digits that nobody can make."""
        return self._sealed.mac("page", account.id)[:16]

    def is_page_of(self, account: Account, given: str) -> bool:
        """Tell whether the form token *given* is from a page of this account, of whichever sign-in."""
        theirs = given.partition(".")[2]
        return hmac.compare_digest(self.page_of(account).encode(), theirs.encode("utf-8", "replace"))


def _name(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
