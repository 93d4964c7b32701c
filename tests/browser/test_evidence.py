"""The page in a package of evidence: it checks the folder that it is given, in a browser, and names what is wrong."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from support.evidence_packages import EVERYTHING, EvidenceDesk

from .conftest import CHROMIUM

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


def test_what_is_wrong_is_named(opened: Callable[..., Page], package: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(package, tmp_path / "copy"))
    original = next((copy / "data/originals/card-1").rglob("*.MOV"))
    original.write_bytes(original.read_bytes() + b"!")
    (copy / "data/affidavit.en.html").unlink()
    (copy / "data/planted.txt").write_bytes(b"planted")
    proof = next((copy / "data/proofs/statements").glob("*.json"))
    proof.write_bytes(proof.read_bytes().replace(b'"sig":"', b'"sig":"AAAA', 1).replace(b'=="}', b'"}', 1))
    said = report(opened(), copy)
    assert re.search(r"Changed: data/originals/card-1/.*\.MOV", said)
    assert "Missing: data/affidavit.en.html" in said
    assert "One too many, no list names it: data/planted.txt" in said
    assert f"Entry {proof.stem}" in said
    assert "This does not hold: 5" in said


def test_a_large_file_is_hashed_in_pieces_as_a_small_one_is_whole(
    opened: Callable[..., Page], package: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(package, tmp_path / "copy"))
    page = copy / "data/check.en.html"
    page.write_text(page.read_text("utf-8").replace("1 << 26", "-1").replace("1 << 24", "1 << 8"), encoding="utf-8")
    said = report(opened(), copy)
    assert [line for line in said.splitlines() if line.startswith("Changed")] == ["Changed: data/check.en.html"]
