"""Tweets of archives and of the interface: nothing of them is lost, misdated or given to another."""

import json
from datetime import datetime
from typing import Any

import pytest

from support.collecting_desk import assigned, tweet
from support.shared import SAMPLES, needs_shared
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, Plan, Removal, by_name, recognise, times
from tamizdat.posts.formats.x_zones import zone
from tamizdat.posts.post import Author, Choice, Post
from tamizdat.posts.report import IngestReport

ACCOUNT = {"account": {"accountId": "12", "username": "lin", "accountDisplayName": "林"}}
LONG = "第二句很长，" * 60


def read(files: dict[str, bytes]) -> tuple[list[Found], list[Removal], IngestReport, Plan]:
    """What is in these files; every post is also read again from its own bytes, and by the format's earlier name."""
    export, report = Several(files), IngestReport()
    format = recognise(export)
    plan = format.plan(export, report)
    every = list(format.read(plan, export.open, report))
    found = [each for each in every if isinstance(each, Found)]
    earlier = by_name(f"{format.NAME.partition('/')[0]}/v1")
    assert earlier is not None
    for each in found:
        raw = [files[piece.source][piece.offset : piece.offset + piece.length] for piece in each.slices]
        context = plan.context_of(each.slices[0].source)
        assert format.post(raw, context) == each.post, "read from its bytes alone"
        before = earlier.post(raw, context)
        assert (before.id, before.cut, before.updated, before.private_details) == (each.post.id, False, None, ())
    said = (time for each in found for time in (each.post.published, each.post.updated, each.deleted) if time)
    assert set(said) <= {time for _, time in times(format, plan, export.open)}, "its times, read without the rest"
    return found, [each for each in every if isinstance(each, Removal)], report, plan


def archive(*tweets: dict[str, Any], **files: bytes) -> dict[str, bytes]:
    held = {f"data/{name.replace('_', '-')}.js": data for name, data in files.items()}
    return {
        "data/account.js": assigned("account", [ACCOUNT]),
        "data/tweets.js": assigned("tweets", list(tweets)),
        **held,
    }


def note(text: str | None, number: int = 9, **core: Any) -> dict[str, Any]:
    said = {} if text is None else {"text": text, **core}
    return {"noteTweet": {"noteTweetId": str(number), "createdAt": "2013-05-12T06:28:00.000Z", "core": said}}


def posts_of(*tweets: dict[str, Any], **files: bytes) -> list[Post]:
    found, _, report, _ = read(archive(*tweets, **files))
    assert not report.damaged, report.problems
    return [each.post for each in found]


# Long tweets ----------------------------------------------------------------------------------------------------------

NOTES = [  # the beginning in tweets.js, the note, and the whole
    (
        f"@wang @li 名单 &amp; 校舍。{LONG[:99]}… https://t.co/m",
        f"名单 & 校舍。{LONG}",
        f"@wang @li 名单 & 校舍。{LONG}",
    ),
    (f"@wang @li 名单{LONG[:99]}… https://t.co/m", f"@li 名单{LONG}", f"@wang @li 名单{LONG}"),
    (f"@li 名单{LONG[:99]}…", f"@li 名单{LONG}", f"@li 名单{LONG}"),
    (f"see https://t.co/A {LONG[:99]}… https://t.co/m", f"see https://t.co/B {LONG}", f"see https://t.co/B {LONG}"),
    (f"&amp;lt;b&amp;gt; {LONG[:99]}…", f"&lt;b&gt; {LONG}", f"&lt;b&gt; {LONG}"),
    (f"a =&gt; b  {LONG[:99]}…", f"a => b\n{LONG}", f"a => b\n{LONG}"),
]


