"""A log that asks a witness, written from C2SP's specifications alone: nothing of tamizdat is imported here.

signed-note, tlog-checkpoint, tlog-cosignature and tlog-witness say all that is needed; trees are RFC 6962's, computed
in its own recursive form.
"""

import base64
import hashlib
import http.client
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey


def mth(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1: the hash of a list."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + mth(leaves[:half]) + mth(leaves[half:])).digest()


def consistency(size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.2."""

    def subproof(m: int, part: Sequence[bytes], whole: bool) -> list[bytes]:
        if m == len(part):
            return [] if whole else [mth(part)]
        half = 1 << ((len(part) - 1).bit_length() - 1)
        if m <= half:
            return [*subproof(m, part[:half], whole), mth(part[half:])]
        return [*subproof(m - half, part[half:], False), mth(part[:half])]

    return subproof(size, leaves, True)


@dataclass(frozen=True)
class Vkey:
    """A verifier key."""

    name: str
    key_id: bytes
    kind: int
    key: bytes

    @classmethod
    def parse(cls, text: str) -> "Vkey":
        name, shown, encoded = text.split("+", 2)
        material = base64.b64decode(encoded, validate=True)
        key_id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
        assert key_id.hex() == shown, "the id of a verifier key is a hash of the rest"
        return cls(name, key_id, material[0], material[1:])


class Log:
    """A log with an Ed25519 key and its entries in memory."""

    def __init__(self, origin: str, seed: bytes) -> None:
        self.origin, self.entries = origin, list[bytes]()
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        material = b"\1" + self.public
        key_id = hashlib.sha256(self.origin.encode() + b"\n" + material).digest()[:4]
        return f"{self.origin}+{key_id.hex()}+{base64.b64encode(material).decode()}"

    def checkpoint(self) -> bytes:
        root = base64.b64encode(mth(self.entries)).decode()
        text = f"{self.origin}\n{len(self.entries)}\n{root}\n".encode()
        signature = base64.b64encode(Vkey.parse(self.vkey).key_id + self._key.sign(text)).decode()
        return text + f"\n— {self.origin} {signature}\n".encode()


def post(url: str, body: bytes) -> tuple[int, str, bytes]:
    """Status, media type and body of the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request("POST", parts.path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read()
    finally:
        connection.close()


def request(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    lines = [f"old {old}", *(base64.b64encode(each).decode() for each in proof), "", ""]
    return "\n".join(lines).encode() + checkpoint


def cosigned_at(text: bytes, line: str, key: Vkey) -> int:
    """The timestamp of a cosignature line under the checkpoint *text*; an assertion fails if it does not hold."""
    dash, name, encoded = line.split(" ")
    assert dash == "—"
    assert name == key.name
    blob = base64.b64decode(encoded, validate=True)
    assert blob[:4] == key.key_id
    (timestamp,) = struct.unpack(">Q", blob[4:12])
    try:
        if key.kind == 4:
            message = b"cosignature/v1\ntime " + str(timestamp).encode() + b"\n" + text
            Ed25519PublicKey.from_public_bytes(key.key).verify(blob[12:], message)
        else:
            assert key.kind == 6
            origin, size, root = text.decode().split("\n")[:3]
            message = b"subtree/v1\n\0" + bytes([len(name.encode())]) + name.encode() + struct.pack(">Q", timestamp)
            message += bytes([len(origin.encode())]) + origin.encode() + struct.pack(">QQ", 0, int(size))
            MLDSA44PublicKey.from_public_bytes(key.key).verify(blob[12:], message + base64.b64decode(root))
    except InvalidSignature:
        raise AssertionError(f"the cosignature of {name} does not hold") from None
    return int(timestamp)
