"""The code by which a desk says what it lacks: short, checked, and refused when a letter of it is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamizdat.carrying.missing_groups import RUNS, Lacking, mark_of
from tamizdat.encoding import CROCKFORD
from tamizdat.errors import BadEncoding

ID = bytes(range(32))


def test_the_worked_example_of_the_specification() -> None:
    lacking = Lacking.of(ID, 3, {0, 1, 2, 3, 7, 8, 9}, 12)
    assert lacking.runs == ((4, 7), (10, 12))
    assert lacking.mark == mark_of(ID) == bytes.fromhex("f57c")
    assert lacking.code() == "YNY0-6304-0C1G-5E9X"
    assert [first for first in range(20) if lacking.wants(first, 1)] == [4, 5, 6, *range(10, 20)]


@given(st.sets(st.integers(0, 300)), st.integers(0, 1 << 40))
def test_what_is_lacking_is_asked_for_and_survives_being_read_out(here: set[int], files: int) -> None:
    beyond = max(here, default=-1) + 1
    lacking = Lacking.of(ID, files, here, beyond)
    assert Lacking.parse(lacking.code().lower().replace("-", " ")) == lacking
    assert all(lacking.wants(number, 1) for number in range(310) if number not in here)
    assert len(lacking.runs) <= RUNS
    gaps = sum(number not in here and (number == 0 or number - 1 in here) for number in range(beyond))
    if gaps <= RUNS:
        assert not any(lacking.wants(number, 1) for number in here), "nothing else is asked for"


def test_one_wrong_letter_is_noticed() -> None:
    code = Lacking.of(ID, 40, {0, 1, 5}, 9).code()
    taken = []
    for place, letter in enumerate(code):
        for other in CROCKFORD if letter != "-" else "":
            if other != letter:
                try:
                    taken.append(Lacking.parse(code[:place] + other + code[place + 1 :]))
                except BadEncoding:
                    continue
    assert taken == []


@pytest.mark.parametrize("code", ["", "hello", "S8P0", "U" * 22, "0" * 300, "YNY0-6304-0C1G-5E9W"])
def test_what_no_desk_says_is_refused(code: str) -> None:
    with pytest.raises(BadEncoding):
        Lacking.parse(code)


def test_a_device_that_claims_a_huge_stream_makes_no_long_code_and_costs_no_time() -> None:
    lacking = Lacking.of(ID, 0, {5, (1 << 47) + 3}, (1 << 47) + 4)
    assert len(lacking.code()) < 60
    assert Lacking.parse(lacking.code()) == lacking
