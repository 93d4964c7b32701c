"""Events of Nostr: what is a post, whose it is, for whom, and who may say that it is gone."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, in_folder
from support.nostr_events import BEGAN, LIN, WANG, article, event, lines, profile
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.ingest.dry_run import look_over
from tamizdat.archive.ingest.ingest import NOT_THEIRS
from tamizdat.errors import UsageError
from tamizdat.posts.export import Several, open_export
from tamizdat.posts.formats import BadPost, Found, Removal, nostr, recognise
from tamizdat.posts.formats.nostr import CLOSED, NOT_PUBLISHED, OTHERS
from tamizdat.posts.formats.nostr_event import public_key
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.statements.catalogued import CataloguedPost

OTHER = "0f" * 32
DAY = "2013-05-12"


def read_file(data: bytes, name: str = "events.jsonl") -> tuple[list[Found | Removal], IngestReport]:
    """What is in a file; every post is also read again from its own slices."""
    report, files = IngestReport(), Several({name: data})
    reader = recognise(files)
    assert reader.NAME == nostr.NAME
    plan = reader.plan(files, report)
    found = [*reader.read(plan, files.open, report)]
    for each in found:
        if isinstance(each, Found):
            assert reader.post([data[one.offset : one.offset + one.length] for one in each.slices], {}) == each.post
    return found, report


def posts(*events: Any) -> list[Post]:
    return [each.post for each in read_file(lines(*events))[0] if isinstance(each, Found)]


def test_a_note_has_its_number_its_time_and_the_name_its_author_says_themselves() -> None:
    said = event("五年了\r\n二", 1, ["t", "校舍"], ["l", "zh", "ISO-639-1"])
    [made] = posts(profile("before"), said, profile("林", at=9), profile("王", at=9, key=WANG))
    assert (made.id, made.text, made.published) == (
        f"urn:nostr:{said['id']}",
        "五年了\n二",
        "2013-05-12T06:28:00+00:00",
    )
    assert (made.author.id, made.author.name, made.language, made.tags) == (
        f"urn:nostr:key:{LIN}",
        "林",
        "zh",
        ("校舍",),
    )
    assert (made.audience, made.signature) == ("public", "unchecked")


def test_a_key_is_written_as_people_write_it() -> None:
    vector = "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e"  # NIP-19
    assert public_key(vector) == "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg"


@pytest.mark.parametrize("change", [{"content": "SIX"}, {"created_at": BEGAN + 1}, {"pubkey": WANG},
                                    {"tags": [["t", "x"]]}, {"kind": 42}, {"id": "00" * 32}])  # fmt: skip
def test_changed_words_under_the_number_of_another_event_are_no_post(change: dict[str, Any]) -> None:
    found, report = read_file(lines(event("a"), {**event("five"), **change}, event("b")))
    assert [each.post.text for each in found if isinstance(each, Found)] == ["a", "b"]
    assert [each.kind for each in report.problems] == ["damaged"]


def test_a_changed_name_is_nobodys_and_costs_no_post() -> None:
    assert [
        each.author.name for each in posts({**profile("林"), "pubkey": WANG}, event("a"), event("b", key=WANG))
    ] == ["", ""]
    mine, other = lines(profile("林")), lines(event("a", key=WANG))
    with pytest.raises(BadPost):
        nostr.post([mine, other], {})


def test_a_control_character_counts_as_both_ways_to_write_it() -> None:
    said = f'[0,"{LIN}",{BEGAN},1,[],"a\x01\\\\u0001"]'
    number = hashlib.sha256(said.encode()).hexdigest()
    [as_it_is] = posts({**event("a\x01\\u0001"), "id": number})
    [escaped] = posts(event("a\x01\\u0001"))
    assert as_it_is.text == escaped.text == "a\x01\\u0001"


@pytest.mark.parametrize("kind", nostr.LETTERS)
def test_letters_are_withheld_sealed_or_not(kind: int, tmp_path: Path) -> None:
    letter = event("SECRET", kind, ["p", WANG])
    for data in (lines(event("a"), letter, event("b")), b"\n" + lines(letter, event("a"), event("b")),
                 json.dumps([letter, event("a"), event("b")]).encode()):  # fmt: skip
        there = tmp_path / f"archive{len(data)}"
        desk = Desk.make(there)
        report = desk.take(in_folder(tmp_path / f"in{len(data)}", {"e.json": data}), NOW)
        assert sorted(each.text for each in desk.posts().values()) == ["a", "b"]
        assert (report.left[CLOSED], report.damaged) == (1, False)
        assert not [path for path in there.rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]
        assert desk.archive.check().sound
        desk.archive.close()


def test_what_nobody_signed_came_out_of_a_letter_and_is_withheld(tmp_path: Path) -> None:
    desk = Desk.make(there := tmp_path / "archive")
    for place, sig in enumerate(("", "ab" * 63, None, 5)):
        data = lines(event("a"), event(f"SECRET {place}", sig=sig))
        taken = desk.take(in_folder(tmp_path / f"in{place}", {"e.jsonl": data}), NOW)
        assert taken.left[CLOSED] == 1
    assert [each.text for each in desk.posts().values()] == ["a"]
    assert not [path for path in there.rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]
    desk.archive.close()


@pytest.mark.parametrize("letters", [False, True])
def test_a_secret_key_beside_the_events_is_never_kept(letters: bool, tmp_path: Path) -> None:
    key = {"pubkey": LIN, "nsec": "nsec1SECRET"}
    desk = Desk.make(there := tmp_path / "archive")
    for name, data in (
        ("a", lines(event("a"), key, event("b"))),
        ("b", json.dumps([event("a"), "nsec1SECRET"]).encode()),
    ):
        taken = desk.take(in_folder(tmp_path / name, {"e.json": data}), NOW, letters=letters)
        assert taken.left[CLOSED] == 1
    assert sorted(each.text for each in desk.posts().values()) == ["a", "b"]
    assert not [path for path in there.rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]
    desk.archive.close()


@pytest.mark.parametrize("junk", [b"nsec1SECRET\n", b"# nsec1SECRET\n", b'{"nsec": "nsec1SECRET", \n',
                                  lines(event("SECRET " * 20, 14, sig=""))[:-40]])  # fmt: skip
def test_half_a_letter_or_a_key_on_a_line_of_its_own_is_never_kept(junk: bytes, tmp_path: Path) -> None:
    one, two = lines(event("a")), lines(event("b"))
    for place, data in enumerate((one + junk + two, one + two + junk, b"[" + one + b"," + junk + b"," + two + b"]",
                                  b"[" + one + b"," + two + b"]" + junk, one + b"}\n" * 1_000 + junk)):  # fmt: skip
        for letters in (False, True):
            desk = Desk.make(there := tmp_path / f"archive{place}{letters}")
            taken = desk.take(in_folder(tmp_path / f"in{place}{letters}", {"e.json": data}), NOW, letters=letters)
            assert taken.damaged or place == 3
            assert {each.text for each in desk.posts().values()} == ({"a"} if place == 4 else {"a", "b"})
            assert not [path for path in there.rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]
            assert desk.archive.check().sound
            desk.archive.close()


def test_a_list_as_a_script_ends_it_is_kept_as_it_is(tmp_path: Path) -> None:
    desk = Desk.make(there := tmp_path / "archive")
    data = b"const data = " + json.dumps([event("a")]).encode() + b";\n"
    assert not desk.take(in_folder(tmp_path / "in", {"e.js": data}), NOW).damaged
    assert [path for path in there.rglob("*") if path.is_file() and data in path.read_bytes()]
    desk.archive.close()


def test_drafts_lists_and_reactions_are_no_posts() -> None:
    found, report = read_file(
        lines(event("a", 30024, ["d", "x"]), event("b", 31234), event("", 3, ["p", WANG]), event("+", 7))
    )
    assert (found, report.left[NOT_PUBLISHED], report.left[OTHERS]) == ([], 2, 2)


@pytest.mark.parametrize("tag", [["h", "room"], ["h"], ["expiration", "1368350000"], ["-"]])
def test_what_is_a_groups_or_was_to_vanish_or_to_stay_there_cannot_be_released(tag: list[str]) -> None:
    closed = event("five", 1, tag)
    assert [each.audience for each in posts(closed)] == ["unknown"]
    [repeat] = posts(event(json.dumps(closed), 6, ["e", closed["id"]], key=WANG))
    assert repeat.audience == "unknown"


def test_what_is_a_groups_is_refused_by_whoever_releases_it(tmp_path: Path) -> None:
    closed = event("five", 1, ["h", "room"])
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "in", {"e.jsonl": lines(closed)}), NOW)
    with pytest.raises(UsageError, match="cannot be released"):
        state_release(desk.archive, desk.key, CataloguedPost(f"urn:nostr:{closed['id']}", release="public"))
    desk.archive.close()


def test_an_article_written_anew_is_one_post_in_versions_whichever_came_first(tmp_path: Path) -> None:
    for name, files in (
        ("rising", [article("one"), article("two", 60)]),
        ("falling", [article("two", 60), article("one")]),
    ):
        desk = Desk.make(tmp_path / name)
        for place, each in enumerate(files):
            desk.take(in_folder(tmp_path / f"{name}{place}", {"e.jsonl": lines(each)}), NOW)
        [now] = desk.archive.index.posts.latest()
        assert (now.post, now.text, now.published) == (
            f"urn:nostr:30023:{LIN}:list",
            "two",
            "2013-05-12T06:28:00+00:00",
        )
        assert len(desk.said("edited")) == 1
        assert desk.archive.check().sound
        desk.archive.close()


def test_only_its_author_says_that_a_post_is_gone(tmp_path: Path) -> None:
    mine, theirs, long = event("mine"), event("theirs", key=WANG), article("long")
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "a", {"e.jsonl": lines(mine, theirs, long)}), NOW)
    asked = event("", 5, ["e", mine["id"]], ["e", theirs["id"]], ["a", f"30023:{LIN}:list"],
                  ["a", f"30023:{WANG}:list"], ["e", OTHER], ["e", "x"], at=60)  # fmt: skip
    there = in_folder(tmp_path / "b", {"e.jsonl": lines(asked)})
    report, files = IngestReport(), open_export(there, IngestReport())
    look_over(desk.archive, files, recognise(files), NOW, report)
    assert (report.gone, report.left[NOT_THEIRS]) == (2, 2)
    taken = desk.take(there, NOW)
    assert (taken.gone, taken.left[NOT_THEIRS]) == (2, 2)
    assert {each.text: each.state for each in desk.archive.index.posts.latest()} == {
        "mine": "gone", "theirs": "present", "long": "gone"
    }  # fmt: skip
    [first, _] = desk.said("gone")
    assert first.predicate["deleted"] == "2013-05-12T06:29:00+00:00"
    desk.take(in_folder(tmp_path / "c", {"e.jsonl": lines(article("later", 90), mine)}), NOW)
    states = {each.text: each.state for each in desk.archive.index.posts.latest()}
    assert states == {"mine": "gone", "theirs": "present", "later": "edited"}
    desk.archive.close()


def test_a_stranger_who_asks_first_takes_nothing_that_only_a_repost_holds(tmp_path: Path) -> None:
    theirs = event("theirs", key=WANG)
    repeat = event(json.dumps(theirs), 6, ["e", theirs["id"]])
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "a", {"e.jsonl": lines(repeat, event("", 5, ["e", theirs["id"]], at=9))}), NOW)
    assert desk.said("gone") == []
    desk.archive.close()


def test_a_repost_holds_what_it_repeats_only_if_that_is_the_event_it_names() -> None:
    theirs = event("theirs", key=WANG)
    forged = {**theirs, "content": "FORGED"}
    whole, bare, other, changed = posts(
        event(json.dumps(theirs), 6, ["e", theirs["id"]]),
        event("", 6, ["e", theirs["id"]], ["p", WANG]),
        event(json.dumps(theirs), 6, ["e", OTHER], at=1),
        event(json.dumps(forged), 6, ["e", theirs["id"]], ["p", WANG], at=2),
    )
    assert [each.kind for each in (whole, bare, other, changed)] == ["Announce"] * 4
    texts = [each.shared.text if each.shared else None for each in (whole, bare, other, changed)]
    assert texts == ["theirs", "", "", ""]
    named = [(each.shared.id[-64:], each.shared.author.id[-64:]) for each in (whole, other) if each.shared]
    assert named == [(theirs["id"], WANG), (OTHER, "")]


def test_who_is_answered_and_quoted() -> None:
    one, two, three = ("11" * 32, "22" * 32, "33" * 32)
    marked, top, old, room, comment = posts(
        event(
            "a",
            1,
            ["e", one, "", "root"],
            ["e", three, "", "mention"],
            ["e", two, "", "reply", WANG],
            ["q", three, "", WANG],
        ),
        event("b", 1, ["e", one, "", "root"]),
        event("c", 1, ["e", one], ["e", three], ["e", two]),
        event("d", 42, ["e", one, "", "root"]),
        event("e", 1111, ["A", f"30023:{WANG}:list"], ["a", f"30023:{WANG}:list"], ["e", two, "", WANG]),
    )
    made = {each.text: (each.thread[-64:], each.reply_to[-64:]) for each in (marked, top, old, room)}
    assert made == {"a": (one, two), "b": (one, one), "c": (one, two), "d": (one, "")}
    assert marked.answered is not None
    assert marked.answered.id.endswith(WANG)
    assert [each.id for each in marked.quotes] == [f"urn:nostr:{three}"]
    assert (comment.thread, comment.reply_to) == (f"urn:nostr:30023:{WANG}:list", f"urn:nostr:{two}")


def test_pictures_a_poll_and_what_an_event_tells_beside_its_words() -> None:
    picture, poll = posts(
        event("看", 20, ["title", "墙"], ["imeta", "url https://a.example/w.jpg", "m image/jpeg", "alt a wall"],
              ["imeta", "url javascript:x"], ["g", "wm6n2"], ["p", WANG], ["content-warning", "x"]),
        event("去吗？", 1068, ["option", "a", "去"], ["option", "b"], ["option", "c", "不去"]),
    )  # fmt: skip
    assert [(each.url, each.media_type, each.alt) for each in picture.attachments] == [
        ("https://a.example/w.jpg", "image/jpeg", "a wall")
    ]
    assert (picture.summary, picture.sensitive, picture.private_details) == ("墙", True, ("coordinates", "people"))
    assert [each.text for each in poll.choices] == ["去", "不去"]


@pytest.mark.parametrize("form", ["list", "browser", "relay", "together"])
def test_the_forms_in_which_events_are_given_out(form: str) -> None:
    said = [event("a"), event("b", at=1)]
    data = {
        "list": json.dumps(said, indent=1).encode(),
        "browser": b"const data = " + json.dumps(said).encode(),
        "relay": lines(["EVENT", "x", said[0]], ["EVENT", "x", said[1]], ["EOSE", "x"]),
        "together": json.dumps(said[0]).encode() + json.dumps(said[1]).encode(),
    }[form]
    found, report = read_file(data, "nostr.js" if form == "browser" else "e.json")
    assert ([each.post.text for each in found if isinstance(each, Found)], report.damaged) == (["a", "b"], False)


@pytest.mark.parametrize(
    "bad",
    [{"id": 5}, {"id": "zz" * 32}, {"pubkey": None}, {"created_at": "1368340080"}, {"created_at": True},
     {"created_at": 10**30}, {"tags": {}}, {"tags": [["e", 5]]}, {"tags": ["e"]}, {"content": None},
     {"content": ""}, {"content": "\ud800"}],
)  # fmt: skip
def test_what_is_wrong_with_one_event_costs_no_other(bad: dict[str, Any]) -> None:
    wrong = event(bad["content"]) if bad.get("content") == "" else {**event("x"), **bad}
    data = lines(event("a")) + json.dumps(wrong).encode() + b"\n" + lines(event("b"))
    found, report = read_file(data)
    assert [each.post.text for each in found if isinstance(each, Found)] == ["a", "b"]
    assert len(report.problems) == 1


def test_damaged_files_give_what_is_sound() -> None:
    whole = lines(event("a"), event("b" * 200), event("c"))
    for data, texts in (
        (whole[:-30], ["a", "b" * 200]),
        (whole.replace(b"b" * 200, b"b" * 100 + b"\xff" + b"b" * 99), ["a", "c"]),
        (whole.replace(b'"content": "b', b'"content": b"b'), ["a", "c"]),
        (whole.replace(b'"content": "bb', b'"x": ' + b"[" * 5_000 + b', "content": "bb'), ["a", "c"]),
    ):
        found, report = read_file(data)
        assert ([each.post.text for each in found if isinstance(each, Found)], report.damaged) == (texts, True)


def test_a_file_taken_in_twice_says_nothing_twice(tmp_path: Path) -> None:
    data = lines(profile("林"), event("a"), article("b"), event("", 5, ["e", OTHER]))
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "a", {"e.jsonl": data}), NOW)
    size = desk.archive.size
    again = desk.take(in_folder(tmp_path / "b", {"e.jsonl": data}), NOW)
    assert (again.new, again.edited, again.gone, again.already) == (0, 0, 0, 2)
    assert desk.archive.size == size + len(desk.said("sighted"))
    desk.archive.close()


def test_other_files_hold_no_events() -> None:
    for data in (b"", b"[]", b"{", lines({"pubkey": LIN, "kind": "1"}), lines({"pubkey": LIN, "kind": 10**9}),
                 json.dumps({"events": [event("a")]}).encode()):  # fmt: skip
        assert not nostr.recognises(Several({"x.json": data}))
