"""Keys are written down so that a slip is noticed, read strictly, and never shown by accident."""

import re

import pytest

from tamizdat.ed25519 import is_sound_key, signature_holds
from tamizdat.errors import BadEncoding
from tamizdat.keys import (
    MLKEM_PUBLIC_SIZE,
    Recipient,
    SealingKey,
    SigningKey,
    _expand,
    _polymod,
    bech32_decode,
    bech32_encode,
    decode_device,
    decode_signing_key,
    encode_device,
    encode_signing_key,
)

SEED = bytes(range(32))

# RFC 8032, section 7.1, test 2
RFC_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
RFC_PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
RFC_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)

# c2sp.org/age, "The MLKEM768-X25519 hybrid post-quantum recipient type"
AGE_IDENTITY = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
AGE_RECIPIENT_BEGINS = (
    "age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95paef6caq5aapdmwjjqpjfdyxnzr2z"
)
AGE_RECIPIENT_ENDS = "k2ykx3qheyty7saeq0d3fzv49zc0k"


def test_ed25519_is_that_of_rfc_8032() -> None:
    key = SigningKey.from_seed(RFC_SEED)
    assert key.public == RFC_PUBLIC
    assert key.sign(b"\x72") == RFC_SIGNATURE
    assert signature_holds(RFC_PUBLIC, b"\x72", RFC_SIGNATURE)


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (RFC_PUBLIC, b"\x73", RFC_SIGNATURE),
        (RFC_PUBLIC, b"\x72", RFC_SIGNATURE[:-1]),
        (RFC_PUBLIC, b"\x72", RFC_SIGNATURE + b"\0"),
        (RFC_PUBLIC, b"\x72", b""),
        (RFC_PUBLIC, b"\x72", bytes(64)),
        (RFC_PUBLIC[:-1], b"\x72", RFC_SIGNATURE),
        (b"", b"\x72", RFC_SIGNATURE),
        (b"\xff" * 32, b"\x72", RFC_SIGNATURE),
        (SEED, b"\x72", RFC_SIGNATURE),
    ],
)
def test_a_signature_that_does_not_hold_is_a_plain_no(public: bytes, message: bytes, signature: bytes) -> None:
    assert not signature_holds(public, message, signature)


def test_a_signature_with_the_group_order_added_to_s_is_refused() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(RFC_SIGNATURE[32:], "little") + order
    assert not signature_holds(RFC_PUBLIC, b"\x72", RFC_SIGNATURE[:32] + s.to_bytes(32, "little"))


P = 2**255 - 19
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
NOT_CANONICAL = [y.to_bytes(32, "little").hex() for y in (P, P + 1, P + 18, 1 | 1 << 255, (P - 1) | 1 << 255)]


@pytest.mark.parametrize("point", SMALL_ORDER + NOT_CANONICAL)
def test_a_point_that_is_no_key_is_refused_as_a_device_and_signs_nothing(point: str) -> None:
    public = bytes.fromhex(point)
    assert not is_sound_key(public)
    with pytest.raises(BadEncoding, match="prove nothing"):
        decode_device(encode_device(public))


def test_the_neutral_point_under_which_every_message_would_be_signed_signs_none() -> None:
    neutral = b"\1" + bytes(31)
    assert not any(signature_holds(neutral, message, neutral + bytes(32)) for message in (b"", b"one", b"another"))


def test_keys_that_are_made_are_sound() -> None:
    assert all(is_sound_key(SigningKey.from_seed(bytes([seed]) * 32).public) for seed in range(50))


def test_the_hybrid_key_of_the_age_specification_has_the_recipient_of_the_specification() -> None:
    key = SealingKey.from_text(AGE_IDENTITY)
    text = key.recipient.to_text()
    assert text.startswith(AGE_RECIPIENT_BEGINS)
    assert text.endswith(AGE_RECIPIENT_ENDS)
    assert len(text) == 7 + 1946 + 6 == 1959
    assert key.to_text() == AGE_IDENTITY


def test_keys_come_back_from_their_text() -> None:
    signing, sealing = SigningKey.generate(), SealingKey.generate()
    assert decode_signing_key(encode_signing_key(signing)).seed == signing.seed
    assert decode_device(encode_device(signing.public)) == signing.public
    assert SealingKey.from_text(sealing.to_text()).seed == sealing.seed
    assert Recipient.from_text(sealing.recipient.to_text()) == sealing.recipient


def test_generated_keys_differ() -> None:
    assert SigningKey.generate().seed != SigningKey.generate().seed
    assert SealingKey.generate().recipient != SealingKey.generate().recipient


def test_secrets_are_upper_case_and_public_keys_lower_case() -> None:
    signing, sealing = SigningKey.from_seed(SEED), SealingKey(SEED)
    assert re.fullmatch("TAMIZDAT-SIGNING-KEY-1[A-Z0-9]{58}", encode_signing_key(signing))
    assert re.fullmatch("AGE-SECRET-KEY-PQ-1[A-Z0-9]{58}", sealing.to_text())
    assert re.fullmatch("tamizdatdevice1[a-z0-9]{58}", encode_device(signing.public))


