"""The page in a package of evidence: it checks the folder that it is given, in a browser, and names what is wrong."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Page

from support.changed_packages import BROKEN, CHANGES, HOLDS, UNKNOWN, ManyExhibits, changed
from support.chromium import CHROMIUM
from support.evidence_packages import EVERYTHING, EvidenceDesk, relisted
from support.published_desk import ORIGIN, key
from support.stamping import Calendar, counted
from tamizdat.archive.acts.people import state_person
from tamizdat.demo.local_authority import LocalAuthority
from tamizdat.encoding import sha256, sha256_hex
from tamizdat.evidence.check import check_package
from tamizdat.evidence.package import write
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy, Witness
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.signing import sign_checkpoint, sign_roster
from tamizdat.ledger.tree import Tree, leaf_hash
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.timestamps.authority import request
from tamizdat.timestamps.ots import BITCOIN, MAGIC
from tamizdat.timestamps.token import Token
from tamizdat.verifying.trust import Trust

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    EvidenceDesk(folder / "desk").package(folder / "package", *EVERYTHING)
    return folder / "package"


def report(page: Page, package: Path, language: str = "en") -> str:
    page.goto((package / f"data/check.{language}.html").as_uri())
    page.set_input_files("#folder", package)
    page.wait_for_selector("#report[data-done]")
    return page.inner_text("#report")


def test_a_whole_package_holds_in_both_languages(opened: Callable[..., Page], package: Path) -> None:
    page = opened(viewport={"width": 360, "height": 800})
    said = report(page, package)
    assert "Nothing is broken." in said
    assert len(re.findall("^Proved: entry", said, re.MULTILINE)) == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "没有任何一项不成立。" in report(page, package, "zh-Hans")


def test_a_package_that_waits_for_its_witnesses_is_told_so_unless_something_else_is_wrong(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    desk = EvidenceDesk(tmp_path / "desk")
    first = Roster.open(desk.house.roster)
    policy, before = Policy(first.policy.log, (Witness("w.example", key(8).public),), 1), sha256(first.envelope)
    demanding = replace(first, policy=policy, version=2, previous=before, envelope=b"")
    desk.house.archive.append([sign_roster(demanding, [(desk.house.root.public, desk.house.root.sign)])])
    desk.package(tmp_path / "package", *EVERYTHING)
    page = opened()
    said = report(page, tmp_path / "package")
    assert "Not witnessed yet. The desk signed this" in said
    assert "does not hold" not in said
    assert "尚未见证。" in report(page, tmp_path / "package", "zh-Hans")
    (tmp_path / "package/data/chronology.en.html").write_bytes(b"altered")
    said = report(page, tmp_path / "package")
    assert "This does not hold: 2" in said
    assert "Not witnessed yet" not in said


@pytest.fixture(scope="module")
def stamped(package: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[LocalAuthority]]:
    """The same with what two authorities said of its checkpoint, and a later key of the log; no list names these."""
    folder = tmp_path_factory.mktemp("stamped")
    copy = Path(shutil.copytree(package, folder / "package"))
    first = Roster.open((copy / "data/proofs/roster-1.json").read_bytes())
    policy, before = Policy(Verifier(ORIGIN, key(7).public)), sha256(first.envelope)
    rotated = replace(first, policy=policy, version=2, previous=before, envelope=b"")
    (copy / "data/proofs/roster-2.json").write_bytes(sign_roster(rotated, [(key(3).public, key(3).sign)]))
    [note] = copy.glob("data/proofs/checkpoints/*/checkpoint")
    text, authorities = note.read_bytes().partition(b"\n\n")[0] + b"\n", []
    certificates = copy / "data/proofs/certificates"
    for at, name in enumerate(("one", "two")):
        authority = LocalAuthority(folder / name, name, is_rsa=bool(at))
        token = Token.parse(authority.answer(request(hashlib.sha256(text).digest(), 77)))
        for path, data in (
            (note.parent / f"stamps/{name}.tsr", token.bare),
            *(
                (certificates / f"{sha256_hex(der)}.der", der)
                for der in (
                    each.public_bytes(Encoding.DER) for each in (authority.signer, authority.middle, authority.root)
                )
            ),
        ):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        authorities.append(authority)
    return copy, authorities


def about_checkpoints(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith(("The stamp", "Who witnessed", "Since when"))]


def test_stamps_and_witnesses_in_a_package_are_judged_by_the_page_as_by_the_command(
    opened: Callable[..., Page], stamped: tuple[Path, list[LocalAuthority]]
) -> None:
    package, authorities = stamped
    page = opened()
    said = report(page, package)
    assert sum("which is no root that this page knows" in line for line in about_checkpoints(said)) == 2
    known = json.dumps([sha256_hex(each.root.public_bytes(Encoding.DER)) for each in authorities])
    page.add_init_script(
        f"window.addEventListener('load', () => {known}.forEach((each) => tamizdatStamps.ROOTS.add(each)))"
    )
    said = report(page, package)
    trusted = check_package(package, None, Trust(tuple(each.root for each in authorities)))
    command = [link.detail for link in trusted.links if link.name.startswith(("stamp", "witnesses "))]
    assert len(command) == 4
    found = about_checkpoints(said)
    assert [detail for detail in command if any(line.endswith(detail) for line in found)] == command
    assert "one Time and two Time" in found[-1]
    path = next(package.glob("data/proofs/checkpoints/*/stamps/two.tsr"))
    sound = path.read_bytes()
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    found = about_checkpoints(report(page, package))
    assert any(line.startswith("The stamp two.tsr") and "found a signature that fails" in line for line in found)
    path.write_bytes(sound)


def test_a_blocks_header_that_the_reader_gives_proves_a_stamp_and_another_does_not(
    opened: Callable[..., Page], stamped: tuple[Path, list[LocalAuthority]]
) -> None:
    package, _ = stamped
    [note] = package.glob("data/proofs/checkpoints/*/checkpoint")
    digest = hashlib.sha256(note.read_bytes().partition(b"\n\n")[0] + b"\n").digest()
    named = b"\x08" + digest + b"\xf0" + counted(b"block") + b"\x08\x00" + BITCOIN + counted(b"\x2a")
    proof = note.parent / "stamps/calendar.ots"
    proof.write_bytes(MAGIC + b"\x01" + named)
    page = opened(viewport={"width": 360, "height": 800})
    assert "It names Bitcoin's block 42" in report(page, package)
    assert "block 42, which a stamp names" in page.inner_text("#asking")
    for root, proved in ((bytes(32), False), (hashlib.sha256(digest + b"block").digest(), True)):
        page.fill("#header", Calendar.mined(root).hex())
        page.press("#header", "Tab")
        page.wait_for_selector("#report[data-done]")
        said = page.locator("#report p.proved", has_text="The stamp calendar.ots")
        assert said.count() == proved
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.fill("#header", "12")
    page.press("#header", "Tab")
    page.wait_for_selector("#report[data-done]")
    assert not page.evaluate("document.getElementById('header').validity.valid")
    assert said.count() == 0
    proof.unlink()


def test_what_no_opened_statement_is_about_is_not_said_to_be_proved(
    opened: Callable[..., Page], package: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(package, tmp_path / "copy"))
    planted = copy / "data/originals/planted.jpg"
    planted.write_bytes(b"planted")
    with (copy / "manifest-sha256.txt").open("a") as file:
        file.write(f"{sha256_hex(b'planted')}  data/originals/planted.jpg\n")
    with (copy / "data/proofs/entries.txt").open("a") as file:
        file.write(f"{7 << 40} {'ab' * 32}\n")
    said = report(opened(), copy)
    assert "Not proved: no opened statement is about data/originals/planted.jpg" in said
    assert f"Not proved: nothing here shows that entry {7 << 40} stands in the ledger" in said
    assert said.count("Changed: ") == 2  # the lists themselves
    relisted(copy)
    page = opened(viewport={"width": 360, "height": 800})
    said = report(page, copy)
    assert "Nothing is broken, but not all of it is proved." in said
    assert said.endswith(": 2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "并非全部得到证明" in report(page, copy, "zh-Hans")


def test_the_page_gives_the_verdict_of_the_command_whatever_was_done_to_a_package(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    desk, page, found = ManyExhibits(tmp_path / "desk"), opened(), dict[str, str]()
    whole = desk.everything(tmp_path / "whole")
    page.goto((whole / "data/check.en.html").as_uri())
    last = {"Nothing is broken.": HOLDS, "Nothing is broken, but not all": UNKNOWN, "This does not hold": BROKEN}
    for at, name in enumerate(CHANGES):
        changed(whole, tmp_path / str(at), desk, name)
        page.evaluate("delete document.getElementById('report').dataset.done")
        page.set_input_files("#folder", tmp_path / str(at))
        page.wait_for_selector("#report[data-done]")
        line = page.inner_text("#report > :last-child")
        found[name] = next((verdict for said, verdict in last.items() if line.startswith(said)), line)
    assert found == {name: verdict for name, (_, verdict) in CHANGES.items()}


def test_what_is_wrong_is_named(opened: Callable[..., Page], package: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(package, tmp_path / "copy"))
    original = next((copy / "data/originals/card-1").rglob("*.MOV"))
    original.write_bytes(original.read_bytes() + b"!")
    (copy / "data/affidavit.en.html").unlink()
    (copy / "data/planted.txt").write_bytes(b"planted")
    proof = next((copy / "data/proofs/statements").glob("*.json"))
    proof.write_bytes(proof.read_bytes().replace(b'"sig":"', b'"sig":"AAAA', 1).replace(b'=="}', b'"}', 1))
    forked = max((copy / "data/proofs/statements").glob("*.tlog-proof"), key=lambda path: int(path.stem))
    fork(forked, copy / "data/proofs/entries.txt")
    assert any("two: a fork" in each.detail for each in check_package(copy).broken)
    said = report(opened(), copy)
    assert re.search(r"Changed: data/originals/card-1/.*\.MOV", said)
    assert "Missing: data/affidavit.en.html" in said
    assert "One too many, no list names it: data/planted.txt" in said
    assert f"Entry {proof.stem}" in said
    assert f"Entry {forked.stem}" in said
    assert "This does not hold: 7" in said


def fork(path: Path, entries: Path) -> None:
    """Let a proof lead to another ledger of the same size, which the log's key signed too."""
    proof = TlogProof.parse(path.read_bytes())
    entry = dict(line.split() for line in entries.read_text().splitlines())[str(proof.index)]
    size = Checkpoint.parse(proof.checkpoint.partition(b"\n\n")[0] + b"\n").size
    tree = Tree(leaf_hash(bytes.fromhex(entry) if at == proof.index else b"another") for at in range(size))
    signed = sign_checkpoint(Checkpoint(ORIGIN, size, tree.root()), key(2).public, key(2).sign)
    path.write_bytes(replace(proof, hashes=tuple(tree.inclusion_proof(proof.index)), checkpoint=signed).encode())


