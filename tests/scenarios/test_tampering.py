"""What a reader is told when somebody altered a site: every attack is found, and the report names what it broke."""

import shutil
from pathlib import Path

import pytest

from support.attacks.base import ONE_ITEM, PERSON, TAMPERINGS, A, names, two_editions
from support.item_files import put_part
from support.site_maker import Desk, put, small_site
from tamizdat.verifying import Report, Verdict, verify


def broken(report: Report) -> set[str]:
    return {link.name for link in report.broken}


def detail(report: Report, name: str) -> str:
    return next(link.detail for link in report.links if link.name == name)


def verdict(report: Report, name: str) -> Verdict:
    return next(link.verdict for link in report.links if link.name == name)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that one attack after another alters: :func:`two_editions` makes it sound again."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, which nobody alters."""
    folder = tmp_path_factory.mktemp("sound")
    two_editions(folder)
    return folder


def test_the_site_that_is_altered_was_sound(site: Path) -> None:
    desk = two_editions(site)
    report = verify(site, desk.fingerprint)
    assert report.holds
    assert report.seen is not None


@pytest.mark.parametrize("name", names())
def test_the_report_names_what_was_altered(name: str, site: Path) -> None:
    desk = two_editions(site)
    root = desk.fingerprint
    TAMPERINGS[name].attack(site, desk)

    report = verify(site, root)

    assert broken(report) == TAMPERINGS[name].broken
    assert not report.holds
    assert report.seen is None, "an altered edition must not be remembered as seen"


@pytest.mark.parametrize("number", sorted({one.number for one in ONE_ITEM.values()}))
def test_the_item_that_is_altered_was_sound(number: int, sound: Path) -> None:
    report = verify(sound / f"items/{number}")
    assert report.holds
    assert verdict(report, f"item {number} page") is Verdict.PROVED


@pytest.mark.parametrize("name", ONE_ITEM)
def test_the_report_of_one_item_names_what_was_altered(name: str, site: Path) -> None:
    desk = two_editions(site)
    one = ONE_ITEM[name]
    one.attack(site, desk)
    for asked in ("", "proof.js", "index.html"):
        report = verify(site / f"items/{one.number}/{asked}", desk.fingerprint)
        assert broken(report) == one.broken
        assert f"item {one.number} shown" not in {link.name for link in report.links if link.verdict is Verdict.PROVED}


@pytest.mark.parametrize("number", [0, A, PERSON])
def test_words_of_an_item_without_its_edition_are_compared_and_no_more(number: int, tmp_path: Path) -> None:
    site, alone = tmp_path / "site", tmp_path / "deep/alone"
    desk = two_editions(site)
    shutil.copytree(site / f"items/{number}", alone)
    shutil.copy(site / "roster.json", alone)
    page = alone / "index.html"
    page.write_text(page.read_text().replace("<h1>Item</h1>", "<h1>Another</h1>"))
    report = verify(alone, desk.fingerprint)
    assert report.holds
    assert verdict(report, f"item {number} page") is Verdict.UNKNOWN
    if number == A:
        assert verdict(report, f"item {number} shown") is Verdict.UNKNOWN
        assert "Only the words" in detail(report, f"item {number} shown")
        page.write_text(page.read_text().replace("五年了", "六年了"))
        assert broken(verify(alone)) == {f"item {number} shown"}


# ---- a superseded statement under a roster of its own -------------------------------------------------------------


def superseded(tmp_path: Path) -> tuple[Desk, Path]:
    """A site whose post A was corrected in its third edition, and what edition 2 said of it."""
    site, old = tmp_path / "site", tmp_path / "old"
    desk = two_editions(site)
    shutil.copytree(site / f"items/{A}", old)
    desk.restate(A, tags=["schools", "names"])
    desk.publish(site)
    return desk, old


