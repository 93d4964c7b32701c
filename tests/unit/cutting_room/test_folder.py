"""The folder for a cutting room: whole files of published clips alone, never into one that has something in it."""

import io
import json
import shutil
from pathlib import Path

import pytest

from support.collecting_desk import in_folder, tweet, x_files
from support.field_and_desk import WORK
from support.media_samples import needs_ffmpeg, run
from support.published_desk import NOON, status
from support.transcribing_desk import CUES, approve, capture, transcribe
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.redactions import clear, redact
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.cli.main import main
from tamizdat.covering import Cover, Key, Region
from tamizdat.home.home import Home
from tamizdat.home.objects import open_archive
from tamizdat.home.setup import create_desk
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport
from tamizdat.statements.catalogued import NOBODY, CataloguedItem, CataloguedPost, Release

COVERED = (Key(0, 0, 0, 8_000, 6_000),)
pytestmark = [pytest.mark.needs_box, needs_ffmpeg]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, int]:
    """A desk with an edition of one clip, in which somebody speaks, and a second that is not released."""
    folder = tmp_path_factory.mktemp("cut")
    home = create_desk(folder / "desk", "ourdesk", b"", WORK)
    sources = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=50:duration=2", "-f", "lavfi", "-i", "sine=duration=2")
    run("ffmpeg", "-v", "error", *sources, "-pix_fmt", "yuv420p", folder / "a.mp4")
    with open_archive(home) as archive:
        key = home.keyring.signing["desk"]
        clip = capture(archive, key, (folder / "a.mp4").read_bytes())
        capture(archive, key, (folder / "a.mp4").read_bytes() + b"\0" * 9, "DCIM/0043.MP4")
        catalogue(archive, key, CataloguedItem(clip, Release.PUBLIC, "The gate", covering=NOBODY, language="en"))
        approve(archive, key, transcribe(archive, key, clip))
        variant = {"content_type": "video/mp4", "bitrate": 1, "url": "https://video.x/T.mp4"}
        media = [{"type": "video", "media_url_https": "https://pbs.x/T.jpg", "video_info": {"variants": [variant]}}]
        files = x_files([tweet(1, "Look", extended_entities={"media": media})])
        files["data/tweets_media/1-T.mp4"] = (folder / "a.mp4").read_bytes()
        held = open_export(in_folder(folder / "export", files), report := IngestReport())
        ingest(archive, key, held, recognise(held), NOON, report)
        held.close()
        state_release(archive, key, CataloguedPost(status(1), release="public"))
    code, told = export("publish", "--home", str(home.folder))
    assert code == 0, told
    return home, clip


def export(*argv: str) -> tuple[int, str]:
    told, wrong = io.StringIO(), io.StringIO()
    code = main(list(argv), told, wrong)
    return code, " ".join((told.getvalue() + wrong.getvalue()).split())


def cut(home: Home, *argv: str) -> tuple[int, str]:
    return export("export", *argv, "--cut", "--home", str(home.folder))


def cover(home: Home, clip: int) -> None:
    """Somebody in the clip is covered; not a second time if so it is already."""
    key, over = home.keyring.signing["desk"], Cover((Region("solid", "rectangle", 0, 2_000, COVERED),))
    with open_archive(home) as archive:
        if archive.index.redactions.approved(clip):
            return
        index = redact(archive, key, "0a" * 16, clip, over, "2026-11-23")
        assert index is not None
        clear(archive, key, "0b" * 16, index, "approved", "2026-11-23")


