"""A desk is lost and made again: the commands of docs/losing-the-desk.md, as they stand there, typed into a terminal.

That page is for frightened people, so it is tried literally.
"""

import re
import select
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK, Pulled
from support.terminal import Terminal
from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.backup.back_up import back_up
from tamizdat.backup.catch_up import catch_up, never_published
from tamizdat.backup.recovery_key import WORDS
from tamizdat.backup.restore import restore
from tamizdat.demo.sample_feed import write_first
from tamizdat.encoding import b64, sha256
from tamizdat.errors import BadBackup, CheckFailed, KeyMissing, UsageError
from tamizdat.home.home import ARCHIVE, Home
from tamizdat.home.keyring import Keyring
from tamizdat.home.rotate import newest_roster, rotate
from tamizdat.home.setup import create_desk, set_recovery_key
from tamizdat.keys import SealingKey, SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.published_log import Log
from tamizdat.ledger.signing import sign_checkpoint
from tamizdat.places import set_up_place
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport
from tamizdat.publishing.preflight import check_restored
from tamizdat.publishing.previous import Previous
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.verifying import Report, Seen, verify
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.jobs.publish import publish_for

PAGE = Path(__file__).resolve().parents[2] / "docs" / "losing-the-desk.md"
TESTS = Path(__file__).resolve().parents[1]
NEW = "six other random words here"
COMMAND = (
    f"import sys; sys.path.append({str(TESTS)!r}); import support.cheap_keys; from tamizdat.cli.main import run; run()"
)
TODAY = date(2026, 11, 23)


