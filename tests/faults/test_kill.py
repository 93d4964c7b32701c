"""A short run of tests/faults/kill.py: processes killed at random instants lose, double and half-do nothing."""

import random

from faults.kill import torture


def test_a_dozen_kills_at_random_instants_lose_nothing() -> None:
    seed = random.randrange(1 << 32)
    print(f"to see it again: tests/faults/kill.py 12 --seed {seed}")
    assert torture(12, seed).total() == 12
