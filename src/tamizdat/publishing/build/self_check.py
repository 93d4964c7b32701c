"""Our own verifier over what was just made: no edition is put out that a reader's would not accept."""

from collections.abc import Callable, Collection, Sequence, Set
from pathlib import Path
from typing import Final

from tamizdat.errors import CheckFailed
from tamizdat.parallel import map_in_order
from tamizdat.verifying import Seen
from tamizdat.verifying.changed_items import verify_items
from tamizdat.verifying.untrusted_folder import Folder

LATER: Final = "witnesses"  #: they are asked when the edition stands, and none of them keeps it from going out


class RenewedFolder(Folder):
    """A site as it will be when what is *staged* in *new* stands in *old*, and what is *removed* is gone.

    Of other files it is believed that they are what they were when they were put out; whoever calls this has looked.
    """

    def __init__(self, old: Path, new: Path, removed: Set[str], staged: Set[str]) -> None:
        super().__init__(new)
        self._old, self._removed, self._staged = Folder(old), removed, staged

    def difference(self, path: str, digest: str) -> str:
        """As the base class does, of what is staged."""
        return super().difference(path, digest) if self.is_new(path) else ""

    def is_new(self, path: str) -> bool:
        """Return whether a file is staged, or gone."""
        return path in self._removed or path in self._staged

    def folders(self) -> list[str]:
        """Return the names of the folders in either."""
        return sorted({*super().folders(), *self._old.folders()})

    def languages(self) -> list[str]:
        """Return what may stand before ``items/`` in either."""
        return sorted({*super().languages(), *self._old.languages()})

    def walk(self, below: str = "") -> tuple[list[str], list[str]]:
        """Return the paths of every plain file *below*, and of all else that should not be there."""
        (files, refused), (others, more) = super().walk(below), self._old.walk(below)
        left = (path for path in more if not self.is_new(path))  # another kind of thing may be in the place of a file
        return sorted({*files, *others} - self._removed), sorted({*refused, *left})

    def _locate(self, path: str) -> str:
        if path in self._removed or path in self._staged:
            return super()._locate(path)
        return self._old._locate(path)


def check_edition(
    open_folder: Callable[[], Folder], root: bytes, changed: Sequence[Collection[int]], before: Seen | None = None
) -> None:
    """Raise :class:`CheckFailed` if the edition in a folder does not verify under the *root* (a fingerprint).

    Its own files, lists and the ledger are checked, that it continues the edition *before*, and the items that
    *changed*, with their pages, in these portions; all others are as they were when they were checked.
    """
    report = verify_items(open_folder, changed, root, {root.hex(): before} if before else {}, map_in_order)
    shaky = report.shaky - {LATER}
    if shaky:
        found = report.worst(but=LATER)
        raise CheckFailed(
            f"Expected an edition that verifies, found '{found.name}' broken: {found.detail} Nothing was put in "
            "place; the site is as it was. Withdraw that item and publish again, and report this: it is a fault in "
            "tamizdat."
        )
