"""Which consignment a run belongs to, and what a kill in the middle of an opening or a closing leaves behind."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.field_and_desk import NOW, PASSPHRASE, World
from tamizdat.carrying.seal import abandon, default_survival, seal_card
from tamizdat.errors import UsageError, WorkRemains
from tamizdat.home.home import Home


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.bin", b"a" * 100)
        yield made


def stop(size: int) -> None:
    raise WorkRemains("stop here")


def folders(world: World) -> list[str]:
    return sorted(path.name for path in (world.field.folder / "consignments").iterdir())


@pytest.mark.parametrize(("places", "survives"), [(1, 0), (2, 1), (3, 1), (4, 1), (5, 2), (6, 2), (7, 3), (64, 31)])
def test_how_many_places_may_be_lost_unless_it_is_said(places: int, survives: int) -> None:
    assert default_survival(places) == survives


@pytest.mark.parametrize("survives", [-1, 5, 99])
def test_more_losses_than_places_are_refused_and_open_nothing(world: World, survives: int) -> None:
    with pytest.raises(UsageError, match="at most 4 can be lost"):
        world.seal(survives=survives)
    assert not (world.field.folder / "consignments").exists()


def test_without_a_place_nothing_is_opened(world: World) -> None:
    for place in world.places:
        world.field.remove_place(place.name)
    with pytest.raises(UsageError, match="no storage place"):
        world.seal()


def test_the_same_card_goes_on_and_another_gets_its_own(world: World, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.bin").write_bytes(b"b")
    for card in (world.card, other, world.card, other):
        with pytest.raises(WorkRemains):
            seal_card(world.field, card, NOW, progress=stop)
    assert folders(world) == ["0001", "0002"]
    assert [seal_card(world.field, card, NOW).number for card in (other, world.card)] == [2, 1]


def test_a_counter_that_another_process_moved_on_is_not_moved_back(world: World) -> None:
    """A `seal` that opened the settings long ago must not give out a number twice: receipts bear it."""
    stale = Home.open(world.field.folder, "field", PASSPHRASE)
    assert seal_card(stale, world.card, NOW).number == 1
    world.send()
    kept = (world.field.folder / "receipts" / "0001").read_bytes()
    world.write("b.bin", b"b")
    assert world.seal().number == 2
    assert (world.field.folder / "receipts" / "0001").read_bytes() == kept


def test_killed_while_it_was_opened_a_consignment_is_cleared_away(world: World) -> None:
    (world.field.folder / "consignments" / "0001" / "making").mkdir(parents=True)
    with world.field.changing():
        world.field.settings["consignments"] = 1
    assert world.seal().number == 2
    assert folders(world) == ["0002"]


@pytest.mark.parametrize("verb", ["seal", "send", "abandon"])
def test_killed_while_it_was_closed_its_secrets_go_with_whatever_is_done_next(world: World, verb: str) -> None:
    world.seal()
    folder = world.field.folder / "consignments" / "0001"
    (folder / "state").write_bytes(b"a secret that should be gone")
    (folder / "making").mkdir()
    go_on: dict[str, Callable[[], object]] = {
        "seal": world.seal,
        "send": world.send,
        "abandon": lambda: abandon(world.field),
    }
    go_on[verb]()
    assert not (folder / "state").exists()


def test_abandoning_waits_for_nobody_and_disturbs_nobody(world: World) -> None:
    def abandon_meanwhile(size: int) -> None:
        with pytest.raises(UsageError, match="Another tamizdat is sealing"):
            abandon(world.field)

    world.seal(progress=abandon_meanwhile)
    assert abandon(world.field) == 0


def test_an_abandoned_consignment_is_sent_as_far_as_it_came(world: World) -> None:
    world.write("long.bin", bytes(20_000_000), seconds=1)
    seen = 0

    def stop_late(size: int) -> None:
        nonlocal seen
        seen += size
        if seen > 18_000_000:
            raise WorkRemains("stop here")

    with pytest.raises(WorkRemains):
        world.seal(progress=stop_late)
    assert abandon(world.field) == 1
    assert abandon(world.field) == 0
    world.send()
    [underway] = world.receive().underway
    assert underway.payloads > 0
    assert world.archived() == {}


def test_a_card_of_the_same_content_at_another_mount_point_is_another_card(world: World) -> None:
    with pytest.raises(WorkRemains):
        world.seal(progress=stop)
    world.card.rename(world.folder / "elsewhere")
    assert seal_card(world.field, world.folder / "elsewhere", NOW).number == 2
