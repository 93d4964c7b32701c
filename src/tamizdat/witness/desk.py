"""The witnesses of this desk, asked after an edition with its own keys, roster and settings."""

from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.home.home import SITE, Home
from tamizdat.home.roster_change import addresses_of
from tamizdat.home.rotate import newest_roster
from tamizdat.witness.ask import Answer
from tamizdat.witness.edition import witness_edition


def ask_witnesses(home: Home, archive: Archive, folder: Path | None = None) -> list[Answer]:
    """Ask the desk's witnesses about the edition in *folder*, else in the desk's own; return what each answers now.

    None of them keeps an edition from going out; who did not sign is asked again by the next run. Raises as
    :func:`~tamizdat.witness.edition.witness_edition`.
    """
    roster = newest_roster(archive, bytes.fromhex(home.settings["root"]))
    log = home.keyring.signing["log"]
    return witness_edition(archive, roster, log, addresses_of(home), folder or home.folder / SITE)
