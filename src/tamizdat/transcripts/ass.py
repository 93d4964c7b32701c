r"""Advanced SubStation Alpha (``.ass``, ``.ssa``): an INI of styles and events, whose dialogue is subtitles.

::

    [Events]
    Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
    Dialogue: 0,0:01:02.00,0:01:04.50,Default,teacher,0,0,0,,They are\Ngone.

Text is what stands behind the last comma of the format, whatever commas are in it; ``\N`` and ``\n`` are line breaks,
``\h`` a space that does not break. What stands in braces is a command or a comment and no player shows it: told. So
are styles, margins and effects, and what follows ``{\p1}``, which is no words but a drawing: ``m 0 0 l 100 0``. Times
are hundredths of a second: what is finer is told when it is written.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tamizdat.errors import BadPacket, UsageError
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import Found, Told, Written, found, tidied

FORMAT: Final = ("Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text")
_HEAD: Final = f"""[Script Info]
ScriptType: v4.00+
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Sans,48,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,2,1,2,20,20,24,1

[Events]
Format: {", ".join(FORMAT)}
"""
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_DRAWS: Final = re.compile(r"\\p(\d+)", re.ASCII)  #: from here on a player draws, or, with 0, shows words again
_SECTION: Final = re.compile(r"\[[^\[\]]+\]")
_UNSAYABLE: Final = re.compile(r"[{}]|\\[Nnh]")


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none."""
    told: list[Told] = []
    result = found(_cues(text, told), told)
    if not result.cues and "[Events]" not in text:
        raise BadPacket("Expected a section [Events], found none. This is no file of SubStation Alpha.")
    return result


def write(cues: Sequence[Cue], _language: str = "") -> Written:
    """Write a file; told are times that are finer than a hundredth of a second.

    Raises :class:`UsageError` for words with braces or a backslash before N, which no player shows, and for names of
    speakers with commas.
    """
    lines, told = [_HEAD], []
    for at, each in enumerate(cues, 1):
        if odd := _UNSAYABLE.search(each.text) or re.search(",", each.speaker):
            raise UsageError(f"Cue {at}: SubStation Alpha cannot carry {odd[0]!r} there. Export as WebVTT.")
        if each.start % 10 or each.end % 10:
            told.append(Told(0, f"cue {at}: its times are rounded to hundredths of a second"))
        start, end = each.start // 10 * 10, -(-each.end // 10) * 10
        times = f"{_hundredths(start)},{_hundredths(end)}"
        words = each.text.replace("\n", "\\N")
        lines.append(f"Dialogue: 0,{times},Default,{each.speaker},0,0,0,,{words}\n")
    return Written("".join(lines).encode(), tuple(told))


def _hundredths(milliseconds: int) -> str:
    return clock.written(milliseconds)[:-1].removeprefix("0")


def _cues(text: str, told: list[Told]) -> Iterator[tuple[int, Cue]]:
    section, columns, styles = "", [each.lower() for each in FORMAT], 0
    for number, line in enumerate(text.split("\n"), 1):
        name, colon, content = line.partition(":")
        if _SECTION.fullmatch(line.strip()):
            section = line.strip().lower()
            if section not in ("[script info]", "[v4+ styles]", "[v4 styles]", "[events]"):
                told.append(Told(number, f"a section is not kept: {line.strip()[:40]!a}"))
        elif section != "[events]":
            styles += name.strip() == "Style" and bool(colon)
        elif name.strip() == "Format":
            columns = [each.strip().lower() for each in content.split(",")]
            if columns[-1:] != ["text"] or not {"start", "end"} <= set(columns):
                raise BadPacket(
                    f"Line {number}: expected a format with Start and End, and Text last; found "
                    f"{content.strip()[:60]!a}. Correct it."
                )
        elif name.strip() == "Comment":
            told.append(Told(number, "a comment is not kept, and is no words"))
        elif name.strip() == "Dialogue":
            if cue := _dialogue(content, columns, number, told):
                yield number, cue
        elif line.strip() and not line.startswith(";"):
            raise BadPacket(f"Line {number}: expected Dialogue or Comment, found {line[:40]!a}. Correct or delete it.")
    if styles > 1:
        told.append(Told(0, f"styles are not kept: {styles}"))


def _dialogue(content: str, columns: list[str], number: int, told: list[Told]) -> Cue | None:
    values = [*content.split(",", len(columns) - 1)]
    if len(values) < len(columns):
        raise BadPacket(f"Line {number}: expected {len(columns)} values, found {len(values)}. Correct it.")
    said = dict(zip(columns, values, strict=True))
    start, end = clock.parsed(said["start"]), clock.parsed(said["end"])
    if start is None or end is None:
        raise BadPacket(
            f"Line {number}: expected times such as 0:01:02.00, found {said['start'].strip()[:20]!a} "
            f"and {said['end'].strip()[:20]!a}. Correct it."
        )
    if said.get("effect", "").strip():
        told.append(Told(number, f"an effect is not kept: {said['effect'].strip()[:40]!a}"))
    for inside in dict.fromkeys(_BRACES.findall(said["text"])):
        what = "formatting" if inside.startswith("\\") else "a comment in braces"
        told.append(Told(number, f"{what} is not kept: {inside[:60]!a}"))
    words, drawn = _shown(said["text"])
    if drawn.strip():
        told.append(Told(number, f"a drawing is not kept, and is no words: {drawn.strip()[:60]!a}"))
    words = words.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", "\u00a0")
    if not (words := tidied(words)):
        told.append(Told(number, "a cue without words was left out"))
        return None
    return Cue(start, end, said.get("name", said.get("actor", "")).strip(), words)


def _shown(text: str) -> tuple[str, str]:
    """Return the words that a player shows of a text, and what it draws."""
    shown, draws = ["", ""], False
    for at, piece in enumerate(_BRACES.split(text)):
        if at % 2 == 0:
            shown[draws] += piece
        elif switches := _DRAWS.findall(piece):
            draws = bool(switches[-1].strip("0"))
    return shown[0], shown[1]
