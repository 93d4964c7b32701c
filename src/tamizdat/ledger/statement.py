"""Statements: who vouches for what. An in-toto statement (v1), signed, in a DSSE envelope.

The *payload*, always canonical JSON (RFC 8785; written here with spaces for the eye)::

    {"_type": "https://in-toto.io/Statement/v1",
     "predicate": {"day": "2026-11-23", …},                        what is said, different for each act
     "predicateType": "tag:tamizdat,2026:derived",                 the act
     "subject": [{"digest": {"sha256": "2cf2…"}, "name": "picture.jpg"}]}   about which bytes

and the *envelope*, canonical JSON as well::

    {"payload": "<base64>", "payloadType": "application/vnd.in-toto+json",
     "signatures": [{"keyid": "4f1c…", "sig": "<base64 of 64 bytes>"}]}

Signed (Ed25519) is not the envelope but the pre-authentication encoding, so that nothing in it can be read in two
ways: ``DSSEv1 ‖ length ‖ type ‖ length ‖ payload``, lengths in decimal, one space between the five.

>>> pae(b"hello world", "http://example.com/HelloWorld")
b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'

An envelope's bytes are hashed as they are stored and never written anew. ``keyid``, the first 16 hexadecimal digits
of the key's SHA-256, is only a hint: a reader uses the keys it was told beforehand, whatever the hint says.
"""

import re
from binascii import a2b_base64
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import lru_cache

from tamizdat.dataclass import dataclass
from tamizdat.ed25519 import signature_holds
from tamizdat.encoding import Json, b64, parse_b64, parse_canonical, parse_hex, sha256_hex
from tamizdat.errors import BadEncoding, BadStatement

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATES = "tag:tamizdat,2026:"  #: an act's predicateType is this and the act's name
MAX_ENVELOPE = 4 << 20  #: bytes
MAX_SIGNATURES = 16  #: of one statement: the roots of a large desk, and no work without end for a reader
PREDICATE_TYPE = re.compile(re.escape(PREDICATES) + "([a-z]+(?:-[a-z]+)*)")
PIECES = 19  #: into which its quotation marks cut an envelope with one signature
PAYLOAD, HINT, SIGNATURE = 3, 13, 17  #: of these


