"""A room of Matrix, as Element exports it."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, in_folder, in_zip
from support.matrix_rooms import LIN, OPEN, ROOM, WANG, edit, event, export, number, rule, said, shared
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, Removal, matrix, recognise
from tamizdat.posts.formats.matrix import EDITS, MOST_RULES, OTHERS, PLACES, REACTIONS, UNDECRYPTED
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

NAME = "matrix - 校舍名单 - Chat Export - 2026-11-23T09-00-00.000Z.json"


def read(*messages: dict[str, Any], **beside: bytes) -> tuple[list[Found | Removal], IngestReport]:
    return read_files({"x/export.json": export(*messages), **{f"x/{name}": data for name, data in beside.items()}})


def read_files(held: dict[str, bytes]) -> tuple[list[Found | Removal], IngestReport]:
    """What is in an export; every post is also read again from its own slices."""
    report, files = IngestReport(), Several(held)
    reader = recognise(files)
    assert reader.NAME == matrix.NAME
    plan = reader.plan(files, report)
    found = [*reader.read(plan, files.open, report)]
    for each in found:
        if isinstance(each, Found):
            raw = [held[piece.source][piece.offset : piece.offset + piece.length] for piece in each.slices]
            assert reader.post(raw, plan.context_of(each.slices[0].source)) == each.post
    return found, report


def posts(*messages: dict[str, Any]) -> list[Post]:
    return [each.post for each in read(*messages)[0] if isinstance(each, Found)]


def test_a_message_has_the_address_of_its_event_and_of_its_sender() -> None:
    made, other = posts(said(0, "五年了\n二"), said(1, "x", WANG))
    assert made.id == f"matrix:roomid/VxQm:a.example/e/{number(0)[1:]}"
    assert (made.author.id, made.author.handle) == ("matrix:u/lin:a.example", "lin:a.example")
    assert (made.text, made.published, made.updated) == ("五年了\n二", "2013-05-12T06:28:00+00:00", None)
    assert other.author.id == "matrix:u/%E7%8E%8B:b.example"


def test_what_was_shown_is_read_without_what_it_answers() -> None:
    html = '<p>看 <a href="https://a.example/">名单</a> <del>no</del></p>'
    html = f"<mx-reply><blockquote>{WANG} said</blockquote></mx-reply>{html}"
    relates: dict[str, Any] = {"m.relates_to": {"m.in_reply_to": {"event_id": number(9)}}}
    rich, plain, own = posts(
        said(0, "> <@wang:b.example> 好\n> 二\n\n看", format="org.matrix.custom.html", formatted_body=html, **relates),
        said(1, "> <@wang:b.example> 好\n> 二\n\n看", **relates),
        said(2, "> they say\n\nno"),
    )
    assert (rich.text, rich.links) == ("看 名单 ~~no~~", (("名单", "https://a.example/"),))
    assert (plain.text, own.text) == ("看", "> they say\n\nno")
    assert rich.reply_to == f"matrix:roomid/VxQm:a.example/e/{number(9)[1:]}"


def test_a_thread_answers_its_root_unless_it_says_what() -> None:
    related: Any = {"rel_type": "m.thread", "event_id": number(1), "m.in_reply_to": {"event_id": number(3)}}
    mere_answer: Any = {**related, "is_falling_back": True}
    mere, real = posts(
        said(4, "a", **{"m.relates_to": mere_answer}),
        said(5, "b", **{"m.relates_to": related}),
    )
    first, third = (f"matrix:roomid/VxQm:a.example/e/{number(at)[1:]}" for at in (1, 3))
    assert [(each.thread, each.reply_to) for each in (mere, real)] == [(first, first), (first, third)]


def test_an_edit_is_a_version_of_what_its_writer_wrote(tmp_path: Path) -> None:
    found, report = read(said(0, "five"), edit(5, 0, "five years"), edit(6, 0, "SIX", WANG), edit(7, 99, "nothing"))
    assert [(each.post.text, each.post.updated) for each in found if isinstance(each, Found)] == [
        ("five", None), ("five years", "2013-05-12T06:28:05+00:00")
    ]  # fmt: skip
    assert report.left[EDITS] == 2
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "a", {NAME: export(said(0, "five"), edit(5, 0, "five years"))}), NOW)
    assert [each.text for each in desk.posts().values()] == ["five years"]
    assert len(desk.said("edited")) == 1
    assert desk.archive.check().sound
    desk.archive.close()


def test_an_edit_that_the_server_adds_is_one_and_where_it_was_applied_already_there_is_one_version() -> None:
    bundle = {"m.relations": {"m.replace": edit(5, 0, "五 years")}}
    added = posts(said(0, "五", unsigned={"x": "é", **bundle}))
    assert [(each.text, bool(each.updated)) for each in added] == [("五", False), ("五 years", True)]
    applied = posts(said(0, "五 years", unsigned=bundle))
    assert [(each.text, bool(each.updated)) for each in applied] == [("五 years", True)]
    locked = {**edit(5, 0, "x"), "type": "m.room.encrypted", "content": {"ciphertext": "x"}}
    for other in (edit(5, 0, "SIX", WANG), {"event_id": number(5), "sender": LIN}, locked, 5, None):
        assert [each.text for each in posts(said(0, "五", unsigned={"m.relations": {"m.replace": other}}))] == ["五"]


def test_what_was_redacted_is_gone_and_by_no_other_word(tmp_path: Path) -> None:
    because = {
        "type": "m.room.redaction",
        "sender": WANG,
        "origin_server_ts": 1368340100000,
        "content": {"reason": "SECRET"},
    }
    redacted = event(0, "m.room.message", {}, unsigned={"redacted_because": because})
    found, _ = read(redacted, event(9, "m.room.redaction", {}, redacts=number(1)), event(10, "m.room.redaction",
                    {"redacts": number(2)}))  # fmt: skip
    assert [(each.id.rpartition("/")[2], each.deleted, each.reason) for each in found if isinstance(each, Removal)] == [
        (number(0)[1:], "2013-05-12T06:28:20+00:00", ""), (number(1)[1:], "2013-05-12T06:28:09+00:00", ""),
        (number(2)[1:], "2013-05-12T06:28:10+00:00", ""),
    ]  # fmt: skip
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "a", {NAME: export(said(0, "five"), said(1, "x"))}), NOW)
    report = desk.take(in_folder(tmp_path / "b", {NAME: export(redacted)}), NOW)
    assert (report.gone, report.absent) == (1, 0)
    assert {each.text: each.state for each in desk.posts().values()} == {"five": "gone", "x": "present"}
    desk.archive.close()


def test_what_could_not_be_decrypted_is_told_and_its_sentence_is_nobodys_words() -> None:
    failed = event(
        0, "m.room.message", {"msgtype": "m.bad.encrypted", "body": "** Unable to decrypt: The sender's device …**"}
    )
    found, report = read(failed, event(1, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A"}))
    assert (found, report.left[UNDECRYPTED], report.damaged) == ([], 2, False)


def test_what_is_no_message_is_counted() -> None:
    place = said(3, "Location: geo:30.6,104.0")
    place["content"] = {"msgtype": "m.location", "body": "geo:30.6,104.0", "geo_uri": "geo:30.6,104.0"}
    found, report = read(
        event(0, "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": number(9), "key": "👍"}}),
        event(1, "m.room.member", {"membership": "join", "displayname": "林"}, state_key=LIN),
        event(2, "org.example.new", {"body": "x"}),
        place,
    )
    assert (found, dict(report.left)) == ([], {REACTIONS: 1, OTHERS: 2, PLACES: 1})


@pytest.mark.parametrize(
    ("rules", "audience"),
    [((), "direct"), (OPEN, "public"), (OPEN[:1], "followers"), (OPEN[1:], "direct"),
     ((*OPEN, rule(-2, "join_rules", "invite")), "direct"),
     ((*OPEN, rule(-2, "history_visibility", "shared")), "followers"),
     ((event(-9, "m.room.join_rules", {"join_rule": "public"}, state_key="x"), *OPEN[1:]), "direct"),
     ((event(-9, "m.room.join_rules", {"join_rule": ["public"]}, state_key=""), *OPEN[1:]), "direct")],
)  # fmt: skip
def test_for_whom_a_message_was_is_told_by_the_rooms_own_events_before_it(
    rules: tuple[Any, ...], audience: str
) -> None:
    assert [each.audience for each in posts(*rules, said(0, "x"), rule(1, "join_rules", "invite"))] == [audience]


def test_what_is_written_into_a_message_after_its_room_was_closed_is_a_letter() -> None:
    closed, bundle = rule(3, "join_rules", "invite"), {"m.relations": {"m.replace": edit(5, 0, "to you alone")}}
    before = {"m.relations": {"m.replace": edit(2, 0, "to all")}}
    for messages, audiences in (
        ((*OPEN, said(0, "五"), closed, edit(5, 0, "to you alone")), ["public", "direct"]),
        ((*OPEN, said(0, "五", unsigned=bundle), closed), ["public", "direct"]),
        ((*OPEN, said(0, "五", unsigned=before), closed), ["public", "public"]),
        ((*OPEN, said(0, "五"), edit(2, 0, "to all"), closed), ["public", "public"]),
        ((*OPEN, said(0, "五"), rule(3, "history_visibility", "shared"), edit(5, 0, "x")), ["public", "followers"]),
        ((said(0, "五"), *OPEN, edit(5, 0, "x")), ["direct", "direct"]),
        ((*OPEN, said(0, "to you alone"), closed, edit(5, 0, "to you alone")), ["direct", "direct"]),  # Element's form
    ):
        found, _ = read(*messages)
        assert [each.post.audience for each in found if isinstance(each, Found)] == audiences


def test_a_room_whose_rules_change_without_end_ends_nothing() -> None:
    changes = [rule(3, "join_rules", "public") for _ in range(MOST_RULES)]
    bundle = {"m.relations": {"m.replace": edit(5, 0, "to you alone")}}
    found, report = read(*OPEN, said(0, "五", unsigned=bundle), said(1, "六"), *changes)
    assert [each.post.text for each in found if isinstance(each, Found)] == ["六"]
    assert [each.kind for each in report.problems] == ["form"]


def test_bytes_that_name_another_account_than_its_writers_tell_of_people() -> None:
    mentions: dict[str, Any] = {"m.mentions": {"user_ids": [WANG]}}
    [own, answer, mention, link] = posts(
        said(0, f"I, {LIN}"),
        said(1, f"> <{WANG}> five\n\nYes"),
        said(2, "Yes", **mentions),
        said(3, "王", format="org.matrix.custom.html", formatted_body=f'<a href="https://matrix.to/#/{WANG}">王</a>'),
    )
    assert [each.private_details for each in (own, answer, mention, link)] == [(), ("people",), ("people",), ()]
    [ruled] = posts({**OPEN[0], "sender": WANG}, OPEN[1], said(0, "x"))
    assert ruled.private_details == ("people",)


def test_a_file_belongs_to_its_message_if_its_name_and_size_tell_which_it_is() -> None:
    beside = {
        "images/wall-5-12-2013 at 2-28-00 PM.png": b"wall!", "images/image-5-12-2013.png": b"one",
        "images/image-5-13-2013.png": b"two",
        "images/image-5-14-2013.png": b"four", "files/list-a-5-12-2013.pdf": b"pdf",
    }  # fmt: skip
    found, report = read(
        shared(0, "wall.png", 5), shared(1, "image.png", 3), shared(2, "image.png", 4),
        shared(3, "list-a.pdf", 3, "m.file"), shared(4, "../../x.png", 3),
        shared(5, "words below", 5, filename="wall.png"), **beside,
    )  # fmt: skip
    made = [each for each in found if isinstance(each, Found)]
    assert [each.media for each in made] == [
        ("x/images/wall-5-12-2013 at 2-28-00 PM.png",), (), ("x/images/image-5-14-2013.png",),
        ("x/files/list-a-5-12-2013.pdf",), (), ("x/images/wall-5-12-2013 at 2-28-00 PM.png",),
    ]  # fmt: skip
    assert [each.post.text for each in made] == ["", "", "", "", "", "words below"]
    assert made[0].post.attachments[0].url == "mxc://a.example/0"
    assert not report.damaged


def test_a_poll_has_its_answers_and_a_sticker_says_what_it_shows() -> None:
    poll = {
        "question": {"org.matrix.msc1767.text": "去吗？"},
        "answers": [{"id": "1", "m.text": [{"body": "去"}]}, {"id": "2"}],
    }
    asked, sticker = posts(
        event(0, "m.poll.start", {"m.poll.start": poll}),
        event(1, "m.sticker", {"body": "a fist", "url": "mxc://a.example/1", "info": {"mimetype": "image/png"}}),
    )
    assert (asked.text, [each.text for each in asked.choices]) == ("去吗？", ["去"])
    assert (sticker.text, sticker.attachments[0].alt) == ("", "a fist")


@pytest.mark.parametrize(
    "bad",
    [{"event_id": "8"}, {"event_id": "$a b"}, {"room_id": ""}, {"room_id": 5}, {"sender": "lin"}, {"sender": None},
     {"content": {"body": ""}}, {"content": 5}, {"content": {"msgtype": "m.text", "body": "x" * 300_000}}],
)  # fmt: skip
def test_what_is_wrong_with_one_message_costs_no_other(bad: dict[str, Any]) -> None:
    found, report = read(said(0, "a"), {**said(1, "x"), **bad}, said(2, "b"))
    assert [each.post.text for each in found if isinstance(each, Found)] == ["a", "b"]
    assert len(report.problems) == 1


@pytest.mark.parametrize("time", [0, -5, True, "1368340080000", None, 10**30, 1.5])
def test_a_time_that_cannot_be_is_none(time: Any) -> None:
    [made] = posts({**said(0, "a"), "origin_server_ts": time})
    assert (made.published, made.doubts) == (None, ("time",))


def test_damaged_files_give_what_is_sound(tmp_path: Path) -> None:
    tibetan = "བོད་ཀྱི་རྒྱལ་ས།"
    whole = export(said(0, "a"), said(1, tibetan), said(2, "c"))
    found, report = read_files({NAME: whole[:-300]})
    assert ([each.post.text for each in found if isinstance(each, Found)], report.damaged) == (
        ["a", "བོད་ཀྱི་རྒྱལ་ས།"],
        True,
    )
    digits = whole.replace(b"1368340081000", b"9" * 5_000)
    assert [each.post.text for each in read_files({NAME: digits})[0] if isinstance(each, Found)] == ["a", "c"]
    deep = whole.replace(b'"age": 5', b'"age": ' + b"[" * 5_000, 1)
    assert read_files({NAME: deep})[1].damaged
    twice, report = read(said(0, "a"), said(0, "b"))
    assert len(twice) == 2
    desk = Desk.make(tmp_path / "archive")
    taken = desk.take(in_zip(tmp_path / "e.zip", {NAME: export(said(0, "a"), said(0, "b"))}), NOW)
    assert [each.kind for each in taken.problems] == ["duplicate"]
    desk.archive.close()


def test_other_files_are_no_rooms() -> None:
    for data in (
        b"",
        b"{",
        b'{"room_name": 1}',
        b'[{"room_name": "x", "messages": []}]',
        json.dumps({"x": ROOM}).encode(),
    ):
        assert not matrix.recognises(Several({"x.json": data}))
    assert matrix.recognises(Several({"x.json": export()}))