@pytest.mark.parametrize(("beginning", "words", "whole"), NOTES)
def test_a_note_belongs_to_the_tweet_that_is_its_beginning(beginning: str, words: str, whole: str) -> None:
    notes = assigned("note_tweet", [note("another"), note(words)])
    found, _, report, _ = read(archive(tweet(1, beginning, in_reply_to_status_id_str="7"), note_tweet=notes))
    [post, other] = [each.post for each in found]
    assert (post.id, post.text, post.cut, post.reply_to) == (
        "https://x.com/i/status/1", whole, False, "https://x.com/i/status/7")  # fmt: skip
    assert other.text == "another", "which no tweet belongs to"
    assert len(found[0].slices) == 2
    assert not report.damaged


def test_the_links_and_hashtags_of_a_note_are_its_own() -> None:
    links = [{"shortUrl": "https://t.co/B", "expandedUrl": "https://a.example/"}]
    notes = assigned("note_tweet", [note(f"看 https://t.co/B {LONG}", urls=links, hashtags=[{"text": "名单"}])])
    [post] = posts_of(tweet(1, f"看 https://t.co/A {LONG[:90]}…"), note_tweet=notes)
    assert (post.links, post.tags) == ((("https://t.co/B", "https://a.example/"),), ("名单",))


@pytest.mark.parametrize(
    "text", ["别的 开头…", "…", "https://t.co/a", "@wang ", "@a " * 2_000, "长文" + " " * 200_000 + "x", " " * 200_000]
)
def test_a_note_is_given_to_no_other_tweet(text: str) -> None:
    [post, lonely] = posts_of(tweet(1, text), note_tweet=assigned("note_tweet", [note(f"长文 开头 {LONG}")]))
    assert (post.text, lonely.id) == (text, "https://x.com/i/notes/9")


def test_a_note_without_words_is_no_damage() -> None:
    notes = assigned("note_tweet", [note(None), note(" ", 10)])
    found, _, report, _ = read(archive(tweet(1, "短的那条，完整。"), note_tweet=notes))
    assert [each.post.text for each in found] == ["短的那条，完整。"]
    assert (report.damaged, dict(report.left)) == (False, {"long texts without words": 2})


# What is cut, repeated, quoted, answered ------------------------------------------------------------------------------

CUT = [
    ("RT @wang: 校门口的人越来越多 https://t.co/Ab1…", {}, True),
    ("RT @wang: 校门口的人越来越多…", {}, True),
    ("RT @wang: 校门口的人……", {}, False),
    ("校门口的人…", {}, False),
    ("校门口的人…", {"truncated": True}, True),
    ("校门口的人… https://t.co/m", {"entities": {"urls": []}}, True),
    ("校门口的人… https://t.co/m", {"entities": {"urls": [{"url": "https://t.co/m", "expanded_url": "a"}]}}, False),
    ("校门口的人… https://t.co/m", {"entities": {"media": [{"url": "https://t.co/m"}]}}, False),
    ("校门口的人…", {"truncated": True, "extended_tweet": {"full_text": "校门口的人越来越多"}}, False),
    ("RT @wang: 校门口…", {"retweeted_status": tweet(4, "校门口的人")["tweet"]}, False),
    ("RT @wang: 校门口…", {"retweeted_status": tweet(4, "校门口…", truncated=True)["tweet"]}, True),
]


@pytest.mark.parametrize(("text", "more", "cut"), CUT)
def test_what_the_platform_cut_is_known_as_cut(text: str, more: dict[str, Any], cut: bool) -> None:
    [post] = posts_of(tweet(1, text, **more))
    assert post.cut is cut


