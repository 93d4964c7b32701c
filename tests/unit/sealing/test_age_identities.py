"""Stanzas made to trip the one who unwraps them."""

from dataclasses import replace

import pytest

from tamizdat.errors import BadAgeHeader
from tamizdat.keys import SealingKey
from tamizdat.sealing.age_header import Stanza, canonical_base64, unpadded
from tamizdat.sealing.age_identities import HybridIdentity, Identity, Passphrase, X25519Identity, wrap_hybrid

FILE_KEY = b"sixteen bytes ok"
KEY = SealingKey(bytes(32))
HYBRID = HybridIdentity(KEY)
STANZA = wrap_hybrid(FILE_KEY, KEY.recipient)
ENC = canonical_base64(STANZA.arguments[0].encode(), "enc")
SCRYPT = Passphrase(b"words").wrap(FILE_KEY, 4)
LOW_ORDER = [
    bytes(32),
    b"\1" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]


def test_a_hybrid_stanza_opens_for_its_key_alone() -> None:
    assert HYBRID.unwrap(STANZA) == FILE_KEY
    assert HybridIdentity(SealingKey(b"\1" * 32)).unwrap(STANZA) is None


@pytest.mark.parametrize("at", [0, 500, 1087, 1088, 1118])
def test_a_flipped_bit_in_the_encapsulation_does_not_open(at: int) -> None:
    enc = bytearray(ENC)
    enc[at] ^= 1
    assert HYBRID.unwrap(replace(STANZA, arguments=(unpadded(bytes(enc)),))) is None


@pytest.mark.parametrize("at", range(0, 32, 5))
def test_a_flipped_bit_in_the_body_does_not_open(at: int) -> None:
    body = bytearray(STANZA.body)
    body[at] ^= 1
    assert HYBRID.unwrap(replace(STANZA, body=bytes(body))) is None


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_low_order_point_in_a_hybrid_stanza_is_a_header_error(point: bytes) -> None:
    with pytest.raises(BadAgeHeader, match="low order"):
        HYBRID.unwrap(replace(STANZA, arguments=(unpadded(ENC[:1088] + point),)))


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_low_order_point_in_an_x25519_stanza_is_a_header_error(point: bytes) -> None:
    with pytest.raises(BadAgeHeader, match="low order"):
        X25519Identity(bytes(32)).unwrap(Stanza("X25519", (unpadded(point),), bytes(32)))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("",),
        (unpadded(ENC), "more"),
        (unpadded(ENC[:-1]),),
        (unpadded(ENC + b"\0"),),
        (unpadded(ENC[:32]),),
        (unpadded(ENC) + "==",),
        (unpadded(ENC)[:-1] + "/",),  # stray bits
    ],
)
def test_hybrid_arguments_of_another_number_or_size_are_header_errors(arguments: tuple[str, ...]) -> None:
    with pytest.raises(BadAgeHeader):
        HYBRID.unwrap(replace(STANZA, arguments=arguments))


@pytest.mark.parametrize("size", [0, 31, 33, 48])
@pytest.mark.parametrize("stanza", [STANZA, SCRYPT, Stanza("X25519", (unpadded(b"\x09" + bytes(31)),), bytes(32))])
def test_a_body_of_another_size_is_a_header_error_before_anything_is_tried(stanza: Stanza, size: int) -> None:
    identities: dict[str, Identity] = {
        "mlkem768x25519": HYBRID,
        "scrypt": Passphrase(b"words"),
        "X25519": X25519Identity(bytes(32)),
    }
    with pytest.raises(BadAgeHeader, match="body of 32"):
        identities[stanza.kind].unwrap(replace(stanza, body=bytes(size)))


@pytest.mark.parametrize("work", ["", "0", "04", "+4", "-4", "4 ", "0x4", "٤", "4.0", "1e1", "21", "64", "9" * 400])
def test_a_work_factor_that_is_odd_or_too_large_is_a_header_error(work: str) -> None:
    with pytest.raises(BadAgeHeader):
        Passphrase(b"words").unwrap(replace(SCRYPT, arguments=(SCRYPT.arguments[0], work)))


def test_stanzas_of_other_kinds_are_passed_over() -> None:
    for kind in ("MLKEM768X25519", "mlkem768x25519 ", "x25519", "SCRYPT", "example.com/enigma"):
        stanza = Stanza(kind, ("anything",), b"")
        for identity in (HYBRID, X25519Identity(bytes(32)), Passphrase(b"words")):
            assert identity.unwrap(stanza) is None
