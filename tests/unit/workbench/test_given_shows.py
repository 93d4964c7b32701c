"""What was given out goes out of the house only while what it shows may be shown."""

import io
import zipfile
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest

from support.media_samples import needs_ffmpeg
from support.transcribing_desk import approve, capture, transcribe
from support.visitor import Room, Visitor
from tamizdat.archive.acts.people import state_people
from tamizdat.archive.acts.readings import match, say_consent, unmatch
from tamizdat.archive.acts.redactions import clear, redact
from tamizdat.archive.acts.releases import state_release
from tamizdat.covering import Cover, Silence
from tamizdat.cutting_room.choice import Choice, chosen
from tamizdat.cutting_room.clearance import require_still_shown
from tamizdat.demo.sample_voices import spoken
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.catalogued import CataloguedPost, PersonEntry
from tamizdat.statements.transcribed import Cue
from tamizdat.workbench.given_shows import Shows, edition_of, looks_current, may_go_out
from tamizdat.workbench.jobs import books, exports
from tamizdat.workbench.jobs.jobs import Job

DAY = "2026-11-25"
SAVE = "Save as a ZIP file"


def give(room: Room, editor: Visitor, **form: str) -> str:
    """The name of what was given out."""
    there = {each.name for each in room.bench.given.all()}
    assert editor.post("/export", **form).status == 303
    room.bench.jobs.wait()
    job = room.bench.jobs.of("export")
    assert job
    assert not job.problem, job.problem
    [made] = {each.name for each in room.bench.given.all()} - there
    return made


def copy_of_edition(room: Room) -> str:
    """The name of a copy of the whole edition, noted as ``give_edition`` notes one."""
    making = room.bench.given.begin("copy", 0)
    making.mkdir()
    (making / "edition.zim").write_bytes(b"a copy")
    room.bench.given.finish("copy", Shows(edition=edition_of(room.bench.site)))
    return "copy"


def publish(room: Room, editor: Visitor) -> None:
    editor.post("/publish", do="publish")
    room.bench.jobs.wait()
    job = room.bench.jobs.of("publish")
    assert job
    assert not job.problem, job.problem


def saved(editor: Visitor, name: str) -> int:
    return editor.get(f"/export/file?name={quote(name)}").status


def received(room: Room) -> None:
    """The card in whose consignment ``capture`` puts what it captures."""
    manifest = room.archive.objects.add([b"the closing manifest"])
    said: dict[str, Json] = {"consignment": "0" * 64, "device": None, "state": "complete", "files": 2, "bytes": 14}
    statement, key = Statement("received", (Subject("manifest", manifest),), said), room.bench.key
    room.archive.append([sign_statement(statement, [(key.public, key.sign)])])


def sound(room: Room, syllables: str, path: str) -> int:
    return capture(room.archive, room.bench.key, spoken(syllables, 200), path)


@needs_ffmpeg
@pytest.mark.needs_box
def test_copies_that_lie_there_are_not_handed_out_once_somebody_in_them_was_covered_or_withdrawn(room: Room) -> None:
    editor, key, archive = room.visitor("editor"), room.bench.key, room.archive
    one, other = sound(room, "林昭", "A.WAV"), sound(room, "李雨", "B.WAV")
    for number in (one, other):
        editor.post(f"/items/{number}", release="public", covering="nobody", title="A voice")
    publish(room, editor)
    first, second = (give(room, editor, do="cut", what=str(each)) for each in (one, other))
    torrent = copy_of_edition(room)
    assert {saved(editor, each) for each in (first, second, torrent)} == {200}
    with zipfile.ZipFile(io.BytesIO(editor.get(f"/export/file?name={quote(first)}").body)) as packed:
        assert not [each for each in packed.namelist() if each.endswith(".json")], "the note is nobody's business"

    index = redact(archive, key, "0a" * 16, one, Cover((), (Silence(0, 100),)), DAY)
    assert index is not None
    clear(archive, key, "0b" * 16, index, "approved", DAY)
    assert [saved(editor, each) for each in (first, second, torrent)] == [409, 200, 409]
    told = editor.get(f"/export/file?name={quote(first)}").text
    assert f"{first}: It is not handed out any more" in told
    publish(room, editor)
    assert [saved(editor, each) for each in (first, second, torrent)] == [409, 200, 409], "it shows what was covered"
    assert editor.get("/export").text.count(SAVE) == 1
    again = give(room, editor, do="cut", what=str(one))
    assert saved(editor, again) == 200

    words = transcribe(archive, key, other, (Cue(0, 400, "", "李雨"),))
    approve(archive, key, words)
    publish(room, editor)
    assert saved(editor, second) == 409, "its subtitles are others by now"
    editor.post(f"/items/{one}", release="withdrawn", reason="The family asked for it.")
    assert saved(editor, again) == 409
    assert editor.post("/export", do="delete", name=again).status == 303
    assert not list(room.bench.given.folder.glob(f".*{again}*"))


