"""Published clips: renditions are made of what is published; a clip that fell silent is not published unasked."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from support.collecting_desk import tweet
from support.media_samples import needs_ffmpeg, run
from support.published_desk import NOON, House, status
from support.shared import SHARED
from support.transcribing_desk import DAY, LIN, approve, transcribe
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.releases import state_release
from tamizdat.encoding import sha256_hex
from tamizdat.errors import Leak, StorageFull
from tamizdat.footage.probe import CLIP
from tamizdat.footage.renditions import AND_RENDITIONS, RENDITIONS
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.signing import sign_statement
from tamizdat.publishing.build import cache
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.publishing.derived.media import MediaStatements
from tamizdat.publishing.derived.public_key import PublicKeyAlone
from tamizdat.publishing.derived.statements import Statements
from tamizdat.publishing.derived.tracks import Tracks
from tamizdat.statements import derived
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost
from tamizdat.statements.derived import Footage
from tamizdat.statements.transcribed import Cue
from tamizdat.translation.proposals import propose, tag
from tamizdat.translation.queue import going_out
from tamizdat.translation.transcripts import audible, name_of
from tamizdat.verifying import verify

pytestmark = [pytest.mark.needs_box, needs_ffmpeg]
LATER = date(2026, 11, 30)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def clip_of(folder: Path, *sounds: str) -> bytes:
    """A second of moving picture with these sounds, a stream each."""
    path = folder / f"{len(sounds)}-{abs(hash(sounds))}.mov"
    inputs = [word for each in sounds for word in ("-f", "lavfi", "-i", each)]
    maps = [word for at in range(len(sounds)) for word in ("-map", f"{at + 1}:a")]
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=1", *inputs, "-map",
        "0:v", *maps, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", "-t", "1", path)  # fmt: skip
    return path.read_bytes()


CLIP_OF_TWEET: Final[dict[str, Any]] = {"extended_entities": {"media": [
    {"type": "video", "media_url_https": "https://pbs.x/T.jpg",
     "video_info": {"variants": [{"content_type": "video/mp4", "bitrate": 1, "url": "https://video.x/T.mp4"}]}},
]}}  # fmt: skip
#: two microphones wired the wrong way round: each is loud, and both together are silence
AGAINST_EACH_OTHER = tuple(f"aevalsrc={sign}0.5*sin(2*PI*300*t):duration=1" for sign in ("", "-"))


def names(house: House, number: int) -> list[str]:
    """What the statement of an item names."""
    return [each.name for each in said(house, number).media]


def said(house: House, number: int) -> Footage:
    found = [derived.read(house.archive.statement(each)) for each in house.archive.index.by_act(derived.ACT)]
    return [each for each in found if isinstance(each, Footage) and each.number == number][-1]


def sounds(path: Path) -> int:
    """Streams of sound in a published file."""
    told = json.loads(run("ffprobe", "-v", "error", "-show_streams", "-of", "json", path))
    return sum(each["codec_type"] == "audio" for each in told["streams"])


def test_a_clip_that_is_silent_while_its_original_is_not_is_refused_until_somebody_says_so(house: House) -> None:
    number = house.capture("A.MOV", clip_of(house.folder, *AGAINST_EACH_OTHER), title="The gate")
    heard = house.capture("B.MOV", clip_of(house.folder, AGAINST_EACH_OTHER[0]), title="The yard")
    silent = house.capture("C.MOV", clip_of(house.folder, "anullsrc=duration=1"), title="The road")
    garbled = clip_of(house.folder, AGAINST_EACH_OTHER[1]).replace(b"sowt", b"zzzz")  # a form that nobody decodes
    strange = house.capture("D.MOV", garbled, title="The bridge")
    done = house.publish()
    assert "if only its sound is damaged" in dict(done.skipped)[strange]
    assert "--sound none" in dict(done.skipped)[number]
    assert "found silence" in dict(done.skipped)[number]
    assert done.added == (heard, silent)
    assert "wave.svg" in names(house, heard)
    assert "wave.svg" not in names(house, silent)
    for each in (number, strange):
        catalogue(house.archive, house.desk, CataloguedItem(each, sound="none"))
    assert house.publish(LATER).added == (number, strange)
    assert sounds(house.site / f"items/{strange}/clip.mp4") == 0
    assert len(BareCopies(house.archive).find_seen(sha256_hex(garbled), CLIP)) == 3, "who covers it sees it"
    folder = house.site / f"items/{number}"
    assert [sounds(folder / name) for name in ("clip.mp4", "small.mp4")] == [0, 0]
    assert "its sound left out (recipe mute/1)" in said(house, number).how
    assert verify(house.site).holds
    lost = house.archive.index.item(heard)
    assert lost
    house.archive.objects.path(lost.original).unlink()
    assert house.publish(LATER, dry_run=True).removed == (), "it was published, so it stays"
    catalogue(house.archive, house.desk, CataloguedItem(heard, sound="none"))
    assert house.publish(LATER, dry_run=True).removed == (heard,), "but not with a voice that is not to be heard"


def test_sound_that_is_left_out_is_left_out_of_clips_of_posts_too_and_comes_back(house: House) -> None:
    house.take(
        tweet(1, "Look", **CLIP_OF_TWEET), files={"tweets_media/1-T.mp4": clip_of(house.folder, *AGAINST_EACH_OTHER)}
    )
    house.release(1)
    number = house.number(status(1))
    [(about, why)] = house.publish().partial
    assert about == number
    assert f"'tamizdat publish release {number} --sound none'" in why
    for sound, count in (("none", 0), ("kept", None)):
        state_release(house.archive, house.desk, CataloguedPost(status(1), sound=sound))
        done = house.publish(LATER)
        clip = house.site / f"items/{number}/clip-1.mp4"
        assert (sounds(clip) if clip.exists() else None, bool(done.partial)) == (count, count is None)


def test_a_clip_of_an_older_recipe_keeps_its_bytes_and_stands_as_it_is_where_nobody_can_sign(house: House) -> None:
    number = house.capture("A.MOV", clip_of(house.folder, AGAINST_EACH_OTHER[0]), title="The gate")
    house.publish()
    new = said(house, number)
    old = replace(
        new, how=new.how.removesuffix(AND_RENDITIONS),
        media=tuple(each for each in new.media if each.name not in RENDITIONS),
        files=tuple(each for each in new.files if each.name not in RENDITIONS),
    )  # fmt: skip
    house.archive.append([sign_statement(old.to_statement(), [(house.desk.public, house.desk.sign)])])
    nobody = PublicKeyAlone(house.desk.public, "the key is away")
    statements = Statements(house.archive, nobody, Roster.open(house.roster), LATER.isoformat(), None)
    item = house.archive.index.item(number)
    assert item
    found = MediaStatements(house.archive, statements, Tracks(house.archive, lambda *_: "")).current(item, "en")
    assert found
    assert found.item == old
    (house.archive.folder / cache.NAME).unlink()  # it remembers an edition of this program, not of an older one
    house.publish(LATER)
    assert said(house, number) == new


def test_the_first_sound_may_be_silence_as_long_as_another_is_heard(house: House) -> None:
    case = SHARED / "cases" / "31" / "two_sounds.mov"
    data = case.read_bytes() if case.exists() else clip_of(house.folder, "anullsrc=duration=1", AGAINST_EACH_OTHER[0])
    number = house.capture("A.MOV", data, title="The gate")
    assert house.publish().skipped == ()
    assert "wave.svg" in names(house, number)


def test_a_clip_without_a_frame_is_left_out_with_a_sentence_and_the_others_go_on(house: House) -> None:
    whole = clip_of(house.folder, AGAINST_EACH_OTHER[0])
    empty = whole[: whole.index(b"mdat") + 4] + bytes(len(whole) - whole.index(b"mdat") - 4)
    cut, sound = house.capture("A.MOV", empty, title="The gate"), house.capture("B.MOV", whole, title="The yard")
    done = house.publish()
    assert done.added == (sound,)
    assert "Expected" in dict(done.skipped)[cut]


def test_what_is_said_in_a_clip_of_a_post_is_told_translated_found_and_verified(house: House) -> None:
    others = [tweet(each, f"Post {each}") for each in range(2, 8)]
    house.take(
        tweet(1, "Look", **CLIP_OF_TWEET), *others,
        files={"tweets_media/1-T.mp4": clip_of(house.folder, "sine=d=1")},
    )  # fmt: skip
    house.release(*range(1, 8))
    number, transcripts = house.number(status(1)), house.archive.index.transcripts
    [held] = transcripts.in_posts()
    assert (held.page, audible(house.archive, held.number)) == (number, held.object)
    house.publish()
    transcribed = transcribe(house.archive, house.desk, held.number, [Cue(200, 900, "老师", "他们都不在了。")])
    assert "track" not in "".join(house.files())
    approve(house.archive, house.desk, transcribed)
    version = going_out(house.archive, name_of(held.number))
    assert version
    words = ("The teacher", "They are all gone.")
    proposed = propose(house.archive, house.desk, tag(LIN, version.post, "en"), version, "en", words, (), DAY)
    approve(house.archive, house.desk, proposed)
    assert house.publish(LATER).changed == (number,)
    files = {each.rpartition("/")[2] for each in house.files() if each.startswith(f"items/{number}/")}
    assert {"clip-1.mp4", "track-1.zh.vtt", "track-1.en.vtt", "sheet-1.jpg"} <= files
    page = (house.site / f"items/{number}/index.html").read_text("utf-8")
    assert 'href="#t=0.2"' in page
    assert "They are all gone." in page
    assert "他们都不在了。" in page
    found = '["en","The teacher: They are all gone.",[0.2]]'
    assert found in "".join(each.read_text("utf-8") for each in (house.site / "search").rglob("t*.js"))
    house.translate(2, "Of another post", "en")
    assert house.publish(LATER).changed == (house.number(status(2)),)
    texts = "".join(each.read_text("utf-8") for each in (house.site / "search").rglob("t*.js"))
    assert found in texts, "it is found as before, though nobody asked about it"
    assert "Of another post" in texts
    report = verify(house.site)
    assert report.holds, report.broken
    assert {f"item {number} tracks"} < {each.name for each in report.links}
    house.take(tweet(1, "Look again", **CLIP_OF_TWEET), now=NOON + timedelta(days=2),
               files={"tweets_media/1-T.mp4": clip_of(house.folder, "sine=d=1")})  # fmt: skip
    house.release(1)
    house.publish(LATER)
    assert f"items/{number}/track-1.en.vtt" in house.files()
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="restricted"))
    house.publish(LATER)
    assert "track-1" not in "".join(house.files())


def test_the_words_of_a_clip_of_a_post_that_is_not_shown_are_a_leak_elsewhere(house: House) -> None:
    house.take(tweet(1, "Look", **CLIP_OF_TWEET), files={"tweets_media/1-T.mp4": clip_of(house.folder, "sine=d=1")})
    house.release(1)
    [held] = house.archive.index.transcripts.in_posts()
    transcribe(house.archive, house.desk, held.number, [Cue(200, 900, "", "They are all gone, said the teacher.")])
    house.picture(caption="They are all gone, said the teacher.")
    with pytest.raises(Leak, match=f"what is said in item {held.number}"):
        house.publish()


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="only root can mount a tiny disk")
def test_a_disk_that_is_full_is_not_taken_for_a_clip_of_which_nothing_can_be_made(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("a tiny disk cannot be mounted here")
    try:
        house = House(disk)
        clip = house.archive.objects.add([clip_of(tmp_path, AGAINST_EACH_OTHER[0])])
        (disk / "full").write_bytes(bytes(shutil.disk_usage(disk).free - 8_192))
        with pytest.raises(StorageFull, match="No room is left"):
            BareCopies(house.archive).publish_renditions(clip)
        house.archive.close()
    finally:
        run("umount", "-l", disk)  # the archive may be open
