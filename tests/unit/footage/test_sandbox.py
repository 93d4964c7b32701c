"""What a decoder that was taken over can do: a small program of ours tries, in the same box."""

import errno
import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tamizdat.errors import SandboxMissing
from tamizdat.footage.decode import sandbox, seccomp
from tamizdat.footage.decode.sandbox import Limits

TRY = """
import ctypes, json, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
answers, secret, home, unused = sys.argv[1:]

def tried(work):
    try:
        return work()
    except OSError as error:
        return error.errno

def call(number, *arguments):
    return 0 if libc.syscall(number, *arguments) >= 0 else ctypes.get_errno()

report = {
    "socket": tried(lambda: socket.socket() and 0),
    "unix socket": tried(lambda: socket.socket(socket.AF_UNIX) and 0),
    "interfaces": sorted(line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line),
    "passwd": tried(lambda: len(open("/etc/passwd").read())),
    "secret": tried(lambda: open(secret).read()),
    "home": tried(lambda: sorted(name for _, _, files in os.walk(home, topdown=True) for name in files)[:0] or
                  [each for each in os.listdir(home) if not os.path.isdir(os.path.join(home, each))]),
    "write": {where: tried(lambda: os.close(os.open(where + "/x", os.O_CREAT | os.O_WRONLY)))
              for where in ("/", "/usr", "/dev", "/box", "/box/tamizdat", "/etc", "/proc", sys.prefix)},
    "scratch": tried(lambda: os.close(os.open("/tmp/x", os.O_CREAT | os.O_WRONLY)) or 0),
    "processes": len([each for each in os.listdir("/proc") if each.isdigit()]),
    "descriptors": sorted(int(each) for each in os.listdir("/proc/self/fd")),
    "environment": sorted(os.environ),
    "namespace": call(272 if os.uname().machine == "x86_64" else 97, 0x10000000),
    "ptrace": call(101 if os.uname().machine == "x86_64" else 117, 0, 0, 0, 0),
    "host name": os.uname().nodename,
    "capabilities": [line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")],
}
os.write(int(answers), json.dumps(report).encode())
"""


def run(script: str, *arguments: str, limits: Limits = Limits()) -> tuple[int, str]:  # noqa: B008 -- frozen
    """Runs a script of Python in the box; its exit status, and what it wrote to its first argument, a descriptor."""
    ours, theirs = os.pipe()
    try:
        program = [sys.executable, "-I", "-c", script, str(theirs), *arguments]
        process = sandbox.start(program, (theirs,), limits)
    finally:
        os.close(theirs)
    with os.fdopen(ours) as pipe, process:
        said = pipe.read()
        process.wait(60)
    return process.returncode, said


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    secret = tmp_path_factory.mktemp("archive") / "secret"
    secret.write_text("what the desk withholds")
    with secret.open() as unused:
        os.set_inheritable(unused.fileno(), True)
        status, said = run(TRY, str(secret), str(Path.home()), str(unused.fileno()))
    assert status == 0
    found: dict[str, Any] = json.loads(said)
    return found


pytestmark = pytest.mark.needs_box


def test_no_socket_can_be_opened_and_there_is_no_network(report: dict[str, Any]) -> None:
    assert (report["socket"], report["unix socket"]) == (errno.EPERM, errno.EPERM)
    assert report["interfaces"] == ["lo"]


def test_no_file_of_ours_or_of_the_systems_people_can_be_read(report: dict[str, Any]) -> None:
    assert (report["passwd"], report["secret"]) == (errno.ENOENT, errno.ENOENT)
    assert report["home"] in (errno.ENOENT, [])


def test_nothing_can_be_written_but_a_bounded_scratch_folder(report: dict[str, Any]) -> None:
    refused = {errno.EROFS, errno.ENOENT, errno.EACCES, errno.EPERM}
    assert {where for where, answer in report["write"].items() if answer not in refused} == set()
    assert report["scratch"] == 0
    fill = "import os, sys\nwith open('/tmp/x', 'wb') as file: file.write(bytes(8 << 20))"
    assert run(fill, limits=Limits(scratch=1 << 20))[0] == 1


