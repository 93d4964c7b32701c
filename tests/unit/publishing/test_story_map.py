"""A map shows its places among outlines of countries, wherever on the globe they lie, and in few bytes."""

import re

import pytest

from tamizdat.publishing.site.story_map import TALL, WIDE, drawing_of


@pytest.mark.parametrize(
    "places",
    [
        [("31.83", "104.46"), ("31", "103.62")],
        [("0", "0")],
        [("90", "0"), ("-90", "180")],
        [("65.5", "-179.9"), ("52", "179.5")],
        [("-13.83", "-171.76"), ("-18.14", "178.44")],
        [("0", str(east)) for east in range(-180, 181, 20)],
        [("-77.85", "166.67")],
        [("31", "103")] * 12,
    ],
    ids=[
        "two in China",
        "one",
        "the poles",
        "over the meridian",
        "Fiji",
        "all around",
        "Antarctica",
        "one place twelve times",
    ],
)
def test_every_place_is_in_the_drawing_and_its_number_beside_it(places: list[tuple[str, str]]) -> None:
    drawing = drawing_of(places)
    assert [mark.number for mark in drawing.marks] == [*range(1, len(places) + 1)]
    assert re.fullmatch(r"(M-?\d+ -?\d+l[-\d ]+z)*", drawing.land)
    assert re.fullmatch(r"(M\d+ \d+[VH]\d+)*", drawing.net)
    assert len(drawing.land) < 60_000
    assert all(0 <= mark.x <= WIDE and 7 <= mark.y <= TALL - 7 for mark in drawing.marks), "a dot has a radius of 7"


def test_what_is_seen_of_a_region_has_the_outlines_of_its_countries() -> None:
    drawing = drawing_of([("47", "8")])  # in the middle of a continent
    assert drawing.land.count("z") > 20
    assert drawing_of([("-48.9", "-123.4")]).land == "", "as far from any land as one can be"


def test_neighbours_on_both_sides_of_the_meridian_where_degrees_begin_anew_are_neighbours_on_the_map() -> None:
    samoa, fiji = drawing_of([("-13.83", "-171.76"), ("-18.14", "178.44")]).marks
    assert 100 < samoa.x - fiji.x < WIDE / 2
