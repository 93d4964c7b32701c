"""By command: a desk's editions are witnessed, mirrored and put out; a fork is shown to others by one file."""

import io
import shutil
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import date
from pathlib import Path

import pytest

from support.field_and_desk import WORK
from support.witness_server import serving, witnessing
from tamizdat.archive import Archive
from tamizdat.cli.main import main
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.ledger.roster import Roster
from tamizdat.places.site_files import FolderSite, WebSite
from tamizdat.witness import desk as asking
from tamizdat.witness import on_disks
from tamizdat.witness.ask import Outcome
from tamizdat.witness.record import Record
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.jobs.publish import publish_for


def call(*argv: str) -> tuple[int, str]:
    shown = io.StringIO()
    allow = () if argv[0] in ("mirror", "verify") else ("--allow-swap",)
    return main([*argv, *allow], shown, shown), " ".join(shown.getvalue().split())


@pytest.fixture
def desk(tmp_path: Path) -> tuple[str, str]:
    create_desk(tmp_path / "desk", "desk", b"", WORK)
    home = "--home", str(tmp_path / "desk")
    release_a_name(home)
    return home


def release_a_name(home: tuple[str, str]) -> None:
    """Have something to publish."""
    assert call("people", "add", *home, "name=王小明")[0] == 0
    assert call("people", "release", *home, "--all")[0] == 0


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record.create(tmp_path / "other/witness", "w.example")


def roster_of(desk: tuple[str, str]) -> Roster:
    with Archive.open(Path(desk[1]) / "archive") as archive:
        return Roster.open(archive.disclosure(archive.index.by_act("roster")[-1]).envelope)


def add_witness(desk: tuple[str, str], record: Record, address: str, *more: str) -> tuple[int, str]:
    keys = record.folder / "keys.txt"
    keys.write_text("".join(f"{each.encode()}\n" for each in record.witnesses))
    root = ("--root", f"{desk[1]}/root.age")
    where = ("--witness-address", f"{record.name}={address}")
    return call("keys", "roster", *desk, *root, "--add-witness", str(keys), *where, *more)


def test_an_edition_is_witnessed_mirrored_and_put_out(tmp_path: Path, desk: tuple[str, str], record: Record) -> None:
    home, site = Path(desk[1]), Path(desk[1]) / "site"
    with witnessing(record) as address:
        code, shown = add_witness(desk, record, address, "--quorum", "1")
        assert code == 0
        assert "Readers demand 1 of 1" in shown
        code, shown = call("publish", *desk)  # the witness does not know the ledger: the edition is out all the same
        assert code == 1
        assert "told that it is not witnessed yet" in shown
        assert "does not know this ledger" in shown
        assert "next 'tamizdat publish' asks again" in shown
        code, shown = call("verify", str(site), "--no-memory")
        assert code == 1
        assert "Expected the cosignatures of 1 of the 1 witnesses" in shown
        assert "IT IS NOT WITNESSED YET" in shown
        assert "IT DOES NOT HOLD" not in shown
        assert "1 awaited" in shown
        assert "broken" not in shown
        page = site / "index.html"
        sound = page.read_bytes()
        page.write_bytes(sound + b" ")
        assert "IT DOES NOT HOLD" in call("verify", str(site), "--no-memory")[1], "anything else is told as that"
        page.write_bytes(sound)
        record.watch(roster_of(desk).policy.log)
        assert "Witnessed by w.example" in call("publish", *desk)[1]
        assert "w.example" not in call("publish", *desk)[1]  # it is not asked twice
    code, shown = call("verify", str(site), "--no-memory")
    assert (code, "Witnessed by w.example." in shown) == (0, True)
    key = record.witnesses[1].encode()
    code, shown = call("verify", str(site), "--no-memory", "--witness", key)
    assert code == 0, shown
    stranger = Record.create(tmp_path / "stranger", "stranger.example").witnesses[0].encode()
    code, shown = call("verify", str(site), "--no-memory", "--witness", stranger)
    assert (code, "stranger.example" in shown) == (1, True)
    assert call("verify", str(site), "--no-memory", "--witness", "nobody")[0] == 2
    beside = list(site.glob("ledger/checkpoints/*/checkpoint"))
    assert sum(path.stat().st_size for path in beside) < 40_000
    kept = beside[0].read_text("utf-8")
    lines = [line.split(" ")[1] for line in kept.splitlines() if line.startswith("— ")]
    origin = roster_of(desk).policy.log.name
    assert lines == [origin, origin, "w.example", "w.example"]  # Ed25519, then ML-DSA-44, of the ledger and the witness
    mirror = ("--home", str(tmp_path / "mirror"))
    code, shown = call("mirror", str(site), str(tmp_path / "copy"), *mirror)
    assert code == 0
    assert "copied and checked" in shown
    assert "is copied already" in call("mirror", str(site), str(tmp_path / "copy"), *mirror)[1]
    assert call("verify", str(tmp_path / "copy"), "--no-memory")[0] == 0
    code, shown = call("publish", *desk, "--to", f"{tmp_path}/a", "--to", f"{tmp_path}/b")
    assert code == 0
    assert call("verify", f"{tmp_path}/a", "--no-memory")[0] == call("verify", f"{tmp_path}/b", "--no-memory")[0] == 0
    assert (home / "sites").is_dir()


