"""What stands around the words of posts in an edition: links, what they answer, repeat and quote; who may see it."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import assigned, created, outbox, tweet
from support.item_files import statement_of
from support.media_samples import loaded_jpeg_bytes
from support.mutated_exports import STATUS
from support.published_desk import NOON, House, status
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.views.contexts import Contexts
from tamizdat.cutting_room.clearance import REPEATS_HIDDEN, kept_back, require_still_shown
from tamizdat.errors import UsageError
from tamizdat.publishing.book import items_of
from tamizdat.publishing.derived.hidden_voices import hide_voices
from tamizdat.publishing.publish import PublishReport
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.verifying import verify

LATER = date(2026, 11, 30)
QUOTED = "The lantern burned all night at the northern gate"
OWN = "Read what she wrote"
LONG_AGO = "334000000000000000"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def quoting(number: int = 1, **inner: Any) -> dict[str, Any]:
    """A tweet that quotes tweet 2, whole."""
    user = {"id_str": "34", "screen_name": "wang", "name": "王", **inner.pop("user", {})}
    quoted = {"id_str": "2", "full_text": QUOTED, "lang": "en", "user": user, **inner}
    return tweet(number, OWN, lang="en", quoted_status=quoted, quoted_status_id_str="2")


def said(house: House, number: int = 1) -> dict[str, Any]:
    """What the public statement of a post says."""
    return statement_of(house.site / f"items/{house.number(status(number))}").predicate


def context(house: House, number: int = 1) -> dict[str, Any]:
    """What it tells around its words."""
    told: dict[str, Any] = said(house, number).get("context", {})
    return told


def page(house: House, number: int = 1) -> str:
    return (house.site / f"items/{house.number(status(number))}/index.html").read_text("utf-8")


def sound(house: House, day: date = LATER) -> PublishReport:
    """A new edition, which verifies whole."""
    done = house.publish(day)
    report = verify(house.site)
    assert report.broken == []
    assert report.holds
    return done


def everywhere(house: House) -> bytes:
    return b"\0".join(house.files().values())


def test_what_a_post_quotes_is_shown_whole_with_its_author_and_address_and_found(house: House) -> None:
    house.take(quoting())
    house.release(1)
    sound(house)
    [inner] = context(house)["inner"]
    assert (inner["how"], inner["text"], inner["handle"], inner["name"]) == ("quotes", QUOTED, "wang", "王")
    assert f'data-said="inner 1" lang="en" dir="ltr"><span>{QUOTED}' in page(house)
    assert "<bdi>@wang</bdi>" in page(house)
    texts = b"".join(data for path, data in house.files().items() if path.startswith("search/"))
    assert b"lantern" in texts
    assert b"lantern" in house.files()["feeds/en.xml"]


def test_a_translation_is_of_all_that_is_said_and_left_out_when_the_quoted_may_not_be_shown(house: House) -> None:
    house.take(quoting())
    house.release(1)
    house.translate(1, "看她写的", "zh-Hans")
    sound(house)
    [each] = said(house)["translations"]
    assert each["target"] == "看她写的\n\nRT @wang: …"
    house.take(tweet(2, QUOTED), now=NOON + timedelta(days=1))
    done = sound(house)
    assert context(house)["inner"][0]["hidden"] is True
    assert "made of another text" in done.partial[0][1]
    assert "看她写的".encode() not in everywhere(house)


@pytest.mark.parametrize(
    "told",
    [{"release": "restricted"}, {"release": "withdrawn"}, {"release": "public", "until": "9999-01-01"}, {}],
    ids=["restricted", "withdrawn", "embargoed", "nothing said"],
)
def test_what_is_kept_back_by_itself_is_kept_back_inside_of_another(house: House, told: dict[str, Any]) -> None:
    house.take(quoting(), tweet(2, QUOTED))
    house.release(1)
    if told:
        state_release(house.archive, house.desk, CataloguedPost(status(2), **told))
    sound(house)
    [inner] = context(house)["inner"]
    assert (inner["hidden"], inner["text"], inner["handle"], inner["url"], inner["item"]) == (True, None, "", "", None)
    assert "Quotes a post that is not shown here." in page(house)
    assert b"lantern" not in everywhere(house)
    version = house.archive.index.posts.versions(status(1))[-1]
    assert Contexts(house.archive.index).whole(version) == OWN
    assert house.archive.search.find("lantern", kind="post").total == 1, "as the post it is, not in the one that quotes"


def test_a_quoted_post_that_is_released_is_shown_and_led_to_until_it_is_gone(house: House) -> None:
    house.take(quoting(), tweet(2, QUOTED))
    house.release(1, 2)
    sound(house)
    assert context(house)["inner"][0]["item"] == house.number(status(2))
    assert f'href="../{house.number(status(2))}/index.html"' in page(house)
    gone = assigned("deleted_tweets", [tweet(2, QUOTED, deleted_at="2013-05-13T00:00:00.000Z")])
    house.take(quoting(), files={"deleted-tweets.js": gone}, now=NOON + timedelta(days=1))
    sound(house)
    assert context(house)["inner"][0]["hidden"] is True


def test_a_copy_is_not_made_of_a_post_that_quotes_what_was_put_under_an_embargo_since(house: House) -> None:
    house.take(quoting(), tweet(2, QUOTED), tweet(3, OWN))
    house.release(1, 2, 3)
    sound(house)
    shown, today = dict(items_of(house.site)), LATER.isoformat()
    require_still_shown(house.archive, house.site, today)
    state_release(house.archive, house.desk, CataloguedPost(status(2), until="2026-12-24"))
    assert kept_back(house.archive, shown, today) == [(house.number(status(1)), REPEATS_HIDDEN)]
    assert kept_back(house.archive, shown, "2026-12-24") == []
    posts = Posts.of(house.archive)
    public = {each for each in (1, 2, 3) if is_public(house.archive, posts, house.number(status(each)), today)}
    assert public == {1, 3}
    sound(house)
    assert kept_back(house.archive, dict(items_of(house.site)), today) == [], "the next edition quotes it no more"
    require_still_shown(house.archive, house.site, today)


def test_no_copy_shows_words_that_a_hidden_voice_took_back_since(house: House) -> None:
    house.take(tweet(1, OWN), tweet(2, QUOTED))
    house.release(1, 2)
    sound(house)
    today, number = LATER.isoformat(), house.number(status(2))
    gone = assigned("deleted_tweets", [tweet(2, QUOTED, deleted_at="2013-05-13T00:00:00.000Z")])
    house.take(tweet(1, OWN), files={"deleted-tweets.js": gone}, now=NOON + timedelta(days=1))
    assert is_public(house.archive, Posts.of(house.archive), number, today), "it is shown, with that word"
    hide_voices(house.archive.folder, [house.archive.index.posts.versions(status(2))[0].author], True)
    assert not is_public(house.archive, Posts.of(house.archive), number, today)
    with pytest.raises(UsageError, match="1 item not to be shown any more"):
        require_still_shown(house.archive, house.site, today)


def test_what_a_protected_account_wrote_is_shown_in_nobodys_mouth(house: House) -> None:
    house.take(quoting(user={"protected": True}))
    house.release(1)
    sound(house)
    assert context(house)["inner"][0]["hidden"] is True
    assert b"lantern" not in everywhere(house)
    assert house.archive.search.find("lantern").total == 0


def test_what_an_account_wrote_that_is_protected_since_is_taken_out_of_others_mouths(house: House) -> None:
    house.take(quoting())
    house.release(1)
    sound(house)
    assert b"lantern" in everywhere(house)
    house.take(quoting(user={"protected": True}), now=NOON + timedelta(days=1))
    sound(house)
    assert context(house)["inner"][0]["hidden"] is True
    assert b"lantern" not in everywhere(house)
    assert house.archive.search.find("lantern").total == 0
    assert not house.archive.index.by_act("edited"), "its author changed nothing"
    size = house.archive.size
    house.take(quoting(user={"protected": True}), now=NOON + timedelta(days=1))
    assert house.archive.size - size <= 2, "told once"


def test_a_post_that_is_kept_back_is_not_shown_under_the_number_of_its_later_version(house: House) -> None:
    numbers = {"initial": {"editTweetIds": ["57", "58"]}}
    edit = {"edit": {"editControlInitial": {"editTweetIds": ["57", "58"]}}}
    quoted = {"id_str": "58", "full_text": QUOTED, "user": {"id_str": "34", "screen_name": "wang"}}
    house.take(tweet(57, "The lantern", edit_info=numbers), tweet(58, QUOTED, edit_info=edit))
    house.take(tweet(1, OWN, lang="en", quoted_status=quoted), now=NOON + timedelta(hours=1))
    house.release(1)
    sound(house)
    assert context(house)["inner"][0]["hidden"] is True
    assert b"lantern" not in everywhere(house)


def test_what_its_authors_own_archive_says_was_for_few_is_not_shown_wherever_it_came_from(house: House) -> None:
    who = "https://a.example/users/lin"
    said = dict(STATUS, uri=f"{who}/statuses/7", content=f"<p>{QUOTED}</p>", edited_at=None)
    said["account"] = {"id": "1", "username": "lin", "acct": "lin", "uri": who}
    house.take_files({"statuses.json": json.dumps([said]).encode()})
    state_release(house.archive, house.desk, CataloguedPost(said["uri"], release="public"))
    sound(house)
    assert b"lantern" in everywhere(house)
    kept = created(7, f"<p>{QUOTED}</p>", [f"{who}/followers"])
    kept["object"] |= {"id": said["uri"], "attributedTo": who, "published": said["created_at"]}
    actor = {"@context": "https://www.w3.org/ns/activitystreams", "type": "Person", "id": who}
    house.take_files({"outbox.json": outbox(kept), "actor.json": json.dumps(actor).encode()}, NOON + timedelta(days=1))
    done = sound(house)
    assert b"lantern" not in everywhere(house)
    assert [why for _, why in done.skipped] == [
        "Expected a post written for everybody, found one written for followers."
    ]


def test_a_deleted_post_that_was_known_from_a_quotation_alone_is_not_shown_there(house: House) -> None:
    quoted = {"id_str": LONG_AGO, "full_text": QUOTED, "user": {"id_str": "34", "screen_name": "wang"}}
    house.take(tweet(1, OWN, lang="en", quoted_status=quoted))
    house.release(1)
    sound(house)
    assert b"lantern" in everywhere(house)
    said = {"id": LONG_AGO, "action": "delete", "redacted_at": "2026-11-24T00:00:00Z", "reason": "deleted"}
    answer = {"compliance.jsonl": json.dumps(said).encode()}
    house.take_files(answer, NOON + timedelta(days=2))
    sound(house)
    assert context(house)["inner"][0]["hidden"] is True
    assert b"lantern" not in everywhere(house)
    assert house.archive.search.find("lantern").total == 0
    house.take_files(answer, NOON + timedelta(days=3))
    assert len(house.archive.index.by_act("gone")) == 1


def test_a_quotation_that_was_taken_back_is_not_shown(house: House) -> None:
    quoted = {**STATUS, "id": "8", "uri": "https://b.example/users/wang/statuses/8", "content": f"<p>{QUOTED}</p>"}
    accepted, revoked = ({"state": "accepted", "quoted_status": quoted}, {"state": "revoked", "quoted_status": None})
    house.take_files({"statuses.json": json.dumps([{**STATUS, "quote": accepted}]).encode()})
    state_release(house.archive, house.desk, CataloguedPost(str(STATUS["uri"]), release="public"))
    sound(house)
    assert b"lantern" in everywhere(house)
    house.take_files({"statuses.json": json.dumps([{**STATUS, "quote": revoked}]).encode()}, NOON + timedelta(days=1))
    sound(house)
    assert b"lantern" not in everywhere(house)


def repeating(inner: dict[str, Any]) -> dict[str, bytes]:
    """Lines of twarc: a tweet that repeats another, shortened as the platform does it."""
    text = "RT @wang: The lantern burned all night at the northern ga…"
    user = {"id_str": "12", "screen_name": "lin", "name": "林"}
    made = {"id_str": "1", "full_text": text, "created_at": "Sun May 12 06:28:00 +0000 2013", "user": user}
    return {"page.jsonl": json.dumps({**made, "lang": "en", "retweeted_status": inner}).encode()}


def test_a_repost_is_shown_whole_and_stands_under_its_author(house: House) -> None:
    user = {"id_str": "34", "screen_name": "wang", "name": "王"}
    house.take_files(repeating({"id_str": "2", "full_text": f"{QUOTED}, and no answer.", "user": user, "lang": "en"}))
    house.release(1)
    sound(house)
    [inner] = context(house)["inner"]
    assert (inner["how"], inner["text"]) == ("repeats", f"{QUOTED}, and no answer.")
    version = house.archive.index.posts.versions(status(1))[-1]
    assert Contexts(house.archive.index).whole(version) == f"RT @wang: {QUOTED}, and no answer."
    assert house.archive.search.find("answer").total == 1


def test_a_repost_of_what_is_not_shown_is_left_out_with_its_beginning(house: House) -> None:
    house.take(tweet(2, f"{QUOTED}, and no answer."))
    user = {"id_str": "12", "screen_name": "lin"}
    house.take_files(repeating({"id_str": "2", "full_text": f"{QUOTED}, and no answer.", "user": user}))
    house.release(1)
    done = house.publish(LATER)
    assert "repeats one that is not shown" in dict(done.skipped)[house.number(status(1))]
    assert b"lantern" not in everywhere(house)


def linked(number: int, text: str, *urls: tuple[str, str]) -> dict[str, Any]:
    return tweet(number, text, entities={"urls": [{"url": short, "expanded_url": target} for short, target in urls]})


def test_a_short_link_stands_with_where_it_led_and_is_found_by_it(house: House) -> None:
    target = "https://maps.example/northern-gate?a=1&b=2"
    house.take(linked(1, "Here https://t.co/AAAAAAAAA1", ("https://t.co/AAAAAAAAA1", target)))
    house.release(1)
    sound(house)
    assert context(house)["links"] == [{"stands": "https://t.co/AAAAAAAAA1", "target": target}]
    assert (
        '<a rel="external noreferrer noopener nofollow" href="https://maps.example/northern-gate?a=1&amp;b=2"'
        in page(house)
    )
    assert house.archive.search.find("northern-gate").total == 1
    assert b"northern" in b"".join(data for path, data in house.files().items() if path.startswith("search/"))


@pytest.mark.parametrize("target", ["javascript:alert(1)", "https://a.example/ b"])
def test_a_target_that_is_no_address_of_the_web_is_no_link(house: House, target: str) -> None:
    house.take(linked(1, "Here https://t.co/AAAAAAAAA1", ("https://t.co/AAAAAAAAA1", target)))
    house.release(1)
    sound(house)
    assert context(house) == {}
    assert "https://t.co/AAAAAAAAA1</span> (where it leads is not known)" in page(house)


def test_a_link_that_was_cut_in_two_is_none(house: House) -> None:
    house.take(tweet(1, "RT @wang: 谁知道 https://t.co/Ab1…"))
    house.release(1)
    sound(house)
    assert "not known" not in page(house)


def test_what_a_post_answers_is_named_with_its_address(house: House) -> None:
    told = {"in_reply_to_status_id_str": "9", "in_reply_to_screen_name": "wang", "in_reply_to_user_id_str": "34"}
    house.take(tweet(1, "@wang yes", **told))
    house.release(1)
    sound(house)
    assert context(house)["answers"]["url"].endswith("/status/9")
    assert "/status/9</a>" in page(house)


def test_a_parent_that_is_here_and_not_shown_is_not_named(house: House) -> None:
    house.take(tweet(1, "yes", in_reply_to_status_id_str="9"), tweet(9, "Words for nobody's eyes but ours"))
    house.release(1)
    sound(house)
    assert context(house)["answers"] == {"url": "", "handle": "", "name": ""}
    assert "Answers a post that is not shown here" in page(house)
    assert b"status/9" not in everywhere(house)
    house.release(9)
    sound(house)
    assert context(house) == {}
    assert f'href="../{house.number(status(9))}/index.html"' in page(house)


def test_what_is_missing_from_the_export_is_told_with_its_description_and_found(house: House) -> None:
    photo = {"type": "photo", "media_url_https": "https://pbs.x/F0.jpg", "ext_alt_text": "A lantern at dawn"}
    house.take(tweet(1, "", extended_entities={"media": [photo]}))
    house.release(1)
    sound(house)
    assert context(house)["missing"] == [
        {"media_type": "image/jpeg", "url": "https://pbs.x/F0.jpg", "alt": "A lantern at dawn"}
    ]
    assert "A picture that the export does not hold:" in page(house)
    assert house.archive.search.find("dawn").total == 1


def test_a_post_of_which_nothing_else_is_told_has_a_statement_as_before(house: House) -> None:
    house.take(tweet(1, OWN))
    house.release(1)
    sound(house)
    assert "context" not in said(house)


def test_why_a_platform_does_not_show_a_post_any_more_is_its_word_and_no_deletion(house: House) -> None:
    number = (1_368_340_080_000 - 1_288_834_974_657) << 22  # of the moment at which it was written
    house.take(tweet(number, OWN))
    answer = {"id": str(number), "action": "delete", "created_at": "2013-05-12T06:28:00.000Z", "reason": "suspended"}
    answer["redacted_at"] = "2026-11-23T12:00:00.000Z"
    house.take_files({"gone.jsonl": json.dumps(answer).encode()}, NOON + timedelta(days=1))
    house.release(number)
    sound(house)
    assert context(house, number)["gone_for"] == "suspended"
    assert "its account is suspended" in page(house, number)
    assert "Deleted" not in page(house, number)


def test_a_picture_that_was_replaced_is_told_as_that_and_no_edit(house: House) -> None:
    for days, name in ((0, "F0.jpg"), (2, "F1.jpg")):
        photo = {"media": [{"type": "photo", "media_url_https": f"https://pbs.x/{name}"}]}
        files = {f"tweets_media/1-{name}": loaded_jpeg_bytes() + name.encode()}
        house.take(tweet(1, OWN, extended_entities=photo), files=files, now=NOON + timedelta(days=days))
    house.release(1)
    sound(house)
    assert context(house)["replaced"] == ["2026-11-23"]
    assert said(house)["earlier"] == []
    assert "Its pictures were replaced" in page(house)
    assert "Edited" not in page(house)


def test_words_that_were_replaced_are_told_with_the_day_on_which_they_were_last_seen(house: House) -> None:
    for days, text in ((0, "forty children"), (1, "forty children"), (5, "forty-one children")):
        house.take(tweet(1, text), now=NOON + timedelta(days=days))
    house.release(1)
    sound(house)
    assert [each["as_of"] for each in said(house)["earlier"]] == ["2026-11-24"]
    assert "Last seen so on" in page(house)
    assert "Edited" in page(house)


def note(number: int, text: str, **more: Any) -> dict[str, Any]:
    """A public activity of a Mastodon outbox."""
    made = created(number, f"<p>{text}</p>", ["https://www.w3.org/ns/activitystreams#Public"])
    made["object"] |= {"contentMap": {"zhCn": f"<p>{text}</p>"}, **more}
    return made


def published_note(house: House, activity: dict[str, Any]) -> int:
    house.take_files({"outbox.json": outbox(activity)})
    [version] = house.archive.index.posts.latest()
    state_release(house.archive, house.desk, CataloguedPost(version.post, release="public"))
    sound(house)
    return house.number(version.post)


def test_a_polls_choices_are_said_and_searched_with_the_votes_of_that_day(house: House) -> None:
    options = [{"name": "今年", "replies": {"totalItems": 2}}, {"name": "灯笼", "replies": {"totalItems": 10}}]
    number = published_note(house, note(1, "名单何时公布？", type="Question", oneOf=options))
    told: Any = statement_of(house.site / f"items/{number}").predicate
    assert told["language"] == "zh-CN"
    assert [each["votes"] for each in told["context"]["poll"]["choices"]] == [2, 10]
    shown = (house.site / f"items/{number}/index.html").read_text("utf-8")
    assert 'data-said="choice 2" lang="zh-CN" dir="ltr"><span>灯笼</span>' in shown
    assert "10 votes" in shown
    assert house.archive.search.find("灯笼", language="zh_CN").total == 1
    [version] = house.archive.index.posts.latest()
    assert Contexts(house.archive.index).whole(version) == "名单何时公布？\n\n今年\n灯笼"


def test_what_its_author_covered_is_in_no_list_title_or_feed(house: House) -> None:
    number = published_note(house, note(1, "他们在门口做的事", summary="暴力", sensitive=True))
    shown = (house.site / f"items/{number}/index.html").read_text("utf-8")
    begun = shown.index('<details class="cover">')
    assert shown.count("他们在门口做的事") == 1
    assert begun < shown.index("他们在门口做的事") < shown.index("</details>", begun)
    for path, data in house.files().items():
        if not re.match(r"([^/]+/)?items/|search/", path):
            assert "他们在门口做的事".encode() not in data, path
    assert "暴力".encode() in house.files()["feeds/zh.xml"]


def test_where_a_platform_withholds_a_post_is_said_and_found(house: House) -> None:
    house.take(tweet(1, OWN, withheld_in_countries=["CN", "HK"]), tweet(2, "another"))
    house.release(1, 2)
    sound(house)
    assert context(house)["withheld"] == ["CN", "HK"]
    assert "Withheld in CN, HK, by the platform’s word" in page(house)
    assert [each.post for each in house.archive.search.find(state="withheld").hits] == [status(1)]


def test_a_mere_reference_to_a_repeated_post_says_where_it_stands(house: House) -> None:
    announce: dict[str, Any] = {
        "type": "Announce",
        "id": "https://a.example/1/activity",
        "object": "https://far.example/@wang/9",
    }
    announce |= {"published": "2013-05-12T14:28:00+08:00", "to": ["https://www.w3.org/ns/activitystreams#Public"]}
    house.take_files({"outbox.json": outbox(announce)})
    [hit] = house.archive.search.find(kind="post").hits
    assert hit.snippet == "https://far.example/@wang/9"


def test_words_of_a_post_that_was_edited_since_its_release_go_on_being_given_out(house: House) -> None:
    house.take(tweet(1, OWN))
    house.release(1)
    sound(house)
    house.take(tweet(1, f"{OWN} again"), now=NOON + timedelta(days=1))
    number, today = house.number(status(1)), LATER.isoformat()
    assert is_public(house.archive, Posts.of(house.archive), number, today)
    require_still_shown(house.archive, house.site, today)
