"""Stamps go along with a package, with their certificates, and are judged in it: by us, and by openssl."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from support.evidence_packages import EvidenceDesk
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.demo.local_authority import LocalAuthority
from tamizdat.evidence.check import check_package
from tamizdat.evidence.documents import steps
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
    done = subprocess.run(
        ["bash", "-c", "".join(steps().values())], cwd=package, capture_output=True, text=True, check=False,
        env={**os.environ, "TMPDIR": str(work), "roots": str(one.folder / "root.pem")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(r"^proved, by entry \d+: data/originals/card-1/DCIM/100CANON/", done.stdout, re.M)
    assert "opened, signed by the desk" in done.stdout
    lines = [line for line in done.stdout.splitlines() if ".tsr" in line]
    assert [("one.tsr" in line, "existed before" in line) for line in lines] == [(True, True), (False, False)]


def test_the_papers_name_the_stamps(stamped: tuple[Path, list[LocalAuthority]]) -> None:
    page = (stamped[0] / "data/chronology.en.html").read_text("utf-8")
    assert "stamped: one.tsr, two.tsr" in page
