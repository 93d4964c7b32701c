"""What a card, a courier or an enemy can hand us: each ends in a typed error or a mark, and the rest is carried on."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tamizdat.carrying.founding import invite
from tamizdat.carrying.home import Home
from tamizdat.encoding import parcel_name, safe_path
from tamizdat.errors import BadArchive, StorageRefused, UsageError, WorkRemains, WrongPassphrase
from tamizdat.keys import SealingKey, SigningKey
from tamizdat.sealing.age import seal
from tamizdat.sealing.inventory import INVENTORY, MANIFEST, SIGNATURE, certify, sign_manifest
from tamizdat.sealing.parcel import HEADER, PAYLOAD
from world import NOW, PASSPHRASE, WORK, World

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: to mount a card, or to stop being root")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.write("a.txt", b"an honest note")
        yield made


# What can be on a card ----------------------------------------------------------------------------------------------

ODD_NAMES = [
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
        world.write(os.path.join(b"DCIM", os.fsencode(name)), f"file {number}".encode())
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


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def shrink(path: Path) -> None:
    os.truncate(path, 5_000_000)


def rewrite(path: Path) -> None:
    path.write_bytes(b"2" * 9_000_000)


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
    world: World, change: object, state: str
) -> None:
    path = world.write("clip.bin", b"1" * 9_000_000)
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
def test_a_file_that_vanishes_before_its_turn_is_marked_and_the_rest_carried_on(world: World, change: object) -> None:
    path = world.write("clip.bin", b"1" * 5_000_000)
    world.write("older.bin", b"the rest is carried on", seconds=1_200_000_000)

    def disturb(size: int) -> None:
        if path.is_file():
            change(path)  # type: ignore[operator]

    sealed = world.seal(progress=disturb)
    assert [(entry.path, entry.state) for entry in sealed.marked] == [("clip.bin", "cut short")]
    world.send()
    world.receive()
    assert world.states() == {"a.txt": "whole", "clip.bin": "cut short", "older.bin": "whole"}


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


# Whom it is sealed to, and who opens ----------------------------------------------------------------------------------


def test_a_parcel_sealed_to_another_key_is_counted_and_not_fetched_again(world: World) -> None:
    stranger = seal(bytes(HEADER + PAYLOAD), [SealingKey.generate().recipient])
    world.places[0].put(parcel_name(stranger), stranger)
    arrival = world.carry()
    assert arrival.fetched.by_place["place1"]["not for us"] == 1
    assert world.archived() == world.on_card()
    assert world.receive().fetched.by_place["place1"]["new"] == 0
    invite(world.desk, "tashi", b"", NOW.replace(year=2027), WORK)
    assert world.receive().fetched.by_place["place1"]["not for us"] == 1, "it may be for the new key"


def test_a_wrong_passphrase_opens_nothing(world: World) -> None:
    with pytest.raises(WrongPassphrase):
        Home.open(world.field.folder, "field", b"correct horse batterz")
    assert Home.open(world.field.folder, "field", PASSPHRASE).settings["desk"] == "desk"


# Parcels that are not what they should be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data + b"\0",
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: data[:3000] + bytes([data[3000] ^ 0x80]) + data[3001:],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: os.urandom(len(data)),
    ],
)
@pytest.mark.parametrize("honest_name", [True, False])
def test_a_damaged_parcel_is_left_out_and_its_group_given_by_the_others(
    world: World, damage: object, honest_name: bool
) -> None:
    """*honest_name*: the place (or a courier) damaged it; else somebody put it there under the name of its bytes."""
    world.seal()
    world.send()
    place, name = world.parcels()[0]
    spoilt: bytes = damage(place.get(name))  # type: ignore[operator]
    place.delete(name)
    place.put(name if honest_name else parcel_name(spoilt), spoilt)
    arrival = world.receive()
    assert arrival.fetched.by_place[place.name]["damaged"] == 1
    assert world.archived() == world.on_card()
    again = world.receive().fetched.by_place[place.name]
    assert again["new"] == again["damaged"] == (1 if honest_name else 0), "only what the place may yet mend is asked for"


FORGED_HEADERS = {
    "signed by another key": {"signer": SigningKey.generate()},
    "k of 0": {"k": 0},
    "k greater than n": {"k": 2, "n": 1},
    "n beyond the bound": {"k": 1, "n": 65},
    "n absurd": {"k": 2**40, "n": 2**41},
    "index beyond n": {"index": 1},
    "a negative index": {"index": -1},
    "first beyond the bound": {"first": (1 << 22) + 1},
    "first absurd": {"first": 10**30},
    "a negative first": {"first": -1},
    "an unknown stage": {"stage": "gold"},
    "a stage with a line in it": {"stage": "originals\nfirst 7"},
    "another payload's digest": {"payload": bytes(32)},
    "a short digest": {"payload": bytes(31)},
    "a short group id": {"group": b""},
    "a long group id": {"group": bytes(40)},
    "recipients nobody invited": {"recipients": bytes(32)},
    "a consignment that is no key": {"consignment": bytes(31)},
}


@pytest.mark.parametrize("forged", FORGED_HEADERS.values(), ids=FORGED_HEADERS.keys())
def test_a_parcel_with_a_forged_header_is_damaged_whoever_sealed_it(world: World, forged: dict[str, object]) -> None:
    forger = world.forger()
    forger.send(world.places[0], [forger.parcel(bytes(PAYLOAD), **forged)])  # type: ignore[arg-type]
    arrival = world.carry()
    assert arrival.fetched.by_place["place1"]["damaged"] == 1
    assert world.archived() == world.on_card()
    assert [path.name for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()] == []


def test_a_parcel_of_this_consignment_sealed_again_by_whoever_opened_it_is_only_a_spare(world: World) -> None:
    """The desk's own key was stolen: its thief can re-seal, but not sign for the consignment."""
    from tamizdat.sealing.age import unseal

    world.seal()
    world.send()
    place, name = world.parcels()[0]
    plain = unseal(place.get(name), world.desk.keyring.identities())
    forger = world.forger()
    forged = plain[:HEADER] + bytes(PAYLOAD)
    forger.send(place, [forger.sealed(plain), forger.sealed(forged)])
    arrival = world.receive()
    assert arrival.fetched.by_place[place.name]["damaged"] == 1
    assert world.archived() == world.on_card()


