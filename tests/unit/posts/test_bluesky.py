"""Bluesky's repositories: what the signature proves, what it does not, and files made to mislead a reader."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import Desk
from support.high_water import HighWater
from support.repositories import (
    P256,
    POST,
    Account,
    Key,
    car,
    operation,
    post_record,
    put,
    repository,
    tree,
    varint,
)
from support.shared import SAMPLES
from tamizdat.posts.car import Car
from tamizdat.posts.dag_cbor import BadCbor, Cid, decode, encode
from tamizdat.posts.export import BadExport, Bytes, Several
from tamizdat.posts.formats import BadPost, Found, bluesky, recognise
from tamizdat.posts.formats.account_keys import BadHistory, read_history
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.repository import Walk

ME = Account()
ONE = {f"{POST}3ksdtz4cezk2k": post_record()}
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="samples of ../shared are not beside this checkout")


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


def posts(data: bytes, log: Any = None, **more: bytes) -> tuple[list[Post], IngestReport]:
    files = {"repo.car": data, **more} | ({"log.json": json.dumps(log).encode()} if log is not None else {})
    found, report = read(files)
    return [each.post for each in found], report


def notes(report: IngestReport) -> str:
    return "\n".join(report.notes)


# What the signature proves --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [b"\xe7\x01", P256])
def test_a_post_is_proved_by_the_history_of_its_accounts_keys(kind: bytes) -> None:
    account = Account(Key(kind), [Key(kind)])
    [post], report = posts(repository(account, ONE), account.log)
    assert (post.signature, post.audience) == ("proved", "public")
    assert (post.author.id, post.author.handle) == (account.did, "lin.example")
    assert (post.id, post.text) == (f"at://{account.did}/{POST}3ksdtz4cezk2k", "五年了")
    assert "proved" in notes(report)
    assert not report.damaged


def test_without_a_history_nobody_can_tell_whose_key_it_was() -> None:
    [post], report = posts(repository(ME, ONE))
    assert (post.signature, post.audience) == ("unknown", "public")
    assert f"https://plc.directory/{ME.did}/log/audit" in notes(report)
    assert not report.damaged


def test_a_key_that_the_account_had_before_proves_as_well() -> None:
    account = Account(signing=[Key(), Key()])
    [post], report = posts(repository(account, ONE, account.signing[0]), account.log)
    assert post.signature == "proved"
    assert "since 2023-05-12" in notes(report)


def test_the_larger_of_two_signatures_is_an_old_form_and_no_forgery() -> None:
    [post], report = posts(repository(ME, ONE, high=True), ME.log)
    assert post.signature == "proved"
    assert "old form" in notes(report)


def test_a_repository_signed_by_a_strangers_key_is_broken_and_for_nobody_to_release() -> None:
    [post], report = posts(repository(ME, ONE, Key()), ME.log)
    assert (post.signature, post.audience) == ("broken", "unknown")
    assert report.kinds == {"signature": 1}


def test_the_history_of_another_account_proves_nothing() -> None:
    [post], _ = posts(repository(ME, ONE), Account().log)
    assert post.signature == "unknown"


def test_a_changed_word_costs_the_post_and_is_told() -> None:
    data = repository(ME, {**ONE, f"{POST}3ksdtz4cezk2m": post_record("六年了")})
    found, report = posts(data.replace("六年".encode(), "八年".encode()), ME.log)
    assert [post.text for post in found] == ["五年了"]
    assert report.kinds == {"damaged": 1}
    assert report.left == {"posts whose words the file does not hold": 1}


@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_post_whose_kept_bytes_were_changed_is_none(which: int) -> None:
    data = repository(ME, ONE)
    [found], _ = read({"repo.car": data})
    raw = [data[piece.offset : piece.offset + piece.length] for piece in found.slices]
    others = repository(Account(), {f"{POST}3ksdtz4cezk2k": post_record("别的")})
    [other], _ = read({"repo.car": others})
    piece = other.slices[which]
    raw[which] = others[piece.offset : piece.offset + piece.length]
    with pytest.raises(BadPost):
        bluesky.post(raw, {"id": ME.did})


def test_the_desk_reads_a_proved_post_again_from_what_it_kept(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "repo.car").write_bytes(repository(ME, ONE))
    (folder / "log.json").write_text(json.dumps(ME.log))
    report = desk.take(folder)
    assert (report.found, report.new, report.damaged) == (1, 1, False)
    desk.archive.close()


# The history of keys --------------------------------------------------------------------------------------------------


def forged(change: Callable[[list[dict[str, Any]]], object]) -> list[dict[str, Any]]:
    log: list[dict[str, Any]] = json.loads(json.dumps(Account(signing=[Key(), Key()]).log))
    change(log)
    return log


def strangers(log: list[dict[str, Any]]) -> None:
    last = {name: value for name, value in log[1]["operation"].items() if name != "sig"}
    log[1]["operation"] = operation(Key(), **last)


# fmt: off
FORGERIES = {
    "a stranger signed": strangers,
    "another first operation": lambda log: log[0]["operation"].update(alsoKnownAs=["at://other.example"]),
    "the first is missing": lambda log: log.pop(0),
    "another account": lambda log: log[1].update(did="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"),
    "a key put in": lambda log: log[1]["operation"]["verificationMethods"].update(atproto=Key().did),
    "said to be taken back": lambda log: log[1].update(nullified=True),
    "no signature": lambda log: log[1]["operation"].pop("sig"),
    "padding": lambda log: log[1]["operation"].update(sig=log[1]["operation"]["sig"] + "=="),
    "no operation": lambda log: log[1].update(operation=7),
    "a float": lambda log: log[1]["operation"].update(x=1.5),
    "empty": lambda log: log.clear(),
}
# fmt: on


@pytest.mark.parametrize("how", FORGERIES)
def test_a_history_that_does_not_prove_itself_gives_no_key(how: str) -> None:
    with pytest.raises(BadHistory):
        read_history(forged(FORGERIES[how]))


def test_a_forged_history_beside_a_repository_is_told_and_proves_nothing() -> None:
    log = json.loads(json.dumps(ME.log))
    log[0]["operation"]["verificationMethods"]["atproto"] = Key().did
    [post], report = posts(repository(ME, ONE), log)
    assert post.signature == "unknown"
    assert report.kinds == {"signature": 1}


# Files made to mislead ------------------------------------------------------------------------------------------------

NOT_CBOR = {
    "an indefinite list": "9fff",
    "a number longer than it is": "1817",
    "keys not sorted": "a2616200616100",
    "a key twice": "a2616100616101",
    "a key that is a number": "a10000",
    "an unknown tag": "c000",
    "a link of no CID": "d82a4100",
    "half a float": "f93c00",
    "not a number": "fb7ff8000000000000",
    "undefined": "f7",
    "a text that is not UTF-8": "61ff",
    "bytes that end early": "5903e800",
    "a list of 2**63": "9b7fffffffffffffff",
    "a map of 2**63": "bb7fffffffffffffff",
    "a text of 2**63": "7b7fffffffffffffff",
    "too deep": "81" * 100 + "00",
    "something behind": "0000",
    "nothing": "",
}


@pytest.mark.parametrize("what", NOT_CBOR)
def test_only_the_one_encoding_of_a_value_is_read(what: str) -> None:
    with pytest.raises(BadCbor):
        decode(bytes.fromhex(NOT_CBOR[what]))


def test_every_value_comes_back_from_its_encoding() -> None:
    value: Any = {"a": [0, 23, 24, 255, 256, 65536, 2**32, 2**63, -1, -25, True, False, None], "bb": b"\xff", "c": "校",
             "link": Cid.of(b"x")}  # fmt: skip
    assert decode(encode(value)) == value


@pytest.mark.parametrize("data", [b"\xff" * 40, varint(1 << 40) + b"x", b"\x01\xa0", varint(3) + b"\xa1\x61", b""])
def test_what_does_not_begin_as_a_car_is_none(data: bytes) -> None:
    with pytest.raises(BadExport):
        Car(io.BytesIO(data))


@pytest.mark.parametrize(
    "tail", [b"\xff" * 20, varint(1 << 50), varint(100) + b"short", varint(40) + bytes(40), b"\x80"]
)
def test_sections_that_lie_about_their_size_end_the_reading_and_are_told(tail: bytes) -> None:
    [post], report = posts(repository(ME, ONE) + tail)
    assert post.text == "五年了"
    assert report.damaged


def signed(data: Cid, blocks: dict[Cid, bytes]) -> bytes:
    unsigned: Any = {"did": ME.did, "version": 3, "data": data, "rev": "3k", "prev": None}
    return car(put({**unsigned, "sig": ME.signing[0].sign(encode(unsigned))}, blocks), blocks)


def test_a_tree_that_links_to_one_node_many_times_is_not_walked_many_times() -> None:
    blocks: dict[Cid, bytes] = {}
    record = put(post_record(), blocks)
    node = put({"l": None, "e": [{"k": f"{POST}3k".encode(), "p": 0, "t": None, "v": record}]}, blocks)
    for _ in range(40):  # 2**40 ways
        node = put({"l": node, "e": [{"k": f"{POST}3k".encode(), "p": 0, "t": node, "v": record}]}, blocks)
    found, report = posts(signed(node, blocks))
    assert len(found) == 1
    assert report.kinds == {"damaged": 1}


def test_a_tree_deeper_than_any_ends_and_is_told() -> None:
    blocks: dict[Cid, bytes] = {}
    node = tree({f"{POST}3k": put(post_record(), blocks)}, blocks)
    for _ in range(200):
        node = put({"l": node, "e": []}, blocks)
    assert node is not None
    found, report = posts(signed(node, blocks))
    assert (found, dict(report.kinds)) == ([], {"damaged": 1})


def test_a_part_that_is_not_in_the_file_is_told_and_costs_nothing_else() -> None:
    records = {f"{POST}3k{number:03}": post_record(str(number)) for number in range(300)}
    data = repository(ME, records)
    whole, _ = posts(data)
    assert [post.text for post in whole] == [str(number) for number in range(300)]
    opened = Car(Bytes("a", data).open("a"))
    commit = decode(opened.block(opened.root) or b"")
    assert isinstance(commit, dict)
    assert isinstance(commit["data"], Cid)
    node = decode(opened.block(commit["data"]) or b"")
    assert isinstance(node, dict)
    gone = next(each["t"] for each in node["e"] if each["t"])
    blocks = {cid: opened.block(cid) or b"" for cid in _cids(opened) if cid != gone}
    part, report = posts(car(opened.root, blocks))
    assert 0 < len(part) < 300
    assert "parts of the repository that are not in it: 1;" in notes(report)


def _cids(opened: Car) -> list[Cid]:
    return [Cid(b"\x01\x71\x12\x20" + digest) for digest in opened._places]


# What a record says ---------------------------------------------------------------------------------------------------


def one(**more: Any) -> Post:
    [post], _ = posts(repository(ME, {f"{POST}3ksdtz4cezk2k": post_record(**more)}))
    return post


def facet(start: Any, end: Any, **feature: str) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def test_links_and_tags_stand_at_bytes_of_utf8() -> None:
    post = one(text="看名单 #地震", facets=[facet(3, 9, uri="https://a.example/list"), facet(10, 17, tag="地震")])
    assert post.links == (("名单", "https://a.example/list"),)
    assert post.tags == ("地震",)


@pytest.mark.parametrize(
    ("start", "end"),
    [(4, 9), (3, 8), (3, 900), (-3, 9), (9, 3), (0, 0), ("3", 9), (None, 9), (True, 9), (2**63, 2**64 - 1)],
)
def test_a_facet_that_lies_outside_the_text_or_cuts_a_letter_is_passed_over(start: Any, end: Any) -> None:
    assert one(text="看名单", facets=[facet(start, end, uri="https://a.example/")]).links == ()


def test_answers_quotes_pictures_languages_and_warnings_are_kept() -> None:
    other = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3k"
    blob = {"$type": "blob", "ref": Cid(b"\x01\x55\x12\x20" + bytes(32)), "mimeType": "image/png", "size": 5}
    post = one(
        reply={"parent": {"uri": other, "cid": "b"}, "root": {"uri": other[:-1], "cid": "b"}},
        langs=["zh"],
        labels={"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]},
        embed={"$type": "app.bsky.embed.recordWithMedia", "record": {"record": {"uri": other, "cid": "b"}},
               "media": {"$type": "app.bsky.embed.images", "images": [{"alt": "桌", "image": blob}]}},
    )  # fmt: skip
    assert (post.reply_to, post.thread, post.language, post.sensitive) == (other, other[:-1], "zh", True)
    assert post.answered is not None
    assert post.answered.id == "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
    assert [each.id for each in post.quotes] == [other]
    assert (post.attachments[0].alt, post.attachments[0].media_type) == ("桌", "image/png")


def test_a_picture_beside_the_repository_belongs_to_its_post_if_it_is_what_its_name_says() -> None:
    picture = b"\xff\xd8picture"
    cid = Cid(b"\x01\x55\x12\x20" + Cid.of(picture).digest)
    image = {"alt": "", "image": {"$type": "blob", "ref": cid, "mimeType": "image/jpeg", "size": 9}}
    data = repository(ME, {f"{POST}3k": post_record(embed={"images": [image]})})
    [found], report = read({"repo.car": data, f"blobs/{cid}": picture})
    assert found.media == (f"blobs/{cid}",)
    assert not report.damaged
    [found], report = read({"repo.car": data, f"blobs/{cid}": b"another"})
    assert (found.media, dict(report.kinds)) == ((), {"damaged": 1})


def test_a_repost_repeats_and_other_records_are_counted() -> None:
    other = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3k"
    records = {
        "app.bsky.feed.repost/3k": {"subject": {"uri": other, "cid": "b"}, "createdAt": "2024-05-12T06:28:00Z"},
        "app.bsky.feed.like/3k": {"subject": {"uri": other, "cid": "b"}},
        "app.bsky.actor.profile/self": {"displayName": "林"},
    }
    [post], report = posts(repository(ME, records))
    assert post.shared is not None
    assert (post.kind, post.shared.id, post.author.name) == ("Announce", other, "林")
    assert report.left == {"likes": 1, "profile": 1}


def test_a_post_dated_back_is_told() -> None:
    _, report = posts(repository(ME, {f"{POST}3ksdtz4cezk2k": post_record(createdAt="2013-05-12T14:28:00+08:00")}))
    assert "as their keys tell: 1." in notes(report)


# Answers of the interface ---------------------------------------------------------------------------------------------

URI = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3k"


def test_a_page_of_a_feed_has_words_pictures_quotes_and_reposts() -> None:
    author = {"did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "handle": "lin.example", "displayName": "林"}
    image = {"alt": "桌", "image": {"$type": "blob", "ref": {"$link": "bafkreib"}, "mimeType": "image/png"}}
    record = post_record(embed={"$type": "app.bsky.embed.images", "images": [image]})
    shown = {"uri": URI, "cid": "b", "author": author, "record": record,
             "embed": {"images": [{"fullsize": "https://cdn.example/full", "alt": "桌"}]}}  # fmt: skip
    by = {"did": "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb", "handle": "wang.example"}
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by, "indexedAt": "2024-05-13T00:00:00Z"}
    data = json.dumps({"cursor": "x", "feed": [{"post": shown}, {"post": shown, "reason": reason}]}).encode()
    found, report = read({"feed.json": data})
    first, second = (each.post for each in found)
    assert (first.text, first.author.name, first.attachments[0].url) == ("五年了", "林", "https://cdn.example/full")
    assert second.shared == first
    assert (second.author.handle, second.published) == ("wang.example", "2024-05-13T00:00:00+00:00")
    assert not report.damaged


def test_a_page_that_gives_a_post_to_another_account_than_its_address_is_not_believed() -> None:
    other = {"did": "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb", "handle": "wang.example"}
    shown = {"uri": URI, "cid": "b", "author": other, "record": post_record()}
    found, report = read({"feed.json": json.dumps({"cursor": "x", "feed": [{"post": shown}]}).encode()})
    assert found == []
    assert report.damaged


@pytest.mark.parametrize(
    ("labels", "covered"),
    [([{"val": "graphic-media"}], True), ([{"val": "!no-unauthenticated"}], False), ([], False),
     (["porn", 5, None], False), ([{"val": "porn", "neg": True}], False)],
)  # fmt: skip
def test_labels_of_a_labeller_cover_a_post(labels: list[Any], covered: bool) -> None:
    shown = {
        "uri": URI,
        "author": {"did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"},
        "record": post_record(),
        "labels": labels,
    }
    [found], _ = read({"feed.json": json.dumps({"feed": [{"post": shown}]}).encode()})
    assert found.post.sensitive is covered


def test_a_list_of_records_has_the_same_ids() -> None:
    data = json.dumps({"records": [{"uri": URI, "cid": "b", "value": post_record()}, {"uri": 5}]}).encode()
    found, report = read({"records.json": data})
    assert [each.post.id for each in found] == [URI]
    assert report.kinds == {"form": 1}


@needs_samples
@pytest.mark.parametrize(
    ("name", "count"),
    [("fakermaker.repo.car", 41), ("paul_staging.repo.car", 116), ("greenground.repo.car", 0), ("repo_slice.car", 1),
     ("bafyreieovfuizojpw3zresz7sx3nk4trm2by23pt5rxbey3jme4uo5ogiu.car", 5)],
)  # fmt: skip
def test_real_repositories_are_read_whole(name: str, count: int) -> None:
    found, report = read({name: (SAMPLES / "bluesky-car/bluesky-social_indigo/testing/testdata" / name).read_bytes()})
    assert (len(found), report.damaged) == (count, False)


@needs_samples
def test_proofs_of_single_records_by_others_are_walked() -> None:
    path = SAMPLES / "bluesky-car/bluesky-social_indigo/testing/testdata/repo_slice.car"
    with path.open("rb") as file:
        opened = Car(file)
        walk = Walk(opened.block)
        assert len(list(walk.leaves(_root(opened)))) == 5
        assert walk.missing == 1


def _root(opened: Car) -> Cid:
    commit = decode(opened.block(opened.root) or b"")
    assert isinstance(commit, dict)
    data = commit["data"]
    assert isinstance(data, Cid)
    return data


def test_nodes_larger_than_any_are_told_and_take_no_memory() -> None:
    blocks: dict[Cid, bytes] = {}
    record = put(post_record(), blocks)
    entries = [{"k": f"{POST}3k{number:09}".encode(), "p": 0, "t": None, "v": record} for number in range(20_000)]
    memory = HighWater()
    data = signed(put({"l": None, "e": entries}, blocks), blocks)
    memory.set_back()
    found, report = posts(data)
    assert (found, dict(report.kinds)) == ([], {"damaged": 1})
    assert memory.grown() < 4 * len(data)
