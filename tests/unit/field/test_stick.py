"""A stick for a laptop: what stands on it is what the lock says, and nothing of it runs that was changed."""

import codecs
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path

import pytest

from tamizdat.errors import ToolMissing, UsageError
from tamizdat.field import stick_start
from tamizdat.field.stick import SUMS, locked, make_stick
from tamizdat.field.stick import _lock as our_lock
from tamizdat.text.catalogue import SOURCE, endonym, interface_tags

ENVIRONMENT = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
HERE = stick_start.target()


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """Make a wheel, and return its line of a lock."""
    folder.mkdir(exist_ok=True)
    path, info = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: here\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as made:
        for each, text in files.items():
            made.writestr(each, text)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stick with two of the packages that the page needs, which are none."""
    folder = tmp_path_factory.mktemp("stick")
    lock = wheel(folder / "wheels", "segno", "9.9", {"segno/__init__.py": "", "segno-9.9.data/purelib/beside.py": ""})
    lock += wheel(folder / "wheels", "rfc8785", "9.9", {"rfc8785.py": ""})
    lock += "pytest==1.0 \\\n    --hash=sha256:00\n"
    stick = folder / "a stick"
    (stick / "device").mkdir(parents=True)
    (stick / "device" / "keys.age").write_bytes(b"keys")
    digest = make_stick(stick, folder / "wheels", [], [], None, lock=lock)
    assert digest == hashlib.sha256((stick / "program" / SUMS).read_bytes()).hexdigest()
    return stick


@pytest.fixture
def stick(made: Path, tmp_path: Path) -> Path:
    """The same, whose program tells what it was given instead of serving a page."""
    copy = tmp_path / "a stick"
    shutil.copytree(made, copy)
    (copy / "program" / "start.py").write_text(
        "import os, sys, time, pathlib\n"
        "print(sys.argv[1:], os.environ['TMPDIR'], sorted(os.listdir(sys.argv[2])), flush=True)\n"
        "time.sleep(float(sys.argv[3]) if len(sys.argv) > 3 else 0)\n"
    )
    write_sums(copy)
    return copy


def write_sums(stick: Path) -> None:
    program = stick / "program"
    names = sorted(path.relative_to(program).as_posix() for path in program.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256((program / name).read_bytes()).hexdigest()}  {name}\n" for name in names if name != SUMS]
    (program / SUMS).write_text("".join(lines))


def start(stick: Path, memory: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    memory.mkdir(exist_ok=True)
    return subprocess.run(
        ["/bin/sh", str(stick / "start-linux.sh"), *options],
        env={**ENVIRONMENT, "XDG_RUNTIME_DIR": str(memory)},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_there_is_to_read_on_a_stick_says_in_every_language_what_to_open_and_where_the_keys_are() -> None:
    """A mark at its beginning (U+FEFF) has editors everywhere take it for UTF-8."""
    data = (resources.files("tamizdat.field") / "stick_files" / "READ-ME.txt").read_bytes()
    assert data.startswith(codecs.BOM_UTF8)
    first, *others = data.decode("utf-8-sig").split("\n-- ")
    names = [each.partition(" ---")[0] for each in others]
    assert first.splitlines()[0].split(" · ") == ["English", *names]
    assert sorted(names) == sorted(endonym(each) for each in interface_tags().values() if each != SOURCE)
    for each in (first, *others):
        for said in (
            "start-linux.desktop",
            "sh start-linux.sh",
            "start-macos.command",
            "device",
            "sha256sum SHA256SUMS",
        ):
            assert said in each


def test_a_stick_has_the_packages_of_the_page_and_keeps_the_device_that_is_on_it(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == [
        "READ-ME.txt", "device", "program", "start-linux.desktop", "start-linux.sh", "start-macos.command",
        "start-windows.cmd",
    ]  # fmt: skip
    wheels = ["rfc8785-9.9-py3-none-any.whl", "segno-9.9-py3-none-any.whl"]
    assert sorted(path.name for path in (made / "program" / "wheels").iterdir()) == wheels
    assert json.loads((made / "program" / "targets.json").read_text()) == {HERE: wheels}
    assert (made / "device" / "keys.age").read_bytes() == b"keys"
    assert not list(made.glob("*.part"))
    with zipfile.ZipFile(made / "program" / "tamizdat.zip") as program:
        names = set(program.namelist())
    assert {"tamizdat/cli/main.py", "tamizdat/text/locales/en.po", "tamizdat/field/stick_files/start.sh"} <= names
    assert not [name for name in names if name.endswith(".pyc") or not name.startswith("tamizdat/")]


def test_our_lock_has_all_that_the_page_imports_and_nothing_of_the_tests() -> None:
    found = locked(our_lock())
    assert {"starlette", "uvicorn", "anyio", "h11", "cryptography", "cffi", "pycparser", "zxing-cpp", "segno"} <= set(
        found
    )
    assert not {"pytest", "ruff", "hypothesis", "setuptools"} & set(found)
    assert all("--hash=sha256:" in block for block in found.values())


def test_a_package_with_other_bytes_than_the_lock_names_comes_on_no_stick(tmp_path: Path) -> None:
    lock = wheel(tmp_path / "wheels", "segno", "9.9", {"segno.py": ""})
    wheel(tmp_path / "wheels", "segno", "9.9", {"segno.py": "planted = True"})
    (tmp_path / "stick").mkdir()
    with pytest.raises(ToolMissing, match=r"Nothing on the stick was changed\."):
        make_stick(tmp_path / "stick", tmp_path / "wheels", [], [], None, lock=lock)
    assert not (tmp_path / "stick" / "start-linux.sh").exists()


@pytest.mark.parametrize("target", ["windows-amd64-3.12", "linux-x86_64-2.7", "linux-x86_64-3.12; rm", ""])
def test_a_laptop_that_cannot_be_is_refused(tmp_path: Path, target: str) -> None:
    with pytest.raises(UsageError, match=r"linux-x86_64-3\.12"):
        make_stick(tmp_path, tmp_path, [target], [], None, lock="")


def test_another_file_than_a_standalone_python_is_refused(tmp_path: Path) -> None:
    (tmp_path / "python.zip").write_bytes(b"")
    with pytest.raises(UsageError, match=r"found python\.zip"):
        make_stick(tmp_path, tmp_path, [], [tmp_path / "python.zip"], None, lock="")


def test_it_starts_where_nothing_is_installed_and_leaves_nothing(stick: Path, tmp_path: Path) -> None:
    done = start(stick, tmp_path / "memory", "0")
    assert done.returncode == 0, done.stderr
    said, memory = done.stdout, tmp_path / "memory"
    assert f"['{stick}', '{memory}/tamizdat." in said
    assert said.endswith("'0'] " + said.split("'0'] ")[1])
    assert "['process']" in said


@pytest.mark.parametrize("change", ["changed", "missing"])
def test_nothing_of_a_stick_runs_on_which_a_file_is_not_what_it_was(stick: Path, tmp_path: Path, change: str) -> None:
    path = stick / "program" / "tamizdat.zip"
    if change == "changed":
        path.write_bytes(path.read_bytes() + b"x")
    else:
        path.unlink()
    done = start(stick, tmp_path / "memory", "0")
    assert (done.returncode, done.stdout.count("\n")) == (1, 1), "that it is checked"
    assert "Nothing was started" in done.stderr


def test_what_a_killed_start_left_in_memory_goes_with_the_next(stick: Path, tmp_path: Path) -> None:
    old, living = tmp_path / "memory" / "tamizdat.aaaaaa", tmp_path / "memory" / "tamizdat.bbbbbb"
    for folder, number in ((old, 2**22 + 1), (living, os.getpid())):
        folder.mkdir(parents=True)
        (folder / "process").write_text(f"{number}\n")
    assert start(stick, tmp_path / "memory", "0").returncode == 0
    assert (old.exists(), living.exists()) == (False, True)


def test_the_sticks_own_python_goes_before_the_laptops(stick: Path, tmp_path: Path) -> None:
    fake = tmp_path / "python" / "bin" / "python3"
    fake.parent.mkdir(parents=True)
    fake.write_text("#!/bin/sh\necho the own one\n")
    fake.chmod(0o755)
    machine, system = os.uname().machine, "linux" if sys.platform == "linux" else "macos"
    archive = stick / "program" / "python" / f"{system}-{machine}-3.12.tar.gz"
    archive.parent.mkdir()
    subprocess.run(["tar", "-czf", archive, "-C", tmp_path, "python"], check=True)
    write_sums(stick)
    assert "the own one" in start(stick, tmp_path / "memory").stdout


def test_a_laptop_without_a_python_is_told_what_is_missing(stick: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("dirname", "sha256sum", "uname", "mktemp", "chmod", "rm", "cat"):
        (tools / name).symlink_to(shutil.which(name) or name)
    done = subprocess.run(
        ["/bin/sh", str(stick / "start-linux.sh")], env={"PATH": str(tools)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Expected Python 3.11 or newer" in done.stderr


def test_a_laptop_that_the_stick_was_not_made_for_is_told_so(made: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    shutil.copytree(made, stick)
    (stick / "program" / "targets.json").write_text('{"linux-riscv64-3.99": []}')
    (tmp_path / "memory").mkdir()
    done = subprocess.run(
        [sys.executable, "-I", stick / "program" / "start.py", stick, tmp_path / "memory"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"linux-riscv64-3.99), found {HERE}" in done.stderr
    assert not (tmp_path / "memory").exists(), "the folder goes away"


def test_modules_that_a_wheel_keeps_apart_are_found(made: Path, tmp_path: Path) -> None:
    stick_start.unpack(made / "program", ["segno-9.9-py3-none-any.whl"], tmp_path / "packages")
    assert (tmp_path / "packages" / "beside.py").is_file()
    assert (tmp_path / "packages" / "tamizdat" / "field" / "stick_files" / "start.sh").is_file()


WAITS = """
import time

