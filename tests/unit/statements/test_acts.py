"""Statements of every act: written, read again to the same value, and refused in any other form."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.old_desk import OldDesk
from tamizdat.archive import Archive
from tamizdat.encoding import Json
from tamizdat.errors import BadStatement
from tamizdat.ledger.signing import payload_of
from tamizdat.ledger.statement import Statement, Subject, peek_envelope
from tamizdat.statements import Act, captured, catalogued, derived, read
from tamizdat.statements.captured import CapturedFile, CapturedSource
from tamizdat.statements.catalogued import (
    CataloguedItem,
    CataloguedPerson,
    CataloguedPost,
    CataloguedTerm,
    CataloguedWall,
    PersonEntry,
    TermEntry,
    Wall,
)
from tamizdat.statements.derived import (
    Earlier,
    Footage,
    Person,
    PersonRecord,
    Picture,
    Post,
    Removal,
    TextPointer,
    Voice,
)
from tamizdat.statements.edited import Edited, Side
from tamizdat.statements.gone import Gone
from tamizdat.statements.observed import File, Observed, Slice
from tamizdat.statements.parted import Parted
from tamizdat.statements.published import Edition, FileList, ItemList
from tamizdat.statements.received import Received
from tamizdat.statements.reference import Reference
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.sighted import Sighted
from tamizdat.statements.transcribed import Cue, Transcribed
from tamizdat.statements.translated import Segment, Translated
from tamizdat.statements.withdrawn import Withdrawn

A, B = "aa" * 32, "bb" * 32
LEAF = bytes(range(32))
TAG = "0d0aa3c46cd605d6d91726e768ee945e"
POST = "https://x.com/i/status/57"
NAMED = Reference(19, LEAF)
SLICE = Slice(12, LEAF, 26, 410)
TRANSLATION = derived.Translation("en", "Five years.", ("A note.",), "", "Linden", "2026-11-25", NAMED, (NAMED,))
SHOWN = Post(
    19, NAMED, "post", "text as captured", POST, "https://x.com/lin/57", Voice("12", "lin", "林"), None, "zh", "",
    "五年了。", None, 19, ("school",), (Earlier(19, LEAF, "五年了", "2026-01-01"),),
    Removal(90, LEAF, "export", None, 7, "2026-04-01"),
    (TRANSLATION,), (Picture(("picture-1.jpg",), "wall", NAMED),), (derived.File("picture-1.jpg", 10),), True,
    TextPointer(0, "/tweet/full_text", True), "2026-11-25", (Subject("picture-1.jpg", A),),
)  # fmt: skip
TOLD = PersonRecord("王小明", "zh-Hans", {"en": "Wang"}, "about 7", "", "", "checked", "", (57,))


def spoken(*cues: Cue) -> Transcribed:
    """A transcript of cues at these times."""
    return Transcribed(NAMED, "zh", cues, TAG, "2026-11-25", None)


#: One of each, with everything that may be absent and without it.
EXAMPLES: dict[str, Any] = {
    "received": Received(
        A, B, "complete", 16, 71_303_168, "anna", "2026-11-23T08:00:00Z", TAG, ("disk",), (Subject("manifest.json", A),)
    ),
    "received, in part": Received(A, B, "incomplete", 1, 7, documents=(Subject("inventory.json", A),)),
    "captured, of a card": CapturedFile(A, "DCIM/\u0f56.MP4", 7, None, "original", "whole", B),
    "captured, of an export": CapturedSource(
        "posts", "data/tweets.js", "x-archive/v1", 410, "2026-11-23T08:00:00Z", "2026-01-01T00:00:00Z",
        {"account": "12"}, "https://example.org/feed", '"etag"', "Mon, 01 Jan 2026", original=B,
    ),
    "captured, of an answer with more in it": CapturedSource(
        "posts", "timeline.json", "x-api/v2", 410, "2026-11-23T08:00:00Z", withheld=3, original=B
    ),
    "captured, media": CapturedSource("media", "a.jpg", "x-archive/v1", 1, "2026-11-23T08:00:00Z", original=B),
    "observed": Observed(POST, (SLICE,), None, "2026-…", "2026-…", A, (File(14, LEAF, "a.jpg"),), "57", B),
    "observed, without media": Observed(POST, (SLICE,), "2013-05-12", "2026-…", "2026-…", A, raw=B),
    "edited": Edited(POST, Side(19, LEAF, "五年了"), Side(47, LEAF, "五年了。", "CW"), "2026-…", "2026-…", True, B),
    "parted": Parted(47, LEAF, "https://a.example/?p=9025", "https://a.example/?p=25", "2026-…", raw=B),
    "sighted": Sighted(12, LEAF, "2026-…", "2026-…", ((19, 47), (60, 60)), "x-archive 12", original=B),
    "gone, by an export": Gone(POST, 47, LEAF, "export", "2026-…", "2026-…", "2026-…", "spam", slices=(SLICE,), raw=B),
    "gone, by an answer": Gone(POST, 47, LEAF, "http", "2026-…", "2026-…", status=410, url="https://x.com/57", raw=B),
    "catalogued item": CataloguedItem(17, "public", "Gate", "…", "A gate", "en", "why", B),
    "catalogued item, one word": CataloguedItem(17, alt="", original=B),
    "catalogued post": CataloguedPost(POST, "public", "2026-12-01", True, ("a",), (), "why", B),
    "catalogued post, one word": CataloguedPost(POST, until="", raw=B),
    "catalogued person": CataloguedPerson(31, PersonEntry("王小明", sources=(31, POST), names={"en": "Wang"})),
    "catalogued person, the first": CataloguedPerson(None, PersonEntry("王小明")),
    "catalogued wall": CataloguedWall(Wall("别忘记", "zh-Hans")),
    "catalogued term": CataloguedTerm(None, TermEntry("zh", ("豆腐渣",), {"en": ("tofu dregs",)})),
    "translated": Translated(
        POST, NAMED, A, "en", (Segment("五年了。", "Five years."),), "Five years.", ("A note.",), TAG, "2026-11-25",
        NAMED,
    ),
    "translated, the first": Translated(POST, NAMED, A, "bo", (), "", (), TAG, "2026-11-25", None),
    "transcribed": Transcribed(
        NAMED, "zh", (Cue(0, 900, "", "五年了。"), Cue(500, 1200, "老师", "没有了。\n谁？")), TAG, "2026-11-25", NAMED
    ),
    "transcribed, the first": Transcribed(NAMED, "zh", (Cue(0, 900, "", "五年了。"),), TAG, "2026-11-25", None),
    "reviewed": Reviewed(POST, "en", NAMED, "approved", TAG, "2026-11-25", B),
    "derived picture": Footage(
        17, Reference(17, LEAF), "picture", "Gate", "", "", "en", "re-encoded", (derived.File("picture.jpg", 9),),
        "2026-11-25", (Subject("picture.jpg", A),),
    ),
    "derived post": SHOWN,
    "derived post, bare": replace(
        SHOWN, earlier=(), gone=None, translations=(), pictures=(), files=(), media=(), bytes_shown=False, pointer=None
    ),
    "derived person": Person(
        31, Reference(58, LEAF), "person", "as listed", "2026-11-25", TOLD, derived.record_digest(TOLD)
    ),
    "published": Edition(2, A, "2026-11-25", "tamizdat.example/ledger", ItemList(57, LEAF), FileList(812, B)),
    "published, the first": Edition(1, None, "2026-11-25", "example/ledger", ItemList(0, LEAF), FileList(3, B)),
    "withdrawn": Withdrawn(17, "2026-12-01", "", B),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_stated_is_read_as_the_same(name: str) -> None:
    said: Act = EXAMPLES[name]
    statement = said.to_statement()
    assert read(Statement.from_payload(payload_of(statement))) == said
    assert read(statement).to_statement() == statement


def test_every_statement_of_an_old_ledger_is_written_as_it_was(tmp_path: Path) -> None:
    acts = set()
    with Archive.open(OldDesk.unpack(tmp_path).archive) as archive:
        for _, envelope in archive.statements():
            statement = peek_envelope(envelope)
            if statement.act != "roster":
                said = read(statement)
                assert said.to_statement() == statement
                acts.add(type(said))
    assert acts == {type(each) for each in EXAMPLES.values()} - {Sighted, Parted, Transcribed}, (
        "of which it knew nothing"
    )


def altered(value: Any) -> Iterator[Any]:
    """*value* with one thing wrong, once for each that can be."""
    match value:
        case dict():
            yield {**value, "more": 1}
            for name, each in value.items():
                yield from ({**value, name: other} for other in altered(each))
        case list():
            yield {}
            for at, each in enumerate(value):
                yield from ([*value[:at], other, *value[at + 1 :]] for other in altered(each))
        case bool():
            yield "yes"
        case int():
            yield from (-1, True, "1", 1 << 52 | 1 and "7")
        case str():
            yield from (7, None, ["x"])
        case None:
            yield {"x": 1}


#: Where any object, or null as well as text or a number, is what the format allows.
FREE = ("context", "device", "modified", "published", "previous", "deleted", "stood", "reply_to")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_member_of_another_type_and_one_more_are_refused(name: str) -> None:
    statement = EXAMPLES[name].to_statement()
    refused = 0
    for member, value in statement.predicate.items():
        for other in altered(value):
            if member in FREE and (isinstance(value, dict) or other is None):
                continue
            predicate = {**statement.predicate, member: other}
            if other is None and _may_be_null(name, member):
                continue
            with pytest.raises(BadStatement) as refusal:
                read(Statement(statement.act, statement.subjects, predicate))
            assert "about its own" not in str(refusal.value) or _is_another_source(value, other), (member, other)
            refused += 1
    assert refused > 3
    for change in ({"more": 1}, {"Release": "public"}):
        with pytest.raises(BadStatement, match=r"more|Release"):
            read(Statement(statement.act, statement.subjects, {**statement.predicate, **change}))


def _is_another_source(value: Any, other: Any) -> bool:
    """Whether only the sources of a person's entry are others, of the right types: then it is about another entry."""
    return "sources" in value and value["sources"] != other["sources"] and {*map(type, other["sources"])} <= {int, str}


