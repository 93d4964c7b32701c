"""Waiting for a browser, at the other end of two pipes."""

import os

import pytest

from tamizdat.captures.devtools import DevTools
from tamizdat.errors import WorkRemains


def test_a_browser_that_says_nothing_is_waited_for_as_long_as_somebody_wants() -> None:
    theirs, ours = os.pipe()
    incoming, outgoing = os.pipe()
    tools = DevTools(incoming, ours)
    looks: list[int] = []

    def stopped(size: int) -> None:
        looks.append(size)
        if len(looks) == 3:
            raise WorkRemains("It was stopped.")

    tools.advance = stopped
    try:
        with pytest.raises(WorkRemains):
            tools.ask("Page.enable", seconds=3600)
        assert looks == [0, 0, 0]
        tools.advance = lambda size: None
        assert not tools.wait("Page.loadEventFired", 0.3), "its time is over all the same"
    finally:
        tools.close()
        os.close(theirs)
        os.close(outgoing)
