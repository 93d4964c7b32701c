"""What stands around a post at the workbench: links, quotations, what was cut or covered, and its own custody alone."""

import json
from datetime import timedelta
from typing import Any

import pytest

from support import nostr_events
from support.collecting_desk import NOW, tweet, x_files
from support.media_samples import loaded_jpeg_bytes
from support.repositories import POST, Account, Key, post_record, repository
from support.visitor import Room
from tamizdat.archive.acts.releases import state_release
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.translation.memory import Memory
from tamizdat.translation.proposals import propose, review
from tamizdat.translation.queue import going_out, waiting
from tamizdat.translation.xliff import export_xliff

QUOTED = "灯笼在北门亮了一夜。"


def quoting(number: int = 9, **user: Any) -> dict[str, Any]:
    quoted = {"id_str": "8", "full_text": QUOTED, "lang": "zh", "user": {"id_str": "34", "screen_name": "wang", **user}}
    return tweet(number, "看她写的 https://t.co/A1", quoted_status=quoted, entities={"urls": [
        {"url": "https://t.co/A1", "expanded_url": "https://maps.example/gate?a=1&b=2"},
        {"url": "https://t.co/A1", "expanded_url": "javascript:alert(1)"},
    ]})  # fmt: skip


def taken(room: Room, folder: str, *tweets: dict[str, Any], days: int = 0) -> None:
    room.take_files(x_files(list(tweets)), folder, NOW + timedelta(days=days))


def test_what_is_quoted_and_where_links_led_stands_beside_the_words(room: Room) -> None:
    taken(room, "a", quoting())
    page = room.visitor("translator").get(f"/items/{room.number(9)}").text
    assert QUOTED in page
    assert "<bdi>@wang</bdi>" in page
    assert '<bdi class="address" dir="ltr">https://maps.example/gate?a=1&amp;b=2</bdi>' in page
    assert 'href="https://' not in page, "whoever follows a link tells the other side from where a desk works"
    assert "javascript:" not in page


def test_a_quotation_is_a_sentence_to_translate_with_its_speaker_and_a_target_is_not(room: Room) -> None:
    taken(room, "a", quoting())
    work = room.visitor("translator").get(f"/translate/{room.number(9)}/en").text
    assert QUOTED in work
    assert "<bdi>@wang</bdi>" in work
    packet = export_xliff(room.archive, [room.post(9)], "en").decode()
    assert f"<source>{QUOTED}</source>" in packet
    assert "https://t.co/A1 leads to https://maps.example/gate?a=1&amp;b=2</note>" in packet
    assert "<source>https" not in packet


@pytest.mark.parametrize("how", ["withdrawn", "restricted", "protected", "protected since"])
def test_a_quotation_that_may_not_be_shown_leaves_page_queue_packet_memory_and_search(room: Room, how: str) -> None:
    taken(room, "a", quoting())
    version = room.archive.index.posts.versions(room.post(9))[-1]
    number = propose(
        room.archive, room.bench.key, "ab" * 16, version, "en", ["See what she wrote", "A lantern"], [], "2026-11-25"
    )
    review(room.archive, room.bench.key, "cd" * 16, number, "reviewed", "2026-11-25")
    assert Memory(room.archive).suggest(QUOTED, "zh", "en")
    taken(room, "b", tweet(8, QUOTED, **({"user": {"protected": True}} if how == "protected" else {})), days=1)
    if how == "protected since":
        state_release(room.archive, room.bench.key, CataloguedPost(room.post(8), release="public"))
        assert QUOTED in room.visitor("translator").get(f"/items/{room.number(9)}").text
        taken(room, "c", tweet(8, QUOTED, user={"protected": True}), days=2)
    elif how != "protected":
        state_release(room.archive, room.bench.key, CataloguedPost(room.post(8), release=how))
    translator, at = room.visitor("translator"), room.number(9)
    for path in (f"/items/{at}", f"/translate/{at}/en", "/search?q=灯笼&kind=translation"):
        assert "灯笼" not in translator.get(path).text.replace("q=灯笼", "").replace('value="灯笼"', "")
        assert "A lantern" not in translator.get(path).text
    assert "Quotes a post that is not shown" in translator.get(f"/items/{at}").text
    work = translator.get(f"/translate/{at}/en").text
    assert "is shown otherwise than when it was translated" in work
    assert "See what she wrote" in work, "sentences that stayed keep their translation"
    assert "灯笼" not in export_xliff(room.archive, [room.post(9)], "en").decode()
    assert Memory(room.archive).suggest(QUOTED, "zh", "en") == []
    found = room.archive.search.find("灯笼", kind="post").hits
    assert room.post(9) not in {each.post for each in found}
    assert [each.why for each in waiting(room.archive, "en", "translator") if each.post == room.post(9)] == ["stale"]


def repeating(text: str) -> dict[str, bytes]:
    """A line of twarc: a tweet that repeats one of Wang's, shortened."""
    user = {"id_str": "12", "screen_name": "lin"}
    inner = {"id_str": "8", "full_text": text, "lang": "zh", "user": {"id_str": "34", "screen_name": "wang"}}
    made = {"id_str": "9", "full_text": f"RT @wang: {text[:12]}…", "user": user, "lang": "zh"}
    return {"page.jsonl": json.dumps({**made, "retweeted_status": inner}).encode()}


