"""Writers that are killed at random instants: what was acknowledged is there, and nothing is there by half.

A round kills two writers of one archive, and the next round opens what they left behind. The suite does six;
``python tests/faults/test_archive_kill.py 150 [seed]`` kills 300 of them, with a new archive every twenty rounds.
"""

import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from tamizdat.archive import Archive
from tamizdat.archive.store.object_place import Keeping
from tamizdat.archive.store.placed_list import PlacedList
from tamizdat.encoding import sha256_hex
from tamizdat.errors import Forgotten
from tamizdat.keys import SealingKey
from tamizdat.places import open_place, set_up_place

ROUNDS = 4
FORK = multiprocessing.get_context("fork")  # starts at once, so that the kill falls into the work
ORIGIN = "example.org/ledger"


def test_killed_writers_lose_nothing_they_acknowledged(tmp_path: Path) -> None:
    rehearse(tmp_path / "archive", ROUNDS, seed=7)


@pytest.mark.long
def test_killed_writers_of_objects_on_a_place_lose_nothing_they_acknowledged(tmp_path: Path) -> None:
    set_up_place("bucket", str(tmp_path / "bucket"), {})
    seen = rehearse(tmp_path / "archive", 3, seed=7)
    assert seen["object"]


def opened(folder: Path) -> Archive:
    """The archive; its objects lie on the place beside it, if there is one."""
    bucket = folder.with_name("bucket")
    if not bucket.exists():
        return Archive.open(folder)
    kept = Keeping(lambda: open_place("bucket", str(bucket), {}), SealingKey(bytes(32)), bytes(32), 200_000)
    if not (folder / "placed.log").exists():
        PlacedList.create(folder, kept.mark)
    return Archive.open(folder, kept)


def write(folder: Path, said: Path, seed: int) -> None:
    """The writer: runs until it is killed, and says what it was told is stored."""
    choice = random.Random(seed)
    os.dup2(os.open(said, os.O_WRONLY), 1)
    with opened(folder) as archive:
        say("up")
        mine: list[int] = []
        while True:
            match choice.choice(["append", "append", "append", "append", "add", "many", "forget", "pad", "index"]):
                case "append":
                    mine += append(archive, choice)
                case "add":
                    say("object", archive.objects.add(os.urandom(40_000) for _ in range(choice.randrange(20))))
                case "many":
                    adopt(archive, choice.randrange(30))
                case "forget" if mine:
                    number = mine.pop(choice.randrange(len(mine)))
                    say("forgetting", number)
                    archive.forget(number)
                    say("forgotten", number)
                case "pad":
                    archive.pad(16)
                case "index":
                    archive.index.items()


def append(archive: Archive, choice: random.Random) -> list[int]:
    count, batch = choice.choice([1, 1, 3, 40, 40, 400, 6_000]), os.urandom(8).hex()
    filling = "x" * (2000 if count == 6_000 else choice.randrange(1000))  # large ones are written in two pieces
    envelopes = [f'{{"batch":"{batch}","count":{count},"filling":"{filling}","n":{n}}}'.encode() for n in range(count)]
    numbers = archive.append(envelopes)
    say("batch", numbers[0], count, sha256_hex(b"".join(envelopes)))
    return numbers


def adopt(archive: Archive, count: int) -> None:
    arrivals = []
    for _ in range(count):
        data = os.urandom(20_000)
        staged = archive.objects.staged()
        staged.write_bytes(data)
        arrivals.append((staged, sha256_hex(data)))
    archive.objects.adopt_many(arrivals)
    for _, digest in arrivals:
        say("object", digest)


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def rehearse(folder: Path, rounds: int, seed: int) -> Counter[str]:
    choice = random.Random(seed)
    Archive.create(folder, ORIGIN).close()
    opened(folder).close()
    known = Known()
    for number in range(rounds):
        for line in kill_two(folder, folder.with_name(f"said-{number}"), choice):
            known.take(line)
        with opened(folder) as archive:
            known.seen["cut off"] += bool(archive.cut)
            known.require(archive)
            assert not [path for path in (folder / "staging").rglob("*") if path.is_file() and path.suffix != ".lock"]
    with opened(folder) as archive:
        report = archive.check()
        assert {fault.kind for fault in report.faults} <= {"statement"}  # these are no real statements
        assert report.objects >= len(known.objects)
    return known.seen


def kill_two(folder: Path, said: Path, choice: random.Random) -> list[str]:
    """Everything that two writers said before they were killed."""
    outputs = [said.with_suffix(f".{name}") for name in ("a", "b")]
    for output in outputs:
        output.touch()
    arguments = [(folder, output, choice.randrange(1 << 32)) for output in outputs]
    writers = [FORK.Process(target=write, args=each) for each in arguments]
    for writer in writers:
        writer.start()
    while choice.random() < 0.998 and not all(output.stat().st_size for output in outputs):
        time.sleep(0.005)  # now and then they are killed while they open the archive
    time.sleep(choice.random() * 0.4)
    for writer in writers:
        writer.kill()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [-9, -9]
    return [line for output in outputs for line in output.read_text().split("\n")[:-1]]  # a last one was cut off


class Known:
    """What the writers were told is stored, and what must therefore be found."""

    def __init__(self) -> None:
        self.batches: dict[int, tuple[int, str]] = {}
        self.objects: set[str] = set()
        self.forgetting: set[int] = set()
        self.forgotten: set[int] = set()
        self.seen: Counter[str] = Counter()

    def take(self, line: str) -> None:
        """Notes one line of a writer."""
        word, *rest = line.split()
        self.seen[word] += 1
        match word:
            case "batch":
                self.batches[int(rest[0])] = (int(rest[1]), rest[2])
            case "object":
                self.objects.add(rest[0])
            case "forgetting":
                self.forgetting.add(int(rest[0]))
            case "forgotten":
                self.forgotten.add(int(rest[0]))

    def require(self, archive: Archive) -> None:
        """Every acknowledged batch and object, every batch whole, nothing that was forgotten."""
        found = dict(archive.statements())  # reading verifies each commitment
        for first, (count, digest) in self.batches.items():
            numbers = range(first, first + count)
            missing = [number for number in numbers if number not in found]
            assert self.forgetting.issuperset(missing)
            assert all(_is_forgotten(archive, number) for number in missing)
            assert missing or sha256_hex(b"".join(found[number] for number in numbers)) == digest
        assert self.forgotten.isdisjoint(found)
        present = Counter(envelope[: envelope.index(b',"filling"')] for envelope in found.values())
        lost = sum(int(start.rpartition(b":")[2]) - count for start, count in present.items())
        assert lost <= len(self.forgetting)  # each batch that is there is there whole, but for what was forgotten
        assert list(found) == archive.index.by_act("")
        assert self.objects <= set(archive.objects)
        for digest in archive.objects:  # also those that were not acknowledged are whole
            archive.objects.check(digest)


def _is_forgotten(archive: Archive, number: int) -> bool:
    try:
        archive.disclosure(number)
    except Forgotten:
        return True
    return False


if __name__ == "__main__":
    rounds, first_seed = int(sys.argv[1]), int((sys.argv[2:] or ["7"])[0])
    for start in range(0, rounds, 20):
        with tempfile.TemporaryDirectory() as scratch:
            seen = rehearse(Path(scratch) / "archive", min(20, rounds - start), first_seed + start)
            print(f"rounds {start + 1} to {min(start + 20, rounds)}:", dict(seen), flush=True)  # noqa: T201
