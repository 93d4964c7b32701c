"""Feeds of counts: how a feed reader tells somebody that there is work, without e-mail.

A feed has a secret address, which the account page shows once. It tells, by language, how much waits for its account:
numbers and our own words for them, no word of a post, no name, no address, and no time but the day. Whoever finds the
address learns these numbers and can do nothing else. The desk keeps the address's hash alone. The feed ends when it is
revoked, and with every sign-in of its account (another passphrase, "everywhere", disabling).
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.shapes import members_of, record, text, whole
from tamizdat.translation.packet_xml import DECLARATION, Tree, written
from tamizdat.workbench.auth.accounts import Account, Accounts
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed

ATOM: Final = "http://www.w3.org/2005/Atom"
BYTES: Final = 32  #: of the secret
_SHELF: Final[Name] = ("count-feeds",)


@dataclass(frozen=True)
class _Feed:
    """What the desk keeps of one: the hash of its address, and whose it is."""

    name: str
    account: str
    generation: int


_FEED: Final = record(_Feed, name=text, account=text, generation=whole)


class CountFeeds:
    """The feeds of all accounts; each has at most one."""

    def __init__(self, sealed: Sealed, accounts: Accounts) -> None:
        self._sealed = sealed
        self._accounts = accounts

    def begin(self, account: Account) -> str:
        """Make the account's feed and return its secret, which is not kept; an earlier one ends."""
        secret = secrets.token_urlsafe(BYTES)
        feed = _Feed(sha256_hex(secret.encode()), account.id, account.generation)
        with self._sealed.changing():
            self.end(account)
            self._sealed.put(_SHELF, ("feed", feed.name), members_of(feed))
        return secret

    def end(self, account: Account) -> None:
        """End the account's feed."""
        for each in self._sealed.all(_SHELF, _FEED):
            if each.account == account.id:
                self._sealed.remove(_SHELF, ("feed", each.name))

    def has(self, account: Account) -> bool:
        """Tell whether the account has a feed."""
        every = self._sealed.all(_SHELF, _FEED)
        return any((each.account, each.generation) == (account.id, account.generation) for each in every)

    def account(self, secret: str) -> Account | None:
        """Return whose feed this is."""
        name = sha256_hex(secret.encode("utf-8", "replace"))
        feed = self._sealed.get(_SHELF, ("feed", name), _FEED)
        account = self._accounts.account(feed.account) if feed else None
        if feed is None or account is None or account.disabled or account.generation != feed.generation:
            return None
        return account


def atom(secret: str, day: str, counts: Mapping[str, Sequence[tuple[str, int]]]) -> bytes:
    """Return the feed: an entry for each language, which is a new one when its numbers changed.

    *counts* are, by language, what waits and how much.
    """
    time = f"{day}T00:00:00Z"
    entries = [_entry(secret, time, language, numbers) for language, numbers in counts.items()]
    head: list[Tree] = [("id", {}, _urn(secret)), ("title", {}, _("What waits")), ("updated", {}, time)]
    head.append(("author", {}, [("name", {}, "tamizdat")]))
    return (DECLARATION + "".join(written(("feed", {"xmlns": ATOM}, [*head, *entries])))).encode()


def _entry(secret: str, time: str, language: str, numbers: Sequence[tuple[str, int]]) -> Tree:
    told = " · ".join(f"{what} {number:,}" for what, number in numbers)
    title = f"{language}: {told}"
    inside: list[Tree] = [("id", {}, _urn(secret, language, told)), ("title", {}, title), ("updated", {}, time)]
    return "entry", {}, [*inside, ("content", {"type": "text"}, title)]


def _urn(*parts: str) -> str:
    """Return an id of which nothing can be learned."""
    digest = hashlib.sha256(b"tamizdat/count-feed/v1\0" + "\0".join(parts).encode()).hexdigest()
    return f"urn:uuid:{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
