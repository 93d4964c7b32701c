"""The erasure code: any k of the k + m shares of a group give back its k payloads.

Reed–Solomon over GF(2⁸) in zfec's systematic form: shares 0 … k-1 are the payloads themselves, k … k+m-1 the parity.
With k = 1 every parity share is a copy. The code matrix is zfec's Vandermonde matrix brought into systematic form,
and ``docs/spec/age.md`` writes it out for a second implementation.

>>> two = parity([b"one", b"two", b"six"], 2)
>>> decode({0: b"one", 3: two[0], 4: two[1]}, k=3, m=2)
[b'one', b'two', b'six']

**A corrupt share is decoded into wrong bytes without a word.** The code mends what is missing, never what is wrong:
check every share's digest first.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import zfec

from tamizdat.errors import BadParcel

MAX_SHARES: Final = 256  #: k + m, the elements of GF(2⁸)

Share = bytes | bytearray | memoryview


def parity(shares: Sequence[Share], m: int) -> list[bytes]:
    """The *m* parity shares of the k data *shares*, all of one size."""
    k = len(shares)
    _check_counts(k, m)
    _check_sizes(shares)
    if k == 1:
        return [bytes(shares[0])] * m
    if m == 0:
        return []
    encoded: list[bytes] = zfec.Encoder(k, k + m).encode(tuple(shares), tuple(range(k, k + m)))
    return encoded


def decode(shares: Mapping[int, Share], k: int, m: int) -> list[bytes]:
    """The k data shares, in order, from any k of the k + m *shares* by number; more than k are not looked at."""
    _check_counts(k, m)
    if any(not 0 <= number < k + m for number in shares):
        raise BadParcel(f"Expected shares numbered 0 to {k + m - 1}, found another number.")
    if len(shares) < k:
        raise BadParcel(f"Expected {k} shares of a group to give it back, found {len(shares)}. Fetch more of them.")
    # data shares first: each is its own payload, and only the gaps cost arithmetic
    chosen = sorted(shares)[:k]
    _check_sizes([shares[number] for number in chosen])
    if chosen == list(range(k)) or k == 1:
        return [bytes(shares[number]) for number in chosen]
    decoded: list[bytes] = zfec.Decoder(k, k + m).decode(tuple(shares[number] for number in chosen), tuple(chosen))
    return decoded


def _check_counts(k: int, m: int) -> None:
    """Before anything is allocated: these numbers may come from a hostile parcel's header."""
    if k < 1 or m < 0 or k + m > MAX_SHARES:
        raise BadParcel(f"Expected at least 1 data share and at most {MAX_SHARES} shares in all, found {k} + {m}.")


def _check_sizes(shares: Sequence[Share]) -> None:
    sizes = {len(share) for share in shares}
    if len(sizes) != 1 or not sizes.pop():
        raise BadParcel("Expected shares of one size that is not zero, found different sizes or an empty one.")
