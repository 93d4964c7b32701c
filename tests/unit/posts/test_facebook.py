"""Facebook's export, which numbers no post, tells of none for whom it was, and holds much that is nobody's business."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, in_folder
from support.own_exports import FOLDER, LIST, PICTURE, as_meta_writes, attached, facebook, on_facebook, picture
from tamizdat.archive.ingest.exports import Owned, OwnerUnsaid
from tamizdat.errors import UsageError
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, find_exports, recognise
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport


def read(files: dict[str, bytes]) -> tuple[list[Found], IngestReport]:
    """What is in an export; every post is also read again from its own slices."""
    report, export = IngestReport(), Several(files)
    [part] = find_exports(export).parts
    plan = part.format.plan(part.export, report)
    found = [each for each in part.format.read(plan, export.open, report) if isinstance(each, Found)]
    for each in found:
        raw = [files[piece.source][piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert part.format.post(raw, plan.context_of(each.slices[0].source)) == each.post
    return found, report


def posts(files: dict[str, bytes]) -> list[Post]:
    return [each.post for each in read(files)[0]]


def test_a_post_has_the_words_that_were_meant_and_the_picture_and_nobody_can_tell_for_whom_it_was() -> None:
    exif: dict[str, Any] = {
        "media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 31.0, "upload_ip": "192.0.2.1"}]}}
    }
    place = {"place": {"name": "成都", "coordinate": {"latitude": 31.0, "longitude": 103.6}}}
    said = on_facebook(0, "校舍 #地震 དཔེ་", picture(**exif), place, tags=[{"name": "Wang"}])
    [found], report = read(facebook(said))
    post = found.post
    assert (post.text, post.tags, post.published) == ("校舍 #地震 དཔེ་", ("地震",), "2013-05-12T06:28:00+00:00")
    assert (post.author.id, post.author.handle, post.author.name) == ("https://www.facebook.com/lin", "lin", "林")
    assert (found.media, post.audience, post.updated) == ((PICTURE,), "kept", None)
    assert post.private_details == ("coordinates", "device", "people")
    assert not report.damaged


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"data": [{"post": "@[100004711:2048:Wang]"}]}, ("people",)),
        ({"attachments": attached(picture(comments=[{"comment": "x", "author": "Wang"}]))}, ("people",)),
        ({"attachments": attached({"life_event": {"title": "x", "place": {"name": "Chengdu"}}})}, ("place",)),
        (
            {"attachments": attached(picture(media_metadata={"photo_metadata": {"upload_ip": "192.0.2.1"}}))},
            ("device",),
        ),
        (
            {"attachments": attached(picture(media_metadata={"photo_metadata": {"latitude": 31.0}}))},
            ("coordinates",),
        ),
    ],
)
def test_what_bytes_tell_of_others_and_of_places_is_told_wherever_it_stands(
    said: dict[str, Any], told: tuple[str, ...]
) -> None:
    files = facebook({**on_facebook(1, "words"), "title": "", **said})
    assert posts(files)[0].private_details == told


def test_facebooks_own_sentence_is_no_words_and_a_mention_leads_to_nobody() -> None:
    said = on_facebook(1, "谢谢 @[100004711:2048:王 小] 和 @[7:林]！", title=as_meta_writes("林 was with 王."))
    bare = on_facebook(2, title="Lin shared a post.")
    first, second = posts(facebook(said, bare))
    assert (first.text, second.text) == ("谢谢 王 小 和 林！", "")
    assert "100004711" not in json.dumps(first.activity())


def test_what_is_shared_without_a_word_is_a_post_and_what_is_only_named_is_none(tmp_path: Path) -> None:
    link = {"external_context": {"name": as_meta_writes("名单"), "url": "https://a.example/1"}}
    files = facebook(on_facebook(1, "", link), on_facebook(2, title="Lin shared a post."))
    report = Desk.make(tmp_path / "archive").take(in_folder(tmp_path / "export", files))
    assert (report.new, report.left["posts that it only names, without their words"]) == (1, 1)
    assert posts(files)[0].links == (("名单", "https://a.example/1"),)


def test_words_below_pictures_and_of_what_else_is_written_are_kept() -> None:
    note = {"note": {"title": as_meta_writes("日记"), "text": as_meta_writes("五年了"), "media": []}}
    poll = {"poll": {"question": "Go?", "options": [{"option": as_meta_writes("去"), "voted": False}]}}
    first, second, third, fourth = posts(
        facebook(
            on_facebook(1, "", picture(description=as_meta_writes("看"))),
            on_facebook(2, "words", picture(description="words"), picture("posts/media/2.gif", description="a gate")),
            on_facebook(3, "", note),
            on_facebook(4, "", poll),
        )
    )
    assert (first.text, first.attachments[0].alt) == ("看", "")
    assert [(each.alt, each.media_type) for each in second.attachments] == [("", "image/jpeg"), ("a gate", "image/gif")]
    assert (third.kind, third.summary, third.text) == ("Article", "日记", "五年了")
    assert (fourth.text, [each.text for each in fourth.choices]) == ("Go?", ["去"])


@pytest.mark.parametrize(
    ("folder", "where"),
    [("", "posts/your_posts.json"), ("", "posts/your_posts_12.json"), ("your_activity_across_facebook/", LIST),
     ("this_profile's_activity_across_facebook/", "posts/profile_posts_1.json"), (f"part 1/{FOLDER}", LIST)],
)  # fmt: skip
def test_every_year_has_its_own_folders(folder: str, where: str) -> None:
    root = "part 1/" if folder.startswith("part") else ""
    files = {root + path: data for path, data in facebook(on_facebook(1, "x", picture("posts/media/1.jpg"))).items()}
    files = {path: data for path, data in files.items() if not path.endswith(LIST)}
    files |= {f"{folder}{where}": json.dumps([on_facebook(1, "x", picture("posts/media/1.jpg"))]).encode(),
              f"{root}posts/media/1.jpg": b"\xff\xd8"}  # fmt: skip
    [found], _ = read(files)
    assert (found.post.author.handle, found.media) == ("lin", (f"{root}posts/media/1.jpg",))


def test_the_lists_of_2018_and_of_reels_stand_in_an_object() -> None:
    old = facebook(where="posts/none.json") | {
        "posts/your_posts.json": json.dumps({"status_updates": [on_facebook(1, "x")]}).encode()
    }
    reels = facebook(on_facebook(1, "x")) | {
        f"{FOLDER}reels/your_reels.json": json.dumps({"lasso_videos_v2": [on_facebook(2, "y")]}).encode()
    }
    assert [each.text for each in posts(old)] == ["x"]
    assert [each.text for each in posts(reels)] == ["x", "y"]


# Which post it is -----------------------------------------------------------------------------------------------------


def test_of_a_second_export_the_edit_is_told_and_what_is_gone_is_not_made_up(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    first = facebook(on_facebook(10, "五年"), on_facebook(20, "to be deleted"), on_facebook(30, "same", picture()))
    second = facebook(on_facebook(40, "new"), on_facebook(30, "same", picture()), on_facebook(10, "五年了", updated=35))
    assert desk.take(in_folder(tmp_path / "1", first)).new == 3
    later = desk.take(in_folder(tmp_path / "2", second), replace_day(NOW))
    assert (later.new, later.edited, later.already, later.gone) == (1, 1, 1, 0)
    [edit] = desk.said("edited")
    assert len(desk.archive.index.posts.versions(str(edit.predicate["post"]))) == 2
    assert desk.take(in_folder(tmp_path / "3", second), replace_day(NOW)).new == 0


def replace_day(when: Any) -> Any:
    return when.replace(day=when.day + 1)


def test_posts_of_one_second_are_told_apart_by_pictures_or_words_and_the_same_twice_is_one() -> None:
    pictures = [picture(f"posts/media/a_{number}.jpg") for number in (1000000001, 1000000002)]
    same = on_facebook(10, "both", pictures[0])
    found = posts(
        facebook(same, same, on_facebook(10, "both", pictures[1]), on_facebook(10, "x"), on_facebook(11, "y"))
    )
    assert len({each.id for each in found}) == 4
    edited = posts(facebook(on_facebook(10, "other words", pictures[0]), on_facebook(10, "x")))
    assert edited[0].id == found[0].id
    alone = posts(facebook(on_facebook(11, "z")))
    assert alone[0].id == found[4].id


def test_words_of_one_account_are_never_a_version_of_anothers() -> None:
    mine, theirs = (posts(facebook(on_facebook(10, "x"), handle=handle))[0] for handle in ("lin", "wang"))
    assert mine.id != theirs.id
    unknown = [posts(facebook(on_facebook(10, text), handle="")) for text in ("x", "y")]
    assert unknown[0][0].id != unknown[1][0].id, "nothing tells that it is one account"
    said, export = IngestReport(), Several(facebook(on_facebook(10, "x"), handle=""))
    named = Owned(recognise(export), "lin")
    [found] = named.read(named.plan(export, said), export.open, said)
    assert isinstance(found, Found)
    assert (found.post.id, found.post.author.id) == (mine.id, mine.author.id), "the desk says whose it is"
    with pytest.raises(OwnerUnsaid, match="--owner"):
        Owned(recognise(export), "").plan(export, said)


def test_two_accounts_side_by_side_keep_their_own_names() -> None:
    files = {f"{handle}/{path}": data for handle in ("lin", "wang")
             for path, data in facebook(on_facebook(10, handle), handle=handle).items()}  # fmt: skip
    told = set()
    for part in find_exports(Several(files)).parts:
        plan = part.format.plan(part.export, IngestReport())
        told |= {(each.post.author.handle, each.post.text) for each in part.format.read(plan, part.export.open,
                 IngestReport()) if isinstance(each, Found)}  # fmt: skip
    assert told == {("lin", "lin"), ("wang", "wang")}


# What is left, and what is wrong --------------------------------------------------------------------------------------


def test_what_is_private_is_counted_and_not_kept(tmp_path: Path) -> None:
    files = facebook(on_facebook(10, "x", picture()))
    secret = {
        f"{FOLDER}messages/inbox/wang_1/message_1.json": b'{"messages": [{"content": "SECRET"}]}',
        f"{FOLDER}messages/inbox/wang_1/files/chat.txt": b"[LINE] 13/05/2013, 14:28 - Wang: SECRET\n",
        f"{FOLDER}comments_and_reactions/comments.json": b'{"comments_v2": ["SECRET"]}',
        f"{FOLDER}groups/group_posts_and_comments.json": b'{"group_posts_v2": ["SECRET"]}',
        f"{FOLDER}posts/archive.json": b'[{"timestamp": 1, "label_values": ["SECRET"]}]',
        f"{FOLDER}posts/trash.json": b'[{"timestamp": 1, "label_values": ["SECRET"]}]',
        f"{FOLDER}posts/media/x/1.jpg": b"SECRET",
        "security_and_login_information/logins_and_logouts.json": b'{"account_accesses_v2": ["SECRET"]}',
    }
    desk = Desk.make(tmp_path / "archive")
    report = desk.take(in_folder(tmp_path / "export", files | secret))
    kinds = ("messages", "comments", "groups", "archived", "trash", "hold no post")
    assert [sum(number for what, number in report.left.items() if kind in what) for kind in kinds] == [1] * 6
    assert not report.damaged
    kept = [path.read_bytes() for path in (tmp_path / "archive" / "objects").rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert not any(b"SECRET" in each for each in kept)


def test_a_chat_that_was_sent_by_message_is_no_export_of_its_own() -> None:
    chat = b"13/05/2013, 14:28 - Lin: x\n13/05/2013, 14:29 - Wang: y\n"
    for folder in (FOLDER, ""):
        files = facebook(on_facebook(10, "x"), folder=folder, where="posts/your_posts_1.json")
        files[f"{folder}messages/inbox/wang/files/WhatsApp Chat with Wang.txt"] = chat
        assert [part.format.NAME for part in find_exports(Several(files)).parts] == ["facebook/v1"]


def test_of_a_list_that_was_cut_off_what_is_whole_is_read() -> None:
    files = facebook(*(on_facebook(second, "x") for second in range(1, 40)))
    name = f"{FOLDER}{LIST}"
    found, report = read(files | {name: files[name][:-700]})
    assert len(found) == 31
    assert "truncated" in report.kinds
    torn = files[name].replace(b'"title": "Lin posted."}, {', b'"title": Lin posted."}, {', 1)
    found, report = read(files | {name: torn})
    assert len(found) == 38
    assert report.kinds == {"damaged": 1}


@pytest.mark.parametrize("second", ["1", None, True, -5, 10**25, 1.5])
def test_a_post_without_a_time_is_told_and_costs_itself_alone(second: Any) -> None:
    found, report = read(facebook(on_facebook(10, "x"), {**on_facebook(1, "y"), "timestamp": second}))
    assert [each.post.text for each in found] == ["x"]
    assert report.kinds == {"form": 1}


@pytest.mark.parametrize(
    ("path", "data", "advice"),
    [("your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.html",
      "<html><div class='_a6-g'>x</div>", "once more, in JSON"),
     ("personal_information/profile_information/profile_information.json", '{"profile_v2": {}}', "in parts")],
    ids=["pages", "one part"],
)  # fmt: skip
def test_what_cannot_be_read_of_it_is_named_among_hundreds_of_files(path: str, data: str, advice: str) -> None:
    files = {f"ads_information/{number}.json": b'{"a": [1]}' for number in range(300)} | {path: data.encode()}
    with pytest.raises(UsageError, match=advice):
        recognise(Several(files))


@pytest.mark.parametrize("folder", [f"{FOLDER}messages/inbox/wang_1/files/", "messages/inbox/wang_1/files/", "groups/"])
def test_an_export_that_a_friend_sent_in_a_letter_is_no_word_of_this_account(folder: str) -> None:
    friend = {"profile_v2": {"name": {"full_name": "Wang"}, "profile_uri": "https://www.facebook.com/wang"}}
    files = {
        **facebook(on_facebook(1, "mine")),
        f"{folder}your_posts_1.json": json.dumps([on_facebook(2, "what Wang wrote")]).encode(),
        f"{folder}profile_information.json": json.dumps(friend).encode(),
    }
    assert [(each.text, each.author.handle) for each in posts(files)] == [("mine", "lin")]
