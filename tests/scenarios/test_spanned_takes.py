"""A take that a camera cut into several files is one item, from the list to the proof, if all of it is released."""

import shutil
from array import array
from datetime import timedelta
from pathlib import Path

import pytest

from support import camera_cards
from support.media_samples import loaded_clip, needs_ffmpeg, run
from support.published_desk import TODAY, House
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.redactions import clear, redact
from tamizdat.archive.spanned import Spanned
from tamizdat.covering import Cover, Key, Region, Silence
from tamizdat.errors import UsageError
from tamizdat.publishing.derived.bare_copies import FOLDER
from tamizdat.statements import derived
from tamizdat.statements.catalogued import CataloguedItem, Release
from tamizdat.verifying import verify

CHAPTERS = ("DCIM/100GOPRO/GX010042.MP4", "DCIM/100GOPRO/GX020042.MP4")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def say(house: House, number: int, release: str) -> None:
    catalogue(house.archive, house.desk, CataloguedItem(number, release=release, covering="nobody"))


def captured(house: House, *data: bytes) -> list[int]:
    return [house.capture(path, each) for path, each in zip(CHAPTERS, data, strict=True)]


def releases(house: House, numbers: list[int]) -> list[str]:
    return [item.release for number in numbers if (item := house.archive.index.item(number))]


def seconds(path: Path) -> float:
    return float(run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path))


@needs_ffmpeg
def test_a_take_in_two_files_is_published_as_one_clip_that_names_both(house: House, tmp_path: Path) -> None:
    clip = loaded_clip(tmp_path / "a.mp4", seconds=1).read_bytes()
    first, second = captured(house, clip, loaded_clip(tmp_path / "b.mp4", seconds=2).read_bytes())
    say(house, first, Release.PUBLIC)
    report = house.publish()
    assert (report.skipped, sorted(path.name for path in (house.site / "items").iterdir() if path.is_dir())) == (
        (),
        [str(first)],
    )
    assert seconds(house.site / "items" / str(first) / "clip.mp4") == pytest.approx(3, abs=0.3)
    [said] = [derived.read(house.archive.statement(index)) for index in house.archive.index.by_act("derived")]
    assert isinstance(said, derived.Footage)
    assert [each.index for each in said.references()] == [first, second]
    assert "recipe take/2" in said.how
    checked = verify(house.site)
    assert checked.holds
    assert f"entry {first}, {second}" in " ".join(link.detail for link in checked.links)
    assert house.publish().encoded == 0, "the statement is the cache"
    whole = Cover((Region("solid", "rectangle", 0, 2_000, (Key(0, 0, 0, 10_000, 10_000),)),), (Silence(500, 9_000),))
    index = redact(house.archive, house.desk, "0a" * 16, second, whole, "2026-11-23")
    assert index is not None
    clear(house.archive, house.desk, "0b" * 16, index, "approved", "2026-11-23")
    assert house.publish(TODAY + timedelta(days=1)).changed == (first,)
    published = house.site / "items" / str(first) / "clip.mp4"
    shown = ("-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-")
    brightest = [max(run("ffmpeg", "-v", "error", "-ss", at, "-i", published, *shown)) for at in ("0.5", "2")]
    assert brightest[0] > 100
    assert brightest[1] < 12, "each file of a take is covered by itself"
    latest = derived.read(house.archive.statement(house.archive.index.by_act("derived")[-1]))
    assert isinstance(latest, derived.Footage)
    assert latest.covered
    [silence] = latest.covered.silences
    length = 1000 * seconds(published)
    assert abs(silence.start - 1_500) < 150
    assert abs(silence.end - length) < 150
    assert silence.end <= length + 1, "it is told within the take"
    assert verify(house.site).holds
    shutil.rmtree(house.archive.folder / FOLDER)
    assert house.publish(TODAY + timedelta(days=2)).changed == (), "what was told when it was made stays told"


def test_release_and_withdrawal_are_said_of_every_file_of_a_take(house: House) -> None:
    numbers = captured(house, b"one", b"two")
    say(house, numbers[0], Release.PUBLIC)
    assert releases(house, numbers) == ["public", "public"]
    say(house, numbers[1], Release.WITHDRAWN)
    assert releases(house, numbers) == ["withdrawn", "withdrawn"], "what is hidden of a part is hidden of all"


def test_a_later_file_is_not_released_alone(house: House) -> None:
    first, second = captured(house, b"one", b"two")
    with pytest.raises(UsageError, match=f"Release {first}"):
        say(house, second, Release.PUBLIC)
    assert releases(house, [first, second]) == ["restricted", "restricted"]