def test_an_older_archive_that_published_is_refused_by_the_witness_and_a_mirror_keeps_the_proof(
    tmp_path: Path, desk: tuple[str, str], record: Record
) -> None:
    """A thief with the keys, or a desk restored from an old copy, signs another ledger of the same size."""
    record.watch(roster_of(desk).policy.log)
    with witnessing(record) as address:
        add_witness(desk, record, address)
        shutil.copytree(desk[1], tmp_path / "thief")
        assert "Witnessed by w.example" in call("publish", *desk)[1]
        thief = ("--home", str(tmp_path / "thief"))
        code, shown = call("publish", *thief)
        assert code == 3
        assert "Is this archive an older copy?" in shown
        assert not (tmp_path / "thief/site").exists()
    assert call("publish", *thief)[0] == 0  # nobody who knows better can be reached
    with serving(Path(desk[1]) / "site", None) as site:
        assert call("mirror", f"{site}/", str(tmp_path / "copy"), "--home", str(tmp_path / "m"))[0] == 0
    code, shown = call("mirror", f"{tmp_path}/thief/site", str(tmp_path / "copy"), "--home", str(tmp_path / "m"))
    assert code == 3
    [evidence] = (tmp_path / "m/witness/forks").iterdir()
    assert evidence.name in shown.replace(" ", "")
    code, shown = call("verify", str(evidence), "--no-memory")
    assert code == 0
    assert "was forked: two checkpoints" in shown
    assert "this is proof" in shown


def test_an_older_copy_sees_what_is_published_before_it_signs(tmp_path: Path, desk: tuple[str, str]) -> None:
    shutil.copytree(desk[1], tmp_path / "older")
    older, out = ("--home", str(tmp_path / "older")), f"{tmp_path}/out"
    assert call("publish", *desk, "--to", out)[0] == 0
    with Archive.open(tmp_path / "older/archive") as archive:
        before = archive.size
    code, shown = call("publish", *older, "--to", out)
    assert (code, f"what is published at {out}" in shown, "an older copy?" in shown) == (3, True, True)
    assert not (tmp_path / "older/site").exists()
    with Archive.open(tmp_path / "older/archive") as archive:
        assert archive.size == before
    assert call("publish", *desk, "--to", out)[0] == 0


def test_an_older_copy_sees_what_lies_on_this_computer_before_it_takes_anything_in(
    tmp_path: Path, desk: tuple[str, str]
) -> None:
    out = tmp_path / "out"
    assert call("places", "add", "web", str(out), "--site", "--home", str(desk[1]))[0] == 0
    shutil.copytree(desk[1], tmp_path / "older")
    older = ("--home", str(tmp_path / "older"))
    assert call("publish", *desk, "--to", "web")[0] == 0
    with Archive.open(tmp_path / "older/archive") as archive:
        before = archive.size
    page = tmp_path / "page.html"
    page.write_text("<p>words</p>")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        desk_there = ("desk", "--port", f"{taken.getsockname()[1]}")
        for command in (("receive",), ("collect", str(page)), desk_there):
            code, shown = call(*command, *older)
            assert (code, "what is published at web" in shown, "an older copy?" in shown) == (3, True, True), shown
    with Archive.open(tmp_path / "older/archive") as archive:
        assert archive.size == before
    assert call("receive", *desk)[0] == 0


