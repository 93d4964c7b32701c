"""A page for one user of a computer is not for the others."""

import multiprocessing
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tamizdat.web import server
from tamizdat.web.own_user import is_of_another

NOBODY = 65_534
HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
OURS = (
    "   0: 0100007F:D2F0 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 20 4 30 10 -1\n"
)
THEIRS = OURS.replace("D2F0", "D2F1").replace(" 1000 ", " 1001 ")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listening = server.listen("127.0.0.1", 0)
    number: int = listening.getsockname()[1]
    serving = subprocess.Popen([sys.executable, "-c", SERVE, str(listening.fileno())], pass_fds=[listening.fileno()])
    listening.close()
    yield number
    serving.terminate()
    serving.wait()


SERVE = """
import socket, sys
from starlette.responses import PlainTextResponse
from tamizdat.web import server
server.serve(PlainTextResponse("here"), socket.socket(fileno=int(sys.argv[1])), own_user_only=True)
"""


def asked(port: int, user: int) -> bytes:
    """Return what *user* is answered; a process of theirs asks."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        return pool.submit(ask_as, port, user).result(60)


def ask_as(port: int, user: int) -> bytes:
    if user != os.getuid():
        os.setuid(user)
    with socket.socket() as line, suppress(ConnectionError):
        line.connect(("127.0.0.1", port))
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return line.makefile("rb").read()
    return b""


def test_the_user_who_serves_is_answered(port: int) -> None:
    assert asked(port, os.getuid()).endswith(b"here")


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become another user")
def test_another_user_of_the_computer_gets_nothing_and_takes_no_connection_from_anybody(port: int) -> None:
    assert [asked(port, NOBODY) for _ in range(3)] == [b""] * 3
    assert asked(port, os.getuid()).endswith(b"here")


def test_the_kernel_s_table_tells_whose_a_connection_is(tmp_path: Path) -> None:
    table, ours, theirs = tmp_path / "tcp", ("127.0.0.1", 0xD2F0), ("127.0.0.1", 0xD2F1)
    table.write_text(HEADER + OURS + THEIRS)
    own = ("127.0.0.1", 0x1F90)
    if sys.byteorder == "little":
        assert not is_of_another(ours, own, 1000, table)
        assert is_of_another(theirs, own, 1000, table)
    assert not is_of_another(("127.0.0.1", 7), own, 1000, table), "not told: let in, as on other systems"
    assert not is_of_another(theirs, own, 1000, tmp_path / "nothing")
