"""Bytes that a person heard, or reads from paper, typed: the inverse of :func:`tamizdat.encoding.spoken`.

>>> from_spoken('000g 40r4 0m30 e2o9 185g r38e 1w', 16) == bytes(range(16))
True
"""

import re

from tamizdat.encoding import CROCKFORD
from tamizdat.errors import BadEncoding


def from_spoken(text: str, length: int) -> bytes:
    """Return the *length* bytes that :func:`spoken` wrote.

    Forgives case, spaces, hyphens, O for 0 and I or L for 1. Raises :class:`BadEncoding`.
    """
    letters = re.sub(r"[\s-]", "", text).upper().translate(str.maketrans("OIL", "011"))
    expected = -(-length * 8 // 5)
    strange = next((letter for letter in letters if letter not in CROCKFORD), "")
    if len(letters) != expected or strange:
        found = f"{len(letters)}, among them {strange!a}" if strange else f"{len(letters)}"
        raise BadEncoding(f"Expected {expected} letters and digits, found {found}; read them out once more.")
    number = 0
    for letter in letters:
        number = number * 32 + CROCKFORD.index(letter)
    spare = expected * 5 - length * 8
    if number & ((1 << spare) - 1):
        raise BadEncoding(
            f"Expected another last letter than {letters[-1]}, which cannot be right; read it out once more."
        )
    return (number >> spare).to_bytes(length, "big")
