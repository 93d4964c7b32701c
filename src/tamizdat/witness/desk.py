"""Who knows a desk's ledger is asked before and after an edition, with its own keys, roster and settings."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.home.home import SITE, Home
from tamizdat.home.roster_change import addresses_of
from tamizdat.home.rotate import newest_roster
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.places.site_files import SiteFiles
from tamizdat.witness.ask import Answer, newest
from tamizdat.witness.edition import witness_edition
from tamizdat.witness.on_disks import older, sites_of, there


def require_current(home: Home, archive: Archive, sites: Iterable[SiteFiles] = ()) -> None:
    """Raise BadArchive if a checkpoint of this ledger is published or witnessed that does not begin this archive's.

    Then the archive is an older copy, or somebody else signs with its key; an edition would fork the ledger. Asked are
    the desk's witnesses, the places of its site, and *sites*. Who cannot be reached says nothing.
    """
    policy = newest_roster(archive, bytes.fromhex(home.settings["root"])).policy
    known = addresses_of(home)

    def witnessed(name: str) -> Checkpoint | None:
        return newest([each for each in policy.witnesses if each.name == name], known[name], policy.log)

    asked: list[tuple[str, Callable[[], Checkpoint | None]]] = [
        (f"what the witness {name} has signed", partial(witnessed, name)) for name in policy.names if name in known
    ]
    published = {each.name: each for each in (*sites_of(home), *sites)}
    asked += [(f"what is published at {name}", partial(there, each, policy.log)) for name, each in published.items()]
    with ThreadPoolExecutor(max_workers=max(1, len(asked))) as threads:
        for (what, _), seen in zip(asked, threads.map(lambda each: each[1](), asked), strict=True):
            if seen and (seen.size > archive.size or archive.tree().root(seen.size) != seen.root):
                raise older(archive, what, seen)


def ask_witnesses(home: Home, archive: Archive, folder: Path | None = None) -> list[Answer]:
    """Ask the desk's witnesses about the edition in *folder*, else in the desk's own; return what each answers now.

    None of them keeps an edition from going out; who did not sign is asked again by the next run. Raises as
    :func:`~tamizdat.witness.edition.witness_edition`.
    """
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
    log = home.keyring.signing["log"]
    return witness_edition(archive, roster, log, addresses_of(home), folder or home.folder / SITE)