def test_an_older_statement_with_a_roster_of_its_own_in_a_current_site_is_found(tmp_path: Path) -> None:
    desk, old = superseded(tmp_path)
    site = tmp_path / "site"
    shutil.rmtree(site / f"items/{A}")
    shutil.copytree(old, site / f"items/{A}")
    shutil.copy(site / "roster.json", site / f"items/{A}")
    report = verify(site / f"items/{A}", desk.fingerprint)
    assert {"roster", f"item {A}", f"item {A} page"} <= broken(report)
    assert "Expected one roster.json" in detail(report, "roster")
    (site / f"items/{A}/roster.json").unlink()
    assert broken(verify(site / f"items/{A}", desk.fingerprint)) == {f"item {A}"}


def test_an_older_statement_passed_on_alone_is_found_by_whoever_saw_a_newer_edition(tmp_path: Path) -> None:
    desk, old = superseded(tmp_path)
    shutil.copy(tmp_path / "site/roster.json", old)
    seen = verify(tmp_path / "site").seen
    assert seen is not None
    assert verify(old, desk.fingerprint).holds, "who saw nothing before cannot notice"

    report = verify(old, desk.fingerprint, {desk.fingerprint.hex(): seen})

    assert broken(report) == {"history"}
    assert verdict(report, "newest") is Verdict.UNKNOWN
    assert "edition 3" in detail(report, "newest")


def test_a_current_statement_passed_on_alone_is_told_from_the_edition_that_was_seen(tmp_path: Path) -> None:
    desk = two_editions(tmp_path / "site")
    seen = verify(tmp_path / "site").seen
    assert seen is not None
    alone = tmp_path / "deep/alone"
    shutil.copytree(tmp_path / "site/items/256", alone)
    shutil.copy(tmp_path / "site/roster.json", alone)
    report = verify(alone, memory={desk.fingerprint.hex(): seen})
    assert report.holds
    assert verdict(report, "newest") is verdict(report, "history") is Verdict.UNKNOWN


def test_an_older_roster_beside_an_item_is_found_by_whoever_saw_a_newer_one(tmp_path: Path) -> None:
    site, alone = tmp_path / "site", tmp_path / "deep/alone"
    desk = small_site(site)
    shutil.copytree(site / "items/0", alone)
    shutil.copy(site / "roster.json", alone)
    desk.version = 2
    desk.publish(site)
    seen = verify(site).seen
    assert seen is not None
    assert broken(verify(alone, memory={desk.fingerprint.hex(): seen})) == {"newest", "history"}


def test_an_edition_folder_without_its_edition_is_not_passed_over(tmp_path: Path) -> None:
    desk = two_editions(tmp_path)
    (tmp_path / "edition/edition.json").unlink()
    (tmp_path / "edition/edition.tlog-proof").unlink()
    assert {"checkpoint", "edition"} <= broken(verify(tmp_path / f"items/{A}", desk.fingerprint))


# ---- a mirror that makes readers compute ---------------------------------------------------------------------------


@pytest.mark.parametrize("below", ["", "items/0"])
def test_under_another_root_than_the_given_one_nothing_is_computed(below: str, tmp_path: Path) -> None:
    small_site(tmp_path)
    report = verify(tmp_path / below, Desk().fingerprint)
    assert broken(report) == {"root"}
    others = [link for link in report.links if link.name not in ("root", "roster")]
    assert {(link.verdict, link.detail) for link in others} == {(Verdict.UNKNOWN, "Not judged: another root.")}
    assert len(others) >= 4