def test_a_repost_holds_the_other_post_whole_with_what_that_quotes() -> None:
    early = "Sun May 12 06:00:00 +0000 2013"
    wang = {"id_str": "13", "screen_name": "wang", "name": "王", "protected": True, "withheld_in_countries": "DE,FR"}
    quoted = tweet(5, "三", user={"id_str": "14", "screen_name": "li"})["tweet"]
    media = {"media": [{"type": "photo", "media_url_https": "https://a.example/p.jpg", "ext_alt_text": "桌"}]}
    inner = tweet(4, "短…", truncated=True, user=wang, quoted_status=quoted, created_at=early,
                  extended_tweet={"full_text": "全文 &amp; 全部", "extended_entities": media})["tweet"]  # fmt: skip
    [post] = posts_of(tweet(1, "RT @wang: 短…", retweeted_status=inner, entities=media))
    assert (post.kind, post.attachments, post.shared is not None) == ("Announce", (), True)
    assert post.shared is not None
    shared = post.shared
    assert (shared.text, shared.published, shared.audience, shared.withheld, shared.cut) == (
        "全文 & 全部", "2013-05-12T06:00:00+00:00", "followers", ("DE", "FR"), False)  # fmt: skip
    assert (shared.author.handle, shared.attachments[0].alt) == ("wang", "桌")
    assert [(each.text, each.author.handle) for each in shared.quotes] == [("三", "li")]


def test_what_a_post_answers_is_known_with_whom() -> None:
    mentions = [{"id_str": "13", "screen_name": "wang", "name": "王"}]
    more = {"in_reply_to_status_id_str": "7", "in_reply_to_user_id_str": "13", "in_reply_to_screen_name": "wang"}
    [post] = posts_of(tweet(1, "@wang 不", entities={"user_mentions": mentions}, **more))
    assert (post.reply_to, post.answered) == (
        "https://x.com/i/status/7",
        Author("https://x.com/i/user/13", "wang", "王"),
    )


# Time -----------------------------------------------------------------------------------------------------------------


def grailbird(month: str, *tweets: dict[str, Any]) -> dict[str, bytes]:
    data = f"Grailbird.data.tweets_{month} = {json.dumps([each['tweet'] for each in tweets])}".encode()
    return {f"data/js/tweets/{month}.js": data, "data/js/user_details.js": b'var user_details = {"id": "12"}'}


def test_a_time_without_an_hour_is_a_day() -> None:
    tweets = [tweet(each, "x", created_at=f"2010-{day} +0000") for each, day in enumerate(
        ["03-31 00:00:00", "03-30 00:00:00", "03-30 05:00:00", "11-03 00:00:00"], 1)]  # fmt: skip
    inner = tweet(9, "y", created_at="2010-03-29 00:00:00 +0000")["tweet"]
    later = tweet(8, "z", created_at="2010-11-05 00:00:00 +0000", retweeted_status=inner)
    found, _, _, plan = read(grailbird("2010_03", *tweets) | grailbird("2010_11", later))
    assert [each.post.published for each in found] == [
        "2010-03-31", "2010-03-30T00:00:00+00:00", "2010-03-30T05:00:00+00:00", "2010-11-03",
        "2010-11-05T00:00:00+00:00",
    ]  # fmt: skip
    shared = found[-1].post.shared
    assert shared is not None
    assert shared.published == "2010-03-29"
    assert plan.context_of("data/js/tweets/2010_03.js")["hours"] == ["2010-03-30"]


def test_a_month_that_an_old_archive_lists_and_does_not_hold_is_told() -> None:
    listed = [{"file_name": f"data/js/tweets/{month}.js", "tweet_count": count, "var_name": f"tweets_{month}"}
              for month, count in [("2011_05", 1), ("2011_06", 3_920), ("2011_07", 2), ("2011_08", 0)]]  # fmt: skip
    about = {
        "data/js/tweet_index.js": f"var tweet_index =  {json.dumps(listed)}".encode(),
        "data/js/payload_details.js": b'var payload_details = {"created_at": "2014-06-03 07:01:27 +0000"}',
    }
    may, july = (tweet(each, "x", created_at="2011-07-03 05:00:00 +0000") for each in (1, 2))
    found, _, report, plan = read(grailbird("2011_05", may) | grailbird("2011_07", july) | about)
    assert [str(each) for each in report.problems] == [
        "data/js/tweets/2011_06.js: the export's own list has it, the export does not (3,920 posts).",
        "data/js/tweets/2011_07.js: the export's own list says another number (2 said, 1 found).",
    ]
    assert (len(found), plan.as_of, report.left) == (2, "2014-06-03T07:01:27+00:00", {})