def start(argv):
    time.sleep(60)
"""
#: it is asked to end while Python clears an object away, and ignores whatever is raised
ASKED_WHILE_CLEARING = """
import os, signal, time, weakref

class Thing:
    pass

def start(argv):
    thing = Thing()
    asked = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGTERM))
    del thing
    time.sleep(60)
"""


#: the same on a computer so busy that the asking is asked again before it has ended
ASKED_WHILE_ASKING = ASKED_WHILE_CLEARING.replace(
    "def start",
    """asked_for = signal.setitimer
signal.setitimer = lambda *times: (asked_for(*times), time.sleep(0.1))

def start""",
)


def with_program(made: Path, tmp_path: Path, main: str) -> Path:
    """A stick with another program on it, which begins with *main*."""
    stick = tmp_path / "stick"
    shutil.copytree(made, stick)
    with zipfile.ZipFile(stick / "program" / "tamizdat.zip", "w") as program:
        program.writestr("tamizdat/__init__.py", "")
        program.writestr("tamizdat/cli/__init__.py", "")
        program.writestr("tamizdat/cli/main.py", main)
    write_sums(stick)
    return stick


@pytest.mark.parametrize("program", [ASKED_WHILE_CLEARING, ASKED_WHILE_ASKING])
def test_to_be_asked_to_end_while_python_clears_away_ends_it_too(made: Path, tmp_path: Path, program: str) -> None:
    stick = with_program(made, tmp_path, program)
    (tmp_path / "memory").mkdir()
    done = subprocess.run(
        ["/bin/sh", str(stick / "start-linux.sh")], env={**ENVIRONMENT, "XDG_RUNTIME_DIR": str(tmp_path / "memory")},
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 128 + signal.SIGTERM, done.stderr
    assert list((tmp_path / "memory").iterdir()) == []


@pytest.mark.parametrize("signs", [signal.SIGTERM, signal.SIGHUP])
def test_the_folder_in_memory_goes_when_the_terminal_is_closed(
    made: Path, tmp_path: Path, signs: signal.Signals
) -> None:
    stick = with_program(made, tmp_path, WAITS)
    (tmp_path / "memory").mkdir()
    with subprocess.Popen(
        ["/bin/sh", str(stick / "start-linux.sh")], env={**ENVIRONMENT, "XDG_RUNTIME_DIR": str(tmp_path / "memory")},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert [running.stdout.readline().split()[0] for _ in range(2)] == ["Checking", "Starting."]
        running.send_signal(signs)
        assert running.wait(60) == 128 + signs
    assert list((tmp_path / "memory").iterdir()) == []


#: opens a process's memory as any process of the user may, also where the user is the superuser
READER = """
import ctypes, os, sys

