"""Content credentials (C2PA): whether a file carries them, found by its structure.

Cameras and telephones that sign (Leica, Sony, Nikon, Google's, Samsung's) put a *manifest* into the file: claims, with
the hash of all other bytes, signed with a certificate. It is a box of JUMBF (ISO 19566-5) and lies::

    JPEG        in segments APP11 (FF EB) that begin ``JP``
    PNG         in a chunk caBX
    MP4, MOV, HEIF, AVIF    in an outermost box uuid D8FEC3D6-1B0E-483C-9297-5828877EC481
    elsewhere   in a file NAME.c2pa beside

Here nothing of it is read but where it lies. Reading it is for others' program, in the box
(:mod:`tamizdat.footage.decode.signatures`).
"""

from collections.abc import Mapping
from typing import BinaryIO, Final

from tamizdat.footage.probe import form_of

C2PA: Final = "C2PA"
SIDECAR: Final = ".c2pa"
#: kinds that may carry it, by the decoder of :mod:`tamizdat.footage.probe`: how a reader is told what it is
TYPES: Final[Mapping[str, str]] = {
    "JPEG": "image/jpeg", "PNG": "image/png", "mov": "video/mp4", "HEIF": "image/heif", "AVIF": "image/avif",
}  # fmt: skip
_UUID: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_MOST: Final = 4096  #: segments, chunks or boxes that are looked at


def type_of(file: BinaryIO) -> str:
    """Return what kind of file it is, if it is one that may carry credentials; else ""."""
    file.seek(0)
    form = form_of(file)
    return TYPES.get(form.decoder, "") if form else ""


def carries(file: BinaryIO) -> bool:
    """Return whether an open file carries a manifest; what ends early, or is of another kind, carries none."""
    kind = type_of(file)
    file.seek(0)
    if kind == "image/jpeg":
        return _jpeg(file)
    if kind == "image/png":
        return _png(file)
    return bool(kind) and _boxes(file)


def _jpeg(file: BinaryIO) -> bool:
    file.seek(2)
    for _ in range(_MOST):
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] in (0xD9, 0xDA):
            return False
        length = int.from_bytes(head[2:], "big") - 2
        if length < 0:
            return False
        if head[1] == 0xEB and (begun := file.read(min(length, 64))).startswith(b"JP"):
            if b"jumb" in begun and b"c2pa" in begun:
                return True
            length -= len(begun)
        elif head[1] == 0xEB:
            length -= min(length, 64)
        file.seek(length, 1)
    return False


def _png(file: BinaryIO) -> bool:
    file.seek(8)
    for _ in range(_MOST):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return False
        if head[4:] == b"caBX":
            return True
        file.seek(int.from_bytes(head[:4], "big") + 4, 1)
    return False


def _boxes(file: BinaryIO) -> bool:
    at = 0
    for _ in range(_MOST):
        file.seek(at)
        head = file.read(32)
        if len(head) < 8:
            return False
        length, before = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, before = int.from_bytes(head[8:16], "big"), 16
        if head[4:8] == b"uuid" and head[before : before + 16] == _UUID:
            return True
        if length < before:
            return False
        at += length
    return False
