"""What is on the list of bytes that go, goes everywhere, unless it is needed again; nobody's word but ours counts."""

from pathlib import Path

import pytest

from support.archive_samples import KEY, PUBLIC, captured, new_archive
from tamizdat.archive import Archive
from tamizdat.archive.forgetting.destruction import BARE, destroy, finish, is_unfinished
from tamizdat.archive.forgetting.still_to_do import StillToDo
from tamizdat.encoding import sha256_hex
from tamizdat.errors import Forgotten
from tamizdat.ledger.signing import sign_statement
from tamizdat.places.memory import MemoryPlace
from tamizdat.statements.forgotten import Forgotten as Said
from tamizdat.statements.reference import Reference

ONE, DIGEST = b"one", sha256_hex(b"one")


@pytest.fixture
def house() -> MemoryPlace:
    place = MemoryPlace("house")
    place.put(DIGEST, ONE)
    return place


def with_a_list(folder: Path, *envelopes: bytes) -> Archive:
    """An archive whose list says that an object is to go, here and in "house"."""
    archive = new_archive(folder, *envelopes)
    archive.objects.add([ONE])
    StillToDo({DIGEST: 3}, {"house": {DIGEST: 3}}).write(archive.folder)
    return archive


def test_what_is_stated_anew_since_is_deleted_neither_here_nor_in_a_store(tmp_path: Path, house: MemoryPlace) -> None:
    archive = with_a_list(tmp_path, captured("one"))
    done = finish(archive, {"house": lambda: house})
    assert (done.objects, done.failed) == (0, {})
    assert archive.objects.has(DIGEST)
    assert house.get(DIGEST) == ONE
    assert not is_unfinished(archive)


def test_what_nobody_needs_goes_here_with_its_copies_without_metadata_and_in_the_store(
    tmp_path: Path, house: MemoryPlace
) -> None:
    archive = with_a_list(tmp_path)
    bare, others = (archive.folder / BARE / f"{each}-jpg" for each in (DIGEST, "0" * 64))
    for folder in (bare, others):
        folder.mkdir(parents=True)
        (folder / "copy.jpg").write_bytes(ONE)
    done = finish(archive, {"house": lambda: house})
    assert (done.objects, done.failed) == (1, {})
    assert not archive.objects.has(DIGEST)
    assert [*house.list()] == []
    assert (bare.exists(), others.exists()) == (False, True)
    assert not is_unfinished(archive)


def test_a_store_that_keeps_what_it_was_told_to_delete_is_named_and_asked_again(tmp_path: Path) -> None:
    class Keeps(MemoryPlace):
        def delete(self, name: str) -> None:
            """Says yes, and keeps it."""

    house = Keeps("house")
    house.put(DIGEST, ONE)
    archive = with_a_list(tmp_path)
    for _ in range(2):
        assert finish(archive, {"house": lambda: house}).failed.keys() == {"house"}
        assert is_unfinished(archive)


def test_what_a_store_that_was_away_still_has_stays_on_the_list_when_more_is_forgotten(tmp_path: Path) -> None:
    archive = with_a_list(tmp_path, captured("two"))
    other = archive.objects.add([b"two"])
    said = Said("2026-11-30", "asked", (Reference(0, archive.commitments()[0]),)).to_statement()
    archive.append([sign_statement(said, [(PUBLIC, KEY.sign)])])
    assert destroy(archive, ["house"]) == 1
    both = {DIGEST: 3, other: 3}
    assert StillToDo.read(archive.folder) == StillToDo(both, {"house": both})


def test_a_store_that_the_desk_has_no_more_is_named_once(tmp_path: Path) -> None:
    archive = with_a_list(tmp_path)
    assert "Look there yourself" in finish(archive, {}).failed["house"]
    assert not is_unfinished(archive)
    assert finish(archive, {}).failed == {}


def test_a_statement_that_names_another_ledgers_entry_or_a_later_one_destroys_nothing(tmp_path: Path) -> None:
    archive = new_archive(tmp_path, captured("one"))
    leaf = archive.commitments()[0]
    other, later, far = Reference(0, bytes(32)), Reference(4, leaf), Reference(1 << 40, leaf)
    for named in (other, later, far):
        said = Said("2026-11-30", "asked", (named,)).to_statement()
        archive.append([sign_statement(said, [(PUBLIC, KEY.sign)])])
    archive.append([captured("two")])
    assert not is_unfinished(archive)
    assert destroy(archive, ()) == 0
    assert archive.disclosure(0).envelope == captured("one")
    assert archive.disclosure(4).envelope == captured("two")
    ours = Said("2026-11-30", "asked", (Reference(0, leaf),)).to_statement()
    archive.append([sign_statement(ours, [(PUBLIC, KEY.sign)])])
    assert destroy(archive, ()) == 1
    with pytest.raises(Forgotten):
        archive.disclosure(0)


def test_the_bytes_that_go_are_listed_before_the_words_that_tell_of_them_are_destroyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would know of them afterwards."""
    archive = new_archive(tmp_path, captured("one"))
    archive.objects.add([ONE])
    said = Said("2026-11-30", "asked", (Reference(0, archive.commitments()[0]),)).to_statement()
    archive.append([sign_statement(said, [(PUBLIC, KEY.sign)])])

    def killed(*indexes: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(archive, "forget", killed)
        with pytest.raises(KeyboardInterrupt):
            destroy(archive, ["house"])
    assert StillToDo.read(archive.folder) == StillToDo({DIGEST: 3}, {"house": {DIGEST: 3}})
    assert is_unfinished(archive)
