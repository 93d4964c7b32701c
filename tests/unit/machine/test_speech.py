"""A model that listens: in its box, to samples, with nothing kept of what failed. Long: the extra is large."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from support.media_samples import needs_ffmpeg, run
from support.spoken import speak
from support.tiny_models import needs, speech_model
from tamizdat.encoding import Json, canonical
from tamizdat.errors import BadMedia, UsageError
from tamizdat.footage import decode
from tamizdat.footage.decode import sandbox
from tamizdat.ledger.shapes import members_of
from tamizdat.machine import model_box
from tamizdat.machine.model_box import ModelBox
from tamizdat.machine.model_folder import SPEECH, Model, look
from tamizdat.machine.speech import Recording, listen

needs_speech = needs("faster_whisper")
pytestmark = [pytest.mark.needs_box, needs_ffmpeg]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return look(speech_model(tmp_path_factory.mktemp("models") / "tiny"))


def clip(path: Path, *sounds: Path, seconds: int = 8) -> Path:
    given = [word for each in sounds for word in ("-i", str(each))]
    maps = [word for at in range(len(sounds)) for word in ("-map", f"{at + 1}:a")]
    picture = ("-f", "lavfi", "-i", f"color=white:size=64x48:rate=25:duration={seconds}")
    run("ffmpeg", "-v", "error", *picture, *given, "-map", "0:v", *maps, path)
    return path


def test_what_is_heard_comes_as_samples_of_all_streams_as_long_as_the_picture(tmp_path: Path) -> None:
    made = clip(tmp_path / "a.mkv", speak(tmp_path / "1.wav", 0.5), speak(tmp_path / "2.wav", 1.0), seconds=2)
    out = tmp_path / "samples"
    with out.open("wb") as file:
        decode.write_samples([made], "matroska", file.fileno())
    assert abs(out.stat().st_size / 4 - 16_000) < 1_600
    with out.open("wb") as file:
        decode.write_samples([made], "matroska", file.fileno(), 2.0)
    assert out.stat().st_size == 2 * 16_000 * 4


def test_a_clip_without_sound_is_told_before_any_model_is_loaded(tmp_path: Path) -> None:
    silent = clip(tmp_path / "silent.mkv", seconds=1)
    with pytest.raises(BadMedia, match="with sound, found none in it"):
        listen([Recording((silent,))], Model("none", "speech", {}))
    (tmp_path / "empty.mp4").write_bytes(b"")
    with pytest.raises(BadMedia, match="0 bytes"):
        listen([Recording((tmp_path / "empty.mp4",))], Model("none", "speech", {}))


HOSTILE = """
import os, sys, time
answers, sound = map(int, sys.argv[4:6])
os.write(answers, b'{"begun": true}\\n{"loaded": true}\\n')
while os.read(sound, 1 << 16):
    pass