def test_no_other_process_is_seen_and_none_can_be_traced(report: dict[str, Any]) -> None:
    assert report["processes"] <= 3
    assert report["ptrace"] == errno.EPERM


def test_no_privilege_is_left_and_none_can_be_gained(report: dict[str, Any]) -> None:
    assert report["namespace"] == errno.EPERM
    assert [int(each, 16) for each in report["capabilities"]] == [0]


def test_nothing_is_inherited_but_what_was_handed_in(report: dict[str, Any]) -> None:
    assert len(report["descriptors"]) == 5, "three standard ones, the answer, and the list itself"
    assert set(report["environment"]) <= {"PATH", "LC_ALL", "PWD"}
    assert report["host name"] == "box"


REACH = """
import os, sys
sys.path[:0] = ["/box", sys.argv[2]]
from tamizdat.footage.decode.worker import shut_memory
shut_memory()
if os.fork() == 0:
    try:
        open("/proc/1/mem", "r+b")
    except OSError as error:
        os.write(int(sys.argv[1]), str(error.errno).encode())
    os._exit(0)
os.wait()
"""


def test_a_child_cannot_reach_into_the_worker_and_so_to_the_next_file() -> None:
    status, said = run(REACH, str(sandbox.packages()))
    assert status == 0
    assert int(said) in (errno.EPERM, errno.EACCES)


MANY = """
import os, signal, sys
sys.path[:0] = ["/box", sys.argv[2]]
from tamizdat.footage.decode import worker
assert worker.limit_processes(sys.argv[3]) or os.getuid() == 0
made = 0
try:
    while made < 2 * worker.PROCESSES:
        if os.fork() == 0:
            signal.pause()
        made += 1
except OSError:
    pass
os.write(int(sys.argv[1]), b"%d of %d" % (made, worker.PROCESSES))
"""


@pytest.mark.skipif(os.getuid() == 0, reason="run as root, whose processes the kernel does not count")
def test_processes_have_a_limit() -> None:
    status, said = run(MANY, str(sandbox.packages()), str(Path("/proc/self/ns/user").readlink()))
    made, most = map(int, said.split(" of "))
    assert (status, made) == (0, most - 1), "one is the first"


