"""Telegram Desktop's exports, JSON and HTML: channels, groups, letters; and what stands beside the chats."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk
from support.shared import SAMPLES
from tamizdat.archive.ingest.dry_run import look_over
from tamizdat.errors import UsageError
from tamizdat.posts.export import Several, open_export
from tamizdat.posts.formats import Found, by_name, recognise
from tamizdat.posts.post import Choice, Post
from tamizdat.posts.report import IngestReport

NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="samples of ../shared are not beside this checkout")


def read(files: dict[str, bytes]) -> tuple[list[Found], IngestReport]:
    """What is in an export; every post is also read again from its own slices."""
    report, export = IngestReport(), Several(files)
    format = recognise(export)
    plan = format.plan(export, report)
    found = [each for each in format.read(plan, export.open, report) if isinstance(each, Found)]
    for each in found:
        raw = [files[piece.source][piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert format.post(raw, plan.context_of(each.slices[0].source)) == each.post
    return found, report


def message(number: int, text: Any = "五年了", **more: Any) -> dict[str, Any]:
    said = {"id": number, "type": "message", "date": "2013-05-12T14:28:00", "date_unixtime": "1368340080",
            "from": "校舍名单", "from_id": "channel1234567890", "text": text}  # fmt: skip
    return {**said, **more}


def chat(*messages: dict[str, Any], kind: str = "public_channel", **more: Any) -> dict[str, Any]:
    return {"name": "校舍名单", "type": kind, "id": 1234567890, **more, "messages": list(messages)}


def one(*messages: dict[str, Any], **more: Any) -> tuple[list[Post], IngestReport]:
    found, report = read({"result.json": json.dumps(chat(*messages, **more), ensure_ascii=False, indent=1).encode()})
    return [each.post for each in found], report


def test_a_channels_post_has_its_instant_its_links_and_its_place_on_the_web() -> None:
    # fmt: off
    text = ["看 ", {"type": "text_link", "text": "名单", "href": "https://a.example/list"}, " ",
            {"type": "hashtag", "text": "#地震"}, {"type": "custom_emoji", "text": "🕯", "document_id": NOT_INCLUDED}]
    # fmt: on
    [post], report = one(message(7, text, edited_unixtime="1368343680", edited="2013-05-12T15:28:00", author="林"))
    assert (post.id, post.url) == ("https://t.me/c/1234567890/7",) * 2
    assert (post.published, post.updated) == ("2013-05-12T06:28:00+00:00", "2013-05-12T07:28:00+00:00")
    assert (post.text, post.links, post.tags) == ("看 名单 #地震🕯", (("名单", "https://a.example/list"),), ("地震",))
    assert (post.author.id, post.author.name) == ("https://t.me/c/1234567890", "校舍名单 (林)")
    assert post.audience == "public"
    assert not report.damaged


def test_without_an_instant_the_clock_of_whoever_exported_stays_without_an_offset() -> None:
    told = message(7)
    del told["date_unixtime"]
    [post], _ = one(told)
    assert post.published == "2013-05-12T14:28:00"


@pytest.mark.parametrize(
    ("kind", "audience"),
    [("public_channel", "public"), ("private_channel", "followers"), ("public_supergroup", "followers"),
     ("private_supergroup", "direct"), ("private_group", "direct"), ("personal_chat", "direct"), ("bot_chat", "direct"),
     ("saved_messages", "direct"), ("something_new", "unknown")],
)  # fmt: skip
def test_only_a_public_channel_is_for_everybody(kind: str, audience: str) -> None:
    [post], _ = one(message(7), kind=kind)
    assert post.audience == audience


def test_what_a_channel_struck_out_or_quotes_is_not_said_by_it() -> None:
    struck = {"type": "strikethrough", "text": "不"}
    quoted = {"type": "blockquote", "text": "是我干的\n都是我"}
    message = {"id": 7, "type": "message", "date_unixtime": "1368340080", "text": ["我", struck, "去 ", quoted, "他说"]}
    raw = [b'{"name": "c", "type": "public_channel", "id": 12, "messages": ', json.dumps(message).encode()]
    today, before = by_name("telegram/v2"), by_name("telegram/v1")
    assert today is not None
    assert before is not None
    assert today.post(raw, {}).text == "我~~不~~去 \n> 是我干的\n> 都是我\n他说"
    assert before.post(raw, {}).text == "我不去 是我干的\n都是我他说", "what was taken in is read as before"


def test_forwarded_words_are_those_of_whom_they_come_from() -> None:
    posts, _ = one(
        message(7, "他们的话", forwarded_from="王", forwarded_from_id="channel99"),
        message(8, "无名", forwarded_from=None),
        message(9, "自己的", forwarded_from="校舍名单", forwarded_from_id="channel1234567890"),
    )
    assert [(each.kind, each.text) for each in posts] == [("Announce", ""), ("Announce", ""), ("Note", "自己的")]
    assert posts[0].shared is not None
    assert (posts[0].shared.text, posts[0].shared.author.name) == ("他们的话", "王")
    assert posts[0].shared.author.id == "https://t.me/c/99"


def test_an_answer_names_what_it_answers_here_and_in_another_chat() -> None:
    posts, _ = one(message(8, reply_to_message_id=7), message(9, reply_to_message_id=3, reply_to_peer_id="channel55"))
    assert [each.reply_to for each in posts] == ["https://t.me/c/1234567890/7", "https://t.me/c/55/3"]


def test_a_poll_has_its_question_and_its_answers() -> None:
    answers = [{"text": "是", "voters": 3, "chosen": False}, {"text": "否", "voters": 0, "chosen": True}]
    [post], _ = one(message(7, "", poll={"question": "听到了吗？", "total_voters": 3, "answers": answers}))
    assert (post.text, post.choices) == ("听到了吗？", (Choice("是", 3), Choice("否", 0)))


def test_files_that_are_there_belong_to_the_post_and_those_that_are_not_are_told() -> None:
    told = chat(
        message(7, photo="photos/photo_1.jpg", media_spoiler=True),
        message(8, file=f"a.pdf {NOT_INCLUDED}", mime_type="application/pdf"),
        message(
            9, file="(File exceeds maximum size. Change data exporting settings to download.)", media_type="video_file"
        ),
        message(10, media_type="voice_message"),
    )
    found, report = read({"e/result.json": json.dumps(told).encode(), "e/photos/photo_1.jpg": b"\xff\xd8"})
    assert [each.media for each in found] == [("e/photos/photo_1.jpg",), (), (), ()]
    assert [each.post.attachments[0].url for each in found] == ["photos/photo_1.jpg", "", "", ""]
    assert found[0].post.sensitive
    assert not report.damaged


def test_service_messages_are_counted_and_a_place_is_told() -> None:
    located = message(8, "", location_information={"latitude": 31.0, "longitude": 103.5}, place_name="学校")
    joined = {"id": 9, "type": "service", "date_unixtime": "1368340080", "action": "invite_members", "members": ["林"]}
    [post], report = one(located, joined, {"id": 10, "type": "unsupported"})
    assert post.private_details == ("coordinates", "place")
    assert report.left == {"service messages": 1, "messages that Telegram Desktop does not export": 1}


def test_a_control_character_as_telegram_desktop_writes_it_costs_no_message() -> None:
    data = json.dumps(chat(message(7, "一X二"), message(8))).encode().replace(b"X", rb"\x0B")
    found, report = read({"result.json": data})
    assert [each.post.text for each in found] == ["一\x0b二", "五年了"]
    assert report.kinds == {"syntax": 1}


def account(*chats: dict[str, Any], left: tuple[dict[str, Any], ...] = ()) -> bytes:
    said = {
        "about": "Here is the data you requested. Telegram only keeps what it needs.",
        "personal_information": {"phone_number": "+86 130 0000 0000"},
        "contacts": {"list": [{"first_name": "Contact", "phone_number": "+86 131"}]},
        "sessions": {"list": [{"last_ip": "192.0.2.7"}]},
        "chats": {"about": "…", "list": list(chats)},
        "left_chats": {"about": "…", "list": list(left)},
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


SECRET = chat(message(1, "秘密"), message(2, "再见"), kind="personal_chat", id=55)


def test_of_an_accounts_export_nothing_is_kept_but_its_channels(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    (tmp_path / "result.json").write_bytes(account(SECRET, chat(message(7)), left=(chat(message(3), id=77),)))
    report = desk.take(tmp_path / "result.json")
    assert (report.found, report.private, report.damaged) == (2, 0, False)
    assert report.left == {"messages of private chats": 2}
    kept = b"".join(path.read_bytes() for path in (tmp_path / "archive").rglob("*") if path.is_file())
    for secret in ("秘密", "再见", "+86 130", "Contact", "192.0.2.7"):
        assert secret.encode() not in kept
    assert "五年了".encode() in kept
    desk.archive.close()


@pytest.mark.parametrize("letters", [False, True])
def test_a_dry_run_finds_what_the_run_finds(tmp_path: Path, letters: bool) -> None:
    desk = Desk.make(tmp_path / "archive")
    (tmp_path / "result.json").write_bytes(account(SECRET, chat(message(7)), left=(chat(message(3), id=77),)))
    looked, export = IngestReport(), open_export(tmp_path / "result.json", IngestReport())
    look_over(desk.archive, export, recognise(export), NOW, looked, letters)
    export.close()
    report = desk.take(tmp_path / "result.json", letters=letters)
    assert (looked.found, looked.new, looked.private, looked.left) == (
        report.found, report.new, report.private, report.left)  # fmt: skip
    desk.archive.close()


def test_letters_are_kept_when_asked_for_and_contacts_never(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    (tmp_path / "result.json").write_bytes(account(SECRET, chat(message(7))))
    report = desk.take(tmp_path / "result.json", letters=True)
    assert (report.found, report.private) == (3, 2)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "archive").rglob("*") if path.is_file())
    assert "秘密".encode() in kept
    assert b"192.0.2.7" not in kept
    desk.archive.close()


@pytest.mark.parametrize("lost", ["]", "]}", "},", "]},"])
def test_a_channel_whose_end_is_damaged_does_not_swallow_the_letters_behind_it(lost: str) -> None:
    data = account(chat(message(7)), SECRET, chat(message(9), id=77)).decode()
    end = data.index("五年了") + len("五年了")
    tail = data[end:]
    for mark in lost:
        tail = tail.replace(mark, " ", 1)
    found, _ = read({"result.json": (data[:end] + tail).encode()})
    assert [each.post.text for each in found if each.post.id.startswith("https://t.me")] == ["五年了"] * len(found)
    assert {each.post.audience for each in found} == {"public"}


PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">
校舍名单
</div></div></div><div class="page_body chat_page"><div class="history">
<div class="message service" id="message-1"><div class="body details">12 May 2013</div></div>
<div class="message default clearfix" id="message7"><div class="body">
 <div class="pull_right date details" title="12.05.2013 14:28:00 UTC+01:00">14:28</div>
 <div class="from_name">林 &amp; 王</div>
 <div class="text">看 <a href="https://a.example/list?a=1&amp;b=2">名单</a><br>
 <span class="spoiler hidden">五年</span></div>
</div></div>
<div class="message default clearfix joined" id="message8"><div class="body">
 <div class="pull_right date details" title="12.05.2013 14:29:00">14:29</div>
 <div class="reply_to details">In reply to <a href="messages.html#go_to_message7">this message</a></div>
 <div class="media_wrap clearfix"><a class="photo_wrap clearfix pull_left" href="photos/p.jpg">
 <img src="photos/p_thumb.jpg"/></a></div>
</div></div>
<div class="message default clearfix joined" id="message9"><div class="body">
 <div class="forwarded body"><div class="from_name">他人
  <span class="date details" title="01.05.2013 10:00:00"> 01.05</span></div>
  <div class="text">他们的话</div></div>
</div></div>
</div></div></div></body></html>"""
SECOND = (
    PAGE.replace('<div class="from_name">林 &amp; 王</div>', "")
    .replace('clearfix" id="message7"', 'clearfix joined" id="message7"')
    .replace('class="message service" id', "id")
)


