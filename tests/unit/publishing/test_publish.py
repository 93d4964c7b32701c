"""Editions: what is published, once, in order, or not at all."""

import gc
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from support.media_samples import loaded_clip, needs_exiftool, needs_ffmpeg
from support.published_desk import House, key
from tamizdat.archive import Archive
from tamizdat.archive.acts.items import catalogue
from tamizdat.encoding import Json, sha256_hex
from tamizdat.errors import BadArchive, KeyMissing, UsageError
from tamizdat.ledger.roster import RoleKey
from tamizdat.ledger.statement import Subject
from tamizdat.publishing import publish
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.renderer import prefix
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.statements.catalogued import CataloguedItem
from tamizdat.verifying import verify

pytestmark = [needs_exiftool, needs_ffmpeg]
LATER = date(2026, 11, 30)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def assert_sound(house: House) -> None:
    """The site verifies, with our verifier and with sha256sum."""
    report = verify(house.site)
    assert report.broken == []
    assert report.holds
    lists = ["edition/files.txt", *(f"edition/files/{each.name}" for each in house.site.glob("edition/files/*.txt"))]
    subprocess.run(["sha256sum", "--quiet", "--strict", "-c", *lists], cwd=house.site, check=True)


def test_first_edition_holds_pictures_and_clips_and_verifies(house: House) -> None:
    picture = house.picture(caption="Morning.")
    clip = house.capture(
        "DCIM/CLIP.MP4", loaded_clip(house.folder / "c.mp4").read_bytes(), title="操场", language="zh-Hans"
    )
    done = house.publish()
    assert (done.number, done.new, done.added, done.items, done.encoded) == (1, True, (picture, clip), 2, 2)
    assert_sound(house)
    files = house.files()
    assert {f"items/{picture}/picture.jpg", f"items/{clip}/clip.mp4", f"items/{clip}/poster.jpg"} <= files.keys()
    assert {"index.html", "zh/index.html", f"zh/items/{clip}/index.html", "edition/edition.js"} <= files.keys()


def test_an_edition_of_nothing_is_an_edition(house: House) -> None:
    assert house.publish().items == 0
    assert_sound(house)


def test_running_again_makes_no_edition_and_touches_nothing(house: House) -> None:
    house.picture()
    house.publish()
    before, size = house.site.stat().st_ino, house.archive.size
    again = house.publish(LATER)
    assert (again.number, again.date, again.new, again.written, again.encoded) == (1, "2026-11-23", False, False, 0)
    assert (house.site.stat().st_ino, house.archive.size) == (before, size)


@pytest.mark.parametrize("damage", ["altered", "removed", "whole site"])
def test_a_damaged_site_is_put_back_without_a_new_edition(house: House, damage: str) -> None:
    number = house.picture()
    house.publish()
    good = house.files()
    if damage == "whole site":
        shutil.rmtree(house.site)
    elif damage == "removed":
        (house.site / f"items/{number}/picture.jpg").unlink()
    else:
        (house.site / "about/index.html").write_bytes(b"<h1>Something else</h1>")
    again = house.publish(LATER)
    assert (again.number, again.new, again.written) == (1, False, True)
    assert house.files() == good


def test_the_reason_for_correcting_a_picture_stands_on_the_page_of_corrections(house: House) -> None:
    number = house.picture("a.jpg", caption="At noon.")
    house.publish()
    catalogue(house.archive, house.desk, CataloguedItem(number, caption="In the morning."))
    catalogue(house.archive, house.desk, CataloguedItem(number, reason="The hour was wrong."))
    house.publish(LATER)
    assert "The hour was wrong." in (house.site / "corrections/index.html").read_text("utf-8")


