"""A checkpoint (C2SP tlog-checkpoint): the whole ledger in three lines, the text of a signed note.

::

    tamizdat.example/ledger                         the origin: which ledger, and the name of the key that signs it
    256                                             its size: how many entries
    GGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=     the root of the tree over them

Whoever keeps a checkpoint can later be shown, for any entry, that it was there before, and for any later
checkpoint, that nothing was taken out since. Stamps of outside authorities are put on exactly these three lines.
Extension lines, which C2SP permits and advises against, are refused: nobody audits them.
"""

import re

from tamizdat.dataclass import dataclass
from tamizdat.encoding import b64, parse_b64
from tamizdat.errors import BadEncoding, BadNote
from tamizdat.ledger.merkle import EMPTY_ROOT, HASH


@dataclass(frozen=True)
class Checkpoint:
    """Origin, size and root of a ledger at one moment."""

    origin: str
    size: int
    root: bytes

    def encode(self) -> bytes:
        """Return the three lines: the text of the note, what witnesses sign and authorities stamp."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> "Checkpoint":
        """Parse the three lines of a checkpoint; raises BadNote."""
        match = re.fullmatch(rb"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n", text)
        if not match:
            raise BadNote("Expected a checkpoint of three lines: origin, size, root.")
        try:
            checkpoint = cls(match[1].decode(), int(match[2]), parse_b64(match[3].decode(), "the root", HASH))
        except (UnicodeDecodeError, BadEncoding) as error:
            raise BadNote(
                "Expected a checkpoint of three lines: origin, size, root; one of them is damaged."
            ) from error
        if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
            raise BadNote(f"Expected the root of an empty ledger for size 0, found {checkpoint.root.hex()}.")
        return checkpoint
