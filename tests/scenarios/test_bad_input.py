"""What can be on a card, or happen to it: each ends in a typed error or a mark, and the rest is carried on."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.field_and_desk import World
from tamizdat.encoding import safe_path
from tamizdat.errors import StorageRefused, UsageError
from tamizdat.footage import verified_read

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: to mount a card, or to stop being root")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"an honest note")
        yield made


ODD_NAMES: list[str | bytes] = [
    "གངས་རིའི་ལམ།.JPG",
    "مقابلة ٣ – ليلى.mp4",
    "采访 (第二次)‏.MOV",
    "two\nlines.txt",
    "back\\slash.txt",
    "C:drive.txt",
    "..\\..\\up.txt",
    "ends in a dot.",
    "ends in a space ",
    "bell\a and escape\x1b[2J.txt",
    "\u202egpj.exe",
    "percent%3A.txt",
    "-rf",
    "~",
    "...",
    b"latin1-\xe9\xff.txt",
    b"\xff\xfe",
    "ག" * 83 + ".JPG",  # 253 bytes, the most there may be is 255: with its preview's ending it is too long
    "1:2" * 80 + ".mp4",  # grows when it is escaped
    "a" * 255,
    b"\xff" * 255,
]


def test_names_in_any_script_and_names_made_to_hurt_are_carried_and_wiped(world: World) -> None:
    for number, name in enumerate(ODD_NAMES):
        world.write(b"DCIM/" + os.fsencode(name), f"file {number}".encode())
    arrival = world.carry()
    assert arrival.underway == []
    archived = world.archived()
    assert sorted(archived.values()) == sorted(world.on_card().values())
    for path in archived:
        assert safe_path(path) == path
    for kept in ("DCIM/གངས་རིའི་ལམ།.JPG", "DCIM/مقابلة ٣ – ليلى.mp4", "DCIM/-rf"):
        assert kept in archived, "a name in any script stays as it is"
    wiped = world.wipe(world.receipt())
    assert wiped.kept == ()
    assert world.on_card() == {}


def test_two_names_that_become_one_by_escaping_are_both_carried(world: World) -> None:
    world.write("x:y.txt", b"one")
    world.write("x%3Ay.txt", b"two")
    world.carry()
    assert sorted(world.archived().values()) == sorted(world.on_card().values())


def test_links_pipes_and_sockets_are_left_out_and_said_so(world: World, tmp_path: Path) -> None:
    secret = tmp_path / "outside.txt"
    secret.write_bytes(b"not on the card")
    (world.card / "link.txt").symlink_to(secret)
    (world.card / "folder").symlink_to(tmp_path, target_is_directory=True)
    (world.card / "loop").symlink_to(world.card, target_is_directory=True)
    os.mkfifo(world.card / "pipe.mp4")
    os.mknod(world.card / "socket", stat.S_IFSOCK | 0o600)
    sealed = world.seal()
    assert {item.path: item.why for item in sealed.left_out} == {
        "link.txt": "a symbolic link; links are not followed",
        "folder": "a symbolic link; links are not followed",
        "loop": "a symbolic link; links are not followed",
        "pipe.mp4": "not a plain file",
        "socket": "not a plain file",
    }
    world.send()
    world.receive()
    assert list(world.archived()) == ["a.txt"]
    world.wipe(world.receipt())
    assert secret.exists()
    assert (world.card / "link.txt").is_symlink()


def test_a_clip_of_0_bytes_is_carried(world: World) -> None:
    world.write("C0035.MP4", b"")
    sealed = world.seal()
    assert [item.path for item in sealed.left_out] == ["C0035.MP4.jpg"], "it has no preview, and that is said"
    world.send()
    world.receive()
    assert world.archived() == world.on_card()


def test_an_empty_card_is_refused(tmp_path: Path) -> None:
    with World(tmp_path) as world, pytest.raises(UsageError, match="found none that can be read"):
        world.seal()


LARGE = 7_500_000  #: bytes; read by steps of one MiB, more than is read ahead


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def shrink(path: Path) -> None:
    os.truncate(path, 5_000_000)


def rewrite(path: Path) -> None:
    path.write_bytes(b"2" * LARGE)


def delete(path: Path) -> None:
    path.unlink()


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("change", "state"),
    [(grow, "changed while read"), (rewrite, "changed while read"), (shrink, "cut short"), (delete, "whole")],
)
def test_a_file_that_changes_while_it_is_read_is_carried_and_marked_and_never_wiped(
    world: World, change: object, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified_read, "STEP", 1 << 20)
    path = world.write("clip.bin", b"1" * LARGE)
    world.write("older.bin", b"the rest is carried on", seconds=1_200_000_000)
    seen = 0

    def disturb(size: int) -> None:
        nonlocal seen
        if seen < 4_500_000 <= seen + size:
            change(path)  # type: ignore[operator]
        seen += size

    world.seal(progress=disturb)
    world.send()
    world.receive()
    assert world.states() == {"a.txt": "whole", "clip.bin": state, "older.bin": "whole"}
    kept = world.wipe(world.receipt()).kept
    assert kept == (() if change is delete else ("clip.bin",))


@pytest.mark.parametrize("change", [delete, replace_by_pipe])
def test_a_file_that_vanishes_before_its_turn_is_told_and_the_rest_carried_on(world: World, change: object) -> None:
    path = world.write("clip.bin", b"1" * 5_000_000)
    world.write("older.bin", b"the rest is carried on", seconds=1_200_000_000)

    def disturb(size: int) -> None:
        if path.is_file():
            change(path)  # type: ignore[operator]

    sealed = world.seal(progress=disturb)
    assert sealed.is_lacking
    marked = {} if change is delete else {"clip.bin": "cut short"}  # of what is not there no zeros are sent
    assert {entry.path: entry.state for entry in sealed.marked} == marked
    assert [entry.path for entry in sealed.left_out] == (["clip.bin"] if change is delete else [])
    world.send()
    world.receive()
    assert world.states() == {"a.txt": "whole", **marked, "older.bin": "whole"}


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """For a while this process is no longer root, and *folder* belongs to whom it is then."""
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 65534, 65534)
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others than root can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@needs_root
def test_an_unreadable_file_and_folder_are_left_out_and_the_rest_is_carried(open_folder: Path) -> None:
    with World(open_folder) as world:
        world.write("fine.bin", b"fine")
        world.write("locked.bin", b"locked").chmod(0)
        world.write("vault/inside.bin", b"inside")
        with as_nobody(open_folder):
            (world.card / "vault").chmod(0)
            sealed = world.seal()
            world.send()
            world.receive()
        assert {item.path: item.why for item in sealed.left_out} == {
            "locked.bin": "cannot be read: Permission denied",
            "vault": "a folder that cannot be listed",
        }
        assert list(world.archived()) == ["fine.bin"]


@needs_root
def test_no_permission_to_write_the_outbox_is_told_and_nothing_of_the_card_in_the_message(open_folder: Path) -> None:
    with World(open_folder) as world:
        world.write("fine.bin", b"fine")
        with as_nobody(open_folder):
            (world.field.folder / "consignments").mkdir(mode=0o500)
            with pytest.raises(StorageRefused, match="Permission denied") as caught:
                world.seal()
        assert "fine" not in str(caught.value)
        (world.field.folder / "consignments").chmod(0o700)
        world.carry()
        assert world.archived() == world.on_card()


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[None]:
    if subprocess.run(["mount", "-o", "loop", image, at], capture_output=True, check=False).returncode != 0:
        pytest.skip("this system mounts no loop devices")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", at], check=False, capture_output=True)


@pytest.fixture
def failing_card(world: World) -> Iterator[Path]:
    """A real card, the second half of which the disk will no longer give (input/output error)."""
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("needs root and mkfs.ext4, to mount a card")
    image = world.folder / "card.img"
    with image.open("wb") as file:
        file.truncate(48 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0", image], check=True, capture_output=True)
    with mounted(image, world.card):
        world.write("small.bin", b"still readable")
        world.write("clip.bin", os.urandom(20_000_000), seconds=1_200_000_000)
        os.sync()
        os.truncate(image, 18 << 20)
        Path("/proc/sys/vm/drop_caches").write_text("3")
        yield image


def test_a_card_with_bad_sectors_gives_what_it_can_and_the_rest_is_marked(world: World, failing_card: Path) -> None:
    sealed = world.seal()
    assert [(entry.path, entry.state) for entry in sealed.marked] == [("clip.bin", "cut short")]
    world.send()
    world.receive()
    assert world.states()["small.bin"] == "whole"
    assert "clip.bin" in world.wipe(world.receipt()).kept
