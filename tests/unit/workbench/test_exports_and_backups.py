"""Exports and backups in the browser: into the desk's own folder, and to places that are known, and nowhere else."""

import io
import os
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from support.delivered_room import Delivered
from support.field_and_desk import NOTE, World
from support.visitor import Room, Visitor
from tamizdat.archive.acts import items
from tamizdat.archive.acts.people import state_person
from tamizdat.cli.main import main
from tamizdat.errors import UsageError, WorkRemains
from tamizdat.home.backups import Backups
from tamizdat.offline.torrent import difference, read_torrent
from tamizdat.places.folder import FolderPlace
from tamizdat.sealing.age import unseal
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.workbench.given_files import GivenFiles, zipped
from tamizdat.workbench.given_shows import Shows
from tamizdat.workbench.jobs.exports import _name_of, give_edition, words_of
from tamizdat.workbench.jobs.jobs import EXPORT, Job
from tamizdat.workbench.jobs.publish import publish_for
from tamizdat.workbench.screens import release

CARD = "anna 2026-11-23 0900"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    """A desk with a card of three files."""
    with World(tmp_path_factory.mktemp("room")) as world:
        world.write("note.txt", NOTE)
        world.write("DCIM/རི་མོ.txt", "ཡི་གེ".encode())
        world.write("DCIM/clip.bin", bytes(range(256)) * 9000)
        world.carry()
        room = Delivered(world)
        yield room
        room.close()


@pytest.fixture(scope="module")
def editor(room: Delivered) -> Visitor:
    return room.visitor("editor")


def given_out(room: Delivered, editor: Visitor, **form: str) -> str:
    """The page after the job."""
    assert editor.post("/export", **form).status == 303
    room.bench.jobs.wait()
    return editor.get("/export").text


def test_a_card_is_given_out_saved_as_a_zip_file_and_deleted(room: Delivered, editor: Visitor) -> None:
    page = given_out(room, editor, do="files", what="anna 2026-11-23 09:00")
    assert f"Save “{CARD}”" in page
    answer = editor.get(f"/export/file?name={CARD.replace(' ', '+')}")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        assert packed.testzip() is None
        assert packed.read(f"{CARD}/note.txt") == NOTE
        assert packed.read(f"{CARD}/DCIM/རི་མོ.txt").decode() == "ཡི་གེ"
        assert any(name.endswith("ascmhl_chain.xml") for name in packed.namelist())
    refused = given_out(room, editor, do="files", what="anna 2026-11-23 09:00")
    assert "was given out already" in refused
    assert editor.post("/export", do="delete", name=CARD).to == "/export?done=deleted"
    assert not (room.bench.given.folder / CARD).exists()
    assert editor.get(f"/export/file?name={CARD.replace(' ', '+')}").status == 404


def test_files_by_number_are_given_out_alone(room: Delivered, editor: Visitor) -> None:
    numbers = {each.path: each.number for each in room.archive.index.files()}
    page = given_out(room, editor, do="files", what=f"{numbers['note.txt']}, {numbers['DCIM/clip.bin']}", only="*.bin")
    [given] = room.bench.given.all()
    assert f"Save “{given.name}”" in page
    names = [path.name for path in (room.bench.given.folder / given.name).rglob("*.*")]
    assert "clip.bin" in names
    assert "note.txt" not in names
    room.bench.given.delete(given.name)


def test_what_is_half_made_takes_no_note_for_its_folder(room: Delivered) -> None:
    given = room.bench.given
    for name in ("X", "X.json"):
        given.begin(name, 0).mkdir()
        given.finish(name, Shows(cards=()))
    half = given.begin("X.json.json", 0)
    half.mkdir()
    assert given.shows("X") == given.shows("X.json") == Shows(cards=())
    assert given.halves() == ["X.json.json"]
    given.delete_halves()
    for name in ("X", "X.json"):
        given.delete(name)
    assert not list(given.folder.iterdir())


def published(room: Delivered) -> None:
    """Publish a name, for an edition of nothing is refused; what a test before this one published will do."""
    if (room.bench.site / "edition" / "edition.json").is_file():
        return
    state_person(room.archive, room.bench.key, PersonEntry("王小明", release="public"))
    publish_for(room.home, room.archive, room.bench.accounts, room.bench.today())


def test_an_export_of_no_file_is_none(room: Delivered, editor: Visitor) -> None:
    page = given_out(room, editor, do="files", what="anna 2026-11-23 09:00", only="*.MOV, ../*")
    assert "None of these files has a name like *.MOV, ../*." in page
    assert room.bench.given.all() == []


