#!/usr/bin/env python3
"""Kills verbs, from seal to the return of a desk's objects, at each write, flush, rename and deletion they make.

::

    python tests/faults/kill_at_each_call.py               every call of every verb, more than 1,000 kills: half an hour
    python tests/faults/kill_at_each_call.py seal 12       12 calls of one verb, spread over its run

`kill.py` throws dice; this leaves nothing to them. A run is counted first: how often it writes, flushes, renames,
links, deletes, makes a folder or opens a file to write. Then, for each of these calls, the folders are set back to what
they were, the same run is killed (SIGKILL) before that call, the next one before a call that dice choose, the verb is
given again and ends, and what must hold is looked at: :meth:`Rehearsal.holds`. Each run is a process of its own, forked
from one that has read the program.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from faults.kill import Broken, Round, require, say
from support.field_and_desk import NOW, PASSPHRASE, WORK
from tamizdat.archive.store.placed_list import NAME
from tamizdat.backup.restore import rehearse
from tamizdat.carrying import disk_copies
from tamizdat.carrying.begun import unfinished
from tamizdat.cli.main import main as run_verb
from tamizdat.encoding import sha256_hex
from tamizdat.home.home import USES, Home
from tamizdat.home.objects import open_archive
from tamizdat.home.setup import accept, create_desk, create_field, invite, set_recovery_key
from tamizdat.keys import SealingKey
from tamizdat.places import set_up_place
from tamizdat.sealing.age import unseal

CALLS: Final = (
    "write", "pwrite", "writev", "pwritev", "fsync", "fdatasync", "rename", "replace", "link", "unlink", "remove",
    "rmdir", "mkdir", "truncate", "ftruncate",
)  # fmt: skip
DESK: Final = ("receive", "backup", "export", "forget", "places", "objects", "check")  #: verbs that the desk is given
PATIENCE: Final = 300  #: seconds; a run that takes longer hangs
DISKS: Final = ("place0", "place1")


@dataclass(frozen=True)
class Step:
    """A verb as it is given, and what is given after it before all can be judged."""

    words: tuple[str, ...]
    then: tuple[tuple[str, ...], ...] = ()


FORGOTTEN: Final = "DCIM/C1.bin"  #: stands for its number
STEPS: Final = {
    "seal": Step(("seal", "card"), (("send",), ("receive",))),
    "send": Step(("send", "--limit", "50M"), (("receive",),)),
    "receive": Step(("receive",)),
    "backup": Step(("backup",)),
    "export": Step(("export", "", "given")),
    "wipe": Step(("wipe", "card")),
    "copies": Step(("wipe", "card", "--copies", "2", "--yes")),
    "forget": Step(("forget", FORGOTTEN, "--why", "danger", "--yes")),
    "again": Step(("backup",), (("check",),)),
    "add": Step(("places", "add", "third", "third", "--copy"), (("receive",), ("check",))),
    "remove": Step(("places", "remove", "second"), (("receive",), ("backup",), ("check",))),
    "cloud": Step(("places", "add", "cloud", "cloud", "--objects"), (("check",),)),
    "move": Step(("objects", "move"), (("check",),)),
    "return": Step(("objects", "return"), (("check",),)),
}
IN_ORDER: Final = (
    "seal", "send", "copies", "receive", "backup", "export", "wipe", "forget", "again", "add", "remove", "cloud",
    "move", "return",
)  # fmt: skip


class Rehearsal:
    """A card on its way, in a folder that is set back before each kill."""

    def __init__(self, folder: Path) -> None:
        self._saved = folder / "saved"
        self.folder = folder / "live"
        self.folder.mkdir()
        self.recovery = SealingKey.generate()
        self.receipt, self.number = "", 0
        self._prepare()
        self.before = Round(self.folder, random.Random(1)).on_card()

    def _prepare(self) -> None:
        desk = create_desk(self.folder / "desk", "desk", b"", WORK)
        invitation = invite(desk, "anna", b"", NOW, WORK, copies=2)
        device = create_field(self.folder / "field", invitation, PASSPHRASE, WORK)
        accept(desk, device.keyring.signing["device"].public, "anna")
        for name, homes, use in (
            *((name, [desk, device], "places") for name in DISKS),
            ("second", [desk], "copies"),
            ("backup", [desk], "backups"),
        ):
            set_up_place(name, str(self.folder / name), {})
            for home in homes:
                home.add_place(name, str(self.folder / name), {}, use)
        for name in ("third", "cloud"):  # for places that are added later: none is made unless its folder is there
            (self.folder / name).mkdir()
        set_recovery_key(desk, self.recovery.recipient, "2026-11-23")
        for path, size in (
            ("notes/采访.txt", 900),
            ("DCIM/C1.bin", 700_000),
            ("DCIM/C2.bin", 90_000),
            ("DCIM/C3.bin", 0),
        ):
            (self.folder / "card" / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / "card" / path).write_bytes(random.Random(path).randbytes(size))

    # One verb -------------------------------------------------------------------------------------------------

    def kill_each(
        self, name: str, most: int | None = None, tell: Callable[[str], None] = lambda text: None
    ) -> Counter[str]:
        """Kill a verb at its calls, all or so many of them; return how many kills there were at which call."""
        self._save()
        if name == "forget":
            self._forgotten()  # here, and not in the processes that are killed
        calls: list[str] = []
        require(self.run(STEPS[name].words, calls=calls) == 0, f"{name} ends when nothing kills it")
        numbers = range(1, len(calls) + 1)
        chosen = (
            numbers if most is None else sorted({1 + (2 * at + 1) * len(calls) // (2 * most) for at in range(most)})
        )
        kills: Counter[str] = Counter()
        for at in chosen:
            self._set_back()
            again = random.Random(f"{name} {at}").randint(1, len(calls))
            for die_at in (at, again):
                if not self.is_done(name) and self.run(STEPS[name].words, die_at=die_at) == -signal.SIGKILL:
                    kills[calls[die_at - 1]] += 1
                    if name == "seal":
                        self.tells_what_is_not_sealed()
            self.finish(name)
            try:
                self.holds(name)
            except Broken as broken:
                kept = Path(tempfile.gettempdir()) / f"kill-{name}-{at}-{os.getpid()}"
                shutil.copytree(self.folder, kept, symlinks=True)
                raise Broken(
                    f"{name}, killed before call {at} of {len(calls)} ({calls[at - 1]}): {broken}; {kept}"
                ) from broken
        tell(f"{name}: {kills.total()} kills at {len(calls)} calls, {dict(kills)}")
        self._set_back()
        return kills

    def go_on(self, name: str) -> None:
        """Give the verb, and let it be done."""
        require(self.run(STEPS[name].words) == 0, f"{name} ends")
        if name == "backup":
            [self.receipt] = [each["receipt"] for each in self.status() if each.get("receipt")]

    def finish(self, name: str) -> None:
        """Give a verb once more, and what comes after it."""
        done = 0 if self.is_done(name) else self.run(STEPS[name].words)
        require(done == 0, f"{name} succeeds after the kill")
        for words in STEPS[name].then:
            require(self.run(words) == 0, f"{' '.join(words)} succeeds after it")

    def is_done(self, name: str) -> bool:
        """Whether it was killed after all was done: once more would find nothing new, and say so."""
        this = Round(self.folder, random.Random(1))
        if name == "seal":
            return this.is_sealed() and not unfinished(self.folder / "field")
        if name in ("add", "remove", "cloud"):
            desk, given = Home.open(self.folder / "desk", "desk", b""), STEPS[name].words[2]
            return (given in {each.name for use in USES for each in desk.places(use)}) != (name == "remove")
        if name == "return":
            return not Home.open(self.folder / "desk", "desk", b"").places("objects")
        return name in ("wipe", "copies") and not this.on_card()

    def tells_what_is_not_sealed(self) -> None:
        """After a kill the device's folder tells that a card is not sealed, from the first file that it has of it."""
        this, field = Round(self.folder, random.Random(1)), self.folder / "field"
        traces = [
            path for name in ("begun", "consignments", "receipts", "carried") for path in (field / name).glob("*")
        ]
        if [path for path in traces if not path.name.startswith(".")] and not this.is_sealed():
            require(bool(unfinished(field)), "the folder tells that something is not sealed to its end")

    def holds(self, name: str) -> None:
        """What must hold after a kill, when the verb was given again."""
        this = Round(self.folder, random.Random(1))
        if name in ("seal", "send", "receive"):
            this.check_archive()
            this.check_places([])
        if name in ("seal", "send"):
            this.check_field()
        if name in ("backup", "again", "remove"):
            desk = Home.open(self.folder / "desk", "desk", b"")
            [place] = desk.places("backups")
            require(rehearse(place.open(), self.recovery).whole, "the recovery key opens the backup, and all is there")
            require(any(each.get("receipt") for each in self.status()), "the receipt is released")
        if name in IN_ORDER[IN_ORDER.index("again") :]:
            self._is_whole(name)
        if name == "export":
            folders = [path for path in (self.folder / "given").iterdir() if path.is_dir()]
            require(len(folders) == 1, f"nothing lies beside what is given back: {[path.name for path in folders]}")
            [folder] = folders
            files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
            given = {
                name: sha256_hex(path.read_bytes()) for name, path in files.items() if not name.startswith("ascmhl/")
            }
            require(given == self.before, f"what is given back is the card: {sorted(given)}")
        if name == "forget":
            self._is_forgotten()
        elif name in ("wipe", "copies", *IN_ORDER[IN_ORDER.index("again") :]):
            require(not this.on_card(), "all that was carried is wiped")
        else:
            require(this.on_card() == self.before, "the card is as it was")

    def _is_whole(self, name: str) -> None:
        """Every file that was not forgotten is sound, where it should be, and what was forgotten is in no backup."""
        desk = Home.open(self.folder / "desk", "desk", b"")
        with open_archive(desk) as archive:
            items = [each for each in archive.index.files() if each.path != FORGOTTEN]
            require({each.path for each in items} == self.before.keys() - {FORGOTTEN}, "no file is lost")
            for each in items:
                archive.objects.check(each.original)
            require(archive.objects.on_place == (name in ("cloud", "move")), "the objects are where they should be")
        require(name != "return" or not (desk.folder / "archive" / NAME).exists(), "nothing says that a place has any")
        if name in ("again", "remove"):
            [place] = desk.places("backups")
            gone, place_ = random.Random(FORGOTTEN).randbytes(700_000)[:64], place.open()
            held = (unseal(place_.get(each), [self.recovery]) for each in set(place_.list()))
            require(not any(gone in bytes(each) for each in held), "no backup holds what was forgotten")
        if name == "remove":
            third = self.folder / "third"
            there = {path.name for path in third.rglob("*") if len(path.name) == 64}
            require({each.original for each in items} <= there, "the other store holds every file")

    def _is_forgotten(self) -> None:
        """Neither the desk's folder nor its second store holds the bytes, and everything else is there."""
        gone = random.Random(FORGOTTEN).randbytes(700_000)[:64]
        for place in ("desk", "second"):
            files = [path for path in (self.folder / place).rglob("*") if path.is_file()]
            require(not any(gone in path.read_bytes() for path in files), f"“{place}” does not hold it any more")
        require(not (self.folder / "desk" / "archive" / "forgetting.json").exists(), "nothing is left to be done")
        from tamizdat.archive import Archive

        with Archive.open(self.folder / "desk" / "archive") as archive:
            require(not archive.check().faults, "the archive holds")
            require(len([*archive.forgettings()]) == 1, "it is said once that it was forgotten")
            require({each.path for each in archive.index.files()} == self.before.keys() - {FORGOTTEN}, "others stay")

    # Processes ------------------------------------------------------------------------------------------------

    def status(self) -> list[dict[str, Any]]:
        """Return what the desk says of its consignments."""
        said: list[str] = []
        self.run(("status",), home="desk", said=said)
        return [json.loads(line) for line in said]

    def run(
        self,
        words: tuple[str, ...],
        die_at: int = 0,
        calls: list[str] | None = None,
        said: list[str] | None = None,
        home: str = "",
    ) -> int:
        """Give a verb to a process of its own; return its exit code, -9 if it died before its *die_at*-th call."""
        reading, writing = os.pipe()
        home = home or ("desk" if words[0] in DESK else "field")
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._be(words, home, die_at, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGALRM:
            raise Broken(f"{' '.join(words)} ends within {PATIENCE} seconds")
        if told:
            report = json.loads(told)
            require(code in (0, 1, 2), f"{' '.join(words)} ends in order: {report['err']}")
            if calls is not None:
                calls += report["calls"]
            if said is not None:
                said += report["out"].splitlines()
            if code and not die_at:
                say(f"{' '.join(words)}: {report['err'] or report['out']}")
        return code

    def _be(self, words: tuple[str, ...], home: str, die_at: int, writing: int) -> None:
        """Be the process of a verb; never returns."""
        code, out, err, calls = 99, StringIO(), StringIO(), list[str]()
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(PATIENCE)
            os.chdir(self.folder)
            given, giving = os.pipe()
            os.write(giving, (self.receipt.encode() if words == STEPS["wipe"].words else PASSPHRASE) + b"\n")
            os.close(giving)
            os.dup2(given, 0)
            sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- as long as the process
            stand_for = {"": self._consignment, FORGOTTEN: self._forgotten}
            argv = [stand_for[word]() if word in stand_for else word for word in words] + ["--home", home, "--json"]
            if home == "field" and words != STEPS["wipe"].words:
                argv += ["--passphrase-fd", "0"] + (["--allow-swap"] if words[0] == "seal" else [])
            vars(disk_copies)["physical_disks"] = lambda folder: frozenset([folder.name])  # both are of this computer
            vars(disk_copies)["where_is"] = lambda disk: "outside"
            _watch(calls, die_at)
            code = run_verb(argv, out, err)
        except BaseException as error:  # noqa: BLE001 -- the parent says so
            err.write(repr(error))
        finally:
            with ExitStack() as stack:
                stack.callback(os._exit, code)
                report = {"calls": calls, "out": out.getvalue(), "err": err.getvalue()}
                _REAL_WRITE(writing, json.dumps(report).encode()[: 1 << 22])

    def _consignment(self) -> str:
        from tamizdat.archive import Archive

        with Archive.open(self.folder / "desk" / "archive") as archive:
            return archive.index.consignments()[0].consignment

    def _forgotten(self) -> str:
        """Return the number of what is forgotten, as it was before."""
        from tamizdat.archive import Archive

        if not self.number:
            with Archive.open(self.folder / "desk" / "archive") as archive:
                self.number = next(each.number for each in archive.index.files() if each.path == FORGOTTEN)
        return str(self.number)

    def _save(self) -> None:
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self.folder, self._saved, symlinks=True)

    def _set_back(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self._saved, self.folder, symlinks=True)


