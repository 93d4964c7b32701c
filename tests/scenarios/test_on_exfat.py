"""A stick with exFAT, and cards with FAT and exFAT, as cameras and shops format them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.test_export import NAME, give, reference, tree
from support.field_and_desk import NOTE, World
from support.file_systems import Card, mounted
from support.site_maker import small_site
from tamizdat.errors import UsageError, WorkRemains
from tamizdat.offline.edition import read_edition
from tamizdat.offline.zim import is_zim_of, make_zim
from tamizdat.places import set_up_place

FOOTAGE = bytes(range(256)) * 36_000  # 9.2 MB


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    with mounted("exfat", tmp_path, 256) as card:
        yield card.point


@pytest.fixture(params=["fat", "exfat"])
def card(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Card]:
    with mounted(request.param, tmp_path, 20) as card:
        yield card


def test_a_card_goes_over_a_stick_with_exfat_and_comes_back_onto_it(stick: Path, tmp_path: Path) -> None:
    place = set_up_place("stick", str(stick / "place"), {})
    with World(tmp_path, [place]) as world:
        names = {"notes/གླེང་བརྗོད།.txt", "What?.mov", "con.txt", "same.bin", "SAME.bin", "DCIM/trailing."}
        for name in names:
            world.write(name, NOTE + name.encode())
        world.carry()
        before = set(tree(world.card).values())
        given = give(world, stick / "out")
        assert given.whole
        held = tree(stick / "out" / NAME)
        assert set(held.values()) == before
        assert len({path.casefold() for path in held}) == len(names)
        assert {"What%3F.mov", "%63on.txt"} <= held.keys()
        assert reference("verify", stick / "out" / NAME) == 0


def test_a_device_and_a_desk_may_have_their_folders_on_a_stick_with_exfat(stick: Path) -> None:
    (folder := stick / "world").mkdir()
    with World(folder) as world:
        world.write("note.txt", NOTE)
        card = world.on_card()
        world.carry()
        assert world.archived() == card
        assert world.wipe(world.receipt()).deleted == 1


def test_the_edition_as_one_zim_is_made_on_a_stick_with_exfat(stick: Path, tmp_path: Path) -> None:
    pytest.importorskip("libzim")
    small_site(tmp_path / "site")
    zim = stick / "edition.zim"
    make_zim(edition := read_edition(tmp_path / "site"), zim)
    assert is_zim_of(zim, edition)
    assert list(stick.iterdir()) == [zim]
    whole = zim.read_bytes()
    with pytest.raises(UsageError, match="does not exist yet"):
        make_zim(edition, zim)
    assert zim.read_bytes() == whole


def fill(file: Path) -> None:
    """What a camera does that records until its card is full."""
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as filling:
        while filling.write(bytes(1 << 20)) == 1 << 20:
            pass


def test_a_full_card_of_a_camera_is_pulled_out_plugged_in_carried_and_wiped(card: Card, tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.card = card.point
        world.write("DCIM/100CANON/MVI_0001.MP4.bin", FOOTAGE, seconds=1_764_410_399)  # an odd second: FAT has none
        world.write("DCIM/100CANON/MVI_0002.MP4.bin", FOOTAGE[:3_000_000:-1], seconds=1_764_410_000)
        world.write("DCIM/100CANON/lower case and a long name.thm.bin", b"thumb", seconds=1_764_410_000)
        world.write("NOTE.TXT", NOTE)
        fill(card.point / "filler.bin")
        card.plug_in_again()
        seen = 0

        def pull(size: int) -> None:
            nonlocal seen
            before, seen = seen, seen + size
            if before < 5_000_000 <= seen:
                card.pull_out()

        with pytest.raises(WorkRemains, match="Plug it in"):
            world.seal(progress=pull)
        card.plug_in_again()
        on_card = world.on_card()
        sealed = world.seal()
        assert sealed.marked == ()
        assert sealed.resumed_at, "it went on with what was sealed"
        world.send()
        assert world.receive().underway == []
        assert world.archived() == on_card
        assert set(world.states().values()) == {"whole"}
        assert world.wipe(world.receipt()).deleted == len(on_card) == 5
        assert world.on_card() == {}
