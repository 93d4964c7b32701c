"""Python's collector of garbage waits while a verb is loaded, and has nothing to catch up on afterwards."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from tamizdat.cli.garbage import garbage_waits


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    was = gc.isenabled()
    gc.enable()
    yield
    if not was:
        gc.disable()


class Circle:
    def __init__(self) -> None:
        self.own = self


def test_what_was_made_meanwhile_is_not_looked_through_at_once_and_garbage_of_it_is_found_in_the_end() -> None:
    with garbage_waits():
        assert not gc.isenabled()
        kept = [[number] for number in range(50_000)]
        gone = weakref.ref(Circle())
    assert gc.isenabled()
    assert len(gc.get_objects(generation=0)) < 1_000 < len(kept)
    assert gone() is not None
    gc.collect()
    assert gone() is None


def test_it_stays_off_for_who_switched_it_off_and_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="of a verb"), garbage_waits():
        raise ValueError("of a verb")
    assert gc.isenabled()
    gc.disable()
    with garbage_waits():
        pass
    assert not gc.isenabled()
    gc.enable()
