"""Sealing and receiving a card beside the tools people use for it today, in one run.

::

    .venv/bin/python bench/carry.py [--size MIB] [--small N] [--runs N] [--work DIR]

The card: four large files (2 GiB together) and 2,000 small ones, random bytes, so that nobody gains by compressing.
Whatever is installed of restic, borg, rclone (crypt), age and sha256sum is run on the same card, each writing to
folders of the same disk. The order is turned from run to run, and (as root) the system's cache is emptied before each
command: everybody starts cold, as with a card that was just plugged in. Printed are medians of wall-clock seconds, of
seconds until the disk has what was written ("settled": tamizdat and borg wait for it, the others leave it in the
system's cache), of CPU seconds (of the process and its children), the largest resident memory, and the ratio to
tamizdat.

tamizdat is run as a person would, from the command line, key file and scrypt included, compiled by an earlier start.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from timing import surroundings

PASSPHRASE = b"correct horse battery staple\n"


@dataclass(frozen=True)
class Run:
    """One finished command: seconds of clock and of CPU, MiB of resident memory of the largest process.

    *settled*: seconds until the disk had all of it.
    """

    wall: float
    settled: float
    cpu: float
    memory: float


def measure(argv: list[str], secret: bool = False, **settings: object) -> Run:
    """Runs *argv* to its end; a command that fails ends the bench."""
    os.sync()
    with contextlib.suppress(OSError):  # everybody starts cold, as with a card that was just plugged in; needs root
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
    handles: tuple[int, ...] = ()
    if secret:
        read, write = os.pipe()
        os.write(write, PASSPHRASE)
        os.close(write)
        argv = [*argv, "--passphrase-fd", str(read)]
        handles = (read,)
    started = time.monotonic()
    settings.setdefault("env", surroundings())
    process = subprocess.Popen(argv, pass_fds=handles, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **settings)  # type: ignore[call-overload]  # env and cwd, as given
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    os.sync()
    settled = time.monotonic() - started
    for handle in handles:
        os.close(handle)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{argv[0]} failed: {errors.decode(errors='replace')[-500:]}")
    return Run(wall, settled, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def make_card(card: Path, size: int, small: int) -> None:
    """Four large files and *small* small ones of 4 to 60 kB."""
    (card / "DCIM").mkdir(parents=True)
    for number in range(4):
        with (card / "DCIM" / f"A{number:03}.bin").open("wb") as file:
            for _ in range(size // 4):
                file.write(os.urandom(1 << 20))
    for number in range(small):
        folder = card / f"small{number % 20:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:05}.dat").write_bytes(os.urandom(4096 + number * 28))


class Tamizdat:
    """Field, desk and places for one shape: k of n."""

    def __init__(self, work: Path, places: int, survive: int) -> None:
        self.work = work
        self.survive = survive
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        self._run("setup", "desk", "--no-passphrase", "--home", "desk")
        self._run("keys", "invite", "bench", "--out", "invitation", "--home", "desk")
        said = self._run("setup", "field", "--invitation", "invitation", "--home", "field", "--json", secret=True)
        device = json.loads(said.splitlines()[-1])["device"]
        self._run("keys", "accept", device, "bench", "--home", "desk")
        for number in range(places):
            for home in ("desk", "field"):
                self._run("places", "add", f"p{number}", f"p{number}", "--home", home, secret=home == "field")

    def _argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "tamizdat.cli.main", *words]

    def _run(self, *words: str, secret: bool = False) -> str:
        argv = self._argv(*words)
        handles: tuple[int, ...] = ()
        if secret:
            read, write = os.pipe()
            os.write(write, PASSPHRASE)
            os.close(write)
            argv += ["--passphrase-fd", str(read)]
            handles = (read,)
        done = subprocess.run(argv, cwd=self.work, pass_fds=handles, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"tamizdat {words[0]} failed: {done.stderr}")
        return done.stdout

    def seal(self, card: Path) -> Run:
        """Into the outbox."""
        argv = self._argv("seal", str(card), "--survive", str(self.survive), "--home", "field")
        return measure(argv, secret=True, cwd=self.work)

    def send(self) -> Run:
        """From the outbox to the folders."""
        return measure(self._argv("send", "--home", "field"), secret=True, cwd=self.work)

    def receive(self) -> Run:
        """From the folders to the archive."""
        return measure(self._argv("receive", "--home", "desk"), cwd=self.work)


def tamizdat(work: Path, card: Path, places: int, survive: int) -> dict[str, Run]:
    """Seal, send and receive in one shape."""
    shape = f"{places - survive} of {places}"
    home = Tamizdat(work / "tamizdat", places, survive)
    runs = {f"tamizdat seal {shape}": home.seal(card), f"tamizdat send {shape}": home.send()}
    runs[f"tamizdat receive {shape}"] = home.receive()
    shutil.rmtree(work / "tamizdat")
    return runs


def restic(work: Path, card: Path) -> dict[str, Run]:
    """restic backup and restore of a local repository."""
    env = {
        **os.environ,
        "RESTIC_PASSWORD": "x",
        "RESTIC_REPOSITORY": str(work / "restic"),
        "RESTIC_CACHE_DIR": str(work / "cache"),
    }
    measure(["restic", "init"], env=env)
    runs = {"restic backup": measure(["restic", "backup", "--quiet", str(card)], env=env)}
    runs["restic restore"] = measure(["restic", "restore", "latest", "--target", str(work / "out")], env=env)
    return runs


def borg(work: Path, card: Path) -> dict[str, Run]:
    """borg create and extract, its default compression and encryption."""
    env = {**os.environ, "BORG_PASSPHRASE": "x", "BORG_BASE_DIR": str(work / "borgbase")}
    (work / "out").mkdir()
    measure(["borg", "init", "--encryption", "repokey-blake2", str(work / "borg")], env=env)
    runs = {"borg create": measure(["borg", "create", f"{work / 'borg'}::a", str(card)], env=env)}
    runs["borg extract"] = measure(["borg", "extract", f"{work / 'borg'}::a"], env=env, cwd=work / "out")
    return runs


def rclone(work: Path, card: Path) -> dict[str, Run]:
    """rclone crypt to a local folder and back."""
    binary = shutil.which("rclone") or str(Path(sys.executable).with_name("rclone"))
    hidden = subprocess.run([binary, "obscure", "x"], capture_output=True, text=True, check=True).stdout.strip()
    env = {
        **os.environ,
        "RCLONE_CONFIG": str(work / "none"),
        "RCLONE_CONFIG_C_TYPE": "crypt",
        "RCLONE_CONFIG_C_REMOTE": str(work / "crypt"),
        "RCLONE_CONFIG_C_PASSWORD": hidden,
    }
    runs = {"rclone crypt copy": measure([binary, "copy", str(card), "c:"], env=env)}
    runs["rclone crypt back"] = measure([binary, "copy", "c:", str(work / "out")], env=env)
    return runs


def age(work: Path, card: Path) -> dict[str, Run]:
    """tar | age, and back, with an X25519 recipient."""
    made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)
    (work / "key").write_text(made.stdout)
    recipient = made.stdout.split("public key: ")[1].split()[0]
    (work / "out").mkdir()
    seal = f"tar -C '{card}' -c . | age -r {recipient} > '{work}/card.age'"
    back = f"age -d -i '{work}/key' '{work}/card.age' | tar -C '{work}/out' -x"
    return {
        "tar | age": measure(["bash", "-o", "pipefail", "-c", seal]),
        "age -d | tar": measure(["bash", "-o", "pipefail", "-c", back]),
    }


def sha256sum(work: Path, card: Path) -> dict[str, Run]:
    """The digests alone."""
    return {"sha256sum": measure(["bash", "-c", f"find '{card}' -type f -print0 | xargs -0 sha256sum > '{work}/sums'"])}


PEERS: dict[str, Callable[[Path, Path], dict[str, Run]]] = {
    "restic": restic,
    "borg": borg,
    "rclone": rclone,
    "age": age,
    "sha256sum": sha256sum,
}


def main() -> None:
    """Runs everything and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=2048, help="MiB of large files (default: 2048)")
    parser.add_argument("--small", type=int, default=2000, help="small files (default: 2000)")
    parser.add_argument("--runs", type=int, default=3, help="runs (default: 3)")
    parser.add_argument("--work", type=Path, default=Path("bench/data"), help="where (default: bench/data)")
    args = parser.parse_args()
    work = args.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    card = work / "card"
    make_card(card, args.size, args.small)
    peers = {
        name: peer
        for name, peer in PEERS.items()
        if shutil.which(name) or (name == "rclone" and Path(sys.executable).with_name("rclone").exists())
    }
    print(
        f"card: {args.size} MiB in 4 files, {args.small} small ones; {os.cpu_count()} cores; peers: {', '.join(peers)}"
    )
    found: dict[str, list[Run]] = {}
    for number in range(args.runs):
        jobs: list[Callable[[], dict[str, Run]]] = [
            lambda: tamizdat(work, card, 1, 0),
            lambda: tamizdat(work, card, 5, 2),
        ]
        jobs += [lambda name=name: _peer(name, work, card) for name in peers]  # type: ignore[misc]  # binds this name
        for job in jobs[number % len(jobs) :] + jobs[: number % len(jobs)]:
            for what, run in job().items():
                found.setdefault(what, []).append(run)
                print(
                    f"  run {number + 1}: {what:<24} {run.wall:6.1f} s, settled {run.settled:6.1f} s  "
                    f"cpu {run.cpu:6.1f} s  {run.memory:6.0f} MiB",
                    flush=True,
                )
    shutil.rmtree(work)
    report(found)


