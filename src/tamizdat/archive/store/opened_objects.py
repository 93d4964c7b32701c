"""Which store an archive has: objects on its disk, or on a place."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tamizdat.archive.store.objects import Objects
from tamizdat.archive.store.placed_list import PlacedList

if TYPE_CHECKING:
    from tamizdat.archive.store.object_place import Keeping


def open_objects(
    folder: Path, staging: Callable[[], Path], keeping: "Keeping | Callable[[], Keeping | None] | None"
) -> Objects:
    """Return the objects of the archive in *folder*, on its disk or on a place. Raises BadArchive, KeyMissing."""
    if keeping is None or callable(keeping):
        listed = PlacedList(folder, "")
        if not listed.sizes:
            return Objects(folder / "objects", staging)
        from tamizdat.archive.store.placed import PlacedObjects  # with what seals objects; few archives need it

        return PlacedObjects(folder, staging, PlacedList(folder, listed.mark), None, keeping)
    listed = PlacedList(folder, keeping.mark)
    listed.sizes  # noqa: B018 -- reads it, and its mark
    if keeping.returning and not listed.mark:
        return Objects(folder / "objects", staging)
    listed.require(keeping.mark)
    from tamizdat.archive.store.placed import PlacedObjects  # as above

    return PlacedObjects(folder, staging, listed, keeping)
