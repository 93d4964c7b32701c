"""--limit and --between: counted at the byte, seen by whoever is sending already, and not for disks."""

import threading
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from places.servers import serve_s3, serve_sftp, serve_webdav
from support.field_and_desk import NOTE, World
from tamizdat.carrying.deliver import Delivery
from tamizdat.carrying.line_limit import NAME, Allowed
from tamizdat.cli.main import main
from tamizdat.errors import BadArchive
from tamizdat.home.home import alone
from tamizdat.network.limit import SENDING, Hours
from tamizdat.places import open_place, set_up_place

RATE = 1_000_000_000
PARCEL = 4 << 20


@pytest.mark.parametrize("serve", [serve_s3, serve_webdav, serve_sftp])
def test_every_byte_that_goes_over_the_line_is_counted_within_a_tenth(
    serve: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(serve)
    with serve(tmp_path) as service:
        place = open_place("service", service.url, service.options)
        place.put("warm", b"the connection stands")
        monkeypatch.setattr(SENDING, "rate", RATE)
        monkeypatch.setattr(SENDING, "_clock", lambda: 1000.0)  # stands still: what is counted is all that is told
        monkeypatch.setattr(SENDING, "_next", 1000.0)
        monkeypatch.setattr(SENDING, "_sleep", lambda seconds: None)
        place.put("object", bytes(PARCEL))
        counted = round((SENDING._next - 1000.0) * RATE)
        assert PARCEL <= counted <= 1.1 * PARCEL


def not_now() -> Hours:
    now = datetime.now()
    found = Hours.parse(f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}")
    assert found is not None
    return found


def test_at_another_hour_nothing_goes_over_the_line_until_the_hours_are_changed(tmp_path: Path) -> None:
    with serve_webdav(tmp_path / "cloud") as service:
        cloud = open_place("cloud", service.url, service.options)
        stick = set_up_place("stick", str(tmp_path / "stick"), {})
        with World(tmp_path, [cloud, stick]) as world:
            world.write("note.txt", NOTE)
            world.seal()
            Allowed(hours=not_now()).write(world.field.folder)
            on_the_stick = threading.Event()
            delivery = Delivery(world.field, lambda size: on_the_stick.set())
            sending = threading.Thread(target=delivery.run)
            sending.start()
            assert on_the_stick.wait(60), "a disk is behind no line"
            assert [*cloud.list()] == []
            assert sending.is_alive(), "it waits for its hour"
            Allowed().write(world.field.folder)
            sending.join(60)
            assert not sending.is_alive()
            assert [*cloud.list()] != []


def test_a_limit_given_while_another_tamizdat_sends_changes_that_one(tmp_path: Path) -> None:
    with World(tmp_path, [set_up_place("stick", str(tmp_path / "stick"), {})]) as world:
        home = str(world.field.folder)
        with alone(world.field.folder, "sending"):
            out = StringIO()
            assert main(["send", "--limit", "500k", "--between", "01:00-06:00", "--home", home], out) == 0
        assert "goes on with this: at most 500,000 bytes a second, between 01:00-06:00" in " ".join(
            out.getvalue().split()
        )
        assert Allowed.read(world.field.folder) == Allowed(500_000, Hours.parse("01:00-06:00"))
        with alone(world.field.folder, "sending"):
            assert main(["send", "--between", "none", "--home", home], StringIO()) == 0
        assert Allowed.read(world.field.folder) == Allowed(500_000), "what was not named stays"


@pytest.mark.parametrize("words", [["--limit", "fast"], ["--between", "night"], ["--limit", "5k", "--between", "1-6"]])
def test_a_limit_that_is_none_is_refused_and_not_kept(tmp_path: Path, words: list[str]) -> None:
    with World(tmp_path, [set_up_place("stick", str(tmp_path / "stick"), {})]) as world:
        assert main(["send", *words, "--home", str(world.field.folder)], StringIO(), StringIO()) == 2
        assert not (world.field.folder / NAME).exists()


@pytest.mark.parametrize("text", ["rate much\n", "hours always\n", "rate 5\n", "\0\0\0\nrate -1"])
def test_a_damaged_limit_is_told_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(BadArchive, match="Set it anew"):
        Allowed.read(tmp_path)