def test_html_tells_words_links_answers_and_who_speaks_after_the_name_was_left_out() -> None:
    found, report = read({"messages.html": PAGE.encode(), "photos/p.jpg": b"\xff\xd8"})
    first, second, third = (each.post for each in found)
    assert (first.text, first.links) == ("看 名单\n五年", (("名单", "https://a.example/list?a=1&b=2"),))
    assert (first.author.name, second.author.name, third.author.name) == ("林 & 王",) * 3
    assert (first.published, first.sensitive) == ("2013-05-12T14:28:00", True)
    assert second.reply_to == first.id
    assert found[1].media == ("photos/p.jpg",)
    assert third.shared is not None
    assert (third.text, third.shared.text, third.shared.author.name) == ("", "他们的话", "他人")
    assert {each.post.audience for each in found} == {"unknown"}
    assert report.left == {"service messages and days": 1}


def test_a_second_page_goes_on_with_the_name_of_the_first() -> None:
    found, _ = read({"messages.html": PAGE.encode(), "messages2.html": SECOND.encode()})
    assert [each.post.author.name for each in found] == ["林 & 王"] * 6


def said_by(number: int, name: str, words: str) -> str:
    """A message; without a name it is joined to the one before."""
    told = f'<div class="from_name">{name}</div>' if name else ""
    joined = "" if name else " joined"
    return (
        f'<div class="message default clearfix{joined}" id="message{number}"><div class="body">{told}'
        f'<div class="text">{words}</div></div></div>'
    )


