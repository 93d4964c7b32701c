"""How a text stands in the captured bytes: found where every JSON parser finds it, or not told at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.item_files import captured_in, statement_of
from support.published_desk import House
from tamizdat.archive.acts.releases import state_release
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.statement import peek_envelope
from tamizdat.publishing.derived.text_pointer import find
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.statements.derived import TextPointer
from tamizdat.verifying import verify


@pytest.mark.parametrize(
    ("pieces", "text", "where"),
    [
        ([b'{"tweet":{"full_text":"a"}}'], "a", (0, "/tweet/full_text", False)),
        ([b'{"tweet":{"full_text":"a &lt; b"}}'], "a < b", (0, "/tweet/full_text", True)),
        ([b'{"tweet":{"full_text":"&amp;lt;"}}'], "<", None),
        ([b'{"tweet":{"full_text":"&amp;lt;"}}'], "&lt;", (0, "/tweet/full_text", True)),
        ([b'{"full_text":"&amp;"}'], "&amp;", (0, "/full_text", False)),
        ([b'{"text":"a"}', b'{"noteTweet":{"core":{"text":"long"}}}'], "long", (1, "/noteTweet/core/text", False)),
        ([b'{"text":"a","note_tweet":{"text":"a b"}}'], "a b", (0, "/note_tweet/text", False)),
        ([b'{"text":"first","text":"second"}'], "second", (0, "/text", False)),
        ([b'{"text":"first","text":"second"}'], "first", None),
        ([b'{"tweet":{"full_text":"a",}}'], "a", None),
        ([b'{"tweet":{"full_text":7}}'], "7", None),
        ([b'{"tweet":{"full_text":"\\ud800"}}'], "\ufffd", None),
        ([b'{"somewhere":{"else":"a"}}'], "a", None),
        ([b"<entry><content>a</content></entry>"], "a", None),
        ([b'["a"]', b'"a"', b"\xff"], "a", None),
        ([b'{"object":{"content":"<p>a</p>"}}'], "a", None),
    ],
)  # fmt: skip
def test_the_text_is_found_in_the_json_or_nowhere(
    pieces: list[bytes], text: str, where: tuple[int, str, bool] | None
) -> None:
    assert find(pieces, text) == (where and TextPointer(*where))


MASTODON = {
    "actor.json": {
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Person", "id": "https://a.example/users/lin",
        "preferredUsername": "lin", "name": "Lin",
    },
    "outbox.json": {
        "@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection",
        "totalItems": 1, "orderedItems": [{
            "id": "https://a.example/users/lin/statuses/7/activity", "type": "Create",
            "actor": "https://a.example/users/lin", "published": "2021-05-18T19:24:56Z",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "object": {
                "id": "https://a.example/users/lin/statuses/7", "type": "Note", "published": "2021-05-18T19:24:56Z",
                "attributedTo": "https://a.example/users/lin", "content": "<p>One &amp; two</p><p>three</p>",
                "to": ["https://www.w3.org/ns/activitystreams#Public"], "contentMap": {"en": "x"},
                "tag": [{"type": "Hashtag", "name": "#names"}],
            },
        }],
    },
}  # fmt: skip
TWARC = {
    "id": "57", "text": "Names &amp; more", "created_at": "2013-05-12T06:28:00.000Z", "lang": "en", "author_id": "12",
    "author": {"id": "12", "username": "lin", "name": "Lin"}, "__twarc": {"version": "2"},
    "entities": {"hashtags": [{"tag": "names"}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("files", "text", "reading"),
    [
        ({name: json.dumps(value).encode() for name, value in MASTODON.items()}, "One & two\n\nthree", None),
        (
            {"tweets.jsonl": json.dumps(TWARC).encode() + b"\n"},
            "Names & more",
            {"slice": 0, "member": "/text", "escaped": True},
        ),
    ],
)
def test_posts_of_other_platforms_are_published_with_their_bytes(
    tmp_path: Path, files: dict[str, bytes], text: str, reading: dict[str, Any] | None
) -> None:
    house = House(tmp_path)
    house.take_files(files)
    [version] = house.archive.index.posts.latest()
    state_release(
        house.archive,
        house.desk,
        CataloguedPost(version.post, release="public", bytes_shown=True, tags=("Names", "wall")),
    )
    assert house.publish().skipped == ()
    folder = house.site / f"items/{version.number}"
    said = statement_of(folder).predicate
    assert (said["text"], said["reading"], said["tags"]) == (text, reading, ["names", "wall"])
    raw = captured_in(folder)
    assert raw is not None
    observed = peek_envelope(house.archive.disclosure(version.number).envelope)
    assert observed.subjects[0].sha256 == sha256_hex(raw)
    report = verify(house.site)
    assert report.broken == []
    assert report.holds


def test_a_text_that_stands_in_another_posts_slice_is_not_read_from_there() -> None:
    own, quoted = b'{"text": "my words"}', b'{"text": "their words"}'
    assert find([own, quoted], "their words") is None
    assert find([own, quoted, b'{"noteTweet": {"core": {"text": "their words"}}}'], "their words") is None
