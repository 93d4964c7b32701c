"""A field device while it is locked and while it is destroyed, with work that goes on."""

import errno
import json
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.responses import Response

from support.field_and_desk import NOW, WORK
from tamizdat.carrying.begun import begun
from tamizdat.carrying.carried import remembered
from tamizdat.carrying.missing_groups import Lacking
from tamizdat.carrying.whats_away import Committed
from tamizdat.carrying.wipe import Wiped
from tamizdat.errors import TamizdatError
from tamizdat.field import device as module
from tamizdat.field.buttons import act, standing
from tamizdat.field.device import FieldDevice, Locked, Waiting
from tamizdat.field.page import FieldPage, FieldRequest
from tamizdat.field.work import Work
from tamizdat.footage.card import Card, list_card
from tamizdat.footage.preview import preview
from tamizdat.home.home import Home
from tamizdat.home.invitation import InvitedPlace
from tamizdat.home.panic import panic
from tamizdat.home.setup import create_desk, invite
from tamizdat.places import set_up_place


@pytest.fixture
def device(tmp_path: Path) -> Iterator[FieldDevice]:
    place = tmp_path / "blue"
    set_up_place("blue", str(place), {})
    desk = create_desk(tmp_path / "desk", "newsroom", b"", WORK)
    made = FieldDevice(tmp_path / "field", lambda: 0.0, WORK)
    made.invitation = invite(desk, "anna", b"", NOW, WORK, (InvitedPlace("blue", str(place)),))
    made.set_up(b"correct horse battery")
    yield made
    made.stop()


def card(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "notes.txt").write_text(text, "utf-8")
    Image.new("RGB", (64, 64), f"#{len(text):06x}").save(folder / "IMG_1.JPG")
    return folder


def ended(device: FieldDevice) -> None:
    until = time.monotonic() + 60
    while (work := device.work) is not None and work.running:
        assert time.monotonic() < until
        time.sleep(0.01)


def asked(page: FieldPage, form: dict[str, list[str]]) -> FieldRequest:
    """What the page's own script asks."""
    return FieldRequest(
        method="POST",
        path="/screen",
        parameters={},
        query={},
        headers={},
        cookies={},
        form=form,
        page=page,
        admitted=True,
    )


def pressed(page: FieldPage, form: dict[str, list[str]]) -> Response:
    """What the page answers to its own script."""
    return act(asked(page, form))


def test_a_card_that_is_sealed_to_the_end_is_told_so_until_it_changes(device: FieldDevice, tmp_path: Path) -> None:
    number = device.choose(card(tmp_path / "one", "one"))
    assert not device.is_sealed(number)
    device.seal(number)
    ended(device)
    assert device.is_sealed(device.choose(tmp_path / "one"))
    (tmp_path / "one" / "more.txt").write_text("more", "utf-8")
    assert not device.is_sealed(device.choose(tmp_path / "one"))


