"""Who witnessed a package's checkpoints: those whom the reader demands too, and only the checkpoints of its proofs."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from support.evidence_packages import EvidenceDesk
from support.published_desk import ORIGIN, key
from tamizdat.archive import Archive
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.cli.main import main
from tamizdat.encoding import sha256
from tamizdat.evidence.check import check_package
from tamizdat.evidence.layout import STAMPS
from tamizdat.evidence.proofs import Head, tell
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy, Witness
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.signing import cosign, sign_note, sign_roster
from tamizdat.verifying.report import Verdict
from tamizdat.verifying.trust import Trust

WITNESS = Witness("w.example", key(8).public)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> EvidenceDesk:
    """A desk that nobody witnesses; tests only read it."""
    return EvidenceDesk(tmp_path_factory.mktemp("witnessed") / "desk")


@pytest.fixture(scope="module")
def made(desk: EvidenceDesk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package; tests only read it."""
    folder = tmp_path_factory.mktemp("witnessed") / "package"
    desk.package(folder)
    return folder


@pytest.fixture
def package(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "package"))


def note(package: Path) -> Path:
    [path] = package.glob("data/proofs/checkpoints/*/checkpoint")
    return path


def witnesses(package: Path, trust: Trust) -> Verdict:
    [found] = [each for each in check_package(package, None, trust).links if each.name.startswith("witnesses ")]
    return found.verdict


def test_a_witness_that_the_reader_demands_must_have_signed(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(package), "--no-memory", "--witness", WITNESS.encode()]) == 1
    assert "witnesses " in capsys.readouterr().out
    path = note(package)
    signed = path.read_bytes()
    text = signed.partition(b"\n\n")[0] + b"\n"
    path.write_bytes(signed + cosign(text, WITNESS, 1_790_000_000, key(8).sign))
    assert witnesses(package, Trust(witnesses=(WITNESS,))) is Verdict.PROVED
    assert witnesses(package, Trust()) is Verdict.UNKNOWN  # the roster knows of no witness


def test_a_witnessed_checkpoint_of_another_ledger_counts_for_no_proof(package: Path) -> None:
    path = note(package)
    head = Checkpoint.parse(path.read_bytes().partition(b"\n\n")[0] + b"\n")
    text = Checkpoint(ORIGIN, head.size, bytes(32)).encode()
    forked = sign_note(text, ORIGIN, key(2).public, key(2).sign) + cosign(text, WITNESS, 1_790_000_000, key(8).sign)
    path.write_bytes(forked)
    assert witnesses(package, Trust(witnesses=(WITNESS,))) is Verdict.BROKEN


def test_where_witnesses_are_demanded_proofs_lead_to_what_they_signed_and_not_to_an_earlier_stamp(
    desk: EvidenceDesk,
) -> None:
    """A checkpoint from before there were witnesses is not called broken for want of them."""
    contents = desk.contents()
    [newest] = contents.heads
    earlier = replace(newest, size=newest.size - 1, files=((f"{STAMPS}/a.tsr", b"a stamp"),), witnessed=False)
    indexes = [each for each in contents.told if each < earlier.size]
    assert indexes

    def led_to(*known: Head) -> set[int]:
        told = tell(contents.archive, indexes, known, ())
        return {each.head.size for each in told if each.head}

    assert led_to(earlier, newest) == {newest.size}
    assert led_to(earlier, replace(newest, witnessed=False)) == {earlier.size}, "none is better than the other"
    assert led_to(replace(earlier, witnessed=True), newest) == {earlier.size}


def test_a_package_that_would_not_hold_for_want_of_witnesses_ends_with_code_1_and_says_so(
    desk: EvidenceDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Path(shutil.copytree(desk.house.folder, tmp_path / "desk"))
    (home / "role").write_text("desk\n")
    first = Roster.open(desk.house.roster)
    policy, before = Policy(first.policy.log, (WITNESS,), 1), sha256(first.envelope)
    demanding = replace(first, policy=policy, version=2, previous=before, envelope=b"")
    with Archive.open(home / "archive") as archive:
        archive.append([sign_roster(demanding, [(desk.house.root.public, desk.house.root.sign)])])

    def verified(package: Path) -> str:
        assert main(["verify", str(package), "--no-memory"]) == 1
        return " ".join(capsys.readouterr().out.split())

    def made(*more: str) -> tuple[int, bool]:
        asked = ["export", "--home", str(home), "--no-pdf", "--evidence", str(desk.clip), str(tmp_path / "made")]
        return main([*asked, *more]), "is not witnessed yet" in " ".join(capsys.readouterr().err.split())

    assert made("--dry-run") == (0, True)
    assert made() == (1, True)
    assert [each.name.split()[0] for each in check_package(tmp_path / "made").broken] == ["witnesses"]
    assert "IT IS NOT WITNESSED YET" in verified(tmp_path / "made")
    (tmp_path / "made/data/check.en.html").write_bytes(b"altered")
    assert "IT DOES NOT HOLD" in verified(tmp_path / "made"), "what else is broken is told first"
    shutil.rmtree(tmp_path / "made")
    [path] = home.glob("archive/checkpoints/*/checkpoint")
    signed = path.read_bytes()
    line = cosign(signed.partition(b"\n\n")[0] + b"\n", WITNESS, 1_790_000_000, key(8).sign)
    Checkpoints(home / "archive").write(int(path.parent.name), path.name, signed + line)
    assert made() == (0, False)
    assert not check_package(tmp_path / "made").broken


def test_a_package_without_a_checkpoints_file_is_judged_all_the_same(package: Path) -> None:
    note(package).unlink()
    broken = [each.name for each in check_package(package).broken]
    assert "files" in broken
    assert any(each.startswith("witnesses ") for each in broken)
