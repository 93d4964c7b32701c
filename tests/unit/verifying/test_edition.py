"""What an edition, an item and the two lists may say, and everything that is refused."""

from dataclasses import replace
from typing import Any

import pytest

from support.site_maker import Desk
from tamizdat.encoding import Json
from tamizdat.errors import BadPath, BadStatement
from tamizdat.ledger.merkle import leaf_hash, node_hash
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements import derived, published
from tamizdat.verifying.edition import Items, parse_files

A, B = "a" * 64, "b" * 64
PUBLISHED: dict[str, Json] = {
    "edition": 2, "previous": A, "date": "2026-11-23", "origin": "x",
    "items": {"count": 1, "root": A}, "files": {"count": 3, "sha256": B},
}  # fmt: skip
EDITION = Statement("published", (Subject("edition/files.txt", B),), PUBLISHED)


def test_an_edition_is_read() -> None:
    edition = published.read(EDITION)
    assert (edition.number, edition.previous, edition.date, edition.files.count, edition.files.sha256) == (
        2,
        A,
        "2026-11-23",
        3,
        B,
    )
    assert published.read(replace(EDITION, predicate={**PUBLISHED, "previous": None})).previous is None


@pytest.mark.parametrize(
    "change",
    [
        {"edition": 0}, {"edition": -1}, {"edition": True}, {"edition": "2"}, {"edition": 1.5}, {"previous": "A" * 64},
        {"previous": 1}, {"date": "2026-11-23\n"}, {"date": "23.11.2026"}, {"date": "٢٠٢٦-١١-٢٣"}, {"date": None},
        {"origin": 1}, {"items": None}, {"items": []}, {"items": {"count": 1}}, {"items": {"count": "1", "root": A}},
        {"files": {"count": 3, "sha256": A}}, {"files": {"count": 3, "sha256": B[:-1]}}, {"files": "x"},
    ],
)  # fmt: skip
def test_an_odd_edition_is_refused(change: dict[str, Json]) -> None:
    with pytest.raises(BadStatement):
        published.read(replace(EDITION, predicate={**PUBLISHED, **change}))


@pytest.mark.parametrize("member", PUBLISHED)
def test_an_edition_without_one_of_its_members_is_refused(member: str) -> None:
    with pytest.raises(BadStatement):
        published.read(replace(EDITION, predicate={name: value for name, value in PUBLISHED.items() if name != member}))


@pytest.mark.parametrize(
    "statement",
    [
        replace(EDITION, act="derived"),
        replace(EDITION, subjects=(Subject("files.txt", B),)),
        replace(EDITION, subjects=(Subject("edition/files.txt", A),)),
        replace(EDITION, subjects=(*EDITION.subjects, Subject("more", A))),
    ],
)
def test_a_statement_that_is_no_edition_is_refused(statement: Statement) -> None:
    with pytest.raises(BadStatement):
        published.read(statement)


def picture(**change: Any) -> Statement:
    desk = Desk()
    number = desk.take_in({"picture.jpg": b"a"})
    return Statement("derived", (Subject("picture.jpg", A),), {**desk.derived_predicate(number), **change})


def test_an_item_is_read() -> None:
    item = derived.read(picture())
    assert (item.number, item.source.index, item.media) == (0, 0, (Subject("picture.jpg", A),))


@pytest.mark.parametrize(
    "change", [{"item": 1}, {"item": False}, {"item": "0"}, {"source": None}, {"source": {"index": 0}}, {"source": []}]
)
def test_an_odd_item_is_refused(change: dict[str, Json]) -> None:
    with pytest.raises(BadStatement):
        derived.read(picture(**change))


@pytest.mark.parametrize("name", ["../picture.jpg", "a/b.jpg", "/etc/passwd", "a\\b", "..", "\x1b[2J"])
def test_media_that_lie_elsewhere_are_refused(name: str) -> None:
    with pytest.raises((BadStatement, BadPath)):
        derived.read(replace(picture(), subjects=(Subject(name, A),)))


def test_the_list_of_files_is_read() -> None:
    assert parse_files(f"{A}  a.html\n{B}  items/1/逃 亡.jpg\n".encode()) == {"a.html": A, "items/1/逃 亡.jpg": B}
    assert parse_files(b"") == {}


@pytest.mark.parametrize(
    "line",
    [
        f"{A} a", f"{A} *a", f"{A}  a\n{B}  a", f"{A.upper()}  a", f"{A}  ", f"{A[:-1]}  a", "", f"\\{A}  a",
        f"{A}  a\n", f"{A}  ../a", f"{A}  /a", f"{A}  a\r",
    ],
)  # fmt: skip
def test_an_odd_line_refuses_the_list_of_files(line: str) -> None:
    with pytest.raises((BadStatement, BadPath)):
        parse_files(f"{line}\n".encode())


@pytest.mark.parametrize("data", [f"{A}  a".encode(), b"\xff\n"])
def test_a_list_of_files_cut_short_or_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(BadStatement):
        parse_files(data)


def test_the_list_of_items_is_read_and_its_root_is_that_of_its_lines() -> None:
    items = Items.parse(f"2 {A}\n17 {B}\n".encode())
    assert items.digests == {2: A, 17: B}
    assert items.root == node_hash(leaf_hash(f"2 {A}".encode()), leaf_hash(f"17 {B}".encode()))


@pytest.mark.parametrize(
    "lines", [f"17 {A}\n2 {B}", f"2 {A}\n2 {B}", f"02 {A}", f"-1 {A}", f"2  {A}", f"2 {A[:-1]}", f"٢ {A}"]
)
def test_an_odd_list_of_items_is_refused(lines: str) -> None:
    with pytest.raises(BadStatement):
        Items.parse(f"{lines}\n".encode())
