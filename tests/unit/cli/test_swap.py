"""Swap that is not encrypted is found, whatever it lies on; what cannot be told counts as unencrypted."""

import io
import os
import sys
from pathlib import Path

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK
from tamizdat.cli.main import main
from tamizdat.cli.parser import VERBS
from tamizdat.cli.swap import exposed_swap, parse_swaps, refuse_exposed_swap
from tamizdat.errors import UsageError
from tamizdat.home.setup import create_desk, create_field, invite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc/swaps is Linux's")

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


class Machine:
    """The files under /proc and /sys that say what swap is, as a kernel writes them."""

    def __init__(self, folder: Path) -> None:
        self.swaps, self.sys = folder / "swaps", folder / "sys"
        self.swaps.write_text(HEAD)

    def swap(self, name: str, kind: str = "partition") -> None:
        with self.swaps.open("a") as file:
            file.write(f"{name}    {kind}\t8388604\t0\t-2\n")

    def disk(self, name: str, files: dict[str, str], on: tuple[str, ...] = ()) -> Path:
        device = self.sys / "class" / "block" / name
        device.mkdir(parents=True)
        for path, content in files.items():
            (device / path).parent.mkdir(exist_ok=True)
            (device / path).write_text(content + "\n")
        (device / "slaves").mkdir()
        for below in on:
            (device / "slaves" / below).symlink_to(self.sys / "class" / "block" / below)
        return device

    def exposed(self) -> list[str]:
        return exposed_swap(self.swaps, self.sys)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_no_swap_is_no_exposure(machine: Machine) -> None:
    assert machine.exposed() == []


def test_a_machine_without_the_list_has_no_swap(tmp_path: Path) -> None:
    assert exposed_swap(tmp_path / "absent", tmp_path) == []


def test_a_plain_partition_is_exposed(machine: Machine) -> None:
    machine.disk("sda2", {"partition": "2"})
    machine.swap("/dev/sda2")
    assert machine.exposed() == ["/dev/sda2"]


@pytest.mark.parametrize("uuid", ["CRYPT-LUKS2-0f3c-cryptswap", "CRYPT-PLAIN-swap"])
def test_an_encrypted_disk_is_safe(machine: Machine, uuid: str) -> None:
    machine.disk("dm-1", {"dm/uuid": uuid})
    machine.swap("/dev/dm-1")
    assert machine.exposed() == []


def test_a_volume_on_an_encrypted_disk_is_safe(machine: Machine) -> None:
    machine.disk("dm-0", {"dm/uuid": "CRYPT-LUKS2-0f3c-root"})
    machine.disk("dm-2", {"dm/uuid": "LVM-abcdef"}, on=("dm-0",))
    machine.swap("/dev/dm-2")
    assert machine.exposed() == []


def test_a_volume_on_a_plain_disk_is_exposed(machine: Machine) -> None:
    machine.disk("sda2", {"partition": "2"})
    machine.disk("dm-2", {"dm/uuid": "LVM-abcdef"}, on=("sda2",))
    machine.swap("/dev/dm-2")
    assert machine.exposed() == ["/dev/dm-2"]


def test_a_mirror_with_one_plain_half_is_exposed(machine: Machine) -> None:
    machine.disk("dm-0", {"dm/uuid": "CRYPT-LUKS2-0f3c-a"})
    machine.disk("sdb1", {"partition": "1"})
    machine.disk("md0", {}, on=("dm-0", "sdb1"))
    machine.swap("/dev/md0")
    assert machine.exposed() == ["/dev/md0"]


def test_a_volume_that_only_calls_itself_crypt_is_exposed(machine: Machine) -> None:
    machine.disk("dm-3", {"dm/uuid": "LVM-CRYPT-", "dm/name": "CRYPT-swap"})
    machine.swap("/dev/dm-3")
    assert machine.exposed() == ["/dev/dm-3"]


def test_compressed_memory_is_safe(machine: Machine) -> None:
    machine.disk("zram0", {"backing_dev": "none"})
    machine.swap("/dev/zram0")
    assert machine.exposed() == []


def test_compressed_memory_that_is_written_back_to_a_disk_is_exposed(machine: Machine) -> None:
    machine.disk("zram0", {"backing_dev": "/dev/sda3"})
    machine.swap("/dev/zram0")
    assert machine.exposed() == ["/dev/zram0"]


