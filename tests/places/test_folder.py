"""Attacks on a folder: pulled sticks, planted links, full and forbidden disks, and killed writers."""

import contextlib
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tamizdat.errors import NotThere, PlaceError, PlaceFull, PlaceRefused, PlaceUnreachable, UsageError
from tamizdat.places import Place, open_place, set_up_place
from tamizdat.places.folder import FolderPlace

MARKER = "tamizdat-place"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def place(stick: Path) -> Place:
    return set_up_place("blue stick", str(stick), {})


def test_objects_lie_where_the_specification_says(place: Place, stick: Path) -> None:
    place.put("9f64", b"bytes")
    place.put("a", b"")
    found = {str(path.relative_to(stick)) for path in stick.rglob("*") if path.is_file()}
    assert found == {MARKER, "9/9f64", "a/a"}
    assert (stick / "9/9f64").read_bytes() == b"bytes"


def test_a_stick_that_was_pulled_does_not_become_a_folder_on_the_root_disk(place: Place, stick: Path) -> None:
    place.put("a", b"x")
    stick.rename(stick.with_name("pulled"))
    for attempt in each_way_to_use(place):
        with pytest.raises(PlaceUnreachable, match="not there"):
            attempt()
    stick.mkdir()  # the empty mount point that a stick leaves behind
    for attempt in each_way_to_use(place):
        with pytest.raises(PlaceUnreachable, match="without its file “tamizdat-place”"):
            attempt()
    assert [*stick.iterdir()] == []
    stick.rmdir()
    stick.with_name("pulled").rename(stick)
    assert place.get("a") == b"x"


def test_opening_alone_makes_nothing(stick: Path) -> None:
    place = open_place("blue stick", str(stick), {})
    with pytest.raises(PlaceUnreachable, match="places add"):
        place.put("a", b"x")
    assert not stick.exists()


def test_setting_up_needs_the_folder_above_it(stick: Path) -> None:
    with pytest.raises(PlaceError):
        set_up_place("blue stick", str(stick / "deeper" / "still"), {})
    assert not stick.exists()


def test_setting_up_again_keeps_every_object(place: Place, stick: Path) -> None:
    place.put("a", b"x")
    for url in (stick.as_uri(), f"file://localhost{stick}", f"file:{stick}", str(stick)):
        assert set_up_place("again", url, {}).get("a") == b"x"


def test_a_folder_may_have_any_name_a_disk_may_have(tmp_path: Path) -> None:
    folder = tmp_path / "blue stick #1 50% བོད"
    set_up_place("blue stick", folder.as_uri(), {}).put("a", b"x")
    assert open_place("blue stick", str(folder), {}).get("a") == b"x"


def test_another_stick_under_the_same_mount_point_is_filled_from_the_start(place: Place, stick: Path) -> None:
    place.put("a", b"x")
    stick.rename(stick.with_name("first"))
    set_up_place("second", str(stick), {})
    place.put("a", b"y")
    assert (stick / "a" / "a").read_bytes() == b"y"


