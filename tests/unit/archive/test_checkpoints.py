"""What others said of checkpoints: kept in the archive, in the site as it stands there."""

import os
import stat
from pathlib import Path

import pytest

from support.item_files import facts
from support.published_desk import House
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.encoding import sha256_hex
from tamizdat.errors import StorageFull
from tamizdat.statements.catalogued import CataloguedItem
from tamizdat.verifying import verify


def test_the_checkpoint_of_each_edition_whose_proofs_stand_lies_in_the_site(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.picture()
    house.publish()
    house.picture("b.jpg")
    house.publish()
    kept, note = Checkpoints(house.archive.folder), (house.site / "ledger/checkpoint").read_bytes()
    assert kept.sizes() == [256, 512]
    assert note == kept.note(512) == (house.site / "ledger/checkpoints/512/checkpoint").read_bytes()
    proof = facts(house.site / "items/1")["proof"].encode()  # made with the first edition
    assert proof.endswith((house.site / "ledger/checkpoints/256/checkpoint").read_bytes())


def test_checkpoints_of_editions_before_there_was_such_a_folder_are_made_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.picture()
    house.publish()
    first = Checkpoints(house.archive.folder).note(256)
    (house.archive.folder / "checkpoints/256/checkpoint").unlink()
    house.picture("b.jpg")
    house.publish()
    assert Checkpoints(house.archive.folder).note(256) == first


def test_what_was_added_later_comes_into_the_site_without_a_new_edition(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.picture()
    house.publish()
    kept = Checkpoints(house.archive.folder)
    more = kept.note(256) + b"\xe2\x80\x94 witness.example AAAAAAAAAAA=\n"
    kept.write(256, "checkpoint", more)
    kept.add_certificate(b"old", "crl")
    kept.write(256, "stamps/somebody.ots", b"a proof")
    before = (house.site / "index.html").stat().st_mtime_ns
    assert not house.publish().new
    assert (house.site / "ledger/checkpoints/256/checkpoint").read_bytes() == more
    assert (house.site / "ledger/checkpoints/256/stamps/somebody.ots").read_bytes() == b"a proof"
    for path in house.site.rglob("*"):
        assert path.stat().st_mtime_ns == before, path  # the clock would tell when the desk asked
    kept.remove_certificate(f"{sha256_hex(b'old')}.crl")
    kept.add_certificate(b"new", "crl")
    house.publish()
    assert [each.name for each in (house.site / "ledger/certificates").iterdir()] == [f"{sha256_hex(b'new')}.crl"]


def test_a_desk_that_is_killed_while_a_stamp_comes_into_the_site_can_publish_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    house = House(tmp_path)
    house.publish()
    kept, before = Checkpoints(house.archive.folder), house.files()
    stamp = kept.note(256) + b"\xe2\x80\x94 witness.example AAAAAAAAAAA=\n"
    kept.write(256, "checkpoint", stamp)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", kill)  # nor does it clear anything away
        patched.setattr(Path, "rename", kill)
        with pytest.raises(Killed):
            house.publish()
    assert house.files() == before
    assert not house.publish().new
    assert (house.site / "ledger/checkpoints/256/checkpoint").read_bytes() == stamp


def test_what_another_signed_stays_when_the_edition_is_put_out_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.picture()
    house.publish()
    kept = Checkpoints(house.archive.folder)
    more = kept.note(256) + b"\xe2\x80\x94 witness.example AAAAAAAAAAA=\n"
    kept.write(256, "checkpoint", more)
    house.picture("b.jpg")
    house.publish()
    assert (house.site / "ledger/checkpoints/256/checkpoint").read_bytes() == more
    assert verify(house.site).holds


def altered(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-9] ^= 1  # in the signature of a note
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("elsewhere", "earlier"),
    [(True, False), (False, False), (True, True)],
    ids=["the site has it", "nobody has it", "an archive of earlier programs"],
)
def test_a_checkpoint_that_the_disk_damaged_keeps_no_withdrawal_from_being_published(
    tmp_path: Path, elsewhere: bool, earlier: bool
) -> None:
    """Else what is withdrawn stays public until somebody finds out which file of the archive is damaged."""
    house = House(tmp_path)
    number = house.picture()
    house.picture("b.jpg")
    house.publish()
    kept = Checkpoints(house.archive.folder)
    own = kept.note(256)
    kept.write(256, "checkpoint", own + b"\xe2\x80\x94 witness.example AAAAAAAAAAA=\n")
    house.publish()
    signed = kept.note(256)
    if earlier:
        (kept.folder / "written").unlink()
        kept.folder.joinpath("256/checkpoint").write_bytes(own.replace(b"\n256\n", b"\n257\n"))
    else:
        altered(kept.folder / "256/checkpoint")
        assert kept.sizes() == []
        assert [(each.kind, each.where) for each in house.archive.check().faults] == [("checkpoint", "256/checkpoint")]
    if not elsewhere:
        (house.site / "ledger/checkpoints/256/checkpoint").unlink()
    catalogue(house.archive, house.desk, CataloguedItem(number, release="withdrawn", reason="Asked for."))
    house.publish()
    assert not (house.site / f"items/{number}/picture.jpg").exists()
    assert kept.note(256) == (signed if elsewhere else own)
    assert verify(house.site).holds
    assert house.archive.check().sound


def test_a_stamp_that_the_disk_damaged_comes_into_no_site_and_is_put_back_from_where_it_stands(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.picture()
    house.publish()
    kept = Checkpoints(house.archive.folder)
    for name in ("a", "b"):
        kept.write(256, f"stamps/{name}.ots", b"the proof of somebody else")
    house.publish()
    there = house.files()
    (kept.folder / "256/stamps/a.ots").unlink()
    altered(kept.folder / "256/stamps/b.ots")
    assert kept.stamps(256) == {}
    assert kept.damaged() == ["256/stamps/a.ots", "256/stamps/b.ots"]
    house.publish()
    assert house.files() == there
    assert kept.damaged() == []


@pytest.mark.parametrize("name", ["a.ots", "a.tsr"])
def test_a_stamp_of_an_earlier_program_that_the_disk_damaged_keeps_no_withdrawal_from_being_published(
    tmp_path: Path, name: str
) -> None:
    house = House(tmp_path)
    number = house.picture()
    house.picture("b.jpg")
    house.publish()
    kept = Checkpoints(house.archive.folder)
    kept.write(256, f"stamps/{name}", b"no stamp any more")
    (kept.folder / "written").unlink()
    catalogue(house.archive, house.desk, CataloguedItem(number, release="withdrawn", reason="Asked for."))
    house.publish()
    assert not (house.site / f"items/{number}/picture.jpg").exists()
    assert verify(house.site).holds
    assert (kept.folder / f"256/stamps/.{name}").read_bytes() == b"no stamp any more"
    assert kept.stamps(256) == {}


def test_a_full_disk_or_a_kill_leaves_what_an_earlier_program_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no line; that of what was to replace it would tell that the disk has damaged it."""
    from tamizdat.archive import checkpoints

    def full(*_: object) -> None:
        raise StorageFull("Expected room on the disk, found none.")

    kept = Checkpoints(tmp_path)
    kept.write(256, "checkpoint", b"a note")
    kept.write(256, "stamps/a.ots", b"it waits")
    (kept.folder / "written").unlink()
    monkeypatch.setattr(checkpoints, "write_file", full)
    for name in ("checkpoint", "stamps/a.ots"):
        with pytest.raises(StorageFull):
            kept.write(256, name, b"more of it")
    assert (kept.note(256), kept.stamps(256), kept.damaged()) == (b"a note", {"a.ots": b"it waits"}, [])


def test_what_an_earlier_program_kept_gets_its_line_with_the_next_edition(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.picture()
    house.publish()
    kept = Checkpoints(house.archive.folder)
    (kept.folder / "written").unlink()
    house.picture("b.jpg")
    house.publish()
    altered(kept.folder / "256/checkpoint")
    assert kept.damaged() == ["256/checkpoint"]


def test_a_line_about_a_checkpoint_that_the_disk_damaged_makes_no_sound_one_damaged(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(256, "checkpoint", b"a note")
    lines = kept.folder / "written"
    lines.write_bytes(b"0" * 8 + lines.read_bytes()[8:])
    assert (kept.sizes(), kept.note(256)) == ([256], b"a note")


def test_only_the_desk_reads_the_folder_as_all_of_its_archive(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        kept = Checkpoints(tmp_path)
        kept.write(256, "stamps/somebody.ots", b"a proof")
        kept.write(512, "checkpoint", b"a note")
        kept.add_certificate(b"one", "crl")
    finally:
        os.umask(before)
    folders = [each for each in tmp_path.rglob("*") if each.is_dir()]
    assert len(folders) == 5
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}