def test_what_a_package_for_a_court_would_tell_is_read_before_it_is_made(room: Delivered, editor: Visitor) -> None:
    number = str(room.archive.index.files()[0].number)
    assert "found none: nothing of it could be proved" in given_out(room, editor, do="foresee", what=number)
    published(room)
    page = given_out(room, editor, do="foresee", what=number)
    assert "Beyond what was chosen the package tells" in page
    assert "the closing manifest of a card" in page
    assert not room.bench.given.all()
    page = given_out(room, editor, do="evidence", what=number, part="times")
    [given] = room.bench.given.all()
    assert given.name.startswith("evidence 2026-11-25")
    assert "Hand this number over by another way" in page
    assert (room.bench.given.folder / given.name / "tagmanifest-sha256.txt").is_file()
    room.bench.given.delete(given.name)


def test_the_edition_is_given_out_as_one_file(room: Delivered, editor: Visitor) -> None:
    published(room)
    assert "Save “edition 1 torrent”" in given_out(room, editor, do="torrent")
    [given] = room.bench.given.all()
    made = read_torrent(room.bench.given.folder / given.name / "edition-1.torrent")
    assert (made.path.name, difference(made), given.files) == ("edition-1.zim", "", 2)
    room.bench.given.delete(given.name)


def test_a_film_is_held_against_what_may_be_shown(room: Delivered, editor: Visitor) -> None:
    published(room)
    number = next(each.number for each in room.archive.index.files())
    cut = "00:00:01:00 00:00:03:00 01:00:00:00 01:00:02:00"
    names = (f"item-{number:04}.mp4", "music.wav")
    events = [f"{at:03}  AX  V  C  {cut}\n* FROM CLIP NAME: {name}\n" for at, name in enumerate(names, 1)]
    before = room.archive.size
    answer = editor.send("/export/film", "film.edl", f"TITLE: film\n{''.join(events)}".encode())
    assert answer.status == 200
    text = " ".join(answer.text.split())
    assert "1 file that it uses is not to be shown so." in text
    assert f'<a href="/items/{number}">Item {number}</a>' in text
    assert "It is not to be shown: it was withdrawn, or never released." in text
    assert 'action="/export/film#film"' in text
    assert "Not of this desk: <bdi>music.wav</bdi>" in text
    assert room.archive.size == before, "it is read, and nothing is stated"
    refused = editor.send("/export/film", "film.aaf", b"\xd0\xcf\x11\xe0")
    assert refused.status == 400
    assert "found AAF" in refused.text.partition('id="film"')[2], "there, where the form leads back to"
    assert room.visitor("reviewer").send("/export/film", "film.edl", b"TITLE: film").status == 403


@pytest.mark.parametrize("torrent", [True, False])
def test_an_edition_that_is_given_out_can_be_stopped(room: Delivered, editor: Visitor, torrent: bool) -> None:
    published(room)
    job = Job(EXPORT, "torrent" if torrent else "zim")
    job.stop.set()
    with pytest.raises(WorkRemains):
        give_edition(room.archive, room.bench.given, room.bench.site, torrent, date(2026, 11, 25), job)
    assert room.bench.given.all() == []
    room.bench.given.delete_halves()


def test_a_file_in_the_place_of_the_folder_is_named(room: Delivered, editor: Visitor) -> None:
    folder = room.bench.given.folder
    assert not list(folder.iterdir())
    folder.rmdir()
    folder.write_text("mine")
    page = given_out(room, editor, do="files", what="anna 2026-11-23 09:00")
    assert "to be a folder, found a file" in page
    assert folder.read_text() == "mine"
    folder.unlink()


def test_a_stopped_export_leaves_what_is_not_whole_apart_and_goes_on(room: Delivered, editor: Visitor) -> None:
    given = room.bench.given
    making = given.begin(CARD, 0, resumed=True)
    making.mkdir()
    (making / "half").write_bytes(b"half")
    page = editor.get("/export").text
    assert "1 was begun and is not whole" in page
    assert not given.all()
    assert editor.get(f"/export/file?name=.{CARD.replace(' ', '+')}").status == 404
    assert f"Save “{CARD}”" in given_out(room, editor, do="files", what="anna 2026-11-23 09:00")
    assert (given.folder / CARD / "half").is_file(), "it went on in the same folder"
    given.delete(CARD)
    given.begin("other", 0).mkdir()
    assert editor.post("/export", do="delete").status == 303
    assert given.halves() == []


