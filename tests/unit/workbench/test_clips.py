"""Clips at the workbench: who may play what, and that nothing but picture and sound is given out."""

from pathlib import Path

import pytest

from support.collecting_desk import NOW, manifest_of, tweet, x_files
from support.media_samples import SECRETS, loaded_clip, needs_exiftool, needs_ffmpeg
from support.visitor import Room
from tamizdat.encoding import Json
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.publishing.derived.bare_copies import FOLDER
from tamizdat.workbench.jobs import speech
from tamizdat.workbench.jobs.jobs import Job

MEDIA = {"extended_entities": {"media": [
    {"type": "video", "media_url_https": "https://pbs.x/T.jpg",
     "video_info": {"variants": [{"content_type": "video/mp4", "bitrate": 1, "url": "https://video.x/T.mp4"}]}},
]}}  # fmt: skip


def take_clip(room: Room, data: bytes) -> int:
    """A post with a clip; its number."""
    files = x_files([tweet(9, "听", **MEDIA)], manifest=manifest_of(NOW, 1)) | {"data/tweets_media/9-T.mp4": data}
    room.take_files(files, "clip", NOW)
    return room.number(9)


def capture(room: Room, path: str, data: bytes) -> int:
    """A file of a card that came in, released."""
    said: dict[str, Json] = {"consignment": "0" * 64, "path": path, "size": len(data), "modified": None}
    said |= {"state": "whole", "kind": "original"}
    digest, key = room.archive.objects.add([data]), room.bench.key
    statement = Statement("captured", (Subject("original", digest),), said)
    number = room.archive.append([sign_statement(statement, [(key.public, key.sign)])])[0]
    room.visitor("editor").post(f"/items/{number}", release="public")
    return number


