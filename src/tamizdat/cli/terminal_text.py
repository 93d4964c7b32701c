r"""Text for a terminal: how it is wrapped, how counts are said, and what must never reach a screen.

A file name on a card is chosen by whoever made the card. Control characters in it could repaint the
screen of the desk, and direction overrides could turn ``gpj.exe`` into ``exe.jpg``, so both are shown
as what they are:

>>> print(printable("a\x1b[2Jb"))
a\x1b[2Jb
"""

import inspect
import re
from typing import Final

from tamizdat.text.excerpt import columns

WIDTH: Final = 80  #: columns; every terminal has them
MARGIN: Final = re.compile(r" +[^ -](?:[^ ]| (?! ))*  +| *(?:[-*] )?")
#: control characters (not the line feed), line separators, direction marks and overrides, tags, lone surrogates
UNPRINTABLE: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """Return *text* with everything that could command a terminal or reverse its reading made visible."""
    return UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """Return *text* printable and on one line: what a stranger called something must not look like a line of ours."""
    return " ".join(printable(text).split())


def wrap(text: str, width: int = WIDTH) -> str:
    """Return *text* with its long lines broken between words; a broken line goes on under its own first word.

    A list is kept: ``- `` and ``* `` at the start of a line, or an indented term and two spaces (``  proved  what that
    means``) count as the margin. Words are never cut: a fingerprint or a path that is longer than the line stays
    whole, so that it can be copied; where it would be longer only for the margin, the margin gives way.
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
            current, empty = under[: max(0, width - columns(word))], True
        current += word if empty else f" {word}"
        empty = False
    return "\n".join([*lines, current])


def paragraphs(docstring: str) -> str:
    """Return a docstring as running text: its own line breaks inside a paragraph go, its indented lines stay."""
    blocks = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(block if re.search(r"^ |^- ", block, re.M) else " ".join(block.split()) for block in blocks)


def counted(number: int, what: str, many: str = "") -> str:
    """Return *number* of *what*, which takes an s in the plural unless *many* is its plural.

    >>> counted(1, "post"), counted(2_000, "post"), counted(2, "entry", "entries")
    ('1 post', '2,000 posts', '2 entries')
    """
    return f"{number:,} {what if number == 1 else many or what + 's'}"


def entries(number: int) -> str:
    """Return *number* of entries of a ledger; each edition rounds it up, so that nobody takes them for acts.

    >>> entries(256)
    '256 entries, with the random ones that hide how much was done'
    """
    return f"{counted(number, 'entry', 'entries')}, with the random ones that hide how much was done"


def of_place(place: str, failure: object) -> str:
    """Return why a storage place failed, with its name once: most failures name it themselves."""
    return str(failure) if f"“{place}”" in str(failure) else f"{place}: {failure}"
