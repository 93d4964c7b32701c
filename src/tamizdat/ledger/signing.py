"""Signing what the ledger's formats hold: statements, rosters, notes, checkpoints. A verifier never imports this.

Secrets stay with their owner: what signs is handed over as a function of the message. Whatever is signed here is opened
again before it is handed out, as its readers will open it.
"""

from collections.abc import Callable, Sequence

from tamizdat.ed25519 import signature_holds
from tamizdat.encoding import Json, b64, canonical, is_plain
from tamizdat.errors import BadEncoding, BadNote, BadStatement
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import STAMP, Witness
from tamizdat.ledger.note import Verifier, open_note
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import (
    MAX_ENVELOPE,
    MAX_SIGNATURES,
    PREDICATES,
    STATEMENT_TYPE,
    Envelope,
    Statement,
    keyid,
    pae,
)

Sign = Callable[[bytes], bytes]  #: signs a message with an Ed25519 key that stays with its owner


def sign_note(text: bytes, name: str, public: bytes, sign: Sign) -> bytes:
    """Sign *text* as a note with one signature; raises BadNote for a text that no note can hold."""
    verifier = Verifier(name, public)
    note = text + f"\n— {name} {b64(verifier.key_id + sign(text))}\n".encode()
    if open_note(note, [verifier]).text != text:  # what we hand out, others must be able to open
        raise BadNote("Expected a text of whole lines.")
    return note


def sign_checkpoint(checkpoint: Checkpoint, public: bytes, sign: Sign) -> bytes:
    """Sign a checkpoint as a note. Sign only what continues every checkpoint signed before: the ledger never forks."""
    return sign_note(checkpoint.encode(), checkpoint.origin, public, sign)


def cosign(text: bytes, witness: Witness, timestamp: int, sign: Sign) -> bytes:
    """Return the signature line of *witness* under the checkpoint *text*, at *timestamp* (POSIX seconds).

    Sign only what continues every checkpoint of this log that was signed before. Raises BadNote.
    """
    signature = timestamp.to_bytes(STAMP, "big") + sign(witness.message(timestamp, text))
    if not witness.holds(text, signature):
        raise BadNote("Expected the witness's own signature, found one that its public key does not confirm.")
    return f"— {witness.name} {b64(witness.key_id + signature)}\n".encode()


def payload_of(statement: Statement, read_again: bool = True) -> bytes:
    """Return the canonical bytes of a statement, which are signed; raises BadStatement for what is no statement.

    Who makes many of one kind may leave it at having some *read again*.
    """
    value: Json = {
        "_type": STATEMENT_TYPE,
        "predicateType": PREDICATES + statement.act,
        "subject": [{"name": each.name, "digest": {"sha256": each.sha256}} for each in statement.subjects],
        "predicate": statement.predicate,
    }
    plain = is_plain(value)
    try:
        payload = canonical(value, plain)
    except BadEncoding as error:
        raise BadStatement(str(error)) from error
    if read_again or not plain:  # a fraction can be written, and not read
        Statement.from_payload(payload)  # what we sign, others must be able to read
    return payload


def sign_statement(statement: Statement, signers: Sequence[tuple[bytes, Sign]]) -> bytes:
    """Sign *statement* and return the envelope, signed by each of *signers*: (public key, what signs with its secret).

    What comes back is what :func:`open_envelope` accepts with these keys: the payload was read again, and every
    signature is verified here, because nobody will before the statement is published.

    Raises BadStatement.
    """
    if not 1 <= len(signers) <= MAX_SIGNATURES or len({public for public, _ in signers}) < len(signers):
        raise BadStatement(f"Expected from 1 to {MAX_SIGNATURES} signers, each once; found {len(signers)}.")
    payload = payload_of(statement)
    return enclose(payload, [(public, signature_on(payload, public, sign)) for public, sign in signers])


def signature_on(payload: bytes, public: bytes, sign: Sign) -> bytes:
    """Return the signature of a statement's payload; raises BadStatement if *public* does not confirm it."""
    message = pae(payload)
    signature = sign(message)
    if not signature_holds(public, message, signature):
        raise BadStatement("Expected every signer's own signature, found one that its public key does not confirm.")
    return signature


def enclose(payload: bytes, signed: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return the envelope of a payload and its signatures: (public key, signature). Raises BadStatement."""
    envelope = Envelope(payload, {signature: keyid(public) for public, signature in signed}).encode()
    if len(envelope) > MAX_ENVELOPE:
        raise BadStatement(f"Expected a statement of at most {MAX_ENVELOPE:,} bytes, found {len(envelope):,}.")
    return envelope


def sign_roster(roster: Roster, signers: Sequence[tuple[bytes, Sign]]) -> bytes:
    """Return the envelope of a roster, signed by *signers*, who must be enough of the root's keys."""
    return Roster.open(sign_statement(roster.statement(), signers)).envelope