def test_repr_and_str_show_no_secret() -> None:
    signing, sealing = SigningKey.from_seed(SEED), SealingKey(SEED)
    for key, text in ((signing, encode_signing_key(signing)), (sealing, sealing.to_text())):
        shown = f"{key!r} {key} {[key]}"
        assert SEED.hex() not in shown
        assert text[-40:].lower() not in shown.lower()


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(BadEncoding):
        SigningKey.from_seed(bytes(size))
    with pytest.raises(BadEncoding):
        SealingKey(bytes(size))


def test_one_wrong_letter_anywhere_is_noticed() -> None:
    text = encode_device(SEED)
    for at in range(len(text)):
        wrong = text[:at] + ("q" if text[at] != "q" else "p") + text[at + 1 :]
        with pytest.raises(BadEncoding):
            decode_device(wrong)


def test_a_letter_swapped_dropped_doubled_or_added_is_noticed() -> None:
    text = encode_device(SEED)
    for at in range(15, len(text) - 1):
        swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        for wrong in (swapped, text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:]):
            if wrong != text:
                with pytest.raises(BadEncoding):
                    decode_device(wrong)


@pytest.mark.parametrize("decode", [decode_device, decode_signing_key, SealingKey.from_text, Recipient.from_text])
def test_a_key_of_another_kind_is_refused_and_not_repeated(decode: type[SealingKey]) -> None:
    texts = {
        decode_device: encode_device(SEED),
        decode_signing_key: encode_signing_key(SigningKey(SEED)),
        SealingKey.from_text: SealingKey(SEED).to_text(),
        Recipient.from_text: SealingKey(SEED).recipient.to_text(),
    }
    for kind, text in texts.items():
        if kind == decode:
            continue
        with pytest.raises(BadEncoding) as caught:
            decode(text)  # type: ignore[arg-type]
        assert text[-40:] not in str(caught.value)


def test_mixed_case_is_refused() -> None:
    text = SealingKey(SEED).to_text()
    with pytest.raises(BadEncoding):
        SealingKey.from_text(text[:-1] + text[-1].lower() if text[-1].isalpha() else text.swapcase()[:5] + text[5:])
    assert SealingKey.from_text(text.lower()).seed == SEED  # all lower case is the same text by BIP 173


@pytest.mark.parametrize("text", ["", "1", "tamizdatdevice", "tamizdatdevice1", "tamizdatdevice1qqqqq", "ⅿ", "\0" * 80])
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadEncoding):
        decode_device(text)


def test_surrounding_space_is_refused() -> None:
    with pytest.raises(BadEncoding):
        decode_device(f" {encode_device(SEED)}")
    with pytest.raises(BadEncoding):
        decode_device(f"{encode_device(SEED)}\n")


def test_a_sound_text_of_another_length_is_refused() -> None:
    for size in (0, 31, 33):
        with pytest.raises(BadEncoding):
            decode_device(bech32_encode("tamizdatdevice", bytes(size)))


def test_bech32_padding_that_is_not_zero_is_refused() -> None:
    values = [0] * 51 + [1]  # 52 letters for 32 bytes: the last four bits are padding
    check = _polymod([*_expand("tamizdatdevice"), *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [(check >> shift) & 31 for shift in (25, 20, 15, 10, 5, 0)]
    letters = "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[value] for value in values)
    with pytest.raises(BadEncoding, match="fill whole bytes"):
        decode_device(f"tamizdatdevice1{letters}")


def test_bech32_is_that_of_bip_173() -> None:
    assert bech32_encode("A", b"") == "A12UEL5L"  # the first valid string of BIP 173
    assert bech32_decode("a12uel5l", "a", 0, "nothing") == b""


@pytest.mark.parametrize(
    "point",
    [
        bytes(32),
        b"\1" + bytes(31),
        bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ],
)
def test_a_recipient_with_a_low_order_point_is_refused(point: bytes) -> None:
    sound = SealingKey(SEED).recipient.data
    with pytest.raises(BadEncoding):
        Recipient(sound[:MLKEM_PUBLIC_SIZE] + point)


def test_a_recipient_whose_lattice_half_is_out_of_range_is_refused() -> None:
    sound = SealingKey(SEED).recipient.data
    with pytest.raises(BadEncoding):
        Recipient(b"\xff" * MLKEM_PUBLIC_SIZE + sound[MLKEM_PUBLIC_SIZE:])


def test_a_recipient_of_another_length_is_refused() -> None:
    sound = SealingKey(SEED).recipient.data
    for data in (sound[:-1], sound + b"\0", b"", sound[MLKEM_PUBLIC_SIZE:]):
        with pytest.raises(BadEncoding):
            Recipient(data)
