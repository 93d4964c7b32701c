"""A folder in which exports of several platforms lie: each is read with what belongs to it, and nothing else."""

import json
from typing import Any

import pytest

from support.repositories import POST, Account, post_record, repository
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, find_exports
from tamizdat.posts.report import IngestReport

CHAT = {"name": "名单", "type": "public_channel", "id": 12, "messages": [
    {"id": 7, "type": "message", "date_unixtime": "1368340080", "text": "五年", "photo": "photos/p.jpg"}]}  # fmt: skip
PICTURE = "media/posts/202403/1_n_18032017582961826.jpg"
INSTAGRAM: list[dict[str, Any]] = [{"media": [{"uri": PICTURE, "creation_timestamp": 1368340080, "title": "看"}]}]
MAPPING = b'id = "https://x.com/i/status/{tweet_id}"\ntext = "text"\n'


@pytest.mark.parametrize("beside", ["", "lin/"], ids=["one inside the other", "side by side"])
def test_of_two_accounts_each_has_its_own_name_and_its_own_readers(beside: str) -> None:
    files = dict[str, bytes]()
    for folder, handle, private, number in ((beside, "lin", "True", 1), ("wang/", "wang", "False", 2)):
        told = {"Username": {"value": handle}, "Private Account": {"value": private}}
        profile = {"profile_user": [{"string_map_data": told}]}
        posts = [{"media": [{**INSTAGRAM[0]["media"][0], "uri": f"media/posts/1_n_1803201758296182{number}.jpg"}]}]
        files[f"{folder}personal_information/personal_information.json"] = json.dumps(profile).encode()
        files[f"{folder}your_instagram_activity/media/posts_1.json"] = json.dumps(posts).encode()
    told_of = set()
    for part in find_exports(Several(files)).parts:
        report = IngestReport()
        plan = part.format.plan(part.export, report)
        posts_of = part.format.read(plan, part.export.open, report)
        told_of |= {(each.post.author.handle, each.post.audience) for each in posts_of if isinstance(each, Found)}
    assert told_of == {("lin", "followers"), ("wang", "public")}


def test_each_export_has_its_pictures_its_mapping_and_the_log_of_its_keys() -> None:
    account = Account()
    files = {
        "tg/result.json": json.dumps(CHAT).encode(),
        "tg/photos/p.jpg": b"\xff\xd8",
        "tg/photos/other.jpg": b"\xff\xd8",
        "sky/repo.car": repository(account, {f"{POST}3k": post_record()}),
        "sky/log.json": json.dumps(account.log).encode(),
        "old/tweets.csv": b"tweet_id,text\n57,x\n",
        "old/mapping.toml": MAPPING,
        "ig/your_instagram_activity/media/posts_1.json": json.dumps(INSTAGRAM).encode(),
        f"ig/{PICTURE}": b"\xff\xd8",
        "notes.docx": b"PK",
    }
    found = find_exports(Several(files))
    read: dict[str, list[Found]] = {}
    for part in found.parts:
        report = IngestReport()
        plan = part.format.plan(part.export, report)
        posts = part.format.read(plan, part.export.open, report)
        read[part.format.NAME] = [each for each in posts if isinstance(each, Found)]
        assert not report.damaged
        assert not plan.media, "nothing is kept that no post names"
    assert {name: len(posts) for name, posts in read.items()} == {
        "telegram/v2": 1, "bluesky/v1": 1, "table/v1": 1, "instagram/v1": 1,
    }  # fmt: skip
    assert read["telegram/v2"][0].media == ("tg/photos/p.jpg",)
    assert read["bluesky/v1"][0].post.signature == "proved"
    assert read["instagram/v1"][0].media == (f"ig/{PICTURE}",)
    assert found.unread == ["notes.docx"]