def test_a_group_whose_shares_contradict_each_other_does_not_stop_the_others(world: World) -> None:
    forger, group = world.forger(), os.urandom(16)
    for said in ({"first": 0}, {"first": 5}, {"k": 3}, {"n": 5}, {"stage": "texts"}):
        shape = {"k": 2, "n": 4, "index": 0 if said == {"first": 0} else 1, "group": group, **said}
        forger.send(world.places[0], [forger.parcel(os.urandom(PAYLOAD), **shape)])
    arrival = world.carry()
    assert arrival.fetched.by_place["place1"]["contradicting"] == 4
    assert world.archived() == world.on_card()
    assert [each.consignment for each in arrival.underway] == [forger.key.public]


def test_a_parcel_far_out_takes_no_room_on_the_disk(world: World) -> None:
    forger = world.forger()
    forger.send(world.places[0], [forger.parcel(bytes(PAYLOAD), first=1 << 22, k=64, n=64, index=63)])
    world.carry()
    assert world.archived() == world.on_card()
    [folder] = [path for path in (world.desk.folder / "incoming").iterdir() if path.is_dir()]
    assert (folder / "stream").stat().st_blocks * 512 < 2 * PAYLOAD


# Our own folder, when somebody else was in it -------------------------------------------------------------------------


def cut_off(world: World) -> Path:
    """The folder of a consignment whose sealing was cut off after some of its groups were committed."""
    path = world.write("long.bin", os.urandom(30_000_000))
    seen = 0

    def stop(size: int) -> None:
        nonlocal seen
        seen += size
        if seen > path.stat().st_size * 0.9:
            raise WorkRemains("enough")

    with pytest.raises(WorkRemains):
        world.seal(progress=stop)
    return sorted((world.field.folder / "consignments").iterdir())[0]


