r"""Text for a terminal: how wide it is, how it is wrapped, how numbers are said, and what must never reach a screen.

A Chinese character takes two columns, a Tibetan vowel sign none; ``len`` counts both as one:

>>> columns("地震"), columns("བོད")
(4, 2)
>>> shorten("གསུམ་地震调查.mp4", 12)
'གསུམ་地震调…'

A file name on a card is chosen by whoever made the card. Control characters in it could repaint the
screen of the desk, and direction overrides could turn ``gpj.exe`` into ``exe.jpg``, so both are shown
as what they are:

>>> print(printable("a\x1b[2Jb"))
a\x1b[2Jb
"""

import inspect
import re
import unicodedata
from typing import Final

WIDTH: Final = 80  #: columns; every terminal has them
MARGIN: Final = re.compile(r" +[^ -](?:[^ ]| (?! ))*  +| *(?:[-*] )?")
UNITS: Final = ("bytes", "kB", "MB", "GB", "TB", "PB")
#: control characters (not the line feed), line separators, direction marks and overrides, tags, lone surrogates
UNPRINTABLE: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def columns(text: str) -> int:
    """How many columns of a terminal *text* takes."""
    return sum(map(_column_width, text))


def _column_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, width: int) -> str:
    """*text*, cut with an ellipsis so that it takes at most *width* columns."""
    if columns(text) <= width:
        return text
    kept, used = "", 1
    for character in text:
        used += _column_width(character)
        if used > width:
            break
        kept += character
    return kept + "…"


def printable(text: str) -> str:
    """*text* with everything that could command a terminal or reverse its reading made visible."""
    return UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def wrap(text: str, width: int = WIDTH) -> str:
    """*text* with its long lines broken between words; a broken line goes on under its own first word.

    A list is kept: ``- `` and ``* `` at the start of a line, or an indented term and two spaces (``  proved  what that
    means``) count as the margin. Words are never cut: a fingerprint or a path that is longer than the line stays
    whole, so that it can be copied.
    """
    return "\n".join(_wrap_line(line, width) for line in text.split("\n"))


def _wrap_line(line: str, width: int) -> str:
    if columns(line) <= width:
        return line.rstrip()
    margin = MARGIN.match(line)
    current = margin[0] if margin else ""
    under = " " * columns(current)
    lines, empty = [], True
    for word in line[len(current) :].split():
        if not empty and columns(current) + columns(word) + 1 > width:
            lines.append(current)
            current, empty = under, True
        current += word if empty else f" {word}"
        empty = False
    return "\n".join([*lines, current])


def paragraphs(docstring: str) -> str:
    """A docstring as running text: its own line breaks inside a paragraph go, its indented lines stay."""
    blocks = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(block if re.search(r"^ |^- ", block, re.M) else " ".join(block.split()) for block in blocks)


def counted(number: int, what: str) -> str:
    """*number* of *what*, which takes an s in the plural.

    >>> counted(1, "post"), counted(2_000, "post")
    ('1 post', '2,000 posts')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def amount(size: float) -> str:
    """A number of bytes as people say it: ``512 bytes``, ``4.2 MB``, ``60 GB`` (powers of 1,000).

    >>> amount(999), amount(4_193_792), amount(59_960_000_000), amount(999_999)
    ('999 bytes', '4.2 MB', '60 GB', '1.0 MB')
    """
    power = 0
    while size >= 999.5 and power < len(UNITS) - 1:
        size, power = size / 1000, power + 1
    digits = 1 if power and size < 9.95 else 0
    return f"{size:.{digits}f} {UNITS[power]}"


def duration(seconds: float) -> str:
    """A time as people say it: ``6 s``, ``4 min 10 s``, ``3 h 20 min``, ``2 days 4 h``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    days = whole // 86400
    return f"{days} day{'s' if days > 1 else ''} {whole % 86400 // 3600} h"
