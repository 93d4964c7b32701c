"""A card that changed meanwhile, or is sealed again: nothing is carried twice or left behind, and all of it is told."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, Interruption, Pulled, World
from tamizdat.carrying.card_stream import Sealed
from tamizdat.carrying.seal import Change, abandon
from tamizdat.cli.main import main
from tamizdat.encoding import sha256_hex

DICE = random.Random(11)
CLIPS = {f"DCIM/C{number:04}.bin": DICE.randbytes(1_125_000) for number in range(3)}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("notes/采访.txt", NOTE)
        for number, (path, data) in enumerate(CLIPS.items()):
            made.write(path, data, seconds=1_300_000_000 - number)
        yield made


def cut_off(world: World, size: int = 2_750_000) -> None:
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(size))
    assert list(world.spool()), "nothing was committed before it was cut off"


def seal(world: World, **options: object) -> tuple[Sealed, list[str]]:
    told: list[Change] = []
    sealed = world.seal(changed=told.append, **options)
    return sealed, [change.kind for change in told]


def arrived_whole(world: World) -> None:
    world.send()
    arrival = world.receive()
    assert [each for each in arrival.underway if not each.closed] == []
    assert world.archived() == world.on_card()
    assert set(world.states().values()) == {"whole"}


def test_of_a_card_with_one_new_clip_only_that_is_sealed(world: World) -> None:
    world.carry()
    parcels = len(world.parcels())
    world.write("DCIM/C0009.bin", os.urandom(100_000), seconds=1_300_000_100)
    sealed, told = seal(world)
    assert (told, sealed.files, sealed.size, sealed.known) == (["increment"], 1, 100_000, 4)
    world.send()
    assert len(world.parcels()) - parcels == sealed.parcels + sealed.fillers < parcels
    arrived_whole(world)


def test_another_card_at_the_same_mount_point_leaves_the_first_ones_consignment_open(world: World) -> None:
    first, second = world.card.with_name("first"), world.card.with_name("second")
    cut_off(world)
    world.card.rename(first)
    world.write("DCIM/C0000.bin", os.urandom(1_125_000), seconds=1_300_000_900)
    world.write("DCIM/C0001.bin", os.urandom(100_000), seconds=1_300_000_901)
    _, told = seal(world)
    assert told == ["another"]
    world.card.rename(second)
    first.rename(world.card)
    sealed, told = seal(world)
    assert (sealed.files, told) == (4, [])
    arrived_whole_of(world, first=world.card, second=second)


def arrived_whole_of(world: World, **cards: Path) -> None:
    world.send()
    assert world.receive().underway == []
    there = {each.original for each in world.archive.index.items() if each.kind != "preview"}
    on_cards = {sha256_hex(path.read_bytes()) for card in cards.values() for path in card.rglob("*") if path.is_file()}
    assert on_cards <= there


@pytest.mark.parametrize("place", [0, 562_500, 1_124_999])
def test_a_clip_written_over_another_of_its_name_size_and_time_is_sealed(world: World, place: int) -> None:
    """A recorder whose clock begins anew each time it is switched on writes such clips."""
    world.carry()
    data = bytearray(CLIPS["DCIM/C0000.bin"])
    data[place] ^= 1
    world.write("DCIM/C0000.bin", bytes(data), seconds=1_300_000_000)
    sealed, told = seal(world)
    assert (told, sealed.files, sealed.known) == (["increment"], 1, 3)


def test_a_card_of_which_nothing_is_new_is_not_sealed_again_but_whole_if_asked_for(world: World) -> None:
    world.carry()
    sealed, told = seal(world)
    assert (sealed.number, sealed.known, told) == (0, 4, [])
    assert world.spool() == []
    again, told = seal(world, whole=True)
    assert (again.number, again.files, told) == (2, 4, [])


def test_files_added_after_a_cut_follow_in_an_increment_and_the_cut_off_one_is_gone_on_with(world: World) -> None:
    cut_off(world)
    committed = {path: path.stat().st_ino for path in world.spool()}
    world.write("DCIM/C0009.bin", os.urandom(50_000), seconds=1_300_000_100)
    sealed, told = seal(world)
    assert told == ["added", "increment"]
    assert (sealed.files, [each.files for each in sealed.earlier]) == (1, [4])
    assert sealed.earlier[0].resumed_at > 0
    assert committed.items() <= {path: path.stat().st_ino for path in world.spool()}.items()
    arrived_whole(world)
    assert len(world.archive.index.consignments()) == 2


def test_another_order_closes_with_a_manifest_of_what_is_carried_and_the_rest_follows(world: World) -> None:
    cut_off(world, 1_500_000)
    sealed, told = seal(world, first=["C0002*"])
    assert told == ["concluded", "increment"]
    [concluded] = sealed.earlier
    assert concluded.files + concluded.later == 4
    assert concluded.later > 0
    assert sealed.files == concluded.later
    world.send()
    arrival = world.receive()
    assert sorted(taken.later for taken in arrival.unpacked) == [0, concluded.later]
    assert all(taken.receipt for taken in arrival.unpacked), "the desk has a receipt for either"
    arrived_whole(world)


@pytest.mark.parametrize("how", ["rewritten", "deleted"])
def test_a_file_that_changed_closes_the_consignment_and_the_desk_waits_for_it_no_longer(
    world: World, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cut_off(world)
    note = world.card / "notes/采访.txt"
    if how == "deleted":
        note.unlink()
    else:
        world.write("notes/采访.txt", b"the camera wrote its index anew", seconds=1_300_000_500)
    sealed, told = seal(world)
    assert told == ["closed"]
    assert sealed.files == len(world.on_card())
    world.send()
    arrival = world.receive()
    assert [each.closed for each in arrival.underway] == [True]
    assert world.receive().underway[0].closed, "it is remembered when what said so is in the archive"
    arrived_whole(world)
    capsys.readouterr()
    assert main(["status", "--home", str(world.desk.folder)]) == 0, "nothing is on its way"
    assert "will never be whole" in " ".join(capsys.readouterr().out.split())


def test_of_a_consignment_that_was_abandoned_the_next_one_tells_the_desk(world: World) -> None:
    cut_off(world)
    assert abandon(world.field) == 1
    world.send()
    assert [each.closed for each in world.receive().underway] == [False]
    world.write("DCIM/C0009.bin", os.urandom(50_000), seconds=1_300_000_100)
    sealed, _ = seal(world)
    assert sealed.files == 5, "nothing of what was abandoned counts as carried"
    world.send()
    assert [each.closed for each in world.receive().underway] == [True]


def test_a_device_cannot_close_what_another_one_sends(world: World) -> None:
    cut_off(world)
    world.send()
    [waiting] = world.receive().underway
    forger = world.forger()
    world.desk.settings["devices"]["other"] = forger.device.public.hex()
    world.desk.save()
    members = forger.members({"a.txt": b"a"})
    members["inventory.json"] = forger.inventory([forger.entry("a.txt", b"a")], supersedes=(waiting.consignment,))
    forger.send(world.places[0], forger.parcels(forger.stream(members)))
    arrival = world.receive()
    assert [taken.supersedes for taken in arrival.unpacked] == [(waiting.consignment,)]
    assert [each.closed for each in arrival.underway] == [False]


def test_what_is_remembered_holds_no_name_and_goes_when_the_receipt_comes(world: World) -> None:
    world.carry()
    [memory] = (world.field.folder / "carried").iterdir()
    opened = world.field.keyring.open(memory.read_bytes(), "carried 1")
    assert not any(word in opened for word in (b"DCIM", b"C0001", "采访".encode()))
    assert not any(digest.encode() in opened for digest in world.on_card().values())
    receipt = world.receipt()
    world.wipe(receipt, dry_run=True)
    assert memory.exists()
    world.wipe(receipt)
    assert not memory.exists()


def test_a_consignment_of_an_older_version_whose_card_changed_is_closed_as_before(world: World) -> None:
    cut_off(world)
    [outbox] = (world.field.folder / "consignments").iterdir()
    from tamizdat.encoding import canonical, parse_canonical

    state = parse_canonical(world.field.keyring.open((outbox / "state").read_bytes(), "consignment 1"), "the state")
    for member in ("files", "supersedes", "parcel"):
        del state[member]
    (outbox / "state").write_bytes(world.field.keyring.seal(canonical(state), "consignment 1"))
    world.write("DCIM/C0009.bin", os.urandom(50_000), seconds=1_300_000_100)
    sealed, told = seal(world)
    assert told == ["closed"]
    assert sealed.files == 5
    arrived_whole(world)
