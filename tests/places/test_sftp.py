"""SFTP against OpenSSH's own server: its key, broken lines, accounts that may only add."""

import asyncio
import contextlib
import os
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from places.servers import Service, serve_sftp
from tamizdat.cli.main import main
from tamizdat.errors import NotThere, PlaceError, PlaceRefused, PlaceUnreachable, UsageError
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.places import open_place, probe, shown_host_key
from tamizdat.places.connection import Unpaced
from tamizdat.places.sftp import SftpPlace
from tamizdat.places.sftp_session import AHEAD
from tamizdat.places.site_files import open_site_files
from tamizdat.sealing.parcel import parcel_name

PARCEL = (4 << 20) + 4321
OTHER_KEY = "ssh-ed25519 SHA256:" + "A" * 43


class Counting(Unpaced):
    """The pace of who shares the line with nobody, and counts."""

    def __init__(self) -> None:
        self.size = 0

    def moved(self, size: int) -> None:
        self.size += size


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serve_sftp(tmp_path_factory.mktemp("sftp")) as service:
        yield service


def opened(service: Service, **more: str) -> SftpPlace:
    place = open_place("account", service.url, {**service.options, **more})
    assert isinstance(place, SftpPlace)
    return place


TOGETHER = """
import sys, threading
from tamizdat.places.sftp_loop import ssh_loop
sys.setswitchinterval(1e-6)
gate, found = threading.Barrier(12), set()
def ask():
    gate.wait()
    found.add(id(ssh_loop()))
threads = [threading.Thread(target=ask) for _ in range(12)]
[each.start() for each in threads]
[each.join() for each in threads]
print(len(found))
"""


def test_threads_that_begin_at_once_speak_over_one_loop() -> None:
    """With two loops the first sends of a run waited for ever, or ended with an error of asyncio."""
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_a_server_with_another_key_gets_no_login_and_the_key_it_showed_is_told(server: Service) -> None:
    with pytest.raises(PlaceRefused) as refusal:
        opened(server, host_key=OTHER_KEY).put("a", b"x")
    for told in (OTHER_KEY, server.options["host_key"], "Somebody may stand between", "no login was sent"):
        assert told in str(refusal.value)


def test_the_key_a_server_shows_is_the_one_its_owner_sees(server: Service) -> None:
    login = {"username": "nobody", "password": "never sent"}
    assert shown_host_key("account", server.url, login) == server.options["host_key"]
    assert shown_host_key("stick", "/media/stick", {}) is None


def test_a_wrong_login_is_refused_and_not_repeated(server: Service) -> None:
    options = {"username": "nobody", "password": "SECRET", "host_key": server.options["host_key"]}
    with pytest.raises(PlaceRefused, match="does not accept this login") as refusal:
        open_place("account", server.url, options).put("a", b"x")
    assert "SECRET" not in str(refusal.value)


def test_what_was_written_before_the_line_was_cut_is_not_sent_again(server: Service) -> None:
    data = os.urandom(PARCEL)
    name = parcel_name(data)
    shelf = server.folder / name[0]
    shelf.mkdir(parents=True, exist_ok=True)
    (shelf / f".{name}.part").write_bytes(data[: 3 << 20])
    pace = Counting()
    place = opened(server)
    place.put_paced(name, data, pace)
    assert pace.size == PARCEL - (3 << 20) + AHEAD
    assert place.get(name) == data
    assert [entry.name for entry in shelf.iterdir() if name in entry.name] == [name]


@pytest.mark.parametrize("size", [0, 1000, PARCEL + 1])
def test_a_part_that_cannot_be_continued_is_begun_anew(server: Service, size: int) -> None:
    data = os.urandom(PARCEL)
    name = parcel_name(data)
    (server.folder / name[0]).mkdir(parents=True, exist_ok=True)
    (server.folder / name[0] / f".{name}.part").write_bytes(bytes(size))
    place = opened(server)
    place.put(name, data)
    assert place.get(name) == data


