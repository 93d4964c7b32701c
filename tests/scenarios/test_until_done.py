"""Sending unattended: it goes on through every failure, and what waits holds no key."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.field_and_desk import CLIP, NOTE, PASSPHRASE, Interruption, Pulled, World
from tamizdat.carrying import deliver, told
from tamizdat.carrying.deliver import Delivery
from tamizdat.carrying.logins import Logins
from tamizdat.carrying.outbox import outboxes
from tamizdat.carrying.told import SOON, Signs, ToldTransfer
from tamizdat.errors import PlaceBusy, PlaceFull, PlaceSilent, PlaceUnreachable
from tamizdat.field.device import FieldDevice
from tamizdat.field.work import Work
from tamizdat.keys import encode_signing_key
from tamizdat.places import set_up_place
from tamizdat.places.memory import MemoryPlace
from tamizdat.sealing.parcel import SMALL_PLAINTEXT

SECRET = "the/login+of+a+place"


class FlakyPlace(MemoryPlace):
    """Fails in turn as places do, and then takes everything."""

    def __init__(self, name: str, failures: list[Exception]) -> None:
        super().__init__(name)
        self.failures = failures

    def put(self, name: str, data: bytes | memoryview) -> None:
        if self.failures:
            raise self.failures.pop()
        super().put(name, data)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "PAUSES", (0.0,))
    monkeypatch.setattr(deliver, "REST", 0.1)
    monkeypatch.setattr(deliver, "LONG_REST", 0.1)


@pytest.mark.usefixtures("quick")
def test_a_place_that_failed_is_tried_again_until_all_is_away(tmp_path: Path) -> None:
    failures = [PlaceUnreachable("gone"), PlaceUnreachable("gone"), PlaceFull("full"), PlaceBusy("busy", 0.05)]
    with World(tmp_path, [FlakyPlace("flaky", [*failures, *failures])]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        told: list[str] = []
        [result] = Delivery(world.field, until_done=True, failed=lambda place, why: told.append(str(why))).run()
        assert (result.waiting, result.failure) == (0, None)
        assert {"gone", "full"} <= set(told)
        world.receive()
        assert world.archived() == world.on_card()


@pytest.mark.usefixtures("quick")
def test_that_a_place_is_tried_again_is_told_no_longer_than_that(tmp_path: Path) -> None:
    with World(
        tmp_path, [FlakyPlace("flaky", [PlaceFull("full")]), FlakyPlace("dead", [PlaceFull("full")] * 9999)]
    ) as world:
        world.write("note.txt", NOTE)
        world.seal()
        device = FieldDevice(world.field.folder, time.monotonic)
        work = Work("sending", 1)
        delivery = device._delivery(world.field, work)
        sending = threading.Thread(target=delivery.run, daemon=True)
        sending.start()
        until = time.monotonic() + 60
        while not (delivery.away and set(work.resting) == {"dead"}) and time.monotonic() < until:
            time.sleep(0.01)
        assert set(work.resting) == {"dead"}
        delivery.stop.set()
        sending.join(60)


def test_a_place_that_failed_while_a_card_was_sealed_rests_no_longer_than_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REST", "LONG_REST"):
        monkeypatch.setattr(deliver, name, 3600.0)
    with World(
        tmp_path, [FlakyPlace("flaky", [PlaceFull("full")]), FlakyPlace("dead", [PlaceFull("full")] * 99)]
    ) as world:
        world.write("note.txt", NOTE)
        world.seal()
        told = threading.Semaphore(0)
        delivery = Delivery(world.field, failed=lambda place, why: told.release())
        delivery.more.set()
        sending = threading.Thread(target=delivery.run, daemon=True)
        sending.start()
        for _ in world.places:
            assert told.acquire(timeout=60)
        delivery.more.clear()
        sending.join(60)
        assert not sending.is_alive()
        assert len(world.spool()) == 1, "the one that had room again was asked once more, the other is given up"


def test_what_is_waited_for_is_told_once_while_a_place_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "PAUSES", (0.0, 0.0, 0.0))
    with World(tmp_path, [FlakyPlace("slow", [PlaceUnreachable("no answer")] * 3)]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        told: list[tuple[str, str]] = []
        [result] = Delivery(world.field, failed=lambda place, why: told.append((place, str(why)))).run()
        assert (result.waiting, result.failure) == (0, None)
        assert told == [("slow", "no answer")]


def test_a_place_that_asks_for_a_pause_gets_it_and_is_no_failure(tmp_path: Path) -> None:
    with World(tmp_path, [FlakyPlace("busy", [PlaceBusy("later", 0.3)])]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        began = time.monotonic()
        [result] = world.send()
        assert (result.waiting, result.failure) == (0, None)
        assert time.monotonic() - began > 0.3


class HangingPlace(MemoryPlace):
    """Takes the bytes and never answers, until it is told to."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.let_go = threading.Event()

    def put_paced(self, name: str, data: memoryview, pace: ToldTransfer) -> None:
        pace.turn()
        pace.moved(1)
        self.let_go.wait(120)
        raise PlaceUnreachable("It hung.")