def test_a_repost_of_what_was_withdrawn_is_for_editors_only(room: Room) -> None:
    text = "灯笼在北门亮了一夜，没有人回答。"
    room.take_files(repeating(text), "a", NOW)
    translator, at = room.visitor("translator"), room.number(9)
    assert text in translator.get(f"/items/{at}").text
    assert going_out(room.archive, room.post(9))
    taken(room, "b", tweet(8, text), days=1)
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(8), release="withdrawn"))
    assert translator.get(f"/items/{at}").status == 404
    assert going_out(room.archive, room.post(9)) is None
    assert room.visitor("editor").get(f"/items/{at}").status == 200
    assert "灯笼" not in translator.get("/translate?language=en").text


def test_the_whole_of_a_cut_repost_is_offered_where_it_is_known(room: Room) -> None:
    text = "The lantern burned all night at the northern gate and there was no answer"
    user = {"id_str": "12", "screen_name": "lin"}
    cut = {"id_str": "9", "full_text": f"RT @wang: {text[:50]}…", "user": user, "retweeted_status": {"id_str": "77"}}
    whole = {"id_str": "8", "full_text": text, "user": {"id_str": "34", "screen_name": "wang"}}
    room.take_files({"page.jsonl": f"{json.dumps(cut)}\n{json.dumps(whole)}\n".encode()}, "a", NOW)
    page = room.visitor("editor").get(f"/items/{room.number(9)}").text
    assert f'<a href="/items/{room.number(8)}">The whole of it is here' in page


def test_the_custody_of_a_post_is_its_own_although_others_say_the_same(room: Room) -> None:
    taken(room, "a", tweet(8, "转发微博"), tweet(9, "转发微博"))
    state_release(room.archive, room.bench.key, CataloguedPost(room.post(8), release="public"))
    first, second = (room.visitor("editor").get(f"/items/{room.number(each)}").text for each in (8, 9))
    assert room.post(9) not in first
    assert room.post(8) not in second
    assert "The desk said what it is" in first
    assert "The desk said what it is" not in second


@pytest.mark.parametrize(
    ("log", "signer", "told"), [(True, 0, "<dd>proved:"), (False, 0, "<dd>unknown:"), (True, 1, "<strong>broken:")]
)
def test_whether_the_authors_own_signature_holds_stands_beside_a_post_of_bluesky(
    room: Room, log: bool, signer: int, told: str
) -> None:
    account = Account()
    files = {"repo.car": repository(account, {f"{POST}3k": post_record(QUOTED)}, [account.signing[0], Key()][signer])}
    room.take_files(files | ({"log.json": json.dumps(account.log).encode()} if log else {}), "sky", NOW)
    [version] = room.archive.index.posts.versions(f"at://{account.did}/{POST}3k")
    assert told in room.visitor("editor").get(f"/items/{version.number}").text


def test_a_signature_of_nostr_is_said_not_to_be_checked(room: Room) -> None:
    said = nostr_events.event(QUOTED)
    room.take_files({"e.jsonl": nostr_events.lines(said)}, "nostr", NOW)
    [version] = room.archive.index.posts.versions(f"urn:nostr:{said['id']}")
    page = room.visitor("editor").get(f"/items/{version.number}").text
    assert "<dd>not checked:" in page
    assert QUOTED in page


def test_the_history_of_keys_may_come_later_than_the_posts(room: Room) -> None:
    account = Account()
    repo = {"repo.car": repository(account, {f"{POST}3k": post_record(QUOTED)})}
    room.take_files(repo, "first", NOW)
    [version] = room.archive.index.posts.versions(f"at://{account.did}/{POST}3k")
    editor = room.visitor("editor")
    assert "<dd>unknown:" in editor.get(f"/items/{version.number}").text
    room.take_files(repo | {"log.json": json.dumps(account.log).encode()}, "again", NOW + timedelta(days=1))
    assert "<dd>proved:" in editor.get(f"/items/{version.number}").text


def test_a_picture_that_its_author_replaced_is_shown_to_editors_and_to_nobody_else(room: Room) -> None:
    for days, name in enumerate(("F0.jpg", "F1.jpg")):
        photo = {"media": [{"type": "photo", "media_url_https": f"https://pbs.x/{name}"}]}
        files = x_files([tweet(9, "看", extended_entities=photo)])
        files[f"data/tweets_media/9-{name}"] = loaded_jpeg_bytes() + name.encode()
        room.take_files(files, name, NOW + timedelta(days=days))
    at = room.number(9)
    editor = room.visitor("editor")
    page = editor.get(f"/items/{at}").text
    assert "Other pictures or clips, last seen so:" in page
    before = f"/items/{at}/versions/{at}/media/0"
    assert f'src="{before}"' in page
    assert editor.get(before).body.endswith(b"F0.jpg")
    assert editor.get(f"/items/{at}/media/0").body.endswith(b"F1.jpg")
    assert editor.get(f"/items/{at}/versions/{at}/media/1").status == 404
    assert editor.get(f"/items/{at}/versions/{at + 999}/media/0").status == 404
    translator = room.visitor("translator")
    assert "Other pictures" not in translator.get(f"/items/{at}").text
    assert translator.get(before).status == 403
