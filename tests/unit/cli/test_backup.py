"""Backups by command: where they may not lie, what they say, and what nothing overwrites."""

import io
import json
import os
import re
from pathlib import Path

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK
from support.kinds import some_of
from tamizdat.cli.main import main
from tamizdat.home.home import Home
from tamizdat.home.keyring import Keyring
from tamizdat.home.setup import create_desk, create_field, invite

TIBETAN = "ཉར་ཚགས།"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "desk"


def call(*argv: str, home: Path | None = None, lines: str = "") -> tuple[int, str]:
    """Exit code, and everything that was said, in one line; *lines* are given on a descriptor."""
    shown = io.StringIO()
    read, write = os.pipe()
    os.write(write, lines.encode())
    os.close(write)
    descriptor = ["--recovery-fd", str(read)] if lines else []
    swap = [] if argv[0] == "check" else ["--allow-swap"]
    code = main([*argv, "--home", str(home or "desk"), *swap, *descriptor], shown, shown)
    os.close(read)
    return code, " ".join(shown.getvalue().split())


def recovery(*more: str) -> str:
    """Makes the recovery key; the rows of the sheet, as they are typed."""
    shown = io.StringIO()
    assert main(["keys", "recovery", "--home", "desk", "--allow-swap", *more], shown, shown) == 0
    return "\n".join(re.findall(r"^ *\d+ [a-z]+ .*$", shown.getvalue(), re.M)) + "\n\n"


def test_a_backup_into_a_folder_with_a_tibetan_name_is_rehearsed_and_restored(desk: Path, tmp_path: Path) -> None:
    words = recovery()
    (tmp_path / TIBETAN).mkdir()
    assert call("backup", TIBETAN)[0] == 0
    assert call("backup")[0] == 0, "the folder is known now"
    code, said = call("keys", "rehearse", TIBETAN, home=tmp_path / "nowhere", lines=words)
    assert (code, "All of it is there and whole." in said) == (0, True)
    code, said = call("setup", "desk", "--restore", TIBETAN, "--no-passphrase", home=tmp_path / "new", lines=words)
    assert code == 0
    assert "signs nothing until" in said
    assert "keys rotate" in said
    for command in (["collect", TIBETAN], ["desk"], ["publish"]):
        code, said = call(*command, home=tmp_path / "new")
        assert (code, "keys catch-up" in said) == (2, True), command


@pytest.mark.parametrize("where", ["desk", "desk/archive", "desk/archive/objects", "link", "parcels", "copy"])
def test_a_backup_lies_neither_in_the_desk_s_own_folder_nor_in_a_place_of_another_kind(
    desk: Path, tmp_path: Path, where: str
) -> None:
    recovery()
    (tmp_path / "link").symlink_to(desk / "archive")
    assert call("places", "add", "parcels-place", "parcels")[0] == 0
    (tmp_path / "copy").mkdir()
    assert call("places", "add", "second-disk", "copy", "--copy")[0] == 0
    before = sorted(path for path in desk.rglob("*") if not path.name.endswith(".lock"))
    code, said = call("backup", where)
    assert code == 2
    assert "Name" in said
    assert call("backup", "parcels-place")[0] == 2
    assert call("places", "add", "another", where, "--backup")[0] == 2
    assert sorted(path for path in desk.rglob("*") if not path.name.endswith(".lock")) == before


def test_a_folder_that_is_not_there_is_not_made(desk: Path, tmp_path: Path) -> None:
    recovery()
    code, said = call("backup", "stick")
    assert code == 2
    assert "must be there already" in said
    code, said = call("backup", str(tmp_path / "media" / "stick"))
    assert (code, "Expected a folder inside one that is there" in said) == (2, True)
    assert not (tmp_path / "media").exists()


def test_a_desk_that_was_never_backed_up_is_told_by_check_and_one_that_was_when(desk: Path, tmp_path: Path) -> None:
    assert "never backed up" in call("check")[1]
    recovery()
    (tmp_path / "disk").mkdir()
    call("backup", "disk")
    code, said = call("check")
    assert code == 0
    assert re.search(r"Backup on “disk”: last done 20\d\d-", said)
    assert "not in it" not in said


