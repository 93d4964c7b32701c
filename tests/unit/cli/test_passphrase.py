"""Passphrases come from a terminal or a descriptor, and from nowhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.terminal import Terminal
from tamizdat.cli.main import main
from tamizdat.cli.passphrase import ask_passphrase, new_passphrase
from tamizdat.errors import UsageError
from tamizdat.home.setup import create_desk
from tamizdat.workbench.auth.passphrases import Passphrases, check_new


def _descriptor(content: bytes) -> int:
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    return reader


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [
        (b"eight words by chance\n", b"eight words by chance"),
        (b"no line end", b"no line end"),
        (b"windows\r\n", b"windows"),
        (b" spaces kept \n", b" spaces kept "),
        (b"first\nsecond\n", b"first"),
        ("schlüssel\n".encode(), "schlüssel".encode()),
        ("schlu\u0308ssel\n".encode(), "schlüssel".encode()),  # typed on a system that decomposes
        ("雪山的路雪山的路\n".encode(), "雪山的路雪山的路".encode()),
    ],
)
def test_the_first_line_of_the_descriptor_is_the_passphrase(content: bytes, passphrase: bytes) -> None:
    assert ask_passphrase(_descriptor(content), "the key of this desk") == passphrase


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\n"])
def test_what_is_no_passphrase_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError, match="Expected"):
        ask_passphrase(_descriptor(content), "the key of this desk")


def test_a_second_passphrase_that_is_asked_for_and_not_there_is_told_as_such() -> None:
    descriptor = _descriptor(b"for the key\n")
    ask_passphrase(descriptor, "the key of this desk")
    with pytest.raises(UsageError, match=r"passphrase of the account heron as a line of .* found its end"):
        ask_passphrase(descriptor, "the account heron")
    with pytest.raises(UsageError, match="found an empty line"):
        ask_passphrase(_descriptor(b"\nmore\n"), "the account heron")


def test_a_descriptor_that_is_not_open_is_refused_with_the_way_to_open_it() -> None:
    descriptor = _descriptor(b"")
    os.close(descriptor)
    with pytest.raises(UsageError, match=f"{descriptor}< FILE"):
        ask_passphrase(descriptor, "the key of this desk")


def test_what_follows_the_first_line_is_left_to_others() -> None:
    descriptor = _descriptor(b"for the key\nfor somebody else\n")
    ask_passphrase(descriptor, "the key of this desk")
    assert os.read(descriptor, 100) == b"for somebody else\n"


def test_a_line_that_does_not_end_is_read_to_the_bound_and_no_further() -> None:
    descriptor = _descriptor(b"x" * 2000)
    with pytest.raises(UsageError, match="at most 1,024 bytes, found more"):
        ask_passphrase(descriptor, "the key of this desk")
    assert len(os.read(descriptor, 2000)) == 2000 - 1025


@pytest.mark.parametrize("short", ["", "1234567", "elevenchars", "七个字也不行", "aaaaaaaaaaaaaaaaaaaa"])
def test_a_new_passphrase_that_is_short_is_refused_by_the_rule_that_accounts_have(short: str) -> None:
    with pytest.raises(UsageError):
        check_new(short, "heron")
    with pytest.raises(UsageError):
        new_passphrase(_descriptor(short.encode() + b"\n"), "the key of this desk")


def test_a_shorter_passphrase_of_before_still_opens_what_it_locked() -> None:
    assert ask_passphrase(_descriptor(b"8letters\n"), "the key of this desk") == b"8letters"
    kept = Passphrases(memory=8, rounds=1, lanes=1).hashed("8letters")
    assert Passphrases(memory=8, rounds=1, lanes=1).holds(kept, "8letters")


NEW = """
from tamizdat.cli.passphrase import new_passphrase
from tamizdat.errors import UsageError
try:
    print("got", len(new_passphrase(None, "the key of this desk")))
