"""Files of subtitles, by what their names end with: read, whatever they are encoded in, and written in UTF-8.

>>> sorted(FORMATS)
['.ass', '.dfxp', '.srt', '.ssa', '.ttml', '.txt', '.vtt']
"""

from collections.abc import Sequence
from pathlib import PurePath
from types import ModuleType
from typing import Final

from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import ass, plain, subrip, ttml, webvtt
from tamizdat.transcripts.cues import Found, Written
from tamizdat.transcripts.encodings import decoded

FORMATS: Final[dict[str, ModuleType]] = {
    ".srt": subrip, ".vtt": webvtt, ".ass": ass, ".ssa": ass, ".ttml": ttml, ".dfxp": ttml, ".txt": plain,
}  # fmt: skip


def format_of(name: str) -> str:
    """Return what a file's name ends with. Raises :class:`UsageError` if that is none of :data:`FORMATS`."""
    ending = PurePath(name).suffix.lower()
    if ending not in FORMATS:
        wanted = ", ".join(FORMATS)
        raise UsageError(
            f"Expected a file of subtitles named {wanted}, found {name[-60:]!r}. If it is one of these (.itt and "
            ".xml often are TTML), give it such a name; else have a program of subtitles write it as SubRip (.srt)."
        )
    return ending


def read(data: bytes, ending: str, encoding: str = "", length: int = 0) -> Found:
    """Read a file of this *ending*; *length* is that of the clip in milliseconds, 0 if it is not known.

    Raises :class:`BadPacket` for what is damaged, of another format, or has no cue in it.
    """
    text = decoded(data, encoding)
    result: Found = plain.read(text, length) if FORMATS[ending] is plain else FORMATS[ending].read(text)
    if not result.cues:
        also = "".join(f" {str(each).capitalize()}." for each in result.told[:1] if each.lost)
        raise BadPacket(f"Expected cues with words, found none in the file.{also}")
    return result


def write(cues: Sequence[Cue], ending: str, language: str) -> Written:
    """Write a file of this *ending*. Raises :class:`UsageError` for what its format cannot carry in any way."""
    result: Written = FORMATS[ending].write(cues, language)
    return result
