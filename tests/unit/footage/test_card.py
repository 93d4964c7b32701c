"""A card is listed most precious first, named so that nothing can go wrong with the names, and read with open eyes."""

import errno
import os
import random
from pathlib import Path

import pytest

from tamizdat.encoding import safe_path, sha256
from tamizdat.errors import StorageRefused, UsageError, WorkRemains
from tamizdat.footage import verified_read
from tamizdat.footage.card import (
    FAILS,
    LARGEST_TEXT,
    CardFile,
    CardFiles,
    carried_name,
    list_card,
    preview_name,
)
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.verified_read import PAGE, STEP, TRIES, Reading


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    folder.mkdir()
    return folder


def put(card: Path, name: str | bytes, data: bytes = b"x", seconds: float = 1_300_000_000) -> Path:
    path = card / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (seconds, seconds))
    return path


def read(file: CardFile, step: int = 1 << 20) -> tuple[bytes, str, bytes]:
    reading, room, data = Reading(file), memoryview(bytearray(step)), b""
    while count := reading.read_into(room):
        data += room[:count]
    return data, *reading.finish()


# Listing --------------------------------------------------------------------------------------------------------------


def test_texts_come_first_then_what_was_asked_for_then_the_newest(card: Path) -> None:
    put(card, "old.MP4", seconds=1)
    put(card, "new.MP4", seconds=2)
    put(card, "B/urgent.mov", seconds=0)
    put(card, "A/also.JPG", seconds=0)
    put(card, "note.txt", seconds=0)
    paths = [file.path for file in list_card(card, ["*.MOV", "a/*"]).files]
    assert paths == ["note.txt", "B/urgent.mov", "A/also.JPG", "new.MP4", "old.MP4"]


def test_a_text_too_large_to_go_first_waits_its_turn(card: Path) -> None:
    with (card / "dump.txt").open("wb") as file:
        file.truncate(LARGEST_TEXT + 1)
    assert [file.stage for file in list_card(card).files] == ["originals"]


def test_the_listing_is_the_same_each_time_and_changes_with_anything_that_changed(card: Path) -> None:
    path = put(card, "a.bin", b"12")
    before = b"".join(list_card(card).listing())
    assert b"".join(list_card(card).listing()) == before
    changes = []
    os.utime(path, (5, 5))
    changes.append(b"".join(list_card(card).listing()))
    put(card, "a.bin", b"123")
    changes.append(b"".join(list_card(card).listing()))
    put(card, "b.bin")
    changes.append(b"".join(list_card(card).listing()))
    (card / "link").symlink_to("a.bin")
    changes.append(b"".join(list_card(card).listing()))
    assert len({before, *changes}) == 5


def test_clocks_that_are_centuries_away_are_kept_and_put_in_order(card: Path) -> None:
    times = {"a": 12 * 10**18, "b": 1, "c": -12 * 10**18}
    files = CardFiles(os.fsencode(card))
    for name in ("b", "c", "a"):
        files.append(name, os.fsencode(card / name), 5, times[name])
    assert [(each.path, each.modified_ns) for each in files.in_order([])] == [*times.items()]
    assert [(each.raw, each.size) for each in files[:1]] == [(os.fsencode(card / "b"), 5)]


@pytest.mark.parametrize(("seconds", "told"), [(-5e9, "1970-01-01T00:00:00Z"), (5e9, "2100-01-01T00:00:00Z")])
def test_an_absurd_clock_is_held_to_years_that_every_tar_knows(card: Path, seconds: float, told: str) -> None:
    put(card, "a.bin", seconds=seconds)
    [file] = list_card(card).files
    assert file.modified == told


def test_no_folder_is_no_card(card: Path) -> None:
    for root, said in ((card / "gone", "plugged in"), (put(card, "file"), "found a file. Name the folder")):
        with pytest.raises(UsageError, match=said):
            list_card(root)


@pytest.mark.skipif(not Path("/sys/bus/workqueue/uevent").exists(), reason="this system has no such files")
def test_files_that_not_even_root_may_read_are_left_out_and_those_that_lie_are_cut_short() -> None:
    """Real ones: the kernel's own, some of which can only be written, and all of which claim 4,096 bytes."""
    card = list_card(Path("/sys/bus/workqueue"))
    assert ("uevent", "cannot be read: Permission denied") in card.left_out
    [lying] = [file for file in card.files if file.path == "drivers_autoprobe"]
    data, state, digest = read(lying)
    assert (len(data), state) == (4096, "cut short")
    assert data.rstrip(b"\0") == Path("/sys/bus/workqueue/drivers_autoprobe").read_bytes()
    assert digest == sha256(data)


