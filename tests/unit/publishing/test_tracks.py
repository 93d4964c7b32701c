"""The page of a clip tells what is said in it: subtitles that are the statement's words, in every language."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from support.media_samples import loaded_clip, needs_exiftool, needs_ffmpeg
from support.transcribing_desk import CUES, DAY, approve, capture, transcribe
from support.visitor import Room
from tamizdat.archive.acts.items import catalogue
from tamizdat.backup.handover import hand_over
from tamizdat.cli.main import main
from tamizdat.publishing.derived.tracks import Tracks
from tamizdat.statements.catalogued import NOBODY, CataloguedItem, Release
from tamizdat.statements.derived import Footage
from tamizdat.statements.derived import read as read_item
from tamizdat.statements.reference import Reference
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import webvtt
from tamizdat.translation.proposals import propose, tag
from tamizdat.translation.queue import going_out
from tamizdat.translation.transcripts import name_of
from tamizdat.verifying import Verdict, item_links, site_links, track_links, verify
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.untrusted_folder import Folder

pytestmark = [pytest.mark.needs_box, needs_ffmpeg, needs_exiftool]
TARGETS = ("the teacher", "They are all gone.", "Who knows the list of Chengdu?", "Five years,\nand <no> answer.")


@dataclass
class Published:
    """An edition with a clip in which somebody speaks."""

    room: Room
    clip: int

    @property
    def folder(self) -> Path:
        return self.room.bench.site / f"items/{self.clip}"

    def item(self) -> Footage:
        tracks = Tracks(self.room.archive, lambda text, language, by: "Linden")
        return tracks.on(
            Footage(self.clip, self.room.archive.reference(self.clip), "clip", "", "", "", "", "", (), DAY)
        )


def translate(room: Room, clip: int, *targets: str) -> int:
    version = going_out(room.archive, name_of(clip))
    assert version
    whose = tag(room.accounts["translator"].secret, version.post, "en")
    return propose(room.archive, room.bench.key, whose, version, "en", targets, (), DAY)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("tracks")
    room = Room(folder)
    try:
        archive, key = room.archive, room.bench.key
        clip = capture(archive, key, loaded_clip(folder / "clip.mp4").read_bytes())
        said = CataloguedItem(clip, release=Release.PUBLIC, title="The gate", language="en", covering=NOBODY)
        catalogue(archive, key, said)
        translator = room.accounts["translator"]
        room.bench.accounts.set_credit(translator.id, "M. Elster")
        approve(archive, key, transcribe(archive, key, clip, by=translator.secret))
        approve(archive, key, translate(room, clip, *TARGETS))
        editor = room.visitor("editor")
        editor.post("/publish", do="publish")
        room.bench.jobs.wait()
        job = room.bench.jobs.of("publish")
        assert job
        assert not job.problem, job.problem
        yield Published(room, clip)
    finally:
        room.close()


def test_the_files_of_subtitles_are_what_the_statement_says_in_every_language(site: Published) -> None:
    [zh, en] = site.item().tracks or ()
    assert (zh.language, zh.cues) == ("zh", CUES)
    assert [each.text for each in en.cues] == ["They are all gone.", "Who knows the list of Chengdu?", "…", TARGETS[3]]
    assert [(each.start, each.speaker) for each in en.cues] == [
        (1000, "the teacher"), (3200, ""), (5100, ""), (6000, "the teacher"),
    ]  # fmt: skip
    for track in (zh, en):
        data = (site.folder / track.name).read_bytes()
        assert data == webvtt.write(track.cues).data == track_links.webvtt(track.cues)
        assert webvtt.read(data.decode()).cues == track.cues


def test_page_and_search_tell_the_words_without_scripts(site: Published) -> None:
    page = (site.folder / "index.html").read_text("utf-8")
    for words in ("他们都不在了。", "Who knows the list of Chengdu?", "and &lt;no&gt; answer."):
        assert words in page, words
    assert 'href="#t=3.2"' in page
    assert 'href="track.en.vtt" download' in page
    found = "".join(each.read_text("utf-8") for each in (site.room.bench.site / "search").rglob("*.js"))
    assert '"chengdu"' in found
    assert '"谁知"' in found
    assert "Chengdu" in (site.room.bench.site / "zh" / f"items/{site.clip}/index.html").read_text("utf-8")


def test_our_own_verifier_makes_the_subtitles_again_and_says_what_is_the_desks_word(site: Published) -> None:
    report = verify(site.room.bench.site)
    assert report.holds, report.broken
    [link] = [each for each in report.links if each.name == f"item {site.clip} tracks"]
    assert (link.verdict, "zh, en" in link.detail) == (Verdict.VOUCHED, True)


def test_altered_subtitles_are_broken(site: Published, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site.room.bench.site, copy)
    track = copy / f"items/{site.clip}/track.en.vtt"
    track.write_bytes(track.read_bytes().replace(b"gone", b"here"))
    assert f"item {site.clip} media" in {each.name for each in verify(copy).broken}


def test_a_statement_whose_subtitles_say_something_else_is_broken(site: Published) -> None:
    item = site.item()
    [zh, en] = item.tracks or ()
    lying = replace(item, tracks=(zh, replace(en, cues=(Cue(0, 1, "", "All is well."),))))
    evidence = Evidence(Folder(site.room.bench.site), None, {}, whole=True)
    for name, said in (("item 1", item), ("item 2", lying)):
        with evidence.report.link(name) as claim:
            claim.say("it is signed")
        track_links.judge_tracks(evidence, name, said)
    assert [each.name for each in evidence.report.broken] == ["item 2 tracks"]
    assert "Expected the words in en" in evidence.report.broken[0].detail


@pytest.mark.parametrize("named", ["stated", "reviewed"])
def test_subtitles_whose_statement_names_another_entry_than_the_ledger_has_are_broken(
    site: Published, named: str
) -> None:
    """Who wrote them and who reviewed them stays private: the commitment is all that there is."""
    folder = site.room.bench.site
    evidence = Evidence(Folder(folder), None, {}, whole=True)
    site_links.trust(evidence, ())
    site_links.head(evidence)
    site_links.published(evidence)
    site_links.whole_ledger(evidence, sum(each.is_file() for each in folder.rglob("*")))
    item = read_item(evidence.item_file(f"items/{site.clip}/").envelope.statement())
    assert isinstance(item, Footage)
    [zh, en] = item.tracks or ()
    other = Reference(0, bytes(32))
    lying = replace(zh, stated=other) if named == "stated" else replace(zh, reviewed=(*zh.reviewed, other))
    for name, said in (("item 1", item), ("item 2", replace(item, tracks=(lying, en)))):
        with evidence.report.link(name) as claim:
            claim.say("it is signed")
        item_links._footage(evidence, name, said)  # whose source is what it was made from, and no more
        track_links.judge_tracks(evidence, name, said)
    assert [each.name for each in evidence.report.broken] == ["item 2 tracks"]


def test_what_would_be_marks_in_a_file_of_subtitles_is_written_as_words_by_both() -> None:
    cues = (Cue(0, 61_005, "A & B", "<i>no</i> & 1 > 0"), Cue(3_599_999, 3_600_000, "", "an hour"))
    made = (
        "WEBVTT\n\n00:00:00.000 --> 00:01:01.005\n<v A &amp; B>&lt;i&gt;no&lt;/i&gt; &amp; 1 &gt; 0\n\n"
        "00:59:59.999 --> 01:00:00.000\nan hour\n"
    )
    assert webvtt.write(cues).data.decode() == track_links.webvtt(cues).decode() == made


def test_whoever_has_the_archive_without_keys_makes_the_same_edition_with_its_credits(
    site: Published, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    hand_over(site.room.home, site.room.archive, site.room.bench.site, there, DAY)
    shutil.rmtree(there / "site")
    assert main(["publish", "--home", str(there)]) == 0
    for path in site.room.bench.site.rglob("*.html"):
        assert (there / "site" / path.relative_to(site.room.bench.site)).read_bytes() == path.read_bytes()
    assert "M. Elster" in (site.folder / "index.html").read_text("utf-8")


def test_a_transcript_that_changed_leaves_old_translations_out_and_tells_it(site: Published) -> None:
    archive, key = site.room.archive, site.room.bench.key
    approve(archive, key, transcribe(archive, key, site.clip, (replace(CUES[0], text="他们走了。"), *CUES[1:])))
    assert [each.language for each in site.item().tracks or ()] == ["zh"]
    tracks = Tracks(archive, lambda text, language, by: "")
    assert list(tracks.left_out(site.clip)) == ["The subtitles in en are of another transcript; they are left out."]
