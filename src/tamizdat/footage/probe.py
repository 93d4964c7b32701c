"""What a file is, by its bytes and never by its name.

``recognise`` looks at the first 1,200 bytes and answers with a :class:`Form` or None::

    FF D8 FF                        picture  JPEG            ....ftyp avif           picture  AVIF
    89 50 4E 47 0D 0A 1A 0A         picture  PNG             ....ftyp, moov, wide …  clip     mov
    GIF87a, GIF89a                  picture  GIF             1A 45 DF A3             clip     matroska
    RIFF....WEBP                    picture  WEBP            RIFF....AVI␠            clip     avi
    II*␀, MM␀*                      picture  TIFF            47 every 188 or 192     clip     mpegts
    ....ftyp heic, mif1 …           picture  HEIF            ....ftyp crx␠, II*␀….CR picture  RAW
                                                             00 00 01 BA             clip     mpeg
    06 0E 2B 34   clip mxf          OggS  clip ogg           30 26 B2 75 8E 66 CF 11 clip     asf
    46 4C 56 01   clip flv          1F 07 00  clip dv
    RIFF....WAVE  sound wav         FORM....AIFF  sound aiff ID3, FF E2 … FF FD      sound    mp3
    BM            picture BMP
    fLaC          sound flac        %PDF-  document PDF      ....ftyp M4A␠           sound    mov

The answer also says which decoder may open the file; no other is tried. A playlist, a script or a text
that is named ``.jpg`` or ``.mp4`` therefore never reaches a decoder.
"""

import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadMedia, StorageRefused

PICTURE: Final = "picture"
CLIP: Final = "clip"
SOUND: Final = "sound"
DOCUMENT: Final = "document"

_PREFIXES: Final = (
    (b"\xff\xd8\xff", PICTURE, "JPEG"),
    (b"\x89PNG\r\n\x1a\n", PICTURE, "PNG"),
    (b"GIF87a", PICTURE, "GIF"),
    (b"GIF89a", PICTURE, "GIF"),
    (b"II*\0", PICTURE, "TIFF"),
    (b"MM\0*", PICTURE, "TIFF"),
    (b"\x1a\x45\xdf\xa3", CLIP, "matroska"),
    (b"\0\0\x01\xba", CLIP, "mpeg"),
    (b"\x06\x0e\x2b\x34", CLIP, "mxf"),
    (b"%PDF-", DOCUMENT, "PDF"),
    (b"ID3", SOUND, "mp3"),
    (b"fLaC", SOUND, "flac"),
    (b"caff", SOUND, "caf"),
    (b"#!AMR", SOUND, "amr"),
    (b"OggS", CLIP, "ogg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", CLIP, "asf"),
    (b"FLV\x01", CLIP, "flv"),
    (b"riff\x2e\x91\xcf\x11", SOUND, "w64"),
    (b".snd", SOUND, "au"),
    (b"\x1f\x07\x00", CLIP, "dv"),
)
#: MPEG 1, 2 and 2.5, layers II and III, with a sum or without: recorders for speech write the slow ones
_MPEG_SOUND: Final = tuple(bytes((0xFF, each)) for each in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2, 0xFD, 0xFC, 0xF5, 0xF4))
_RAW: Final = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"IIU\0")  #: Fujifilm, Olympus, Panasonic
_STILL_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc"})
_MOV_ATOMS: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_SUFFIXES: Final = frozenset({
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".avif", ".heic", ".heif",
    ".mp4", ".mov", ".m4v", ".3gp", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".mpg", ".mpeg", ".mxf", ".wmv", ".ogv",
    ".flv",
})  # fmt: skip


HEAD: Final = 1200  #: bytes of a file that tell its form


@dataclass(frozen=True)
class Form:
    """A kind (``picture``, ``clip``, ``sound``, ``document``) and the one decoder that may open it.

    Some containers hold moving pictures or sound alone; they are called clips until somebody looks into them.
    """

    kind: str
    decoder: str


def recognise(path: Path) -> Form | None:
    """Return the form of the file, or None if it is none of those we know.

    Raises :class:`BadMedia` for a file that is named like one and is not (empty, text, an unknown format).
    """
    head = _head(path)
    form = _form(head)
    if form is None and path.suffix.lower() in _SUFFIXES:
        found = f"bytes that begin with {head[:8].hex(' ')}" if head else "a file of 0 bytes"
        raise BadMedia(
            f"Expected a picture or clip, by the ending of its name, found {found}; it can be kept, but not shown."
        )
    return form