def test_changes_of_the_roster_need_the_root_and_sense(tmp_path: Path, desk: tuple[str, str], record: Record) -> None:
    key = record.witnesses[0].encode()
    assert call("keys", "roster", *desk, "--add-witness", key)[0] == 2
    assert add_witness(desk, record, "https://w.example", "--quorum", "2")[0] == 2  # two keys are one witness
    assert add_witness(desk, record, "http://w.example")[0] == 2
    assert add_witness(desk, record, "https://w.example")[0] == 0
    assert "has already" in add_witness(desk, record, "https://w.example")[1]
    root = ("--root", f"{desk[1]}/root.age")
    assert call("keys", "roster", *desk, *root, "--remove-witness", "nobody")[0] == 2
    assert call("keys", "roster", *desk, *root, "--quorum", "1")[0] == 0
    assert (
        call("keys", "roster", *desk, *root, "--remove-witness", "w.example")[0] == 2
    )  # one would be demanded of none
    assert call("keys", "roster", *desk, *root, "--remove-witness", "w.example", "--quorum", "0")[0] == 0
    assert "Nobody witnesses" in call("keys", "roster", *desk)[1]
    assert roster_of(desk).version == 4
    assert Home.open(tmp_path / "desk", "desk", b"").settings["witnesses"] == {}
    policy = call("keys", "roster", *desk, "--policy")[1]
    assert policy.startswith("log desk-")
    assert policy.endswith("quorum none")


def test_rotated_keys_leave_old_statements_their_range(desk: tuple[str, str]) -> None:
    assert call("publish", *desk)[0] == 0
    assert call("keys", "rotate", *desk, "--root", f"{desk[1]}/root.age")[0] == 0
    assert call("publish", *desk)[0] == 0
    assert call("verify", f"{desk[1]}/site", "--no-memory")[0] == 0
    old, new = roster_of(desk).keys
    assert (old.start, old.until, new.until) == (0, new.start, None)
    assert roster_of(desk).policy.second


def test_mirror_says_what_it_lacks(tmp_path: Path) -> None:
    home = ("--home", str(tmp_path / "m"))
    for argv, words in [
        ((), "Expected SOURCE and TARGET"),
        (("https://x.invalid/",), "Expected a TARGET"),
        ((f"{tmp_path}/none", f"{tmp_path}/copy"), "found no folder"),
        (("--watch", "key"), "no key of a ledger"),
        (("--serve", "--onion", "--host", "0.0.0.0"), "--onion"),
    ]:
        code, shown = call("mirror", *argv, *home)
        assert (code, words in shown) == (2, True), shown
    assert "HiddenServicePort 80 127.0.0.1:8481" in call("mirror", "--onion", *home)[1]


def test_a_site_that_cannot_be_reached_is_copied_from_another_of_its_addresses(
    tmp_path: Path, desk: tuple[str, str]
) -> None:
    home = ("--home", str(tmp_path / "m"))
    with serving(Path(desk[1]) / "site", None) as one, serving(Path(desk[1]) / "site", None) as other:
        hidden = f"http://{'a' * 56}.onion/"  # passed over: no proxy leads there
        assert call("publish", *desk, *(f"--address={each}" for each in (f"{one}/", hidden, f"{other}/")))[0] == 0
        assert call("mirror", f"{one}/", str(tmp_path / "copy"), *home)[0] == 0
        assert (tmp_path / "copy/mirrors.txt").read_text() == f"{one}/\n{hidden}\n{other}/\n"
        page = (tmp_path / "copy/about/index.html").read_text("utf-8")
        assert f'href="{other}/about/index.html"' in page
        assert "address-3.svg" in (tmp_path / "copy/mirrors/index.html").read_text("utf-8")
        with serving(None, None) as gone:
            pass
        code, shown = call("mirror", f"{gone}/", str(tmp_path / "copy"), *home)
        assert code == 0
        assert "Another address of the same site is tried" in shown


def test_a_desk_of_several_changes_nothing_without_two_of_its_three_root_keys(tmp_path: Path) -> None:
    home = ("--home", str(tmp_path / "several"))
    assert call("setup", "desk", *home, "--no-passphrase", "--roots", "4-of-3")[0] == 2
    code, shown = call("setup", "desk", *home, "--no-passphrase", "--roots", "2-of-3")
    assert code == 0
    assert "root-1.age, root-2.age, root-3.age" in shown
    sticks = [("--root", f"{home[1]}/root-{number}.age") for number in (1, 2, 3)]
    code, shown = call("keys", "rotate", *home, *sticks[0])
    assert code == 2
    assert "Expected 2 of the root's keys, found 1" in shown
    assert call("keys", "rotate", *home, *sticks[0], *sticks[0])[0] == 2  # the same stick twice
    assert call("keys", "rotate", *home, *sticks[2], *sticks[0])[0] == 0
    release_a_name(home)
    assert call("publish", *home)[0] == 0
    assert call("verify", f"{home[1]}/site", "--no-memory")[0] == 0
    assert "signed by 2 of 3 root keys" in call("keys", "roster", *home)[1]


