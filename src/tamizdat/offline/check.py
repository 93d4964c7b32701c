"""Checking a copy of an edition: the site is read out of it, and judged as any site."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from tamizdat.errors import CheckFailed, DamagedInput, UsageError
from tamizdat.parallel import map_in_order
from tamizdat.verifying import Report, Seen, Verdict, verify
from tamizdat.verifying.trust import NOTHING, Trust


def is_copy(path: Path) -> bool:
    """Tell whether *path* is a file that may be a ZIM or a torrent."""
    return path.is_file() and path.suffix in (".zim", ".torrent")


def check_copy(
    path: Path, root: bytes | None = None, memory: Mapping[str, Seen] | None = None, trust: Trust = NOTHING
) -> Report:
    """Judge a ZIM, or a torrent with its folder beside it, by the site in it. *root*, *memory*, *trust* as of a site.

    Raises :class:`UsageError` if there is no site in it, :class:`DamagedInput` for a file that is neither.
    """
    from tamizdat.offline import torrent, zim  # a sixth of the time to begin, and most check what is neither

    if path.suffix == ".torrent":
        folder, told = torrent.read_torrent(path)
        report = verify(folder, root, memory, trust, map_in_order)
        with report.link("torrent") as claim:
            if difference := torrent.difference(told, folder):
                raise CheckFailed(difference)
            claim.say(f"The folder “{told.name}” has exactly the files of this torrent.")
        return report
    if not zim.is_zim(path):
        raise DamagedInput(f"Expected a ZIM file, found one that does not begin as they do: {path}.")
    with tempfile.TemporaryDirectory(prefix="tamizdat-") as made:
        count = zim.read_site(path, Path(made))
        try:
            report = verify(Path(made), root, memory, trust, map_in_order)
        except UsageError as error:
            raise UsageError(f"Expected a ZIM file with a site of tamizdat in it, found none: {path}.") from error
        with report.link("zim") as claim:
            claim.say(f"Files read out of it: {count:,}. Its own checksum holds.", Verdict.PROVED)
    return report
