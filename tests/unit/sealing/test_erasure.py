"""The erasure code: every loss it promises to mend, and every hostile count or size it must refuse."""

import itertools
import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import zfec

from tamizdat.errors import BadParcel
from tamizdat.sealing import erasure_isal
from tamizdat.sealing.erasure import decode, parity, parity_into

SPEC = Path(__file__).resolve().parents[3] / "docs/spec/erasure.md"
LARGE = erasure_isal.SMALLEST + 37
needs_isal = pytest.mark.skipif(
    not erasure_isal.usable(LARGE), reason="ISA-L (Debian: libisal2) is not installed; zfec alone was tested"
)


def group(k: int, m: int, size: int) -> tuple[list[bytes], dict[int, bytes]]:
    data = [os.urandom(size) for _ in range(k)]
    return data, dict(enumerate([*data, *parity(data, m)]))


@pytest.mark.parametrize("size", [1, 100, LARGE])
@pytest.mark.parametrize(("k", "m"), [(1, 0), (1, 1), (1, 4), (2, 1), (2, 3), (3, 2), (4, 0), (5, 3)])
def test_every_choice_of_k_shares_gives_the_data(k: int, m: int, size: int) -> None:
    data, shares = group(k, m, size)
    for chosen in itertools.combinations(shares, k):
        assert decode({number: shares[number] for number in chosen}, k, m) == data


@pytest.mark.parametrize(("k", "m"), [(10, 2), (10, 4), (50, 14), (200, 56), (1, 255), (255, 1)])
def test_any_m_losses_of_a_large_group_are_mended(k: int, m: int) -> None:
    data, shares = group(k, m, 64)
    for seed in range(5):
        kept = random.Random(seed).sample(sorted(shares), k)
        random.Random(seed).shuffle(kept)
        assert decode({number: shares[number] for number in kept}, k, m) == data


def test_with_one_data_share_every_parity_share_is_a_copy() -> None:
    assert parity([b"payload"], 3) == [b"payload"] * 3


def test_without_parity_nothing_is_made() -> None:
    assert parity([b"a", b"b"], 0) == []


def test_more_than_k_shares_are_fine_and_data_shares_come_back_as_given() -> None:
    data, shares = group(3, 2, LARGE)
    mended = decode(shares, 3, 2)
    assert mended == data
    assert all(mended[number] is shares[number] for number in range(3))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("size", [100, LARGE])
def test_any_kind_of_buffer_is_taken(kind: Callable[[bytes], bytes], size: int) -> None:
    data, shares = group(3, 2, size)
    assert parity([kind(share) for share in data], 2) == [shares[3], shares[4]]
    assert decode({number: kind(shares[number]) for number in (1, 3, 4)}, 3, 2) == data


@pytest.mark.parametrize("size", [100, LARGE])
@pytest.mark.parametrize("k", [1, 3])
def test_parity_is_written_into_parts_of_larger_buffers(k: int, size: int) -> None:
    data, shares = group(k, 2, size)
    buffers = [bytearray(b"\xee" * (size + 20)) for _ in range(2)]
    parity_into([memoryview(buffer)[10:-10] for buffer in buffers], data)
    for number, buffer in enumerate(buffers):
        assert buffer == b"\xee" * 10 + shares[k + number] + b"\xee" * 10


def test_a_corrupt_share_decodes_to_wrong_data_without_a_word() -> None:
    """Not what we want, but what the code does: this is why every digest is checked before."""
    data, shares = group(3, 2, 100)
    shares[3] = bytes(100)
    assert decode({0: shares[0], 1: shares[1], 3: shares[3]}, 3, 2) != data


@pytest.mark.parametrize(("k", "m"), [(0, 1), (-1, 2), (1, -1), (200, 57), (256, 1), (1, 256), (10**9, 10**9)])
def test_hostile_counts_are_refused_before_anything_is_allocated(k: int, m: int) -> None:
    with pytest.raises(BadParcel):
        decode({0: b"a"}, k, m)


@pytest.mark.parametrize(("k", "m"), [(0, 1), (1, -1), (200, 57), (257, 0)])
def test_hostile_counts_are_refused_when_sealing_too(k: int, m: int) -> None:
    with pytest.raises(BadParcel):
        parity([b"a"] * k, m)


def test_too_few_shares_are_refused() -> None:
    _, shares = group(3, 2, 10)
    for kept in ((), (0,), (0, 4)):
        with pytest.raises(BadParcel, match="Fetch more"):
            decode({number: shares[number] for number in kept}, 3, 2)


