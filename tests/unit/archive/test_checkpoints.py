"""What others said of checkpoints: kept in the archive, in the site as it stands there."""

import os
import stat
from pathlib import Path

import pytest

from support.item_files import facts
from support.published_desk import House
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.encoding import sha256_hex
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
