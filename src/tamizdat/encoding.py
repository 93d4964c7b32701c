"""Canonical bytes, digests, identifiers, and the one function that accepts a path from outside.

Everything that is signed or hashed goes through here, so that there is one answer to "which bytes?".

* JSON is RFC 8785 (JCS): UTF-8, members sorted by UTF-16 code units, no white space. Numbers in our
  formats are integers of at most 53 bits; a reader rejects JSON that is not its own canonical form,
  which also rules out duplicate members.
* Digests are written as lower-case hexadecimal; bytes inside JSON as standard base64 with padding.
* What a person reads aloud is Crockford's base32 in groups of four (no I, L, O, U):

  >>> spoken(bytes(range(16)))
  '000G-40R4-0M30-E209-185G-R38E-1W'

* Times are UTC to the second, ``2011-04-03T02:11:09Z``; a time that came with its own offset keeps it
  elsewhere, beside this one.
"""

import binascii
import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any, Final, Never, TypeAlias

import rfc8785

from tamizdat.errors import BadEncoding, BadPath

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | bool | None  #: what our documents are made of

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MAX_JSON: Final = 64 << 20  #: bytes; the largest document of ours is a manifest of some 200,000 files
MAX_PATH: Final = 4096  #: bytes of a whole path, PATH_MAX on Linux
MAX_NAME: Final = 255  #: bytes of one component, NAME_MAX almost everywhere
LANGUAGE_TAG: Final = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"  #: a BCP 47 tag, as far as our statements use it
OVERRIDES: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  #: make "gpj.exe" read "exe.jpg"


def canonical(value: Json, plain: bool | None = None) -> bytes:
    """Return the RFC 8785 bytes of *value*; *plain* is what :func:`is_plain` says of it, if it was asked already.

    Raises :class:`BadEncoding` for what JSON (or I-JSON) cannot hold.

    What our documents are made of is written by the standard library, many times as fast and in the same bytes.
    Whatever could differ there, and every refusal, is left to rfc8785.
    """
    try:
        plain = is_plain(value) if plain is None else plain
        return _PLAIN.encode(value).encode("utf-8") if plain else rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise BadEncoding(f"This value has no canonical JSON form (RFC 8785): {type(error).__name__}.") from error


def is_plain(value: Any, depth: int = 0) -> bool:
    """Return whether the standard library writes *value* in the bytes of RFC 8785, if UTF-8 can hold its strings.

    So it does with strings, booleans, null, integers of 53 bits, and lists and objects of these. It sorts members by
    characters, which is the order of UTF-16 code units where their names stay below U+10000. It would print fractions
    in its own way, make strings of names that are none, and follow a value that contains itself.
    """
    kind: type = type(value)
    if kind is int:
        return bool(-_MAX_INT <= value <= _MAX_INT)
    if kind is dict:
        try:
            names = "".join(value)
        except TypeError:
            return False
        if not names.isascii() and max(names) > _LAST_OF_ONE_UNIT:
            return False
        value = value.values()
    elif kind is not list and kind is not tuple:
        return kind in _BARE
    if depth == _DEPTH:
        return False
    for each in value:  # noqa: SIM110 -- most are strings, and passing over them here takes half the time of all(…)
        if type(each) is not str and not is_plain(each, depth + 1):
            return False
    return True


_PLAIN: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_BARE: Final = frozenset({str, bool, type(None)})
_LAST_OF_ONE_UNIT: Final = "\uffff"
_MAX_INT: Final = (1 << 53) - 1
_DEPTH: Final = 100  #: deeper values are left to rfc8785


def parse_canonical(data: bytes, what: str, max_bytes: int = MAX_JSON) -> Any:
    """Parse canonical JSON; *what* names the document in the message ("the closing manifest").

    Raises :class:`BadEncoding` unless *data* is exactly its own canonical form and at most *max_bytes* long. Comparing
    the bytes is the whole check: a duplicate member, a space, ``1e1`` for ``10`` or an escaped letter all change them.
    Fractions are refused: no two languages print them alike.
    """
    if len(data) > max_bytes:
        raise BadEncoding(f"Expected {what} of at most {max_bytes:,} bytes, found {len(data):,}.")
    try:
        text = data.decode("utf-8")
        value = _WHOLE_NUMBERS.decode(text)
        simple = text.isascii() or len(text.encode("utf-16-le")) == 2 * len(text)  # nothing above U+FFFF
        again = _PLAIN.encode(value).encode("utf-8") if simple else canonical(value)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadEncoding(f"Expected {what} as JSON, found {len(data)} bytes that are not.") from error
    except (ValueError, BadEncoding):  # another kind of number, half of a surrogate pair
        again = b""
    if again != data:
        raise BadEncoding(f"Expected {what} as canonical JSON (RFC 8785); these bytes are not in canonical form.")
    return value


def _no_json(text: str) -> Never:
    raise json.JSONDecodeError("no JSON", text, 0)


def _of_53_bits(text: str) -> int:
    return number if abs(number := int(text)) <= _MAX_INT else int("no number of 53 bits")  # a ValueError