def history(*messages: str) -> bytes:
    return f'<div class="page_wrap"><div class="history">{"".join(messages)}</div></div>'.encode()


LIN, WANG, AGAIN = said_by(1, "林", "我是林"), said_by(2, "王", "我是王"), said_by(3, "", "还是王")


@pytest.mark.parametrize(
    "pages",
    [
        (history(LIN, WANG.replace("message2", "messagf2"), AGAIN),),
        (history(LIN, WANG.replace("from_name", "from_nbme"), AGAIN),),
        (history(LIN, said_by(2, "王", "<div>" * 3_000), AGAIN),),
        (history(LIN), b"", history(AGAIN)),
    ],
    ids=["the beginning of a message damaged", "its name damaged", "too large to read", "a page missing"],
)
def test_nobody_gets_the_words_of_one_whose_name_cannot_be_read(pages: tuple[bytes, ...]) -> None:
    names = ("messages.html", "messages2.html", "messages3.html")
    found, _ = read({name: page for name, page in zip(names, pages, strict=False) if page})
    assert {each.post.text: each.post.author.name for each in found if "王" in each.post.text}["还是王"] == ""
    assert {each.post.author.name for each in found if each.post.text == "我是王"} <= {""}


def test_a_message_whose_beginning_is_damaged_is_told() -> None:
    _, report = read({"messages.html": history(LIN, WANG.replace("message2", "messagf2"))})
    assert report.damaged


def test_pages_of_several_chats_are_not_read_for_nobody_can_tell_the_letters() -> None:
    with pytest.raises(UsageError, match="JSON"):
        read({"chats/chat_1/messages.html": PAGE.encode(), "chats/chat_2/messages.html": PAGE.encode()})


COMMUNITY = "langchain-ai_langchain-community/libs/community/tests/unit_tests"


@needs_samples
@pytest.mark.parametrize(
    ("name", "posts"),
    [("davidmalko87_whispergram/tests/fixtures/sample_export/result.json", 14),
     (f"{COMMUNITY}/document_loaders/test_docs/telegram.json", 3),
     (f"{COMMUNITY}/chat_loaders/data/telegram_chat_json/result.json", 4),
     (f"{COMMUNITY}/chat_loaders/data/telegram_chat_html/messages.html", 4)],
)  # fmt: skip
def test_real_samples_are_read_whole(name: str, posts: int) -> None:
    found, report = read({Path(name).name: (SAMPLES / "telegram" / name).read_bytes()})
    assert (len(found), report.damaged) == (posts, False)
