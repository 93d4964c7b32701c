"""Disks that are full and files that are not ours: real ones."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from support import archive_samples

NOBODY = 65534


#: modules whose tests hold for an archive whose objects lie on this disk and for one whose objects lie on a place
BOTH = ("archive", "bluesky_account", "check", "copies", "in_bulk", "objects", "post_details")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if metafunc.module.__name__.rpartition("test_")[2] in BOTH and "kept" not in chosen:
        metafunc.parametrize("kept", ["disk", "place"], indirect=True)


@pytest.fixture(autouse=True)
def kept(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where new archives of this test keep their objects."""
    archive_samples.KEPT[0] = getattr(request, "param", "disk")
    yield archive_samples.KEPT[0]
    archive_samples.KEPT[0] = "disk"
    archive_samples.BUCKETS.clear()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with one megabyte of room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system of one megabyte could not be mounted (needs root): full disks only by RLIMIT_FSIZE")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def file_limit() -> Callable[[int], AbstractContextManager[None]]:
    """No file may grow beyond so many bytes: the kernel refuses, as on a full disk."""

    @contextmanager
    def limited(size: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[Path], AbstractContextManager[None]]:
    """Everything in a folder belongs to somebody else (for root: we are nobody for a while)."""

    @contextmanager
    def refusing(folder: Path) -> Iterator[None]:
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
            try:
                yield
            finally:
                os.seteuid(0)
            return
        mode = folder.stat().st_mode
        folder.chmod(0)
        try:
            yield
        finally:
            folder.chmod(mode)

    return refusing