def test_a_planted_link_is_not_followed_out(place: Place, stick: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not in the place")
    place.put("sound", b"x")
    (stick / "s" / "steal").symlink_to(secret)
    with pytest.raises(NotThere):
        place.get("steal")
    with pytest.raises(NotThere):
        place.stat("steal")
    assert [*place.list()] == ["sound"]
    place.put("steal", b"ours")  # replaces the link, not what it leads to
    assert secret.read_bytes() == b"not in the place"
    assert place.get("steal") == b"ours"


def test_a_planted_shelf_that_leads_out_takes_and_shows_nothing(place: Place, stick: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "shown").write_bytes(b"x")
    (stick / "s").symlink_to(outside)
    (stick / "t").write_bytes(b"a file where a shelf would be")
    assert [*place.list()] == []
    for name in ("shown", "table"):
        with pytest.raises(NotThere):
            place.get(name)
        with pytest.raises(PlaceRefused):
            place.put(name, b"x")
    assert [*outside.iterdir()] == [outside / "shown"]


def test_a_marker_that_is_a_link_is_not_written_through(stick: Path, tmp_path: Path) -> None:
    stick.mkdir()
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (stick / MARKER).symlink_to(victim)
    with pytest.raises(PlaceRefused):
        set_up_place("blue stick", str(stick), {})
    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder"])
def test_what_is_not_a_file_is_not_there_and_stops_nobody(place: Place, stick: Path, kind: str) -> None:
    place.put("planned", b"x")
    planted = stick / "p" / "planted"
    if kind == "pipe":
        os.mkfifo(planted)
    elif kind == "folder":
        planted.mkdir()
    else:
        listener = socket.socket(socket.AF_UNIX)
        with contextlib.chdir(planted.parent), listener:
            listener.bind(planted.name)
    with pytest.raises(NotThere):
        place.get("planted")
    assert [*place.list()] == ["planned"]


def test_hostile_names_in_the_folder_are_passed_over(place: Place, stick: Path) -> None:
    place.put("9good", b"x")
    for name in ("9é", "9A", "9 b", "9b.", "8other-shelf", ".9hidden", "9\n", "9" * 129, MARKER):
        (stick / "9" / name).write_bytes(b"x")
    (stick / "9" / os.fsdecode(b"9\xff\xfe")).write_bytes(b"x")
    (stick / "99").mkdir()
    (stick / "9loose").write_bytes(b"x")
    assert [*place.list()] == ["9good"]


def test_a_giant_is_not_read_into_memory(place: Place, stick: Path) -> None:
    place.put("giant", b"x")
    with (stick / "g" / "giant").open("r+b") as file:
        file.truncate(1 << 40)  # sparse
    with pytest.raises(PlaceError, match="at most"):
        place.get("giant")


def test_what_is_lent_is_all_of_it_whatever_was_lent_before(place: Place, stick: Path) -> None:
    assert isinstance(place, FolderPlace)
    sizes = (9 << 18, 5 << 18, (5 << 18) + 4095, (9 << 18) + 17, 9)
    data = {f"{number}" * 8: random.Random(size).randbytes(size) for number, size in enumerate(sizes)}
    for name, each in data.items():
        place.put(name, each)
    for _ in range(2):
        for name, each in data.items():
            assert bytes(place.lend(name)) == each == place.get(name)


def test_what_one_is_lent_stays_while_others_are_lent_something_else(place: Place, stick: Path) -> None:
    assert isinstance(place, FolderPlace)
    lender, lent = place, threading.Barrier(4, timeout=120)
    data = {letter * 8: random.Random(letter).randbytes((5 << 18) + number) for number, letter in enumerate("abcd")}
    for name, each in data.items():
        place.put(name, each)

    def is_whole(name: str) -> bool:
        room = lender.lend(name)
        lent.wait()  # all have theirs before any is looked at
        other = lender.get(name)  # in memory of its own: what is lent next does not change it
        with contextlib.suppress(NotThere):
            lender.lend("e" * 8)
        return bytes(room) == data[name] == other and isinstance(room, memoryview)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(is_whole, data))


def test_a_full_disk_is_full_and_keeps_what_it_had(tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "size=1m") as folder:
        place = set_up_place("small", str(folder), {})
        place.put("kept", bytes(300_000))
        with pytest.raises(PlaceFull, match="No space left"):
            place.put("large", bytes(2_000_000))
        with pytest.raises(PlaceFull):
            place.put("kept", bytes(2_000_000))
        assert [*place.list()] == ["kept"]
        assert place.get("kept") == bytes(300_000)
        place.put("next", bytes(500_000))  # the half object gave its room back


