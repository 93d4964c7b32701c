"""What a place has of an earlier edition of ours when nothing here tells it: a desk was restored, or a file was lost.

The edition that lies there says it itself: it is signed by one of our keys, and names its lists, and these its files.
So what was withdrawn since goes, and nothing that no edition of ours names is touched. Where the lists do not hold, or
the edition is somebody else's, nothing is put or removed, and a person is told what to do.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from tamizdat.disk.files import make_private, refusals
from tamizdat.errors import DamagedInput, NotThere, PlaceRefused
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import open_envelope
from tamizdat.mirror import site_paths
from tamizdat.mirror.run import SMALL
from tamizdat.places.site_files import SiteFiles
from tamizdat.publishing.build.site_folder import NEXT, next_of, scripts_told
from tamizdat.verifying.edition import EDITION, EDITION_PROOF, FILES, ITEMS
from tamizdat.witness.add_checkpoint import size_of

WHAT = "what a place has"


def left_there(place: SiteFiles, roster: Path, scratch: Path) -> set[str]:
    """Return the paths of all that an edition of ours in *place* names, and one that was on its way there.

    *roster* is the file of our own site. *scratch* is a folder to be made for the lists, gone afterwards. Raises
    PlaceError; PlaceRefused for another's edition, and where lists do not hold.
    """
    keys = {each.key for each in Roster.open(roster.read_bytes()).keys}
    found = set[str]()
    try:
        for folder in ("", NEXT):
            with refusals(WHAT):
                shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
                make_private(scratch)
            if _fetch(place, scratch, EDITION, folder):
                found |= _named(place, scratch, keys, folder)
    except DamagedInput:
        raise PlaceRefused(
            f"“{place.name}”: expected nothing, or an edition of this desk, found one that it has not signed, or whose "
            "lists do not hold. So what of it was withdrawn cannot be told, and nothing was put or removed. Empty that "
            "folder by hand, or name another, and run the same command again."
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


def _named(place: SiteFiles, scratch: Path, keys: set[bytes], folder: str) -> set[str]:
    """Return the paths that one edition names; raises DamagedInput, PlaceError."""
    open_envelope((scratch / EDITION).read_bytes(), keys)
    for path in (FILES, ITEMS):
        _fetch(place, scratch, path, folder)
    for path in site_paths.lists(site_paths.top(scratch)):
        _fetch(place, scratch, path, folder)
    _fetch(place, scratch, site_paths.HEAD)
    size = size_of((scratch / site_paths.HEAD).read_bytes()) if (scratch / site_paths.HEAD).is_file() else 0
    own = {EDITION, EDITION_PROOF, FILES, ITEMS, *site_paths.lists(site_paths.top(scratch))}
    later = set(site_paths.later(scratch, size))
    ahead = {next_of(each) for each in own.union(scripts_told(later))} if folder else own
    return ahead | set(site_paths.listed(scratch)) - own | later - own


def _fetch(place: SiteFiles, scratch: Path, path: str, folder: str = "") -> bool:
    """Put a file of the place under its own path into *scratch*; return whether it is there. Raises PlaceError."""
    with refusals(WHAT):
        make_private((scratch / path).parent)
    with suppress(NotThere):
        with refusals(WHAT), (scratch / path).open("wb") as into:
            place.fetch(next_of(path) if folder else path, into, SMALL)
        return True
    with refusals(WHAT):
        (scratch / path).unlink()
    return False
