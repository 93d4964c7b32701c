r"""The beginning of a text, where there is no room for all of it: by characters on a page, by columns on a terminal.

A Chinese character takes two columns, a Tibetan vowel sign none; ``len`` counts both as one:

>>> columns("地震"), columns("བོད")
(4, 2)
>>> shorten("གསུམ་地震调查.mp4", 12)
'གསུམ་地震调…'
>>> excerpt("No  answer came.\nNobody asked.", 20)
'No answer came.…'
"""

import unicodedata
from typing import Final

_LINES: Final = 4
SIGNS: Final = 8  #: signs over and under one letter; no script writes as many
TOWER: Final = 1_000  #: signs beyond which it is no writing at all


def excerpt(text: str, length: int = 140) -> str:
    """Return the beginning of *text* on one line, at most *length* characters.

    A longer text ends in "…", at a space if one is near.
    """
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    head = line[:length]
    space = head.rfind(" ", length - 20)
    return f"{head[:space] if space > 0 else head}…"


def brief(text: str, length: int) -> str:
    """Return the same of at most half of *length* where letters say twice as much: Chinese, Tibetan, Japanese.

    It is told by what they take in UTF-8, for pages are made by the ten thousand.
    """
    head = excerpt(text, length)
    return head if len(head.encode()) <= 2 * length else excerpt(head, length // 2)


def opening(text: str, length: int) -> str:
    r"""Return the same, with each paragraph on a line of its own, for places that show lines; at most four of them.

    >>> opening("The water came\n\nNobody asked.", 25)
    'The water came\nNobody…'
    """
    one = brief(text, length)
    if "\n" not in text:
        return one
    paragraphs = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    whole = "\n".join(paragraphs)  # as long as on one line, so it is cut at the same character
    shown = (whole if one == " ".join(paragraphs) else f"{whole[: len(one) - 1]}…").split("\n")
    return "\n".join(shown[:_LINES]) + ("…" if len(shown) > _LINES else "")


def columns(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    return sum(map(column_width, text))


def column_width(character: str) -> int:
    """Return how many columns of a terminal one character takes: 0, 1 or 2."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def has_tower(text: str) -> bool:
    """Tell whether more than :data:`TOWER` signs that take no column stand in a row: a browser needs minutes for them.

    >>> has_tower("a" + 999 * "\u0301"), has_tower("a" + 1_001 * "\u0301")
    (False, True)
    """
    if not any(column_width(each) == 0 for each in text[:: TOWER // 2]):  # one of these would stand in it
        return False
    signs = 0
    for each in text:
        signs = 0 if column_width(each) else signs + 1
        if signs > TOWER:
            return True
    return False


def shorten_name(name: str, width: int) -> str:
    """Return the name of a file, cut in the middle: what it is stands at its end.

    >>> shorten_name("5f1c9a00.proof.json", 14), shorten_name("5f1c9a00.asc", 14)
    ('5f1c9…oof.json', '5f1c9a00.asc')
    """
    if columns(name) <= width:
        return name
    end = shorten(name[::-1], 2 * width // 3)[:-1][::-1]
    while unicodedata.category(end[:1] or "x") in ("Mn", "Me", "Cf"):  # a sign that belongs to what was cut off
        end = end[1:]
    return shorten(name, width - columns(end)) + end


def shorten(text: str, width: int) -> str:
    """Return *text*, cut with an ellipsis so that it takes at most *width* columns of a terminal.

    Of signs that take no column at most :data:`SIGNS` in a row are left: thousands make a tower over other lines.
    """
    kept, fits, used, signs = "", "", 0, 0
    for character in text:
        taken = column_width(character)
        signs = 0 if taken else signs + 1
        if signs > SIGNS:
            continue
        used += taken
        if used > width:
            return f"{fits}…"
        kept += character
        fits = kept if used < width else fits
    return kept