def test_an_object_that_is_sealed_anew_does_not_go_on_with_what_was_begun_of_another(server: Service) -> None:
    """The name of an object that a desk keeps on a place is no digest of the sealed bytes, which differ each time."""
    data, name = os.urandom(PARCEL), parcel_name(b"the name that a desk computes")
    (server.folder / name[0]).mkdir(parents=True, exist_ok=True)
    (server.folder / name[0] / f".{name}.part").write_bytes(os.urandom(3 << 20))
    place = opened(server)
    place.put(name, data)
    assert place.get(name) == data
    assert not [*server.folder.rglob(f".{name}*")]


def test_what_a_killed_run_left_of_an_object_goes_with_it_and_nothing_of_others_does(server: Service) -> None:
    shelf = server.folder / "7"
    shelf.mkdir(parents=True, exist_ok=True)
    for each in (".7own.part", ".7others.part", ".7deleted.part"):
        (shelf / each).write_bytes(b"half")
    place = opened(server)
    place.put("7own", b"whole")
    place.delete("7deleted")
    ours = (
        "7own",
        ".7own",
        "7others",
        ".7others",
        "7deleted",
        ".7deleted",
    )  # others may be there by chance, of a test before
    assert sorted(each.name for each in shelf.iterdir() if each.name.startswith(ours)) == [".7others.part", "7own"]
    place.delete("7own")


def test_what_a_killed_run_left_of_a_site_goes_with_the_file(server: Service, tmp_path: Path) -> None:
    site, file = open_site_files("site", server.url, server.options), tmp_path / "index.html"
    file.write_bytes(b"new")
    items = server.folder / "items"
    for number in "17", "18":
        (items / number).mkdir(parents=True, exist_ok=True)
        (items / number / ".index.html.part").write_bytes(b"words that were withdrawn")
    site.put("items/17/index.html", file)
    site.delete("items/18/index.html")
    assert [*items.rglob(".*")] == []
    assert (items / "17/index.html").read_bytes() == b"new"


class CutOnce(socketserver.BaseRequestHandler):
    """A line that breaks once, after so many bytes."""

    port = 0
    left = 3 << 20

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as there:

            def back() -> None:
                with contextlib.suppress(OSError):
                    while data := there.recv(1 << 16):
                        self.request.sendall(data)

            threading.Thread(target=back, daemon=True).start()
            with contextlib.suppress(OSError):
                while data := self.request.recv(1 << 14):
                    there.sendall(data)
                    type(self).left -= len(data)
                    if -len(data) < self.left <= 0:
                        self.request.shutdown(socket.SHUT_RDWR)
                        return


def test_a_line_that_is_cut_while_an_object_is_sent_costs_no_more_than_what_was_under_way(server: Service) -> None:
    CutOnce.port = int(server.endpoint.rpartition(":")[2])
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), CutOnce) as line:
        line.daemon_threads = True
        threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        url = f"sftp://127.0.0.1:{line.server_address[1]}{server.folder}"
        place = open_place("account", url, {**server.options, "timeout": "5"})
        assert isinstance(place, SftpPlace)
        data = os.urandom(PARCEL)
        name = parcel_name(data)
        with pytest.raises(PlaceUnreachable):
            place.put(name, data)
        again = Counting()
        place.put_paced(name, data, again)
        assert again.size <= PARCEL - (3 << 20) + 3 * AHEAD
        assert place.get(name) == data
        line.shutdown()


def test_an_account_that_may_only_add_is_one_a_thief_cannot_empty(tmp_path: Path) -> None:
    with serve_sftp(tmp_path, "remove", "rename", "posix-rename", "rmdir", "setstat", "fsetstat") as service:
        place = opened(service)
        rights = probe(place, size=1000)
        assert (rights.put, rights.get, rights.list, rights.overwrite, rights.delete) == (
            True,
            True,
            True,
            False,
            False,
        )
        data = os.urandom(PARCEL)
        place.put(parcel_name(data), data)
        place.put(parcel_name(data), data)  # again, as after a lost answer
        assert place.get(parcel_name(data)) == data
        place.put("once", b"bytes")
        with pytest.raises(PlaceRefused):
            place.put("once", b"other")


