"""The Debian package: the same bytes of the same files, of nobody, and no file of one wheel in place of another's."""

import io
import lzma
import mmap
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TIME = 1_700_000_000
FILES = {"usr/bin/tamizdat": b"#!/bin/sh\n", "usr/lib/tamizdat/b": b"b" * 3000, "usr/lib/tamizdat/\u0f40\u0f0b": b""}
DEEP = "usr/lib/tamizdat/" + "a-folder-with-a-long-name/" * 8 + "module.py"


@pytest.fixture(scope="module")
def package() -> Any:
    """The script, as a module."""
    loader = SourceFileLoader("package_script", str(ROOT / "scripts/package"))
    spec = spec_from_loader("package_script", loader)
    assert spec
    made, before = module_from_spec(spec), sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        loader.exec_module(made)
    finally:
        sys.dont_write_bytecode = before
    return made


def tree(folder: Path, names: list[str], umask: int) -> Path:
    """The same files, made in an order and with rights of their own."""
    before = os.umask(umask)
    try:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(FILES.get(name, b"x"))
        (folder / "usr/lib/tamizdat/link").symlink_to("b")
    finally:
        os.umask(before)
    return folder


def deb(package: Any, folder: Path, names: list[str], umask: int) -> Path:
    root, control = tree(folder / "root", names, umask), folder / "control"
    control.mkdir()
    (control / "control").write_text("Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@x>\nDescription: x\n")
    (control / "prerm").write_text("#!/bin/sh\n")
    package.write_package(folder / "x.deb", control, root, TIME)
    return folder / "x.deb"


@pytest.fixture(scope="module")
def made(package: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deb(package, tmp_path_factory.mktemp("one"), [*FILES, DEEP], 0o022)


def members(path: Path) -> dict[str, bytes]:
    """The parts of an archive of ar(1)."""
    data, at, found = path.read_bytes(), 8, {}
    while at < len(data):
        name, size = data[at : at + 16].decode().strip(), int(data[at + 48 : at + 58])
        found[name] = data[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
    return found


def test_the_same_files_make_the_same_bytes_whoever_made_them_when_and_in_which_order(
    package: Any, made: Path, tmp_path: Path
) -> None:
    other = deb(package, tmp_path, [DEEP, *reversed(FILES)], 0o077)
    assert other.read_bytes() == made.read_bytes()


def test_files_lie_in_the_order_of_their_names_and_are_of_root_who_alone_may_write(made: Path) -> None:
    parts = members(made)
    assert list(parts) == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(parts["data.tar.xz"])), encoding="utf-8") as opened:
        entries = opened.getmembers()
    names = [each.name for each in entries]
    assert names == sorted(names)
    assert {each.removeprefix("./") for each in names} >= {*FILES, DEEP}
    assert {(each.uid, each.gid, each.uname, each.gname, each.mtime) for each in entries} == {
        (0, 0, "root", "root", TIME)
    }
    rights = {each.name.removeprefix("./"): each.mode for each in entries if not each.issym()}
    assert (rights["usr/bin/tamizdat"], rights["usr/lib/tamizdat/b"], rights["usr"]) == (0o755, 0o644, 0o755)
    assert not [name for name, mode in rights.items() if mode & 0o7022]


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg is not installed")
def test_dpkg_reads_it(made: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--raw-extract", made, tmp_path / "out"], check=True, capture_output=True)
    for name, data in FILES.items():
        assert (tmp_path / "out" / name).read_bytes() == data
    assert (tmp_path / "out" / DEEP).is_file()
    assert os.access(tmp_path / "out/DEBIAN/prerm", os.X_OK)


def removed(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """What is run before the package is removed, for a house in another place."""
    script = (ROOT / "scripts/debian/prerm").read_text().replace("/usr/lib/tamizdat", f"{tmp_path}/house")
    return subprocess.run(["/bin/sh", "-c", script, "prerm", "remove"], capture_output=True, text=True, check=False)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not tell what runs")
def test_nothing_is_removed_while_it_runs_and_all_can_be_when_the_folder_is_gone_already(tmp_path: Path) -> None:
    module, compiled = tmp_path / "house/m.so", tmp_path / "house/__pycache__"
    compiled.mkdir(parents=True)
    module.write_bytes(b"x")
    with module.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ):
        done = removed(tmp_path)
    assert (done.returncode, str(os.getpid()) in done.stderr, compiled.exists()) == (1, True, True)
    assert (removed(tmp_path).returncode, compiled.exists(), module.exists()) == (0, False, True)
    shutil.rmtree(tmp_path / "house")
    assert removed(tmp_path).returncode == 0


def wheel(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def test_wheels_of_several_pythons_lie_in_one_folder_if_what_they_share_is_the_same(
    package: Any, tmp_path: Path
) -> None:
    shared = {"a/__init__.py": b"1", "a-1.dist-info/METADATA": b"Name: a\n", "a.data/purelib/beside.py": b""}
    for python in ("311", "313"):
        files = {**shared, f"a/m.cpython-{python}.so": python.encode(), "a-1.dist-info/RECORD": python.encode()}
        package.unpack_wheel(wheel(tmp_path / f"a-{python}.whl", files), tmp_path / "into")
    found = {
        path.relative_to(tmp_path / "into").as_posix() for path in (tmp_path / "into").rglob("*.*") if path.is_file()
    }
    modules = {"a/m.cpython-311.so", "a/m.cpython-313.so"}
    assert found - {"a-1.dist-info/METADATA"} == {"a/__init__.py", "beside.py"} | modules
    other = wheel(tmp_path / "b.whl", {"a/__init__.py": b"2"})
    with pytest.raises(package.Unusable, match=r"the same a/__init__\.py"):
        package.unpack_wheel(other, tmp_path / "into")


def test_a_wheel_whose_file_would_lie_elsewhere_is_refused(package: Any, tmp_path: Path) -> None:
    for name in ("../outside.py", "/outside.py", "a/../../outside.py"):
        with pytest.raises(package.Unusable, match="names of files in it"):
            package.unpack_wheel(wheel(tmp_path / "a.whl", {name: b""}), tmp_path / "into")
    assert not (tmp_path / "outside.py").exists()
