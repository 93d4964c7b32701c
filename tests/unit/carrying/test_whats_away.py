"""What of a card is told to be away while it is sealed and sent."""

import random
from pathlib import Path

import pytest
from PIL import Image

from support.field_and_desk import Interruption, Pulled, World
from tamizdat.carrying.outbox import Parcel, outboxes
from tamizdat.carrying.whats_away import Away, Committed
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

PLACES = range(1, 6)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.write("notes.txt", random.Random(1).randbytes(600_000))
    made.write("clip.bin", random.Random(2).randbytes(5_000_000))
    Image.new("RGB", (64, 64)).save(made.card / "IMG_1.JPG")
    return made


def seal(world: World, committed: Committed, **options: object) -> None:
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT, committed=committed.take, **options)


def delivered(world: World, count: int) -> list[Parcel]:
    """The oldest parcels in the spool, which a run of sending has taken away."""
    [outbox] = outboxes(world.field.folder)
    parcels = list(outbox.waiting())[:count]
    for parcel in parcels:
        outbox.delivered(parcel)
    return parcels


def test_the_list_then_what_is_seen_first_then_the_footage_is_told_to_be_away(world: World) -> None:
    with world:
        committed = Committed()
        assert committed.away(world.field.folder, PLACES, ended=False) is None
        seal(world, committed)
        seen = [committed.away(world.field.folder, PLACES, ended=True)]
        while delivered(world, 1):
            seen.append(committed.away(world.field.folder, PLACES, ended=True))
        told = [(each.places, each.first, each.footage) for each in seen if each]
        assert told[0] == (2, 0, 0), "two places have no parcel of it to wait for: each group goes to three of five"
        assert told[-1] == (5, 100, 100)
        assert told == sorted(told), "the oldest go first, and nothing that was told is taken back"
        assert any(0 < each[2] < 100 for each in told)


def test_a_sealing_that_goes_on_tells_of_what_an_earlier_run_has_sent(world: World) -> None:
    with world:
        with pytest.raises(Pulled):
            seal(world, Committed(), progress=Interruption(4_000_000))
        sent = len(delivered(world, 1_000))
        assert sent > 3
        committed = Committed()
        seal(world, committed)
        found = committed.away(world.field.folder, PLACES, ended=True)
        assert found is not None
        assert (found.places, found.first) == (5, 100)
        assert 0 < found.footage < 100


def test_what_is_no_part_of_this_run_is_not_taken_for_what_waits_of_it(world: World) -> None:
    with world:
        seal(world, Committed())
        committed = Committed()
        committed.take(7, 0, "inventory", 3)  # of a card that is sealed now, all of it sent already
        assert committed.away(world.field.folder, PLACES, ended=False) == Away(5, 0, 0)
        assert committed.away(world.field.folder, PLACES, ended=True) == Away(5, 100, 100), "all of it was in the list"
