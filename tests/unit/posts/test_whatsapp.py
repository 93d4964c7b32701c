"""Chats of WhatsApp: who speaks, when that is certain, and what the text leaves out."""

import pytest

from tamizdat.errors import UsageError
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, by_name, recognise
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport


def read(text: str, more: dict[str, bytes] | None = None) -> tuple[list[Found], IngestReport]:
    report, data, name = IngestReport(), text.encode(), "WhatsApp Chat with 名单.txt"
    export = Several({name: data, **(more or {})})
    format = recognise(export)
    plan = format.plan(export, report)
    found = [each for each in format.read(plan, export.open, report) if isinstance(each, Found)]
    for each in found:
        raw = [data[piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert format.post(raw, plan.context_of(name)) == each.post
    return found, report


def posts(text: str) -> list[Post]:
    return [each.post for each in read(text)[0]]


ANDROID = """13/05/2013, 14:28 - Messages and calls are end-to-end encrypted.
13/05/2013, 14:28 - 林: 校舍塌了
第二行: 五年了
13/05/2013, 14:29 - ~ 王 李: <Media omitted>
13/05/2013, 14:30 - 林: IMG-20130513-WA0001.jpg (file attached)
看
"""


def test_messages_go_over_lines_and_what_has_no_speaker_is_counted() -> None:
    found, report = read(ANDROID, {"IMG-20130513-WA0001.jpg": b"\xff\xd8"})
    first, second, third = (each.post for each in found)
    assert (first.author.name, first.text, first.published) == ("林", "校舍塌了\n第二行: 五年了", "2013-05-13T14:28:00")
    assert (second.author.name, second.text, len(second.attachments)) == ("王 李", "", 1)
    assert (third.text, found[2].media) == ("看", ("IMG-20130513-WA0001.jpg",))
    assert {each.post.audience for each in found} == {"direct"}
    assert report.left == {"service messages": 1}
    assert not report.damaged


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        ("[13/05/2013, 14:28:00] 林: 一", "2013-05-13T14:28:00"),
        ("[5/13/13, 2:28:00\u202fPM] 林: 一", "2013-05-13T14:28:00"),
        ("\u200e[2013-05-13, 12:28:00 AM] 林: 一", "2013-05-13T00:28:00"),
        ("13.05.13, 14:28 - 林: 一", "2013-05-13T14:28:00"),
        ("2013/5/13 下午2:28 - 林: 一", "2013-05-13T14:28:00"),
        ("[2013/5/13 上午12:05:09] 林: 一", "2013-05-13T00:05:09"),
        ("13/5/2013 中午12:05 - 林: 一", "2013-05-13T12:05:00"),
        ("2013. 5. 13. 오후 2:28 - 林: 一", "2013-05-13T14:28:00"),
        ("13\u200f/5\u200f/2013، 2:28 م - 林: 一", "2013-05-13T14:28:00"),
        ("\u200f١٣/٥/٢٠١٣، ٩:٠٥ ص - 林: 一", "2013-05-13T09:05:00"),
        ("[۱۴۰۱/۶/۲۵،\u200f ۱۴:۲۸:۰۰] 林: 一", "2022-09-16T14:28:00"),
        ("[۱۳۹۹/۱۲/۳۰،\u200f ۱۴:۲۸:۰۰] 林: 一", "2021-03-20T14:28:00"),
        ("[۱۴۰۰/۱۲/۳۰،\u200f ۱۴:۲۸:۰۰] 林: 一", None),
        ("[۱۴۰۲/۲/۳۱،\u200f ۱۴:۲۸:۰۰] 林: 一", "2023-05-21T14:28:00"),
        ("13/5/2566 14:28 - 林: 一", "2023-05-13T14:28:00"),
        ("[١٣\u200f/٥\u200f/١٤٣٤ هـ، ٢:٢٨:٠٠ م] 林: 一", None),
        ("13.05.13 г., 14:28 - 林: 一", "2013-05-13T14:28:00"),
        ("13.5.2013 klo 14.28 - 林: 一", "2013-05-13T14:28:00"),
        ("13/05/2013, 2:28 ከሰዓት - 林: 一", "2013-05-13T14:28:00"),
        ("13/05/2013, 2:28 ጥዋት - 林: 一", "2013-05-13T02:28:00"),
        ("13/5/13, 2:28 μ.μ. - 林: 一", "2013-05-13T14:28:00"),
        ("2013/5/13 2:28 غ.م. - 林: 一", "2013-05-13T02:28:00"),
        ("13/5/2013, 2:28 p.\u00a0m. - 林: 一", "2013-05-13T14:28:00"),
        ("13.5.2013 ÖS 2:28 - 林: 一\n13.05.2013 14:28 - 林: 二", "2013-05-13T14:28:00"),
        ("[2013/5/13 午後0:28:00] 林: 一", "2013-05-13T12:28:00"),
        ("30/08/25 18.00 - 林: 一", "2025-08-30T18:00:00"),
        ("[13.05.13 um 14:28:09] 林: 一", "2013-05-13T14:28:09"),
        ("05/06/2013, 14:28 - 林: 一", None),  # the fifth of June, or the sixth of May
        ("05/06/2013, 14:28 - 林: 一\n06/05/2013, 14:28 - 林: 二", None),  # either order goes back, or not, by a day
        ("05/06/2013, 14:28 - 林: 一\n04/07/2013, 14:28 - 林: 二", "2013-06-05T14:28:00"),
    ],
)
def test_day_and_month_are_told_apart_only_where_that_is_certain(lines: str, published: str | None) -> None:
    if lines.count("\n") and published is None:
        lines += "\n05/06/2013, 15:28 - 林: 三"
    assert posts(lines)[0].published == published


