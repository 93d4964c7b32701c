"""A site's folder that was copied, or came back from a backup: other files with the same bytes, in the same place."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.published_desk import TODAY, House
from tamizdat.archive import Archive
from tamizdat.publishing.build.unit_files import WrittenFile
from tamizdat.publishing.build.units import BuildUnit
from tamizdat.publishing.build.writer import SiteWriter

SOME_DAY = 1_790_000_000_123_456_789  #: of a clock, in nanoseconds


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, 5)))
    house.release(*range(1, 5))
    house.picture()
    house.publish()
    return house


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of units that were made anew."""
    names, make = list[str](), SiteWriter.make

    def told(self: SiteWriter, unit: BuildUnit) -> list[WrittenFile]:
        names.append(unit.name)
        return make(self, unit)

    monkeypatch.setattr(SiteWriter, "make", told)
    return names


def copy(house: House, times: Callable[[str, str], object]) -> None:
    """Puts a copy of the site in its place; *times* copies one file."""
    kept = house.folder / "kept"
    house.site.rename(kept)
    shutil.copytree(kept, house.site, copy_function=times)


def test_a_site_copied_with_its_times_is_read_and_nothing_of_it_is_made_anew(house: House, made: list[str]) -> None:
    before = house.files()
    copy(house, shutil.copy2)
    assert not house.publish().written
    assert made == []
    assert house.files() == before
    read, holds = list[str](), SiteWriter.holds

    def told(self: SiteWriter, file: WrittenFile) -> bool:
        read.append(file.path)
        return holds(self, file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SiteWriter, "holds", told)
        assert not house.publish().written
    assert read == []


def test_a_site_copied_without_its_times_is_made_anew_once(house: House, made: list[str]) -> None:
    before = house.files()
    copy(house, shutil.copyfile)
    for path in house.site.rglob("*"):
        os.utime(path, ns=(SOME_DAY, SOME_DAY))
    assert not house.publish().written
    assert made
    made.clear()
    assert not house.publish().written
    assert made == []
    assert house.files() == before


@pytest.mark.parametrize("path", ["items/{}/index.html", "items/{}/proof.js"])
def test_a_file_that_was_altered_in_a_copied_site_is_put_right(house: House, made: list[str], path: str) -> None:
    before = house.files()
    copy(house, shutil.copy2)
    number = min(int(name.split("/")[1]) for name in before if name.startswith("items/") and name.endswith("proof.js"))
    file = house.site / path.format(number)
    time = file.stat().st_mtime_ns
    file.write_bytes(file.read_bytes().replace(b"a", b"b", 1))
    os.utime(file, ns=(time, time))
    assert house.publish().written
    assert {name.partition(" ")[0] for name in made} <= {"item", "proof", "group"}
    assert house.files() == before
    assert not house.publish().written


def test_a_site_of_which_nothing_is_remembered_is_made_anew_once_and_its_proofs_stay(
    house: House, made: list[str]
) -> None:
    house.take(tweet(9, "Another post"))
    house.release(9)
    house.publish(TODAY + timedelta(days=1))  # proofs lead to two checkpoints
    before = house.files()
    house.archive.close()
    (house.folder / "archive/publishing.sqlite").unlink()
    house.archive = Archive.open(house.folder / "archive")
    made.clear()
    assert not house.publish(TODAY + timedelta(days=1)).written
    assert not any(name.startswith("proof") for name in made)
    made.clear()
    assert not house.publish(TODAY + timedelta(days=1)).written
    assert made == []
    assert house.files() == before


def test_what_the_edition_is_checked_by_is_put_right_although_no_list_names_it(house: House) -> None:
    before = house.files()
    for path in ("edition/items.txt", "edition/edition.js", "edition/items/000.js", "edition/edition.tlog-proof"):
        file = house.site / path
        file.write_bytes(before[path][:-2] + b"?\n")
        assert house.publish().written
        assert house.files() == before
        file.unlink()
        assert house.publish().written
        assert house.files() == before
