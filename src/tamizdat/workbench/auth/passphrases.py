"""Passphrases of accounts: kept as argon2id (RFC 9106), so that each guess costs 64 MiB and a tenth of a second.

What is stored is argon2's own text, ``$argon2id$v=19$m=65536,t=3,p=4$salt$hash``. A name nobody has is answered after
the same work as a wrong passphrase: the guess is held against a hash of nothing.
"""

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tamizdat.errors import ToolMissing, UsageError
from tamizdat.text.passphrases import ADVICE, MIN_CHARACTERS, composed, weakness
from tamizdat.workbench import NOT_INSTALLED
from tamizdat.workbench.l10n import gettext as _

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MAX_CHARACTERS: Final = 1024
MEMORY: Final = 65_536  #: KiB for each guess
ROUNDS: Final = 3
LANES: Final = 4
AT_ONCE: Final = 2  #: guesses that are worked on at a time, so that many do not take all memory


class Passphrases:
    """Makes and checks hashes. *memory* and *rounds* are smaller in tests only."""

    def __init__(self, memory: int = MEMORY, rounds: int = ROUNDS, lanes: int = LANES) -> None:
        self._cost = (memory, rounds, lanes)
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def hashed(self, passphrase: str) -> str:
        """Return the argon2id hash of *passphrase*, with a new salt."""
        with self._turns:
            return self._hasher.hash(normal(passphrase))

    def holds(self, kept: str | None, passphrase: str) -> bool:
        """Tell whether *kept* is the hash of *passphrase*; None (no such account) takes as long."""
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._turns:
            nobodys = self._nobodys  # made with the first question, whatever it is
            try:
                self._hasher.verify(nobodys if kept is None else kept, normal(passphrase))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("")

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        try:
            from argon2 import PasswordHasher
        except ImportError:
            raise ToolMissing(NOT_INSTALLED) from None
        memory, rounds, lanes = self._cost
        return PasswordHasher(rounds, memory, lanes)


def normal(passphrase: str) -> str:
    """Return a passphrase in NFC, whichever way the keyboard composes letters; unpaired surrogates become ``?``."""
    return composed(passphrase.encode("utf-8", "replace").decode())[:MAX_CHARACTERS]


def check_new(passphrase: str, name: str) -> str:
    """Return *passphrase* if it is fit for an account. Raises :class:`UsageError` that says what is missing."""
    if len(passphrase) > MAX_CHARACTERS:
        most = _("Expected a passphrase of at most %(most)s characters.", most=MAX_CHARACTERS)
        raise UsageError(f"{most} {_(ADVICE)}")
    if why := weakness(normal(passphrase), name):
        raise UsageError(f"{_(why, least=MIN_CHARACTERS)} {_(ADVICE)}")
    return passphrase
