"""The outbox after a kill at any of its steps: what was committed is there, what was not is made again."""

import os
from pathlib import Path

import pytest

from tamizdat.carrying.outbox import Outbox, Parcel, outboxes
from tamizdat.errors import BadArchive, StorageFull, StorageRefused

NAME = "ab" * 32


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox.create(tmp_path / "consignments" / "0001", b"sealed state")


def made(outbox: Outbox, *parcels: str) -> tuple[bytes, Path]:
    group, folder = outbox.new_group()
    for parcel in parcels:
        (folder / parcel).write_bytes(b"parcel")
    return group, folder


def committed(outbox: Outbox, number: int = 0) -> tuple[bytes, Path]:
    group, folder = made(outbox, f"1-{NAME}", f"2-{NAME}")
    outbox.commit([(number, group, folder, [b"1234"])])
    return group, folder


def test_a_committed_group_waits_and_goes_parcel_by_parcel(outbox: Outbox) -> None:
    committed(outbox)
    first, second = outbox.waiting()
    assert (first.place, first.name, second.place) == (1, NAME, 2)
    outbox.delivered(first)
    assert list(outbox.waiting()) == [second]
    outbox.delivered(second)
    outbox.delivered(second)  # once more does no harm
    assert list(outbox.waiting()) == []
    assert [each.name for each in (outbox.folder / "ready").iterdir()] == ["00000000"], "it tells how far it came"
    assert list((outbox.folder / "ready" / "00000000").iterdir()) == []


def test_only_the_last_group_of_those_that_went_leaves_a_folder(outbox: Outbox) -> None:
    for number in range(3):
        committed(outbox, number)
        if number == 1:
            for parcel in list(outbox.waiting()):
                outbox.delivered(parcel)
    (outbox.folder / "ready" / "Thumbs.db").touch()
    assert [each.name for each in sorted((outbox.folder / "ready").iterdir())] == ["00000002", "Thumbs.db"]
    for parcel in list(outbox.waiting()):
        outbox.delivered(parcel)
    assert (outbox.folder / "ready" / "00000002").is_dir()
    assert outbox.begun() == 3


