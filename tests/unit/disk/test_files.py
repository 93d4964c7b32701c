"""Writing that survives: whole or not at all, the same bytes whichever way they take, and no names in errors."""

import errno
import os
import tracemalloc
from pathlib import Path

import pytest

from tamizdat.disk.files import (
    PAGE,
    aligned_buffer,
    append_lines,
    file_sha256,
    flush_all,
    is_full,
    make_private,
    read_all,
    read_into,
    read_lines,
    refusals,
    write_all,
    write_file,
)
from tamizdat.encoding import sha256_hex
from tamizdat.errors import StorageFull, StorageRefused

SIZES = [0, 1, 511, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 1_000_003]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("aligned", [True, False])
def test_what_goes_around_the_cache_is_the_same_as_what_does_not(tmp_path: Path, size: int, aligned: bool) -> None:
    data = os.urandom(size)
    room = aligned_buffer(size + PAGE)[:size] if aligned and size else memoryview(bytearray(size + 1))[1:]
    room[:] = data
    write_file(tmp_path / "file", room, "a file", around=True)
    assert (tmp_path / "file").read_bytes() == data
    assert bytes(read_into(tmp_path / "file", aligned_buffer(size + 3 * PAGE))) == data
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_written_in_pieces_around_the_cache_holds_them_in_order(tmp_path: Path) -> None:
    room = aligned_buffer(2 * PAGE)
    expected = b""
    with (tmp_path / "file").open("xb", buffering=0) as file:
        for piece in (2 * PAGE, 2 * PAGE, 100, 2 * PAGE, 7):  # after the 100 bytes nothing is at a page any more
            room[:piece] = os.urandom(piece)
            write_all(file.fileno(), room[:piece], around=True)
            expected += bytes(room[:piece])
    assert (tmp_path / "file").read_bytes() == expected


def test_memory_that_is_not_at_a_page_is_read_into_all_the_same(tmp_path: Path) -> None:
    data = os.urandom(3 * PAGE + 5)
    (tmp_path / "file").write_bytes(data)
    with (tmp_path / "file").open("rb", buffering=0) as file:
        assert bytes(read_all(file.fileno(), memoryview(bytearray(4 * PAGE))[3:])) == data


def test_no_more_is_read_than_there_is_room(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(10 * PAGE))
    assert len(read_into(tmp_path / "file", aligned_buffer(2 * PAGE))) == 2 * PAGE


def test_an_append_that_was_cut_off_is_neither_read_nor_continued(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    append_lines(journal, ["one", "two"], "the journal")
    with journal.open("ab") as file:
        file.write(b"thr")  # killed here
    assert read_lines(journal, "the journal") == ["one", "two"]
    append_lines(journal, ["four"], "the journal")
    assert journal.read_bytes() == b"one\ntwo\nfour\n"


@pytest.mark.parametrize("torn", [b"", b"x", b"x" * 10_000, b"a\n" + b"x" * 10_000])
def test_an_append_finds_the_last_whole_line_however_long_the_torn_one_is(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / "journal").write_bytes(torn)
    append_lines(tmp_path / "journal", ["new"], "the journal")
    assert (tmp_path / "journal").read_bytes() == torn[: torn.rfind(b"\n") + 1] + b"new\n"


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_other(tmp_path: Path) -> None:
    write_file(tmp_path / "keys", b"old", "the keys")
    (tmp_path / ".keys.part").mkdir()  # where the temporary file would be
    with pytest.raises(StorageRefused):
        write_file(tmp_path / "keys", b"new", "the keys")
    assert (tmp_path / "keys").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("number", "kind"), [(28, StorageFull), (122, StorageFull), (13, StorageRefused), (5, StorageRefused)]
)
def test_what_the_system_says_becomes_ours_without_the_name_of_a_file(number: int, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught, refusals("the outbox"):
        raise OSError(number, os.strerror(number), "/media/anna/采访.txt")
    assert "outbox" in str(caught.value)
    assert "anna" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    write_file(tmp_path / "keys", b"x", "the keys")
    append_lines(tmp_path / "journal", ["x"], "the journal")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_folders_that_are_made_are_their_owners_only_and_those_that_were_there_stay_as_they_are(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(0o755)
    before = os.umask(0)
    try:
        make_private(there / "one/two/three")
        make_private(there / "one/two/three")
    finally:
        os.umask(before)
    modes = [
        path.stat().st_mode & 0o777 for path in (there, *(there / each for each in ("one", "one/two", "one/two/three")))
    ]
    assert modes == [0o755, 0o700, 0o700, 0o700]


def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert file_sha256(tmp_path / "file") == sha256_hex(b"abc")
    with pytest.raises(FileNotFoundError):
        file_sha256(tmp_path / "none")


def test_of_a_file_that_became_shorter_than_where_reading_begins_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"short")
    room = aligned_buffer(2 * PAGE)
    room[:] = b"x" * len(room)  # what was read into it before is not what the file says
    with (tmp_path / "file").open("rb", buffering=0) as file:
        for offset in (5, 6, PAGE, 3 * PAGE):
            assert len(read_all(file.fileno(), room, offset)) == 0


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 999])
def test_each_of_many_files_is_flushed_once(count: int) -> None:
    paths, flushed = [Path(str(number)) for number in range(count)], list[Path]()
    flush_all(paths, flushed.append)
    assert sorted(flushed) == sorted(paths)


@pytest.mark.parametrize("bad", [0, 3, 4, 500, 999])
def test_a_flush_that_fails_is_told_whichever_of_many_it_is(bad: int) -> None:
    def flush(path: Path) -> None:
        if int(path.name) == bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        flush_all([Path(str(number)) for number in range(1_000)], flush)


def test_of_very_many_files_no_list_is_made_of_what_waits() -> None:
    paths = [Path("file")] * 20_000
    tracemalloc.start()
    try:
        flush_all(paths, lambda path: None)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("room", "files", "left", "is_so"),
    [(1 << 40, 0, 0, False), (1 << 40, 900, 7, False), (1 << 40, 900, 0, True), (0, 900, 7, True), (0, 0, 0, True)],
)
def test_a_disk_is_full_without_bytes_or_without_names_unless_it_counts_no_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, files: int, left: int, is_so: bool
) -> None:
    found = os.statvfs_result((4096, 4096, room, room, room // 4096, files, left, left, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda folder: found)
    assert is_full(tmp_path) is is_so
