"""Long JSON arrays: every element is found where it is, however little is read at a time."""

import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from support.kinds import examples
from tamizdat.posts import elements as module
from tamizdat.posts.elements import Damage, Element, Window, decode, elements

LEAVES = st.none() | st.booleans() | st.integers() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
OBJECTS = st.lists(st.dictionaries(st.text(min_size=1), VALUES, max_size=4), max_size=12)


class Trickle(io.BytesIO):
    """A file that gives out a few bytes at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7)


def read(data: bytes) -> list[Element | Damage]:
    return list(elements(Window(Trickle(data))))


@settings(max_examples=examples(60), deadline=None)
@given(OBJECTS, st.booleans(), st.sampled_from([None, 1]))
def test_each_element_is_its_bytes(values: list[dict[str, Any]], plain: bool, indent: int | None) -> None:
    data = json.dumps(values, ensure_ascii=plain, indent=indent).encode("utf-8", "surrogatepass")
    found = read(data)
    if b"\xed" in data and any(isinstance(each, Damage) for each in found):
        return  # lone surrogates in the open are not UTF-8
    assert [each.value for each in found if isinstance(each, Element)] == values
    for each in found:
        assert isinstance(each, Element)
        assert decode(data[each.offset : each.offset + each.length]) == each.value


@settings(max_examples=examples(60), deadline=None)
@given(OBJECTS.filter(bool), st.data())
def test_after_a_blow_the_elements_before_it_are_there_and_nothing_crashes(
    values: list[dict[str, Any]], data: st.DataObject
) -> None:
    sound = json.dumps(values).encode()
    at = data.draw(st.integers(0, len(sound) - 1))
    blow = data.draw(st.binary(max_size=4))
    found = read(sound[:at] + blow + sound[at + len(blow) :])
    before = [each for each in read(sound) if isinstance(each, Element) and each.offset + each.length < at]
    assert [each for each in found if isinstance(each, Element)][: len(before)] == before


@settings(max_examples=examples(60), deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet='[]{},":\\ 1a').map(str.encode))
def test_noise_ends(data: bytes) -> None:
    for each in read(data):
        assert 0 <= each.offset <= len(data)
        assert each.offset + each.length <= len(data)


def test_a_file_full_of_damage_is_given_up_after_a_while() -> None:
    found = list(elements(Window(io.BytesIO(b"[" + b'{"a" 1},' * 50_000 + b"]"))))
    assert len(found) <= module.MAX_DAMAGES + 1
    assert isinstance(found[-1], Damage)
    assert found[-1].kind == "limit"