def test_midnight_in_a_newer_archive_is_midnight() -> None:
    [post] = posts_of(tweet(1, "x", created_at="Wed Mar 31 00:00:00 +0000 2010"))
    assert post.published == "2010-03-31T00:00:00+00:00"


@pytest.mark.parametrize(
    ("said", "iana"),
    [("Tokyo", "Asia/Tokyo"), ("Madrid", "Europe/Madrid"), ("Beijing", "Asia/Shanghai"), ("Atlantis", None),
     ("Eastern Time (US & Canada)", "America/New_York"), ("Asia/Urumqi", "Asia/Urumqi"), ("", None)],
)  # fmt: skip
def test_the_authors_clock_stands_in_the_context(said: str, iana: str | None) -> None:
    zones = assigned("account_timezone", [{"accountTimezone": {"accountId": "12", "timeZone": said}}])
    found, _, report, plan = read(archive(tweet(1, "x"), account_timezone=zones))
    assert plan.context_of("data/tweets.js").get("zone") == iana
    assert found[0].post.published == "2013-05-12T06:28:00+00:00", "an instant, as X gives it"
    assert (zone(said) or None, any("Atlantis" in each for each in report.notes)) == (iana, said == "Atlantis")


def number_at(time: str) -> str:
    """A number that a tweet of this time has."""
    return str(int(datetime.fromisoformat(time).timestamp() * 1000 - 1_288_834_974_657) << 22 | 99)


EDITED = [number_at("2022-10-13T20:32:38.789+00:00"), number_at("2022-10-13T20:33:41.123+00:00")]


def edited(number: str, text: str, at: str) -> dict[str, Any]:
    return tweet(number, text, created_at=f"Thu Oct 13 {at} +0000 2022",
                 edit_info={"edit": {"editControlInitial": {"editTweetIds": EDITED}}})  # fmt: skip


def test_a_version_has_its_own_time_and_that_of_the_first() -> None:
    later, first = posts_of(edited(EDITED[1], "北门", "20:33:41"), edited(EDITED[0], "南门", "20:32:38"))
    assert {later.id, first.id} == {f"https://x.com/i/status/{EDITED[0]}"}
    assert (first.published, first.updated) == ("2022-10-13T20:32:38+00:00", None)
    assert (later.published, later.updated) == ("2022-10-13T20:32:38+00:00", "2022-10-13T20:33:41+00:00")


def test_a_number_that_does_not_hold_its_own_time_tells_no_other() -> None:
    [later] = posts_of(edited(EDITED[1], "北门", "09:00:00"))
    assert later.published == later.updated == "2022-10-13T09:00:00+00:00"


def test_no_time_is_read_of_what_is_no_post() -> None:
    held = archive(tweet(1, "五年了"), {"tweet": {"id_str": "2", "created_at": "Sun May 14 06:28:00 +0000 2023"}})
    held["data/tweets.js"] += b"{"
    export, report = Several(held), IngestReport()
    format = recognise(export)
    plan = format.plan(export, report)
    posts = [each for each in format.read(plan, export.open, report) if isinstance(each, Found)]
    read_alone = [time for _, time in times(format, plan, export.open) if time]
    assert set(read_alone) == {each.post.published for each in posts}, "the second tweet has no text"


def test_a_time_that_cannot_be_read_is_told_as_it_stands() -> None:
    found, _, _, _ = read(archive(tweet(1, "x", created_at="some \x07day")))
    assert (found[0].post.published, found[0].post.doubts) == (None, ("time: some \ufffdday",))


# For whom, where, with what -------------------------------------------------------------------------------------------


def test_what_was_written_for_a_circle_is_for_followers() -> None:
    circle = assigned("twitter_circle_tweet", [{"twitterCircleTweet": tweet(2, "圈")["tweet"]}])
    assert {post.text: post.audience for post in posts_of(tweet(1, "众"), twitter_circle_tweet=circle)} == {
        "众": "public", "圈": "followers"}  # fmt: skip


