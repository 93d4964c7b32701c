r"""Scenarist captions (``.scc``): what a broadcaster sends with the picture in North America, CEA-608, in hexadecimal.

::

    Scenarist_SCC V1.0

    00:00:01;15	94ae 94ae 9420 9420 9470 9470 c8e5 ecec ef80 942f 942f
                ENM       RCL       row 15    He   ll   o    EOC: shown

A word is two bytes of seven bits and a parity, sent in one frame at 29.97 a second; behind a semicolon the time code
leaves numbers out (drop frame), behind a colon it does not. A code that is sent twice counts once. Captions *pop on*
(written unseen, shown at once by EOC), are *painted on* letter by letter, or *roll up* line by line: then each line is
a cue of its own, until the next begins, so that no word is said twice. Places and colours are not kept. Words of the
second channel (often another language) and of text mode are told with their number.
"""

import re
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts import clock
from tamizdat.transcripts.cues import Found, Told, found, tidied

HEAD: Final = "Scenarist_SCC V1.0"
LAST: Final = 3_000  #: milliseconds that the last cue stands, if nothing ends it
HOUR: Final = 3_600_000
MAX_LETTERS: Final = 4 << 20  #: of a file: some ten hours
MAX_COLUMNS: Final = 100  #: of a row; a screen has 32
_LINE: Final = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.,])(\d\d)\s+((?:[0-9a-fA-F]{4}\s*)+)", re.ASCII)
_PLAIN: Final = dict(zip(b"*\\^_`{|}~\x7f", "áéíóúç÷Ññ█", strict=True))
_SPECIAL: Final = "®°½¿™¢£♪à èâêîôû"  #: 11 30 to 11 3F
_EXTENDED: Final = {  #: 12 20 to 12 3F, 13 20 to 13 3F: each takes the place of the letter before it
    0x12: "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»",
    0x13: "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘",
}
_ROWS: Final = {0x11: 1, 0x12: 3, 0x15: 5, 0x16: 7, 0x17: 9, 0x10: 11, 0x13: 12, 0x14: 14}
RCL, BS, DER, RU2, RU4, RDC, TR, RTD, EDM, CR, ENM, EOC = (
    0x20, 0x21, 0x24, 0x25, 0x27, 0x29, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F,
)  # fmt: skip


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket`, with its line, for what is none."""
    if len(text) > MAX_LETTERS:
        raise BadPacket(f"Expected captions (SCC) of at most {MAX_LETTERS >> 20} MiB, found more.")
    lines = text.split("\n")
    if lines[0].strip() != HEAD:
        raise BadPacket(f"Line 1: expected {HEAD}, found {lines[0][:40]!a}. This is no file of captions (SCC).")
    decoder, broken = _Decoder(), 0
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line.strip())
        if parts is None or int(parts[2]) > 59 or int(parts[3]) > 59 or int(parts[5]) > 29:
            raise BadPacket(
                f"Line {number}: expected a time code and words of four hexadecimal digits, found {line[:40]!a}."
            )
        frame = _frame(int(parts[1]), int(parts[2]), int(parts[3]), int(parts[5]), drop=parts[4] != ":")
        data = bytes.fromhex("".join(parts[6].split()))
        broken += sum(byte.bit_count() % 2 == 0 for byte in data)
        decoder.line(number, frame, data)
    decoder.end()
    cues, told = decoder.cues, decoder.told()
    if broken:
        told.append(Told(0, f"{broken:,} bytes have a wrong parity: words may be damaged"))
    if cues and min(cue.start for _, cue in cues) >= HOUR:
        first = clock.written(min(cue.start for _, cue in cues))
        told.append(Told(0, f"the first cue begins at {first} of a time code: move all if the clip begins at another"))
    return found(cues, told)


def _frame(hours: int, minutes: int, seconds: int, frames: int, drop: bool) -> int:
    whole = hours * 60 + minutes
    return (whole * 60 + seconds) * 30 + frames - (2 * (whole - whole // 10) if drop else 0)


class _Rows:
    """Letters by row and column, as a memory of captions holds them."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], str] = {}

    def __str__(self) -> str:
        rows: dict[int, dict[int, str]] = {}
        for (row, column), letter in self.cells.items():
            rows.setdefault(row, {})[column] = letter
        return tidied("\n".join(" ".join(_line(rows[row]).split()) for row in sorted(rows)))


def _line(cells: dict[int, str]) -> str:
    made, before = "", -1
    for column in sorted(cells):
        made += cells[column] if column == before + 1 else f" {cells[column]}"
        before = column
    return made


class _Decoder:
    """The first channel of captions: what is shown, what is written unseen, and the cues that came of it."""

    def __init__(self) -> None:
        self.cues: list[tuple[int, Cue]] = []
        self._told: list[Told] = []
        self._shown, self._hidden = _Rows(), _Rows()
        self._mode, self._channel = 0, 1  #: the code that began it, 0 for none yet
        self._row, self._column = 15, 0
        self._since, self._begun = 0, 0  #: when what is shown began, and at which line of the file
        self._number, self._now = 0, 0
        self._elsewhere = {"the second channel": 0, "text mode": 0, "no mode": 0}

    def told(self) -> list[Told]:
        """Return what was not read, or had to be guessed."""
        left = [f"{many:,} letters of {what} were not read" for what, many in self._elsewhere.items() if many]
        return [*self._told, *(Told(0, each, True) for each in left)]

    def line(self, number: int, frame: int, data: bytes) -> None:
        """Take what is sent from a frame on."""
        self._number, before = number, b""
        for at in range(0, len(data), 2):
            self._now = round((frame + at // 2) * 1001 / 30)
            pair = bytes(byte & 0x7F for byte in data[at : at + 2])
            if 0x10 <= pair[0] < 0x20:
                if pair == before:
                    before = b""
                    continue
                before = pair
                self._channel = 2 if pair[0] & 0x08 else 1
                if self._channel == 1:
                    self._code(pair[0], pair[1])
                elif pair[0] & 0x17 in (0x11, 0x12, 0x13) and 0x20 <= pair[1] < 0x40:
                    self._elsewhere["the second channel"] += 1
            else:
                before = b""
                for byte in pair if pair[0] >= 0x20 or not pair[0] else b"":
                    if byte >= 0x20:
                        self._put(_PLAIN.get(byte, chr(byte)))

    def end(self) -> None:
        """Close what is still shown."""
        if str(self._shown):
            self._told.append(Told(self._begun, "nothing ends the last cue: it was given three seconds"))
            self._now = max(self._now, self._since + LAST)
        self._close()
        if words := str(self._hidden):
            self._told.append(
                Told(self._number, f"words that are never shown were left out: {len(words):,} letters", True)
            )

    def _put(self, letter: str, instead: bool = False) -> None:
        if self._channel == 2 or self._mode in (0, TR):
            where = "the second channel" if self._channel == 2 else "text mode" if self._mode else "no mode"
            self._elsewhere[where] += letter != " "
            return
        rows = self._hidden if self._mode == RCL else self._shown
        self._column -= instead and self._column > 0
        if self._column >= MAX_COLUMNS:
            raise BadPacket(f"Line {self._number}: expected rows of at most {MAX_COLUMNS} letters, found a longer one.")
        if rows is self._shown and not instead and rows.cells.get((self._row, self._column), " ") != " ":
            self._close()  # what is written over was shown, and is said
            rows = self._shown
        if rows is self._shown and not rows.cells:
            self._since, self._begun = self._now, self._number
        rows.cells[self._row, self._column] = letter
        self._column += 1

    def _close(self) -> None:
        """Make a cue of what is shown, until now, and take it away."""
        if words := str(self._shown):
            self.cues.append((self._begun, Cue(self._since, self._now, "", words)))
        self._shown = _Rows()

    def _code(self, first: int, second: int) -> None:
        if second >= 0x40:  # a row, and an indent or a colour
            row = _ROWS[first] + (1 if second & 0x20 and first != 0x10 else 0)
            if self._mode and not RU2 <= self._mode <= RU4:
                self._row = row
            self._column = 4 * ((second & 0x0E) >> 1) if second & 0x10 else 0
        elif first == 0x11 and second >= 0x30:
            self._put(_SPECIAL[second - 0x30])
        elif first in _EXTENDED:
            self._put(_EXTENDED[first][second - 0x20], instead=True)
        elif first in (0x11, 0x10):  # a colour or slant stands where a space does
            self._put(" ")
        elif first == 0x17 and 0x21 <= second <= 0x23:
            self._column += second - 0x20
        elif first in (0x14, 0x15):
            self._control(second)

    def _control(self, code: int) -> None:
        if code in (RCL, RDC, TR, RTD) or RU2 <= code <= RU4:
            rolls = RU2 <= code <= RU4
            if code == RDC or (rolls and self._mode != code):
                self._close()
            self._mode, self._row = (TR if code == RTD else code), (15 if rolls else self._row)
        elif code == EOC:
            self._close()
            self._shown, self._hidden, self._mode = self._hidden, _Rows(), RCL
            self._since, self._begun = self._now, self._number
        elif code == EDM or (code == CR and RU2 <= self._mode <= RU4):
            self._close()
            self._column = 0 if code == CR else self._column
        elif code == ENM:
            self._hidden = _Rows()
        elif code in (BS, DER):
            if code == DER and self._mode != RCL:
                self._close()
            rows = self._hidden if self._mode == RCL else self._shown
            self._column -= code == BS and self._column > 0
            for column in range(self._column, MAX_COLUMNS if code == DER else self._column + 1):
                rows.cells.pop((self._row, column), None)