os.write(answers, sys.argv[2].encode())
time.sleep(60)
"""


@pytest.fixture
def taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Model]:
    """A model that took its process over, and says what it likes."""
    monkeypatch.setitem(model_box.PACKAGES, SPEECH, ((), "speech"))
    monkeypatch.setattr(model_box, "WORKER", f"{model_box.PLACE}/worker.py")

    def saying(says: str) -> Model:
        (tmp_path / "worker.py").write_text(HOSTILE.replace("sys.argv[2]", repr(says)))
        return Model("hostile", SPEECH, {"worker.py": tmp_path / "worker.py"})

    return saying


def test_a_model_that_says_half_a_line_and_waits_can_be_stopped(
    taken_over: Callable[[str], Model], tmp_path: Path
) -> None:
    stops = iter((False, False, True))  # half a line is no answer to wait for the end of
    with pytest.raises(UsageError, match="was stopped before it had heard everything"):
        listen([Recording((speak(tmp_path / "a.wav", 1),))], taken_over('{"lang'), stopped=lambda: next(stops))


def test_what_a_hostile_model_says_is_kept_as_times_and_a_language_or_not_at_all(
    taken_over: Callable[[str], Model], tmp_path: Path
) -> None:
    said: tuple[dict[str, Json], ...] = (
        {"language": "\ud800<b>"},
        {"from": True, "to": -1, "text": "\x1b[2J gone \ud800"},
        {"from": 1 << 80, "to": "x", "text": "late"},
        {"done": True},
    )
    model = taken_over("".join(f"{json.dumps(each)}\n" for each in said))
    heard = listen([Recording((speak(tmp_path / "a.wav", 1),))], model)
    assert canonical([members_of(each) for each in heard.cues])
    assert [(each.start, each.end, each.text) for each in heard.cues] == [(0, 100, "[2J gone"), (900, 1000, "late")]
    assert all(type(each.start) is int for each in heard.cues), "and not True, which no draft can hold"
    assert (heard.language, heard.seconds) == ("und", 0)


@needs_speech
@pytest.mark.long
def test_a_model_hears_cues_in_the_pieces_of_a_take_one_after_the_other(model: Model, tmp_path: Path) -> None:
    pieces = [clip(tmp_path / f"{at}.mkv", speak(tmp_path / f"{at}.wav", 6, at)) for at in (1, 2)]
    told: list[tuple[float, float]] = []
    heard = listen([Recording((each,), whole=False) for each in pieces], model, "", lambda *at: told.append(at))
    assert heard.language == "en"
    assert heard.seconds == pytest.approx(16, abs=0.1)
    assert [each.text for each in heard.cues][:2] == ["They are gone.", "They."]
    assert (heard.cues[0].start, heard.cues[0].end) == (0, 2000)
    assert told[-1][0] == told[-1][1] == pytest.approx(heard.seconds, abs=0.1)
    british = listen([Recording((pieces[0],))], model, "en-GB")
    assert (british.language, [each.text for each in british.cues]) == ("en-GB", ["They are gone.", "They."])


@needs_speech
@pytest.mark.long
def test_a_language_that_the_model_was_not_made_for_and_a_clip_in_which_nobody_speaks(
    model: Model, tmp_path: Path
) -> None:
    voice = speak(tmp_path / "voice.wav", 2)
    with pytest.raises(UsageError, match="Expected a language that this model was made for"):
        listen([Recording((voice,))], model, "ug")
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=3", tmp_path / "sine.wav")
    assert listen([Recording((tmp_path / "sine.wav",))], model).cues == ()


@needs_speech
@pytest.mark.long
def test_a_library_that_would_ask_a_hub_has_no_network_to_ask_through(model: Model) -> None:
    without = replace(model, files={name: path for name, path in model.files.items() if name != "tokenizer.json"})
    begun = time.monotonic()
    with pytest.raises(UsageError, match="what runs it says"):
        ModelBox(without)
    assert time.monotonic() - begun < 120


@needs_speech
@pytest.mark.long
def test_a_damaged_model_and_one_whose_process_is_killed_are_told_and_leave_nothing(
    model: Model, tmp_path: Path
) -> None:
    cut = tmp_path / "model.bin"
    cut.write_bytes(model.files["model.bin"].read_bytes()[:5000])
    with pytest.raises(UsageError, match="Expected a sound model in 'tiny'"):
        ModelBox(replace(model, files={**model.files, "model.bin": cut}))
    with ModelBox(model) as box:
        sandbox.end(box._process)
        box.ask({"language": ""})
        with pytest.raises(UsageError, match=r"ended with 137.* too little memory"):
            box.answer(20)


@needs_speech
@pytest.mark.long
def test_a_model_that_is_stopped_gives_up_and_keeps_nothing(model: Model, tmp_path: Path) -> None:
    voice = speak(tmp_path / "voice.wav", 4)
    with pytest.raises(UsageError, match="was stopped before it had heard everything"):
        listen([Recording((voice,))], model, "en", stopped=lambda: True)


@needs_speech
@pytest.mark.long
def test_a_decoder_that_gives_up_in_the_middle_leaves_no_half_of_a_draft(model: Model, tmp_path: Path) -> None:
    voice = speak(tmp_path / "voice.wav", 4)
    gone = tmp_path / "gone.wav"
    gone.write_bytes(voice.read_bytes())
    first, second = Recording((voice,), whole=False), Recording((gone,), whole=False)

    class Vanishing(Recording):
        def length(self) -> float:
            found = super().length()
            gone.write_bytes(b"RIFF\0\0\0\0WAVE")
            return found

    with pytest.raises(BadMedia):
        listen([first, Vanishing(second.files, whole=False)], model)
