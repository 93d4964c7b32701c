"""The wall spells what it should, with one tile for each person, whatever the script and however many there are."""

import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from support.sample_site import content, people, wall
from tamizdat.publishing.site.dot_letters import GROUNDED, SMALLEST, lettering
from tamizdat.publishing.site.names_wall import NamesWall, walls

needs_font = pytest.mark.skipif(
    lettering(wall("名单", "zh-Hans"), 1000)[0] is None,
    reason="no Chinese font is installed, so no wall was written",
)


def tiled(count: int, sentence: str = "名单不是数字", language: str = "zh-Hans") -> NamesWall:
    return NamesWall(content(people=people(count), wall=wall(sentence, language)))


@needs_font
@pytest.mark.parametrize("count", [180, 513, 4000, 9000])
def test_each_person_is_one_tile_in_the_order_of_the_list(count: int) -> None:
    wall = tiled(count)
    found = re.findall(r'href="\.\./items/(\d+)/index\.html" aria-label="([^"]+)"', str(wall.markup("")))
    assert found == [(str(each.number), each.told.name) for each in wall.shown.people]


@needs_font
def test_letters_grow_with_the_number_of_people() -> None:
    sizes = []
    for count in (250, 513, 1500, 9000):
        letters, doubt = lettering(wall("名单不是数字", "zh-Hans"), count)
        assert letters is not None
        assert doubt == ""
        assert letters.tiles <= count
        sizes.append(letters.blocks[0].width)
    assert sizes == sorted(sizes)
    assert sizes[0] > SMALLEST


@needs_font
def test_many_people_fill_the_ground_and_few_only_the_strokes() -> None:
    many, few = lettering(wall("名单不是数字", "zh-Hans"), 9000)[0], lettering(wall("名单不是数字", "zh-Hans"), 513)[0]
    assert many is not None
    assert few is not None
    assert many.full
    assert many.blocks[0].width >= GROUNDED
    assert not few.full


@needs_font
def test_different_letters_look_different_and_equal_ones_equal() -> None:
    letters = lettering(wall("名单名不是数字", "zh-Hans"), 2000)[0]
    assert letters is not None
    first, second, third, *others = letters.blocks
    assert first == third
    assert len({first, second, *others}) == 6
    for each in letters.blocks:
        assert 0.05 < each.strokes / (each.width * each.height) < 0.6


def test_too_few_people_or_no_sentence_make_a_plain_field_and_a_doubt_says_so() -> None:
    few, silent = tiled(20), tiled(100, "")
    assert not few.spells
    assert "20" in few.warning or "font" in few.warning
    assert str(few.markup("")).count("<a ") == 20
    assert silent.warning == ""
    assert str(silent.markup("")).count("<a ") == 100


def test_a_sentence_no_font_can_write_makes_a_plain_field() -> None:
    wall = tiled(500, "\U0001e900\ue000 \U0002fa20")
    assert not wall.spells
    assert "font" in wall.warning
    assert str(wall.markup("")).count("<a ") == 500


def test_a_wall_of_nobody_is_no_failure() -> None:
    wall = tiled(0)
    assert wall.warning == ""
    assert "<a" not in str(wall.markup(""))


def test_words_of_alphabets_are_written_too() -> None:
    wall = tiled(600, "Remember every name", "en")
    if wall.warning:
        pytest.skip(wall.warning)
    assert str(wall.markup("")).count('class="block') == 3


def test_names_and_labels_are_text() -> None:
    name = '"><script>alert(1)</script>'
    [one] = people(1)
    shown = content(people=(replace(one, told=replace(one.told, name=name, language='x"y')),))
    markup = str(NamesWall(shown).markup(name))
    assert "<script" not in markup
    assert markup.count('"') % 2 == 0


@needs_font
def test_in_small_it_shows_every_tile() -> None:
    wall = tiled(513)
    data, width, height = wall.small()
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    assert image.size == (width, height)
    solid = sum(image.getpixel((x, y))[3] > 0 for x in range(1, width, 5) for y in range(1, height, 5))  # type: ignore[index]  # RGBA pixels are tuples
    assert solid == 513
    assert len(data) < 10_000


def test_more_people_than_a_page_holds_stand_on_several_walls_each_of_about_the_same_size() -> None:
    shown = content(people=people(513), wall=wall("名单", "zh-Hans"))
    parts = walls(shown, 200)
    assert [len(each.shown.people) for each in parts] == [171, 171, 171]
    assert [each for part in parts for each in part.shown.people] == list(shown.people)
    assert str(parts[1].markup("", "../../")).count('href="../../items/') == 171
    assert len(walls(shown)) == len(walls(content(people=people(0), wall=wall("名单", "zh-Hans")))) == 1
