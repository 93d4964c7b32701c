"""No tamizdat at the desk: what docs/spec/stock-tools.md prints opens consignments that were really sealed.

The scripts are taken out of that page as they stand there. npm's ``age-encryption`` stands in for ``age``, because
Debian's age 1.1.1 does not know hybrid recipients.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from blake3 import blake3

from tamizdat.carrying.deliver import Delivery
from tamizdat.carrying.seal import seal_card
from tamizdat.encoding import sha256_hex
from tamizdat.home.setup import create_desk, create_field, invite
from tamizdat.keys import Recipient, SigningKey
from tamizdat.places import set_up_place
from tamizdat.sealing.age import seal
from tamizdat.sealing.parcel import PAYLOAD, Header, parcel_name, recipients_digest
from tamizdat.sealing.pax import END_OF_ARCHIVE, member

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/spec/stock-tools.md").read_text("utf-8")
NPM = ROOT / "build/npm/node_modules"  # filled by scripts/npm-tools; tests install nothing
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PASSPHRASE = "süß, six random words"
TOOLS = ("node", "tar", "sha256sum", "find", "sed", "dd")

pytestmark = pytest.mark.skipif(
    not (NPM / "age-encryption").is_dir() or any(shutil.which(tool) is None for tool in TOOLS),
    reason="npm's age-encryption (scripts/npm-tools) or a stock tool is not installed: the page's scripts were not run",
)


@dataclass(frozen=True)
class World:
    """A sealed and delivered consignment: its card, its places, the desk's key file in both forms."""

    card: Path
    places: tuple[Path, ...]
    wrapped: Path
    plain: Path
    recipient: str
    bench: Path  # where the scripts lie, and what node needs


