"""Looks: which frames under a proposed cover an account was shown, so that nobody approves what they have not seen.

Kept in memory and nowhere else: after a restart somebody looks again. Who looked at what is told to nobody.
"""

import threading
from collections.abc import Sequence
from typing import Final

from tamizdat.workbench.auth.accounts import Account

WHOLE: Final = -1  #: the clip or sound itself, played


class Looks:
    """The looks of one workbench."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._seen: dict[int, dict[str, set[int]]] = {}  #: by proposal and account: instants in milliseconds

    def see(self, account: Account, proposal: int, instant: int) -> None:
        """Keep that the account was shown the frame at an *instant*, or :data:`WHOLE`, under a proposed cover."""
        with self._mutex:
            self._seen.setdefault(proposal, {}).setdefault(account.id, set()).add(instant)

    def unseen(self, account: Account, proposal: int, instants: Sequence[int]) -> list[int]:
        """Return those of the *instants* that the account was not shown, in their order."""
        with self._mutex:
            seen = self._seen.get(proposal, {}).get(account.id, set())
            return [each for each in instants if each not in seen]

    def forget(self, proposal: int) -> None:
        """Forget a proposal: a word on it was said."""
        with self._mutex:
            self._seen.pop(proposal, None)
