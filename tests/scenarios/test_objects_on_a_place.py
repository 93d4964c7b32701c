"""A desk whose disk is too small: what it took in lies sealed on a place, and everything works as before."""

import base64
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, NOW, WORK, World
from support.transcribing_desk import capture
from tamizdat.archive import Archive
from tamizdat.archive.store import object_place, segments
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.backup.restore import Restored, restore
from tamizdat.carrying import file_copies
from tamizdat.carrying.export import choose, export
from tamizdat.carrying.receipts import objects_of, receipts
from tamizdat.carrying.reread import PARTS, ReadAgain, mend_objects, read_again
from tamizdat.carrying.watch import OBJECTS, Event, Kind, Watch
from tamizdat.cli.console import Out
from tamizdat.cli.main import main
from tamizdat.cli.receive_watch import say_event
from tamizdat.disk.lock import locked
from tamizdat.disk.target import Target
from tamizdat.errors import PlaceRefused, PlaceUnreachable
from tamizdat.home import objects
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.places import Place, set_up_place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

CLIP_NAME = "DCIM/interview with Tsering.MOV"
CARD = {CLIP_NAME: os.urandom(60_000), "notes/Lhasa.txt": NOTE * 40}


class Cloud(MemoryPlace):
    """A place that can be out of reach."""

    away = False
    away_after: int | None = None  #: so many more objects are taken

    def put(self, name: str, data: bytes | memoryview) -> None:
        if self.away_after is not None:
            self.away_after -= 1
        self._answer()
        super().put(name, data)

    def get(self, name: str) -> bytes:
        self._answer()
        return super().get(name)

    def stat(self, name: str) -> int:
        self._answer()
        return super().stat(name)

    def list(self) -> Iterator[str]:
        if self.away:
            self._answer()
        return super().list()

    def _answer(self) -> None:
        if self.away or (self.away_after is not None and self.away_after < 0):
            raise PlaceUnreachable(f"Place “{self.name}” could not be reached. Run the same command again later.")


@pytest.fixture
def cloud() -> Cloud:
    return Cloud("cloud")


@pytest.fixture
def world(tmp_path: Path, cloud: Cloud) -> Iterator[World]:
    with World(tmp_path).keep_objects_on(cloud) as world:
        for path, data in CARD.items():
            world.write(path, data)
        yield world


def placed(archive: Archive) -> PlacedObjects:
    assert isinstance(archive.objects, PlacedObjects)
    return archive.objects


def runs(data: bytes) -> set[bytes]:
    """Every run of sixteen bytes."""
    return {data[at : at + 16] for at in range(len(data) - 15)}


def test_a_place_learns_no_name_no_digest_and_no_sixteen_bytes(world: World, cloud: Cloud) -> None:
    world.carry(parcel_size=lambda: SMALL_PLAINTEXT)
    names = [*cloud.list()]
    held = [cloud.get(name) for name in names]
    assert {len(data) for data in held} <= set(segments.sealed_sizes())
    everything = b"\n".join([*held, *(name.encode() for name in names)])
    digests = [bytes.fromhex(digest) for digest in world.archive.objects]
    assert len(digests) >= 5, "two files, and the documents of a consignment"
    for digest in digests:
        for form in (
            digest,
            digest.hex().encode(),
            base64.b64encode(digest)[:42],
            base64.b64encode(b" " + digest)[2:42],
        ):
            assert form not in everything
    for word in ("Tsering", "Lhasa", "DCIM", "notes/", "manifest", "cloud", "received"):
        for form in (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()):
            assert form not in everything, word
    content = runs(CARD["notes/Lhasa.txt"]) | runs(CARD[CLIP_NAME])
    assert all(content.isdisjoint(runs(data)) for data in held)


def test_a_card_is_received_exported_and_wiped_and_every_object_lies_there(
    world: World, cloud: Cloud, tmp_path: Path
) -> None:
    assert world.carry(parcel_size=lambda: SMALL_PLAINTEXT).receipts[0].released
    assert set(world.archive.objects) == set(placed(world.archive).listed.sizes)
    placed(world.archive).cache.make_room(1 << 60)
    assert world.archived() == world.on_card()
    [card] = choose(world.archive, [world.archive.index.consignments()[0].consignment])
    with Target(tmp_path / "given") as target:
        assert export(world.archive, card, target, target.rules(), NOW).whole
    given = {
        path.name: path.read_bytes()
        for path in (tmp_path / "given").rglob("*")
        if path.parent.name != "ascmhl" and path.is_file()
    }
    assert given == {path.rpartition("/")[2]: data for path, data in CARD.items()}
    world.wipe(world.receipt())
    assert world.on_card() == {}