@pytest.mark.parametrize("others_have_the_root", [False, True])
def test_a_copy_that_is_older_than_the_desks_keys_sees_it_too_and_does_not_bring_back_the_old_ones(
    tmp_path: Path, desk: tuple[str, str], others_have_the_root: bool
) -> None:
    out = tmp_path / "out"
    assert call("places", "add", "web", str(out), "--site", "--home", str(desk[1]))[0] == 0
    assert call("publish", *desk, "--to", "web")[0] == 0
    older = ("--home", str(shutil.copytree(desk[1], tmp_path / "older")))
    root = ["--root", f"{desk[1]}/root.age"]
    if others_have_the_root:
        assert call("keys", "roster", *desk, "--roots", "2-of-3", *root)[0] == 0
        root = ["--root", f"{desk[1]}/root-1.age", "--root", f"{desk[1]}/root-2.age"]
    assert call("keys", "rotate", *desk, *root)[0] == 0
    assert call("receive", *desk)[0] == 0, "what it has published is signed with its old key"
    assert call("publish", *desk, "--to", "web")[0] == 0
    newest = (out / "roster.json").read_bytes()
    for command in (("receive",), ("publish", "--to", "web"), ("publish", "--to", str(out))):
        code, shown = call(*command, *older)
        assert (code, "an older copy?" in shown) == (3, True), shown
    assert (out / "roster.json").read_bytes() == newest
    (out / "roster.json").write_bytes(newest.replace(b"a", b"b"))
    assert call("receive", *older)[0] == 0, "a roster that our root did not sign says nothing"


def test_a_folder_that_the_system_cannot_look_into_says_nothing(
    tmp_path: Path, desk: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a stick that was pulled, or in a folder of somebody else: here, under a name that is too long."""
    lost = FolderSite("lost", tmp_path / ("x" * 300))
    monkeypatch.setattr(on_disks, "sites_of", lambda home: iter([lost]))
    home = Home.open(Path(desk[1]), "desk", b"")
    with Archive.open(home.folder / "archive") as archive:
        on_disks.require_current_on_disks(home, archive)


def test_a_place_that_never_answers_holds_no_edition_up_and_is_named(
    tmp_path: Path, desk: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def until_one_is_left(answers: Iterable["Future[object]"], patience: float, stopped: Callable[[], bool]) -> None:
        """However busy the machine is, the others answer before the patience with the last one begins."""
        left = set(answers)
        while len(left) > 1:
            left = wait(left, return_when=FIRST_COMPLETED).not_done
        wait(left, patience)

    assert call("publish", *desk, "--to", f"{tmp_path}/out")[0] == 0
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    monkeypatch.setattr(asking, "wait_for", until_one_is_left)
    home = Home.open(Path(desk[1]), "desk", b"")
    with socket.create_server(("127.0.0.1", 0)) as dead, Archive.open(home.folder / "archive") as archive:
        quiet = WebSite("quiet", f"http://127.0.0.1:{dead.getsockname()[1]}/")  # it takes connections, and no more
        told = FolderSite("told", tmp_path / "out")
        assert asking.require_current(home, archive, [quiet, told]) == ["quiet"]


def test_a_witness_that_does_not_answer_is_waited_for_as_long_as_somebody_wants(
    tmp_path: Path, desk: tuple[str, str], record: Record
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as dead:  # it takes connections, and no more
        add_witness(desk, record, f"http://127.0.0.1:{dead.getsockname()[1]}/witness")
        home = Home.open(Path(desk[1]), "desk", b"")
        with Archive.open(home.folder / "archive") as archive:
            publish_for(home, archive, Accounts.open(home), date(2026, 11, 28))
            [answer] = asking.ask_witnesses(home, archive, stopped=lambda: True)
    assert (answer.witness, answer.outcome) == ("w.example", Outcome.UNREACHABLE)
    assert answer.detail == "its answer was not waited for"
    assert (home.folder / "site" / "ledger" / "checkpoint").is_file(), "the edition is out"
