"""Read many changed inputs with each reader; say how many, what became of them, how long, and which lines were reached.

::

    .venv/bin/python tests/long/fuzz_readers.py [COUNT [READER …]]       100,000 of each by default; some minutes

Exit code 1 if a reader raised anything but an error of ours, took more than :data:`SECONDS` for one input, or made the
process grow by more than :data:`MEMORY` with one input or with all of them. No part of the suite, which reads a few
hundred of each (tests/property/test_readers.py).
"""

import random
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.high_water import HighWater  # noqa: E402 -- found by the line above
from support.readers import READERS, Reader  # noqa: E402 -- found by the line above
from tamizdat.errors import TamizdatError  # noqa: E402

SECONDS = 2.0  #: of processor time for one input
MEMORY = 64 << 20  #: bytes by which the process may grow
TRACED = 3000  #: inputs whose lines are counted: tracing makes them many times slower


def main() -> int:
    """Run every reader that was asked for."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    names = sys.argv[2:] or list(READERS)
    return max([_fuzz(name, READERS[name], count) for name in names])


def _fuzz(name: str, reader: Reader, count: int) -> int:
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    slowest, began = 0.0, time.monotonic()
    water, largest = HighWater(), 0
    for seed in range(count):
        data = reader.make(random.Random(f"{name} {seed}"))
        water.set_back()
        start = time.process_time()
        try:
            reader.read(data)
            outcomes["read"] += 1
        except TamizdatError as error:
            outcomes[type(error).__name__] += 1
        except Exception as error:  # noqa: BLE001 -- this is what is looked for
            faults.append(f"seed {seed}: {type(error).__name__}: {error}")
        slowest, largest = max(slowest, time.process_time() - start), max(largest, water.grown())
    grown = water.kept()
    reached, lines = _lines_reached(name, reader)
    told = ", ".join(f"{what} {number:,}" for what, number in outcomes.most_common())
    print(
        f"{name}: {count:,} inputs, {time.monotonic() - began:.0f} s, slowest {slowest * 1000:.1f} ms, "
        f"most memory for one {largest / (1 << 20):.1f} MiB, grown by {grown >> 20} MiB in all; {told}; "
        f"{reached} of {lines} lines of functions in {reader.module} reached",
        flush=True,
    )
    for fault in faults[:5]:
        print(f"  FAULT {fault}", flush=True)
    return int(bool(faults) or slowest > SECONDS or max(largest, grown) > MEMORY)


def _lines_reached(name: str, reader: Reader) -> tuple[int, int]:
    """How many lines of the reader's module ran, of those in functions that ran."""
    file = str(ROOT / "src/tamizdat" / reader.module)
    reached: set[int] = set()
    possible: set[int] = set()

    def trace(frame: FrameType, event: str, argument: object) -> object:
        if frame.f_code.co_filename != file:
            return None
        if event == "call":
            possible.update(line for _, _, line in frame.f_code.co_lines() if line)
        reached.add(frame.f_lineno)
        return trace

    for seed in range(TRACED):
        data = reader.make(random.Random(f"{name} {seed}"))
        sys.settrace(trace)  # type: ignore[arg-type]
        try:
            reader.read(data)
        except Exception:  # noqa: BLE001 -- judged above
            pass
        finally:
            sys.settrace(None)
    return len(reached & possible), len(possible)


if __name__ == "__main__":
    sys.exit(main())
