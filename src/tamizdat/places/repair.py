"""Making a place whole again from others: every parcel they hold and it lacks, or holds damaged, is put there.

It needs no key: a parcel's name is the BLAKE3 of its bytes, so that whoever carries disks can tell a sound copy from a
damaged one, and nothing else. A parcel of the place itself is read once; of the others only what is wanted is read, and
what does not match its name is passed over for the next one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import NotThere, PlaceError, PlaceFull, PlaceRefused
from tamizdat.places.place import Place

PARCEL: Final = re.compile(r"[0-9a-f]{64}")  #: names of parcels


@dataclass
class Repair:
    """What was found and done: parcels that were sound, put anew, and of which nobody gave a sound copy."""

    place: str
    sound: int = 0
    missing: int = 0  #: put, because it was not there
    damaged: int = 0  #: put again, because other bytes were there
    lost: list[str] = field(default_factory=list)  #: named by some place, and given by none
    failures: dict[str, str] = field(default_factory=dict)  #: by place, why it was of no use


def repair(
    target: Place,
    others: Sequence[Place],
    name_of: Callable[[bytes], str],
    progress: Callable[[int], None] = lambda size: None,
) -> Repair:
    """Make *target* whole from *others*; *name_of* tells by its bytes which name a parcel must have.

    *progress* is told the bytes that were read or put.

    Raises PlaceFull and PlaceRefused of the target, and PlaceUnreachable if it cannot be listed.
    """
    report = Repair(target.name)
    there = {name for name in target.list() if PARCEL.fullmatch(name)}
    holders: dict[str, list[Place]] = {name: [] for name in there}
    for other in others:
        try:
            for name in other.list():
                if PARCEL.fullmatch(name):
                    holders.setdefault(name, []).append(other)
        except PlaceError as error:
            report.failures[other.name] = str(error)  # what it did list counts
    for name in sorted(holders):
        _mend(target, name, holders[name], name in there, name_of, report, progress)
    return report


def _mend(
    target: Place,
    name: str,
    holders: list[Place],
    listed: bool,
    name_of: Callable[[bytes], str],
    report: Repair,
    progress: Callable[[int], None],
) -> None:
    if listed and (held := _sound(target, name, name_of, report)) is not None:
        progress(len(held))
        report.sound += 1
        return
    for holder in holders:
        data = _sound(holder, name, name_of, report)
        if data is None:
            continue
        try:
            target.put(name, data)
        except (PlaceFull, PlaceRefused):
            raise  # it would be the same with the next one
        except PlaceError as error:
            report.failures[target.name] = str(error)
            break
        progress(len(data))
        report.damaged += listed
        report.missing += not listed
        return
    report.lost.append(name)


def _sound(place: Place, name: str, name_of: Callable[[bytes], str], report: Repair) -> bytes | None:
    """Return a parcel if *place* gives it as its name says; a failure is noted."""
    try:
        return sound_from(place, name, name_of)
    except PlaceError as error:
        report.failures[place.name] = str(error)
        return None


def sound_from(place: Place, name: str, name_of: Callable[[bytes], str]) -> bytes | None:
    """Return a parcel if *place* gives it as its name says, None for other bytes or none. Raises PlaceError."""
    try:
        data = place.get(name)
    except NotThere:
        return None
    return data if name_of(data) == name else None
