"""Backups of a desk: nothing of it shows, only what is new is sent, what was destroyed is destroyed there too."""

import contextlib
import io
import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.faulty_place import Faults, FaultyPlace
from support.field_and_desk import CLIP, NOTE, NOW, WORK, Pulled, World
from support.kinds import some_of
from tamizdat.archive import Archive
from tamizdat.archive.ingest.followed import Following
from tamizdat.backup.back_up import BackupReport, back_up
from tamizdat.backup.contents import KEYS, SETTINGS
from tamizdat.backup.file_list import Head, ListedFile, encode_list
from tamizdat.backup.packs import PIECE, Pack
from tamizdat.backup.record import Record
from tamizdat.backup.recovery_key import short_name
from tamizdat.backup.restore import Restored, fetch_missing, rehearse, restore
from tamizdat.carrying.receive import Arrival
from tamizdat.cli.console import Out
from tamizdat.cli.main import main
from tamizdat.cli.receive import say_arrival
from tamizdat.encoding import sha256_hex, spoken
from tamizdat.errors import BadArchive, BadBackup, KeyMissing, PlaceError, PlaceFull, TamizdatError, UsageError
from tamizdat.home.backups import Backups
from tamizdat.home.home import ARCHIVE, Home
from tamizdat.home.keyring import Keyring
from tamizdat.home.setup import accept, invite, retire, set_recovery_key
from tamizdat.keys import SealingKey
from tamizdat.places import Place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.age import seal, sealed_size, unseal
from tamizdat.sealing.parcel import PLAINTEXT, SMALL_PLAINTEXT, parcel_name

DAY = "2026-11-28"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("notes/采访.txt", NOTE)
        made.write("empty.bin", b"")
        made.write("clip.mp4", CLIP)
        made.carry(parcel_size=lambda: SMALL_PLAINTEXT)  # how it came is of no matter here, and that costs less
        yield made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", NOTE)
        made.carry()
        yield made


def there(place: Place) -> dict[str, bytes]:
    return {name: place.get(name) for name in place.list()}


def opened(world: World) -> bytes:
    """Everything in the backup, unsealed and joined: only for looking whether something is in it."""
    return b"".join(unseal(data, [world.recovery]) for data in there(world.backup).values())


def again(world: World, folder: Path, place: Place | None = None, **options: object) -> Restored:
    return restore(folder, place or world.backup, world.recovery, b"", "memory:", {}, DAY, work=WORK)


def files_of(folder: Path) -> dict[str, str]:
    """Path → SHA-256 of what must come back as it was."""
    kept = ["archive.json", "entries.log", *(str(path.relative_to(folder / ARCHIVE)) for path in objects(folder))]
    return {name: sha256_hex((folder / ARCHIVE / name).read_bytes()) for name in kept}


def objects(folder: Path) -> list[Path]:
    return [path for path in (folder / ARCHIVE / "objects").rglob("*") if path.is_file()]


# -- what a backup is ------------------------------------------------------------------------------------------


def test_what_a_desk_follows_is_in_its_backup(small: World, tmp_path: Path) -> None:
    following = Following(small.archive)
    following.of("https://a.example/feed", "林").note(NOW, "304")
    following.save()
    small.back_up()
    assert again(small, tmp_path / "new").whole
    with Archive.open(tmp_path / "new" / ARCHIVE) as archive:
        [followed] = Following(archive).all()
    assert (followed.url, followed.title, followed.visits[-1].said) == ("https://a.example/feed", "林", "304")


def test_a_desk_made_again_from_its_backup_is_the_same_desk(world: World, tmp_path: Path) -> None:
    assert again(world, tmp_path / "new").whole
    assert files_of(tmp_path / "new") == files_of(world.desk.folder)
    home = Home.open(tmp_path / "new", "desk", b"")
    assert {role: key.seed for role, key in home.keyring.signing.items()} == {
        role: key.seed for role, key in world.desk.keyring.signing.items()
    }
    assert [key.seed for key in home.keyring.identities()] == [key.seed for key in world.desk.keyring.identities()]
    same = set(world.desk.settings) - {"withheld"}
    assert {name: home.settings[name] for name in same} == {name: world.desk.settings[name] for name in same}
    with Archive.open(tmp_path / "new" / ARCHIVE) as archive:
        assert archive.check().sound
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "new" / "restoring").exists()


