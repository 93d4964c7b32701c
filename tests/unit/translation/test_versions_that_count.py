"""A stranger's version of a post, and one that waits for an editor, change nothing for translators."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from support.collecting_desk import NOW, assigned, in_folder, manifest_of, tweet, x_files
from support.translating_desk import DAY, LIN, WEI, Bureau
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import raw_of
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.statements.reviewed import Reviewed
from tamizdat.translation.memory import Memory
from tamizdat.translation.packets import proposals
from tamizdat.translation.proposals import is_stale, propose, tag
from tamizdat.translation.queue import changes, counts, waiting
from tamizdat.translation.xliff import export_xliff, import_xliff

TRUE, FALSE = "名单现在有 512 人。", "我收回一切，没有人死。"


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau.of(tmp_path, TRUE)


def stranger(bureau: Bureau, text: str = FALSE, days: int = 1, number: int = 1) -> None:
    """Somebody else's feed gives out an entry with the post's id."""
    item = {"id": bureau.post(number), "content_text": text, "date_published": "2013-05-12T06:28:00Z", "language": "zh"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "B", "home_page_url": "https://b.example/"}
    name = f"feed-{days}-{len(text)}"
    files = {"feed.json": json.dumps({**feed, "items": [item]}).encode()}
    bureau.take(in_folder(bureau.folder / name, files), NOW + timedelta(days=days))
    assert len(bureau.archive.index.posts.versions(bureau.post(number))) > 1, "the attack needs that it is taken in"


def release(bureau: Bureau) -> None:
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(1), release="public"))


def texts(bureau: Bureau) -> list[tuple[str, str]]:
    return [(each.version.text, each.why) for each in waiting(bureau.archive, "en", "translator")]


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("days", [-9, 1])
def test_a_strangers_version_puts_no_translation_back_into_the_queue(bureau: Bureau, released: bool, days: int) -> None:
    if released:
        release(bureau)
    work = bureau.approved(1, "There are 512 people on the list now.")
    stranger(bureau, days=days)
    assert counts(bureau.archive, ["en"])["en"] == {"translator": 0, "reviewer": 0, "editor": 0}
    found = bureau.archive.index.translations.translation(work)
    assert found
    assert not is_stale(bureau.archive, found)
    assert changes(bureau.archive, found) == []


@pytest.mark.parametrize("released", [False, True])
def test_translators_are_given_the_words_that_count_and_not_a_strangers(bureau: Bureau, released: bool) -> None:
    if released:
        release(bureau)
    stranger(bureau)
    assert texts(bureau) == [(TRUE, "new")]
    packet = export_xliff(bureau.archive, [bureau.post(1)], "en").decode()
    assert TRUE in packet
    assert FALSE not in packet


def test_new_words_of_a_released_post_wait_for_the_editor_before_they_reach_translators(bureau: Bureau) -> None:
    release(bureau)
    work = bureau.approved(1, "There are 512 people on the list now.")
    bureau.edit(1, FALSE)
    assert texts(bureau) == []
    with pytest.raises(UsageError):
        bureau.review(work, "returned", by=LIN)  # nobody reviews their own; and what stands is not stale
    bureau.review(work, "reviewed", by=WEI)
    assert FALSE not in export_xliff(bureau.archive, [bureau.post(1)], "en").decode()
    release(bureau)
    assert texts(bureau) == [(FALSE, "stale")]


def test_a_strangers_version_that_an_editor_released_counts(bureau: Bureau) -> None:
    stranger(bureau)
    version = next(each for each in bureau.archive.index.posts.versions(bureau.post(1)) if each.text == FALSE)
    state_release(
        bureau.archive,
        bureau.key,
        CataloguedPost(bureau.post(1), release="public", raw=raw_of(bureau.archive, version)),
    )
    assert texts(bureau) == [(FALSE, "new")]


def test_a_packet_of_a_strangers_words_proposes_nothing(bureau: Bureau) -> None:
    packet = export_xliff(bureau.archive, [bureau.post(1)], "en")
    stranger(bureau)
    assert [each.version.text for each in proposals(bureau.archive, import_xliff(packet)).proposals] == []
    filled = packet.replace(b"</source>", b"</source><target>There are 512.</target>")
    assert [each.version.text for each in proposals(bureau.archive, import_xliff(filled)).proposals] == [TRUE]


def test_the_memory_recalls_no_sentence_of_a_strangers_version(bureau: Bureau) -> None:
    stranger(bureau)
    false = next(each for each in bureau.archive.index.posts.versions(bureau.post(1)) if each.text == FALSE)
    whose = tag(LIN, bureau.post(1), "en")
    work = propose(bureau.archive, bureau.key, whose, false, "en", ["I take it back, nobody died."], [], DAY)
    judged = Reviewed(
        post=bureau.post(1), language="en", translated=bureau.archive.reference(work), verdict="reviewed",
        by=tag(WEI, bureau.post(1), "en"), day=DAY, words=sha256_hex(b"I take it back, nobody died."),
    )  # fmt: skip
    state(bureau.archive, bureau.key, [judged.to_statement()])  # the code before allowed it
    assert bureau.state(work) == "reviewed"
    assert Memory(bureau.archive).suggest(FALSE, "zh", "en") == []
    raw = raw_of(bureau.archive, false)
    state_release(bureau.archive, bureau.key, CataloguedPost(bureau.post(1), release="public", raw=raw))
    assert Memory(bureau.archive).suggest(FALSE, "zh", "en"), "and when an editor let them count, it does"


def test_a_strangers_version_does_not_hide_a_post_from_translators(bureau: Bureau, tmp_path: Path) -> None:
    closed = tweet(1, "别的话。", user={"id_str": "13", "screen_name": "b", "protected": True})
    whose = {"data/account.js": assigned("account", [{"account": {"accountId": "13", "username": "b"}}])}
    bureau.take(in_folder(tmp_path / "b", x_files([closed], manifest=manifest_of(NOW + timedelta(days=1), 1)) | whose))
    line = {**closed["tweet"], "full_text": "又是别的话。"}
    bureau.take(in_folder(tmp_path / "c", {"a.jsonl": json.dumps(line).encode()}), NOW + timedelta(days=2))
    versions = bureau.archive.index.posts.versions(bureau.post(1))
    assert [each.audience for each in versions] == ["followers", "public", "followers"]
    assert texts(bureau) == [(TRUE, "new")]


def test_a_strangers_version_keeps_no_removal_from_being_known(bureau: Bureau, tmp_path: Path) -> None:
    stranger(bureau, days=5)
    deleted = tweet(1, TRUE, deleted_at="Sun May 12 07:28:00 +0000 2013")
    files = x_files([], manifest=manifest_of(NOW + timedelta(days=2), 0))
    files["data/deleted-tweets.js"] = b"window.YTD.deleted_tweets.part0 = [" + json.dumps(deleted).encode() + b"]"
    bureau.take(in_folder(tmp_path / "gone", files), NOW + timedelta(days=2))
    assert bureau.posts()["1"].state == "gone"
