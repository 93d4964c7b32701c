"""Bencode is read in its one form, whatever a stranger wrote instead."""

import pytest

from tamizdat.errors import BadEncoding
from tamizdat.offline.bencode import DEEPEST, Bencoded, decode, encode

SOUND: list[Bencoded] = [0, -7, 10**18, b"", b"a:e", [], {}, {b"": [1, {b"a": b"b"}], b"b": -1}]


@pytest.mark.parametrize("value", SOUND)
def test_what_is_written_is_read_as_it_was(value: Bencoded) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize("value", SOUND)
def test_nothing_cut_short_or_with_a_byte_behind_is_read(value: Bencoded) -> None:
    data = encode(value)
    for damaged in (*(data[:size] for size in range(len(data))), data + b"e", b"l" + data):
        with pytest.raises(BadEncoding):
            decode(damaged)


@pytest.mark.parametrize(
    "data",
    [
        b"i-0e", b"i01e", b"i1", b"ie", b"i1.0e", b"i 1e", b"i" + b"9" * 40 + b"e", b"01:a", b"-1:a", b"9:a", b"2:a",
        b"9999999999999999999:a", b"di1e1:ae", b"dle1:ae", b"dde1:ae", b"d1:ae", b"d1:b0:1:a0:e", b"d1:a0:1:a0:e",
        b"x", b"l" * (DEEPEST + 2) + b"e" * (DEEPEST + 2), b"l" * 100_000, b"d1:a" * 100_000,
    ],
)  # fmt: skip
def test_what_is_written_in_another_way_is_refused(data: bytes) -> None:
    with pytest.raises(BadEncoding):
        decode(data)
