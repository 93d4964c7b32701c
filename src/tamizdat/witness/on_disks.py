"""Whether the archive is older than what the folders of its site on this computer tell.

Nothing leaves for that, and it costs nothing, so whatever adds to the ledger may ask each time: an older copy has fewer
entries before it adds its first. All others who know the ledger are asked before an edition (:mod:`.desk`).
"""

import contextlib
import io
from collections.abc import Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.errors import BadArchive, BadNote, BadRoster, DamagedInput, NotThere, PlaceError, ToolMissing, UsageError
from tamizdat.home.home import SITE, Home
from tamizdat.home.rotate import newest_roster
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import MAX_NOTE, Verifier, open_note
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.roster_chain import check_follows
from tamizdat.ledger.statement import MAX_ENVELOPE
from tamizdat.places.service import read_timeout
from tamizdat.places.site_files import FolderSite, SiteFiles, open_site_files

PATIENCE: Final = 20.0  #: seconds in which those that are asked before an edition may answer
VERSIONS: Final = 1000  #: of a roster, that are followed back
CHECKPOINT: Final = "ledger/checkpoint"  #: of a site


def require_current_on_disks(home: Home, archive: Archive) -> None:
    """Raise BadArchive if a folder of the site that this computer sees tells of more entries than the archive has."""
    here = [FolderSite("the desk's own folder", home.folder / SITE)]
    here += [each for each in sites_of(home) if isinstance(each, FolderSite)]
    noted = [each for each in here if _tells(each)]
    if not noted:
        return
    ours = newest_roster(archive, bytes.fromhex(home.settings["root"]))
    for each in noted:
        with contextlib.suppress(PlaceError):  # a folder that cannot be read says nothing
            seen = there(each, ours)
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


def there(site: SiteFiles, ours: Roster) -> Checkpoint | None:
    """Return the checkpoint of our ledger that a site tells; None if it tells none that holds.

    An archive that is older than a change of the desk's keys does not know the key that signs now: then the roster in
    the site counts, if our root signed it, or one to which that handed over. Raises PlaceError, ToolMissing and
    UsageError if the site cannot be asked.
    """
    try:
        note = _fetched(site, CHECKPOINT, MAX_NOTE)
        with contextlib.suppress(DamagedInput):
            return _checkpoint(note, ours.policy.log)
        return _checkpoint(note, _later(site, ours).policy.log)
    except (NotThere, DamagedInput):
        return None


def _checkpoint(note: bytes, log: Verifier) -> Checkpoint:
    found = Checkpoint.parse(open_note(note, [log]).text)
    if found.origin != log.name:
        raise BadNote(f"Expected a checkpoint of {log.name}, found one of {found.origin!a:.80}.")
    return found


def _later(site: SiteFiles, ours: Roster) -> Roster:
    """Return the roster of a site if it is a later version of ours; raises BadRoster, NotThere, PlaceError."""
    newest = later = Roster.open(_fetched(site, "roster.json", MAX_ENVELOPE))
    if not 0 < newest.version - ours.version <= VERSIONS or newest.policy.log.name != ours.policy.log.name:
        raise BadRoster("Expected a later version of our roster, found none.")
    while later.root != ours.root:  # only a site whose root changed has the earlier versions beside it
        earlier = Roster.open(_fetched(site, f"roster-{later.version - 1}.json", MAX_ENVELOPE))
        check_follows(later, earlier)
        later = earlier
    return newest


def _fetched(site: SiteFiles, path: str, most: int) -> bytes:
    data = io.BytesIO()
    site.fetch(path, data, most)
    return data.getvalue()
