"""Devices come and go by command: a revoked one is not accepted again by a slip."""

import io
from pathlib import Path

from support.field_and_desk import NOW, WORK
from tamizdat.cli.main import main
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk, invite
from tamizdat.keys import SigningKey, encode_device


def call(*argv: str) -> tuple[int, str]:
    shown = io.StringIO()
    return main([*argv, "--allow-swap"], shown, shown), " ".join(shown.getvalue().split())


def test_a_revoked_device_needs_an_option_of_its_own_to_be_accepted_again(tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "desk", b"", WORK)
    home, key = ("--home", str(tmp_path / "desk")), encode_device(SigningKey.from_seed(bytes(32)).public)
    assert call("keys", "accept", key, "anna", "--although-uninvited", *home)[0] == 0
    assert call("keys", "revoke", "anna", *home)[0] == 0
    assert f"anna {key}" in call("keys", "print", *home)[1]
    code, shown = call("keys", "accept", key, "anna", "--although-uninvited", *home)
    assert code == 2
    assert "Do not accept it" in shown
    assert call("keys", "accept", key, "anna", "--although-revoked", "--although-uninvited", *home)[0] == 0
    assert "revoked on" not in call("keys", "print", *home)[1]


def test_a_name_that_nobody_was_invited_by_is_refused_with_who_was(tmp_path: Path) -> None:
    home = create_desk(tmp_path / "desk", "desk", b"", WORK)
    invite(home, "anna", b"", NOW, WORK)
    words, key = ("--home", str(tmp_path / "desk")), encode_device(SigningKey.from_seed(bytes(32)).public)
    code, shown = call("keys", "accept", key, "ana", *words)
    assert (code, "found “ana”. Invited, and not accepted yet: “anna”." in shown) == (2, True)
    assert call("keys", "accept", key, "anna", *words)[0] == 0
    assert call("keys", "accept", key, "anna", *words)[0] == 0, "once more changes nothing"
    another = encode_device(SigningKey.from_seed(bytes([1]) * 32).public)
    assert "not accepted yet: nobody." in call("keys", "accept", another, "ben", *words)[1]


def test_each_key_stands_whole_on_a_line_that_no_terminal_breaks(tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "desk", b"", WORK)
    home = ("--home", str(tmp_path / "desk"))
    keys = [encode_device(SigningKey.from_seed(bytes([each]) * 32).public) for each in (1, 2)]
    for key, name in zip(keys, ("anna", "a-laptop-with-a-long-name"), strict=True):
        assert call("keys", "accept", key, name, "--although-uninvited", *home)[0] == 0
    assert call("keys", "revoke", "a-laptop-with-a-long-name", *home)[0] == 0
    for words in (("print",), ("roster",)):
        shown = io.StringIO()
        assert main(["keys", *words, *home, "--allow-swap"], shown, shown) == 0
        assert max(len(line) for line in shown.getvalue().splitlines()) <= 80
        assert words == ("roster",) or {f"  {key}" for key in keys} <= set(shown.getvalue().splitlines())


def test_a_key_under_which_anything_verifies_is_not_accepted(tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "desk", b"", WORK)
    code, shown = call("keys", "accept", encode_device(b"\1" + bytes(31)), "anna", "--home", str(tmp_path / "desk"))
    assert code == 3
    assert "signatures prove nothing" in shown


def test_a_sealing_key_is_destroyed_by_who_says_yes_and_by_no_rehearsal(tmp_path: Path) -> None:
    invite(create_desk(tmp_path / "desk", "desk", b"", WORK), "anna", b"", NOW, WORK)
    words = ("--home", str(tmp_path / "desk"))
    [label] = Home.open(tmp_path / "desk", "desk", b"").keyring.sealing
    code, shown = call("keys", "retire", label, *words)
    assert (code, "lost for ever" in shown) == (2, True)
    code, shown = call("keys", "retire", label, "--dry-run", *words)
    assert (code, "Would destroy" in shown) == (0, True)
    assert [*Home.open(tmp_path / "desk", "desk", b"").keyring.sealing] == [label]
    assert call("keys", "retire", label, "--yes", *words)[0] == 0
    assert [*Home.open(tmp_path / "desk", "desk", b"").keyring.sealing] == []


def test_a_rehearsal_changes_nothing_and_finds_who_is_not_there(tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "desk", b"", WORK)
    home, key = ("--home", str(tmp_path / "desk")), encode_device(SigningKey.from_seed(bytes(32)).public)
    assert call("keys", "accept", key, "anna", "--although-uninvited", *home)[0] == 0
    before, other = Home.open(tmp_path / "desk", "desk", b"").settings, encode_device(SigningKey.generate().public)
    for done in (("revoke", "anna"), ("limit", "anna", "5G"), ("accept", other, "ben", "--although-uninvited")):
        assert call("keys", *done, "--dry-run", *home)[0] == 0, done
    assert Home.open(tmp_path / "desk", "desk", b"").settings == before
    for slip in (("revoke", "ana"), ("limit", "ana", "5G"), ("retire", "ana"), ("accept", other, "ben")):
        assert call("keys", *slip, "--dry-run", *home)[0] == 2, slip


def test_a_key_that_is_no_root_signs_no_roster(tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "desk", b"", WORK)
    code, shown = call("keys", "rotate", "--root", str(tmp_path / "desk/keys.age"), "--home", str(tmp_path / "desk"))
    assert (code, "found other keys" in shown) == (2, True)
