"""The screen on which people are covered: one draws, another approves, and translators see what remains."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from support.media_samples import loaded_clip, loaded_jpeg_bytes, needs_ffmpeg
from support.media_samples import run as ffmpeg
from support.recordings import sent
from support.visitor import Room
from tamizdat.covering import Cover, Silence
from tamizdat.demo.sample_voices import spoken
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.publishing.derived.bare_copies import FOLDER
from tamizdat.workbench.jobs.jobs import COPY, Job

pytestmark = pytest.mark.needs_box

WHOLE = {"cover": "solid", "shape": "rectangle", "from": 0, "to": 0,
         "keys": [{"at": 0, "x": 0, "y": 0, "width": 10_000, "height": 10_000}]}  # fmt: skip


def capture(room: Room, original: bytes = b"", name: str = "A.JPG") -> int:
    """A released picture of a card, or another original, with a preview of the device; its number."""
    numbers, key = [], room.bench.key
    for kind, path in (("original", name), ("preview", f"previews/{name}.jpg")):
        data = original if original and kind == "original" else loaded_jpeg_bytes() + kind.encode()
        said: dict[str, Json] = {"consignment": "0" * 64, "path": path, "size": len(data), "modified": None}
        said |= {"state": "whole", "kind": kind}
        statement = Statement("captured", (Subject("original", room.archive.objects.add([data])),), said)
        numbers += room.archive.append([sign_statement(statement, [(key.public, key.sign)])])
    room.visitor("editor").post(f"/items/{numbers[0]}", release="public")
    return numbers[0]


def cover(*regions: Any) -> str:
    return json.dumps({"regions": regions, "silences": []})


def test_what_one_draws_another_approves_and_only_then_translators_see_the_rest(room: Room) -> None:
    number = capture(room)
    path = f"/items/{number}/cover"
    room.join("heron", "editor")
    editor, heron, translator = room.visitor("editor"), room.visitor("heron"), room.visitor("translator")
    assert "not published until then" in editor.get("/covers").text
    assert translator.get(path).status == 403
    assert translator.get(f"{path}/frame/0").status == 403
    assert translator.get(f"/items/{number}/preview").status == 404
    assert "The picture is covered" in translator.get(f"/items/{number}").text
    assert f'src="/items/{number}/original"' in editor.get(f"/items/{number}").text, "whoever decides sees it"
    assert editor.post(path, cover=cover(WHOLE)).status == 303
    latest = room.archive.index.redactions.latest(number)
    assert latest
    word = {"redacted": str(latest.number), "digest": latest.cover.digest, "verdict": "approved"}
    page = editor.get(path).text
    assert "You drew this cover" in page
    assert ("Take it back" in page, "Say so on its page" in page) == (True, False)
    assert editor.post(f"{path}/word", **word | {"verdict": "returned"}).to.endswith("?done=cover-returned")
    assert "Say so on its page" in editor.get(path).text
    assert editor.post(path, cover=cover(WHOLE), latest=str(latest.number)).status == 303
    latest = room.archive.index.redactions.latest(number)
    assert latest
    word |= {"redacted": str(latest.number)}
    assert ["Proposed by others" in each.get("/").text for each in (editor, heron, translator)] == [False, True, False]
    assert editor.post(f"{path}/word", **word).status == 400
    assert heron.post(f"{path}/word", **word | {"digest": "0" * 64}).status == 400
    assert heron.post(f"{path}/word", **word | {"verdict": "fine"}).status == 400
    assert translator.get(f"/items/{number}/preview").status == 404
    assert 'value="approved"' in heron.get(path).text
    refused = heron.post(f"{path}/word", **word)
    assert (refused.status, "1 frame under this cover was not shown to you yet" in refused.text) == (400, True)
    editor.get(f"{path}/covered/0")
    assert heron.post(f"{path}/word", **word).status == 400, "another account has looked"
    seen = heron.get(f"{path}/covered/0")
    with Image.open(io.BytesIO(seen.body)) as opened:
        assert opened.convert("L").getextrema()[1] < 12  # type: ignore[operator]  # of one band
    older = {"redacted": str(int(word["redacted"]) - 2), "verdict": "returned"}
    for changed in ({"digest": "0" * 64}, {"verdict": "fine"}, older):
        assert heron.post(f"{path}/word", **word | changed).status == 400, "also of one who has looked"
    assert [each.number for each in room.archive.index.redactions.waiting()] == [latest.number]
    assert heron.post(f"{path}/word", **word).to.endswith("?done=cover-approved")
    assert translator.get(f"/items/{number}/preview").body == seen.body
    assert len(list((room.archive.folder / FOLDER).glob(f"*-{latest.cover.digest}"))) == 1, "no other cover's copy"
    assert editor.get(f"{path}/frame/0").body != seen.body
    assert "An account drew what is to be covered in it" in editor.get(f"/items/{number}").text


def test_what_is_drawn_is_kept_as_a_draft_and_today_tells_whom_it_waits_for(room: Room) -> None:
    number = capture(room)
    path = f"/items/{number}/cover"
    room.join("heron", "editor")
    editor, heron = room.visitor("editor"), room.visitor("heron")
    editor.get(path)

    def drawn(*regions: Any) -> Any:
        sent = {"form-token": editor.token, "cover": cover(*regions), "revision": "0"}
        return editor.ask("POST", f"{path}/draft", sent, headers={"accept": "application/json"})

    first = drawn(WHOLE)
    assert first.status == 200, first.text
    revision = json.loads(first.body)["revision"]
    stale = drawn(WHOLE, WHOLE)
    assert (stale.status, "another tab" in json.loads(stale.body)["problem"]) == (409, True)
    page = editor.get(path).text
    assert "Your draft, saved" in page
    assert "Your draft" not in heron.get(path).text, "it is nobody else's"
    assert ["Begun and not proposed" in each.get("/").text for each in (editor, heron)] == [True, False]
    assert editor.post(f"{path}/draft", cover="[", revision=str(revision)).status == 400
    assert editor.post(path, cover=cover(WHOLE)).status == 303
    assert "Your draft" not in editor.get(path).text, "it was proposed"
    assert [f'href="{path}"' in each.get("/").text for each in (editor, heron)] == [False, True]
    latest = room.archive.index.redactions.latest(number)
    assert latest
    word = {"redacted": str(latest.number), "digest": latest.cover.digest}
    assert heron.post(f"{path}/word", verdict="returned", **word).status == 303
    assert "Returned to you" in editor.get("/").text
    editor.post(f"{path}/draft", cover=cover(WHOLE, WHOLE), revision="0")
    assert heron.post(path, cover=cover(WHOLE), latest=str(latest.number)).status == 303
    assert "drawn before that" in editor.get(path).text
    assert editor.post(f"{path}/drop").to.endswith("draft-dropped")
    assert "Your draft" not in editor.get(path).text


def test_what_another_tab_draws_while_a_cover_is_proposed_stays_a_draft(room: Room) -> None:
    path = f"/items/{capture(room)}/cover"
    editor = room.visitor("editor")
    editor.get(path)
    assert editor.post(f"{path}/draft", cover=cover(WHOLE), revision="0").status == 303
    [shown] = re.findall('name="revision" value="([0-9]+)"', editor.get(path).text)
    assert editor.post(f"{path}/draft", cover=cover(WHOLE, WHOLE), revision=shown).status == 303
    assert editor.post(path, cover=cover(WHOLE), revision=shown).status == 303
    assert "Your draft" in editor.get(path).text


def test_a_picture_of_a_post_is_covered_and_translators_see_what_remains(room: Room) -> None:
    post = room.number(1)
    room.join("heron", "editor")
    editor, heron, translator = room.visitor("editor"), room.visitor("heron"), room.visitor("translator")
    editor.post(f"/items/{post}", release="public")
    page = editor.get(f"/items/{post}").text
    [number] = [
        int(each.partition("/")[0])
        for each in page.split('href="/items/')[1:]
        if each.partition("/")[2].startswith("cover")
    ]
    path, seen = f"/items/{number}/cover", translator.get(f"/items/{post}/media/0").body
    assert "Everybody could see these pictures" in page
    assert "Cover people in file" not in translator.get(f"/items/{post}").text
    assert translator.get(path).status == 403
    assert f'href="/items/{post}"' in editor.get(path).text
    assert "not published yet" not in editor.get(path).text, "it was public where it was posted"
    assert path not in editor.get("/covers").text
    assert editor.post(path, cover=cover(WHOLE)).status == 303
    assert path in editor.get("/covers").text
    latest = room.archive.index.redactions.latest(number)
    assert latest
    word = {"redacted": str(latest.number), "digest": latest.cover.digest, "verdict": "approved"}
    assert translator.get(f"/items/{post}/media/0").body == seen
    assert editor.post(f"{path}/word", **word).status == 400
    heron.get(f"{path}/covered/0")
    assert heron.post(f"{path}/word", **word).status == 303
    shown = translator.get(f"/items/{post}/media/0").body
    with Image.open(io.BytesIO(shown)) as opened:
        assert opened.convert("L").getextrema()[1] < 12  # type: ignore[operator]  # of one band
    assert "An account drew what is to be covered in it" in editor.get(f"/items/{post}").text


@pytest.mark.parametrize(
    "typed",
    ["", "[", '{"regions": NaN}', '{"regions": [7]}', cover({**WHOLE, "to": 5}), cover({**WHOLE, "keys": []}), cover()],
)
def test_what_is_no_cover_is_told_and_kept_in_the_form(room: Room, typed: str) -> None:
    number = capture(room)
    answer = room.visitor("editor").post(f"/items/{number}/cover", cover=typed)
    assert answer.status == 400
    assert 'role="alert"' in answer.text
    assert room.archive.index.redactions.latest(number) is None


def test_a_proposal_on_an_older_one_than_stands_there_is_not_made(room: Room) -> None:
    number, editor = capture(room), room.visitor("editor")
    path = f"/items/{number}/cover"
    assert editor.post(path, cover=cover(WHOLE)).status == 303
    small = {**WHOLE, "keys": [{"at": 0, "x": 1, "y": 1, "width": 5, "height": 5}]}
    answer = editor.post(path, cover=cover(small), latest="")
    assert (answer.status, "Somebody else proposed" in answer.text) == (400, True)


def test_nobody_is_covered_in_a_post_a_text_or_nothing(room: Room) -> None:
    editor = room.visitor("editor")
    for number in (room.number(1), 10_000):
        assert editor.get(f"/items/{number}/cover").status == 404


@pytest.mark.long
@needs_ffmpeg
def test_a_clip_whose_sound_does_not_decode_is_covered_by_its_picture(room: Room, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mov"
    given = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=0.5", "-f", "lavfi", "-i", "sine=d=0.5")
    ffmpeg("ffmpeg", "-v", "error", *given, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", clip)
    number = capture(room, clip.read_bytes().replace(b"sowt", b"zzzz"), "A.MOV")
    path, editor = f"/items/{number}/cover", room.visitor("editor")
    room.join("heron", "editor")
    editor.get(path)
    room.bench.jobs.wait()
    assert 'id="draw"' in editor.get(path).text
    whole = {**WHOLE, "to": 500}
    assert editor.post(path, cover=cover(whole)).status == 303
    editor.get(path)
    room.bench.jobs.wait()
    latest, heron = room.archive.index.redactions.latest(number), room.visitor("heron")
    assert latest
    word = {"redacted": str(latest.number), "digest": latest.cover.digest, "verdict": "approved"}
    with Image.open(io.BytesIO(heron.get(f"{path}/covered/0").body)) as opened:
        assert opened.convert("L").getextrema()[1] < 24  # type: ignore[operator]  # of one band
    assert "the first at" not in (refused := heron.post(f"{path}/word", **word).text), "one is left"
    assert "at 00:00:00.500" in refused
    heron.get(f"{path}/covered/500")
    assert heron.post(f"{path}/word", **word).to.endswith("?done=cover-approved")


@pytest.mark.long
@needs_ffmpeg
def test_a_recording_with_silences_is_approved_by_whom_played_it(room: Room, tmp_path: Path) -> None:
    number = capture(room, sent(tmp_path / "a.m4a"), "A.M4A")
    path, editor, shown = f"/items/{number}/cover", room.visitor("editor"), Cover((), (Silence(0, 100),))
    room.join("heron", "editor")
    editor.get(path)
    room.bench.jobs.wait()
    assert editor.post(path, cover=shown.document.decode()).status == 303
    editor.get(path)
    room.bench.jobs.wait()
    latest, heron = room.archive.index.redactions.latest(number), room.visitor("heron")
    assert latest
    word = {"redacted": str(latest.number), "digest": latest.cover.digest, "verdict": "approved"}
    heron.get(path)
    assert "Play it, then say your word" in heron.post(f"{path}/word", **word).text
    assert heron.get(f"{path}/copy").status == 200
    assert heron.post(f"{path}/word", **word).to.endswith("?done=cover-approved")


@needs_ffmpeg
def test_a_clip_is_heard_too_before_its_silences_are_approved(room: Room, tmp_path: Path) -> None:
    """Who looked at every frame has not heard whom it names."""
    clip, given = tmp_path / "clip.mov", ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=0.5", "-f", "lavfi")
    sound = ("-i", "sine=d=0.5", "-c:a", "pcm_s16le")
    ffmpeg("ffmpeg", "-v", "error", *given, *sound, "-c:v", "libx264", "-pix_fmt", "yuv420p", clip)
    number, shown = capture(room, clip.read_bytes(), "A.MOV"), Cover((), (Silence(0, 100),))
    path, editor = f"/items/{number}/cover", room.visitor("editor")
    room.join("heron", "editor")
    assert editor.post(path, cover=shown.document.decode()).status == 303
    editor.get(path)
    room.bench.jobs.wait()
    latest, heron = room.archive.index.redactions.latest(number), room.visitor("heron")
    assert latest
    word = {"redacted": str(latest.number), "digest": shown.digest, "verdict": "approved"}
    for at in {*re.findall(r"/covered/(\d+)", heron.get(path).text)}:
        heron.get(f"{path}/covered/{at}")
    assert "Play it, then say your word" in heron.post(f"{path}/word", **word).text
    assert heron.get(f"{path}/copy").status == 200
    assert heron.post(f"{path}/word", **word).to.endswith("?done=cover-approved")


@needs_ffmpeg
def test_a_silence_is_approved_by_who_played_it(room: Room) -> None:
    number, shown = capture(room, spoken("林昭", 200), "A.WAV"), Cover((), (Silence(0, 100),))
    path, editor = f"/items/{number}/cover", room.visitor("editor")
    room.join("heron", "editor")
    assert editor.post(path, cover=shown.document.decode()).status == 303
    latest, heron = room.archive.index.redactions.latest(number), room.visitor("heron")
    assert latest
    word = {"redacted": str(latest.number), "digest": shown.digest, "verdict": "approved"}
    assert "The covered copy is not made yet" in heron.post(f"{path}/word", **word).text
    room.bench.jobs.wait()
    assert "Play it, then say your word" in heron.post(f"{path}/word", **word).text
    assert heron.get(f"{path}/copy").status == 200
    assert heron.post(f"{path}/word", **word).to.endswith("?done=cover-approved")


@needs_ffmpeg
def test_where_a_cover_cannot_be_made_it_is_told_why_and_another_is_drawn_or_it_is_taken_back(
    room: Room, tmp_path: Path
) -> None:
    number = capture(room, loaded_clip(tmp_path / "clip.mp4").read_bytes(), "A.MP4")
    path, editor = f"/items/{number}/cover", room.visitor("editor")
    assert editor.get(path).headers["refresh"]
    room.bench.jobs.wait()
    room.join("heron", "editor")

    def failing(_: Job) -> None:
        raise BadMedia("Cover a larger part, or the whole frame.")

    item, shown = room.archive.index.item(number), Cover((), (Silence(0, 100),))
    assert item
    room.bench.jobs.begin(Job(f"{COPY} clip {item.original} {shown.digest}"), failing)
    room.bench.jobs.wait()
    assert editor.post(path, cover=shown.document.decode()).status == 303
    page = editor.get(path).text
    assert all(words in page for words in ("Cover a larger part", 'id="draw"', "Take it back"))
    assert "What remains to be seen" not in room.visitor("heron").get(path).text
