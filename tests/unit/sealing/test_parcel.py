"""The header of a parcel has one form; whatever else a courier, a place or an enemy makes of it is refused."""

import contextlib
import dataclasses

import pytest
from blake3 import blake3

from tamizdat.encoding import b64
from tamizdat.errors import BadParcel
from tamizdat.keys import SigningKey
from tamizdat.sealing.age import CHUNK
from tamizdat.sealing.parcel import (
    HEADER,
    MAX_FIRST,
    MAX_SHARES,
    PAYLOAD,
    PLAINTEXT,
    SMALL_PAYLOAD,
    STAGES,
    Header,
    open_parcel,
    recipients_digest,
)

KEY = SigningKey.from_seed(bytes(32))
DATA = bytes(range(256)) * (PAYLOAD // 256)
HONEST = Header(
    consignment=KEY.public,
    group=bytes(range(16)),
    first=7,
    k=3,
    n=5,
    index=4,
    stage="originals",
    payload=blake3(DATA).digest(),
    recipients=recipients_digest(["age1pq1b", "age1pq1a"]),
)


def plaintext(header: bytes = HONEST.signed(KEY), payload: bytes = DATA) -> bytes:
    return header + payload


def signed(header: bytes) -> bytes:
    """These header lines, signed again: only their form is wrong."""
    unsigned = header[: header.index(b"signature ")]
    lines = unsigned + b"signature " + b64(KEY.sign(unsigned)).encode() + b"\n"
    return lines + b" " * (HEADER - 1 - len(lines)) + b"\n"


def test_what_was_put_in_comes_out() -> None:
    header, payload = open_parcel(plaintext())
    assert header == HONEST
    assert payload == DATA


def test_the_sizes_fit_each_other() -> None:
    assert len(HONEST.signed(KEY)) == HEADER
    assert PLAINTEXT == HEADER + PAYLOAD == 64 * CHUNK
    assert PAYLOAD % 512 == 0


def test_the_longest_header_there_can_be_fits() -> None:
    longest = dataclasses.replace(HONEST, first=MAX_FIRST, k=64, n=MAX_SHARES, index=63, stage=max(STAGES, key=len))
    header, _ = open_parcel(plaintext(longest.signed(KEY)))
    assert header == longest


def test_a_header_reads_as_the_text_its_format_says() -> None:
    lines = HONEST.signed(KEY).decode("ascii").splitlines()
    assert lines[0] == "tamizdat parcel v1"
    assert [line.split(" ")[0] for line in lines[1:9]] == [
        "consignment",
        "group",
        "first",
        "share",
        "stage",
        "payload",
        "recipients",
        "signature",
    ]
    assert lines[4] == "share 3 5 4"
    assert lines[9].strip() == ""


def test_one_bit_flipped_anywhere_in_the_header_is_found() -> None:
    data, overlooked = bytearray(plaintext()), []
    for at in range(0, HEADER, 3):
        data[at] ^= 1
        with contextlib.suppress(BadParcel):
            open_parcel(data)
            overlooked.append(at)
        data[at] ^= 1
    assert overlooked == []
    open_parcel(data)


@pytest.mark.parametrize("at", [HEADER, HEADER + 1, PLAINTEXT // 2, PLAINTEXT - 1])
def test_one_bit_flipped_in_the_payload_is_found(at: int) -> None:
    data = bytearray(plaintext())
    data[at] ^= 0x80
    with pytest.raises(BadParcel, match="payload"):
        open_parcel(data)


@pytest.mark.parametrize("size", [0, 1, HEADER - 1, HEADER, PLAINTEXT - 1, PLAINTEXT + 1])
def test_another_size_is_refused_before_anything_is_read(size: int) -> None:
    with pytest.raises(BadParcel, match="4,194,304 or 524,288 bytes"):
        open_parcel((plaintext() + b"\0")[:size])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"first 7", b"first 07"),
        (b"first 7", b"first +7"),
        (b"first 7", b"first 7 "),
        (b"first 7", b"first  7"),
        (b"first 7", b"first 7_0"),
        (b"first 7", b"first 0x7"),
        (b"first 7", b"first"),
        (b"share 3 5 4", b"share 3 5"),
        (b"share 3 5 4", b"share 3 5 4 1"),
        (b"share 3 5 4", b"share 3 5 -1"),
        (b"share 3 5 4", b"share 0 5 4"),
        (b"share 3 5 4", b"share 6 5 4"),
        (b"share 3 5 4", b"share 3 5 5"),
        (b"share 3 5 4", b"share 3 65 4"),
        (b"group 00", b"group "),
        (b"group 00", b"group 0000"),
        (b"0a0b0c0d0e0f", b"0A0B0C0D0E0F"),
        (b"stage originals", b"stage Originals"),
        (b"stage originals", b"stage"),
        (b"parcel v1", b"parcel v2"),
        (b"\n", b"\r\n"),
        (b"first 7\n", b"first 7\nfirst 7\n"),
        (b"first 7\n", b""),
    ],
)
def test_a_header_in_another_form_is_refused_even_when_it_is_signed(old: bytes, new: bytes) -> None:
    header = HONEST.signed(KEY)
    assert old in header
    again = signed(header.replace(old, new))
    with pytest.raises(BadParcel):
        open_parcel(plaintext((again + b" " * HEADER)[:HEADER]))


@pytest.mark.parametrize("fill", [b"\0", b"\n", b"x"])
def test_nothing_can_be_hidden_behind_the_signature(fill: bytes) -> None:
    header = HONEST.signed(KEY)
    with pytest.raises(BadParcel):
        open_parcel(plaintext(header[:-20] + fill * 19 + b"\n"))


def test_a_signature_by_another_key_does_not_hold() -> None:
    with pytest.raises(BadParcel, match="signature"):
        open_parcel(plaintext(HONEST.signed(SigningKey.generate())))


def test_the_recipients_digest_does_not_depend_on_their_order() -> None:
    assert recipients_digest(["b", "a"]) == recipients_digest(["a", "b"]) != recipients_digest(["a"])


def test_a_small_parcel_opens_as_a_large_one_does() -> None:
    data = DATA[:SMALL_PAYLOAD]
    header = dataclasses.replace(HONEST, payload=blake3(data).digest())
    opened, found = open_parcel(plaintext(header.signed(KEY), data))
    assert (opened, bytes(found)) == (header, data)
