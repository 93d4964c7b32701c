"""One page, feed or other file of a site by itself: held against the edition's list, with what it loads."""

import shutil
from pathlib import Path

import pytest

from support.altering import two_editions
from support.attacks.files import DAY, FEED, ONE_FILE
from support.site_maker import put
from tamizdat.errors import UsageError
from tamizdat.verifying import Report, Verdict, verify


def verdict(report: Report, name: str) -> tuple[Verdict, str]:
    return next((link.verdict, link.detail) for link in report.links if link.name == name)


@pytest.mark.parametrize("path", [DAY, f"zh/{DAY}", FEED, "index.html", "static/page.js", "roster.json"])
def test_a_file_of_a_site_is_proved_byte_for_byte_by_the_list_of_its_edition(tmp_path: Path, path: str) -> None:
    desk = two_editions(tmp_path)
    report = verify(tmp_path / path, desk.fingerprint)
    assert report.holds
    assert report.subject == f"file {path}"
    found, reason = verdict(report, report.subject)
    assert found is Verdict.PROVED
    assert reason.startswith(f"Byte for byte {path} of this edition.")
    assert ("all that it loads" in reason) is path.endswith(".html")


def test_a_folder_of_a_page_is_its_page(tmp_path: Path) -> None:
    two_editions(tmp_path)
    assert verify((tmp_path / DAY).parent).subject == f"file {DAY}"


@pytest.mark.parametrize("name", ONE_FILE)
def test_what_was_altered_is_found_by_whoever_checks_one_file(tmp_path: Path, name: str) -> None:
    desk = two_editions(tmp_path)
    one = ONE_FILE[name]
    one.attack(tmp_path, desk)
    report = verify(tmp_path / one.path, desk.fingerprint)
    assert [link.name for link in report.broken] == [one.broken]
    assert verdict(report, f"file {one.path}")[0] is not Verdict.PROVED


@pytest.mark.parametrize("path", ["edition/items.txt", "ledger/checkpoint", "edition/edition.js"])
def test_what_is_made_after_the_list_is_not_said_to_be_proved_by_it(tmp_path: Path, path: str) -> None:
    two_editions(tmp_path)
    assert verdict(verify(tmp_path / path), f"file {path}")[0] is Verdict.UNKNOWN


def test_a_link_to_a_page_elsewhere_is_not_followed(tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere.html"
    two_editions(site)
    (site / FEED).rename(elsewhere)
    (site / FEED).symlink_to(elsewhere)
    found, reason = verdict(verify(site / FEED), f"file {FEED}")
    assert found is Verdict.BROKEN
    assert "symbolic link" in reason


def test_a_roster_beside_a_page_does_not_decide(tmp_path: Path) -> None:
    stranger, site = tmp_path / "stranger", tmp_path / "site"
    two_editions(stranger)
    desk = two_editions(site)
    shutil.copytree(stranger / "edition", site / "days/edition")
    put(site, "days/roster.json", (stranger / "roster.json").read_bytes())
    report = verify(site / DAY, desk.fingerprint)
    assert report.subject == f"file {DAY}"
    assert report.holds


def test_an_older_edition_than_the_one_seen_is_found_by_one_page_too(tmp_path: Path) -> None:
    site, old = tmp_path / "site", tmp_path / "old"
    desk = two_editions(site)
    shutil.copytree(site, old)
    desk.publish(site)
    seen = verify(site).seen
    assert seen is not None
    report = verify(old / DAY, memory={desk.fingerprint.hex(): seen})
    assert {link.name for link in report.broken} == {"newest", "history"}
    assert report.seen == seen


def test_a_page_without_a_site_around_it_is_a_mistake_of_usage(tmp_path: Path) -> None:
    site, alone = tmp_path / "site", tmp_path / "a/b/c/alone/index.html"
    two_editions(site)
    alone.parent.mkdir(parents=True)
    shutil.copy(site / DAY, alone)
    with pytest.raises(UsageError, match="a file of a site"):
        verify(alone)