def test_processes_are_not_limited_where_everybodys_would_be_counted() -> None:
    here = str(Path("/proc/self/ns/user").readlink())
    script = (
        "import resource\nfrom tamizdat.footage.decode.worker import limit_processes\n"
        "before = resource.getrlimit(resource.RLIMIT_NPROC)\n"
        f"assert not limit_processes({here!r})\nassert resource.getrlimit(resource.RLIMIT_NPROC) == before\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_memory_has_a_limit() -> None:
    status, said = run("import os, sys\ntry: bytearray(1 << 30)\nexcept MemoryError: os.write(int(sys.argv[1]), b'no')",
                       limits=Limits(memory=512 << 20))  # fmt: skip
    assert (status, said) == (0, "no")


def test_processor_time_has_a_limit() -> None:
    assert run("while True: pass", limits=Limits(processor=1))[0] in (128 + signal.SIGXCPU, 128 + signal.SIGKILL)


@pytest.mark.parametrize("before", [1, 1 << 20])
def test_memory_is_dumped_nowhere_and_the_limit_that_crash_handlers_heed_stays(before: int) -> None:
    script = (
        "import resource, sys\nsys.path.insert(0, 'tests')\nfrom unit.footage.test_sandbox import run\n"
        f"resource.setrlimit(resource.RLIMIT_CORE, ({before}, {before}))\n"
        "print(run('import os, resource, sys\\n'"
        "'os.write(int(sys.argv[1]), str(resource.getrlimit(resource.RLIMIT_CORE)).encode())'))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"(0, '{(1, 1) if before == 1 else (0, 0)}')"


def test_a_file_has_a_limit() -> None:
    grow = "import os, signal, sys\nsignal.signal(25, signal.SIG_IGN)\nopen('/tmp/x', 'wb').write(bytes(3 << 20))"
    assert run(grow, limits=Limits(file=1 << 20, scratch=64 << 20))[0] == 1


def test_without_bwrap_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxMissing, match="install the package bubblewrap"):
        sandbox.start(["true"])


def test_a_bwrap_that_may_not_says_why_and_what_to_look_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program of this name that ends as bwrap does where user namespaces are switched off."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    from tamizdat.footage.decode.box import Box

    with pytest.raises(SandboxMissing, match=r"No permissions to create new namespace.*unprivileged_userns_clone"):
        Box(Limits())


# The filter -----------------------------------------------------------------------------------------------------------


def answer(program: bytes, machine: int, number: int, *arguments: int) -> int:
    """What the kernel would do: a reader of the few instructions the filter uses."""
    data = struct.pack("=IIQ6Q", number, machine, 0, *(list(arguments) + [0] * 6)[:6])
    at = value = 0
    for _ in range(len(program)):
        code, if_true, if_false, constant = struct.unpack_from("=HBBI", program, at * 8)
        at += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("=I", data, constant)
            case 0x15:
                at += if_true if value == constant else if_false
            case 0x35:
                at += if_true if value >= constant else if_false
            case 0x45:
                at += if_true if value & constant else if_false
            case 0x06:
                return int(constant)
            case _:
                raise AssertionError(code)
    raise AssertionError("no end")


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_the_filter_refuses_what_it_lists_and_allows_what_decoders_do(machine: str) -> None:
    program, column = seccomp.program(machine), list(seccomp.ARCHITECTURES).index(machine)
    here, refused = seccomp.ARCHITECTURES[machine], seccomp.ERROR | errno.EPERM
    for name, numbers in seccomp.FORBIDDEN.items():
        if (number := numbers[column]) is not None:
            assert answer(program, here, number) == refused, name
    read, write, execve = ((0, 1, 59), (63, 64, 221))[column]
    for number in (read, write, execve):
        assert answer(program, here, number) == seccomp.ALLOW
    assert answer(program, here, seccomp.CLONE3[column]) == seccomp.ERROR | errno.ENOSYS
    assert answer(program, here, seccomp.CLONE[column], 0x3D0F00) == seccomp.ALLOW, "a thread"
    for flag in (0x10000000, 0x40000000, 0x00020000, 0x80):
        assert answer(program, here, seccomp.CLONE[column], flag | 17) == refused
    assert answer(program, here, seccomp.IOCTL[column], 0, 0x5401) == seccomp.ALLOW
    assert answer(program, here, seccomp.IOCTL[column], 0, 0x5412) == refused
    assert answer(program, here, seccomp.NEWEST) == seccomp.ALLOW
    for number in (seccomp.NEWEST + 1, 462, 5_000):
        assert answer(program, here, number) == seccomp.ERROR | errno.ENOSYS, "as on a kernel that does not have it"
    assert answer(program, here, seccomp.X32 + 1) == seccomp.KILL
    assert answer(program, 0x40000003, read) == seccomp.KILL, "another architecture's call"


def test_a_processor_without_a_filter_is_refused() -> None:
    with pytest.raises(SandboxMissing, match="found riscv64"):
        seccomp.program("riscv64")


@pytest.mark.parametrize(
    ("machine", "header"),
    [("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), ("aarch64", "/usr/include/asm-generic/unistd.h")],
)
def test_the_numbers_are_those_of_the_kernels_headers(machine: str, header: str) -> None:
    if not Path(header).exists():
        pytest.skip("the kernel's headers are not installed")
    words = [line.split() for line in Path(header).read_text().splitlines() if line.startswith("#define __NR")]
    numbers = {line[1].removeprefix("__NR3264_").removeprefix("__NR_"): line[2] for line in words if len(line) > 2}
    column = list(seccomp.ARCHITECTURES).index(machine)
    listed = {**seccomp.FORBIDDEN, "clone": seccomp.CLONE, "clone3": seccomp.CLONE3, "ioctl": seccomp.IOCTL}
    for name, each in listed.items():
        assert str(each[column]) == numbers.get(name, "None"), name
