"""Invitation, places and patterns reach a field device without a file or a line in the shell's history."""

import io
import os
from pathlib import Path
from urllib.parse import quote

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK, World
from support.terminal import Terminal
from tamizdat.cli.main import build_parser, main
from tamizdat.cli.place_settings import read_settings
from tamizdat.cli.private_input import MAX_BYTES, ask_line, ask_lines, read_lines
from tamizdat.cli.setup import _is_path
from tamizdat.encoding import spoken
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.home.invitation import Invitation
from tamizdat.home.setup import create_desk, create_field, invite


def descriptor(*contents: bytes) -> int:
    reader, writer = os.pipe()
    os.write(writer, b"".join(contents))
    os.close(writer)
    return reader


def call(*argv: str) -> tuple[int, str]:
    shown = io.StringIO()
    return main([*argv, "--allow-swap"], shown, shown), " ".join(shown.getvalue().split())


@pytest.fixture
def invitation(tmp_path: Path) -> Invitation:
    return invite(create_desk(tmp_path / "desk", "ourdesk", b"", WORK), "anna", b"", NOW, WORK)


@pytest.fixture
def field(tmp_path: Path, invitation: Invitation) -> Home:
    return create_field(tmp_path / "field", invitation, PASSPHRASE, WORK)


def test_invitation_and_passphrase_come_from_one_descriptor(tmp_path: Path, invitation: Invitation) -> None:
    given = str(descriptor(invitation.encode().encode(), b"\n", PASSPHRASE, b"\n"))
    home = tmp_path / "field"
    code, shown = call("setup", "field", "--home", str(home), "--invitation-fd", given, "--passphrase-fd", given)
    assert code == 0, shown
    assert Home.open(home, "field", PASSPHRASE).settings["desk"] == "ourdesk"
    assert "Delete now: whatever the invitation came in" in shown
    assert "history" in shown


