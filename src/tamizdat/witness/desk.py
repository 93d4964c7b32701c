"""Who knows a desk's ledger is asked before and after an edition, with its own keys, roster and settings."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.errors import PlaceError, ToolMissing, UsageError
from tamizdat.home.home import SITE, Home
from tamizdat.home.roster_change import addresses_of
from tamizdat.home.rotate import newest_roster
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.network.questions import begun, never, wait_for
from tamizdat.places.site_files import SiteFiles
from tamizdat.witness.ask import Answer, newest
from tamizdat.witness.edition import lacking, witness_edition
from tamizdat.witness.on_disks import PATIENCE, older, sites_of, there


def require_current(
    home: Home, archive: Archive, sites: Iterable[SiteFiles] = (), stopped: Callable[[], bool] = never
) -> list[str]:
    """Raise BadArchive if a checkpoint of this ledger is published or witnessed that does not begin this archive's.

    Then the archive is an older copy, or somebody else signs with its key; an edition would fork the ledger. Asked are
    the desk's witnesses, the places of its site, and *sites*, all at once and for :data:`PATIENCE`, or until *stopped*
    says so. Who cannot be reached says nothing; the places that did not are returned by their names.
    """
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
    policy, known = roster.policy, addresses_of(home)

    def witnessed(name: str) -> Checkpoint | None:
        return newest([each for each in policy.witnesses if each.name == name], known[name], policy.log)

    asked: list[tuple[str, Callable[[], Checkpoint | None]]] = [
        (f"what the witness {name} has signed", partial(witnessed, name)) for name in policy.names if name in known
    ]
    published = {each.name: each for each in (*sites, *sites_of(home))}
    asked += [(f"what is published at {name}", partial(there, each, roster)) for name, each in published.items()]
    answers = [(what, begun(question)) for what, question in asked]
    wait_for((answer for _, answer in answers), PATIENCE, stopped)
    silent = set[str]()
    for what, answer in answers:
        if not answer.done() or isinstance(answer.exception(), PlaceError | ToolMissing | UsageError):
            silent.add(what)
        elif (seen := answer.result()) and (seen.size > archive.size or archive.tree().root(seen.size) != seen.root):
            raise older(archive, what, seen)
    return [name for name in published if f"what is published at {name}" in silent]


def awaited(home: Home, archive: Archive) -> list[str]:
    """Return the witnesses that the desk's own edition waits for: nothing once as many signed as its roster asks for.

    Raises as :func:`~tamizdat.witness.edition.lacking`.
    """
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
    return lacking(archive, roster.policy, home.folder / SITE)


def ask_witnesses(
    home: Home, archive: Archive, folder: Path | None = None, stopped: Callable[[], bool] = never
) -> list[Answer]:
    """Ask the desk's witnesses about the edition in *folder*, else in the desk's own; return what each answers now.

    None of them keeps an edition from going out; who did not sign, or was not waited for because *stopped* said so, is
    asked again by the next run. Raises as :func:`~tamizdat.witness.edition.witness_edition`.
    """
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
    log = home.keyring.signing["log"]
    return witness_edition(archive, roster, log, addresses_of(home), folder or home.folder / SITE, stopped)