def test_an_account_that_may_only_read_is_refused(tmp_path: Path) -> None:
    with serve_sftp(tmp_path, "write", "mkdir", "rename") as service:
        (service.folder / "9").mkdir(parents=True)
        (service.folder / "9" / "9f").write_bytes(b"held")
        place = opened(service)
        assert (place.get("9f"), [*place.list()]) == (b"held", ["9f"])
        with pytest.raises(PlaceRefused):
            place.put("9a", b"x")


def test_a_name_that_is_no_text_beside_ours_ends_no_listing(server: Service) -> None:
    """Of somebody's old file in the same account, in Latin-1; nothing that was sent there would have been found."""
    place, name = opened(server), "9" * 64
    place.put(name, b"an object")
    for folder in (server.folder, server.folder / "9"):
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).touch()
    assert name in place.list()


def test_a_link_in_an_account_is_not_there(server: Service) -> None:
    (server.folder / "8").mkdir(parents=True, exist_ok=True)
    (server.folder / "8" / "8link").symlink_to("/etc/hostname")
    place = opened(server)
    with pytest.raises(Exception, match="holds nothing of this name"):
        place.get("8link")


@pytest.mark.parametrize(
    "options",
    [
        {"username": "me", "password": "SECRET"},
        {"username": "me", "password": "SECRET", "host_key": "SHA256:abc"},
        {"username": "me", "host_key": OTHER_KEY},
        {"password": "SECRET", "host_key": OTHER_KEY},
        {"username": "me", "password": "SECRET", "private_key": "SECRET", "host_key": OTHER_KEY},
        {"username": "me", "private_key": "SECRET", "host_key": OTHER_KEY},
    ],
)
def test_what_is_missing_or_too_much_is_told_without_a_secret(options: dict[str, str]) -> None:
    with pytest.raises(UsageError) as refusal:
        open_place("account", "sftp://host.example/x", options)
    assert "SECRET" not in str(refusal.value)


def run(desk: Path, *words: str) -> tuple[int, str]:
    out, err = StringIO(), StringIO()
    code = main([*words, "--home", str(desk)], out, err)
    return code, " ".join((out.getvalue() + err.getvalue()).split())


def test_a_place_is_added_once_its_key_was_compared(
    server: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = tmp_path / "desk"
    create_desk(desk, "ourdesk", b"", work=2)
    (tmp_path / "key").write_text(server.options["private_key"])
    words = ["places", "add", "account", server.url, "--option", f"username={server.options['username']}",
             "--option", f"private_key={tmp_path / 'key'}"]  # fmt: skip
    monkeypatch.setattr("sys.stdin", StringIO("no\n"))
    code, said = run(desk, *words)
    assert code == 2
    assert f"The server shows the key: {server.options['host_key']}" in said
    assert Home.open(desk, "desk", b"").places() == []
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    assert run(desk, *words)[0] == 0
    [settings] = Home.open(desk, "desk", b"").places()
    assert settings.options["host_key"] == server.options["host_key"]
    settings.open().put("a", b"x")
    assert run(desk, "places", "test", "account")[1].startswith("Place “account”: stores yes, gives back yes")


def test_a_film_of_a_site_may_be_larger_than_any_object(
    server: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamizdat.places.place.MAX_OBJECT", 1000)
    site = open_site_files("site", server.url, server.options)
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom((1 << 20) + 4321))
    site.put("items/7/film.mp4", film)
    read = BytesIO()
    assert site.fetch("items/7/film.mp4", read, 1 << 30) == film.stat().st_size
    assert read.getvalue() == film.read_bytes()
    with pytest.raises(PlaceError, match="at most 5,000 bytes"):
        site.fetch("items/7/film.mp4", BytesIO(), 5000)
    with pytest.raises(NotThere):
        site.fetch("items/8/film.mp4", BytesIO(), 5000)


def test_a_line_that_breaks_in_a_long_transfer_makes_no_silent_place(server: Service) -> None:
    place = opened(server, timeout="1")
    with pytest.raises(NotThere):  # it is logged in
        place.stat("nothing")

    async def breaks() -> None:
        await asyncio.sleep(1.5)
        raise ConnectionResetError("in the middle of a parcel")

    with pytest.raises(PlaceUnreachable) as refusal:
        place._session.run("store an object", breaks())
    assert type(refusal.value) is PlaceUnreachable, "it is tried again at once"
