"""Damage to entries.log: an unfinished append is cut off, everything else is refused with index and offset."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings

from support.archive_samples import ORIGIN, captured, everything, new_archive
from tamizdat.archive import Archive
from tamizdat.archive.log.entries import PREAMBLE
from tamizdat.errors import BadArchive

EVERY = 1 if settings.get_current_profile_name() == "search" else 7  #: how many bytes lie between two that are tried
NEAR = 40  #: bytes around the end of an append that are all tried
SIX = captured("six")
BATCHES = [[captured("one")], [captured("two"), captured("three"), captured("four")], [captured("five")]]


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, list[int]]:
    """An archive of three appends without an index, and where each append ends."""
    archive = new_archive(tmp_path)
    log = archive.folder / "entries.log"
    ends = [PREAMBLE]
    for batch in BATCHES:
        archive.append(batch)
        ends.append(log.stat().st_size)
    archive.close()
    (archive.folder / "index.sqlite").unlink(missing_ok=True)
    return archive.folder, ends


def expected(appends: int) -> dict[int, bytes]:
    return dict(enumerate(envelope for batch in BATCHES[:appends] for envelope in batch))


def places(ends: list[int], start: int, stop: int, first: int = 0) -> list[int]:
    """Return the places to try from *start* to *stop*: all around the end of an append, some of the others."""
    near = (at for end in ends for at in range(end - NEAR, end + NEAR))
    return sorted({*range(start + first, stop, EVERY), *(at for at in near if start <= at < stop)})


def read_back(folder: Path) -> dict[int, bytes]:
    with Archive.open(folder) as archive:
        return everything(archive)


def test_a_log_cut_at_any_byte_opens_with_every_finished_append(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    whole = log.read_bytes()
    for length in places(ends, PREAMBLE, len(whole) + 1):
        log.write_bytes(whole[:length])
        finished = sum(end <= length for end in ends) - 1
        assert read_back(folder) == expected(finished), length
        assert log.stat().st_size == ends[finished]


def test_a_log_cut_at_any_byte_takes_appends_again(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    whole = log.read_bytes()
    for length in range(ends[1], len(whole), 97):
        log.write_bytes(whole[:length])
        with Archive.open(folder) as archive:
            before = everything(archive)
            archive.append([SIX])
        assert list(read_back(folder).values()) == [*before.values(), SIX]


def test_any_flipped_byte_is_found_and_nothing_is_changed(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    whole = log.read_bytes()
    for flip, first in ((0x01, 0), (0x80, 3)):
        for position in places(ends, 0, len(whole), first):
            flipped = bytearray(whole)
            flipped[position] ^= flip
            log.write_bytes(flipped)
            with pytest.raises(BadArchive, match="Restore"):
                pytest.fail(f"byte {position}: {len(read_back(folder))} statements were read")
            assert log.read_bytes() == flipped, position


def test_any_byte_set_to_zero_is_found(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    whole = log.read_bytes()
    for position in places(ends, 0, len(whole), 5):
        zeroed = bytearray(whole)
        zeroed[position] = 0
        if zeroed != whole:
            log.write_bytes(zeroed)
            with pytest.raises(BadArchive):
                read_back(folder)


def test_the_message_names_statement_and_byte(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    damaged = bytearray(log.read_bytes())
    damaged[ends[2] + 30] ^= 1
    log.write_bytes(damaged)
    with pytest.raises(BadArchive, match=f"statement 4 at byte {ends[2]:,}.*Nothing was changed"):
        Archive.open(folder)


def test_an_append_lengthened_before_the_power_went_is_cut_off(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    whole = log.read_bytes()
    for filled in places(ends, ends[2], ends[3] - 24):  # the last append is there up to here, zeros behind
        for length in (ends[3], ends[3] + 4096):
            log.write_bytes(whole[:filled].ljust(length, b"\0"))
            assert read_back(folder) == expected(2), filled
            assert log.stat().st_size == ends[2]


def test_zeros_behind_a_whole_log_are_cut_off(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    with log.open("ab") as file:
        file.write(bytes(5000))
    assert read_back(folder) == expected(3)
    assert log.stat().st_size == ends[3]


def test_zeros_in_the_middle_are_damage(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    whole = log.read_bytes()
    log.write_bytes(whole[: ends[1]] + bytes(ends[2] - ends[1]) + whole[ends[2] :])
    with pytest.raises(BadArchive, match="statement 1 at byte"):
        Archive.open(folder)


def pieces(whole: bytes, ends: list[int]) -> Iterator[tuple[str, bytes]]:
    one, two, three = (whole[a:b] for a, b in pairwise(ends))
    head = whole[: ends[0]]
    yield "swapped", head + three + two + one
    yield "one removed", head + one + three
    yield "one twice", head + one + one + two + three
    yield "begins later", head + two + three
    yield "letters behind", whole + b"x" * 300
    yield "a few letters behind", whole + b"GX"
    yield "inside a batch, one removed", head + one + two[: len(two) // 3 & ~7] + three


def test_records_out_of_order_are_damage(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log = folder / "entries.log"
    whole = log.read_bytes()
    for name, data in pieces(whole, ends):
        log.write_bytes(data)
        with pytest.raises(BadArchive):
            pytest.fail(f"{name}: {len(read_back(folder))} statements were read")
        assert log.read_bytes() == data


def test_the_log_of_another_archive_is_refused(written: tuple[Path, list[int]], tmp_path: Path) -> None:
    folder, _ = written
    other = Archive.create(tmp_path / "other", "example.net/other")
    other.close()
    shutil.copy(folder / "entries.log", other.folder / "entries.log")
    with pytest.raises(BadArchive, match="begins differently"):
        Archive.open(other.folder)


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 64])
def test_a_log_without_its_beginning_is_refused(written: tuple[Path, list[int]], content: bytes) -> None:
    folder, _ = written
    (folder / "entries.log").write_bytes(content)
    with pytest.raises(BadArchive, match="begins differently"):
        Archive.open(folder)


def test_a_missing_log_is_refused(written: tuple[Path, list[int]]) -> None:
    folder, _ = written
    (folder / "entries.log").unlink()
    with pytest.raises(BadArchive, match="found no file"):
        Archive.open(folder)


def test_a_log_shorter_than_its_index_lost_acknowledged_statements(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    with Archive.open(folder) as archive:
        assert len(archive.index.by_act("captured")) == 5
    log = folder / "entries.log"
    whole = log.read_bytes()
    for length in range(PREAMBLE, ends[3], 41):
        log.write_bytes(whole[:length])
        with pytest.raises(BadArchive, match="as many as the index has seen"):
            Archive.open(folder)
        assert log.stat().st_size == length  # the evidence stays
    log.write_bytes(whole[: ends[2]])
    (folder / "index.sqlite").unlink()  # what the message offers to whoever accepts the loss
    assert read_back(folder) == expected(2)


def test_a_log_cut_while_it_is_open_is_noticed(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    archive = Archive.open(folder)
    with (folder / "entries.log").open("r+b") as file:
        file.truncate(ends[1])
    with pytest.raises(BadArchive, match="cut short"):
        archive.append([SIX])
    with pytest.raises(BadArchive, match="cut short"):
        _ = archive.size


def test_a_statement_damaged_while_the_archive_is_open_is_not_disclosed(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    archive = Archive.open(folder)
    log = folder / "entries.log"
    whole = log.read_bytes()
    with log.open("r+b") as file:
        file.seek(ends[1] + 200)
        file.write(bytes([whole[ends[1] + 200] ^ 4]))
    with pytest.raises(BadArchive, match="statement 1 at byte"):
        archive.disclosure(1)
    assert archive.disclosure(0).envelope == BATCHES[0][0]
    assert archive.origin == ORIGIN


def test_entries_taken_over_of_which_a_kill_left_a_part_are_cut_off_and_can_be_taken_over_again(
    written: tuple[Path, list[int]],
) -> None:
    folder, ends = written
    log, leaves = folder / "entries.log", [bytes([each]) * 32 for each in (1, 2, 3)]
    with Archive.open(folder) as archive:
        archive.take_over(leaves, {})
    whole = log.read_bytes()
    (folder / "index.sqlite").unlink(missing_ok=True)
    for length in (ends[-1] + 2, ends[-1] + 21, ends[-1] + 88, ends[-1] + 88 + 40, len(whole) - 88, len(whole) - 1):
        log.write_bytes(whole[:length])
        assert read_back(folder) == expected(len(BATCHES)), length
    with Archive.open(folder) as archive:
        assert archive.take_over(leaves, {}) == len(leaves)
    assert log.read_bytes() == whole


def test_a_log_that_ends_inside_a_forgotten_statement_was_not_left_by_a_writer(written: tuple[Path, list[int]]) -> None:
    folder, ends = written
    log, newest = folder / "entries.log", len(expected(len(BATCHES))) - 1
    with Archive.open(folder) as archive:
        archive.forget(newest)
    whole = log.read_bytes()
    (folder / "index.sqlite").unlink(missing_ok=True)
    for length in (ends[-2] + 40, len(whole) - 8):
        log.write_bytes(whole[:length])
        with pytest.raises(BadArchive, match=f"statement {newest}"):
            Archive.open(folder)
        assert log.read_bytes() == whole[:length], "nothing was changed"


def test_what_a_power_cut_did_not_fill_may_begin_with_the_last_byte_of_an_envelope(
    written: tuple[Path, list[int]],
) -> None:
    folder, ends = written
    log = folder / "entries.log"
    whole = log.read_bytes()
    log.write_bytes(whole[:-8] + bytes(8))
    assert read_back(folder) == expected(len(BATCHES) - 1)
    assert log.stat().st_size == ends[-2]
