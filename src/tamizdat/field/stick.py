"""Making a stick from which the page runs on a laptop where nothing is installed.

::

    start-linux.desktop, start-linux.sh, start-macos.command, start-windows.cmd, READ-ME.txt
    program/SHA256SUMS      of every file below ``program``; the start scripts check it before anything runs
    program/start.py        :mod:`tamizdat.field.stick_start`
    program/tamizdat.zip    this program
    program/wheels/         the packages it needs, each held to the lock (constraints.txt)
    program/targets.json    which of them are for which computer
    program/python/, bin/   a Python and an ffmpeg, if they were given
    device/                 made at the first start: the keys, and what is sealed and not yet sent

A *target* is a computer's system and processor and a Python, as in ``linux-x86_64-3.12``.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import metadata, resources
from pathlib import Path
from typing import Final

import tamizdat
from tamizdat.disk.files import file_sha256, refusals
from tamizdat.errors import ToolMissing, UsageError
from tamizdat.field import stick_start

LOCK: Final = "constraints.txt"
SUMS: Final = "SHA256SUMS"
PROGRAMS: Final = ("ffmpeg", "ffprobe")
SCRIPTS: Final = {
    "start-linux.sh": "start.sh",
    "start-macos.command": "start.sh",
    "start-linux.desktop": "start.desktop",
    "start-windows.cmd": "start.cmd",
    "READ-ME.txt": "READ-ME.txt",
}
WHAT: Final = "the stick"
DEBIAN_WHEELS: Final = Path("/usr/share/python-wheels")
_TARGET: Final = re.compile(r"(?P<system>linux|macos)-(?P<machine>x86_64|aarch64|arm64)-3\.(?P<minor>1[1-9])")
_PYTHON: Final = re.compile(
    r"cpython-3\.(?P<minor>1[1-9])\.\d+.*-(?P<machine>x86_64|aarch64)-(?P<system>unknown-linux-gnu|apple-darwin)"
    r"-install_only(_stripped)?\.tar\.gz"
)
_AFTER_NAME: Final = re.compile(r"[^A-Za-z0-9._-]")
_LEGACY: Final = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}  #: PEP 600: other names of these


def make_stick(
    folder: Path,
    wheels: Path | None,
    targets: Sequence[str],
    pythons: Sequence[Path],
    programs: Path | None,
    proxy: str | None = None,
    lock: str | None = None,
) -> str:
    """Make a stick of *folder* and return the SHA-256 of its list of digests.

    The packages come from the folder *wheels*, or are fetched by pip, through *proxy* if there is one; for each of
    *targets*, for each Python in *pythons*, and if there is none of both for this computer. *programs* is a folder
    with ffmpeg and ffprobe, *lock* the text of a lock, by default our source's. A device on the stick stays.

    Raises UsageError, ToolMissing, StorageFull, StorageRefused.
    """
    if not folder.is_dir():
        raise UsageError(f"Expected a folder, the root of a plugged-in stick, found none at {folder}.")
    archives = {_target_of(path): path for path in pythons}
    wanted = list(dict.fromkeys([*map(_checked, targets), *archives])) or [stick_start.target()]
    made, packages = folder / "program.part", locked(_lock() if lock is None else lock)
    with refusals(WHAT):
        shutil.rmtree(made, ignore_errors=True)
        (made / "wheels").mkdir(parents=True)
        found = {target: _gather(target, packages, wheels, made / "wheels", proxy) for target in wanted}
        (made / "targets.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "ascii")
        _zip_package(made / "tamizdat.zip")
        shutil.copyfile(stick_start.__file__, made / "start.py")
        for target, path in archives.items():
            (made / "python").mkdir(exist_ok=True)
            shutil.copyfile(path, made / "python" / f"{target}.tar.gz")
        for name in PROGRAMS if programs else ():
            _lend(programs / name if programs else Path(), made / "bin")
        sums = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
        (made / SUMS).write_text("".join(f"{file_sha256(made / name)}  {name}\n" for name in sums), "ascii")
        shutil.rmtree(folder / "program", ignore_errors=True)
        made.rename(folder / "program")
        for name, source in SCRIPTS.items():
            data = (resources.files("tamizdat.field") / "stick_files" / source).read_bytes()
            (folder / name).write_bytes(data)
            with suppress(OSError):  # a stick knows no such thing
                (folder / name).chmod(0o755)
        if hasattr(os, "sync"):
            os.sync()  # it is pulled soon
    return file_sha256(folder / "program" / SUMS)


def locked(lock: str, extras: Iterable[str] = ("field",)) -> dict[str, str]:
    """Return the packages that the page, or what else is in *extras*, needs, by name → their lines of the lock.

    They are found from what is installed here, whatever it needs on other systems included. Raises UsageError.
    """
    lines = {_plain(block.split("==")[0]): block for block in re.split(r"\n(?=\S)", lock) if "==" in block}
    found: dict[str, str] = {}
    waiting = [("tamizdat", extra) for extra in extras]
    while waiting:
        name, extra = waiting.pop()
        for each in metadata.requires(name) or ():
            needed, _, marker = each.partition(";")
            of_extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
            package = _plain(_AFTER_NAME.split(needed, 1)[0])
            if (of_extra and of_extra[1] != extra) or package in found or package not in lines:
                continue
            found[package] = lines[package]
            with suppress(metadata.PackageNotFoundError):  # another system's; it needs nothing that we do not know of
                metadata.requires(package)
                waiting.append((package, ""))
    return found


def _lock() -> str:
    path = Path(tamizdat.__file__).parents[2] / LOCK
    if not path.is_file():
        raise UsageError(
            f"Expected tamizdat's source with its {LOCK} around this program, found none: it was installed in another "
            "way than 'make setup'. Make the stick with a tamizdat that was installed from its source."
        )
    return path.read_text("utf-8")


def _checked(target: str) -> str:
    if not _TARGET.fullmatch(target):
        raise UsageError(
            f"Expected a computer as linux-x86_64-3.12 (system linux or macos, processor x86_64, aarch64 or arm64, "
            f"Python 3.11 or newer), found {target}. This one is {stick_start.target()}."
        )
    return target


def _target_of(python: Path) -> str:
    found = _PYTHON.fullmatch(python.name)
    if not found or not python.is_file():
        raise UsageError(
            "Expected an archive of python-build-standalone, as "
            "cpython-3.12.7+20241016-x86_64-unknown-linux-gnu-install_only.tar.gz, "
            f"found {python.name if python.is_file() else f'no file at {python}'}."
        )
    mac = found["system"] == "apple-darwin"
    machine = "arm64" if mac and found["machine"] == "aarch64" else found["machine"]
    return f"{'macos' if mac else 'linux'}-{machine}-3.{found['minor']}"


def _gather(target: str, lock: Mapping[str, str], wheels: Path | None, into: Path, proxy: str | None) -> list[str]:
    """Have pip put the wheels for *target* into a folder, each held to the lock; return their names."""
    with tempfile.TemporaryDirectory() as temporary:
        wanted, out = Path(temporary, "wanted.txt"), Path(temporary, "out")
        wanted.write_text("\n".join(lock.values()) + "\n", "utf-8")
        here = ("--no-index", "--find-links", str(wheels)) if wheels else ("--proxy", proxy) if proxy else ()
        environment = {name: value for name, value in os.environ.items() if not (wheels and name.startswith("PIP_"))}
        done = subprocess.run(
            [
                sys.executable, "-P", *_pip(), "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                "--only-binary", ":all:", "--require-hashes", "--requirement", str(wanted), "--dest", str(out), *here,
                *pip_options(target),
            ],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ToolMissing(_why(done.stderr, target, wheels))
        names = sorted(path.name for path in out.iterdir())
        for name in names:
            shutil.copyfile(out / name, into / name)
    return names


def _pip() -> list[str]:
    """Return how this Python is told to run pip: its own, or the one that Debian's python3-pip-whl brings."""
    if importlib.util.find_spec("pip"):
        return ["-m", "pip"]
    wheels = sorted(DEBIAN_WHEELS.glob("pip-*.whl"))
    if not wheels:
        raise ToolMissing(
            "Expected pip, which fetches the packages for a stick and holds each to its digest, found none. Install "
            "the package python3-pip-whl (Debian, Ubuntu). Nothing on the stick was changed."
        )
    return [str(wheels[-1] / "pip")]


