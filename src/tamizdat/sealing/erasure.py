"""The erasure code: any k of the k + m shares of a group give back its k payloads.

Reed–Solomon over GF(2⁸), systematic: shares 0 … k-1 are the payloads themselves, k … k+m-1 the parity. With k = 1
every parity share is a copy. zfec defines the code (``docs/spec/erasure.md`` writes it out, with a decoder of forty
lines); where the system has ISA-L, that does the same arithmetic some ten times faster, to the same bytes.

>>> two = parity([b"one", b"two", b"six"], 2)
>>> decode({0: b"one", 3: two[0], 4: two[1]}, k=3, m=2)
[b'one', b'two', b'six']

**A corrupt share is decoded into wrong bytes without a word.** The code mends what is missing, never what is wrong:
check every share's digest first.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeVar

import zfec

from tamizdat.errors import BadParcel
from tamizdat.sealing import erasure_isal

MAX_SHARES: Final = 256  #: k + m, the elements of GF(2⁸)

Share = bytes | bytearray | memoryview
S = TypeVar("S", bound=Share)


def parity(shares: Sequence[Share], m: int) -> list[bytes]:
    """Return the *m* parity shares of the k data *shares*, all of one size."""
    _check_counts(len(shares), m)
    size = _one_size(shares)
    if len(shares) == 1:
        return [bytes(shares[0])] * m
    out = [bytearray(size) for _ in range(m)]
    parity_into(out, shares)
    return [bytes(share) for share in out]


def parity_into(out: Sequence[bytearray | memoryview], shares: Sequence[Share]) -> None:
    """Compute the parity shares into buffers of the shares' size, one for each; best reused, as with sealing."""
    k, m = len(shares), len(out)
    _check_counts(k, m)
    size = _one_size([*shares, *out])
    if k > 1 and m and erasure_isal.usable(size):
        erasure_isal.multiply(_parity_rows(k, m), shares, out)
        return
    made = _encoder(k, m).encode(tuple(shares), tuple(range(k, k + m))) if k > 1 else [shares[0]] * m
    for buffer, share in zip(out, made, strict=True):
        buffer[:] = share


def decode(shares: Mapping[int, S], k: int, m: int) -> list[S | bytes]:
    """Return the k data shares, in order, from any k of the k + m *shares*; those that are there come back as given.

    With more than k, data shares are preferred: each is its own payload, and only the gaps cost arithmetic.

    Raises BadParcel.
    """
    _check_counts(k, m)
    if any(not 0 <= number < k + m for number in shares):
        raise BadParcel(f"Expected shares numbered 0 to {k + m - 1}, found {sorted(shares)}.")
    if len(shares) < k:
        raise BadParcel(f"Expected {k} shares of a group to give it back, found {len(shares)}. Fetch more of them.")
    chosen = tuple(sorted(shares)[:k])
    _one_size([shares[number] for number in chosen])
    if k == 1:
        return [shares[chosen[0]]]
    missing = [number for number in range(k) if number not in shares]
    mended = _mend([shares[number] for number in chosen], chosen, missing, k, m) if missing else {}
    return [mended[number] if number in mended else shares[number] for number in range(k)]


def _mend(given: Sequence[Share], chosen: tuple[int, ...], missing: list[int], k: int, m: int) -> dict[int, bytes]:
    if erasure_isal.usable(len(given[0])):
        rows = _decode_rows(k, m, chosen)
        out = [bytearray(len(given[0])) for _ in missing]
        erasure_isal.multiply(tuple(rows[number] for number in missing), given, out)
        return {number: bytes(share) for number, share in zip(missing, out, strict=True)}
    whole = zfec.Decoder(k, k + m).decode(tuple(given), chosen)
    return {number: whole[number] for number in missing}


@lru_cache(maxsize=64)
def _encoder(k: int, m: int) -> zfec.Encoder:
    return zfec.Encoder(k, k + m)


@lru_cache(maxsize=64)
def _parity_rows(k: int, m: int) -> tuple[bytes, ...]:
    """Return the code's matrix, asked of zfec: of the unit vectors it makes each parity share's k coefficients."""
    return tuple(_encoder(k, m).encode(_unit_vectors(k), tuple(range(k, k + m))))


@lru_cache(maxsize=1024)
def _decode_rows(k: int, m: int, chosen: tuple[int, ...]) -> tuple[bytes, ...]:
    """Return the inverse matrix, asked likewise: how each data share is made of the *chosen* ones."""
    return tuple(zfec.Decoder(k, k + m).decode(_unit_vectors(k), chosen))


def _unit_vectors(k: int) -> tuple[bytes, ...]:
    return tuple(bytes(column == row for column in range(k)) for row in range(k))


def _check_counts(k: int, m: int) -> None:
    """Check k and m before anything is allocated: these numbers may come from a hostile parcel's header."""
    if k < 1 or m < 0 or k + m > MAX_SHARES:
        raise BadParcel(f"Expected at least 1 data share and at most {MAX_SHARES} shares in all, found {k} + {m}.")


def _one_size(shares: Sequence[Share]) -> int:
    sizes = {len(share) for share in shares}
    if len(sizes) != 1 or 0 in sizes:
        raise BadParcel("Expected shares of one size that is not zero, found different sizes or an empty one.")
    return sizes.pop()
