"""How fast the ledger is and how much memory it takes, at a million entries; beside pymerkle, if it is installed.

    python bench/ledger.py            a million entries (pymerkle: a tenth of it, it takes long)
    python bench/ledger.py 100000     another number

Each measurement runs in a process of its own, so that the peak of memory is its own too.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from time import perf_counter
from typing import Any

from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.proof import verify_consistency, verify_inclusion
from tamizdat.ledger.published_log import Log
from tamizdat.ledger.tree import Tree

SAMPLES = 10_000


def entry(number: int) -> bytes:
    """A stand-in for a commitment: 32 bytes."""
    return sha256(number.to_bytes(8, "big")).digest()


def per_call(work: Callable[[int], object], arguments: Sequence[int]) -> str:
    """The average time of one call."""
    start = perf_counter()
    for argument in arguments:
        work(argument)
    return f"{(perf_counter() - start) / len(arguments) * 1e6:,.1f} µs"


def sample(count: int) -> list[int]:
    """Places spread over the whole ledger, in an order that is not the tree's."""
    return [number * 7_919 % count for number in range(min(SAMPLES, count))]


def peak() -> str:
    """The largest memory this process has held."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


def measure_tree(count: int) -> None:
    """Appending, proving and verifying, from leaf hashes, as the archive does."""
    tree = Tree()
    spent = 0.0
    for begin in range(0, count, 10_000):  # made outside the clock, and not kept: they are not the tree's memory
        leaves = [leaf_hash(entry(number)) for number in range(begin, min(begin + 10_000, count))]
        start = perf_counter()
        for leaf in leaves:
            tree.append(leaf)
        spent += perf_counter() - start
    print(f"  append                {count / spent:,.0f} a second")
    print(f"  peak of memory        {peak()}")
    root, places = tree.root(), sample(count)
    print(f"  root                  {per_call(tree.root, [count] * 1000)}")
    print(f"  inclusion proof       {per_call(tree.inclusion_proof, places)}")
    print(f"  consistency proof     {per_call(lambda place: tree.consistency_proof(place + 1), places)}")
    proofs = {place: tree.inclusion_proof(place) for place in places}
    check = per_call(lambda place: verify_inclusion(place, count, tree.hash_at(0, place), proofs[place], root), places)
    print(f"  verify inclusion      {check}")
    roots = {place: (tree.root(place + 1), tree.consistency_proof(place + 1)) for place in places}
    check = per_call(lambda place: verify_consistency(place + 1, count, roots[place][1], roots[place][0], root), places)
    print(f"  verify consistency    {check}")


def measure_publishing(count: int) -> None:
    """Every tile of the whole ledger, made anew."""
    entries = [entry(number) for number in range(count)]
    start = perf_counter()
    sizes = [len(data) for _, data in Log(entries).tiles()]
    print(f"  {len(sizes):,} files, {sum(sizes) / 1e6:,.0f} MB in {perf_counter() - start:.1f} s, peak {peak()}")


def measure_pymerkle(count: int) -> None:
    """The same with pymerkle's tree in memory; it hashes the entry inside its append."""
    pymerkle: Any = import_module("pymerkle")
    entries = [entry(number) for number in range(count)]
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    start = perf_counter()
    for each in entries:
        tree.append_entry(each)
    print(f"  append                {count / (perf_counter() - start):,.0f} a second")
    print(f"  peak of memory        {peak()}")
    places = sample(count)[:1000]
    print(f"  inclusion proof       {per_call(lambda place: tree.prove_inclusion(place + 1), places)}")
    root, leaf = tree.get_root(), tree.get_leaf(1)
    proof = tree.prove_inclusion(1)
    print(f"  verify inclusion      {per_call(lambda _: pymerkle.verify_inclusion(leaf, root, proof), places)}")


PARTS = {"tree": measure_tree, "publishing": measure_publishing, "pymerkle": measure_pymerkle}


def main() -> None:
    """Run each part in a process of its own."""
    if len(sys.argv) == 3:
        PARTS[sys.argv[1]](int(sys.argv[2]))
        return
    count = int(sys.argv[1]) if len(sys.argv) == 2 else 1_000_000
    sizes = {"tree": count, "publishing": count, "pymerkle": max(1, count // 10)}
    for part, size in sizes.items():
        if part == "pymerkle" and find_spec("pymerkle") is None:
            print("pymerkle: not installed (pip install pymerkle)")
            continue
        print(f"{part}, {size:,} entries", flush=True)
        subprocess.run([sys.executable, __file__, part, str(size)], check=True)


if __name__ == "__main__":
    main()