def commands(part: str) -> list[str]:
    """The commands of a part of the page, in order."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {part}\n")[1].split("\n## ")[0]
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines()]


def made_desk(folder: Path, passphrase: bytes = b"") -> Home:
    """A desk with some posts, of which one is released and published."""
    home = create_desk(folder, "ourdesk", passphrase, WORK)
    export = folder.with_name(f"{folder.name}-export")
    export.mkdir()
    write_first(export)
    with Archive.open(folder / ARCHIVE) as archive:
        report = IngestReport()
        source = open_export(export, report)
        ingest(archive, home.keyring.signing["desk"], source, recognise(source), NOW, report)
        source.close()
    return home


def edition(home: Home, *posts: int, although_restored: bool = False) -> None:
    """Releases posts (9001, 9002 …) and publishes."""
    with Archive.open(home.folder / ARCHIVE) as archive:
        for number in posts:
            said = CataloguedPost(f"https://x.com/i/status/{number}", release="public")
            state_release(archive, home.keyring.signing["desk"], said)
        publish_for(home, archive, Accounts.open(home), TODAY, although_restored=although_restored)


def reader(site: Path, memory: dict[str, Seen]) -> Report:
    """A reader who was here before; what holds is remembered."""
    report = verify(site, None, memory)
    assert [f"{link.name}: {link.detail}" for link in report.broken] == []
    assert report.seen
    assert report.root
    memory[report.root.hex()] = report.seen
    return report


class Person:
    """Somebody who types a command of the page and answers what it asks."""

    def __init__(self, folder: Path, home: Path, answers: dict[str, list[str]]) -> None:
        self.folder, self.home, self.answers = folder, home, answers

    def types(self, command: str) -> str:
        """Types one line, in which the disks are folders of the test; what the terminal showed."""
        given = (
            each.replace("/media/", f"{self.folder}/").replace("~/", f"{self.folder}/") for each in command.split()
        )
        program, *words = given
        assert program == "tamizdat"
        more = ["--allow-swap"] if words[0] != "check" else []
        terminal = Terminal(COMMAND, [*words, "--home", str(self.home), *more], self.folder)
        for typed in self._asked(terminal):
            for answer in typed:
                terminal.type(answer)
        assert terminal.finish() == 0, f"{command}: {terminal.seen}"
        return terminal.seen

    def _asked(self, terminal: Terminal) -> Iterator[list[str]]:
        """Yield what is to be typed, whenever a question stands on the screen."""
        at, end = 0, time.monotonic() + 120
        while terminal.process.poll() is None:
            assert time.monotonic() < end, f"it asks what nobody answers: {terminal.seen!r}"
            if select.select([terminal._main], [], [], 0.1)[0]:
                terminal._read(0)
            found = [(where, asked) for asked in self.answers if (where := terminal.seen.find(asked, at)) >= 0]
            if found:
                where, asked = min(found)
                at = where + len(asked)
                yield self.answers[asked]


def test_the_page_for_frightened_people_makes_the_desk_again_word_by_word(tmp_path: Path) -> None:
    home = made_desk(tmp_path / "desk", PASSPHRASE)
    edition(home, 9001)
    (tmp_path / "backup-disk").mkdir()
    (tmp_path / "stick").mkdir()
    old = PASSPHRASE.decode()
    answers = {"Passphrase of this desk: ": [old], "Passphrase of the root key: ": [old]}
    person = Person(tmp_path, tmp_path / "desk", answers)
    memory: dict[str, Seen] = {}

    recovery, backup, rehearsal = commands("While all is well")
    sheet = person.types(recovery)
    rows = re.findall(r"^ *\d+ [a-z]+ .*$", sheet.replace("\r", ""), re.M)
    assert len(re.findall(r"\d+ [a-z]+", " ".join(rows))) == WORDS
    assert "is whole" in person.types(backup)
    answers["Type the words of the sheet"] = [*rows, ""]
    assert "All of it is there and whole." in person.types(rehearsal)
    (tmp_path / "desk" / "root.age").rename(tmp_path / "stick" / "root.age")

    edition(home, 9002, 9003)
    before = reader(tmp_path / "desk" / "site", memory)
    (tmp_path / "desk" / "site").rename(tmp_path / "site-copy")
    (tmp_path / "desk").rename(tmp_path / "taken-by-somebody")

    person.home = tmp_path / "again"
    answers["Passphrase of this desk: "] = [NEW]
    answers["New passphrase for this desk, 12 characters or more: "] = answers["The same once more: "] = [NEW]
    restoring, *steps = commands("When it is lost")
    assert "signs nothing until" in person.types(restoring)
    assert "agree as" in " ".join(person.types(steps[0]).split())
    for step in steps[1:]:
        person.types(step)

    after = reader(tmp_path / "again" / "site", memory)
    assert after.root == before.root
    assert after.seen
    assert before.seen
    assert (after.seen.roster, before.seen.roster) == (2, 1)
    assert after.seen.edition == before.seen.edition + 1
    assert Home.open(tmp_path / "again", "desk", NEW.encode()).folder == tmp_path / "again"


# -- the ledger is never forked --------------------------------------------------------------------------------


@pytest.fixture
def key() -> SealingKey:
    return SealingKey.generate()


class Lost:
    """A desk with an edition in its backup and a later one that only readers have; and the desk made again."""

    def __init__(
        self,
        folder: Path,
        key: SealingKey,
        seized: bool = False,
        later: tuple[int, ...] = (9002, 9003),
        withdrawn: int | None = None,
    ) -> None:
        self.folder, self.key = folder, key
        self.old = made_desk(folder / "desk")
        edition(self.old, 9001)
        set_recovery_key(self.old, key.recipient, "2026-11-28")
        place = folder / "backup"
        set_up_place("backup", str(place), {})
        self.place = self.old.add_place("backup", str(place), {}, "backups")
        self.root = Keyring.load(folder / "desk" / "root.age", b"").signing["root"]
        with Archive.open(self.old.folder / ARCHIVE) as archive:
            back_up(self.old, archive, self.place, NOW)
        self.memory: dict[str, Seen] = {}
        if withdrawn:
            with Archive.open(self.old.folder / ARCHIVE) as archive:
                said = CataloguedPost(f"https://x.com/i/status/{withdrawn}", release="withdrawn")
                state_release(archive, self.old.keyring.signing["desk"], said)
        self.site, self.older = folder / "desk" / "site", folder / "older"
        shutil.copytree(self.site, self.older)
        if later:
            edition(self.old, *later)
        reader(self.site, self.memory)
        restore(folder / "new", self.place.open(), key, b"", str(place), {}, "2026-11-28", seized, work=WORK)
        self.home = Home.open(folder / "new", "desk", b"")

    def opened(self) -> Archive:
        return Archive.open(self.home.folder / ARCHIVE)

    def again(self) -> Home:
        self.home = Home.open(self.folder / "new", "desk", b"")
        return self.home


def test_an_older_ledger_signs_nothing_until_it_was_compared_and_then_continues_the_published_one(
    tmp_path: Path, key: SealingKey
) -> None:
    lost = Lost(tmp_path, key)
    with pytest.raises(KeyMissing, match="catch-up"):
        edition(lost.home)
    with lost.opened() as archive:
        size = archive.size
        done = catch_up(lost.home, archive, lost.site)
        assert (done.ours, done.published) == (size, archive.size)
        assert done.lost + done.recovered == done.added == archive.size - size
        assert done.recovered >= 3, "the edition, and the items that the site opens"
        report = archive.check()
        assert report.sound
        assert report.lost == done.lost
    edition(lost.again(), 9004, although_restored=True)
    assert reader(lost.home.folder / "site", lost.memory).seen
    with lost.opened() as archive:
        assert archive.check().sound


def test_what_was_withdrawn_after_the_backup_is_not_shown_again_by_a_desk_that_does_not_know_of_it(
    tmp_path: Path, key: SealingKey
) -> None:
    """The backup holds it released, and its withdrawal is one of the statements that are lost."""
    lost = Lost(tmp_path, key, withdrawn=9001, later=(9002,))
    with lost.opened() as archive:
        catch_up(lost.home, archive, lost.site)
        size = archive.size
    home = lost.again()
    with pytest.raises(CheckFailed, match=r"found 1 that they do not see.*--although-restored"):
        edition(home)
    with lost.opened() as archive:
        assert archive.size == size
        said = CataloguedPost("https://x.com/i/status/9001", release="withdrawn")
        state_release(archive, home.keyring.signing["desk"], said)
    edition(home)  # what is left is nothing but what readers see
    reader(home.folder / "site", lost.memory)


def test_a_desk_that_never_published_is_not_told_what_its_readers_see() -> None:
    with pytest.raises(CheckFailed, match=r"never published, found 1: 6\. .* would be public\. .*--although-restored"):
        check_restored(256, Previous().index, {}, {6: ""})


def test_an_item_whose_file_opens_something_else_is_lost_alone(tmp_path: Path, key: SealingKey) -> None:
    lost, whole = Lost(tmp_path, key), tmp_path / "whole"
    shutil.copytree(lost.home.folder, whole)
    with Archive.open(whole / ARCHIVE) as archive:
        every = catch_up(Home.open(whole, "desk", b""), archive, lost.site).recovered
    *_, newest = sorted(lost.site.glob("items/*/proof.js"), key=lambda path: int(path.parent.name))
    said = newest.read_bytes()
    newest.write_bytes(re.sub(rb"(\\nextra )[A-Za-z0-9+/]{43}=", rb"\1" + b64(bytes(32)).encode(), said))
    assert newest.read_bytes() != said
    with lost.opened() as archive:
        assert catch_up(lost.home, archive, lost.site).recovered == every - 1
        assert archive.check().sound


def test_catching_up_twice_adds_nothing(tmp_path: Path, key: SealingKey) -> None:
    lost = Lost(tmp_path, key)
    with lost.opened() as archive:
        catch_up(lost.home, archive, lost.site)
        assert catch_up(lost.again(), archive, lost.site).added == 0
        done = catch_up(lost.again(), archive, lost.older)
        assert (done.added, done.edition, done.newest) == (0, 1, 2), "an older copy tells nothing, and that is told"


def test_nothing_was_published_after_the_backup_and_nothing_is_taken_over(tmp_path: Path, key: SealingKey) -> None:
    lost = Lost(tmp_path, key, later=())
    with lost.opened() as archive:
        assert catch_up(lost.home, archive, lost.site).added == 0
    edition(lost.again(), 9002, although_restored=True)
    reader(lost.home.folder / "site", lost.memory)


def test_a_desk_that_has_published_cannot_say_that_it_never_did(tmp_path: Path, key: SealingKey) -> None:
    lost = Lost(tmp_path, key)
    with lost.opened() as archive, pytest.raises(UsageError, match="found edition 1"):
        never_published(lost.home, archive)
    with pytest.raises(KeyMissing):
        lost.again().keyring.signing["log"]


def test_a_ledger_that_went_another_way_than_the_restored_one_is_refused(tmp_path: Path, key: SealingKey) -> None:
    """Somebody signs with our key on top of an even older copy, or of one that is as old but for its last entry."""
    lost = Lost(tmp_path, key, later=())
    with lost.opened() as ours:
        size, log, site = ours.size, lost.old.keyring.signing["log"], tmp_path / "forked-site"
        roster = newest_roster(ours, bytes.fromhex(lost.home.settings["root"])).envelope
        for shared in (0, size - 1):
            forked = Log([*ours.commitments()[:shared], *(sha256(b"%d" % each) for each in range(512 - shared))])
            head = Checkpoint(ours.origin, len(forked), forked.root(len(forked)))
            for path, data in forked.tiles():
                (site / "ledger" / path).parent.mkdir(parents=True, exist_ok=True)
                (site / "ledger" / path).write_bytes(data)
            (site / "ledger" / "checkpoint").write_bytes(sign_checkpoint(head, log.public, log.sign))
            (site / "roster.json").write_bytes(roster)
            with pytest.raises(BadBackup, match="Do not sign anything"):
                catch_up(lost.home, ours, site)
            assert ours.size == size
    with pytest.raises(KeyMissing):
        lost.again().keyring.signing["desk"]


def test_a_damaged_copy_of_the_site_is_refused_and_changes_nothing(tmp_path: Path, key: SealingKey) -> None:
    lost = Lost(tmp_path, key)
    with lost.opened() as archive:
        size = archive.size
        ledger = ("ledger/checkpoint", "roster.json", "ledger/tile/entries/000", "ledger/tile/0/000")
        # without its edition nobody knows what readers see, and what was withdrawn would be shown again
        edition = ("edition/edition.json", "edition/edition.tlog-proof", "edition/items.txt", "edition/files.txt")
        for what in ledger + edition:
            path = lost.site / what
            data = path.read_bytes()
            at = 40 if what.endswith("-proof") else len(data) // 2  # its salt: hashes are in the ledger, too
            path.write_bytes(bytes([*data[:at], data[at] ^ 1]) + data[at + 1 :])
            with pytest.raises(BadBackup, match=r"copy|another's"):
                catch_up(lost.home, archive, lost.site)
            path.unlink()
            with pytest.raises((BadBackup, UsageError)):
                catch_up(lost.home, archive, lost.site)
            path.write_bytes(data)
        assert archive.size == size
        assert catch_up(lost.home, archive, lost.site).added


def test_another_desk_s_site_is_refused(tmp_path: Path, key: SealingKey) -> None:
    lost = Lost(tmp_path, key)
    other = made_desk(tmp_path / "other")
    edition(other, 9001)
    with lost.opened() as archive, pytest.raises(BadBackup, match="another's"):
        catch_up(lost.home, archive, other.folder / "site")


# -- new keys --------------------------------------------------------------------------------------------------


def test_after_a_seizure_nothing_is_signed_before_the_keys_are_new_and_the_old_ones_count_for_nothing_after(
    tmp_path: Path, key: SealingKey
) -> None:
    lost = Lost(tmp_path, key, seized=True)
    with lost.opened() as archive:
        with pytest.raises(UsageError, match="catch-up"):
            rotate(lost.home, archive, [lost.root], b"", WORK)
        catch_up(lost.home, archive, lost.site)
        for home in (lost.home, lost.again()):
            with pytest.raises(KeyMissing, match="rotate"):
                home.keyring.signing["desk"]
        before = archive.size
        done = rotate(lost.home, archive, [lost.root], b"", WORK)
        assert (done.version, done.start) == (2, before)
        roster = newest_roster(archive, bytes.fromhex(lost.home.settings["root"]))
        thief = lost.old.keyring.signing["desk"].public
        assert thief in roster.keys_at("desk", before - 1), "what it signed before still counts"
        assert thief not in roster.keys_at("desk", before)
    home = lost.again()
    assert home.keyring.signing.keys() == {"desk", "log"}
    assert home.keyring.signing["desk"].seed != lost.old.keyring.signing["desk"].seed
    edition(home, 9004, although_restored=True)
    report = reader(home.folder / "site", lost.memory)
    assert report.seen
    assert report.seen.roster == 2


def test_keys_that_were_replaced_once_do_not_count_again_after_the_next_time(tmp_path: Path) -> None:
    """A thief keeps what he took; the end of its range was set when it was known to be stolen."""
    home = create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    root = Keyring.load(home.folder / "root.age", b"").signing["root"]
    with Archive.open(home.folder / ARCHIVE) as archive:
        stolen, ends = home.keyring.signing["desk"].public, archive.size
        for _ in range(2):
            rotate(home, archive, [root], b"", WORK)
        roster, newest = newest_roster(archive, bytes.fromhex(home.settings["root"])), archive.size
    assert roster.version == 3
    assert [stolen in roster.keys_at("desk", at) for at in (ends - 1, ends, ends + 1, newest)] == [True] + 3 * [False]
    assert roster.keys_at("desk", newest) == {home.keyring.signing["desk"].public}


def test_keys_are_replaced_by_the_root_alone(tmp_path: Path) -> None:
    home = made_desk(tmp_path / "desk")
    with Archive.open(home.folder / ARCHIVE) as archive:
        for roots in ([], [SigningKey.generate()], [home.keyring.signing["desk"]]):
            with pytest.raises(KeyMissing, match="of the root's keys, found 0"):
                rotate(home, archive, roots, b"", WORK)
        assert archive.size == len(archive.commitments())
    assert Home.open(home.folder, "desk", b"").keyring.signing["desk"].seed == home.keyring.signing["desk"].seed


@pytest.mark.parametrize("at", range(1, 7))
def test_a_rotation_that_is_killed_signs_nothing_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Killed before each write of keys or settings, and before the roster is appended."""
    home = made_desk(tmp_path / "desk")
    edition(home, 9001)
    root = Keyring.load(home.folder / "root.age", b"").signing["root"]
    left, real_save, real_keys, real_append = at, Home.save, Keyring.save, Archive.append

    def dying(real: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Pulled
            return real(*args, **named)

        return call

    with Archive.open(home.folder / ARCHIVE) as archive:
        with monkeypatch.context() as patch:
            patch.setattr(Home, "save", dying(real_save))
            patch.setattr(Keyring, "save", dying(real_keys))
            patch.setattr(Archive, "append", dying(real_append))
            killed = False
            try:
                rotate(home, archive, [root], b"", WORK)
            except Pulled:
                killed = True
        assert killed == (at < 6), "six writes and appends at most"
        home = Home.open(tmp_path / "desk", "desk", b"")
        if 1 < at < 6:
            with pytest.raises(KeyMissing, match="cut off"):
                home.keyring.signing["desk"]
        if killed:
            assert rotate(home, archive, [root], b"", WORK).version == 2
        assert newest_roster(archive, bytes.fromhex(home.settings["root"])).version == 2
    edition(Home.open(tmp_path / "desk", "desk", b""), 9002)
    assert verify(tmp_path / "desk" / "site").holds


def test_the_root_key_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "root.age").write_bytes(b"precious")
    with pytest.raises(UsageError, match="never overwritten"):
        create_desk(tmp_path / "desk", "desk", b"", WORK)
    assert [path.name for path in (tmp_path / "desk").iterdir()] == ["root.age"]
    assert (tmp_path / "desk" / "root.age").read_bytes() == b"precious"
