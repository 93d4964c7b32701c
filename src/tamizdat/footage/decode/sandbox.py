"""The box: bubblewrap around a program that reads strangers' bytes.

Inside there are ``/usr`` and the interpreter, read only; a ``/tmp`` of bounded size; ``/proc`` of its own processes;
and what was handed in as descriptors. There is no network, no home, no file of ours but the code, no other process, no
capability, no terminal, an empty environment. System calls pass a filter (seccomp.py), memory, processor time and the
size of files have limits, and the root folder itself cannot be written to.

The program is the first process of the box: when it ends, the kernel ends every other. How many there may be, the
worker limits (worker.py).

``bwrap`` needs user namespaces (or root). Where they are switched off it says so, and so do we: nothing is decoded.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

import PIL

import tamizdat
from tamizdat.dataclass import dataclass
from tamizdat.errors import SandboxMissing
from tamizdat.footage.decode import seccomp

INSIDE: Final = "/box"  #: where the code of this package lies inside
LENT: Final = ("ffmpeg", "ffprobe")  #: programs that may lie outside the system's folders
#: parts of the system that programs of /usr need; each only if it is there
SYSTEM: Final = ("/etc/ld.so.cache", "/etc/alternatives", "/nix/store", "/gnu/store")
MERGED: Final = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")  #: links into /usr, on most systems


@dataclass(frozen=True)
class Limits:
    """What one process in the box may use; *scratch* is the size of ``/tmp`` for all of them. Bytes and seconds."""

    memory: int = 4 << 30  #: a frame of 120 million pixels, decoded by several threads, comes near 3 GiB
    processor: int = 48 * 3600  #: of one process; a job's own deadline is shorter
    file: int = 32 << 30  #: a published clip of several hours has some 10 GiB
    scratch: int = 16 << 20  #: nothing we run needs more than a few kilobytes there


USUAL: Final = Limits()


def system_mounts(scratch: int, more: Sequence[str] = ()) -> list[str]:
    """Return the options of bwrap that show the system and this Python in a box, read only, and *more* paths of /etc.

    ``/tmp`` in it lies in memory and takes *scratch* bytes.
    """
    mounts = ["--ro-bind", "/usr", "/usr"]
    for path in MERGED:
        if Path(path).is_symlink():
            mounts += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).is_dir():
            mounts += ["--ro-bind", path, path]
    mounts += [each for path in (*SYSTEM, *more) for each in ("--ro-bind-try", path, path)]
    mounts += ["--proc", "/proc", "--dev", "/dev", "--size", str(scratch), "--tmpfs", "/tmp"]  # noqa: S108
    for folder in python_folders():
        mounts += ["--ro-bind", str(folder), str(folder)]
    return mounts


def command(
    program: Sequence[str], filter_fd: int, limits: Limits = USUAL, shown: Mapping[str, Path] = MappingProxyType({})
) -> list[str]:
    """Return the command line that runs *program* in the box; *filter_fd* is where the filter can be read.

    *shown* are files of outside that stand in it, read only, by their places inside.

    Raises :class:`SandboxMissing` without the program bwrap.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxMissing(
            "Expected the program bwrap, which shuts in what decodes pictures and clips, found none; install the "
            "package bubblewrap. Without it nothing that came from others is decoded."
        )
    mounts = system_mounts(limits.scratch)
    mounts += ["--ro-bind", str(Path(tamizdat.__file__).parent), f"{INSIDE}/tamizdat"]
    for name in LENT:
        found = shutil.which(name)
        if found and not Path(found).resolve().is_relative_to("/usr"):  # a stick has brought it
            mounts += ["--ro-bind", str(Path(found).resolve()), f"{INSIDE}/bin/{name}"]
    for place, file in shown.items():
        mounts += ["--ro-bind", str(file), place]
    path = f"{INSIDE}/bin:/usr/local/bin:/usr/bin:/bin"
    return [
        bwrap, "--unshare-all", "--as-pid-1", "--cap-drop", "ALL",
        "--new-session", "--clearenv", "--setenv", "PATH", path, "--setenv", "LC_ALL", "C",
        "--hostname", "box", *mounts, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp",  # noqa: S108
        "--seccomp", str(filter_fd),
        "--", "/bin/sh", "-c", _limited(limits), *program,
    ]  # fmt: skip


def _limited(limits: Limits) -> str:
    """Return a line for the shell: limits, then the program. ``-v`` is in KiB, ``-f`` and ``-c`` in 512 bytes.

    A limit of one byte for core dumps, which the command line sets and which forbids more than none, is shown as 0.
    """
    return (
        f'{{ [ "$(ulimit -c)" = 0 ] || ulimit -c 0; }} && '
        f"ulimit -v {limits.memory >> 10} && ulimit -t {limits.processor} && ulimit -f "
        f'{limits.file >> 9} && ulimit -n 256 && exec "$0" "$@"'
    )


def start(
    program: Sequence[str],
    pass_fds: Sequence[int] = (),
    limits: Limits = USUAL,
    shown: Mapping[str, Path] = MappingProxyType({}),
) -> "subprocess.Popen[bytes]":
    """Start *program* in the box, with these descriptors, the files *shown* (:func:`command`) and nothing else.

    Its errors can be read from ``stderr``.

    Raises :class:`SandboxMissing` if bwrap is missing or cannot be started.
    """
    machine = os.uname().machine
    filter_fd = os.memfd_create("filter")
    try:
        os.write(filter_fd, seccomp.program(machine))
        os.lseek(filter_fd, 0, os.SEEK_SET)
        return subprocess.Popen(
            command(program, filter_fd, limits, shown),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(*pass_fds, filter_fd),
            env={},
        )
    except OSError as error:
        raise SandboxMissing(f"Expected to start bwrap, the system refused: {error.strerror}.") from error
    finally:
        os.close(filter_fd)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill what runs in a box, and the box: bwrap alone would leave it behind."""
    number = process.pid
    with suppress(OSError):
        for child in Path(f"/proc/{number}/task/{number}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
    process.kill()
    process.wait()


def python_folders() -> Iterator[Path]:
    """Yield the folders that the interpreter and Pillow need and that ``/usr`` does not have; outer ones first."""
    wanted = {Path(sys.prefix), Path(sys.base_prefix), packages()}
    wanted |= {path.resolve() for path in wanted} | {Path(sys.executable).resolve().parents[1]}
    for path in sorted(wanted):
        if not path.is_relative_to("/usr") and not any(path.is_relative_to(each) for each in wanted - {path}):
            yield path


def packages() -> Path:
    """Return the folder of installed packages in which Pillow lies."""
    assert PIL.__file__ is not None
    return Path(PIL.__file__).parents[1]


def why_it_ended(process: "subprocess.Popen[bytes]") -> SandboxMissing:
    """Return the error of a box that ended before its program began, with what bwrap said."""
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)  # it may not have ended, but only say nothing
    said = (process.stderr.read(2000) or b"").decode("utf-8", "replace").strip().splitlines()
    told = "".join(letter if letter.isprintable() else " " for letter in said[-1])[:200] if said else "nothing"
    return SandboxMissing(
        f"Expected bwrap to shut in what decodes pictures and clips; it said: {told}. Most often user namespaces are "
        "switched off here (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns, "
        "user.max_user_namespaces), or this is a container that forbids them. Until bwrap works, nothing that came "
        "from others is decoded."
    )
