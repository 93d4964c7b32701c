"""Keep a desk's objects on a place, sealed, when its own disk is too small for them; move them there, and back.

'places add NAME URL --objects' says where, and --cache how many bytes stay on this disk besides, for what is used
often. From then on all that comes is put there, read back, and only then counts as kept. What lies on the disk already
stays until 'objects move' moves it; that can be ended at any time and goes on with the next run.

'objects return' brings everything back to this disk, what the place does not give from a second store, and forgets
the place. 'objects find' makes the list of what lies
there (placed.log) anew, from the ledger and the place, if it was lost.

The place counts as one store, what stays on this disk as none. 'check' reads it again in turns.
"""

import shutil
from argparse import Namespace
from collections.abc import Mapping
from contextlib import ExitStack

from tamizdat.archive import Archive
from tamizdat.archive.store.placed import PlacedObjects
from tamizdat.carrying.reread import mend_objects
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser
from tamizdat.cli.terminal_text import counted
from tamizdat.disk.files import refusals
from tamizdat.disk.lock import locked
from tamizdat.errors import StorageFull, UsageError
from tamizdat.home import objects
from tamizdat.home.home import ARCHIVE, Home
from tamizdat.text.quantities import amount, parse_amount

SHARE = 500  #: objects that are moved before what was moved may leave the cache


def add(parser: Parser) -> None:
    """Declare what ``objects`` takes."""
    parser.action("show", "say how many objects lie where, and how many bytes stay on this disk")
    parser.action("move", "move what lies on this disk alone to the place")
    parser.action("return", "bring everything back to this disk, and forget the place")
    parser.action("find", "make the list of what lies on the place anew")
    cache = parser.action("cache", "change how many bytes of objects stay on this disk")
    cache.add_argument("size", metavar="BYTES", help="20G, 500M")


def run(args: Namespace, out: Out) -> int:
    """Do what the second word says. Raises UsageError at a desk whose objects are kept on its disk."""
    home = open_home(args, "desk")
    objects.require(home)
    if args.action == "cache":
        size = parse_amount(args.size)
        if not args.dry_run:
            objects.set_cache(home, size)
        out.say(f"{'Would let' if args.dry_run else 'Let'} {amount(size)} of objects stay on this disk.")
        out.record({"cache": size})
        return 0
    if args.action == "return":
        return _return(args, home, out)
    with home.alone(objects.MOVING):
        return _find(args, home, out) if args.action == "find" else _move(args, home, out)


def _move(args: Namespace, home: Home, out: Out) -> int:
    """Move, or say, what lies on this disk alone. Moving ends a return that was begun."""
    if args.action == "move" and not args.dry_run:
        objects.begin(home, returning=False)
    with open_archive(args) as archive:
        there = archive.objects
        if not isinstance(there, PlacedObjects):
            raise UsageError(
                "Expected objects on a place, found that they came back already: 'tamizdat objects return'."
            )
        alone = there.unplaced()
        waiting = sum(map(there.size, alone))
        if args.action == "move" and not args.dry_run:
            with out.progress(waiting, "moving objects") as progress:
                for at in range(0, len(alone), SHARE):
                    there.place_here(alone[at : at + SHARE], progress.advance)
            out.say(f"Moved {counted(len(alone), 'object')}, {amount(waiting)}.")
            out.record({"moved": len(alone), "bytes": waiting})
            alone, waiting = [], 0
        sizes = there.listed.sizes
        here = sum(size for digest, size in sizes.items() if there.is_here(digest))
        name, bound = objects.require(home).name, home.settings[objects.KEYS]["cache"]
        out.say(
            f"On “{name}”: {counted(len(sizes), 'object')}, {amount(sum(sizes.values()))}. Of them {amount(here)} are "
            f"on this disk too, where up to {amount(bound)} may stay."
        )
        out.say(f"On this disk alone: {counted(len(alone), 'object')}, {amount(waiting)}.")
        out.record(
            {
                "place": name,
                "objects": len(sizes),
                "bytes": sum(sizes.values()),
                "cached": here,
                "cache": bound,
                "here_alone": len(alone),
            }
        )
    return 0


def _return(args: Namespace, home: Home, out: Out) -> int:
    """Bring everything back, unless something is at work that would go on putting things on the place.

    What of it begins meanwhile waits, or is told to be started again.
    """
    name = objects.require(home).name
    with ExitStack() as held:
        for work in (objects.MOVING, "serving the workbench", "collecting", "receiving", "backing up"):
            held.enter_context(home.alone(work))
        held.enter_context(locked(home.folder / ARCHIVE / "publishing.lock", work="publishing"))
        with open_archive(args) as archive:
            sizes = archive.objects.listed.sizes if isinstance(archive.objects, PlacedObjects) else {}
            total = sum(sizes.values())
            if args.dry_run:
                out.say(f"Would bring {counted(len(sizes), 'object')}, {amount(total)}, back from “{name}”.")
                return 0
            _require_room(home, archive, sizes)
        objects.begin(home, returning=True)
        with open_archive(args) as archive:
            if isinstance(archive.objects, PlacedObjects):
                with out.progress(total, "bringing back") as progress:
                    archive.objects.bring_back(
                        progress.advance, lambda digest: bool(mend_objects(home, archive, [digest]))
                    )
        objects.forget(home)
    out.say(
        f"On this desk's disk again: {counted(len(sizes), 'object')}, which is all. “{name}” was forgotten; what it "
        "holds stays there. Back up now, and delete it there only then: a desk that is made again from an older backup "
        "looks for its objects there, and that backup holds the key."
    )
    out.record({"returned": len(sizes), "bytes": total})
    return 0


def _require_room(home: Home, archive: Archive, sizes: Mapping[str, int]) -> None:
    there = archive.objects
    wanted = sum(
        size for digest, size in sizes.items() if isinstance(there, PlacedObjects) and not there.is_here(digest)
    )
    with refusals("the desk's folder"):
        free = shutil.disk_usage(home.folder).free
    if wanted > free:
        raise StorageFull(
            f"Expected room for {amount(wanted)} of objects on this desk's disk, found {amount(free)}. Nothing was "
            "changed. Make room, or bring the desk to a larger disk first."
        )


def _find(args: Namespace, home: Home, out: Out) -> int:
    if args.dry_run:
        out.say("Would ask the place for every object that the ledger names, and write the list of those it gives.")
        return 0
    with out.progress(None, "looking for objects") as progress:
        found = objects.find(home, progress.advance)
    out.say(f"The list names {counted(found, 'object')} on the place now.")
    out.record({"found": found})
    return 0
