"""Names for a disk that cannot hold every name: FAT and exFAT refuse letters, and take ``A`` and ``a`` for one.

A name the disk cannot hold is written with ``%XX`` for each byte of what is in the way, its own ``%`` included, so that
undoing all ``%XX`` gives the name back. Two names that would be one on this disk are told apart in the same way: in the
second, the first byte, every capital and everything beyond ASCII is written so. ::

    What?.mov                        What%3F.mov
    CON.txt                          %43ON.txt
    note.txt beside Note.txt         %6Eote.txt
    Café.txt in both Unicode forms   Café.txt, %43afe%CC%81.txt

If a name becomes too long by that, its end gives way to a digest of the whole; the report of names tells it in full.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from tamizdat.disk.target import NameRules
from tamizdat.encoding import MAX_NAME, sha256_hex
from tamizdat.footage.card import shortened

_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)")
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_ ")


def target_names(paths: Iterable[str], rules: NameRules) -> dict[str, str]:
    """Return each path → the path it has on a disk with these rules; the first of two that are one keeps its name."""
    folders: dict[tuple[str, str], str] = {}  # (folder on the disk, name on the card) → name on the disk
    taken: set[tuple[str, str]] = set()
    made = {}
    for path in paths:
        here = ""
        for name in path.split("/"):
            if (here, name) not in folders:
                held = _held(name, rules)
                if (here, _folded(held, rules)) in taken:
                    held = _apart(name)
                if (here, _folded(held, rules)) in taken:  # a name of the card that looks like one of ours
                    held = shortened(f"{held}%{sha256_hex(name.encode('utf-8'))}")
                taken.add((here, _folded(held, rules)))
                folders[here, name] = held
            here = f"{here}/{folders[here, name]}" if here else folders[here, name]
        made[path] = here
    return made


def _held(name: str, rules: NameRules) -> str:
    refused = rules.refused | {"%"}
    if rules.reserved and _DEVICES.match(name):
        return f"%{ord(name[0]):02X}" + "".join(f"%{ord(each):02X}" if each in refused else each for each in name[1:])
    if not rules.refused.intersection(name):
        return name
    held = "".join(f"%{ord(each):02X}" if each in refused else each for each in name)
    return held if len(held.encode("utf-8")) <= MAX_NAME else shortened(held)


def _apart(name: str) -> str:
    """Return *name* with its first byte, its capitals and whatever is beyond ASCII as ``%XX``."""
    first, *others = name.encode("utf-8")
    return shortened(f"%{first:02X}" + "".join(map(_escaped, others)))


def _escaped(byte: int) -> str:
    return chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}"


def _folded(name: str, rules: NameRules) -> str:
    return unicodedata.normalize("NFC", name.casefold()) if rules.folds else name
