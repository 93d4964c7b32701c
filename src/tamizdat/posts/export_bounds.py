"""What an export may be: names that are safe, sizes that are honest, and the error when a file of it is not.

Folders, zips and tars (:mod:`tamizdat.posts.export`, :mod:`tamizdat.posts.tarball`) are held to the same bounds.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tamizdat.disk.files import refusals
from tamizdat.encoding import safe_path
from tamizdat.errors import BadPath, DamagedInput, TamizdatError
from tamizdat.posts.report import IngestReport

MAX_MEMBERS: Final = 2_000_000
MAX_RATIO: Final = 200  #: packed to unpacked; text of exports packs 10 to 1, 30 at the utmost
HARMLESS: Final = 16 << 20  #: bytes; below this nobody needs protection
WHAT: Final = "the export"
DAMAGE: Final = "Expected a file that unpacks, found damage ({})."


class BadExport(DamagedInput):
    """A file of an export that cannot be read to its end, or lies about its size."""


@contextmanager
def unpacking(said: str = DAMAGE) -> Iterator[None]:
    """Turn whatever a damaged archive makes the standard library raise into :class:`BadExport`.

    What the system refused stays that; but places before the beginning of a file, which it calls an invalid argument,
    are damage.
    """
    try:
        with refusals(WHAT):
            try:
                yield
            except OSError as error:
                if error.errno not in (None, errno.EINVAL):
                    raise
                raise BadExport(said.format(type(error).__name__)) from error
    except TamizdatError:
        raise
    except (
        Exception
    ) as error:  # of zipfile and its decoders, on damage: zlib.error, LZMAError, MemoryError, struct.error
        raise BadExport(said.format(type(error).__name__)) from error


def swells(size: int, packed: int) -> bool:
    """Tell whether something unpacks to more than anyone packs; sizes in bytes."""
    return size > HARMLESS and size > MAX_RATIO * packed


def is_safe(name: str, report: IngestReport) -> bool:
    """Tell whether a name may be read; what leads out, or hides, is told in the report."""
    try:
        safe_path(name)
    except BadPath:
        report.problem("path", shown(name))
        return False
    return True


def safe_or(name: str, other: str) -> str:
    """Return the name if it is safe, else the other one."""
    try:
        return safe_path(name)
    except BadPath:
        return other


def shown(name: str) -> str:
    """Return a file's name for a report, at most 120 characters, however wild it was."""
    return name.encode("utf-8", "replace").decode()[:120]
