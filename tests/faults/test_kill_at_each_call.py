"""A short run of tests/faults/kill_at_each_call.py: killed in the middle, and once more, every verb loses nothing."""

from faults.kill_at_each_call import IN_ORDER, torture


def test_verbs_that_are_killed_in_their_middle_lose_nothing() -> None:
    assert torture(IN_ORDER, 1).total() >= len(IN_ORDER)