def _may_be_null(name: str, member: str) -> bool:
    return (name.partition(",")[0], member) in {
        ("translated", "after"), ("catalogued person", "person"), ("catalogued term", "term"), ("derived post", "gone"),
        ("derived post", "reading"), ("transcribed", "after"),
    }  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_statement_about_something_of_another_name_is_refused(name: str) -> None:
    statement = EXAMPLES[name].to_statement()
    if name.startswith("received"):
        return  # about whatever documents the consignment has
    for subjects in ((Subject("other", A),), (*statement.subjects, Subject("more", A))):
        with pytest.raises(BadStatement):
            read(Statement(statement.act, subjects, statement.predicate))


@pytest.mark.parametrize(
    "name",
    [
        "catalogued person",
        "catalogued wall",
        "catalogued term",
        "translated",
        "transcribed",
        "derived post",
        "published",
    ],
)
def test_a_statement_about_the_digest_of_something_else_is_refused(name: str) -> None:
    statement = EXAMPLES[name].to_statement()
    first, *others = statement.subjects
    with pytest.raises(BadStatement):
        read(Statement(statement.act, (replace(first, sha256="cc" * 32), *others), statement.predicate))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (replace(EXAMPLES["reviewed"], verdict="perhaps"), "verdict.*'perhaps'"),
        (replace(EXAMPLES["reviewed"], day="2026-02-31"), "day.*2026-02-31"),
        (replace(EXAMPLES["catalogued post"], release="secret"), "release.*'secret'"),
        (replace(EXAMPLES["gone, by an answer"], word="rumour"), "word.*'rumour'"),
        (replace(EXAMPLES["published"], number=0), "from 1 on, found 0"),
        (replace(SHOWN, number=20), "20"),
        (replace(SHOWN, pictures=()), "picture-1.jpg"),
        (replace(SHOWN, url="javascript:alert(1)"), "url.*javascript"),
        (replace(EXAMPLES["received, in part"], copies=("disk",)), "copies only of a consignment with a receipt"),
        (replace(EXAMPLES["sighted"], versions=((47, 19),)), r"first and last of some indexes.*\[47,\s?19\]"),
        (replace(EXAMPLES["sighted"], versions=((19, 47, 60),)), r"first and last of some indexes"),
        (spoken(Cue(500, 900, "", "a"), Cue(400, 1200, "", "b")), "in order.*no. 2"),
        (spoken(Cue(500, 500, "", "a")), "in order.*no. 1"),
        (spoken(Cue(500, 400, "", "a")), "in order.*no. 1"),
        (replace(EXAMPLES["derived picture"], files=(derived.File("../x", 1),)), "path|picture"),
    ],
)
def test_a_refusal_says_which_member_and_what_was_found(said: Act, told: str) -> None:
    with pytest.raises(BadStatement, match=f"(?s){told}"):
        read(said.to_statement())


def test_an_act_that_is_not_ours_is_refused() -> None:
    with pytest.raises(BadStatement, match="found 'praised'"):
        read(Statement("praised", (Subject("post", A),), {}))
    with pytest.raises(BadStatement, match="Expected a statement"):
        captured.read(EXAMPLES["published"].to_statement())


def test_a_value_from_outside_is_repeated_shortly_and_in_ascii() -> None:
    statement = EXAMPLES["catalogued wall"].to_statement()
    odd: dict[str, Json] = {"wall": {"language": "en", "sentence": ["\u202e" * 10_000]}}
    with pytest.raises(BadStatement) as refused:
        catalogued.read(Statement("catalogued", statement.subjects, odd))
    assert len(str(refused.value)) < 400
    assert "\u202e" not in str(refused.value)
