"""Whether the archive is older than what the folders of its site on this computer tell.

Nothing leaves for that, and it costs nothing, so whatever adds to the ledger may ask each time: an older copy has fewer
entries before it adds its first. All others who know the ledger are asked before an edition (:mod:`.desk`).
"""

import contextlib
import io
from collections.abc import Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.errors import BadArchive, DamagedInput, NotThere, PlaceError, ToolMissing, UsageError
from tamizdat.home.home import SITE, Home
from tamizdat.home.rotate import newest_roster
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import MAX_NOTE, Verifier, open_note
from tamizdat.places.service import read_timeout
from tamizdat.places.site_files import FolderSite, SiteFiles, open_site_files

PATIENCE: Final = 20.0  #: seconds in which those that are asked before an edition may answer
CHECKPOINT: Final = "ledger/checkpoint"  #: of a site


def require_current_on_disks(home: Home, archive: Archive) -> None:
    """Raise BadArchive if a folder of the site that this computer sees tells of more entries than the archive has."""
    here = [FolderSite("the desk's own folder", home.folder / SITE)]
    here += [each for each in sites_of(home) if isinstance(each, FolderSite)]
    noted = [each for each in here if _tells(each)]
    if not noted:
        return
    log = newest_roster(archive, bytes.fromhex(home.settings["root"])).policy.log
    for each in noted:
        with contextlib.suppress(PlaceError):  # a folder that cannot be read says nothing
            seen = there(each, log)
            if seen and seen.size > archive.size:
                raise older(archive, f"what is published at {each.name}", seen)


def _tells(site: FolderSite) -> bool:
    """Whether the folder has a checkpoint. One that cannot be read, on a stick that was pulled, has none."""
    with contextlib.suppress(OSError):
        return (site.folder / CHECKPOINT).is_file()
    return False


def older(archive: Archive, what: str, seen: Checkpoint) -> BadArchive:
    """Return what is raised of an archive that lacks what is *seen* elsewhere; *what* says where."""
    return BadArchive(
        f"Expected a ledger that continues {what}, {seen.size:,} entries of it with the root {seen.root.hex()}; found "
        f"{archive.size:,} entries that do not. Is this archive an older copy? Bring it up to date: 'tamizdat keys "
        "catch-up --site FOLDER', with the newest site from any mirror. If nobody here did that, your keys may be in "
        "other hands: 'tamizdat keys rotate'. Nothing was signed."
    )


def sites_of(home: Home) -> Iterator[SiteFiles]:
    """Yield where the desk puts its site out, as far as this computer can ask there."""
    for each in home.places("sites"):
        with contextlib.suppress(UsageError, ToolMissing, PlaceError):
            own = read_timeout(each.name, each.options)
            yield open_site_files(each.name, each.url, {**each.options, "timeout": f"{min(own, PATIENCE):.0f}"})


def there(site: SiteFiles, log: Verifier) -> Checkpoint | None:
    """Return the checkpoint of *log* that a site tells; None if it tells none that holds.

    Raises PlaceError, ToolMissing and UsageError if it cannot be asked.
    """
    note = io.BytesIO()
    try:
        site.fetch(CHECKPOINT, note, MAX_NOTE)
        found = Checkpoint.parse(open_note(note.getvalue(), [log]).text)
    except (NotThere, DamagedInput):
        return None
    return found if found.origin == log.name else None
