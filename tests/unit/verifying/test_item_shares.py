"""Items judged by several processes are told of as if one had judged them all."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from support.attacks.base import TAMPERINGS, A, B, two_editions
from support.attacks.posts import said_anew
from tamizdat.errors import UsageError
from tamizdat.parallel import map_in_order, map_shared
from tamizdat.verifying import Report, verify
from tamizdat.verifying.item_shares import Share


def each_alone(work: Callable[[Sequence[int]], Share], numbers: Sequence[int]) -> list[Share]:
    """Divide the items in shares of one."""
    return [work([number]) for number in numbers]


def same(site: Path) -> Report:
    alone, shared = verify(site), verify(site, divide=each_alone)
    assert list(shared.links) == list(alone.links)
    assert (shared.shaky, shared.seen) == (alone.shaky, alone.seen)
    return alone


def test_a_sound_site_and_a_broken_one_give_the_same_report_in_shares(tmp_path: Path) -> None:
    desk = two_editions(tmp_path)
    assert same(tmp_path).holds
    TAMPERINGS["another_salt"].attack(tmp_path, desk)
    assert not same(tmp_path).holds


def test_one_post_in_two_items_is_found_in_whichever_shares_they_are(tmp_path: Path) -> None:
    desk = two_editions(tmp_path)
    said_anew(tmp_path, desk, B, post=desk.predicate(A)["post"])
    [found] = [link for link in same(tmp_path).broken if link.name == f"item {B}"]
    assert f"found the source of item {A}" in found.detail


def test_what_two_processes_find_comes_back_in_order() -> None:
    numbers = list(range(1001))
    assert [each for half in map_in_order(list, numbers) for each in half] == numbers


def test_pieces_that_two_processes_take_in_turns_are_each_done_once_and_come_back_in_order() -> None:
    done = map_shared(lambda each: (each, sum(range(each % 7 * 1000))), range(600), range(600, 1000), 1000)
    assert done == [(each, sum(range(each % 7 * 1000))) for each in range(1000)]


def test_what_is_refused_in_whichever_process_is_told() -> None:
    def refuse(number: int) -> int:
        if number == 700:
            raise UsageError("Expected another number, found 700.")
        return number

    with pytest.raises(UsageError, match="found 700"):
        map_shared(refuse, range(600), range(600, 1000), 1000)