def test_a_clip_goes_out_as_a_proxy_with_subtitles_lists_and_a_table(desk: tuple[Home, int], tmp_path: Path) -> None:
    home, clip = desk
    out = tmp_path / "new" / "cut"
    code, told = cut(home, str(clip), str(out))
    assert code == 0, told
    name = f"item-{clip:04}"
    assert sorted(each.name for each in out.iterdir()) == [
        "README.txt", "cues.csv", f"{name}.mov", f"{name}.zh.srt", "marked-25.edl", "marked-25.otio", "marked.fcpxml",
    ]  # fmt: skip
    asked = (
        "-show_entries",
        "stream=codec_type,width,height,avg_frame_rate,nb_frames:stream_tags=timecode,reel_name",
        "-of",
        "json",
    )
    streams = json.loads(run("ffprobe", "-v", "error", *asked, out / f"{name}.mov"))["streams"]
    video, code_track = streams[0], streams[-1]
    assert (video["avg_frame_rate"], video["nb_frames"]) == ("25/1", "50")
    assert code_track["tags"] == {"reel_name": f"I{clip:07}", "timecode": "00:00:00:00"}
    assert f'width="{video["width"]}" height="{video["height"]}"' in (out / "marked.fcpxml").read_text()
    lines = ("-vf", "crop=iw:26:0:ih-34,format=gray", "-f", "rawvideo", "-")
    drawn = run("ffmpeg", "-v", "error", "-i", out / f"{name}.mov", *lines)
    frames = {drawn[at : at + 160 * 26] for at in range(0, len(drawn), 160 * 26)}
    assert len(frames) == 50, "the time code in the picture changes with each frame"
    assert CUES[0].text in (out / f"{name}.zh.srt").read_text()
    assert "SubRip has no speakers" in told
    assert f"* FROM CLIP NAME: {name}.mov" in (out / "marked-25.edl").read_text("ascii")
    again = cut(home, str(clip), str(out))
    assert (again[0], "Expected a new or empty folder, found 'README.txt' in it" in again[1]) == (2, True)