def test_what_was_taken_in_before_other_calendars_were_known_is_read_as_it_was() -> None:
    reader = by_name("whatsapp/v2")
    assert reader is not None
    line = "[۱۴۰۲/۲/۲۳،\u200f ۱۴:۲۸:۰۰] 林: 一".encode()
    before, now = (reader.post([line], {"chat": "x", "order": "ymd", **more}) for more in ({}, {"calendars": True}))
    assert (before.published, now.published) == ("1402-02-23T14:28:00", "2023-05-13T14:28:00")
    assert before.id == now.id


def test_the_same_chat_exported_again_has_the_same_ids() -> None:
    assert [each.id for each in posts(ANDROID)] == [
        each.id for each in posts(ANDROID + "13/05/2013, 15:00 - 林: 新\n")[:3]
    ]


def test_a_text_that_is_no_chat_is_not_taken_for_one() -> None:
    with pytest.raises(UsageError):
        read("Dear chat,\n13/05/2013, 14:28 - 林: x\n")


@pytest.mark.parametrize(
    ("tail", "files"),
    [
        ("\u200e<This message was edited>", []),
        (" \u200e<此消息已编辑>", []),
        ("\n\u200e<attached: 00000003-PHOTO-2013-05-13.jpg>", ["00000003-PHOTO-2013-05-13.jpg"]),
        (" \u200e<attached: a.mp4> \u200e<This message was edited>", ["a.mp4"]),
    ],
)
def test_what_whatsapp_writes_behind_the_words_is_none_of_them(tail: str, files: list[str]) -> None:
    line = "[13/05/2013, 14:28:00] 林: 校舍塌了"
    [post], [bare] = posts(line + tail + "\n"), posts(line + "\n")
    assert (post.text, [each.url for each in post.attachments]) == ("校舍塌了", files)
    assert post.id != bare.id
    raw, before = [(line + tail).encode()], by_name("whatsapp/v1")
    assert before
    earlier = before.post(raw, {"chat": "WhatsApp Chat with 名单", "order": "dmy"})
    assert (earlier.id, earlier.text) == (post.id, "校舍塌了" + tail)


def test_what_a_person_wrote_in_angles_stays_theirs() -> None:
    for words in ("see <This message was edited>", "\u200e<half", "a \u200e<x> b", "\u200e<" * 40_000):
        [post] = posts(f"[13/05/2013, 14:28:00] 林: {words}\n")
        assert post.text.endswith(words.removeprefix("\u200e"))
    [many] = posts("[13/05/2013, 14:28:00] 林: 一" + "\u200e<This message was edited>" * 5_000 + "\n")
    assert many.text.startswith("一")