_REAL_WRITE = os.write


def _watch(calls: list[str], die_at: int) -> None:
    """Note each call that changes a disk, and kill this process before one of them."""
    lock = threading.Lock()

    def note(name: str) -> None:
        with lock:
            calls.append(name)
            if len(calls) == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def noted(name: str) -> None:
        real = getattr(os, name)

        def call(*args: Any, **options: Any) -> Any:
            note(name)
            return real(*args, **options)

        setattr(os, name, call)

    for name in CALLS:
        noted(name)

    def audit(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
            note("open to write")

    sys.addaudithook(audit)


def torture(names: tuple[str, ...], most: int | None, tell: Callable[[str], None] = lambda text: None) -> Counter[str]:
    """Kill these verbs at all or so many of their calls each; return how many kills there were at which call."""
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = Rehearsal(Path(folder))
        for name in IN_ORDER:
            if name in names:
                total += rehearsal.kill_each(name, most, tell)
            if name != "copies":
                rehearsal.go_on(name)
    return total


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("verb", nargs="?", choices=[*STEPS, "all"], default="all")
    parser.add_argument("most", type=int, nargs="?", default=None)
    given = parser.parse_args()
    began = time.monotonic()
    total = torture(IN_ORDER if given.verb == "all" else (given.verb,), given.most, say)
    say(f"{total.total()} kills in {time.monotonic() - began:.0f} s: {dict(total)}. Every promise held.")


if __name__ == "__main__":
    main()
