"""Tables (``.csv``, ``.tsv``), as people keep transcripts in spreadsheets and as programs give them out.

The first line names the columns, of which these are read, whatever their order and the separator (:data:`NAMES`)::

    Speaker,From,To,Words                    start   end     text
    Ann,00:01:02.000,00:01:04.500,Gone.      0       2500    They are gone.     (whole numbers: of Whisper, in ms)

A time is a clock, or seconds with a point. A whole number may be seconds or milliseconds, so its column has to say
which (``start_ms``, ``start_seconds``); of a time code with frames nobody knows the rate. Refused is, too, what may be
thousands or a fraction (``1.500`` ms, ``"1,500"`` between commas), and a table with two columns of one meaning. Columns
that are not read are told. A row without an end lasts until the next. A workbook itself is no table
(:mod:`tamizdat.text.spreadsheet`).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.text.spreadsheet import separated, unguarded
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import Found, Told, found, tidied
from tamizdat.transcripts.plain import LAST

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "start": ("start", "from", "begin", "in", "start time", "begin time", "time in", "timestamp", "time"),
    "end": ("end", "to", "out", "stop", "end time", "stop time", "time out"),
    "duration": ("duration", "length"),
    "speaker": ("speaker", "speaker name", "who"),
    "words": ("words", "text", "transcript", "subtitle", "caption", "dialogue", "content"),
}
_UNITS: Final = {"ms": 1, "msec": 1, "milliseconds": 1, "seconds": 1000, "sec": 1000, "s": 1000}
_WHISPER: Final = [
    "start",
    "end",
    "text",
]  #: all of its columns, in its order, between tabs; times in whole milliseconds
_ONE: Final = ("item", "language")  #: of these a transcript has one, and a table of a cutting room many
_DECIMAL: Final = re.compile(r"\d{1,9}[.,]\d{1,9}", re.ASCII)
_THOUSANDS: Final = re.compile(r"\d{1,3}([.,])\d{3}", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,12}", re.ASCII)
_TIME_CODE: Final = re.compile(r"\d{1,2}:\d\d:\d\d[:;]\d\d", re.ASCII)


def read(text: str) -> Found:
    """Read a table. Raises :class:`BadPacket`, with its line, for what is none or has times that may be two."""
    told: list[Told] = []
    table, separator = separated(text)
    rows = csv.reader(io.StringIO(table), delimiter=separator, strict=True)
    try:
        columns = _columns(next(rows, []), separator, told)
        pieces = [(rows.line_num, columns.cells(row)) for row in rows if any(map(str.strip, row))]
    except csv.Error as error:
        raise BadPacket(f"Line {rows.line_num}: expected a table, found {error}. Save it anew.") from None
    if columns.is_guessed and any(_DECIMAL.fullmatch(each[name]) for _, each in pieces for name in ("start", "end")):
        raise BadPacket(
            "Line 1: expected whole milliseconds in these columns, as Whisper writes them, found numbers with a point. "
            "Name the columns “start_seconds” and “end_seconds”, if they are."
        )
    for name, cells in ((name, {each[name] for _, each in pieces}) for name in _ONE if name in columns.named):
        if len(cells) > 1:
            raise BadPacket(f"Expected a table of one {name}, found {len(cells):,} in it. Keep the rows of one.")
    return found(_cues(pieces, columns, told), told)


class _Columns:
    """Which column is what, and in which unit its numbers are."""

    def __init__(self, named: Mapping[str, int], units: Mapping[str, int], separator: str, is_guessed: bool) -> None:
        self.named, self.units, self.is_guessed = named, units, is_guessed
        self._separator = separator

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """Return the cells that are read of a row."""
        return {name: unguarded(row[at].strip()) if at < len(row) else "" for name, at in self.named.items()}

    def time(self, name: str, cell: str, line: int) -> int:
        """Return a time in milliseconds. Raises :class:`BadPacket` for what is none, or may be two."""
        unit = self.units.get(name, 0)
        if (odd := _THOUSANDS.fullmatch(cell)) and (unit == 1 or odd[1] == self._separator):
            raise BadPacket(
                f"Line {line}: expected a time such as 00:01:02.500, found {cell}: is that a fraction, or are they "
                "thousands? Write it without that sign, or with a point and as seconds."
            )
        if _DECIMAL.fullmatch(cell) or (_WHOLE.fullmatch(cell) and unit):
            return round(float(cell.replace(",", ".")) * (unit or 1000))
        if _TIME_CODE.fullmatch(cell):
            raise BadPacket(
                f"Line {line}: expected a time such as 00:01:02.500, found the time code {cell}, of which the table "
                "does not tell how many frames a second has. Have the program that made it write SubRip (.srt)."
            )
        if _WHOLE.fullmatch(cell):
            raise BadPacket(
                f"Line {line}: expected a time such as 00:01:02.500, found {cell}: seconds or milliseconds? Name the "
                f"column “{name}_seconds” or “{name}_ms”."
            )
        parsed = clock.parsed(cell)
        if parsed is None:
            raise BadPacket(f"Line {line}: expected a time such as 00:01:02.500, found {cell[:40]!a}. Correct it.")
        return parsed


def _columns(head: Sequence[str], separator: str, told: list[Told]) -> _Columns:
    named, units, left, twice = dict[str, int](), dict[str, int](), list[str](), dict[str, str]()
    plain = [" ".join(re.sub(r"[_()\[\]]", " ", each).lower().split()) for each in head]
    for at, each in enumerate(plain):
        first, _, unit = each.rpartition(" ")
        unit, name = (unit, first) if unit in _UNITS else ("", each)
        what = next((what for what, names in NAMES.items() if name in names), name if name in _ONE else "")
        if what and (what not in named or (unit and what not in units)):  # the one that tells its unit counts
            twice.pop(what, None)
            named[what] = at
            units |= {what: _UNITS[unit]} if unit else {}
        elif name:
            left.append(head[at].strip()[:40])
            if what and what not in units:
                twice[what] = f"{plain[named[what]][:40]!a} and {each[:40]!a}"
    if not {"start", "words"} <= set(named):
        raise BadPacket(
            f"Line 1: expected the names of columns, among them “start” and “text”, found {', '.join(plain)[:100]!a}. "
            "Name them there: start, end, speaker, text."
        )
    for what, both in twice.items():
        raise BadPacket(
            f"Line 1: expected one column of that kind ({what}), found {both}. Delete the one that is not meant, or "
            "give it a name that means nothing here."
        )
    is_guessed = plain == _WHISPER and separator == "\t"
    if is_guessed:
        units = {"start": 1, "end": 1}
        told.append(Told(1, "whole numbers are taken for milliseconds, as Whisper writes them"))
    told += [Told(1, f"a column is not read: {each!a}") for each in left]
    return _Columns(named, units, separator, is_guessed)


def _cues(
    pieces: Sequence[tuple[int, dict[str, str]]], columns: _Columns, told: list[Told]
) -> Iterator[tuple[int, Cue]]:
    timed = []
    for line, each in pieces:
        words = tidied(each["words"])
        if not words:
            told.append(Told(line, "a row without words was left out"))
            continue
        if not each["start"]:
            raise BadPacket(f"Line {line}: expected a time before these words, found none. Add one.")
        timed.append((line, columns.time("start", each["start"], line), each, words))
    starts = sorted({start for _, start, _, _ in timed})
    following = dict(pairwise(starts))
    for line, start, each, words in timed:
        if each.get("end"):
            end = columns.time("end", each["end"], line)
        elif each.get("duration"):
            end = start + columns.time("duration", each["duration"], line)
        else:
            end = following.get(start, start + LAST)
        yield line, Cue(start, end, " ".join(each.get("speaker", "").split()), words)
