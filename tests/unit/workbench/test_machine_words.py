"""Machine suggestions: off until an editor switches a model on, asked by a person, taken by one, told to reviewers."""

import shutil
from dataclasses import replace

import pytest

from support.tiny_models import SENTENCE, heads, needs, translation_model
from support.visitor import Room
from tamizdat.errors import UsageError
from tamizdat.machine.model_folder import look
from tamizdat.machine.suggestion import codes
from tamizdat.translation.memory import Memory
from tamizdat.translation.segments import segments_of
from tamizdat.workbench.drafts.translations import sentence_keys
from tamizdat.workbench.machine_switches import Switch
from tamizdat.workbench.machine_words import Said

MARIAN = ("config.json", "source.spm", "target.spm", "shared_vocabulary.json")
SWITCH = Switch("zh", "en", "opus", "ab" * 32, 0, "2026-11-25")
OTHER = "他们没有回家。"
SAID = Said("The model wrote this.", "opus", "ab" * 32)


def work(room: Room) -> tuple[str, str, str]:
    """The address of a piece of work, its post, and the key of its first sentence."""
    version = room.archive.index.posts.versions(room.post(1))[-1]
    found, _ = segments_of(version, version.text)
    key = sentence_keys([each.source for each in found])[0]
    return f"/translate/{room.number(1)}/en", room.post(1), key


def form(room: Room, first: str, seen: str = "0") -> dict[str, str]:
    version = room.archive.index.posts.versions(room.post(1))[-1].number
    words = {f"target-{each}": "512 words." for each in range(1, 4)} | {f"seen-{each}": "0" for each in range(1, 4)}
    return {**words, "target-0": first, "seen-0": seen, "version": str(version), "latest": ""}


def test_nothing_can_be_asked_until_an_editor_switches_a_model_on(room: Room) -> None:
    path, _, _ = work(room)
    visitor = room.visitor("translator")
    assert "Ask the model" not in visitor.get(path).text
    refused = visitor.post(f"{path}/draft", machine="0", **form(room, "mine"))
    assert (refused.status, "No model is switched on for these languages" in refused.text) == (400, True)
    assert visitor.get("/models").status == 403
    room.bench.machine_switches.put(SWITCH)
    assert "Ask the model" in visitor.get(path).text
    editor = room.visitor("editor")
    editor.get("/models")
    assert editor.post("/models/off", spoken="zh", language="en").to == "/models?done=switched-off"
    assert "Ask the model" not in visitor.get(path).text


def test_machine_words_stand_beside_the_sentence_until_the_person_who_asked_takes_them(room: Room) -> None:
    path, post, key = work(room)
    account, visitor = room.accounts["translator"], room.visitor("translator")
    room.bench.machine_words.add(account, post, "en", key, SAID)
    page = visitor.get(path).text
    assert f'value="0:machine"><span class="into" lang="en" dir="ltr">{SAID.words}' in page
    assert SAID.words not in room.visitor("reviewer").get(path).text
    assert visitor.post(f"{path}/draft", take="0:machine", **form(room, "")).status == 303
    page = visitor.get(path).text
    assert "Machine text: these are the words of opus" in page
    assert f">\n{SAID.words}</textarea>" in page


def test_reviewers_are_told_how_much_is_the_models_and_the_memory_holds_nothing_of_it(room: Room) -> None:
    path, post, key = work(room)
    account, visitor = room.accounts["translator"], room.visitor("translator")
    room.bench.machine_words.add(account, post, "en", key, SAID)
    visitor.get(path)
    assert visitor.post(f"{path}/propose", **form(room, SAID.words)).status == 303
    [note] = room.bench.notes.of(post, "en")
    assert "1 are word for word what a model suggested: opus (SHA-256 abab" in note.text
    assert room.bench.machine_words.of(account, post, "en") == {}
    version = room.archive.index.posts.versions(post)[-1]
    first = segments_of(version, version.text)[0][0].source
    assert Memory(room.archive).suggest(first, version.language, "en") == []


def test_a_model_is_switched_on_for_languages_that_it_can_be_asked_for_and_no_other_folder(room: Room) -> None:
    editor = room.visitor("editor")
    heads(room.bench.models / "opus", b"TransformerSpec", *MARIAN)
    heads(room.bench.models / "small", b"WhisperSpec", "config.json", "tokenizer.json", "vocabulary.json")
    heads(room.bench.models / "broken", b"TransformerSpec", "config.json")
    page = editor.get("/models").text
    assert "suggests translations" in page
    assert "writes down what is said in clips" in page
    assert "Expected source.spm and target.spm" in page
    for model in ("../opus", "small", "broken", ""):
        refused = editor.post("/models/on", model=model, spoken="zh", language="en")
        assert (refused.status, "not at the desk any more" in refused.text) == (400, True)
    assert editor.post("/models/on", model="opus", spoken="../", language="en").status == 400
    assert room.bench.machine_switches.all() == []


def test_a_model_of_many_languages_is_asked_by_its_own_names_of_them(room: Room) -> None:
    names = ("config.json", "sentencepiece.bpe.model", "shared_vocabulary.txt")
    model = look(heads(room.bench.models / "nllb", b"TransformerSpec", *names))
    assert codes(model, "zh-Hant", "bo") == ("zho_Hant", "bod_Tibt")
    assert codes(model, "zh-Hans-CN", "en-GB") == ("zho_Hans", "eng_Latn")
    with pytest.raises(UsageError, match=r"Expected a language of which the name in 'nllb' is known .* found 'tlh'"):
        codes(model, "tlh", "en")


def test_the_most_exact_switch_counts(room: Room) -> None:
    switches = room.bench.machine_switches
    switches.put(SWITCH)
    switches.put(replace(SWITCH, spoken="zh-Hant", model="other"))
    found = [switches.of(spoken, "en") for spoken in ("zh-Hans", "zh-Hant", "bo")]
    assert [each.model if each else None for each in found] == ["opus", "other", None]
    assert switches.of("zh", "fr") is None


@needs("ctranslate2", "sentencepiece")
@pytest.mark.needs_box
@pytest.mark.long
def test_a_model_at_the_desk_is_switched_on_asked_and_refused_when_its_files_changed(room: Room) -> None:
    path, _, _ = work(room)
    translation_model(room.bench.models / "tiny", SENTENCE)
    editor, visitor = room.visitor("editor"), room.visitor("translator")
    editor.get("/models")
    assert editor.post("/models/on", model="tiny", spoken="zh", language="en").to == "/models?done=switched-on"
    visitor.get(path)
    answer = visitor.post(f"{path}/draft", machine="1", **form(room, "mine"))
    assert answer.to == f"{path}?done=suggested#s1"
    page = visitor.get(path).text
    assert SENTENCE in page
    assert ">\nmine</textarea>" in page
    shutil.rmtree(room.bench.models / "tiny")
    translation_model(room.bench.models / "tiny", OTHER)
    refused = visitor.post(f"{path}/draft", machine="0", **form(room, "mine", "1"))
    assert (refused.status, "was changed since it was switched on" in refused.text) == (400, True)
    editor.post("/models/on", model="tiny", spoken="zh", language="en")
    assert visitor.post(f"{path}/draft", machine="0", **form(room, "mine", "1")).to == f"{path}?done=suggested#s0"
    assert OTHER in visitor.get(path).text, "the new model answers, and not the one that was asked before"
