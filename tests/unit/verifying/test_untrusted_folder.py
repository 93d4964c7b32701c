"""A folder from a hostile mirror: nothing outside it is opened, and nothing odd inside it."""

import os
from pathlib import Path

import pytest

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadPath, CheckFailed
from tamizdat.verifying.untrusted_folder import SMALL, Folder


def test_reads_and_hashes_a_file(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    (tmp_path / "items/逃.txt").write_bytes(b"words")
    folder = Folder(tmp_path)
    assert folder.read("items/逃.txt") == b"words"
    assert folder.difference("items/逃.txt", sha256_hex(b"words")) == ""
    assert sha256_hex(b"words") in folder.difference("items/逃.txt", sha256_hex(b"other words"))
    assert folder.walk() == (["items/逃.txt"], [])


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../secret", "a//b", "", "a\\b"])
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_bytes(b"outside")
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(BadPath):
        Folder(inside).read(path)
    assert not Folder(inside).has(path)
    assert Folder(inside).difference(path, sha256_hex(b"outside"))


def test_links_are_not_followed_wherever_on_the_way_they_lie(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_bytes(b"outside")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "file").symlink_to(tmp_path / "outside/file")
    (inside / "folder").symlink_to(tmp_path / "outside", target_is_directory=True)
    (inside / "dangling").symlink_to(tmp_path / "nowhere")
    folder = Folder(inside)
    for path in ("file", "folder/file", "dangling"):
        with pytest.raises(CheckFailed, match="symbolic link"):
            folder.read(path)
        with pytest.raises(CheckFailed, match="symbolic link"):
            folder.digest(path)
    assert folder.walk() == ([], ["dangling", "file", "folder"])


@pytest.mark.parametrize("link", ["zh", "zh/items", "zh/items/5"])
@pytest.mark.parametrize("below", ["zh/items/5", "zh/items/5/"])
def test_of_what_lies_below_a_link_no_file_counts_however_high_above_it_the_link_is(
    tmp_path: Path, link: str, below: str
) -> None:
    (tmp_path / "outside/items/5").mkdir(parents=True)
    (tmp_path / "outside/items/5/index.html").write_bytes(b"outside")
    inside = tmp_path / "inside"
    (inside / link).parent.mkdir(parents=True, exist_ok=True)
    (inside / link).symlink_to((tmp_path / "outside").joinpath(*link.split("/")[1:]))
    folder = Folder(inside)
    assert folder.walk(below) == ([], ["zh/items/5/index.html"])
    with pytest.raises(CheckFailed, match="symbolic link"):
        folder.read("zh/items/5/index.html")
    (inside / link).unlink()
    (tmp_path / "outside").joinpath(*link.split("/")[1:]).rename(inside / link)
    assert folder.walk(below) == (["zh/items/5/index.html"], [])


@pytest.mark.parametrize("listed", [True, False])
def test_what_became_a_link_or_a_pipe_since_it_was_looked_at_is_neither_followed_nor_read(
    tmp_path: Path, listed: bool
) -> None:
    (tmp_path / "outside").write_bytes(b"outside")
    inside = tmp_path / "inside"
    inside.mkdir()
    folder, names = Folder(inside), ("link", "pipe", "folder", "gone")
    for name in names:
        (inside / name).write_bytes(b"words")
        assert listed or folder.has(name)
    assert not listed or folder.walk() == (sorted(names), [])
    for name in names:
        (inside / name).unlink()
    (inside / "link").symlink_to(tmp_path / "outside")
    os.mkfifo(inside / "pipe")
    (inside / "folder").mkdir()
    writer = os.open(inside / "pipe", os.O_RDWR)  # it says nothing, and does not go away
    try:
        for name in names:
            with pytest.raises(CheckFailed):
                folder.read(name)
            with pytest.raises(CheckFailed):
                folder.digest(name)
            assert name not in folder.digests
    finally:
        os.close(writer)


def test_pipes_and_folders_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    folder = Folder(tmp_path)
    for path in ("pipe", "folder", "absent"):
        with pytest.raises(CheckFailed, match="found no such file"):
            folder.read(path)
    assert folder.walk() == ([], ["pipe"])


def test_a_file_larger_than_it_may_be_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 40)  # sparse
    with pytest.raises(CheckFailed, match="at most"):
        Folder(tmp_path).read("huge", SMALL)


def test_names_are_escaped_where_a_terminal_could_be_fooled(tmp_path: Path) -> None:
    (tmp_path / "\x1b]0;title\x07").write_bytes(b"")
    (tmp_path / os.fsdecode(b"\xff\xfe")).write_bytes(b"")
    files, refused = Folder(tmp_path).walk()
    assert files == []
    assert all(name.isascii() and name.isprintable() for name in refused)
    assert len(refused) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything: a refusal was not checked")
def test_an_unreadable_file_is_a_failed_check(tmp_path: Path) -> None:
    (tmp_path / "closed").write_bytes(b"")
    (tmp_path / "closed").chmod(0)
    with pytest.raises(CheckFailed, match="refused"):
        Folder(tmp_path).read("closed")


def test_a_path_longer_than_the_system_takes_is_a_failed_check(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed):
        Folder(tmp_path).read("/".join(["n" * 200] * 20))
