"""Watching: what comes is taken in as it comes, a place that fails delays only itself, and it ends when asked to."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, NOW, WORK, World
from tamizdat.carrying import fetch, source, watch
from tamizdat.carrying.last_look import read_last_look
from tamizdat.carrying.seal import seal_card
from tamizdat.carrying.watch import LONGEST, REST, SHORTEST, Event, Kind, Watch
from tamizdat.cli.main import main
from tamizdat.errors import InUse, PlaceUnreachable
from tamizdat.home.home import Home
from tamizdat.home.setup import accept, create_desk, invite
from tamizdat.places import set_up_place
from tamizdat.places.memory import MemoryPlace


class Watched:
    """A watch over a world's desk, with a clock of the test's."""

    def __init__(self, world: World) -> None:
        self.world, self.clock, self.events = world, 0.0, list[Event]()
        self.ended = False
        self.watch = Watch(world.archive, self.events.append, lambda: self.ended, lambda: self.clock)

    def look(self) -> tuple[list[Event], float]:
        """One look: what it told, and the pause after it."""
        self.events.clear()
        pause = self.watch.look(self.world.desk, NOW)
        return list(self.events), pause


class AwayPlace(MemoryPlace):
    """Fails, or hangs, for as long as it is told to."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.away, self.hangs, self.listed, self.let_go = False, False, 0, threading.Event()

    def list(self) -> Iterator[str]:
        self.listed += 1
        if self.hangs:
            self.let_go.wait(60)
        if self.away or self.hangs:
            raise PlaceUnreachable(f"Place “{self.name}” does not answer.")
        return super().list()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, [MemoryPlace("a"), AwayPlace("b")]) as made:
        made.write("note.txt", NOTE)
        yield made


def kinds(events: list[Event]) -> list[str]:
    return [event.kind.value for event in events]


def test_pauses_grow_while_nothing_comes_and_shrink_when_something_does(world: World) -> None:
    watched = Watched(world)
    pauses = [watched.look()[1] for _ in range(14)]
    assert pauses == sorted(pauses)
    assert pauses[0] > SHORTEST
    assert pauses[-1] == LONGEST
    world.seal()
    world.send()
    events, pause = watched.look()
    assert (kinds(events), pause) == (["arrived", "withheld"], SHORTEST)
    assert events[0].name == "anna 2026-11-23 09:00"
    assert world.archived() == world.on_card()
    assert watched.look() == ([], SHORTEST * watch.GROWTH)


def test_a_receipt_that_waited_for_a_backup_is_told_when_it_is_released(world: World) -> None:
    watched = Watched(world)
    world.seal()
    world.send()
    assert kinds(watched.look()[0]) == ["arrived", "withheld"]
    world.back_up()
    [event] = watched.look()[0]
    assert event.kind == Kind.RECEIPT
    assert event.receipt is not None
    assert event.receipt.released
    assert watched.look()[0] == []


def test_what_stays_as_it_is_is_told_once(world: World) -> None:
    watched = Watched(world)
    world.write("clip.bin", random.Random(5).randbytes(9_000_000))
    world.seal()
    world.send()
    late = [(place, name, place.get(name)) for place, name in world.parcels()]
    late = [(place, name, data) for place, name, data in late if world.opened(data).first]
    for place, name, _ in late:
        place.delete(name)
    assert kinds(watched.look()[0]) == ["coming"]
    assert watched.look()[0] == []
    for place, name, data in late:
        place.put(name, data)
    assert kinds(watched.look()[0]) == ["arrived", "withheld"]


def test_devices_are_held_until_they_are_accepted_by_whichever_process(tmp_path: Path) -> None:
    with World(tmp_path, accepted=False) as world:
        world.write("note.txt", NOTE)
        world.seal()
        world.send()
        watched = Watched(world)
        [event] = watched.look()[0]
        assert event.kind == Kind.HELD
        assert "tamizdat keys accept" in event.why
        assert watched.look()[0] == []
        accept(world.desk, world.device.public, "anna")
        assert kinds(watched.look()[0]) == ["arrived", "withheld"]


def test_a_place_that_fails_rests_by_itself_longer_and_longer_and_is_told_once(world: World) -> None:
    away, watched = world.places[1], Watched(world)
    assert isinstance(away, AwayPlace)
    away.away = True
    assert kinds(watched.look()[0]) == ["away"]
    assert watched.look()[0] == []
    assert away.listed == 1, "it rests"
    watched.clock = REST + 1
    assert watched.look()[0] == []
    assert away.listed == 2
    watched.clock += REST + 1
    watched.look()
    assert away.listed == 2, "the second rest is longer"
    assert read_last_look(world.desk).failures.keys() == {"b"}, "what rests is still known to be away"
    away.away = False
    watched.clock += REST
    assert kinds(watched.look()[0]) == ["back"]
    assert read_last_look(world.desk).failures == {}


