"""Sign-ins. What the browser holds is a cookie with 32 random bytes; what the desk keeps, sealed, is whose it is.

A sign-in ends after :data:`IDLE` seconds without a request, after :data:`LONGEST` in any case, when it is ended by
hand, and with everything that ends all sign-ins of an account (another passphrase, "everywhere", disabling).

Before somebody signs in there is a cookie too, without an account, so that the first form already has a token that no
other site can know. Signing in always makes a new cookie.
"""

import hashlib
import hmac
import secrets
from typing import Final

from tamizdat.workbench.auth.accounts import Account, Accounts
from tamizdat.workbench.sealed_store import Name, Sealed

IDLE: Final = 12 * 3600  #: seconds
LONGEST: Final = 7 * 24 * 3600  #: seconds
RENEW: Final = 300  #: seconds after which a request is noted
BYTES: Final = 32
_SHELF: Final[Name] = ("sessions",)


class Sessions:
    """The sign-ins of all accounts."""

    def __init__(self, sealed: Sealed, accounts: Accounts) -> None:
        self._sealed = sealed
        self._accounts = accounts

    def begin(self, account: Account, now: int) -> str:
        """Sign *account* in and return the new cookie. Sign-ins that are over are deleted."""
        token = secrets.token_urlsafe(BYTES)
        for row in self._sealed.all(_SHELF):
            if _over(row, now):
                self._sealed.remove(_SHELF, ("session", row["name"]))
        row = {"name": _name(token), "account": account.id, "generation": account.generation, "made": now, "seen": now}
        self._sealed.put(_SHELF, ("session", row["name"]), row)
        return token

    def account(self, token: str, now: int) -> Account | None:
        """Return who is signed in with this cookie."""
        place: Name = ("session", _name(token))
        row = self._sealed.get(_SHELF, place)
        if row is None:
            return None
        account = self._accounts.account(row["account"])
        if account is None or account.disabled or account.generation != row["generation"] or _over(row, now):
            self._sealed.remove(_SHELF, place)
            return None
        if now - row["seen"] > RENEW:
            self._sealed.put(_SHELF, place, {**row, "seen": now})
        return account

    def end(self, token: str) -> None:
        """End the sign-in with this cookie."""
        self._sealed.remove(_SHELF, ("session", _name(token)))

    def form_token(self, token: str) -> str:
        """Return what every form of this cookie's pages carries, which no other site can know."""
        return self._sealed.mac("form", token)

    def is_form_token(self, token: str, given: str) -> bool:
        """Tell whether *given* is the form token of this cookie."""
        return hmac.compare_digest(self.form_token(token).encode(), given.encode("utf-8", "replace"))


def _name(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _over(row: dict[str, int], now: int) -> bool:
    return not (row["seen"] - 60 <= now <= row["seen"] + IDLE and now <= row["made"] + LONGEST)
