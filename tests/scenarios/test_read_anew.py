"""What was taken in when a format was read less well: read better now, it is the same words, and nobody edited them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import NOW, Desk, assigned, in_folder, manifest, tweet, x_files
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.released import ReleasedVersions
from tamizdat.posts.export import Export, open_export
from tamizdat.posts.formats import Context, Found, Open, Plan, x_archive
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

LONG = "第二句很长，" * 60


class AsBefore:
    """Archives of X as they were read until November 2026: some notes found no tweet."""

    NAME = "x-archive/v1"

    def recognises(self, export: Export) -> bool:
        return x_archive.recognises(export)

    def plan(self, export: Export, report: IngestReport) -> Plan:
        made = x_archive.plan(export, report)
        made.format = self.NAME
        return made

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
        for found in x_archive.read(plan, open_file, report):
            slices = found.slices if "&amp;lt;" in found.post.text or "&lt;" in found.post.text else found.slices[:1]
            raw = []
            for piece in slices:
                with open_file(piece.source) as file:
                    raw.append(file.read()[piece.offset : piece.offset + piece.length])
            yield Found(slices, self.post(raw, plan.context_of(slices[0].source)), found.media, found.deleted)

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        return x_archive.post_v1(raw, context)


def note(text: str) -> bytes:
    said = {"noteTweetId": "9", "createdAt": "2013-05-12T06:28:00.000Z", "core": {"text": text}}
    return assigned("note_tweet", [{"noteTweet": said}])


@pytest.mark.parametrize(
    ("beginning", "words", "whole"),
    [
        (f"@wang 名单{LONG[:90]}… https://t.co/m", f"名单{LONG}", f"@wang 名单{LONG}"),
        (f"看 https://t.co/A {LONG[:90]}… https://t.co/m", f"看 https://t.co/B {LONG}", f"看 https://t.co/B {LONG}"),
        (f"写 &amp;lt;b&amp;gt; {LONG[:90]}…", f"写 &lt;b&gt; {LONG}", f"写 &lt;b&gt; {LONG}"),
    ],
)
def test_words_that_are_read_better_now_were_not_edited(tmp_path: Path, beginning: str, words: str, whole: str) -> None:
    desk = Desk.make(tmp_path / "archive")
    entities: dict[str, Any] = {"entities": {"urls": [], "hashtags": []}}
    for name, made in (("old", "2024-01-01"), ("new", "2024-06-01")):
        files = x_files([tweet(1, beginning, **entities)], note_tweet=note(words),
                        manifest=manifest(1, f"{made}T00:00:00.000Z"))  # fmt: skip
        in_folder(tmp_path / name, files)
    report = IngestReport()
    ingest(desk.archive, desk.key, open_export(tmp_path / "old", report), AsBefore(), NOW, report)
    assert desk.posts()["1"].text != whole
    desk.archive.index.make_anew()  # as by the program of today
    assert desk.take(tmp_path / "new").edited == 0
    assert desk.posts()["1"].text == whole
    assert desk.said("edited") == []
    versions = desk.archive.index.posts.versions("https://x.com/i/status/1")
    assert len(versions) == 2
    named = {versions[-1].post: [(10**6, versions[-1].number)]}
    shown = ReleasedVersions(desk.archive, {}, named).of(versions[-1].post, versions)
    assert (shown.version.text, shown.earlier) == (whole, ())
    assert desk.archive.check().sound
    assert desk.take(tmp_path / "new").new == 0
    desk.archive.close()


def test_an_edited_post_is_dated_by_its_first_words_and_each_version_by_the_platforms_word(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    info = {"edit_info": {"edit": {"editControlInitial": {"editTweetIds": ["20", "21"]}}}}
    later = tweet(21, "北门", created_at="Sun May 12 06:28:10 +0000 2013", **info)
    desk.take(in_folder(tmp_path / "a", x_files([later, tweet(20, "南门", **info)], manifest=manifest(2))))
    versions = desk.archive.index.posts.versions("https://x.com/i/status/20")
    shown = ReleasedVersions(desk.archive, {}, {versions[0].post: [(10**6, versions[-1].number)]}).of(
        versions[0].post, versions
    )
    assert (shown.version.text, shown.published) == ("北门", "2013-05-12T06:28:00+00:00")
    assert [(each.text, shown.until[each.number].time) for each in shown.earlier] == [("南门", "2013-05-12T06:28:10Z")]
    desk.archive.close()


class OfLastYear(AsBefore):
    """The same until references other than those that X writes today were resolved."""

    NAME = "x-archive/v2"

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
        for found in x_archive.read(plan, open_file, report):
            with open_file(found.slices[0].source) as file:
                whole = file.read()
            raw = [whole[each.offset : each.offset + each.length] for each in found.slices]
            yield replace(found, post=self.post(raw, plan.context_of(found.slices[0].source)))

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        return x_archive.post_v2(raw, context)


def test_a_tweet_of_2009_whose_quotation_marks_are_resolved_now_was_not_edited(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    written = "&quot;5 &lt; 6&quot;, I typed &amp;lt; and &amp;quot;"
    for name, made, liked in (("old", "2024-01-01", "1"), ("new", "2024-06-01", "2")):
        files = x_files([tweet(1, written, favorite_count=liked)], manifest=manifest(1, f"{made}T00:00:00.000Z"))
        in_folder(tmp_path / name, files)
    report = IngestReport()
    ingest(desk.archive, desk.key, open_export(tmp_path / "old", report), OfLastYear(), NOW, report)
    assert desk.posts()["1"].text == "&quot;5 < 6&quot;, I typed &lt; and &quot;"
    desk.archive.index.make_anew()
    assert desk.posts()["1"].text == "&quot;5 < 6&quot;, I typed &lt; and &quot;", "stated as it was read"
    assert desk.take(tmp_path / "new").edited == 0
    assert desk.posts()["1"].text == '"5 < 6", I typed &lt; and &quot;'
    assert desk.said("edited") == []
    assert desk.archive.check().sound
    desk.archive.close()
