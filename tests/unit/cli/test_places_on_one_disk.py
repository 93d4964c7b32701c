"""One place under two names is not two; places on one disk are told."""

import io
import os
import re
from pathlib import Path
from typing import get_args

import pytest

from support.field_and_desk import NOW, WORK
from tamizdat.cli import places
from tamizdat.cli.backup import chosen_place
from tamizdat.cli.console import Out
from tamizdat.cli.main import main
from tamizdat.errors import PlaceRefused, UsageError
from tamizdat.home import new_folder
from tamizdat.home.home import Home
from tamizdat.home.new_folder import missing_folder
from tamizdat.home.setup import create_desk, create_field, invite
from tamizdat.places import disks
from tamizdat.places.disks import Where, _lost_with, _mount, is_same, on_one_disk, physical_disks, where_is
from tamizdat.places.memory import MemoryPlace


@pytest.fixture
def home(tmp_path: Path) -> str:
    create_desk(tmp_path / "desk", "desk", b"", 8)
    return str(tmp_path / "desk")


def add(home: str, name: str, url: str, *more: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    return main(["places", "add", name, url, *more, "--home", home], out, err), " ".join(err.getvalue().split())


@pytest.mark.parametrize("way", ["disk", "disk/", "disk/../disk", "link"])
def test_a_second_name_for_one_folder_is_refused_by_whatever_path(home: str, tmp_path: Path, way: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    assert add(home, "one", str(tmp_path / "disk"))[0] == 0
    code, told = add(home, "two", f"{tmp_path}/{way}", *(["--copy"] if way == "link" else []))
    assert code == 2
    assert "called “one” already" in told


def test_places_on_one_disk_and_the_archives_own_disk_are_told(home: str, tmp_path: Path) -> None:
    assert add(home, "one", str(tmp_path / "a"))[1].count("same disk") == 0
    assert add(home, "two", str(tmp_path / "c" / "b"))[1].startswith("Expected a folder inside one that is there, fou")
    code, told = add(home, "two", str(tmp_path / "b"), "--copy")
    assert (code, "would be made on the desk's own disk" in told) == (2, True), "a path that was mistyped"
    (tmp_path / "b").mkdir()
    code, told = add(home, "two", str(tmp_path / "b"), "--copy")
    assert code == 0
    assert "“two” lies on the same disk or server as one, the archive itself" in told


def test_where_disks_are_mounted_a_folder_is_made_on_one_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, mnt = tmp_path / "media", tmp_path / "mnt"
    monkeypatch.setattr(new_folder, "MOUNTED", (str(media), str(mnt)))
    monkeypatch.setattr(new_folder, "MOUNTED_BY_NAME", (str(media),))
    monkeypatch.setattr(new_folder, "MOUNTED_ON", str(mnt))
    mounted = {tmp_path, media / "usb", media / "anna" / "BLUE"}
    monkeypatch.setattr(Path, "is_mount", lambda path: path in mounted)
    for folder in ("usb", "anna/BLUE/cards", "was"):
        (media / folder).mkdir(parents=True)
    for folder in ("disk", "data/work"):
        (mnt / folder).mkdir(parents=True)
    assert missing_folder(str(mnt / "data" / "in")) == mnt / "data" / "in", "somebody's folder, and no disk's"
    for there in ("usb/in", "anna/BLUE/in", "anna/BLUE/cards/in"):
        assert missing_folder(str(media / there)) == media / there
    for away in (
        media / "red",
        media / "was" / "in",
        media / "anna" / "RED",
        media / "anna" / "RED" / "in",
        mnt / "in",
        mnt / "disk" / "in",
    ):
        with pytest.raises(UsageError, match="a disk or stick at"):
            missing_folder(str(away))
    mounted.add(mnt)
    assert missing_folder(str(mnt / "in")) == mnt / "in"


def test_a_site_is_put_nowhere_where_something_private_lies_and_nothing_private_in_a_site(
    home: str, tmp_path: Path
) -> None:
    for folder in ("second", "web", "web/inner"):
        (tmp_path / folder).mkdir()
    assert add(home, "second", str(tmp_path / "second"), "--copy")[0] == 0
    for folder in (home, str(tmp_path), str(tmp_path / "second"), f"{home}/archive"):
        code, told = add(home, "site", folder, "--site")
        assert (code, "Expected a folder for the site alone" in told or "called “second”" in told) == (2, True), told
    assert add(home, "site", str(tmp_path / "web"), "--site") == (0, ""), "that it lies on the desk's disk is no news"
    for use in ("--copy", "--backup", "--objects"):
        code, told = add(home, "inner", str(tmp_path / "web/inner"), use)
        assert (code, "Expected a folder outside the site's" in told) == (2, True), told
    assert [place.name for place in Home.open(Path(home), "desk", b"").places("copies")] == ["second"]


def test_of_a_place_one_thing_is_said_and_not_twice_the_same(home: str, tmp_path: Path) -> None:
    create_field(tmp_path / "field", invite(Home.open(Path(home), "desk", b""), "anna", b"", NOW, WORK), b"", WORK)
    add(str(tmp_path / "field"), "one", str(tmp_path / "a"))
    told = add(str(tmp_path / "field"), "two", str(tmp_path / "b"))[1]
    assert (told.count("Note: "), told.count("disk plugged in?")) == (1, 1), told


def test_places_are_tested_each_by_itself(home: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("key")
    login = [f"--option={name}={tmp_path / 'key'}" for name in ("access_key_id", "secret_access_key")]
    add(home, "away", "s3://bucket/in", *login, "--option=endpoint=http://127.0.0.1:9")
    add(home, "disk", str(tmp_path / "a"))
    out, err = io.StringIO(), io.StringIO()
    assert main(["places", "test", "--home", home], out, err) == 1
    assert "“away”" in err.getvalue()
    assert "Place “disk”: stores yes" in out.getvalue()
    assert "Ask the owner" not in out.getvalue(), "whoever holds a disk can delete what is on it"
    assert main(["places", "test", "nosuch", "--home", home], out, err) == 2


def test_a_field_devices_place_on_its_own_disk_is_told(home: str, tmp_path: Path) -> None:
    create_field(tmp_path / "field", invite(Home.open(Path(home), "desk", b""), "anna", b"", NOW, WORK), b"", WORK)
    code, told = add(str(tmp_path / "field"), "stick", str(tmp_path / "not-plugged-in"))
    assert code == 0
    assert "“stick” lies on this device's own disk" in told
    assert "'tamizdat places remove stick'" in told


def test_services_differ_by_their_address_and_lie_on_no_disk(tmp_path: Path) -> None:
    assert is_same("s3://bucket/a", "s3://bucket/a/")
    assert not is_same("s3://bucket/a", "s3://bucket/b")
    for other in ("Cloud.example/in", "cloud.example:443/in", "cloud.example/in//", "cloud.example./%69n"):
        assert is_same("webdav://cloud.example/in", f"webdav://{other}")
    for other in ("cloud.example:8443/in", "cloud.example/In", "cloud.example/in/b", "a.cloud.example/in"):
        assert not is_same("webdav://cloud.example/in", f"webdav://{other}")
    assert is_same("sftp://host.example:22/a", "sftp://host.example/a/")
    assert is_same("rclone:remote:path", "rclone:remote:path/")
    assert not is_same("rclone:remote:path", "rclone:Remote:path")
    assert not is_same("s3://bucket/a", str(tmp_path))
    assert on_one_disk("s3://bucket/a", [str(tmp_path)]) == []
    if Path("/dev/shm").stat().st_dev != tmp_path.stat().st_dev:
        assert on_one_disk(str(tmp_path), ["/dev/shm", f"{tmp_path}/not/there"]) == [f"{tmp_path}/not/there"]


def test_two_providers_may_have_buckets_of_one_name(home: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("key")
    login = ["--option", f"access_key_id={tmp_path / 'key'}", "--option", f"secret_access_key={tmp_path / 'key'}"]
    for name, port, code in (("one", "9", 1), ("two", "10", 1), ("three", "9", 2), ("four", "9/", 2), ("five", "80", 1),
                             ("six", "", 2)):  # fmt: skip
        endpoint = ["--option", f"endpoint=http://127.0.0.1{':' if port else ''}{port}"]
        assert add(home, name, "s3://bucket/in", *login, *endpoint)[0] == code


def test_an_option_that_is_no_file_is_told_by_its_name_and_not_by_what_it_says(home: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("key")
    good = {"access_key_id": str(tmp_path / "key"), "secret_access_key": str(tmp_path / "key")}
    for wrong, said in (
        ({"secret_access_key": "hunter2/AB+C"}, "Expected --option secret_access_key=FILE, where FILE holds it"),
        ({"secret_access_key": "hunter2" * 90}, "Expected --option secret_access_key=FILE, where FILE holds it"),
        ({"endpont": "https://hunter2.example"}, "Only endpoint, region, username, timeout, host_key stand in"),
        ({"endpoint": "hunter2.example:9000"}, "expected an endpoint like https://host or https://host:port"),
    ):
        options = {**good, **wrong}
        code, told = add(home, "cloud", "s3://bucket/in", *[f"--option={name}={is_}" for name, is_ in options.items()])
        assert (code, said in told, "hunter2" in told) == (2, True, False), told
    code, told = add(home, "cloud", "https://cloud.example/remote.php/dav")
    assert (code, "is mostly webdav://" in told, "memory:" in told) == (2, True, False), told


def test_what_lies_where_is_found_by_the_longest_mount_point_whatever_is_in_its_name(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 0:21 /@ / rw - btrfs /dev/sda2 rw,subvol=/@\n"
        "23 22 0:21 /@srv /srv rw - btrfs /dev/sda2 rw\n"
        "24 22 8:17 / /media/blue\\040stick rw shared:1 - exfat /dev/sdb1 rw\n"
        "25 22 0:44 / /media/nas rw - nfs4 192.0.2.7:/export rw\n"
    )
    found = {where: _mount(Path(where), mounts)[1] for where in ("/srv/anna", "/media/blue stick/x", "/media/nas")}
    assert found == {
        "/srv/anna": "/dev/sda2",
        "/media/blue stick/x": "/dev/sdb1",
        "/media/nas": "192.0.2.7:/export",
    }
    assert _mount(Path("/srv"), tmp_path / "not-there") == ("", "", "")
    for sign in "\r\v\x1c\x85\u2028":  # none of them ends a line there
        mounts.write_bytes(f"25 22 0:44 / /media/a{sign}b rw - nfs4 nas:/x rw\n".encode())
        assert _mount(Path(f"/media/a{sign}b/c"), mounts)[1] == "nas:/x"


def test_two_folders_of_one_server_are_one_disk_whatever_they_are_mounted_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the table of mounts is made up: no server runs where tests do that a kernel could mount from."""
    mounts = {
        "nfs": ("nfs4", "nas:/photos", "rw,vers=4.2,addr=192.0.2.7"),
        "nfs by number": ("nfs", "192.0.2.7:/film", "rw,addr=192.0.2.7,mountaddr=192.0.2.7"),
        "smb": ("cifs", "//NAS/film", "rw,vers=3.1.1,addr=192.0.2.7,uid=0"),
        "ssh": ("fuse.sshfs", "anna@nas:/a", "rw,user_id=0"),
        "other": ("nfs4", "other:/photos", "rw,addr=192.0.2.9"),
    }
    for name in mounts:
        (tmp_path / name).mkdir()
    monkeypatch.setattr(disks, "_disk", lambda folder: 44)  # a file system without a disk of its own
    monkeypatch.setattr(disks, "_mount", lambda folder, _: mounts[folder.name])
    urls = {name: str(tmp_path / name) for name in mounts}
    assert on_one_disk(urls["nfs"], urls.values()) == [urls[name] for name in ("nfs", "nfs by number", "smb", "ssh")]
    assert physical_disks(tmp_path / "other") == {"server 192.0.2.9", "server other"}


@pytest.mark.parametrize(
    ("kind", "source", "other"),
    [
        ("nfs", "nas:/a", "nas:/b"),
        ("nfs", "[2001:db8::7]:/a", "[2001:db8::7]:/b"),
        ("cifs", "//nas/film", "//NAS/photos"),
        ("fuse.sshfs", "anna@nas:/a", "tashi@nas:"),
        ("fuse", "https://cloud.example/anna", "https://tashi@cloud.example:8443/"),
        ("zfs", "tank/film", "tank/photos"),
        ("fuse.sshfs", "nas:/a", "anna@NAS.local:/b"),
        ("fuse.sshfs", "nas.fritz.box:", "nas.:/b"),
    ],
)
def test_what_is_lost_together_has_one_name(kind: str, source: str, other: str) -> None:
    lost = [list(_lost_with(kind, each, "rw", 44)) for each in (source, other)]
    assert lost[0] == lost[1]
    elsewhere = source.replace("nas", "second").replace("cloud", "second").replace("7]", "9]").replace("tank", "pool")
    assert lost[0] != list(_lost_with(kind, elsewhere, "rw", 44))


def test_a_disk_inside_the_computer_is_told_from_one_on_a_cable_and_from_a_card(tmp_path: Path) -> None:
    """A part of the system's tree of devices, as Linux shows it."""
    pci = "devices/pci0000:00"
    for name, where, more in (
        ("sda", f"{pci}/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0", {"removable": "0"}),
        ("nvme0n1", f"{pci}/0000:00:1d.0/nvme/nvme0", {"removable": "0"}),
        ("nvme1n1", f"{pci}/0000:00:1c.0/0000:03:00.0/nvme/nvme1", {"../../removable": "removable"}),  # Thunderbolt
        ("sdb", f"{pci}/0000:00:14.0/usb2/2-1/2-1:1.0/host4/target4:0:0/4:0:0:0", {"removable": "0"}),
        (
            "sdd",
            f"{pci}/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0",
            {"removable": "1"},
        ),  # a socket that may be changed
        (
            "sde",
            f"{pci}/0000:00:1c.0/0000:07:00.0/ata7/host7",
            {"removable": "0", "../../../../removable": "removable"},
        ),
        ("sdf", "devices/platform/host9/target9:0:0/9:0:0:0", {"removable": "1"}),
        ("sr0", f"{pci}/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0", {"removable": "1"}),
        ("mmcblk0", f"{pci}/0000:00:1e.0/mmc_host/mmc0/mmc0:0001", {"device/type": "SD"}),
        ("mmcblk1", f"{pci}/0000:00:1e.1/mmc_host/mmc1/mmc1:0001", {"device/type": "MMC"}),
        ("vda", f"{pci}/0000:00:02.0/virtio1", {"removable": "0"}),  # a file of the computer outside, and where?
        ("sdc", f"{pci}/0000:00:12.5/host5/target5:0:0/5:0:0:0", {"removable": "0"}),  # soldered: UFS
        ("nbd0", "devices/virtual", {"removable": "0"}),
        ("zram0", "devices/virtual", {"removable": "0"}),
        ("ram1", "devices/virtual", {"removable": "0"}),
    ):
        device = tmp_path / where / "block" / name
        for file, text in more.items():
            (device / file).parent.mkdir(parents=True, exist_ok=True)
            device.mkdir(parents=True, exist_ok=True)
            (device / file).resolve().write_text(f"{text}\n")
        (tmp_path / "block").mkdir(exist_ok=True)
        (tmp_path / "block" / name).symlink_to(device)
    for number, bus in ((2, "0000:00:1a.0"), (3, "0000:00:14.0/usb2/2-2")):  # shown apart from what they hang on
        apart = tmp_path / f"devices/virtual/nvme-subsystem/nvme-subsys{number}"
        (apart / f"nvme{number}n1").mkdir(parents=True)
        (on := tmp_path / pci / bus / f"nvme/nvme{number}").mkdir(parents=True)
        (apart / f"nvme{number}").symlink_to(on)
        (tmp_path / "block" / f"nvme{number}n1").symlink_to(apart / f"nvme{number}n1")
    names = [path.name for path in (tmp_path / "block").iterdir()]
    found = {
        where: {name for name in names if where_is(name, tmp_path / "block") == where} for where in get_args(Where)
    }
    assert found == {
        "inside": {"sda", "nvme0n1", "nvme2n1", "mmcblk1"},
        "outside": {"nvme1n1", "nvme3n1", "sdb", "sde", "sdf", "mmcblk0"},
        "memory": {"zram0", "ram1"},
        "host": set(),
        "unknown": {"vda", "sdc", "sdd", "sr0", "nbd0"},
    }
    assert where_is("sdz", tmp_path / "block") == "unknown"


def test_a_share_of_this_computer_itself_is_no_other_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fib_trie").write_text(
        "           |-- 192.0.2.5\n              /32 host LOCAL\n           |-- 192.0.2.0\n"
    )
    (tmp_path / "if_inet6").write_text("20010db8000000000000000000000005 02 40 00 80    wlan0\n")
    monkeypatch.setattr(disks, "_LOCAL", tmp_path)
    own = (
        "localhost",
        "127.0.0.1",
        "127.0.1.1",
        "::1",
        os.uname().nodename.lower(),
        f"{os.uname().nodename.lower()}.lan.example",
        "192.0.2.5",
        "2001:db8::5",
    )
    assert {where_is(f"server {each}") for each in own} == {"inside"}
    other = ("nas", "192.0.2.7", "192.0.2.0", "2001:db8::7")
    assert {where_is(f"server {each}") for each in other} == {"outside"}


def test_partitions_and_an_image_in_a_file_are_the_disk_that_they_lie_on(tmp_path: Path) -> None:
    disk = tmp_path / "sdb"
    for part in ("sdb1", "sdb2"):
        (disk / part).mkdir(parents=True)
        (disk / part / "partition").write_text(part[-1])
        assert list(disks._below(disk / part)) == ["sdb"]
    (tmp_path / "loop0" / "loop").mkdir(parents=True)
    image = tmp_path / "loop0" / "loop" / "backing_file"
    image.write_text(f"{tmp_path / 'stick.img'}\n")
    (tmp_path / "loop0" / "loop0p1").mkdir()
    (tmp_path / "loop0" / "loop0p1" / "partition").write_text("1")
    for name in ("stick.img", "影像.img", "བོད། .img", "gone.img (deleted)"):
        image.write_text(f"{tmp_path / name}\n", "utf-8")
        for each in ("loop0", "loop0/loop0p1"):
            assert frozenset(disks._below(tmp_path / each)) == physical_disks(tmp_path)
    image.write_text("/dev/shm/stick.img\n")
    assert set(map(where_is, disks._below(tmp_path / "loop0"))) == {"memory"}, "it is gone when it is switched off"


def test_parts_of_arrays_and_file_systems_over_several_disks_lie_on_all_of_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Linux shows them: an array has partitions of its own; btrfs is mounted by one of its devices."""
    for part in ("md126/md126p1", "sdb/sdb1", "sdc/sdc1", "sdd/sdd1"):
        (tmp_path / part).mkdir(parents=True)
        (tmp_path / part / "partition").write_text("1")
    (tmp_path / "md126/slaves").mkdir()
    for disk in ("sdb", "sdc"):
        (tmp_path / f"md126/slaves/{disk}").symlink_to(tmp_path / disk)
    assert set(disks._below(tmp_path / "md126/md126p1")) == {"sdb", "sdc"}
    (tmp_path / "btrfs/1386fce1/devices").mkdir(parents=True)
    for disk in ("sdc", "sdd"):
        (tmp_path / f"btrfs/1386fce1/devices/{disk}1").symlink_to(tmp_path / disk / f"{disk}1")
    monkeypatch.setattr(disks, "BTRFS", tmp_path / "btrfs")
    assert set(disks._members(tmp_path / "sdd/sdd1")) == {"sdc", "sdd"}
    assert set(disks._members(tmp_path / "sdb/sdb1")) == {"sdb"}


def test_a_folder_that_is_shown_once_more_lies_where_it_lies(tmp_path: Path) -> None:
    """gocryptfs, bindfs and eCryptfs name it, a program may keep what was written, others name nothing."""
    own = physical_disks(tmp_path)
    for kind in ("fuse.gocryptfs", "fuse", "ecryptfs"):
        assert set(_lost_with(kind, str(tmp_path), "rw", 44)) == own
    nothing = {
        "fuse.encfs": "encfs",
        "fuse.mergerfs": "a:b",
        "fuse.gvfsd-fuse": "gvfsd-fuse",
        "fuse": "",
        "zfs": "tank/a",
    }
    for kind, source in [*nothing.items(), ("fuse.rclone", str(tmp_path)), ("fuse.rclone", "cloud:")]:
        assert set(map(where_is, _lost_with(kind, source, "rw", 44))) == {"unknown"}
    number = tmp_path.stat().st_dev
    assert set(map(where_is, disks._disks(tmp_path, frozenset([number])))) == {"unknown"}, "mounted over itself"


def test_images_that_nobody_may_look_behind_count_as_one_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """VeraCrypt's: the file system in which they are shown is another user's."""

    real = Path.stat

    def stat(path: Path, **more: bool) -> os.stat_result:
        if path.name == "volume":
            raise PermissionError
        return real(path, **more)

    for name in ("loop0", "loop1"):
        (tmp_path / name / "loop").mkdir(parents=True)
        (tmp_path / name / "loop" / "backing_file").write_text(f"/dev/shm/{name}/volume\n")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "stat", stat)
        first, second = ([*disks._below(tmp_path / name)] for name in ("loop0", "loop1"))
    assert first == second
    assert {where_is(each) for each in first} == {"unknown"}, "they may lie on the laptop's own disk"


def test_a_second_store_inside_the_computer_is_told(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("inside", "outside"):
        (tmp_path / name).mkdir()
    for module in (disks, places):
        monkeypatch.setattr(module, "physical_disks", lambda folder: frozenset([folder.name]))
    monkeypatch.setattr(places, "where_is", lambda disk: disk)
    code, told = add(home, "inside", str(tmp_path / "inside"), "--copy")
    assert (code, "whoever takes the computer takes both" in told) == (0, True)
    assert add(home, "outside", str(tmp_path / "outside"), "--copy") == (0, "")


def test_a_card_sealed_for_one_place_is_told_without_empty_parcels_that_are_none(home: str, tmp_path: Path) -> None:
    create_field(tmp_path / "field", invite(Home.open(Path(home), "desk", b""), "anna", b"", NOW, WORK), b"", WORK)
    add(str(tmp_path / "field"), "stick", str(tmp_path / "stick"))
    (tmp_path / "card").mkdir()
    (tmp_path / "card/notes.txt").write_text("six", "utf-8")
    for name in "abcd":
        (tmp_path / f"card/{name}.mp4").touch()
    out = io.StringIO()
    assert main(["seal", str(tmp_path / "card"), "--home", str(tmp_path / "field"), "--allow-swap"], out, out) == 0
    told = " ".join(out.getvalue().split())
    assert re.search(r"No preview of 4 files \([a-d]\.mp4, [a-d]\.mp4, [a-d]\.mp4 and 1 more\): ", told)
    assert "Each parcel lies in one place alone: none may be lost." in told
    assert " 0 of them" not in told
    assert "Next: 'tamizdat send'." in told


def test_a_card_without_files_is_refused_as_well_where_it_is_only_looked_at(home: str, tmp_path: Path) -> None:
    create_field(tmp_path / "field", invite(Home.open(Path(home), "desk", b""), "anna", b"", NOW, WORK), b"", WORK)
    (tmp_path / "card").mkdir()
    argv, err = ["seal", str(tmp_path / "card"), "--home", str(tmp_path / "field"), "--allow-swap"], io.StringIO()
    assert main([*argv, "--dry-run"], err, err) == 2
    assert "found none that can be read" in " ".join(err.getvalue().split())


def test_objects_are_kept_on_no_place_that_does_not_give_them_back(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes to the desk would lie there alone. A login that only adds is such a place, too."""

    class TakesOnly(MemoryPlace):
        def get(self, name: str) -> bytes:
            raise PlaceRefused("Place “far” could not give an object: it does not allow this to this login.")

    monkeypatch.setattr(places, "set_up_place", lambda name, url, options: TakesOnly(name))
    code, told = add(home, "far", str(tmp_path / "far"), "--objects")
    assert code == 2
    assert "Expected a place that takes objects and gives them back with this login" in told
    assert Home.open(Path(home), "desk", b"").places("objects") == []


def test_a_backup_to_a_disk_that_is_not_plugged_in_is_refused_and_makes_no_folder(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = tmp_path / "media"
    media.mkdir()
    monkeypatch.setattr(new_folder, "MOUNTED", (str(media),))
    with pytest.raises(UsageError, match="Expected a disk or stick at"):
        chosen_place(
            Home.open(Path(home), "desk", b""), str(media / "backup-disk"), Out(False, io.StringIO(), io.StringIO())
        )
    assert not any(media.iterdir())
    assert not Home.open(Path(home), "desk", b"").places("backups")
