"""What a run of fetching may store of strangers, and what it saw."""

import shutil
import threading
from collections import Counter
from dataclasses import field
from pathlib import Path

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals


@dataclass(frozen=True)
class Allowance:
    """What may lie in ``incoming`` of all devices together that are not accepted: bytes, and consignments."""

    size: int
    consignments: int = 32

    @classmethod
    def of_disk(cls, folder: Path, held: int) -> "Allowance":
        """Return a quarter of the disk that is free beside the *held* bytes, at most 64 GiB."""
        with refusals("what arrives"):
            free = shutil.disk_usage(folder).free
        return cls(min(64 << 30, (free + held) // 4))


@dataclass
class Fetched:
    """What a run of fetching saw. *by_place*: place → what happened there → how often.

    *failures*: place → why it gave nothing, and *kinds*, of which kind that is: the name of the error's class.
    *problems*: consignment → what is wrong with it. *beyond*: how many parcels the allowance left in the places;
    *over*: key of an accepted device in hex → how many its limit for a day left there.
    *left*: place that gave nothing and was left → what is set when it lets go of the threads that wait for it.
    """

    allowance: Allowance
    parcels: int = 0
    size: int = 0
    by_place: dict[str, Counter[str]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    problems: dict[bytes, str] = field(default_factory=dict)
    beyond: int = 0
    over: Counter[str] = field(default_factory=Counter)
    left: dict[str, threading.Event] = field(default_factory=dict)

    def count(self, place: str, what: str) -> None:
        """Count one more of *what* ("taken", "damaged", "not for us", "spare", "filler", "gone", "beyond" …) there."""
        self.by_place.setdefault(place, Counter())[what] += 1
