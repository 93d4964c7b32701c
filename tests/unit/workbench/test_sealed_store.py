"""What lies on the disk beside the archive, and that it cannot be altered or exchanged unseen."""

import os
import re
import sqlite3
import threading
from pathlib import Path

import pytest

from support.visitor import Room
from tamizdat.errors import BadArchive, StorageFull, UsageError
from tamizdat.home.home import Home
from tamizdat.home.setup import create_desk
from tamizdat.ledger.shapes import anything, text, whole
from tamizdat.workbench.jobs.jobs import Job, Jobs
from tamizdat.workbench.sealed_store import FILE, Sealed


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    return Sealed(create_desk(tmp_path / "desk", "desk", b"", 8))


def test_work_that_the_disk_had_no_room_to_note_does_not_run_for_ever(sealed: Sealed) -> None:
    jobs = Jobs(sealed)
    [[pages]] = sealed._connection.execute("PRAGMA page_count").fetchall()
    sealed._connection.execute(f"PRAGMA max_page_count = {pages}")  # as if the disk were full
    with pytest.raises(StorageFull):
        jobs.begin(Job("publish", "publish", "x" * 100_000), lambda job: None)
    sealed._connection.execute("PRAGMA max_page_count = 1000000")
    assert jobs.begin(Job("publish", "publish"), lambda job: None)
    jobs.wait()


