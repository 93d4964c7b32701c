"""Whatever a reader points at: a site, an item, a statement, a proof, a picture."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from support.attacks.base import TAMPERINGS, A, two_editions
from support.sample_site import post, reference
from support.site_maker import Desk, Key, put, small_site
from tamizdat.encoding import sha256, sha256_hex, spoken
from tamizdat.errors import UsageError
from tamizdat.ledger.roster import Root, Roster
from tamizdat.ledger.signing import sign_roster
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.derived_post import Picture
from tamizdat.statements.transcribed import Cue, Track
from tamizdat.verifying import Report, Verdict, verify
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.report import Seen
from tamizdat.verifying.root_of_trust import judge_root
from tamizdat.verifying.track_links import judge_tracks, webvtt
from tamizdat.verifying.untrusted_folder import Folder


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


def test_under_another_root_than_the_readers_nothing_below_is_computed(tmp_path: Path) -> None:
    small_site(tmp_path)
    for path in (tmp_path, tmp_path / "items/2"):
        report = verify(path, bytes(32))
        found = verdicts(report)
        assert (found.pop("roster"), found.pop("root")) == ("proved", "broken")
        assert set(found.values()) == {"unknown"}
        assert not report.holds


def test_a_site_is_not_held_against_the_root_of_another_desk_that_the_reader_saw(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    other = Seen("another.example/ledger", 1, 7, "ab" * 32, 256, "cd" * 32)
    report = verify(tmp_path, memory={"ef" * 32: other})
    assert report.holds
    assert "Compare this fingerprint" in detail(report, "root")
    same = replace(other, origin=desk.origin)
    assert verdicts(verify(tmp_path, memory={"ef" * 32: same}))["root"] == "broken"


def test_who_saw_two_roots_that_handed_over_one_after_the_other_is_led_on_from_the_later(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    first = Roster.open((tmp_path / "roster.json").read_bytes())
    keys, versions, before = [desk.root, Key(), Key()], list[Roster](), None
    for version, key in enumerate(keys, 1):
        signers = [each.signer for each in keys[max(0, version - 2) : version]]
        roster = replace(first, root=Root((key.public,)), version=version, previous=before, envelope=b"")
        versions.append(Roster.open(sign_roster(roster, signers)))
        before = sha256(versions[-1].envelope)
        put(tmp_path, f"roster-{version}.json", versions[-1].envelope)
    roots = [each.root.fingerprint for each in versions]
    seen = {root.hex(): Seen(desk.origin, 1, at, "ab" * 32, 256, "cd" * 32) for at, root in enumerate(roots[:2], 1)}
    for memory in (seen, dict(reversed(seen.items()))):
        evidence = Evidence(Folder(tmp_path), None, memory, whole=True)
        evidence.roster = versions[-1]
        with evidence.report.link("root") as claim:
            judge_root(evidence, claim)
        assert evidence.former_root == roots[1]
        assert detail(evidence.report, "root").startswith(f"The root you saw here before, {spoken(roots[1])}, handed")
    (tmp_path / "roster-1.json").unlink()
    evidence = Evidence(Folder(tmp_path), roots[0], {}, whole=True)
    evidence.roster = versions[-1]
    with evidence.report.link("root") as claim:
        judge_root(evidence, claim)
    assert verdicts(evidence.report) == {"root": "broken"}


@pytest.mark.parametrize("named", ["track-3.en.vtt", "track-1.en.vtt", "track-3.zh.vtt"])
def test_subtitles_lie_under_the_name_by_which_the_page_plays_them(tmp_path: Path, named: str) -> None:
    cues = (Cue(0, 900, "", "They are gone."),)
    track = Track("en", named, cues, "", "", "2026-11-25", reference(1), (reference(1),))
    clip = Picture(("clip-3.mp4", "poster-3.jpg"), "", reference(2), tracks=(track,))
    item = post(57, "五年了", pictures=(clip,), media=(Subject(named, sha256_hex(webvtt(cues))),))
    evidence = Evidence(Folder(tmp_path), None, {}, whole=True)
    for name, its in (("item 56", None), ("item 57", item)):
        with evidence.report.link(name) as claim:
            claim.say("it is signed")
        judge_tracks(evidence, name, its)
    right = named == "track-3.en.vtt"
    assert verdicts(evidence.report)["item 57 tracks"] == ("vouched" if right else "broken")
    assert right or "in track-3.en.vtt" in detail(evidence.report, "item 57 tracks")


@pytest.mark.parametrize("asked", ["", "proof.js", "picture.jpg"])
def test_one_item_may_be_named_by_its_folder_or_any_of_its_files(tmp_path: Path, asked: str) -> None:
    small_site(tmp_path)
    report = verify(tmp_path / "items/2" / asked)
    assert report.holds
    assert verdicts(report)["item 2 media"] == "proved"
    assert "item 0" not in verdicts(report)


def detail(report: Report, name: str) -> str:
    return next(link.detail for link in report.links if link.name == name)


def test_one_item_says_when_it_is_proved_by_an_earlier_checkpoint_and_the_whole_site_compares_it(
    tmp_path: Path,
) -> None:
    desk = small_site(tmp_path, Desk(keep=True))
    desk.take_in({"picture.jpg": b"later"})
    desk.publish(tmp_path)
    assert "earlier checkpoint" in detail(verify(tmp_path / "items/2"), "item 2")
    assert "earlier checkpoint" not in detail(verify(tmp_path / "items/256"), "item 256")
    assert "earlier checkpoint" not in detail(verify(tmp_path), "item 2")


def test_a_fork_is_found_in_the_whole_site_although_the_item_by_itself_holds(tmp_path: Path) -> None:
    desk = two_editions(tmp_path)
    TAMPERINGS["a_proof_by_an_earlier_checkpoint_that_was_forked"].attack(tmp_path, desk)
    assert verify(tmp_path / "items/0").holds
    assert verdicts(verify(tmp_path))["item 0"] == "broken"


@pytest.mark.parametrize(
    "attack",
    [
        "a_proof_by_a_later_checkpoint", "a_proof_by_another_checkpoint_of_the_same_size",
        "a_proof_by_an_earlier_checkpoint_of_another_origin",
        "a_proof_by_an_earlier_checkpoint_that_the_log_did_not_sign",
        "a_proof_by_an_earlier_checkpoint_before_the_statement",
    ],
)  # fmt: skip
def test_other_checkpoints_are_found_in_one_item_by_itself(tmp_path: Path, attack: str) -> None:
    TAMPERINGS[attack].attack(tmp_path, two_editions(tmp_path))
    assert verdicts(verify(tmp_path / "items/0"))["item 0"] == "broken"


@pytest.mark.parametrize("asked", ["", "proof.js", "picture-1.jpg", "index.html"])
def test_a_post_may_be_named_by_its_folder_or_any_of_its_files(tmp_path: Path, asked: str) -> None:
    two_editions(tmp_path)
    report = verify(tmp_path / f"items/{A}" / asked)
    assert report.holds
    links = ("shown", "source", "text", "translation en", "translation fr")
    assert {verdicts(report)[f"item {A} {link}"] for link in links} == {"proved"}
    assert {verdicts(report)[f"item {A} {link}"] for link in ("review en", "gone", "earlier")} == {"vouched"}


def test_a_post_passed_on_without_its_page_says_so(tmp_path: Path) -> None:
    site, alone = tmp_path / "site", tmp_path / "deep/alone"
    two_editions(site)
    shutil.copytree(site / f"items/{A}", alone)
    shutil.copy(site / "roster.json", alone)
    assert verdicts(verify(alone))[f"item {A} shown"] == "unknown"
    (alone / "index.html").unlink()
    report = verify(alone)
    assert report.holds
    assert verdicts(report)[f"item {A} shown"] == "unknown"
    assert verdicts(report)[f"item {A} text"] == "proved"


@pytest.mark.parametrize("at", [f"items/{A}/index.html", f"zh/items/{A}/index.html"])
def test_one_post_by_itself_is_held_against_its_pages_in_every_language(tmp_path: Path, at: str) -> None:
    two_editions(tmp_path)
    path = tmp_path / at
    path.write_bytes(path.read_bytes().replace("五年了".encode(), "六年了".encode()))
    assert verdicts(verify(tmp_path / f"items/{A}"))[f"item {A} shown"] == "broken"


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
