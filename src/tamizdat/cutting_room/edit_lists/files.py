"""A list that came back: which format it is, by its content, and what it uses."""

import codecs
from typing import Final

from tamizdat.cutting_room.edit_lists import cmx, fcpxml, mlt, otio, xmeml
from tamizdat.cutting_room.edit_lists.uses import MOST, Use
from tamizdat.errors import BadPacket
from tamizdat.translation.packet_xml import MAX_BYTES
from tamizdat.translation.packet_xml import read as read_xml

_XML: Final = {"fcpxml": fcpxml.uses, "xmeml": xmeml.uses, "mlt": mlt.uses}
INSTEAD: Final = "Have it written as an EDL, as FCPXML, as XML of Final Cut Pro 7 or as OpenTimelineIO."
#: what editors send by mistake, by how it begins
_PROJECTS: Final = (
    (b"\xd0\xcf\x11\xe0", "AAF"),
    (b"\x1f\x8b", "a project of Premiere"),
    (b"PK\x03\x04", "a package (ZIP)"),
    (b"\x89HDF", "a project"),
    (b"SQLite format 3", "a library of a program"),
)


def read_list(data: bytes) -> list[Use]:
    """Return what a list uses of its material, in its order.

    Raises :class:`BadPacket` for what is damaged, too large, no list that is read here, or one that uses nothing.
    """
    if len(data) > MAX_BYTES:
        raise BadPacket(
            f"Expected an edit list of at most {MAX_BYTES >> 20} MiB, found a larger one. One sequence is enough. "
            f"{INSTEAD}"
        )
    if kind := next((what for mark, what in _PROJECTS if data.startswith(mark)), ""):
        raise BadPacket(f"Expected an edit list, found {kind}, which only its program opens. {INSTEAD}")
    text = _text(data).lstrip()
    if text.startswith("<"):
        root = read_xml(data, doctype=True)
        if root.local not in _XML:
            raise BadPacket(f"Expected an edit list, found XML with the root {root.local[:40]!a}. {INSTEAD}")
        found = [*_XML[root.local](root)]
    else:
        found = otio.read(text) if text.startswith("{") else cmx.read(text)
    if not 0 < len(found) <= MOST:
        raise BadPacket(
            f"Expected an edit list with up to {MOST:,} uses of files, found {len(found) or 'none'}. Choose the "
            f"sequence of the film before you export. {INSTEAD}"
        )
    return found


def _text(data: bytes) -> str:
    """Return the text of a list; names in an encoding of old programs lose letters, and no other part does."""
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if is_wide else "utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