WITHHELD = [
    ({"withheld_in_countries": ["CN", "hk", 5, "China"]}, ("CN", "HK")),
    ({"withheld_in_countries": "XY"}, ("XX",)),
    ({"withheld_copyright": True}, ("XX",)),
    ({"withheld_in_countries": [], "user": {"id_str": "12", "withheld_in_countries": ["TR"]}}, ("TR",)),
    ({"withheld": {"country_codes": ["DE"], "copyright": False}}, ("DE",)),
    ({"withheld": []}, ()),
]


@pytest.mark.parametrize(("said", "where"), WITHHELD)
def test_where_the_platform_does_not_show_a_post_is_kept(said: dict[str, Any], where: tuple[str, ...]) -> None:
    [post] = posts_of(tweet(1, "x", **said))
    assert post.withheld == where


DETAILS = [
    ({"geo": {"coordinates": [1, 2]}, "source": '<a href="x">Phone 4</a>'}, ("coordinates", "device")),
    ({"place": {"full_name": "成都"}, "source": '<a href="x">Twitter Web App</a>'}, ("place",)),
    ({"user": {"id_str": "12", "location": "四川"}, "geo": None, "source": "web"}, ("place",)),
    ({"retweeted_status": tweet(2, "y", coordinates={"coordinates": [1, 2]})["tweet"]}, ("coordinates",)),
    ({}, ()),
]


@pytest.mark.parametrize(("said", "told"), DETAILS)
def test_what_the_bytes_tell_of_place_and_device_is_known(said: dict[str, Any], told: tuple[str, ...]) -> None:
    [post] = posts_of(tweet(1, "x", **said))
    assert post.private_details == told


def test_what_stands_among_what_was_deleted_was_deleted() -> None:
    gone = [tweet(2, "x", deleted_at="Sun May 12 09:28:00 +0000 2013"), tweet(3, f"长 {LONG[:90]}…")]
    notes = assigned("deleted_note_tweet", [note(f"长 {LONG}"), note("别的", 10)])
    found, _, _, _ = read(
        archive(tweet(1, "x"), deleted_tweets=assigned("deleted_tweets", gone), deleted_note_tweet=notes)
    )
    assert [(each.post.text[:2], each.deleted) for each in found] == [
        ("x", None), ("x", "2013-05-12T09:28:00+00:00"), ("长 ", ""), ("别的", "")]  # fmt: skip
    assert len(found[2].slices) == 2


# Pictures and clips ---------------------------------------------------------------------------------------------------


def test_files_come_in_the_platforms_order_whatever_variant_they_are() -> None:
    kinds = (("9", "video/mp4", "Best.mp4"), ("1", "video/mp4", "Poor.mp4"), ("99", "application/x-mpegURL", "l.m3u8"))
    sizes = [
        {"bitrate": rate, "content_type": kind, "url": f"https://a.example/{name}?t=1"} for rate, kind, name in kinds
    ]
    clip = {"type": "video", "media_url_https": "https://a.example/Still.jpg", "ext_alt_text": "门",
            "video_info": {"variants": sizes}}  # fmt: skip
    pictures = [
        {"type": "photo", "media_url_https": f"https://a.example/{each}.jpg", "ext_alt_text": each} for each in "zyxw"
    ]
    files = archive(tweet(1, "x", entities={"media": pictures[:1]}, extended_entities={"media": [*pictures[:3], clip]}))
    names = [f"data/tweets_media/1-{each}" for each in ("Poor.mp4", "x.jpg", "y.jpg", "z.jpg")]
    found, _, _, plan = read(files | dict.fromkeys([*names, "data/tweets_media/77-lost.jpg"], b"-"))
    assert found[0].media == tuple(reversed(names))
    assert [each.alt for each in found[0].post.attachments] == ["z", "y", "x", "门"]
    assert found[0].post.attachments[3].file_among(names) == names[0]
    assert found[0].post.attachments[3].url.startswith("https://a.example/Best.mp4")
    assert plan.media["77"] == ["data/tweets_media/77-lost.jpg"], "whose tweet is not here"


