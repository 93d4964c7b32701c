"""Public statements of items that are sound, and every way they may be odd: for Python and the browser alike."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from support.site_maker import Desk
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.ledger.statement import Statement, Subject, peek_envelope

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


TALE: dict[str, Any] = {
    "title": "A list", "language": "en", "credit": "Robin",
    "chapters": [{"title": "The first day", "elements": [
        {"kind": "prose", "text": "They asked for names.\n\nNobody answered."}, {"kind": "item", "item": 3},
        {"kind": "item", "item": 4, "from": 1000, "to": 9000}, {"kind": "wall"}, {"kind": "withdrawn"},
        {"kind": "map", "places": [{"name": "Beichuan", "north": "31.8333", "east": "-104"}]},
    ]}],
}  # fmt: skip
RETOLD: dict[str, Json] = {
    "language": "zh", "words": "名单", "credit": "", "reviewer": "", "day": "2026-11-25", "stated": NAMED,
    "reviewed": [NAMED],
}  # fmt: skip


def story(said: Json, **changes: Json) -> Statement:
    """A story whose subjects are about its own words, whatever these are."""
    translations: Any = changes.get("translations", [RETOLD])
    words = {"story": canonical(said)} | {f"text.{each['language']}": each["words"].encode() for each in translations}
    subjects = tuple(Subject(name, sha256_hex(data)) for name, data in words.items())
    told: dict[str, Json] = {
        "item": 0, "source": {**NAMED, "index": 0}, "kind": "story", "how": "composed", "day": "2026-11-25",
        "said": said, "translations": translations, **changes,
    }  # fmt: skip
    return Statement("derived", subjects, told)


STATEMENTS = {kind: made(kind) for kind in ("picture", "post", "person")} | {"story": story(TALE)}
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
INNER: dict[str, Json] = {
    "depth": 1, "how": "quotes", "url": "https://x.com/i/status/2", "handle": "wang", "name": "", "published": None,
    "language": "zh", "text": "五年", "cut": False, "hidden": False, "item": None,
}  # fmt: skip
CONTEXT: dict[str, Json] = {
    "links": [{"stands": "https://t.co/A", "target": "https://a.example/?a=1&b=2"}],
    "answers": {"url": "", "handle": "", "name": ""},
    "inner": [INNER, {**INNER, "depth": 2, "how": "repeats", "text": None, "hidden": True, "item": 3}],
    "poll": {"choices": [{"text": "North", "votes": None}, {"text": "South", "votes": 2}], "as_of": "2026-11-24"},
    "missing": [{"media_type": "image/jpeg", "url": "", "alt": "A gate"}],
    "withheld": ["CN"],
    "updated": "2026-11-24",
    "gone_for": "suspended",
    "ended": [None, "2026-11-23T10:00:10+00:00"],
    "replaced": ["2026-11-23"],
    "cut": True,
    "sensitive": False,
}
ODD_CONTEXTS: list[Json] = [
    None,
    {"more": True},
    {"links": []},
    {"links": [{"stands": "https://t.co/A", "target": "javascript:alert(1)"}]},
    {"links": [{"stands": "https://t.co/A", "target": "https://a.example/ x"}]},
    {"links": [{"stands": "https://t.co/A"}]},
    {"answers": {"url": "//x.com", "handle": "", "name": ""}},
    {"inner": []},
    {"inner": [{**INNER, "how": "answers"}]},
    {"inner": [{**INNER, "url": "data:text/html,x"}]},
    {"inner": [{**INNER, "depth": -1}]},
    {"inner": [{**INNER, "item": "3"}]},
    {"poll": {"choices": [], "as_of": "2026-11-24"}},
    {"poll": {"choices": [{"text": "North", "votes": -1}], "as_of": "2026-11-24"}},
    {"poll": {"choices": [{"text": "North", "votes": 1}], "as_of": ""}},
    {"missing": [{"media_type": "", "url": "file:///etc/hosts", "alt": ""}]},
    {"withheld": ["cn"]},
    {"withheld": "CN"},
    {"updated": None},
    {"cut": None},
    {"ended": []},
    {"ended": [1]},
    {"replaced": ["yesterday"]},
    {"gone_for": ""},
    {"gone_for": "<b>"},
    {"sensitive": 1},
]
ODD_TRANSLATIONS: list[dict[str, Json]] = [
    {"language": "EN"},
    {"language": "en\n"},
    {"language": "en\x1b[2J"},
    {"language": "fr"},
    {"target": "six"},
    {"reviewed": []},
    {"notes": "x"},
    {"translated": {"index": 1}},
    {"credit": None},
]
ODD_PEOPLE: list[dict[str, Json]] = [
    {"age": 7},
    {"names": ["x"]},
    {"names": {"EN": "x"}},
    {"sources": ["x"]},
    {"address": "x"},
]
ODD_TALES: list[dict[str, Json]] = [
    {"title": ""},
    {"title": "two\n\npieces"},
    {"title": " before"},
    {"language": "EN"},
    {"chapters": []},
    {"chapters": [{"title": "x"}]},
    {"chapters": [{"title": "\u3000", "elements": []}]},
]
ODD_ELEMENTS: list[Json] = [
    None,
    {"kind": "wall", "item": 3},
    {"kind": "clip", "item": 3},
    {"kind": ["item"]},
    {"kind": "prose"},
    {"kind": "prose", "text": ""},
    {"kind": "prose", "text": "one\n\n\ntwo"},
    {"kind": "prose", "text": "one\n \ntwo"},
    {"kind": "item", "item": -1},
    {"kind": "item", "item": 3, "from": 1},
    {"kind": "item", "item": 3, "from": 9, "to": 9},
    {"kind": "map", "places": []},
    {"kind": "map", "places": [{"name": "", "north": "1", "east": "1"}]},
    {"kind": "map", "places": [{"name": "x", "north": "90.0001", "east": "1"}]},
    {"kind": "map", "places": [{"name": "x", "north": "1", "east": "-180.1"}]},
    {"kind": "map", "places": [{"name": "x", "north": "01", "east": "1"}]},
]
TRACK: dict[str, Any] = {
    "language": "en", "name": "track.en.vtt", "cues": [{"from": 0, "to": 1, "speaker": "", "text": "x"}], "credit": "",
    "reviewer": "", "day": "2026-11-25", "stated": NAMED, "reviewed": [NAMED],
}  # fmt: skip
ODD_FOOTAGE: list[dict[str, Json]] = [
    {"tracks": []},
    {"tracks": [{**TRACK, "cues": []}]},
    {"tracks": [{**TRACK, "cues": [{"from": -1, "to": 1, "speaker": "", "text": "x"}]}]},
    {"tracks": [{**TRACK, "reviewed": []}]},
    {"reads": {"person": 3}},
    {"reads": {"person": -3, "stated": NAMED}},
    {"rest": [{"index": 9}]},
    {"rest": None},
]
WRONG: list[Any] = [-1, 1.5, True, [1], {"a": 1}, [{}], [None]]


def odd_statements() -> Iterator[tuple[str, Statement]]:
    """What is odd about each, and the statement."""
    for kind, statement in STATEMENTS.items():
        said: dict[str, Any] = statement.predicate
        yield f"{kind}: another act", replace(statement, act="catalogued")
        yield f"{kind}: a member more", replace(statement, predicate={**said, "more": ""})
        for member in said:
            rest = {name: value for name, value in said.items() if name != member}
            yield f"{kind}: without {member}", replace(statement, predicate=rest)
            for value in WRONG:
                if (member, value) != ("bytes", True):
                    yield f"{kind}: {member} is {value}", replace(statement, predicate={**said, member: value})
        subjects = statement.subjects
        others = [(*subjects, Subject("more.jpg", DIGEST)), (replace(subjects[0], name="x"), *subjects[1:])]
        if len(subjects) > 1:
            others += [subjects[::-1], subjects[1:], subjects[:-1]]
        for number, each in enumerate(others):
            yield f"{kind}: other subjects, {number}", replace(statement, subjects=each)
    post: Any = STATEMENTS["post"].predicate
    first, *others_of_it = post["translations"]
    for change in ODD:
        yield f"post: {change}", replace(STATEMENTS["post"], predicate={**post, **change})
    for context in ODD_CONTEXTS:
        yield f"post: context {context}", replace(STATEMENTS["post"], predicate={**post, "context": context})
    for change in ODD_TRANSLATIONS:
        works = [{**first, **change}, *others_of_it]
        yield f"post: translation {change}", replace(STATEMENTS["post"], predicate={**post, "translations": works})
    for change in ODD_FOOTAGE:
        picture = STATEMENTS["picture"]
        yield f"picture: {change}", replace(picture, predicate={**picture.predicate, **change})
    for change in ODD_TALES:
        yield f"story: {change}", story({**TALE, **change})
    for element in ODD_ELEMENTS:
        yield f"story: element {element}", story({**TALE, "chapters": [{"title": "x", "elements": [element]}]})
    yield "story: reviewed by nobody", story(TALE, translations=[{**RETOLD, "reviewed": []}])
    person: Any = STATEMENTS["person"].predicate
    for change in ODD_PEOPLE:
        entry = {**person["said"], **change}
        yield f"person: {change}", replace(STATEMENTS["person"], predicate={**person, "said": entry})