def test_a_card_that_does_not_give_all_is_not_called_sealed_and_what_to_do_is_told(
    device: FieldDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = card(tmp_path / "one", "one")
    (root / "a.mov").write_bytes(b"a clip")
    number, true = device.choose(root), os.preadv

    def preadv(handle: int, rooms: list[memoryview], offset: int) -> int:
        if Path(f"/proc/self/fd/{handle}").readlink().name == "a.mov":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return true(handle, rooms, offset)

    with monkeypatch.context() as failing:
        failing.setattr(os, "preadv", preadv)
        device.seal(number)
        ended(device)
    assert device.work is not None
    assert device.work.problem is None
    assert not device.is_sealed(number)
    assert device.is_unfinished
    look = {"do": ["look"], "screen": ["card"], "card": [str(number)]}
    shown = " ".join(bytes(pressed(FieldPage(device, lambda: 0.0), look).body).decode().split())
    assert "Carried only in part, for the card did not give all of it: a.mov." in shown
    assert "Not all of this card is sealed. Keep it as it is and film nothing on it." in shown
    assert "it is NOT safe to wipe" in shown
    device.seal(number)
    ended(device)
    assert device.is_sealed(number)
    assert not device.is_unfinished


def test_a_card_that_is_lost_is_closed_on_the_page(device: FieldDevice, tmp_path: Path) -> None:
    page = FieldPage(device, lambda: 0.0)
    assert "abandon" not in bytes(pressed(page, {"do": ["show"]}).body).decode(), "nothing was begun"
    with begun(device.folder):
        assert 'data-do="abandon"' in bytes(pressed(page, {"do": ["show"]}).body).decode()
        said = bytes(pressed(page, {"do": ["abandon"]}).body).decode()
    assert not device.is_unfinished
    assert "abandon" not in said


def test_another_language_of_the_page_leaves_one_where_one_was(device: FieldDevice, tmp_path: Path) -> None:
    page, number = FieldPage(device, lambda: 0.0), device.choose(card(tmp_path / "one", "one"))
    for screen in ({"screen": ["card"], "card": [str(number)]}, {"screen": ["places"]}, {"screen": ["keys"]}, {}):
        shown = bytes(pressed(page, {"do": ["show"], **screen}).body).decode()
        form = shown.partition('data-do="speak"')[2].partition("</form>")[0]
        carried = {name: [value] for name, value in re.findall(r'name="(screen|card)" value="([^"]*)"', form)}
        assert carried == screen
        in_tibetan = bytes(pressed(page, {"do": ["speak"], "language": ["bo"], **carried}).body).decode()
        assert 'data-lang="bo"' in in_tibetan
        heading = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
        pressed(page, {"do": ["speak"], "language": ["en"], **carried})
        again = bytes(pressed(page, {"do": ["speak"], "language": ["en"], **carried}).body).decode()
        assert heading.findall(again) == heading.findall(shown)


def test_what_the_desk_lacks_is_asked_for_on_the_page_and_its_card_is_to_be_sealed_once_more(
    device: FieldDevice, tmp_path: Path
) -> None:
    root = card(tmp_path / "one", "one")
    device.seal(device.choose(root))
    ended(device)
    [carried] = remembered(device.home)
    code = Lacking.of(bytes.fromhex(carried.consignment), 0, (), 3).code()
    page = FieldPage(device, lambda: 0.0)

    def typed(text: str) -> Response:
        return pressed(page, {"do": ["again"], "code": [text]})

    refused, shown = typed(code[:-1] + ("4" if code[-1] == "0" else "0")), typed(code.lower())
    assert (refused.status_code, "once more" in bytes(refused.body).decode()) == (400, True)
    assert "2 files that the desk lacks" in bytes(shown.body).decode()
    assert not device.is_sealed(device.choose(root))
    device.lock()
    assert device.asked is None


def test_a_sealing_that_ends_after_locking_calls_no_other_card_sealed(device: FieldDevice, tmp_path: Path) -> None:
    first, second = card(tmp_path / "one", "one"), card(tmp_path / "two", "two, never sealed")
    with device.home.changing():  # the sealing waits for the settings
        device.seal(device.choose(first))
        device.lock()
    device.unlock(b"correct horse battery")
    number = device.choose(second)
    ended(device)
    assert device.work is not None
    assert not device.work.problem
    assert device.work.card is None, "its number is the second card's now"
    assert not device.is_sealed(number)


def test_a_picture_that_is_made_while_it_is_locked_stands_for_no_other_card(
    device: FieldDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = device.choose(card(tmp_path / "one", "one"))
    picture = next(index for index, file in enumerate(device.card(number).files) if file.kind == "picture")

    def locked_meanwhile(path: Path) -> bytes | None:
        device.lock()
        return preview(path)

    monkeypatch.setattr(module, "preview", locked_meanwhile)
    assert device.picture(number, picture) is None
    assert not device._previews


def test_a_picture_is_kept_before_it_is_locked_or_not_at_all(device: FieldDevice, tmp_path: Path) -> None:
    number = device.choose(card(tmp_path / "one", "one"))
    picture = next(index for index, file in enumerate(device.card(number).files) if file.kind == "picture")
    locking = threading.Thread(target=device.lock)

    class Pictures(OrderedDict[tuple[int, int], bytes | None]):
        def __setitem__(self, key: tuple[int, int], made: bytes | None) -> None:
            locking.start()
            locking.join(0.2)  # it comes through only if nothing keeps it
            super().__setitem__(key, made)

    device._previews = Pictures()
    device.picture(number, picture)
    locking.join()
    assert not device._previews


@pytest.mark.parametrize("end", [FieldDevice.lock, FieldDevice.panic])
def test_no_work_begins_on_a_device_that_was_locked_or_destroyed_since_its_button_was_pressed(
    device: FieldDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: Callable[[FieldDevice], None]
) -> None:
    number, begin = device.choose(card(tmp_path / "one", "one")), device._begin

    def late(*given: Any) -> None:
        end(device)
        begin(*given)

    monkeypatch.setattr(device, "_begin", late)
    with pytest.raises(Locked):
        device.seal(number)
    assert device.work is None
    assert device.state == ("locked" if end is FieldDevice.lock else "destroyed")
    assert device.folder.exists() == (end is FieldDevice.lock)


@pytest.mark.parametrize("end", [FieldDevice.lock, FieldDevice.panic])
def test_a_passphrase_that_is_tried_while_it_is_locked_or_destroyed_opens_nothing(
    device: FieldDevice, monkeypatch: pytest.MonkeyPatch, end: Callable[[FieldDevice], None]
) -> None:
    opened = device.home
    device.lock()

    def late(*given: Any) -> Home:
        end(device)
        return opened

    monkeypatch.setattr(Home, "open", late)
    with pytest.raises(Locked):
        device.unlock(b"correct horse battery")
    assert device._home is None, "no key is in memory"


def test_what_was_opened_while_a_panic_destroyed_it_leaves_no_key_in_memory(
    device: FieldDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, destroy = device.home, panic

    def late(folder: Path) -> None:
        device.unlock(b"correct horse battery")
        destroy(folder)

    monkeypatch.setattr(Home, "open", lambda *given: opened)
    monkeypatch.setattr(module, "panic", late)
    device.panic()
    assert device.state == "destroyed"
    assert device._home is None


def test_a_card_that_was_listed_while_it_is_locked_is_not_known(
    device: FieldDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = card(tmp_path / "one", "one")

    def locked_meanwhile(path: Path) -> Card:
        device.lock()
        return list_card(path)

    monkeypatch.setattr(module, "list_card", locked_meanwhile)
    with pytest.raises(Locked):
        device.choose(root)
    assert not device.chosen


def test_a_screen_that_is_asked_for_while_it_is_locked_is_the_locked_one(
    device: FieldDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked_meanwhile() -> list[Waiting]:
        device.lock()
        return FieldDevice.waiting(device)

    monkeypatch.setattr(device, "waiting", locked_meanwhile)
    shown = pressed(FieldPage(device, lambda: 0.0), {"do": ["look"]})
    assert shown.status_code == 200
    assert 'data-state="locked"' in bytes(shown.body).decode()


def test_a_wipe_that_ends_while_its_screen_is_made_leaves_no_pictures_of_what_is_gone(
    device: FieldDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = device.choose(card(tmp_path / "card", "one"))
    before = device.card(number)
    device.work = work = Work("wiping", 1, number)

    def ended_meanwhile(number: int) -> Card:
        monkeypatch.undo()
        work.wiped, work.running = Wiped(1, 1, (), ()), False
        return before

    monkeypatch.setattr(device, "card", ended_meanwhile)
    shown = pressed(FieldPage(device, lambda: 0.0), {"do": ["look"], "screen": ["card"], "card": [str(number)]})
    assert not work.running, "it ended after the card's files were asked for"
    assert b'data-running="1"' in shown.body, "so the page asks once more, and does not stay as it is"
    assert b"Deleted is not erased" not in shown.body


def test_when_the_disk_refuses_a_panic_no_screen_shows_names_any_more(device: FieldDevice) -> None:
    device.folder.rename(device.folder.with_name("elsewhere"))  # a stick that was pulled
    with pytest.raises(TamizdatError):
        device.panic()
    with pytest.raises(Locked):
        _ = device.home


def test_typed_paths_that_are_none_are_told(device: FieldDevice) -> None:
    page = FieldPage(device, lambda: 0.0)
    for typed in ("~nobody-is-called-so/x", "\0", "card", "../up", "/dev/null", "/nowhere/བོད་ཡིག"):
        request = FieldRequest(
            method="POST",
            path="/screen",
            parameters={},
            query={},
            headers={},
            cookies={},
            form={"do": ["choose"], "root": [typed]},
            page=page,
            admitted=True,
        )
        assert act(request).status_code == 400, typed
    assert not device.chosen


def test_one_folder_under_two_names_and_a_place_in_memory_are_refused(device: FieldDevice, tmp_path: Path) -> None:
    page = FieldPage(device, lambda: 0.0)
    for url in (str(tmp_path / "blue"), "memory:", f"{tmp_path}/desk/../blue"):
        form = {"do": ["add-place"], "name": ["green"], "url": [url]}
        request = FieldRequest(
            method="POST", path="/screen", parameters={}, query={}, headers={}, cookies={}, form=form, page=page,
            admitted=True,
        )  # fmt: skip
        assert act(request).status_code == 400, url
    assert [place.name for place in device.home.places()] == ["blue"]


def test_a_place_that_was_mistyped_lies_on_this_disk_and_is_removed_on_the_page(
    device: FieldDevice, tmp_path: Path
) -> None:
    page = FieldPage(device, lambda: 0.0)
    add = {"do": ["add-place"], "name": ["green"], "url": [str(tmp_path / "no-stick")], "screen": ["places"]}
    assert b"This folder lies on the disk of this device itself" in pressed(page, add).body
    remove = {"do": ["remove-place"], "name": ["green"], "screen": ["places"]}
    device.work = Work("sending", 1)
    pressed(page, remove)
    assert [place.name for place in device.home.places()] == ["blue", "green"], "what goes on puts parcels there"
    device.work.running = False
    assert b"no-stick" not in pressed(page, remove).body
    assert [place.name for place in device.home.places()] == ["blue"]


def test_what_nobody_could_see_is_told_before_the_card_is_wiped_and_is_not_called_left_out(
    device: FieldDevice, tmp_path: Path
) -> None:
    root = card(tmp_path / "one", "one")
    (root / "A001_11230914_C001.braw").write_bytes(b"BRAW")
    number = device.choose(root)
    device.seal(number)
    ended(device)
    shown = pressed(FieldPage(device, lambda: 0.0), {"do": ["look"], "screen": ["card"], "card": [str(number)]})
    words = bytes(shown.body).decode()
    assert "Only the program of the camera’s maker can show 1 clip of this card" in words
    assert "No preview could be made of 1 file." in words
    assert "Left out" not in words


def test_while_previews_are_made_the_bar_tells_of_these_and_then_of_the_footage(
    device: FieldDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = FieldPage(device, lambda: 0.0)
    seen: list[tuple[str, int]] = []
    told = Work.show_previews

    def show(work: Work, made: int, of: int) -> None:
        told(work, made, of)
        answer = json.loads(bytes(standing(asked(page, {})).body))
        seen.append((answer["kind"], answer["share"]))

    monkeypatch.setattr(Work, "show_previews", show)
    folder = card(tmp_path / "card", "a note")
    for number in range(2, 5):
        Image.new("RGB", (64, 64), f"#00000{number}").save(folder / f"IMG_{number}.JPG")
    device.seal(device.choose(folder))
    ended(device)
    assert seen[:3] == [("previews", 25), ("previews", 50), ("previews", 75)]
    assert seen[3][0] == "sealing"
    assert (device.work and device.work.sealed and device.work.sealed.previews) == 4


def test_while_a_card_is_sealed_one_line_tells_what_of_it_is_away_and_that_it_must_not_be_wiped(
    device: FieldDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = FieldPage(device, lambda: 0.0)
    seen: list[str] = []
    told = Committed.take

    def take(committed: Committed, consignment: int, group: int, stage: str, parcels: int) -> None:
        told(committed, consignment, group, stage, parcels)
        seen.append(json.loads(bytes(standing(asked(page, {})).body))["away"])
        seen.append(bytes(pressed(page, {"do": ["look"]}).body).decode())

    monkeypatch.setattr(Committed, "take", take)
    device.seal(device.choose(card(tmp_path / "one", "one")))
    ended(device)
    line = (
        r"List of the card: [01] of 1 places · small files and previews: \d+ % · footage: \d+ % · the card is NOT safe"
    )
    assert seen
    assert all(re.search(line, each) for each in seen)
    assert json.loads(bytes(standing(asked(page, {})).body))["away"] == ""
    assert "List of the card" not in bytes(pressed(page, {"do": ["look"]}).body).decode()
