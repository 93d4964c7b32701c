"""A stick with exFAT, as cameras and shops write them: a place, a device's own folder, and what is given back."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.test_export import NAME, give, reference, tree
from support.field_and_desk import NOTE, World
from tamizdat.places import set_up_place


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    tools = [
        shutil.which(name, path="/usr/sbin:/sbin:/usr/bin") for name in ("mkfs.exfat", "mount.exfat-fuse", "losetup")
    ]
    if os.geteuid() != 0 or None in tools:
        pytest.skip("no exFAT could be made and mounted (needs root, exfatprogs, exfat-fuse)")
    make, mount, loop = map(str, tools)
    (image := tmp_path / "image").touch()
    os.truncate(image, 256 << 20)
    (point := tmp_path / "stick").mkdir()
    subprocess.run([make, image], check=True, capture_output=True)
    device = subprocess.run([loop, "-f", "--show", image], capture_output=True, text=True, check=False).stdout.strip()
    if not device:
        pytest.skip("no loop device is free here, so exFAT was not tried")
    try:
        if subprocess.run([mount, device, point], capture_output=True, check=False).returncode:
            pytest.skip("exFAT could not be mounted here (no /dev/fuse?), so it was not tried")
        try:
            yield point
        finally:
            subprocess.run(["umount", point], check=True)
    finally:
        subprocess.run([loop, "-d", device], check=True)


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