def test_work_that_the_system_has_no_thread_for_is_not_listed_and_begins_later(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(sealed)

    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", refused)
        with pytest.raises(UsageError, match="no room for more work"):
            jobs.begin(Job("publish", "publish"), lambda job: None)
    assert jobs.of("publish") is None
    assert Jobs(sealed).of("publish") is None, "nor is it told as cut off after a restart"
    assert jobs.begin(Job("publish", "publish"), lambda job: None)
    jobs.wait()


def test_what_gives_up_because_the_workbench_ends_is_told_after_a_restart(sealed: Sealed) -> None:
    """A person who stops it is told at once; who ends the workbench sees no page that says so."""

    def work(job: Job) -> None:
        job.stop.wait(60)
        job.advance(1)

    jobs = Jobs(sealed)
    for name in ("collect", "publish"):
        jobs.begin(Job(name, "take"), work)
    jobs.ask_to_stop("publish")
    jobs.wait_for("publish", 60)
    jobs.begin(Job("backup", "backup"), lambda job: None)
    jobs.wait_for("backup", 60)
    jobs.stop()
    jobs.wait()
    again = Jobs(sealed)
    found = again.of("collect")
    assert found is not None
    assert (found.killed, "was ended before this was done" in found.problem) == (True, True)
    assert (again.of("publish"), again.of("backup")) == (None, None)


def test_who_stops_what_a_page_showed_does_not_stop_what_began_since(sealed: Sealed) -> None:
    jobs, job = Jobs(sealed), Job("publish", "publish", begun=17)
    jobs.begin(job, lambda job: job.stop.wait(60))
    jobs.ask_to_stop("publish", "16")
    assert not job.stop.is_set()
    jobs.ask_to_stop("publish", "17")
    jobs.wait()
    assert job.stop.is_set()


def rows(folder: Path) -> list[tuple[bytes, bytes, bytes]]:
    with sqlite3.connect(folder / FILE) as connection:
        return connection.execute("SELECT shelf, key, row FROM rows").fetchall()


def test_a_seized_disk_shows_no_word_no_name_and_no_post(room: Room) -> None:
    visitor = room.visitor("translator")
    where = f"/translate/{room.number(1)}/en"
    form = {"target-0": "Draft words of the translator", "notes": "A note for readers", "note": "Private note"}
    visitor.post(f"{where}/draft", **form)
    visitor.post(f"{where}/note", **form)
    files = [path for path in room.home.folder.iterdir() if path.name.startswith((FILE, "accounts"))]
    data = b"".join(path.read_bytes() for path in files)
    assert len(files) >= 2
    secrets = (*form.values(), "translator", "校舍", room.post(1), visitor.cookie.partition("=")[2], "argon2")
    for secret in secrets:
        assert secret.encode() not in data
        assert secret.encode("utf-16-le") not in data
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_row_put_in_anothers_place_is_refused(sealed: Sealed, tmp_path: Path) -> None:
    sealed.put(("notes", "a"), ("note", "1"), "one")
    sealed.put(("notes", "b"), ("note", "1"), "two")
    (shelf, _, row), _ = rows(tmp_path / "desk")
    with sqlite3.connect(tmp_path / "desk" / FILE) as connection:
        connection.execute("UPDATE rows SET row = ? WHERE shelf <> ?", (row, shelf))
    with pytest.raises(BadArchive, match="damaged or exchanged"):
        sealed.all(("notes", "a"), text) + sealed.all(("notes", "b"), text)


def test_names_with_the_same_letters_are_different_places(sealed: Sealed) -> None:
    assert sealed.place(("a", "b"), ("c",)) != sealed.place(("a",), ("b", "c"))
    assert len({*sealed.place(("x", "y"), ("x", "y"))}) == 2


def test_a_damaged_file_is_told_and_not_thrown_away(room: Room) -> None:
    room.close()
    path = room.home.folder / FILE
    path.write_bytes(os.urandom(8192))
    with pytest.raises(BadArchive, match="Restore it from a copy, or delete it"):
        room.open()
    assert path.stat().st_size == 8192


def test_what_is_read_and_put_together_happens_at_once(sealed: Sealed, tmp_path: Path) -> None:
    sealed.put(("count",), ("n",), 0)

    def add() -> None:
        for _ in range(25):
            with sealed.changing():
                sealed.put(("count",), ("n",), (sealed.get(("count",), ("n",), whole) or 0) + 1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sealed.get(("count",), ("n",), whole) == 100


def test_a_full_disk_is_told_and_what_was_saved_stays(room: Room) -> None:
    visitor = room.visitor("translator")
    where = f"/translate/{room.number(1)}/en"
    assert visitor.post(f"{where}/draft", **{"target-0": "saved", "seen-0": "0"}).status == 303
    room.bench.sealed._connection.execute("PRAGMA max_page_count = 1")  # SQLite's own refusal, as of a full disk
    seen = re.search('name="seen-0" value="([0-9]+)"', visitor.get(where).text)
    assert seen
    answer = visitor.post(f"{where}/draft", **{"target-0": "x" * 60_000, "seen-0": seen[1]})
    assert answer.status == 500
    assert "x" * 60_000 in answer.text, "what was typed is shown, to be copied"
    assert "No room is left to write the workbench" in answer.text
    assert "saved</textarea>" in visitor.get(where).text


def test_a_row_that_is_removed_is_gone(sealed: Sealed) -> None:
    sealed.put(("s",), ("n",), {"a": [1]})
    sealed.remove(("s",), ("n",))
    assert sealed.get(("s",), ("n",), anything) is None
    assert sealed.all(("s",), anything) == []


def test_a_row_of_another_form_is_told_without_what_somebody_typed(sealed: Sealed) -> None:
    sealed.put(("drafts", "a"), ("draft", "1"), {"words": "of a source"})
    for read in (lambda: sealed.all(("drafts", "a"), text), lambda: sealed.get(("drafts", "a"), ("draft", "1"), text)):
        with pytest.raises(BadArchive, match="found one of another form") as refused:
            read()
        assert "source" not in str(refused.value)
        assert refused.value.__suppress_context__


@pytest.mark.parametrize("column", ["row", "key"])
@pytest.mark.parametrize("value", ["7", "'x'"])
def test_a_row_whose_columns_the_disk_has_turned_into_something_else_is_told(
    sealed: Sealed, tmp_path: Path, column: str, value: str
) -> None:
    """One byte of a record says of which kind each column is."""
    sealed.put(("drafts", "anna"), ("text", "1"), {"words": "x"})
    with sqlite3.connect(tmp_path / "desk" / FILE) as connection:
        connection.execute(f"UPDATE rows SET {column} = {value}")
    with pytest.raises(BadArchive, match="found a damaged one"):
        sealed.all(("drafts", "anna"), anything)


def test_a_file_that_names_its_tables_by_no_text_is_damaged(sealed: Sealed, tmp_path: Path) -> None:
    sealed.put(("drafts", "anna"), ("text", "1"), {"words": "x"})
    sealed.sweep()
    sealed.close()
    path = tmp_path / "desk" / FILE
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE rows", b"CREATE\xffTABLE rows"))
    with pytest.raises(BadArchive, match="found a damaged one"):
        Sealed(Home.open(tmp_path / "desk", "desk", b""))
