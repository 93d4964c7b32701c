"""What an account wrote on Threads, inside of Instagram's export or by itself."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk, in_folder, in_zip
from support.own_exports import BEGAN, THREADS, as_meta_writes, on_threads, threads
from tamizdat.archive.ingest.exports import Intake, Owned, Taken, Unread, take_in
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, find_exports, recognise
from tamizdat.posts.formats.format import Format
from tamizdat.posts.formats.threads import LEFT, REPLIES, UNTOLD
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

PICTURE = "media/posts/202403/18107625016615806.webp"
INSTAGRAM = {
    "your_instagram_activity/media/posts_1.json": json.dumps(
        [
            {
                "media": [
                    {"uri": "media/posts/202403/x_n_18032017582961826.jpg", "creation_timestamp": BEGAN, "title": "i"}
                ]
            }
        ]
    ).encode(),
    "personal_information/personal_information/personal_information.json": json.dumps(
        {"profile_user": [{"string_map_data": {"Username": {"value": "lin"}, "Private Account": {"value": "True"}}}]}
    ).encode(),
    "your_instagram_activity/messages/inbox/x/message_1.json": b'{"messages": [{"content": "SECRET"}]}',
}


def read(held: dict[str, bytes], whose: str = "") -> tuple[list[Found], IngestReport]:
    """What is in an export; every post is also read again from its own slice."""
    report, export = IngestReport(), Several(held)
    reader: Format = Owned(recognise(export), whose) if whose else recognise(export)
    assert reader.NAME == "threads/v1"
    plan = reader.plan(export, report)
    found = [each for each in reader.read(plan, export.open, report) if isinstance(each, Found)]
    for each in found:
        [piece] = each.slices
        raw = [held[piece.source][piece.offset : piece.offset + piece.length]]
        assert reader.post(raw, plan.context_of(piece.source)) == each.post
    return found, report


def posts(held: dict[str, bytes], whose: str = "") -> list[Post]:
    return [each.post for each in read(held, whose)[0]]


def test_a_post_of_words_alone_and_one_of_pictures() -> None:
    held = threads(
        on_threads(0, "校舍 #地震"), on_threads(5, "二", PICTURE, "media/2.mp4"), on_threads(9, "三", PICTURE)
    )
    found, report = read(held | {PICTURE: b"RIFF"})
    words, two, one = (each.post for each in found)
    assert (words.text, words.published, words.attachments) == ("校舍 #地震", "2013-05-12T06:28:00+00:00", ())
    assert (words.author.id, words.author.handle, words.author.name) == ("https://www.threads.com/@lin", "lin", "林")
    assert (words.audience, words.tags, words.url) == ("public", ("地震",), "")
    assert (two.text, [each.media_type for each in two.attachments]) == ("二", ["image/webp", "video/mp4"])
    assert (one.text, found[2].media) == ("三", (PICTURE,))
    assert (report.damaged, report.left[LEFT], report.notes) == (False, 1, [])


def test_that_it_answers_another_is_told_and_not_guessed_whose_words() -> None:
    found, report = read(threads(on_threads(0, "@wang 好", reply=True), on_threads(1, "x")))
    assert [each.post.reply_to for each in found] == ["", ""]
    assert report.notes == [REPLIES.format(1)]


@pytest.mark.parametrize(("private", "audience"), [("False", "public"), ("True", "followers"), ("", "unknown"),
                                                   ("是", "unknown")])  # fmt: skip
def test_for_whom_it_was_is_said_by_the_profile_of_threads_alone(private: str, audience: str) -> None:
    found, report = read(threads(on_threads(0, "x"), private=private) | INSTAGRAM)
    assert [each.post.audience for each in found] == [audience]
    assert (UNTOLD in report.notes) == (audience == "unknown")
    alone = threads(on_threads(0, "x"), handle="") | INSTAGRAM
    [made] = posts(alone)
    assert (made.audience, made.author.handle) == ("unknown", "lin"), "Instagram's own setting is another"


def test_a_post_is_known_by_its_second_and_where_that_is_shared_by_its_words_or_picture() -> None:
    first = posts(threads(on_threads(0, "a"), on_threads(7, "b")))
    assert [each.id for each in posts(threads(on_threads(0, "a, edited"), on_threads(7, "b")))] == [e.id for e in first]
    shared = posts(threads(on_threads(0, "a"), on_threads(0, "b"), on_threads(0, "", PICTURE)))
    assert len({each.id for each in shared}) == 3
    others = posts(threads(on_threads(0, "a"), handle="wang"))
    assert others[0].id != first[0].id
    nobody, _ = read(threads(on_threads(0, "a"), handle=""))
    assert nobody[0].post.id not in {first[0].id, others[0].id}
    assert posts(threads(on_threads(0, "a"), handle=""), "lin")[0].id == first[0].id


def test_inside_of_instagrams_export_both_are_read_and_nothing_else_is_kept(tmp_path: Path) -> None:
    held = threads(on_threads(0, "on Threads", PICTURE)) | INSTAGRAM | {PICTURE: b"RIFF"}
    desk = Desk.make(tmp_path / "archive")

    class Silent:
        def advance(self, size: int) -> None:
            """Count nothing."""

    path = in_zip(tmp_path / "e.zip", {f"instagram-lin-2025/{name}": data for name, data in held.items()})
    events = list(take_in(path, desk.archive, desk.key, Intake(), lambda: nullcontext(Silent())))
    taken = [each.report for each in events if isinstance(each, Taken)]
    assert [(each.format, each.new, each.damaged) for each in taken] == [
        ("threads/v1", 1, False),
        ("instagram/v1", 1, False),
    ]
    assert [each for each in events if isinstance(each, Unread)] == []
    assert taken[0].media == 1
    assert {each.text: each.audience for each in desk.posts().values()} == {"on Threads": "public", "i": "followers"}
    kept = [each.read_bytes() for each in (tmp_path / "archive").rglob("*") if each.is_file()]
    assert not any(b"SECRET" in each for each in kept)
    desk.archive.close()


def test_a_folder_of_threads_alone_is_read_with_the_pictures_above_it() -> None:
    held = threads(on_threads(0, "x", PICTURE), where="threads/threads_and_replies.json") | {PICTURE: b"RIFF"}
    [part] = find_exports(Several(held)).parts
    assert (part.format.NAME, part.where) == ("threads/v1", "")
    assert read(held)[0][0].media == (PICTURE,)


def test_who_never_wrote_on_threads_has_an_export_of_instagram_alone() -> None:
    found = find_exports(Several(threads() | INSTAGRAM))
    assert ([each.format.NAME for each in found.parts], found.unread) == (["instagram/v1"], [])


def test_what_lies_among_letters_is_none_of_the_accounts() -> None:
    held = threads(on_threads(0, "a friend's"), where="messages/threads/threads_and_replies.json")
    assert not find_exports(Several({**held, **INSTAGRAM})).parts[0].format.NAME.startswith("threads")


@pytest.mark.parametrize(
    ("bad", "kind"),
    [({"media": []}, "form"), ({"media": [{"uri": "", "title": "x"}]}, "form"),
     ({"media": 5, "creation_timestamp": 0}, "form"), ({"media": [{"title": "x", "creation_timestamp": True}]}, "form"),
     ({"media": [{"creation_timestamp": BEGAN}]}, "form"),
     ({"media": [{"title": "x", "creation_timestamp": 10**18}]}, "form"),
     ({"media": [{"title": "x" * 300_000, "creation_timestamp": BEGAN}]}, "size")],
)  # fmt: skip
def test_what_is_wrong_with_one_post_costs_no_other(bad: dict[str, object], kind: str) -> None:
    found, report = read(threads(on_threads(0, "a"), bad, on_threads(1, "b")))
    assert [each.post.text for each in found] == ["a", "b"]
    assert [each.kind for each in report.problems] == [kind]


def test_damaged_files_give_what_is_sound() -> None:
    whole = threads(on_threads(0, "a"), on_threads(1, "b"), on_threads(2, "c"))
    for cut, sound in ((len(whole[THREADS]) - 300, 2), (len(whole[THREADS]) // 2, 1)):
        found, report = read(whole | {THREADS: whole[THREADS][:cut]})
        assert ([each.post.text for each in found], report.damaged) == (["a", "b"][:sound], True)
    digits = whole[THREADS].replace(str(BEGAN + 1).encode(), b"9" * 5_000)
    found, report = read(whole | {THREADS: digits})
    assert ([each.post.text for each in found], report.damaged) == (["a", "c"], True)


def test_words_that_are_no_mojibake_stay_and_a_picture_may_be_named_out_of_the_export() -> None:
    tibetan = "བོད་ཀྱི་རྒྱལ་ས།"
    assert as_meta_writes(tibetan) != tibetan
    held = threads(on_threads(0, tibetan, "../../etc/passwd"), {"title": "ÿ é 林", "creation_timestamp": BEGAN + 1,
                                                               "media": [{"uri": "", "title": ""}]})  # fmt: skip
    found, _ = read(held | {"etc/passwd": b"x"})
    assert [each.post.text for each in found] == [tibetan, "ÿ é 林"]
    assert found[0].media == ()


def test_the_same_export_again_says_nothing_new_and_a_later_one_an_edit(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "a", threads(on_threads(0, "a"))), NOW)
    assert desk.take(in_folder(tmp_path / "a2", threads(on_threads(0, "a"))), NOW).already == 1
    report = desk.take(in_folder(tmp_path / "b", threads(on_threads(0, "a!"), on_threads(9, "b"))), NOW)
    assert (report.new, report.edited) == (1, 1)
    assert desk.archive.check().sound
    desk.archive.close()