# The archive as a whole -----------------------------------------------------------------------------------------------


def test_what_is_left_is_counted_in_things() -> None:
    message = {"messageCreate": {"text": 'say "messageCreate": {'}}
    talks = [{"dmConversation": {"messages": [message] * 16}}, {"dmConversation": {"messages": [message]}}]
    files = {
        "direct_messages": assigned("direct_messages", talks),
        "like": assigned("like", [{"like": {"tweetId": str(each)}} for each in range(40)]),
        "like_part1": assigned("like", [{"like": {"x": "y" * 5_000_000}}, {"like": {}}]),
        "article": assigned("article", [{"article": {"title": "一"}}]),
        "ad_engagements": assigned("ad_engagements", [{"ad": {}}, {"ad": {}}]),
        "block": assigned("block", []),
    }
    _, _, report, _ = read(archive(tweet(1, "x"), **files))
    assert report.left == {"direct messages": 17, "likes": 42, "articles": 1, "other data of the account": 2}


def test_whose_archive_it_is_is_told_and_not_assumed() -> None:
    media = [{"expanded_url": f"https://twitter.com/{each}/photo/1"} for each in ("lin/status/57", "li/status/3")]
    found, _, _, plan = read({"data/tweets.js": assigned("tweets", [tweet(57, "x", entities={"media": media})])})
    assert found[0].post.author == Author("")
    assert "@lin." in plan.unsaid


# The interface --------------------------------------------------------------------------------------------------------

NEW = {"id": "5", "text": "五年了", "author_id": "12", "created_at": "2013-05-12T06:28:00.000Z"}


def lines(*every: dict[str, Any]) -> dict[str, bytes]:
    return {"a.jsonl": b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in every)}


def test_a_page_gives_out_what_it_says_of_a_tweet() -> None:
    outer = {**NEW, "text": "RT @wang: 短…", "referenced_tweets": [{"type": "retweeted", "id": "4"}]}
    poll = {
        "id": "8",
        "options": [{"position": 2, "label": "否", "votes": 3}, {"position": 1, "label": "是", "votes": 2}],
    }
    inner = {**NEW, "id": "4", "author_id": "13", "text": "短…", "note_tweet": {"text": "短的全文 &amp; 更多"},
             "attachments": {"poll_ids": ["8"]}, "referenced_tweets": [{"type": "quoted", "id": "3"}],
             "withheld": {"country_codes": ["CN"]}}  # fmt: skip
    includes = {"tweets": [inner, {**NEW, "id": "3", "author_id": "12", "text": "三"}], "polls": [poll],
                "users": [{"id": "12", "username": "lin"},
                          {"id": "13", "username": "wang", "protected": True}]}  # fmt: skip
    page = {"data": [outer], "includes": includes, "__twarc": {"retrieved_at": "2019-05-02T10:00:00+00:00"}}
    [found], _, report, _ = read(lines(page))
    shared = found.post.shared
    assert shared is not None
    assert (found.as_of, found.post.cut, report.damaged) == ("2019-05-02T10:00:00+00:00", False, False)
    assert (shared.text, shared.audience, shared.withheld, shared.author.handle) == (
        "短的全文 & 更多", "followers", ("CN",), "wang")  # fmt: skip
    assert shared.choices == (Choice("是", 2), Choice("否", 3))
    assert [(each.text, each.author.handle) for each in shared.quotes] == [("三", "lin")]


def test_tweets_that_name_each_other_in_a_circle_come_to_an_end() -> None:
    one = {**NEW, "referenced_tweets": [{"type": "quoted", "id": "4"}]}
    other = {**NEW, "id": "4", "referenced_tweets": [{"type": "quoted", "id": "5"}]}
    found, _, _, _ = read(lines({"data": [one, other], "includes": {"tweets": [one, other]}}))
    assert [each.post.quotes[0].id for each in found] == ["https://x.com/i/status/4", "https://x.com/i/status/5"]


