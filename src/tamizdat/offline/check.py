"""Checking a copy of an edition: the site is read out of it, and judged as any site."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from tamizdat.errors import DamagedInput, UsageError
from tamizdat.parallel import map_in_order
from tamizdat.verifying import Report, Seen, Verdict, verify
from tamizdat.verifying.trust import NOTHING, Trust


def is_copy(path: Path) -> bool:
    """Tell whether *path* is a file that may be a ZIM or a torrent."""
    return path.is_file() and path.suffix in (".zim", ".torrent")


def check_copy(
    path: Path, root: bytes | None = None, memory: Mapping[str, Seen] | None = None, trust: Trust = NOTHING
) -> Report:
    """Judge a ZIM, or a torrent with its ZIM beside it, by the site in it. *root*, *memory*, *trust* as of a site.

    Raises :class:`UsageError` if there is no site in it, :class:`DamagedInput` for a file that is neither.
    """
    from tamizdat.offline import torrent  # a sixth of the time to begin, and most check what is neither

    if path.suffix != ".torrent":
        return _check_zim(path, root, memory, trust)
    told = torrent.read_torrent(path)
    difference = torrent.difference(told)  # before all else: of half a file a ZIM says no more than that it is damaged
    if difference:
        raise DamagedInput(difference)
    report = _check_zim(told.path, root, memory, trust)
    with report.link("torrent") as claim:
        claim.say(f"The file “{told.path.name}” is the one that this torrent is of.")
    return report


def _check_zim(path: Path, root: bytes | None, memory: Mapping[str, Seen] | None, trust: Trust) -> Report:
    from tamizdat.offline import zim

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
