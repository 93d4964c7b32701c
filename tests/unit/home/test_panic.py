"""Panic: keys first, finished after a cut at any step, never of a folder that is no field device's."""

import errno
import os
import threading
import time
from pathlib import Path

import pytest

from support.field_and_desk import CLIP, Interruption, Pulled, World
from tamizdat.cli.main import main
from tamizdat.errors import UsageError
from tamizdat.home import panic as room
from tamizdat.home.panic import finish_panic, panic


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_nothing_of_a_field_device_is_left(world: World) -> None:
    world.card.joinpath("notes.txt").write_text("notes", "utf-8")
    world.seal()
    folder = world.field.folder
    panic(folder)
    assert not folder.exists()
    assert world.card.joinpath("notes.txt").exists(), "cards stay as they are"


def test_keys_and_names_are_written_over_and_not_only_deleted(world: World, tmp_path: Path) -> None:
    """Another link to each shows what became of the bytes themselves."""
    world.write("clip.bin", CLIP)
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(1_000_000))
    files = [*map(world.field.folder.joinpath, ("keys.age", "settings")), *world.field.folder.glob("consignments/*/*")]
    held = {}
    for path in files:
        if path.is_file() and path.name in ("keys.age", "settings", "state", "journal"):
            (tmp_path / f"linked-{path.name}").hardlink_to(path)
            held[path.name] = path.read_bytes()
    assert held.keys() == {"keys.age", "settings", "state", "journal"}
    panic(world.field.folder)
    for name, before in held.items():
        after = (tmp_path / f"linked-{name}").read_bytes()
        assert len(after) == len(before)
        assert after != before or not before, name


@pytest.mark.parametrize("step", range(12))
def test_a_panic_that_is_cut_off_is_finished_at_the_next_start_of_any_verb(
    world: World, step: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.card.joinpath("notes.txt").write_text("notes", "utf-8")
    world.seal()
    folder, left = world.field.folder, step
    real = {name: getattr(os, name) for name in ("unlink", "rmdir")}
    listed = Path.iterdir

    def cut(name: str, *args: object, **settings: object) -> None:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        real[name](*args, **settings)

    def worst_first(at: Path) -> list[Path]:
        """The order of a folder is nobody's promise: the mark, and what tells a device, before all else."""
        return sorted(listed(at), key=lambda each: each.name not in (room.MARK, "role"))

    with monkeypatch.context() as cutting:
        cutting.setattr(Path, "iterdir", worst_first)
        for name in real:
            cutting.setattr(os, name, lambda *args, name=name, **settings: cut(name, *args, **settings))
        try:
            panic(folder)
        except KeyboardInterrupt:
            assert (folder / room.MARK).exists() or not folder.exists() or not any(folder.iterdir())
    if step > 1 and folder.exists():
        assert not (folder / "keys.age").exists(), "the keys go first"
    code = main(["status", "--home", str(folder)])
    assert code == 2
    assert not folder.exists() or not any(folder.iterdir())
    assert "Expected a field device or a desk" in capsys.readouterr().err


def test_a_desk_is_not_destroyed(world: World) -> None:
    with pytest.raises(UsageError, match="found a desk"):
        panic(world.desk.folder)
    assert (world.desk.folder / "keys.age").exists()


@pytest.mark.parametrize("content", [b"", b"mine\n", b"tamizdat panic v1\n"])
def test_a_file_called_panic_in_somebody_elses_folder_destroys_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "panic").write_bytes(content)
    (tmp_path / "diary.txt").write_text("mine", "utf-8")
    assert not finish_panic(tmp_path)
    main(["status", "--home", str(tmp_path)])
    assert (tmp_path / "diary.txt").read_text("utf-8") == "mine"


def test_a_note_called_panic_destroys_no_device_and_neither_does_a_link_to_a_mark(world: World, tmp_path: Path) -> None:
    mark = world.field.folder / room.MARK
    mark.write_bytes(b"what to do in a panic\n")
    assert not finish_panic(world.field.folder)
    (tmp_path / "elsewhere").write_bytes(b"tamizdat panic v1\n")
    mark.unlink()
    mark.symlink_to(tmp_path / "elsewhere")
    assert not finish_panic(world.field.folder)
    assert (world.field.folder / "keys.age").exists()


def test_a_link_in_the_place_of_the_keys_is_not_followed(world: World, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine", "utf-8")
    keys = world.field.folder / "keys.age"
    keys.unlink()
    keys.symlink_to(elsewhere)
    panic(world.field.folder)
    assert elsewhere.read_text("utf-8") == "mine"


def test_the_command_destroys_and_a_rehearsal_does_not(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(world.field.folder)
    assert main(["panic", "--home", folder, "--dry-run"]) == 0
    assert (world.field.folder / "keys.age").exists()
    assert main(["panic", "--home", folder]) == 0
    assert not world.field.folder.exists()
    assert "Flash memory may keep old blocks" in " ".join(capsys.readouterr().out.split())


def test_where_the_mark_cannot_be_written_the_keys_are_destroyed_all_the_same(world: World) -> None:
    folder = world.field.folder
    (folder / room.MARK).mkdir()  # the system refuses the mark, as a full disk does
    panic(folder)
    assert not folder.exists()


def test_on_a_disk_that_is_full_the_keys_are_deleted_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as filled:
        filled.setattr(os, "write", full)
        panic(world.field.folder)
    assert not world.field.folder.exists()


def test_a_panic_in_the_middle_of_a_sealing_destroys_all(world: World) -> None:
    parcels = world.field.folder / "consignments" / "0001" / "parcels"
    parcels.mkdir(parents=True)
    until = time.monotonic() + 0.5

    def write() -> None:
        number = 0
        while time.monotonic() < until and parcels.exists():
            number += 1
            try:
                (parcels / f"{number}").write_bytes(b"noise")
            except OSError:
                return

    writers = [threading.Thread(target=write) for _ in range(3)]
    for each in writers:
        each.start()
    panic(world.field.folder)
    for each in writers:
        each.join()
    assert not world.field.folder.exists()
