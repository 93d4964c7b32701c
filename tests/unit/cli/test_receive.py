"""What the exit code of ``receive`` says: a script that runs it by itself reads nothing else."""

from collections import Counter
from dataclasses import replace
from io import StringIO

import pytest

from tamizdat.carrying.fetched import Allowance, Fetched
from tamizdat.carrying.receive import Arrival, Underway
from tamizdat.cli.console import Out
from tamizdat.cli.receive import remains, say_arrival

NOTHING = Fetched(Allowance(1 << 30), by_place={"blue": Counter(new=0, spare=2)})
COMING = Underway(bytes(32), 3, 9, None)


@pytest.mark.parametrize(
    ("arrival", "left"),
    [
        (Arrival(NOTHING), False),
        (Arrival(NOTHING, underway=[replace(COMING, closed=True)]), False),
        (Arrival(NOTHING, underway=[replace(COMING, closed=True), COMING]), True),
        (Arrival(replace(NOTHING, failures={"red": "It does not answer."})), True),
        (Arrival(replace(NOTHING, beyond=1)), True),
        (Arrival(NOTHING, over={"heron": 1}), True),
        (Arrival(NOTHING, copy_failures={"attic": "It is full."}), True),
        *((Arrival(replace(NOTHING, by_place={"blue": Counter({kind: 1})})), True)
          for kind in ("damaged", "contradicting", "faulty", "not for us")),
    ],
)  # fmt: skip
def test_whatever_is_not_here_or_not_as_it_should_be_is_told_by_the_exit_code(arrival: Arrival, left: bool) -> None:
    assert remains(arrival) is left
    out, err = StringIO(), StringIO()
    say_arrival(arrival, Out(False, out, err))
    assert ("Nothing new has arrived." in out.getvalue()) is (not left and not arrival.underway)
