"""Whatever is told to be done is on the disk: a power cut a moment later takes nothing of it back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from support.archive_samples import captured, new_archive
from support.power import watched
from tamizdat.archive.forgetting.still_to_do import StillToDo
from tamizdat.carrying.wipe import delete_matching
from tamizdat.disk.files import append_lines, copy_file, write_file
from tamizdat.places.folder import FolderPlace

Step = Callable[[], object]
NAME = "9f" * 32


def writing(folder: Path) -> Step:
    return lambda: write_file(folder / "file", b"whole", "a file")


def writing_over(folder: Path) -> Step:
    writing(folder)()
    return lambda: write_file(folder / "file", b"another", "a file")


def copying(folder: Path) -> Step:
    (folder / "source").write_bytes(b"whole")
    return lambda: copy_file(folder / "source", folder / "file", "a file")


def beginning_a_journal(folder: Path) -> Step:
    return lambda: append_lines(folder / "lines", ["one", "two"], "lines")


def going_on_with_a_journal(folder: Path) -> Step:
    append_lines(folder / "lines", ["one"], "lines")
    return lambda: append_lines(folder / "lines", ["two"], "lines")


def adding_a_place(folder: Path) -> Step:
    return FolderPlace("stick", folder / "stick").set_up


def putting(folder: Path) -> Step:
    place = FolderPlace("stick", folder)
    place.set_up()
    return lambda: place.put(NAME, b"sealed")


def putting_much(folder: Path) -> Step:
    place = FolderPlace("stick", folder)
    place.set_up()
    return lambda: place.put(NAME, bytes(2 << 20))


def putting_over(folder: Path) -> Step:
    putting(folder)()
    return lambda: FolderPlace("stick", folder).put(NAME, b"sealed anew")


def putting_on_another_stick(folder: Path) -> Step:
    """The first was pulled out, and this one bears the marker too."""
    place = FolderPlace("stick", folder)
    place.set_up()
    place.put(NAME, b"sealed")
    shutil.rmtree(folder / NAME[0])
    return lambda: place.put(NAME, b"sealed")


def deleting_from_a_place(folder: Path) -> Step:
    putting(folder)()
    return lambda: FolderPlace("stick", folder).delete(NAME)


def wiping(folder: Path) -> Step:
    (folder / "0042.MP4").write_bytes(b"footage")
    return lambda: delete_matching(folder, lambda path, size, digest: True, None, False, lambda size: None)


def noting_what_is_to_be_deleted(folder: Path) -> Step:
    return lambda: StillToDo({NAME: 7}).write(folder)


def having_deleted_all(folder: Path) -> Step:
    StillToDo({NAME: 7}).write(folder)
    return lambda: StillToDo().write(folder)


STEPS = (
    writing, writing_over, copying, beginning_a_journal, going_on_with_a_journal, adding_a_place, putting, putting_much,
    putting_over, putting_on_another_stick, deleting_from_a_place, wiping, noting_what_is_to_be_deleted,
    having_deleted_all,
)  # fmt: skip


@pytest.mark.parametrize("prepared", STEPS, ids=lambda step: step.__name__)
def test_nothing_of_it_is_in_memory_alone(
    prepared: Callable[[Path], Step], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = prepared(tmp_path)
    with watched(monkeypatch) as unflushed:
        step()
    assert {"fsync", "open"} <= {*unflushed.calls}, "something was done"
    assert unflushed.paths == set()


def test_what_was_appended_padded_or_forgotten_is_on_the_disk_when_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = new_archive(tmp_path)
    steps: tuple[Step, ...] = (
        lambda: archive.append([captured("one"), captured("two")]),
        lambda: archive.pad(8),
        lambda: archive.forget(1),
    )
    for step in steps:
        with watched(monkeypatch) as unflushed:
            step()
        assert "pwrite" in unflushed.calls
        assert "entries.log" not in unflushed.names()


def test_that_it_is_to_be_forgotten_is_on_the_disk_before_a_byte_of_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that go without the mark would be damage, and the next to open would refuse the whole ledger."""
    archive = new_archive(tmp_path, captured("one"), captured("two"))
    with watched(monkeypatch) as unflushed:
        archive.forget(0, 1)
    calls = [each for each in unflushed.calls if each in ("pwrite", "fsync")]
    assert calls[calls.index("pwrite") :] == ["pwrite", "pwrite", "fsync", "pwrite", "pwrite", "fsync"]
