"""EBU STL (``.stl``), in which European broadcasters exchange subtitles: https://tech.ebu.ch/docs/tech/tech3264.pdf.

Bytes, not text: a block of 1,024 about the whole, then one of 128 for each subtitle, or for each part of a long one::

    general     0 code page of itself (3)   3 STL25.01, STL30.01 (8)   12 code table (2)   256 time code: start (8)
    subtitle    0 group (1)   1 number (2, low byte first)   3 part, FFh the last   4 cumulative   5 in, 9 out (4 each)
                15 comment   16 text (112)

Times are hours, minutes, seconds and frames, a byte each. In the text 8Ah begins a line, 8Fh fills up, 80h to 85h are
slants and lines, 00h to 1Fh are colours of teletext, which take the place of a space. What the file marks as a comment
is not for viewers and is no words: told. So are data of a program, and subtitles that add to the one before them.

Latin letters are those of ISO 6937: an accent stands *before* its letter. The other code tables are ISO 8859.
"""

import re
import unicodedata
from dataclasses import replace
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import MAX_CUES, Found, Told, found, tidied

GENERAL: Final = 1024
BLOCK: Final = 128
MAX_BYTES: Final = GENERAL + BLOCK * 4 * MAX_CUES
LAST: Final = 0xFF  #: of the parts of a subtitle
USER: Final = 0xFE  #: a block for a program
_RATES: Final = {b"STL25.01": 25, b"STL30.01": 30, b"STL24.01": 24}
_TABLES: Final = {b"00": "", b"01": "iso8859-5", b"02": "iso8859-6", b"03": "iso8859-7", b"04": "iso8859-8"}
_UPPER: Final = (  # A0h to FFh of ISO 6937; a blank stands for none
    "\u00a0¡¢£$¥#§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿" + " " * 16 + "―¹®©™♪¬¦    ⅛⅜⅝⅞ΩÆÐªĦ ĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ\u00ad"
)
_ACCENTS: Final = dict(zip(
    range(0xC1, 0xD0), "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0327\u0332\u030b\u0328\u030c",
    strict=True,
))  # fmt: skip


def read(data: bytes) -> Found:
    """Read a file. Raises :class:`BadPacket` for what is none, or is cut off."""
    if len(data) > MAX_BYTES:
        raise BadPacket(f"Expected a file of at most {MAX_BYTES:,} bytes, found {len(data):,}.")
    rate, table = _RATES.get(data[3:11]), data[12:14]
    if rate is None or len(data) < GENERAL:
        raise BadPacket(
            f"Expected subtitles of the EBU (STL25.01 or STL30.01 at byte 3), found {data[3:11]!a} in {len(data):,} "
            "bytes. Other programs use .stl for other things: have a program of subtitles write SubRip (.srt)."
        )
    if table not in _TABLES:
        raise BadPacket(f"Expected one of the code tables {', '.join(map(bytes.decode, _TABLES))}, found {table!a}.")
    told: list[Told] = []
    pieces, rest = divmod(len(data) - GENERAL, BLOCK)
    if rest:
        told.append(Told(0, f"the file is cut off: its last {rest} bytes were not read", True))
    said = data[238:243].strip()
    if said.isdigit() and int(said) != pieces:
        told.append(Told(0, f"the file says that it has {int(said):,} blocks, found {pieces:,}", int(said) > pieces))
    made = found(_begun(_cues(data, rate, _TABLES[table], told), data[256:264], rate, told), told)
    return replace(
        made, told=tuple(Told(0, str(each).replace("line", "block", bool(each.line)), each.lost) for each in made.told)
    )


def _cues(data: bytes, rate: int, table: str, told: list[Told]) -> list[tuple[int, Cue]]:
    cues: list[tuple[int, Cue]] = []
    held, first, comments, users, odd = b"", 0, 0, 0, 0
    behind = 0
    blocks = range(GENERAL, len(data) - BLOCK + 1, BLOCK)
    for number, block in enumerate((data[at : at + BLOCK] for at in blocks), 1):
        if block[3] == USER:
            users += 1
            continue
        first = number if not held else first
        written, _, rest = block[16:].partition(b"\x8f")
        held += written
        behind += any(byte > 0x20 and byte != 0x8F for byte in rest)
        if block[3] != LAST:
            continue
        words, unknown = _words(held, table)
        held, odd = b"", odd + unknown
        if block[15]:
            comments += 1
        elif words:
            cues.append((first, Cue(_time(block[5:9], rate, number), _time(block[9:13], rate, number), "", words)))
            if block[4]:
                told.append(
                    Told(number, "this subtitle adds to the one before it, or is added to; it is one of its own")
                )
        else:
            told.append(Told(number, "a cue without words was left out"))
    if held:
        told.append(Told(first, "a subtitle without its last part was left out", True))
    if behind:
        told.append(Told(0, f"what stands behind the end of a text was not read, in {behind:,} blocks", True))
    for many, what in ((comments, "comments"), (users, "blocks of a program")):
        if many:
            told.append(Told(0, f"{what} left out, which are no words that are said: {many:,}"))
    if odd:
        told.append(Told(0, f"{odd:,} characters that the code table does not have are shown as \ufffd", True))
    return cues


def _begun(cues: list[tuple[int, Cue]], start: bytes, rate: int, told: list[Told]) -> list[tuple[int, Cue]]:
    """Return cues with times from the beginning of the film, where the file tells its time code."""
    if not re.fullmatch(rb"\d{8}", start) or not cues:
        return cues
    begins = _time(bytes(int(start[at : at + 2]) for at in range(0, 8, 2)), rate, 0)
    if not begins or any(cue.start < begins for _, cue in cues):
        return cues
    told.append(Told(0, f"times count from {clock.written(begins)}, at which the film begins by what the file says"))
    return [(at, Cue(cue.start - begins, cue.end - begins, "", cue.text)) for at, cue in cues]


def _time(four: bytes, rate: int, block: int) -> int:
    hours, minutes, seconds, frames = four
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= rate:
        raise BadPacket(
            f"Block {block}: expected a time code at {rate} frames a second, found "
            f"{hours:02}:{minutes:02}:{seconds:02}:{frames:02}."
        )
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + round(frames * 1000 / rate)


def _words(field: bytes, table: str) -> tuple[str, int]:
    """Return the words of a text field, and how many characters of it are none."""
    made, accent = "", ""
    for byte in field:
        if byte == 0x8A:
            made += "\n"
        elif byte < 0x20:
            made += " "
        elif byte < 0x7F or byte >= 0xA0:
            if not table and byte in _ACCENTS:
                accent = _ACCENTS[byte]
                continue
            letter = (
                bytes([byte]).decode(table, "replace") if table else chr(byte) if byte < 0x7F else _UPPER[byte - 0xA0]
            )
            made += f"{letter if letter != ' ' or byte == 0x20 else chr(0xFFFD)}{accent}"
            accent = ""
    words = unicodedata.normalize("NFC", made)
    return tidied(re.sub(" +", " ", words)), words.count("\ufffd")