# Names ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["གངས་རིའི་ལམ།.JPG", "مقابلة.mp4", "采访 (2).MOV", "-rf", "a%3Ab", ".hidden", "~", "a'b\"c"]
)
def test_a_name_in_any_script_stays_as_it_is(name: str) -> None:
    assert carried_name(name.encode()) == name


@pytest.mark.parametrize(
    ("name", "carried"),
    [
        (b"a\\b", "a%5Cb"),
        (b"C:a", "C%3Aa"),
        (b"a\nb", "a%0Ab"),
        (b"\xe9t\xe9", "%E9t%E9"),
        (b"50%:", "50%25%3A"),
        (b"dot.", "dot%2E"),
        (b"...", "..%2E"),
        (b"space ", "space%20"),
        ("\u202egpj.exe".encode(), "%E2%80%AEgpj.exe"),
        ("a\u2028b".encode(), "a%E2%80%A8b"),
        (b"x/a:b/y\\z", "x/a%3Ab/y%5Cz"),
    ],
)
def test_what_could_mean_something_else_elsewhere_is_written_with_percent_signs(name: bytes, carried: str) -> None:
    assert carried_name(name) == carried == safe_path(carried)


@pytest.mark.parametrize("name", [b"\xff" * 255, b":" * 251 + b".MP4", b"a:" * 100 + "ག".encode() * 18])
def test_a_name_that_grows_too_long_gives_its_end_to_a_digest_and_keeps_its_kind(name: bytes) -> None:
    carried = carried_name(name)
    assert safe_path(carried) == carried
    assert carried != carried_name(name[:-1] + b"?")
    assert kind_of(carried) == kind_of(os.fsdecode(name))


def test_the_name_of_a_preview_is_never_too_long() -> None:
    assert preview_name("DCIM/a.MP4") == "DCIM/a.MP4.jpg"
    longest = "DCIM/" + "ག" * 83 + ".JPEG2"
    assert safe_path(preview_name(longest)).endswith(".jpg")
    assert preview_name(longest) != preview_name(longest.replace("ག", "ང"))


def test_names_that_fall_together_are_told_apart(card: Path) -> None:
    for name in ("a:b", "a%3Ab", "a\\b"):
        put(card, name, name.encode())
    files = list_card(card).files
    assert sorted(file.path for file in files) == ["a%3Ab", "a%3Ab%02", "a%5Cb"]
    assert {read(file)[0] for file in files} == {b"a:b", b"a%3Ab", b"a\\b"}


# Reading --------------------------------------------------------------------------------------------------------------


def test_a_file_is_read_whole_in_steps_of_any_size(card: Path) -> None:
    put(card, "a.bin", bytes(range(256)) * 10)
    [file] = list_card(card).files
    for step in (1, 7, 256, 1 << 20):
        assert read(file, step) == (bytes(range(256)) * 10, "whole", sha256(bytes(range(256)) * 10))


@pytest.mark.parametrize(
    ("now", "state", "data"),
    [
        (b"123456789", "changed while read", b"1234"),
        (b"12", "cut short", b"12\0\0"),
        (b"", "cut short", b"\0\0\0\0"),
        (b"abcd", "changed while read", b"abcd"),
    ],
)
def test_exactly_the_listed_size_is_delivered_and_what_happened_is_told(
    card: Path, now: bytes, state: str, data: bytes
) -> None:
    put(card, "a.bin", b"1234")
    [file] = list_card(card).files
    put(card, "a.bin", now, seconds=1_400_000_000)
    assert read(file) == (data, state, sha256(data))


def test_a_link_a_pipe_or_nothing_in_the_files_place_is_not_read(card: Path) -> None:
    path = put(card, "a.bin", b"1234")
    (card / "elsewhere").write_bytes(b"abcd")
    file = next(file for file in list_card(card).files if file.path == "a.bin")
    path.unlink()
    assert read(file)[:2] == (bytes(4), "cut short")
    path.symlink_to(card / "elsewhere")
    assert read(file)[:2] == (bytes(4), "cut short")
    path.unlink()
    os.mkfifo(path)
    assert read(file)[:2] == (bytes(4), "cut short")


class Failing:
    """Stands for the kernel's preadv on a card that fails: nothing of its *bad* bytes, short answers before them."""

    def __init__(self, *bad: range) -> None:
        self.bad, self.calls = bad, 0

    def __call__(self, handle: int, rooms: list[memoryview], offset: int) -> int:
        self.calls += 1
        end = offset + len(rooms[0])
        for each in self.bad:
            if each.start <= offset < each.stop:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            if offset < each.start < end:
                end = each.start
        return PREADV(handle, [rooms[0][: end - offset]], offset)


