"""An accepted device that was seized, or turned, cannot fill the desk's disk: what it may store in a day is limited."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from support.field_and_desk import NOW, World
from tamizdat.carrying import daily_use
from tamizdat.carrying.fetched import Allowance
from tamizdat.carrying.last_look import read_last_look
from tamizdat.carrying.receive import Arrival, receive
from tamizdat.carrying.watch import Event, Kind, Watch
from tamizdat.cli.console import Out
from tamizdat.cli.main import main
from tamizdat.cli.receive import say_arrival
from tamizdat.errors import UsageError
from tamizdat.home.home import Home
from tamizdat.home.setup import limit
from tamizdat.sealing.inventory import INVENTORY
from tamizdat.sealing.parcel import SMALL_PAYLOAD, SMALL_PLAINTEXT


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Some eight small payloads wait in the places, of an accepted device."""
    with World(tmp_path) as made:
        made.write("clip.bin", bytes(range(256)) * 15_000)
        made.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        made.send()
        yield made


def on(world: World, day: int) -> Arrival:
    """What comes on one day; nothing is stored before it shows whose it is."""
    return receive(world.desk, world.archive, NOW + timedelta(days=day), allowance=Allowance(0, 0))


def on_disk(world: World) -> int:
    incoming = world.desk.folder / "incoming"
    return sum(path.stat().st_size for path in incoming.rglob("*") if path.parent.name in ("payloads", "parity"))


def held(world: World) -> int:
    """Bytes of the disk that what arrives takes up: what comes behind the inventory lies in the files of the card."""
    incoming = world.desk.folder / "incoming"
    places = ("payloads", "parity", "files")
    return sum(512 * path.stat().st_blocks for path in incoming.rglob("*") if path.parent.name in places)


def test_what_goes_beyond_the_limit_stays_in_the_places_and_comes_the_next_days(world: World) -> None:
    limit(world.desk, "anna", 4 * SMALL_PLAINTEXT)
    before = {place.name: [*place.list()] for place in world.places}
    first = on(world, 0)
    assert first.over["anna"] > 0
    assert on_disk(world) <= 4 * SMALL_PLAINTEXT
    again = on(world, 0)
    assert (again.fetched.parcels, again.over) == (0, first.over), "what was left is not fetched again and again"
    assert {place.name: [*place.list()] for place in world.places} == before
    days = [on(world, day) for day in range(1, 9)]
    assert world.archived() == world.on_card()
    assert days[-1].over == {}


def test_the_desk_gives_another_limit_and_the_rest_comes_at_once(world: World) -> None:
    limit(world.desk, "anna", SMALL_PLAINTEXT)
    arrival = on(world, 0)
    shown = io.StringIO()
    say_arrival(arrival, Out(False, shown, shown))
    assert "keys limit anna" in " ".join(shown.getvalue().split())
    assert read_last_look(world.desk).over == arrival.over
    limit(world.desk, "anna", 0)
    assert on(world, 0).over == {}
    assert world.archived() == world.on_card()


def test_by_default_no_device_stores_more_in_a_day_than_nine_tenths_of_what_was_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = 6 * SMALL_PLAINTEXT
    monkeypatch.setattr(daily_use, "_free", lambda folder: whole - held(world))
    arrival = on(world, 0)
    assert arrival.over["anna"] > 0
    assert 0 < on_disk(world) <= whole * 9 // 10
    assert on(world, 0).over["anna"] > 0
    assert on_disk(world) <= whole * 9 // 10


def test_a_device_may_not_evade_its_limit_with_parity_or_with_many_consignments(world: World) -> None:
    limit(world.desk, "anna", 3 * SMALL_PAYLOAD)
    for number in range(3):
        forger = world.forger()
        forger.device = world.device
        beginning = forger.parcel(forger.stream({INVENTORY: forger.inventory([forger.entry("a", bytes([number]))])}))
        forger.send(
            world.places[0],
            [beginning, *(forger.parcel(bytes([n]) * SMALL_PAYLOAD, first=9, k=4, n=8, index=n) for n in range(4, 8))],
        )
    arrival = on(world, 0)
    assert on_disk(world) <= 3 * SMALL_PAYLOAD
    assert arrival.over["anna"] >= 12


def test_a_damaged_memory_of_what_was_stored_counts_anew_and_a_limit_is_only_for_accepted_devices(world: World) -> None:
    limit(world.desk, "anna", SMALL_PLAINTEXT)
    on(world, 0)
    (world.desk.folder / "incoming" / "used").write_bytes(b"spoilt")
    assert on(world, 0).over
    with pytest.raises(UsageError, match="nobody"):
        limit(world.desk, "nobody", 1)


def test_a_watch_tells_of_it_once_and_once_more_when_it_happens_again(world: World) -> None:
    told: list[Event] = []
    watching = Watch(world.archive, told.append, lambda: False)
    for most in (1, 1, 0, 1):
        limit(world.desk, "anna", most)
        if not world.spool():
            world.write(f"{len(told)}.txt", b"one more note")
            world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
            world.send()
        watching.look(world.desk, NOW)
    assert [(each.kind, each.name) for each in told if each.kind == Kind.OVER] == [(Kind.OVER, "anna")] * 2


def test_the_limit_is_set_by_command(world: World) -> None:
    def keys(*words: str) -> int:
        return main(["keys", *words, "--home", str(world.desk.folder), "--allow-swap"], io.StringIO(), io.StringIO())

    def limits() -> list[int]:
        return [*Home.open(world.desk.folder, "desk", b"").settings.get("limits", {}).values()]

    assert (keys("limit", "anna", "1.5T"), limits()) == (0, [1_500_000_000_000])
    assert (keys("limit", "anna", "none"), limits()) == (0, [0])
    assert (keys("limit", "anna", "default"), limits()) == (0, [])
    assert (keys("limit", "anna", "-5"), keys("limit", "nobody", "5G")) == (2, 2)
