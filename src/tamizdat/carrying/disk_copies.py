"""Wiping a card that is needed tomorrow, before its receipt can be here: several disks hold all of it, sealed.

A desk may allow that when it invites a device: ``copies 2``. Then the device keeps, sealed under the settings key, what
it needs beside the card and the disks::

    consignments/0001/parcels     while it is open: a line for each group, before the group is committed
    copies/0001.parcels           the same file, when it is closed: the names of all parcels but fillers
    copies/0001                   how many groups there are, a key, and for each file that was carried
                                  whole the tag of section 6 of the specification of carrying, under this key
                                  instead of the receipt

A disk *holds* the consignment if it gives, of each group, as many sound shares as the group has payloads: every parcel
is read, and its BLAKE3 must be its name. It is weaker than a receipt. That these parcels can be opened nobody has
tried; and who takes all the disks takes all there is.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Final

from tamizdat.carrying.outbox import Outbox
from tamizdat.carrying.receipt import file_tag
from tamizdat.carrying.wipe import COPIES, Wiped, delete_matching
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import append_lines, flush_folder, read_lines, refusals, write_file
from tamizdat.encoding import Json, canonical, parse_canonical
from tamizdat.errors import BadArchive, CheckFailed, NotThere, PlaceError, UsageError
from tamizdat.home.home import Home, PlaceSettings, require_no_home_in
from tamizdat.places import Place
from tamizdat.places.disks import Where, folder_of, physical_disks, where_is
from tamizdat.sealing.inventory import Entry
from tamizdat.sealing.parcel import parcel_name

RULE: Final = "copies_to_wipe"  #: in the settings: on how many disks the desk wants all of a card before it is wiped
SYSTEM: Final = Path("/usr")  #: on the disk from which the laptop's system runs
_WHAT: Final = "what a wipe by copies needs"
_WITH_THE_LAPTOP: Final = "it is the disk of this laptop, which is taken with it"
_NOT_COUNTED: Final[dict[Where, str]] = {
    "inside": "it is a disk inside this laptop, which is taken with it",
    "memory": "it lies in the memory of this laptop, and is gone when that is switched off: is the disk mounted?",
    "host": "it is a folder of the computer in which this machine runs, and may lie on that one's own disk",
    "unknown": "the system does not tell on which disk it lies, or where that is: it may be inside this laptop",
}


def sealed_names(home: Home, consignment: int) -> Callable[[int, int, Sequence[str]], str] | None:
    """Return what seals the names of a group's parcels into a line; None if the desk allows no wipe by copies."""
    if home.settings.get(RULE) is None:
        return None

    def line(group: int, k: int, names: Sequence[str]) -> str:
        said = canonical({"group": group, "k": k, "names": list[Json](names)})
        return home.keyring.seal(said, f"parcels {consignment}").hex()

    return line


def keep(home: Home, outbox: Outbox, groups: int, files: Sequence[Entry]) -> None:
    """Keep what a wipe by copies of a consignment of so many *groups* needs, when it is sealed to its end."""
    folder = home.folder / COPIES
    names = folder / f"{outbox.number:04d}.parcels"
    # a line that the disk has damaged is left out: of its group no disk will count as holding enough
    lines = [line for line in read_lines(outbox.parcel_names, _WHAT) if line.isascii()]
    if not lines and not names.exists():
        return  # its desk does not allow it
    key = secrets.token_bytes(32)
    tags = sorted(
        file_tag(key, entry.path, entry.size, bytes.fromhex(entry.sha256 or "")).hex()
        for entry in files
        if entry.state == "whole"
    )
    with refusals(_WHAT):
        folder.mkdir(mode=0o700, exist_ok=True)
        flush_folder(home.folder)
    if lines:  # after a kill some stand there twice, which does no harm
        append_lines(names, lines, _WHAT)
    document = canonical({"groups": groups, "key": key.hex(), "tags": list[Json](tags)})
    write_file(folder / f"{outbox.number:04d}", home.keyring.seal(document, f"copies {outbox.number}"), _WHAT)


@dataclass
class Held:
    """What one disk holds of the consignments of a card. *lacking*: groups of which it has too few sound parcels."""

    place: str
    sound: int = 0
    lacking: int = 0
    why: str = ""  #: why it does not count at all

    @property
    def is_whole(self) -> bool:
        """Whether all of it could be read from this disk alone."""
        return not self.why and not self.lacking and self.sound > 0


@dataclass(frozen=True)
class WipedByCopies:
    """What was deleted, and what the disks hold."""

    wiped: Wiped
    disks: tuple[Held, ...]
    consignments: tuple[int, ...]


@dataclass(frozen=True)
class _Kept:
    number: int
    key: bytes
    tags: frozenset[str]
    groups: dict[int, list[tuple[int, list[str]]]] = field(hash=False)  # number → (k, names) of each time it was sealed


