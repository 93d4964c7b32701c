"""Passphrases: from a terminal, or from a file descriptor; never from an argument or the environment.

Every other process of the machine can read those. A program gives one with ``--passphrase-fd N``: the first line of
descriptor N, without its line end::

    tamizdat seal /media/card --passphrase-fd 3 3< passphrase.txt

The letters are brought to Unicode's form NFC before they are used, so that ``ü`` typed on one system opens what
``ü`` typed on another has locked.
"""

import getpass
import os
import sys
from collections.abc import Callable
from typing import Final, TypeVar

from tamizdat.cli.terminal_text import wrap
from tamizdat.errors import TamizdatError, UsageError, WrongPassphrase
from tamizdat.text.passphrases import MIN_CHARACTERS, composed, rule, weakness

MAX_BYTES: Final = 1024
TRIES: Final = 3  #: at a terminal; who has to type it after the command has ended types it into the shell's history
Answer = TypeVar("Answer")


def ask_passphrase(descriptor: int | None, what: str) -> bytes:
    """Ask for the passphrase of *what* ("the key of this desk"), from *descriptor* or the terminal."""
    if descriptor is not None:
        return _normal(_read_line(descriptor, what))
    _need_terminal()
    return _normal(typed(f"Passphrase of {what}: ").encode())


def new_passphrase(descriptor: int | None, what: str) -> bytes:
    """Ask for a passphrase that does not exist yet: twice at a terminal, once from *descriptor*.

    Raises :class:`UsageError` if the two differ, or it is too short; at a terminal when that was so three times.
    """
    if descriptor is not None:
        return _strong_enough(_normal(_read_line(descriptor, what)))
    _need_terminal()
    return until_right(lambda: _typed_twice(what), True, UsageError)


def until_right(ask: Callable[[], Answer], typed: bool, *slips: type[TamizdatError]) -> Answer:
    """Return what *ask* gives; if it is *typed*, ask again, and once more, when it was one of the *slips*."""
    for _ in range(TRIES - 1 if typed else 0):
        try:
            return ask()
        except slips as error:
            print(wrap(str(error)), file=sys.stderr, flush=True)
    return ask()


def typed(prompt: str) -> str:
    """Return one line that a terminal does not show. Ctrl-D, the end of the terminal, is taken for Ctrl-C."""
    try:
        return getpass.getpass(prompt)
    except (EOFError, KeyboardInterrupt):
        print(file=sys.stderr)  # the prompt stands on the line
        raise KeyboardInterrupt from None


def _typed_twice(what: str) -> bytes:
    first = _strong_enough(_normal(typed(f"New passphrase for {what}, {MIN_CHARACTERS} characters or more: ").encode()))
    if _normal(typed("The same once more: ").encode()) != first:
        raise UsageError("Expected the same passphrase twice, found two that differ. Nothing was changed.")
    return first


def _normal(typed: bytes) -> bytes:
    try:
        text = composed(typed.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(
            "Expected the passphrase in UTF-8, found bytes that are not. Type it on a UTF-8 terminal."
        ) from error
    if not text:
        raise WrongPassphrase("Expected a passphrase, found an empty line. Nothing was done.")
    return text.encode("utf-8")


def _strong_enough(passphrase: bytes) -> bytes:
    if why := weakness(passphrase.decode("utf-8")):
        raise UsageError(rule(why))
    return passphrase


def _read_line(descriptor: int, what: str) -> bytes:
    """Read the next line of *descriptor*, byte by byte: what follows may be meant for somebody else."""
    line, byte = b"", b""
    try:
        while len(line) <= MAX_BYTES and (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
            line += byte
    except OSError as error:
        raise UsageError(
            f"Expected a passphrase on file descriptor {descriptor}, which cannot be read. "
            f"Open it in the shell: --passphrase-fd {descriptor} {descriptor}< FILE"
        ) from error
    if not line and not byte:
        raise UsageError(
            f"Expected the passphrase of {what} as a line of file descriptor {descriptor}, found its end. Where a "
            "command asks for several, each is a line of its own, in the order in which they are asked for."
        )
    if len(line) > MAX_BYTES:
        raise UsageError(f"Expected a passphrase of at most {MAX_BYTES:,} bytes, found more.")
    return line.removesuffix(b"\r")


def _need_terminal() -> None:
    """Require a terminal.

    Without one the standard library would read the passphrase from standard input and echo it.
    """
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError as error:
        raise UsageError(
            "Expected a terminal to ask for the passphrase, found none. Give it with --passphrase-fd N."
        ) from error
