"""What counts in the place of an entry that was forgotten: told by ``forgotten`` statements, found in the log itself.

Whoever makes the index anew reads posts whose file is told by an entry that is gone, long before it comes to the
statement that says which entry counts now. So the log is searched for these statements, once, and only then. What is
searched for are the bytes that the act's name is written with in an envelope; what has them by chance is read, and is
none.
"""

import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Final

from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import PREDICATES, peek_envelope
from tamizdat.statements import forgotten

#: ``"tag:tamizdat,2026:forgotten"`` in base64, which writes three bytes as four letters: beginning at each of the three
_WRITTEN: Final = [
    b64encode(bytes(before) + f'"{PREDICATES}{forgotten.ACT}"'.encode())[4 if before else 0 : -4] for before in range(3)
]
NAMED: Final = re.compile(b"|".join(map(re.escape, _WRITTEN)))


class InsteadOf:
    """The entries that count in the place of others, as far as the log was read."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._now: dict[int, int] = {}
        self._read = 0

    def of(self, number: int, size: int, envelopes: Callable[[int], Iterable[bytes]]) -> int:
        """Return the entry that counts where *number* is spoken of, which is mostly itself.

        *envelopes* gives those from an entry on that may be of the act, in a log of *size* entries.
        """
        with self._mutex:
            if size > self._read:
                for envelope in envelopes(self._read):
                    try:
                        said = forgotten.read(peek_envelope(envelope))
                    except BadStatement:
                        continue
                    self._now |= {each.entry: each.now for each in said.instead if each.entry < each.now < size}
                self._read = size
            while number in self._now:  # always a later one: this ends
                number = self._now[number]
            return number