@pytest.mark.parametrize("tail", [b"7 ab", b"\0" * 40, b"0 " + b"ab" * 16 + b" 1234"])
def test_a_journal_torn_by_a_power_cut_goes_on_from_its_last_whole_line(world: World, tail: bytes) -> None:
    folder = cut_off(world)
    with (folder / "journal").open("ab") as journal:
        journal.write(tail)
    world.carry()
    assert world.archived() == world.on_card()
    assert len(world.archive.index.consignments()) == 1


@pytest.mark.parametrize("line", [b"garbage\n", b"\n", b"0 zz 00\n", b"9 " + b"ab" * 16 + b"\n", b"\xff\xfe\n"])
def test_a_damaged_journal_is_told_and_abandoning_goes_on(world: World, line: bytes) -> None:
    from tamizdat.carrying.consigning import abandon

    folder = cut_off(world)
    journal = folder / "journal"
    journal.write_bytes(line + journal.read_bytes())
    with pytest.raises(BadArchive, match="--abandon"):
        world.seal()
    assert abandon(world.field) == 1
    arrival = world.carry()
    assert len(arrival.underway) == 1
    assert world.archived() == world.on_card()


def test_a_state_swapped_with_another_consignments_is_refused(world: World, tmp_path: Path) -> None:
    from tamizdat.carrying.consigning import seal_card

    other = tmp_path / "other"
    other.mkdir()
    (other / "b.bin").write_bytes(bytes(30_000_000))

    def stop(size: int) -> None:
        raise WorkRemains("enough")

    for card in (world.card, other):
        with pytest.raises(WorkRemains):
            seal_card(world.field, card, NOW, progress=stop)
    one, two = (world.field.folder / "consignments" / name / "state" for name in ("0001", "0002"))
    states = one.read_bytes(), two.read_bytes()
    one.write_bytes(states[1])
    two.write_bytes(states[0])
    with pytest.raises(BadArchive, match="damaged or exchanged"):
        world.seal()


def test_settings_of_another_device_are_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with World(tmp_path / "x") as other:
        shutil.copy(other.field.folder / "settings", world.field.folder / "settings")
    with pytest.raises(BadArchive, match="damaged or exchanged"):
        Home.open(world.field.folder, "field", PASSPHRASE)


# Consignments no field device would make ------------------------------------------------------------------------------

FILES = {"clip.bin": b"the clip", "note.txt": b"the note"}


