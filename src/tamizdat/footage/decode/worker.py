"""What runs in the box: a process that waits for jobs and forks a child for each, which decodes and ends.

The waiting process never looks at a stranger's byte, so that what a file does to a decoder ends with the child: no
later file meets it. Pillow is imported before, which costs each child a millisecond instead of a start of Python.

A job is one message on the socket it was given: JSON that names the job, and as descriptors the file, a pipe for the
answer, and, if the job writes a file, that file. The answer is for whoever reads the pipe (jobs.py); on the socket
comes only ``done``, with the child's exit status, when no process of the job is left.

Run with the number of the socket's descriptor and the names of the namespaces outside, of processes and of users. It
refuses to run where it sees the processes outside: what it kills after each job is every other process it can see. It
is the first process of its namespace; with it end all.
"""

import ctypes
import json
import os
import re
import resource
import select
import signal
import socket
import sys
from pathlib import Path

LARGEST_JOB = 4096  #: bytes of its JSON
MOST_FILES = 128  #: of a job: a long take lies in some twenty
PROCESSES = 512  #: and threads: ffmpeg starts some for each core, up to sixteen in each of its parts


def serve(control: socket.socket, users_outside: str) -> None:
    """Do jobs until the other end of the socket is closed. *users_outside* is the users' namespace outside the box."""
    from tamizdat.footage.decode import jobs

    jobs.prepare()
    shut_memory()
    limit_processes(users_outside)
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    control.send(b"ready")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders write there what nobody reads, until the pipe is full
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, LARGEST_JOB, MOST_FILES)
        if not message:
            return
        child = os.fork()
        if child == 0:
            code = 70  # a fault of ours: nothing of it may go on as if it were the worker
            try:
                control.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                code = jobs.run(json.loads(message), descriptors)
            finally:
                os._exit(code)
        for each in descriptors:
            os.close(each)
        status = _wait(child, woken, control)
        if status is None:
            return
        _end_all_others()
        control.send(b"done %d" % status)


def shut_memory() -> None:
    """Forbid other processes of the box to open this one's memory (PR_SET_DUMPABLE, ``man 2 prctl``).

    A child whose decoder was taken over would else reach the worker, and through it the files to come.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(4, 0, 0, 0, 0):
        sys.exit(f"Expected to shut this process's memory, the system refused: {os.strerror(ctypes.get_errno())}.")


def limit_processes(users_outside: str) -> bool:
    """Let no more than :data:`PROCESSES` processes and threads run in the box; return whether that holds.

    The kernel counts them by user, and in a users' namespace of its own only those inside it, from Linux 5.14 on. Where
    there is none, or on an older kernel, everything that this person runs would be counted, and decoders would stop
    because a browser is open: then there is no limit. Nor is there one for root, whom the kernel does not count.
    """
    version = tuple(int(each) for each in re.findall(r"\d+", os.uname().release)[:2])
    own = str(Path("/proc/self/ns/user").readlink()) != users_outside
    if version < (5, 14) or not own:
        return False
    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    return True


def _wait(child: int, woken: int, control: socket.socket) -> int | None:
    """Return the exit status of *child*; None if the other end of the socket was closed meanwhile."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        ready, _, _ = select.select([woken, control.fileno()], [], [])
        if control.fileno() in ready:  # nothing is sent while a job runs: it can only be the end
            return None
        os.read(woken, 512)


def _end_all_others() -> None:
    """Kill what a job left behind: every process of this namespace but ourselves."""
    try:
        os.kill(-1, signal.SIGKILL)
        while True:
            os.waitpid(-1, 0)
    except (ProcessLookupError, ChildProcessError):
        return


if __name__ == "__main__":
    number, outside, users = sys.argv[1:4]
    if str(Path("/proc/self/ns/pid").readlink()) == outside:
        sys.exit("Expected to run in a box of its own.")
    sys.path[:0] = [str(Path(__file__).parents[3]), *sys.argv[4:]]
    with socket.socket(fileno=int(number)) as control:
        serve(control, users)