def test_a_page_that_refers_to_everything_is_read_in_bounded_time() -> None:
    others = [{"type": "quoted", "id": str(each)} for each in range(1, 200)]
    every = [{**NEW, "id": str(each), "referenced_tweets": others} for each in range(1, 200)]
    found, _, _, _ = read(lines({"data": every[:3], "includes": {"tweets": every}}))
    assert all(len(each.slices) < 25 for each in found)


def test_many_notes_and_handles_in_one_second_take_bounded_time() -> None:
    notes = assigned("note_tweet", [note("a " * 50_000, each) for each in range(20)])
    posts = posts_of(*(tweet(each, "@aaaaaaaaaa " * 300 + "b") for each in range(30)), note_tweet=notes)
    assert len(posts) == 50


@pytest.mark.parametrize(("note", "text"), [("a &amp; b", "a & b"), ("a & &lt;b&gt;", "a & &lt;b&gt;"), ("", "五年了")])
def test_a_long_text_is_unescaped_once_or_not_at_all(note: str, text: str) -> None:
    [found], _, _, _ = read(lines({**NEW, "note_tweet": {"text": note} if note else {"id": "x"}}))
    assert found.post.text == text


def test_an_answer_of_the_interface_says_to_whom() -> None:
    mentions = [{"username": "wang", "id": "13", "name": "王"}]
    said = {**NEW, "in_reply_to_user_id": "13", "entities": {"mentions": mentions},
            "referenced_tweets": [{"type": "replied_to", "id": "4"}]}  # fmt: skip
    [found], _, _, _ = read(lines(said))
    assert (found.post.reply_to, found.post.answered) == (
        "https://x.com/i/status/4", Author("https://x.com/i/user/13", "wang", "王"))  # fmt: skip


def test_an_error_beside_a_page_is_the_platforms_word_about_that_post() -> None:
    errors = [
        {"resource_type": "tweet", "resource_id": "4", "title": "Not Found Error", "detail": "Could not find tweet"},
        {"resource_type": "tweet", "resource_id": "3", "title": "Authorization Error"},
        {"resource_type": "user", "value": "wang", "title": "Forbidden", "detail": "User has been suspended: [wang]."},
        {"title": "Invalid Request"},
    ]
    files = lines({"data": [NEW], "errors": errors, "__twarc": {"retrieved_at": "2019-05-02T10:00:00+00:00"}})
    found, removals, report, _ = read(files)
    assert len(found) == 1
    assert [(each.id[-1], each.reason, each.as_of) for each in removals] == [
        ("4", "not found", "2019-05-02T10:00:00+00:00"),
        ("3", "not authorized", "2019-05-02T10:00:00+00:00")]  # fmt: skip
    place = removals[0].slice
    assert json.loads(files["a.jsonl"][place.offset : place.offset + place.length]) == errors[0]
    assert report.left == {"what the platform says of accounts": 1, "errors of the interface": 1}
    assert "wang: suspended" in report.notes[0]


def test_a_tweet_with_errors_beside_it_is_a_tweet() -> None:
    found, removals, _, _ = read(
        lines({**NEW, "errors": [{"resource_type": "tweet", "resource_id": "4", "title": "Not Found Error"}]})
    )
    assert (len(found), [each.id[-1] for each in removals]) == (1, ["4"])


COMPLIANCE = [
    ("900100", "2013-06-04T16:25:04+00:00", False),
    ("1482680858", "2013-06-04T16:25:04+00:00", False),
    ("11000", "2008-06-04T16:25:04+00:00", False),
    ("1482680858", "2009-04-09T16:25:04+00:00", True),
    ("1170025343920402432", "2019-09-06T17:25:54.667Z", True),
    ("1700000000000000001", "2019-05-01T10:00:00.000Z", True),
    ("117", None, True),
]