def test_a_place_that_hangs_delays_only_itself_and_is_not_asked_again_before_it_lets_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "PATIENCE", 0.2)
    monkeypatch.setattr(fetch, "QUIET", 0.1)
    hanging, watched = world.places[1], Watched(world)
    assert isinstance(hanging, AwayPlace)
    world.seal()
    world.send()
    hanging.hangs = True
    assert kinds(watched.look()[0]) == ["arrived", "away", "withheld"]
    assert any(each.why.find("gave nothing") >= 0 for each in watched.events), "it was not waited for"
    watched.clock += 10 * LONGEST
    watched.look()
    assert hanging.listed == 1, "its threads still wait for it"
    hanging.let_go.set()
    end = time.monotonic() + 60
    while hanging.listed == 1 and time.monotonic() < end:
        time.sleep(0.05)
        watched.look()
    assert hanging.listed == 2


def test_a_clock_that_is_set_wrong_changes_no_pause(world: World) -> None:
    watched, pauses = Watched(world), list[float]()
    times = iter([NOW, NOW + timedelta(days=4000), NOW - timedelta(days=9000), NOW])

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        watched.ended = len(pauses) == 4

    watched.watch.run(lambda: world.desk, wait, lambda: next(times))
    assert pauses == [SHORTEST * watch.GROWTH**count for count in range(1, 5)]


def test_a_watch_gives_way_to_somebody_who_receives_by_hand(world: World) -> None:
    watched = Watched(world)
    with world.desk.alone("receiving"):
        assert kinds(watched.look()[0]) == ["busy"]
        assert watched.look()[0] == []
    assert watched.look()[0] == []


def test_an_invitation_made_meanwhile_loses_no_parcel(world: World) -> None:
    """The keys were read before it was made, the settings after: what they do not open is not for ever foreign."""
    before = Home.open(world.desk.folder, "desk", b"")
    invitation = invite(world.desk, "ben", b"", NOW + timedelta(hours=1), WORK)
    world.field.settings["recipients"] = list(invitation.recipients)
    seal_card(world.field, world.card, NOW)
    world.send()
    fresh, world.desk.keyring = world.desk.keyring, before.keyring
    watched = Watched(world)
    assert watched.look()[0] == []
    world.desk.keyring = fresh
    assert "arrived" in kinds(watched.look()[0])


@contextmanager
def given(passphrase: bytes) -> Iterator[int]:
    """A descriptor that gives the passphrase, once."""
    reading, giving = os.pipe()
    os.write(giving, passphrase + b"\n")
    os.close(giving)
    try:
        yield reading
    finally:
        os.close(reading)


def start(home: Path, *words: str, passphrase: bytes) -> "subprocess.Popen[str]":
    """The command in a process of its own."""
    with given(passphrase) as descriptor:
        argv = [sys.executable, "-m", "tamizdat.cli.main", "receive", *words, "--home", str(home), "--allow-swap"]
        argv += ["--passphrase-fd", str(descriptor), "--json"]
        pipe = subprocess.PIPE
        return subprocess.Popen(argv, pass_fds=[descriptor], stdout=pipe, stderr=pipe, text=True)


def test_the_command_takes_its_passphrase_once_runs_once_and_ends_in_order(tmp_path: Path) -> None:
    passphrase = b"four words and more"
    desk = create_desk(tmp_path / "desk", "desk", passphrase, WORK)
    set_up_place("stick", str(tmp_path / "stick"), {})
    desk.add_place("stick", str(tmp_path / "stick"), {})
    with start(desk.folder, "--watch", passphrase=passphrase) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"watching": ["stick"]}
        refused = io.StringIO()
        with given(passphrase) as descriptor:
            words = ["receive", "--watch", "--home", str(desk.folder), "--allow-swap", "--json"]
            assert main([*words, "--passphrase-fd", str(descriptor)], refused, io.StringIO()) == 2
        assert json.loads(refused.getvalue())["error"] == InUse.__name__
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)  # a program around it passes on what the terminal sends too
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert json.loads(rest.splitlines()[-1]) == {"watching": None}
    assert errors == ""