PREADV = os.preadv
LARGE = random.Random(7).randbytes(2 * STEP + 100_000)


def read_from(card: Path, failing: Failing, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, str, bytes]:
    put(card, "clip.mov", LARGE)
    [file] = list_card(card).files
    monkeypatch.setattr(os, "preadv", failing)
    return read(file, 700_001)


def test_a_damaged_entry_of_a_directory_is_left_out_and_keeps_no_other_file_from_being_listed(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(card, "sound.mov")
    put(card, "damaged/clip.mov")

    class Entry:
        """Of a file system that tells of no kind with a name, and fails when it is asked for it."""

        def __init__(self, true: "os.DirEntry[bytes]") -> None:
            self.name, self.path, self.stat = true.name, true.path, true.stat
            self._is_dir = true.is_dir

        def is_dir(self, follow_symlinks: bool = True) -> bool:
            if self.name == b"damaged":
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return self._is_dir(follow_symlinks=follow_symlinks)

    true = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: [Entry(each) for each in true(os.fsencode(path))])
    listed = list_card(card)
    assert [file.path for file in listed.files] == ["sound.mov"]
    assert listed.left_out == (("damaged", f"{FAILS}: Input/output error"),)


def test_what_follows_a_short_answer_of_a_large_file_is_never_moved_to_another_place(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Short(Failing):
        def __call__(self, handle: int, rooms: list[memoryview], offset: int) -> int:
            return PREADV(handle, [rooms[0][:65_536]], offset)

    assert read_from(card, Short(), monkeypatch) == (LARGE, "whole", sha256(LARGE))


@pytest.mark.parametrize("spot", [0, 1_000_000, STEP + 12_288, len(LARGE) - 10])
def test_a_bad_spot_costs_a_clip_no_more_than_that_spot(card: Path, monkeypatch: pytest.MonkeyPatch, spot: int) -> None:
    data, state, digest = read_from(card, Failing(range(spot, spot + 10)), monkeypatch)
    end = min((spot // PAGE + 1) * PAGE, len(LARGE))
    assert data == LARGE[:spot] + bytes(end - spot) + LARGE[end:]
    assert (state, digest) == ("cut short", sha256(data))


def test_what_is_dead_is_passed_over_in_growing_steps_and_what_lies_behind_it_is_read(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = Failing(range(100_000, 2_000_000))
    data, state, _ = read_from(card, dead, monkeypatch)
    assert (len(data), state) == (len(LARGE), "cut short")
    assert data[:100_000] == LARGE[:100_000]
    assert data[4_000_000:] == LARGE[4_000_000:]
    assert dead.calls < 50


def test_a_card_that_fails_everywhere_is_not_tried_for_ever(card: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified_read, "GAP", PAGE)
    failing = Failing(range(len(LARGE)))
    assert read_from(card, failing, monkeypatch)[1] == "cut short"
    assert failing.calls < TRIES + 5


# The card itself ------------------------------------------------------------------------------------------------------


def test_a_card_that_is_there_is_there(card: Path) -> None:
    put(card, "a.bin")
    list_card(card).require_present()


def test_a_card_that_is_gone_empty_or_another_is_told_from_a_file_that_is_gone(card: Path) -> None:
    path = put(card, "a.bin")
    listed = list_card(card)
    path.unlink()
    with pytest.raises(WorkRemains, match="unplugged or emptied"):
        listed.require_present()
    card.rename(card.with_name("elsewhere"))
    with pytest.raises(WorkRemains, match="Plug it in"):
        listed.require_present()
    card.mkdir()
    put(card, "a.bin")
    with pytest.raises(WorkRemains):
        listed.require_present()


def test_a_folder_that_vanishes_at_the_very_beginning_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises((UsageError, StorageRefused)):
        list_card(tmp_path / "no" / "such")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("PRIVATE/M4ROOT/CLIP/C0001.MP4", "clip"),
        ("CONTENTS/CLIPS001/A001C001_240512AB_CANON.CRM", "clip"),
        ("DCIM/Camera01/VID_20240512_142800_00_001.insv", "clip"),
        ("DCIM/100GOPRO/GS010042.360", "clip"),
        ("SD_VIDEO/PRG001/MOV001.MOD", "clip"),
        ("DCIM/100MSDCF/DSC00001.HIF", "picture"),
        ("DCIM/Camera01/IMG_20240512_142800_00_001.insp", "picture"),
        ("DCIM/100PENTX/IMGP0001.PEF", "picture"),
        ("DCIM/100MEDIA/DJI_0001.LRF", None),
        ("DCIM/100APPLE/IMG_0001.AAE", None),
    ],
)
def test_what_newer_cameras_write_is_known_by_the_ending_of_its_name(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind
