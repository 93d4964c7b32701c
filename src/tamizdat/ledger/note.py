"""Signed notes (C2SP signed-note): a text, an empty line, and one line for each signature.

::

    tamizdat.example/ledger                         the text: it ends in a newline, which is signed too
    256
    GGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=
                                                    an empty line, not signed
    — tamizdat.example/ledger NnugSzTjtVAewIS…      em dash, key name, base64(4 bytes key id ‖ signature)

A note is made to be copied by hand, by e-mail, or over a telephone. Anyone may add signature lines; we read those
of the keys we know and pass over the others. Who verifies is told the keys beforehand, as *verifier keys*::

    <name>+<key id, 8 hexadecimal digits>+<base64(kind ‖ public key)>
    key id = first 4 bytes of SHA-256(name ‖ "\\n" ‖ kind ‖ public key)        kind 0x01 is Ed25519

The key id only finds the right key. A wrong signature under a known name and id rejects the whole note.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tamizdat.encoding import b64, parse_b64, sha256
from tamizdat.errors import BadEncoding, BadNote

MAX_NOTE = 1 << 20  #: bytes
MAX_SIGNATURES = 64  #: C2SP asks readers for at least 16

Sign = Callable[[bytes], bytes]  #: signs a message with an Ed25519 key that stays with its owner
AnyVerifier = TypeVar("AnyVerifier", bound="Verifier")


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* is the Ed25519 signature (RFC 8032) of *message* by the 32-byte key *public*."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Verifier:
    """One key whose signatures on notes we accept, under the name it signs with."""

    name: str
    public: bytes
    KIND: ClassVar[int] = 0x01  # Ed25519 over the text itself; a witness's key is another kind

    def __post_init__(self) -> None:
        if not _is_key_name(self.name) or len(self.public) != 32:
            raise BadNote("Expected a key name without spaces and '+', and an Ed25519 key of 32 bytes.")

    @property
    def key_id(self) -> bytes:
        """Four bytes that find this key among others; no protection by itself."""
        return sha256(self.name.encode() + b"\n" + bytes([self.KIND]) + self.public)[:4]

    def encode(self) -> str:
        """The verifier key ("vkey") as text."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.KIND]) + self.public)}"

    @classmethod
    def parse(cls: type[AnyVerifier], text: str) -> AnyVerifier:
        """The inverse of :meth:`encode`; raises :class:`BadNote`."""
        name, _, rest = text.partition("+")
        key_id, _, key = rest.partition("+")
        try:
            material = parse_b64(key, "the key", 33)
        except BadEncoding as error:
            raise BadNote(f"Expected a verifier key NAME+ID+KEY. {error}") from error
        if material[0] != cls.KIND:
            raise BadNote(f"Expected a verifier key of kind 0x{cls.KIND:02x}, found kind 0x{material[0]:02x}.")
        verifier = cls(name, material[1:])
        if verifier.key_id.hex() != key_id:
            raise BadNote("Expected the key id to fit name and key; one of the three was mistyped or exchanged.")
        return verifier

    def holds(self, text: bytes, signature: bytes) -> bool:
        """Whether *signature* (what follows the key id) is this key's, on the note's *text*."""
        return signature_holds(self.public, text, signature)


@dataclass(frozen=True)
class Signature:
    """One signature line, not yet verified."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as it stands in a note."""
        return f"— {self.name} {b64(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class Note:
    """A text and the signatures on it that were verified, in their order."""

    text: bytes
    signed: tuple[tuple[Verifier, bytes], ...]

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether *verifier*'s own signature is among those verified."""
        return any(each == verifier for each, _ in self.signed)


def sign_note(text: bytes, name: str, public: bytes, sign: Sign) -> bytes:
    """*text* as a note with one signature. Raises :class:`BadNote` for a text that no note can hold."""
    verifier = Verifier(name, public)
    note = text + b"\n" + Signature(name, verifier.key_id, sign(text)).line().encode()
    open_note(note, [verifier])  # what we hand out, others must be able to open
    return note


def open_note(data: bytes, verifiers: Sequence[Verifier]) -> Note:
    """The note in *data*, or :class:`BadNote` unless one of *verifiers* signed it and none of their signatures fails."""
    text, signatures = split_note(data)
    signed: list[tuple[Verifier, bytes]] = []
    for each in signatures:
        for verifier in verifiers:
            if (verifier.name, verifier.key_id) != (each.name, each.key_id):
                continue
            if not verifier.holds(text, each.signature):
                raise BadNote("Expected the signature of a key we know to hold; it does not: the text was altered.")
            signed.append((verifier, each.signature))
    if not signed:
        raise BadNote("Expected a note signed by a key we know, found none. Do not use its text.")
    return Note(text, tuple(signed))


def split_note(data: bytes) -> tuple[bytes, list[Signature]]:
    """The text of a note and its signature lines, **not verified**; :class:`BadNote` if it breaks the format."""
    if len(data) > MAX_NOTE:
        raise BadNote(f"Expected a note of at most {MAX_NOTE:,} bytes, found {len(data):,}.")
    try:
        characters = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote("Expected a note in UTF-8, found other bytes.") from error
    if any(character < " " and character != "\n" for character in characters):
        raise BadNote("Expected a note without control characters.")
    text, blank, lines = characters.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise BadNote("Expected a text, an empty line and signature lines, each ending in a newline.")
    signatures = [_parse_signature(line) for line in lines[:-1].split("\n")]
    if len(signatures) > MAX_SIGNATURES:
        raise BadNote(f"Expected at most {MAX_SIGNATURES} signatures on a note, found {len(signatures)}.")
    return (text + "\n").encode(), signatures


def _parse_signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        material = parse_b64(encoded, "a signature")
    except BadEncoding as error:
        raise BadNote(f"Expected '— NAME BASE64' in a signature line. {error}") from error
    if dash != "—" or not _is_key_name(name) or len(material) < 5:
        raise BadNote("Expected '— NAME BASE64' in a signature line, found something else.")
    return Signature(name, material[:4], material[4:])


def _is_key_name(name: str) -> bool:
    return bool(name) and not any(character.isspace() or character == "+" for character in name)
