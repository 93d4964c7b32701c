"""The erasure code beside others: ``python bench/erasure.py`` prints MB/s of payload on one core, the best of its runs.

zfec is always there; ISA-L, pyeclib, reed-solomon-leopard and reedsolo are measured if they are installed, and left
out if not. Shares are as large as a parcel's payload (4,193,792 bytes). Three figures for each: making the parity,
mending one lost payload, mending as many as the parity allows. What was decided from them is ADR 0001.
"""

import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import zfec

from tamizdat.sealing import erasure, erasure_isal

SHARE = 8191 * 512
GROUPS = [(1, 2), (3, 5), (2, 5), (10, 12), (10, 14)]  # k of n
RUNS = 7
PURE_PYTHON_SHARE = 20_000  # reedsolo codes byte strings of 255; a whole share would take minutes

Figures = tuple[float, float, float]


def best(action: Callable[[], object], payload: int, runs: int = RUNS) -> float:
    """MB/s of *payload* bytes."""
    least = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        action()
        least = min(least, time.perf_counter() - start)
    return payload / least / 1e6


def lost(count: int, k: int, shares: Sequence[Any]) -> dict[int, Any]:
    """k shares without the first *count* payloads: the parity takes their place."""
    return {number: shares[number] for number in [*range(count, k), *range(k, k + count)]}


def measure_ours(k: int, m: int, data: list[bytes]) -> Figures:
    out = [bytearray(SHARE) for _ in range(m)]
    encode = best(lambda: erasure.parity_into(out, data), k * SHARE)
    shares = [*data, *map(bytes, out)]
    one, most = lost(1, k, shares), lost(min(k, m), k, shares)
    assert list(erasure.decode(most, k, m)) == data
    return (
        encode,
        best(lambda: erasure.decode(one, k, m), k * SHARE),
        best(lambda: erasure.decode(most, k, m), k * SHARE),
    )


def measure_zfec(k: int, m: int, data: list[bytes]) -> Figures:
    encoder, decoder = zfec.Encoder(k, k + m), zfec.Decoder(k, k + m)
    numbers = tuple(range(k, k + m))
    shares = [*data, *encoder.encode(tuple(data), numbers)]
    one, most = lost(1, k, shares), lost(min(k, m), k, shares)
    return (
        best(lambda: encoder.encode(tuple(data), numbers), k * SHARE),
        best(lambda: decoder.decode(tuple(one.values()), tuple(one)), k * SHARE),
        best(lambda: decoder.decode(tuple(most.values()), tuple(most)), k * SHARE),
    )


def pyeclib_with(code: str) -> Callable[[int, int, list[bytes]], Figures | None]:
    """pyeclib takes one string, cuts and copies it, and writes a header of its own before each fragment."""

    def measure(k: int, m: int, data: list[bytes]) -> Figures | None:
        driver = importlib.import_module("pyeclib.ec_iface").ECDriver(k=k, m=m, ec_type=code)
        blob = b"".join(data)
        shares = driver.encode(blob)
        one, most = (list(lost(count, k, shares).values()) for count in (1, min(k, m)))
        assert driver.decode(most) == blob
        return (
            best(lambda: driver.encode(blob), k * SHARE),
            best(lambda: driver.decode(one), k * SHARE),
            best(lambda: driver.decode(most), k * SHARE),
        )

    return measure


def measure_leopard(k: int, m: int, data: list[bytes]) -> Figures | None:
    library = importlib.import_module("reed_solomon_leopard")
    shares = [*data, *library.encode(data, m)]

    def mend(count: int) -> Callable[[], object]:
        kept = lost(count, k, shares)
        original = {number: share for number, share in kept.items() if number < k}
        recovery = {number - k: share for number, share in kept.items() if number >= k}
        return lambda: library.decode(k, m, original, recovery)

    return tuple(best(action, k * SHARE) for action in (lambda: library.encode(data, m), mend(1), mend(min(k, m))))  # type: ignore[return-value]


def measure_reedsolo(k: int, m: int, data: list[bytes]) -> Figures | None:
    codec = importlib.import_module("reedsolo").RSCodec(m, nsize=k + m)
    column = b"".join(share[: PURE_PYTHON_SHARE // k] for share in data)
    column = column[: len(column) // k * k]
    coded = codec.encode(column)

    def mend(count: int) -> Callable[[], object]:
        damaged = bytearray(coded)
        gaps = [start + gap for start in range(0, len(coded), k + m) for gap in range(count)]
        for gap in gaps:
            damaged[gap] = 0
        return lambda: codec.decode(damaged, erase_pos=gaps)

    return tuple(best(action, len(column), 1) for action in (lambda: codec.encode(column), mend(1), mend(min(k, m))))  # type: ignore[return-value]


CANDIDATES: dict[str, Callable[[int, int, list[bytes]], Figures | None]] = {
    "tamizdat": measure_ours,
    "zfec alone": measure_zfec,
    "pyeclib, ISA-L": pyeclib_with("isa_l_rs_vand"),
    "pyeclib, built-in": pyeclib_with("liberasurecode_rs_vand"),
    "reed-solomon-leopard": measure_leopard,
    "reedsolo": measure_reedsolo,
}


def main() -> None:
    print(f"ISA-L is {'used' if erasure_isal.usable(SHARE) else 'not installed'}; {SHARE:,} bytes a share\n")
    print(f"{'MB/s of payload':22}" + "".join(f"{f'{k} of {n}':>22}" for k, n in GROUPS))
    print(f"{'':22}" + f"{'make  mend1  mend-m':>22}" * len(GROUPS))
    for name, measure in CANDIDATES.items():
        cells = []
        for k, n in GROUPS:
            data = [os.urandom(SHARE) for _ in range(k)]
            try:
                figures = measure(k, n - k, data)
            except ImportError:
                figures = None
            except Exception as error:  # noqa: BLE001 - a candidate that cannot do a group says so in its cell
                cells.append(f"{type(error).__name__:>22}")
                continue
            cells.append(f"{' '.join(f'{figure:6,.0f}' for figure in figures) if figures else '–':>22}")
        print(f"{name:22}" + "".join(cells))


if __name__ == "__main__":
    main()
