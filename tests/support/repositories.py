"""Repositories of Bluesky of our own making: a tree, a commit, a CAR, and the directory's log of its keys."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tamizdat.posts.dag_cbor import Cid, encode
from tamizdat.posts.formats.account_keys import ALPHABET, CURVES

K256 = b"\xe7\x01"
P256 = b"\x80\x24"


@dataclass
class Key:
    """A key pair, on one of the two curves."""

    kind: bytes = K256
    private: ec.EllipticCurvePrivateKey = field(init=False)

    def __post_init__(self) -> None:
        self.private = ec.generate_private_key(CURVES[self.kind][0])

    @property
    def did(self) -> str:
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        number, text = int.from_bytes(self.kind + point, "big"), ""
        while number:
            number, digit = divmod(number, 58)
            text = ALPHABET[digit] + text
        return f"did:key:z{text}"

    def sign(self, data: bytes, high: bool = False) -> bytes:
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        order = CURVES[self.kind][1]
        s = order - s if (s > order // 2) != high else s
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def operation(key: Key, **members: Any) -> dict[str, Any]:
    """An operation of the directory, signed."""
    value = {"type": "plc_operation", "services": {}, "prev": None, **members}
    return {**value, "sig": base64.urlsafe_b64encode(key.sign(encode(value))).decode().rstrip("=")}


@dataclass
class Account:
    """An account with a rotation key, and the keys it signs with, one after the other."""

    rotation: Key = field(default_factory=Key)
    signing: list[Key] = field(default_factory=lambda: [Key()])
    handle: str = "lin.example"

    def __post_init__(self) -> None:
        self.log: list[dict[str, Any]] = []
        prev: str | None = None
        for number, key in enumerate(self.signing):
            said = operation(self.rotation, prev=prev, rotationKeys=[self.rotation.did],
                             verificationMethods={"atproto": key.did}, alsoKnownAs=[f"at://{self.handle}"])  # fmt: skip
            prev = str(Cid.of(encode(said)))
            self.log.append({"operation": said, "cid": prev, "nullified": False,
                             "createdAt": f"2023-05-{12 + number}T06:28:00.000Z"})  # fmt: skip
        digest = base64.b32encode(hashlib.sha256(encode(self.log[0]["operation"])).digest()).decode().lower()
        self.did = f"did:plc:{digest[:24]}"
        self.log = [{"did": self.did, **each} for each in self.log]


def layer(key: str) -> int:
    """How high a key stands in the tree: half the zero bits its digest begins with."""
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    return (256 - digest.bit_length()) // 2


def tree(records: dict[str, Cid], blocks: dict[Cid, bytes], height: int | None = None) -> Cid | None:
    """Add the nodes of a tree of these keys to *blocks*; return its root, None if there are no keys."""
    if not records and height is not None:
        return None
    keys = sorted(records, key=str.encode)
    height = max(map(layer, keys), default=0) if height is None else height
    here = [key for key in keys if layer(key) == height]
    between: list[dict[str, Cid]] = [{} for _ in range(len(here) + 1)]
    for key in keys:
        if key not in here:
            between[sum(each.encode() < key.encode() for each in here)][key] = records[key]
    below = [tree(each, blocks, height - 1) if height else None for each in between]
    entries, before = [], b""
    for key, after in zip(here, below[1:], strict=True):
        raw = key.encode()
        shared = next(
            (at for at, (a, b) in enumerate(zip(before, raw, strict=False)) if a != b), min(len(before), len(raw))
        )
        entries.append({"k": raw[shared:], "p": shared, "t": after, "v": records[key]})
        before = raw
    return put({"l": below[0], "e": entries}, blocks)


def put(value: Any, blocks: dict[Cid, bytes]) -> Cid:
    """Add a value to *blocks*; return its CID."""
    block = encode(value)
    blocks[Cid.of(block)] = block
    return Cid.of(block)


def varint(number: int) -> bytes:
    made = b""
    while number >= 0x80:
        made, number = made + bytes([number & 0x7F | 0x80]), number >> 7
    return made + bytes([number])


def car(root: Cid, blocks: dict[Cid, bytes]) -> bytes:
    """A CAR of these blocks."""
    header = encode({"roots": [root], "version": 1})
    sections = [varint(36 + len(block)) + cid.binary + block for cid, block in blocks.items()]
    return varint(len(header)) + header + b"".join(sections)


def repository(account: Account, records: dict[str, Any], key: Key | None = None, high: bool = False) -> bytes:
    """A signed repository of these records as a CAR."""
    blocks: dict[Cid, bytes] = {}
    data = tree({name: put(value, blocks) for name, value in records.items()}, blocks)
    unsigned: dict[str, Any] = {"did": account.did, "version": 3, "data": data, "rev": "3kxyz", "prev": None}
    signature = (key or account.signing[-1]).sign(encode(unsigned), high)
    return car(put({**unsigned, "sig": signature}, blocks), blocks)


def post_record(text: str = "五年了", **more: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2024-05-12T06:28:00.000Z", **more}


POST = "app.bsky.feed.post/"
