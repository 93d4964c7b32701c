"""``search.sqlite``: missing, damaged, foreign, cut off, shared; and what was forgotten leaves it."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from support.collecting_desk import Desk, in_folder, tweet, x_files
from tamizdat.archive import Archive
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.search import fts_file, search
from tamizdat.archive.search.documents import Documents
from tamizdat.statements.catalogued import PersonEntry
from unit.archive.test_search import POST, desk, found, take

__all__ = ["desk"]  # the fixture


def file_of(desk: Desk) -> Path:
    return desk.archive.folder / "search.sqlite"


DAMAGES = [
    "gone",
    "empty",
    "garbage",
    "cut",
    "other version",
    "other cutting",
    "not ours",
    "another's",
    "half",
    "emptied",
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_does_not_fit_is_made_anew(desk: Desk, damage: str, tmp_path: Path) -> None:
    take(desk, "地震", "学校")
    assert found(desk, "地震") == ["1"]
    desk.archive.close()
    path = file_of(desk)
    match damage:
        case "gone":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "garbage":
            path.write_bytes(b"\xff" * 50_000)
        case "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        case "other version":
            change(path, "PRAGMA user_version = 99")
        case "other cutting":
            change(path, "UPDATE progress SET cutting = 'older'")
        case "not ours":
            path.unlink()
            change(path, "CREATE TABLE mine (x)")
        case "another's":
            change(path, "UPDATE progress SET leaf = x'00'")
        case "half":
            change(path, "DROP TABLE held")
        case "emptied":
            change(path, "DELETE FROM held")
    desk.archive = Archive.open(desk.archive.folder)
    assert found(desk, "地震") == ["1"]
    assert found(desk, "学校") == ["2"]


def change(path: Path, what: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(what)
        connection.commit()


def test_pages_inside_the_file_that_are_damaged_are_noticed(desk: Desk) -> None:
    take(desk, *(f"地震 {number} {'的' * number}" for number in range(1, 18)))
    assert len(found(desk, "地震")) == 17
    desk.archive.close()
    data = bytearray(file_of(desk).read_bytes())
    for start in range(4096, len(data), 4096):
        data[start : start + 40] = b"\xa5" * 40
    file_of(desk).write_bytes(data)
    desk.archive = Archive.open(desk.archive.folder)
    assert len(found(desk, "地震")) == 17


def traces(folder: Path, *words: str) -> list[str]:
    return [
        f"{path.name}: {word}"
        for path in folder.glob("*.sqlite*")
        for word in words
        if word.encode() in path.read_bytes()
    ]


def test_what_was_forgotten_leaves_no_trace(desk: Desk) -> None:
    take(desk, "秘密证人 zhengren", "别的")
    number = state_person(desk.archive, desk.key, PersonEntry(name="王秘密", note="lives in Ngaba"))
    state_person(desk.archive, desk.key, PersonEntry(name="王秘密", note="lives in Barkham"), number)
    assert found(desk, "秘密") == [f"person {number}", "1"]
    secrets = ("秘密", "zhengren", "ngaba", "Ngaba", "barkham", "密证")
    assert traces(desk.archive.folder, *secrets)
    other = Archive.open(desk.archive.folder)
    assert other.search.find("秘密").total == 2
    post = desk.archive.index.posts.versions(f"{POST}1")[0]
    desk.archive.forget(post.number, number, number + 1)
    assert traces(desk.archive.folder, *secrets) == []
    for archive in (desk.archive, other, Archive.open(desk.archive.folder)):
        assert [archive.search.find(each).total for each in secrets] == [0] * len(secrets)
        assert archive.search.find("别的").total == 1
    assert traces(desk.archive.folder, *secrets) == []


def test_an_index_that_was_made_anew_is_noticed_by_whoever_has_the_old_one_open(desk: Desk) -> None:
    take(desk, "秘密证人", "别的")
    other = Archive.open(desk.archive.folder)
    assert other.search.find("秘密").total == other.index.posts.count() - 1 == 1
    [[capture]] = desk.archive.index.ask("SELECT number FROM sources WHERE kind = 'posts'")
    desk.archive.forget(capture)  # the file in which the posts stand: nothing of them can be read any more
    for archive in (desk.archive, other):
        assert archive.index.posts.count() == 0
        assert archive.search.find().total == 0
    assert traces(desk.archive.folder, "秘密") == []


def test_a_file_made_before_a_killed_forgetting_goes_when_the_archive_is_opened(desk: Desk) -> None:
    take(desk, "别的")
    number = state_person(desk.archive, desk.key, PersonEntry(name="王秘密"))
    assert found(desk, "秘密") == [f"person {number}"]
    desk.archive._entries.forget(number)  # and killed before it came to the views
    desk.archive.close()
    assert traces(desk.archive.folder, "秘密")
    with Archive.open(desk.archive.folder) as again:
        assert traces(desk.archive.folder, "秘密") == []
        assert again.search.find("秘密").total == 0


def test_nobody_puts_into_a_new_file_what_was_read_before_a_forgetting(desk: Desk) -> None:
    take(desk, "别的")
    number = state_person(desk.archive, desk.key, PersonEntry(name="王秘密"))
    other = Archive.open(desk.archive.folder)
    documents = Documents(other.index, other.index.ask)
    before = other.search._file.progress()
    page = list(documents.without_posts())  # read, and not yet put in when somebody else
    desk.archive.forget(number)
    assert not other.search._file.put(before, page, before._replace(seen=2, after=None))
    assert other.search.find("秘密").total == 0
    assert traces(desk.archive.folder, "秘密") == []


def test_many_make_and_ask_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 7)
    take(desk, *(f"地震 {number}" for number in range(1, 20)))
    totals: list[int] = []

    def ask() -> None:
        with Archive.open(desk.archive.folder) as archive:
            totals.extend(archive.search.find("地震").total for _ in range(5))

    def add() -> None:
        with Archive.open(desk.archive.folder) as archive:
            for number in range(20):
                state_person(archive, desk.key, PersonEntry(name=f"王 {number}"))

    threads = [threading.Thread(target=work) for work in (ask, add, ask, add, ask)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [19] * 15
    assert len(found(desk, "王", limit=100)) == 40
    with closing(sqlite3.connect(file_of(desk))) as connection:
        assert connection.execute("SELECT count(*), count(DISTINCT kind || key) FROM held").fetchone() == (59, 59)
        connection.execute("INSERT INTO found (found, rank) VALUES ('integrity-check', 0)")


def test_a_making_that_was_cut_off_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 3)
    take(desk, *(f"地震 {number}" for number in range(1, 12)))

    class Cut(Exception):
        pass

    done: list[int] = []

    def cut(posts: int) -> None:
        done.append(posts)
        if len(done) == 2:
            raise Cut

    with pytest.raises(Cut):
        desk.archive.search.catch_up(cut)
    assert desk.archive.search._file.ask("", None, 20, 0) is None  # half a file answers nothing
    state_person(desk.archive, desk.key, PersonEntry(name="王"))
    done.clear()
    desk.archive = Archive.open(desk.archive.folder)
    desk.archive.search.catch_up(done.append)
    assert desk.archive.search._file.ask("", None, 20, 0) is not None  # and whole it answers
    assert sum(done) == 11 - 6 + 1
    assert len(found(desk, "地震")) == 11
    assert len(found(desk, "王")) == 1
    assert desk.archive.search.behind() == 0


def test_posts_of_one_second_stay_on_their_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fts_file, "SLOTS", 4)
    late = [tweet(number, "地震", created_at="Sun May 12 23:59:59 +0000 2013") for number in range(1, 40)]
    early = [tweet(number, "地震", created_at="Mon May 13 00:00:00 +0000 2013") for number in range(40, 80)]
    desk.take(in_folder(desk.archive.folder.parent / "x", x_files(late + early)))
    assert desk.archive.search.find("地震", since="2013-05-12", until="2013-05-12").total == 39
    assert desk.archive.search.find("地震", since="2013-05-13", until="2013-05-13").total == 40


def test_a_rebuild_makes_the_file_anew(desk: Desk) -> None:
    take(desk, "地震")
    assert found(desk, "地震") == ["1"]
    change(file_of(desk), "INSERT INTO found (found) VALUES ('delete-all')")  # what no program of ours does
    assert found(desk, "地震") == []
    assert desk.archive.check(rebuild=True).sound
    assert found(desk, "地震") == ["1"]
