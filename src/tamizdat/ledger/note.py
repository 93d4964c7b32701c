r"""Signed notes (C2SP signed-note): a text, an empty line, and one line for each signature.

::

    tamizdat.example/ledger                         the text: it ends in a newline, which is signed too
    256
    GGGSoQQtr9h3hw0rtPNqVpEKDHYUPtmrqMp7PJkYVTU=
                                                    an empty line, not signed
    — tamizdat.example/ledger NnugSzTjtVAewIS…      em dash, key name, base64(key id, 4 bytes ‖ signature)

A note is made to be copied by hand, by e-mail, or over a telephone. Anyone may add signature lines; a reader
looks at those of the keys it was given, as *verifier keys*, and passes over the others::

    <name>+<key id in hexadecimal>+<base64(kind ‖ public key)>                  kind 0x01 is Ed25519
    key id = the first 4 bytes of SHA-256(name ‖ "\n" ‖ kind ‖ public key)

The key id only finds the right key. One wrong signature under a known name and id rejects the whole note.
"""

import re
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from tamizdat.dataclass import dataclass
from tamizdat.ed25519 import signature_holds
from tamizdat.encoding import b64, parse_b64, sha256
from tamizdat.errors import BadEncoding, BadNote

MAX_NOTE = 1 << 20  #: bytes
MAX_SIGNATURES = 64  #: C2SP asks readers for at least 16
KEY_NAME = r"[^\s+]+"

AnyVerifier = TypeVar("AnyVerifier", bound="Verifier")


@dataclass(frozen=True)
class Verifier:
    """A key whose signatures on notes we accept, under the name it signs with."""

    name: str
    public: bytes
    KIND: ClassVar[int] = 0x01  # Ed25519 over the text itself
    SIZE: ClassVar[int] = 32  # bytes of the public key

    def __post_init__(self) -> None:
        if not re.fullmatch(KEY_NAME, self.name) or len(self.public) != self.SIZE:
            raise BadNote(f"Expected a key name without spaces and '+', and a key of {self.SIZE:,} bytes.")

    @property
    def key_id(self) -> bytes:
        """Four bytes that find this key among others."""
        return sha256(self.name.encode() + b"\n" + bytes([self.KIND]) + self.public)[:4]

    def encode(self) -> str:
        """Return the verifier key ("vkey") as text."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.KIND]) + self.public)}"

    @classmethod
    def parse(cls: type[AnyVerifier], text: str) -> AnyVerifier:
        """Parse a verifier key ("vkey"); raises BadNote."""
        name, _, rest = text.partition("+")
        try:
            material = parse_b64(rest.partition("+")[2], "the key", 1 + cls.SIZE)
        except BadEncoding as error:
            raise BadNote(f"Expected a verifier key NAME+ID+KEY. {error}") from error
        verifier = cls(name, material[1:])
        if verifier.encode() != text:
            raise BadNote(
                f"Expected a verifier key of kind 0x{cls.KIND:02x} whose id fits its name and key; this is none."
            )
        return verifier

    def holds(self, text: bytes, signature: bytes) -> bool:
        """Whether *signature* (what follows the key id) is this key's, on the note's *text*."""
        return signature_holds(self.public, text, signature)


@dataclass(frozen=True)
class Note:
    """A text, and the verified signatures on it by the keys that were asked for."""

    text: bytes
    signed: dict[Verifier, bytes]


def open_note(data: bytes, verifiers: Sequence[Verifier]) -> Note:
    """Return the note in *data*; raises BadNote unless one of *verifiers* signed it and none of theirs fails."""
    text, signatures = split_note(data)
    signed: dict[Verifier, bytes] = {}
    for name, key_id, signature in signatures:
        for verifier in verifiers:
            if (verifier.name, verifier.key_id) == (name, key_id):
                if not verifier.holds(text, signature):
                    raise BadNote("Expected the signature of a key we know to hold; it does not: the note was altered.")
                signed[verifier] = signature
    if not signed:
        raise BadNote("Expected a note signed by a key we know, found none. Do not use its text.")
    return Note(text, signed)


def split_note(data: bytes) -> tuple[bytes, list[tuple[str, bytes, bytes]]]:
    """Return the text of a note and (name, key id, signature) of each line, **not verified**; raises BadNote."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote("Expected a note in UTF-8, found bytes that are not UTF-8.") from error
    if len(data) > MAX_NOTE or any(character < " " and character != "\n" for character in note):
        raise BadNote(f"Expected a note of at most {MAX_NOTE:,} bytes without control characters.")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or lines.count("\n") > MAX_SIGNATURES:
        raise BadNote(f"Expected a text, an empty line and up to {MAX_SIGNATURES} signature lines.")
    return (text + "\n").encode(), [_parse_signature(line) for line in lines[:-1].split("\n")]


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    match = re.fullmatch(f"— ({KEY_NAME}) (.+)", line)
    try:
        material = parse_b64(match and match[2], "a signature")
    except BadEncoding as error:
        raise BadNote(f"Expected '— NAME BASE64' in each signature line. {error}") from error
    if not match or len(material) < 5:
        raise BadNote("Expected a key id and a signature in each signature line, found less.")
    return match[1], material[:4], material[4:]
