"""Held to the test vector of the DSSE protocol: its pre-authentication encoding, and that it is what was signed."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from support.shared import VECTORS, needs_shared
from tamizdat.encoding import canonical
from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import pae, peek_envelope

pytestmark = needs_shared

VECTOR = json.loads((VECTORS / "dsse" / "vector.json").read_bytes()) if VECTORS.is_dir() else {}


def test_the_encoding_that_is_signed() -> None:
    assert pae(VECTOR["payload"].encode(), VECTOR["payloadType"]) == VECTOR["pae"].encode()


def test_the_vectors_signature_is_on_our_encoding() -> None:
    key = EllipticCurvePublicNumbers(int(VECTOR["X"]), int(VECTOR["Y"]), SECP256R1()).public_key()
    raw = base64.b64decode(VECTOR["envelope"]["signatures"][0]["sig"])
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    message = pae(base64.b64decode(VECTOR["envelope"]["payload"]), VECTOR["envelope"]["payloadType"])
    key.verify(signature, message, ECDSA(SHA256()))


def test_an_envelope_of_another_payload_type_is_no_statement() -> None:
    with pytest.raises(BadStatement):
        peek_envelope(canonical(VECTOR["envelope"]))