def test_what_a_delivered_parcel_costs_does_not_grow_with_the_groups_that_wait(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        committed(outbox, number)
    rmdir, tried = Path.rmdir, list[str]()

    def counted(folder: Path) -> None:
        tried.append(folder.name)
        rmdir(folder)

    monkeypatch.setattr(Path, "rmdir", counted)
    for parcel in list(outbox.waiting()):
        outbox.delivered(parcel)
    assert tried == [f"{number:08d}" for number in range(19)]


def test_killed_before_the_line_the_group_is_deleted(outbox: Outbox) -> None:
    made(outbox, f"1-{NAME}")
    assert outbox.recover() == []
    assert list((outbox.folder / "making").iterdir()) == []


def test_killed_between_the_line_and_the_move_the_group_is_moved(outbox: Outbox) -> None:
    _, folder = committed(outbox)
    (outbox.folder / "ready" / "00000000").rename(folder)
    assert list(outbox.waiting()) == []
    assert outbox.recover() == [[b"1234"]]
    assert len(list(outbox.waiting())) == 2
    assert outbox.recover() == [[b"1234"]], "recovering twice changes nothing"


def test_killed_in_the_middle_of_the_line_the_group_is_not_committed(outbox: Outbox) -> None:
    _, folder = committed(outbox)
    (outbox.folder / "ready" / "00000000").rename(folder)
    journal = outbox.folder / "journal"
    journal.write_bytes(journal.read_bytes()[:-1])
    assert outbox.recover() == []
    assert list(outbox.waiting()) == []
    committed(outbox)
    assert outbox.recover() == [[b"1234"]]


@pytest.mark.parametrize(
    "line", ["", "x", "1 " + "ab" * 16, "0 ab", "0 " + "zz" * 16, "0 " + "ab" * 16 + " xyz", "-0", "0 " + "ab" * 17]
)
def test_a_journal_that_is_none_is_a_typed_error(outbox: Outbox, line: str) -> None:
    (outbox.folder / "journal").write_text(f"{line}\n")
    with pytest.raises(BadArchive, match="--abandon"):
        outbox.recover()


def test_closing_leaves_no_secret_and_can_be_finished_by_whoever_comes_next(outbox: Outbox) -> None:
    committed(outbox)
    made(outbox, "half")
    (outbox.folder / "closed").touch()  # killed just after the mark
    assert not outbox.is_open
    assert not outbox.remove_if_done()
    outbox.close()
    outbox.close()
    assert sorted(path.name for path in outbox.folder.iterdir()) == ["closed", "ready"]
    for parcel in outbox.waiting():
        outbox.delivered(parcel)
    assert outbox.remove_if_done()
    assert not outbox.folder.exists()


def test_what_is_not_closed_or_not_away_is_never_removed(outbox: Outbox) -> None:
    assert not outbox.remove_if_done()
    committed(outbox)
    outbox.close()
    assert not outbox.remove_if_done()


def test_a_consignment_whose_closing_is_not_over_is_not_removed_under_its_hands(outbox: Outbox) -> None:
    (outbox.folder / "closed").touch()
    assert not outbox.remove_if_done()


def test_nobodys_state_is_written_over(outbox: Outbox) -> None:
    with pytest.raises(StorageRefused):
        Outbox.create(outbox.folder, b"another state")
    assert outbox.state() == b"sealed state"


def test_a_folder_without_a_state_is_a_stillborn_consignment(tmp_path: Path, outbox: Outbox) -> None:
    (tmp_path / "consignments" / "0002" / "making").mkdir(parents=True)
    first, second = outboxes(tmp_path)
    assert (first.is_stillborn, second.is_stillborn, second.is_open) == (False, True, False)


def test_what_a_file_manager_leaves_in_the_spool_is_passed_over(outbox: Outbox) -> None:
    committed(outbox)
    for name in (".DS_Store", "Thumbs.db", "x-y"):
        (outbox.folder / "ready" / "00000000" / name).touch()
    (outbox.folder / "ready" / "desktop.ini").touch()
    assert len(list(outbox.waiting())) == 2


def test_the_spool_keeps_clear_of_the_last_free_space(outbox: Outbox) -> None:
    room = os.statvfs(outbox.folder)
    outbox.require_room(0)
    with pytest.raises(StorageFull, match=r"must be free\. Run .tamizdat send. .* or, if nothing waits"):
        outbox.require_room(room.f_bavail * room.f_frsize)


def test_a_spool_that_vanishes_while_it_is_listed_has_nothing_waiting(outbox: Outbox) -> None:
    committed(outbox)
    waiting = outbox.waiting()
    assert isinstance(next(waiting), Parcel)
    outbox.remove()
    assert list(outbox.waiting()) == []


def test_a_group_sealed_again_waits_beside_the_old_one_also_if_a_kill_came_before_it_was_noted(outbox: Outbox) -> None:
    committed(outbox)
    outbox.ask_again("CODE")
    group, folder = outbox.new_group()
    (folder / "1-aa").touch()
    (folder / "Thumbs.db").touch()
    assert outbox.waiting_of(0) == 2
    outbox.commit_again(0, group, folder)
    assert (outbox.waiting_of(0), outbox.waiting_of(1), len(list(outbox.waiting()))) == (3, 0, 3)
    assert outbox.asked_again() == ("CODE", {0})
    (outbox.folder / "again").write_text("CODE\n0")  # cut off while it was noted
    assert outbox.asked_again() == ("CODE", set())
    assert len(outbox.recover()) == 1, "the journal knows nothing of it"
    outbox.close()
    assert outbox.asked_again() == (None, set())
