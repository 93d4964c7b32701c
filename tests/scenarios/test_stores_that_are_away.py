"""The second store is pulled out, emptied or replaced after a receipt was told: nobody is told it is safe any more."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from io import StringIO
from pathlib import Path

import pytest

from support.faulty_place import Faults, FaultyPlace
from support.field_and_desk import NOTE, NOW, World
from tamizdat.carrying.receipts import look_at_stores, receipts
from tamizdat.carrying.reread import make_whole
from tamizdat.carrying.watch import LOOK, Event, Kind, Watch
from tamizdat.cli.console import Out
from tamizdat.cli.main import main
from tamizdat.cli.receive import remains, say_arrival
from tamizdat.encoding import spoken
from tamizdat.places.memory import MemoryPlace


def carried(folder: Path) -> tuple[World, str, FaultyPlace]:
    """A card that is in two stores and a backup, its receipt, and the second store, which can fail."""
    world = World(folder)
    second = FaultyPlace(world.second, Faults())
    world.desk.given["second"] = second
    world.write("note.txt", NOTE)
    world.carry()
    return world, world.receipt(), second


def told(world: World) -> str:
    """All that ``status`` says of the desk, for people and for programs, in one line."""
    shown = StringIO()
    for mode in ([], ["--json"]):
        assert main(["status", "--home", str(world.desk.folder), *mode], shown, shown) == 0
    return " ".join(shown.getvalue().split())


def test_a_receipt_is_told_by_nobody_while_its_second_store_is_away_and_again_when_it_is_back(tmp_path: Path) -> None:
    world, receipt, second = carried(tmp_path)
    with world:
        assert told(world).count(receipt) == 2
        second.faults = Faults(fail=1)
        arrival, shown = world.receive(), StringIO()
        say_arrival(arrival, Out(True, shown, shown))
        assert receipt not in shown.getvalue()
        assert remains(arrival), "a script asks the exit code"
        assert list(arrival.copy_failures) == ["second"]
        assert receipt not in told(world)
        assert "“second”. Tell the field to keep the card" in told(world)
        world.write("more.txt", b"what comes meanwhile is taken in")
        assert len(world.carry().unpacked) == 1, "the desk works on without it"
        assert [each.released for each in receipts(world.archive, world.desk.folder)] == [False, False]
        second.faults = Faults()
        assert [each.released for each in world.receive().receipts] == [True, True]
        assert told(world).count(receipt) == 2


def test_what_a_second_store_lost_is_copied_anew_before_a_receipt_is_told(tmp_path: Path) -> None:
    world, receipt, second = carried(tmp_path)
    with world:
        lost = sorted(set(second.list()))
        second.delete(lost[0])
        look_at_stores(world.desk, world.archive, NOW)
        assert receipt not in told(world)
        arrival = world.receive()
        assert sorted(set(second.list())) == lost
        assert (arrival.copy_failures, [spoken(each.receipt) for each in arrival.receipts]) == ({}, [receipt])
        assert told(world).count(receipt) == 2
        assert arrival.receipts[0].copies == ("second",), "nothing new is to be stated of it"


def test_while_one_second_store_is_away_everything_is_copied_to_another(tmp_path: Path) -> None:
    world, _, second = carried(tmp_path)
    with world:
        second.faults = Faults(fail=1)
        world.desk.given["third"] = MemoryPlace("third")
        world.desk.add_place("third", "memory:", {}, "copies")
        arrival = world.receive()
        assert [(each.copies, each.there, each.released) for each in arrival.receipts] == [
            (("second", "third"), ("third",), True)
        ]
        assert "was on “third” at the last look" in told(world)


def test_receive_says_the_receipt_again_of_what_a_store_that_is_back_holds_and_once(tmp_path: Path) -> None:
    world, receipt, second = carried(tmp_path)
    with world:

        def said() -> str:
            shown = StringIO()
            say_arrival(world.receive(), Out(False, shown, shown))
            return shown.getvalue()

        assert receipt not in said()
        second.faults = Faults(fail=1)
        assert receipt not in said()
        second.faults = Faults()
        assert receipt in said()
        assert "Nothing new has arrived." in said()


def test_a_watch_tells_the_receipt_when_the_store_is_back(tmp_path: Path) -> None:
    world, receipt, second = carried(tmp_path)
    with world:
        clock, events = [0.0], list[Event]()
        watching = Watch(world.archive, events.append, lambda: False, lambda: clock[0])
        second.faults = Faults(fail=1)
        watching.look(world.desk, NOW)
        second.faults = Faults()
        clock[0] = LOOK
        watching.look(world.desk, NOW)
        assert [each.kind for each in events] == [Kind.STORE, Kind.RECEIPT]
        assert events[1].receipt is not None
        assert spoken(events[1].receipt.receipt) == receipt


def test_what_one_of_two_stores_lost_is_told_with_how_it_is_put_there_anew(tmp_path: Path) -> None:
    world, _, _ = carried(tmp_path)
    with world:
        third = world.desk.given["third"] = MemoryPlace("third")
        world.desk.add_place("third", "memory:", {}, "copies")
        world.write("more.txt", b"in both")
        world.carry()
        [lost, *_] = third.list()
        third.delete(lost)
        arrival = world.receive()
        assert [each.released for each in arrival.receipts] == [True, True], "the other store has all"
        assert "'tamizdat check --repair third' puts there what it lacks" in arrival.copy_failures["third"]
        assert make_whole(world.desk, world.archive, "third").copied == 1
        assert world.receive().copy_failures == {}


class Interrupted(MemoryPlace):
    """A place of which something is asked meanwhile while it is listed, once."""

    meanwhile: Callable[[], None] | None = None

    def list(self) -> Iterator[str]:
        names, meanwhile, self.meanwhile = [*super().list()], self.meanwhile, None
        if meanwhile:
            meanwhile()
        return iter(names)


def test_a_look_that_began_before_another_does_not_have_the_last_word(tmp_path: Path) -> None:
    world = World(tmp_path)
    second = world.second = world.desk.given["second"] = Interrupted("second")
    with world, ThreadPoolExecutor(1) as other:
        world.write("note.txt", NOTE)
        world.carry()
        later: list[Future[object]] = []

        def emptied() -> None:
            for name in [*second.list()]:
                second.delete(name)
            later.append(other.submit(look_at_stores, world.desk, world.archive, NOW))
            wait(later, 0.3)  # for as long as this look lasts, it is not done

        second.meanwhile = emptied
        look_at_stores(world.desk, world.archive, NOW)
        later[0].result()
        assert [each.released for each in receipts(world.archive, world.desk.folder)] == [False]


@pytest.mark.parametrize("left", [0, 40, None])
def test_what_the_last_look_saw_is_believed_only_whole(tmp_path: Path, left: int | None) -> None:
    world, receipt, _ = carried(tmp_path)
    with world:
        seen = world.desk.folder / "incoming" / "stores.json"
        data = seen.read_bytes()
        seen.write_bytes(data[:left] if left is not None else data.replace(b'"away":false', b'"away":0'))
        assert receipt not in told(world)
        assert "was not looked at yet" in told(world)
        world.receive()
        assert told(world).count(receipt) == 2


def test_a_look_is_kept_in_the_clear_and_names_nothing_but_stores_and_consignments(tmp_path: Path) -> None:
    world, _, _ = carried(tmp_path)
    with world:
        said = json.loads((world.desk.folder / "incoming" / "stores.json").read_text())
        assert said.keys() == {"check", "objects", "stores"}
        assert said["stores"] == {"second": {"at": "2026-11-23T09:00:00Z", "away": False, "lacking": []}}
