"""The verb translate: what waits, packets out and in, the memory, the glossary."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from translate.storage import xliff

from support.collecting_desk import in_folder, tweet, x_files
from support.field_and_desk import WORK
from tamizdat.archive import Archive
from tamizdat.cli.main import main
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.auth.passphrases import Passphrases
from tamizdat.workbench.content.translation_view import draft_of, open_work
from tamizdat.workbench.drafts.translations import Drafts, Typed
from tamizdat.workbench.sealed_store import Sealed

TODAY = date(2026, 11, 25)
XLIFF: Any = xliff.xlifffile


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    accounts = Accounts.open(home, Passphrases(memory=8, rounds=1, lanes=1))
    for name, languages in (("magpie", ["en"]), ("wren", ["ar"])):
        accounts.join(accounts.invite(["translator"], languages, TODAY), name, "correct horse battery staple", TODAY)
    export = in_folder(tmp_path / "x", x_files([tweet(1, "没有了。五年了"), tweet(2, "名单")]))
    assert run("collect", str(export), "--home", str(home.folder))[0] == 0
    return home.folder


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(argv), out, err)
    return code, " ".join(out.getvalue().split()), " ".join(err.getvalue().split())


def translate(home: Path, *argv: str) -> tuple[int, str, str]:
    return run("translate", *argv, "--home", str(home))


def facts(home: Path, *argv: str) -> dict[str, Any]:
    lines = io.StringIO()
    main(["translate", *argv, "--home", str(home), "--json"], lines, io.StringIO())
    found: dict[str, Any] = json.loads(lines.getvalue().splitlines()[-1])
    return found


def fill(path: Path, *targets: str) -> None:
    store = XLIFF.parsestring(path.read_bytes())
    for unit, target in zip(store.units, targets, strict=True):
        unit.target = target
    path.write_bytes(bytes(store))


def test_a_packet_that_holds_a_withheld_name_tells_whose_and_never_the_name(home: Path, tmp_path: Path) -> None:
    assert run("people", "add", "name=名单", "--home", str(home))[0] == 0
    code, out, err = translate(home, "export", "--to", "en", str(tmp_path / "packet.csv"), "--dry-run")
    assert code == 0
    assert "which you withhold (1 line). Give it to nobody who may not know that name" in err
    assert "名单" not in out + err
    [told] = facts(home, "export", "--to", "en", str(tmp_path / "packet.csv"), "--dry-run")["names"]
    assert "which you withhold" in told


def test_a_packet_goes_out_and_comes_back(home: Path, tmp_path: Path) -> None:
    packet = tmp_path / "packet.xlf"
    code, out, _ = translate(home)
    assert (code, "2 for translators 0 for reviewers 0 for editors" in out) == (0, True), out
    assert facts(home, "export", "--to", "en", str(packet), "--dry-run")["posts"] == 2
    assert not packet.exists()
    code, out, _ = translate(home, "export", "--to", "en", str(packet))
    assert (code, "2 posts are in the packet" in out) == (0, True), out
    fill(packet, "Gone.", "Five years.", "")
    assert facts(home, "import", str(packet), "--account", "magpie", "--dry-run") == {
        "ready": 1, "proposed": 0, "unfinished": 1, "wrong": 0, "drafts": 0, "findings": 0,
    }  # fmt: skip
    code, out, _ = translate(home, "import", str(packet), "--account", "magpie")
    assert (code, "1 translation proposed, 0 known, 1 not finished." in out) == (0, True), out
    assert facts(home, "import", str(packet), "--account", "Magpie")["proposed"] == 0
    assert facts(home) == {
        "language": "en", "translator": 1, "reviewer": 1, "editor": 0, "waiting": 1, "words": 2, "proposed": 1,
        "reviewed": 0, "approved": 0, "oldest": "2013-05", "newest": "2013-05", "years": {"2013": 1},
    }  # fmt: skip
    with Archive.open(home / "archive") as archive:
        found = archive.index.translations.latest("https://x.com/i/status/1", "en")
        assert found
        assert found.target == "Gone. Five years."


def test_posts_under_an_embargo_leave_only_if_somebody_asks_for_them(home: Path, tmp_path: Path) -> None:
    packet, closed = tmp_path / "packet.csv", "https://x.com/i/status/2"
    with Archive.open(home / "archive") as archive:
        number = archive.index.releases.numbers()[closed]
    assert run("publish", "release", str(number), "--embargo", "9999-12-31", "--home", str(home))[0] == 0
    code, out, _ = translate(home, "export", "--to", "en", str(packet), "--limit", "1")
    assert (code, "under an embargo: 1 post." in out) == (0, True), out
    assert closed not in packet.read_text("utf-8")
    code, _, err = translate(home, "export", "--to", "en", str(packet), "--post", closed)
    assert (code, "under an embargo until 9999-12-31" in err) == (2, True), err
    code, _, err = translate(home, "export", "--to", "en", str(packet), "--embargoed")
    assert (code, "Under an embargo in it: 1 post, the longest until 9999-12-31" in err) == (0, True), err
    assert closed in packet.read_text("utf-8")


def test_a_part_of_a_post_becomes_the_draft_of_whoever_translated_it(home: Path, tmp_path: Path) -> None:
    packet = tmp_path / "packet.xlf"
    translate(home, "export", "--to", "en", str(packet))
    fill(packet, "Gone.", "", "")
    code, out, _ = translate(home, "import", str(packet), "--account", "magpie")
    assert (code, "not translated: 1 of 2 segments" in out) == (0, True), out
    assert "in the account's draft now: 1 segment." in out
    desk = Home.open(home, "desk", b"")
    account, sealed = Accounts.open(desk).named("magpie"), Sealed(desk)
    drafts = Drafts(sealed)
    assert [each[:2] for each in drafts.of(account)] == [("https://x.com/i/status/1", "en")]
    with Archive.open(home / "archive") as archive:
        work = open_work(
            archive,
            account,
            min(each.number for each in archive.index.posts.versions("https://x.com/i/status/1")),
            "en",
        )
        assert [line.target for line in draft_of(drafts, account, work).lines] == ["Gone.", ""]
        draft = draft_of(drafts, account, work)
        drafts.save(account, draft, [Typed(0, "It is gone.", draft.lines[0].revision)], 1)
        fill(packet, "Gone, again.", "", "")
        translate(home, "import", str(packet), "--account", "magpie")
        kept = [line.target for line in draft_of(drafts, account, work).lines]
    assert kept == ["It is gone.", ""], "what was typed in the browser stays"
    sealed.close()


def test_a_packet_that_was_altered_ends_with_3_and_the_rest_is_taken(home: Path, tmp_path: Path) -> None:
    packet = tmp_path / "packet.xlf"
    translate(home, "export", "--to", "en", str(packet))
    fill(packet, "Gone.", "Five years.", "The list")
    packet.write_bytes(packet.read_bytes().replace("五年了".encode(), "六年了".encode()))
    code, out, err = translate(home, "import", str(packet), "--account", "magpie")
    assert (code, "1 translation proposed" in out) == (3, True), out
    assert "https://x.com/i/status/1: the source of segment 2 was altered." in err
    packet.write_bytes(b'<!DOCTYPE x [<!ENTITY a "b">]>' + packet.read_bytes().partition(b"\n")[2])
    code, _, err = translate(home, "import", str(packet), "--account", "magpie")
    assert (code, "without a document type" in err) == (3, True)


def test_only_an_account_that_works_in_the_language_proposes(home: Path, tmp_path: Path) -> None:
    packet = tmp_path / "packet.xlf"
    translate(home, "export", "--to", "en", str(packet), "--limit", "1")
    for account, told in (("wren", "into en"), ("nobody", "no account of this name")):
        code, _, err = translate(home, "import", str(packet), "--account", account)
        assert (code, told in err) == (2, True), err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("export", "--to", "English", "OUT"), 2, "language tag"),
        (("export", "--to", "en", "OUT", "--limit", "0"), 2, "at least 1"),
        (("export", "--to", "en", "OUT", "--post", "https://x.com/i/status/99"), 2, "may be translated"),
        (("export", "--to", "en", "OUT/no/such/packet.xlf"), 1, "refused to read or write the packet"),
        (("import", "OUT", "--account", "magpie"), 2, "Expected the name of a file"),
        (("glossary", "import", "OUT"), 2, "Expected the name of a file"),
        (("glossary", "burn", "OUT"), 2, "one of"),
    ],
)
def test_what_cannot_be_done_says_why(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    found, _, err = translate(home, *(each.replace("OUT", str(tmp_path / "out.xlf")) for each in arguments))
    assert (found, told in err) == (code, True), err


def test_when_nothing_waits_nothing_is_written(home: Path, tmp_path: Path) -> None:
    code, out, _ = translate(home, "export", "--to", "zh", str(tmp_path / "packet.xlf"))
    assert (code, "nothing was written" in out) == (0, True), out
    assert not (tmp_path / "packet.xlf").exists()


def test_the_glossary_is_read_and_written_as_a_table(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "glossary.csv"
    table.write_text("number,language,variants,kind,note,retired,into:en\n,zh,名单,term,,no,list\n", encoding="utf-8")
    assert facts(home, "glossary", "import", str(table), "--dry-run") == {"new": 1, "changed": 0, "wrong": 0}
    assert facts(home, "glossary", "import", str(table)) == {"new": 1, "changed": 0, "wrong": 0}
    assert facts(home, "glossary", "import", str(table)) == {"new": 0, "changed": 0, "wrong": 0}
    code, out, _ = translate(home, "glossary", "export", str(table))
    assert (code, "1 term written." in out) == (0, True), out
    assert ",zh,名单,term,,no,list" in table.read_text(encoding="utf-8-sig")
    table.write_bytes(b"what?")
    assert translate(home, "glossary", "import", str(table))[0] == 3


def test_the_memory_is_written_for_others(home: Path, tmp_path: Path) -> None:
    code, out, _ = translate(home, "memory", str(tmp_path / "memory.tmx"))
    assert (code, "0 pairs of sentences written." in out) == (0, True), out
    assert (tmp_path / "memory.tmx").read_bytes().startswith(b"<?xml")


def test_a_translation_of_another_program_is_untouched_by_a_rerun_of_everything(home: Path, tmp_path: Path) -> None:
    packet = tmp_path / "packet.xlf"
    for _ in range(2):
        translate(home, "export", "--to", "en", str(packet), "--post", "https://x.com/i/status/2")
        fill(packet, "The list")
        translate(home, "import", str(packet), "--account", "magpie")
    with Archive.open(home / "archive") as archive:
        assert len(archive.index.translations.history("https://x.com/i/status/2", "en")) == 1


def test_a_memory_of_others_is_taken_in_listed_and_thrown_out(home: Path, tmp_path: Path) -> None:
    memory = tmp_path / "other.tmx"
    pair = '<tu><tuv xml:lang="zh"><seg>五年了</seg></tuv><tuv xml:lang="en"><seg>Five years</seg></tuv></tu>'
    memory.write_text(f'<tmx version="1.4"><body>{pair}</body></tmx>')
    assert "no memories from outside" in translate(home, "origin", "list")[1]
    assert translate(home, "origin", "add", "UN 2019", str(memory), "--dry-run")[0] == 0
    assert "no memories from outside" in translate(home, "origin", "list")[1]
    assert "2 pairs taken in, of 'UN 2019'." in translate(home, "origin", "add", "UN 2019", str(memory))[1]
    assert {**facts(home, "origin", "list"), "day": ""} == {"origin": "UN 2019", "pairs": 2, "day": ""}
    assert "2 pairs thrown out" in translate(home, "origin", "drop", "UN 2019")[1]
    for words in (("add", "x"), ("drop",), ("list", "x"), ("drop", "x", "y")):
        code, _, err = translate(home, "origin", *words)
        assert (code, "Expected 'origin list'" in err) == (2, True), err


def test_the_name_of_an_account_that_is_too_short_to_be_looked_for_is_told_with_an_edition(home: Path) -> None:
    assert run("publish", "release", "--all", "--home", str(home))[0] == 0
    code, _, err = run("publish", "--dry-run", "--home", str(home))
    assert code == 0
    assert "names of accounts under 5 bytes: wren." in err
    assert "magpie" not in err
