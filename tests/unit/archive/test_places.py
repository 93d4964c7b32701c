"""``entries.places``: who opens an archive reads no header again, and notices all that it would have noticed."""

import os
import shutil
import signal
from array import array
from pathlib import Path

import pytest

from support.archive_samples import captured, everything, new_archive
from tamizdat.archive import Archive
from tamizdat.archive.log import entries, places
from tamizdat.archive.log.entries import PREAMBLE
from tamizdat.archive.log.places import Places, PlacesFile, Stamp
from tamizdat.archive.log.record import GONE
from tamizdat.archive.log.scan import scan
from tamizdat.errors import BadArchive

FIRST = [captured(str(number)) for number in range(5)]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few records are enough, so that small archives are what large ones are."""
    monkeypatch.setattr(places, "LEAST", 3)


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Where the log was read from, header by header, each time."""
    found = list[int]()

    def noting(handle: int, start: int, index: int, length: int) -> object:
        found.append(start)
        return scan(handle, start, index, length)

    monkeypatch.setattr(entries, "scan", noting)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    archive = new_archive(tmp_path, *FIRST)
    archive.close()
    return archive.folder


def pass_time(folder: Path) -> None:
    """Make the file one that was written a second after the log."""
    later = (folder / "entries.log").stat().st_ctime_ns + places.SECOND
    os.utime(folder / places.NAME, ns=(later, later))


def leaves_of(folder: Path) -> tuple[list[bytes], dict[int, bytes], set[int]]:
    with Archive.open(folder) as archive:
        return [*archive.commitments()], everything(archive), archive.gone


def without_places(folder: Path) -> tuple[list[bytes], dict[int, bytes], set[int]]:
    (folder / places.NAME).unlink(missing_ok=True)
    return leaves_of(folder)


def test_no_header_of_a_log_that_nobody_touched_is_read_again(folder: Path, starts: list[int]) -> None:
    known = leaves_of(folder)
    with Archive.open(folder) as archive:
        archive.append([captured("more")])
        archive.append([captured("and more")])
    log, file = (folder / name for name in ("entries.log", places.NAME))
    assert file.stat().st_mtime_ns - log.stat().st_ctime_ns >= places.STEP, "who closes it waits for that"
    pass_time(folder)
    starts.clear()
    after = leaves_of(folder)
    assert starts[0] > PREAMBLE
    assert [*after[1]] == [*range(7)]
    assert after[0][:5] == known[0]
    assert after == without_places(folder)


def test_a_log_that_was_written_a_moment_before_is_read_again(folder: Path, starts: list[int]) -> None:
    leaves_of(folder)
    same = (folder / "entries.log").stat().st_ctime_ns
    os.utime(folder / places.NAME, ns=(same, same))
    starts.clear()
    leaves_of(folder)
    assert starts[0] == PREAMBLE


def test_any_altered_header_is_found_although_its_place_is_known(folder: Path) -> None:
    whole = (folder / "entries.log").read_bytes()
    for position in range(PREAMBLE, PREAMBLE + 56, 5):
        assert len(leaves_of(folder)[0]) == 5
        pass_time(folder)
        log, before = folder / "entries.log", (folder / "entries.log").stat().st_ctime_ns
        with log.open("r+b") as file:
            file.seek(position)
            file.write(bytes([whole[position] ^ 0x10]))
        while log.stat().st_ctime_ns == before:  # the system's clock goes on in steps
            os.utime(log)
        with pytest.raises(BadArchive):
            leaves_of(folder)
        (folder / "entries.log").write_bytes(whole)


def test_a_file_that_is_cut_or_turned_at_any_byte_says_nothing(folder: Path) -> None:
    known, file = leaves_of(folder), folder / places.NAME
    whole = file.read_bytes()
    for position in range(0, len(whole), 7):
        for said in (whole[:position], whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :]):
            file.write_bytes(said)
            pass_time(folder)
            assert leaves_of(folder) == known


def test_the_places_of_another_log_are_not_believed(folder: Path, tmp_path: Path) -> None:
    other = new_archive(tmp_path / "other", *(captured(f"of another {number}") for number in range(6)))
    other.close()
    known = without_places(other.folder)
    shutil.copy(folder / places.NAME, other.folder / places.NAME)
    pass_time(other.folder)
    assert leaves_of(other.folder) == known


def test_a_copy_of_an_archive_is_read_header_by_header(folder: Path, tmp_path: Path, starts: list[int]) -> None:
    known = leaves_of(folder)
    copy = shutil.copytree(folder, tmp_path / "copy")
    pass_time(copy)
    starts.clear()
    assert leaves_of(copy) == known
    assert starts[0] == PREAMBLE


def test_what_another_forgot_meanwhile_is_not_brought_back_by_who_appends(folder: Path) -> None:
    with Archive.open(folder) as archive:
        with Archive.open(folder) as other:
            other.forget(2)
        archive.append([captured("more")])
    pass_time(folder)
    gone = leaves_of(folder)[2]
    assert gone == {2}
    assert without_places(folder)[2] == gone


