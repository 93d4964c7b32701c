"""age's own test vectors (C2SP/CCTV): all 143, each with the error its maker expects, whole and as a stream."""

import hashlib
import io
import zlib
from collections import Counter
from dataclasses import dataclass

import pytest

from support.shared import VECTORS, needs_shared
from tamizdat.errors import BadAge, BadAgeHeader, BadAgeMac, BadAgePayload, DamagedInput, NotForUs
from tamizdat.keys import SealingKey
from tamizdat.sealing.age import Identity, Passphrase, X25519Identity, unseal, unseal_stream
from tamizdat.sealing.age_armor import dearmor
from tamizdat.sealing.age_header import encode_header, parse_header

FOLDER = VECTORS / "age-cctv/age/testdata"
NAMES = sorted(path.name for path in FOLDER.iterdir()) if FOLDER.is_dir() else []
ERRORS: dict[str, type[DamagedInput]] = {
    "header failure": BadAgeHeader,
    "armor failure": BadAgeHeader,
    "HMAC failure": BadAgeMac,
    "payload failure": BadAgePayload,
    "no match": NotForUs,
}

pytestmark = needs_shared


@dataclass(frozen=True)
class Vector:
    expect: str
    payload: str | None
    file_key: bytes | None
    armored: bool
    identities: list[Identity]
    data: bytes


def load(name: str) -> Vector:
    head, _, data = (FOLDER / name).read_bytes().partition(b"\n\n")
    lines = [line.split(": ", 1) for line in head.decode("ascii").splitlines()]
    keys = dict(lines)
    assert keys.keys() <= {
        "expect", "payload", "file key", "identity", "passphrase", "armored", "compressed", "comment"
    }  # fmt: skip
    return Vector(
        keys["expect"],
        keys.get("payload"),
        bytes.fromhex(keys["file key"]) if "file key" in keys else None,
        keys.get("armored") == "yes",
        [identity for key, value in lines if (identity := as_identity(key, value))],
        zlib.decompress(data) if keys.get("compressed") == "zlib" else data,
    )


def as_identity(key: str, value: str) -> Identity | None:
    if key == "passphrase":
        return Passphrase(value.encode())
    if key == "identity":
        hybrid = value.startswith("AGE-SECRET-KEY-PQ-")
        return SealingKey.from_text(value) if hybrid else X25519Identity.from_text(value)
    return None


def test_all_of_them_are_here() -> None:
    assert len(NAMES) == 143
    assert set(Counter(load(name).expect for name in NAMES)) == {"success", *ERRORS}


def test_whole() -> None:
    for name in NAMES:
        vector = load(name)
        opened, error = None, None
        try:
            opened = hashlib.sha256(unseal(vector.data, vector.identities)).hexdigest()
        except DamagedInput as raised:
            error = type(raised)
        assert error is ERRORS.get(vector.expect), name
        if error is None:
            assert opened == vector.payload, name


def test_streamed() -> None:
    """The plaintext released before an error must be exactly what the vector says."""
    for name in NAMES:
        vector = load(name)
        released, error = b"", None
        try:
            binary = dearmor(vector.data) if vector.armored else vector.data
            for chunk in unseal_stream(io.BytesIO(binary).read, vector.identities):
                released += chunk
        except DamagedInput as raised:
            error = type(raised)
        assert error is ERRORS.get(vector.expect), name
        if vector.payload is not None:
            assert hashlib.sha256(released).hexdigest() == vector.payload, name


def test_headers_that_parse_are_written_the_same() -> None:
    for name in NAMES:
        vector = load(name)
        if vector.expect in ("header failure", "armor failure", "HMAC failure") or vector.file_key is None:
            continue
        binary = dearmor(vector.data) if vector.armored else vector.data
        header = parse_header(binary)
        assert encode_header(header.stanzas, vector.file_key) == binary[: header.size], name


def test_without_identities_nothing_opens() -> None:
    for name in NAMES:
        with pytest.raises((BadAge, NotForUs)):
            unseal(load(name).data, [])