def hostile(world: World, name: str) -> dict[str, bytes]:
    """The members of a stream by an *accepted* device gone bad; each differs from an honest one in one thing."""
    forger, other = world.forger(), SigningKey.generate()
    world.hostile = forger  # type: ignore[attr-defined]
    forger.device = world.device
    good = forger.members(FILES)
    entries = [forger.entry(path, data) for path, data in FILES.items()]

    def signed(manifest: bytes) -> dict[str, bytes]:
        return {**good, SIGNATURE: sign_manifest(forger.device, manifest), MANIFEST: manifest}

    def with_path(path: str) -> dict[str, bytes]:
        return {**good, f"card/{path}": b"out", MANIFEST: good[MANIFEST]}

    wrong = [forger.entry("clip.bin", b"the clip", sha256="00" * 32), entries[1]]
    longer = [forger.entry("clip.bin", b"the clip", size=9), entries[1]]
    made = {
        "manifest signed by another device": lambda: {**good, SIGNATURE: sign_manifest(other, good[MANIFEST])},
        "manifest with a cut signature": lambda: {**good, SIGNATURE: good[SIGNATURE][:63]},
        "certificate by another device": lambda: {
            **good,
            INVENTORY: forger.inventory(entries, certificate=certify(other, forger.key.public)),
        },
        "certificate of another consignment": lambda: {
            **good,
            INVENTORY: forger.inventory(entries, certificate=certify(forger.device, other.public)),
        },
        "inventory of another consignment": lambda: {
            **good,
            INVENTORY: forger.inventory(
                entries, consignment=other.public, certificate=certify(forger.device, other.public)
            ),
        },
        "manifest of another consignment": lambda: signed(forger.manifest(entries, consignment=other.public)),
        "a wrong digest": lambda: signed(forger.manifest(wrong)),
        "a wrong size": lambda: signed(forger.manifest(longer)),
        "a file that is not there": lambda: signed(forger.manifest([*entries, forger.entry("gone.bin", b"")])),
        "a file the manifest does not list": lambda: signed(forger.manifest(entries[:1])),
        "a path twice in the manifest": lambda: signed(forger.manifest([*entries, entries[0]])),
        "no inventory": lambda: {name: data for name, data in good.items() if name != INVENTORY},
        "no signature": lambda: {name: data for name, data in good.items() if name != SIGNATURE},
        "an inventory that is no JSON": lambda: {**good, INVENTORY: b"{"},
        "an inventory that is a list": lambda: {**good, INVENTORY: b"[]"},
        "a manifest with a space in it": lambda: signed(good[MANIFEST].replace(b'","', b'", "', 1)),
        "a manifest with a float": lambda: signed(good[MANIFEST].replace(b'"size":8', b'"size":8.5', 1)),
        "a manifest with a huge number": lambda: signed(good[MANIFEST].replace(b'"size":8', b'"size":1' + b"0" * 99)),
        "a manifest nested without end": lambda: signed(b"[" * 100_000 + b"]" * 100_000),
        "a path that leads up, in the manifest": lambda: signed(forger.manifest([forger.entry("../x", b"out")])),
        "a path that leads up, in the inventory": lambda: {
            **good,
            INVENTORY: forger.inventory([forger.entry("a/../../x", b"")]),
        },
        "a path that leads up, in the tar": lambda: with_path("../../../../x"),
        "an absolute path in the tar": lambda: {"/etc/cron.d/x": b"out", **good},
        "a stranger beside the frame": lambda: {"authorized_keys": b"out", **good},
        "a backslash in the tar": lambda: with_path("..\\x"),
        "a newline in the tar": lambda: with_path("a\nb"),
    }
    return made[name]()


HOSTILE = [
    "manifest signed by another device",
    "manifest with a cut signature",
    "certificate by another device",
    "certificate of another consignment",
    "inventory of another consignment",
    "manifest of another consignment",
    "a wrong digest",
    "a wrong size",
    "a file that is not there",
    "a file the manifest does not list",
    "a path twice in the manifest",
    "no inventory",
    "no signature",
    "an inventory that is no JSON",
    "an inventory that is a list",
    "a manifest with a space in it",
    "a manifest with a float",
    "a manifest with a huge number",
    "a manifest nested without end",
    "a path that leads up, in the manifest",
    "a path that leads up, in the inventory",
    "a path that leads up, in the tar",
    "an absolute path in the tar",
    "a stranger beside the frame",
    "a backslash in the tar",
    "a newline in the tar",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_of_a_hostile_consignment_nothing_is_taken_in_and_the_honest_one_beside_it_is(world: World, name: str) -> None:
    members = hostile(world, name)
    forger = world.hostile  # type: ignore[attr-defined]
    forger.send(world.places[0], forger.parcels(forger.stream(members)))
    arrival = world.carry(prove_first=False)
    assert world.archived() == world.on_card()
    [held] = arrival.underway
    assert held.consignment == forger.key.public
    assert held.problem, "the person must be told why"
    assert world.receive(salvage=True).underway
    assert not (world.desk.folder / "x").exists()
    assert not list(world.folder.rglob("authorized_keys"))
    report = world.archive.check()
    assert report.sound


def test_the_hostile_ones_differ_from_an_honest_one_that_is_taken_in(world: World) -> None:
    forger = world.forger()
    forger.device = world.device
    forger.send(world.places[0], forger.parcels(forger.stream(forger.members(FILES))))
    arrival = world.receive()
    assert [taken.complete for taken in arrival.unpacked] == [True]
    assert world.archived().keys() == FILES.keys()
