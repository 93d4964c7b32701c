"""A short run of tests/faults/kill.py: processes killed at random instants lose, double and half-do nothing."""

import random

import pytest

from faults.kill import torture


@pytest.mark.long
def test_some_kills_at_random_instants_lose_nothing() -> None:
    seed = random.randrange(1 << 32)
    total = torture(3, seed)  # a failure names the folder it kept
    assert total.total() == 3, f"to see it again: tests/faults/kill.py 3 --seed {seed}"