def test_what_was_forgotten_up_to_a_kill_is_finished_though_the_clock_stood_still(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, stamp_of, utime = [1], places.stamp_of, os.utime

    def in_one_step(handle: int) -> places.Stamp:
        return stamp_of(handle)._replace(modified=steps[0], changed=steps[0])

    def next_step(handle: int) -> None:
        utime(handle)
        steps[0] += 1

    def cut_off(handle: int, data: bytes, offset: int) -> int:
        if data == GONE:
            os.pwritev(handle, [data], offset)
            raise KeyboardInterrupt
        raise AssertionError("nothing is erased before it is marked")

    with monkeypatch.context() as patched:
        patched.setattr(entries, "stamp_of", in_one_step)
        patched.setattr(os, "utime", next_step)
        patched.setattr(os, "pwrite", cut_off)
        archive = Archive.open(folder)
        with pytest.raises(KeyboardInterrupt):
            archive.forget(2)
        archive.close()
        patched.undo()
        patched.setattr(entries, "stamp_of", in_one_step)
        if (folder / places.NAME).exists():
            pass_time(folder)
        assert leaves_of(folder)[2] == {2}
    assert FIRST[2][-50:] not in (folder / "entries.log").read_bytes()


def test_no_power_cut_brings_the_places_back_beside_what_is_forgotten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = list[Path]()

    def flush(of: Path) -> None:
        assert not (of / places.NAME).exists()
        assert GONE not in (of / "entries.log").read_bytes()
        flushed.append(of)

    leaves_of(folder)
    monkeypatch.setattr(places, "flush_folder", flush)
    with Archive.open(folder) as archive:
        archive.forget(2)
    assert flushed == [folder]


def test_nobody_waits_for_a_pipe_in_its_place(folder: Path) -> None:
    known = without_places(folder)
    (folder / places.NAME).unlink(missing_ok=True)
    os.mkfifo(folder / places.NAME)
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it waits for who writes into the pipe"))
    signal.alarm(20)
    try:
        assert leaves_of(folder) == known
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_an_append_that_is_cut_off_is_cut_back_although_the_places_before_it_are_known(folder: Path) -> None:
    known, log = leaves_of(folder), folder / "entries.log"
    pass_time(folder)
    with log.open("ab") as file:
        file.write(log.read_bytes()[PREAMBLE : PREAMBLE + 100])
    with pytest.raises(BadArchive):  # a record out of its order
        leaves_of(folder)
    size = log.stat().st_size - 100
    with log.open("r+b") as file:
        file.truncate(size + 40)
    assert leaves_of(folder) == known
    assert log.stat().st_size == size


def test_where_there_is_no_room_nothing_of_it_stays(small_disk: Path) -> None:
    count = 50_000
    many = places.Places(array("Q", range(count)), bytearray(32 * count), (), count)
    places.PlacesFile(small_disk / places.NAME).keep(places.Stamp(1, 2, 3, 4), many)
    assert [each.name for each in small_disk.iterdir() if each.name.startswith("entries")] == []


def test_through_a_link_in_its_place_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    known, file, aside = leaves_of(folder), folder / places.NAME, tmp_path / "aside"
    file.rename(aside)
    file.symlink_to(aside)
    whole = aside.read_bytes()
    with Archive.open(folder) as archive:
        archive.append([captured("more")])
    assert aside.read_bytes() == whole
    assert leaves_of(folder)[0][:5] == known[0]


def test_a_log_that_was_cut_is_refused_as_before(folder: Path) -> None:
    with Archive.open(folder) as archive:
        assert archive.index.by_act("captured")
    whole = (folder / "entries.log").read_bytes()
    (folder / "entries.log").write_bytes(whole[:PREAMBLE])
    with pytest.raises(BadArchive, match="cut or replaced"):
        leaves_of(folder)


KNOWN = Places(array("Q", [64, 200, 336, 480]), bytearray(range(128)), {1}, 600)
STAMP = Stamp(7, 600, 5 * places.SECOND + 1, 5 * places.SECOND + 1)


def kept(folder: Path, stamp: Stamp = STAMP, known: Places = KNOWN) -> PlacesFile:
    """The file of a log of long ago."""
    file = PlacesFile(folder / places.NAME)
    file.keep(stamp, known)
    return file


def test_what_is_kept_is_read_again_by_its_owner_alone(tmp_path: Path) -> None:
    file = kept(tmp_path)
    read = PlacesFile(file.path).read(STAMP)
    assert read is not None
    assert (read.offsets, read.leaves, [*read.gone], read.end) == (KNOWN.offsets, KNOWN.leaves, [1], 600)
    assert file.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "stamp",
    [
        STAMP._replace(inode=8), STAMP._replace(size=601), STAMP._replace(modified=STAMP.modified + 1),
        STAMP._replace(changed=STAMP.changed + 1),
    ],
)  # fmt: skip
def test_a_log_with_another_stamp_is_another_log(tmp_path: Path, stamp: Stamp) -> None:
    assert kept(tmp_path).read(stamp) is None


def test_where_the_system_knows_seconds_alone_no_time_tells_that_nobody_touched_the_log(tmp_path: Path) -> None:
    coarse = STAMP._replace(changed=5 * places.SECOND)
    assert kept(tmp_path, coarse).read(coarse) is None


def test_one_bit_turned_anywhere_in_it_makes_it_tell_nothing(tmp_path: Path) -> None:
    """A wrong end would have the next append leave a hole in the ledger."""
    file = kept(tmp_path)
    whole = file.path.read_bytes()
    for position in range(len(whole)):
        file.path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x10]) + whole[position + 1 :])
        assert PlacesFile(file.path).read(STAMP) is None, position


def test_what_is_gone_since_is_not_told_to_be_there(tmp_path: Path) -> None:
    file, later = kept(tmp_path), STAMP._replace(modified=6 * places.SECOND + 1, changed=6 * places.SECOND + 1)
    file.keep(later, KNOWN._replace(gone={1, 3}))
    read = PlacesFile(file.path).read(later)
    assert read is None or sorted(read.gone) == [1, 3]
