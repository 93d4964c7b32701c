"""Whatever a reader points at: a site, an item, a statement, a proof, a picture."""

import shutil
from pathlib import Path

import pytest

from site_maker import Desk, Key, put, small_site
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.verifying import Report, Verdict, verify


def verdicts(report: Report) -> dict[str, str]:
    return {link.name: link.verdict.value for link in report.links}


def test_a_sound_site_is_proved_but_for_what_only_the_desk_and_the_reader_know(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    report = verify(tmp_path)
    assert report.holds
    assert report.root == desk.fingerprint
    found = verdicts(report)
    assert {name for name, verdict in found.items() if verdict == "unknown"} == {"root", "witnesses", "newest"}
    assert {name for name, verdict in found.items() if verdict == "vouched"} == {f"item {n} source" for n in (0, 2, 4)}
    assert verdicts(verify(tmp_path, desk.fingerprint))["root"] == "proved"


def test_the_reader_is_told_the_fingerprint_to_compare(tmp_path: Path) -> None:
    small_site(tmp_path)
    detail = next(link.detail for link in verify(tmp_path).links if link.name == "root")
    assert "second channel" in detail


@pytest.mark.parametrize("asked", ["", "statement.json", "statement.tlog-proof", "picture.jpg"])
def test_one_item_may_be_named_by_its_folder_or_any_of_its_files(tmp_path: Path, asked: str) -> None:
    small_site(tmp_path)
    report = verify(tmp_path / "items/2" / asked)
    assert report.holds
    assert verdicts(report)["item 2 media"] == "proved"
    assert "item 0" not in verdicts(report)


def test_a_file_beside_a_statement_that_does_not_name_it_is_not_covered_by_it(tmp_path: Path) -> None:
    small_site(tmp_path)
    put(tmp_path, "items/2/other.jpg", b"planted")
    assert verdicts(verify(tmp_path / "items/2/other.jpg"))["item 2 media"] == "broken"


def test_an_item_that_was_passed_on_alone_is_checked_with_the_roster_beside_it(tmp_path: Path) -> None:
    site, alone = tmp_path / "site", tmp_path / "deep/alone"
    desk = small_site(site)
    shutil.copytree(site / "items/2", alone)
    shutil.copy(site / "roster.json", alone)
    report = verify(alone, desk.fingerprint)
    assert report.holds
    assert verdicts(report)["item 2 media"] == verdicts(report)["root"] == "proved"
    assert verdicts(report)["edition"] == "unknown"


def test_an_item_without_any_roster_proves_nothing(tmp_path: Path) -> None:
    site, alone = tmp_path / "site", tmp_path / "elsewhere/alone"
    small_site(site)
    shutil.copytree(site / "items/2", alone)
    found = verdicts(verify(alone))
    assert found["roster"] == "broken"
    assert "proved" not in found.values()


@pytest.mark.parametrize("name", ["", "empty", "nothing.txt", "absent"])
def test_a_path_that_is_neither_is_a_mistake_of_usage(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "nothing.txt").write_bytes(b"")
    with pytest.raises(UsageError, match="neither"):
        verify(tmp_path / name)


def test_an_empty_edition_holds(tmp_path: Path) -> None:
    desk = Desk()
    desk.publish(tmp_path)
    assert verify(tmp_path, desk.fingerprint).holds


def test_tiles_left_from_an_earlier_edition_may_stay(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    left = (tmp_path / "ledger/tile/1/000.p/1").read_bytes()
    desk.publish(tmp_path)
    put(tmp_path, "ledger/tile/1/000.p/1", left)
    assert verify(tmp_path).holds
    put(tmp_path, "ledger/tile/1/000.p/1", left[::-1])
    assert "file ledger/tile/1/000.p/1" in verdicts(verify(tmp_path))


def test_a_statement_signed_by_two_desk_keys_holds_if_one_of_them_counts(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    desk.publish(tmp_path, signers=[desk.desk, Key()])
    assert verify(tmp_path).holds


def test_a_key_of_another_role_does_not_sign_for_the_desk(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    desk.publish(tmp_path, signers=[desk.root])
    assert verdicts(verify(tmp_path))["edition"] == "broken"
    desk.publish(tmp_path, signers=[desk.log])
    assert verdicts(verify(tmp_path))["edition"] == "broken"


def test_a_source_that_came_after_its_picture_is_found(tmp_path: Path) -> None:
    desk = Desk(entries=[bytes(32)] * 11)
    desk.items[10] = {"picture.jpg": b"made before its original"}
    predicate = desk.derived_predicate(10)
    desk.entries = desk.entries[:9]
    subject = Subject("picture.jpg", sha256_hex(desk.items[10]["picture.jpg"]))
    desk.derived[10] = desk.append(Statement("derived", (subject,), predicate))
    desk.publish(tmp_path)
    assert verdicts(verify(tmp_path))["item 10"] == "broken"


def test_a_witnessed_ledger_says_who_saw_it(tmp_path: Path) -> None:
    desk = small_site(tmp_path, Desk(witness=Key()))
    link = next(link for link in verify(tmp_path, desk.fingerprint).links if link.name == "witnesses")
    assert link.verdict is Verdict.PROVED
    assert "witness" in link.detail
