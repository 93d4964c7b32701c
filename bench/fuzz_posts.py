"""Changed exports and feeds for every reader of strangers' bytes, as many as one likes.

    python bench/fuzz_posts.py                       100,000 of each kind
    python bench/fuzz_posts.py twarc 1000 7000       one kind, so many, from this seed on

Prints each error that is not ours with the seed that found it (once for each place in the code), how many posts were
read, the slowest input, and the one that took most memory. Exit code 1 for such an error, and for an input that took
more than :data:`SECONDS` of processor time or let the process grow by more than :data:`MEMORY`.
"""

import sys
import tempfile
import traceback
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import support.mutated_more  # noqa: F401 -- adds its kinds
from support.high_water import HighWater
from support.mutated_exports import KINDS, MEMORY, export, read_all
from tamizdat.errors import TamizdatError

COUNT = 100_000
SECONDS = 10.0  #: of processor time for one input; the largest have a million characters


def fuzz(kind: str, count: int, first: int) -> int:
    """Reads *count* changed exports; returns how many raised what they must not, or took too much."""
    faults: dict[str, int] = {}
    posts, refused, slowest, largest, start = 0, 0, (0.0, 0), (0, 0), perf_counter()
    memory = HighWater()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            begun = process_time()
            memory.set_back()
            try:
                opened = export(kind, seed, Path(folder))
                begun = process_time()
                memory.set_back()
                try:
                    posts += read_all(opened)
                finally:
                    opened.close()
            except TamizdatError:
                refused += 1
            except Exception as error:  # noqa: BLE001 -- what it is looking for
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
                if where not in faults:
                    print(f"  {kind} {seed}: {where}", flush=True)
                faults[where] = faults.get(where, 0) + 1
            slowest = max(slowest, (process_time() - begun, seed))
            largest = max(largest, (memory.grown(), seed))
    spent = perf_counter() - start
    print(f"{kind:<10} {count:>9,} inputs from {first}, {posts:,} posts, {refused:,} refused, {sum(faults.values()):,} "
          f"faults; slowest {slowest[0]:.2f} s (seed {slowest[1]}), most memory {largest[0] / (1 << 20):.1f} MiB "
          f"(seed {largest[1]}); {spent:.0f} s", flush=True)  # fmt: skip
    return sum(faults.values()) + (slowest[0] > SECONDS) + (largest[0] > MEMORY)


if __name__ == "__main__":
    kinds = sys.argv[1:2] or list(KINDS)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else COUNT
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    sys.exit(sum(fuzz(kind, count, first) for kind in kinds) > 0)
