"""The limit of the line, and its hours."""

from datetime import datetime, time

import pytest

from tamizdat.errors import UsageError
from tamizdat.network.limit import Hours, Limit, parse_rate


class Clock:
    """A clock that goes on only when somebody sleeps, or the line is busy."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("rate", [20_000, 500_000, 3_000_000])
def test_the_limit_is_held_within_a_tenth_and_used_up(rate: int) -> None:
    clock = Clock()
    limit = Limit(rate, clock, clock.sleep)
    pieces = 30 * rate // (16 << 10)
    for _ in range(pieces):
        limit.take(16 << 10)
    seconds = clock.now - 1000
    assert 0.9 * rate <= pieces * (16 << 10) / seconds <= 1.1 * rate


def test_what_a_pause_left_unused_does_not_come_all_at_once_afterwards() -> None:
    clock = Clock()
    limit = Limit(100_000, clock, clock.sleep)
    limit.take(10_000)
    clock.now += 3600
    start = clock.now
    for _ in range(100):
        limit.take(10_000)
    assert clock.now - start >= 9


def test_a_changed_limit_holds_from_the_next_piece_on() -> None:
    clock = Clock()
    limit = Limit(None, clock, clock.sleep)
    limit.take(1 << 30)
    assert clock.now == 1000, "no limit, no waiting"
    limit.rate = 10_000
    for _ in range(100):
        limit.take(10_000)
    assert 90 <= clock.now - 1000 <= 110
    limit.rate = None
    before = clock.now
    limit.take(1 << 30)
    assert clock.now == before


@pytest.mark.parametrize(
    ("text", "rate"), [("500k", 500_000), ("1.5M", 1_500_000), ("64000", 64_000), ("1k", 1000), ("none", None)]
)
def test_limits(text: str, rate: int | None) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0", "500", "0.5k", "500kB", "-1k", "1e6", "１k", "5 k", "k", "9" * 20])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="like 500k"):
        parse_rate(text)


def at(clock: str) -> datetime:
    return datetime.combine(datetime(2026, 5, 1).date(), time.fromisoformat(clock))


def test_hours_within_a_day_and_over_midnight() -> None:
    night, late = Hours.parse("01:00-06:00"), Hours.parse("22:30-05:00")
    assert night is not None
    assert late is not None
    assert [night.hold(at(clock)) for clock in ("00:59", "01:00", "05:59", "06:00", "13:00")] == [0, 1, 1, 0, 0]
    assert [late.hold(at(clock)) for clock in ("22:29", "22:30", "00:00", "04:59", "05:00")] == [0, 1, 1, 1, 0]
    assert str(late) == "22:30-05:00"
    assert Hours.parse("none") is None


@pytest.mark.parametrize("text", ["", "1:00-6:00", "01:00", "24:00-06:00", "01:60-02:00", "01:00-01:00", "01:00–06:00"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="like 01:00-06:00"):
        Hours.parse(text)