class SilentPlace(MemoryPlace):
    """Takes connections and answers nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked = 0

    def put_paced(self, name: str, data: memoryview, pace: ToldTransfer) -> None:
        self.asked += 1
        raise PlaceSilent("No answer.")


def test_a_place_that_takes_connections_and_never_answers_is_not_waited_for_again_and_again(tmp_path: Path) -> None:
    silent, other = SilentPlace("silent"), FlakyPlace("other", [PlaceUnreachable("gone")])
    with World(tmp_path, [silent, other]) as world:
        world.write("clip.bin", CLIP)
        world.seal()
        results = {each.place: each for each in Delivery(world.field).run()}
    assert 1 <= silent.asked <= deliver.HANDS
    assert (results["silent"].failure, results["silent"].parcels) == ("No answer.", 0)
    assert (results["other"].failure, results["other"].waiting) == (None, 0), "what failed otherwise is tried again"


class SlowPlace(MemoryPlace):
    """Holds what it was sent, and says so later than anybody waits; it answers no question in time."""

    def __init__(self, name: str, answers: bool) -> None:
        super().__init__(name)
        self.answers = answers

    def put_paced(self, name: str, data: memoryview, pace: ToldTransfer) -> None:
        pace.turn()
        super().put(name, data)
        pace.moved(len(data))
        if self.answers:  # to questions
            raise PlaceSilent("No answer.")

    def stat(self, name: str) -> int:
        if not self.answers:
            raise PlaceSilent("No answer.")
        return super().stat(name)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("answers", [True, False])
def test_a_place_that_takes_a_parcel_and_is_slow_to_answer_is_not_given_up(tmp_path: Path, answers: bool) -> None:
    with World(tmp_path, [SlowPlace("slow", answers)]) as world:
        world.write("clip.bin", CLIP)
        world.seal()
        [result] = Delivery(world.field).run()
        assert (result.waiting, result.failure) == (0, None)
        world.receive()
        assert world.archived() == world.on_card()


class OneAtATime(MemoryPlace):
    """Takes every connection, and answers one of them."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.served = threading.Lock()
        self.counted: Callable[[], int] = lambda: 0  #: how much the run counts as away

    def put_paced(self, name: str, data: memoryview, pace: ToldTransfer) -> None:
        before = self.counted()
        if self.served.acquire(blocking=False):
            try:
                pace.turn()
                time.sleep(0.1)
                super().put(name, data)
                pace.moved(len(data))
            finally:
                self.served.release()
            return
        while self.counted() == before:  # the one that is served
            time.sleep(0.01)
        raise PlaceSilent("No answer.")


def test_a_place_that_answers_one_at_a_time_is_not_given_up(tmp_path: Path) -> None:
    place = OneAtATime("one")
    with World(tmp_path, [place]) as world:
        world.write("clip.bin", CLIP)
        world.write("other.bin", CLIP)
        world.seal()
        assert len(world.spool()) >= deliver.HANDS
        delivery = Delivery(world.field)
        place.counted = lambda: delivery.away
        [result] = delivery.run()
    assert (result.waiting, result.failure) == (0, None)


def test_which_place_gives_no_sign_is_told_and_who_waits_for_a_turn_is_not_among_them() -> None:
    clock = [0.0]
    signs = Signs(lambda: clock[0])
    signs.moved("dead")
    hand = threading.Thread(target=signs.waits, args=("waiting",))
    hand.start()
    hand.join()
    signs.moved("ended")
    signs.ended("ended")
    clock[0] = SOON
    assert signs.lacking() == ()
    clock[0] += 1
    assert signs.lacking() == ("dead",)
    other = threading.Thread(target=signs.moved, args=("dead",))  # another transfer to it moves
    other.start()
    other.join()
    assert signs.lacking() == ()