@dataclass(frozen=True)
class Subject:
    """Bytes that a statement is about: their SHA-256, and a name for them in this statement."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Statement:
    """One act, about at least one subject. ``predicate`` holds what this act says."""

    act: str
    subjects: tuple[Subject, ...]
    predicate: dict[str, Json]

    @classmethod
    def from_payload(cls, payload: bytes) -> "Statement":
        """Return the statement of a payload; raises BadStatement for anything not canonical."""
        try:
            read = parse_canonical(payload, "a statement", MAX_ENVELOPE)
            value = _members(read, "a statement", "_type", "predicate", "predicateType", "subject")
            subjects = tuple(map(_subject, value["subject"] if isinstance(value["subject"], list) else ()))
        except BadEncoding as error:
            raise BadStatement(str(error)) from error
        act = PREDICATE_TYPE.fullmatch(str(value["predicateType"]))
        if value["_type"] != STATEMENT_TYPE or not act or not isinstance(value["predicate"], dict):
            raise BadStatement(
                f"Expected an in-toto statement of the type {PREDICATES}<act>, found"
                f" {ascii(value['predicateType'])[:60]}."
            )
        if not subjects or len({each.name for each in subjects}) != len(subjects):
            raise BadStatement("Expected at least one subject, each under a name of its own.")
        return cls(act[1], subjects, value["predicate"])


@dataclass(frozen=True)
class Opened:
    """A statement, and the public keys (of those asked for) that signed it."""

    statement: Statement
    signed_by: frozenset[bytes]


def pae(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return DSSE's pre-authentication encoding: the message that is signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@lru_cache(maxsize=100)  # thousands of statements have few keys
def keyid(public: bytes) -> str:
    """Return the hint that helps to find a key, 16 hexadecimal digits."""
    return sha256_hex(public)[:16]


@dataclass(frozen=True)
class Envelope:
    """An envelope whose form was checked: the payload, and each signature with the hint at its key, not verified."""

    payload: bytes
    signatures: dict[bytes, str]

    @classmethod
    def parse(cls, envelope: bytes, most: int = MAX_ENVELOPE) -> "Envelope":
        """Read the bytes of an envelope; raises BadStatement for anything of another form, or of more than *most*."""
        pieces = envelope.split(b'"', PIECES) if len(envelope) <= most else []
        with suppress(ValueError, BadEncoding):
            if len(pieces) == PIECES and (once := cls.signed_once(pieces)).encode() == envelope:
                return once
        try:
            return cls.read(parse_canonical(envelope, "an envelope", most))
        except BadEncoding as error:
            raise BadStatement(str(error)) from error

    @classmethod
    def signed_once(cls, pieces: Sequence[bytes], at: int = 0) -> "Envelope":
        """Return what an envelope with one signature says that quotation marks cut into *pieces*, from *at* on.

        It was in canonical form if :meth:`encode` writes it again. Raises :class:`BadEncoding`, or ValueError.
        """
        signature = parse_b64(pieces[at + SIGNATURE].decode(), "a signature", 64)
        return cls(
            a2b_base64(pieces[at + PAYLOAD]), {signature: parse_hex(pieces[at + HINT].decode(), 8, "a keyid").hex()}
        )

    @classmethod
    def read(cls, value: object) -> "Envelope":
        """Read an envelope that stands in canonical JSON; raises BadStatement for anything of another form."""
        try:
            said = _members(value, "an envelope", "payload", "payloadType", "signatures")
            payload = parse_b64(said["payload"], "the payload")
            signatures: dict[bytes, str] = {}
            listed = said["signatures"] if isinstance(said["signatures"], list) else []
            for each in listed:
                one = _members(each, "a signature", "keyid", "sig")
                signatures[parse_b64(one["sig"], "a signature", 64)] = parse_hex(one["keyid"], 8, "a keyid").hex()
        except BadEncoding as error:
            raise BadStatement(str(error)) from error
        if (kind := said["payloadType"]) != PAYLOAD_TYPE:
            raise BadStatement(f"Expected an envelope of type {PAYLOAD_TYPE}, found {ascii(kind)[:60]}.")
        if len(signatures) != len(listed) or not 1 <= len(signatures) <= MAX_SIGNATURES:
            raise BadStatement(f"Expected from 1 to {MAX_SIGNATURES} signatures, each once, found {len(listed)}.")
        return cls(payload, signatures)

    def encode(self) -> bytes:
        """Return the bytes that :meth:`parse` reads: of such letters canonical JSON is made by writing them down."""
        each = [f'{{"keyid":"{hint}","sig":"{b64(signature)}"}}' for signature, hint in self.signatures.items()]
        said = f'{{"payload":"{b64(self.payload)}","payloadType":"{PAYLOAD_TYPE}","signatures":[{",".join(each)}]}}'
        return said.encode("ascii")

    def statement(self) -> Statement:
        """Return the statement in it, its signatures **not verified**; raises BadStatement."""
        return Statement.from_payload(self.payload)

    def signed_by(self, keys: Collection[bytes]) -> frozenset[bytes]:
        """Return which of *keys* signed it; raises BadStatement unless at least one did."""
        message = pae(self.payload)
        found: set[bytes] = set()
        for signature, hint in self.signatures.items():
            for public in sorted(keys, key=lambda key: keyid(key) != hint):  # the hinted key first, then all others
                if signature_holds(public, message, signature):
                    if public in found:
                        raise BadStatement("Expected one signature of each key, found two of the same.")
                    found.add(public)
                    break
        if not found:
            raise BadStatement(
                "Expected the signature of a key that counts here, found none. Do not use the statement."
            )
        return frozenset(found)


def open_envelope(envelope: bytes, keys: Collection[bytes]) -> Opened:
    """Return the statement in *envelope* and which of *keys* signed it; raises BadStatement unless at least one did."""
    read = Envelope.parse(envelope)
    signed_by = read.signed_by(keys)
    return Opened(read.statement(), signed_by)


def peek_envelope(envelope: bytes) -> Statement:
    """Return the statement in *envelope*, its signatures **not verified**: for the archive, which signed it."""
    return Envelope.parse(envelope).statement()


def _subject(value: object) -> Subject:
    members = _members(value, "a subject", "digest", "name")
    name, digest = members["name"], _members(members["digest"], "a digest", "sha256")
    if not isinstance(name, str) or not name:
        raise BadEncoding("Expected a name for each subject.")
    return Subject(name, parse_hex(digest["sha256"], 32, "a subject's SHA-256").hex())


def _members(value: object, what: str, *names: str) -> dict[str, Json]:
    """Return an object of exactly these members: one more would be signed and never read. Raises BadEncoding."""
    if not isinstance(value, dict) or value.keys() != set(names):
        raise BadEncoding(f"Expected {what} with the members {', '.join(names)} and no others.")
    return value
