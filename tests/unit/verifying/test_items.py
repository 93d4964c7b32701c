"""The public statement of an item has exactly the members of its kind, and exactly the subjects that it names."""

from dataclasses import replace
from typing import Any

import pytest

from site_maker import Desk
from tamizdat.encoding import Json
from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import Statement, Subject, peek_envelope
from tamizdat.verifying.items import SHAPES, Item

DIGEST = "a" * 64
NAMED: dict[str, Json] = {"index": 9, "commitment": DIGEST}


def made(kind: str) -> Statement:
    desk = Desk()
    if kind == "picture":
        number = desk.take_in({"picture.jpg": b"a", "small.jpg": b"b"})
    elif kind == "post":
        number = desk.post("五年", {"en": "five", "bo": "ལྔ"}, {"picture-1.jpg": b"c"}, "四年", gone=True, shown=True)
    else:
        number = desk.person()
    return peek_envelope(desk.disclosed[desk.derived[number]][1])


STATEMENTS = {kind: made(kind) for kind in ("picture", "post", "person")}


@pytest.mark.parametrize("kind", STATEMENTS)
def test_every_kind_is_read(kind: str) -> None:
    item = Item.parse(STATEMENTS[kind])
    assert (item.number, item.kind) == (0, kind)


def test_a_post_names_all_that_is_private() -> None:
    item = Item.parse(STATEMENTS["post"])
    assert [name for name, _ in item.media] == ["picture-1.jpg"]
    assert {each.index for each in item.names} == set(range(10)), (
        "two observations, a picture, a removal, six of two works"
    )


@pytest.mark.parametrize("kind", STATEMENTS)
@pytest.mark.parametrize("act", ["published", "catalogued"])
def test_another_act_is_no_item(kind: str, act: str) -> None:
    with pytest.raises(BadStatement):
        Item.parse(replace(STATEMENTS[kind], act=act))


@pytest.mark.parametrize("kind", STATEMENTS)
def test_each_member_must_be_there_and_none_beside_them(kind: str) -> None:
    statement = STATEMENTS[kind]
    with pytest.raises(BadStatement):
        Item.parse(replace(statement, predicate={**statement.predicate, "more": ""}))
    for member in statement.predicate:
        rest = {name: value for name, value in statement.predicate.items() if name != member}
        with pytest.raises(BadStatement):
            Item.parse(replace(statement, predicate=rest))


@pytest.mark.parametrize("kind", STATEMENTS)
@pytest.mark.parametrize("value", [-1, 1.5, True, [1], {"a": 1}, [{}], [None]])
def test_each_member_has_its_type(kind: str, value: Json) -> None:
    statement = STATEMENTS[kind]
    for member in statement.predicate:
        if (member, value) == ("bytes", True):
            continue
        with pytest.raises(BadStatement):
            Item.parse(replace(statement, predicate={**statement.predicate, member: value}))


ODD: list[dict[str, Json]] = [
    {"kind": "clip"},
    {"kind": "picture"},
    {"kind": "voice"},
    {"kind": None},
    {"item": 1},
    {"url": "javascript:alert(1)"},
    {"url": "//x.com"},
    {"voice": {"id": "", "handle": ""}},
    {"published": 5},
    {"tags": "schools"},
    {"tags": [1]},
    {"earlier": [{"index": 1}]},
    {"gone": {**NAMED, "word": "absence", "deleted": None, "stood": None, "as_of": "2026-11-24"}},
    {"gone": {**NAMED, "word": "http", "deleted": None, "stood": -1, "as_of": "2026-11-24"}},
    {"reading": {"slice": 0, "member": "tweet", "escaped": True}},
    {"reading": {"slice": 0, "member": "/a//b", "escaped": True}},
    {"reading": {"slice": -1, "member": "/text", "escaped": True}},
    {"reading": {"slice": 0, "member": "/text", "escaped": 1}},
    {"reading": {"slice": 0, "member": "/text"}},
    {"source": {**NAMED, "commitment": "A" * 64}},
    {"day": "25.11.2026"},
    {"day": "2026-11-25\n"},
    {"pictures": []},
    {"published_files": []},
    {"translations": []},
    {"text": "another"},
]


@pytest.mark.parametrize("change", ODD)
def test_an_odd_post_is_refused(change: dict[str, Json]) -> None:
    statement = STATEMENTS["post"]
    with pytest.raises(BadStatement):
        Item.parse(replace(statement, predicate={**statement.predicate, **change}))


@pytest.mark.parametrize(
    "change",
    [
        {"language": "EN"},
        {"language": "en\n"},
        {"language": "en\x1b[2J"},
        {"language": "fr"},
        {"target": "six"},
        {"reviewed": []},
        {"notes": "x"},
        {"translated": {"index": 1}},
        {"credit": None},
    ],
)
def test_an_odd_translation_refuses_the_post(change: dict[str, Json]) -> None:
    statement = STATEMENTS["post"]
    made: Any = statement.predicate["translations"]
    works: Json = [{**made[0], **change}, *made[1:]]
    with pytest.raises(BadStatement):
        Item.parse(replace(statement, predicate={**statement.predicate, "translations": works}))


@pytest.mark.parametrize(
    "change", [{"age": 7}, {"names": ["x"]}, {"names": {"EN": "x"}}, {"sources": ["x"]}, {"address": "x"}]
)
def test_an_odd_person_is_refused(change: dict[str, Json]) -> None:
    statement = STATEMENTS["person"]
    made: Any = statement.predicate["said"]
    said: Any = {**made, **change}
    with pytest.raises(BadStatement):
        Item.parse(replace(statement, predicate={**statement.predicate, "said": said}))


@pytest.mark.parametrize("kind", STATEMENTS)
def test_the_subjects_are_those_that_the_statement_names_in_their_order(kind: str) -> None:
    statement = STATEMENTS[kind]
    subjects = statement.subjects
    others = [(*subjects, Subject("more.jpg", DIGEST)), (replace(subjects[0], name="x"), *subjects[1:])]
    if len(subjects) > 1:
        others += [subjects[::-1], subjects[1:], subjects[:-1]]
    for each in others:
        with pytest.raises(BadStatement):
            Item.parse(replace(statement, subjects=each))


def test_the_shapes_are_those_that_the_statements_have() -> None:
    assert set(SHAPES) == {"picture", "clip", "post", "person"}