@pytest.mark.parametrize("copied", [True, False])
def test_the_receipt_waits_for_a_second_store_and_for_the_place_to_give_everything_back(
    world: World, cloud: Cloud, copied: bool
) -> None:
    second = world.desk.given["second"]
    away = world.desk.given["second"] = Cloud("second")
    away.away = True
    assert not world.carry(parcel_size=lambda: SMALL_PLAINTEXT).receipts[0].released, (
        "the place is one store, what is cached none"
    )
    world.desk.given["second"] = second
    if copied:
        assert not world.archive.copy_to(second, [*world.archive.objects]).failed
    digest = world.archived()[CLIP_NAME]
    name = placed(world.archive).place.name(digest, 0)
    assert placed(world.archive).is_here(digest), "what is cached is no store"
    lost = cloud.get(name)
    cloud.delete(name)
    arrival = world.receive()
    assert not arrival.receipts[0].released
    assert f"Object {digest}: expected its segment 0 at “cloud”, found nothing" in arrival.copy_failures["second"]
    cloud.put(name, lost)
    assert world.receive().receipts[0].released


def test_a_receipt_is_not_told_while_the_place_of_the_desks_own_objects_is_away_or_has_lost_some(
    world: World, cloud: Cloud
) -> None:
    assert world.carry(parcel_size=lambda: SMALL_PLAINTEXT).receipts[0].released
    cloud.away = True
    arrival = world.receive()
    assert [(each.own, each.released) for each in arrival.receipts] == [(False, False)]
    assert list(arrival.copy_failures) == ["cloud"]
    assert not receipts(world.archive, world.desk.folder)[0].released, "nor by who only reads what was seen"
    cloud.away = False
    assert world.receive().receipts[0].released
    name = placed(world.archive).place.name(world.archived()[CLIP_NAME], 0)
    lost = cloud.get(name)
    cloud.delete(name)
    assert not world.receive().receipts[0].released
    cloud.put(name, lost)
    assert world.receive().receipts[0].released


def test_a_cut_off_ledger_is_refused_also_by_verbs_that_open_the_keys_only_when_they_need_them(world: World) -> None:
    ledger = world.desk.folder / "archive" / "entries.log"
    start = ledger.read_bytes()
    world.carry(parcel_size=lambda: SMALL_PLAINTEXT)
    world.close()
    ledger.write_bytes(start)
    (ledger.parent / "index.sqlite").unlink()
    shown = StringIO()
    assert main(["find", "note", "--home", str(world.desk.folder)], shown, shown) == 3
    assert "it was cut off, or is an older copy" in " ".join(shown.getvalue().split())


