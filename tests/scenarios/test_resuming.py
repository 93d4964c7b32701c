"""Cut off and gone on with: what was committed is never made again, and nothing is taken in twice."""

import os
import queue
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.field_and_desk import CLIP, NOTE, NOW, Interruption, Pulled, World
from tamizdat.carrying.fetch import Reception
from tamizdat.carrying.seal import seal_card
from tamizdat.carrying.unpack import unpack
from tamizdat.encoding import sha256
from tamizdat.errors import WorkRemains
from tamizdat.sealing.parcel import SMALL_PLAINTEXT


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("notes/采访.txt", NOTE)
        made.write("DCIM/100/C0001.MXF.bin", CLIP)
        yield made


def test_resuming_seals_nothing_again_that_was_committed(world: World) -> None:
    world.write("second.bin", os.urandom(5_000_000), seconds=1_200_000_000)
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(4_375_000))
    before = {path: path.stat().st_ino for path in world.spool()}
    assert before, "the interruption came before the first group was committed"
    sealed = world.seal()
    assert sealed.resumed_at > 0
    assert before.items() <= {path: path.stat().st_ino for path in world.spool()}.items()
    world.send()
    world.receive()
    assert world.archived() == world.on_card()


def test_resuming_goes_on_while_the_first_parcels_are_away_already(world: World) -> None:
    world.write("second.bin", os.urandom(5_000_000), seconds=1_200_000_000)
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(4_375_000))
    world.send()
    assert world.spool() == []
    world.carry()
    assert world.archived() == world.on_card()
    assert len(world.archive.index.consignments()) == 1


def test_a_group_that_was_cut_off_is_made_again_under_another_id_and_never_sent_half(world: World) -> None:
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(1))
    [folder] = (world.field.folder / "consignments").iterdir()
    stale = folder / "making" / ("ab" * 16)
    stale.mkdir()
    (stale / f"1-{'cd' * 32}").write_bytes(b"half a parcel")
    world.carry()
    assert not stale.exists()
    assert "cd" * 32 not in {name for _, name in world.parcels()}
    assert world.archived() == world.on_card()


def test_a_card_that_changed_between_runs_is_closed_as_incomplete_and_sealed_anew(world: World) -> None:
    world.write("second.bin", os.urandom(5_000_000), seconds=1_200_000_000)
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(4_375_000))
    world.write("third.bin", b"filmed meanwhile")
    world.write("notes/采访.txt", b"the camera wrote it anew")
    arrival = world.carry()
    assert len(arrival.unpacked) == 1
    assert [each.closed for each in arrival.underway] == [True]
    assert world.archived() == world.on_card()
    assert [item.state for item in world.archive.index.consignments()] == ["complete"]
    world.wipe(world.receipt())
    assert world.on_card() == {}


def test_a_card_rewritten_behind_its_own_listing_is_noticed_by_its_bytes(world: World) -> None:
    """Same name, size and time, other content: only the checks in the journal can tell."""
    path = world.write("second.bin", os.urandom(5_000_000), seconds=1_200_000_000)
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(4_375_000))
    world.write(str(path.relative_to(world.card)), os.urandom(5_000_000), seconds=1_200_000_000)
    world.write("DCIM/100/C0001.MXF.bin", bytes(len(CLIP)))
    arrival = world.carry()
    assert len(arrival.underway) == 1, "the first consignment was to be closed as incomplete"
    assert world.archived() == world.on_card()


def test_two_cards_in_turn_are_two_consignments_and_neither_disturbs_the_other(world: World, tmp_path: Path) -> None:
    other = tmp_path / "other card"
    other.mkdir()
    (other / "b.bin").write_bytes(os.urandom(1_125_000))
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(1_125_000))
    with pytest.raises(Pulled):
        seal_card(world.field, other, NOW, progress=Interruption(1_000_000), parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()  # what there is of both, mixed
    world.seal()
    seal_card(world.field, other, NOW, parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()
    arrival = world.receive()
    assert [taken.complete for taken in arrival.unpacked] == [True, True]
    assert world.archived() == world.on_card() | {"b.bin": sha256((other / "b.bin").read_bytes()).hex()}


def test_killed_between_the_archive_and_the_incoming_folder_nothing_is_taken_in_twice(world: World) -> None:
    world.seal()
    world.send()
    reception_only(world)
    size = world.archive.size
    arrival = world.receive()
    assert arrival.unpacked == []
    assert world.archived() == world.on_card()
    assert world.archive.size == size + 1, "the one new statement names the second copy"
    assert not [path for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()]


def test_killed_while_what_arrived_is_removed_nothing_is_fetched_again(world: World) -> None:
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()
    reception_only(world)
    [folder] = [path for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()]
    (folder / "payloads" / "0").write_bytes(b"not removed yet")
    (folder / "journal").unlink()
    assert world.receive().fetched.parcels == 0
    assert not folder.exists()


def reception_only(world: World) -> None:
    """A run of receiving that was killed just after the ledger had the consignment."""
    reception = Reception(world.desk, set())
    reception.fetch(lambda size: None)
    for incoming in reception.incoming.values():
        assert unpack(world.desk, world.archive, incoming, NOW) is not None
    reception.close()


def test_two_places_that_give_one_parcel_at_the_same_moment_have_a_file_each(world: World) -> None:
    world.write("DCIM/100/C0001.MXF.bin", CLIP[:500_000])
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()
    reception, buffers = Reception(world.desk, set()), queue.LifoQueue[memoryview]()
    for _ in range(2):
        buffers.put(memoryview(bytearray(2 * SMALL_PLAINTEXT)))
    place = next(each for each in world.places if [*each.list()])
    name = next(iter(place.list()))
    one, other = (reception._open(place, name, buffers).written for _ in range(2))
    assert isinstance(one, Path)
    assert isinstance(other, Path)
    one.rename(world.folder / "taken")  # the first is taken while the second is still being written
    assert other.stat().st_size == (world.folder / "taken").stat().st_size
    reception.close()


@pytest.mark.parametrize("year", [1969, 1970, 2100])
def test_a_laptop_whose_clock_jumps_can_seal_and_resume(world: World, year: int) -> None:
    then = datetime(year, 1, 1, 12, tzinfo=UTC)
    with pytest.raises(Pulled):
        seal_card(world.field, world.card, then, progress=Interruption(1_000_000), parcel_size=lambda: SMALL_PLAINTEXT)
    world.carry()
    assert world.archived() == world.on_card()


def test_a_card_pulled_while_it_is_sealed_can_be_plugged_in_again(world: World, tmp_path: Path) -> None:
    world.write("second.bin", os.urandom(5_000_000), seconds=1_200_000_000)
    elsewhere, seen = tmp_path / "pulled", 0

    def pull(size: int) -> None:
        nonlocal seen
        seen += size
        if seen > 2_500_000 and not elsewhere.exists():
            world.card.rename(elsewhere)
            world.card.mkdir()  # the empty mount point stays behind
            (elsewhere / "second.bin").write_bytes((elsewhere / "second.bin").read_bytes()[:1])
            # the open file is what a pulled card is: what is listed cannot be read

    whole = (world.card / "second.bin").read_bytes()
    with pytest.raises(WorkRemains, match="Plug it in"):
        world.seal(progress=pull)
    world.card.rmdir()
    elsewhere.rename(world.card)
    world.write("second.bin", whole, seconds=1_200_000_000)
    sealed = world.seal()
    assert sealed.marked == ()
    world.send()
    assert world.receive().underway == [], "it went on with the same consignment"
    assert world.archived() == world.on_card()
