"""``backups.json``: when which backup was last finished, and what it held, so that anybody at the desk is told.

It lies in the clear, because ``check``, ``receive`` and ``status`` ask no passphrase for it, and so it holds numbers,
the short names that the places of backups were given, and nothing that was sealed::

    {"backups": {"disk": {"done": "2026-11-28T18:00:00Z", "forgotten": 0, "leaves": 512, "number": 1795975200,
                          "removed": false, "retired": 0, "undeleted": 0}}, "check": "8f14e45f", "retired": 0}

*leaves* is how many entries the ledger had, *forgotten* how many of them were destroyed by then, and *retired* how many
sealing keys: what was forgotten or retired since is in that backup still. *undeleted* counts the files of older backups
that the place did not delete. *number* is that of the backup: the next one has a higher one, whatever the clock says,
also when the sealed record of that place is lost. *removed*: the place is none of the desk's any more; no receipt is
told because of it, and what it holds it holds still. *check* is the first 8 digits of the SHA-256 of all the rest: by
these numbers receipts are told, and a disk may turn a 5 into a 7.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical, sha256_hex
from tamizdat.errors import BadArchive, BadEncoding

FILE: Final = "backups.json"


@dataclass(frozen=True)
class LastBackup:
    """The last backup that was finished on one place."""

    done: str
    leaves: int
    forgotten: int
    retired: int
    undeleted: int = 0
    number: int = 0  #: of the backup there; 0 before it was kept
    removed: bool = False  #: the place is none of the desk's any more


@dataclass
class Backups:
    """The file, read."""

    last: dict[str, LastBackup] = field(default_factory=dict)
    retired: int = 0  #: sealing keys that were retired at this desk

    @property
    def leaves(self) -> int:
        """How many entries of the ledger are in some backup; 0 if there is none."""
        return max((each.leaves for each in self.last.values() if not each.removed), default=0)

    @classmethod
    def read(cls, folder: Path) -> "Backups":
        """Read the file of a desk's folder; nothing was backed up where there is none. Raises BadArchive."""
        with refusals("the times of backups"):
            if not (folder / FILE).exists():
                return cls()
            data = (folder / FILE).read_bytes()
        try:
            said = parse_canonical(data, FILE)
            if said.pop("check", None) not in (None, _check(said)):  # none: as earlier versions wrote it
                raise BadEncoding("Expected numbers that fit their check.")
            return cls({name: LastBackup(**facts) for name, facts in said["backups"].items()}, int(said["retired"]))
        except (BadEncoding, TypeError, KeyError, AttributeError, ValueError) as error:
            raise BadArchive(
                f"{FILE}: expected the times of backups, found a damaged file. Delete it, then run 'tamizdat backup': "
                "it only says when that was last done."
            ) from error


def require_all_entries(folder: Path, size: int) -> None:
    """Raise BadArchive if the ledger, of *size* entries, is shorter than when it was backed up: it only ever grows.

    A ledger that a disk has cut off looks like an older one. What was signed next would contradict what is published,
    and the next backup would take the place of the whole one.
    """
    leaves = max((each.leaves for each in Backups.read(folder).last.values()), default=0)
    if size < leaves:
        raise BadArchive(
            f"entries.log: expected at least the {leaves:,} entries that the ledger had when it was last backed up, "
            f"found {size:,}: it was cut off, or is an older copy. Nothing was changed. Put back a newer copy of the "
            "folder archive/, or make the desk again from its backup with 'tamizdat setup desk --restore'. Only if "
            f"neither is left, and you accept the loss: delete {FILE}."
        )


def _check(said: dict[str, Json]) -> str:
    return sha256_hex(canonical(said))[:8]


@contextmanager
def changing(folder: Path) -> Iterator[Backups]:
    """Lock the file, read it, give it, and write it at the end."""
    with refusals("the lock"):
        handle = os.open(folder / f".{FILE}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        found = Backups.read(folder)
        yield found
        last: dict[str, Json] = {name: vars(each) for name, each in found.last.items()}
        said: dict[str, Json] = {"backups": last, "retired": found.retired}
        write_file(folder / FILE, canonical({**said, "check": _check(said)}), "the times of backups")
    finally:
        os.close(handle)


def leave(folder: Path, name: str) -> None:
    """Note that the place *name* is none of the desk's any more, before it is removed: its disk may have died."""
    with changing(folder) as told:
        if name in told.last:
            told.last[name] = replace(told.last[name], removed=True)
