"""Waiting for descriptors."""

import os
import resource

import pytest

from tamizdat.disk.descriptors import is_readable

HIGH = 1_500  #: beyond what select() takes


@pytest.fixture
def pipe() -> tuple[int, int]:
    """The two ends of a pipe, its reading end under a high number."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= HIGH:
        pytest.skip("this system gives a process no descriptor of so high a number")
    near, there = os.pipe()
    os.dup2(near, HIGH)
    os.close(near)
    return HIGH, there


def test_what_is_said_and_that_the_other_side_is_gone_is_seen_at_a_high_number(pipe: tuple[int, int]) -> None:
    here, there = pipe
    try:
        assert not is_readable(here, 0)
        assert not is_readable(here, -1), "a time that is over is none that is waited for"
        os.write(there, b"x")
        assert is_readable(here, None)
        assert os.read(here, 9) == b"x"
        os.close(there)
        assert is_readable(here, 0)
    finally:
        os.close(here)