except UsageError as error:
    print("refused:", error)
"""


def test_a_terminal_asks_twice_and_shows_nothing_of_what_is_typed() -> None:
    terminal = Terminal(NEW)
    terminal.expect("New passphrase for the key of this desk, 12 characters or more: ")
    terminal.type("four words by chance")
    terminal.expect("once more: ")
    terminal.type("four words by chance")
    terminal.expect("got 20")
    terminal.finish()
    assert "chance" not in terminal.seen


def test_two_different_passphrases_change_nothing() -> None:
    terminal = Terminal(NEW)
    for _ in range(3):
        terminal.expect("12 characters or more: ")
        terminal.type("four words by chance")
        terminal.expect("once more: ")
        terminal.type("four words by chanse")
    terminal.expect("refused: Expected the same passphrase twice")
    terminal.finish()


def test_without_a_terminal_standard_input_is_not_taken_for_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NEW],
        input=b"four words by chance\n" * 2,
        capture_output=True,
        start_new_session=True,  # no controlling terminal
        timeout=60,
        check=True,
    )
    assert b"refused: Expected a terminal" in done.stdout
    assert b"chance" not in done.stdout + done.stderr


def test_an_environment_variable_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TAMIZDAT_PASSPHRASE", "PASSPHRASE", "AGE_PASSPHRASE"):
        monkeypatch.setenv(name, "from the environment")
    assert ask_passphrase(_descriptor(b"from the descriptor\n"), "the key") == b"from the descriptor"


OPENING = """
import sys
from pathlib import Path
from tamizdat.cli.main import main
sys.exit(main(["backup", "--allow-swap", "--home", sys.argv[1]]))
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The folder of a desk whose keys a passphrase opens."""
    create_desk(tmp_path / "desk", "ourdesk", b"four words by chance", work=10)
    return tmp_path / "desk"


def test_a_terminal_asks_again_for_a_wrong_passphrase_which_else_were_typed_into_the_shell(desk: Path) -> None:
    terminal = Terminal(OPENING, [str(desk)])
    for typed in ("four words by chanse", "", "four words by chance"):
        terminal.expect("Passphrase of this desk: ")
        terminal.type(typed)
    terminal.finish()
    assert "does not open the key" in terminal.seen
    assert "found an empty line" in terminal.seen
    assert "tamizdat keys recovery" in terminal.seen  # the desk was opened, and has no key yet to back up to


def test_a_terminal_asks_three_times_and_no_more(desk: Path) -> None:
    terminal = Terminal(OPENING, [str(desk)])
    for _ in range(3):
        terminal.expect("Passphrase of this desk: ")
        terminal.type("four words by chanse")
    assert terminal.finish() == 2
    assert terminal.seen.count("does not open the key") == 3


def test_a_wrong_passphrase_of_a_descriptor_is_asked_for_once(desk: Path) -> None:
    descriptor = _descriptor(b"four words by chanse\nfour words by chance\n")
    assert main(["backup", "--allow-swap", "--home", str(desk), "--passphrase-fd", str(descriptor)]) == 2
    assert os.read(descriptor, 100) == b"four words by chance\n"


def test_a_new_passphrase_that_is_too_short_is_asked_for_again() -> None:
    terminal = Terminal(NEW)
    for typed in ("short", "four words by chance"):
        terminal.expect("12 characters or more: ")
        terminal.type(typed)
    terminal.expect("once more: ")
    terminal.type("four words by chance")
    terminal.finish()
    assert "at least 12 characters" in terminal.seen
    assert "got 20" in terminal.seen


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_the_end_of_the_terminal_at_the_question_ends_the_command_in_order(desk: Path, key: str) -> None:
    terminal = Terminal(OPENING, [str(desk)])
    terminal.expect("Passphrase of this desk: ")
    terminal.press(key)
    assert terminal.finish() == 130
    assert "Interrupted." in terminal.seen
