"""A run that lasts for weeks has the desk as other processes leave it."""

from argparse import Namespace
from pathlib import Path

import pytest

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import ReopenedDesk
from tamizdat.errors import WrongPassphrase
from tamizdat.home.setup import change_passphrase, create_desk

OLD, NEW = b"the first passphrase", b"the second passphrase"


def test_keys_are_opened_again_once_they_changed_and_another_passphrase_is_told(tmp_path: Path) -> None:
    home = create_desk(tmp_path / "desk", "desk", OLD, 8)
    desk = ReopenedDesk(Namespace(home=home.folder, allow_swap=True, passphrase_fd=None, console=Out()), OLD)
    first = desk.opened()
    assert desk.opened() is first
    home.add_place("amber", str(tmp_path / "amber"), {}, "backups")
    assert [each.name for each in desk.opened().places("backups")] == ["amber"]
    change_passphrase(home, OLD, NEW, 8)
    for _ in range(2):
        with pytest.raises(WrongPassphrase, match="start it again, with the new one"):
            desk.opened()
