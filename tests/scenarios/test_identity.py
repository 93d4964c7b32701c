"""What makes two observations one post, and which version is the newer: the source says so, and not our visits."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, assigned, created, in_folder, manifest, outbox, tweet, x_files
from tamizdat.archive.ingest import ingest as ingest_module
from tamizdat.archive.ingest.dry_run import look_over
from tamizdat.archive.ingest.identity import part
from tamizdat.archive.ingest.ingest import LACKING, ingest
from tamizdat.archive.ingest.kept_files import Origin
from tamizdat.encoding import timestamp
from tamizdat.errors import UsageError
from tamizdat.ledger.statement import peek_envelope
from tamizdat.posts.export import Bytes, Export, open_export
from tamizdat.posts.formats import Context, Found, Open, Plan, Slice, recognise
from tamizdat.posts.formats.feeds import FetchedFeed
from tamizdat.posts.post import PUBLIC, Author, Post
from tamizdat.posts.report import IngestReport

ACTOR = json.dumps({"type": "Person", "id": "https://a.example/users/lin", "preferredUsername": "lin"}).encode()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    report = made.archive.check()
    assert report.sound, report.faults
    before = made.archive.index.digests(made.archive.size)
    assert made.archive.check(rebuild=True).sound
    assert made.archive.index.digests(made.archive.size) == before, "the index is not what the kept bytes say"
    made.archive.close()


def entry(own: str, words: str) -> bytes:
    return (
        '<rss version="2.0"><channel><title>Lin</title><link>https://a.example/</link>'
        f"<item><guid>{own}</guid><link>https://a.example/gate</link><description>{words}</description>"
        "<pubDate>Sun, 12 May 2013 14:28:00 +0800</pubDate></item></channel></rss>"
    ).encode()


def test_what_we_took_for_one_post_says_so_and_can_be_parted(desk: Desk, tmp_path: Path) -> None:
    old, new = "https://a.example/?p=25", "https://a.example/?p=9025"
    desk.take(in_folder(tmp_path / "1", {"feed.xml": entry(old, "the gate is open")}))
    report, export = (
        IngestReport(),
        open_export(in_folder(tmp_path / "2", {"feed.xml": entry(new, "it is shut")}), IngestReport()),
    )
    ingest(
        desk.archive, desk.key, export, recognise(export), NOW, report, join=lambda post: old if post.id == new else ""
    )
    [post] = desk.archive.index.posts.latest()
    first, second = desk.archive.index.posts.versions(post.post)
    assert (post.post, {first.text, second.text}) == (old, {"the gate is open", "it is shut"})
    assert [each.predicate.get("own") for each in desk.said("observed")] == [None, new]
    joined = max(first.number, second.number)
    assert desk.archive.search.find("shut").hits[0].post == old
    part(desk.archive, desk.key, joined, timestamp(NOW))
    assert {each.post: each.text for each in desk.archive.index.posts.latest()} == {
        old: "the gate is open",
        new: "it is shut",
    }
    assert desk.archive.search.find("shut").hits[0].post == new
    with pytest.raises(UsageError, match="stands under its own id"):
        part(desk.archive, desk.key, joined, timestamp(NOW))
    with pytest.raises(UsageError, match="stands under its own id"):
        part(desk.archive, desk.key, first.number, timestamp(NOW))


# ---- the order of versions ---------------------------------------------------------------------------------------


def x_export(folder: Path, made: str, *tweets: dict[str, Any], **files: bytes) -> Path:
    return in_folder(folder, x_files(list(tweets), manifest=manifest(len(tweets), made), **files))


def texts(desk: Desk, post: str) -> list[str]:
    return [each.text for each in desk.archive.index.posts.versions(post)]


FIRST = "https://x.com/i/status/1"


@pytest.mark.parametrize("order", ["123", "321", "213", "132", "1123321"])
def test_three_exports_tell_one_story_in_whatever_order_they_come(desk: Desk, tmp_path: Path, order: str) -> None:
    exports = {
        "1": x_export(tmp_path / "1", "2024-01-01T00:00:00Z", tweet(1, "forty")),
        "2": x_export(tmp_path / "2", "2024-06-01T00:00:00Z", tweet(1, "forty"), tweet(9, "rain")),
        "3": x_export(tmp_path / "3", "2024-07-01T00:00:00Z", tweet(1, "forty-one")),
    }
    for hour, number in enumerate(order):
        desk.take(exports[number], NOW + timedelta(hours=hour))
    assert texts(desk, FIRST) == ["forty", "forty-one"]
    [edited] = desk.said("edited")
    assert edited.predicate["as_of"] == "2024-07-01T00:00:00Z"
    sights, first = desk.archive.index.sights, desk.archive.index.posts.versions(FIRST)[0]
    assert max(first.as_of, sights.last([first.number]).get(first.number, "")) == "2024-06-01T00:00:00Z"
    assert sights.absence("https://x.com/i/status/9", first.source) == ("2024-06-01T00:00:00Z", "2024-07-01T00:00:00Z")
    assert sights.absence(FIRST, first.source) is None


def test_what_was_seen_again_later_stays_later_than_a_change_that_comes_to_light_afterwards(
    desk: Desk, tmp_path: Path
) -> None:
    desk.take(x_export(tmp_path / "1", "2024-01-01T00:00:00Z", tweet(1, "forty")))
    desk.take(x_export(tmp_path / "4", "2024-09-01T00:00:00Z", tweet(1, "forty")))
    report = desk.take(x_export(tmp_path / "2", "2024-06-01T00:00:00Z", tweet(1, "fifty")))
    assert (report.new, report.edited) == (0, 2)
    assert texts(desk, FIRST) == ["forty", "fifty", "forty"], "it was taken back, and that is what it says now"
    size = desk.archive.size
    desk.take(tmp_path / "2", NOW + timedelta(hours=1))
    desk.take(tmp_path / "4", NOW + timedelta(hours=2))
    assert desk.archive.size == size


def test_hundreds_of_known_posts_that_stand_unchanged_cost_two_statements(desk: Desk, tmp_path: Path) -> None:
    many = [tweet(number, f"words {number}") for number in range(1, 201)]
    desk.take(x_export(tmp_path / "1", "2024-01-01T00:00:00Z", *many))
    size = desk.archive.size
    desk.take(x_export(tmp_path / "2", "2024-02-01T00:00:00Z", *many, tweet(5000, "one more")))
    acts = [each.act for each in map(peek_envelope, (envelope for _, envelope in desk.archive.statements(size)))]
    assert sorted(acts) == ["captured", "observed", "sighted", "sighted"]


def test_where_nothing_tells_the_order_no_edit_is_stated(desk: Desk, tmp_path: Path) -> None:
    for hour, words in enumerate(("<p>forty</p>", "<p>forty-one</p>")):
        files = {"outbox.json": outbox(created(1, words, [PUBLIC])), "actor.json": ACTOR}
        desk.take(in_folder(tmp_path / str(hour), files), NOW + timedelta(hours=hour))
    assert sorted(texts(desk, "https://a.example/1")) == ["forty", "forty-one"]
    assert desk.said("edited") == []
    assert desk.posts()["1"].state == "present"


def test_an_export_without_a_date_is_as_old_as_its_newest_post(desk: Desk, tmp_path: Path) -> None:
    def export(name: str, *posts: tuple[int, str, str]) -> Path:
        activities = []
        for number, words, published in posts:
            activity = created(number, words, [PUBLIC])
            activity["object"]["published"] = published
            activities.append(activity)
        return in_folder(tmp_path / name, {"outbox.json": outbox(*activities), "actor.json": ACTOR})

    early, late = "2023-12-01T10:00:00Z", "2024-02-01T10:00:00Z"
    newer = export("newer", (1, "<p>forty-one</p>", early), (2, "<p>rain</p>", late))
    older = export("older", (1, "<p>forty</p>", early), (3, "<p>snow</p>", "2023-12-05T10:00:00Z"))
    desk.take(newer)
    report = desk.take(older, NOW + timedelta(hours=1))
    assert (report.new, report.edited, report.absent) == (1, 1, 0)
    assert texts(desk, "https://a.example/1") == ["forty", "forty-one"]
    source = desk.posts()["3"].source
    assert desk.archive.index.sights.absence("https://a.example/3", source) == ("2023-12-05T10:00:00Z", late)


class Told:
    """A format that tells of each post what a platform may tell of it; its file: one post a line, in JSON."""

    NAME = "mastodon/v2"

    def recognises(self, export: Export) -> bool:
        return True

    def plan(self, export: Export, report: IngestReport) -> Plan:
        return Plan(self.NAME, export.names())

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
        for path in plan.sources:
            offset = 0
            with open_file(path) as file:
                lines = file.read().splitlines()
            for line in lines:
                as_of = json.loads(line).pop("as_of", None)
                yield Found((Slice(path, offset, len(line)),), self.post([line], {}), as_of=as_of)
                offset += len(line) + 1

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        said = {name: value for name, value in json.loads(raw[0]).items() if name != "as_of"}
        return Post("https://a.example/1", Author("https://a.example/users/lin"), **said)


@pytest.fixture
def teller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Teller"]:
    monkeypatch.setattr("tamizdat.posts.formats.by_name", lambda name: Told())
    made = Teller(Desk.make(tmp_path / "told"))
    yield made
    made.desk.archive.close()


@dataclass
class Teller:
    """A desk that takes in files of such posts, each an hour after the one before."""

    desk: Desk
    hours: int = 0

    def take(self, *posts: dict[str, Any]) -> IngestReport:
        data, report = b"\n".join(json.dumps(each).encode() for each in posts), IngestReport()
        self.hours += 1
        now = NOW + timedelta(hours=self.hours)
        return ingest(self.desk.archive, self.desk.key, Bytes("posts.json", data), Told(), now, report)

    def texts(self) -> list[str]:
        return texts(self.desk, "https://a.example/1")


def test_an_older_state_changes_nothing_that_its_platform_says_was_changed_since(teller: Teller) -> None:
    post = {"published": "2023-12-01T10:00:00Z"}
    teller.take({"text": "forty-one", "updated": "2023-12-02T09:00:00Z", **post})
    teller.take({"text": "forty", **post})
    assert teller.texts() == ["forty", "forty-one"]
    [edited] = teller.desk.said("edited")
    assert (edited.predicate["before"]["text"], edited.predicate["as_of"]) == ("forty", "2023-12-02T09:00:00Z")  # type: ignore[index,call-overload]


def test_an_answer_that_is_stale_by_its_own_word_stands_before(teller: Teller) -> None:
    teller.take({"text": "two", "updated": "2024-05-02T00:00:00Z", "as_of": "2024-05-03T00:00:00Z"})
    teller.take({"text": "one", "updated": "2024-05-01T00:00:00Z", "as_of": "2024-05-09T00:00:00Z"})
    assert teller.texts() == ["one", "two"]


def test_a_whole_text_replaces_the_one_that_was_cut_and_nobody_edited_it(teller: Teller) -> None:
    whole = "the gate was shut at five, and nobody came out"
    teller.take({"text": "the gate was shut at five… https://t.co/abc", "cut": True, "as_of": "2024-05-03T00:00:00Z"})
    teller.take({"text": whole, "as_of": "2024-01-03T00:00:00Z"})
    assert teller.desk.posts()["1"].text == whole
    report = teller.take({"text": "the gate was shut…", "cut": True, "as_of": "2024-08-03T00:00:00Z"})
    assert (report.new, report.already, teller.desk.posts()["1"].text) == (0, 1, whole)
    assert (teller.desk.said("edited"), teller.desk.posts()["1"].state) == ([], "present")


def test_a_post_that_is_only_named_is_no_version_of_it(teller: Teller) -> None:
    report = teller.take({"text": ""})
    assert (report.found, report.new, sum(report.left.values())) == (0, 0, 1)
    teller.take({"text": "forty names on the wall", "as_of": "2024-01-01T00:00:00Z"})
    report = teller.take({"text": "", "as_of": "2024-08-01T00:00:00Z"})
    assert (teller.texts(), report.edited) == (["forty names on the wall"], 0)


# ---- pictures ----------------------------------------------------------------------------------------------------


def with_picture(number: int, text: str, key: str, versions: list[str]) -> dict[str, Any]:
    short = f"https://t.co/{key * 10}"
    medium = {"type": "photo", "url": short, "media_url_https": f"https://pbs.example/media/{key}.jpg"}
    info = {"initial": {"editTweetIds": versions}}
    return tweet(number, f"{text} {short}", extended_entities={"media": [medium]}, edit_info=info)


@pytest.mark.parametrize(("second", "stated"), [(b"another", [True]), (b"the same", [])])
def test_a_replaced_picture_is_a_difference_and_a_new_short_link_is_none(
    desk: Desk, tmp_path: Path, second: bytes, stated: list[bool]
) -> None:
    versions = ["30", "31"]
    files = x_files([with_picture(31, "the gate", "B", versions), with_picture(30, "the gate", "A", versions)])
    files |= {"data/tweets_media/30-A.jpg": b"the same", "data/tweets_media/31-B.jpg": second}
    desk.take(in_folder(tmp_path / "x", files))
    assert [each.predicate.get("pictures") for each in desk.said("edited")] == stated
    assert desk.posts()["30"].text.startswith("the gate")
    size = desk.archive.size
    desk.take(tmp_path / "x", NOW + timedelta(hours=1))
    assert desk.archive.size == size
    files["data/manifest.js"] = manifest(2, "2026-02-01T00:00:00Z")
    del files["data/tweets_media/31-B.jpg"], files["data/tweets_media/30-A.jpg"]
    report = desk.take(in_folder(tmp_path / "y", files), NOW + timedelta(hours=2))
    assert (report.new, report.edited, report.left[LACKING]) == (0, 0, 2), "nothing is news where files are lacking"


def test_a_picture_whose_post_is_not_in_the_export_is_kept_and_told(desk: Desk, tmp_path: Path) -> None:
    letters = assigned("direct_messages", [{"dmConversation": {"messages": [{"messageCreate": {"text": "for you"}}]}}])
    files = x_files([tweet(1, "rain")], direct_messages=letters)
    files |= {"data/tweets_media/77-Gate.jpg": b"jpeg", "data/direct_messages_media/5-Face.jpg": b"a face"}
    export = in_folder(tmp_path / "x", files)
    for _ in range(2):
        report = desk.take(export)
        assert report.strays == 1
    [kept] = [each for each in desk.said("captured") if each.predicate["kind"] == "media"]
    assert kept.predicate["path"] == "data/tweets_media/77-Gate.jpg"


def test_pictures_of_letters_that_were_left_out_are_not_kept(desk: Desk, tmp_path: Path) -> None:
    letter = created(2, "<p>for you</p>", ["https://a.example/users/wang"])
    letter["object"]["attachment"] = [{"type": "Document", "url": "/media_attachments/files/1/a.jpg"}]
    files = {"outbox.json": outbox(created(1, "<p>rain</p>", [PUBLIC]), letter), "actor.json": ACTOR}
    files["media_attachments/files/1/a.jpg"] = b"a face"
    report = desk.take(in_folder(tmp_path / "m", files))
    assert (report.strays, report.left["pictures and clips that belong to no post that was read"]) == (0, 1)
    assert [each for each in desk.said("captured") if each.predicate["kind"] == "media"] == []


# ---- attacks -----------------------------------------------------------------------------------------------------


def test_a_run_that_was_killed_among_the_sights_is_finished_by_the_next(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pulled(BaseException):
        pass

    def pull(*_: object) -> None:
        raise Pulled

    desk.take(x_export(tmp_path / "1", "2024-01-01T00:00:00Z", tweet(1, "forty"), tweet(2, "rain")))
    second = x_export(tmp_path / "2", "2024-06-01T00:00:00Z", tweet(1, "forty"))
    for place in ("_state_observed", "_state_differences", "_state_whole"):
        with monkeypatch.context() as patch:
            patch.setattr(ingest_module._IngestRun, place, pull)
            with pytest.raises(Pulled):
                desk.take(second)
        assert desk.archive.index.sights.whole("x-archive 12") == "2024-01-01T00:00:00Z", "nothing is absent half-way"
    report = desk.take(second)
    assert report.absent == 1
    size = desk.archive.size
    assert desk.take(second).absent == 1
    assert desk.archive.size == size


def test_an_export_with_damage_makes_nothing_absent(desk: Desk, tmp_path: Path) -> None:
    desk.take(x_export(tmp_path / "1", "2024-01-01T00:00:00Z", tweet(1, "forty"), tweet(2, "rain")))
    files = x_files([tweet(1, "forty")], manifest=manifest(2, "2024-06-01T00:00:00Z"))
    assert desk.take(in_folder(tmp_path / "2", files)).absent == 0
    assert desk.archive.index.sights.absence("https://x.com/i/status/2", "x-archive 12") is None


def test_a_clock_that_was_set_back_between_visits_turns_no_feed_round(desk: Desk) -> None:
    def visit(words: str, now: datetime) -> None:
        origin = Origin("https://a.example/feed.xml")
        export = Bytes("feed", entry("https://a.example/?p=25", words))
        ingest(desk.archive, desk.key, export, FetchedFeed(origin.url), now, IngestReport(), origin)

    visit("one", NOW)
    visit("two", NOW - timedelta(days=400))
    visit("three", NOW - timedelta(days=399))
    assert texts(desk, "https://a.example/?p=25") == ["one", "two", "three"]
    said = [(each.predicate["before"]["text"], each.predicate["after"]["text"]) for each in desk.said("edited")]  # type: ignore[index,call-overload]
    assert said == [("one", "two"), ("two", "three")]


# ---- a dry run ---------------------------------------------------------------------------------------------------


def test_a_dry_run_finds_what_the_run_finds(desk: Desk, tmp_path: Path) -> None:
    versions = ["30", "31"]
    first = x_files([tweet(1, "one"), tweet(2, "two")], manifest=manifest(2, "2024-01-01T00:00:00Z"))
    second = x_files(
        [tweet(1, "one, changed"), with_picture(31, "a", "B", versions), with_picture(30, "a", "A", versions)],
        manifest=manifest(3, "2024-03-01T00:00:00Z"),
        deleted_tweets=assigned("deleted_tweets", [
            tweet(2, "two", deleted_at="Sun May 12 07:00:00 +0000 2013"),
            tweet(8, "never seen", deleted_at="Sun May 12 07:00:00 +0000 2013"),
        ]),
    )  # fmt: skip
    second |= {f"data/tweets_media/{name}.jpg": name.encode() for name in ("30-A", "31-B", "77-C")}
    for path in (in_folder(tmp_path / "1", first), in_folder(tmp_path / "2", second), tmp_path / "2"):
        looked, export = IngestReport(), open_export(path, IngestReport())
        size = desk.archive.size
        look_over(desk.archive, export, recognise(export), NOW, looked)
        assert desk.archive.size == size
        done = desk.take(path)
        for what in (
            "found",
            "new",
            "already",
            "edited",
            "gone",
            "back",
            "media",
            "private",
            "strays",
            "left",
            "kinds",
        ):
            assert getattr(looked, what) == getattr(done, what), what


def test_each_feed_of_a_folder_is_as_old_as_its_own_newest_entry(desk: Desk, tmp_path: Path) -> None:
    late = entry("https://a.example/2", "late").replace(b"2013", b"2015")
    desk.take(in_folder(tmp_path / "x", {"a.xml": entry("https://a.example/1", "early"), "b.xml": late}))
    told = {each.text: each.as_of[:4] for each in desk.archive.index.posts.latest()}
    assert told == {"early": "2013", "late": "2015"}
