"""The verb that forgets: what it shows, refuses, does, and says of what nobody can reach."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import in_folder, tweet, x_files
from support.field_and_desk import WORK
from tamizdat.archive.acts.state import state
from tamizdat.cli.main import main
from tamizdat.disk.lock import locked
from tamizdat.encoding import Json, sha256_hex
from tamizdat.home.home import Home
from tamizdat.home.objects import open_archive
from tamizdat.home.setup import create_desk, set_recovery_key
from tamizdat.keys import SealingKey
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.places import set_up_place
from tamizdat.translation.origins import ForeignPair, Origins

SECRET = "警察在楼下等我们，他们知道门牌"


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(argv), out, err)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    set_up_place("shed", str(tmp_path / "shed"), {})
    home.add_place("shed", str(tmp_path / "shed"), {}, "copies")
    set_recovery_key(home, SealingKey.generate().recipient, "2026-11-23")
    export = str(in_folder(tmp_path / "x", x_files([tweet(1, SECRET), tweet(2, "今天去了三户人家，学校倒了")])))
    assert run("collect", export, "--home", str(home.folder))[0] == 0
    with open_archive(home) as archive:
        archive.copy_to(home.places("copies")[0].open(), archive.objects)
    return home.folder


def forget(home: Path, *argv: str) -> tuple[int, dict[str, Any], str]:
    """The verb with --json: its code, all that its records say, and errors."""
    code, out, err = run("forget", *argv, "--home", str(home), "--json")
    told: dict[str, Any] = {"warnings": ""}
    for each in map(json.loads, out.splitlines()):
        told["warnings"] += f"{each.pop('warning', '')}\n"
        told |= each
    return code, told, err


def number(home: Path, post: str = "1") -> str:
    _, out, _ = run("publish", "list", "--home", str(home), "--json")
    listed = [json.loads(line) for line in out.splitlines()]
    return str(next(each["item"] for each in listed if each.get("post", "").endswith(f"/{post}")))


def held(*folders: Path) -> bool:
    """Whether any file in these folders has the words."""
    return any(
        SECRET.encode() in path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()
    )


def test_nothing_is_touched_before_somebody_says_yes(home: Path) -> None:
    which = number(home)
    for argv, code in (((which, "--dry-run"), 0), ((which,), 2)):
        found, told, err = forget(home, *argv)
        assert (found, told["statements"], told["blanked"], told["said too"]) == (code, 1, 1, [])
        assert ("say --yes" in err) == (code == 2)
    both = f"{int(which) - 2}-{number(home, '2')}"
    assert forget(home, both, "--dry-run")[1]["statements"] == 2, "posts, and not the file that they came in"
    publish = ("publish", "release", number(home, "2"), "--home", str(home))
    assert run(*publish)[0] == 0
    assert forget(home, both, "--dry-run")[1]["statements"] == 1, "nothing that is released"
    assert forget(home, "--list")[1] == {"warnings": ""}
    assert held(home)


def test_it_is_gone_here_and_in_the_second_store_and_told_when(home: Path, tmp_path: Path) -> None:
    which = number(home)
    assert held(tmp_path / "shed")
    code, told, _ = forget(home, which, "--why", "danger", "--yes")
    assert (code, told["statements"], told["restated"]) == (0, 1, 2)  # its file and what was seen in it are told anew
    assert (told["forgotten"], told["files"], told["failed"]) == (3, 1, {})
    assert not held(home, tmp_path / "shed")
    listed = forget(home, "--list")[1]
    assert set(map(str, listed["entries"])) - listed["now"].keys() == {which}
    assert len(listed["now"]) == told["restated"]
    code, out, _ = run("check", "--home", str(home))
    assert code == 0
    assert "because it may harm somebody" in " ".join(out.split())
    assert "was forgotten on" in run("forget", which, "--yes", "--home", str(home))[1]
    assert run("publish", "release", which, "--home", str(home))[0] == 2


@pytest.mark.parametrize("work", ["collecting", "receiving", "publishing", "repairing", "moving objects"])
def test_nothing_is_forgotten_while_something_is_taken_in_or_copied(home: Path, work: str) -> None:
    """It would state of bytes that go at this moment, or bring back what goes."""
    which = number(home)
    at_work = Home.open(home, "desk", b"").alone(work)
    with locked(home / "archive" / "publishing.lock") if work == "publishing" else at_work:
        code, _, err = forget(home, which, "--yes")
    assert (code, work in err) == (2, True)
    assert held(home)


def test_a_second_store_that_is_away_is_told_and_the_next_run_goes_on(home: Path, tmp_path: Path) -> None:
    (tmp_path / "shed").rename(tmp_path / "away")
    code, told, _ = forget(home, number(home), "--yes")
    assert (code, told["failed"].keys()) == (1, {"shed"})
    assert not held(home)
    for verb in ("check", "status"):
        code, out, err = run(verb, "--home", str(home))
        assert (code, "'tamizdat forget' goes on" in " ".join((out + err).split())) == (1, True)
    assert forget(home)[0] == 1
    (tmp_path / "away").rename(tmp_path / "shed")
    code, told, _ = forget(home)
    assert (code, told["failed"]) == (0, {})
    assert not held(home, tmp_path / "shed")
    assert forget(home)[1]["unfinished"] is False
    assert run("status", "--home", str(home))[0] == 0


def test_a_backup_that_has_it_is_named_and_the_next_backup_has_it_no_more(home: Path, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "disk"), "--home", str(home))[0] == 0
    before = {path.name for path in (tmp_path / "disk").rglob("*") if path.is_file()}
    code, told, _ = forget(home, number(home), "--yes")
    assert code == 0
    assert "has it until 'tamizdat backup" in told["warnings"]
    assert run("backup", "--home", str(home))[0] == 0
    after = {path.name for path in (tmp_path / "disk").rglob("*") if path.is_file()}
    assert before & after <= {"tamizdat-place"}, "what is left of the old one are none of its packs"


def test_a_list_of_what_is_still_to_be_deleted_is_in_no_backup(home: Path, tmp_path: Path) -> None:
    from tamizdat.backup.contents import contents_of

    (tmp_path / "shed").rename(tmp_path / "away")
    forget(home, number(home), "--yes")
    opened = Home.open(home, "desk", b"")
    with open_archive(opened) as archive:
        assert (archive.folder / "forgetting.json").exists()
        assert not any("forgetting" in each.path for each in contents_of(opened, archive).files)


def test_what_nobody_can_reach_is_said_before(home: Path) -> None:
    _, told, _ = forget(home, number(home), "--dry-run")
    for words in ("packets given to translators", "courts", "flash memory", "snapshots"):
        assert words in told["warnings"]


def test_as_many_statements_and_files_go_as_were_said_to_go(home: Path) -> None:
    said = run("forget", number(home), "--dry-run", "--home", str(home))[1]
    done = run("forget", number(home), "--yes", "--home", str(home))[1]
    assert "Goes: 3 statements (1 observed; 2 about files of posts, stated again" in said
    assert "Goes: 1 file of posts" in said
    assert "the ledger has 3 entries there" in " ".join(said.split())
    assert "Forgotten: 3 statements, 1 file." in done
    assert "(now " in run("forget", "--list", "--home", str(home))[1]


def test_a_download_that_has_it_still_is_told_for_collected_again_it_brings_it_back(home: Path, tmp_path: Path) -> None:
    _, told, _ = forget(home, number(home), "--yes")
    assert "Collected once more, they bring it back as a new post: delete them first." in told["warnings"]
    code, _, err = run("collect", str(tmp_path / "x"), "--home", str(home))
    assert number(home), "that is so: a desk that could tell would say to whoever takes it what was forgotten"
    assert code == 0
    assert "Something was forgotten at this desk" in " ".join(err.split())


@pytest.mark.parametrize("given", [("x",), ("999999",), ("-5", "--yes"), ("1", "--why", "because of 王芳")])
def test_what_is_no_number_or_no_reason_is_refused(home: Path, given: tuple[str, ...]) -> None:
    assert run("forget", *given, "--home", str(home))[0] == 2


def test_a_field_device_forgets_nothing(home: Path, tmp_path: Path) -> None:
    (home / "role").write_text("field\n")
    assert run("forget", "1", "--home", str(home))[0] == 2
    assert run("forget", "1", "--home", str(tmp_path / "nothing"))[0] == 2


def test_what_a_killed_edition_left_beside_the_site_goes_too(home: Path) -> None:
    left = home / ".site.new-0123abcd" / "site" / "index.html"
    left.parent.mkdir(parents=True)
    left.write_text(SECRET, "utf-8")
    assert forget(home, number(home), "--yes")[0] == 0
    assert not held(home)


def test_a_site_that_shows_another_edition_than_the_last_is_mended_first(home: Path) -> None:
    """Publishing was cut off when what was withdrawn still lay there."""
    assert run("publish", "release", number(home, "2"), "--home", str(home))[0] == 0
    assert run("publish", "--home", str(home))[0] == 0
    edition = home / "site" / "edition" / "edition.json"
    last = edition.read_bytes()
    edition.write_bytes(last.replace(b"payload", b"payloaD"))
    code, _, err = forget(home, number(home), "--yes")
    assert (code, "Run 'tamizdat publish', then forget it" in " ".join(err.split())) == (2, True)
    assert held(home)
    edition.write_bytes(last)
    assert forget(home, number(home), "--yes")[0] == 0
    assert not held(home)
    assert run("verify", str(home / "site"))[0] == 0


def test_a_memory_of_others_that_has_a_sentence_of_it_is_named(home: Path) -> None:
    with open_archive(Home.open(home, "desk", b"")) as archive:
        Origins(archive).add("UN 2019", [ForeignPair("zh", "en", SECRET, "The police wait")], "2026-11-30")
        Origins(archive).add("UN 2020", [ForeignPair("zh", "en", "学校", "school")], "2026-11-30")
    told = " ".join(forget(home, number(home), "--dry-run")[1]["warnings"].split())
    assert "Memories of others have sentences of it: UN 2019. 'translate origin drop NAME'" in told
    assert "Memories of others" not in forget(home, number(home, "2"), "--dry-run")[1]["warnings"]


def test_what_a_device_noted_of_a_clip_that_goes_is_told(home: Path) -> None:
    clip, numbers = b"a clip", list[str]()
    note = f"File Hash SHA256,DeviceID,Location.Latitude\n{sha256_hex(clip)},x,29.65310\n".encode()
    opened = Home.open(home, "desk", b"")
    with open_archive(opened) as archive:
        desk = opened.keyring.signing["desk"]
        for path, data in (
            ("DCIM/1.mp4", clip),
            (f"notes/{sha256_hex(clip)}.proof.csv", note),
            ("notes/2.mp4", b"another"),
        ):
            digest = archive.objects.add([data])
            said: dict[str, Json] = {
                "consignment": "11" * 32,
                "path": path,
                "size": len(data),
                "modified": "2011-04-03T02:11:09Z",
            }
            said |= {"state": "whole", "kind": "original"}
            statement = Statement("captured", (Subject("original", digest),), said)
            numbers.append(str(state(archive, desk, [statement])[0]))
    _, listed, _ = run("publish", "list", "--home", str(home))
    assert "2.mp4" in listed
    assert ".proof.csv" in listed, "what a file is stands at the end of its name"
    for which, told in ((numbers[0], True), (numbers[2], False)):
        _, found, err = forget(home, which, "--dry-run")
        assert (f"SHA-256, where and when it was made: {numbers[1]}" in found["warnings"]) == told, err


def test_who_forgets_a_person_is_told_where_the_name_stays_in_another_form(home: Path) -> None:
    export = str(in_folder(home.parent / "y", x_files([tweet(3, "She was here: #TASHIDOLMA")])))
    assert run("collect", export, "--home", str(home))[0] == 0
    assert run("people", "add", "name=Tashi Dolma", "--home", str(home))[0] == 0
    person = run("people", "--home", str(home))[1].split()[0]
    told = forget(home, person, "--dry-run")[1]["warnings"]
    assert f"Posts that stay say the same words, as a quote or a copy: {number(home, '3')}." in told