def test_a_backup_cannot_be_told_from_parcels_by_size_and_its_names_tell_nothing(world: World) -> None:
    found = there(world.backup)
    assert {len(data) for data in found.values()} == {sealed_size(PLAINTEXT, 1)}
    assert all(parcel_name(data) == name for name, data in found.items())


def test_nothing_of_the_desk_is_in_a_backup_for_whoever_has_no_sheet(world: World) -> None:
    raw = b"".join(there(world.backup).values())
    secrets = [NOTE, "采访".encode(), b"anna", b"tamizdat backup", world.desk.keyring.settings]
    secrets += [key.seed for key in world.desk.keyring.signing.values()]
    secrets += [path.name.encode() for path in objects(world.desk.folder)]
    assert not any(secret in raw for secret in secrets)
    for key in world.desk.keyring.identities():
        with pytest.raises(KeyMissing, match="sealed to other keys"):
            rehearse(world.backup, key)


def test_stock_tar_takes_an_unsealed_pack_apart(world: World, tmp_path: Path) -> None:
    for data in there(world.backup).values():
        plaintext = unseal(data, [world.recovery])
        subprocess.run(["tar", "xf", "-", "-C", str(tmp_path)], input=plaintext, check=True, capture_output=True)
    pieces = {path.name: path.read_bytes() for path in (tmp_path / "pieces").iterdir()}
    assert all(sha256_hex(data) == name for name, data in pieces.items())
    assert sha256_hex(NOTE) in pieces
    assert len(list((tmp_path / "backup").iterdir())) == 1


def test_the_root_key_is_in_no_backup(world: World) -> None:
    root = (world.desk.folder / "root.age").read_bytes()
    (world.desk.folder / "root (copy).age").write_bytes(root)
    world.back_up()
    assert b"TAMIZDAT-SIGNING-KEY" in opened(world), "the desk's own keys are"
    assert root not in opened(world)
    assert b"# signing root" not in opened(world)


def test_everything_in_the_desk_s_folder_is_backed_up_but_what_can_be_made_again(world: World, tmp_path: Path) -> None:
    """A file that some later room keeps there is in the backup without anybody's having to think of it."""
    for name in ("accounts", "archive/later.json", "a room/བོད་ཡིག.bin"):
        path = world.desk.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    (world.desk.folder / "site").mkdir()
    (world.desk.folder / "site" / "index.html").write_bytes(b"published anyway")
    for half_made in (".site.new-0a1b2c3d/site/items/1", ".site.renewal/site", "."):
        (world.desk.folder / half_made).mkdir(parents=True, exist_ok=True)
        (world.desk.folder / half_made / ".site.beside").write_bytes(b"words of an edition that was stopped")
    world.back_up()
    again(world, tmp_path / "new")
    for name in ("accounts", "archive/later.json", "a room/བོད་ཡིག.bin"):
        assert (tmp_path / "new" / name).read_bytes() == name.encode()
    assert not (tmp_path / "new" / "site").exists()
    assert not [*(tmp_path / "new").glob(".site*")]


# -- only what is new ------------------------------------------------------------------------------------------


def test_a_rerun_sends_nothing_and_new_footage_is_all_that_a_later_run_sends(world: World) -> None:
    before = set(there(world.backup))
    assert world.back_up().sent == 0
    assert set(there(world.backup)) == before
    world.write("second.bin", os.urandom(9_000_000))
    world.seal()
    world.send()
    world.receive()
    after = set(there(world.backup))
    assert len(after - before) <= 9_000_000 // (4 << 20) + 3, "what is new, keys and ledger, and the head"
    world.write("third.bin", os.urandom(9_000_000))
    world.seal()
    world.send()
    world.receive()
    assert len(after & set(there(world.backup))) >= 2, "packs that are filled stay as they are"


def test_many_small_runs_do_not_leave_a_pack_each(small: World) -> None:
    for number in range(4):
        small.write(f"{number}.txt", os.urandom(100))
        small.carry()
    assert len(list(small.backup.list())) <= 3


def _record(world: World) -> dict[str, tuple[str, ...]]:
    from tamizdat.backup.record import Record
    from tamizdat.backup.recovery_key import short_name

    [place] = world.desk.places("backups")
    return Record.open(world.desk, place.number, short_name(world.recovery.recipient)).held