def test_a_swap_file_on_an_unknown_disk_is_exposed_and_its_name_has_its_space(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "swap file"
    file.touch()
    machine.swap(str(file).replace(" ", "\\040"), "file")
    assert machine.exposed() == [str(file)]


def test_a_swap_file_on_an_encrypted_disk_is_safe(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "swapfile"
    file.touch()
    device = machine.disk("dm-0", {"dm/uuid": "CRYPT-LUKS2-0f3c-root"})
    number = file.stat().st_dev
    (machine.sys / "dev" / "block").mkdir(parents=True)
    (machine.sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}").symlink_to(device)
    machine.swap(str(file), "file")
    assert machine.exposed() == []


def test_a_disk_of_which_nothing_is_known_is_exposed(machine: Machine) -> None:
    machine.swap("/dev/nothing-known")
    assert machine.exposed() == ["/dev/nothing-known"]


def test_only_the_exposed_one_of_several_is_named(machine: Machine) -> None:
    machine.disk("dm-1", {"dm/uuid": "CRYPT-PLAIN-swap"})
    machine.disk("sda2", {"partition": "2"})
    machine.swap("/dev/dm-1")
    machine.swap("/dev/sda2")
    assert machine.exposed() == ["/dev/sda2"]


def test_exposed_swap_is_refused_with_the_way_out_and_allowed_when_asked_for(machine: Machine) -> None:
    machine.swap("/dev/sda2")
    with pytest.raises(UsageError, match=r"swapoff -a.*--allow-swap"):
        refuse_exposed_swap(False, machine.swaps, machine.sys)
    assert refuse_exposed_swap(True, machine.swaps, machine.sys) == ["/dev/sda2"]


def test_the_kernels_own_lines_are_read() -> None:
    text = HEAD + "/dev/dm-1                               partition\t8388604\t0\t-2\n/a\\040b file 1 0 -3\n"
    assert parse_swaps(text) == [("/dev/dm-1", "partition"), ("/a b", "file")]


#: at least one of every verb that takes --allow-swap; of those with second words, each that asks for something
REFUSED = """
backup disk|check --stamp|collect|collect x.zip|desk|desk accounts|desk invite --role editor|export --archive out|field|
keys catch-up --never-published|keys invite anna|keys passphrase|keys print|keys recovery|keys rehearse disk|
keys roster --root root.age|keys rotate --root root.age|objects move|places add x /x|places list|places test|publish|
receive|seal card|send|send --until-done|setup desk|setup field|
wipe card --copies 2 --yes
"""
#: these need no key, or none in a desk that has nothing yet
UNASKED = """
check|export 1 out|find words|forget 1|people list|publish list|publish release 1|reading add x.wav|redact 1 --nobody|
status|story add x.md|transcript add 1 x.srt|translate
"""


def commands(text: str) -> list[str]:
    return text.replace("\n", "").split("|")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("homes")
    desk = create_desk(folder / "desk", "ourdesk", PASSPHRASE, WORK)
    create_field(folder / "field", invite(desk, "anna", PASSPHRASE, NOW), PASSPHRASE, WORK)
    for name in ("disk", "card"):
        (folder / name).mkdir()
    for name in ("x.zip", "x.wav", "x.md", "x.srt", "root.age"):
        (folder / name).write_bytes(b"")
    return folder


def test_the_lists_have_every_verb_that_could_ask() -> None:
    listed = {command.split()[0] for command in [*commands(REFUSED), *commands(UNASKED)]}
    assert listed == {verb.name for verb in VERBS if verb.swap}


@pytest.mark.parametrize("command", [*commands(REFUSED), *commands(UNASKED)])
def test_no_verb_reads_a_secret_where_it_could_be_swapped_out(
    command: str, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamizdat.cli.swap.exposed_swap", lambda *_: ["/swapfile"])
    monkeypatch.chdir(homes)
    verb = command.split()[0]
    home = "new" if verb == "setup" else "field" if verb in ("seal", "send", "wipe", "field") else "desk"
    given = (PASSPHRASE + b"\n") * 20
    read, write = os.pipe()
    os.write(write, given)
    os.close(write)
    words = {"field": [], "keys rehearse disk": ["--recovery-fd", str(read)]}
    asked = words.get(command, ["--passphrase-fd", str(read)])
    shown = io.StringIO()
    main([*command.split(), "--home", home, *asked], shown, shown)
    assert os.read(read, 1 << 16) == given, "not a letter of it was read"
    os.close(read)
    if command in commands(REFUSED):
        assert "Unencrypted swap is in use" in shown.getvalue()