@pytest.mark.parametrize("name", ["..", "../keys.age", ".", "", "keys.age", "x/../../keys.age", "\x00"])
def test_nothing_but_what_was_given_out_is_saved_or_deleted(room: Delivered, editor: Visitor, name: str) -> None:
    before = sorted(path.name for path in room.home.folder.iterdir())
    if name:
        assert editor.post("/export", do="delete", name=name).status == 400
    assert room.bench.given.path(name) is None
    assert sorted(path.name for path in room.home.folder.iterdir()) == before


@pytest.mark.parametrize(
    "form",
    [
        {"do": "files", "what": ""},
        {"do": "cut", "what": " , "},
        {"do": "evidence", "what": ""},
        {"do": "else"},
    ],
)
def test_what_names_nothing_is_refused_and_told(room: Delivered, editor: Visitor, form: dict[str, str]) -> None:
    answer = editor.post("/export", **form)
    assert answer.status == 400
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    ("do", "what", "told"),
    [
        ("files", "nobody 2026-01-01 00:00", "nobody"),
        ("cut", "1", "Expected"),
        ("evidence", "999999", "999999"),
        ("files", "<script>alert(1)</script>", "&lt;script&gt;"),
    ],
)
def test_what_is_not_there_is_told_and_nothing_is_written(
    room: Delivered, editor: Visitor, do: str, what: str, told: str
) -> None:
    assert told in given_out(room, editor, do=do, what=what)
    assert room.bench.given.all() == []


def test_words_are_parted_at_commas_and_numbers_at_spaces() -> None:
    assert words_of("17 20-44, 9") == ["17", "20-44", "9"]
    assert words_of("anna 2026-11-23 09:14,\n 17") == ["anna 2026-11-23 09:14", "17"]
    assert words_of(" , \n") == []


def test_a_link_in_what_was_given_out_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "thing"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "plain").write_bytes(b"plain")
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(folder)))) as packed:
        assert packed.namelist() == ["plain"]


def test_a_zip_file_of_what_is_deleted_meanwhile_is_seen_to_be_cut_off(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"bytes" * 99)
    sent = zipped(tmp_path)
    first = next(sent)
    (tmp_path / "b").unlink()
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(first + b"".join(sent)))


def test_a_zip_file_does_not_tell_in_which_zone_the_desk_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Chongqing")
    time.tzset()
    for name, at in (("a", 1_700_000_000), ("old", 0), ("far", 1 << 33)):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (at, at))
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(tmp_path)))) as packed:
        when = {each.filename: each.date_time for each in packed.infolist()}
    monkeypatch.undo()
    time.tzset()
    assert when["a"] == (2023, 11, 14, 22, 13, 20)
    assert (when["old"][0], when["far"][0]) == (1980, 2107)


