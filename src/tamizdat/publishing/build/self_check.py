"""Our own verifier over what was just made: no edition is put out that a reader's would not accept."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from tamizdat.errors import CheckFailed
from tamizdat.verifying import verify

FEW: Final = 6  #: items; to check more one by one takes longer than to check the whole site


def check_edition(folder: Path, root: bytes, changed: Collection[int]) -> None:
    """Raise :class:`CheckFailed` if an item that *changed* does not verify under the *root* (a fingerprint).

    The edition, its checkpoint and the list of items are checked in any case. With more than :data:`FEW` changed
    items it is the whole site.
    """
    places = [folder / f"items/{number}" for number in sorted(changed)]
    for place in places if 0 < len(places) <= FEW else [folder]:
        report = verify(place, root)
        if not report.holds:
            found = report.broken[0] if report.broken else report.links[-1]
            raise CheckFailed(
                f"Expected an edition that verifies, found '{found.name}' broken: {found.detail} Nothing was put in "
                "place; the site is as it was. Withdraw that item and publish again, and report this: it is a fault in "
                "tamizdat."
            )