@needs_ffmpeg
@pytest.mark.needs_box
def test_no_clip_goes_out_with_words_that_an_edition_struck_while_it_was_looked_at(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor, key, archive = room.visitor("editor"), room.bench.key, room.archive
    number = sound(room, "李雨", "B.WAV")
    editor.post(f"/items/{number}", release="public", covering="nobody", title="A voice")
    approve(archive, key, transcribe(archive, key, number, (Cue(0, 400, "", "李雨住在三楼"),)))
    publish(room, editor)

    def looked_at(*asked: Any) -> Choice:
        found = chosen(*asked)
        approve(archive, key, transcribe(archive, key, number, (Cue(0, 400, "", "李雨"),)))
        publish(room, editor)
        return found

    def cut() -> None:
        exports.give_shots(archive, room.bench.given, room.bench.site, str(number), date(2026, 11, 25), Job("cut"))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(exports, "chosen", looked_at)
        with pytest.raises(UsageError, match="published again since"):
            cut()
    assert room.bench.given.all() == []
    cut()
    [made] = room.bench.given.all()
    assert saved(editor, made.name) == 200


@needs_ffmpeg
@pytest.mark.needs_box
def test_a_package_goes_out_while_nobody_in_it_took_the_consent_back(room: Room) -> None:
    key, archive = room.bench.key, room.archive
    number, plain = sound(room, "林昭", "A.WAV"), sound(room, "李雨", "B.WAV")
    [person] = state_people(archive, key, [(None, PersonEntry("林昭", "zh-Hans", release="public"))])
    match(archive, key, number, person, DAY, "given")
    package, other = Shows(files=(number, plain)), Shows(files=(plain,))
    assert may_go_out(archive, room.bench.site, package, DAY)
    say_consent(archive, key, number, "withdrawn", DAY)
    assert not may_go_out(archive, room.bench.site, package, DAY)
    assert may_go_out(archive, room.bench.site, other, DAY)


@needs_ffmpeg
@pytest.mark.needs_box
def test_a_recording_is_no_file_of_a_card_any_more_once_its_speaker_took_the_consent_back(room: Room) -> None:
    editor, key, archive = room.visitor("editor"), room.bench.key, room.archive
    received(room)
    number, plain = sound(room, "林昭", "A.WAV"), sound(room, "李雨", "B.WAV")
    [person] = state_people(archive, key, [(None, PersonEntry("林昭", "zh-Hans", release="public"))])
    match(archive, key, number, person, DAY, "given")
    both, other = (give(room, editor, do="files", what=each) for each in (f"{number} {plain}", str(plain)))
    assert [saved(editor, each) for each in (both, other)] == [200, 200]

    say_consent(archive, key, number, "withdrawn", DAY)
    assert [saved(editor, each) for each in (both, other)] == [409, 200]
    assert editor.post("/export", do="delete", name=both).status == 303
    half = room.bench.given.begin(both, 0)
    (half / "from a stopped run").mkdir(parents=True)
    (half / "from a stopped run" / "A.WAV").write_bytes(b"a voice")
    assert give(room, editor, do="files", what=f"{number} {plain}") == both
    names = [path.name for path in (room.bench.given.folder / both).rglob("*.WAV")]
    assert names == ["B.WAV"]
    assert "who speaks in it took back their consent" in editor.get("/export").text
    assert saved(editor, both) == 200

    unmatch(archive, key, number, DAY)
    assert archive.index.readings.taken_back() == {number}, "it is the same voice"
    match(archive, key, number, person, DAY, "given")
    assert archive.index.readings.taken_back() == set(), "they agreed after all"


def test_a_thing_that_is_called_as_the_note_of_another_once_was_is_made_and_deleted(
    room: Room,
) -> None:
    given = room.bench.given
    for resumed in (False, True):
        given.folder.mkdir(exist_ok=True)
        (given.folder / ".X.json").write_bytes(b"{}")
        given.begin("X.json", 0, resumed).mkdir(exist_ok=True)
        given.finish("X.json", Shows(cards=()))
        (given.folder / ".X.json").write_bytes(b"{}")
        given.delete("X.json")
        assert list(given.folder.iterdir()) == []


def test_of_what_nobody_noted_anything_nothing_is_handed_out(room: Room) -> None:
    editor, given = room.visitor("editor"), room.bench.given
    for name in ("cut 2026-01-01", "edition 3 ZIM", "mine"):
        given.begin(name, 0).mkdir()
        given.finish(name, Shows(cards=()))
    assert saved(editor, "mine") == 200
    (given.folder / "..cut 2026-01-01.json").unlink()
    (given.folder / "..edition 3 ZIM.json").write_bytes(b'{"edition":"","files":[],"items":{"x":""}}')
    assert [saved(editor, each) for each in ("cut 2026-01-01", "edition 3 ZIM")] == [409, 409]
    page = editor.get("/export").text
    assert (page.count(SAVE), page.count("or nobody noted what it shows")) == (1, 2)
    assert editor.post("/export", do="delete", name="edition 3 ZIM").status == 303


def test_an_embargo_said_after_the_edition_holds_back_copies_and_books_that_show_the_post(room: Room) -> None:
    editor, archive, site = room.visitor("editor"), room.archive, room.bench.site
    first, second = room.number(1), room.number(3)
    for number in (first, second):
        editor.post(f"/items/{number}", release="public")
    publish(room, editor)
    torrent = give(room, editor, do="torrent")
    book = books.make(archive, site, "", "en", DAY, Job("book"))
    assert saved(editor, torrent) == 200
    assert books.may_go_out(archive, site, book, DAY)

    state_release(archive, room.bench.key, CataloguedPost(room.post(1), until="2026-12-24"))
    assert saved(editor, torrent) == 409
    assert not books.may_go_out(archive, site, book, DAY)
    with pytest.raises(UsageError, match=rf"found 1 item not to be shown any more \({first}\)"):
        require_still_shown(archive, site, DAY)
    again = books.make(archive, site, "", "en", DAY, Job("book"))
    assert (set(again.items), again.left) == ({second}, 1)
    assert may_go_out(archive, site, room.bench.given.shows(torrent), "2026-12-24"), "its day has come"


def test_where_no_edition_stands_no_copy_of_one_is_handed_out(room: Room) -> None:
    assert edition_of(room.bench.site) == ""
    for shows in (Shows(edition="0" * 64), Shows(items={"17": "0" * 64})):
        assert not looks_current(room.bench.site, shows)
        assert not may_go_out(room.archive, room.bench.site, shows, DAY)
