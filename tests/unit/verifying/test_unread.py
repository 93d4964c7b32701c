"""A file that the disk does not give out is not known to be wrong: it is named, and nothing is said of it."""

import errno
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest

from support.attacks.base import A, two_editions
from tamizdat.verifying import Report, Verdict, verify
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.item_shares import Share
from tamizdat.verifying.one_file import judge as judge_file
from tamizdat.verifying.trust import NOTHING
from tamizdat.verifying.untrusted_folder import Folder
from tamizdat.verifying.verify import _one_item as one_item
from tamizdat.verifying.verify import whole_site

REFUSED = Path("/sys/bus/platform/drivers_probe")  #: a plain file that Linux lets nobody read, not even root
pytestmark = pytest.mark.skipif(not REFUSED.is_file(), reason="no file that nobody may read: a refusal was not checked")


class Damaged(Folder):
    """A folder in one of whose files the disk has a fault."""

    unread_paths: Collection[str] = ()

    def _locate(self, path: str) -> str:
        return str(REFUSED) if path in self.unread_paths else super()._locate(path)


def checked(site: Path, unread: str, divide: Callable[..., Sequence[Share]] | None = None) -> Report:
    folder = Damaged(site)
    folder.unread_paths = {unread}
    evidence = Evidence(folder, None, {}, whole=True)
    files = folder.walk()
    whole_site(evidence, *files, divide=divide or (lambda work, numbers: [work(numbers)]))
    return evidence.report


@pytest.mark.parametrize(
    "path",
    [
        f"items/{A}/index.html", f"zh/items/{A}/index.html", f"items/{A}/proof.js", f"items/{A}/picture-1.jpg",
        "items/0/picture.jpg", "index.html", "edition/edition.js", "edition/files/items-0.txt",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_unknown_and_all_else_is_judged(tmp_path: Path, path: str) -> None:
    two_editions(tmp_path)
    whole = checked(tmp_path, "")
    assert whole.holds
    report = checked(tmp_path, path)
    assert report.broken == []
    assert not report.holds
    assert next(link for link in report.links if link.name == f"file {path}").verdict is Verdict.UNKNOWN
    assert any(path in link.detail and "Permission denied" in link.detail for link in report.links)
    own = f"item {A}"
    proved, before = (
        {link.name for link in each.links if link.verdict is Verdict.PROVED and not link.name.startswith(own)}
        for each in (report, whole)
    )
    assert proved == before - report.shaky
    (tmp_path / "zh/index.html").write_bytes(b"another's")
    assert {link.name for link in checked(tmp_path, path).broken} == {"files", "file zh/index.html"}


@pytest.mark.parametrize("again", [False, True], ids=["it cannot either", "a second time it can be read"])
def test_what_another_process_could_not_read_is_unknown_too(tmp_path: Path, again: bool) -> None:
    def forgotten(work: Callable[[Sequence[int]], Share], numbers: Sequence[int]) -> list[Share]:
        shares, folder = [work(numbers)], work.args[0].folder  # type: ignore[attr-defined]
        folder.unread.clear()  # what a fork leaves behind
        folder.unread_paths = () if again else folder.unread_paths
        return shares

    two_editions(tmp_path)
    report = checked(tmp_path, f"items/{A}/proof.js", forgotten)
    assert report.broken == []
    assert f"file items/{A}/proof.js" in report.shaky


OLDER = "ledger/tile/0/000.p/5"  #: a tile that a smaller ledger had


@pytest.mark.parametrize("path", ["edition/edition.json", "edition/edition.tlog-proof", "roster.json", OLDER])
def test_what_follows_from_a_file_that_cannot_be_read_is_not_broken_and_hides_nothing(
    tmp_path: Path, path: str
) -> None:
    two_editions(tmp_path)
    (tmp_path / OLDER).parent.mkdir()
    (tmp_path / OLDER).write_bytes((tmp_path / "ledger/tile/0/000").read_bytes()[: 5 * 32])
    assert checked(tmp_path, "").holds
    report = checked(tmp_path, path)
    assert (report.broken, report.holds) == ([], False)
    assert any(path in link.detail for link in report.links if link.name in report.shaky)
    (tmp_path / "zh/index.html").write_bytes(b"another's")
    assert {link.name for link in checked(tmp_path, path).broken} == {"files", "file zh/index.html"}


def test_a_file_that_is_not_listed_is_broken_though_it_cannot_be_read(tmp_path: Path) -> None:
    two_editions(tmp_path)
    (path := tmp_path / f"zz/items/{A}/index.html").parent.mkdir(parents=True)
    path.write_bytes(b"another's")
    name = path.relative_to(tmp_path).as_posix()
    assert {f"file {name}", "files"} <= {link.name for link in checked(tmp_path, name).broken}


def test_a_page_of_which_two_files_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    two_editions(tmp_path)
    folder = Damaged(tmp_path)
    folder.unread_paths = {"static/verify.js", "static/page.js"}
    evidence = Evidence(folder, None, {}, whole=False)
    judge_file(evidence, f"items/{A}/index.html")
    assert all(path in [*evidence.report.links][-1].detail for path in folder.unread_paths)
    assert (evidence.report.broken, evidence.report.holds) == ([], False)


@pytest.mark.parametrize("path", [f"items/{A}/index.html", f"items/{A}/proof.js", f"items/{A}/picture-1.jpg"])
def test_of_one_item_by_itself_it_is_unknown_too(tmp_path: Path, path: str) -> None:
    two_editions(tmp_path)
    evidence = Evidence(folder := Damaged(tmp_path), None, {}, whole=False)
    folder.unread_paths = {path}
    one_item(evidence, f"items/{A}/", None, NOTHING)
    assert evidence.report.broken == []
    assert any(path in link.detail and link.verdict is Verdict.UNKNOWN for link in evidence.report.links)


@pytest.mark.parametrize("name", [f"items/{A}", "zh", "static"])
def test_a_folder_that_cannot_be_listed_is_named_by_its_place_in_the_site_and_breaks_nothing(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_editions(tmp_path)
    list_folder = os.scandir

    def refusing(path: str | Path) -> object:
        if str(path) == f"{tmp_path}/{name}":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", refusing)
    report = verify(tmp_path)
    assert report.broken == []
    assert report.shaky == {"files", f"file {name}"}
    [told] = [link.detail for link in report.links if link.name == f"file {name}"]
    assert told == f"Expected to list the folder {name}, but the system refused: Permission denied."
    assert not any(str(tmp_path) in link.detail for link in report.links)
