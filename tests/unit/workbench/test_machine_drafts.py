"""Machine text on the timeline: offered, taken by a person, marked, told to reviewers; never a transcript by itself."""

from pathlib import Path

import pytest

from support.media_samples import needs_ffmpeg
from support.spoken import speak
from support.tiny_models import heads, needs, speech_model
from support.transcribing_desk import CUES, capture
from support.visitor import Room
from tamizdat.statements.transcribed import Cue
from tamizdat.translation.transcripts import name_of
from tamizdat.workbench.drafts.machine_transcripts import MachineDraft
from tamizdat.workbench.jobs import speech

HEARD = tuple(Cue(each.start, each.end, "", each.text) for each in CUES[:2])
TAKEN = "Your draft was begun with machine text"


@pytest.fixture
def clip(room: Room) -> int:
    number = capture(room.archive, room.bench.key)
    room.visitor("editor").post(f"/items/{number}", release="public")
    return number


def heard(room: Room, clip: int) -> None:
    room.bench.machine_drafts.keep(MachineDraft(clip, "zh", HEARD, "small", "ab" * 32, 1_700_000_000))


def test_what_a_model_heard_is_offered_as_machine_text_and_is_nobodys_transcript(room: Room, clip: int) -> None:
    heard(room, clip)
    page = room.visitor("translator").get(f"/clips/{clip}").text
    assert "A model heard this clip and wrote down 2 cues. It is machine text" in page
    assert "SHA-256" in page
    assert "他们都不在了。" in page
    assert 'placeholder="[00:00:01.0 - 00:00:03.5] …">\n</textarea>' in page
    assert room.archive.index.transcripts.latest(clip) is None
    assert "machine text waits" in room.visitor("reviewer").get("/clips").text


def test_who_begins_with_machine_text_is_warned_and_their_reviewers_are_told(room: Room, clip: int) -> None:
    heard(room, clip)
    visitor = room.visitor("translator")
    visitor.get(f"/clips/{clip}")
    assert visitor.post(f"/clips/{clip}/machine/take").to == f"/clips/{clip}?done=machine-taken"
    page = visitor.get(f"/clips/{clip}").text
    assert TAKEN in page
    assert "谁知道名单？" in page
    assert TAKEN not in room.visitor("reviewer").get(f"/clips/{clip}").text
    draft = room.bench.transcript_drafts.read(room.accounts["translator"], clip)
    assert draft
    lines = "[00:00:01.000 - 00:00:03.000] 他们都走了。\n[00:00:03.200 - 00:00:05.000] 谁知道名单？\n"
    answer = visitor.post(f"/clips/{clip}/propose", plain=lines, language="zh", revision=str(draft.revision), latest="")
    assert answer.to == f"/clips/{clip}?done=proposed"
    [note] = room.bench.notes.of(name_of(clip), "")
    assert note.text.startswith(f"Begun with what the model small heard (SHA-256 {'ab' * 32}). Of 2 cues, 1")
    assert TAKEN not in visitor.get(f"/clips/{clip}").text
    latest = room.archive.index.transcripts.latest(clip)
    assert latest
    assert latest.state == "proposed"


def test_a_draft_that_was_typed_is_never_written_over_by_a_model(room: Room, clip: int) -> None:
    heard(room, clip)
    visitor = room.visitor("translator")
    visitor.get(f"/clips/{clip}")
    visitor.post(f"/clips/{clip}/draft", plain="[00:00:01.0 - 00:00:02.0] mine", language="zh", revision="0")
    refused = visitor.post(f"/clips/{clip}/machine/take")
    assert (refused.status, "You have a draft of your own" in refused.text) == (400, True)
    kept = room.bench.transcript_drafts.read(room.accounts["translator"], clip)
    assert kept
    assert [each.text for each in kept.cues] == ["mine"]
    visitor.post(f"/clips/{clip}/machine/drop")
    assert "It is machine text" not in visitor.get(f"/clips/{clip}").text
    assert visitor.post(f"/clips/{clip}/machine/take").status == 400


def test_a_desk_without_models_offers_none_and_a_model_that_is_not_there_cannot_listen(room: Room, clip: int) -> None:
    visitor = room.visitor("translator")
    assert "Have a model write a draft" not in visitor.get(f"/clips/{clip}").text
    heads(room.bench.models / "small", b"WhisperSpec", "config.json", "tokenizer.json", "vocabulary.json")
    assert "Have a model write a draft" in visitor.get(f"/clips/{clip}").text
    for name in ("../small", "other", ""):
        refused = visitor.post(f"/clips/{clip}/machine", model=name)
        assert (refused.status, "not at the desk any more" in refused.text) == (400, True)


@needs("faster_whisper")
@needs_ffmpeg
@pytest.mark.needs_box
@pytest.mark.long
def test_a_model_at_the_desk_listens_to_a_clip_and_its_draft_waits_there(room: Room, tmp_path: Path) -> None:
    number = capture(room.archive, room.bench.key, speak(tmp_path / "a.wav", 4).read_bytes(), "A.WAV")
    room.visitor("editor").post(f"/items/{number}", release="public")
    speech_model(room.bench.models / "tiny")
    visitor = room.visitor("translator")
    visitor.get(f"/clips/{number}")
    assert visitor.post(f"/clips/{number}/machine", model="tiny", language="en").to == f"/clips/{number}/machine"
    room.bench.jobs.wait_for(speech.NAME, 120)
    assert visitor.get(f"/clips/{number}/machine").to == f"/clips/{number}"
    page = visitor.get(f"/clips/{number}").text
    assert "They are gone." in page
    assert "wrote down 2 cues" in page