def test_a_large_file_is_hashed_in_pieces_as_a_small_one_is_whole(
    opened: Callable[..., Page], package: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(package, tmp_path / "copy"))
    page = copy / "data/check.en.html"
    page.write_text(page.read_text("utf-8").replace("1 << 26", "-1").replace("1 << 24", "1 << 8"), encoding="utf-8")
    said = report(opened(), copy)
    assert [line for line in said.splitlines() if line.startswith("Changed")] == ["Changed: data/check.en.html"]


def test_two_exhibits_that_were_exchanged_are_told_of(
    opened: Callable[..., Page], package: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(package, tmp_path / "copy"))
    originals = copy / "data/originals"
    one, other = next(originals.glob("posts/*/version-*")), next(originals.glob("people/*/entry-*"))
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    listed, lines = copy / "manifest-sha256.txt", []
    for line in listed.read_text("utf-8").splitlines():
        lines.append(f"{sha256_hex((copy / line[66:]).read_bytes())}{line[64:]}\n")
    listed.write_text("".join(lines), "utf-8")
    said = report(opened(), copy)
    for each in (one, other):
        assert f"Changed: {each.relative_to(copy).as_posix()}" in said
    assert sha256_hex((copy / "tagmanifest-sha256.txt").read_bytes()) in said, "what the desk told, to be compared"


def test_what_came_twice_is_not_called_broken_where_no_checkpoint_covers_the_second_time(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    desk = EvidenceDesk(tmp_path / "desk")
    house = desk.house
    namesake = state_person(house.archive, house.desk, PersonEntry("王小明", age="7"))
    house.consignment = "second"
    again = house.capture("notes/hidden source.txt", house.original(desk.clip))  # another file's name on the first card
    what = tuple(map(str, (desk.clip, desk.other, desk.person, again, namesake)))
    write(desk.contents(*EVERYTHING, what=what), tmp_path / "package", False)
    said = report(opened(), tmp_path / "package")
    assert "it is proved. Of so many files and entries nothing here shows" in said
    assert "does not hold" not in said
    for name in (f"people/{namesake}/entry-{namesake}.json", "card-2/notes/hidden source.txt"):
        assert f"Not proved: no opened statement is about data/originals/{name}" in said
