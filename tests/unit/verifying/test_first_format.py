"""Sites that were saved in the first format still verify, and every file that was altered is still found.

The site is one that a program of that time put out (``tests/data/before_typed_statements``).
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from support.old_desk import ROOT, OldDesk
from support.site_maker import put
from tamizdat.encoding import b64, canonical, sha256_hex
from tamizdat.ledger.roster import Root
from tamizdat.verifying import Report, Verdict, verify

FINGERPRINT = Root((ROOT.public,)).fingerprint


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return OldDesk.unpack(tmp_path_factory.mktemp("old")).site


@pytest.fixture
def site(saved: Path, tmp_path: Path) -> Path:
    """One to alter."""
    return shutil.copytree(saved, tmp_path / "site", symlinks=True)


def post_of(site: Path) -> str:
    """The number of a post whose bytes are shown."""
    opened = sorted(site.glob("items/*/openings.json"), key=lambda path: int(path.parent.name))
    return next(path.parent.name for path in opened if json.loads(path.read_bytes())["bytes"])


def broken(report: Report) -> set[str]:
    return {link.name for link in report.broken}


def test_the_whole_site_and_one_item_hold(saved: Path) -> None:
    assert not list(saved.glob("edition/files/*"))
    assert verify(saved, FINGERPRINT).holds
    number = post_of(saved)
    report = verify(saved / f"items/{number}", FINGERPRINT)
    assert report.holds
    verdicts = {link.name: link.verdict for link in report.links}
    assert verdicts[f"item {number} text"] is verdicts[f"item {number} page"] is Verdict.PROVED


@pytest.mark.parametrize("name", ["statement.json", "statement.tlog-proof", "openings.json", "proof.js"])
def test_an_item_may_be_named_by_each_of_its_files(saved: Path, name: str) -> None:
    assert verify(saved / f"items/{post_of(saved)}/{name}", FINGERPRINT).holds


def flipped(path: Path, at: int = 40) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def another_salt(path: Path) -> None:
    facts = json.loads(path.read_bytes())
    facts["openings"][0]["salt"] = b64(bytes(32))
    path.write_bytes(canonical(facts))


ALTERED: dict[str, tuple[str, Callable[[Path], None], set[str]]] = {
    "a bit of a statement": ("statement.json", flipped, {"item N", "files", "file statement.json", "file proof.js"}),
    "a bit of a proof": ("statement.tlog-proof", flipped, {"item N", "files", "file proof.js"}),
    "a proof that is missing": ("statement.tlog-proof", Path.unlink, {"item N", "files", "file proof.js"}),
    "openings that are missing": (
        "openings.json", Path.unlink, {"item N source", "files", "file openings.json", "file proof.js"},
    ),
    "an opening with another salt": (
        "openings.json", another_salt, {"item N source", "files", "file openings.json", "file proof.js"},
    ),
    "a script that tells something else": ("proof.js", flipped, {"files", "file proof.js"}),
    "a script that is missing": ("proof.js", Path.unlink, {"files", "file proof.js"}),
}  # fmt: skip


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_found(site: Path, what: str) -> None:
    name, alter, expected = ALTERED[what]
    number = post_of(site)
    alter(site / f"items/{number}/{name}")
    named = {each.replace("item N", f"item {number}").replace("file ", f"file items/{number}/") for each in expected}
    found = broken(verify(site, FINGERPRINT))
    assert {each for each in found if " translation " not in each and " review " not in each} == named


def test_a_file_that_the_list_does_not_name_is_found(site: Path) -> None:
    put(site, "edition/files/days.txt", b"")
    put(site, "planted.html", b"")
    assert broken(verify(site, FINGERPRINT)) == {"files", "file planted.html", "file edition/files/days.txt"}


def test_an_item_of_the_second_format_does_not_stand_in_for_one_of_the_first(site: Path) -> None:
    """Whoever takes the statement away cannot have the item judged by other rules."""
    number = post_of(site)
    envelope = json.loads((site / f"items/{number}/statement.json").read_bytes())
    proof = (site / f"items/{number}/statement.tlog-proof").read_text()
    facts = {"bytes": None, "envelope": envelope, "openings": [], "proof": proof}
    put(site, f"items/{number}/proof.js", b"tamizdatItem(%b);\n" % canonical(facts))
    for name in ("statement.json", "statement.tlog-proof", "openings.json"):
        (site / f"items/{number}/{name}").unlink()
    found = broken(verify(site, FINGERPRINT))
    assert {f"item {number}", f"file items/{number}/proof.js", f"file items/{number}/statement.json"} <= found
    assert f"item {number}" in broken(verify(site / f"items/{number}", FINGERPRINT))


def test_a_list_altered_with_its_page_is_found(site: Path) -> None:
    page, lists = site / "index.html", site / "edition/files.txt"
    before = sha256_hex(page.read_bytes())
    flipped(page, -5)
    lists.write_text(lists.read_text().replace(before, sha256_hex(page.read_bytes())))
    assert broken(verify(site, FINGERPRINT)) == {"files"}
