"""What a place has of an earlier edition of ours when nothing here tells it: a desk was restored, or a file was lost.

The edition that lies there says it itself: it is signed by one of our keys, and names its lists, and these its files.
So what was withdrawn since goes, and nothing that no edition of ours names is touched. Where a list is not the one that
an edition there names, or that our own site has (a run may have been broken off between them), or is missing, or the
edition is somebody else's, nothing is put or removed, and a person is told what to do. No list is looked into before
that: who else can write there could name files of somebody's, leave out what is to go, or name no end of lists.
"""

import shutil
from collections.abc import Set
from contextlib import suppress
from pathlib import Path

from tamizdat.disk.files import file_sha256, make_private, refusals
from tamizdat.errors import BadStatement, DamagedInput, NotThere, PlaceRefused
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import open_note
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import open_envelope
from tamizdat.mirror import site_paths
from tamizdat.mirror.run import SMALL
from tamizdat.places.site_files import SiteFiles
from tamizdat.publishing.build.site_folder import NEXT, next_of, scripts_told
from tamizdat.statements.published import Edition
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying.edition import EDITION, EDITION_PROOF, FILES, ITEMS, OF_ITEM, Items

WHAT = "what a place has"


def left_there(place: SiteFiles, roster: Path, digests: Set[str], scratch: Path) -> set[str]:
    """Return the paths of all that an edition of ours in *place* names, and one that was on its way there.

    *roster* is the file of our own site, *digests* are those of its files. *scratch* is a folder to be made for the
    lists, gone afterwards. Raises PlaceError; PlaceRefused for another's edition, and where lists do not hold.
    """
    ours = Roster.open(roster.read_bytes())
    found = set[str]()
    try:
        with refusals(WHAT):
            shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
        there = {folder: scratch / name for folder, name in (("", "here"), (NEXT, "next"))}
        editions = [each for each in there.items() if _fetch(place, each[1], EDITION, each[0])]
        known = {*digests}
        for folder, lists in editions:
            statement = open_envelope((lists / EDITION).read_bytes(), {each.key for each in ours.keys}).statement
            known |= {each.sha256 for each in statement.subjects}
            _fetch(place, lists, ITEMS, folder)
            if read_edition(statement).format is None:
                known.add(_of_first_format(lists / ITEMS, read_edition(statement)))
        for folder, lists in editions:
            _require(place, lists, FILES, folder, known)
            _require(place, lists, ITEMS, folder, known)
        known |= {each for _, lists in editions for each in site_paths.lists(site_paths.top(lists)).values()}
        for folder, lists in editions:
            for path in site_paths.lists(site_paths.top(lists)):
                _require(place, lists, path, folder, known)
            found |= _named(place, lists, folder, ours)
    except DamagedInput:
        raise PlaceRefused(
            f"“{place.name}”: expected nothing, or an edition of this desk, found one that it has not signed, or whose "
            "lists do not hold. So what of it was withdrawn cannot be told, and nothing was put or removed. Empty that "
            "folder by hand, or name another, and run the same command again."
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


def _of_first_format(items: Path, edition: Edition) -> str:
    """Return the digest of this list of items if it is that of an edition that names its root alone, or ""."""
    holds = items.is_file() and Items.parse(items.read_bytes()).root == edition.items.root
    return file_sha256(items) if holds else ""


def _require(place: SiteFiles, scratch: Path, path: str, folder: str, known: Set[str]) -> None:
    """Fetch a list; raises BadStatement if it is not there, or none of the *known* ones."""
    if not _fetch(place, scratch, path, folder) or file_sha256(scratch / path) not in known:
        raise BadStatement(f"Expected in {path} the list that an edition names, found none or another.")


def _named(place: SiteFiles, scratch: Path, folder: str, roster: Roster) -> set[str]:
    """Return the paths that one edition names, whose lists hold; raises DamagedInput, PlaceError."""
    size = 0
    if _fetch(place, scratch, site_paths.HEAD):  # signed, for whoever makes one up could ask for no end of tiles
        size = Checkpoint.parse(open_note((scratch / site_paths.HEAD).read_bytes(), [roster.policy.log]).text).size
    own = {EDITION, EDITION_PROOF, FILES, ITEMS, *site_paths.lists(site_paths.top(scratch))}
    listed = set(site_paths.listed(scratch))
    later = set(site_paths.later(scratch, size))
    first = site_paths.is_first_format(scratch)  # the list of items may be our own site's, which is shorter
    for number in {int(item[1]) for item in map(OF_ITEM.match, listed) if item}:
        later.update(site_paths.made_of(number, first))
    ahead = {next_of(each) for each in own.union(scripts_told(later))} if folder else own
    return ahead | listed - own | later - own


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