@pytest.mark.parametrize("moment", ["2011-01-01T00:00:00+00:00", "2038-01-20T00:00:00+00:00"])
def test_a_clock_that_jumps_hides_no_backup(world: World, tmp_path: Path, moment: str) -> None:
    [place] = world.desk.places("backups")
    accept(world.desk, SealingKey.generate().x25519.public_key().public_bytes_raw(), "tashi", although_uninvited=True)
    back_up(world.desk, world.archive, place, NOW.fromisoformat(moment))
    invite(world.desk, "pema", b"", NOW, WORK)
    back_up(world.desk, world.archive, place, NOW)
    assert again(world, tmp_path / "new").whole
    assert Home.open(tmp_path / "new", "desk", b"").settings["recipients"].keys() == world.desk.keyring.sealing.keys()


def test_a_lost_record_and_a_clock_that_was_ahead_hide_no_backup(world: World, tmp_path: Path) -> None:
    [place] = world.desk.places("backups")
    accept(world.desk, SealingKey.generate().x25519.public_key().public_bytes_raw(), "tashi", although_uninvited=True)
    back_up(world.desk, world.archive, place, NOW.fromisoformat("2038-01-20T00:00:00+00:00"))
    (world.desk.folder / "backups" / str(place.number)).unlink()
    invite(world.desk, "pema", b"", NOW, WORK)
    back_up(world.desk, world.archive, place, NOW)
    assert again(world, tmp_path / "new").whole
    assert Home.open(tmp_path / "new", "desk", b"").settings["recipients"].keys() == world.desk.keyring.sealing.keys()


# -- what was destroyed stays destroyed ------------------------------------------------------------------------


def test_a_retired_key_is_in_no_backup_after_the_next_run(world: World) -> None:
    [(label, key)] = world.desk.keyring.sealing.items()
    text = key.to_text().encode()
    assert text in opened(world)
    retire(world.desk, label, b"", WORK)
    told = Backups.read(world.desk.folder)
    assert told.retired > told.last["backup"].retired, "until then it is told that the backup holds one more"
    report = world.back_up()
    assert report.deleted
    assert not report.undeleted
    assert text not in opened(world)
    told = Backups.read(world.desk.folder)
    assert told.retired == told.last["backup"].retired


def test_a_forgotten_statement_is_in_no_backup_after_the_next_run(world: World, tmp_path: Path) -> None:
    number = world.archive.index.by_act("captured")[0]
    said = world.archive.disclosure(number)
    assert said.envelope in opened(world)
    world.archive.forget(number)
    world.back_up()
    assert said.envelope not in opened(world)
    assert said.salt not in opened(world)
    assert Backups.read(world.desk.folder).last["backup"].forgotten == 1
    again(world, tmp_path / "new")
    with Archive.open(tmp_path / "new" / ARCHIVE) as archive:
        assert (archive.check().forgotten, archive.check().sound) == (1, True)


class Undeleting(MemoryPlace):
    """A place whose login may only add."""

    def delete(self, name: str) -> None:
        raise PlaceError("not allowed")


def test_what_a_place_does_not_delete_is_named_until_it_is_gone(world: World) -> None:
    place = world.desk.given["backup"] = Undeleting("backup")
    world.back_up()
    [label] = world.desk.keyring.sealing
    retire(world.desk, label, b"", WORK)
    report = world.back_up()
    assert report.undeleted
    assert set(report.undeleted) <= set(place.list())
    assert Backups.read(world.desk.folder).last["backup"].undeleted == len(report.undeleted)
    for name in report.undeleted:
        MemoryPlace.delete(place, name)
    assert world.back_up().undeleted == []
    assert Backups.read(world.desk.folder).last["backup"].undeleted == 0
    assert rehearse(place, world.recovery).whole


def test_a_new_recovery_key_opens_the_next_backup_and_the_old_one_opens_nothing_any_more(world: World) -> None:
    old, world.recovery = world.recovery, SealingKey.generate()
    set_recovery_key(world.desk, world.recovery.recipient, DAY)
    assert world.back_up().deleted
    assert rehearse(world.backup, world.recovery).whole
    with pytest.raises(KeyMissing, match="sealed to other keys"):
        rehearse(world.backup, old)


def test_without_a_recovery_key_nothing_is_backed_up(world: World) -> None:
    with world.desk.changing():
        del world.desk.settings["recovery"]
    with pytest.raises(UsageError, match="keys recovery"):
        world.back_up()


