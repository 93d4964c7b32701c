"""Deliveries and devices: what editors see of what comes, and whom they let in; nobody else sees or does any of it."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.delivered_room import Delivered
from support.field_and_desk import NOTE, NOW, World
from tamizdat.carrying.arrived import arrived
from tamizdat.carrying.receive import receive
from tamizdat.encoding import spoken
from tamizdat.home.home import Home, alone
from tamizdat.home.setup import accept, limit, revoke
from tamizdat.keys import SigningKey, encode_device
from tamizdat.sealing.parcel import SMALL_PLAINTEXT
from tamizdat.workbench.jobs.jobs import RECEIVE, Job
from tamizdat.workbench.jobs.receive import WATCHING, begin_watch, is_wanted
from tamizdat.workbench.screens import job_page

DAY = NOW.date()


@contextmanager
def delivered(folder: Path) -> Iterator[Delivered]:
    """A device that is not accepted has sent a card, and the desk has looked once."""
    with World(folder, accepted=False) as world:
        room = Delivered(world)
        world.write("note.txt", NOTE)
        world.seal()
        world.send()
        world.receive()
        yield room
        room.close()


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Delivered]:
    with delivered(tmp_path) as room:
        yield room


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    """One in which nothing that a test asks for is done."""
    with delivered(tmp_path_factory.mktemp("unchanged")) as room:
        yield room


def test_a_device_that_waits_is_accepted_after_its_key_was_compared(sent: Delivered) -> None:
    editor = sent.visitor("editor")
    page = editor.get("/deliveries").text
    assert sent.key in page
    assert "Its device is not accepted" in page
    form = {"do": "accept", "key": sent.key, "name": "anna"}
    assert editor.post("/deliveries/devices", **form).status == 400
    misspelled = editor.post("/deliveries/devices", **form | {"name": "ana", "compared": "yes"})
    assert "Nobody was invited as “ana”. Invited, and not accepted yet: anna." in misspelled.text
    assert sent.world.desk.settings["devices"] == {}
    assert editor.post("/deliveries/devices", **form, compared="yes").to == "/deliveries?done=device"
    other_process = Home.open(sent.world.desk.folder, "desk", b"")
    assert other_process.settings["devices"] == {"anna": sent.world.device.public.hex()}
    assert other_process.settings["since"] == {sent.world.device.public.hex(): "2026-11-25"}
    [receipt] = receive(sent.world.desk, sent.world.archive, NOW).receipts
    page = editor.get("/deliveries").text
    assert "it waits for a backup" in page
    assert spoken(receipt.receipt) not in page
    editor.post("/backups", do="backup")
    sent.bench.jobs.wait()
    assert "1 receipt waited for this" in editor.get("/backups").text
    page = editor.get("/deliveries").text
    assert "anna 2026-11-23 09:00" in page
    assert "since 25 November 2026" in page
    assert spoken(receipt.receipt) in page
    assert "Nothing is on its way" in page


def test_a_backup_tells_of_no_receipt_that_waits_again_since_its_store_went_away(sent: Delivered) -> None:
    world = sent.world
    accept(world.desk, world.device.public, "anna")
    receipt = spoken(world.receive().receipts[0].receipt)
    editor = sent.visitor("editor")
    assert receipt in editor.get("/deliveries").text
    for name in list(world.second.list()):
        world.second.delete(name)
    editor.post("/backups", do="backup")
    sent.bench.jobs.wait()
    assert "waited for this" not in editor.get("/backups").text
    page = editor.get("/deliveries").text
    assert receipt not in page
    assert "was away, or not whole, at the last look" in page


def test_what_is_on_its_way_is_told_with_what_is_missing_and_where_it_may_lie(sent: Delivered) -> None:
    world = sent.world
    accept(world.desk, world.device.public, "anna")
    world.receive()
    world.write("clip.bin", bytes(9_000_000))
    world.seal()
    world.send()
    late = [(place, name) for place, name in world.parcels() if world.opened(place.get(name)).first]
    for place, name in late:
        place.delete(name)
    world.receive()
    page = sent.visitor("editor").get("/deliveries").text
    assert re.search(r"of 1 file is here", page)
    assert "Every place answered" in page
    assert "note.txt" not in page
    assert "clip.bin" not in page


def test_a_receipt_is_withheld_without_a_second_store_and_the_page_says_why(sent: Delivered) -> None:
    world = sent.world
    world.desk.remove_place("second")
    accept(world.desk, world.device.public, "anna")
    [receipt] = world.receive().receipts
    page = sent.visitor("editor").get("/deliveries").text
    assert "this desk has no second store" in page
    assert spoken(receipt.receipt) not in page


def test_a_revoked_device_is_not_accepted_by_a_slip(sent: Delivered) -> None:
    editor, world = sent.visitor("editor"), sent.world
    accept(world.desk, world.device.public, "anna", today=DAY)
    editor.get("/deliveries")
    assert editor.post("/deliveries/devices", do="revoke", name="anna").to == "/deliveries?done=revoked"
    assert Home.open(world.desk.folder, "desk", b"").settings["devices"] == {}
    page = editor.get("/deliveries").text
    assert "Its device was revoked" in page
    assert "Accept it" not in page, "it does not wait"
    form = {"do": "accept", "key": sent.key, "name": "anna", "compared": "yes"}
    refused = editor.post("/deliveries/devices", **form)
    assert refused.status == 400
    assert "it was seized, or turned" in refused.text
    assert world.desk.settings["devices"] == {}
    assert editor.post("/deliveries/devices", **form, **{"although-revoked": "yes"}).status == 303


@pytest.mark.parametrize(
    "form",
    [
        {"do": "revoke", "name": "nobody"},
        {"do": "accept", "key": "tamizdatdevice1x", "name": "x", "compared": "yes"},
        {"do": "accept", "key": encode_device(SigningKey.generate().public), "name": "a b", "compared": "yes"},
        {"do": "accept", "key": encode_device(SigningKey.generate().public), "name": "ben", "compared": "yes"},
        {"do": "else"},
        {},
    ],
)
def test_what_the_command_refuses_the_page_refuses(unchanged: Delivered, form: dict[str, str]) -> None:
    editor, before = unchanged.visitor("editor"), dict(unchanged.world.desk.settings)
    editor.get("/deliveries")
    answer = editor.post("/deliveries/devices", **form)
    assert answer.status == 400
    assert 'role="alert"' in answer.text
    assert unchanged.world.desk.settings == before


def test_who_is_no_editor_sees_no_name_and_changes_nothing(sent: Delivered) -> None:
    accept(sent.world.desk, sent.world.device.public, "anna-from-the-valley", although_uninvited=True)
    sent.world.receive()
    key = encode_device(SigningKey.generate().public)
    for role in ("translator", "reviewer"):
        visitor = sent.visitor(role)
        page = visitor.get("/deliveries")
        assert page.status == 403
        assert "valley" not in page.text
        assert sent.key not in page.text
        assert "/deliveries" not in visitor.get("/").text
        for form in ({"do": "revoke", "name": "anna-from-the-valley"}, {"do": "accept", "key": key, "name": "x"}):
            assert visitor.post("/deliveries/devices", **form, compared="yes").status == 403
        assert visitor.post("/deliveries/look", do="look").status == 403
    assert list(sent.world.desk.settings["devices"]) == ["anna-from-the-valley"]


def test_a_device_that_another_process_revoked_is_shown_so(sent: Delivered) -> None:
    accept(sent.world.desk, sent.world.device.public, "anna")
    other_process = Home.open(sent.world.desk.folder, "desk", b"")
    revoke(other_process, "anna", DAY)
    assert "revoked on 23 November 2026" in sent.visitor("editor").get("/deliveries").text


def test_an_editor_looks_at_the_places_and_takes_in_what_came(sent: Delivered) -> None:
    accept(sent.world.desk, sent.world.device.public, "anna")
    editor = sent.visitor("editor")
    assert "Look now" in editor.get("/deliveries").text
    assert editor.post("/deliveries/look", do="look").status == 303
    sent.bench.jobs.wait()
    page = editor.get("/deliveries").text
    assert "1 consignment was taken in:" in page
    [card] = arrived(sent.archive)
    assert f'href="/cards/{card.id[:16]}"' in page
    editor.post("/deliveries/look", do="look")
    sent.bench.jobs.wait()
    assert "Nothing new has arrived." in editor.get("/deliveries").text


def test_a_look_that_goes_on_is_ended_by_its_button_and_begins_again_after_a_restart(sent: Delivered) -> None:
    accept(sent.world.desk, sent.world.device.public, "anna")
    editor = sent.visitor("editor")
    editor.get("/deliveries")
    assert editor.post("/deliveries/look", do="watch").status == 303
    assert editor.post("/deliveries/look", do="look").status == 409, "it looks already"
    assert is_wanted(sent.bench.sealed)
    end = time.monotonic() + 60
    while not arrived(sent.archive) and time.monotonic() < end:
        time.sleep(0.02)
    sent.bench.jobs.stop()
    sent.bench.jobs.wait()
    assert [each.device for each in arrived(sent.archive)] == ["anna"]
    sent.bench.close()
    sent.archive.close()
    sent.open()
    assert is_wanted(sent.bench.sealed)
    assert begin_watch(sent.bench.jobs, sent.bench.current_home, sent.archive, 0)
    again = sent.visitor("editor")
    assert "looks at its places by itself" in again.get("/deliveries").text
    assert again.post("/deliveries/look", do="stop", begun="1").status == 303, "of a look that a page showed before"
    assert is_wanted(sent.bench.sealed)
    assert 'name="begun" value="0"' in again.get("/deliveries").text
    assert again.post("/deliveries/look", do="stop", begun="0").status == 303
    sent.bench.jobs.wait()
    assert not is_wanted(sent.bench.sealed)
    assert "Go on looking" in again.get("/deliveries").text


def test_what_did_not_begin_is_not_begun_after_a_restart(sent: Delivered) -> None:
    editor, go_on = sent.visitor("editor"), threading.Event()
    sent.bench.jobs.begin(Job(RECEIVE, "look"), lambda job: go_on.wait(30))
    try:
        answer = editor.post("/deliveries/look", do="watch")
    finally:
        go_on.set()
        sent.bench.jobs.wait()
    assert answer.status == 409
    assert not is_wanted(sent.bench.sealed)


def test_two_do_not_watch_one_desk(sent: Delivered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_page, "PATIENCE", 60.0)  # it ends at once, as soon as this machine gets to it
    editor = sent.visitor("editor")
    editor.get("/deliveries")
    with alone(sent.world.desk.folder, WATCHING):
        answer = editor.post("/deliveries/look", do="watch")
        sent.bench.jobs.wait()
    assert answer.to == "/deliveries", "nobody is told that it began"
    assert "Another tamizdat is watching for deliveries here" in editor.get("/deliveries").text


def test_what_the_look_saw_is_sealed_on_the_disk(sent: Delivered) -> None:
    accept(sent.world.desk, sent.world.device.public, "anna-from-the-valley", although_uninvited=True)
    sent.world.receive()
    kept = (sent.world.desk.folder / "incoming" / "seen").read_bytes()
    for secret in (b"anna", b"valley", sent.world.device.public.hex().encode(), b"awaited"):
        assert secret not in kept


def test_a_damaged_memory_of_the_last_look_is_no_error(sent: Delivered) -> None:
    (sent.world.desk.folder / "incoming" / "seen").write_bytes(b"damaged" * 10)
    assert "Nobody has looked" in sent.visitor("editor").get("/deliveries").text
    sent.world.receive()
    assert sent.key in sent.visitor("editor").get("/deliveries").text


def test_what_its_device_should_send_again_and_what_its_limit_has_left_is_told(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.write("a.bin", bytes(range(256)) * 8000)
        world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        world.send()
        for place, name in world.parcels():
            if world.opened(place.get(name)).first == 0:
                place.delete(name)
        [underway] = world.receive().underway
        room = Delivered(world)
        page = room.visitor("editor").get("/deliveries").text
        assert underway.again in page
        limit(world.desk, "anna", 1)
        world.write("b.bin", b"another card")
        world.seal()
        world.send()
        assert world.receive().over["anna"] > 0
        page = room.visitor("editor").get("/deliveries").text
        assert "has stored what it may in a day" in page
        assert "at most 1 bytes a day" in page
        room.close()
