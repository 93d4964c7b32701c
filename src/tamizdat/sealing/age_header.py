r"""The header of an age file: a version line, one stanza for each recipient, and a MAC over all of it.

::

    age-encryption.org/v1
    -> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE      a stanza: its kind and arguments,
    qRS0AMjdjPvZ/WT08U2KL4G+PIooA3hy38SvLpvaC1E                its body in lines of 64, the last one shorter
    --- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s            HMAC-SHA-256 of all before the space

The parser is the grammar of the specification (c2sp.org/age) and no more: one space between arguments, LF, base64
without padding and in its one canonical form. A header is at most 64 KiB, so that a hostile file cannot make us try
thousands of stanzas; that is room for 40 hybrid ones.
"""

import base64
import re
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadAgeHeader, BadAgeMac
from tamizdat.sealing.age_stream import derive

VERSION: Final = b"age-encryption.org/v1\n"
MAX_HEADER: Final = 65536  #: bytes; more stanzas than anyone has keys would only cost time to try
MAC_LINE: Final = 48  #: bytes: "--- ", 43 letters for 32 bytes, LF
COLUMNS: Final = 64  #: letters of a line of a stanza's body, c2sp.org/age

_ARGUMENTS: Final = re.compile(rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*")
_LETTERS: Final = re.compile(rb"[A-Za-z0-9+/]*")
_MAC: Final = re.compile(rb"--- [A-Za-z0-9+/]{43}")


@dataclass(frozen=True)
class Stanza:
    """The file key, wrapped for one recipient."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes

    def encode(self) -> bytes:
        """Return the stanza's lines, with their newlines, as they stand in a header."""
        line = " ".join(("->", self.kind, *self.arguments))
        body = unpadded(self.body)
        lines = [body[at : at + COLUMNS] for at in range(0, len(body) + 1, COLUMNS)]  # the last one is shorter than 64
        return "\n".join((line, *lines, "")).encode("ascii")


@dataclass(frozen=True)
class Header:
    """The header of an age file, as it was read."""

    stanzas: tuple[Stanza, ...]
    signed: bytes  #: the bytes under the MAC, as they came
    mac: bytes
    size: int  #: bytes up to and with the MAC line; the payload's nonce follows

    def check(self, file_key: bytes) -> None:
        """Raise BadAgeMac unless the MAC was made with *file_key*."""
        try:
            _hmac(file_key, self.signed).verify(self.mac)
        except InvalidSignature as error:
            raise BadAgeMac("This age file's header was altered: its MAC does not hold. Fetch it again.") from error


def encode_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """Return the bytes of a header, with the MAC that *file_key* makes over its stanzas."""
    signed = VERSION + b"".join(stanza.encode() for stanza in stanzas) + b"---"
    return signed + b" " + unpadded(_hmac(file_key, signed).finalize()).encode("ascii") + b"\n"


def parse_header(data: bytes) -> Header:
    """Return the header at the start of *data* (of which the first 64 KiB suffice); raises BadAgeHeader."""
    if not data.startswith(VERSION):
        raise BadAgeHeader(f"Expected an age file (age-encryption.org/v1), found {data[:8]!a}.")
    at = len(VERSION)
    stanzas: list[Stanza] = []
    while True:
        line, after = _line(data, at)
        if line.startswith(b"---"):
            break
        stanza, at = _parse_stanza(data, line, after)
        stanzas.append(stanza)
    if not _MAC.fullmatch(line):
        raise BadAgeHeader("Expected '--- ' and 43 letters of base64 at the end of an age header.")
    if not stanzas:
        raise BadAgeHeader("Expected an age header with at least one stanza, found none.")
    return Header(tuple(stanzas), data[: at + 3], canonical_base64(line[4:], "the MAC", 32), after)


def _parse_stanza(data: bytes, line: bytes, at: int) -> tuple[Stanza, int]:
    if not _ARGUMENTS.fullmatch(line):
        raise BadAgeHeader(f"Expected a stanza line '-> kind arguments' in an age header, found {line[:24]!a}.")
    kind, *arguments = line[3:].decode("ascii").split(" ")
    pieces = []
    while True:
        piece, at = _line(data, at)
        if len(piece) > COLUMNS:
            raise BadAgeHeader(f"Expected lines of at most {COLUMNS} letters in an age stanza, found {len(piece)}.")
        pieces.append(piece)
        if len(piece) < COLUMNS:
            break
    return Stanza(kind, tuple(arguments), canonical_base64(b"".join(pieces), "a stanza's body")), at


def _line(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.find(b"\n", at, MAX_HEADER)
    if end < 0:
        raise BadAgeHeader(f"Expected an age header that ends within {MAX_HEADER:,} bytes, found no end.")
    return data[at:end], end + 1


def unpadded(data: bytes) -> str:
    """Encode base64 as age writes it: standard letters, no ``=``."""
    return base64.b64encode(data).rstrip(b"=").decode("ascii")


def canonical_base64(text: bytes, what: str, size: int | None = None) -> bytes:
    """Decode what :func:`unpadded` wrote; raises BadAgeHeader for stray bits, padding, another *size* in bytes."""
    if not _LETTERS.fullmatch(text) or len(text) % 4 == 1:
        raise BadAgeHeader(f"Expected {what} in base64 without padding.")
    data = base64.b64decode(text + b"=" * (-len(text) % 4))
    if unpadded(data).encode("ascii") != text:
        raise BadAgeHeader(f"Expected {what} in canonical base64; its last letter has stray bits.")
    if size is not None and len(data) != size:
        raise BadAgeHeader(f"Expected {what} of {size:,} bytes, found {len(data):,}.")
    return data


def _hmac(file_key: bytes, message: bytes) -> HMAC:
    code = HMAC(derive(file_key, None, b"header"), SHA256())
    code.update(message)
    return code
