"""What the public ledger shows of a statement: a hash that tells nothing until its salt is disclosed.

::

    commitment = SHA-256("tamizdat/commitment/v1" ‖ 0x00 ‖ salt ‖ envelope)
                  the entry in the ledger              32 random bytes, new for each statement

Without the salt nobody can test a guess: whoever seized a card cannot ask the ledger "is this clip among yours?".
To publish a statement is to *disclose* envelope, salt (the ``extra`` line of the tlog-proof) and proof. To forget
one is to destroy salt and envelope: the commitment stays, the tree still verifies, nothing leads back. So salts
are random, never derived from a master key. Padding is 32 random bytes, which nobody can tell from a commitment.
"""

from tamizdat.encoding import sha256
from tamizdat.errors import BadProof
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.proof import TlogProof, verify_inclusion

SALT = 32  #: bytes
PREFIX = b"tamizdat/commitment/v1\x00"


def commitment(salt: bytes, envelope: bytes) -> bytes:
    """Return the 32 bytes that stand in the ledger for *envelope*. *salt* comes fresh from ``os.urandom(32)``.

    Raises BadProof.
    """
    if len(salt) != SALT:
        raise BadProof(f"Expected a salt of {SALT} bytes, found {len(salt)}.")
    return sha256(PREFIX + salt + envelope)


def verify_disclosure(envelope: bytes, proof: TlogProof, checkpoint: Checkpoint) -> None:
    """Raise BadProof unless *envelope*, with the salt in *proof*, is entry ``proof.index`` of the ledger.

    *checkpoint* is a verified one: what ``Policy.open`` returned for ``proof.checkpoint``.
    """
    leaf = leaf_hash(commitment(proof.extra or b"", envelope))
    verify_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root)
