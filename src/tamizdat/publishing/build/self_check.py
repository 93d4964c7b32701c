"""Our own verifier over what was just made: no edition is put out that a reader's would not accept."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from tamizdat.errors import CheckFailed
from tamizdat.verifying import Seen
from tamizdat.verifying.changed_items import verify_items

LATER: Final = "witnesses"  #: they are asked when the edition stands, and none of them keeps it from going out


def check_edition(folder: Path, root: bytes, changed: Collection[int], before: Seen | None = None) -> None:
    """Raise :class:`CheckFailed` if the edition in *folder* does not verify under the *root* (a fingerprint).

    Its own files, lists and the ledger are checked, that it continues the edition *before*, and the items that
    *changed*, with their pages; all others are as they were when they were checked.
    """
    report = verify_items(folder, changed, root, {root.hex(): before} if before else {})
    shaky = report.shaky - {LATER}
    if shaky:
        found = next((each for each in report.broken if each.name != LATER), report.links[-1])
        raise CheckFailed(
            f"Expected an edition that verifies, found '{found.name}' broken: {found.detail} Nothing was put in "
            "place; the site is as it was. Withdraw that item and publish again, and report this: it is a fault in "
            "tamizdat."
        )
