"""A package of evidence: what is in it, what is not unless asked for, and what stock tools and others' programs say."""

import errno
import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import bagit
import pytest
from rocrate.rocrate import ROCrate

from support.collecting_desk import tweet
from support.evidence_packages import DAY, EVERYTHING, PATH, EvidenceDesk, relisted
from support.media_samples import needs_exiftool
from support.published_desk import DEVICE, House, key, status
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person
from tamizdat.cli.main import main
from tamizdat.encoding import Json, sha256, spoken
from tamizdat.errors import StorageFull, StorageRefused, UsageError
from tamizdat.evidence import package
from tamizdat.evidence.check import check_package
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.documents import steps
from tamizdat.evidence.layout import UNFINISHED
from tamizdat.evidence.pdf import scripts_without_font, to_pdf
from tamizdat.evidence.placement import Placement
from tamizdat.evidence.selection import choose
from tamizdat.ledger.roster import Root, Roster
from tamizdat.ledger.signing import sign_roster
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.catalogued import CataloguedItem, PersonEntry
from tamizdat.verifying.report import Verdict

TOOLS = ("bash", "sha256sum", "openssl", "xxd", "base64", "sed", "awk", "grep", "find")
without = [tool for tool in TOOLS if shutil.which(tool) is None]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> EvidenceDesk:
    return EvidenceDesk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def plain(desk: EvidenceDesk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with nothing that must be asked for, PDFs too; tests only read it."""
    folder = tmp_path_factory.mktemp("plain") / "package"
    desk.package(folder, pdf=True)
    return folder


@pytest.fixture(scope="module")
def full(desk: EvidenceDesk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with all that can be asked for; tests only read it."""
    folder = tmp_path_factory.mktemp("full") / "package"
    desk.package(folder, *EVERYTHING)
    return folder


@pytest.fixture
def copy(full: Path, tmp_path: Path) -> Path:
    """A package that a test may change."""
    return Path(shutil.copytree(full, tmp_path / "copy"))


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def verdicts(folder: Path, kind: str) -> dict[str, Verdict]:
    return {each.name: each.verdict for each in check_package(folder).links if each.name.startswith(kind)}


def by_hand(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs the commands of the page, as they stand on it."""
    page = (folder / "data/check.en.html").read_text("utf-8")
    blocks = re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    assert len(blocks) == len(steps())
    commands = "".join(blocks).replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'")
    with tempfile.TemporaryDirectory() as temporary:
        done = subprocess.run(
            ["bash", "-c", commands.replace("&amp;", "&")], cwd=folder, capture_output=True, text=True, check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": temporary}, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert list(Path(temporary).iterdir()) == [], "nothing that the package tells is left behind"
    return done


def test_a_check_that_fails_in_a_terminal_says_so_and_keeps_its_window(copy: Path) -> None:
    with (copy / "data/ro-crate-metadata.json").open("ab") as file:
        file.write(b" ")
    done = subprocess.run(
        ["bash", "--norc", "-i"], input=f"{steps()['files']}echo and on\n", cwd=copy, capture_output=True, text=True,
        check=False, start_new_session=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr.count("STOPPED: what stands above failed. Do not rely on this package.\nClose") == 1
    assert done.stdout.splitlines()[-1] == "./data/ro-crate-metadata.json: FAILED", (
        "what was pasted after it does not run"
    )


def test_the_commands_stop_where_there_is_no_folder_for_what_they_compare(copy: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"mktemp() {{ return 1; }}; sort() {{ echo went on; }}; {steps()['files']}"], cwd=copy,
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "STOPPED" in done.stderr


# What others' programs say --------------------------------------------------------------------------------------------


def test_the_reference_programs_accept_bag_crate_and_hash_list(full: Path) -> None:
    bag = bagit.Bag(str(full))
    assert bag.is_valid()
    assert bag.version_info == (1, 0)
    assert bag.info["Bagging-Date"] == DAY
    payload = [path for path in (full / "data").rglob("*") if path.is_file()]
    assert bag.info["Payload-Oxum"] == f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    named = {each.id for each in ROCrate(full / "data").get_entities()}
    assert "originals/posts/" in " ".join(named)
    program = "import sys; from ascmhl import commands; getattr(commands, sys.argv.pop(1)).main()"
    command = [sys.executable, "-W", "ignore", "-c", program, "verify", str(full / "data/originals")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_package_to_whose_bag_an_archive_added_its_own_words_is_sound(copy: Path) -> None:
    before = check_package(copy)
    bag = bagit.Bag(str(copy))
    bag.info["External-Identifier"] = "accession 12"
    bag.save()  # writes the list of tag files anew, with one space
    assert " " * 2 not in (copy / "tagmanifest-sha256.txt").read_text()
    assert [(each.name, each.verdict) for each in check_package(copy).links] == [
        (each.name, each.verdict) for each in before.links
    ]


def test_a_bag_of_another_program_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / "words.txt").write_text("x")
    bagit.make_bag(str(tmp_path / "bag"))
    [found] = [each for each in check_package(tmp_path / "bag").links if each.name == "bag"]
    assert "bagit.py --validate" in found.detail


@pytest.mark.skipif(bool(without), reason=f"not installed, so nothing was checked by hand: {without}")
def test_the_pages_commands_say_not_proved_where_nothing_is_opened(plain: Path, copy: Path) -> None:
    """Where something is, they prove it: tests/unit/evidence/test_stamped.py."""
    done = by_hand(plain)
    assert done.returncode == 0, done.stderr
    assert "NOT PROVED, no opened statement is about it: data/originals/card-1/DCIM/100CANON/" in done.stdout
    assert "in the ledger, not opened" in done.stdout
    original = next((copy / "data/originals/card-1").rglob("*.MOV"))
    original.write_bytes(original.read_bytes().replace(b"clip", b"clap"))
    assert by_hand(copy).returncode != 0


# What it tells --------------------------------------------------------------------------------------------------------


def test_nothing_is_told_that_was_not_asked_for(plain: Path, desk: EvidenceDesk) -> None:
    files = tree(plain)
    everything = b"\n".join(files.values())
    opened = [json.loads(data)["payload"] for path, data in files.items() if re.search(r"statements/\d+\.json$", path)]
    assert len(opened) == 1  # what the edition shows
    salts = {desk.house.archive.disclosure(index).salt for index in desk.contents().told}
    told = [salt for salt in salts if b64encode(salt) in everything]
    assert len(told) == 1
    for secret in (DEVICE, "02:11:09", "hidden source", "closing manifest of c0"):
        assert secret.encode() not in everything
    assert b"T00:00:00" in everything  # in the hash list, whose times are days


def test_each_part_is_told_when_it_is_asked_for(full: Path) -> None:
    everything = b"\n".join(tree(full).values())
    for told in (DEVICE, "02:11:09", "closing manifest of c0"):
        assert told.encode() in everything
    assert b"hidden source" not in everything


def test_the_rehearsal_names_what_is_told_and_what_is_left_out(desk: EvidenceDesk) -> None:
    contents = desk.contents()
    assert {part for part, _ in contents.left_out()} == EVERYTHING
    told = " ".join(desk.contents(*EVERYTHING).tells())
    for each in ("closing manifest", "long-term key", "to the second", "× captured", "whose export it is"):
        assert each in told
        assert each not in " ".join(contents.tells())
    assert f"what else they are called, why they were withdrawn; no edition shows that (no. {desk.person})" in told
    assert not desk.contents(*EVERYTHING).left_out()


def test_files_have_days_and_no_producer(plain: Path) -> None:
    assert {path.stat().st_mtime % 86400 for path in [plain, *plain.rglob("*")]} == {0}
    for path in plain.rglob("*.pdf"):
        data = path.read_bytes()
        assert data.startswith(b"%PDF-")
        assert not re.search(rb"Producer|CreationDate|ModDate|Creator|WeasyPrint", data)
    page = (plain / "data/affidavit.zh-Hans.html").read_text("utf-8")
    assert to_pdf(page) == (plain / "data/affidavit.zh-Hans.pdf").read_bytes()  # the same bytes again


def test_chronology_and_page_say_what_is_proved_in_both_languages(full: Path, plain: Path) -> None:
    english, chinese = ((full / f"data/chronology.{tag}.html").read_text("utf-8") for tag in ("en", "zh-Hans"))
    assert '<html lang="en">' in english
    assert english.count('class="proved"') > english.count('class="vouched"') > 0
    assert "保管经过年表" in chinese
    assert "校舍塌了" in english
    assert "The school fell" in chinese
    assert hashlib.sha256(b"no clip, but bytes of one" * 99).hexdigest() in english
    left = (plain / "data/chronology.en.html").read_text("utf-8")
    assert "Left out of this package" in left
    assert "closing manifest" in left


def test_names_come_out_of_the_page_as_they_are_and_as_text(desk: EvidenceDesk, tmp_path: Path) -> None:
    number = desk.house.capture('DCIM/<img src=x onerror=alert(1)>&".JPG', b"no picture")
    contents = desk.contents(what=(str(number),))
    package.write(contents, tmp_path / "odd", with_pdf=False)
    page = (tmp_path / "odd/data/chronology.en.html").read_text("utf-8")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert bagit.Bag(str(tmp_path / "odd")).is_valid()
    assert not check_package(tmp_path / "odd").broken


def test_a_percent_sign_in_a_name_is_another_letter_in_the_bag(plain: Path) -> None:
    [path] = (plain / "data/originals/card-1").rglob("*.MOV")
    assert path.name == PATH.rpartition("/")[2].replace("%", "~")


def test_names_of_a_package_are_such_as_every_disk_takes_wherever_it_was_made(
    desk: EvidenceDesk, tmp_path: Path
) -> None:
    """Who gets it unpacks it on Windows, where what stands at none of these names would be lost, or one of two."""
    names = ["aux.txt", "Case.JPG", "case.jpg", "caf\u00e9.txt", "cafe\u0301.txt", 'a"*?.MOV']
    numbers = [desk.house.capture(name, f"the bytes of {name}".encode()) for name in names]
    package.write(desk.contents(what=tuple(map(str, numbers))), tmp_path / "odd", with_pdf=False)
    written = sorted(path.name for path in (tmp_path / "odd/data/originals/card-1").iterdir())
    assert written == ["Case.JPG", "a~22~2A~3F.MOV", "cafe\u0301.txt", "~61ux.txt", "~63af~C3~A9.txt", "~63ase.jpg"]
    assert bagit.Bag(str(tmp_path / "odd")).is_valid()
    assert not check_package(tmp_path / "odd").broken


def test_a_script_without_a_font_is_named() -> None:
    assert scripts_without_font(["plain", "\U00012345 cuneiform"]) in (["CUNEIFORM"], [])
    assert scripts_without_font(["plain English, Ελληνικά"]) == []


# What is chosen -------------------------------------------------------------------------------------------------------


def test_a_selection_is_numbers_a_consignment_or_a_voice(desk: EvidenceDesk) -> None:
    archive = desk.house.archive
    card = {each.number for each in choose(archive, ["c0c0c0"])}
    assert {desk.clip, desk.other} <= card
    handle = archive.index.posts.versions("https://x.com/i/status/57")[0].handle
    assert [each.number for each in choose(archive, [], [f"@{handle}"])] == [desk.post]
    assert [each.number for each in choose(archive, [f"{desk.clip}-{desk.other}"])] == [desk.clip, desk.other]


@pytest.mark.parametrize("what", ["99999", "no card", ""])
def test_what_names_nothing_is_refused(desk: EvidenceDesk, what: str) -> None:
    with pytest.raises(UsageError, match="Expected"):
        choose(desk.house.archive, [what])
    with pytest.raises(UsageError, match="found 'nobody'"):
        choose(desk.house.archive, [], ["nobody"])


def test_two_files_of_one_path_stand_apart_and_cards_are_counted_in_the_package(
    desk: EvidenceDesk, tmp_path: Path
) -> None:
    house = desk.house
    again = house.capture(PATH, b"the same name, cut short before")
    house.consignment = "d1" * 32
    house.receive()
    elsewhere = house.capture(PATH, b"another card")
    house.consignment = "c0" * 32
    chosen = choose(house.archive, [str(each) for each in (desk.clip, again, elsewhere)])
    paths = [each.path for exhibit in chosen for each in exhibit.originals]
    assert paths == [f"card-1/{PATH}", f"card-1-{again}/{PATH}", f"card-2/{PATH}"]
    assert [each.originals[0].path for each in choose(house.archive, [str(elsewhere)])] == [f"card-1/{PATH}"]


def test_a_statement_of_a_form_that_nobody_knows_is_passed_over(tmp_path: Path) -> None:
    house = House(tmp_path)
    number = house.capture("DCIM/1.JPG", b"no picture")
    house.say("derived", Subject("picture.jpg", "00" * 32), {"item": number, "of": "another program"})
    [exhibit] = choose(house.archive, [str(number)])
    assert number in exhibit.statements


# Bad input and faults -------------------------------------------------------------------------------------------------


def test_a_whole_package_holds_and_proves_its_originals(full: Path, plain: Path) -> None:
    report = check_package(full)
    assert report.holds
    assert set(verdicts(full, "original").values()) == {Verdict.PROVED}
    assert not check_package(plain).broken
    assert verdicts(plain, "original card-1/") != {}
    assert set(verdicts(plain, "original card-1/").values()) == {Verdict.UNKNOWN}


def test_a_changed_byte_is_found_and_named(copy: Path) -> None:
    path = next(copy.glob("data/originals/posts/*/version-*.json"))
    path.write_bytes(path.read_bytes().replace(b"zh", b"en"))
    name = path.relative_to(copy).as_posix()
    broken = [each.name for each in check_package(copy).broken]
    assert broken == [f"file {name}", "files"]
    assert set(verdicts(copy, f"original {name.removeprefix('data/originals/')}").values()) == {Verdict.UNKNOWN}


def test_a_missing_file_is_found_and_named(copy: Path) -> None:
    (copy / "data/affidavit.en.html").unlink()
    assert [each.name for each in check_package(copy).broken] == ["file data/affidavit.en.html", "files"]


def test_a_folder_that_cannot_be_listed_or_entered_is_unknown(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = f"{copy}/data/originals/card-1"

    def refusing(ask: Callable[[str], object]) -> Callable[[str], object]:
        def asked(path: str) -> object:
            if str(path).startswith(closed):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return ask(path)

        return asked

    for name in ("lstat", "scandir"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))
    report = check_package(copy)
    assert report.broken == []
    assert "file data/originals/card-1" in report.shaky
    assert not any(str(copy) in link.detail for link in report.links)


def test_one_file_too_many_is_found_and_named(copy: Path) -> None:
    (copy / "data/originals/planted.jpg").write_bytes(b"")
    (copy / "beside.txt").write_bytes(b"")
    found = [each.name for each in check_package(copy).broken]
    assert found == ["file beside.txt", "file data/originals/planted.jpg", "files"]


def test_a_forged_statement_breaks_its_entry_although_the_lists_fit(copy: Path, desk: EvidenceDesk) -> None:
    path = copy / f"data/proofs/statements/{desk.clip}.json"
    said = json.loads(path.read_bytes())
    said["payload"] = said["payload"][:-8] + "AAAAAAAA"
    path.write_bytes(json.dumps(said, separators=(",", ":")).encode())
    relisted(copy)
    broken = [each.name for each in check_package(copy).broken]
    assert f"entry {desk.clip}" in broken
    assert "files" not in broken


@pytest.mark.parametrize("planted", ["original", "entry"])
def test_what_nobody_signed_is_unknown_and_keeps_the_package_from_holding(
    copy: Path, planted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lists of a package are signed by nobody: whoever passes it on can write them anew."""
    if planted == "original":
        (copy / "data/originals/card-1/planted.jpg").write_bytes(b"another picture")
        name, said = (
            "original card-1/planted.jpg",
            "NOT PROVED, no opened statement is about it: data/originals/card-1/pl",
        )
    else:
        with (copy / "data/proofs/entries.txt").open("a") as file:
            file.write(f"{7 << 40} {'ab' * 32}\n")
        name, said = f"entry {7 << 40}", f"NOT PROVED, nothing here shows that it is in the ledger: entry {7 << 40}"
    relisted(copy)
    report = check_package(copy)
    assert (report.broken, report.holds, report.shaky) == ([], False, {name})
    assert verdicts(copy, name) == {name: Verdict.UNKNOWN}
    assert main(["verify", str(copy), "--no-memory"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "NOT ALL OF IT IS PROVED" in told
    assert "IT DOES NOT HOLD" not in told
    if not without:
        done = by_hand(copy)
        assert (done.returncode, said in done.stdout) == (0, True), done.stderr


def test_another_desks_root_is_broken(full: Path) -> None:
    report = check_package(full, bytes(32))
    assert [each.name for each in report.broken] == ["root"]
    assert not [each for each in report.links if each.name.startswith("entry")]


def test_the_root_that_took_over_from_the_first_is_the_desks_too(copy: Path, desk: EvidenceDesk) -> None:
    first, proofs = desk.house.root, copy / "data/proofs"
    envelope, new = (proofs / "roster-1.json").read_bytes(), key(77)
    then = replace(Roster.open(envelope), root=Root((new.public,)), version=2, previous=sha256(envelope))
    signers = [(each.public, each.sign) for each in (new, first)]
    for signed_by, broken in (signers, set()), (signers[:1], {"roster"}):  # without the first root's consent it is none
        (proofs / "roster-2.json").write_bytes(sign_roster(then, signed_by))
        relisted(copy)
        for root in (Root((first.public,)), Root((new.public,))):
            found = {each.name for each in check_package(copy, root.fingerprint).broken}
            assert found - {"root"} == broken
            assert broken or not found
    # what a reader is told to compare is the root that counts now, by the command as by hand
    (proofs / "roster-2.json").write_bytes(sign_roster(then, signers))
    relisted(copy)
    [told] = [each.detail for each in check_package(copy).links if each.name == "root"]
    fingerprints = [Root((each.public,)).fingerprint for each in (new, first)]
    assert [told.index(spoken(each)) for each in fingerprints] == sorted(
        told.index(spoken(each)) for each in fingerprints
    )
    if not without:
        lines = by_hand(copy).stdout.splitlines()
        assert [line.rpartition(" ")[2] for line in lines[1:3]] == [each.hex() for each in fingerprints]


def test_a_folder_with_other_files_is_left_alone(desk: EvidenceDesk, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"found files of others in it: mine\.txt"):
        desk.package(tmp_path)
    assert tree(tmp_path) == {"mine.txt": b"mine"}


def test_a_whole_package_is_not_written_over(desk: EvidenceDesk, full: Path) -> None:
    before = tree(full)
    with pytest.raises(UsageError, match="Expected an empty folder"):
        desk.package(full)
    assert tree(full) == before


class Killed(BaseException):
    """What ends a run at once."""


def test_a_run_that_was_killed_is_no_package_and_goes_on(
    desk: EvidenceDesk, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cut"

    def killed(contents: object) -> Iterator[object]:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(package, "_proofs", killed)
        with pytest.raises(Killed):
            desk.package(folder, *EVERYTHING)
    assert (folder / UNFINISHED).is_file()
    report = check_package(folder)
    assert "bag" in [each.name for each in report.broken]
    with pytest.raises(UsageError, match="what another choice left unfinished"):
        desk.package(folder)
    desk.package(folder, *EVERYTHING)
    assert tree(folder) == tree(full)


def test_a_full_disk_is_said_and_the_next_run_goes_on(
    desk: EvidenceDesk, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, room, write_to_disk = tmp_path / "small", [9000], os.write

    def with_little_room(file: int, data: bytes) -> int:
        room[0] -= len(data)
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_to_disk(file, data)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", with_little_room)
        with pytest.raises(StorageFull, match="No room is left"):
            desk.package(folder, *EVERYTHING)
    assert not (folder / "bagit.txt").exists()
    desk.package(folder, *EVERYTHING)
    assert tree(folder) == tree(full)  # and so the same choice gives the same bytes


def test_a_file_that_the_disk_cannot_hold_is_said(desk: EvidenceDesk, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StorageRefused, match="takes files of 4 GiB"):
            desk.package(tmp_path / "fat")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_told_while_it_is_written_adds_up_to_what_was_said_before(tmp_path: Path) -> None:
    house, told = House(tmp_path / "desk"), list[int]()
    house.archive.append([house.roster])
    picture = house.picture()
    house.release_item(picture)
    house.publish()
    contents = Contents(house.archive, choose(house.archive, [str(picture)]), frozenset(), house.site, DAY)
    package.write(contents, tmp_path / "package", False, told.append)
    assert sum(told) == contents.size + contents.size_shown
    assert contents.size_shown > 0


def test_what_was_withdrawn_from_the_site_is_told_before_it_is_handed_over(tmp_path: Path) -> None:
    house = House(tmp_path / "desk")
    house.archive.append([house.roster])
    house.take(tweet(7, "The gate is open."))
    post, picture, shown = house.number(status(7)), house.picture(), house.picture("other.jpg")
    house.release(7, release="withdrawn")
    catalogue(house.archive, house.desk, CataloguedItem(picture, release="withdrawn"))
    house.publish()
    chosen = choose(house.archive, [str(each) for each in (post, picture, shown)])
    contents = Contents(house.archive, chosen, frozenset(), house.site, DAY)
    assert sorted(contents.withdrawn) == sorted((post, picture))
    assert any("withdrawn from the site, whole" in line for line in contents.tells())


# What the other side may have done to it ------------------------------------------------------------------------------


def exchange(one: Path, other: Path) -> None:
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


def test_two_exhibits_that_were_exchanged_are_broken_although_the_desk_has_both(tmp_path: Path) -> None:
    desk = EvidenceDesk(tmp_path / "desk")
    contents = desk.contents(*EVERYTHING, what=(str(desk.clip), str(desk.other), str(desk.post), str(desk.person)))
    package.write(contents, tmp_path / "package", False)
    originals = tmp_path / "package/data/originals"
    post, person = next(originals.glob("posts/*/version-*")), next(originals.glob("people/*/entry-*"))
    clip, other = originals / "card-1" / PATH.replace("%", "~"), originals / "card-1/notes/hidden source.txt"
    assert check_package(tmp_path / "package").holds
    assert without or by_hand(tmp_path / "package").returncode == 0
    exchange(post, person)
    exchange(clip, other)
    relisted(tmp_path / "package")
    broken = {each.name for each in check_package(tmp_path / "package").broken}
    assert broken == {f"original {each.relative_to(originals).as_posix()}" for each in (post, person, clip, other)}
    if not without:
        done = by_hand(tmp_path / "package")
        assert done.returncode != 0
        assert done.stdout.count("EXCHANGED") == 4


@needs_exiftool
def test_a_working_copy_of_another_item_is_broken(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.archive.append([house.roster])
    number = house.picture()
    house.publish()
    contents = Contents(house.archive, choose(house.archive, [str(number)]), frozenset(EVERYTHING), house.site, DAY)
    package.write(contents, tmp_path / "package", False)
    copies = tmp_path / "package/data/working-copies"
    (copies / str(number)).rename(copies / "999")
    relisted(tmp_path / "package")
    assert {each.name.rpartition("/")[0] for each in check_package(tmp_path / "package").broken} == {"copy 999"}


def test_files_of_one_path_on_two_cards_that_were_exchanged_are_broken() -> None:
    def captured(letter: str, path: str, card: str) -> Statement:
        said: dict[str, Json] = {"path": path, "consignment": card * 64, "size": 1, "modified": None}
        said |= {"state": "whole", "kind": "original"}
        return Statement("captured", (Subject("original", letter * 64),), said)

    files = [(letter, f"{'ABC'[at % 3]}.MOV", str(at // 3 + 1)) for at, letter in enumerate("abcdef")]
    placement = Placement(enumerate(captured(*each) for each in files))
    listed = {f"data/originals/card-{card}/{path}": letter * 64 for letter, path, card in files}
    assert not placement.strangers(listed)
    one, two = "data/originals/card-1/A.MOV", "data/originals/card-2/A.MOV"
    exchanged = {**listed, one: listed[two], two: listed[one]}
    assert placement.strangers(exchanged).keys() == {one, two}
    assert not any(placement.why_elsewhere(path, digest) for path, digest in exchanged.items())


def test_papers_that_were_written_anew_are_known_by_the_number_that_the_desk_told(full: Path, copy: Path) -> None:
    def told(folder: Path) -> str:
        [link] = [each for each in check_package(folder).links if each.name == "papers"]
        assert link.verdict is Verdict.UNKNOWN
        assert sha256((folder / "tagmanifest-sha256.txt").read_bytes()).hex() in link.detail
        return link.detail

    (copy / "data/chronology.en.html").write_text("<p>It was filmed in another year.", "utf-8")
    relisted(copy)
    assert check_package(copy).holds, "nobody signs what people read"
    assert told(copy) != told(full)
    assert without or sha256((copy / "tagmanifest-sha256.txt").read_bytes()).hex() in by_hand(copy).stdout


def test_what_came_twice_is_not_broken_where_no_checkpoint_covers_the_second_time(tmp_path: Path) -> None:
    desk = EvidenceDesk(tmp_path / "desk")
    house = desk.house
    namesake = state_person(house.archive, house.desk, PersonEntry("王小明", age="7"))
    house.consignment = "second"
    again = house.capture("notes/hidden source.txt", house.original(desk.clip))  # another file's name on the first card
    what = tuple(map(str, (desk.clip, desk.other, desk.person, again, namesake)))
    package.write(desk.contents(*EVERYTHING, what=what), tmp_path / "package", False)
    report = check_package(tmp_path / "package")
    assert report.broken == []
    assert not report.holds
    twice = [f"people/{namesake}/entry-{namesake}.json", "card-2/notes/hidden source.txt"]
    for name in twice:
        assert verdicts(tmp_path / "package", f"original {name}") == {f"original {name}": Verdict.UNKNOWN}
    if not without:
        done = by_hand(tmp_path / "package")
        assert done.returncode == 0, done.stderr
        assert f"NOT PROVED, entry {namesake}, which should be about it, is not opened" in done.stdout


def test_bytes_of_the_desks_at_a_place_that_no_package_has_are_not_proved(copy: Path) -> None:
    strange = copy / "data/originals/confession/he did it.txt"
    strange.parent.mkdir()
    next((copy / "data/originals/posts").rglob("version-*")).rename(strange)
    relisted(copy)
    name = "original confession/he did it.txt"
    assert verdicts(copy, "original confession") == {name: Verdict.UNKNOWN}
    assert not check_package(copy).holds