def test_a_clip_of_a_post_goes_out_under_its_place_and_is_found_by_the_posts_number(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, out = desk[0], tmp_path / "cut"
    with open_archive(home) as archive:
        post = archive.index.releases.numbers()[status(1)]
    assert cut(home, str(post), str(out))[0] == 0
    name = f"item-{post:04}-1"
    assert {f"{name}.mov", "marked-25.edl"} <= {each.name for each in out.iterdir()}
    assert f"P{post:07}" in (out / "marked-25.edl").read_text("ascii")
    assert f"* COMMENT: ITEM {post}-1 WHOLE" in (out / "marked-25.edl").read_text("ascii")
    code, told = export("transcript", "show", str(post), "--home", str(home.folder))
    assert (code, "Expected a clip with a transcript" in told, f"item {post}," in told) == (2, True, False)


def test_a_clip_in_which_somebody_was_covered_since_goes_out_only_as_the_next_edition_shows_it(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, clip = desk
    cover(home, clip)
    code, told = cut(home, str(clip), str(tmp_path / "cut"))
    assert (code, f"item {clip}. Somebody in it was covered after this edition" in told) == (2, True)
    assert not (tmp_path / "cut").exists()
    for form, why in (("--epub", f"item {clip}. Somebody in it"), ("--zim", "found 2 items covered since")):
        code, told = export("export", form, str(tmp_path / "copy"), "--home", str(home.folder))
        assert (code, why in told, (tmp_path / "copy").exists()) == (2, True, False), told
    assert export("publish", "--home", str(home.folder))[0] == 0
    code, told = cut(home, str(clip), str(tmp_path / "cut"))
    assert code == 0, told
    proxy, corner = tmp_path / "cut" / f"item-{clip:04}.mov", "crop=60:30:20:20,format=gray"
    shown = run(
        "ffmpeg", "-v", "error", "-ss", "1", "-i", proxy, "-frames:v", "1", "-vf", corner, "-f", "rawvideo", "-"
    )
    assert max(shown) < 40, "the cover is in the proxy"
    assert export("publish", "withdraw", str(clip), "--home", str(home.folder))[0] == 0
    code, told = export("export", "--torrent", str(tmp_path / "copy.torrent"), "--home", str(home.folder))
    assert (code, f"found 1 item not to be shown any more ({clip})" in told) == (2, True), told
    assert export("publish", "release", str(clip), "--home", str(home.folder))[0] == 0


def test_what_is_not_published_is_not_taken_out_and_a_changed_file_is_noticed(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, clip = desk
    out = tmp_path / "cut"
    code, told = cut(home, str(clip + 1), str(out))
    assert (code, "Expected numbers and voices of the published edition" in told) == (2, True)
    assert cut(home, "../x", str(out))[0] == 2
    assert cut(home, str(clip))[0] == 2
    assert export("export", str(clip), str(out), "--cut", "--epub", "x", "--home", str(home.folder))[0] == 2
    published = home.folder / "site" / "items" / str(clip) / "clip.mp4"
    kept = tmp_path / "kept.mp4"
    shutil.copy(published, kept)
    published.chmod(0o644)
    published.unlink()
    published.write_bytes(kept.read_bytes()[:-1] + b"x")
    code, told = cut(home, str(clip), str(out))
    assert (code, "Publish again; that puts the edition back" in told) == (1, True)
    assert not out.exists()
    published.unlink()
    shutil.copy(kept, published)


def test_a_film_is_held_against_what_may_be_shown_now(desk: tuple[Home, int], tmp_path: Path) -> None:
    home, clip = desk

    def held(*names: str) -> tuple[int, str]:
        event = "{:03}  AX V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: {}\n"
        (tmp_path / "film.edl").write_text("".join(event.format(at, name) for at, name in enumerate(names, 1)))
        return export("check", "--film", str(tmp_path / "film.edl"), "--home", str(home.folder))

    cover(home, clip)
    assert export("publish", "--home", str(home.folder))[0] == 0
    ours = f"item-{clip:04}.mov"
    code, told = held(ours, ours, "music.wav")
    assert (code, "Not of this desk: music.wav (1 time)" in told) == (0, True), told
    assert f"Item {clip}: 2 times, 00:00:01:00-00:00:02:00. It may be shown. Covered since 2026-11-23" in told
    code, told = held("0042.mp4", "0043")
    assert (code, "original of item" in told.lower(), "in which everybody is seen" in told) == (1, True, True)
    assert f"Original of item {clip + 1} (DCIM/0043.MP4): 1 time" in told
    assert "It is not to be shown: it was withdrawn, or never released." in told
    assert held(f"I{clip:07}", "item-9999.mov")[0] == 1
    code, told = held(f"{ours} and item-{clip + 1:04}.mov")
    assert (code, "Its names are those of more than one" in told) == (1, True)
    assert export("publish", "withdraw", str(clip), "--home", str(home.folder))[0] == 0
    code, told = held(ours)
    assert (code, "It is not to be shown" in told) == (1, True), "although the edition still shows it"
    assert export("publish", "release", str(clip), "--home", str(home.folder))[0] == 0
    assert export("check", "--film", str(tmp_path / "none"), "--home", str(home.folder))[0] == 2


def test_a_proxy_that_was_joined_with_its_original_is_judged_as_the_original(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, clip = desk

    def held(name: str, file: str) -> tuple[int, str]:
        event = f"001  AX V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: {name}\n"
        (tmp_path / "film.edl").write_text(f"{event}* SOURCE FILE: {file}\n")
        return export("check", "--film", str(tmp_path / "film.edl"), "--home", str(home.folder))

    cover(home, clip)
    assert export("publish", "--home", str(home.folder))[0] == 0
    ours = f"item-{clip:04}.mov"
    assert held(ours, f"/cut/{ours}")[0] == 0
    for original in ("/Volumes/CARD/DCIM/0042.MP4", "0042.MP4.mov", "0042_Proxy.mov"):
        code, told = held(ours, original)
        assert (code, "in which everybody is seen" in told) == (1, True), told
    code, told = held(f"item-{clip + 1:04}.mov", "0042.MP4")
    assert (code, "more than one" in told, "everybody is seen" in told) == (1, True, True)


def test_a_camera_that_names_files_as_reels_are_named_and_letters_that_a_mac_takes_apart_are_known(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, _ = desk
    with open_archive(home) as archive:
        for name in ("P1000057.MOV", "Интервью\u0439  2.MOV"):
            capture(archive, home.keyring.signing["desk"], name.encode(), f"DCIM/{name}")
    event = "{}  {} V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n"
    list_of = event.format("001", "P1000057") + event.format("002", "AX")
    (tmp_path / "film.edl").write_text(f"{list_of}* FROM CLIP NAME: Интервью\u0438\u0306 2.mov\n")
    code, told = export("check", "--film", str(tmp_path / "film.edl"), "--home", str(home.folder))
    assert (code, told.count("was withdrawn, or never released"), "more than one" in told) == (1, 2, False), told
    assert ("DCIM/P1000057.MOV" in told, "Not of this desk" in told) == (True, False)
