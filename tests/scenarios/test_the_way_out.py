"""From the card to the archive and back to the card: what should happen happens, and nothing of it is to be seen."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.field_and_desk import CLIP, NOTE, NOW, PASSPHRASE, WORK, Interruption, Pulled, World, WorldHome
from tamizdat.carrying.deliver import Delivery
from tamizdat.carrying.seal import seal_card
from tamizdat.encoding import parse_canonical, sha256, spoken
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.home.setup import accept, create_field, invite
from tamizdat.ledger.statement import peek_envelope
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.age import sealed_size
from tamizdat.sealing.consignment import padme
from tamizdat.sealing.parcel import PLAINTEXT

FOOTAGE = CLIP * 8  # 9.2 MB: three payloads of large parcels


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, parcel=PLAINTEXT) as made:
        made.write("notes/采访.txt", NOTE)
        made.write("DCIM/100/C0001.MXF.bin", FOOTAGE)
        yield made


def test_what_was_on_the_card_is_in_the_archive_and_the_receipt_wipes_exactly_that(world: World) -> None:
    arrival = world.carry()
    assert world.archived() == world.on_card()
    assert set(world.states().values()) == {"whole"}
    [taken] = arrival.unpacked
    assert (taken.complete, taken.files, taken.device) == (True, 2, "anna")
    late = world.write("DCIM/100/C0002.MOV", b"filmed after the sealing")
    wiped = world.wipe(world.receipt())
    assert (wiped.deleted, wiped.size, wiped.refused) == (2, len(NOTE) + len(FOOTAGE), ())
    assert wiped.kept == ("DCIM/100/C0002.MOV",)
    assert [path for path in world.card.rglob("*") if path.is_file()] == [late]


def test_every_parcel_has_the_same_size_and_their_number_is_rounded_up(world: World) -> None:
    world.write("more.bin", os.urandom(35_000_000))
    sealed = world.seal()
    sizes = {path.stat().st_size for path in world.spool()}
    assert sizes == {sealed_size(PLAINTEXT, 1)}
    assert len(world.spool()) == sealed.parcels + sealed.fillers == padme(sealed.parcels)
    assert sealed.fillers > 0, "this card was to need fillers"


def test_the_parcels_of_two_cards_of_one_size_class_look_alike(tmp_path: Path) -> None:
    outsides = []
    for number, content in enumerate([b"\0" * 5_000_000, os.urandom(5_400_000)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with World(folder, parcel=PLAINTEXT) as world:
            world.write("clip.bin", content)
            world.seal()
            outsides.append(sorted(path.stat().st_size for path in world.spool()))
    assert outsides[0] == outsides[1]


def test_a_thief_of_the_field_folder_finds_no_name_no_content_and_no_digest(world: World) -> None:
    marks = [b"C0001.MXF", "采访".encode(), "采访".encode("utf-16-le"), NOTE[:24], FOOTAGE[:64]]
    marks.append(str(world.card).encode())
    for data in (NOTE, FOOTAGE):
        marks += [sha256(data), sha256(data).hex().encode(), sha256(data).hex().upper().encode()]
    with pytest.raises(Pulled):
        world.seal(progress=Interruption(len(NOTE) + 6_000_000))
    assert_nowhere(marks, world.field.folder)  # while it is open …
    world.seal()
    assert_nowhere(marks, world.field.folder)  # … and when it is closed
    assert_nowhere([seed.seed for seed in world.field.keyring.signing.values()], world.field.folder)


def assert_nowhere(marks: list[bytes], folder: Path) -> None:
    for path in folder.rglob("*"):
        held = path.name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        for mark in marks:
            assert mark not in held, f"{path.relative_to(folder)} holds {mark[:40]!r}"


def test_after_closing_nothing_is_left_that_opens_or_recognises_the_consignment(world: World) -> None:
    world.seal()
    [folder] = (world.field.folder / "consignments").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["closed", "ready"]


def test_the_receipts_other_half_is_noise_without_the_receipt(world: World) -> None:
    world.carry()
    [path] = (world.field.folder / "receipts").iterdir()
    document = parse_canonical(path.read_bytes(), "the receipt's other half")
    assert document.keys() == {"check", "opened", "tags"}
    digests = {sha256(data).hex() for data in (NOTE, FOOTAGE)}
    assert not [tag for tag in document["tags"] for digest in digests if tag in digest or digest in tag]
    assert len(document["tags"]) == 2
    assert document["tags"] == sorted(document["tags"]), "their order would tell the order of the card"


def test_two_devices_at_one_desk_are_told_apart_by_name_and_by_nothing_in_the_places(
    world: World, tmp_path: Path
) -> None:
    given = world.field.given
    invitation = invite(world.desk, "tashi", b"", datetime(2026, 11, 24, tzinfo=UTC), WORK)
    tashi = WorldHome.of(create_field(tmp_path / "tashi", invitation, PASSPHRASE, WORK), given)
    for place in world.places:
        tashi.add_place(place.name, "memory:", {})
    accept(world.desk, tashi.keyring.signing["device"].public, "tashi")
    world.carry()
    seal_card(tashi, world.card, NOW)
    Delivery(tashi).run()
    [taken] = world.receive().unpacked
    assert taken.device == "tashi"
    assert len({len(place.get(name)) for place, name in world.parcels()}) == 1


def test_what_an_unknown_device_sends_is_held_until_it_is_accepted(tmp_path: Path) -> None:
    with World(tmp_path, accepted=False, parcel=PLAINTEXT) as world:
        world.write("a.txt", NOTE)
        [held] = world.carry().underway
        assert "keys accept tamizdatdevice1" in str(held.problem)
        assert world.archived() == {}
        accept(world.desk, world.device.public, "anna")
        arrival = world.receive()
        assert arrival.fetched.parcels == 0, "nothing had to be fetched again"
        assert [taken.device for taken in arrival.unpacked] == ["anna"]
        assert world.archived() == world.on_card()


def test_receiving_again_changes_nothing(world: World) -> None:
    world.carry()
    size = world.archive.size
    arrival = world.receive()
    assert (arrival.fetched.parcels, arrival.unpacked, arrival.underway) == (0, [], [])
    assert world.archive.size == size


def test_prove_first_puts_the_digests_into_the_inventory(world: World) -> None:
    world.carry(prove_first=True)
    [consignment] = world.archive.index.consignments()
    subjects = peek_envelope(world.archive.disclosure(consignment.index).envelope).subjects
    [inventory] = [subject.sha256 for subject in subjects if subject.name == "inventory.json"]
    document = parse_canonical(world.archive.objects.path(inventory).read_bytes(), "the inventory")
    assert {entry["path"]: entry["sha256"] for entry in document["files"]} == world.on_card()


@pytest.mark.parametrize("seconds", [-86_400 * 365 * 60, 0, 4_102_444_800, 9_999_999_999])
def test_a_camera_whose_clock_is_absurd_loses_nothing(world: World, seconds: int) -> None:
    world.write("odd.bin", b"1909 or 2286", seconds)
    world.carry()
    assert world.archived() == world.on_card()
    world.wipe(world.receipt())
    assert world.on_card() == {}


def test_the_first_patterns_lead_and_texts_come_before_everything(world: World) -> None:
    world.write("z/urgent.MOV", b"m" * 100, seconds=1)
    world.carry(first=["*.mov"])
    order = [item.path for item in world.archive.index.items() if item.kind != "preview"]
    assert order == ["notes/采访.txt", "z/urgent.MOV", "DCIM/100/C0001.MXF.bin"]


def test_a_single_place_gets_no_parity_and_serves(tmp_path: Path) -> None:
    with World(tmp_path, places=[MemoryPlace("lone")], parcel=PLAINTEXT) as world:
        world.write("a.bin", FOOTAGE)
        sealed = world.seal()
        assert (sealed.survives, sealed.parcels) == (0, 3)
        world.send()
        world.receive()
        assert world.archived() == world.on_card()


def test_a_wrong_receipt_deletes_nothing_and_a_right_one_only_what_matches(world: World) -> None:
    world.carry()
    receipt = world.receipt()
    with pytest.raises(UsageError, match="belongs to no consignment"):
        world.wipe(spoken(bytes(16)))
    with pytest.raises(BadEncoding):
        world.wipe(receipt[:-1])
    world.write("DCIM/100/C0001.MXF.bin", FOOTAGE[:-1] + b"!")  # changed since
    world.write("notes/copy.txt", NOTE)  # the same content at another path
    before = world.on_card()
    assert world.wipe(receipt, dry_run=True).deleted == 1
    assert world.on_card() == before
    wiped = world.wipe(receipt.lower().replace("-", " "))
    assert (wiped.deleted, sorted(wiped.kept)) == (1, ["DCIM/100/C0001.MXF.bin", "notes/copy.txt"])
    assert sorted(world.on_card()) == ["DCIM/100/C0001.MXF.bin", "notes/copy.txt"]


MEMORY = """
import sys
from pathlib import Path
from tamizdat.carrying.seal import seal_card
from tamizdat.home.home import Home
from datetime import UTC, datetime
home = Home.open(Path(sys.argv[1]), "field", b"correct horse battery")
sealed = seal_card(home, Path(sys.argv[2]), datetime.now(UTC))
[peak] = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(sealed.parcels, peak)  # not getrusage: that counts the process which started this one, too
"""


def test_sealing_a_large_card_takes_memory_for_a_few_groups_only(tmp_path: Path) -> None:
    with World(tmp_path, places=[MemoryPlace("lone")], parcel=PLAINTEXT) as world:
        with (world.card / "long.bin").open("wb") as file:
            file.truncate(600 << 20)  # a hole: nothing lies on the disk but what is sealed
        command = [sys.executable, "-c", MEMORY, str(world.field.folder), str(world.card)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        parcels, peak = (int(word) for word in done.stdout.split())
        assert parcels == 151
        assert peak < 350 << 10, f"{peak >> 10} MiB"
