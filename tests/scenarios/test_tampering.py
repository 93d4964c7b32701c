"""What a reader is told when somebody altered a site: every attack is found, and the report names what it broke."""

import shutil
from pathlib import Path

import pytest

from support.attacks.base import TAMPERINGS, names, two_editions
from support.site_maker import Desk, put, small_site
from tamizdat.verifying import Report, Verdict, verify


def broken(report: Report) -> set[str]:
    return {link.name for link in report.broken}


def detail(report: Report, name: str) -> str:
    return next(link.detail for link in report.links if link.name == name)


def verdict(report: Report, name: str) -> Verdict:
    return next(link.verdict for link in report.links if link.name == name)


@pytest.mark.parametrize("name", names())
def test_the_report_names_what_was_altered(name: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    desk = two_editions(site)
    root = desk.fingerprint
    assert verify(site, root).holds
    TAMPERINGS[name].attack(site, desk)

    report = verify(site, root)

    assert broken(report) == TAMPERINGS[name].broken
    assert not report.holds
    assert report.seen is None, "an altered edition must not be remembered as seen"


def test_several_alterations_are_all_reported(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    put(tmp_path, "items/0/picture.jpg", b"")
    put(tmp_path, "items/2/statement.tlog-proof", b"")
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
