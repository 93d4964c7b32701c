"""Takes: which files of a card belong together, by where cameras put them and how they number them.

===========  ==============================================================  =======================================
system       where                                                           what belongs to a take
===========  ==============================================================  =======================================
AVCHD        ``BDMV/STREAM/00000.MTS``                                       ``CLIPINF/00000.CPI``; pieces that go on
XAVC         ``XDROOT/Clip/C0001.MXF``, ``M4ROOT/CLIP/C0001.MP4``            ``C0001M01.XML``, ``THMBNL/C0001T01.JPG``
P2           ``CONTENTS/VIDEO/0001AB.MXF``                                   ``AUDIO/0001AB00.MXF``, ``CLIP``, ``ICON``
RED          ``A001_C001_1123AB.RDC/A001_C001_1123AB_001.R3D``               every piece and ``.RMD`` of the ``.RDC``
BRAW         ``A001_11230914_C001.braw``                                     its ``.sidecar``
chapters     ``GX010042.MP4``, ``GX020042.MP4``; ``GOPR0042.MP4``, …         all chapters of 0042
the rest     ``DCIM/100CANON/MVI_0001.MP4``                                  all files of one name beside it
===========  ==============================================================  =======================================

Cards are FAT: a long take lies in pieces just below 2 or 4 GB, numbered on. So a full piece and the next of its folder
are one take where the system has no name for it. Nothing is opened for this; a wrong guess shows two takes as one, or
one as two, and loses nothing.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.footage.kinds import kind_of

RAW_CLIPS: Final = (".r3d", ".braw", ".crm", ".ari", ".arx", ".mlv")  #: only their makers' programs show them
_P2: Final = re.compile(r"(?P<root>.*?)CONTENTS/(VIDEO|AUDIO|CLIP|ICON|VOICE|PROXY)/(?P<take>[0-9A-Z]{6})[^/]*", re.I)
_RED: Final = re.compile(r"(?P<take>.*\.RDC)/[^/]+", re.I)
_AVCHD: Final = re.compile(r"(?P<root>.*?)BDMV/(STREAM|CLIPINF)/(?P<take>\d{5})\.[A-Z0-9]+", re.I)
_XAVC: Final = re.compile(
    r"(?P<root>.*?)(XDROOT|M4ROOT)/(Clip|Sub|Thmbnl|Edit)/(?P<take>C\d{4})(M\d\d|T\d\d|S\d\d|R\d\d)?\.[A-Z0-9]+", re.I
)
_CHAPTER: Final = re.compile(r"(?P<root>(.*/)?)(G[HXLPS]\d\d|GOPR)(?P<take>\d{4})\.(MP4|360|LRV|THM|WAV)", re.I)
_FULL: Final = ((1 << 31) - (64 << 20), 1 << 31), ((1 << 32) - (64 << 20), 1 << 32)  #: bytes of a piece that is full
_NUMBERED: Final = re.compile(r"(.*?)(\d{3,})(\.[A-Za-z0-9]+)")


@dataclass(frozen=True)
class Take:
    """One take: its pieces in order, and what lies beside them. Paths are those on the card."""

    name: str
    system: str
    pieces: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All its paths."""
        return self.pieces + self.beside


def takes(sizes: Mapping[str, int]) -> list[Take]:
    """Return the takes of a card, by path → size in bytes, in the order of their first pieces."""
    groups: dict[tuple[str, str], list[str]] = {}
    for path in sorted(sizes):
        groups.setdefault(_key(path), []).append(path)
    found = [_take(system, key, paths) for (system, key), paths in groups.items()]
    return sorted(_joined(found, sizes), key=lambda each: each.files[0])


def parts(take: Take, sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Return the files of one shot that the camera wrote as several, in order; none if it is one file, or no shot.

    That is a clip in pieces, or (P2) a picture and the channels of its sound.
    """
    if sounds := sounds_apart(take.files):
        return (*take.pieces, *sounds) if len(take.pieces) == 1 else ()
    shown = all(kind_of(path) == "clip" for path in take.pieces)
    joined = (_goes_on(one, other, sizes) for one, other in pairwise(take.pieces))
    one = take.system in ("chapters", "RED") or all(joined)
    return take.pieces if shown and len(take.pieces) > 1 and one else ()


def sounds_apart(paths: Iterable[str]) -> tuple[str, ...]:
    """Return those of a take's files that are channels of sound in files of their own, in order."""
    return tuple(sorted(path for path in paths if path.upper().endswith(".MXF") and kind_of(path) == "sound"))


def has_no_preview(path: str) -> bool:
    """Tell whether only its maker's program could show this file."""
    return path.lower().endswith(RAW_CLIPS)


def _key(path: str) -> tuple[str, str]:
    """Return the system and the name of the take that a file belongs to."""
    for system, pattern in (("P2", _P2), ("RED", _RED), ("AVCHD", _AVCHD), ("XAVC", _XAVC), ("chapters", _CHAPTER)):
        if found := pattern.fullmatch(path):
            parts = found.groupdict()
            return system, f"{parts.get('root') or ''}{parts['take'].upper() if system != 'RED' else parts['take']}"
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".sidecar").partition(".")[0] if name.partition(".")[0] else name
    return "", f"{folder}/{stem}" if folder else stem


def _take(system: str, key: str, paths: list[str]) -> Take:
    pieces = [path for path in paths if _is_piece(system, path)]
    if not pieces:
        return Take(key, system, tuple(paths))
    beside = tuple(path for path in paths if path not in pieces)
    return Take(key, system, tuple(pieces), beside)


def _is_piece(system: str, path: str) -> bool:
    upper = path.upper()
    match system:
        case "P2":
            return "CONTENTS/VIDEO/" in upper
        case "XAVC":
            return "/THMBNL/" not in upper and "/SUB/" not in upper and kind_of(path) == "clip"
        case "chapters":
            return upper.endswith((".MP4", ".360"))
    return has_no_preview(path) or kind_of(path) == "clip"


def _joined(found: Iterable[Take], sizes: Mapping[str, int]) -> list[Take]:
    """Return the takes with those joined of which one is full and the next goes on where it ends."""
    made: list[Take] = []
    for take in sorted(found, key=lambda each: each.files[0]):
        before = made[-1] if made else None
        if before and before.system == take.system and _goes_on(before.pieces[-1], take.pieces[0], sizes):
            made[-1] = Take(before.name, take.system, before.pieces + take.pieces, before.beside + take.beside)
        else:
            made.append(take)
    return made


def _goes_on(last: str, following: str, sizes: Mapping[str, int]) -> bool:
    one, other = _NUMBERED.fullmatch(last), _NUMBERED.fullmatch(following)
    full = any(least <= sizes[last] < most for least, most in _FULL)
    if not full or not one or not other or kind_of(last) != "clip":
        return False
    return (one[1], one[3]) == (other[1], other[3]) and int(one[2]) + 1 == int(other[2])