def test_new_words_make_a_new_edition_of_few_files_and_encode_nothing(house: House) -> None:
    number, other = house.picture("a.jpg"), house.picture("b.jpg", title="Another")
    house.publish()
    before = house.files()
    catalogue(house.archive, house.desk, CataloguedItem(number, caption="Seen from across the street."))
    done = house.publish(LATER)
    after = house.files()
    assert (done.number, done.date, done.changed, done.added, done.encoded) == (2, "2026-11-30", (number,), (), 0)
    changed = {path for path in after if before.get(path) != after[path]}
    by_hand = {f"items/{number}/index.html", f"zh/items/{number}/index.html"}
    told = ("", "about/", "corrections/", "new/")
    front = {f"{language}{folder}index.html" for language in map(prefix, LANGUAGES) for folder in told}
    proofs = {f"items/{number}/proof.js"}  # of the other, the old one serves
    lists = {path for path in changed if path.startswith(("edition/", "ledger/", "search/", "cite/"))}
    lists |= {
        path for path in changed if re.match(r"feeds/(what-is-new|corrections-and-removals|pictures-and-clips)\.", path)
    }
    assert changed == by_hand | front | proofs | lists
    assert f"items/{other}/index.html" in before.keys() & after.keys()
    assert b"23 November 2026" in after[f"items/{number}/index.html"]  # still the day it was first published
    assert_sound(house)


def test_what_an_edition_showed_does_not_stay_in_the_memory_of_a_desk_that_runs_on(house: House) -> None:
    number = house.picture()
    house.publish()
    digest = dict(line.split() for line in (house.site / "edition/items.txt").read_text().splitlines())[str(number)]
    gc.collect()
    shown = [each.shown.signed for each in gc.get_objects() if isinstance(each, SiteIndex)]
    assert not [each for each in shown if number in each and each[number].digest == digest]


def test_a_caption_of_before_a_character_was_refused_is_published_as_it_was(house: House) -> None:
    number = house.picture()
    item = house.archive.index.item(number)
    assert item
    words: dict[str, Json] = {"title": "a\u2028b", "caption": "photo\u202egpj.exe", "alt": "a\u2067b"}
    house.say("catalogued", Subject("original", item.original), {"item": number, "release": "public", **words})
    house.publish()
    page = house.files()[f"items/{number}/index.html"].decode()
    assert "photo\u202egpj.exe</" in page
    assert_sound(house)


def test_editions_are_chained(house: House) -> None:
    from tamizdat.ledger.statement import peek_envelope

    house.publish()
    first = (house.site / "edition/edition.json").read_bytes()
    house.picture()
    house.publish(LATER)
    second = peek_envelope((house.site / "edition/edition.json").read_bytes()).predicate
    assert (second["edition"], second["previous"]) == (2, sha256_hex(first))


def test_a_withdrawn_item_leaves_a_page_with_day_and_reason(house: House) -> None:
    number = house.picture(title="The gate", caption="Somebody may be recognised.")
    house.publish()
    catalogue(house.archive, house.desk, CataloguedItem(number, release="withdrawn", reason="The family asked for it."))
    assert house.publish(LATER).removed == (number,)
    files = house.files()
    assert [path for path in files if path.startswith(f"items/{number}/")] == [f"items/{number}/index.html"]
    page = files[f"items/{number}/index.html"].decode()
    assert "Withdrawn on 30 November 2026" in page
    assert "The family asked for it." in page
    for language in set(LANGUAGES) - {"en"}:  # whoever kept an address is told, in whatever language its page had been
        assert "The family asked for it." in files[f"{prefix(language)}items/{number}/index.html"].decode()
    assert not any(b"may be recognised" in data or b"The gate" in data for data in files.values())
    assert_sound(house)
    assert not house.publish(date(2026, 12, 24)).new  # the day of the withdrawal stays


def test_a_restricted_or_forgotten_item_is_withdrawn_without_a_reason(house: House) -> None:
    restricted, forgotten = house.picture("a.jpg"), house.picture("b.jpg")
    house.publish()
    catalogue(house.archive, house.desk, CataloguedItem(restricted, release="restricted"))
    house.archive.forget(forgotten)
    assert house.publish(LATER).removed == (restricted, forgotten)
    for number in (restricted, forgotten):
        assert "gave no reason" in (house.site / f"items/{number}/index.html").read_text("utf-8")
    assert_sound(house)


def test_what_was_withdrawn_can_be_released_and_withdrawn_again(house: House) -> None:
    number = house.picture()
    house.publish()
    for release, day in (("withdrawn", LATER), ("public", date(2026, 12, 1)), ("withdrawn", date(2026, 12, 2))):
        catalogue(house.archive, house.desk, CataloguedItem(number, release=release))
        done = house.publish(day)
        assert (done.new, done.encoded) == (True, 0)
        assert_sound(house)
    assert "2 December 2026" in (house.site / f"items/{number}/index.html").read_text("utf-8")