def test_receipts_are_told_though_the_login_to_the_place_may_not_list_and_not_of_what_it_has_lost(
    world: World, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> Iterator[str]:
        raise PlaceRefused("Place “cloud”: expected a login that may list, found one that may not.")

    world.carry()
    names = list(cloud.list())
    monkeypatch.setattr(cloud, "list", refused)
    arrival = world.receive()
    assert ([each.released for each in arrival.receipts], arrival.copy_failures) == ([True], {})
    for name in names:
        cloud.delete(name)
    arrival = world.receive()
    assert [each.released for each in arrival.receipts] == [False]
    assert "some of it is not there any more" in arrival.copy_failures["cloud"]


def test_what_lay_in_a_second_store_that_was_removed_is_in_the_backup_and_goes_to_the_next_one(world: World) -> None:
    """Its disk died. The ledger says for ever that it held the card; the place would be all that holds it."""
    assert world.carry(parcel_size=lambda: SMALL_PLAINTEXT).receipts[0].copies == ("second",)
    world.desk.remove_place("second")
    assert world.back_up().elsewhere == 0
    third = world.desk.given["third"] = MemoryPlace("third")
    world.desk.add_place("third", "memory:", {}, "copies")
    [receipt] = world.receive().receipts
    assert (receipt.copies, receipt.released) == (("third",), True)
    assert {*third.list()} == {*objects_of(world.archive, receipt.consignment)}


def test_a_place_that_is_away_stops_receiving_and_the_next_run_goes_on(world: World, cloud: Cloud) -> None:
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()
    cloud.away = True
    with pytest.raises(PlaceUnreachable, match="Run the same command again"):
        world.receive()
    assert world.archive.index.items() == []
    cloud.away = False
    assert world.receive().receipts[0].released
    assert world.archived() == world.on_card()


def again(world: World, count: int, mend: bool = False) -> list[ReadAgain]:
    """What so many runs of `check` read of the objects."""
    told = [read_again(world.desk, world.archive, NOW + timedelta(days=day), mend) for day in range(count)]
    return [each for run in told for each in run if each.use == "objects"]


def test_the_place_is_read_again_in_turns_and_mended_from_the_second_store(world: World, cloud: Cloud) -> None:
    world.carry(parcel_size=lambda: SMALL_PLAINTEXT)
    first = again(world, len(PARTS))
    assert sum(each.read for each in first) == len([*world.archive.objects])
    assert first[-1].since == "2026-11-23T09:00:00Z"
    digest = world.archived()["notes/Lhasa.txt"]
    world.archive.objects.path(digest).unlink(missing_ok=True)
    cloud.delete(placed(world.archive).place.name(digest, 0))
    [report] = again(world, 1)
    assert report.faults == [digest], "what is gone is noticed by the next run, whichever part it reads"
    [report] = again(world, 1, mend=True)
    assert (report.mended, report.faults) == ({digest}, [])
    world.archive.objects.check(digest)


def restored(world: World, folder: Path, here: bool = False) -> Restored:
    return restore(folder, world.backup, world.recovery, b"", "memory:", {}, "2026-11-24", False, work=WORK, here=here)


def test_a_desk_is_made_again_with_its_objects_where_they_lie_or_all_of_them_here(tmp_path: Path) -> None:
    bucket = str(tmp_path / "bucket")
    with World(tmp_path).keep_objects_on(set_up_place("cloud", bucket, {}), bucket) as world:
        for path, data in CARD.items():
            world.write(path, data)
        alone = world.archive.objects.add([b"collected, not carried"])
        world.carry(parcel_size=lambda: SMALL_PLAINTEXT)
        assert world.back_up().elsewhere == len([*world.archive.objects]) - 1, "what two stores hold is not in it"
        everything, card = sorted(world.archive.objects), world.on_card()
    done = restored(world, tmp_path / "again")
    assert (done.placed, done.missing) == (len(everything), [])
    home = Home.open(tmp_path / "again", "desk", b"")
    with objects.open_archive(home) as archive:
        assert sorted(archive.objects) == everything
        assert {item.path: item.original for item in archive.index.items() if item.kind != "preview"} == card
        for digest in everything:
            archive.objects.check(digest)
        assert archive.check().sound
    done = restored(world, tmp_path / "here", here=True)
    assert len(done.missing) == len(everything) - 1
    home = Home.open(tmp_path / "here", "desk", b"")
    assert home.places("objects") == []
    with objects.open_archive(home) as archive:
        assert [*archive.objects] == [alone]
        second: Place = world.second
        for missing in done.missing:
            archive.restore_from(second, missing.sha256)
        assert sorted(archive.objects) == everything
        assert archive.check().sound


# -- by command -------------------------------------------------------------------------------------------------


def told(home: Path, *words: str) -> tuple[int, list[dict[str, object]]]:
    """Exit code and records of a command."""
    out = StringIO()
    code = main([*words, "--home", str(home), "--json", "--allow-swap"], out, StringIO())
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_by_command_there_and_back(tmp_path: Path) -> None:
    home = tmp_path / "desk"
    create_desk(home, "desk", b"", WORK)
    with Archive.open(home / "archive") as archive:
        digests = sorted(archive.objects.add([b"object %d" % number * 99]) for number in range(3))
    code, said = told(home, "objects", "show")
    assert (code, said[-1]["error"]) == (2, "UsageError")
    inside = told(home, "places", "add", "cloud", str(home / "inside"), "--objects")
    assert inside[0] == 2
    code, _ = told(home, "places", "add", "cloud", str(tmp_path / "bucket"), "--objects", "--cache", "1G")
    assert code == 0
    again = told(home, "places", "add", "other", str(tmp_path / "other"), "--objects")
    assert "objects return" in str(again[1][-1]["message"])
    assert told(home, "places", "remove", "cloud")[0] == 2
    code, said = told(home, "objects", "show")
    assert (said[-1]["objects"], said[-1]["here_alone"]) == (0, 3)
    code, said = told(home, "objects", "move")
    assert (code, said[-1]["objects"], said[-1]["here_alone"]) == (0, 3, 0)
    assert told(home, "objects", "cache", "500M")[0] == 0
    code, said = told(home, "check")
    read = [each for each in said if each.get("use") == "objects"]
    assert (code, read[0]["store"], read[0]["damaged"]) == (0, "cloud", [])
    listed = home / "archive" / "placed.log"
    lines = listed.read_text()
    listed.unlink()
    code, said = told(home, "check")
    assert (code, said[-1]["error"]) == (3, "BadArchive")
    listed.write_text(lines)
    code, said = told(home, "objects", "return")
    assert (code, said[-1]["returned"]) == (0, 3)
    with Archive.open(home / "archive") as archive:
        assert not archive.objects.on_place
        assert sorted(archive.objects) == digests


def test_nothing_is_brought_back_while_an_edition_is_made(tmp_path: Path) -> None:
    home = tmp_path / "desk"
    create_desk(home, "desk", b"", WORK)
    assert told(home, "places", "add", "cloud", str(tmp_path / "bucket"), "--objects")[0] == 0
    with locked(home / "archive" / "publishing.lock"):  # as an edition that is being made holds it
        code, said = told(home, "objects", "return")
    assert (code, said[-1]["error"]) == (2, "InUse")
    assert "publishing" in str(said[-1]["message"])
    assert told(home, "objects", "return")[0] == 0


def test_a_list_that_was_lost_is_made_anew_from_ledger_and_place(world: World, cloud: Cloud) -> None:
    world.carry(parcel_size=lambda: SMALL_PLAINTEXT)
    everything = sorted(world.archive.objects)
    world.close()
    (world.desk.folder / "archive" / "placed.log").unlink()
    assert objects.find(world.desk) == len(everything)
    world.reopened()
    assert sorted(world.archive.objects) == everything
    assert world.archived() == world.on_card()


def test_a_watch_waits_for_a_place_that_is_away(world: World, cloud: Cloud) -> None:
    world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
    world.send()
    events: list[Event] = []
    watching = Watch(world.archive, events.append, lambda: False)
    cloud.away = True
    for _ in range(2):
        watching.look(world.desk, NOW)
    assert [(each.kind, each.name) for each in events] == [(Kind.AWAY, OBJECTS)], "told once"
    assert "could not be reached" in say_event_text(events[0])
    cloud.away = False
    watching.look(world.desk, NOW)
    assert [each.kind for each in events][1:3] == [Kind.ARRIVED, Kind.BACK]


def say_event_text(event: Event) -> str:
    out = StringIO()
    say_event(event, Out(stdout=out, stderr=out))
    return " ".join(out.getvalue().split())


def test_a_card_whose_payloads_were_let_go_is_put_there_after_any_break(
    tmp_path: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_copies, "BATCH", 1 << 20)
    monkeypatch.setattr(object_place, "PATIENCE", ())
    with World(tmp_path, [MemoryPlace("one")]).keep_objects_on(cloud) as world:
        for number in range(3):
            world.write(f"CLIP/{number}.bin", os.urandom((4 << 20) + number))
        world.seal()
        world.send()
        for puts in (2, 3, 2):
            cloud.away_after = puts
            with pytest.raises(PlaceUnreachable):
                world.receive()
            world.reopened()
        incoming = [*(world.desk.folder / "incoming").rglob("moved")]
        assert any(path.stat().st_size for path in incoming if path.is_file()), "payloads were let go meanwhile"
        cloud.away_after = None
        assert world.receive().receipts[0].released
        assert world.archived() == world.on_card()


def test_what_a_lost_place_cannot_give_comes_back_from_the_second_store(world: World, cloud: Cloud) -> None:
    world.carry(parcel_size=lambda: SMALL_PLAINTEXT)
    alone = world.archive.objects.add([b"collected, and in no second store"])
    placed(world.archive).cache.make_room(1 << 60)
    everything = sorted(world.archive.objects)
    objects.begin(world.desk, returning=True)
    world.reopened()
    cloud.away = True
    with pytest.raises(PlaceUnreachable):
        placed(world.archive).bring_back(elsewhere=lambda each: bool(mend_objects(world.desk, world.archive, [each])))
    assert [each for each in everything if not placed(world.archive).is_here(each)] == [alone], "all others came"
    cloud.away = False
    placed(world.archive).bring_back()
    objects.forget(world.desk)
    world.reopened()
    assert not world.archive.objects.on_place
    assert sorted(world.archive.objects) == everything


def asked(home: Path, passphrase: bytes, *words: str) -> tuple[int, list[dict[str, object]]]:
    """Exit code and records of a command that finds a passphrase when it asks for one."""
    read, write = os.pipe()
    os.write(write, passphrase + b"\n")
    os.close(write)
    try:
        return told(home, *words, "--passphrase-fd", str(read))
    finally:
        os.close(read)


def test_verbs_that_ask_no_passphrase_ask_when_what_they_read_lies_on_the_place_alone(tmp_path: Path) -> None:
    home, nobody = tmp_path / "desk", b"nobody is asked for this"
    desk = create_desk(home, "desk", b"open sesame", WORK)
    assert told(home, "find", "word")[0] == 0
    set_up_place("cloud", str(tmp_path / "bucket"), {})
    objects.keep_on(desk, "cloud", str(tmp_path / "bucket"), {})
    with objects.open_archive(desk) as archive:
        number = capture(archive, desk.keyring.signing["desk"], b"a word, written on a card", "note.txt", "text")
        [item] = archive.index.files()
        cached = archive.objects.path(item.original)
    for words in (("find", "word"), ("status",)):
        assert asked(home, nobody, *words)[0] == 0, "what they read is on this disk"
    for file in (cached, home / "archive" / "search.sqlite"):
        file.unlink()
    assert asked(home, nobody, "status")[0] == 0, "it reads no file of a card"
    code, said = asked(home, nobody, "find", "word")
    assert (code, said[-1]["error"]) == (2, "WrongPassphrase")
    code, said = asked(home, b"open sesame", "find", "word")
    assert code == 0
    assert [each["number"] for each in said if "number" in each] == [number]
    assert cached.exists(), "it was fetched"


def test_what_a_killed_run_left_on_the_place_is_found_and_deleted_and_nothing_else(
    world: World, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_place, "PATIENCE", ())
    world.reopened().carry(parcel_size=lambda: SMALL_PLAINTEXT)
    whole = set(cloud.list())
    cloud.away_after = 2  # as if it were killed: two segments are there, and no object is on the list
    with pytest.raises(PlaceUnreachable):
        world.archive.objects.add([os.urandom(3 * segments.PAYLOAD)])
    cloud.away_after = None
    left = set(cloud.list()) - whole
    assert len(left) == 2
    strange = "ab" * 32
    cloud.put(strange, b"somebody else's")
    found = [each for each in read_again(world.desk, world.archive, NOW) if each.use == "objects"]
    assert [(each.left_over, each.faults) for each in found] == [(3, [])]
    assert set(cloud.list()) == whole | left | {strange}, "only told"
    found = [each for each in read_again(world.desk, world.archive, NOW, mend=True) if each.use == "objects"]
    assert [each.left_over for each in found] == [2]
    assert set(cloud.list()) == whole | {strange}
    assert world.archived() == world.on_card()


def test_a_restored_desk_deletes_nothing_that_it_does_not_know(
    world: World, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_place, "PATIENCE", ())
    world.reopened().carry(parcel_size=lambda: SMALL_PLAINTEXT)
    cloud.away_after = 1
    with pytest.raises(PlaceUnreachable):
        world.archive.objects.add([os.urandom(2 * segments.PAYLOAD)])
    cloud.away_after, before = None, set(cloud.list())
    with world.desk.changing():
        world.desk.settings["withheld"] = {"day": "2026-11-23", "leaves": 1, "caught_up": False, "seized": True}
    [found] = [each for each in read_again(world.desk, world.archive, NOW, mend=True) if each.use == "objects"]
    assert (found.left_over, found.swept) == (1, False)
    assert set(cloud.list()) == before