def test_check_says_which_backup_still_holds_a_retired_key_until_that_one_was_made_anew(
    desk: Path, tmp_path: Path
) -> None:
    recovery()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        call("keys", "invite", f"device-{name}", "--out", f"{name}.txt")
        call("backup", name)
    call("backup")
    labels = list(Home.open(desk, "desk", b"").keyring.sealing)
    assert call("keys", "retire", labels[0], "--yes")[0] == 0
    call("backup", "one")
    said = call("check")[1]
    assert said.count("It still holds 1 sealing key that was retired since") == 1
    assert "Run 'tamizdat backup two'" in said
    call("backup", "two")
    assert "still holds" not in call("check")[1]


def test_a_backup_of_before_something_came_is_not_said_to_hold_what_was_forgotten_of_it(
    desk: Path, tmp_path: Path
) -> None:
    recovery()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        call("backup", name)
        if name == "one":
            number = call("people", "add", "name=Lin")[1].rstrip(".").split()[-1]
    assert call("forget", number, "--yes")[0] == 0
    said = call("check")[1]
    assert re.findall(r"It still holds [0-9]+ statements? that w[a-z]+ forgotten since. Run '([^']*)'", said) == [
        "tamizdat backup two"
    ], said


def test_the_recovery_key_is_not_made_twice_by_a_slip(desk: Path) -> None:
    recovery()
    code, said = call("keys", "recovery")
    assert code == 2
    assert "--replace" in said
    assert recovery("--replace")


def test_a_sheet_among_records_is_refused(desk: Path) -> None:
    code, said = call("keys", "recovery", "--json")
    assert code == 2
    assert "--out" in said
    assert "recovery" not in Home.open(desk, "desk", b"").settings


@pytest.mark.parametrize("command", [["keys", "recovery", "--out"], ["keys", "invite", "anna", "--out"]])
def test_no_output_goes_over_a_file_that_may_be_the_root_key(desk: Path, command: list[str]) -> None:
    before = (desk / "root.age").read_bytes()
    code, said = call(*command, str(desk / "root.age"))
    assert code == 2
    assert "Expected a new file" in said
    assert (desk / "root.age").read_bytes() == before


def test_a_wrong_sheet_and_a_share_too_few_say_what_to_do(desk: Path, tmp_path: Path) -> None:
    recovery("--shares", "2-of-3")
    (tmp_path / "disk").mkdir()
    call("backup", "disk")
    shares = recovery("--shares", "2-of-3", "--replace").splitlines()[:11]
    code, said = call("keys", "rehearse", str(tmp_path / "disk"), lines="\n".join(shares) + "\n\n")
    assert code == 2
    assert "get one more" in said
    code, said = call("keys", "rehearse", "disk", lines=recovery("--replace"))
    assert code == 2
    assert "another desk's sheet, or an older one" in said


@pytest.mark.parametrize("role", some_of(["desk", "field"], "field"))
def test_the_passphrase_changes_and_the_root_key_is_not_touched(tmp_path: Path, role: str) -> None:
    desk = create_desk(tmp_path / "desk", "ourdesk", PASSPHRASE, WORK)
    folder = tmp_path / role
    if role == "field":
        create_field(folder, invite(desk, "anna", PASSPHRASE, NOW, WORK), PASSPHRASE, WORK)
    root = (tmp_path / "desk" / "root.age").read_bytes()
    read, write = os.pipe()
    os.write(write, PASSPHRASE + b"\nsix other words\n")
    os.close(write)
    shown = io.StringIO()
    argv = ["keys", "passphrase", "--home", str(folder), "--allow-swap", "--passphrase-fd", str(read), "--json"]
    assert main(argv, shown, shown) == 0
    assert json.loads(shown.getvalue()) == {"changed": "passphrase"}
    assert Keyring.load(folder / "keys.age", b"six other words").signing.keys()
    assert (tmp_path / "desk" / "root.age").read_bytes() == root


def test_the_words_of_the_sheet_are_not_asked_for_where_they_could_be_swapped_out(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = recovery()
    Path("disk").mkdir()
    assert call("backup", "disk")[0] == 0
    monkeypatch.setattr("tamizdat.cli.swap.exposed_swap", lambda *_: ["/swapfile"])
    for command in (["keys", "rehearse", "disk"], ["setup", "desk", "--restore", "disk", "--no-passphrase"]):
        shown = io.StringIO()
        read, write = os.pipe()
        os.write(write, words.encode())
        os.close(write)
        code = main([*command, "--home", "new", "--recovery-fd", str(read)], shown, shown)
        assert (code, "Unencrypted swap is in use (/swapfile)" in shown.getvalue()) == (2, True), command
        assert os.read(read, 1 << 16) == words.encode(), "not a word was read"
        os.close(read)
