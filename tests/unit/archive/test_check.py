"""check: goes through to the end and reports every fault."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from support.archive_samples import captured, catalogued, new_archive, on_disk
from tamizdat.archive import Archive
from tamizdat.encoding import sha256_hex

TEXTS = ["one", "two", "three"]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three objects, three statements about them, and padding."""
    archive = new_archive(tmp_path)
    for text in TEXTS:
        archive.objects.add([text.encode()])
    archive.append([captured(text) for text in TEXTS])
    archive.pad(8)
    return archive


def faults(archive: Archive, rebuild: bool = False) -> list[tuple[str, str]]:
    return [(fault.kind, fault.where) for fault in archive.check(rebuild).faults]


def test_a_sound_archive(archive: Archive) -> None:
    told: list[int] = []
    report = archive.check(progress=told.append)
    assert report.sound
    assert (report.statements, report.padding, report.forgotten) == (3, 5, 0)
    assert (report.objects, report.bytes, report.unreferenced) == (3, 11, 0)
    assert sorted(told) == [3, 3, 5]
    assert [*archive.staging.iterdir()] == []


@on_disk
def test_every_fault_is_reported_at_once(archive: Archive) -> None:
    one, two, three = (archive.objects.path(sha256_hex(text.encode())) for text in TEXTS)
    one.chmod(0o600)
    one.write_bytes(b"ONE")
    two.unlink()
    (three.parent / "notes.txt").touch()
    report = archive.check()
    assert not report.sound
    assert {(fault.kind, fault.where) for fault in report.faults} == {
        ("object", one.name),
        ("object", two.name),
        ("object", f"{three.parent.name}/notes.txt"),
    }


@on_disk
def test_a_damaged_statement_is_reported_and_the_others_are_still_checked(archive: Archive) -> None:
    log = archive.folder / "entries.log"
    data = bytearray(log.read_bytes())
    data[data.index(archive.disclosure(1).envelope) + 99] ^= 1
    log.write_bytes(data)
    archive.objects.path(sha256_hex(b"three")).unlink()
    assert faults(archive) == [("statement", "1"), ("object", sha256_hex(b"three"))]
    assert faults(archive, rebuild=True) == [("statement", "1"), ("object", sha256_hex(b"three"))]


def test_what_is_no_statement_is_reported(archive: Archive) -> None:
    archive.append([b"{}"])
    assert faults(archive) == [("statement", "8")]


def test_an_object_nobody_speaks_of_is_no_fault(archive: Archive) -> None:
    archive.objects.add([b"killed before its statement"])
    report = archive.check()
    assert report.sound
    assert (report.objects, report.unreferenced) == (4, 1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE captured SET path = 'elsewhere' WHERE number = 1",
        "DELETE FROM captured WHERE number = 2",
        "INSERT INTO catalogued VALUES (4, 0, (SELECT original FROM captured WHERE number = 0), 'public', '', '', '')",
        "DELETE FROM subjects",
        "UPDATE entries SET act = 'derived' WHERE number = 0",
    ],
)
def test_an_index_that_says_something_else_is_reported_and_rebuilt(archive: Archive, change: str) -> None:
    assert len(archive.index.items()) == 3
    with closing(sqlite3.connect(archive.folder / "index.sqlite")) as connection:
        connection.execute(change)
        connection.commit()
    assert [kind for kind, _ in faults(archive)] == ["index"]
    assert archive.check(rebuild=True).sound
    assert archive.check().sound
    assert archive.index.items(release="public") == []
    assert len(archive.index.items()) == 3


def test_a_catalogued_statement_needs_no_object(archive: Archive) -> None:
    archive.append([catalogued(0, "one", title="One"), catalogued(0, "never stored")])
    assert archive.check().sound


@on_disk
def test_an_object_that_cannot_be_read_does_not_end_the_check(archive: Archive) -> None:
    one, two = (archive.objects.path(sha256_hex(text.encode())) for text in TEXTS[:2])
    one.unlink()
    one.mkdir()
    two.unlink()
    two.symlink_to("/nowhere")
    assert {("object", one.name), ("object", two.name)} == set(faults(archive))