def form_of(file: BinaryIO) -> Form | None:
    """Return the form of an open file, by its first bytes; None if it is none of those we know."""
    return _form(file.read(HEAD))


def moves(file: BinaryIO) -> bool:
    """Tell whether a GIF holds more than one picture, by the lengths of its blocks; nothing is decoded.

    Raises :class:`StorageRefused`. What ends early, or is no GIF, does not move.
    """
    try:
        file.seek(0)
        return _pictures_of_gif(file) > 1
    except OSError as error:
        raise StorageRefused(f"Expected to read a file, but the system refused: {error.strerror}.") from None


def _pictures_of_gif(file: BinaryIO) -> int:
    """Return how many pictures a GIF holds; no more than two are counted."""
    head, count = file.read(13), 0
    if len(head) < 13:
        return 0
    file.seek(_colours(head[10]), os.SEEK_CUR)
    while count < 2 and (introducer := file.read(1)):
        if introducer == b"\x2c":
            about = file.read(9)
            if len(about) < 9:
                break
            count += 1
            file.seek(_colours(about[8]) + 1, os.SEEK_CUR)
        elif introducer == b"\x21":
            file.seek(1, os.SEEK_CUR)
        else:
            break
        while length := file.read(1):  # the block's pieces, up to an empty one
            if length == b"\0":
                break
            file.seek(length[0], os.SEEK_CUR)
    return count


def _colours(flags: int) -> int:
    """Return the bytes of a table of colours, of which a GIF's flags tell."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _head(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting for ever
            raise StorageRefused("Expected a file, found a folder, pipe or device.")
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise StorageRefused(f"Expected to read a file, but the system refused: {error.strerror}.") from None


def _form(head: bytes) -> Form | None:
    if head.startswith(_RAW) or (head[8:10] == b"CR" and head[:4] == b"II*\0"):
        return Form(PICTURE, "RAW")
    for prefix, kind, decoder in _PREFIXES:
        if head.startswith(prefix):
            return Form(kind, decoder)
    if head[:2] == b"BM" and head[6:10] == bytes(4) and head[15:18] == bytes(3):  # reserved; the length of what follows
        return Form(PICTURE, "BMP")
    if head[:4] == b"RIFF":
        forms = {b"WEBP": Form(PICTURE, "WEBP"), b"AVI ": Form(CLIP, "avi"), b"WAVE": Form(SOUND, "wav")}
        return forms.get(head[8:12])
    if head[:4] in (b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return Form(SOUND, "wav")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Form(SOUND, "aiff")
    if head[:2] in _MPEG_SOUND and head[2:3] < b"\xf0":  # above that are no bit rates
        return Form(SOUND, "mp3")
    if head[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return Form(SOUND, "aac")
    if head[4:8] == b"ftyp":
        return _branded(head[8:12], head[16 : max(int.from_bytes(head[:4], "big"), 16)])
    if head[4:8] in _MOV_ATOMS:
        return Form(CLIP, "mov")
    if _is_transport_stream(head):
        return Form(CLIP, "mpegts")
    return None


def _is_transport_stream(head: bytes) -> bool:
    """Tell whether packets follow each other: 188 bytes each, or 192 with a camera's time code in front (AVCHD).

    What a camera that writes in a circle begins with, or a receiver, may be the rest of one.
    """
    if len(head) > 380 and (head[0] == head[188] == head[376] == 0x47 or head[4] == head[196] == head[388] == 0x47):
        return True
    within = ((at, size) for size in (188, 192) for at in range(size) if at + 5 * size < len(head))
    return any(set(head[at : at + 5 * size + 1 : size]) == {0x47} for at, size in within)


def _branded(brand: bytes, others: bytes = b"") -> Form:
    if brand in (b"M4A ", b"M4B "):
        return Form(SOUND, "mov")
    if brand in (b"avif", b"avis") or (brand in (b"mif1", b"msf1") and b"avif" in others and b"hei" not in others):
        return Form(PICTURE, "AVIF")
    if brand in _STILL_BRANDS:
        return Form(PICTURE, "HEIF")
    if brand == b"crx ":
        return Form(PICTURE, "RAW")
    return Form(CLIP, "mov")
