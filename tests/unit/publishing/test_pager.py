"""The pager of a long list: few links, none of them missing that a reader needs to come to every page."""

import pytest

from tamizdat.publishing.site.pager import Pager, pager


def way(number: int) -> str:
    return f"{number}/index.html"


def links_of(made: Pager | None) -> list[str]:
    assert made is not None
    ways = [made.before, *(each.href for each in made.links if each.label), made.after]
    return [each for each in ways if each]


@pytest.mark.parametrize("newest", ["", "Newest"])
@pytest.mark.parametrize("count", [2, 3, 7, 9, 10, 200, 1000])
def test_a_list_of_any_length_has_at_most_nine_links_and_both_neighbours(count: int, newest: str) -> None:
    for here in range(1, count + 1):
        made = pager(count, here, way, newest=newest)
        links = links_of(made)
        assert len(links) <= 9
        assert {way(each) for each in (here - 1, here + 1) if 1 <= each <= count} <= set(links)
        assert {way(1), way(count)} <= set(links)


def test_a_single_page_has_no_pager() -> None:
    assert pager(1, 1, way) is None


def test_a_gap_stands_only_where_two_pages_or_more_are_left_out() -> None:
    made = pager(9, 4, way)
    assert made is not None
    assert [each.label for each in made.links] == ["1", "2", "3", "4", "5", "", "9"]


def test_the_newest_posts_come_first_and_a_new_page_changes_only_the_pages_beside_it() -> None:
    before, after = (pager(count, 3, way, newest="Newest") for count in (9, 10))
    assert before is not None
    assert after is not None
    assert [each.label for each in before.links] == ["Newest", "", "4", "3", "2", "1"]
    assert (before.before, before.after) == (way(4), way(2))
    assert [each.label for each in after.links] == [each.label for each in before.links]
