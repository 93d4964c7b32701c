"""A checkpoint (C2SP tlog-checkpoint): the whole ledger in three lines, the text of a signed note.

::

    tamizdat.example/ledger                         the origin: which ledger, also the name of the key that signs it
    256                                             its size: how many entries
    GGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=     the root of the tree over them (see tamizdat.ledger.tree)

Whoever keeps a checkpoint can later be shown, for any entry, that it was there before, and for any later
checkpoint, that nothing was taken out since. Stamps of outside authorities are put on exactly these three lines.
Extension lines, which C2SP permits and advises against, are refused: nobody audits them.
"""

import re
from dataclasses import dataclass

from tamizdat.encoding import b64, parse_b64
from tamizdat.errors import BadEncoding, BadNote
from tamizdat.ledger.note import Sign, Verifier, open_note, sign_note
from tamizdat.ledger.tree import EMPTY_ROOT, HASH


@dataclass(frozen=True)
class Checkpoint:
    """Origin, size and root of a ledger at one moment."""

    origin: str
    size: int
    root: bytes

    def encode(self) -> bytes:
        """The three lines: the text of the note, and what witnesses sign and authorities stamp."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> "Checkpoint":
        """The inverse of :meth:`encode`; raises :class:`BadNote`."""
        try:
            lines = text.decode("utf-8").split("\n")
            origin, size, root, end = lines
        except ValueError as error:
            raise BadNote("Expected a checkpoint of three lines: origin, size, root.") from error
        if not origin or end or not re.fullmatch(r"0|[1-9][0-9]{0,18}", size, re.ASCII):
            raise BadNote("Expected a checkpoint of three lines, its size a decimal number without leading zeroes.")
        try:
            checkpoint = cls(origin, int(size), parse_b64(root, "the root", HASH))
        except BadEncoding as error:
            raise BadNote(f"A checkpoint with a damaged root. {error}") from error
        if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
            raise BadNote("Expected the root of an empty ledger, found another: size and root contradict each other.")
        return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, public: bytes, sign: Sign) -> bytes:
    """The signed note. Sign only what continues every checkpoint signed before: the ledger never forks."""
    return sign_note(checkpoint.encode(), checkpoint.origin, public, sign)


def open_checkpoint(data: bytes, log: Verifier) -> Checkpoint:
    """The checkpoint that *log* signed, or :class:`BadNote`; witnesses are not asked (see ``cosignature.Policy``)."""
    checkpoint = Checkpoint.parse(open_note(data, [log]).text)
    if checkpoint.origin != log.name:
        raise BadNote(f"Expected a checkpoint of the ledger {log.name!r}, found one of {checkpoint.origin!r}.")
    return checkpoint