def test_bad_items_are_skipped_with_a_reason_and_the_rest_goes_on(house: House) -> None:
    good = house.picture()
    bad = {
        house.capture("DCIM/0000.MP4", b"", title="Empty"),
        house.capture("DCIM/text.jpg", b"Dear all,\n", title="Text"),
        house.capture("DCIM/cut.jpg", house.original(good)[:6000], title="Cut"),
        house.capture("ཐང་ཀ།.mp4", b"\0\0\0\x18ftypisom" + bytes(200), title="Tibetan"),
    }
    done = house.publish()
    assert (done.added, {number for number, _ in done.skipped}) == ((good,), bad)
    assert all(reason.startswith("Expected") for _, reason in done.skipped)
    assert_sound(house)


def test_an_original_that_has_not_arrived_is_skipped(house: House) -> None:
    number = house.picture()
    item = house.archive.index.item(number)
    assert item is not None
    house.archive.objects.path(item.original).unlink()
    assert [each for each, _ in house.publish().skipped] == [number]


def test_a_published_item_whose_original_is_lost_stays_published(house: House) -> None:
    number = house.picture()
    house.publish()
    item = house.archive.index.item(number)
    assert item is not None
    house.archive.objects.path(item.original).unlink()
    assert not house.publish(LATER).new
    assert_sound(house)


def test_dry_run_says_what_would_be_and_changes_nothing(house: House) -> None:
    first, second = house.picture("a.jpg"), house.picture("b.jpg")
    bad = house.capture("c.jpg", b"words", title="c")
    size = house.archive.size
    foreseen = house.publish(dry_run=True)
    assert (foreseen.number, foreseen.added, [each for each, _ in foreseen.skipped]) == (1, (first, second), [bad])
    assert (house.archive.size, house.site.exists(), len(list(house.archive.objects))) == (size, False, 4)
    done = house.publish()
    assert done.added == foreseen.added
    catalogue(house.archive, house.desk, CataloguedItem(first, title="Another"))
    catalogue(house.archive, house.desk, CataloguedItem(second, release="withdrawn"))
    foreseen = house.publish(LATER, dry_run=True)
    assert (foreseen.number, foreseen.changed, foreseen.removed, foreseen.new) == (2, (first,), (second,), True)
    house.publish(LATER)
    assert not house.publish(LATER, dry_run=True).new


