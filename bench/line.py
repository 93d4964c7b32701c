"""A poor line between a card and its places, beside rclone crypt and restic on the same line and with the same cuts.

::

    sudo .venv/bin/python bench/line.py [--places 1 5] [--cuts none reset silence] [--seconds 240] [--peers]
    sudo .venv/bin/python bench/line.py --first        what the desk has of a card of 20 GB, and when

Three network namespaces make the line, so it needs root and ``ip`` and ``tc``, and nothing else of this machine is
touched::

    hotel ── 1 Mbit/s each way, MTU 1500 ── middle ── abroad: one S3 server (rclone, TLS) for each place

*reset*: every 60 seconds all connections are reset by the far side. *silence*: every 60 seconds nothing comes through
for 20, without a word. ``--delay 300`` makes it a line by satellite: each packet needs 300 ms each way, through a relay
of our own between two TUN devices, for not every kernel has netem.

What the line could carry is its rate, 125,000 bytes a second with all headers, times the seconds in which it was up.
*Goodput* is the bytes of whole objects in the places by that.

``--congestion`` names TCP's congestion control in the hotel. On so slow a line cubic, which most computers have, does
what reno does; and reno is what every namespace may choose.

The desk reads the places' disks directly: it has a good line. Beside goodput from the moment at which the command was
typed (passphrase, probe of the line and the first sealing among it) stands that between the first whole object and the
last. ``--first`` tells when the desk has the inventory, all notes and a contact sheet of a card of 20 GB, whose 40
clips are a real second each and a hole behind it, so that they take no room.
"""

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import random
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from timing import surroundings

PREFIX = f"tz{os.getpid()}-"  #: of our namespaces
RATE = 125_000  #: bytes a second of the line
SHEET = 24  #: previews of a contact sheet
SPOOL = "2g"  #: the field device's disk, in memory
PATIENCE = 300  #: seconds for the first news
EVERY, SILENCE = 60, 20  #: seconds between two cuts; how long a silent one lasts
QUEUE = 0.3  #: seconds of the line that wait in front of it
ETHERNET = 14  #: bytes of a packet's header that count on the line
PASSPHRASE = b"correct horse battery staple\n"
KEY, SECRET = "benchbenchbenchbench", "benchbenchbenchbenchbench"
HOST = "10.77.2.2"
LINKS = (
    ("hotel", "h0", "10.77.1.2"),
    ("middle", "h1", "10.77.1.1"),
    ("middle", "a1", "10.77.2.1"),
    ("abroad", "a0", HOST),
)


RCLONE_S3 = {
    "TYPE": "s3",
    "PROVIDER": "Other",
    "ENDPOINT": f"https://{HOST}:9000",
    "ACCESS_KEY_ID": KEY,
    "SECRET_ACCESS_KEY": SECRET,
}


def say(text: str) -> None:
    """A line of the report, at once."""
    print(text, flush=True)