def test_what_is_deleted_and_cut_off_by_a_kill_is_not_taken_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Home:
        folder = tmp_path

    given = GivenFiles(Home())  # type: ignore[arg-type]  # all it asks of a home
    given.begin("thing", 0).mkdir()
    given.finish("thing", Shows(cards=()))
    (tmp_path / "given/thing/a").write_bytes(b"a")
    unlink = os.unlink

    def killed(path: str, **more: int) -> None:
        unlink(path, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        given.delete("thing")
    assert given.all() == []
    assert given.halves() == ["thing"]


@pytest.mark.parametrize(
    ("wished", "held"),
    [
        ("བོད་ཡིག 2026", "བོད-ཡིག 2026"),
        ("../x", "-x"),
        ("a/b\0c", "a-b-c"),
        (". .", "files"),
        ("𠀀" * 300, "𠀀" * 50),
        ("ཡི" * 300, "ཡི" * 33),
    ],
)
def test_a_name_is_one_that_every_disk_holds_and_its_language_reads(wished: str, held: str) -> None:
    assert _name_of(wished) == held


def test_a_folder_of_given_files_may_be_a_link_to_another_disk(tmp_path: Path) -> None:
    class Home:
        folder = tmp_path

    (tmp_path / "disk").mkdir()
    (tmp_path / "given").symlink_to(tmp_path / "disk")
    given = GivenFiles(Home())  # type: ignore[arg-type]  # all it asks of a home
    given.begin("thing", 0).mkdir()
    given.finish("thing", Shows(cards=()))
    assert (tmp_path / "disk" / "thing").is_dir()
    (tmp_path / "disk" / os.fsdecode(b"\xff\xfe")).mkdir()
    assert [each.name for each in given.all()] == ["thing"], "what no page can say is not ours"
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    with pytest.raises(UsageError, match="Is its disk plugged in"):
        given.begin("other", 0)
    assert given.all() == []


def test_an_editor_backs_up_to_the_places_that_are_known(room: Delivered, editor: Visitor) -> None:
    assert "Back up now" in editor.get("/backups").text
    before = Backups.read(room.home.folder).last["backup"]
    (given := room.bench.given.begin("in the clear", 0)).mkdir()
    (given / "clip.bin").write_bytes(secret := b"of nobody else" * 60)
    room.bench.given.finish("in the clear", Shows(cards=()))
    assert editor.post("/backups", do="backup").status == 303
    room.bench.jobs.wait()
    assert not any(
        secret in unseal(room.world.backup.get(name), [room.world.recovery]) for name in room.world.backup.list()
    )
    room.bench.given.delete("in the clear")
    page = editor.get("/backups").text
    assert "The backup on “backup” is whole" in page
    assert Backups.read(room.home.folder).last["backup"].done > before.done
    assert room.world.recovery.to_text() not in page
    assert "AGE-SECRET" not in page


def test_the_workbench_and_check_count_alike_what_came_since_a_backup(room: Delivered, editor: Visitor) -> None:
    """Random entries, which round the published ledger up, are nothing that a backup would lack."""

    def told() -> tuple[bool, bool, bool]:
        shown = io.StringIO()
        main(["check", "--home", str(room.home.folder)], shown, shown)
        checked, page = " ".join(shown.getvalue().split()), editor.get("/backups").text
        return "grew by" in checked, "grew by 1 statement." in checked, "1 entry of the ledger came since" in page

    room.bench.archive.pad()
    assert told() == (False, False, False)
    assert "Nothing came into the ledger since." in editor.get("/backups").text
    state_person(room.bench.archive, room.home.keyring.signing["desk"], PersonEntry("Lin"))
    assert told() == (True, True, True)


def test_a_desk_without_a_recovery_key_says_where_one_is_made(tmp_path: Path) -> None:
    room = Room(tmp_path)
    page = room.visitor("editor").get("/backups").text
    assert "There is no recovery key yet" in page
    assert "Back up now" not in page
    room.close()


def test_a_place_that_fails_is_told_by_its_name(room: Delivered, editor: Visitor) -> None:
    room.world.desk.given["gone"] = FolderPlace("gone", room.folder / "gone")
    room.home.add_place("gone", str(room.folder / "gone"), {}, "backups")
    editor.post("/backups", do="backup")
    room.bench.jobs.wait()
    page = editor.get("/backups").text
    assert "The backup on “backup” is whole" in page
    assert "<bdi>gone</bdi>:" in page


def test_reading_everything_again_finds_what_was_damaged(room: Delivered, editor: Visitor) -> None:
    editor.post("/backups", do="check")
    room.bench.jobs.wait()
    assert "Everything that was read holds." in editor.get("/backups").text
    item = room.archive.index.files()[0]
    path = room.archive.objects.path(item.original)
    sound = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    editor.post("/backups", do="check")
    room.bench.jobs.wait()
    page = editor.get("/backups").text
    path.write_bytes(sound)
    assert "1 fault was found." in page
    assert item.original in page


def test_another_button_is_refused(room: Delivered, editor: Visitor) -> None:
    assert editor.post("/backups", do="restore").status == 400


def test_files_of_a_card_are_released_one_after_the_other_and_that_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with World(tmp_path) as world:
        for name in ("a", "b", "c"):
            world.write(f"DCIM/{name}.jpg", name.encode())
        world.carry()
        room = Delivered(world)
        editor = room.visitor("editor")
        where = f"/publish/release?card={room.archive.index.consignments()[0].consignment}"
        read = re.search(r'name="read" value="([0-9a-f]+)"', editor.get(where).text)
        assert read

        def state(*said: Any) -> None:
            items.catalogue(*said)
            editor.post(where, do="stop")  # the button is pressed while the first is stated

        monkeypatch.setattr(release, "catalogue", state)
        answer = editor.post(where, act="release", which="all", read=read[1])
        room.bench.jobs.wait()
        page = editor.get(answer.to).text
        assert "It was stopped. What was whole by then is kept." in page
        assert "Nothing was changed." not in page
        assert [each.release for each in room.archive.index.files()].count("public") == 1
        room.close()
