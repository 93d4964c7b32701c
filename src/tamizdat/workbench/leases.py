"""Leases: who is at which post right now, so that *next* gives different posts to different people.

A lease belongs to one account, post and language. Opening a post takes it if it is free, saving renews it, proposing
and reviewing end it, giving it back ends it and keeps the post away from whoever did not want it. It ends by itself
:data:`LEASE` seconds after the last of these.

It blocks nobody: whoever opens a leased post on purpose works on it like everybody else. Pseudonyms are shown to
accounts of that language only, and only while the lease lasts; when it began or ends is shown to nobody. Leases are
kept in memory and nowhere else. After a restart those are taken up again that go with a draft that was saved a short
time ago.
"""

import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadArchive
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.drafts.translations import Drafts

LEASE: Final = 2 * 3600  #: seconds
Work = tuple[str, str]  #: a post and a language


@dataclass
class _Lease:
    account: str
    until: int
    typed: bool  #: whether anything was saved


class Leases:
    """The leases of one workbench."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held: dict[Work, _Lease] = {}
        self._unwanted: dict[tuple[str, Work], int] = {}  #: until when, by account

    def resume(self, accounts: Iterable[Account], drafts: Drafts, now: int) -> None:
        """Lease what somebody typed at a short time ago to them, the first of several."""
        found = []
        for each in accounts:
            with suppress(BadArchive):  # a damaged draft keeps nobody from coming in; whoever opens it is told
                found += [(saved, (post, language), each) for post, language, saved in drafts.of(each)]
        for saved, work, account in sorted(found, key=lambda each: (each[0], each[1])):
            if now - saved < LEASE and work not in self._held:
                self._held[work] = _Lease(account.id, saved + LEASE, typed=True)

    def take(self, account: Account, work: Work, now: int, typed: bool = False, only: bool = False) -> bool:
        """Lease *work* to the account, or renew its lease; return False if it is leased to another.

        With *only* the account gives up what it has leased in this language and not typed at.
        """
        with self._mutex:
            self._forget_what_ended(now)
            held = self._held.get(work)
            if held is not None and held.account != account.id:
                return False
            if only:
                for other, each in list(self._held.items()):
                    if each.account == account.id and other[1] == work[1] and not each.typed:
                        del self._held[other]
            self._held[work] = _Lease(account.id, now + LEASE, typed or (held is not None and held.typed))
            return True

    def end(self, account: Account, work: Work) -> None:
        """End the account's lease: the work is done."""
        with self._mutex:
            if (held := self._held.get(work)) is not None and held.account == account.id:
                del self._held[work]

    def give_back(self, account: Account, work: Work, now: int) -> None:
        """End the account's lease, and keep the work away from it for as long as a lease lasts."""
        self.end(account, work)
        with self._mutex:
            self._unwanted[account.id, work] = now + LEASE

    def others(self, account: Account, language: str, now: int) -> dict[str, str]:
        """Return the ids of accounts by the posts that are leased to them in a language, without this account's."""
        with self._mutex:
            self._forget_what_ended(now)
            return {
                post: each.account
                for (post, into), each in self._held.items()
                if into == language and each.account != account.id
            }

    def number(self, language: str, now: int) -> int:
        """Return how many posts are leased in a language."""
        with self._mutex:
            self._forget_what_ended(now)
            return sum(into == language for _, into in self._held)

    def unwanted(self, account: Account, language: str, now: int) -> set[str]:
        """Return the posts that the account gave back in a language."""
        with self._mutex:
            self._forget_what_ended(now)
            return {post for who, (post, into) in self._unwanted if who == account.id and into == language}

    def _forget_what_ended(self, now: int) -> None:
        for work in [work for work, each in self._held.items() if each.until <= now]:
            del self._held[work]
        for key in [key for key, until in self._unwanted.items() if until <= now]:
            del self._unwanted[key]