def script(name: str) -> str:
    """The block of the page that names itself so in its first two lines: "sh open.sh KEYS …"."""
    blocks = re.findall(r"^```[a-z]+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    [found] = [block for block in blocks if re.match(rf"(#!.*\n)?\W*\w+ {name} ", block)]
    return str(found)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    top = tmp_path_factory.mktemp("stock")
    desk = create_desk(top / "desk", "desk", PASSPHRASE.encode(), work=10)
    invitation = invite(desk, "anna", PASSPHRASE.encode(), NOW, work=10)
    (top / "keys").write_bytes(desk.keyring.encode())  # what 'setup desk --no-passphrase' keeps
    field = create_field(top / "field", invitation, b"six random words", work=10)
    places = tuple(top / name for name in ("blue", "red", "green"))
    for place in places:
        set_up_place(place.name, str(place), {})
        field.add_place(place.name, str(place), {})
    seal_card(field, card(top / "card"), NOW)
    assert all(not each.waiting for each in Delivery(field).run())
    bench = top / "bench"
    bench.mkdir()
    (bench / "node_modules").symlink_to(NPM)
    for name in ("open.sh", "unpack.sh", "mend.py", "age.mjs"):
        (bench / name).write_text(script(name), "utf-8")
    return World(top / "card", places, top / "desk/keys.age", top / "keys", invitation.recipients[0], bench)


def card(folder: Path) -> Path:
    """Four payloads, and the names that go wrong most easily."""
    for name, data in {
        "笔记/2011-04-03 采访.txt": "有人吗?\n".encode(),
        "DCIM/100 གངས་རི།/IMG_0001.MOV": os.urandom(PAYLOAD + 1_000_000),
        "DCIM/it's $HOME `and` \\back *.MOV": os.urandom(PAYLOAD),
        "-rf.MOV": b"",
        "DCIM/" + "long " * 40 + "name.MOV": b"x",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def run(world: World, where: Path, *command: str | Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "AGE": f"node {world.bench / 'age.mjs'}"}
    return subprocess.run(
        [str(part) for part in command], cwd=where, env=environment, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def open_parcels(world: World, where: Path, keys: Path, folders: Sequence[Path]) -> Path:
    """Runs open.sh; the one consignment's folder."""
    where.mkdir(exist_ok=True)
    done = run(world, where, "sh", world.bench / "open.sh", keys, *folders)
    assert done.returncode == 0, done.stderr
    [folder] = where.iterdir()
    return folder


def files(folder: Path) -> dict[bytes, bytes]:
    """Every file below *folder*: path → BLAKE3."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {os.fsencode(path.relative_to(folder)): blake3(path.read_bytes()).digest() for path in found}


@pytest.fixture(scope="module")
def opened(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything arrived, and open.sh has run over all places."""
    return open_parcels(world, tmp_path_factory.mktemp("opened") / "all", world.plain, world.places)


@pytest.fixture
def consignment(opened: Path, tmp_path: Path) -> Path:
    """A copy of it to be harmed."""
    return Path(shutil.copytree(opened, tmp_path / "consignment", copy_function=os.link))


def test_with_every_data_parcel_a_shell_and_tar_are_enough(world: World, consignment: Path) -> None:
    done = run(world, consignment.parent, "sh", world.bench / "unpack.sh", consignment)
    assert done.returncode == 0, done.stderr
    escaped = {name.replace(b"\\", b"%5C"): digest for name, digest in files(world.card).items()}
    assert files(consignment / "files/card") == escaped
    assert (consignment / "files/manifest.json").exists()


def test_the_wrapped_key_file_gives_the_same_identities(world: World, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n", "utf-8")
    script = 'node "$1" -d "$2" 3< "$3"'
    done = run(world, tmp_path, "sh", "-c", script, "sh", world.bench / "age.mjs", world.wrapped, secret)
    assert done.returncode == 0, done.stderr
    assert done.stdout == world.plain.read_text("ascii")


def test_with_a_place_lost_the_python_file_mends(world: World, tmp_path: Path) -> None:
    consignment = open_parcels(world, tmp_path / "some", world.plain, world.places[1:])
    missing = run(world, tmp_path, "sh", world.bench / "unpack.sh", consignment)
    if missing.returncode:  # unless the lost place held parity and fillers only
        assert "breaks off" in missing.stderr
        assert not (consignment / "files").exists()
    mended = run(world, tmp_path, sys.executable, world.bench / "mend.py", consignment)
    assert mended.returncode == 0, mended.stderr
    shutil.rmtree(consignment / "files", ignore_errors=True)
    done = run(world, tmp_path, "sh", world.bench / "unpack.sh", consignment)
    assert done.returncode == 0, done.stderr
    assert len(files(consignment / "files/card")) == len(files(world.card))


def test_every_payload_that_its_group_can_give_back_is_mended(world: World, consignment: Path) -> None:
    parity = [(path.read_bytes()[:512].decode().split("\n")) for path in (consignment / "parity").iterdir()]
    before = files(consignment / "data")
    lost = [int(lines[3].split(" ")[1]) for lines in parity]  # the first payload of each group
    payloads = {number: (consignment / f"data/{number:08d}").read_bytes()[512:] for number in lost}
    for number in lost:
        (consignment / f"data/{number:08d}").unlink()
    done = run(world, consignment.parent, sys.executable, world.bench / "mend.py", consignment)
    assert done.returncode == 0, done.stderr
    assert f"{len(lost)} payloads mended" in done.stdout
    assert files(consignment / "data").keys() == before.keys()
    for number, payload in payloads.items():
        assert (consignment / f"data/{number:08d}").read_bytes()[512:] == payload


def test_a_share_that_went_bad_on_disk_is_not_decoded(world: World, consignment: Path) -> None:
    share = next((consignment / "parity").iterdir())
    data = bytearray(share.read_bytes())
    data[1000] ^= 1
    share.unlink()
    share.write_bytes(data)
    done = run(world, consignment.parent, sys.executable, world.bench / "mend.py", consignment)
    assert done.returncode != 0
    assert "payload and header differ" in done.stderr


def test_an_altered_file_is_found_by_sha256sum(world: World, consignment: Path) -> None:
    payload = consignment / "data/00000001"
    data = bytearray(payload.read_bytes())
    data[100_000] ^= 1
    payload.unlink()
    payload.write_bytes(data)
    done = run(world, consignment.parent, "sh", world.bench / "unpack.sh", consignment)
    assert done.returncode != 0
    assert "FAILED" in done.stdout + done.stderr


def test_too_many_losses_are_said_and_nothing_is_unpacked(world: World, consignment: Path) -> None:
    shutil.rmtree(consignment / "parity")
    (consignment / "parity").mkdir()
    (consignment / "data/00000002").unlink()
    done = run(world, consignment.parent, sys.executable, world.bench / "mend.py", consignment)
    assert "0 payloads mended" in done.stdout
    done = run(world, consignment.parent, "sh", world.bench / "unpack.sh", consignment)
    assert done.returncode == 1
    assert not (consignment / "files").exists()


def test_altered_parcels_and_anothers_are_left_out(world: World, tmp_path: Path) -> None:
    place = tmp_path / "place/a"
    place.mkdir(parents=True)
    stranger = seal(bytes(4 << 20), [Recipient.from_text(world.recipient)])
    for name, data in {
        "0" * 64: b"no age file",
        parcel_name(stranger): stranger,  # for us, and no parcel: zeros have no header
        "1" * 64: stranger[:-1],
        "not-a-parcel": b"",
    }.items():
        (place / name).write_bytes(data)
    where = tmp_path / "where"
    where.mkdir()
    done = run(world, where, "sh", world.bench / "open.sh", world.plain, tmp_path / "place")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("left out") == 3
    assert list(where.iterdir()) == []


@pytest.mark.parametrize("name", ["../planted", "card/../../planted", "/planted", ".profile", "SHA256SUMS/../x"])
def test_a_name_that_leads_elsewhere_is_refused_before_extraction(world: World, tmp_path: Path, name: str) -> None:
    consignment = hostile(tmp_path, member("card/a.txt", b"a", "2026-11-23T00:00:00Z") + evil(name, b"0", ""))
    done = run(world, tmp_path, "sh", world.bench / "unpack.sh", consignment)
    assert done.returncode == 3
    assert not (consignment / "files").exists()
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"5"], ids=["hard link", "symbolic link", "device", "folder"])
def test_anything_but_plain_files_is_refused_before_extraction(world: World, tmp_path: Path, kind: bytes) -> None:
    consignment = hostile(tmp_path, evil("card/etc", kind, "/etc"))
    done = run(world, tmp_path, "sh", world.bench / "unpack.sh", consignment)
    assert done.returncode == 3
    assert not (consignment / "files").exists()


def test_a_file_the_manifest_does_not_list_is_reported(world: World, tmp_path: Path) -> None:
    time = "2026-11-23T00:00:00Z"
    consignment = hostile(tmp_path, member("card/a", b"a", time) + member("card/planted", b"a", time), listed="card/a")
    done = run(world, tmp_path, "sh", world.bench / "unpack.sh", consignment)
    assert done.returncode == 1
    assert "card/planted" in done.stderr


def evil(name: str, kind: bytes, target: str) -> bytes:
    """One tar header as an attacker writes it."""
    head = bytearray(member(name[:99], b"", "2026-11-23T00:00:00Z")[-512:])
    head[0:100] = name.encode().ljust(100, b"\0")
    head[156:157] = kind
    head[157:257] = target.encode().ljust(100, b"\0")
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def hostile(top: Path, members: bytes, listed: str = "card/b") -> Path:
    """A consignment whose stream holds *members* and then a manifest, as open.sh would leave it."""
    time = "2026-11-23T00:00:00Z"
    closing = (
        member("SHA256SUMS", f"{sha256_hex(b'a')}  {listed}\n".encode(), time)
        + member("manifest.json", b"{}", time)
        + END_OF_ARCHIVE
    )
    consignment = top / "consignment"
    (consignment / "data").mkdir(parents=True)
    key = SigningKey.generate()
    payload = (members + closing).ljust(PAYLOAD, b"\0")
    header = Header(key.public, bytes(16), 0, 1, 1, 0, "inventory", blake3(payload).digest(), recipients_digest([]))
    (consignment / "data/00000000").write_bytes(header.signed(key) + payload)
    return consignment