def test_a_first_file_that_was_released_alone_before_brings_nothing_more_into_public(house: House) -> None:
    """An archive of a version that released files one by one."""
    first = house.capture(CHAPTERS[0], b"one", release=Release.PUBLIC)
    second = house.capture(CHAPTERS[1], b"two")
    item = house.archive.index.item(first)
    assert item is not None
    assert [each.number for each in Spanned(house.archive).take_of(item)] == [first]
    assert releases(house, [first, second]) == ["public", "restricted"]


def test_files_with_one_name_and_two_endings_are_no_take_in_pieces(house: House) -> None:
    numbers = [house.capture(path, b"x") for path in ("DCIM/A001.MP4", "DCIM/A001.MOV", "DCIM/A002.MP4")]
    spanned = Spanned(house.archive)
    assert not [number for number in numbers if (item := house.archive.index.item(number)) and spanned.is_later(item)]


@needs_ffmpeg
def test_a_clip_of_p2_is_published_with_the_sound_that_lies_in_files_of_its_own(house: House, tmp_path: Path) -> None:
    camera_cards.p2(tmp_path)
    paths = [f"CONTENTS/{each}.MXF" for each in ("AUDIO/0001AB00", "AUDIO/0001AB01", "VIDEO/0001AB")]
    *sounds, clip = [house.capture(path, (tmp_path / path).read_bytes()) for path in paths]
    say(house, clip, Release.PUBLIC)
    assert releases(house, [*sounds, clip]) == ["public"] * 3
    assert house.publish().skipped == ()
    assert [path.name for path in (house.site / "items").iterdir() if path.is_dir()] == [str(clip)], (
        "no sound beside it"
    )
    made = house.site / "items" / str(clip) / "clip.mp4"
    heard = array("h", run("ffmpeg", "-v", "error", "-i", made, "-vn", "-f", "s16le", "-"))
    assert max(heard) > 1000
    [said] = [derived.read(house.archive.statement(index)) for index in house.archive.index.by_act("derived")]
    assert isinstance(said, derived.Footage)
    assert [each.index for each in said.references()] == [clip, *sounds]
    assert "recipe apart/2" in said.how
    assert verify(house.site).holds


def test_a_sound_of_p2_is_not_released_without_its_picture(house: House) -> None:
    sound = house.capture("CONTENTS/AUDIO/0001AB00.MXF", b"sound")
    clip = house.capture("CONTENTS/VIDEO/0001AB.MXF", b"picture")
    with pytest.raises(UsageError, match=f"Release {clip}"):
        say(house, sound, Release.PUBLIC)
    say(house, clip, Release.PUBLIC)
    say(house, sound, Release.WITHDRAWN)
    assert releases(house, [sound, clip]) == ["withdrawn", "withdrawn"]


def test_the_pieces_of_a_take_of_red_are_one_item(house: House) -> None:
    clip = "A001.RDM/A001_C001_1123AB.RDC/A001_C001_1123AB_00"
    first, second = [house.capture(f"{clip}{number}.R3D", b"RED") for number in (1, 2)]
    other = house.capture(f"{clip.replace('C001', 'C002')}1.R3D", b"RED")
    spanned = Spanned(house.archive)
    items = [item for number in (first, second, other) if (item := house.archive.index.item(number))]
    assert [[each.number for each in spanned.take_of(item)] for item in items] == [[first, second]] * 2 + [[other]]
    say(house, first, Release.PUBLIC)
    [[number, why]] = house.publish().skipped
    assert (number, "can be kept" in why) == (first, True)


@needs_ffmpeg
def test_a_file_that_comes_later_to_a_take_is_asked_about_and_so_is_a_sound_that_was_left_out(
    house: House, tmp_path: Path
) -> None:
    clip = loaded_clip(tmp_path / "a.mp4", seconds=1).read_bytes()
    first = house.capture(CHAPTERS[0], clip)
    catalogue(house.archive, house.desk, CataloguedItem(first, Release.PUBLIC, covering="nobody", sound="none"))
    assert house.publish().added == (first,)
    catalogue(house.archive, house.desk, CataloguedItem(first, covering="undecided"))
    assert house.publish(dry_run=True).skipped == (), "it was shown"
    catalogue(house.archive, house.desk, CataloguedItem(first, sound="kept"))
    assert "an editor's word" in dict(house.publish(dry_run=True).skipped)[first], "and not heard"
    catalogue(house.archive, house.desk, CataloguedItem(first, sound="none", covering="nobody"))
    second = house.capture(CHAPTERS[1], clip + b"\0" * 9)
    catalogue(house.archive, house.desk, CataloguedItem(second, release=Release.PUBLIC))
    assert releases(house, [first, second]) == ["public", "public"]
    assert f"redact {second}'" in dict(house.publish(dry_run=True).skipped)[first]
    catalogue(house.archive, house.desk, CataloguedItem(second, covering="nobody"))
    assert house.publish(dry_run=True).skipped == ()
