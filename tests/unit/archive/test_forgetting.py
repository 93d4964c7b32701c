"""Forgetting: the statement is gone from every file, its leaf and every other statement stay."""

from pathlib import Path

import pytest

from support.archive_samples import captured, catalogued, everything, new_archive
from tamizdat.archive import Archive
from tamizdat.archive.log.record import GONE, HEADER
from tamizdat.encoding import b64, sha256_hex
from tamizdat.errors import Forgotten


def files_with(folder: Path, secret: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]


def test_a_forgotten_statement_is_in_no_file(tmp_path: Path) -> None:
    others = [captured(f"other-{number}") for number in range(300)]
    archive = new_archive(tmp_path)
    archive.append([*others[:150], captured("witness-A"), *others[150:]])
    archive.append([catalogued(150, "witness-A", title="The gate of Ngaba", caption="filmed by T.")])
    item = archive.index.item(150)
    assert item is not None
    assert item.title == "The gate of Ngaba"
    shown = archive.disclosure(150)
    root = archive.tree().root()
    secrets = [
        shown.salt,
        shown.envelope,
        shown.envelope[-80:-20],
        b"witness-A",
        b"gate of Ngaba",
        b"filmed by T.",
        sha256_hex(b"witness-A").encode(),
        b64(b"witness-A").encode(),
    ]
    (archive.folder / "publishing.sqlite").write_bytes(shown.envelope)  # what is remembered of the last edition
    (archive.folder / "publishing.sqlite-wal").write_bytes(b"gate of Ngaba")
    assert any(files_with(archive.folder, secret) for secret in secrets)
    archive.forget(150, 301)
    for secret in secrets:
        assert files_with(archive.folder, secret) == []
    assert archive.tree().root() == root == Archive.open(archive.folder).tree().root()
    assert len(everything(archive)) == 300
    assert archive.index.item(150) is None
    assert archive.index.about(sha256_hex(b"witness-A")) == []
    assert len(archive.index.items()) == 300


def test_a_forgotten_statement_is_not_disclosed(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"))
    other = Archive.open(archive.folder)
    assert [item.number for item in other.index.items()] == [0, 1]
    archive.forget(0)
    archive.forget(0)  # twice is once
    for each in (archive, other, Archive.open(archive.folder)):
        with pytest.raises(Forgotten, match="Statement 0 was forgotten"):
            each.disclosure(0)
        assert everything(each) == {1: captured("two")}
        assert [item.number for item in each.index.items()] == [1]
        assert each.size == 2


def test_the_last_statement_of_the_log_can_be_forgotten(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    archive.append([captured("two"), captured("three")])
    archive.forget(2)
    again = Archive.open(archive.folder)
    assert again.cut == 0
    assert again.append([captured("four")]) == [3]
    assert everything(Archive.open(archive.folder)) == {0: captured("one"), 1: captured("two"), 3: captured("four")}


def test_a_forgetting_that_was_killed_is_finished_by_the_next_to_open(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("witness-A"), captured("three"))
    assert len(archive.index.items()) == 3
    shown = archive.disclosure(1)
    log = archive.folder / "entries.log"
    whole = log.read_bytes()
    offset = whole.index(shown.envelope) - HEADER.size
    for erased in (0, 20, 32, 200):  # killed after the mark, or between the mark and the last zero
        data = bytearray(whole)
        data[offset : offset + 4] = GONE
        data[offset + 56 : offset + 56 + erased] = bytes(erased)
        log.write_bytes(data)
        with Archive.open(archive.folder) as again:
            with pytest.raises(Forgotten):
                again.disclosure(1)
            assert everything(again) == {0: captured("one"), 2: captured("three")}
        for secret in (shown.salt, shown.envelope[-80:-20], b"witness-A", sha256_hex(b"witness-A").encode()):
            assert files_with(archive.folder, secret) == []


def test_a_rebuild_tolerates_forgotten_statements(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"), captured("two"), captured("three"))
    archive.append([catalogued(1, "two", title="Two"), catalogued(2, "three", title="Three")])
    archive.forget(1, 2)
    report = archive.check(rebuild=True)
    assert (report.statements, report.forgotten, report.rebuilt) == (3, 2, True)
    assert {fault.kind for fault in report.faults} == {"object"}  # these statements have no objects here
    assert [item.number for item in archive.index.items()] == [0]
    assert archive.index.by_act("catalogued") == [3, 4]


def test_what_was_catalogued_falls_back_when_the_later_word_is_forgotten(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    archive.append([catalogued(0, "one", title="Early", release="restricted")])
    archive.append([catalogued(0, "one", title="Late", release="public")])
    archive.forget(2)
    item = archive.index.item(0)
    assert item is not None
    assert (item.title, item.release) == ("Early", "restricted")
