"""Objects on a place: which place, and the keys for it, in the desk's sealed settings; so every backup has them.

::

    "objects": [{"number": 4, "name": "cloud", "url": "s3://…", "options": {…}}]     one place, written as all places
    "object_keys": {"key": "AGE-SECRET-KEY-PQ-1…", "secret": "<64 hex digits>", "cache": 50000000000,
                    "returning": false}

The keys are made when the place is added and are for it alone: what is sealed to devices' keys cannot be opened with
them, nor the other way, and retiring a device's key takes nothing from the archive. While *returning*, objects come
back to this disk.
"""

import secrets
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.store.object_place import Keeping, ObjectPlace, mark_of
from tamizdat.archive.store.placed_list import PlacedList
from tamizdat.errors import BadArchive, UsageError
from tamizdat.home.backups import require_all_entries
from tamizdat.home.home import ARCHIVE, Home, PlaceSettings
from tamizdat.keys import SealingKey
from tamizdat.ledger.statement import peek_envelope

USE: Final = "objects"
KEYS: Final = "object_keys"
MOVING: Final = "moving objects"  #: the lock of whoever moves objects to the place, or back
CACHE: Final = 20 * 10**9  #: bytes of objects that stay on this disk unless somebody says otherwise


def keeping_of(home: Home) -> Keeping | None:
    """Return where this desk's objects are kept and the keys for it; None if they lie on its disk."""
    places, said = home.places(USE), home.settings.get(KEYS)
    if not places or not said:
        return None
    key, secret = SealingKey.from_text(said["key"]), bytes.fromhex(said["secret"])
    return Keeping(places[0].open, key, secret, said["cache"], said["returning"])


def open_archive(home: Home) -> Archive:
    """Open the desk's archive, with the place of its objects if it has one."""
    return open_whole(home.folder, keeping_of(home))


def open_whole(folder: Path, keeping: Keeping | Callable[[], Keeping | None] | None = None) -> Archive:
    """Open the archive of the desk in *folder*, as :meth:`Archive.open` does; none that is shorter than its backup."""
    archive = Archive.open(folder / ARCHIVE, keeping)
    with ExitStack() as stack:
        stack.enter_context(archive)
        require_all_entries(folder, archive.size)
        stack.pop_all()
    return archive


def keep_on(home: Home, name: str, url: str, options: dict[str, str], cache: int = CACHE) -> PlaceSettings:
    """Keep objects on this place from now on; those that lie on the disk stay there until they are moved.

    Raises UsageError if there is such a place already.
    """
    if home.places(USE):
        raise UsageError(
            f"Expected a desk whose objects lie on its disk, found that they are kept on “{home.places(USE)[0].name}”. "
            "Bring them back first with 'tamizdat objects return'."
        )
    secret = secrets.token_bytes(32)
    said = {
        "key": SealingKey.generate().to_text(),
        "secret": secret.hex(),
        "cache": cache,
        "returning": False,
    }
    # the list first: an empty one without keys is as good as none
    PlacedList.create(home.folder / ARCHIVE, mark_of(secret))
    with home.changing():
        home.settings[KEYS] = said
    return home.add_place(name, url, options, USE)


def set_cache(home: Home, size: int) -> None:
    """Let so many bytes of objects stay on this disk. Raises UsageError where no place keeps them."""
    with home.changing():
        require(home)
        home.settings[KEYS]["cache"] = size


def begin(home: Home, returning: bool) -> None:
    """Let objects come back from now on, nothing new going to the place; or go there, if they were *returning*.

    Raises UsageError where no place keeps them.
    """
    with home.changing():
        require(home)
        home.settings[KEYS]["returning"] = returning


def forget(home: Home) -> None:
    """Forget the place and its keys, once its list is empty. What it holds stays there, and nobody can open it."""
    with home.changing():
        home.settings[USE] = []
        del home.settings[KEYS]


def find(home: Home, progress: Callable[[int], None] = lambda size: None) -> int:
    """Make the list of objects on the place anew, of all that the ledger names; return how many are on it.

    Of each the first segment is read, which says how large it is; *progress* is told the bytes. The place itself does
    not say what its names stand for. Raises PlaceError.
    """
    keeping = keeping_of(home)
    assert keeping is not None
    place, folder = ObjectPlace(keeping), home.folder / ARCHIVE
    listed = PlacedList(folder, keeping.mark)
    listed.begin(keeping.mark)
    with Archive.open(folder) as archive:
        digests = {each.sha256 for _, envelope in archive.statements() for each in peek_envelope(envelope).subjects}
    for digest in sorted(digests - listed.sizes.keys()):
        with suppress(BadArchive):
            size, first = place.segment(digest, 0, patient=True)
            listed.add([(digest, size)])
            progress(len(first))
    return len(listed.sizes)


def require(home: Home) -> PlaceSettings:
    """Return the place of objects; raises UsageError if there is none."""
    places = home.places(USE)
    if not places:
        raise UsageError(
            "Expected a desk whose objects are kept on a place, found that they lie on its own disk. Add a place for "
            "them with 'tamizdat places add NAME URL --objects'."
        )
    return places[0]