# -- places that fail, and kills -------------------------------------------------------------------------------


class Killing(MemoryPlace):
    """A place at which the process is killed, before or after a certain call."""

    def __init__(self, at: int, after: bool) -> None:
        super().__init__("backup")
        self.left, self.after = at, after

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Pulled

    def put(self, name: str, data: bytes | memoryview) -> None:
        if not self.after:
            self._count()
        super().put(name, data)
        if self.after:
            self._count()

    def get(self, name: str) -> bytes:
        self._count()
        return super().get(name)

    def delete(self, name: str) -> None:
        if not self.after:
            self._count()
        super().delete(name)
        if self.after:
            self._count()


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_call_the_backup_before_stands_and_the_next_run_ends_it(
    small: World, tmp_path: Path, after: bool
) -> None:
    place = small.desk.given["backup"] = Killing(10_000, after)
    small.back_up()
    for at in itertools.count(2 if after else 1, 2):
        [label, *_] = small.desk.keyring.sealing
        retire(small.desk, label, b"", WORK)
        invite(small.desk, f"device{at}", b"", NOW, WORK)
        place.left = at
        try:
            small.back_up()
        except Pulled:
            place.left = 10_000
            assert rehearse(place, small.recovery).whole, f"killed at call {at}"
        else:
            break
        report = small.back_up()
        assert not report.undeleted
        assert not report.unknown
        found = rehearse(place, small.recovery)
        assert found.whole
        assert len(found.found.packs) == len(list(place.list())) == len(_record(small)), f"killed at call {at}"
    assert at > 4, "calls were met at all"
    place.left = 10_000
    assert again(small, tmp_path / "new", place).whole


