"""Model folders: what is one is told before anything is loaded, and what is none is refused with what is wrong."""

from pathlib import Path

import pytest

from support.tiny_models import heads
from tamizdat.errors import ToolMissing, UsageError
from tamizdat.machine import model_box
from tamizdat.machine.model_folder import SPEECH, TRANSLATION, look, models_in

WHISPER = ("config.json", "tokenizer.json", "vocabulary.json")
MARIAN = ("config.json", "source.spm", "target.spm", "shared_vocabulary.json")


def test_a_whole_folder_is_a_model_and_named_by_its_files_alone(tmp_path: Path) -> None:
    folder = heads(tmp_path / "small", b"WhisperSpec", *WHISPER, "README.md")
    model = look(folder)
    assert (model.name, model.kind, sorted(model.files)) == ("small", SPEECH, sorted([*WHISPER, "model.bin"]))
    digest = model.digest()
    (folder / "README.md").write_text("other")
    assert look(folder).digest() == digest
    (folder / "tokenizer.json").write_text("{ }")
    assert look(folder).digest() != digest
    assert look(heads(tmp_path / "opus", b"TransformerSpec", *MARIAN)).kind == TRANSLATION


@pytest.mark.parametrize("missing", WHISPER)
def test_a_folder_for_which_the_library_would_ask_a_hub_is_refused(tmp_path: Path, missing: str) -> None:
    folder = heads(tmp_path / "small", b"WhisperSpec", *(each for each in WHISPER if each != missing))
    with pytest.raises(UsageError, match=rf"Expected {missing}.*'small', found none: it would be asked of a hub"):
        look(folder)


@pytest.mark.parametrize("missing", MARIAN[1:])
def test_a_model_of_translation_without_its_words_or_pieces_is_refused(tmp_path: Path, missing: str) -> None:
    folder = heads(tmp_path / "opus", b"TransformerSpec", *(each for each in MARIAN if each != missing))
    with pytest.raises(UsageError, match="found none"):
        look(folder, TRANSLATION)


def test_what_is_no_folder_no_model_or_another_kind_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    heads(tmp_path / "other", b"Wav2Vec2Spec", *WHISPER)
    heads(tmp_path / "opus", b"TransformerSpec", *MARIAN)
    (heads(tmp_path / "cut", b"WhisperSpec", *WHISPER) / "model.bin").write_bytes(b"\6\0")
    wanted = {
        "none": "found none called 'none'",
        "file": "found none called 'file'",
        "empty": "Expected model.bin in the folder 'empty', found none",
        "other": "found 'Wav2Vec2Spec' in model.bin",
        "opus": "Expected a model of speech, found one of translation",
        "cut": "found '' in model.bin of 'cut'",
    }
    for name, says in wanted.items():
        with pytest.raises(UsageError, match=says):
            look(tmp_path / name, SPEECH)


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "x" * 101, b"\xff".decode("utf-8", "surrogateescape")])
def test_a_name_that_cannot_be_shown_is_refused_and_hides_no_other_model(tmp_path: Path, name: str) -> None:
    heads(tmp_path / name, b"WhisperSpec", *WHISPER)
    heads(tmp_path / "small", b"WhisperSpec", *WHISPER)
    models = models_in(tmp_path)
    assert [each.name for each in models.found] == ["small"]
    assert len(models.problems) == 1
    assert models.problems[0].isprintable()
    assert "Rename it" in models.problems[0]


def test_a_link_to_a_model_is_called_as_the_link_is(tmp_path: Path) -> None:
    heads(tmp_path / "elsewhere" / "a1b2c3", b"WhisperSpec", *WHISPER)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small").symlink_to(tmp_path / "elsewhere" / "a1b2c3")
    assert [each.name for each in models_in(tmp_path / "models").found] == ["small"]


def test_a_file_that_is_a_link_out_of_the_model_is_not_shown_to_it(tmp_path: Path) -> None:
    folder = heads(tmp_path / "models--x" / "snapshots" / "a1b2c3", b"WhisperSpec", *WHISPER)
    (tmp_path / "models--x" / "blobs").mkdir()
    kept = tmp_path / "models--x" / "blobs" / "77"
    (folder / "tokenizer.json").rename(kept)
    (folder / "tokenizer.json").symlink_to("../../blobs/77")
    assert look(folder).files["tokenizer.json"] == kept, "a hub's cache keeps files so"
    (tmp_path / "keys.age").write_text("a secret")
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.json").symlink_to(tmp_path / "keys.age")
    with pytest.raises(UsageError, match=r"found vocabulary\.json of 'a1b2c3' to be a link out of it"):
        look(folder)


def test_a_folder_of_models_shows_the_whole_ones_and_says_why_others_are_none(tmp_path: Path) -> None:
    assert models_in(tmp_path / "not there").found == ()
    heads(tmp_path / "b", b"WhisperSpec", *WHISPER)
    heads(tmp_path / "a", b"WhisperSpec", "config.json")
    (tmp_path / "note.txt").write_text("not a folder")
    models = models_in(tmp_path)
    assert [each.name for each in models.found] == ["b"]
    assert [("'a'" in each) for each in models.problems] == [True]


def test_without_the_extra_it_is_said_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model_box.PACKAGES, SPEECH, (("a_package_that_is_not_there",), "speech"))
    with pytest.raises(ToolMissing, match=r"a-package-that-is-not-there.*'scripts/setup --models' does"):
        model_box.require_packages(SPEECH)
