"""Whole age files: exact sizes, all or nothing, and every alteration an error of the right kind."""

import io

import pytest

from tamizdat.errors import BadAge, BadAgeHeader, BadAgeMac, BadAgePayload, NotForUs, UsageError, WrongPassphrase
from tamizdat.keys import SealingKey
from tamizdat.sealing.age import (
    CHUNK,
    MAX_RECIPIENTS,
    Identity,
    _file_key,
    seal,
    seal_into,
    sealed_size,
    unseal,
    unseal_into,
    unseal_stream,
    unwrap,
    wrap,
)
from tamizdat.sealing.age_header import Stanza, encode_header, parse_header, unpadded
from tamizdat.sealing.age_identities import wrap_hybrid
from tamizdat.sealing.age_stream import payload_cipher

KEY, OTHER = SealingKey(bytes(32)), SealingKey(b"\1" * 32)
KEYS: list[Identity] = [KEY]
RECIPIENTS = [KEY.recipient]
HEADER = sealed_size(0, 1) - 32  # without nonce and tag
SIZES = [0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("recipients", [1, 2, 5])
def test_the_size_is_exact_and_the_payload_comes_back(size: int, recipients: int) -> None:
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
    keys = [SealingKey(bytes([number]) * 32) for number in range(recipients)]
    sealed = seal(payload, [key.recipient for key in keys])
    assert len(sealed) == sealed_size(size, recipients)
    for key in keys:
        assert unseal(sealed, [key]) == payload
        assert b"".join(unseal_stream(io.BytesIO(sealed).read, [key])) == payload


def test_a_parcel_is_the_size_the_specification_says() -> None:
    assert sealed_size(4 << 20, 1) == 22 + 1557 + 48 + 16 + 64 * (65536 + 16) == 4_196_971


def test_sealing_twice_shares_no_byte_run_but_the_form() -> None:
    first, second = seal(b"same", RECIPIENTS), seal(b"same", RECIPIENTS)
    assert first[:40] == second[:40]  # version line and the stanza's kind
    assert first[60:1500] != second[60:1500]
    assert first[HEADER:] != second[HEADER:]


def test_seal_into_a_larger_reused_buffer_leaves_the_rest_alone() -> None:
    out = bytearray(b"\xee" * (sealed_size(1000, 1) + 10))
    for payload in (b"a" * 1000, bytearray(b"b" * 500), memoryview(b"c" * 1000)):
        size = seal_into(out, payload, RECIPIENTS)
        assert size == sealed_size(len(payload), 1)
        assert unseal(out[:size], KEYS) == bytes(payload)
    assert out[-10:] == b"\xee" * 10


def test_unseal_into_gives_the_size_and_needs_no_more_room_than_the_payload() -> None:
    out = bytearray(70_000)
    assert unseal_into(out, seal(b"x" * 70_000, RECIPIENTS), KEYS) == 70_000
    assert out == b"x" * 70_000


@pytest.mark.parametrize("count", [0, MAX_RECIPIENTS + 1])
def test_no_or_too_many_recipients_are_a_usage_error(count: int) -> None:
    with pytest.raises(UsageError):
        seal(b"x", RECIPIENTS * count)


def test_the_largest_number_of_recipients_can_be_read_back() -> None:
    others = [OTHER.recipient] * (MAX_RECIPIENTS - 1)
    assert unseal(seal(b"x", [*others, KEY.recipient]), KEYS) == b"x"


def test_another_key_is_not_for_us() -> None:
    with pytest.raises(NotForUs):
        unseal(seal(b"x", RECIPIENTS), [OTHER])
    with pytest.raises(NotForUs):
        unseal(seal(b"x", RECIPIENTS), [])


def test_one_of_many_keys_opens() -> None:
    assert unseal(seal(b"x", RECIPIENTS), [OTHER, KEY]) == b"x"


def test_every_truncation_is_noticed() -> None:
    sealed = seal(b"x" * 20, RECIPIENTS)
    for size in [*range(0, HEADER, 97), *range(HEADER - 60, len(sealed))]:
        with pytest.raises(BadAge):
            unseal(sealed[:size], KEYS)
        with pytest.raises(BadAge):
            list(unseal_stream(io.BytesIO(sealed[:size]).read, KEYS))


@pytest.mark.parametrize("size", [1, 15, 16, 17, CHUNK, CHUNK + 16])
def test_every_lengthening_is_noticed(size: int) -> None:
    for payload in (b"", b"x" * 20, b"x" * CHUNK):
        sealed = seal(payload, RECIPIENTS) + bytes(size)
        with pytest.raises(BadAgePayload):
            unseal(sealed, KEYS)
        with pytest.raises(BadAgePayload):
            list(unseal_stream(io.BytesIO(sealed).read, KEYS))


def chunks_of(sealed: bytes) -> tuple[bytes, list[bytes]]:
    start, rest = sealed[: HEADER + 16], sealed[HEADER + 16 :]
    return start, [rest[at : at + CHUNK + 16] for at in range(0, len(rest), CHUNK + 16)]


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 0, 2], [0, 2], [0, 1], [1, 2], [0, 1, 2, 2], [2], [0, 1, 1, 2]])
def test_chunks_swapped_repeated_dropped_or_cut_are_noticed(order: list[int]) -> None:
    start, chunks = chunks_of(seal(b"a" * CHUNK + b"b" * CHUNK + b"c" * CHUNK, RECIPIENTS))
    forged = start + b"".join(chunks[number] for number in order)
    with pytest.raises(BadAgePayload):
        unseal(forged, KEYS)
    with pytest.raises(BadAgePayload):
        list(unseal_stream(io.BytesIO(forged).read, KEYS))


