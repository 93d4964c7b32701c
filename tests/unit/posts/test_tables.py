"""Tables of scrapers with a mapping beside them; Weibo's crawlers; Instagram's export."""

import json
from typing import Any

import pytest

from tamizdat.errors import UsageError
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, recognise
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport


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


def posts(files: dict[str, bytes]) -> tuple[list[Post], IngestReport]:
    found, report = read(files)
    return [each.post for each in found], report


# Tables with a mapping ------------------------------------------------------------------------------------------------

MAPPING = b"""
id = "https://x.com/i/status/{tweet_id}"
text = "text"
published = "timestamp"
zone = "+08:00"
audience = "public"
"""
CSV = (
    '\ufefftweet_id,timestamp,text\r\n57,2013-05-12 14:28:00,"校舍\r\n""塌了"""\r\n58,2013-05-12T06:28:00Z,五年了\r\n'
).encode()


def test_a_table_is_read_as_its_mapping_says() -> None:
    (first, second), report = posts({"tweets.csv": CSV, "mapping.toml": MAPPING})
    assert (first.id, first.text) == ("https://x.com/i/status/57", '校舍\r\n"塌了"')
    assert (first.published, second.published) == ("2013-05-12T14:28:00+08:00", "2013-05-12T06:28:00+00:00")
    assert first.audience == "public"
    assert not report.damaged


def test_without_a_word_of_the_mapping_nobody_knows_for_whom_they_were() -> None:
    (first, _), report = posts({"tweets.csv": CSV, "m.toml": MAPPING.replace(b'audience = "public"', b"")})
    assert first.audience == "unknown"
    assert "audience" in report.notes[0]


@pytest.mark.parametrize(
    ("zone", "when", "kept"),
    [("Asia/Shanghai", "2013-05-12 14:28:00", "2013-05-12T14:28:00+08:00"),
     ("Asia/Shanghai", "1988-07-01 12:00:00", "1988-07-01T12:00:00+09:00"),  # summer time, there was some
     ("Europe/Berlin", "2013-10-27 02:30:00", "2013-10-27T02:30:00"),  # that hour came twice
     ("Europe/Berlin", "2013-03-31 02:30:00", "2013-03-31T02:30:00"),  # that one never
     ("+08:00", "2013-05-12", "2013-05-12"), ("+08:00", "1368340080", "2013-05-12T06:28:00+00:00"),
     ("+08:00", "1368340080000", "2013-05-12T06:28:00+00:00"), ("+08:00", "yesterday", None)],
)  # fmt: skip
def test_a_time_without_an_offset_is_of_the_zone_given_where_that_is_certain(
    zone: str, when: str, kept: str | None
) -> None:
    table = f"tweet_id,timestamp,text\n57,{when},x\n".encode()
    [post], _ = posts({"tweets.csv": table, "m.toml": MAPPING.replace(b"+08:00", zone.encode())})
    assert post.published == kept


@pytest.mark.parametrize("as_list", [True, False])
def test_json_is_looked_into_by_names_with_points(as_list: bool) -> None:
    rows = [{"id": 57, "user": {"name": "lin", "full": "林"}, "body": "五年了", "pics": ["https://a.example/1", "https://a.example/2"]},
            {"id": None, "body": "x"}]  # fmt: skip
    data = json.dumps(rows) if as_list else "\n".join(map(json.dumps, rows))
    mapping = b'id="https://a.example/{id}"\ntext="body"\nauthor="user.name"\nauthor_name="user.full"\nmedia="pics"\n'
    [post], report = posts({"posts.json": data.encode(), "m.toml": mapping})
    assert (post.id, post.author.id, post.author.name) == ("https://a.example/57", "lin", "林")
    assert [each.url for each in post.attachments] == ["https://a.example/1", "https://a.example/2"]
    assert report.kinds == {"form": 1}


def test_a_number_that_a_spreadsheet_rounded_is_no_id() -> None:
    _, report = posts({"tweets.csv": b"tweet_id,timestamp,text\n1.23457E+18,,x\n", "m.toml": MAPPING})
    assert "rounded" in str(report.problems[0])


