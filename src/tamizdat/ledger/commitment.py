"""What the public ledger shows of a statement: a hash that tells nothing, until its salt is disclosed.

::

    commitment = SHA-256("tamizdat/commitment/v1" ‖ 0x00 ‖ salt ‖ envelope)
                  the entry in the ledger              32 random bytes, one for each statement

Without the salt nobody can test a guess: whoever seized a card cannot ask the ledger "is this clip among yours?".
To publish a statement is to *disclose* envelope, salt (the ``extra`` line of the tlog-proof) and proof. To forget
one is to destroy its salt and envelope: the commitment stays, the tree still verifies, and nothing leads back.
So salts come from the system's randomness and never from a master key. Padding is an entry of 32 random bytes
that nobody has a salt for; no one can tell it from a commitment.
"""

from tamizdat.encoding import sha256
from tamizdat.errors import BadProof
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.proof import TlogProof, verify_inclusion
from tamizdat.ledger.tree import leaf_hash

SALT = 32  #: bytes
PREFIX = b"tamizdat/commitment/v1\x00"


def commitment(salt: bytes, envelope: bytes) -> bytes:
    """The 32 bytes that stand in the ledger for *envelope*. *salt* comes fresh from ``os.urandom(32)``."""
    if len(salt) != SALT:
        raise BadProof(f"Expected a salt of {SALT} bytes, found {len(salt)}.")
    return sha256(PREFIX + salt + envelope)


def verify_disclosure(envelope: bytes, proof: TlogProof, checkpoint: Checkpoint) -> None:
    """Raise :class:`BadProof` unless *envelope*, with the salt in *proof*, is the entry of the ledger it claims to be.

    *checkpoint* must be the verified content of ``proof.checkpoint``, or one with the same size and root.
    """
    if proof.extra is None:
        raise BadProof("Expected the salt in the proof's extra line, found none: without it nothing can be checked.")
    leaf = leaf_hash(commitment(proof.extra, envelope))
    verify_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root)
