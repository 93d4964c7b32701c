"""Killed while it sends over a slow line: the one parcel on its way is sent again, and nothing else."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.field_and_desk import NOTE, PASSPHRASE, World
from support.slow_server import SlowServer
from tamizdat.carrying.line_speed import remember
from tamizdat.places import open_place
from tamizdat.sealing.age import sealed_size
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

PARCEL = sealed_size(SMALL_PLAINTEXT, 1)
RATE = 230_000  #: bytes a second: a parcel takes longer than the two seconds that let more than one move
KILLS = 2


def test_a_kill_during_sending_costs_no_more_than_the_one_parcel_on_its_way(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    with SlowServer({"a": "sound"}, RATE) as server, World(tmp_path, [open_place("a", server.url("a"), {})]) as world:
        world.field.remove_place("a")
        world.field.add_place("a", server.url("a"), {})
        world.write("note.txt", NOTE)
        world.write("clip.bin", dice.randbytes(1_400_000))
        world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        parcels = len(world.spool())
        for _ in range(KILLS):
            before = sum(server.sent.values())
            with send(world) as process:
                while sum(server.sent.values()) == before and process.poll() is None:
                    time.sleep(0.02)
                time.sleep(dice.uniform(0, 2.5))
                process.send_signal(signal.SIGKILL)
                process.communicate()
            wait_until_quiet(server)
        with send(world) as process:
            _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert world.spool() == []
        assert len(server.held) == parcels
        assert {len(data) for data in server.held.values()} == {PARCEL}
        wasted = sum(server.sent.values()) - parcels * PARCEL
        # the first parcel of a run is read back before the spool's copy goes, and the next one moves meanwhile: of the
        # one that was read back the place is asked first
        assert wasted <= KILLS * PARCEL, f"seed {seed}: {wasted / PARCEL:.2f} parcels"


@pytest.mark.parametrize("sealing", [False, True], ids=["send", "seal --send"])
def test_ctrl_c_ends_sending_also_while_a_place_hangs(tmp_path: Path, sealing: bool) -> None:
    """Until it let go of the place after 82 seconds, up to 300, nothing was said; after a sealing it went on."""
    with SlowServer({"a": "hang"}) as server, World(tmp_path, [open_place("a", server.url("a"), {})]) as world:
        world.field.remove_place("a")
        world.field.add_place("a", server.url("a"), {})
        world.write("note.txt", NOTE)
        remember(world.field, 1e6, datetime.now(UTC))  # no probe
        if not sealing:
            world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        with send(world, *(["seal", str(world.card), "--send"] if sealing else ["send"])) as process:
            while not (server.sent and is_sealed(world)) and process.poll() is None:
                time.sleep(0.02)
            waiting = world.spool()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=50)  # a place's own time-out is 60 seconds
        assert process.returncode == 130
        assert world.spool() == waiting != []


def wait_until_quiet(server: SlowServer) -> None:
    """What the system had already is still carried; only then is it known what the place holds."""
    before = -1
    while (now := sum(server.sent.values())) != before:
        before = now
        time.sleep(0.2)


def is_sealed(world: World) -> bool:
    """Whether the card is sealed to its end."""
    return any((world.field.folder / "consignments").glob("*/closed"))


def send(world: World, *words: str) -> subprocess.Popen[str]:
    """The command line with the device's passphrase: ``send``, or what else is asked for."""
    given, giving = os.pipe()
    os.write(giving, PASSPHRASE + b"\n")
    os.close(giving)
    argv = [
        sys.executable,
        "-m",
        "tamizdat.cli.main",
        *(words or ["send"]),
        "--home",
        str(world.field.folder),
        "--allow-swap",
    ]
    argv += ["--passphrase-fd", str(given)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(argv, pass_fds=[given], stdout=pipe, stderr=pipe, text=True)
    os.close(given)
    return process
