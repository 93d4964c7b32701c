"""Whatever bytes come in, the readers of sealed things answer with the payload or with a typed error."""

from contextlib import suppress
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.kinds import examples
from tamizdat.errors import BadAge, BadAgeHeader, BadEncoding, NotForUs, WrongPassphrase
from tamizdat.keys import SealingKey, bech32_decode, bech32_encode
from tamizdat.sealing.age import seal, sealed_size, unseal, unwrap, wrap
from tamizdat.sealing.age_armor import dearmor
from tamizdat.sealing.age_header import Stanza, encode_header, parse_header
from tamizdat.sealing.erasure import decode, parity

KEY = SealingKey(bytes(32))
SEALED = seal(b"payload", [KEY.recipient])
WRAPPED = wrap(b"payload", b"p", 1)
WORD = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
STANZAS = st.builds(Stanza, WORD, st.lists(WORD, max_size=4).map(tuple), st.binary(max_size=200))


@given(st.binary(max_size=300_000))
@settings(max_examples=examples(60), deadline=None)
@example(b"")
def test_any_payload_comes_back_at_the_size_foretold(payload: bytes) -> None:
    sealed = seal(payload, [KEY.recipient])
    assert len(sealed) == sealed_size(len(payload), 1)
    assert unseal(sealed, [KEY]) == payload


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
@settings(max_examples=examples(300), deadline=None)
def test_one_changed_byte_anywhere_is_an_error(at: int, change: int) -> None:
    forged = bytearray(SEALED)
    forged[at] ^= change
    try:
        unseal(forged, [KEY])
    except (BadAge, NotForUs):
        return
    raise AssertionError(f"a change at byte {at} went unnoticed")


@given(st.integers(0, len(WRAPPED) - 1), st.binary(max_size=3), st.integers(0, 5))
@settings(max_examples=examples(300), deadline=None)
def test_a_key_file_with_bytes_replaced_is_an_error(at: int, put: bytes, drop: int) -> None:
    forged = WRAPPED[:at] + put + WRAPPED[at + drop :]
    # a work factor changed from 1 to 19 or 20 is honest work, but too slow to try here
    if forged == WRAPPED or forged.split(b"\n")[1].split(b" ")[-1] not in (b"1", b"2", b"11", b"12"):
        return
    try:
        unwrap(forged, b"p")
    except (BadAge, WrongPassphrase):
        return
    raise AssertionError("a changed key file opened")


@given(st.lists(STANZAS, min_size=1, max_size=4))
def test_any_header_comes_back(stanzas: list[Stanza]) -> None:
    encoded = encode_header(stanzas, bytes(16))
    header = parse_header(encoded + b"payload")
    assert (header.stanzas, header.size) == (tuple(stanzas), len(encoded))


@given(st.binary(max_size=500))
def test_any_bytes_after_the_version_line_parse_to_themselves_or_are_refused(data: bytes) -> None:
    whole = b"age-encryption.org/v1\n" + data
    try:
        header = parse_header(whole)
    except BadAgeHeader:
        return
    again = b"age-encryption.org/v1\n" + b"".join(stanza.encode() for stanza in header.stanzas) + b"---"
    assert again == header.signed


@given(st.binary(max_size=300))
def test_any_bytes_as_armour_are_refused_or_read(data: bytes) -> None:
    for text in (data, b"-----BEGIN AGE ENCRYPTED FILE-----\n" + data + b"\n-----END AGE ENCRYPTED FILE-----"):
        with suppress(BadAgeHeader):
            dearmor(text)


@given(st.binary(max_size=80))
def test_bech32_comes_back(data: bytes) -> None:
    text = bech32_encode("tamizdat", data)
    assert bech32_decode(text, "tamizdat", len(data), "a test") == data


@given(st.text(max_size=100))
def test_any_text_as_a_key_is_refused(text: str) -> None:
    for candidate in (text, f"AGE-SECRET-KEY-PQ-1{text}"):
        try:
            SealingKey.from_text(candidate)
        except BadEncoding:
            continue
        raise AssertionError("random text became a key")


@given(st.integers(1, 12), st.integers(0, 6), st.integers(1, 6000), st.randoms(use_true_random=False))
@settings(max_examples=examples(60), deadline=None)
def test_any_k_shares_give_the_data(k: int, m: int, size: int, random: Random) -> None:
    data = [random.randbytes(size) for _ in range(k)]
    shares = dict(enumerate([*data, *parity(data, m)]))
    kept = random.sample(sorted(shares), k)
    assert decode({number: shares[number] for number in kept}, k, m) == data