def test_killed_at_any_flush_of_its_own_disk_the_backup_before_stands_and_nothing_is_left_behind(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every third flush is one at which the process may be gone."""
    real = os.fsync
    for at in itertools.count(1, 3):
        [label, *_] = small.desk.keyring.sealing
        retire(small.desk, label, b"", WORK)
        invite(small.desk, f"device{at}", b"", NOW, WORK)
        left = at

        def fsync(handle: int) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Pulled
            real(handle)

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fsync)
            try:
                small.back_up()
            except Pulled:
                pass
            else:
                break
        assert rehearse(small.backup, small.recovery).whole, f"killed at flush {at}"
        small.back_up()
        found = rehearse(small.backup, small.recovery)
        assert found.whole
        assert len(found.found.packs) == len(list(small.backup.list())) == len(_record(small)), f"killed at flush {at}"
    assert at > 8, "flushes were met at all"


def test_a_place_that_takes_and_does_not_give_back_is_no_backup(world: World) -> None:
    world.desk.given["backup"] = FaultyPlace(MemoryPlace("backup"), Faults(flip=1))
    before = Backups.read(world.desk.folder)
    invite(world.desk, "tashi", b"", NOW, WORK)
    with pytest.raises(PlaceError, match="did not give the same bytes back"):
        world.back_up()
    assert Backups.read(world.desk.folder) == before


def test_a_full_place_is_told_and_the_backup_before_stands(world: World) -> None:
    size = sum(map(len, there(world.backup).values()))
    inner = MemoryPlace("backup")
    place = world.desk.given["backup"] = FaultyPlace(inner, Faults(capacity=size + sealed_size(PLAINTEXT, 1)))
    world.back_up()
    world.write("second.bin", os.urandom(9_000_000))
    world.seal()
    world.send()
    with pytest.raises(PlaceFull, match="back up to another folder"):
        world.receive()
    assert rehearse(inner, world.recovery).whole
    place.faults = Faults()
    world.back_up()
    assert rehearse(inner, world.recovery).whole


@pytest.mark.parametrize("how", some_of(["gone", "empty", "cut", "flipped"], "gone", "flipped"))
def test_what_the_place_lost_or_damaged_is_sent_again_by_the_next_run(world: World, how: str) -> None:
    name, data = next(iter(there(world.backup).items()))
    if how == "gone":
        world.backup.delete(name)
    else:
        flipped = bytes([*data[:99], data[99] ^ 1]) + data[100:]
        world.backup.put(name, {"empty": b"", "cut": data[:1000], "flipped": flipped}[how])
    assert not _is_whole(world)
    assert world.back_up().lost == 1
    assert _is_whole(world)


def _is_whole(world: World) -> bool:
    try:
        return rehearse(world.backup, world.recovery).whole
    except BadBackup:
        return False


def test_a_damaged_ledger_does_not_take_the_place_of_the_sound_one_in_the_backup(world: World, tmp_path: Path) -> None:
    """It opens, since only its headers are read then; the pieces of the sound one would be deleted."""
    before = there(world.backup)
    log = world.desk.folder / ARCHIVE / "entries.log"
    sound = log.read_bytes()
    damaged = bytearray(sound)
    damaged[sound.index(b'{"payload"') + 40] ^= 1
    log.write_bytes(damaged)
    with pytest.raises(BadArchive, match=r"expected statement 0 .* Restore entries\.log from a copy"):
        world.back_up()
    assert there(world.backup) == before
    log.write_bytes(sound)
    assert world.back_up().faults == []


def test_what_a_restoring_that_was_killed_at_its_end_left_goes_when_the_desk_is_opened(
    small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of the desk lies in it once more, sealed to the recovery key, and forgetting does not reach it."""

    def killed(*_: object, **__: object) -> None:
        raise Pulled

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", killed)
        with pytest.raises(Pulled):
            again(small, tmp_path / "new")
    assert (tmp_path / "new" / "restoring").is_dir()
    Home.open(tmp_path / "new", "desk", b"")
    assert not (tmp_path / "new" / "restoring").exists()


@pytest.mark.parametrize(
    ("size", "left"),
    [(len(NOTE), None), (len(CLIP), None), (len(NOTE), 0), (len(NOTE), 3), (len(CLIP), 99), (len(CLIP), 0)],
    ids=["small", "large", "emptied", "small and cut", "cut", "large and emptied"],
)
def test_an_object_that_the_archive_lost_is_told_and_stays_in_the_backup(
    world: World, tmp_path: Path, size: int, left: int | None
) -> None:
    before = there(world.backup)
    [lost] = [path for path in objects(world.desk.folder) if path.stat().st_size == size]
    data = lost.read_bytes()
    lost.unlink()
    if left is not None:
        lost.write_bytes(data[:left])
    Following(world.archive).save()  # something is new
    report = world.back_up()
    assert [f"found {left} bytes" in fault for fault in report.faults] == [False] * (left is None) or [True, False]
    assert all(lost.name in fault for fault in report.faults)
    assert "lost it. What an earlier backup has of it stays" in report.faults[-1]
    held = opened(world)
    assert all(data[at : at + 4096] in held for at in range(0, size, PIECE))
    assert len(before) <= len(there(world.backup))


@pytest.mark.parametrize("earlier", [False, True], ids=["noted", "noted by an earlier version"])
def test_no_list_of_a_backup_says_of_a_small_object_that_was_cut_short_that_it_is_whole(
    small: World, tmp_path: Path, earlier: bool
) -> None:
    """Its piece is there from before, under the digest of all of it; with the size of the rest the list lied."""
    [victim] = [path for path in objects(small.desk.folder) if path.stat().st_size == len(NOTE)]
    if earlier:
        [place] = small.desk.places("backups")
        record = Record.open(small.desk, place.number, short_name(small.recovery.recipient))
        record.sizes = {}
        record.rewrite()
        assert small.back_up().faults == []
        assert Record.open(small.desk, place.number, record.key).sizes[victim.name] == len(NOTE)
    victim.chmod(0o600)
    victim.write_bytes(NOTE[:3])
    for _ in range(2):
        assert all(victim.name in fault for fault in small.back_up().faults)
        assert NOTE in opened(small), "what the backup had of it stays"
    again(small, tmp_path / "new")
    assert not (tmp_path / "new" / victim.relative_to(small.desk.folder)).exists()
    victim.write_bytes(NOTE)
    assert small.back_up().faults == []
    again(small, tmp_path / "newer")
    assert (tmp_path / "newer" / victim.relative_to(small.desk.folder)).read_bytes() == NOTE


@pytest.mark.parametrize("size", [len(NOTE), len(CLIP)], ids=["small", "large"])
def test_an_object_that_the_disk_damaged_stays_in_the_backup_as_it_was(world: World, tmp_path: Path, size: int) -> None:
    """Packs that are hardly filled are made anew with what came since: the sound bytes lie in the old one alone."""
    [victim] = [path for path in objects(world.desk.folder) if path.stat().st_size == size]
    data = victim.read_bytes()
    victim.chmod(0o600)
    victim.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    world.write("new.txt", b"something new")
    world.carry()
    for _ in range(2):
        report = world.back_up()
        held = opened(world)
        assert all(data[at : at + 4096] in held for at in range(0, size, PIECE))
    assert all(victim.name in fault and "stays in the place" in fault for fault in report.faults)
    again(world, tmp_path / "new")
    assert (tmp_path / "new" / victim.relative_to(world.desk.folder)).read_bytes() == data


def test_a_damaged_object_is_told_and_left_out_and_the_others_are_backed_up(world: World, tmp_path: Path) -> None:
    victim = max(objects(world.desk.folder), key=lambda path: path.stat().st_size)
    victim.chmod(0o600)
    victim.write_bytes(b"!" + victim.read_bytes()[1:])
    place = world.desk.given["backup"] = MemoryPlace("backup")
    shutil.rmtree(world.desk.folder / "backups")
    report = world.back_up()
    assert [victim.name in fault for fault in report.faults] == [True]
    again(world, tmp_path / "new", place)
    assert {path.name for path in objects(tmp_path / "new")} == {
        path.name for path in objects(world.desk.folder) if path != victim
    }


def test_files_that_the_desk_does_not_remember_are_counted_and_left_alone(world: World) -> None:
    world.backup.put("stranger", b"somebody else's")
    assert world.back_up().unknown == 1
    assert world.backup.get("stranger") == b"somebody else's"


# -- restoring -------------------------------------------------------------------------------------------------


def test_a_byte_that_changed_in_any_file_is_found_by_the_rehearsal_and_nothing_of_that_file_is_used(
    world: World, tmp_path: Path
) -> None:
    for number, (name, data) in enumerate(sorted(there(world.backup).items())):
        changed = bytearray(data)
        changed[len(data) // 2] ^= 1
        world.backup.put(name, bytes(changed))
        assert not _is_whole(world)
        with contextlib.suppress(BadBackup):  # of keys, settings, ledger or the list
            done = again(world, tmp_path / str(number))
            assert done.missing, "what could not be read is named"
            assert files_of(tmp_path / str(number)).items() < files_of(world.desk.folder).items()
        world.backup.put(name, data)
    assert _is_whole(world)


def test_objects_that_the_backup_lacks_are_fetched_from_the_second_store(world: World, tmp_path: Path) -> None:
    held = _record(world)
    clip = max(objects(world.desk.folder), key=lambda path: path.stat().st_size).name
    [piece] = {sha256_hex(CLIP[-(len(CLIP) % PIECE) :])}
    world.backup.delete(next(name for name, pieces in held.items() if piece in pieces))
    done = again(world, tmp_path / "new")
    assert clip in {each.sha256 for each in done.missing}
    home = type(world.desk).of(Home.open(tmp_path / "new", "desk", b""), world.desk.given)
    with Archive.open(tmp_path / "new" / ARCHIVE) as archive:
        assert fetch_missing(home, archive, done) >= 1
        assert done.missing == []
        assert archive.check().sound


def test_another_sheet_opens_nothing_and_says_so(world: World, tmp_path: Path) -> None:
    world.recovery = SealingKey.generate()
    with pytest.raises(KeyMissing, match="another desk's sheet, or an older one"):
        again(world, tmp_path / "new")
    assert not (tmp_path / "new" / "role").exists()


def put_backup(place: Place, key: SealingKey, head: Head, *pieces: bytes) -> None:
    """Put a backup there that is none of the desk's making: who knows whom to seal to can."""
    pack = Pack()
    for piece in pieces:
        pack.add(f"pieces/{sha256_hex(piece)}", piece)
    pack.add(f"backup/{head.number}", head.encode())
    sealed = seal(pack.plaintext(), [key.recipient])
    place.put(parcel_name(sealed), sealed)


def in_one_piece(path: str, data: bytes) -> ListedFile:
    return ListedFile(path, sha256_hex(data), len(data), (sha256_hex(data),))


PLANTED = ["role", "root.age", "archive/root.age", "restoring/packs", "archive/objects/ab/abcd"]


@pytest.mark.parametrize("path", PLANTED)
def test_a_made_up_backup_writes_no_root_key_and_no_object_under_another_s_name(tmp_path: Path, path: str) -> None:
    """Whoever has the desk's settings knows whom to seal to, and so could make a backup that is newer than ours."""
    place, key, data = MemoryPlace("made up"), SealingKey.generate(), b"planted"
    listed = encode_list([in_one_piece(name, data) for name in (KEYS, SETTINGS, path)], ())
    head = Head(10**14, "2026-11-28T18:00:00Z", "desk", "ab" * 32, 9, in_one_piece("", listed))
    put_backup(place, key, head, data, listed)
    with pytest.raises(BadBackup, match="made it up"):
        restore(tmp_path / "new", place, key, b"", "memory:", {}, DAY, work=WORK)
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["restoring"]


@pytest.mark.parametrize("said", [{"leaves": 3}, {"root": "ab" * 32}], ids=["of other entries", "of another root"])
def test_a_backup_whose_head_is_not_of_its_ledger_makes_no_desk(
    small: World, tmp_path: Path, said: dict[str, Any]
) -> None:
    """Else a desk would be made again that lacks what its newest backup held, and nobody would be told."""
    small.back_up()
    head = rehearse(small.backup, small.recovery).head
    other = replace(head, number=head.number + 1, **said)
    assert other.leaves != head.leaves or other.root != head.root
    put_backup(small.backup, small.recovery, other)
    with pytest.raises(BadBackup, match="do not belong together"):
        again(small, tmp_path / "new")
    assert not (tmp_path / "new" / "role").exists()


def test_a_backup_with_the_keys_of_another_desk_makes_no_desk(small: World, tmp_path: Path) -> None:
    """Else whoever knows whom to seal to could have the desk sign with keys that are theirs."""
    small.back_up()
    found = rehearse(small.backup, small.recovery)
    keys = Keyring.new(["desk", "log"]).encode()
    theirs = in_one_piece(KEYS, keys)
    listed = encode_list([theirs if each.path == KEYS else each for each in found.files], ())
    head = replace(found.head, number=found.head.number + 1, list=in_one_piece("", listed))
    put_backup(small.backup, small.recovery, head, keys, listed)
    with pytest.raises(BadBackup, match="do not belong together"):
        again(small, tmp_path / "new")
    assert not (tmp_path / "new" / "role").exists()


def test_a_list_that_is_not_whole_or_not_the_heads_is_no_backup() -> None:
    key, two = SealingKey.generate(), (bytes(PIECE), b"\0")
    alone = encode_list([in_one_piece("a file", b"\0")], ())
    of_two = ListedFile("", "00" * 32, PIECE + 1, tuple(map(sha256_hex, two)))
    for its, pieces, why in (
        (of_two, two[:1], "all 2 pieces of the list of backup 1, found 1"),
        (of_two, two, "list of backup 1 with the SHA-256 00"),
        (in_one_piece("", alone), [alone], "keys, settings and ledger of the desk"),
    ):
        place = MemoryPlace("made up")
        put_backup(place, key, Head(1, "2026-11-28T18:00:00Z", "desk", "ab" * 32, 9, its), *pieces)
        with pytest.raises(BadBackup, match=why):
            rehearse(place, key)


def test_a_folder_without_a_backup_says_so(world: World, tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="found 0 damaged files and no sound one"):
        again(world, tmp_path / "new", MemoryPlace("empty"))
    zeros = MemoryPlace("zeros")
    zeros.put("a" * 64, b"")
    with pytest.raises(BadBackup, match="found 1 damaged files"):
        again(world, tmp_path / "new", zeros)


def test_a_desk_is_never_restored_into_a_folder_with_something_in_it(world: World, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "root.age").write_bytes(b"precious")
    for folder in (tmp_path / "new", world.desk.folder):
        with pytest.raises(UsageError, match="Expected a new folder"):
            again(world, folder)
    assert (tmp_path / "new" / "root.age").read_bytes() == b"precious"


class Counting(MemoryPlace):
    """Counts what is fetched, and is pulled after some of it."""

    def __init__(self, inner: Place) -> None:
        super().__init__("backup")
        self.fetched: list[str] = []
        self.last = 10_000
        for name in inner.list():
            self.put(name, inner.get(name))

    def get(self, name: str) -> bytes:
        if len(self.fetched) >= self.last:
            raise Pulled
        self.fetched.append(name)
        return super().get(name)


def test_a_restoring_that_was_killed_goes_on_and_fetches_no_file_twice(world: World, tmp_path: Path) -> None:
    place = Counting(world.backup)
    count = len(list(place.list()))
    for place.last in range(1, count):
        with pytest.raises(Pulled):
            again(world, tmp_path / "new", place)
        assert not (tmp_path / "new" / "role").exists()
    place.last = 10_000
    assert again(world, tmp_path / "new", place).whole
    assert len(place.fetched) == count
    assert files_of(tmp_path / "new") == files_of(world.desk.folder)


def test_what_a_killed_restoring_leaves_on_the_disk_holds_no_key_in_the_clear(world: World, tmp_path: Path) -> None:
    place = Counting(world.backup)
    place.last = len(list(place.list())) - 1
    with pytest.raises(Pulled):
        again(world, tmp_path / "new", place)
    left = b"".join(path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert left
    assert b"AGE-SECRET-KEY" not in left
    assert NOTE not in left


def test_a_disk_that_is_killed_between_files_is_gone_on_with(
    small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every rename of the restoring is one before which the process may be gone; every third is tried."""
    real = Path.rename
    for at in itertools.count(1, 3):
        folder, left = tmp_path / f"new{at}", at

        def rename(self: Path, target: Path) -> Path:
            nonlocal left
            left -= 1
            if left == 0:
                raise Pulled
            return real(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", rename)
            try:
                again(small, folder)
            except Pulled:
                pass
            else:
                break
        assert not (folder / "role").exists()
        assert again(small, folder).whole
        assert files_of(folder) == files_of(small.desk.folder)
        shutil.rmtree(folder)
    assert at > 10


def test_the_next_backup_of_the_restored_desk_sends_little_and_leaves_nothing_behind(
    world: World, tmp_path: Path
) -> None:
    [place] = world.desk.places("backups")
    again(world, tmp_path / "new")
    home = type(world.desk).of(Home.open(tmp_path / "new", "desk", b""), world.desk.given)
    with Archive.open(tmp_path / "new" / ARCHIVE) as archive:
        report: BackupReport = back_up(home, archive, home.places("backups")[0], NOW)
    assert report.sent <= 3
    assert report.unknown == 0
    assert rehearse(world.backup, world.recovery).whole
    assert len(rehearse(world.backup, world.recovery).found.packs) == len(list(world.backup.list()))
    assert place.number == home.places("backups")[0].number


def test_no_error_shows_a_traceback_or_names_a_file_of_a_source(world: World, tmp_path: Path) -> None:
    for name, data in there(world.backup).items():
        world.backup.put(name, data[:-1])
    with pytest.raises(TamizdatError) as caught:
        again(world, tmp_path / "new")
    assert "采访" not in str(caught.value)


# -- receipts --------------------------------------------------------------------------------------------------


def test_a_receipt_waits_for_a_backup_that_holds_its_ledger(tmp_path: Path) -> None:
    from tamizdat.carrying.receipts import receipts
    from tamizdat.carrying.receive import receive

    def told(home: Path, arrival: Arrival, as_json: bool) -> str:
        """What the two commands tell that show receipts."""
        out, status = io.StringIO(), io.StringIO()
        say_arrival(arrival, Out(as_json, out, out))
        mode = ["--json"] if as_json else []
        assert main(["status", "--home", str(home), *mode], status, status) == 0
        return out.getvalue() + status.getvalue()

    with World(tmp_path) as world:
        world.write("a.txt", b"a note")
        world.seal()
        world.send()
        arrival = receive(world.desk, world.archive, NOW)
        [receipt], home = arrival.receipts, world.desk.folder
        assert receipt.copies
        assert not receipt.released, "two stores are not enough: nobody could say what is in them"
        assert [told(home, arrival, each).count(spoken(receipt.receipt)) for each in (False, True)] == [0, 0]
        assert told(home, arrival, False).count("backup") >= 2, "for what it waits"
        world.back_up()
        [receipt] = arrival.receipts = receipts(world.archive, world.desk.folder)
        assert receipt.released
        assert [told(home, arrival, each).count(spoken(receipt.receipt)) for each in (False, True)] == [2, 2]
        arrival.receipts = [replace(receipt, copies=(), there=())]
        assert told(home, arrival, False).count(spoken(receipt.receipt)) == 1, "the archive knows of the second store"
        world.write("b.txt", b"another note")
        world.seal()
        world.send()
        arrival = receive(world.desk, world.archive, NOW)
        assert [each.released for each in arrival.receipts] == [True, False], "an older backup does not hold the second"
