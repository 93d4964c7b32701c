"""Both sides speak of a card by one name, and what is another card's says so."""

import io
import json
from pathlib import Path

import pytest

from support.field_and_desk import WORK, World
from tamizdat.carrying.arrived import arrived, find
from tamizdat.cli.console import Out
from tamizdat.cli.main import main
from tamizdat.cli.receive import say_arrival
from tamizdat.encoding import spoken
from tamizdat.errors import StorageRefused, UsageError
from tamizdat.home.setup import retire

PATH = "DCIM/100CANON/MVI_0001.MP4"


@pytest.fixture
def two_cards(tmp_path: Path) -> World:
    """Two cards of one device, with different clips of one name; the second is in the reader now."""
    world = World(tmp_path)
    world.write(PATH, b"the first card" * 99)
    world.write("note.txt", "名单在这里。".encode("gb18030"))
    world.carry()
    (world.card / "note.txt").unlink()
    world.write(PATH, b"the second card" * 99)
    world.carry()
    return world


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main(argv, out, err), out.getvalue(), err.getvalue()


def test_files_of_one_name_on_two_cards_differ_in_every_list(two_cards: World) -> None:
    two_cards.close()
    home = str(two_cards.desk.folder)
    _, listed, _ = run("publish", "list", "--home", home)
    headings = [line for line in listed.splitlines() if line.startswith("On the card “anna 2026-11-23 09:00:0")]
    assert len(set(headings)) == 2
    _, found, _ = run("find", "MVI_0001", "--json", "--home", home)
    cards = [json.loads(line) for line in found.splitlines()][:-1]
    assert len({each["card"] for each in cards}) == 2


def test_what_stands_in_a_note_is_found_whatever_its_encoding(two_cards: World) -> None:
    two_cards.close()
    code, found, _ = run("find", "名单", "--home", str(two_cards.desk.folder))
    assert code == 0
    assert "1 found." in found
    _, listed, _ = run("publish", "list", "--home", str(two_cards.desk.folder))
    assert "text" in listed
    assert "note.txt" in listed


def test_the_field_and_the_desk_call_a_card_by_the_same_time(two_cards: World) -> None:
    _, told, _ = run("status", "--home", str(two_cards.field.folder))
    assert "1  sealed 2026-11-23 09:00:00\n" in told
    assert "2  sealed 2026-11-23 09:00:01\n" in told
    two_cards.close()
    _, told, _ = run("status", "--home", str(two_cards.desk.folder))
    assert "“anna 2026-11-23 09:00:00”" in told
    assert "“anna 2026-11-23 09:00:01”" in told


def test_one_card_of_a_minute_needs_no_seconds(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("a.txt", b"a note")
        world.carry()
        _, told, _ = run("status", "--home", str(world.field.folder))
        assert "1  sealed 2026-11-23 09:00\n" in told
        assert [each.name for each in arrived(world.archive)] == ["anna 2026-11-23 09:00"]


def test_two_cards_of_one_minute_are_named_by_their_seconds_or_ids(two_cards: World) -> None:
    every = arrived(two_cards.archive)
    with pytest.raises(UsageError, match="fits 2 of 2"):
        find(every, "anna 2026-11-23 09:00")
    assert find(every, every[1].id[:12]) == find(every, "anna 2026-11-23 09:00:01") == every[1]


def test_a_receipt_of_another_card_says_whose_it_is_and_deletes_nothing(
    two_cards: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = two_cards.receive().receipts
    monkeypatch.setattr("sys.stdin", io.StringIO(spoken(released[0].receipt) + "\n"))
    code, _, told = run("wipe", str(two_cards.card), "--home", str(two_cards.field.folder))
    assert code == 1
    assert "the card that was sealed 2026-11-23 09:00:00" in " ".join(told.split())
    assert (two_cards.card / PATH).exists()


def test_a_card_whose_receipt_has_come_is_told_from_those_that_wait(two_cards: World) -> None:
    released = two_cards.receive().receipts
    two_cards.wipe(spoken(released[1].receipt))
    _, told, _ = run("status", "--home", str(two_cards.field.folder))
    assert "1  sealed 2026-11-23 09:00:00\n" in told
    assert "2  sealed 2026-11-23 09:00:01; its receipt has come\n" in told
    assert "When the desk has told you the receipt of one" in told
    said = " ".join(run("status", "--home", str(two_cards.desk.folder))[1].split())
    assert f"Receipt: {spoken(released[0].receipt)} All of it is here and backed up, and was on “second” at the" in said
    two_cards.wipe(spoken(released[0].receipt))
    _, told, _ = run("status", "--home", str(two_cards.field.folder))
    assert "When the desk has told you" not in told, "nothing waits for the desk's word"
    assert told.count("its receipt has come") == 2


def test_no_receipt_has_come_for_a_card_whose_sealing_was_cut_off_at_its_end(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("a.txt", b"a note")
        (world.field.folder / "carried").touch()  # so that it breaks off when the receipt's other half is written
        with pytest.raises(StorageRefused):
            world.seal()
        _, told, _ = run("status", "--home", str(world.field.folder))
        assert "Consignment 1: unfinished" in told
        assert "Sealed to the end" not in told, "it is not, though the receipt's other half is there"
        assert "receipt has come" not in told
        (world.field.folder / "carried").unlink()
        world.seal()
        _, told, _ = run("status", "--home", str(world.field.folder))
        assert "1  sealed 2026-11-23 09:00\n" in told
        assert "receipt has come" not in told


def test_what_the_disk_has_lost_is_no_receipt_that_has_come(two_cards: World) -> None:
    (two_cards.field.folder / "carried" / "0001").unlink()
    _, told, _ = run("status", "--home", str(two_cards.field.folder))
    assert "1  sealed 2026-11-23 09:00:00\n" in told
    assert "receipt has come" not in told


def test_older_settings_that_the_disk_gave_back_make_no_card_lose_its_receipt_or_have_anothers(
    two_cards: World,
) -> None:
    released = two_cards.receive().receipts
    two_cards.wipe(spoken(released[1].receipt))
    with two_cards.field.changing():
        two_cards.field.settings["consignments"] = 0
    two_cards.write("new.txt", b"a third card")
    assert two_cards.seal().number == 3
    _, told, _ = run("status", "--home", str(two_cards.field.folder))
    assert told.count("its receipt has come") == 1
    assert two_cards.wipe(spoken(released[0].receipt)).sealed == "2026-11-23 09:00:00"


def test_what_is_sealed_to_a_key_that_was_retired_is_loud(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("a.txt", b"a note")
        world.seal()
        world.send()
        for label in list(world.desk.settings["recipients"]):
            retire(world.desk, label, b"", WORK)
        shown, told = io.StringIO(), io.StringIO()
        say_arrival(world.receive(), Out(False, shown, told))
    words = " ".join(told.getvalue().split())
    assert "Sealed to a key that this desk does not hold" in words
    assert "seal that again" in words
    assert "Nothing new" not in shown.getvalue()