@pytest.mark.parametrize("number", ["x" * 3_000, "5\u20286", "   ", ""])
def test_an_id_that_no_address_can_be_is_none(number: str) -> None:
    found, report = posts({"tweets.csv": f"tweet_id,timestamp,text\n{number},,x\n".encode(), "m.toml": MAPPING})
    assert (found, dict(report.kinds)) == ([], {"form": 1})


def test_a_quotation_mark_that_nothing_closes_costs_its_row_only() -> None:
    table = b'tweet_id,timestamp,text\n57,,"open\n58,,two\n59,,three\n'
    found, report = posts({"tweets.csv": table, "m.toml": MAPPING})
    assert [post.text for post in found] == ["two", "three"]
    assert report.kinds == {"truncated": 1}


# fmt: off
WRONG = {
    "no TOML": b'id = \ntext = "x"', "another name": b'id = "tweet_id"\ntext = "text"\ncolour = "x"',
    "no text": b'id = "tweet_id"\ntext = 5', "no such column": b'id = "tweet_id"\ntext = "body"',
    "a zone": b'id = "tweet_id"\ntext = "text"\nzone = "Mars"',
    "an audience": b'id = "tweet_id"\ntext = "text"\naudience = "all"',
    "an encoding": b'id = "tweet_id"\ntext = "text"\nencoding = "klingon"',
    "a file": b'id = "tweet_id"\ntext = "text"\nfile = "b.csv"',
}
# fmt: on


@pytest.mark.parametrize("what", WRONG)
def test_a_mapping_that_does_not_hold_is_refused_with_what_to_correct(what: str) -> None:
    with pytest.raises(UsageError, match=r"m\.toml"):
        read({"tweets.csv": CSV, "m.toml": WRONG[what]})


# Weibo ----------------------------------------------------------------------------------------------------------------

HEADER = ["id", "bid", "正文", "头条文章url", "原始图片url", "视频url", "Live Photo视频url", "位置", "日期", "工具",
          "点赞数", "评论数", "转发数", "话题", "@用户", "完整日期", "是否编辑过", "编辑次数"]  # fmt: skip


def row(number: int, text: str, more: list[str] | None = None) -> str:
    cells = [f"{number}\t", "IhJd", text, "", "https://wx1.example/a.jpg,https://wx1.example/b.jpg", "", "", "成都",
             "2019-12-28T11:57:05", "iPhone", "1", "2", "3", "名单", "", "2019-12-28 11:57:05", "False", "0",
             *(more or ["True"])]  # fmt: skip
    return ",".join(f'"{each}"' for each in cells)


def weibo_csv(*rows: str) -> bytes:
    header = [*HEADER, "是否原创", "源用户id", "源用户昵称", *(f"源微博{each}" for each in HEADER)]
    return ("\ufeff" + "\r\n".join([",".join(header), *rows]) + "\r\n").encode()


def test_a_crawlers_table_has_words_time_pictures_and_what_is_private() -> None:
    found, report = read(
        {"12345.csv": weibo_csv(row(4454572602912349, "校舍\n塌了")), "img/20191228T_4454572602912349_1.jpg": b"x"}
    )
    post = found[0].post
    assert (post.id, post.url) == ("https://m.weibo.cn/detail/4454572602912349", "https://weibo.com/12345/IhJd")
    assert (post.text, post.published) == ("校舍\n塌了", "2019-12-28T11:57:05+08:00")
    assert (post.tags, post.private_details) == (("名单",), ("place", "device"))
    assert found[0].media == ("img/20191228T_4454572602912349_1.jpg",)
    assert len(post.attachments) == 2
    assert not report.damaged


def test_a_repost_has_the_words_of_both_each_under_its_own_name() -> None:
    inner = ["False", "999", "王", "4454572602912000\t", "Iabc", "他们的话", *[""] * 5, "2019-12-27T10:00:00"]
    with_words, without = row(4454572602912349, "看 //@李: 是", inner), row(4454572602912350, "转发微博", inner)
    (first, second), _ = posts({"12345.csv": weibo_csv(with_words, without)})
    assert (first.kind, first.quotes[0].text, first.quotes[0].author.name) == ("Note", "他们的话", "王")
    assert second.kind == "Announce"
    assert second.shared is not None
    assert (second.shared.author.id, second.shared.published) == (
        "https://weibo.com/u/999",
        "2019-12-27T10:00:00+08:00",
    )