def test_an_invitation_is_asked_for_when_none_is_named(
    tmp_path: Path, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{invitation.encode()}\n"))
    given = str(descriptor(PASSPHRASE))
    code, shown = call("setup", "field", "--home", str(tmp_path / "field"), "--passphrase-fd", given)
    assert code == 0, shown
    assert f"it is forged: delete {tmp_path / 'field'}." in shown
    assert Home.open(tmp_path / "field", "field", PASSPHRASE).settings["root"] == invitation.root.hex()


@pytest.mark.parametrize("way", ["'{}' ", '"{}"', "file://{url}", "{escaped} ", "{}"])
def test_a_path_may_be_pasted_for_an_invitation_as_terminals_and_file_managers_write_it(
    tmp_path: Path, invitation: Invitation, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    file = tmp_path / "the invitation བོད.txt"
    file.write_text(invitation.encode())
    typed = way.format(file, url=quote(str(file)), escaped=str(file).replace(" ", "\\ "))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    code, shown = call("setup", "field", "--home", str(tmp_path / "field"), "--dry-run")
    assert (code, spoken(invitation.fingerprint) in shown) == (0, True), shown
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{tmp_path / 'none.txt'}\n"))
    code, shown = call("setup", "field", "--home", str(tmp_path / "field"), "--dry-run")
    assert (code, "found none called" in shown) == (2, True), shown


def test_the_file_of_the_invitation_is_deleted_after_the_setup(tmp_path: Path, invitation: Invitation) -> None:
    file = tmp_path / "invitation.txt"
    file.write_text(invitation.encode())
    home, given = str(tmp_path / "field"), str(descriptor(PASSPHRASE))
    code, shown = call("setup", "field", "--home", home, "--invitation", str(file), "--passphrase-fd", given)
    assert code == 0, shown
    assert "The file of the invitation was deleted." in shown
    assert not file.exists()


def test_a_file_of_an_invitation_that_stays_is_told_loudly(
    tmp_path: Path, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "invitation.txt"
    file.write_text(invitation.encode())

    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path == file:
            raise PermissionError
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    home, given = str(tmp_path / "field"), str(descriptor(PASSPHRASE))
    code, shown = call("setup", "field", "--home", home, "--invitation", str(file), "--passphrase-fd", given)
    assert code == 0, shown
    assert "could NOT be deleted" in shown


URL = "webdav://dav.example/in"


def added(*argv: str) -> tuple[str, dict[str, str]]:
    """URL and options, as 'places add' would take them."""
    return read_settings(build_parser("places").parse_args(["places", "add", "blue", *argv]))


def test_url_and_secrets_of_a_place_come_from_a_descriptor() -> None:
    lines = f"{URL}\nusername=anna\npassword = a=b \n\nfor somebody else\n".encode()
    assert added("--settings-fd", str(descriptor(lines))) == (URL, {"username": "anna", "password": "a=b"})


def test_url_and_secrets_of_a_place_are_asked_for_and_secrets_not_shown() -> None:
    program = (
        "from tamizdat.cli.main import build_parser; from tamizdat.cli.place_settings import read_settings;"
        "print('GOT', read_settings(build_parser('places').parse_args(['places', 'add', 'blue'])))"
    )
    screen = Terminal(program)
    for prompt, typed in (("URL", URL), ("no more): ", "username"), ("username: ", "anna"), ("no more): ", "password")):
        screen.expect(prompt)
        screen.type(typed)
    screen.expect("password: ")
    screen.type("hunter2")
    screen.expect("no more): ")
    assert "hunter2" not in screen.seen
    screen.type("")
    screen.expect(f"GOT ('{URL}', {{'username': 'anna', 'password': 'hunter2'}})")
    assert screen.finish() == 0


def test_a_folder_that_is_typed_has_no_options_and_no_prompt_is_wider_than_a_terminal() -> None:
    program = (
        "from tamizdat.cli.main import build_parser; from tamizdat.cli.place_settings import read_settings;"
        "print('GOT', read_settings(build_parser('places').parse_args(['places', 'add', 'blue'])))"
    )
    screen = Terminal(program)
    screen.expect("URL")
    screen.type("/media/blue")
    screen.expect("GOT ('/media/blue', {})")
    assert screen.finish() == 0
    assert max(map(len, screen.seen.splitlines())) < 80 + len("/media/blue")


def test_a_folder_from_a_descriptor_is_added(field: Home, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    given = str(descriptor(PASSPHRASE, b"\n", str(tmp_path / "stick").encode()))
    argv = ("places", "add", "blue", "--home", str(field.folder), "--settings-fd", given, "--passphrase-fd", given)
    code, shown = call(*argv)
    assert code == 0, shown
    assert "stick" not in shown
    [place] = Home.open(field.folder, "field", PASSPHRASE).places()
    assert (place.name, place.url) == ("blue", str(tmp_path / "stick"))
    assert "Delete now" not in shown, "nothing lies about"


def test_whoever_types_a_place_into_the_command_line_is_told_to_delete_that(field: Home, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    argv = ("places", "add", "blue", str(tmp_path / "stick"), "--home", str(field.folder))
    code, shown = call(*argv, "--passphrase-fd", str(descriptor(PASSPHRASE)))
    assert code == 0, shown
    assert "Delete now: this command in the history of the shell" in shown


def test_url_and_descriptor_together_are_refused(field: Home, tmp_path: Path) -> None:
    argv = ("places", "add", "blue", str(tmp_path), "--settings-fd", "9", "--home", str(field.folder))
    code, shown = call(*argv, "--passphrase-fd", str(descriptor(PASSPHRASE)))
    assert code == 2
    assert "found both" in shown


def test_patterns_from_a_descriptor_lead(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        for place in world.places:
            (tmp_path / place.name).mkdir()
            world.field.remove_place(place.name)
            world.field.add_place(place.name, str(tmp_path / place.name), {})
        world.write("b.bin", b"later", seconds=2)
        world.write("tenzin.bin", b"first", seconds=1)
        argv = ("seal", str(world.card), "--first-fd", str(descriptor(b"tenzin*\n")), "--home", str(world.field.folder))
        code, shown = call(*argv, "--passphrase-fd", str(descriptor(PASSPHRASE)))
        assert code == 0, shown
        assert "tenzin" not in shown


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\n", b"x" * 60_000])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    given = descriptor(content)
    if len(content) > 100:
        assert read_lines(given, "patterns") == [content.decode()]
        return
    with pytest.raises(UsageError, match="Expected patterns"):
        read_lines(given, "patterns")


def test_a_descriptor_that_never_ends_is_refused_at_the_bound() -> None:
    with Path("/dev/zero").open("rb") as endless, pytest.raises(UsageError, match=f"at most {MAX_BYTES:,} bytes"):
        read_lines(endless.fileno(), "patterns")


@pytest.mark.parametrize(("content", "why"), [("x" * 999 + "\n", "at most"), ("\n", "found an empty line")])
def test_standard_input_that_never_ends_or_says_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, content: str, why: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(content * (2 * MAX_BYTES // 999)))
    with pytest.raises(UsageError, match=f"Expected patterns.*{why}"):
        ask_lines("Patterns:", "patterns")


def test_a_line_of_standard_input_that_never_ends_is_read_to_the_bound_and_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Endless:
        def isatty(self) -> bool:
            return False

        def readline(self, size: int = -1) -> str:
            assert 0 <= size <= MAX_BYTES + 1
            return "x" * size

    monkeypatch.setattr("sys.stdin", Endless())
    for asked in (lambda: ask_lines("", "the invitation", _is_path), lambda: ask_line("")):
        with pytest.raises(UsageError, match="at most 131,072 characters"):
            asked()
    assert not _is_path("x" * 1000)


def test_a_descriptor_that_is_not_open_is_refused() -> None:
    with pytest.raises(UsageError, match="descriptor 987"):
        read_lines(987, "patterns")
