"""Text that is to stand neither in a command line, whose history stays on the disk, nor in a file that is left behind.

It comes as lines, up to an empty one or the end: from a file descriptor that the caller has opened, or typed::

    tamizdat places add blue --settings-fd 3 3< <(gpg -d blue.gpg)

What follows the empty line is left for whoever reads the descriptor next (a passphrase, for instance).
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tamizdat.cli.passphrase import typed
from tamizdat.errors import UsageError

MAX_BYTES: Final = 128 << 10  #: of all lines; an invitation with 42 recipients, the most there can be, has 83 KB


def read_lines(descriptor: int, what: str) -> list[str]:
    """Return the lines of *descriptor* up to an empty one; *what* they are, for messages. Raises UsageError."""
    data = b""
    try:
        while len(data) <= MAX_BYTES and not data.endswith((b"\n\n", b"\n\r\n")):
            byte = os.read(descriptor, 1)  # one by one: what follows may be meant for somebody else
            if not byte:
                break
            data += byte
    except OSError as error:
        raise UsageError(
            f"Expected {what} on file descriptor {descriptor}, which cannot be read. "
            f"Open it in the shell: {descriptor}< FILE"
        ) from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"Expected {what} of at most {MAX_BYTES:,} bytes, found more.")
    return _text_lines(data, what)


def ask_lines(prompt: str, what: str, alone: Callable[[str], bool] = lambda line: False) -> list[str]:
    """Return the lines of standard input up to an empty one; a terminal is shown *prompt*.

    A first line that stands *alone* is all there is. Raises UsageError.
    """
    if sys.stdin.isatty():
        print(prompt, file=sys.stderr, flush=True)
    lines: list[str] = []
    while line := sys.stdin.readline(MAX_BYTES + 1).rstrip("\r\n"):
        lines.append(line)
        if sum(map(len, lines)) > MAX_BYTES:
            raise UsageError(f"Expected {what} of at most {MAX_BYTES:,} characters, found more.")
        if len(lines) == 1 and alone(line):
            break
    if not lines:
        raise UsageError(f"Expected {what}, found an empty line.")
    return lines


def ask_line(prompt: str, hidden: bool = False) -> str:
    """Return one typed line, "" at the end; *hidden*: a terminal does not show it. Raises UsageError."""
    if sys.stdin.isatty():
        if hidden:
            return typed(prompt).strip()
        print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline(MAX_BYTES + 1)
    if len(line) > MAX_BYTES:
        raise UsageError(f"Expected a line of at most {MAX_BYTES:,} characters, found more.")
    return line.strip()


def require_new_file(path: Path, what: str) -> None:
    """Raise UsageError if there is a file at *path*, to which *what* is to be written: it may be the root key."""
    if path.exists():
        raise UsageError(
            f"Expected a new file for {what}, found {str(path)!r}. It was not changed: choose another name."
        )


def _text_lines(data: bytes, what: str) -> list[str]:
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(f"Expected {what} in UTF-8, found other bytes.") from error
    lines = [line for line in lines if line]
    if not lines:
        raise UsageError(f"Expected {what}, found an empty line.")
    return lines