def test_clips_of_live_photos_are_counted_whose_addresses_are_in_the_file_alone() -> None:
    living = row(4454572602912349, "看").replace('b.jpg","",""', 'b.jpg","","https://live.example/a.mov"')
    _, report = posts({"12345.csv": weibo_csv(living, row(4454572602912350, "看"))})
    listed = {
        "user_id": 12345,
        "bid": "IhJd",
        "id": 4454572602912349,
        "text": "看",
        "live_photo_url": "https://live.example/a.mov",
    }
    _, of_list = posts({"12345.json": json.dumps({"user": {"id": "12345"}, "weibo": [listed]}).encode()})
    assert report.left == of_list.left == {"clips of live photos: their addresses are in the file alone": 1}


def test_a_row_of_a_newer_version_gives_its_words_alone_and_is_told() -> None:
    data = weibo_csv(row(4454572602912349, "五年了", ["x"] * 40))
    [post], report = posts({"12345.csv": data})
    assert (post.text, post.published, post.quotes, post.attachments) == ("五年了", None, (), ())
    assert report.kinds == {"form": 1}


def test_the_list_of_the_same_crawler_and_what_is_gone() -> None:
    said: list[dict[str, Any]] = [
        {"user_id": 12345, "screen_name": "林", "id": 4454572602912349, "bid": "IhJd", "text": "看&lt;b&gt;",
         "pics": "", "full_created_at": "2019-12-28 11:57:05",
         "retweet": {"user_id": "", "screen_name": "", "id": 4454572602912000, "text": "抱歉，此微博已被作者删除。"}},
        {"user_id": 12345, "id": 4454572602912351, "text": '看<br /><a href="/n/x">@x</a>', "created_at": "2019-12-28"},
    ]  # fmt: skip
    (first, second), report = posts({"12345.json": json.dumps({"user": {"id": "12345"}, "weibo": said}).encode()})
    assert (first.text, first.author.name) == ("看&lt;b&gt;", "林"), "the crawler has undone the entities already"
    assert [(each.id, each.text) for each in first.quotes] == [("https://m.weibo.cn/detail/4454572602912000", "")]
    assert (second.text, second.published) == ("看\n@x", "2019-12-28")
    assert not report.damaged


def test_a_search_names_author_repost_and_where_it_was_sent_from() -> None:
    head = "id,bid,user_id,用户昵称,微博正文,头条文章url,发布位置,艾特用户,话题,转发数,评论数,点赞数,发布时间,"
    head += "发布工具,微博图片url,微博视频url,retweet_id,ip"
    line = "4454572602912349,IhJd,12345,林,五年了,,,,,0,0,0,2019-12-28 11:57,,,,4454572602912000,四川"
    [post], _ = posts({"地震.csv": f"{head}\n{line}\n".encode()})
    assert (post.author.name, post.published, post.private_details) == ("林", "2019-12-28T11:57:00+08:00", ("place",))
    assert post.quotes[0].id == "https://m.weibo.cn/detail/4454572602912000"


# Instagram ------------------------------------------------------------------------------------------------------------


def instagram(*said: dict[str, Any], private: str | None = "False") -> dict[str, bytes]:
    files = {"your_instagram_activity/media/posts_1.json": json.dumps(said).encode(),
             "media/posts/202403/1_n_18032017582961826.jpg": b"x"}  # fmt: skip
    if private is not None:
        strings = {
            "Username": {"value": "lin"},
            "Name": {"value": "æ\u009e\u0097"},
            "Private Account": {"value": private},
        }
        profile = {"profile_user": [{"string_map_data": strings}]}
        files["personal_information/personal_information.json"] = json.dumps(profile).encode()
    return files


