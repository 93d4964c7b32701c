"""Files of subtitles, by what their names end with: read, whatever they are encoded in; most are written too, in UTF-8.

>>> sorted(FORMATS)
['.ass', '.dfxp', '.srt', '.ssa', '.ttml', '.txt', '.vtt']
>>> sorted(set(READ) - set(FORMATS))
['.csv', '.docx', '.eaf', '.exb', '.json', '.lrc', '.odt', '.otr', '.sbv', '.scc', '.stl', '.sub', '.textgrid', '.tsv']
"""

from collections.abc import Container, Sequence
from pathlib import PurePath
from types import ModuleType
from typing import Final

from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.text.spreadsheet import SAVE_AS_CSV, WORKBOOKS
from tamizdat.transcripts import (
    ass,
    elan,
    exmaralda,
    lrc,
    office,
    otranscribe,
    plain,
    praat,
    sbv,
    scc,
    stl,
    sub,
    subrip,
    table,
    ttml,
    webvtt,
    whisper,
)
from tamizdat.transcripts.cues import Found, Written
from tamizdat.transcripts.encodings import decoded

#: written, and read
FORMATS: Final[dict[str, ModuleType]] = {
    ".srt": subrip, ".vtt": webvtt, ".ass": ass, ".ssa": ass, ".ttml": ttml, ".dfxp": ttml, ".txt": plain,
}  # fmt: skip
TIERED: Final[dict[str, ModuleType]] = {
    ".eaf": elan,
    ".exb": exmaralda,
    ".textgrid": praat,
}  #: read, of the tiers that a person names
READ: Final[dict[str, ModuleType]] = {
    **FORMATS, **TIERED, ".stl": stl, ".scc": scc, ".sbv": sbv, ".sub": sub, ".lrc": lrc, ".csv": table, ".tsv": table,
    ".json": whisper, ".otr": otranscribe, ".docx": office, ".odt": office,
}  # fmt: skip
_OTHERS: Final = {
    ".doc": "Save it as .docx or .odt.", ".rtf": "Save it as .docx or .odt.", ".xml": "If it is TTML, name it .ttml.",
    ".idx": "It is about pictures of words: have a program of subtitles make SubRip (.srt) of them.",
}  # fmt: skip
_WORKBOOK: Final = (
    f"found a workbook of a spreadsheet program. {SAVE_AS_CSV}. The first line names the columns: start, end, speaker, "
    "text."
)


def format_of(name: str, known: Container[str] = FORMATS) -> str:
    """Return what a file's name ends with. Raises :class:`UsageError` if it is none of those *known*."""
    ending = PurePath(name).suffix.lower()
    if ending in (".xlsx", ".xlsm", ".xls", ".ods", ".numbers") and ".csv" in known:
        raise UsageError(f"Expected a file of subtitles or a table, {_WORKBOOK}")
    if ending in _OTHERS:
        raise UsageError(f"Expected a file of subtitles or a transcript, found {ending}. {_OTHERS[ending]}")
    if ending not in known:
        wanted = ", ".join(each for each in READ if each in known)
        raise UsageError(
            f"Expected a file of subtitles named {wanted}, found {name[-60:]!r}. If it is one of these (.itt is "
            "TTML), give it such a name; else have a program of subtitles write it as SubRip (.srt)."
        )
    return ending


def read(data: bytes, ending: str, encoding: str = "", length: int = 0, tiers: Sequence[str] = ()) -> Found:
    """Read a file of this *ending*; *length* is that of the clip in milliseconds, 0 if it is not known.

    *tiers*: the names of those of ELAN, EXMARaLDA or Praat that are what is said; none to let the file tell it. Raises
    :class:`BadPacket` for what is damaged, of another format, or has no cue in it; :class:`UsageError` for tiers that
    are not there.
    """
    if tiers and ending not in TIERED:
        raise UsageError(
            f"Expected tiers of a file of ELAN, EXMARaLDA or Praat ({', '.join(TIERED)}), found a file {ending}."
        )
    result = _read(data, ending, encoding, length, tuple(tiers))
    if not result.cues:
        also = "".join(f" {str(each)[:1].upper()}{str(each)[1:]}." for each in result.told[:1] if each.lost)
        raise BadPacket(f"Expected cues with words, found none in the file.{also}")
    return result


def _read(data: bytes, ending: str, encoding: str, length: int, tiers: tuple[str, ...]) -> Found:
    if ending == ".stl":
        return stl.read(data)
    if ending in office.PARTS:
        return office.read(data, ending, length)
    if ending == ".textgrid":
        praat.require_text(data)
    if data.startswith(WORKBOOKS):
        raise BadPacket(f"Expected a file {ending}, {_WORKBOOK}")
    text = decoded(data, encoding)
    if ending == ".txt":
        return plain.read(text, length)
    if ending == ".otr":
        return otranscribe.read(text, length)
    result: Found = READ[ending].read(text, tiers) if ending in TIERED else READ[ending].read(text)
    return result


def write(cues: Sequence[Cue], ending: str, language: str) -> Written:
    """Write a file of this *ending*. Raises :class:`UsageError` for what its format cannot carry in any way."""
    result: Written = FORMATS[ending].write(cues, language)
    return result
