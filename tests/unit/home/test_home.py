"""A home belongs to one role; two processes that change its settings lose none of each other's changes."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK
from tamizdat.archive import Archive
from tamizdat.errors import BadArchive, BadEncoding, NotSetUp, TamizdatError, UsageError, WrongPassphrase
from tamizdat.home.home import ARCHIVE, Home, role_of
from tamizdat.home.invitation import Invitation
from tamizdat.home.setup import accept, create_desk, create_field, device_text, invite
from tamizdat.keys import SigningKey, decode_device


@pytest.fixture
def desk(tmp_path: Path) -> Home:
    return create_desk(tmp_path / "desk", "desk", b"", WORK)


@pytest.fixture
def device(desk: Home, tmp_path: Path) -> Home:
    return create_field(tmp_path / "field", invite(desk, "anna", b"", NOW, WORK), PASSPHRASE, WORK)


def test_each_opens_as_what_it_is(desk: Home, device: Home) -> None:
    assert (role_of(desk.folder), role_of(device.folder), role_of(desk.folder / "no")) == ("desk", "field", None)
    assert Home.open(device.folder, "field", PASSPHRASE).settings == device.settings
    assert Home.open(desk.folder, "desk", b"").settings["name"] == "desk"
    assert decode_device(device_text(device)) == device.keyring.signing["device"].public


def test_the_program_itself_has_each_guess_at_a_passphrase_cost_its_second(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tamizdat.home.setup import create_desk; "
        "create_desk(Path(sys.argv[1]), 'ourdesk', b'six random words')"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "desk")], check=True)
    wrapped = [path for path in (tmp_path / "desk").rglob("*.age") if b"-> scrypt " in path.read_bytes()[:200]]
    assert {path.name for path in wrapped} == {"keys.age", "root.age"}
    for path in wrapped:
        assert path.read_bytes().split(b"\n")[1].endswith(b" 18"), path.name


def test_it_opens_as_nothing_else(desk: Home, device: Home, tmp_path: Path) -> None:
    for folder, role in ((desk.folder, "field"), (device.folder, "desk"), (tmp_path, "desk")):
        with pytest.raises(NotSetUp, match="tamizdat setup"):
            Home.open(folder, role, b"")
    with pytest.raises(WrongPassphrase):
        Home.open(device.folder, "field", b"wrong passphrase")


def test_nobody_else_may_look_into_it(device: Home) -> None:
    assert device.folder.stat().st_mode & 0o77 == 0
    assert not [path for path in device.folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o77]


def test_a_home_is_never_set_up_over_another(desk: Home, device: Home) -> None:
    keys = (desk.folder / "keys.age").read_bytes()
    with pytest.raises(UsageError, match="set up already"):
        create_desk(desk.folder, "desk", b"", WORK)
    with pytest.raises(UsageError, match="set up already"):
        create_field(desk.folder, Invitation("d", bytes(32), ()), PASSPHRASE, WORK)
    assert (desk.folder / "keys.age").read_bytes() == keys


def test_a_setup_that_was_killed_leaves_no_desk_without_its_archive(tmp_path: Path) -> None:
    """The role is written last; whatever is missing before it, the folder is no desk yet."""
    create_desk(tmp_path / "desk", "desk", b"", WORK)
    times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "desk").iterdir() if path.is_file()}
    assert times["role"] == max(times.values())
    assert (tmp_path / "desk" / ARCHIVE / "archive.json").stat().st_mtime_ns <= times["role"]


def test_places_are_numbered_and_named_once(device: Home) -> None:
    for name in ("one", "two", "three"):
        device.add_place(name, "memory:", {})
    device.remove_place("two")
    assert [(place.number, place.name) for place in device.places()] == [(1, "one"), (3, "three")]
    with pytest.raises(UsageError, match="already"):
        device.add_place("one", "memory:", {})
    with pytest.raises(UsageError, match="no place named"):
        device.remove_place("two")
    assert Home.open(device.folder, "field", PASSPHRASE).places() == device.places()


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "x" * 41, "é", "a\n"])
def test_a_short_name_is_short_and_plain(device: Home, name: str) -> None:
    with pytest.raises(UsageError, match="short name"):
        device.add_place(name, "memory:", {})


def test_credentials_do_not_lie_about(device: Home) -> None:
    device.add_place("cloud", "s3://secret-bucket/prefix", {"secret": "hunter2-hunter2"})
    held = b"".join(path.read_bytes() for path in device.folder.rglob("*") if path.is_file())
    assert held
    assert b"hunter2" not in held
    assert b"secret-bucket" not in held


def test_settings_changed_by_two_at_a_time_keep_both_changes(device: Home) -> None:
    """`seal` has the settings open while somebody adds a place."""
    other = Home.open(device.folder, "field", PASSPHRASE)
    device.add_place("one", "memory:", {})
    other.add_place("two", "memory:", {})
    with device.changing():
        device.settings["consignments"] = 7
    other.remove_place("one")
    again = Home.open(device.folder, "field", PASSPHRASE)
    assert [place.name for place in again.places()] == ["two"]
    assert again.settings["consignments"] == 7


def test_an_invitation_made_beside_another_loses_neither_key(desk: Home) -> None:
    other = Home.open(desk.folder, "desk", b"")
    first = invite(desk, "anna", b"", NOW, WORK)
    second = invite(other, "tashi", b"", NOW, WORK)
    accept(desk, SigningKey.generate().public, "anna")
    again = Home.open(desk.folder, "desk", b"")
    kept = {key.recipient.to_text() for key in again.keyring.sealing.values()}
    assert kept == {*first.recipients, *second.recipients}
    assert len(again.settings["recipients"]) == 2
    assert list(again.settings["devices"]) == ["anna"]


def test_a_change_that_fails_is_not_saved(device: Home) -> None:
    def change() -> None:
        with device.changing():
            device.settings["desk"] = "another"
            raise UsageError("no")

    with pytest.raises(UsageError):
        change()
    assert Home.open(device.folder, "field", PASSPHRASE).settings["desk"] == "desk"


def test_one_device_is_invited_again_a_second_later_and_named_once(desk: Home) -> None:
    invite(desk, "anna", b"", NOW, WORK)
    with pytest.raises(UsageError, match="a moment ago"):
        invite(desk, "anna", b"", NOW, WORK)
    invite(desk, "anna", b"", NOW + timedelta(seconds=1), WORK)
    accept(desk, bytes(32), "anna")
    accept(desk, bytes(32), "anna")
    with pytest.raises(UsageError, match="Choose another name"):
        accept(desk, bytes([1] * 32), "anna")


HOLD = """
import sys, time
from pathlib import Path
from tamizdat.home.home import Home
from tamizdat.home.keyring import Keyring
home = Home(Path(sys.argv[1]), "field", Keyring(b""), {})
with home.alone("sealing"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_program_that_was_started_meanwhile_does_not_keep_the_lock(device: Home) -> None:
    """Between its fork and its exec it has a copy of every open file, and a lock belongs to the file."""
    with device.alone("sealing"):
        lock = str(device.folder / ".sealing.lock")
        [held] = [int(each.name) for each in Path("/proc/self/fd").iterdir() if os.path.realpath(each) == lock]
        started = subprocess.Popen(["sleep", "60"], pass_fds=[held])
    try:
        with device.alone("sealing"):
            pass
    finally:
        started.kill()
        started.wait()


def test_who_only_looks_for_a_moment_whether_anybody_seals_keeps_nobody_from_sealing(device: Home) -> None:
    sealing = threading.Event()

    def seal() -> None:
        with device.alone("sealing", 60):
            sealing.set()

    with device.alone("sealing"):
        threading.Thread(target=seal, daemon=True).start()
        assert not sealing.wait(0.05)
    assert sealing.wait(60)


def test_one_process_seals_at_a_time_and_a_killed_one_holds_nothing(device: Home) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(device.folder)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match="Another tamizdat is sealing"), device.alone("sealing"):
            pass
        with device.alone("sending"):
            pass
        holder.kill()
        holder.wait()
        time.sleep(0.01)
        with device.alone("sealing"):
            pass
    finally:
        holder.kill()
        holder.communicate()