def test_a_file_that_may_not_grow_is_full(place: Place) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(PlaceFull):
            place.put("large", bytes(200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [*place.list()] == []


def test_a_disk_mounted_read_only_refuses_and_is_still_read(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as folder:
        place = set_up_place("disk", str(folder), {})
        place.put("a", b"x")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        for name in ("a", "b"):
            with pytest.raises(PlaceRefused, match="Read-only"):
                place.put(name, b"x")
        with pytest.raises(PlaceRefused, match="Read-only"):
            place.delete("a")
        assert place.get("a") == b"x"
        assert [*place.list()] == ["a"]


def test_a_folder_without_permission_refuses(place: Place, stick: Path) -> None:
    place.put("a", b"x")
    (stick / "a" / "a").chmod(0o444)  # whoever runs this may have files that others cannot read
    for folder in (stick, stick / "a"):
        folder.chmod(0o555)
    with as_nobody(stick.parent):
        for name in ("a", "b"):
            with pytest.raises(PlaceRefused, match="Permission denied"):
                place.put(name, b"x")
        assert place.get("a") == b"x"
    for folder in (stick, stick / "a"):
        folder.chmod(0o755)


WRITER = textwrap.dedent("""
    import hashlib, sys
    from tamizdat.places import open_place
    place = open_place("stick", sys.argv[1], {})
    for number in range(10**9):
        data = hashlib.shake_128(f"{sys.argv[2]}{number}".encode()).digest(300_000)
        place.put(hashlib.sha256(data).hexdigest(), data)
        sys.stdout.write(hashlib.sha256(data).hexdigest() + "\\\\n")
        sys.stdout.flush()
""").replace("\\\\", "\\")


def test_a_killed_writer_leaves_whole_objects_and_its_leftovers_are_cleared(place: Place, stick: Path) -> None:
    acknowledged: set[str] = set()
    for round_number in range(6):
        with started_writer(stick, str(round_number)) as writer:
            assert writer.stdout is not None
            acknowledged.add(writer.stdout.readline().strip())
            time.sleep(0.03 * round_number)
            writer.send_signal(signal.SIGKILL)
            acknowledged |= {line.strip() for line in writer.stdout.readlines() if len(line) == 65}
    listed = {*place.list()}
    assert acknowledged <= listed
    assert all(place.stat(name) == 300_000 for name in listed)
    for letter in "0123456789abcdef":
        (stick / letter).mkdir(exist_ok=True)
        (stick / letter / f".{letter}dead.0.part").write_bytes(b"half")
        FolderPlace("next run", stick).put(f"{letter}1", b"x")
    assert [*stick.rglob("*.part")] == []


def test_a_living_writer_is_not_swept_away_by_others_who_start(place: Place, stick: Path) -> None:
    """Each new FolderPlace sweeps; many of them at once must not take each other's temporary files."""
    failures: list[BaseException] = []

    def put_as_a_new_run(number: int) -> None:
        try:
            for step in range(25):
                FolderPlace("run", stick).put(f"same-shelf-{number}-{step}", os.urandom(20_000))
        except PlaceError as error:
            failures.append(error)

    threads = [threading.Thread(target=put_as_a_new_run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len([*place.list()]) == 150
    assert [*stick.rglob("*.part")] == []


@pytest.mark.parametrize("url", ["relative/folder", "./x", "file://elsewhere/x", "file:relative", "", "~/x", "/a\0b"])
def test_only_an_absolute_folder_of_this_machine_is_a_place(url: str) -> None:
    with pytest.raises(UsageError):
        open_place("blue stick", url, {})


def each_way_to_use(place: Place) -> list[Callable[[], object]]:
    return [
        lambda: place.put("a", b"x"),
        lambda: place.get("a"),
        lambda: place.stat("a"),
        lambda: place.delete("a"),
        lambda: [*place.list()],
    ]


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root, so this was not checked")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Without root's power to write everywhere; every folder above must let others through."""
    if os.geteuid() != 0:
        yield
        return
    above = {path: path.stat().st_mode for path in (folder, *folder.parents)}
    for path, mode in above.items():
        path.chmod(mode | 0o011)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        for path, mode in above.items():
            path.chmod(mode)


@contextlib.contextmanager
def started_writer(stick: Path, seed: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", WRITER, str(stick), seed]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        try:
            yield writer
        finally:
            writer.kill()
