"""Objects: whole or not there, read-only, and found out when they are damaged."""

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from support.archive_samples import ORIGIN, damage, new_archive
from tamizdat.archive import Archive
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive, BadEncoding, StorageFull, StorageRefused

SAMPLE = b"a clip, in pieces" * 1000
DIGEST = sha256_hex(SAMPLE)


def in_pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


def staged(archive: Archive, data: bytes) -> Path:
    path = archive.objects.staged()
    path.write_bytes(data)
    return path


def left_over(archive: Archive) -> list[Path]:
    return [path for path in (archive.folder / "staging").rglob("*") if path.is_file() and path.suffix != ".lock"]


@pytest.mark.parametrize("data", [SAMPLE, b"", b"x"])
def test_an_added_object_is_read_back(tmp_path: Path, data: bytes) -> None:
    objects = new_archive(tmp_path).objects
    digest = objects.add(in_pieces(data))
    assert digest == sha256_hex(data)
    assert objects.has(digest)
    assert objects.size(digest) == len(data)
    assert [*objects] == [digest]
    objects.check(digest)
    with objects.open(digest) as file:
        assert file.read() == data


def test_an_object_lies_where_sha256sum_finds_it_and_is_read_only(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    archive.objects.add([SAMPLE])
    path = archive.folder / "objects" / DIGEST[:2] / DIGEST
    assert path == archive.objects.path(DIGEST)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert stat.S_IMODE(archive.folder.stat().st_mode) == 0o700
    assert hashlib.sha256(path.read_bytes()).hexdigest() == DIGEST
    assert left_over(archive) == []


def test_a_staged_file_is_adopted_once_and_again(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    for _ in range(2):
        archive.objects.adopt(staged(archive, SAMPLE), DIGEST)
    assert [*archive.objects] == [DIGEST]
    assert left_over(archive) == []


def test_many_are_adopted_at_once(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    contents = [f"file {number}".encode() for number in range(100)]
    archive.objects.adopt_many([(staged(archive, data), sha256_hex(data)) for data in [*contents, contents[0]]])
    assert [*archive.objects] == sorted(map(sha256_hex, contents))
    for digest in archive.objects:
        archive.objects.check(digest)
    archive.objects.adopt_many([])


def test_storing_a_damaged_object_again_heals_it(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    objects = archive.objects
    objects.add([SAMPLE])
    damage(archive, DIGEST, lambda data: data[:-1] + b"?")
    with pytest.raises(BadArchive, match="Restore the object"):
        objects.check(DIGEST)
    objects.add([SAMPLE])
    objects.check(DIGEST)


@pytest.mark.parametrize("data", [b"", SAMPLE[:-1], SAMPLE + b"x", b"X" + SAMPLE[1:]])
def test_a_damaged_object_is_found(tmp_path: Path, data: bytes) -> None:
    archive = new_archive(tmp_path)
    archive.objects.add([SAMPLE])
    damage(archive, DIGEST, lambda before: data)
    with pytest.raises(BadArchive, match=f"Object {DIGEST}: expected .* found"):
        archive.objects.check(DIGEST)


def test_a_missing_object_says_what_to_do(tmp_path: Path) -> None:
    objects = new_archive(tmp_path).objects
    assert not objects.has(DIGEST)
    for ask in (objects.open, objects.size, objects.check):
        with pytest.raises(BadArchive, match="Restore it from a second copy"):
            ask(DIGEST)


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], DIGEST + "0", "ab/" + DIGEST]
)
def test_a_name_that_is_no_digest_never_touches_the_disk(tmp_path: Path, name: str) -> None:
    archive = new_archive(tmp_path)
    path = staged(archive, b"x")
    for ask in (
        archive.objects.open,
        archive.objects.has,
        archive.objects.path,
        lambda it: archive.objects.adopt(path, it),
    ):
        with pytest.raises(BadEncoding):
            ask(name)
    assert path.exists()


def test_a_symbolic_link_is_not_adopted(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    (tmp_path / "secret").write_bytes(SAMPLE)
    link = archive.objects.staged()
    link.symlink_to(tmp_path / "secret")
    with pytest.raises(StorageRefused):
        archive.objects.adopt(link, DIGEST)
    assert [*archive.objects] == []
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) != 0o444


def test_an_interrupted_stream_leaves_nothing(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)

    def breaking() -> Iterator[bytes]:
        yield SAMPLE
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.objects.add(breaking())
    assert [*archive.objects] == []
    assert left_over(archive) == []


def test_a_file_that_may_not_grow_leaves_nothing(
    tmp_path: Path, file_limit: Callable[[int], AbstractContextManager[None]]
) -> None:
    archive = new_archive(tmp_path)
    with file_limit(100_000), pytest.raises(StorageFull):
        archive.objects.add([SAMPLE] * 20)
    assert [*archive.objects] == []
    assert left_over(archive) == []


def test_a_full_disk_leaves_nothing_half(small_disk: Path) -> None:
    archive = Archive.create(small_disk / "archive", ORIGIN)
    archive.objects.add([SAMPLE])
    with pytest.raises(StorageFull):
        archive.objects.add([os.urandom(2 << 20)])
    assert [*archive.objects] == [DIGEST]
    assert left_over(archive) == []
    archive.objects.check(DIGEST)
    archive.objects.add([b"a small one"])


def test_without_permission_nothing_is_stored(
    tmp_path: Path, refused: Callable[[Path], AbstractContextManager[None]]
) -> None:
    archive = new_archive(tmp_path)
    path = staged(archive, SAMPLE)
    with refused(archive.folder):
        with pytest.raises(StorageRefused, match="Permission denied"):
            archive.objects.add([SAMPLE])
        with pytest.raises(StorageRefused, match="Permission denied"):
            archive.objects.adopt(path, DIGEST)
        with pytest.raises(StorageRefused, match="Permission denied"):
            archive.objects.has(DIGEST)
    archive.objects.adopt(path, DIGEST)


def test_what_is_no_object_is_not_listed(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    archive.objects.add([SAMPLE])
    shelf = archive.folder / "objects" / DIGEST[:2]
    (shelf / "notes.txt").touch()
    (shelf / ("00" if DIGEST[:2] != "00" else "11").ljust(64, "0")).touch()
    (archive.folder / "objects" / "lost+found").mkdir()
    assert [*archive.objects] == [DIGEST]
    assert len([*archive.objects.strangers()]) == 3


STAGE_AND_DIE = """
import os, sys
from pathlib import Path
from tamizdat.archive import Archive
archive = Archive.open(Path(sys.argv[1]))
(archive.staging / "half a clip").write_bytes(b"x" * 100)
os._exit(9)
"""


def test_files_of_a_dead_process_are_cleared_away_and_those_of_a_living_one_stay(tmp_path: Path) -> None:
    archive = new_archive(tmp_path)
    mine = staged(archive, SAMPLE)
    assert subprocess.run([sys.executable, "-c", STAGE_AND_DIE, archive.folder], check=False).returncode == 9
    assert len(left_over(archive)) == 2
    other = Archive.open(archive.folder)
    assert left_over(archive) == [mine]
    theirs = staged(other, b"y")
    Archive.open(archive.folder)
    assert {*left_over(archive)} == {mine, theirs}
    other.close()
    assert left_over(archive) == [mine]
    archive.objects.adopt(mine, DIGEST)
    archive.close()
    assert [*(archive.folder / "staging").iterdir()] == []


def test_a_folder_that_a_share_does_not_let_go_of_yet_is_left_to_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On NFS a deleted file that is open keeps a hidden name; what was done is not undone by that."""

    def kept(path: Path) -> None:
        raise OSError(errno.ENOTEMPTY, "Directory not empty", str(path))

    archive = new_archive(tmp_path)
    left = staged(archive, SAMPLE)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", kept)
        archive.close()
        Archive.open(archive.folder).close()
    assert left.exists()
    Archive.open(archive.folder).close()
    assert [*(archive.folder / "staging").iterdir()] == []