# Invitations ----------------------------------------------------------------------------------------------------------


def test_an_invitation_survives_being_copied_by_hand(desk: Home) -> None:
    invitation = invite(desk, "anna", b"", NOW, WORK)
    text = invitation.encode()
    assert Invitation.parse(text) == invitation
    assert Invitation.parse("\n\n" + text.replace("\n", "  \r\n") + "\n\n") == invitation


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text.replace("v1", "v3"),
        lambda text: text.splitlines()[0],
        lambda text: "\n".join(line for line in text.splitlines() if not line.startswith("root")),
        lambda text: "\n".join(line for line in text.splitlines() if not line.startswith("recipient")),
        lambda text: text.replace("root ", "root 00"),
        lambda text: text[:-20],
        lambda text: text.replace("age1pq1", "age1"),
    ],
)
def test_a_spoilt_invitation_is_a_typed_error(desk: Home, spoil: object) -> None:
    text: str = spoil(invite(desk, "anna", b"", NOW, WORK).encode())  # type: ignore[operator]
    with pytest.raises(TamizdatError):
        Invitation.parse(text)


def test_a_desks_ledger_begins_with_its_roster(desk: Home) -> None:
    with Archive.open(desk.folder / ARCHIVE) as archive:
        assert archive.index.by_act("roster") == [0]
    assert (desk.folder / "root.age").exists()
    with pytest.raises((BadArchive, BadEncoding)):
        Invitation.parse("nothing of the kind")