_WHOLE_NUMBERS: Final = json.JSONDecoder(parse_int=_of_53_bits, parse_float=int, parse_constant=_no_json)


def script_call(function: str, json: bytes) -> bytes:
    """Return a script, in bytes, that calls *function* with the document *json*.

    It is data for pages that are opened from a disk, where a script may not read the files beside it.
    """
    return b"%b(%b);\n" % (function.encode("ascii"), json)


def sha256(data: bytes | bytearray | memoryview) -> bytes:
    """Return the SHA-256 (FIPS 180-4) of *data*, 32 bytes: the name of objects and statements."""
    return hashlib.sha256(data).digest()


def sha256_hex(data: bytes | bytearray | memoryview) -> str:
    """Return the SHA-256 of *data* as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def parse_hex(text: object, length: int, what: str) -> bytes:
    """Return the *length* bytes of lower-case hexadecimal *text*. Raises :class:`BadEncoding`."""
    try:
        data = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        data = b""
    if len(data) != length or data.hex() != text:  # which knows capitals and spaces
        found = f"{len(text)} characters" if isinstance(text, str) else type(text).__name__  # not them: it may be a key
        raise BadEncoding(f"Expected {what} as {2 * length} lower-case hexadecimal digits, found {found}.")
    return data


def b64(data: bytes) -> str:
    """Return *data* in standard base64 with padding (RFC 4648, section 4)."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def parse_b64(text: object, what: str, length: int | None = None) -> bytes:
    """Return the bytes of canonical standard base64 (RFC 4648, sections 3.5 and 4). Raises :class:`BadEncoding`."""
    try:
        encoded = text.encode("ascii") if isinstance(text, str) else b"?"
        data = binascii.a2b_base64(encoded, strict_mode=True)
    except (ValueError, binascii.Error) as error:
        raise BadEncoding(f"Expected {what} in standard base64.") from error
    if binascii.b2a_base64(data, newline=False) != encoded:  # unused bits must be zero, padding complete
        raise BadEncoding(f"Expected {what} in canonical base64; its last character has stray bits.")
    if length is not None and len(data) != length:
        raise BadEncoding(f"Expected {what} of {length} bytes, found {len(data)}.")
    return data


def spoken(data: bytes) -> str:
    """Return *data* in Crockford's base32, in groups of four, for reading aloud; 16 bytes are 26 characters."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    letters = "".join(CROCKFORD[int(bits[i : i + 5], 2)] for i in range(0, len(bits), 5))
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def timestamp(moment: datetime) -> str:
    """Return *moment* (with a time zone) in UTC to the second: ``2011-04-03T02:11:09Z``."""
    assert moment.tzinfo is not None, "a moment without a zone is not a moment"
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def parse_timestamp(text: object, what: str) -> datetime:
    """Return the moment that :func:`timestamp` wrote. Raises :class:`BadEncoding` for anything else."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) and text.endswith("Z") else None
    except ValueError:
        moment = None
    if moment is None or timestamp(moment) != text:
        raise BadEncoding(f"Expected {what} as a time like 2011-04-03T02:11:09Z, found {text!a:.40}.")
    return moment


_ODD: Final = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{OVERRIDES}]")  #: control (Cc), line and paragraph separators


def safe_path(text: object) -> str:
    """Return *text* if it is a relative path that may touch a disk, wherever it came from (a manifest, a tar, a card).

    Accepted are ``/``-separated names in any script. Refused is whatever could lead out of a folder, hide,
    or mean something else on another system: absolute paths and drive letters, ``.`` and ``..``, empty
    components, backslashes and colons, control, line-separating and bidirectional-override characters, unpaired
    surrogates, components over 255 bytes or ending in a dot or a space, and paths over 4,096 bytes.
    Raises :class:`BadPath`, which never repeats the name: it may be a source's.
    """
    if not isinstance(text, str) or not text:
        raise BadPath("Expected the name of a file, found none.")
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadPath("Expected a file name in Unicode, found stray bytes.") from error
    if len(encoded) > MAX_PATH:
        raise BadPath(f"Expected a path of at most {MAX_PATH:,} bytes, found {len(encoded):,}.")
    if text.startswith("/"):
        raise BadPath("Expected a relative path, found an absolute one; it was refused.")
    if "\\" in text or ":" in text:
        raise BadPath("Expected a path without backslash and colon, which lead elsewhere on some systems.")
    if odd := _ODD.search(text):
        raise BadPath(f"Expected a path without control or override characters, found U+{ord(odd[0]):04X}.")
    for name in text.split("/"):
        if name in ("", ".", ".."):
            raise BadPath("Expected a path that stays in its folder, found '..', '.' or an empty component.")
        if len(name) * 4 > MAX_NAME and len(name.encode("utf-8")) > MAX_NAME:
            size = len(name.encode("utf-8"))
            raise BadPath(f"Expected names of at most {MAX_NAME} bytes, found one of {size:,}.")
        if name[-1] in ". ":
            raise BadPath("Expected names that do not end in a dot or a space, found one that does.")
    return text
