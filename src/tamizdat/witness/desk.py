"""Who knows a desk's ledger is asked before and after an edition, with its own keys, roster and settings."""

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Final

from tamizdat.archive import Archive
from tamizdat.errors import BadArchive, DamagedInput, NotThere, PlaceError, ToolMissing, UsageError
from tamizdat.home.home import SITE, Home
from tamizdat.home.roster_change import addresses_of
from tamizdat.home.rotate import newest_roster
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import MAX_NOTE, Verifier, open_note
from tamizdat.places.service import read_timeout
from tamizdat.places.site_files import FolderSite, SiteFiles, open_site_files
from tamizdat.witness.ask import Answer, newest
from tamizdat.witness.edition import witness_edition

PATIENCE: Final = 20.0  #: seconds in which those that are asked before an edition may answer
CHECKPOINT: Final = "ledger/checkpoint"  #: of a site


def require_current(home: Home, archive: Archive, sites: Iterable[SiteFiles] = ()) -> list[str]:
    """Raise BadArchive if a checkpoint of this ledger is published or witnessed that does not begin this archive's.

    Then the archive is an older copy, or somebody else signs with its key; an edition would fork the ledger. Asked are
    the desk's witnesses, the places of its site, and *sites*, all at once and for :data:`PATIENCE`. Who cannot be
    reached says nothing; the places that did not are returned by their names.
    """
    policy = newest_roster(archive, bytes.fromhex(home.settings["root"])).policy
    known = addresses_of(home)

    def witnessed(name: str) -> Checkpoint | None:
        return newest([each for each in policy.witnesses if each.name == name], known[name], policy.log)

    asked: list[tuple[str, Callable[[], Checkpoint | None]]] = [
        (f"what the witness {name} has signed", partial(witnessed, name)) for name in policy.names if name in known
    ]
    published = {each.name: each for each in (*sites, *_sites_of(home))}
    asked += [(f"what is published at {name}", partial(_there, each, policy.log)) for name, each in published.items()]
    answers = [(what, _begun(question)) for what, question in asked]
    wait((answer for _, answer in answers), PATIENCE)
    silent = set[str]()
    for what, answer in answers:
        if not answer.done() or isinstance(answer.exception(), PlaceError | ToolMissing | UsageError):
            silent.add(what)
        elif (seen := answer.result()) and (seen.size > archive.size or archive.tree().root(seen.size) != seen.root):
            raise _older(archive, what, seen)
    return [name for name in published if f"what is published at {name}" in silent]


def _begun(question: Callable[[], Checkpoint | None]) -> "Future[Checkpoint | None]":
    """Return the answer to a question, as it comes. Nobody waits for a thread that the network has forgotten."""
    answer = Future[Checkpoint | None]()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 -- it is raised by who asks for the answer
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    return answer


def require_current_on_disks(home: Home, archive: Archive) -> None:
    """Raise BadArchive if a folder of the site that this computer sees tells of more entries than the archive has.

    Nothing leaves for that, and it costs nothing, so whatever adds to the ledger may ask each time: an older copy has
    fewer before it adds its first. All else is asked before an edition.
    """
    here = [FolderSite("the desk's own folder", home.folder / SITE)]
    here += [each for each in _sites_of(home) if isinstance(each, FolderSite)]
    noted = [each for each in here if (each.folder / CHECKPOINT).is_file()]
    if not noted:
        return
    log = newest_roster(archive, bytes.fromhex(home.settings["root"])).policy.log
    for each in noted:
        seen = _there(each, log)
        if seen and seen.size > archive.size:
            raise _older(archive, f"what is published at {each.name}", seen)


def _older(archive: Archive, what: str, seen: Checkpoint) -> BadArchive:
    return BadArchive(
        f"Expected a ledger that continues {what}, {seen.size:,} entries of it with the root {seen.root.hex()}; found "
        f"{archive.size:,} entries that do not. Is this archive an older copy? Bring it up to date: 'tamizdat keys "
        "catch-up --site FOLDER', with the newest site from any mirror. If nobody here did that, your keys may be in "
        "other hands: 'tamizdat keys rotate'. Nothing was signed."
    )


def _sites_of(home: Home) -> Iterator[SiteFiles]:
    """Yield where the desk puts its site out, as far as this computer can ask there."""
    for each in home.places("sites"):
        with contextlib.suppress(UsageError, ToolMissing, PlaceError):
            own = read_timeout(each.name, each.options)
            yield open_site_files(each.name, each.url, {**each.options, "timeout": f"{min(own, PATIENCE):.0f}"})


def _there(site: SiteFiles, log: Verifier) -> Checkpoint | None:
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


def ask_witnesses(home: Home, archive: Archive, folder: Path | None = None) -> list[Answer]:
    """Ask the desk's witnesses about the edition in *folder*, else in the desk's own; return what each answers now.

    None of them keeps an edition from going out; who did not sign is asked again by the next run. Raises as
    :func:`~tamizdat.witness.edition.witness_edition`.
    """
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
    log = home.keyring.signing["log"]
    return witness_edition(archive, roster, log, addresses_of(home), folder or home.folder / SITE)
