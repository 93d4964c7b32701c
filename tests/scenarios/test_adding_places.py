"""A place is tried with an object of a parcel's own size when a field device adds it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from places import hostile_server
from places.servers import serve_s3, serve_webdav
from support.field_and_desk import PASSPHRASE, WORK, World
from tamizdat.carrying.line_speed import parcel_size
from tamizdat.carrying.receipts import objects_of, receipts
from tamizdat.carrying.spool import waiting_by_place
from tamizdat.cli.main import main
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server that has a limit for the size of requests, by its path."""
    command = [sys.executable, str(Path(str(hostile_server.__file__)))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.terminate()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Path]:
    with World(tmp_path) as world:
        for place in world.places:
            world.field.remove_place(place.name)
        yield world.field.folder


def add(device: Path, url: str, name: str = "cloud", options: Mapping[str, str] | None = None) -> tuple[int, str]:
    lines = [url, *(f"{name}={value}" for name, value in (options or {}).items())]
    given, giving = os.pipe()
    os.write(giving, b"\n".join([PASSPHRASE, *(line.encode() for line in lines), b"", b""]))
    os.close(giving)
    out, err = StringIO(), StringIO()
    argv = ["places", "add", name, "--settings-fd", str(given), "--passphrase-fd", str(given), "--home", str(device)]
    code = main(argv, out, err)
    os.close(given)
    return code, " ".join((out.getvalue() + err.getvalue()).split())


def test_a_place_that_takes_whole_parcels_is_added_without_a_word(device: Path, tmp_path: Path) -> None:
    with serve_webdav(tmp_path / "cloud") as service:
        code, said = add(device, service.url, options=service.options)
        assert code == 0
        assert "small" not in said
        assert [*service.folder.rglob("probe-*")] == [], "nothing is left there"
        code, said = add(device, service.url.replace("127.0.0.1", "localhost"), "another", service.options)
        assert (code, "lies in “cloud” as well" in said) == (2, True), said
        assert [place.name for place in Home.open(device, "field", PASSPHRASE).places()] == ["cloud"]
        shutil.rmtree(service.folder)
        parcel_size(Home.open(device, "field", PASSPHRASE), datetime.now(UTC))
        assert not service.folder.exists(), "how fast the line is was seen then: no probe is sent"


def test_behind_a_small_limit_all_parcels_are_small(device: Path, port: int) -> None:
    code, said = add(device, f"webdav+http://127.0.0.1:{port}/small")
    assert code == 0, said
    assert "It takes small parcels only" in said
    assert parcel_size(Home.open(device, "field", PASSPHRASE), datetime.now(UTC)) == SMALL_PLAINTEXT


def test_behind_a_tiny_limit_it_is_told_that_no_parcel_goes_through(device: Path, port: int) -> None:
    code, said = add(device, f"webdav+http://127.0.0.1:{port}/tiny")
    assert code == 1
    assert "takes only smaller ones. Ask its owner" in said


def test_a_desk_is_told_at_once_why_a_place_is_of_no_use(tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)

    def told(*argv: str) -> tuple[int, str]:
        out = StringIO()
        code = main([*argv, "--home", str(tmp_path / "desk")], out, out)
        return code, " ".join(out.getvalue().split())

    with serve_s3(tmp_path / "cloud") as service:
        for name, value in service.options.items():
            (tmp_path / name).write_text(value)
        (tmp_path / "wrong").write_text("wrong")
        login = [f"--option=access_key_id={tmp_path / 'access_key_id'}", f"--option=endpoint={service.endpoint}"]
        secret, wrong = (f"--option=secret_access_key={tmp_path / name}" for name in ("secret_access_key", "wrong"))
        for name, url, given, *use in (
            ("good", service.url, secret),
            ("copies", service.url.replace("parcels", "copies"), secret, "--copy"),
        ):
            assert told("places", "add", name, url, given, *login, *use)[0] == 0
        for name, url, given, why in (
            ("forgotten", service.url + "2", wrong, "it does not accept the secret_access_key (answer 403)"),
            ("nowhere", "s3://nobucket/in", secret, "it has no bucket of this name (answer 404)"),
        ):
            code, said = told("places", "add", name, url, given, *login)
            assert (code, "It was added, and cannot be used" in said, why in said) == (1, True, True), said
            code, said = told("places", "test", name)
            assert (code, why in said) == (1, True), said


def test_a_dead_address_is_told_at_once(device: Path) -> None:
    code, said = add(device, "webdav+http://127.0.0.1:9/x")
    assert code == 1
    assert "It was added, and does not take anything at this moment" in said
    assert "nobody answers at its address" in said


def test_a_device_asks_for_its_passphrase_once_when_places_are_tested(device: Path, tmp_path: Path) -> None:
    assert add(device, str(tmp_path / "stick"))[0] == 0
    out, given = StringIO(), tmp_path / "passphrase"
    given.write_bytes(PASSPHRASE + b"\n")
    with given.open("rb") as file:
        code = main(["places", "test", "--passphrase-fd", str(file.fileno()), "--home", str(device)], out, out)
    assert (code, "Place “cloud”: stores yes" in out.getvalue()) == (0, True), out.getvalue()


def test_what_waits_for_a_place_that_is_removed_is_told(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("note.txt", b"note")
        world.seal()
        bound = next(iter(waiting_by_place(world.field)))
        [name] = [place.name for place in world.field.places() if place.number == bound]
        home = world.field.folder
        out, given = StringIO(), tmp_path / "passphrase"
        given.write_bytes(PASSPHRASE)
        with given.open("rb") as file:
            argv = ["places", "remove", name, "--passphrase-fd", str(file.fileno()), "--home", str(home)]
            assert main(argv, out, out) == 0
        words = " ".join(out.getvalue().split())
        assert re.search(r"What waits here for it, [1-9] parcels?, goes to the other places", words)
        assert "fewer places may be lost than was said" in words


def test_of_a_second_store_that_is_removed_nothing_is_believed_and_a_new_one_of_its_name_gets_everything(
    tmp_path: Path,
) -> None:
    """Its disk died, another one takes its place under the old name; or nobody has one yet."""
    with World(tmp_path) as world:
        world.write("note.txt", b"note")
        assert world.carry().receipts[0].released
        out = StringIO()
        assert main(["places", "remove", "second", "--home", str(world.desk.folder)], out, out) == 0
        assert "receipts of that are withheld" in " ".join(out.getvalue().split())
        world.reopened().desk.refresh()
        world.back_up()
        [receipt] = receipts(world.archive, world.desk.folder)
        assert (receipt.copies, receipt.released) == ((), False)
        another = world.desk.given["second"] = MemoryPlace("second")
        world.desk.add_place("second", "memory:", {}, "copies")
        assert world.receive().receipts[0].released
        assert {*another.list()} == {*objects_of(world.archive, receipt.consignment)}
        world.desk.remove_place("second")  # and nothing stated, as by whoever copied to it at that moment
        (tmp_path / "attic").mkdir()
        again = ["places", "add", "second", str(tmp_path / "attic"), "--copy", "--home", str(world.desk.folder)]
        assert main(again, out, out) == 0, out.getvalue()
        [receipt] = receipts(world.reopened().archive, world.desk.folder)
        assert receipt.copies == ()