@pytest.mark.needs_box
@needs_ffmpeg
@needs_exiftool
def test_a_translator_plays_a_bare_copy_of_a_clip_of_a_post_and_of_a_card_hears_it_until_nobody_is_to_be_covered(
    room: Room, tmp_path: Path
) -> None:
    data = loaded_clip(tmp_path / "clip.mp4").read_bytes()
    number, card = take_clip(room, data), capture(room, "DCIM/0042.MP4", data + b"\0\0\0\x08free")
    translator, where = room.visitor("translator"), f"/items/{number}/media/0"
    assert "Clip 1: play it" in translator.get(f"/items/{number}").text
    assert translator.get(f"{where}/copy").status == 404
    assert translator.get(f"{where}/poster").headers["content-type"] == "image/jpeg"
    begun = translator.get(f"{where}/play")
    assert "A copy without metadata is being made" in begun.text
    assert begun.headers["refresh"] == f"2; url={where}/play"
    room.bench.jobs.wait()
    assert f'<video class="mat" controls preload="none" playsinline poster="{where}/poster" src="{where}/copy"' in (
        translator.get(f"{where}/play").text
    )
    page = translator.get(f"/translate/{number}/en").text
    assert f'src="{where}/copy" aria-label="Clip, not described yet"' in page
    assert "Picture 1" not in page
    whole = translator.get(f"{where}/copy")
    assert (whole.status, whole.headers["content-type"]) == (200, "video/mp4")
    assert not any(secret in whole.body for secret in SECRETS)
    part = translator.get(f"{where}/copy", range="bytes=8-15")
    assert (part.status, part.body) == (206, whole.body[8:16])
    assert part.headers["content-range"] == f"bytes 8-15/{len(whole.body)}"
    assert room.visitor().get(f"{where}/copy").status == 303  # to the sign-in

    [held] = room.archive.index.transcripts.in_posts()
    assert f'href="/clips/{held.number}"' in translator.get(f"{where}/play").text
    assert f'href="/clips/{held.number}"' in translator.get("/clips").text
    timeline = translator.get(f"/clips/{held.number}").text
    assert f'src="{where}/copy"' in timeline
    assert f'action="/clips/{held.number}/draft"' in timeline
    assert f'href="/items/{number}"' in timeline
    assert len(translator.get(f"/clips/{held.number}/levels").body) == pytest.approx(60, abs=4)
    job = Job(speech.NAME, "hear", str(held.number))
    room.bench.jobs.begin(job, lambda job: job.stop.wait(60))
    timeline = translator.get(f"/clips/{held.number}").text
    assert "A model listens to this clip" in timeline
    assert f'href="/clips/{held.number}/machine"' in timeline
    assert translator.post(f"/clips/{held.number}/machine/stop").to == f"/clips/{held.number}/machine"
    room.bench.jobs.wait_for(speech.NAME, 60)
    assert not job.running, "it gave up"
    sent = {"plain": "[00:00:00.100 - 00:00:01.000] 听\n", "language": "zh", "revision": "0", "latest": ""}
    assert translator.post(f"/clips/{held.number}/propose", **sent).to == f"/clips/{held.number}?done=proposed"
    assert "听" in room.visitor("reviewer").get(f"/clips/{held.number}").text
    told = [room.visitor(each).get("/").text for each in ("translator", "reviewer", "editor")]
    assert ["Proposed by others" in each for each in told] == [False, True, True]
    room.visitor("editor").post(f"/items/{number}", release="withdrawn", read=str(number))
    assert translator.get(f"/clips/{held.number}").status == 404
    assert f'href="/clips/{held.number}"' not in translator.get("/clips").text
    room.visitor("editor").post(f"/items/{number}", release="restricted", read=str(number))

    assert "only the sound" not in translator.get(f"/items/{card}").text
    assert translator.get(f"/items/{card}/original").status == 403
    translator.get(f"/items/{card}/play")
    room.bench.jobs.wait()
    heard = translator.get(f"/items/{card}/play").text
    assert "The picture is covered" in heard
    assert "<video" not in heard
    assert translator.get(f"/items/{card}/copy").headers["content-type"] == "audio/mp4"
    assert translator.get(f"/items/{card}/poster").status == 404
    assert room.visitor("editor").post(f"/items/{card}", covering="nobody").status == 303
    translator.get(f"/items/{card}/play")
    room.bench.jobs.wait()
    assert translator.get(f"/items/{card}/copy").headers["content-type"] == "video/mp4"
    assert room.visitor("editor").post(f"/items/{card}", covering="undecided").status == 303
    assert translator.get(f"/items/{card}/copy").headers["content-type"] == "audio/mp4"

    editor = room.visitor("editor")
    assert "What is to be seen and heard in clip 1" in editor.get(f"/items/{number}").text, "it is called no picture"
    editor.post(f"/items/{number}", release="public")
    assert editor.post(f"/items/{card}", covering="consented").status == 303
    editor.post("/publish", do="publish")
    room.bench.jobs.wait()
    assert room.bench.jobs.of("publish").result.report.encoded == 2  # type: ignore[union-attr]
    published = room.bench.site / f"items/{number}/clip-1.mp4"
    assert published.read_bytes() == whole.body
    copies = (room.archive.folder / FOLDER).glob("*/clip.mp4")
    assert 2 in {each.stat().st_nlink for each in copies}  # made once, and kept once


def test_a_clip_that_does_not_decode_is_told_in_a_sentence_and_can_be_tried_again(room: Room) -> None:
    number = take_clip(room, b"\0\0\0\x18ftypmp42" + bytes(64))
    translator, where = room.visitor("translator"), f"/items/{number}/media/0/play"
    translator.get(where)
    room.bench.jobs.wait()
    page = translator.get(where)
    assert 'role="alert">Expected' in page.text
    assert "refresh" not in page.headers
    assert translator.post(where).to == where
    room.bench.jobs.wait()
    assert list(room.archive.staging.iterdir()) == []
    assert not (room.archive.folder / FOLDER).exists()


def test_nobody_plays_a_clip_of_a_post_that_they_may_not_read(room: Room) -> None:
    number = take_clip(room, b"\0\0\0\x18ftypmp42" + bytes(64))
    room.visitor("editor").post(f"/items/{number}", release="withdrawn")
    for what in ("play", "copy"):
        assert room.visitor("translator").get(f"/items/{number}/media/0/{what}").status == 404
    room.bench.jobs.wait()
    assert room.bench.jobs.of("copy") is None
    assert room.visitor("editor").get(f"/items/{number}/media/1/play").status == 404
