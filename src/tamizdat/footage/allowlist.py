"""Proves of a finished JPEG or MP4 that it is built of nothing but what is needed to show it.

An allowlist of structure, not a search for known metadata: what is not on the list is refused, whatever it is.

JPEG (ITU-T T.81, annex B) is a row of segments ``FF marker length payload``. Allowed are JFIF's APP0 without a
thumbnail, quantisation and Huffman tables, frame and scan headers, restart intervals; refused are comments
(FE), every other APPn (EXIF and XMP are APP1, ICC is APP2, IPTC is APP13), and bytes after the end marker.

MP4 (ISO/IEC 14496-12) is a tree of boxes ``length type payload``. Allowed are the boxes an ordinary H.264/AAC
file needs, times of creation that are zero, the two handler names every ffmpeg file has, and user data whose
list is empty; refused are other user data, ``meta``, ``uuid``, timecode and text tracks, bytes in free space.

An SVG is one shape of straight lines, as :func:`tamizdat.footage.renditions.wave_form` draws it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tamizdat.errors import Leak
from tamizdat.footage.mp4_boxes import boxes, outer_boxes
from tamizdat.text.rules import visible_text

_SEGMENTS: Final = {0xDB, 0xC4, 0xC0, 0xC1, 0xC2, 0xDA, 0xDD}
_CONTAINERS: Final = frozenset({b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf", b"stbl"})
_BOXES: Final = _CONTAINERS | {
    b"ftyp", b"free", b"mdat", b"mvhd", b"tkhd", b"elst", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"dref", b"stsd",
    b"udta", b"stts", b"stss", b"ctts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp",
}  # fmt: skip
_SAMPLE_BOXES: Final = frozenset({b"avcC", b"colr", b"pasp", b"btrt", b"esds", b"fiel"})
_TIMED: Final = frozenset({b"mvhd", b"tkhd", b"mdhd"})
#: what ffmpeg writes where tags would stand, when there are none: a meta box with an empty list
_EMPTY_LIST: Final = b"\0\0\0\x35meta" + bytes(7) + b"\x21hdlr" + bytes(8) + b"mdirappl" + bytes(12) + b"\x08ilst"
_ENCODERS: Final = frozenset({b"", b"\x0cLavc libx264"})  #: a Pascal string; ffmpeg without its version
_SVG: Final = (  # compiled when one is looked at: it takes as long as a tenth of the start of the program
    rb'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 [0-9]+ [0-9]+" preserveAspectRatio="none">'
    rb'<path fill="#[0-9a-f]{6}" d="M[0-9 ]+(?:[HV][0-9]+)*Z"/></svg>\n'
)
_HANDLERS: Final = frozenset({b"VideoHandler\0", b"SoundHandler\0"})


def check_bare(path: Path) -> None:
    """Raise :class:`Leak` if the JPEG, MP4, SVG or text at *path* holds anything that showing it does not need."""
    look = {".jpg": extra_in_jpeg, ".svg": _extra_in_svg, ".txt": _extra_in_text}.get(path.suffix)
    extra = look(path.read_bytes()) if look else _extra_in_mp4_file(path)
    if extra:
        raise Leak(f"Expected bare media, found {extra} in a re-made file; nothing was published. Please report this.")


def _extra_in_svg(data: bytes) -> str | None:
    return None if re.fullmatch(_SVG, data) else "more than one shape"


def _extra_in_text(data: bytes) -> str | None:
    """Return in words what a text holds beside UTF-8 that can be seen."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "bytes that are no UTF-8"
    return None if text == visible_text(text) else "characters that cannot be seen"


def extra_in_jpeg(data: bytes) -> str | None:
    """Return in words what a JPEG holds beside what showing it needs; None if there is nothing."""
    if data[:2] != b"\xff\xd8":
        return "something that is not a JPEG"
    at = 2
    while data[at : at + 1] == b"\xff":
        marker = data[at + 1]
        if marker == 0xD9:
            return None if at + 2 == len(data) else "bytes after the end of the picture"
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        payload = data[at + 4 : at + 2 + length]
        if marker not in _SEGMENTS and not (marker == 0xE0 and len(payload) == 14 and payload[:5] == b"JFIF\0"):
            return f"the segment {marker:02X}"
        at += 2 + length
        if marker == 0xDA:
            at = _after_scan(data, at)
    return "a picture without an end"


def _after_scan(data: bytes, at: int) -> int:
    """Return where the entropy-coded bytes end: the next FF neither stuffed (FF 00) nor a restart (FF D0–D7)."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _extra_in_mp4_file(path: Path) -> str | None:
    """Look into a file of any size: what shows and sounds, which may be hours, is not read."""
    with path.open("rb") as file:
        return _extra_in_mp4(outer_boxes(file, path.stat().st_size))


def _extra_in_mp4(found: Iterable[tuple[bytes, bytes]]) -> str | None:
    for kind, payload in found:
        extra = _extra_in_box(kind, payload)
        if extra:
            return extra
    return None


def _extra_in_box(kind: bytes, payload: bytes) -> str | None:
    if kind not in _BOXES:
        return f"the box {kind.decode('latin-1')!r}"
    if kind in _CONTAINERS:
        return _extra_in_mp4(boxes(payload))
    if kind in _TIMED and any(payload[4 : 20 if payload[0] else 12]):
        return "a time of creation"
    if kind == b"hdlr" and payload[24:] not in _HANDLERS:
        return "the name of a handler"
    if kind == b"udta":
        return None if payload == _EMPTY_LIST else "user data"
    if kind == b"free" and any(payload):
        return "bytes in free space"
    if kind == b"stsd":
        return _extra_in_samples(payload)
    return None


def _extra_in_samples(payload: bytes) -> str | None:
    """Look into sample descriptions: ``avc1`` (78 bytes before its boxes), ``mp4a`` (28); see 14496-12, 8.5.2."""
    for kind, entry in boxes(payload[8:]):
        before = {b"avc1": 78, b"mp4a": 28}.get(kind)
        if before is None:
            return f"a track of {kind.decode('latin-1')!r}"
        if kind == b"avc1" and entry[42:74].strip(b"\0") not in _ENCODERS:
            return "the name of an encoder"
        for inner, _ in boxes(entry[before:]):
            if inner not in _SAMPLE_BOXES:
                return f"the box {inner.decode('latin-1')!r} in a track's description"
    return None