@pytest.mark.usefixtures("quick")
def test_a_place_that_gives_no_sign_is_named_while_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "SOON", 0.0)
    hanging = HangingPlace("hanging")
    with World(tmp_path, [hanging, MemoryPlace("b")]) as world:
        world.write("clip.bin", CLIP)
        world.seal()

        def named(places: tuple[str, ...]) -> None:
            if "hanging" in places:
                hanging.let_go.set()  # the run ends only because it was named

        Delivery(world.field, silent=named).run()
    assert hanging.let_go.is_set()


def test_a_place_that_hangs_delays_only_itself_and_ending_the_run_does_not_wait_for_it(tmp_path: Path) -> None:
    hanging = HangingPlace("a-hanging-one")
    with World(tmp_path, [hanging, MemoryPlace("b"), FlakyPlace("c", [])]) as world:
        world.write("clip.bin", CLIP)  # enough for each place to get some
        world.seal()
        delivery = Delivery(world.field)
        run = threading.Thread(target=delivery.run, daemon=True)
        run.start()
        end = time.monotonic() + 60
        while time.monotonic() < end and any(not path.name.startswith("1-") for path in world.spool()):
            time.sleep(0.05)
        assert {path.name[:2] for path in world.spool()} == {"1-"}, "only the hanging place's parcels wait"
        delivery.stop.set()
        run.join(60)
        assert not run.is_alive()
        hanging.let_go.set()


def test_parcels_that_an_earlier_run_still_carried_away_do_not_keep_the_next_from_its_end(tmp_path: Path) -> None:
    """A run does not wait for a transfer that hangs; it may come through when the next run has counted its parcel."""
    with World(tmp_path, [MemoryPlace("a")]) as world:
        world.write("clip.bin", CLIP * 8)
        world.seal(parcel_size=lambda: SMALL_PLAINTEXT)
        assert len(world.spool()) > 2 * deliver.HANDS

        def carry_away(size: int) -> None:
            for path in world.spool():
                path.unlink(missing_ok=True)

        run = threading.Thread(target=Delivery(world.field, carry_away).run, daemon=True)
        run.start()
        run.join(60)
        assert not run.is_alive()


def test_who_sends_leaves_a_sealing_to_close_what_it_has_sealed(tmp_path: Path) -> None:
    with World(tmp_path, [MemoryPlace("a")]) as world:
        world.write("note.txt", NOTE)
        world.seal()
        [outbox] = outboxes(world.field.folder)
        (outbox.folder / "making").mkdir()  # its closing is not done
        with world.field.alone("sealing"):
            world.send()
            assert outbox.folder.exists()
        world.send()
        assert not outbox.folder.exists()


def test_a_card_that_is_not_sealed_to_the_end_is_not_away(tmp_path: Path) -> None:
    with World(tmp_path, [set_up_place("stick", str(tmp_path / "stick"), {})]) as world:
        world.field.remove_place("stick")
        world.field.add_place("stick", str(tmp_path / "stick"), {})
        world.write("clip.bin", os.urandom(9_000_000))
        with pytest.raises(Pulled):
            world.seal(progress=Interruption(8_000_000))
        done = run_send(world, "send")
        assert done.returncode == 1
        assert "is not sealed to the end" in done.stdout
        assert "Everything is away" not in done.stdout
        assert world.spool() == []


def test_logins_travel_through_a_descriptor_and_nothing_else_does(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.field.given["cloud"] = MemoryPlace("cloud")
        world.field.add_place("cloud", "s3://bucket/x", {"secret_access_key": SECRET})
        handle = Logins.of(world.field).hand_over()
        os.lseek(handle, 0, os.SEEK_SET)
        handed = os.pread(handle, 1 << 20, 0)
        taken = Logins.take_over(world.field.folder, handle)
        assert [vars(place) for place in taken.places()] == world.field.settings["places"]
        assert SECRET.encode() in handed
        assert not any(secret in handed for secret in secrets_of(world))


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="another process's memory: Linux, the superuser"
)
def test_the_memory_of_the_waiting_process_holds_logins_and_neither_passphrase_nor_key(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        for place in world.places:
            world.field.remove_place(place.name)
        options = {"access_key_id": "x", "secret_access_key": SECRET, "endpoint": "http://127.0.0.1:9"}
        world.field.add_place("cloud", "s3://bucket/x", options)
        world.write("clip.bin", os.urandom(9_000_000))
        world.field.given["cloud"] = MemoryPlace("cloud")
        with pytest.raises(Pulled):  # the consignment stays open, with its state
            world.seal(progress=Interruption(8_000_000))
        with start_send(world, "send", "--until-done") as process:
            try:
                wait_for(lambda: b"--logins-fd" in Path(f"/proc/{process.pid}/cmdline").read_bytes())
                wait_for(lambda: SECRET.encode() in memory_of(process.pid))
                time.sleep(0.5)
                memory = memory_of(process.pid)
                assert not [secret for secret in secrets_of(world) if secret in memory]
            finally:
                process.send_signal(signal.SIGKILL)
                process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="another process's descriptors: Linux")
