"""Folders and files of ours are for their owner alone, also where a system lets everybody write what is new (umask 0).

What is published is for everybody to read, and for its owner to write.
"""

import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from support.field_and_desk import PASSPHRASE, WORK, World
from support.media_samples import loaded_jpeg
from tamizdat.archive.acts.items import catalogue
from tamizdat.backup.restore import restore
from tamizdat.cli.verify import save_memory
from tamizdat.home.home import SITE
from tamizdat.home.setup import create_desk
from tamizdat.keys import SigningKey
from tamizdat.ledger.note import Verifier
from tamizdat.places import set_up_place
from tamizdat.statements.catalogued import CataloguedItem
from tamizdat.verifying import Seen
from tamizdat.witness.record import Record
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.jobs.publish import publish_for

READ_ONLY = 0o444  #: of objects, in folders that nobody else may enter


@pytest.fixture(autouse=True)
def _everybody_may() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path, but: str = "") -> dict[str, int]:
    """The rights of a folder and all below it, but for what lies in one part of it."""
    every = [folder, *(each for each in folder.rglob("*") if not each.is_symlink())]
    left = folder / but if but else None
    return {str(each): stat.S_IMODE(each.stat().st_mode) for each in every if left not in (each, *each.parents)}


def open_to_others(folder: Path, but: str = "") -> list[str]:
    """What others may read, write or enter."""
    return [f"{mode:o} {path}" for path, mode in modes(folder, but).items() if mode & 0o077 and mode != READ_ONLY]


def test_what_a_device_and_a_desk_keep(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("DCIM/a.jpg", loaded_jpeg(tmp_path / "a.jpg", 6).read_bytes())
        world.seal()
        assert open_to_others(world.field.folder) == []
        world.send()
        world.receive()
        assert open_to_others(world.field.folder) == []
        [item] = [each for each in world.archive.index.items() if each.kind != "preview"]
        key = world.desk.keyring.signing["desk"]
        catalogue(world.archive, key, CataloguedItem(item.number, release="public", covering="nobody"))
        publish_for(world.desk, world.archive, Accounts.open(world.desk), date(2026, 11, 23))
        world.back_up()
        assert open_to_others(world.desk.folder, SITE) == []
        assert set(modes(world.desk.folder / SITE).values()) <= {0o755, 0o644}


def test_what_a_restored_desk_keeps_killed_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with World(tmp_path) as world:
        world.write("a.txt", b"words")
        world.carry()
        world.back_up()
        new, [settings] = tmp_path / "a" / "b" / "new", world.desk.places("backups")
        place = settings.open()
        with monkeypatch.context() as killing:
            killing.setattr("tamizdat.backup.restore._open_again", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                restore(new, place, world.recovery, PASSPHRASE, "memory:", {}, "2026-11-23", work=WORK)
        assert open_to_others(tmp_path / "a") == []
        restore(new, place, world.recovery, PASSPHRASE, "memory:", {}, "2026-11-23", work=WORK)
        assert (new / "archive/objects").is_dir()
        assert open_to_others(tmp_path / "a") == []


def test_what_a_second_store_keeps_which_is_sealed_by_nobody(tmp_path: Path) -> None:
    home = create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    set_up_place("disk", str(tmp_path / "disk"), {})
    home.add_place("disk", str(tmp_path / "disk"), {}, "copies")
    (tmp_path / "disk/9").mkdir(0o777)
    [second] = home.places("copies")
    place = second.open()
    for name in ("9" * 64, "a" * 64):
        place.put(name, b"words")
    assert {stat.S_IMODE((tmp_path / "disk" / each).stat().st_mode) for each in "9a"} == {0o700}


def test_what_a_witness_and_a_reader_keep(tmp_path: Path) -> None:
    record = Record.create(tmp_path / "news" / "witness", "news.example")
    record.watch(Verifier("site.example", SigningKey.generate().public))
    save_memory(tmp_path / "state" / "tamizdat" / "seen.json", {"0" * 64: Seen("a", 1, 1, "0" * 64, 1, "0" * 64)})
    assert open_to_others(tmp_path / "news") == open_to_others(tmp_path / "state") == []
