"""Where the workbench is served, what a connection waits for, and pictures that are decoded once."""

import asyncio
import json
import socket
import threading
from pathlib import Path

import pytest

from support.visitor import Room
from tamizdat.cli.main import main
from tamizdat.web import server
from tamizdat.workbench.content import pixels
from tamizdat.workbench.content.pixels import Pixels
from tamizdat.workbench.jobs.jobs import EXPORT, RECEIVE, Job
from tamizdat.workbench.served_address import SERVING, note_address
from tamizdat.workbench.server import serve


def invited(room: Room, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """The link that ``desk invite`` prints."""
    assert main(["desk", "invite", "--role", "editor", "--home", str(room.home.folder), "--json", *more]) == 0
    link: str = json.loads(capsys.readouterr().out)["invitation"]
    return link.partition("/join#code=")[0]


def test_an_invitation_leads_to_where_the_workbench_runs(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    note_address(room.bench.sealed, "http://127.0.0.1:8741")
    assert invited(room, capsys) == "http://127.0.0.1:8737", "nothing runs: what a killed one left is not believed"
    with room.home.alone(SERVING):
        assert invited(room, capsys) == "http://127.0.0.1:8741"
        assert invited(room, capsys, "--address", "https://desk.example.org") == "https://desk.example.org"
    assert b"8741" not in (room.home.folder / "workbench.sqlite").read_bytes()


def test_ctrl_c_before_anything_was_asked_for_ends_the_work_too(room: Room) -> None:
    job = Job(RECEIVE, "watch")
    room.bench.jobs.begin(job, lambda job: job.stop.wait(60))

    def interrupted(port: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(room.bench, "127.0.0.1", 0, interrupted)
    assert job.stop.is_set()
    assert not job.running


def test_work_that_begins_while_all_is_asked_to_give_up_is_asked_too(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for it would wait for ever: nobody else ends a watching."""
    start, watching, late = threading.Thread.start, Job(RECEIVE, "watch"), Job(EXPORT, "export")

    def stopped_meanwhile(thread: threading.Thread) -> None:
        start(thread)
        room.bench.jobs.stop()

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(threading.Thread, "start", stopped_meanwhile)
        assert room.bench.jobs.begin(watching, lambda job: job.stop.wait(60))
    assert watching.stop.is_set()
    assert room.bench.jobs.begin(late, lambda job: job.stop.wait(60))
    assert late.stop.is_set()
    room.bench.jobs.wait()


def test_an_answer_waits_for_no_full_packet() -> None:
    async def accepted() -> int:
        listening = server.listen("127.0.0.1", 0)
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        class Protocol(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                told.set_result(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                transport.close()

        serving = await asyncio.get_running_loop().create_server(Protocol, sock=listening)
        with socket.create_connection(listening.getsockname()):
            found = await told
        serving.close()
        return found

    assert asyncio.run(accepted()) != 0


def test_thirty_who_look_at_once_decode_once_and_old_pixels_go(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, decoded, begin = Pixels(), list[str](), threading.Barrier(30)

    def decode() -> bytes:
        decoded.append("a")
        return b"pixels of a"

    def look() -> None:
        begin.wait()
        assert kept.get("a", -1, decode) == b"pixels of a"

    people = [threading.Thread(target=look) for _ in range(30)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert decoded == ["a"]
    monkeypatch.setattr(pixels, "MOST", 20)
    kept.get("b", 0, lambda: b"0123456789")
    kept.get("a", -1, decode)
    assert decoded == ["a", "a"], "there was no room for both"


def test_what_two_decoded_at_the_same_time_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, key = Pixels(), ("a", -1)
    monkeypatch.setattr(pixels, "MOST", 20)
    for _ in range(2):  # as two that each found it thrown out do, one after the other has let the next one in
        kept._keep(key, b"ten bytes.")
    kept.get("b", 0, lambda: b"0123456789")
    assert kept.get("a", -1, lambda: b"decoded again") == b"ten bytes.", "there was room for both"


def test_what_cannot_be_decoded_is_tried_again_by_the_next() -> None:
    kept = Pixels()
    with pytest.raises(ValueError, match="damaged"):
        kept.get("a", -1, lambda: (_ for _ in ()).throw(ValueError("damaged")))
    assert kept.get("a", -1, lambda: b"whole") == b"whole"


@pytest.mark.needs_box
def test_a_picture_that_was_looked_at_is_not_shown_when_its_object_is_destroyed(room: Room, tmp_path: Path) -> None:
    room.join("second", "translator")
    path = f"/items/{room.number(1)}/media/0"
    first = room.visitor("translator").get(path)
    second = room.visitor("second").get(path)
    assert (first.status, first.body) == (200, second.body)
    assert first.headers["cache-control"] == "no-store"
    [(digest, *_)] = room.archive.index.posts.media(room.number(1))
    room.archive.objects.path(digest).rename(tmp_path / "gone")
    assert room.visitor("second").get(path).status == 404
    assert room.visitor().get(path).status == 303, "nobody is signed in"