@pytest.mark.parametrize("number", [-1, 5, 255, 10**12])
def test_a_share_with_an_impossible_number_is_refused(number: int) -> None:
    _, shares = group(3, 2, 10)
    with pytest.raises(BadParcel):
        decode({0: shares[0], 1: shares[1], number: shares[3]}, 3, 2)


@pytest.mark.parametrize("sizes", [(10, 11), (10, 0), (0, 0), (LARGE, LARGE - 1)])
def test_shares_of_different_sizes_or_none_are_refused(sizes: tuple[int, int]) -> None:
    shares = [bytes(size) for size in sizes]
    with pytest.raises(BadParcel):
        parity(shares, 1)
    with pytest.raises(BadParcel):
        decode({0: shares[0], 2: shares[1]}, 2, 1)


def test_a_result_buffer_of_another_size_is_refused() -> None:
    for size in (LARGE - 1, LARGE + 1, 0):
        with pytest.raises(BadParcel):
            parity_into([bytearray(size)], [bytes(LARGE), bytes(LARGE)])


# --- ISA-L does zfec's arithmetic ------------------------------------------------------------------------------------


@needs_isal
@pytest.mark.parametrize(("k", "m"), [(2, 1), (3, 2), (2, 3), (10, 2), (10, 4), (100, 50), (252, 4)])
@pytest.mark.parametrize("size", [erasure_isal.SMALLEST, LARGE, 65536 + 1])
def test_isal_makes_the_bytes_of_zfec(k: int, m: int, size: int) -> None:
    data = [random.Random(number).randbytes(size) for number in range(k)]
    assert parity(data, m) == list(zfec.Encoder(k, k + m).encode(tuple(data), tuple(range(k, k + m))))


@needs_isal
@pytest.mark.parametrize(("k", "m"), [(2, 1), (3, 2), (10, 4)])
def test_without_isal_the_same_comes_out(monkeypatch: pytest.MonkeyPatch, k: int, m: int) -> None:
    data, shares = group(k, m, LARGE)
    losses = {number: share for number, share in shares.items() if number >= m}
    with_isal = decode(losses, k, m)
    monkeypatch.setattr(erasure_isal, "usable", lambda size: False)
    assert parity(data, m) == [shares[number] for number in range(k, k + m)]
    assert decode(losses, k, m) == with_isal == data


@needs_isal
def test_isal_refuses_buffers_that_do_not_fit() -> None:
    sound = bytes(LARGE)
    for rows, shares, out in (
        ((b"\1\1",), [sound, sound[:-1]], [bytearray(LARGE)]),
        ((b"\1\1",), [sound, sound], [bytearray(LARGE - 1)]),
        ((b"\1",), [sound, sound], [bytearray(LARGE)]),
        ((b"\1\1",), [sound, sound], [bytearray(LARGE), bytearray(LARGE)]),
    ):
        with pytest.raises(ValueError, match=r"fit|each row"):
            erasure_isal.multiply(rows, shares, out)


# --- the specification -----------------------------------------------------------------------------------------------


def decoder_of_the_specification() -> Callable[[dict[int, bytes], int, int], list[bytes]]:
    blocks = re.findall(r"```python\n(.*?)```", SPEC.read_text("utf-8"), re.DOTALL)
    names: dict[str, Callable[[dict[int, bytes], int, int], list[bytes]]] = {}
    exec(blocks[0], names)
    return names["decode"]


@pytest.mark.parametrize(("k", "m"), [(1, 2), (2, 1), (3, 2), (2, 3), (10, 4), (20, 6)])
def test_the_short_decoder_of_the_specification_mends_our_groups(k: int, m: int) -> None:
    data, shares = group(k, m, 50)
    spec_decode = decoder_of_the_specification()
    for seed in range(4):
        kept = random.Random(seed).sample(sorted(shares), k)
        assert spec_decode({number: shares[number] for number in kept}, k, m) == data


def test_the_worked_bytes_of_the_specification() -> None:
    rows = re.findall(r"^share (\d): ((?:[0-9a-f]{2} ?)+)$", SPEC.read_text("utf-8"), re.MULTILINE)
    shares = {int(number): bytes.fromhex(text) for number, text in rows}
    assert sorted(shares) == [0, 1, 2, 3, 4]
    assert parity([shares[0], shares[1], shares[2]], 2) == [shares[3], shares[4]]
