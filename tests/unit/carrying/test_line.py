"""One line is shared out: the oldest parcel moves, and what does not move holds up nobody."""

import threading
from collections.abc import Callable

import pytest

from tamizdat.carrying import line as line_module
from tamizdat.carrying.line import QUICK, STALLED, Line, Stopped, Transfer


class Clock:
    """The clock that the line is given in these tests: its seconds pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(line_module, "time", made)
    return made


def has_turn(transfer: Transfer) -> bool:
    """Whether a transfer that asks for its turn gets it, however long this machine takes."""
    return asked(transfer.turn).wait(60)


def waits(transfer: Transfer) -> bool:
    """Whether a transfer that asks for its turn is still waiting for it after a moment."""
    return not asked(transfer.turn).wait(0.3)


def asked(wait: Callable[[], None]) -> threading.Event:
    """What is set once somebody who waits for something gets it."""
    got = threading.Event()

    def ask() -> None:
        try:
            wait()
        except Stopped:
            return
        got.set()

    threading.Thread(target=ask, daemon=True).start()
    return got


def test_one_moves_at_a_time_and_the_oldest_is_next() -> None:
    line = Line(6)
    second, first, third = (line.enter((number,)) for number in (2, 1, 3))
    assert has_turn(second), "it came first and nobody else asks"
    second.moved(0)
    assert waits(third)
    assert waits(first)
    second.sent()
    assert has_turn(first)
    assert waits(third)
    line.stop()


def test_whoever_is_still_connecting_holds_up_nobody() -> None:
    line = Line(6)
    line.enter((1,))
    assert has_turn(line.enter((2,)))


def test_what_hangs_does_not_count_and_what_moves_again_does(clock: Clock) -> None:
    line = Line(6)
    hanging, other = line.enter((1,)), line.enter((2,))
    assert has_turn(hanging)
    clock.now += STALLED + 1
    assert has_turn(other)
    other.moved(1000)
    hanging.moved(1000)
    assert waits(other), "the older one goes first again"
    line.stop()


def test_the_budget_grows_with_quick_parcels_and_shrinks_when_one_is_cut_off() -> None:
    line = Line(3)
    for number in range(5):
        transfer = line.enter((number,))
        transfer.turn()
        transfer.moved(4_000_000)
        line.leave(transfer)
    assert line.budget == 3
    for number in range(3):
        transfer = line.enter((number,))
        transfer.turn()
        line.leave(transfer, cut=True)
    assert line.budget == 1


def test_who_waits_when_the_run_is_stopped_ends() -> None:
    line = Line(1)
    assert has_turn(line.enter((1,)))
    waiting = line.enter((2,))
    threading.Timer(0.1, line.stop).start()
    with pytest.raises(Stopped):
        waiting.turn()


def test_several_that_began_to_share_the_line_fairly_all_count_and_the_oldest_goes_on_alone(clock: Clock) -> None:
    line = Line(9)
    transfers = [line.enter((number,)) for number in range(6)]
    for transfer in transfers:
        assert has_turn(transfer)
        clock.now += STALLED + 1  # the line is silent: the next one tries
    for _ in range(4):  # it is back, and all of them move
        clock.now += 1
        for transfer in transfers:
            transfer.moved(20_000)
    assert has_turn(transfers[0])
    for transfer in transfers[1:]:
        transfers[0].moved(20_000)
        transfer.moved(1)
    assert waits(transfers[5])
    line.stop()


def test_of_those_that_stalled_and_ask_again_only_the_oldest_gets_its_turn(clock: Clock) -> None:
    line = Line(9)
    transfers = [line.enter((number,)) for number in range(4)]
    for transfer in transfers:
        assert has_turn(transfer)
        clock.now += STALLED + 1  # the line is silent: the next one tries
    assert has_turn(transfers[0])
    transfers[0].moved(20_000)  # it is back
    assert all(waits(each) for each in transfers[1:])
    line.stop()


def test_only_the_next_one_is_let_connect() -> None:
    line = Line(6)
    moving, following, later = (line.enter((number,)) for number in range(3))
    assert has_turn(moving)
    assert asked(following.soon).wait(60)
    assert not asked(later.soon).wait(0.3)
    assert moving.others_wait()
    line.stop()


@pytest.mark.parametrize(("moved", "budget"), [(1000, 2), (500, 1)])
def test_how_quickly_a_parcel_goes_through_counts_to_its_end_also_where_it_leaves_before(
    clock: Clock, moved: int, budget: int
) -> None:
    line = Line(6)
    transfer = line.enter((1,), 1000)
    assert has_turn(transfer)
    clock.now += QUICK * 0.75
    transfer.moved(moved)
    transfer.sent()
    assert line.budget == budget
