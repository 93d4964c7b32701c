"""The verb transcript: subtitles of a clip taken in, shown, given out."""

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from support.field_and_desk import WORK
from support.media_samples import loaded_clip, needs_ffmpeg
from support.spoken import speak
from support.tiny_models import heads, needs, speech_model
from support.transcribing_desk import CUES, DAY, LIN, approve, capture, transcribe
from tamizdat.cli.main import main
from tamizdat.home.home import Home
from tamizdat.home.objects import open_archive
from tamizdat.home.setup import create_desk
from tamizdat.text.excerpt import columns
from tamizdat.translation.proposals import propose, tag
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.auth.passphrases import Passphrases
from tamizdat.workbench.drafts.machine_transcripts import MachineDrafts
from tamizdat.workbench.sealed_store import Sealed

TODAY = date(2026, 11, 25)
SRT = "1\n00:00:01,000 --> 00:00:03,000 X1:0\n<i>他们都不在了。</i>\n\n2\n00:00:03,200 --> 00:00:05,000\n{谁}知道？\n"


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Home, int]:
    home = create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    accounts = Accounts.open(home, Passphrases(memory=8, rounds=1, lanes=1))
    accounts.join(accounts.invite(["translator"], ["en"], TODAY), "magpie", "correct horse battery staple", TODAY)
    with open_archive(home) as archive:
        return home, capture(archive, home.keyring.signing["desk"])


def test_a_draft_of_a_model_needs_a_folder_that_is_one_and_a_clip_with_sound(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, clip = desk
    code, told, _ = run(home, "draft", str(clip), "--model", str(tmp_path / "none"))
    assert (code, "with model.bin and the files beside it, found none called 'none'" in told) == (2, True)
    folder = heads(home.folder / "models" / "small", b"WhisperSpec", "config.json", "vocabulary.json")
    code, told, _ = run(home, "draft", str(clip), "--model", "small")
    assert (code, "Expected tokenizer.json in the folder of the model 'small'" in told) == (2, True)
    (folder / "tokenizer.json").write_bytes(b"{}")
    code, told, _ = run(home, "draft", str(clip + 99), "--model", "small")
    assert (code, "Expected the number of a clip or sound" in told) == (2, True)


@needs("faster_whisper")
@needs_ffmpeg
@pytest.mark.needs_box
@pytest.mark.long
def test_a_model_drafts_what_is_said_and_the_timeline_has_it(desk: tuple[Home, int], tmp_path: Path) -> None:
    home, silent = desk
    with open_archive(home) as archive:
        voice = speak(tmp_path / "a.wav", 4).read_bytes()
        clip = capture(archive, home.keyring.signing["desk"], voice, "A.WAV")
    model = speech_model(tmp_path / "tiny")
    code, told, records = run(home, "draft", str(clip), "--model", str(model))
    assert code == 0, told
    assert "2 cues in en, heard by tiny" in told
    assert {"clip": clip, "model": "tiny", "language": "en", "cues": 2, "seconds": 4}.items() <= records[-1].items()
    assert run(home, "draft", str(silent), "--model", str(model))[0] == 3
    sealed = Sealed(home)
    kept = MachineDrafts(sealed).of(clip)
    assert kept
    assert (kept.model, [each.text for each in kept.cues]) == ("tiny", ["They are gone.", "They."])
    assert MachineDrafts(sealed).of(silent) is None
    sealed.close()


def run(home: Home, *argv: str) -> tuple[int, str, list[dict[str, Any]]]:
    told, records, wrong = io.StringIO(), io.StringIO(), io.StringIO()
    code = main(["transcript", *argv, "--home", str(home.folder)], told, wrong)
    if "add" not in argv:
        main(["transcript", *argv, "--home", str(home.folder), "--json"], records, io.StringIO())
    words = " ".join((told.getvalue() + wrong.getvalue()).split())
    return code, words, [json.loads(each) for each in records.getvalue().splitlines()]


def add(home: Home, clip: int, file: Path, *more: str) -> tuple[int, str]:
    about = ("--language", "zh", "--account", "magpie")
    return run(home, "add", str(clip), str(file), *about, *more)[:2]


def test_subtitles_are_taken_in_shown_and_given_out_in_another_format(desk: tuple[Home, int], tmp_path: Path) -> None:
    home, clip = desk
    (tmp_path / "in.srt").write_text(SRT, encoding="utf-8")
    assert run(home)[1] == "No clip has a transcript yet. 'tamizdat transcript add CLIP FILE' takes one in."
    code, told = add(home, clip, tmp_path / "in.srt", "--dry-run")
    assert (code, "2 cues would be proposed." in told) == (0, True), told
    code, told = add(home, clip, tmp_path / "in.srt")
    assert code == 0
    assert "line 2: formatting is not kept: '<i>'" in told
    assert "line 2: a place on the screen is not kept: 'X1:0'" in told
    assert "2 cues proposed; another account reviews it." in told
    assert "known already" in add(home, clip, tmp_path / "in.srt")[1]
    _, told, records = run(home, "show", str(clip))
    assert f"Item {clip}, in zh: no. {records[-1]['number']}, proposed" in told
    assert "00:00:03.200 {谁}知道？" in told
    assert [each["text"] for each in records[:-1]] == ["他们都不在了。", "{谁}知道？"]
    (tmp_path / "long.srt").write_text(f"00:00:01,000 --> 00:00:03,000\n{'谁知道名单？' * 20}\n", encoding="utf-8")
    shown = io.StringIO()
    assert add(home, clip, tmp_path / "long.srt")[0] == 0
    assert main(["transcript", "show", str(clip), "--home", str(home.folder)], shown, io.StringIO()) == 0
    assert max(map(columns, shown.getvalue().splitlines())) <= 80
    add(home, clip, tmp_path / "in.srt")
    code, told, _ = run(home, "export", str(clip), str(tmp_path / "out.vtt"))
    assert (code, "Nobody approved these words yet: they are proposed." in told) == (0, True)
    assert (tmp_path / "out.vtt").read_text("utf-8") == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n他们都不在了。\n\n00:00:03.200 --> 00:00:05.000\n{谁}知道？\n"
    )
    with open_archive(home) as archive:
        latest = archive.index.transcripts.latest(clip)
        assert latest
        approve(archive, home.keyring.signing["desk"], latest.number)
    assert "approved" in run(home)[1]
    assert "Nobody approved" not in run(home, "export", str(clip), str(tmp_path / "out.ttml"))[1]


