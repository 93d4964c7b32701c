"""A line that falls silent in the middle of an object: what has arrived is not sent again if the connection wakes."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from tamizdat.network.exchange import BegunTooOften
from tamizdat.places import connection
from tamizdat.places.connection import Unpaced
from tamizdat.places.upload import Uploader

DATA = os.urandom(1 << 20)


class Crowded(Unpaced):
    """The pace of a line that others wait for."""

    def others_wait(self) -> bool:
        return True


class Silent:
    """A server that stops reading its first connection for so many seconds; *bodies* is what each one brought."""

    def __init__(self, silence: float) -> None:
        self.bodies: list[bytes] = []
        self._silence, self._ended = silence, threading.Event()
        self._listening = socket.socket()
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen()
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self.bodies.append(b"")
                threading.Thread(target=self._serve, args=(client, len(self.bodies) - 1), daemon=True).start()

    def _serve(self, client: socket.socket, number: int) -> None:
        got, silence = b"", 0.0 if number else self._silence
        with client, contextlib.suppress(OSError):
            while piece := client.recv(64 << 10):
                got += piece
                self.bodies[number] = got.partition(b"\r\n\r\n")[2]
                if len(self.bodies[number]) == len(DATA):
                    client.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
                if silence and len(got) > 256 << 10:
                    self._ended.wait(silence)
                    silence = 0.0

    def close(self) -> None:
        self._listening.close()
        self._ended.set()


@contextlib.contextmanager
def silent(silence: float) -> Iterator[Silent]:
    server = Silent(silence)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(autouse=True)
def short_stalls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STALL", 0.3)


def put(server: Silent) -> int:
    return Uploader(server.url, lambda method, path, body: {}, 20).put("/a", memoryview(DATA), Crowded()).status


def test_while_others_use_the_line_the_old_connection_is_waited_for_and_nothing_is_sent_twice() -> None:
    with silent(1.0) as server:
        assert put(server) == 201
        assert server.bodies[0] == DATA
        assert set(server.bodies[1:]) == {b""}, "a second connection showed that the line is back, and carried nothing"


def test_an_old_connection_that_is_dead_is_given_up_after_a_while_and_all_is_sent_anew() -> None:
    with silent(60) as server:
        assert put(server) == 201
        assert server.bodies[0] != DATA
        assert DATA in server.bodies[1:]


def test_who_was_begun_with_too_often_was_not_silent_for_as_long_as_a_place_may_be() -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:  # behind a tunnel of ours, which takes connections at once
        with pytest.raises(BegunTooOften) as refusal:
            Uploader(f"http://127.0.0.1:{slow.getsockname()[1]}", lambda *_: {}, 20).put(
                "/a", memoryview(DATA), Unpaced()
            )
        assert not isinstance(refusal.value, TimeoutError), "it is tried again"
