"""A disk has cut off the ledger: what is left looks like an older one; it must not go on, nor replace the whole one."""

from io import StringIO
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, NOW, World
from tamizdat.archive import Archive
from tamizdat.backup.back_up import back_up
from tamizdat.cli.main import main
from tamizdat.errors import BadArchive
from tamizdat.home.setup import create_desk


def given(home: Path, *words: str) -> tuple[int, str]:
    """What a command ended with, and all that it said, in one line."""
    shown, swap = StringIO(), [] if words[0] == "status" else ["--allow-swap"]
    code = main([*words, "--home", str(home), *swap], shown, shown)
    return code, " ".join(shown.getvalue().split())


def test_a_ledger_shorter_than_its_backup_is_told_by_every_verb_and_replaces_no_backup(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        ledger = world.desk.folder / "archive" / "entries.log"
        start = ledger.read_bytes()
        world.write("note.txt", NOTE)
        world.carry()
        receipt = world.receipt()
        before = {name: world.backup.get(name) for name in world.backup.list()}
        world.close()
        whole = ledger.read_bytes()
        ledger.write_bytes(start)
        (ledger.parent / "index.sqlite").unlink()  # which would tell that it has seen more
        for words in (["status"], ["check"], ["receive"], ["publish"], ["keys", "print"]):
            code, told = given(world.desk.folder, *words)
            assert (code, "it was cut off, or is an older copy" in told, receipt in told) == (3, True, False), told
        [place] = world.desk.places("backups")
        with Archive.open(ledger.parent) as archive, pytest.raises(BadArchive, match="last backed up"):
            back_up(world.desk, archive, place, NOW)
        assert {name: world.backup.get(name) for name in world.backup.list()} == before
        ledger.write_bytes(whole)
        assert given(world.desk.folder, "status")[0] == 0


@pytest.mark.parametrize("words", [["check"], ["keys", "print"], ["publish", "--dry-run"]])
def test_a_ledger_of_which_nothing_but_its_beginning_is_left_is_told_without_a_backup_too(
    tmp_path: Path, words: list[str]
) -> None:
    create_desk(tmp_path / "desk", "desk", b"", 8)
    ledger = tmp_path / "desk" / "archive" / "entries.log"
    ledger.write_bytes(ledger.read_bytes()[:450])
    code, told = given(tmp_path / "desk", *words)
    assert code in (1, 3), told
    assert "cut off" in told
    assert "ault in tamizdat" not in told
