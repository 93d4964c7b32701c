"""The links of a report: however many they are, each comes back as it was, and those that say the same take no room."""

import pickle
from collections.abc import Iterable

import pytest

from tamizdat.verifying import Link, Verdict
from tamizdat.verifying.links import TOGETHER, Links

DETAILS = {
    Verdict.PROVED: "Its statement is signed by the desk and unaltered since it became entry 17.",
    Verdict.VOUCHED: 'The desk\'s word: "没有了" \\ \x1b[0m',
    Verdict.BROKEN: "Expected items/17/index.html, found '\udcff\u2028'.",
    Verdict.UNKNOWN: "",
}


def some(count: int, first: int = 0) -> list[Link]:
    verdicts = [*Verdict]
    every = ((f"item {each}", verdicts[each % len(verdicts)]) for each in range(first, first + count))
    return [Link(name, verdict, DETAILS[verdict]) for name, verdict in every]


def links(every: Iterable[Link]) -> Links:
    made = Links()
    for each in every:
        made.append(each)
    return made


@pytest.mark.parametrize("count", [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER + 5])
def test_each_link_comes_back_as_it_was_and_in_its_place(count: int) -> None:
    made, every = links(some(count)), some(count)
    assert list(made) == every
    assert all(type(each.verdict) is Verdict for each in made)
    assert len(made) == count
    assert list(pickle.loads(pickle.dumps(made))) == every


@pytest.mark.parametrize("before", [0, 3, TOGETHER, TOGETHER + 3])
@pytest.mark.parametrize("others", [0, 3, TOGETHER, TOGETHER + 3])
def test_links_of_others_come_after_those_that_are_there_and_further_ones_after_them(before: int, others: int) -> None:
    made, taken = links(some(before)), links(some(others, before))
    made.extend(taken)
    made.append(Link("files", Verdict.PROVED, "All."))
    assert list(made) == [*some(before + others), Link("files", Verdict.PROVED, "All.")]
    assert len(made) == before + others + 1
    assert list(taken) == some(others, before)


def test_links_of_many_sound_items_take_a_few_bytes_each() -> None:
    says = "Its statement is signed by the desk and unaltered since it became entry"
    many = links(Link(f"item {each}", Verdict.PROVED, f"{says} {each + 9_000}.") for each in range(20 * TOGETHER))
    assert len(pickle.dumps(many)) / len(many) < 8
