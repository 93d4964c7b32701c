"""A desk of one becomes a desk of several, by command; who knew the old root is led to the new one."""

import io
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from support.evidence_packages import EvidenceDesk
from support.field_and_desk import WORK
from support.published_desk import key
from tamizdat.archive import Archive
from tamizdat.cli.main import main
from tamizdat.encoding import sha256, spoken
from tamizdat.errors import CheckFailed
from tamizdat.evidence.check import check_package
from tamizdat.evidence.documents import steps
from tamizdat.home.home import Home
from tamizdat.home.keyring import Keyring
from tamizdat.home.rotate import newest_roster
from tamizdat.home.setup import create_desk
from tamizdat.ledger.roster import Root, Roster
from tamizdat.ledger.signing import sign_roster
from tamizdat.mirror.copy import copy_site
from tamizdat.places.site_files import FolderSite
from tamizdat.verifying import verify
from tamizdat.witness.record import Record

STICKS = ("root-1.age", "root-2.age", "root-3.age")


def call(home: Path, *argv: str) -> str:
    shown = io.StringIO()
    code = main([*argv, "--home", str(home), "--allow-swap"], shown, shown)
    said = shown.getvalue()
    assert code == 0, said
    return " ".join(said.split())


def publish_a_name(home: Path) -> None:
    call(home, "people", "add", "name=王", "language=zh")
    call(home, "people", "release", "--all")
    call(home, "publish")


def refused(home: Path, *argv: str) -> str:
    shown = io.StringIO()
    assert main([*argv, "--home", str(home), "--allow-swap"], shown, shown) in (2, 3)
    return " ".join(shown.getvalue().split())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk of one whose root key is on a stick, with one edition and a mirror's copy of it."""
    folder = tmp_path_factory.mktemp("several")
    create_desk(folder / "desk", "desk", b"", WORK)
    (folder / "stick").mkdir()
    (folder / "desk/root.age").rename(folder / "stick/root.age")
    publish_a_name(folder / "desk")
    before = Home.open(folder / "desk", "desk", b"")
    record = Record.create(folder / "witness", "w.example")
    copy_site(FolderSite("site", folder / "desk/site"), folder / "copy", record, None, 1_790_000_000)
    shutil.copytree(folder / "desk/site", folder / "first")
    (folder / "old").write_text(before.settings["root"])
    return folder


def handed_over(desk: Path) -> None:
    """The command, once, and the sticks carried away."""
    if (desk / "stick/root-1.age").is_file():
        return
    said = call(desk / "desk", "keys", "roster", "--roots", "2-of-3", "--root", str(desk / "stick/root.age"))
    assert "signed by 2 of 3 root keys" in said
    assert f"Carry root-1.age, root-2.age, root-3.age from {desk / 'desk'} each" in said
    for name in STICKS:
        (desk / "desk" / name).rename(desk / "stick" / name)
    with Archive.open(desk / "desk/archive") as archive:
        new = spoken(newest_roster(archive, bytes.fromhex((desk / "old").read_text())).root.fingerprint)
    assert f"channel: {new}" in call(desk / "desk", "publish"), "readers are told the new one, as the site does"
    assert call(desk / "desk", "keys", "print").endswith(new)


def test_the_old_root_alone_signs_the_change_and_nothing_after_it(desk: Path) -> None:
    stick = desk / "stick"
    assert "Expected --root FILE" in refused(desk / "desk", "keys", "roster", "--roots", "2-of-3")
    (desk / "desk/root-2.age").write_bytes(b"precious")
    change = ("keys", "roster", "--roots", "2-of-3", "--root", str(desk / "stick/root.age"))
    if not (stick / "root-1.age").exists():
        assert "found root-2.age: it is never overwritten" in refused(desk / "desk", *change)
    assert (desk / "desk/root-2.age").read_bytes() == b"precious"
    (desk / "desk/root-2.age").unlink()
    assert not (desk / "desk/root-1.age").exists()
    handed_over(desk)
    one, two, old = (str(stick / name) for name in ("root-1.age", "root-3.age", "root.age"))
    for few in (["--root", one], ["--root", old], ["--root", one, "--root", old], ["--root", one, "--root", one]):
        assert "Expected 2 of the root's keys" in refused(desk / "desk", "keys", "rotate", *few)
    with Archive.open(desk / "desk/archive") as archive:
        index = archive.size
    call(desk / "desk", "keys", "rotate", "--root", one, "--root", two)
    home = Home.open(desk / "desk", "desk", b"")
    with Archive.open(desk / "desk/archive") as archive:
        roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
        [before, after] = [each for each in roster.keys if each.role == "desk"]
        assert (before.until, after.start, after.until) == (index, index, None)
        assert before.key in roster.keys_at("desk", 0)
    call(desk / "desk", "publish")
    assert verify(desk / "desk/site", roster.root.fingerprint).holds


def test_who_knew_the_old_root_is_led_to_the_new_one(desk: Path) -> None:
    handed_over(desk)
    site, old = desk / "desk/site", bytes.fromhex((desk / "old").read_text())
    report = verify(site, old)
    assert report.holds
    assert report.root != old
    assert next(link.detail for link in report.links if link.name == "root").startswith("The root you gave handed over")
    seen = verify(desk / "first", old).seen
    assert seen is not None
    remembered = verify(site, None, {old.hex(): seen})
    assert remembered.holds
    assert "which you saw" in next(link.detail for link in remembered.links if link.name == "newest")
    record = Record.create(desk / "witness", "")
    done = copy_site(FolderSite("site", site), desk / "copy", record, old, 1_790_000_100)
    assert done.changed
    assert verify(desk / "copy", old).holds


