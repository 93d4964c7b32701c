"""Stamps go along with a package, with their certificates, and are judged in it: by us, and by openssl."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from support.evidence_packages import EvidenceDesk, relisted
from support.published_desk import ORIGIN, House, key
from tamizdat.archive.checkpoints import NOTE, Checkpoints
from tamizdat.demo.local_authority import LocalAuthority
from tamizdat.evidence.check import check_package
from tamizdat.evidence.documents import steps
from tamizdat.ledger.cosignature import Policy, Witness
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.roster import RoleKey, Root, Roster
from tamizdat.ledger.signing import cosign, sign_roster
from tamizdat.timestamps.authority import request
from tamizdat.timestamps.token import Token
from tamizdat.verifying.report import Verdict
from tamizdat.verifying.trust import Trust

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[LocalAuthority]]:
    """A package whose checkpoint two authorities stamped."""
    folder = tmp_path_factory.mktemp("stamped")
    desk = EvidenceDesk(folder / "desk")
    kept = Checkpoints(desk.house.archive.folder)
    [size] = kept.sizes()
    text = b"".join(kept.note(size).splitlines(keepends=True)[:3])
    authorities = [LocalAuthority(folder / name, name) for name in ("one", "two")]
    for each in authorities:
        token = Token.parse(each.answer(request(hashlib.sha256(text).digest(), 77)))
        kept.write(size, f"stamps/{each.name}.tsr", token.bare)
        for certificate in (each.signer, each.middle):
            kept.add_certificate(certificate.public_bytes(Encoding.DER), "der")
    desk.package(folder / "package", "salts", "times")
    return folder / "package", authorities


def by_hand(package: Path, roots: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", "date() { exit 64; }\n" + "".join(steps().values())],
        cwd=package, capture_output=True, text=True, check=False,
        env={**os.environ, **environment, "roots": str(roots)}, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_two_authorities_prove_since_when_its_entries_exist(stamped: tuple[Path, list[LocalAuthority]]) -> None:
    package, authorities = stamped
    report = check_package(package, None, Trust(tuple(each.root for each in authorities)))
    assert report.holds
    [told] = [each for each in report.links if each.name.startswith("stamps ")]
    assert told.verdict is Verdict.PROVED
    assert "one Time and two Time" in told.detail
    [alone] = [each for each in check_package(package).links if each.name.startswith("stamps ")]
    assert alone.verdict is Verdict.UNKNOWN  # nobody whom this reader trusts


def test_a_stamp_on_something_else_is_broken_in_it(stamped: tuple[Path, list[LocalAuthority]], tmp_path: Path) -> None:
    package, [one, _] = stamped
    copy = Path(shutil.copytree(package, tmp_path / "copy"))
    [path] = copy.glob("data/proofs/checkpoints/*/stamps/one.tsr")
    path.write_bytes(Token.parse(one.answer(request(hashlib.sha256(b"else").digest(), 78))).bare)
    broken = [each.name for each in check_package(copy, None, Trust((one.root,))).broken]
    assert any(each.endswith("one.tsr") and each.startswith("stamp ") for each in broken)


def test_openssl_accepts_them_by_the_commands_of_the_page(
    stamped: tuple[Path, list[LocalAuthority]], tmp_path: Path
) -> None:
    package, [one, _] = stamped
    work = tmp_path / "a folder with spaces"
    work.mkdir()
    done = by_hand(package, one.folder / "root.pem", TMPDIR=str(work))
    assert done.returncode == 0, done.stderr
    assert re.search(r"^proved, by entry \d+: data/originals/card-1/DCIM/100CANON/", done.stdout, re.M)
    assert "opened, signed by the desk" in done.stdout
    lines = [line for line in done.stdout.splitlines() if ".tsr" in line]
    assert [("one.tsr" in line, "existed before" in line) for line in lines] == [(True, True), (False, False)]


def test_the_papers_name_the_stamps(stamped: tuple[Path, list[LocalAuthority]]) -> None:
    page = (stamped[0] / "data/chronology.en.html").read_text("utf-8")
    assert "stamped: one.tsr, two.tsr" in page


WITNESSES = (Witness("w.example", key(8).public), Witness("v.example/1", key(9).public))


def of_witnesses(house: House, *keys: RoleKey) -> bytes:
    policy = Policy(Verifier(ORIGIN, house.log.public), WITNESSES, 2)
    roster = Roster(root=Root((house.root.public,), 1), policy=policy, keys=keys)
    return sign_roster(roster, [(house.root.public, house.root.sign)])


def test_the_commands_of_the_page_tell_who_was_revoked_who_witnessed_and_what_they_do_not_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signer's certificate may lie beside the stamp, or in it alone; it is revoked by a list, or by an answer."""
    monkeypatch.setattr(House, "sign_roster", of_witnesses)
    desk = EvidenceDesk(tmp_path / "desk")
    kept = Checkpoints(desk.house.archive.folder)
    [size] = kept.sizes()
    note = kept.note(size)
    text = b"".join(note.splitlines(keepends=True)[:3])
    authorities = {name: LocalAuthority(tmp_path / name, name) for name in ("sound", "listed", "answered", "inside")}
    (tmp_path / "roots.pem").write_bytes(
        b"".join((each.folder / "root.pem").read_bytes() for each in authorities.values())
    )
    now = datetime.now(UTC)
    for name, each in authorities.items():
        answer = each.answer(request(hashlib.sha256(text).digest(), 77))
        kept.write(size, f"stamps/{name}.tsr", answer if name == "inside" else Token.parse(answer).bare)
        for certificate in (each.middle,) if name == "inside" else (each.signer, each.middle):
            kept.add_certificate(certificate.public_bytes(Encoding.DER), "der")
        when = None if name == "sound" else now - timedelta(days=3)
        kept.add_certificate(each.revoked(None, when if name in ("listed", "inside") else None), "crl")
        kept.add_certificate(each.answered(None, when if name == "answered" else None), "ocsp")
    kept.write(size, "stamps/calendar.ots", b"not looked at")
    signed = note + cosign(text, WITNESSES[0], 1_790_000_000, key(8).sign)
    forged = WITNESSES[1].key_id + (1_790_000_000).to_bytes(8, "big") + bytes(64)
    kept.write(size, NOTE, signed + f"— {WITNESSES[1].name} ".encode() + base64.b64encode(forged) + b"\n")
    desk.package(tmp_path / "package", "salts", "times")
    done = by_hand(tmp_path / "package", tmp_path / "roots.pem")
    assert done.returncode == 0, done.stderr
    told = dict(
        re.findall(
            r"^checkpoints/.*/stamps/([a-z]+)\..*?: (existed before|tells .* revoked|NOT JUDGED)", done.stdout, re.M
        )
    )
    assert {name: said.rpartition(" ")[2] for name, said in told.items()} == {
        "sound": "before", "listed": "revoked", "answered": "revoked", "inside": "revoked", "calendar": "JUDGED",
    }  # fmt: skip
    assert re.search(rf"^NOT WITNESSED YET.*checkpoint of {size} entries, by 1 of 2$", done.stdout, re.M)
    [path] = (tmp_path / "package").glob("data/proofs/checkpoints/*/checkpoint")
    path.write_bytes(signed + cosign(text, WITNESSES[1], 1_790_000_000, key(9).sign))
    [of_list, *_] = (tmp_path / "package").glob("data/proofs/certificates/*.crl")
    relisted(tmp_path / "package")
    done = by_hand(tmp_path / "package", tmp_path / "roots.pem")
    assert f"the checkpoint of {size} entries was witnessed by v.example/1 w.example" in done.stdout
    of_list.write_bytes(of_list.read_bytes()[:-9])
    relisted(tmp_path / "package")
    done = by_hand(tmp_path / "package", tmp_path / "roots.pem")
    assert done.returncode == 1, "a list that nobody can read may revoke any of them"
    assert "no list: " in done.stdout
    assert "existed before" not in done.stdout


def test_the_commands_of_the_page_are_read_by_the_shell_of_macos() -> None:
    """Bash 3.2 takes the bracket after a pattern of ``case`` for the end of ``$(``, unless one stands before it."""
    assert not re.search(r"\$\([^()]*\bcase\b[^()]*\bin\s+[^(\s]", "".join(steps().values()))
