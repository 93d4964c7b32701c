"""TikTok's export: all of an account in one file, of which its own posts are kept and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, in_folder
from support.own_exports import on_tiktok, tiktok
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, recognise
from tamizdat.posts.formats import tiktok as reader
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

NAME = "user_data_tiktok.json"
FIRST, SECOND, THIRD = 7368000000000000001, 7368000000000000002, 7368000000000000003


def written(said: dict[str, Any], indent: int | None = None) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=indent).encode()


def read(data: bytes) -> tuple[list[Found], IngestReport]:
    """What is in an export; every post is also read again from its own slices."""
    report, export = IngestReport(), Several({NAME: data})
    format = recognise(export)
    plan = format.plan(export, report)
    found = [each for each in format.read(plan, export.open, report) if isinstance(each, Found)]
    for each in found:
        [piece] = each.slices
        assert format.post([data[piece.offset : piece.offset + piece.length]], plan.context_of(NAME)) == each.post
    return found, report


def posts(*said: dict[str, Any], private: str = "Off") -> list[Post]:
    return [each.post for each in read(written(tiktok(*said, private=private)))[0]]


def test_a_post_has_its_number_its_words_and_the_time_that_is_utc() -> None:
    [post] = posts(on_tiktok(FIRST, "校舍 #地震 དཔེ་", Location="成都", CoverImage="https://p.example/c.jpeg?x=1"))
    assert (post.id, post.url) == (
        f"https://www.tiktokv.com/share/video/{FIRST}/",
        f"https://www.tiktok.com/@lin/video/{FIRST}",
    )
    assert (post.text, post.tags, post.published) == ("校舍 #地震 དཔེ་", ("地震",), "2024-05-12T06:28:00+00:00")
    assert (post.author.id, post.author.name, post.audience) == ("https://www.tiktok.com/@lin", "林", "public")
    assert (post.private_details, post.attachments[0].url) == (("place",), "https://p.example/c.jpeg?x=1")


@pytest.mark.parametrize(
    ("told", "private", "audience"),
    [("Everyone", "Off", "public"), ("Everyone", "On", "followers"), ("Friends", "Off", "followers"),
     ("Only me", "Off", "kept"), ("Tout le monde", "Off", "kept"), (None, "Off", "kept")],
)  # fmt: skip
def test_for_whom_it_was_stands_beside_it_or_nobody_can_tell(told: str | None, private: str, audience: str) -> None:
    [post] = posts(on_tiktok(FIRST, WhoCanView=told), private=private)
    assert post.audience == audience


def test_the_file_of_earlier_years_has_the_clips_own_address() -> None:
    clip = "https://v16m.tiktokcdn.com/a/video/tos/x/?expire=1&mime_type=video_mp4"
    old = {"Activity": {"Favorite Effects": {"FavoriteEffectsList": []}, "Video Browsing History": {"VideoList": [
        {"Date": "2021-01-01 00:00:00", "Link": "https://www.tiktokv.com/share/video/6900000000000000000/"}]}},
        "Profile": {"Profile Information": {"ProfileMap": {"userName": "lin"}}},
        "Video": {"Videos": {"App": 1, "VideoList": [
            {"Date": "2021-05-12 06:28:00", "Link": clip, "Likes": "3"}]}}}  # fmt: skip
    [found], report = read(written(old))
    assert found.post.id.startswith("urn:tiktok:")
    assert (found.post.attachments[0].url, found.post.audience) == (clip, "kept")
    assert not report.damaged


@pytest.mark.parametrize("indent", [None, 1], ids=["one line", "many lines"])
def test_nothing_but_the_posts_is_kept(indent: int | None, tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    deleted = on_tiktok(THIRD, "gone", DateDeleted="2024-06-01 00:00:00")
    said = tiktok(on_tiktok(FIRST, "校舍"), on_tiktok(SECOND, "五年了"), deleted=(deleted,))
    report = desk.take(in_folder(tmp_path / "export", {NAME: written(said, indent)}))
    assert (report.new, report.gone, report.damaged) == (3, 1, False)
    kept = [path.read_bytes() for path in (tmp_path / "archive" / "objects").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert b"SECRET" not in kept[0]
    assert b"666" not in kept[0], "what was watched"
    assert "SECRET" not in json.dumps([each.predicate for each in desk.said("captured")])


def test_of_a_second_export_the_new_words_and_what_was_deleted_are_told(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    one, two = on_tiktok(FIRST, "五年"), on_tiktok(SECOND, "x")
    desk.take(in_folder(tmp_path / "1", {NAME: written(tiktok(one, two))}))
    later = on_tiktok(THIRD, "y", Date="2024-06-02 00:00:00")
    gone = {**two, "DateDeleted": "2024-06-01 00:00:00"}
    second = tiktok({**one, "Title": "五年了"}, later, deleted=(gone,))
    report = desk.take(in_folder(tmp_path / "2", {NAME: written(second)}), NOW.replace(day=24))
    assert (report.new, report.edited, report.gone) == (1, 1, 1)
    [said] = desk.said("gone")
    assert (said.predicate["deleted"], said.predicate["word"]) == ("2024-06-01T00:00:00+00:00", "export")


def test_behind_damage_nothing_of_what_was_watched_is_taken_for_a_post(tmp_path: Path) -> None:
    data = written(tiktok(on_tiktok(FIRST, "x"), on_tiktok(SECOND, "y"), on_tiktok(THIRD, "z")))
    torn = data.replace(b'"Title": "y"}', b'"Title": "y}', 1)
    lost = data.replace(b'"Title": "z"}]}', b'"Title": "z"', 1)
    for broken in (torn, lost, data[: data.index(b'"Title": "z"')]):
        found, report = read(broken)
        assert found[0].post.text == "x"
        assert not any("666" in each.post.id for each in found)
        assert report.damaged
    desk = Desk.make(tmp_path / "archive")
    for number, broken in enumerate((torn, lost)):
        assert desk.take(in_folder(tmp_path / str(number), {NAME: broken})).damaged
    kept = b"".join(path.read_bytes() for path in (tmp_path / "archive" / "objects").rglob("*") if path.is_file())
    assert b"SECRET" not in kept
    assert b"666" not in kept


def test_an_export_without_posts_keeps_nothing() -> None:
    said = tiktok()
    said["Post"]["Posts"]["VideoList"] = None
    export = Several({NAME: written(said)})
    assert reader.plan(export, IngestReport()).sources == []


@pytest.mark.parametrize("wrong", [{"Link": ""}, {"Link": 5}, {"Link": "7368000000000000001"}, {"Link": None}])
def test_a_post_without_an_address_costs_itself_alone(wrong: dict[str, Any]) -> None:
    found, report = read(written(tiktok(on_tiktok(FIRST, "x", **wrong), on_tiktok(SECOND, "y"))))
    assert [each.post.text for each in found] == ["y"]
    assert report.kinds == {"form": 1}


def test_where_the_first_post_is_damaged_that_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    data = written(tiktok(on_tiktok(FIRST, "one"), on_tiktok(FIRST + 1, "two"))).replace(b'"one"', b"one")
    desk = Desk.make(tmp_path / "archive")
    report = desk.take(in_folder(tmp_path / "a", {NAME: data}), NOW)
    assert (report.new, list(report.kinds)) == (1, ["damaged"])
    assert [each.text for each in desk.posts().values()] == ["two"]
    desk.archive.close()
