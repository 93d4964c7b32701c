"""After the demonstration each of its people finds a first thing to do, and its site is whole without it."""

import io
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from support.field_and_desk import WORK
from tamizdat.cli.main import main
from tamizdat.demo import next_day
from tamizdat.demo.sample_feed import ACCOUNT, LATER, write_second
from tamizdat.home.home import Home
from tamizdat.home.objects import open_archive
from tamizdat.home.setup import create_desk
from tamizdat.places.place import MARKER
from tamizdat.statements.catalogued import Release
from tamizdat.translation.glossary import terms
from tamizdat.workbench.auth.accounts import Accounts

PASSPHRASE: Final = "seven red kites at noon"


class Heard:
    """What was told, for people."""

    def __init__(self) -> None:
        self.words = ""

    def say(self, text: str = "") -> None:
        self.words += f"{text}\n"

    show = say


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demonstration's folder as it is when the site is published: a voice released, two accounts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "places").mkdir()
    home = create_desk(tmp_path / "desk", "demo", b"", WORK)
    write_second(tmp_path / "march")
    shutil.make_archive(str(tmp_path / "linxia-march"), "zip", tmp_path / "march")
    tamizdat("collect", "linxia-march.zip", "--home", "desk")
    tamizdat("publish", "release", "--voice", ACCOUNT["username"], "--home", "desk")
    accounts, today = Accounts.open(home), datetime.now(UTC).date()
    for name, roles in (("magpie", ["translator"]), ("linden", ["reviewer", "editor"])):
        accounts.join(accounts.invite(roles, ["en", "ar", "bo"], today), name, PASSPHRASE, today)
    return tmp_path


def tamizdat(*words: str, expect: int = 0, quiet: bool = False) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert main(list(words), out, err) == expect, err.getvalue()
    return out.getvalue()


def test_something_waits_for_translator_reviewer_editor_and_field(folder: Path) -> None:
    heard = Heard()
    next_day.leave_work(tamizdat, folder, PASSPHRASE, {"amber": b"the place amber"}, heard)
    with open_archive(Home.open(folder / "desk", "desk", b"")) as archive:
        posts = {each.number: f"https://x.com/i/status/{each.number}" for each in LATER}
        assert all(archive.index.posts.versions(post) for post in posts.values())
        newest = {number: archive.index.translations.latest(post, "en") for number, post in posts.items()}
        states = [each.state if each else "" for each in newest.values()]
        assert states == ["proposed", "reviewed", "returned", "", ""], "of reviewer, editor, translators"
        assert not any(archive.index.translations.latest(post, "ar") for post in posts.values())
        releases = {archive.index.releases.of(post).release for post in posts.values()}
        assert releases == {Release.RESTRICTED}, "what is published stays as it is, until an editor says so"
        gone = archive.index.posts.versions("https://x.com/i/status/9006")
        assert archive.index.releases.of(gone[-1].post).release == Release.PUBLIC, "it waits for an editor's word"
        assert {term.variants[0] for term in terms(archive)} == {"名单", "云溪镇", "清明"}
    assert (folder / "places/amber" / MARKER).read_bytes() == b"the place amber", "the field can send again"
    assert sorted(path.suffix for path in (folder / next_day.CARD).rglob("*.*")) == [".jpg", ".jpg", ".txt"]


def test_who_signs_in_where_is_shown_and_stands_in_a_file(folder: Path) -> None:
    heard = Heard()
    next_day.tell(folder, PASSPHRASE, "4711", heard)
    written = (folder / next_day.WHO).read_text("utf-8")
    for told in (heard.words, written):
        assert PASSPHRASE in told
        assert f"  {folder.resolve() / next_day.CARD}" in told, "the page takes whole paths alone"
        for who in ("magpie", "linden", "--home ./desk", "--home ./field", "--port 4711"):
            assert who in told
    prose = [line for line in written.splitlines() if not line.startswith(("$", "  "))]
    assert max(map(len, prose)) <= 80, "it is read at a terminal"
    next_day.tell(folder, PASSPHRASE, "", heard)
    assert "mirror --witness" not in (folder / next_day.WHO).read_text("utf-8"), "where there is none"