def test_no_descriptor_of_the_waiting_process_leads_to_the_passphrase(tmp_path: Path) -> None:
    """Who seizes the laptop meanwhile could read the file again, even if it was deleted."""
    with World(tmp_path) as world:
        for place in world.places:
            world.field.remove_place(place.name)
        options = {"access_key_id": "x", "secret_access_key": SECRET, "endpoint": "http://127.0.0.1:9"}
        world.field.add_place("cloud", "s3://bucket/x", options)
        world.write("note.txt", NOTE)
        world.field.given["cloud"] = MemoryPlace("cloud")
        world.seal()
        given = tmp_path / "passphrase"
        given.write_bytes(PASSPHRASE + b"\n")
        with given.open("rb") as file:
            given.unlink()
            argv = ["send", "--until-done", "--home", str(world.field.folder), "--allow-swap"]
            process = subprocess.Popen(
                [sys.executable, "-m", "tamizdat.cli.main", *argv, "--passphrase-fd", str(file.fileno())],
                pass_fds=[file.fileno()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        with process:
            try:
                wait_for(lambda: b"--logins-fd" in Path(f"/proc/{process.pid}/cmdline").read_bytes())
                held = [str(each.resolve()) for each in Path(f"/proc/{process.pid}/fd").iterdir()]
                assert not [name for name in held if "passphrase" in name]
            finally:
                process.kill()


def test_no_module_of_the_folder_that_it_is_started_in_runs_in_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card may be that folder, and hold an argparse.py of whoever wants the logins."""
    with World(tmp_path, [set_up_place("stick", str(tmp_path / "stick"), {})]) as world:
        world.field.remove_place("stick")
        world.field.add_place("stick", str(tmp_path / "stick"), {})
        world.write("note.txt", NOTE)
        world.seal()
        card = tmp_path / "a card"
        card.mkdir()
        (card / "argparse.py").write_text("import os\nos._exit(99)\n")
        monkeypatch.setenv("PYTHONPATH", ":")  # an empty part of it means that folder
        with start_send(world, "send", "--until-done", folder=card) as process:
            _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors


def secrets_of(world: World) -> list[bytes]:
    """Whatever must not lie in the waiting process's memory."""
    keyring = world.field.keyring
    device = keyring.signing["device"]
    seed = device._key.private_bytes_raw()
    return [PASSPHRASE, encode_signing_key(device).encode(), keyring.settings, keyring.settings.hex().encode(), seed]


def memory_of(process: int) -> bytes:
    """All that can be read of a process's memory."""
    found = []
    with Path(f"/proc/{process}/maps").open() as maps, Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights = line.split(" ")[:2]
            begin, end = (int(text, 16) for text in span.split("-"))
            if rights.startswith("rw"):
                try:
                    found.append(os.pread(memory.fileno(), end - begin, begin))
                except OSError:
                    continue
    return b"\0".join(found)


def wait_for(holds: "Iterator[bool] | object") -> None:
    """Wait until something is so."""
    end = time.monotonic() + 60
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def start_send(world: World, *words: str, folder: Path | None = None) -> subprocess.Popen[str]:
    """The command line with the device's passphrase, in a folder."""
    given, giving = os.pipe()
    os.write(giving, PASSPHRASE + b"\n")
    os.close(giving)
    argv = [sys.executable, "-I", "-m", "tamizdat.cli.main", *words, "--home", str(world.field.folder), "--allow-swap"]
    argv += ["--passphrase-fd", str(given)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(argv, cwd=folder, pass_fds=[given], stdout=pipe, stderr=pipe, text=True)
    os.close(given)
    return process


def run_send(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    """The same, to its end."""
    with start_send(world, *words) as process:
        out, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(words, process.returncode, out, errors)
