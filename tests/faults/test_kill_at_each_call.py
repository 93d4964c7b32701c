"""A short run of tests/faults/kill_at_each_call.py: killed at a write, a flush, a rename, each verb loses nothing."""

import pytest

from faults.kill_at_each_call import IN_ORDER, torture


def test_verbs_killed_at_calls_spread_over_their_run_lose_nothing() -> None:
    total = torture(IN_ORDER, 1)
    assert total.total() >= len(IN_ORDER) - 1, "a verb whose last call it was may have ended"


@pytest.mark.parametrize("name", ["receive"])
def test_the_calls_of_a_verb_are_those_that_change_a_disk(name: str) -> None:
    total = torture((name,), 6)
    assert {"open to write", "fsync"} & total.keys()
