"""Which posts of others stand in the captured bytes of a post."""

import json

from support.mutated_exports import STATUS
from tamizdat.publishing.derived.embedded import embedded


def test_a_boosted_status_is_known_by_its_own_address_and_not_as_a_tweet_of_its_number() -> None:
    boost = {**STATUS, "uri": f"{STATUS['uri']}/activity", "id": "9", "content": "", "reblog": STATUS}
    assert list(embedded([json.dumps(boost).encode()], str(boost["uri"]))) == [(STATUS["uri"], STATUS["content"])]


def test_an_answered_post_of_bluesky_is_known_whose_words_stand_in_its_record() -> None:
    own, other = ("at://did:plc:aa/app.bsky.feed.post/1", "at://did:plc:bb/app.bsky.feed.post/2")
    parent = {"uri": other, "author": {"did": "did:plc:bb"}, "record": {"text": "the list"}}
    seen = {"post": {"uri": own, "record": {"text": "look"}}, "reply": {"root": parent, "parent": parent}}
    assert {*embedded([json.dumps(seen).encode()], own)} == {(other, "the list")}


def test_a_post_whose_number_is_no_text_is_one_too() -> None:
    message = {"id": 5, "text": "look", "answers": {"id": 4, "text": "the list"}, "entities": [{"text": "look"}]}
    assert list(embedded([json.dumps(message).encode()], "https://t.me/c/9/5")) == [("by its number", "the list")]


def test_a_quoted_tweet_is_known_by_its_number() -> None:
    tweet = {"id_str": "58", "full_text": "look", "quoted_status": {"id_str": "57", "full_text": "the list"}}
    inside = list(embedded([json.dumps(tweet).encode()], "https://x.com/i/status/58"))
    assert inside == [("https://x.com/i/status/57", "the list")]
