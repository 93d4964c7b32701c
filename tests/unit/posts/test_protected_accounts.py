"""What was written for followers, in every export that tells it."""

import json
from typing import Any

import pytest

from support.collecting_desk import assigned, tweet
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, recognise
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport


def posts(files: dict[str, bytes]) -> tuple[list[Post], IngestReport]:
    export, report = Several(files), IngestReport()
    format = recognise(export)
    plan = format.plan(export, report)
    found = [each for each in format.read(plan, export.open, report) if isinstance(each, Found)]
    for each in found:
        raw = [files[piece.source][piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert format.post(raw, plan.context_of(each.slices[0].source)) == each.post, "read from its bytes alone"
    return [each.post for each in found], report


NEW = {"id": "5", "text": "五年了", "author_id": "12", "created_at": "2013-05-12T06:28:00.000Z"}
USER = {"id": "12", "username": "lin", "name": "林"}


@pytest.mark.parametrize("user", [{**USER, "protected": True}, {"id": "12", "protected": True}])
def test_a_page_of_a_protected_account_was_written_for_followers(user: dict[str, Any]) -> None:
    line = {"data": [NEW], "includes": {"users": [user, {**USER, "id": "13", "protected": False}]}}
    [post], _ = posts({"a.jsonl": json.dumps(line).encode()})
    assert post.audience == "followers"


def test_a_flattened_tweet_of_a_protected_account_was_written_for_followers() -> None:
    [post], _ = posts({"a.jsonl": json.dumps({**NEW, "author": {**USER, "protected": True}}).encode()})
    assert post.audience == "followers"


def test_an_old_tweet_of_a_protected_account_was_written_for_followers() -> None:
    old = tweet(5, "五年了", user={"id_str": "12", "screen_name": "lin", "protected": True})["tweet"]
    [post], _ = posts({"a.jsonl": json.dumps(old).encode()})
    assert post.audience == "followers"


def test_a_protected_tweet_that_an_open_account_quotes_stays_for_followers() -> None:
    closed = {**NEW, "id": "4", "author_id": "13"}
    outer = {**NEW, "referenced_tweets": [{"type": "quoted", "id": "4"}]}
    includes = {"users": [USER, {"id": "13", "username": "wang", "protected": True}], "tweets": [closed]}
    [post], _ = posts({"a.jsonl": json.dumps({"data": [outer], "includes": includes}).encode()})
    assert (post.audience, post.quotes[0].audience) == ("public", "followers")


def test_an_archive_of_before_2018_says_it_in_each_tweet() -> None:
    old = tweet(5, "五年了", user={"id_str": "12", "screen_name": "lin", "protected": True}, source="x")["tweet"]
    data = b"Grailbird.data.tweets_2013_05 = " + json.dumps([old]).encode()
    [post], _ = posts({"data/js/tweets/2013_05.js": data})
    assert post.audience == "followers"


def change(month: str, action: str) -> dict[str, Any]:
    return {"protectedHistory": {"protectedAt": f"2026-{month}-01T00:00:00.000Z", "action": action}}


def audiences(history: bytes | None, **more: bytes) -> list[str]:
    """For whom tweets of January, March and May 2026, and one without a time, were written."""
    times = [f"{day} {month} 01 12:00:00 +0000 2026" for day, month in (("Thu", "Jan"), ("Sun", "Mar"), ("Fri", "May"))]
    tweets = [tweet(number, "五年了", created_at=time) for number, time in enumerate([*times, "yesterday"], 1)]
    files = {"data/tweets.js": assigned("tweets", tweets), **{f"data/{name}.js": data for name, data in more.items()}}
    if history is not None:
        files["data/protected-history.js"] = history
    return [post.audience for post in posts(files)[0]]


HISTORIES = [
    ([change("02", "Protect"), change("04", "Unprotect")], ["public", "followers", "public", "unknown"]),
    ([change("04", "Unprotect"), change("02", "Protect")], ["public", "followers", "public", "unknown"]),
    ([change("02", "protected")], ["public", "followers", "followers", "unknown"]),
    ([change("02", "Unprotect")], ["unknown", "public", "public", "unknown"]),
    ([change("02", "Protect"), change("04", "Archive")], ["public", "followers", "unknown", "unknown"]),
    ([{"protectedHistory": {"action": "Protect"}}], ["unknown"] * 4),
    ([], ["public"] * 4),
]


@pytest.mark.parametrize(("history", "expected"), HISTORIES)
def test_what_was_written_while_an_account_was_protected_was_for_followers(
    history: list[dict[str, Any]], expected: list[str]
) -> None:
    assert audiences(assigned("protected_history", history)) == expected


@pytest.mark.parametrize(
    "damaged", [b"window.YTD.protected_history.part0 = [{", b"window.YTD.protected_history.part0 = {}"]
)
def test_a_history_that_cannot_be_read_makes_every_audience_unknown(damaged: bytes) -> None:
    assert audiences(damaged) == ["unknown"] * 4


def test_a_history_that_the_manifest_lists_and_somebody_took_out_makes_every_audience_unknown() -> None:
    said = {"dataTypes": {"protectedHistory": {"files": [{"fileName": "data/protected-history.js", "count": "1"}]}}}
    manifest = f"window.__THAR_CONFIG = {json.dumps(said)}".encode()
    assert audiences(None, manifest=manifest) == ["unknown"] * 4
    assert audiences(None) == ["public"] * 4, "an archive that never had one"


def test_collecting_an_archive_of_x_says_how_little_it_tells_of_protection() -> None:
    _, report = posts({"data/tweets.js": assigned("tweets", [tweet(1, "一")])})
    assert "at most the six months" in report.notes[0]


def test_of_a_tweet_that_came_without_its_account_nobody_knows_for_whom_it_was() -> None:
    [post], _ = posts({"a.jsonl": json.dumps({"data": [NEW]}).encode()})
    assert post.audience == "unknown"
