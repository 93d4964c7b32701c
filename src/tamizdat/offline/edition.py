"""The edition in a site's folder: what a copy of it is called, and its files, once it verifies."""

import html
import re
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import sha256
from tamizdat.errors import CheckFailed, UsageError
from tamizdat.ledger.statement import peek_envelope
from tamizdat.parallel import map_in_order
from tamizdat.statements import published
from tamizdat.verifying import verify
from tamizdat.verifying.item_shares import Divide

EDITION: Final = "edition/edition.json"
_TITLE: Final = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class EditionFolder:
    """A site that verifies: its *title*, its *addresses*, and of its edition the *number*, *day* and SHA-256."""

    folder: Path
    title: str
    number: int
    day: str
    digest: bytes
    files: tuple[str, ...]  #: paths, sorted by their bytes
    addresses: tuple[str, ...] = ()


def read_edition(site: Path, divide: Divide = map_in_order) -> EditionFolder:
    """Return the edition in *site*; *divide* shares out the work of verifying it.

    Raises :class:`UsageError` if there is none, :class:`CheckFailed` if it does not verify.
    """
    from tamizdat.publishing.site.address import (
        MIRRORS,
    )  # much comes with it, and who checks a copy needs nothing of it

    if not (site / EDITION).is_file():
        raise UsageError("Expected a published site, found no edition in that folder. Run 'tamizdat publish' first.")
    report = verify(site, divide=divide)
    if not report.holds:
        broken = report.worst()
        raise CheckFailed(
            f"Expected a published site that verifies, found '{broken.name}' broken: {broken.detail} No copy was made. "
            "Publish again: that asks its witnesses once more, and puts the edition back as it was."
        )
    with refusals("the site"):
        envelope = (site / EDITION).read_bytes()
        title = title_of(site / "index.html") or "Tamizdat"
        listed = site / MIRRORS
        addresses = tuple(listed.read_text("ascii").splitlines()) if listed.is_file() else ()
    said = published.read(peek_envelope(envelope))
    return EditionFolder(site, title, said.number, said.date, sha256(envelope), files_of(site), addresses)


def files_of(site: Path) -> tuple[str, ...]:
    """Return the paths of all files in a site's folder, sorted by their bytes."""
    with refusals("the site"):
        files = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    return tuple(sorted(files, key=str.encode))


def title_of(page: Path) -> str:
    """Return the title of a page as its readers see it, "" if it has none. Raises :class:`OSError`."""
    found = _TITLE.search(page.read_text("utf-8", "replace"))
    return html.unescape(found[1]).strip() if found else ""
