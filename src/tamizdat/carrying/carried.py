"""What of a card was carried already, so that a card with one new clip is not sent whole again.

When a consignment is closed, ``carried/<number>`` is written beside its receipt's other half, sealed under the settings
key: a key of its own, and for each file that was carried whole the first 16 bytes of

    BLAKE3(path ‖ 0x00 ‖ size ‖ 0x00 ‖ modified in nanoseconds ‖ 0x00 ‖ sample, key)

The sample is 4 KiB of its beginning, middle and end. A recorder without a battery begins its clock, its names and its
clips of one size anew each time it is switched on: by these alone what it filmed today is what it filmed yesterday.

They stand in the order of the stream, with a random one for each file that was not carried whole, beside the
consignment's id: so a desk that lacks the files from the fifth on can have them sealed again (:func:`carry_again`).

No name is in it and no digest of a file. It goes when the card is wiped by the receipt of the consignment, and with
everything else on panic. Until then, whoever has the passphrase and a copy of a file, and guesses its path and time,
can confirm that a card held it. Who rewrites a file in place between the samples and sets back its clock has it taken
for the old one. ``seal --whole`` asks nothing of this.
"""

import os
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from blake3 import blake3

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import flush_folder, refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical
from tamizdat.errors import BadArchive
from tamizdat.footage.card import Card, CardFile
from tamizdat.home.home import Home

MARK: Final = 16  #: bytes by which a file is known again: 80,000 of them never meet by chance
SAMPLE: Final = 4096  #: bytes at the beginning, in the middle and at the end
FOLDER: Final = "carried"
_WHAT: Final = "the memory of what was carried"


@dataclass(frozen=True)
class Carried:
    """What one consignment carried. *consignment* is its id, in hex, "" if that was not kept."""

    number: int
    key: bytes
    marks: frozenset[str]
    consignment: str = ""

    def has(self, file: CardFile, sample: bytes) -> bool:
        """Whether the consignment carried this file, as far as path, size, time and *sample* tell."""
        return mark(self.key, file, sample) in self.marks


def mark(key: bytes, file: CardFile, sample: bytes = b"") -> str:
    """Return what is remembered of a file: 32 hex digits."""
    said = f"{file.path}\0{file.size}\0{file.modified_ns}".encode() + (b"\0" + sample if sample else b"")
    return blake3(said, key=key).digest(length=MARK).hex()


def sample_of(file: CardFile) -> bytes | None:
    """Return a little of a file's content; None if it cannot be read: then nobody knows whether it was carried."""
    with suppress(OSError):
        handle = os.open(file.where, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            places = (0, max(0, file.size // 2), max(0, file.size - SAMPLE))
            return b"".join(os.pread(handle, SAMPLE, place) for place in places)
        finally:
            os.close(handle)
    return None


def keep(home: Home, number: int, consignment: bytes, files: Iterable[CardFile], whole: Collection[CardFile]) -> None:
    """Remember what of *files* consignment *number* has carried *whole*."""
    key = secrets.token_bytes(32)
    sampled = ((file, sample_of(file) if file in whole else None) for file in files)
    marks = [secrets.token_hex(MARK) if sample is None else mark(key, file, sample) for file, sample in sampled]
    _write(home, number, {"consignment": consignment.hex(), "key": key.hex(), "marks": list[Json](marks)})


def _write(home: Home, number: int, said: dict[str, Json]) -> None:
    document = canonical(said)
    folder = home.folder / FOLDER
    with refusals(_WHAT):
        folder.mkdir(mode=0o700, exist_ok=True)
        flush_folder(home.folder)
    write_file(folder / f"{number:04d}", home.keyring.seal(document, f"carried {number}"), _WHAT)


def remembered(home: Home, lost: Callable[[int], None] = lambda number: None) -> list[Carried]:
    """Return what earlier consignments have carried whose receipt has not come.

    *lost* is told the number of each of which the disk has damaged that: it keeps nobody from sealing, and its card is
    carried again.
    """
    found = []
    folder = home.folder / FOLDER
    with refusals(_WHAT):
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
        sealed = [(int(path.name), path.read_bytes()) for path in paths if path.name.isdecimal()]
    for number, data in sealed:
        try:
            document = parse_canonical(home.keyring.open(data, f"carried {number}"), _WHAT)
        except BadArchive:
            lost(number)
            continue
        marks, consignment = frozenset(document["marks"]), document.get("consignment", "")
        found.append(Carried(number, bytes.fromhex(document["key"]), marks, consignment))
    return found


def carry_again(home: Home, number: int, first: int) -> int:
    """Forget that the files of consignment *number* from the *first* on were carried; return how many are forgotten.

    The next sealing of their card carries them again. Raises BadArchive.
    """
    with refusals(_WHAT):
        data = (home.folder / FOLDER / f"{number:04d}").read_bytes()
    document = parse_canonical(home.keyring.open(data, f"carried {number}"), _WHAT)
    kept = document["marks"][:first]
    _write(home, number, {**document, "marks": kept})
    return len(document["marks"]) - len(kept)


def forget(home_folder: Path, number: int) -> None:
    """Forget what consignment *number* carried: its receipt has come."""
    with refusals(_WHAT):
        (home_folder / FOLDER / f"{number:04d}").unlink(missing_ok=True)


def fresh(card: Card, known: Sequence[Carried]) -> Card:
    """Return the card with the files only that none of *known* has carried."""
    return replace(card, files=card.files.only(lambda file: not _is_known(file, known))) if known else card


def _is_known(file: CardFile, known: Sequence[Carried]) -> bool:
    sample = sample_of(file)
    return sample is not None and any(each.has(file, sample) for each in known)
