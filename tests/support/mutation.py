"""Valid inputs, changed by structure: what a fuzzer of readers feeds them.

Each mutator takes a valid input and dice, and gives bytes that are wrong in one or a few places but right elsewhere, so
that a reader is led past its first check. Where a format has a checksum or a signature, the caller mends it afterwards.
"""

import random
from collections.abc import Callable
from typing import Any

from tamizdat.encoding import canonical
from tamizdat.errors import BadEncoding

Mutator = Callable[[bytes, random.Random], bytes]

NUMBERS = [0, 1, -1, 2, 7, 63, 64, 65, 255, 256, 1000, 2**31, 2**32, 2**53 - 1, 2**53, 2**63, 2**64, 10**30]
WORDS = [
    "",
    "0",
    "-1",
    "00",
    "1e1",
    "+1",
    "٣",
    "x",
    "A" * 300,
    "é",
    "采访",
    "\u202e",
    "..",
    "/",
    "a\0b",
    "=",
    "\r",
    "\t",
]
BYTES = [b"\0", b"\xff", b"\n", b" ", b"=", b"-", b"0", b"9", b"\x80", b"\xc3", b"\r\n", b"\xef\xbb\xbf"]


def mutate_bytes(data: bytes, dice: random.Random) -> bytes:
    """Flip, overwrite, insert, delete, repeat or cut, one to four times."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        at, count = dice.randrange(len(data) + 1), dice.choice((1, 1, 2, 4, 16, 64, 512))
        tail = data[at + count :]
        match dice.randrange(7):
            case 0 if data:
                at = dice.randrange(len(data))
                data = data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
            case 1:
                data = data[:at] + dice.choice(BYTES) * min(count, 16) + tail
            case 2:
                data = data[:at] + dice.choice(BYTES) + data[at:]
            case 3:
                data = data[:at] + tail
            case 4:
                data = data[:at] + data[at : at + count] * 2 + tail
            case 5:
                data = data[:at]
            case _:
                data = data[:at] + dice.randbytes(min(count, 16)) + data[at:]
    return data


def mutate_lines(data: bytes, dice: random.Random) -> bytes:
    """Drop, repeat, swap or edit lines, and words within them."""
    lines = data.split(b"\n")
    for _ in range(dice.choice((1, 1, 2, 3))):
        at = dice.randrange(len(lines))
        match dice.randrange(6):
            case 0:
                del lines[at]
                lines = lines or [b""]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                other = dice.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = mutate_bytes(lines[at], dice)
            case 4:
                lines.insert(at, dice.choice(WORDS).encode())
            case _:
                words = lines[at].split(b" ")
                words[dice.randrange(len(words))] = dice.choice(
                    [str(dice.choice(NUMBERS)), dice.choice(WORDS)]
                ).encode()
                lines[at] = b" ".join(words)
    return b"\n".join(lines)


def mutate_document(value: Any, dice: random.Random) -> bytes:
    """Change members, kinds and values of a JSON document; mostly canonical again, sometimes not."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        value = _changed(value, dice)
    try:
        data = canonical(value)
    except BadEncoding:
        data = repr(value).encode("utf-8", "surrogatepass")
    return mutate_bytes(data, dice) if dice.random() < 0.15 else data


def any_value(dice: random.Random, depth: int = 0) -> Any:
    """A small JSON value of any kind."""
    made = dice.randrange(8 if depth < 3 else 6)
    if made == 6:
        return [any_value(dice, depth + 1) for _ in range(dice.randrange(4))]
    if made == 7:
        return {dice.choice(WORDS) or "m": any_value(dice, depth + 1) for _ in range(dice.randrange(4))}
    number, word = dice.choice(NUMBERS[:14]), dice.choice(WORDS)
    return (None, True, number, word, "0" * 64, 0)[made]


def _changed(value: Any, dice: random.Random) -> Any:
    """One change somewhere below *value*."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        name = dice.choice(sorted(value))
        match dice.randrange(8):
            case 0:
                return {key: each for key, each in value.items() if key != name}
            case 1:
                return {**value, dice.choice(WORDS) or "more": any_value(dice)}
            case _:
                return {**value, name: _changed(value[name], dice)}
    if isinstance(value, list) and value and dice.random() < 0.85:
        at = dice.randrange(len(value))
        match dice.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, value[at]]
            case 2:
                return value[::-1]
            case 3:
                return value * dice.choice((2, 50))
            case _:
                return [*value[:at], _changed(value[at], dice), *value[at + 1 :]]
    if isinstance(value, str) and value and dice.random() < 0.5:
        return mutate_bytes(value.encode(), dice).decode("utf-8", "replace")
    if isinstance(value, int) and not isinstance(value, bool) and dice.random() < 0.5:
        return dice.choice(NUMBERS[:14])
    return any_value(dice)
