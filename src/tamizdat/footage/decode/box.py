"""Boxes from outside: one for each job that runs at a time, kept for the next, replaced after a crash.

A job's file goes in as a descriptor, its answer comes back through a pipe and is read with a bound and a deadline. A
box that takes too long, ends, or answers what it must not is killed, and costs the one file that was in it.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tamizdat.disk.descriptors import is_readable
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia, TamizdatError
from tamizdat.footage.decode import sandbox

MAX_ANSWER: Final = 64 << 20  #: bytes; a picture of 1,920 pixels that is all noise has some 4 MiB
STARTING: Final = 60.0  #: seconds; a tenth of one is usual, a minute an old computer with a cold disk
GRACE: Final = 30.0  #: seconds of a job beyond those it may decode: for starting it and handing over the answer
WORKER: Final = f"{sandbox.INSIDE}/tamizdat/footage/decode/worker.py"


class Box:
    """A worker in a box. Raises :class:`SandboxMissing` if there can be none."""

    def __init__(self, limits: sandbox.Limits) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            outside = [str(Path(f"/proc/self/ns/{kind}").readlink()) for kind in ("pid", "user")]
            program = [sys.executable, "-I", "-B", WORKER, str(theirs.fileno()), *outside, str(sandbox.packages())]
            self._control = ours
            self._waits = False  #: for a job; not so while one runs, or after one that was given up
            try:
                self._process = sandbox.start(program, (theirs.fileno(),), limits)
            except BaseException:
                ours.close()
                raise
        try:
            if self._message(STARTING) != b"ready":
                raise sandbox.why_it_ended(self._process)
            self._waits = True
        except BaseException:
            self.close()
            raise

    def do(self, job: Mapping[str, Json], file: int, out: Sequence[int], seconds: float) -> bytes:
        """Return the answer to a job; raise :class:`BadMedia` if there is none in time: the box is of no more use."""
        deadline = time.monotonic() + seconds + GRACE
        answers, theirs = os.pipe2(os.O_CLOEXEC)
        self._waits = False
        try:
            try:
                socket.send_fds(self._control, [json.dumps(job).encode()], [file, theirs, *out])
            except OSError:
                raise BadMedia("Expected a decoder that takes a file, found one that has ended.") from None
            finally:
                os.close(theirs)
            answer = _read(answers, deadline)
            said = self._message(deadline - time.monotonic())
        finally:
            os.close(answers)
        self._waits = said.startswith(b"done ")
        if said != b"done 0":
            how = said.decode("ascii", "replace").replace("done -", "by signal ") if said else "before its time"
            raise BadMedia(
                f"Expected a picture or clip that can be decoded, found one on which the decoder ended {how}."
            )
        return answer

    def alive(self) -> bool:
        """Tell whether the worker waits for a job: none is running, it has not ended, and has nothing to say."""
        return self._waits and self._process.poll() is None and not is_readable(self._control, 0)

    def close(self) -> None:
        """End it, and whatever runs in it: the worker ends when its socket is closed, and with it the box."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:  # the worker hangs
            sandbox.end(self._process)
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _message(self, seconds: float) -> bytes:
        """Return the next message of the worker; empty if it ended, or said nothing in time."""
        try:
            return self._control.recv(64) if is_readable(self._control, seconds) else b""
        except OSError:
            return b""


def _read(pipe: int, deadline: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        if not is_readable(pipe, deadline - time.monotonic()):
            raise BadMedia(
                "Expected a picture or clip that decodes in the time it may take; it did not. Look at the original."
            )
        piece = os.read(pipe, 1 << 20)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > MAX_ANSWER:
            raise BadMedia(f"Expected at most {MAX_ANSWER:,} bytes of a decoder, found {size:,}; look at the original.")


class Boxes:
    """The boxes of this process. Any number of threads may decode; each has a box for the while."""

    def __init__(self, limits: sandbox.Limits = sandbox.Limits()) -> None:  # noqa: B008 -- frozen
        self._limits = limits
        self._idle: list[Box] = []
        self._lock = threading.Lock()
        self._process = os.getpid()

    def decode(self, job: Mapping[str, Json], file: int, out: Sequence[int] = (), seconds: float = 180) -> list[bytes]:
        """Return the results of a job, or raise what the worker answered: :class:`BadMedia`, :class:`ToolMissing`."""
        with self._box() as box:
            return results(box.do(job, file, out, seconds))

    def close(self) -> None:
        """End the boxes that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for box in idle if self._process == os.getpid() else ():
            box.close()

    @contextmanager
    def _box(self) -> Iterator[Box]:
        with self._lock:
            if self._process != os.getpid():  # forked: the boxes are the other process's
                self._idle, self._process = [], os.getpid()
            box = self._idle.pop() if self._idle else None
        if box is not None and not box.alive():
            box.close()
            box = None
        box = box or Box(self._limits)
        sound = False
        try:
            yield box
            sound = True
        except TamizdatError:
            sound = box.alive()
            raise
        finally:
            if sound:
                with self._lock:
                    self._idle.append(box)
            else:
                box.close()


def results(answer: bytes) -> list[bytes]:
    """Return the results that an answer holds (jobs.py), or raise the error that it tells.

    Raises :class:`BadMedia` for an answer that is not in the form of one.
    """
    from tamizdat.footage.decode import jobs  # it loads Pillow

    if answer[:1] in jobs.ERRORS:
        told = "".join(each if each.isprintable() else " " for each in answer[1:].decode("utf-8", "replace"))
        raise jobs.ERRORS[answer[:1]](told[:400])
    found, at = [], 1
    while answer[:1] == b"0" and at + 4 <= len(answer):
        length = int.from_bytes(answer[at : at + 4], "big")
        found.append(answer[at + 4 : at + 4 + length])
        at += 4 + length
    if answer[:1] != b"0" or at != len(answer):
        raise BadMedia(f"Expected an answer of the decoder, found {len(answer):,} bytes that are none.")
    return found


BOXES: Final = Boxes()
atexit.register(BOXES.close)
