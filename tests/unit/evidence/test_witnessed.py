"""Who witnessed a package's checkpoints: those whom the reader demands too, and only the checkpoints of its proofs."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from support.evidence_packages import EvidenceDesk
from support.published_desk import ORIGIN, key
from tamizdat.cli.main import main
from tamizdat.evidence.check import check_package
from tamizdat.evidence.layout import STAMPS
from tamizdat.evidence.proofs import Head, tell
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Witness
from tamizdat.ledger.signing import cosign, sign_note
from tamizdat.verifying.report import Verdict
from tamizdat.verifying.stamps import Trust

WITNESS = Witness("w.example", key(8).public)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package; tests only read it."""
    folder = tmp_path_factory.mktemp("witnessed")
    EvidenceDesk(folder / "desk").package(folder / "package")
    return folder / "package"


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
    tmp_path: Path,
) -> None:
    """A checkpoint from before there were witnesses is not called broken for want of them."""
    contents = EvidenceDesk(tmp_path).contents()
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


def test_a_package_without_a_checkpoints_file_is_judged_all_the_same(package: Path) -> None:
    note(package).unlink()
    broken = [each.name for each in check_package(package).broken]
    assert "files" in broken
    assert any(each.startswith("witnesses ") for each in broken)