ctypes.CDLL(None).prctl(24, 19, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_SYS_PTRACE
os.execv(sys.executable, [sys.executable, "-c", "open(__import__('sys').argv[1], 'rb')", sys.argv[1]])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) and /proc are Linux's")
def test_the_memory_of_what_a_stick_starts_is_private_like_the_commands(tmp_path: Path) -> None:
    lock = wheel(tmp_path / "wheels", "segno", "9.9", {"here_is_none.py": ""})  # this Python has them all
    lock += wheel(tmp_path / "wheels", "rfc8785", "9.9", {"nor_here.py": ""})
    for name in ("a stick", "memory"):
        (tmp_path / name).mkdir()
    make_stick(tmp_path / "a stick", tmp_path / "wheels", [], [], None, lock=lock)
    with subprocess.Popen(
        ["/bin/sh", str(tmp_path / "a stick" / "start-linux.sh"), "--no-browser", "--allow-swap"],
        env={**ENVIRONMENT, "XDG_RUNTIME_DIR": str(tmp_path / "memory")},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert any("http://127.0.0.1:" in line for line in running.stdout), "the page is there"
        read = [sys.executable, "-c", READER, f"/proc/{running.pid}/mem"]
        done = subprocess.run(read, capture_output=True, text=True, check=False)
        limits = Path(f"/proc/{running.pid}/limits").read_text()
        running.send_signal(signal.SIGINT)
    assert "PermissionError" in done.stderr, "another process of the same user"
    assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core")] == [["1", "1"]]
