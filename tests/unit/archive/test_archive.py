"""Making and opening an archive."""

from pathlib import Path

import pytest

from support.archive_samples import ORIGIN, captured, new_archive
from tamizdat.archive import Archive
from tamizdat.errors import BadArchive, NotSetUp, StorageRefused, UsageError


def test_a_new_archive_is_empty_and_knows_its_origin(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "deep" / "archive", ORIGIN) as archive:
        assert (archive.origin, archive.size, [*archive.statements()], [*archive.objects]) == (ORIGIN, 0, [], [])
        assert archive.index.items() == []
        assert archive.check().sound


def test_a_folder_without_an_archive_is_not_set_up(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NotSetUp, match=r"archive\.json"):
            Archive.open(folder)
    assert [*tmp_path.iterdir()] == []


def test_an_archive_is_not_made_over_another(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    before = {path: path.read_bytes() for path in archive.folder.iterdir() if path.is_file()}
    with pytest.raises(UsageError, match="without an archive"):
        Archive.create(archive.folder, ORIGIN)
    (archive.folder / "archive.json").unlink()
    with pytest.raises(UsageError, match="Restore that file"):
        Archive.create(archive.folder, ORIGIN)
    for path, data in before.items():
        if path.name != "archive.json":
            assert path.read_bytes() == data


def test_a_creation_that_was_killed_is_completed(tmp_path: Path) -> None:
    steps = [["archive.json"], ["archive.json", "entries.log"], ["archive.json", "entries.log", "objects"]]
    for number, undone in enumerate(steps):
        folder = tmp_path / str(number)
        Archive.create(folder, ORIGIN).close()
        (folder / "objects").rmdir()
        (folder / "index.sqlite").unlink(missing_ok=True)
        for name in set(undone) - {"objects"}:
            (folder / name).unlink()
        (folder / ".entries.log.part").write_bytes(b"half")
        with Archive.create(folder, ORIGIN) as archive:
            assert archive.append([captured("one")]) == [0]


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "line\nfeed", "x" * 256, "no\u00a0break"])
def test_an_origin_that_no_note_can_carry_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(UsageError, match="origin"):
        Archive.create(tmp_path / "archive", origin)
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize(
    "settings",
    [
        b"",
        b"{}",
        b"null",
        b"not JSON",
        b'{"format": "tamizdat/archive/v1", "origin": "example.org/ledger"}',
        b'{"format":"tamizdat/archive/v2","origin":"example.org/ledger"}',
        b'{"format":"tamizdat/archive/v1","origin":7}',
        b'{"extra":1,"format":"tamizdat/archive/v1","origin":"example.org/ledger"}',
        b'{"format":"tamizdat/archive/v1","origin":"example.org/another"}',
        b"[" * 5000,
    ],
)
def test_damaged_settings_are_refused(tmp_path: Path, settings: bytes) -> None:
    archive = new_archive(tmp_path)
    archive.close()
    (archive.folder / "archive.json").write_bytes(settings)
    with pytest.raises(BadArchive, match=r"archive\.json"):
        Archive.open(archive.folder)


def test_no_file_of_the_archive_is_readable_by_others(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    assert len(archive.index.items()) == 1
    assert archive.staging.is_dir()
    for path in archive.folder.iterdir():
        assert not path.stat().st_mode & 0o077, path.name


def test_a_closed_archive_refuses_and_touches_no_other_file(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    archive.close()
    with (tmp_path / "other").open("wb+"):  # likely to get the same descriptor
        for use in (lambda: archive.append([captured("two")]), lambda: archive.size, lambda: archive.forget(0)):
            with pytest.raises(StorageRefused, match="Bad file descriptor"):
                use()
    assert (tmp_path / "other").read_bytes() == b""
    archive.close()
