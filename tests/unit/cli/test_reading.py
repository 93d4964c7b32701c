"""Recordings on the command line: taken in, matched, asked about; what is wrong is told, and the rest goes on."""

import io
import json
import wave
from math import sin
from pathlib import Path

import pytest

from support.collecting_desk import NOW, in_folder, manifest_of, tweet, x_files
from tamizdat.cli.main import main

pytestmark = pytest.mark.needs_box


def spoken(pitch: int) -> bytes:
    """A third of a second that can be heard."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(bytes(int(128 + 90 * sin(at * pitch / 90)) for at in range(2700)))
    return out.getvalue()


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main([*words, "--json"]) == code
    found = map(json.loads, capsys.readouterr().out.splitlines())
    return [each for each in found if {"recording", "person", "item"} & each.keys()]


def test_recordings_are_taken_in_matched_and_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAMIZDAT_HOME", str(tmp_path / "desk"))
    assert main(["setup", "desk", "--no-passphrase"]) == 0
    for name in ("王小明", "李雨"):
        assert main(["people", "add", f"name={name}", "release=public"]) == 0
    [one, two] = [each["person"] for each in said(capsys, "people")]
    heard, nothing = tmp_path / "Anna Petrova.wav", tmp_path / "zero.wav"
    heard.write_bytes(spoken(40))
    nothing.write_bytes(b"")
    [taken] = said(capsys, "reading", "add", str(nothing), str(heard), str(tmp_path / "none.wav"), code=3)
    number = str(taken["recording"])
    assert said(capsys, "reading", "add", str(heard)) == [taken], "once is enough"
    assert [each["recording"] for each in said(capsys, "reading")] == [int(number)]
    told = said(capsys, "reading", "match", number, str(one), "--dry-run")
    assert told == [{"recording": int(number), "person": one, "consent": "unasked"}]
    assert said(capsys, "reading") == [{"recording": int(number), "person": None, "consent": None}], (
        "nothing was stated"
    )
    for wrong, why in (
        (("consent", number, "--given"), "of which nobody said so"),
        (("match", "99", str(one)), "found 99, which is none"),
    ):
        assert main(["reading", *wrong]) == 2
        assert why in " ".join(capsys.readouterr().err.split())
    said(capsys, "reading", "match", number, str(one))
    assert main(["reading", "match", number, str(two)]) == 2
    assert main(["reading", "match", number, "99"]) == 2
    assert [each["person"] for each in said(capsys, "reading", "missing")] == [one, two], "nobody consented yet"
    said(capsys, "reading", "consent", number, "--given")
    assert [each["person"] for each in said(capsys, "reading", "missing")] == [two]
    assert main(["publish", "withdraw", number]) == 0
    assert [each["person"] for each in said(capsys, "reading", "missing")] == [one, two], "it is heard by nobody"
    for given in (("consent", number, "--given"), ("match", number, str(one), "--consented")):
        assert main(["reading", *given]) == 2, "an editor took it off, and not who speaks"
        assert "which an editor withdrew" in " ".join(capsys.readouterr().err.split())
    assert main(["publish", "release", number]) == 0
    said(capsys, "reading", "consent", number, "--given")
    said(capsys, "reading", "consent", number, "--withdrawn")
    said(capsys, "reading", "consent", number, "--given")
    assert [each["person"] for each in said(capsys, "reading", "missing")] == [two], "who speaks may change their mind"
    assert main(["people", "withdraw", str(two)]) == 0
    post = tweet(
        1, "listen", extended_entities={"media": [{"media_url_https": "https://v.example/a.wav", "type": "video"}]}
    )
    folder = in_folder(
        tmp_path / "x", x_files([post], manifest=manifest_of(NOW, 1)) | {"data/tweets_media/1-a.wav": spoken(60)}
    )
    assert main(["collect", str(folder)]) == 0
    [listed] = [each for each in said(capsys, "publish", "list") if "post" in each]
    [another] = said(capsys, "reading", "add", "--post", str(listed["item"]))
    assert main(["reading", "match", str(another["recording"]), str(two)]) == 2, "who is withdrawn is not read"
    assert main(["reading", "add", "--post", "99"]) == 2
    said(capsys, "reading", "match", str(another["recording"]), str(one), "--consented")
    assert [each["person"] for each in said(capsys, "reading", "unmatch", number)] == [None]
    assert sorted(str(each["person"]) for each in said(capsys, "reading")) == sorted(["None", str(one)])