def test_a_payload_grafted_under_another_header_is_noticed() -> None:
    first, second = seal(b"one", RECIPIENTS), seal(b"two", RECIPIENTS)
    with pytest.raises(BadAgePayload):
        unseal(first[:HEADER] + second[HEADER:], KEYS)


def test_a_stanza_added_by_a_stranger_breaks_the_mac() -> None:
    sealed = seal(b"x", RECIPIENTS)
    forged = sealed[: HEADER - 48] + b"-> stranger\n\n" + sealed[HEADER - 48 :]
    with pytest.raises(BadAgeMac):
        unseal(forged, KEYS)


def test_a_recipient_removed_from_the_header_breaks_the_mac() -> None:
    sealed = seal(b"x", [KEY.recipient, OTHER.recipient])
    with pytest.raises(BadAgeMac):
        unseal(sealed[: 22 + 1557] + sealed[22 + 2 * 1557 :], KEYS)


def test_a_flipped_bit_in_the_mac_is_a_mac_error() -> None:
    sealed = bytearray(seal(b"x", RECIPIENTS))
    sealed[HEADER - 40] ^= 1 if sealed[HEADER - 40] not in b"/0z:@[`{" else 3
    with pytest.raises((BadAgeMac, BadAgeHeader)):
        unseal(sealed, KEYS)


def test_what_streamed_out_before_an_error_is_true() -> None:
    sealed = bytearray(seal(b"a" * CHUNK + b"b" * 10, RECIPIENTS))
    sealed[-1] ^= 1
    chunks = unseal_stream(io.BytesIO(sealed).read, KEYS)
    assert next(chunks) == b"a" * CHUNK
    with pytest.raises(BadAgePayload):
        next(chunks)


def test_a_source_that_gives_one_byte_at_a_time_is_read_to_its_end() -> None:
    source = io.BytesIO(seal(b"x" * 300, RECIPIENTS))
    assert b"".join(unseal_stream(lambda _: source.read(1), KEYS)) == b"x" * 300