def test_several_alterations_are_all_reported(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    put(tmp_path, "items/0/picture.jpg", b"")
    put_part(tmp_path / "items/2", "statement.tlog-proof", b"")
    (tmp_path / "index.html").unlink()
    put(tmp_path, "planted", b"")

    report = verify(tmp_path, desk.fingerprint)

    expected = {"item 0 media", "item 2", "file items/0/picture.jpg", "file index.html", "file planted"}
    assert expected <= broken(report)
    assert verdict(report, "item 4 media") is Verdict.PROVED


def test_nothing_is_proved_by_a_strangers_roster(tmp_path: Path) -> None:
    small_site(tmp_path)
    report = verify(tmp_path, Desk().fingerprint)
    assert broken(report) == {"root"}
    assert "not that desk's site" in detail(report, "root")
    assert {link.verdict for link in report.links if link.name not in ("root", "roster")} == {Verdict.UNKNOWN}


# ---- what only a reader with a memory can find -------------------------------------------------------------------


def test_an_edition_older_than_the_one_seen_is_found(tmp_path: Path) -> None:
    site, old = tmp_path / "site", tmp_path / "old"
    desk = small_site(site)
    shutil.copytree(site, old)
    desk.publish(site)
    seen = verify(site).seen
    assert seen is not None

    report = verify(old, memory={desk.fingerprint.hex(): seen})

    assert broken(report) == {"newest", "history"}
    assert "Expected edition 2 and version 1 of the roster" in detail(report, "newest")
    assert report.seen == seen, "the newer edition stays remembered"
    assert broken(verify(old / "items/0", memory={desk.fingerprint.hex(): seen})) == {"newest", "history"}


def test_a_second_edition_of_the_same_number_is_found(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    desk = small_site(one)
    seen = verify(one).seen
    assert seen is not None
    desk.editions.clear()
    desk.take_in({"picture.jpg": b"for other eyes"})
    desk.publish(other)  # the desk shows somebody else another edition 1, in a ledger that did grow

    report = verify(other, memory={desk.fingerprint.hex(): seen})

    assert broken(report) == {"newest"}
    assert "Expected the edition 1 that you saw" in detail(report, "newest")


def test_an_edition_that_does_not_follow_the_one_seen_is_found(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    seen = verify(tmp_path).seen
    assert seen is not None
    desk.editions[-1] = b"another edition 1"
    desk.publish(tmp_path)
    assert broken(verify(tmp_path, memory={desk.fingerprint.hex(): seen})) == {"newest"}


def test_a_ledger_that_was_rewritten_is_found_although_it_grew(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    seen = verify(tmp_path).seen
    assert seen is not None
    desk.entries[200] = bytes(32)  # one old entry taken out; everything is proved and signed anew
    desk.publish(tmp_path)

    report = verify(tmp_path, memory={desk.fingerprint.hex(): seen})

    assert broken(report) == {"history"}
    assert "rewritten" in detail(report, "history")
    assert verify(tmp_path, desk.fingerprint).holds, "who saw nothing before cannot notice"


def test_a_newer_edition_with_an_older_roster_is_found(tmp_path: Path) -> None:
    desk = small_site(tmp_path, Desk(version=2))
    seen = verify(tmp_path).seen
    assert seen is not None
    desk.version = 1
    desk.publish(tmp_path)
    assert broken(verify(tmp_path, memory={desk.fingerprint.hex(): seen})) == {"newest"}


def test_the_same_name_under_another_root_is_found(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    desk = small_site(one)
    seen = verify(one).seen
    assert seen is not None
    impostor = small_site(other)
    memory = {desk.fingerprint.hex(): seen}
    assert broken(verify(other, memory=memory)) == {"root"}
    assert verify(other, impostor.fingerprint, memory).holds, "a fingerprint given by the reader decides"


def test_the_next_edition_continues_the_one_seen(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    first = verify(tmp_path)
    assert first.seen is not None
    assert first.seen.edition == 1
    desk.take_in({"picture.jpg": b"later"})
    desk.publish(tmp_path)

    report = verify(tmp_path, memory={desk.fingerprint.hex(): first.seen})

    assert report.holds
    assert verdict(report, "newest") is verdict(report, "history") is Verdict.PROVED
    assert report.seen is not None
    assert (report.seen.edition, report.seen.size) == (2, 512)
