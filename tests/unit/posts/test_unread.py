"""What is no export that is read: it is named, and what to do with it is said."""

from pathlib import Path

import pytest

from support.collecting_desk import in_folder
from tamizdat.errors import UsageError
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport

NOT_READ = [
    ("page.har", '{"log": {"version": "1.2", "pages": []}}', "a WACZ or WARC"),
    ("Page.MHTML", "From: <Saved by Blink>\nMIME-Version: 1.0\n", "collect capture URL"),
    ("page.webarchive", "bplist00", "collect capture URL"),
    ("page.html", "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://a.example/", "capture URL"),
    ("old.arc", "filedesc://old.arc 0.0.0.0 20240512062800 text/plain 74\n", "warcio recompress"),
    ("datapackage.json", '{"profile": "data-package", "resources": []}', "Ask for the file again"),
    ("feeds.opml", '<?xml version="1.0"?><opml version="2.0"><body/></opml>', "collect --opml"),
    ("v.info.json", '{"id": "a", "extractor": "youtube"}', "no post"),
    ("comments.xml", '<?xml version="1.0"?><livejournal><comments></comments></livejournal>', "other people's words"),
    ("posts/2020-01-01_t.html", '<html><article class="h-entry"></article></html>', "Medium"),
    ("posts/html/1.html", '<html><span id="timestamp"> May 12th, 2013</span></html>', "Tumblr"),
    ("export.txt", "AUTHOR: lin\nTITLE: t\nDATE: 05/12/2013 02:28:00 PM\n-----\nBODY:\nx\n-----\n", "Movable Type"),
    ("lin.txt", "13.05.13, 14:28 - Lin: x\n", "WhatsApp Chat with"),
    ("messages.html", '<html><body><div class="mx_MatrixChat"></div></body></html>', "in JSON"),
    ("main.jsonl", '{"version": "1", "backupTimeMs": "1715495280000"}\n{"account": {}}\n', "on purpose"),
    (
        "Archive/wall/wall0.html",
        '<html><a href="https://vk.com/id1">x</a></html>',
        "in words of its language",
    ),
    ("posts/your_posts_1.html", "<html><head><title>Your posts</title></head></html>", "once more, in JSON"),
    ("your_instagram_activity/threads/t.html", "<html><head><title>Threads</title>", "once more, in JSON"),
    ("lin-202405.json", '{"username": "lin", "collections": [{"alias": "lin", "posts": []}]}', "WriteFreely"),
    ("s.json", '{"bio": "", "followed_communities": ["https://a.example/c/x"], "saved_posts": []}', "follow that"),
    ("comments.csv", "Comment ID,Channel ID,Comment Text\nUgx,UCx,x\n", "YouTube's comments"),
    ("xl/workbook.xml", '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>', "CSV UTF-8"),
    ("content.xml", "<office:document-content><office:body><office:spreadsheet/>", "CSV UTF-8"),
    ("tweet.jsonl", '{"_id": "44", "mblogid": "Is9", "created_at": "2020-01-30 14:43:13", "content": "x"}\n', "{_id}"),
    ("1.json", '{"tweet_id": 57, "date": "2013-05-12 06:28:00", "content": "x"}', "tweet_id, date, content"),
]


@pytest.mark.parametrize(("name", "data", "advice"), NOT_READ, ids=[each[0] for each in NOT_READ])
def test_what_is_not_read_is_named_with_what_to_do(name: str, data: str, advice: str, tmp_path: Path) -> None:
    export = open_export(in_folder(tmp_path, {name: data.encode()}), IngestReport())
    with pytest.raises(UsageError) as told:
        recognise(export)
    assert "Nothing was taken" in str(told.value)
    assert f"{name} " in str(told.value)
    assert advice in str(told.value)


@pytest.mark.parametrize(
    ("files", "found", "near"),
    [
        (
            {"a.json": b'{"shop": 1, "cart": [2]}'},
            "a.json, JSON of another kind (it begins with shop, cart)",
            "result.json",
        ),
        ({"a.csv": b"x\n"}, "a.csv, which is none", "posts.csv"),
        ({"a.bin": b"\0\1"}, "a.bin, which holds no text", "collect --help"),
        ({"1.jpg": b"\xff\xd8", "2.bin": b"x"}, "2 files that are none (1.jpg, 2.bin)", "tamizdat seal"),
    ],
)
def test_what_nobody_knows_is_described_in_a_few_lines_with_what_comes_nearest(
    files: dict[str, bytes], found: str, near: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as told:
        recognise(open_export(in_folder(tmp_path, files), IngestReport()))
    said = str(told.value)
    assert (f"found {found}. Nothing was taken." in said, near in said, len(said) < 480) == (True, True, True), said


def test_what_a_hostile_file_calls_its_members_makes_no_line_of_its_own(tmp_path: Path) -> None:
    files = {"a.json": b'{"x\nEverything was taken": 1, "shop": 2}'}
    with pytest.raises(UsageError) as told:
        recognise(open_export(in_folder(tmp_path, files), IngestReport()))
    assert "it begins with shop)" in str(told.value)
    assert "\n" not in str(told.value)


def test_the_mapping_that_is_advised_for_a_weibo_spider_is_one(tmp_path: Path) -> None:
    mapping = 'id = "https://m.weibo.cn/detail/{_id}"\ntext = "content"\npublished = "created_at"\nzone = "+08:00"\n'
    line = '{"_id": "44", "mblogid": "Is9", "created_at": "2020-01-30 14:43:13", "content": "校舍"}\n'
    folder = in_folder(tmp_path, {"tweet.jsonl": line.encode(), "mapping.toml": mapping.encode()})
    export, report = open_export(folder, IngestReport()), IngestReport()
    format = recognise(export)
    [found] = format.read(format.plan(export, report), export.open, report)
    assert found.post.id == "https://m.weibo.cn/detail/44"  # type: ignore[union-attr]
    assert found.post.published == "2020-01-30T14:43:13+08:00"  # type: ignore[union-attr]