def run(*argv: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a command that must succeed."""
    return subprocess.run(argv, check=True, capture_output=True, text=True, env=env)


def inside(name: str, *argv: str) -> list[str]:
    """A command in one of our namespaces."""
    return ["ip", "netns", "exec", f"{PREFIX}{name}", *argv]


@contextlib.contextmanager
def line() -> Iterator[None]:
    """The three namespaces."""
    names = [f"{PREFIX}{name}" for name in ("hotel", "middle", "abroad")]
    for name in names:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "set", "lo", "up")
    try:
        for (left, one, _), (right, other, _) in (LINKS[:2], LINKS[2:]):
            run(
                "ip",
                "link",
                "add",
                one,
                "netns",
                f"{PREFIX}{left}",
                "type",
                "veth",
                "peer",
                "name",
                other,
                "netns",
                f"{PREFIX}{right}",
            )
        for name, link, address in LINKS:
            run("ip", "-n", f"{PREFIX}{name}", "addr", "add", f"{address}/24", "dev", link)
            run("ip", "-n", f"{PREFIX}{name}", "link", "set", link, "up")
        run("ip", "-n", f"{PREFIX}hotel", "route", "add", "default", "via", "10.77.1.1")
        run("ip", "-n", f"{PREFIX}abroad", "route", "add", "default", "via", "10.77.2.1")
        run(*inside("middle", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1"))
        for link in ("h1", "a1"):
            shape = ["tbf", "rate", f"{8 * RATE}", "burst", "2kb", "latency", "300ms"]
            run(*inside("middle", "tc", "qdisc", "add", "dev", link, "root", *shape))
        yield
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


class Relay(threading.Thread):
    """The line as a relay between two TUN devices: *delay* seconds each way, one rate, a short queue before it."""

    def __init__(self, delay: float) -> None:
        super().__init__(daemon=True)
        self.silent = False
        self._delay, self._ended = delay, threading.Event()

    @contextlib.contextmanager
    def running(self) -> Iterator["Relay"]:
        """Makes the namespaces and carries packets within the block."""
        names = [f"{PREFIX}{name}" for name in ("hotel", "abroad")]
        for name in names:
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        try:
            self.start()
            time.sleep(0.5)
            for name, link, address in (LINKS[0], LINKS[3]):
                run("ip", "-n", f"{PREFIX}{name}", "addr", "add", f"{address}/24", "dev", link)
                run("ip", "-n", f"{PREFIX}{name}", "link", "set", link, "up")
                run("ip", "-n", f"{PREFIX}{name}", "route", "add", "default", "dev", link)
            yield self
        finally:
            self._ended.set()
            self.join()
            for name in names:
                subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def run(self) -> None:
        """Carry packets until the end; this thread enters the namespaces to open their devices."""
        ends = [_tun(f"{PREFIX}{name}", link) for name, link, _ in (LINKS[0], LINKS[3])]
        other = dict(zip(ends, reversed(ends), strict=True))
        free = dict.fromkeys(ends, 0.0)  # when the line is free for what comes from there
        under_way: dict[int, deque[tuple[float, bytes]]] = {end: deque() for end in ends}
        while not self._ended.is_set():
            due = min((queue[0][0] for queue in under_way.values() if queue), default=time.monotonic() + 0.1)
            for end in select.select(ends, [], [], max(0.0, due - time.monotonic()))[0]:
                packet, now = os.read(end, 2048), time.monotonic()
                if self.silent or free[end] - now > QUEUE:
                    continue
                free[end] = max(free[end], now) + (len(packet) + ETHERNET) / RATE
                under_way[end].append((free[end] + self._delay, packet))
            for end, queue in under_way.items():
                while queue and queue[0][0] <= time.monotonic():
                    with contextlib.suppress(OSError):  # a device that is not up yet
                        os.write(other[end], queue.popleft()[1])
        for end in ends:
            os.close(end)


def steer(congestion: str) -> None:
    """Sets how TCP in the hotel finds out what the line can carry."""
    run(*inside("hotel", "sysctl", "-q", "-w", f"net.ipv4.tcp_congestion_control={congestion}"))


def _tun(namespace: str, name: str) -> int:
    """Opens a new TUN device in a namespace, which the calling thread enters."""
    entered = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(entered, 0x40000000):  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "setns")
    os.close(entered)
    handle = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(handle, 0x400454CA, struct.pack("16sH", name.encode(), 0x1001))  # TUNSETIFF: IFF_TUN, IFF_NO_PI
    return handle


class Cuts:
    """Cuts the line now and then, and counts for how long it was up."""

    def __init__(self, kind: str, relay: Relay | None) -> None:
        self.kind, self._relay = kind, relay
        self._silences: list[tuple[float, float]] = []  # from, until, by the clock that only goes on
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Cuts":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while self.kind != "none" and not self._stop.wait(EVERY):
            if self.kind == "reset":
                subprocess.run(inside("abroad", "ss", "-Kt", "state", "established"), capture_output=True, check=False)
                continue
            began = time.monotonic()
            self._silence("add")
            self._stop.wait(SILENCE)
            self._silence("del")
            self._silences.append((began, time.monotonic()))

    def down(self, since: float, until: float) -> float:
        """Return for how many seconds it was silent between these two."""
        return sum(max(0.0, min(end, until) - max(begin, since)) for begin, end in self._silences)

    def _silence(self, change: str) -> None:
        if self._relay is not None:
            self._relay.silent = change == "add"
            return
        for address in (HOST, "10.77.1.2"):
            run(*inside("middle", "ip", "route", change, "blackhole", f"{address}/32"))


@contextlib.contextmanager
def servers(work: Path, count: int) -> Iterator[list[Path]]:
    """One S3 server abroad for each place; gives the folders in which their objects lie."""
    certificate, key = work / "certificate", work / "key"
    made = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", f"/CN={HOST}", "-days", "2"]
    run(*made, "-addext", f"subjectAltName=IP:{HOST}", "-keyout", str(key), "-out", str(certificate))
    running, folders = [], []
    for number in range(count):
        folder = work / f"served{number}"
        (folder / "carried").mkdir(parents=True)
        command = [
            rclone(),
            "serve",
            "s3",
            str(folder),
            "--addr",
            f"{HOST}:{9000 + number}",
            "--auth-key",
            f"{KEY},{SECRET}",
        ]
        command += ["--cert", str(certificate), "--key", str(key)]
        environment = {"RCLONE_CONFIG": "", "PATH": os.environ["PATH"], "HOME": str(work)}
        running.append(subprocess.Popen(inside("abroad", *command), env=environment, stderr=subprocess.DEVNULL))
        folders.append(folder / "carried")
    time.sleep(2)
    try:
        yield folders
    finally:
        for process in running:
            process.terminate()
            process.wait()


def rclone() -> str:
    """The rclone beside this Python, or the one on the path."""
    beside = Path(sys.executable).with_name("rclone")
    return str(beside) if beside.exists() else shutil.which("rclone") or sys.exit("rclone is needed: run 'make setup'")


def tamizdat(work: Path, *words: str, secret: bool = True, where: str | None = None) -> subprocess.Popen[str]:
    """Starts the command line as a person would."""
    argv = [sys.executable, "-m", "tamizdat.cli.main", *words]
    handles: tuple[int, ...] = ()
    if secret:
        read, write = os.pipe()
        os.write(write, PASSPHRASE)
        os.close(write)
        argv += ["--passphrase-fd", str(read), "--allow-swap"]
        handles = (read,)
    if where:
        argv = inside(where, *argv)
    environment = {**surroundings(), "SSL_CERT_FILE": str(work / "certificate")}
    process = subprocess.Popen(
        argv, cwd=work, env=environment, pass_fds=handles, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for handle in handles:
        os.close(handle)
    return process


def done(process: subprocess.Popen[str], *codes: int) -> str:
    """Waits for a command that must succeed."""
    out, errors = process.communicate()
    if process.returncode not in (codes or (0,)):
        sys.exit(f"failed: {errors[-800:]}")
    return out


def homes(work: Path, count: int, folders: list[Path]) -> None:
    """A desk that sees the places' disks, and a field device that sees them over the line."""
    done(tamizdat(work, "setup", "desk", "--no-passphrase", "--home", "desk", secret=False))
    done(tamizdat(work, "keys", "invite", "bench", "--out", "invitation", "--home", "desk", secret=False))
    said = done(tamizdat(work, "setup", "field", "--invitation", "invitation", "--home", "field", "--json"))
    device = json.loads(said.splitlines()[-1])["device"]
    done(tamizdat(work, "keys", "accept", device, "bench", "--home", "desk", secret=False))
    (work / "secret").write_text(SECRET)
    (work / "access").write_text(KEY)
    for number, folder in enumerate(folders):
        options = [
            f"endpoint=https://{HOST}:{9000 + number}",
            "region=us-east-1",
            "access_key_id=access",
            "secret_access_key=secret",
        ]
        given = [word for option in options for word in ("--option", option)]
        done(tamizdat(work, "places", "add", f"p{number}", "s3://carried/in", *given, "--home", "field", where="hotel"))
        (folder / "in").mkdir(exist_ok=True)
        done(tamizdat(work, "places", "add", f"p{number}", str(folder / "in"), "--home", "desk", secret=False))


class Watch:
    """Sees when each whole object lies in the places; without *sizes* one that grows no more is whole."""

    def __init__(self, folders: list[Path], sizes: set[int] | None) -> None:
        self.folders, self.sizes = folders, sizes
        self.found: dict[Path, tuple[float, int]] = {}
        self.began = time.monotonic()
        self._before: dict[Path, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self.look()  # what lies there already is not counted
        self._known = set(self.found)
        self.began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.look()
        self.took = time.monotonic() - self.began
        for path in self._known:
            del self.found[path]

    def _run(self) -> None:
        while not self._stop.wait(0.5):
            self.look()

    def look(self) -> None:
        """Notes what is new."""
        for path in [path for folder in self.folders for path in folder.rglob("*") if path.name != "tamizdat-place"]:
            with contextlib.suppress(OSError):
                size = path.stat().st_size if path.is_file() and path not in self.found else 0
                if size and (size in self.sizes if self.sizes else self._before.get(path) == size):
                    self.found[path] = time.monotonic() - self.began, size
                self._before[path] = size

    def report(self, what: str, cuts: Cuts, share: float) -> None:
        """One line of the table; *share* of what arrived is footage."""
        size = sum(size for _, size in self.found.values())
        first = f"{min(when for when, _ in self.found.values()):5.0f} s" if self.found else "  never"
        down = cuts.down(self.began, self.began + self.took)
        goodput = 100 * size / (RATE * (self.took - down))
        footage = share * size / self.took / 1000
        whens = sorted(self.found.values())
        since, until = (self.began + whens[at][0] if whens else 0.0 for at in (0, -1))
        between = until - since - cuts.down(since, until)
        steady = f"{100 * (size - whens[0][1]) / (RATE * between):5.1f} %" if between > 0 else "      –"
        count = len(self.found)
        say(f"{what:<34}{goodput:6.1f} % {steady} {count:>5} whole, first {first}  {footage:6.1f} kB/s of the card")


def measure(work: Path, count: int, kind: str, seconds: int, card: Path, relay: Relay | None) -> None:
    """tamizdat: a card sealed, and sent while it is sealed."""
    with servers(work, count) as folders:
        homes(work, count, folders)
        with Cuts(kind, relay) as cuts, Watch(folders, {4_196_971, 526_059}) as watch:
            process = tamizdat(work, "seal", str(card), "--send", "--home", "field", where="hotel")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        if process.returncode not in (0, -9):
            say(errors[-600:])
        lost = 0 if count == 1 else max(1, (count - 1) // 2)
        name = f"tamizdat, {count} place{'s' * (count > 1)}, cut: {kind}"
        watch.report(name, cuts, (count - lost) / count)


def measure_peer(name: str, work: Path, kind: str, seconds: int, card: Path, relay: Relay | None) -> None:
    """rclone crypt or restic to one place."""
    with servers(work, 1) as folders:
        login = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        login |= {"HOME": str(work), "PATH": os.environ["PATH"]}
        certificate = str(work / "certificate")
        if name == "rclone":
            login |= {f"RCLONE_CONFIG_S_{key}": value for key, value in RCLONE_S3.items()}
            login |= {"RCLONE_CONFIG": "", "RCLONE_CONFIG_C_TYPE": "crypt", "RCLONE_CONFIG_C_REMOTE": "s:carried"}
            login["RCLONE_CONFIG_C_PASSWORD"] = run(rclone(), "obscure", "x").stdout.strip()
            argv = [rclone(), "copy", str(card), "c:", "--ca-cert", certificate, "--retries", "999"]
        else:
            login |= {"RESTIC_PASSWORD": "x", "RESTIC_REPOSITORY": f"s3:https://{HOST}:9000/carried/r"}
            run(*inside("abroad", "restic", "--cacert", certificate, "init"), env=login)
            argv = ["restic", "--cacert", certificate, "backup", str(card)]
        mute = subprocess.DEVNULL
        with Cuts(kind, relay) as cuts, Watch(folders, None) as watch:
            process = subprocess.Popen(inside("hotel", *argv), env=login, stdout=mute, stderr=mute)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
        process.kill()
        process.wait()
        watch.report(f"{name}, 1 place, cut: {kind}", cuts, 1.0)


def first_news(work: Path, count: int, kind: str, card: Path, relay: Relay | None) -> None:
    """When the desk has the inventory, the notes and a first contact sheet of a large card."""
    spool = work / "field"
    spool.mkdir()
    run("mount", "-t", "tmpfs", "-o", f"size={SPOOL}", "tmpfs", str(spool))  # sealing outruns the line: it must wait
    try:
        with servers(work, count) as folders:
            homes(work, count, folders)
            seen: dict[str, tuple[str, float]] = {}
            with Cuts(kind, relay):
                began = time.monotonic()
                process = tamizdat(work, "seal", str(card), "--send", "--home", "field", where="hotel")
                while process.poll() is None and time.monotonic() - began < PATIENCE and len(seen) < 3:
                    time.sleep(3)
                    said = done(tamizdat(work, "receive", "--home", "desk", "--json", secret=False), 0, 1)
                    for record in map(json.loads, said.splitlines()):
                        if "coming" in record:
                            look(record, time.monotonic() - began, seen)
            process.kill()
            process.communicate()
        told = "; ".join(f"{what} after {when:.0f} s" for what, when in seen.values())
        say(f"{count} places, cut: {kind}: {told or 'nothing'}")
    finally:
        run("umount", str(spool))


def look(record: dict[str, int | list[str]], now: float, seen: dict[str, tuple[str, float]]) -> None:
    """Notes what the desk has now."""
    notes, size = record["notes"], record["bytes"]
    assert isinstance(notes, list)
    assert isinstance(size, int)
    seen.setdefault("inventory", (f"inventory of {record['files']} files, {size / 1e9:.1f} GB,", now))
    if len(notes) == record["notes_promised"]:
        seen.setdefault("notes", (f"all {len(notes)} notes", now))
    previews = record["previews_here"]
    if isinstance(previews, int) and previews >= SHEET:
        seen.setdefault("previews", (f"{previews} previews", now))


def make_large_card(card: Path) -> None:
    """40 clips of 500 MB, of which a second is real, and 20 notes."""
    (card / "DCIM").mkdir(parents=True)
    for number in range(20):
        (card / f"note{number:02}.txt").write_text(f"note {number} " * 200)
    for number in range(40):
        clip = card / "DCIM" / f"C{number:04}.MP4"
        picture = f"testsrc2=size=1280x720:rate=25:duration=1,hue=h={9 * number}"
        made = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", picture, "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
        run(*made, str(clip))
        os.truncate(clip, 500_000_000)


def make_card(card: Path) -> None:
    """A small card of clips that nothing compresses, with notes."""
    dice = random.Random(7)
    (card / "DCIM").mkdir(parents=True)
    (card / "notes.txt").write_text("notes " * 400)
    for number in range(12):
        (card / "DCIM" / f"C{number:04}.bin").write_bytes(dice.randbytes(8_000_000))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, nargs="*", default=[1, 5])
    parser.add_argument("--cuts", nargs="+", default=["none", "reset", "silence"], choices=["none", "reset", "silence"])
    parser.add_argument("--seconds", type=int, default=240)
    parser.add_argument("--peers", action="store_true", help="rclone crypt and restic too")
    parser.add_argument("--first", action="store_true", help="only: when the desk has the first of a large card")
    parser.add_argument("--delay", type=int, default=0, help="milliseconds that a packet needs each way")
    parser.add_argument("--congestion", default="reno", help="reno, or bbr")
    parser.add_argument("--work", type=Path, default=None)
    args = parser.parse_args()
    if os.geteuid():
        sys.exit("The line is made of network namespaces: run it as root.")
    with tempfile.TemporaryDirectory(dir=args.work) as folder:
        card = Path(folder) / "card"
        (make_large_card if args.first else make_card)(card)
        jobs = [("tamizdat", count, kind) for kind in args.cuts for count in args.places]
        jobs += [(name, 1, kind) for kind in args.cuts for name in ("rclone", "restic") if args.peers]
        say(f"{args.seconds} s each; goodput, whole objects, the first after; {RATE:,} bytes a second")
        for number, (name, count, kind) in enumerate(jobs):
            work = Path(folder) / str(number)
            work.mkdir()
            relay = Relay(args.delay / 1000) if args.delay else None
            with relay.running() if relay else line():
                steer(args.congestion)
                if args.first:
                    first_news(work, count, kind, card, relay)
                elif name == "tamizdat":
                    measure(work, count, kind, args.seconds, card, relay)
                else:
                    measure_peer(name, work, kind, args.seconds, card, relay)
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
