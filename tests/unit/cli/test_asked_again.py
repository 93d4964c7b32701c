"""What was mistyped at a terminal is asked for again: typed when the command has ended it is in the shell's history."""

from datetime import date
from pathlib import Path
from typing import Final

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK, World
from support.terminal import Terminal
from tamizdat.backup.recovery_key import divide
from tamizdat.encoding import spoken
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk, invite, save_root_keys
from tamizdat.keys import SealingKey, SigningKey
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.auth.passphrases import Passphrases

RUN: Final = "import sys; from tamizdat.cli.main import main; sys.exit(main(sys.argv[1:]))"
TODAY: Final = date(2026, 11, 23)


def _answer(screen: Terminal, question: str, *typed: str) -> None:
    for each in typed:
        screen.expect(question)
        screen.type(each)


def _words(screen: Terminal) -> str:
    return " ".join(screen.seen.split())


def test_a_receipt_is_asked_for_until_it_is_one_of_this_device(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("clip.mp4", b"clip")
        world.carry()
        right, other = world.receipt(), spoken(bytes(16))
        argv = ["wipe", str(world.card), "--home", str(world.field.folder)]
        refused = Terminal(RUN, argv)
        _answer(refused, "reads it out: ", other, other, other)
        assert refused.finish() == 2, "three times, and no more"
        screen = Terminal(RUN, argv)
        _answer(screen, "reads it out: ", right[:-1], other, right)
        assert screen.finish() == 0, screen.seen
        assert not world.on_card()
    assert "found 25; read them out once more" in _words(screen)
    assert "belongs to no consignment of this device" in _words(screen)


def test_the_six_words_of_an_invitation_are_asked_for_again(tmp_path: Path) -> None:
    desk, words = create_desk(tmp_path / "desk", "ourdesk", b"", WORK), "acad acid acne acqu acro acti"
    sealed = tmp_path / "invitation.age"
    sealed.write_bytes(invite(desk, "anna", b"", NOW, WORK).seal(words, WORK))
    argv = ["setup", "field", "--invitation", str(sealed), "--dry-run", "--allow-swap", "--home", str(tmp_path / "new")]
    screen = Terminal(RUN, argv)
    _answer(screen, "speaks them: ", words[:-5], f"{words[:-4]}adap", words)
    assert screen.finish() == 0, screen.seen
    assert "found 5. Type them once more" in _words(screen)


def test_the_words_of_a_recovery_sheet_are_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    sheet = divide(SealingKey.generate(), 1, 1)[0]
    screen = Terminal(RUN, ["keys", "rehearse", str(tmp_path / "backup"), "--allow-swap"])
    for typed in ("nosuchword", "acid", sheet):
        _answer(screen, "then an empty line:", f"{typed}\n")
    assert screen.finish() == 1, "it is no place of backups: the sheet was taken"
    assert "not in its list" in screen.seen


def test_the_passphrase_of_the_root_key_is_asked_for_again(tmp_path: Path) -> None:
    save_root_keys([SigningKey.generate()], tmp_path, PASSPHRASE, WORK)
    code = "import sys; from tamizdat.cli.keys_recovery import read_root_key; read_root_key(sys.argv[1], None)"
    screen = Terminal(code, [str(tmp_path / "root.age")])
    _answer(screen, "Passphrase of the root key: ", "another one", PASSPHRASE.decode())
    assert screen.finish() == 0, screen.seen


@pytest.mark.parametrize("verb", ["invite ben", "passphrase"])
def test_the_passphrase_of_a_command_that_writes_keys_is_asked_for_again(tmp_path: Path, verb: str) -> None:
    desk = create_desk(tmp_path / "desk", "ourdesk", PASSPHRASE, WORK)
    screen = Terminal(RUN, ["keys", *verb.split(), "--dry-run", "--allow-swap", "--home", str(desk.folder)])
    _answer(screen, "Passphrase of this desk: ", "another one", PASSPHRASE.decode())
    assert screen.finish() == 0, screen.seen


def test_the_passphrase_of_an_account_is_asked_for_again(tmp_path: Path) -> None:
    accounts = Accounts.open(desk := _desk(tmp_path), Passphrases(memory=8, rounds=1, lanes=1))
    accounts.join(accounts.invite(["editor"], ["en"], TODAY), "heron", PASSPHRASE.decode(), TODAY)
    screen = Terminal(RUN, ["redact", "1", "--approve", "--account", "heron", "--home", str(desk.folder)])
    _answer(screen, "Passphrase of the account heron: ", "another one", PASSPHRASE.decode())
    assert screen.finish() == 2, "there is no item 1"
    assert "Name or passphrase is wrong" in _words(screen)


def _desk(folder: Path) -> Home:
    return create_desk(folder / "desk", "ourdesk", b"", WORK)
