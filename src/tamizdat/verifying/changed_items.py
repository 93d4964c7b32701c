"""What a publisher checks before it puts out an edition: no reader needs this."""

from collections.abc import Collection, Mapping

from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.item_shares import Divide, in_one
from tamizdat.verifying.report import Report, Seen
from tamizdat.verifying.untrusted_folder import Folder
from tamizdat.verifying.verify import ABOVE, whole_site


def verify_items(
    folder: Folder,
    numbers: Collection[int],
    root: bytes,
    memory: Mapping[str, Seen] | None = None,
    divide: Divide = in_one,
) -> Report:
    """Check a site that was just made: its own files and lists, and of its items those with these *numbers*.

    So its publisher does, for whom all other items are as they were when they were checked. A reader uses
    :func:`verify`, which also finds what lies in the folder and should not.
    """
    evidence = Evidence(folder, root, memory or {}, whole=True)
    evidence.only = frozenset(numbers)
    items = [f"{below}items/{number}" for below in evidence.folder.languages() for number in evidence.only]
    walked = [evidence.folder.walk(below) for below in (ABOVE, "ledger", *items)]
    files, refused = ([path for some in each for path in some] for each in zip(*walked, strict=True))
    whole_site(evidence, files, refused, divide=divide)
    return evidence.report