def test_subtitles_of_other_words_than_those_that_count_are_told_to_be(desk: tuple[Home, int], tmp_path: Path) -> None:
    home, clip = desk
    with open_archive(home) as archive:
        key = home.keyring.signing["desk"]
        number = approve(archive, key, transcribe(archive, key, clip))
        version = archive.index.texts.version(number)
        assert version
        words = ("the teacher", "They are gone.", "Who knows?", "Five years.")
        approve(archive, key, propose(archive, key, tag(LIN, version.post, "en"), version, "en", words, (), DAY))
    stale = "other words than those that were translated"
    export = ("export", str(clip), str(tmp_path / "out.vtt"), "--to", "en")
    code, told, _ = run(home, *export)
    assert (code, stale in told, "Nobody approved" in told) == (0, False, False)
    with open_archive(home) as archive:
        approve(archive, key, transcribe(archive, key, clip, [replace(each, text=f"{each.text}!") for each in CUES]))
    code, told, _ = run(home, *export)
    assert (code, stale in told) == (0, True), told


@needs_ffmpeg
@pytest.mark.needs_box
def test_a_cue_behind_the_end_of_the_clip_is_told(desk: tuple[Home, int], tmp_path: Path) -> None:
    home, _ = desk
    with open_archive(home) as archive:
        clip = capture(
            archive, home.keyring.signing["desk"], loaded_clip(tmp_path / "clip.mp4").read_bytes(), "DCIM/0043.MP4"
        )
    (tmp_path / "in.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\na\n\n2\n00:59:00,000 --> 00:59:01,000\nb\n")
    assert "1 cue ends behind the end of the clip, 00:00:0" in add(home, clip, tmp_path / "in.srt")[1]


def test_a_file_in_another_encoding_is_refused_until_somebody_says_which(
    desk: tuple[Home, int], tmp_path: Path
) -> None:
    home, clip = desk
    (tmp_path / "in.srt").write_bytes(SRT.encode("gb18030"))
    code, told = add(home, clip, tmp_path / "in.srt")
    assert code == 3
    assert "Line 3: expected text in UTF-8, found the byte 0xcb" in told
    assert add(home, clip, tmp_path / "in.srt", "--encoding", "gb18030")[0] == 0
    assert "他们都不在了。" in run(home, "show", str(clip))[1]


REFUSED: tuple[tuple[str, bytes | None, int, str], ...] = (
    ("in.pages", b"x", 2, "Expected a file of subtitles named .srt"),
    ("in.doc", b"x", 2, "Save it as .docx or .odt"),
    ("in.srt", b"", 3, "found an empty one"),
    ("in.srt", b"1\n00:00:02,000 --> 00:00:01,000\nx\n", 3, "found none in the file. Line 2: a cue from"),
    ("in.srt", b"WEBVTT\n", 3, "Line 1: expected times"),
    ("in.vtt", b"1\n00:01,000 --> 00:02,000\nx", 3, "Line 1: expected WEBVTT"),
    ("in.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n5 < 6\n", 3, "Line 4: expected a '<' of words"),
    ("in.ttml", b"<!DOCTYPE x><tt/>", 3, "without a document type"),
    ("in.ass", b"[Events]\nDialogue: 0,x,y\n", 3, "Line 2: expected 10 values, found 3"),
    ("missing.srt", None, 2, "missing.srt'. Check name and folder"),
)  # fmt: skip


def test_a_file_that_is_none_is_refused_with_its_line(desk: tuple[Home, int], tmp_path: Path) -> None:
    home, clip = desk
    for name, data, code, told in REFUSED:
        if data is not None:
            (tmp_path / name).write_bytes(data)
        found = add(home, clip, tmp_path / name)
        assert (found[0], told in found[1]) == (code, True), (name, found)


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("a.json", '"language": "zh", ', "took it for zh: if that is right, add --language zh."),
        ("a.json", '"language": "Chinese", ', "took it for 'Chinese'."),
        ("a.json", "", "like zh or bo; found none."),
        ("a.srt", "", "like zh or bo; found none."),
    ],
)
def test_the_language_that_a_machine_guessed_is_offered_and_not_taken(
    desk: tuple[Home, int], tmp_path: Path, name: str, words: str, told: str
) -> None:
    home, clip = desk
    whisper = f'{{{words}"segments": [{{"start": 0.0, "end": 2.5, "text": " 他们都不在了。"}}]}}'
    (tmp_path / name).write_text(whisper if name.endswith("json") else SRT, "utf-8")
    code, said, _ = run(home, "add", str(clip), str(tmp_path / name), "--account", "magpie")
    assert (code, said.rstrip().endswith(told)) == (2, True), said
