"""WebVTT (``.vtt``), which browsers show: https://www.w3.org/TR/webvtt1/.

::

    WEBVTT

    00:01:02.000 --> 00:01:04.500
    <v teacher>They are gone.

``<v …>`` is the speaker of a cue that has one voice; voices inside a cue, other tags, settings, styles, regions and
NOTEs are told, for a cue of ours holds none; what ``<rt>`` sets above letters stands in brackets behind them. A NOTE is
never words: it may be a translator's, and private. A name of a cue (its first line without times) is told too. A line
of spaces ends no cue: YouTube's own captions have one in many. ``&lt;`` is a ``<``; a ``<`` that begins no tag of the
standard is an error, since a browser shows nothing of what follows it. Written is a file without anything a reader has
to guess: ``&``, ``<`` and ``>`` are escaped, so words with an arrow arrive.
"""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import Found, Told, Written, found, tidied
from tamizdat.transcripts.roll_up import said_once
from tamizdat.transcripts.subrip import ARROW, blocks, times

HEAD: Final = "WEBVTT"
_TAG: Final = re.compile(
    r"<(?:/?(?:c|i|b|u|ruby|rt|lang|v)(?:\.[^\s<>]*)?(?:[\t\n ][^<>]*)?|(?:\d{2,}:)?\d\d:\d\d\.\d{3})>"
)
_READING: Final = re.compile(r"<rt(?:\.[^\s<>]*)?>([^<>]*)(?:</rt>|(?=</ruby>))")  #: how letters are said, above them
_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]*)?[\t ]([^<>\n]*)>")
_NAMED: Final = re.compile(r"&(?:amp|lt|gt|lrm|rlm|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_APART: Final = {"NOTE": "a note", "STYLE": "a style", "REGION": "a region"}


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none."""
    told: list[Told] = []
    head, _newline, rest = text.partition("\n")
    if head != HEAD and not head.startswith((f"{HEAD} ", f"{HEAD}\t")):
        raise BadPacket(f"Line 1: expected {HEAD}, found {head[:40]!a}. If it is SubRip, name the file .srt.")
    if head[len(HEAD) :].strip():
        told.append(Told(1, "the remark behind WEBVTT is not kept"))
    return found(said_once(_cues("\n" + rest, told), told), told)


def write(cues: Sequence[Cue], _language: str = "") -> Written:
    """Write a file; a speaker is the voice of the cue."""
    lines = [f"{HEAD}\n"]
    for each in cues:
        voice = f"<v {escaped(each.speaker)}>" if each.speaker else ""
        lines.append(f"{clock.written(each.start)} {ARROW} {clock.written(each.end)}\n{voice}{escaped(each.text)}\n")
    return Written("\n".join(lines).encode())


def escaped(words: str) -> str:
    """Return words as they stand in a cue."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cues(text: str, told: list[Told]) -> Iterator[tuple[int, Cue]]:
    for first, (number, block) in enumerate(blocks(text, spaced=True)):
        kind = block[0].split(maxsplit=1)[0]
        if kind in _APART and ARROW not in block[0] and not (len(block) > 1 and ARROW in block[1]):
            lines = f"{len(block)} line{'' if len(block) == 1 else 's'}"
            told.append(Told(number, f"{_APART[kind]} of {lines} is not kept, and is no words"))
            continue
        at = 0 if ARROW in block[0] else 1
        if at == len(block) or ARROW not in block[at]:
            if first == 0 and number == 2:  # what stands right below WEBVTT is its head
                told.append(Told(number, "the head of the file is not kept"))
                continue
            times(block[0], number)  # raises: there are none
        if at and not block[0].strip().isdecimal():
            told.append(Told(number, f"the name of a cue is not kept: {block[0][:60]!a}"))
        line = number + at
        start, end, settings = times(block[at], line)
        if settings:
            told.append(Told(line, f"settings are not kept: {settings[:60]!a}"))
        for place, each in enumerate(block[at + 1 :], line + 1):
            if ARROW in each:
                raise BadPacket(f"Line {place}: expected an empty line before the next cue, found times among words.")
        speaker, words = _spoken("\n".join(block[at + 1 :]), line, told)
        if words:
            yield line, Cue(start, end, speaker, words)
        else:
            told.append(Told(line, "a cue without words was left out"))


def _spoken(content: str, line: int, told: list[Told]) -> tuple[str, str]:
    """Return who speaks in a cue and what, without tags."""
    voices = list(_VOICE.finditer(content))
    speaker = ""
    if len(voices) == 1 and not content[: voices[0].start()].strip():
        speaker = _unescaped(voices[0][1], line).strip()
        content = content[voices[0].end() :]
        content = content.removesuffix("</v>")
    elif voices:
        content = _VOICE.sub(lambda each: f"{each[1].strip()}: ", content)
        told.append(Told(line, "several people speak in one cue: their names stand before their words"))
    for tag in dict.fromkeys(_TAG.findall(content)):
        if tag != "</v>":
            told.append(Told(line, f"formatting is not kept: {tag[:60]!a}"))
    plain = _TAG.sub("", _READING.sub(r"(\1)", content))
    if "<" in plain:
        place = line + 1 + content.count("\n", 0, content.index("<"))
        raise BadPacket(f"Line {place}: expected a '<' of words to be written &lt;, found it bare. Correct it.")
    return speaker, tidied(_unescaped(plain, line))


def _unescaped(content: str, line: int) -> str:
    """Return words of a cue as they are shown; an ``&`` that begins no name of the standard stays what it is."""
    return _NAMED.sub(lambda each: html.unescape(each[0]), content)
