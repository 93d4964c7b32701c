"""What makes taking in fast changes nothing: batches, posts that are not read twice, open files, many signatures."""

import gc
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk, assigned, in_folder, tweet, x_files
from tamizdat.archive import Archive
from tamizdat.archive.acts.state import sign_all
from tamizdat.archive.ingest import ingest
from tamizdat.archive.store.slices import OPEN, Slices
from tamizdat.demo import sample_feed
from tamizdat.errors import BadArchive, BadStatement
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement, Subject, open_envelope
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport

DIGEST = "ab" * 32


def about(number: float) -> Statement:
    return Statement("noted", (Subject("post", DIGEST),), {"number": number})  # type: ignore[dict-item] # a fraction, too


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "archive", "example.org/ledger")


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
def test_many_statements_are_signed_in_their_order(count: int) -> None:
    key = SigningKey.generate()
    envelopes = sign_all([about(number) for number in range(count)], key)
    opened = [open_envelope(envelope, [key.public]).statement for envelope in envelopes]
    assert [each.predicate["number"] for each in opened] == list(range(count))


def test_one_bad_statement_among_many_is_noticed_and_nothing_is_signed_for_it() -> None:
    with pytest.raises(BadStatement):
        sign_all([about(number if number != 150 else 0.5) for number in range(200)], SigningKey.generate())


@pytest.mark.parametrize("count", [1, 64, 200])
def test_a_key_that_signs_for_another_is_noticed(count: int) -> None:
    class Mistaken(SigningKey):
        def sign(self, message: bytes) -> bytes:
            return SigningKey.from_seed(bytes(32)).sign(message)

    key = Mistaken(bytes([1]) * 32)
    with pytest.raises(BadStatement, match="its public key does not confirm"):
        sign_all([about(number) for number in range(count)], key)


def test_slices_are_what_stands_in_the_object(archive: Archive) -> None:
    objects = {archive.objects.add([bytes([number]) * 10 + b"end"]): number for number in range(3 * OPEN)}
    slices = Slices(archive.objects)
    for _ in range(2):
        for digest, number in objects.items():
            assert slices.read(digest, 8, 4) == bytes([number]) * 2 + b"en"
            assert slices.read(digest, 10, 1000) == b"end"
            assert slices.read(digest, 1000, 1) == b""


def test_few_files_are_open_at_a_time_and_none_afterwards(archive: Archive) -> None:
    digests = [archive.objects.add([bytes([number])]) for number in range(3 * OPEN)]
    before = open_files()
    slices = Slices(archive.objects)
    for digest in digests:
        slices.read(digest, 0, 1)
    assert open_files() <= before + OPEN
    del slices
    assert open_files() == before


def test_a_slice_of_no_object_is_refused(archive: Archive) -> None:
    with pytest.raises(BadArchive):
        Slices(archive.objects).read(DIGEST, 0, 1)


def test_posts_as_they_were_just_read_are_those_of_an_index_made_anew(tmp_path: Path) -> None:
    """Two exports with a long post in two slices, an edit, removals; and a post with commas too many."""
    desk = Desk.make(tmp_path / "archive")
    sample_feed.write_first(tmp_path / "first")
    sample_feed.write_second(tmp_path / "second")
    odd = assigned("tweets", [tweet(5, "逗号")]).replace(b'"zh"', b'"zh",')
    desk.take(tmp_path / "first")
    desk.take(tmp_path / "second")
    desk.take(in_folder(tmp_path / "odd", x_files([]) | {"data/tweets.js": odd}))
    index, size = desk.archive.index, desk.archive.size
    taken = index.digests(size)
    index.make_anew()
    assert index.digests(size) == taken
    assert len(desk.posts()) == 13


def test_a_question_does_not_wait_for_whoever_writes_when_nothing_is_new(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "export", x_files([tweet(1, "一")])))
    assert len(desk.posts()) == 1
    with closing(sqlite3.connect(tmp_path / "archive/index.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [each.text for each in desk.posts().values()] == ["一"]


@pytest.mark.parametrize("batch", [1, 2, 3, 5])
def test_where_a_batch_ends_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    """A post twice, three versions that X numbers, one deleted: within a batch and across batches."""
    versions = {"edit_info": {"initial": {"editTweetIds": ["2", "3", "4"]}}}
    tweets = [
        tweet(1, "一"), tweet(2, "二", **versions), tweet(3, "二。", **versions), tweet(1, "一"),
        tweet(4, "二！", **versions), tweet(1, "一一"), tweet(6, "六"),
    ]  # fmt: skip
    gone = assigned("deleted_tweets", [tweet(6, "六", deleted_at="Sun May 12 07:00:00 +0000 2013")])
    export = in_folder(tmp_path / "export", x_files(tweets, deleted_tweets=gone))
    stories = []
    for size in (2_000, batch):
        monkeypatch.setattr(ingest, "BATCH", size)
        desk = Desk.make(tmp_path / f"archive-{size}")
        first, again = desk.take(export), desk.take(export, NOW + timedelta(days=1))
        edits = [(each.predicate["before"], each.predicate["after"]) for each in desk.said("edited")]
        texts = [(before["text"], after["text"]) for before, after in edits]  # type: ignore[index,call-overload]
        posts = sorted((each.post, each.text, each.state) for each in desk.posts().values())
        counts = [(each.found, each.new, each.already, each.edited, each.gone) for each in (first, again)]
        stories.append((posts, texts, counts, first.kinds, len(desk.said("gone"))))
        desk.archive.close()
    assert stories[0] == stories[1]
    assert stories[0][2][0] == (8, 3, 2, 2, 1)


def test_rubbish_is_looked_for_again_when_taking_in_has_ended_or_was_broken_off(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    during: list[bool] = []

    def stop(size: int) -> None:
        during.append(gc.isenabled())
        if not size:
            raise Stopped

    report = IngestReport()
    export = open_export(in_folder(tmp_path / "export", x_files([tweet(1, "一")])), report)
    desk = Desk.make(tmp_path / "archive")
    assert gc.isenabled()
    with pytest.raises(Stopped):
        ingest.ingest(desk.archive, desk.key, export, recognise(export), NOW, report, progress=stop)
    assert not during[-1], "the batch was taken in without looking for it"
    assert gc.isenabled()
    desk.take(tmp_path / "export")
    assert gc.isenabled()
