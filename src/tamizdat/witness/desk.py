"""The witnesses of this desk, asked before and after an edition, with its own keys, roster and settings."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.errors import BadArchive
from tamizdat.home.home import SITE, Home
from tamizdat.home.roster_change import addresses_of
from tamizdat.home.rotate import newest_roster
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.witness.ask import Answer, newest
from tamizdat.witness.edition import witness_edition


def require_current(home: Home, archive: Archive) -> None:
    """Raise BadArchive if a witness has signed a checkpoint of this ledger that is not the beginning of this archive's.

    Then the archive is an older copy, or somebody else signs with its key; an edition would fork the ledger. Who
    cannot be reached says nothing.
    """
    policy = newest_roster(archive, bytes.fromhex(home.settings["root"])).policy
    known = addresses_of(home)

    def one(name: str) -> tuple[str, Checkpoint | None]:
        return name, newest([each for each in policy.witnesses if each.name == name], known[name], policy.log)

    named = [name for name in policy.names if name in known]
    with ThreadPoolExecutor(max_workers=max(1, len(named))) as threads:
        for name, seen in threads.map(one, named):
            if seen and (seen.size > archive.size or archive.tree().root(seen.size) != seen.root):
                raise BadArchive(
                    f"Expected a ledger that continues what the witness {name} has signed, {seen.size:,} entries of it "
                    f"with the root {seen.root.hex()}; found {archive.size:,} entries that do not. Is this archive an "
                    "older copy? Bring it up to date: 'tamizdat keys catch-up --site FOLDER', with the newest site "
                    "from any mirror. If nobody here did that, your keys may be in other hands: 'tamizdat keys "
                    "rotate'. Nothing was published."
                )


def ask_witnesses(home: Home, archive: Archive, folder: Path | None = None) -> list[Answer]:
    """Ask the desk's witnesses about the edition in *folder*, else in the desk's own; return what each answers now.

    None of them keeps an edition from going out; who did not sign is asked again by the next run. Raises as
    :func:`~tamizdat.witness.edition.witness_edition`.
    """
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
    log = home.keyring.signing["log"]
    return witness_edition(archive, roster, log, addresses_of(home), folder or home.folder / SITE)