def wipe_by_copies(
    home: Home, root: Path, copies: int, dry_run: bool, progress: Callable[[int], None] = lambda size: None
) -> WipedByCopies:
    """Delete below *root* what at least *copies* disks hold sealed, each read again.

    Raises UsageError if the desk does not allow it, or wants more copies; CheckFailed, and nothing is deleted, if fewer
    disks hold all of it.
    """
    require_no_home_in(home.folder, root)
    rule = home.settings.get(RULE)
    if rule is None:
        raise UsageError(
            "Expected a desk that lets cards be wiped before its receipt, found one that has not said so in its "
            "invitation. Keep the card until the receipt is here, or ask the desk for another invitation."
        )
    if copies < rule:
        raise UsageError(
            f"Expected at least the {rule} copies that the desk wants, found {copies}. Nothing was deleted."
        )
    kept = list(_kept(home))
    meant: set[int] = set()

    def is_carried(path: str, size: int, digest: bytes) -> bool:
        found = [each.number for each in kept if file_tag(each.key, path, size, digest).hex() in each.tags]
        meant.update(found)
        return bool(found)

    def are_held() -> tuple[Held, ...]:
        wanted = [each for each in kept if each.number in meant]
        disks = _look_at_disks(home, root, wanted, progress)
        whole = [each.place for each in disks if each.is_whole]
        if wanted and len(whole) < copies:
            named = f" ({', '.join(whole)})" if whole else ""
            whys = {each.place: each.why or f"it lacks groups ({each.lacking})" for each in disks if not each.is_whole}
            said = "".join(f"{place}: {why}. " for place, why in whys.items())
            raise CheckFailed(
                f"Expected all of this card, sealed, on {copies} disks, found it on {len(whole)}{named}. {said}"
                "Nothing was deleted: plug them in and run 'tamizdat send', or 'tamizdat check --repair'."
            )
        return disks

    found: list[tuple[Held, ...]] = []
    wiped = delete_matching(root, is_carried, lambda: found.append(are_held()), dry_run, progress)
    return WipedByCopies(wiped, found[0], tuple(sorted(meant)))


def _kept(home: Home) -> Iterator[_Kept]:
    folder = home.folder / COPIES
    with refusals(_WHAT):
        numbers = (
            sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal()) if folder.is_dir() else []
        )
    for number in numbers:
        with refusals(_WHAT):
            sealed = (folder / f"{number:04d}").read_bytes()
        said = parse_canonical(home.keyring.open(sealed, f"copies {number}"), _WHAT)
        groups: dict[int, list[tuple[int, list[str]]]] = {}
        for line in read_lines(folder / f"{number:04d}.parcels", _WHAT):
            with suppress(ValueError):
                group = parse_canonical(home.keyring.open(bytes.fromhex(line), f"parcels {number}"), _WHAT)
                groups.setdefault(group["group"], []).append((group["k"], group["names"]))
        if groups.keys() != set(range(said["groups"])):
            raise BadArchive(
                f"Expected the names of the parcels of all groups, found that some of {_WHAT} are missing: this disk "
                "loses bytes. Keep the card until the desk's receipt is here."
            )
        yield _Kept(number, bytes.fromhex(said["key"]), frozenset(said["tags"]), groups)


def _look_at_disks(
    home: Home, root: Path, wanted: Sequence[_Kept], progress: Callable[[int], None]
) -> tuple[Held, ...]:
    taken = dict.fromkeys(physical_disks(root), "it is the card's own disk")
    taken |= dict.fromkeys(physical_disks(home.folder), _WITH_THE_LAPTOP)
    if SYSTEM.exists():  # whoever runs from a stick has the home there, and the laptop's own disk is another one
        taken |= dict.fromkeys(physical_disks(SYSTEM), _WITH_THE_LAPTOP)
    found = []
    for settings in home.places():
        folder = folder_of(settings.url)
        if folder is None:
            continue
        held = Held(settings.name)
        found.append(held)
        disks = physical_disks(folder)
        same = next((taken[disk] for disk in disks if disk in taken), None)
        where = set(map(where_is, disks)) or {"unknown"}
        not_counted = next((why for each, why in _NOT_COUNTED.items() if each in where), None)
        if same or not_counted:
            held.why = same or not_counted or ""
            continue
        _look(held, settings, wanted, progress)
        if held.is_whole:
            taken |= dict.fromkeys(disks, f"it is the same disk or server as {settings.name}")
    return tuple(found)


def _look(held: Held, settings: PlaceSettings, wanted: Sequence[_Kept], progress: Callable[[int], None]) -> None:
    try:
        place = settings.open()
        names = set(place.list())
        for each in wanted:
            for times in each.groups.values():
                if not any(
                    _has(place, k, [name for name in shares if name in names], held, progress) for k, shares in times
                ):
                    held.lacking += 1
    except PlaceError as error:
        held.why = str(error)


def _has(place: Place, k: int, names: Sequence[str], held: Held, progress: Callable[[int], None]) -> bool:
    """Whether *place* gives at least *k* sound parcels of a group; all that it has are read."""
    sound = 0
    for name in names:
        try:
            data = place.get(name)
        except NotThere:
            continue
        progress(len(data))
        sound += parcel_name(data) == name
    held.sound += sound
    return sound >= k