@pytest.mark.parametrize(("number", "created", "is_post"), COMPLIANCE)
def test_what_the_platform_says_of_accounts_is_not_taken_for_posts(
    number: str, created: str | None, is_post: bool
) -> None:
    said = {"id": number, "action": "delete", "reason": "suspended", **({"created_at": created} if created else {})}
    _, removals, report, _ = read(lines(said))
    assert len(removals) == is_post
    assert any(number in each for each in report.notes) is not is_post


@needs_shared
def test_real_files_of_twarc_lose_nothing() -> None:
    """Held against an independent reading: the whole text of what is repeated, of what is answered, and who."""
    for path in sorted(SAMPLES.glob("twarc/**/*.jsonl")):
        data = path.read_bytes()
        said = {each["id_str" if "id_str" in each else "id"]: each for each in _tweets_of(data)}
        if not said:
            continue
        found, _, _, _ = read({path.name: data})
        assert {each.post.url.rpartition("/")[2] for each in found} >= set(said), path.name
        for each in found:
            own = said.get(each.post.url.rpartition("/")[2], {})
            whole = own.get("retweeted_status")
            if whole is not None:
                text = whole.get("extended_tweet", {}).get("full_text") or whole.get("full_text") or whole["text"]
                assert each.post.shared is not None
                assert each.post.shared.text == text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
                assert each.post.shared.author.handle == whole["user"]["screen_name"]
            for other in own.get("referenced_tweets", ()):
                if other["type"] == "retweeted" and "text" in other:
                    assert each.post.shared is not None
                    assert (each.post.shared.author.handle, each.post.cut) == (other["author"]["username"], False)
                if other["type"] == "replied_to":  # an edited one is the post of its first version
                    assert each.post.reply_to.endswith(other["id"]) or path.name == "quoted_edit.jsonl"
                    assert each.post.answered is not None


def _tweets_of(data: bytes) -> list[dict[str, Any]]:
    every: list[dict[str, Any]] = []
    for line in data.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        inside = value.get("data", value) if "action" not in value else []
        every += inside if isinstance(inside, list) else [inside]
    return [each for each in every if "id" in each]


# What X escaped in other years ----------------------------------------------------------------------------------------

ESCAPED = [
    ("He said &quot;the gate&quot; &amp; left &lt;3", 'He said "the gate" & left <3'),
    ("it&#39;s &hearts; I&#8217;m&#160;here &#x2714;", "it's ♥ I’m\xa0here ✔"),
    ("typed: &amp;quot; &amp;lt;b&amp;gt; &amp;amp;", "typed: &quot; &lt;b&gt; &amp;"),
    ("no name: &bogus; &notit; &quot a&b &;", "no name: &bogus; &notit; &quot a&b &;"),
    ("no character: &#0; &#27; &#8238; &#xD800; &#x110000; &#65533;", None),
]


@pytest.mark.parametrize(("written", "text"), ESCAPED)
def test_what_was_escaped_in_a_tweet_of_any_year_is_read_as_it_was_shown(written: str, text: str | None) -> None:
    said = tweet(1, written, retweeted_status={"id_str": "2", "full_text": written, "user": {"screen_name": "wang"}})
    found, _, _, _ = read({"data/tweets.js": assigned("tweets", [said])})
    assert found[0].post.text == (text or written)
    assert found[0].post.shared
    assert found[0].post.shared.text == (text or written)


@pytest.mark.parametrize("name", ["x-archive/v2", "twarc/v2"])
def test_what_was_taken_in_before_is_read_as_it_was(name: str) -> None:
    before, now = by_name(name), by_name(name.replace("v2", "v3"))
    assert before
    assert now
    raw = [json.dumps(tweet(1, "&quot;a&quot; &amp; b")["tweet"]).encode()]
    assert (before.post(raw, {}).text, now.post(raw, {}).text) == ("&quot;a&quot; & b", '"a" & b')
