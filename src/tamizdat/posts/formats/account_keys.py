"""Whose key signed a repository: the history of a ``did:plc``, which proves itself, and signatures by its keys.

The directory of such accounts gives out, at ``/DID/log/audit``, every operation there was
(https://web.plc.directory/spec/v0.1/did-plc)::

    [{"did": "did:plc:…", "cid": "bafyrei…", "nullified": false, "createdAt": "2023-…", "operation":
      {"type": "plc_operation", "prev": null, "sig": "…", "rotationKeys": ["did:key:z…", …], "alsoKnownAs": ["at://…"],
       "verificationMethods": {"atproto": "did:key:z…"}, "services": {…}}}, …]

The DID is a digest of the first operation; each later one names the one before it by its CID and is signed by a
rotation key of that. An operation may take others back, for three days, if a key that stood before theirs signed it. So
nobody, not even the directory, can give an account a key that its own keys did not name. Only the times are its word.

A signature is ECDSA over SHA-256, r and s in 64 bytes, on secp256k1 or P-256, with the smaller of the two possible s.
Repositories of the first year hold the larger one too, and are as good: it is called an old form.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.posts.dag_cbor import BadCbor, Cid, encode
from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.repository import Commit
from tamizdat.posts.times import moment, read_time

PROVED: Final = "proved"
UNKNOWN: Final = "unknown"
BROKEN: Final = "broken"
MAX_OPERATIONS: Final = 1_000
THREE_DAYS: Final = timedelta(hours=72)
ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: what a did:key begins with, its curve, and the order of that
CURVES: Final[dict[bytes, tuple[ec.EllipticCurve, int]]] = {
    b"\xe7\x01": (ec.SECP256K1(), 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141),
    b"\x80\x24": (ec.SECP256R1(), 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551),
}


class BadHistory(ValueError):
    """Operations that do not prove a history of keys: what is wrong."""


@dataclass(frozen=True)
class AccountKey:
    """A key by which an account signs, as ``did:key``, and from when to when by the directory's word."""

    key: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class History:
    """What the operations of an account prove: its keys, the oldest first, and the handle and server it had last."""

    did: str
    keys: tuple[AccountKey, ...]
    handle: str
    server: str = ""


@dataclass(frozen=True)
class _Operation:
    """An operation that holds: its CID, when the directory took it, the place of its key among those that may sign."""

    cid: str
    value: Mapping[str, JsonValue]
    taken: str
    signer: int


def read_history(log: JsonValue) -> History:
    """Return the history that an audit log proves; raise :class:`BadHistory` if it proves none."""
    entries = list(log) if isinstance(log, Sequence) and not isinstance(log, str) else []
    if not 0 < len(entries) <= MAX_OPERATIONS:
        raise BadHistory(f"expected 1 to {MAX_OPERATIONS} operations, found {len(entries):,}")
    did = members.text(entries[0], "did")
    chain: list[_Operation] = []
    nullified: set[str] = set()
    for entry in entries:
        made = _operation(did, entry, chain)
        place = next((place for place, each in enumerate(chain) if each.cid == made.value.get("prev")), -1)
        undone = chain[place + 1 :]
        if undone and not (made.signer < undone[0].signer and _within_three_days(undone[0].taken, made.taken)):
            raise BadHistory("an operation that takes others back and may not")
        nullified |= {each.cid for each in undone}
        chain = [*chain[: place + 1], made]
    said = {_identify(_value(each)) for each in entries if members.at(each, "nullified") is True}
    if said != nullified:
        raise BadHistory("operations that are taken back and not said to be, or the other way round")
    last = chain[-1].value
    server = members.text(last, "services", "atproto_pds", "endpoint") or members.text(last, "service")
    return History(did, _keys([(each.taken, each.value) for each in chain]), _handle(last), server)


def _value(entry: JsonValue) -> Mapping[str, JsonValue]:
    operation = members.at(entry, "operation")
    if not isinstance(operation, Mapping):
        raise BadHistory("an entry without an operation")
    return operation


def _operation(did: str, entry: JsonValue, chain: Sequence[_Operation]) -> _Operation:
    """Return the operation of an entry if it holds after those before it."""
    value = _value(entry)
    if members.text(entry, "did") != did:
        raise BadHistory("an entry of another account")
    cid, prev = _identify(value), value.get("prev")
    before = next((each for each in chain if each.cid == prev), None)
    if (prev is None) != (not chain) or (chain and before is None):
        raise BadHistory("an operation after one that is not there, or was taken back")
    if not chain and not _is_genesis(did, value):
        raise BadHistory("a first operation whose digest is not the DID")
    if before is not None and before.value.get("type") == "plc_tombstone":
        raise BadHistory("an operation after the end of the account")
    keys, signature = _rotation_keys(before.value if before else value), _signature(value)
    signer = next((place for place, key in enumerate(keys) if _holds(key, _unsigned(value), signature)), -1)
    if signer < 0 or not _is_low(keys[signer], signature):
        raise BadHistory("an operation that no key of the one before it signed")
    return _Operation(cid, value, read_time(members.at(entry, "createdAt")) or "", signer)


