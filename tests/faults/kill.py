#!/usr/bin/env python3
"""Kills verbs at random instants (seal, send, receive, backup, export, wipe), and looks for what is lost or half done.

::

    python tests/faults/kill.py                300 kills, a few minutes
    python tests/faults/kill.py 50 --seed 7    50 kills, the dice of number 7
    python tests/faults/kill.py 1000           what is run by hand before a release: an hour

Each round has a field device, a desk, five places in folders and a card with texts, a picture and footage. The real
command line runs in processes of its own; each verb is killed (SIGKILL) a few times at instants spread over its whole
run, and then left to end. Afterwards two of the places are taken away, one verb goes on from what is left, and

* the archive holds exactly what is on the card, every object re-hashed, every file once, in one consignment;
* the places hold exactly the parcels the sealing speaks of, whole, all of one size, and no half ones;
* the field folder keeps nothing but settings, keys and the receipt's other half;
* what is given back is the card;
* the receipt wipes exactly what was carried, and leaves what was not, also if wiping is killed.

In one round of six three places lose all they hold before anything is received; the desk's code is given to `send
--again`, which is killed too, and the card is sealed again.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image

from support.field_and_desk import NOW, PASSPHRASE, WORK
from tamizdat.archive import Archive
from tamizdat.encoding import sha256_hex
from tamizdat.home.home import ARCHIVE, Home
from tamizdat.home.setup import accept, create_desk, create_field, invite, set_recovery_key
from tamizdat.keys import SealingKey
from tamizdat.places import set_up_place
from tamizdat.sealing.consignment import padme
from tamizdat.sealing.parcel import parcel_name

STARTED = 0.25  #: seconds in which an interpreter does nothing of ours yet
PATIENCE = 120  #: seconds; a verb that takes longer hangs
LASTING = {"seal": 1.6, "send": 1.0, "receive": 1.4, "backup": 1.0, "export": 0.8, "wipe": 0.8}  #: seconds, at first


class Broken(AssertionError):
    """A promise that did not hold."""


def require(held: object, promise: str) -> None:
    """Raises :class:`Broken` unless *held*."""
    if not held:
        raise Broken(promise)


@dataclass
class Round:
    """One card on its way, in a folder of its own."""

    folder: Path
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    receipt: str = ""
    lasted: dict[str, float] = field(default_factory=lambda: dict(LASTING))

    def prepare(self) -> None:
        """Homes, places and a card."""
        desk = create_desk(self.folder / "desk", "desk", b"", WORK)
        invitation = invite(desk, "anna", b"", NOW, WORK)
        device = create_field(self.folder / "field", invitation, PASSPHRASE, WORK)
        accept(desk, device.keyring.signing["device"].public, "anna")
        for number in range(5):
            self._add(f"place{number}", [desk, device], "places")
        self._add("second", [desk], "copies")
        self._add("backup", [desk], "backups")
        set_recovery_key(desk, SealingKey.generate().recipient, "2026-11-23")
        self._fill_card()

    def _add(self, name: str, homes: list[Home], use: str) -> None:
        set_up_place(name, str(self.folder / name), {})
        for home in homes:
            home.add_place(name, str(self.folder / name), {}, use)

    def _fill_card(self) -> None:
        card = self.folder / "card"
        (card / "DCIM").mkdir(parents=True)
        (card / "采访.txt").write_text("notes " * 100)
        Image.effect_noise((640, 480), 60).save(card / "DCIM" / "IMG_0001.JPG")
        for number in range(self.dice.randint(1, 4)):
            (card / "DCIM" / f"C{number}.bin").write_bytes(self.dice.randbytes(self.dice.randint(0, 24_000_000)))
        (card / "DCIM" / "C9.MP4").touch()

    def run(self, kills: int) -> None:
        """The whole way, with so many kills."""
        self.prepare()
        together = self.dice.random() < 0.3
        verbs = [verb for verb in LASTING if verb != "send" or not together]
        shares = Counter(self.dice.choice(verbs) for _ in range(kills))
        sealed = self._insist("seal", ["card", *(["--send"] if together else [])], shares["seal"])
        self._insist("send", [], shares["send"])
        self.check_places(sealed)
        if self.dice.random() < 1 / 6:
            return self._run_again(shares)
        lost = self.dice.sample(range(5), 2)
        for number in lost:
            shutil.rmtree(self.folder / f"place{number}")
        self._insist("receive", [], shares["receive"])
        self._insist("backup", [], shares["backup"])
        self.check_archive()
        self.check_field()
        self.check_export(shares["export"])
        self.check_wipe(shares["wipe"])
        return None

    def _run_again(self, shares: Counter[str]) -> None:
        """The way on when more places lost everything than may."""
        for number in self.dice.sample(range(5), 3):
            for path in (self.folder / f"place{number}").glob("?/*"):
                path.unlink()
        received = self._insist("receive", [], shares["receive"])
        received += self._insist("receive", [], 0)  # of what has no gap the code is shown when it did not grow
        codes = [each["again"] for each in received if each.get("again")]
        if not codes:
            return  # nothing of it was left: the desk knows of no consignment
        self._insist("send", ["--again", codes[-1]], shares["send"] + shares["backup"])
        self._insist("seal", ["card"], 0)
        self._insist("send", [], shares["export"])
        self._insist("receive", [], shares["wipe"])
        self._insist("receive", ["--salvage"], 0)  # what was here before is not carried a second time
        with Archive.open(self.folder / "desk" / ARCHIVE) as archive:
            items = [item for item in archive.index.items() if item.kind != "preview"]
            require(archive.check().sound, "the archive is sound")
            require(
                {item.path: item.original for item in items} == self.on_card(), "what was lost came again, all of it"
            )

    # Running and killing ----------------------------------------------------------------------------------------

    def _insist(self, verb: str, arguments: list[str], kills: int) -> list[dict[str, Any]]:
        """Runs a verb again and again, killing it; then lets it end."""
        for _ in range(kills):
            records = self._start(verb, arguments, kill=True)
            if verb == "seal" and self.is_sealed():  # once more would be another consignment
                return records or []
        records = self._start(verb, arguments, kill=False)
        require(records is not None, f"{verb} ends")
        return records or []

    def is_sealed(self) -> bool:
        """Whether the card is sealed to its end."""
        folder = self.folder / "field"
        begun = any((folder / "receipts").glob("*")) if (folder / "receipts").exists() else False
        return begun and not list((folder / "consignments").glob("*/state"))

    def _start(self, verb: str, arguments: list[str], kill: bool) -> list[dict[str, Any]] | None:
        """The records of a run, or None if it was killed."""
        home = self.folder / ("desk" if verb in ("receive", "backup", "export") else "field")
        command = [sys.executable, "-m", "tamizdat.cli.main", verb, *arguments, "--home", str(home), "--json"]
        given, giving = os.pipe()
        os.write(giving, (self.receipt.encode() if verb == "wipe" else PASSPHRASE) + b"\n")
        os.close(giving)
        if home.name == "field" and verb != "wipe":
            command += ["--allow-swap"] if verb == "seal" else []
            command += ["--passphrase-fd", str(given)]
        began = time.monotonic()
        process = subprocess.Popen(
            command, cwd=self.folder, pass_fds=(given,), stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        os.close(given)
        patience = self.dice.uniform(STARTED, self.lasted[verb]) if kill else PATIENCE
        try:
            out, err = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            require(kill, f"{verb} ends within {PATIENCE} seconds")
            self.kills[verb] += 1
            return None
        self.lasted[verb] = (self.lasted[verb] + time.monotonic() - began) / 2
        # two places are gone, which receive reports; what is lacking is sealed with the card, which send says
        expected = (0, 1) if verb == "receive" or "--again" in arguments else (0,)
        require(process.returncode in expected, f"{verb} succeeds; it said: {err or out}")
        return [json.loads(line) for line in out.splitlines()]

    # What must hold ---------------------------------------------------------------------------------------------

    def check_places(self, sealed: list[dict[str, Any]]) -> None:
        """Every parcel is there once and whole, and nothing else is."""
        reports = [record for record in sealed if "consignment" in record]
        files = [path for number in range(5) for path in (self.folder / f"place{number}").glob("?/*")]
        require(all(path.name == parcel_name(path.read_bytes()) for path in files), "every object in a place is whole")
        require(len({path.name for path in files}) == len(files), "no parcel lies in two places")
        for report in reports:  # none if the kill came just after the closing
            require(len(files) == report["parcels"] + report["fillers"], "the places hold what was sealed, and no more")
        require(len(files) == padme(len(files)), "their number is rounded up")
        require(len({path.stat().st_size for path in files}) == 1, "all parcels have one size")

    def on_card(self) -> dict[str, str]:
        """Path → SHA-256."""
        files = (path for path in (self.folder / "card").rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder / "card")): sha256_hex(path.read_bytes()) for path in files}

    def check_archive(self) -> None:
        """The archive equals the card."""
        with Archive.open(self.folder / "desk" / ARCHIVE) as archive:
            report = archive.check()
            require(report.sound, f"the archive is sound: {report.faults}")
            items = [item for item in archive.index.items() if item.kind != "preview"]
            require(len({item.path for item in items}) == len(items), "no file was taken in twice")
            require({item.path: item.original for item in items} == self.on_card(), "the archive equals the card")
            require(all(item.state == "whole" for item in items), "every file was read whole")
            states = [each.state for each in archive.index.consignments()]
            require(states == ["complete"], f"one consignment, and complete: {states}")
        incoming = [path.name for path in (self.folder / "desk" / "incoming").iterdir() if path.is_dir()]
        require(not incoming, "nothing is left in incoming")
        require(not list((self.folder / "desk" / ARCHIVE / "staging").iterdir()), "nothing is left in staging")

    def check_field(self) -> None:
        """The spool is empty, and no secret of the consignment is left."""
        left = [path.name for path in (self.folder / "field" / "consignments").rglob("*") if path.is_file()]
        require(set(left) <= {"closed"}, f"nothing is left in the outbox: {left}")

    def check_export(self, kills: int) -> None:
        """What is given back is the card, and nothing half."""
        [card] = [record["consignment"] for record in self._status() if record.get("receipt")]
        self._insist("export", [card, "given"], kills)
        [folder] = [path for path in (self.folder / "given").iterdir() if path.is_dir()]
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        given = {name: sha256_hex(path.read_bytes()) for name, path in files.items() if not name.startswith("ascmhl/")}
        require(given == self.on_card(), "what is given back is the card")

    def check_wipe(self, kills: int) -> None:
        """The receipt deletes what was carried, and that alone."""
        new = self.folder / "card" / "DCIM" / "new.bin"
        new.write_bytes(b"filmed since")
        status = self._status()
        [self.receipt] = [record["receipt"] for record in status if record.get("receipt")]
        for _ in range(kills):
            if self._start("wipe", ["card"], kill=True) is not None:
                break  # once more would find nothing of this receipt
            require("DCIM/new.bin" in self.on_card(), "what was filmed since stays")
        if list(self.on_card()) != ["DCIM/new.bin"]:
            self._insist("wipe", ["card"], 0)
        require(list(self.on_card()) == ["DCIM/new.bin"], "the receipt wipes what was carried, and that alone")

    def _status(self) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "tamizdat.cli.main", "status", "--home", "desk", "--json"]
        done = subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


def torture(kills: int, seed: int, say: Callable[[str], None] = lambda text: None) -> Counter[str]:
    """Rounds until so many processes were killed; returns how many of which verb."""
    total: Counter[str] = Counter()
    dice = random.Random(seed)
    lasted: dict[str, float] | None = None
    number = 0
    while total.total() < kills:
        number += 1
        with tempfile.TemporaryDirectory() as folder:
            this = Round(Path(folder), random.Random(dice.random()))
            this.lasted = lasted or this.lasted
            try:
                this.run(min(12, kills - total.total()))
            except Broken as broken:
                kept = Path(tempfile.gettempdir()) / f"kill-{os.getpid()}-{number}"
                shutil.copytree(folder, kept, symlinks=True)
                raise Broken(f"{broken} (round {number}; its folder was kept: {kept})") from broken
            total += this.kills
            lasted = this.lasted
        say(f"round {number}: {total.total()} kills so far, {dict(total)}")
    return total


def say(text: str) -> None:
    """A line of the report, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = random.randrange(1 << 32) if given.seed is None else given.seed
    say(f"seed {seed}")
    began = time.monotonic()
    total = torture(given.kills, seed, say)
    say(f"{total.total()} kills in {time.monotonic() - began:.0f} s: {dict(total)}. Every promise held.")


if __name__ == "__main__":
    main()