def test_a_folder_with_something_else_in_it_is_refused(house: House) -> None:
    house.picture()
    house.site.mkdir()
    (house.site / "letters.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"found 'letters\.txt' in it"):
        house.publish()
    assert (house.site / "letters.txt").read_text() == "mine"


def test_a_site_to_which_somebody_added_a_file_is_refused(house: House) -> None:
    house.publish()
    (house.site / "CNAME").write_text("desk.example")
    house.picture()
    with pytest.raises(UsageError, match="CNAME"):
        house.publish()
    assert (house.site / "CNAME").exists()


def test_a_site_without_its_lists_of_files_is_refused_in_words_that_name_them(house: House) -> None:
    house.publish()
    shutil.rmtree(house.site / "edition/files")
    with pytest.raises(UsageError, match=r"lists of the last edition's files, found 'edition/files/[a-z0-9-]+\.txt'"):
        house.publish()


def test_a_folder_inside_or_around_the_archive_is_refused(house: House) -> None:
    for out in (house.archive.folder, house.archive.folder / "site", house.archive.folder / "objects", house.folder):
        with pytest.raises(UsageError):
            publish(house.archive, house.desk, house.log, house.roster, out, LATER)


def test_a_link_to_the_archive_does_not_deceive(house: House) -> None:
    (house.folder / "link").symlink_to(house.archive.folder)
    with pytest.raises(UsageError):
        publish(house.archive, house.desk, house.log, house.roster, house.folder / "link" / "site", LATER)


def test_another_desks_site_is_not_replaced(house: House, tmp_path: Path) -> None:
    other = House(tmp_path / "other", log=key(9), root=key(8))
    other.publish()
    shutil.copytree(other.site, house.site)
    with pytest.raises(UsageError, match="another desk"):
        house.publish()


def test_an_archive_restored_from_an_older_copy_does_not_fork_the_ledger(house: House) -> None:
    house.picture("a.jpg")
    house.publish()
    house.archive.close()
    shutil.copytree(house.archive.folder, house.folder / "old")
    house.archive = Archive.open(house.archive.folder)
    house.picture("b.jpg")
    house.publish(LATER)
    good = house.files()
    house.archive.close()
    with Archive.open(house.folder / "old") as old, pytest.raises(BadArchive, match="forked"):
        publish(old, house.desk, house.log, house.roster, house.site, LATER)
    assert house.files() == good


def test_keys_that_the_roster_does_not_list_sign_nothing(house: House) -> None:
    house.picture()
    size = house.archive.size
    for desk, log in ((key(7), house.log), (house.desk, key(7))):
        with pytest.raises(KeyMissing):
            publish(house.archive, desk, log, house.roster, house.site, LATER)
    closed = house.sign_roster(RoleKey("desk", house.desk.public, 0, size))
    with pytest.raises(KeyMissing):
        publish(house.archive, house.desk, house.log, closed, house.site, LATER)
    assert (house.archive.size, house.site.exists()) == (size, False)


def test_after_a_change_of_keys_old_statements_stay_and_unlisted_ones_are_signed_anew(house: House) -> None:
    number = house.picture()
    house.publish()
    old, house.desk = house.desk, key(5)
    size = house.archive.size
    house.roster = house.sign_roster(RoleKey("desk", old.public, 0, size), RoleKey("desk", house.desk.public, size))
    done = house.publish(LATER)
    assert (done.new, done.changed, done.encoded) == (True, (), 0)  # the page of keys differs, the statement counts
    assert_sound(house)
    house.roster = house.sign_roster(RoleKey("desk", house.desk.public, size))
    done = house.publish(LATER)
    assert done.changed == (number,)
    assert_sound(house)


def test_a_damaged_medium_in_the_archive_stops_the_edition_and_leaves_the_site(house: House) -> None:
    house.picture()
    house.publish()
    good = house.files()
    medium = house.archive.objects.path(sha256_hex(good[next(path for path in good if path.endswith("picture.jpg"))]))
    medium.chmod(0o644)
    medium.write_bytes(medium.read_bytes()[:-2] + b"??")
    (house.site / "items/1/picture.jpg").unlink()
    with pytest.raises(BadArchive):
        house.publish(LATER)
    assert house.files() == {path: data for path, data in good.items() if path != "items/1/picture.jpg"}
    assert [path.name for path in house.folder.iterdir() if path.name.startswith(".site")] == []


def test_two_publishing_at_once_make_one_edition(house: House) -> None:
    house.picture()
    house.archive.close()
    children = [_child(house.folder) for _ in range(2)]
    assert [child.wait(60) for child in children] == [0, 0]
    house.archive = Archive.open(house.archive.folder)
    assert len(house.archive.index.by_act("published")) == 1
    assert_sound(house)


def test_killed_at_any_instant_no_reader_finds_a_broken_site_and_the_next_run_finishes(house: House) -> None:
    house.picture("0.jpg")
    started = time.monotonic()
    house.publish()
    usual = time.monotonic() - started
    for number in range(1, 7):
        house.picture(f"{number}.jpg", title=f"Picture {number}")
        house.archive.close()
        child = _child(house.folder)
        time.sleep(0.3 + (usual + 0.9) * number / 6)
        child.send_signal(signal.SIGKILL)
        child.wait()
        house.archive = Archive.open(house.archive.folder)
        if (house.site / "edition/next").exists():  # the old one, the new one, or one that says that it is renewed
            assert verify(house.site).broken == []
        else:
            assert_sound(house)
    done = house.publish(LATER)
    assert done.items == 7
    assert_sound(house)
    assert [path.name for path in house.folder.iterdir() if path.name.startswith(".site")] == []


def _child(folder: Path) -> "subprocess.Popen[bytes]":
    """Another process that publishes this house's archive."""
    script = (
        "import sys; from pathlib import Path; from datetime import date\n"
        "from tamizdat.archive import Archive; from tamizdat.publishing import publish\n"
        "from support.published_desk import House, key, RoleKey\n"
        "f = Path(sys.argv[1]); house = House.__new__(House); house.root, house.log = key(3), key(2)\n"
        "roster = house.sign_roster(RoleKey('desk', key(1).public))\n"
        "publish(Archive.open(f / 'archive'), key(1), key(2), roster, f / 'site', date(2026, 11, 24))\n"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen([sys.executable, "-c", script, str(folder)], env={**os.environ, "PYTHONPATH": path})