@pytest.mark.parametrize("change", ["missing", "another", "unsigned"])
def test_a_site_whose_root_is_not_the_old_ones_will_is_another_desks(desk: Path, tmp_path: Path, change: str) -> None:
    handed_over(desk)
    old = bytes.fromhex((desk / "old").read_text())
    copy = Path(shutil.copytree(desk / "desk/site", tmp_path / "copy"))
    if change == "missing":
        (copy / "roster-1.json").unlink()
    elif change == "another":
        create_desk(tmp_path / "other", "desk", b"", WORK)
        publish_a_name(tmp_path / "other")
        shutil.copy(tmp_path / "other/site/roster.json", copy / "roster-1.json")
    else:
        changed = next(copy / name for name in ("roster-2.json", "roster.json") if (copy / name).exists())
        envelope, first = (json.loads(path.read_bytes()) for path in (changed, copy / "roster-1.json"))
        old_key = first["signatures"][0]["keyid"]
        envelope["signatures"] = [each for each in envelope["signatures"] if each["keyid"] != old_key]
        changed.write_text(json.dumps(envelope, separators=(",", ":"), sort_keys=True))
    report = verify(copy, old)
    assert "root" in {link.name for link in report.broken}
    with pytest.raises(Exception, match="Expected"):
        copy_site(FolderSite("s", copy), tmp_path / "mirror", Record.create(tmp_path / "w", "w"), old, 1_790_000_000)


def test_who_has_the_old_root_key_leads_nobody_away_who_saw_the_new_root(desk: Path, tmp_path: Path) -> None:
    handed_over(desk)
    site, old, own = desk / "desk/site", bytes.fromhex((desk / "old").read_text()), key(21)
    stolen = Keyring.load(desk / "stick/root.age", b"").signing["root"]
    first, newest = (Roster.open((site / name).read_bytes()) for name in ("roster-1.json", "roster.json"))
    root, before = Root((own.public,), 1), sha256(first.envelope)
    thiefs = replace(newest, root=root, version=2, previous=before, envelope=b"")
    copy = Path(shutil.copytree(site, tmp_path / "thief"))
    (copy / "roster.json").write_bytes(sign_roster(thiefs, [(each.public, each.sign) for each in (stolen, own)]))
    told, then = verify(site, old), verify(desk / "first", old).seen
    assert told.seen is not None
    assert then is not None
    memory = {old.hex(): then, newest.root.fingerprint.hex(): told.seen}
    assert "root" not in {link.name for link in verify(copy, old).broken}, "the old fingerprint alone tells no thief"
    for folder, given in ((copy, None), (copy, old), (desk / "first", None)):
        [broken] = [link for link in verify(folder, given, memory).broken if link.name == "root"]
        assert spoken(newest.root.fingerprint) in broken.detail
    assert verify(site, old, memory).holds
    record = Record.create(tmp_path / "witness", "w.example")
    copy_site(FolderSite("site", site), tmp_path / "mirror", record, old, 1_790_000_000)
    with pytest.raises(CheckFailed, match=f"Expected the root {spoken(newest.root.fingerprint)}"):
        copy_site(FolderSite("thief", copy), tmp_path / "mirror", record, old, 1_790_000_100)


def test_a_package_for_a_court_follows_the_change_by_its_page_too(tmp_path: Path) -> None:
    desk = EvidenceDesk(tmp_path / "desk")
    first = Roster.open(desk.house.roster)
    keys = [key(number) for number in (11, 12, 13)]
    root = Root(tuple(each.public for each in keys), 2)
    second = replace(first, root=root, version=2, previous=sha256(first.envelope), envelope=b"")
    signers = [(each.public, each.sign) for each in (desk.house.root, *keys)]
    desk.house.roster = sign_roster(second, signers)
    desk.house.archive.append([desk.house.roster])
    desk.house.publish()
    desk.package(tmp_path / "package", "salts", "times")
    assert check_package(tmp_path / "package", first.root.fingerprint).holds
    done = by_hand(tmp_path / "package")
    assert done.returncode == 0, done.stderr
    assert first.root.fingerprint.hex() in done.stdout
    assert "version 2 has another root; the one before it signed that" in done.stdout
    alone = tmp_path / "package/data/proofs/roster-2.json"
    alone.write_bytes(sign_roster(second, signers[1:]))  # a thief's root, which the first never signed
    assert not check_package(tmp_path / "package", first.root.fingerprint).holds
    assert by_hand(tmp_path / "package", files=False).returncode != 0


def by_hand(package: Path, files: bool = True) -> "subprocess.CompletedProcess[str]":
    """The commands of the package's page; without *files* those that compare no lists."""
    commands = steps()
    if not files:
        commands["files"] = "set -euo pipefail; export LC_ALL=C; work=$(mktemp -d)\n"
    return subprocess.run(
        ["bash", "-c", "".join(commands.values())], cwd=package, capture_output=True, text=True, check=False
    )
