"""What makes two observations one post, and which version is the newer: the source says so, and not our visits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk, in_folder
from tamizdat.archive.ingest.identity import part
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.encoding import timestamp
from tamizdat.errors import UsageError
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport


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