def pip_options(target: str) -> list[str]:
    """Return what pip is told of a computer; the oldest systems first, so that what is fetched runs on these too."""
    found = _TARGET.fullmatch(target)
    if not found:
        return []  # this computer is of a kind that we do not know of
    if found["system"] == "macos":
        kinds = (found["machine"], "universal2")
        names = [f"macosx_{major}_{minor}_{kind}" for kind in kinds for major, minor in _macs()]
    else:
        names = [f"manylinux_2_{minor}_{found['machine']}" for minor in range(5, 36)]
        names += [f"{name}_{found['machine']}" for name in _LEGACY.values()]
    version = ["--python-version", f"3.{found['minor']}", "--implementation", "cp"]
    return [*version, *(word for name in names for word in ("--platform", name))]


def _macs() -> Iterable[tuple[int, int]]:
    return [*((10, minor) for minor in range(9, 17)), *((major, 0) for major in range(11, 16))]


def _why(said: str, target: str, wheels: Path | None) -> str:
    errors = [line.removeprefix("ERROR: ") for line in said.splitlines() if line.startswith("ERROR: ")]
    told = re.sub(r"https?://\S+", "…", (errors or said.splitlines() or ["nothing"])[0])[:300]
    if wheels:
        return (
            f"Expected in {wheels} the wheels for {target} that {LOCK} names, each with its digest; pip said: {told}. "
            "Nothing on the stick was changed."
        )
    return (
        f"Expected to fetch the packages for {target}; pip said: {told}. Nothing on the stick was changed. Without a "
        "network, fetch them elsewhere (docs/field-stick.md says how) and give the folder: --wheels FOLDER."
    )


def _zip_package(path: Path) -> None:
    """Pack this program, without what Python wrote beside it."""
    package = Path(tamizdat.__file__).parent
    files = sorted(each for each in package.rglob("*") if each.is_file() and each.suffix not in (".pyc", ".pyo"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for each in files:
            entry = zipfile.ZipInfo(f"tamizdat/{each.relative_to(package).as_posix()}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, each.read_bytes())


def _lend(program: Path, folder: Path) -> None:
    if not program.is_file():
        raise UsageError(f"Expected the programs {' and '.join(PROGRAMS)} in a folder, found no file {program}.")
    folder.mkdir(exist_ok=True)
    shutil.copyfile(program, folder / program.name)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower().strip()
