"""One page, feed or other file of a site by itself: held against the edition's list, with what it loads."""

import shutil
from pathlib import Path

import pytest

from support import site_maker
from support.altering import two_editions
from support.attacks.files import DAY, FEED, ONE_FILE
from support.site_maker import Desk, list_of, put, small_site
from tamizdat.encoding import sha256_hex
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


class WithMore(Desk):
    """A desk whose site has files beside its scripts that no page loads, and a feed that shows a picture."""

    def _pages(self, out: Path) -> None:
        super()._pages(out)
        put(out, "static/notes.txt", b"how the scripts are made")
        put(out, "static/other/more.js", b"// of no page")
        put(out, "feed.xml", b'<feed><img src="items/0/picture.jpg"/></feed>')


@pytest.mark.parametrize("path", ["static/notes.txt", "static/other/more.js", "feed.xml"])
def test_what_lies_beside_its_scripts_and_is_not_loaded_breaks_no_page(tmp_path: Path, path: str) -> None:
    desk = small_site(tmp_path, WithMore())
    (tmp_path / path).write_bytes(b"altered")
    for each in (DAY, "items/0"):
        assert verify(tmp_path / each, desk.fingerprint).holds


@pytest.mark.parametrize("path", ["static/words/ar.js", "static/story.js", "static/verify.js"])
def test_what_its_scripts_may_load_breaks_a_page_and_is_told_once(tmp_path: Path, path: str) -> None:
    small_site(tmp_path)
    listed = sha256_hex((tmp_path / path).read_bytes())
    (tmp_path / path).write_bytes(b"altered")
    for page, link in ((DAY, f"file {DAY}"), ("items/0", "item 0 page")):
        told = f"Expected {path} with the SHA-256 {listed}, found {sha256_hex(b'altered')}."
        assert [(each.name, each.detail) for each in verify(tmp_path / page).broken] == [(link, told)]


def test_a_feed_is_no_page_and_loads_nothing(tmp_path: Path) -> None:
    desk = small_site(tmp_path, WithMore())
    (tmp_path / "items/0/picture.jpg").write_bytes(b"altered")
    told = verdict(verify(tmp_path / FEED, desk.fingerprint), f"file {FEED}")
    assert told == (Verdict.PROVED, f"Byte for byte {FEED} of this edition.")


def test_of_an_altered_page_it_is_not_told_what_it_loads(tmp_path: Path) -> None:
    two_editions(tmp_path)
    listed = sha256_hex((tmp_path / DAY).read_bytes())
    for path in (DAY, "static/page.js"):
        (tmp_path / path).write_bytes((tmp_path / path).read_bytes() + b"\n")
    found, reason = verdict(verify(tmp_path / DAY), f"file {DAY}")
    altered = sha256_hex((tmp_path / DAY).read_bytes())
    assert (found, reason) == (Verdict.BROKEN, f"Expected {DAY} with the SHA-256 {listed}, found {altered}.")


@pytest.mark.parametrize("other", ["days", "items-0"])
def test_a_list_that_names_a_file_of_another_list_does_not_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    path, own, other = "zh/days/2013-05-12/index.html", "edition/files/zh.txt", f"edition/files/{other}.txt"
    monkeypatch.setattr(site_maker, "list_of", lambda each: other if each == path else list_of(each))
    small_site(tmp_path)
    said = f"Expected {path} on the list {own}, found it on {other}."
    report = verify(tmp_path)
    assert verdict(report, f"file {other}") == (Verdict.BROKEN, said)
    assert verdict(verify(tmp_path / DAY.replace("days", "zh/days")), f"file {path}")[0] is Verdict.BROKEN
    if other.endswith("days.txt"):
        assert verdict(verify(tmp_path / DAY), f"file {DAY}") == (Verdict.BROKEN, said)
