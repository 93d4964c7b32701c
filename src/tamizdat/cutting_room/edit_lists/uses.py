"""One use of a file in a film, and the times of XML formats.

>>> seconds_of("1001/30000s"), seconds_of("5s"), seconds_of("1/0s")
(Fraction(1001, 30000), Fraction(5, 1), None)
"""

import re
from fractions import Fraction
from typing import Final
from urllib.parse import unquote

from tamizdat.dataclass import dataclass

MOST: Final = 100_000  #: uses of one list
_SECONDS: Final = re.compile(r"(-?\d{1,18})(?:/(\d{1,18}))?s", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?", re.ASCII)


@dataclass(frozen=True)
class Use:
    """What a list names of its material: *names* are all by which a file may be known, a reel's too, none empty.

    *start* and *end* are seconds from the beginning of the file; None where the list does not tell them. *code* is what
    it says instead: the time codes of a source whose rate is not in it.
    """

    names: tuple[str, ...]
    start: Fraction | None = None
    end: Fraction | None = None
    code: str = ""


def use(names: list[str], start: Fraction | None = None, length: Fraction | None = None, code: str = "") -> Use:
    """Return a use of the file with these *names*, of which those that are addresses lose what is added to a path."""
    known = dict.fromkeys(" ".join(unquote(each).split()) for each in names)
    if start is None or length is None or start < 0 or length <= 0:
        return Use(tuple(filter(None, known)), code=code)
    return Use(tuple(filter(None, known)), start, start + length, code)


def seconds_of(text: str) -> Fraction | None:
    """Return a time of FCPXML; None if it is none."""
    found = _SECONDS.fullmatch(text.strip())
    below = int(found[2] or 1) if found else 0
    return Fraction(int(found[1]), below) if found and below else None


def decimal(text: str) -> Fraction | None:
    """Return a number; None if it is none."""
    return Fraction(text.strip()) if _DECIMAL.fullmatch(text.strip()) else None
