"""Captured bytes are shown only if nothing private can be read out of them, in whatever way they are written."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from support.collecting_desk import tweet
from support.item_files import captured_in
from support.published_desk import NOON, TODAY, House, status
from tamizdat.archive.acts.releases import state_release
from tamizdat.publishing.leaks.readings import readings
from tamizdat.statements.catalogued import CataloguedPost

HIDDEN = "证言：他们在北纬三十一度把名单烧了，谁也不许说出去"
LATER = TODAY + timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def quoting(text: str, words: str = "Look at this") -> dict[str, Any]:
    """A post, number 1, whose bytes hold post 2 whole."""
    quoted = {"id_str": "2", "full_text": text, "user": {"id_str": "12", "screen_name": "lin"}, "place": "31.02 103.6"}
    return tweet(1, words, quoted_status=quoted)


def opened(house: House, number: int = 1) -> str:
    """The captured bytes that are published with a post, "" if none are."""
    folder = house.site / f"items/{house.number(status(number))}"
    return (captured_in(folder) or b"").decode() if folder.exists() else ""


def withheld(house: House, number: int = 1) -> list[str]:
    return [why for item, why in house.publish(LATER).partial if item == house.number(status(number))]


@pytest.mark.parametrize("text", [HIDDEN, "Yes."])
def test_the_bytes_of_a_post_that_quotes_one_that_is_not_released_are_refused_with_its_number(
    house: House, text: str
) -> None:
    house.take(quoting(text), tweet(2, text))
    house.release(1, bytes_shown=True)
    hidden = house.number(status(2))
    assert withheld(house) == [f"The captured bytes hold post {hidden}, which is not shown; they are left out."]
    assert opened(house) == ""
    assert house.archive.index.by_act("derived")


def test_a_quoted_post_that_never_came_in_by_itself_is_not_shown_either(house: House) -> None:
    house.take(quoting(HIDDEN))
    house.release(1, bytes_shown=True)
    [why] = withheld(house)
    assert "not in the archive (https://x.com/i/status/2)" in why
    assert opened(house) == ""


def test_bytes_are_taken_back_when_the_post_that_they_quote_is_withdrawn(house: House) -> None:
    house.take(quoting(HIDDEN), tweet(2, HIDDEN))
    house.release(1, bytes_shown=True)
    house.release(2)
    assert house.publish().partial == ()
    assert "quoted_status" in opened(house)
    state_release(house.archive, house.desk, CataloguedPost(status(2), release="withdrawn"))
    assert withheld(house) != []
    assert opened(house) == ""
    assert house.publish(LATER).new is False, "told once, and stays so"


WEIBO = {"user_id": 1, "screen_name": "林", "id": 4454572602912349, "bid": "X", "text": "看看这个", "retweet": {
    "user_id": 2, "screen_name": "王", "id": 4454572602912340, "bid": "Y", "text": "不要忘记"}}  # fmt: skip
SKY = {"post": {
    "uri": "at://did:plc:aa/app.bsky.feed.post/3kaaaaaaaaaa2", "author": {"did": "did:plc:aa"},
    "record": {"text": "look", "createdAt": "2024-05-12T06:28:00Z", "embed": {
        "$type": "app.bsky.embed.record", "record": {"uri": "at://did:plc:bb/app.bsky.feed.post/3kaaaaaaaaab2"}}},
    "embed": {"record": {"uri": "at://did:plc:bb/app.bsky.feed.post/3kaaaaaaaaab2", "author": {"did": "did:plc:bb"},
                         "value": {"text": "不要忘记", "createdAt": "2024-05-12T06:20:00Z"}}}}}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "post"),
    [
        ("1.json", {"user": {"id": 1}, "weibo": [WEIBO]}, "https://m.weibo.cn/detail/4454572602912349"),
        ("feed.json", {"cursor": "x", "feed": [SKY]}, "at://did:plc:aa/app.bsky.feed.post/3kaaaaaaaaaa2"),
    ],
)
def test_a_quoted_post_in_bytes_that_name_it_otherwise_than_a_tweet_is_not_shown(
    house: House, name: str, data: dict[str, Any], post: str
) -> None:
    house.take_files({name: json.dumps(data, ensure_ascii=False).encode()})
    state_release(house.archive, house.desk, CataloguedPost(post, release="public", bytes_shown=True))
    [(_, why)] = house.publish(LATER).partial
    assert "hold a post that is not in the archive" in why
    assert {captured_in(path) for path in house.site.glob("items/*")} == {None}


@pytest.mark.parametrize("escaped", [HIDDEN, json.dumps(HIDDEN)[1:-1], json.dumps(json.dumps(HIDDEN))[1:-1]])
def test_withheld_words_behind_the_escapes_of_json_are_seen(house: House, escaped: str) -> None:
    house.take(tweet(1, "Shown", source=f"see {escaped}"), tweet(2, HIDDEN))
    house.release(1, bytes_shown=True)
    [why] = withheld(house)
    assert f"words of post {house.number(status(2))}" in why
    assert opened(house) == ""


BURNED = "They burned the list of names behind the school gate"


@pytest.mark.parametrize(
    "written",
    [
        f"?text={quote(HIDDEN)}",
        f"?text={quote(quote(HIDDEN))}",
        f"?text={quote(HIDDEN.encode('gb18030'))}",
        f"100%fe ?text={quote(HIDDEN)}",
        f"?text={quote('其他'.encode('gb18030'))} ?text={quote(HIDDEN)}",
        f"?text={quote_plus(BURNED)}",
        f"data:text/html;base64,{base64.b64encode(HIDDEN.encode()).decode()}",
        f"data:text/html;base64,{base64.urlsafe_b64encode(f'<p>{HIDDEN}</p>'.encode()).decode().rstrip('=')}",
        base64.encodebytes(f"{'.' * 32}{HIDDEN}{'.' * 50}".encode()).decode(),
        BURNED.replace(" ", "\n      ", 4),
        BURNED.replace(" ", "&nbsp;"),
        BURNED.replace(" ", "\u3000", 1),
        BURNED.replace("burned", "bur\u00adned"),
    ],
)
def test_withheld_words_are_seen_in_addresses_in_base64_and_over_broken_lines(house: House, written: str) -> None:
    house.take(tweet(1, "Shown", source=f"see {written}"), tweet(2, HIDDEN), tweet(3, BURNED))
    house.release(1, bytes_shown=True)
    [why] = withheld(house)
    assert "words of post" in why
    assert opened(house) == ""


@pytest.mark.parametrize(
    ("hidden", "encoding"),
    [
        (HIDDEN, "utf-8"),
        (HIDDEN, "gb18030"),
        ("".join(f"&#{ord(each)};" for each in HIDDEN), "utf-8"),
        ("".join(f"&#x{ord(each):x};" for each in HIDDEN), "gb18030"),
        ("".join(f"&amp;#{ord(each)};" for each in HIDDEN), "utf-8"),
        (f"<![CDATA[{HIDDEN[:5]}]]><![CDATA[{HIDDEN[5:]}]]>", "utf-8"),
    ],
)
def test_withheld_words_in_a_feed_are_seen_in_every_form(house: House, hidden: str, encoding: str) -> None:
    entry = (
        "<item><guid>https://a.example/1</guid><link>https://a.example/1</link><description>Shown</description>"
        f"<pubDate>Sun, 12 May 2013 06:28:00 GMT</pubDate><comments>{hidden}</comments></item>"
    )
    channel = f"<channel><title>A</title>{entry}</channel>"
    feed = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0">{channel}</rss>'
    house.take(tweet(2, HIDDEN))
    house.take_files({"feed.xml": feed.encode(encoding)}, NOON)
    [version] = [each for each in house.archive.index.posts.latest() if each.post != status(2)]
    state_release(
        house.archive, house.desk, CataloguedPost(version.post, release="public", bytes_shown=True), ("device",)
    )
    done = house.publish()
    assert done.items == 1
    assert [number for number, why in done.partial if "words of post" in why] == [version.number]
    assert captured_in(house.site / f"items/{version.number}") is None


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs", "utf-16", "shift_jis"])
def test_bytes_that_do_not_say_their_encoding_are_read_in_those_that_people_write_in(encoding: str) -> None:
    assert any("名單不是數字" in each for each in readings("名單不是數字".encode(encoding)))