def _peer(name: str, work: Path, card: Path) -> dict[str, Run]:
    folder = work / name
    folder.mkdir()
    try:
        return PEERS[name](folder, card)
    finally:
        shutil.rmtree(folder)


def report(found: dict[str, list[Run]]) -> None:
    """Medians, and how much longer than tamizdat each peer took."""
    median = {what: statistics.median(run.wall for run in runs) for what, runs in found.items()}
    ours = {"out": ("tamizdat seal 1 of 1", "tamizdat seal 3 of 5"), "back": ("tamizdat receive 1 of 1",)}
    back = {"restic restore", "borg extract", "rclone crypt back", "age -d | tar"}
    head = f"median of {len(next(iter(found.values())))} runs"
    print(f"\n{head:<26}{'wall s':>8}{'settled':>9}{'cpu s':>8}{'MiB':>7}   times as long as")
    for what, runs in found.items():
        told = ""
        if not what.startswith("tamizdat"):
            rivals = ours["back" if what in back else "out"]
            told = ", ".join(f"{median[what] / median[each]:.1f} × {each.removeprefix('tamizdat ')}" for each in rivals)
        settled = statistics.median(run.settled for run in runs)
        cpu = statistics.median(run.cpu for run in runs)
        memory = max(run.memory for run in runs)
        print(f"{what:<26}{median[what]:>8.1f}{settled:>9.1f}{cpu:>8.1f}{memory:>7.0f}   {told}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