PICTURE: dict[str, Any] = {
    "uri": "media/posts/202403/1_n_18032017582961826.jpg",
    "creation_timestamp": 1368340080,
    "title": "",
}


def test_words_are_read_from_the_letters_that_their_bytes_were_written_as() -> None:
    exif = {"media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 31.0, "device_id": "x"}]}}}
    said = {
        "media": [{**PICTURE, **exif}],
        "title": "校舍 #地震".encode().decode("latin-1"),
        "creation_timestamp": 1368340081,
    }
    found, report = read(instagram(said))
    post = found[0].post
    assert (post.text, post.tags, post.published) == ("校舍 #地震", ("地震",), "2013-05-12T06:28:01+00:00")
    assert (post.author.handle, post.author.name, post.audience) == ("lin", "林", "public")
    assert (post.id, found[0].media) == ("urn:instagram:media:18032017582961826", (PICTURE["uri"],))
    assert post.private_details == ("coordinates", "device")
    assert not report.damaged


@pytest.mark.parametrize(("private", "audience"), [("True", "followers"), ("False", "public"), (None, "unknown")])
def test_for_whom_it_was_stands_in_the_profile_or_nowhere(private: str | None, audience: str) -> None:
    [post], _ = posts(instagram({"media": [{**PICTURE, "title": "one"}]}, private=private))
    assert (post.text, post.audience) == ("one", audience)


def test_what_was_not_written_so_stays_as_it_is() -> None:
    [post], _ = posts(instagram({"media": [PICTURE], "title": "café 校"}))
    assert post.text == "café 校"


@pytest.mark.parametrize(
    ("visible", "audience"),
    [(0, "public"), (1, "direct"), (2, "followers"), (3, "followers"), (10, "followers"), ("1", "direct")],
)
def test_what_weibo_showed_to_few_was_written_for_few(visible: Any, audience: str) -> None:
    one = {"user_id": 1, "screen_name": "林", "id": 4454572602912349, "bid": "X", "text": "五年了"}
    said = [{**one, "visible": {"type": visible, "list_id": 0}}]
    [post], _ = posts({"1.json": json.dumps({"user": {"id": 1}, "weibo": said}).encode()})
    assert post.audience == audience


# What is recognised and not read --------------------------------------------------------------------------------------

# fmt: off
KNOWN = {
    "old Twitter archive": ("tweets.csv", '"tweet_id","timestamp","text","retweeted_status_id"\n'),
    "twint": ("a.csv", "id,conversation_id,date,time,timezone,username,name,tweet,language,link\n"),
    "twarc-csv": ("a.csv", "id,author_id,created_at,text,author.username," + ",".join(f"c{n}" for n in range(900))),
    "snscrape": ("a.jsonl", '{"url": "x", "date": "2013", "rawContent": "x", "id": 5}\n'),
    "weiboSpider": ("a.csv", "微博id,微博正文,发布时间\n"),
    "LINE": ("chat.txt", "[LINE] Chat history with Lin\n"),
    "Discord": ("a.json", '{"guild": {"id": "5"}}'),
    "Telethon": ("a.json", '[{"sender_id": -1, "text": "x", "message.id": 5}]'),
    "is a table (a, b, c)": ("a.csv", "a,b,c\n1,2,3\n"),
}
# fmt: on


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_not_read_is_named_with_what_to_do(name: str) -> None:
    path, data = KNOWN[name]
    with pytest.raises(UsageError) as refused:
        read({path: data.encode()})
    assert name in str(refused.value)


@pytest.mark.parametrize("name", ["old Twitter archive", "twint", "twarc-csv", "weiboSpider"])
def test_the_mapping_that_is_offered_holds_for_the_table(name: str) -> None:
    path, data = KNOWN[name]
    with pytest.raises(UsageError) as refused:
        read({path: data.encode()})
    mapping = str(refused.value).partition("\n\n")[2].partition("\n\n")[0]
    assert recognise(Several({path: data.encode(), "mapping.toml": mapping.encode()})).NAME == "table/v1"
    read({path: data.encode(), "mapping.toml": mapping.encode()})