def test_a_header_without_end_is_refused_without_reading_on() -> None:
    asked = []

    def endless(size: int) -> bytes:
        asked.append(size)
        return (b"age-encryption.org/v1\n-> " + b"a" * size)[:size]

    with pytest.raises(BadAgeHeader):
        unseal_stream(endless, KEYS)
    assert sum(asked) < 70_000


def test_thousands_of_stanzas_are_refused_before_any_is_tried() -> None:
    sealed = seal(b"x", RECIPIENTS)
    stanza = sealed[22 : 22 + 1557]
    with pytest.raises(BadAgeHeader):
        unseal(sealed[:22] + stanza * 2000 + sealed[22:], KEYS)


# --- key files ---------------------------------------------------------------------------------------------------


def test_a_key_file_comes_back_with_its_passphrase_alone() -> None:
    wrapped = wrap(b"AGE-SECRET-KEY-PQ-1...", b"six random words", 4)
    assert unwrap(wrapped, b"six random words") == b"AGE-SECRET-KEY-PQ-1..."
    for wrong in (b"", b"six random word", b"Six random words", b"six random words "):
        with pytest.raises(WrongPassphrase):
            unwrap(wrapped, wrong)


def test_a_passphrase_beside_another_recipient_is_refused_before_it_is_tried() -> None:
    """Who may add a stanza could else make everybody spend the time that a passphrase takes."""
    stanzas = [wrap_hybrid(bytes(16), KEY.recipient), Stanza("scrypt", (unpadded(bytes(16)), "18"), bytes(32))]
    with pytest.raises(BadAgeHeader, match="alone in its header"):
        unseal(encode_header(stanzas, bytes(16)) + bytes(32), KEYS)


def test_the_work_factor_is_eighteen_unless_asked() -> None:
    assert wrap(b"x", b"p").split(b"\n")[1].endswith(b" 18")


@pytest.mark.parametrize("work", [0, -1, 21, 64])
def test_a_work_factor_out_of_bounds_is_not_written(work: int) -> None:
    with pytest.raises(UsageError):
        wrap(b"x", b"p", work)


def test_a_key_file_that_asks_for_too_much_work_is_refused_at_once() -> None:
    wrapped = wrap(b"x", b"p", 4)
    forged = wrapped.replace(b" 4\n", b" 21\n", 1)
    with pytest.raises(BadAgeHeader, match="not tried"):
        unwrap(forged, b"p")


@pytest.mark.parametrize("full", [1, 2])
def test_an_empty_last_chunk_behind_full_ones_is_refused_whichever_way_it_is_read(full: int) -> None:
    """One payload has one form: who sealed it could else make two files of it."""
    sealed = seal(b"", RECIPIENTS)
    nonce, file_key = sealed[HEADER : HEADER + 16], _file_key(parse_header(sealed), KEYS)
    cipher = payload_cipher(file_key, nonce)
    chunks = b"".join(cipher.encrypt(bytes(10) + bytes([n, 0]), b"a" * CHUNK, None) for n in range(full))
    forged = sealed[: HEADER + 16] + chunks + cipher.encrypt(bytes(10) + bytes([full, 1]), b"", None)
    with pytest.raises(BadAgePayload, match="empty"):
        unseal(forged, KEYS)
    with pytest.raises(BadAgePayload, match="empty"):
        b"".join(unseal_stream(io.BytesIO(forged).read, KEYS))


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(UsageError):
        wrap(b"x", b"", 4)


def test_a_damaged_key_file_is_not_taken_for_a_wrong_passphrase() -> None:
    wrapped = bytearray(wrap(b"x" * 40, b"p", 4))
    wrapped[-1] ^= 1
    with pytest.raises(BadAgePayload):
        unwrap(bytes(wrapped), b"p")
    with pytest.raises(BadAgeHeader):
        unwrap(b"", b"p")


def test_a_sealed_file_is_no_key_file() -> None:
    with pytest.raises(BadAgeHeader):
        unwrap(seal(b"x", RECIPIENTS), b"p")