def _within_three_days(first: str, second: str) -> bool:
    one, other = moment(first), moment(second)
    return one is not None and other is not None and other - one <= THREE_DAYS


def _identify(operation: Mapping[str, JsonValue]) -> str:
    return str(Cid.of(_encoded(operation)))


def _encoded(operation: Mapping[str, JsonValue]) -> bytes:
    try:
        return encode(operation)
    except (BadCbor, UnicodeEncodeError) as error:
        raise BadHistory("an operation that cannot be encoded") from error


def _unsigned(operation: Mapping[str, JsonValue]) -> bytes:
    return _encoded({name: value for name, value in operation.items() if name != "sig"})


def _is_genesis(did: str, operation: Mapping[str, JsonValue]) -> bool:
    digest = base64.b32encode(hashlib.sha256(_encoded(operation)).digest()).decode().lower()
    return did == f"did:plc:{digest[:24]}"


def _rotation_keys(operation: Mapping[str, JsonValue]) -> list[str]:
    if operation.get("type") == "create":  # how operations were written at first
        return [members.text(operation, name) for name in ("recoveryKey", "signingKey")]
    return [key for key in members.each(operation, "rotationKeys") if isinstance(key, str)]


def _signature(operation: Mapping[str, JsonValue]) -> bytes:
    """Return the signature, empty if it is not written in the one way there is."""
    text = members.text(operation, "sig")
    if not re.fullmatch("[A-Za-z0-9_-]{86}", text):
        return b""
    found = base64.urlsafe_b64decode(text + "==")
    return found if base64.urlsafe_b64encode(found).decode() == text + "==" else b""


def _keys(kept: Sequence[tuple[str, Mapping[str, JsonValue]]]) -> tuple[AccountKey, ...]:
    found: list[AccountKey] = []
    for since, operation in kept:
        key = members.text(operation, "signingKey") or members.text(operation, "verificationMethods", "atproto")
        last = found[-1] if found else None
        if last and last.key == key and not last.until:
            continue
        if last and not last.until:
            found[-1] = AccountKey(last.key, last.since, since)
        if key:
            found.append(AccountKey(key, since))
    return tuple(found)


def _handle(operation: Mapping[str, JsonValue]) -> str:
    names = [
        members.text(operation, "handle"),
        *(members.text(each) for each in members.each(operation, "alsoKnownAs")),
    ]
    return next((name.removeprefix("at://") for name in names if name), "")


def judge(commit: Commit, keys: Sequence[str]) -> tuple[str, str, str]:
    """Return whether the account signed a commit, by which key, and what else is to be said.

    The first is :data:`PROVED`, :data:`BROKEN`, or, without keys, :data:`UNKNOWN`.
    """
    return _judge(commit, tuple(keys))


@lru_cache(maxsize=256)
def _judge(commit: Commit, keys: tuple[str, ...]) -> tuple[str, str, str]:
    if not keys:
        return UNKNOWN, "", "no history of its keys was given"
    for key in keys:
        try:
            if _holds(key, commit.unsigned, commit.signature):
                return PROVED, key, "" if _is_low(key, commit.signature) else "the signature is of an old form"
        except BadHistory:
            continue
    return BROKEN, "", "no key that the account ever had signed it"


def _holds(key: str, signed: bytes, signature: bytes) -> bool:
    """Tell whether a ``did:key`` signed bytes; raise :class:`BadHistory` if it is no key of a curve in use."""
    public, _ = _public_key(key)
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _is_low(key: str, signature: bytes) -> bool:
    return int.from_bytes(signature[32:], "big") <= _public_key(key)[1] // 2


@lru_cache(maxsize=256)
def _public_key(key: str) -> tuple[ec.EllipticCurvePublicKey, int]:
    raw = _base58(key.removeprefix("did:key:z")) if key.startswith("did:key:z") and len(key) < 100 else b""
    if raw[:2] not in CURVES:
        raise BadHistory(f"expected a did:key on secp256k1 or P-256, found {key[:80]!r}")
    curve, order = CURVES[raw[:2]]
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, raw[2:]), order
    except ValueError as error:
        raise BadHistory(f"expected a point of its curve, found {key[:80]!r}") from error


def _base58(text: str) -> bytes:
    number = 0
    for letter in text:
        if (digit := ALPHABET.find(letter)) < 0:
            return b""
        number = number * 58 + digit
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def stated(history: History) -> list[Json]:
    """Return the keys of a history as a context holds them: ``[key, since, until]``."""
    return [[each.key, each.since, each.until] for each in history.keys]


def keys_of(context: Mapping[str, Json]) -> list[str]:
    """Return the keys that a context holds; none without a history."""
    rows = context.get("keys")
    return [str(row[0]) for row in rows if isinstance(row, list) and row] if isinstance(rows, list) else []
