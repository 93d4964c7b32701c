"""What changed between two texts: by characters in scripts without spaces, by words in others.

>>> [(each.kind, each.text) for each in difference("名单现在有 512 人。", "更正：名单现在有 513 人。")]
[('added', '更正：'), ('same', '名单现在有 '), ('removed', '512'), ('added', '513'), ('same', ' 人。')]
>>> "".join(each.text for each in difference("a b", "a c") if each.kind != "removed")
'a c'

A run of letters or digits of a spaced script changes as a whole, because nobody reads half of a number.
"""

import re
from collections.abc import Iterator
from typing import Final

from rapidfuzz.distance import Indel

from tamizdat.dataclass import dataclass

_SPACELESS: Final = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua000-\ua4cf\uf900-\ufaff\U00020000-\U000323af"
)
_PIECE: Final = re.compile(f"[{_SPACELESS}]|(?:(?![{_SPACELESS}])\\w)+|\\s+|.", re.S)
MAX_WORK: Final = 25_000_000  #: pieces before × pieces after, beyond which the middle counts as changed altogether


@dataclass(frozen=True)
class Change:
    """A stretch that is ``same`` in both texts, ``removed`` from the first, or ``added`` in the second."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Change]:
    """Return the changes from *before* to *after*, in order.

    What is the same or removed is *before*, what is the same or added *after*.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = list(_middle(old[start : len(old) - end], new[start : len(new) - end]))
    return list(
        _merged([Change("same", "".join(old[:start])), *middle, Change("same", "".join(old[len(old) - end :]))])
    )


def _middle(old: list[str], new: list[str]) -> Iterator[Change]:
    if len(old) * len(new) > MAX_WORK:
        yield from (Change("removed", "".join(old)), Change("added", "".join(new)))
        return
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            yield Change("same", "".join(old[step.src_start : step.src_end]))
        else:
            yield Change("removed", "".join(old[step.src_start : step.src_end]))
            yield Change("added", "".join(new[step.dest_start : step.dest_end]))


def _merged(changes: list[Change]) -> Iterator[Change]:
    """Yield the changes without empty ones, and between two stretches that are the same, what was removed first."""
    removed = added = same = ""
    for change in changes:
        if change.kind != "same":
            if same and change.text:
                yield Change("same", same)
                same = ""
            removed += change.text if change.kind == "removed" else ""
            added += change.text if change.kind == "added" else ""
        elif change.text:
            yield from (Change(kind, text) for kind, text in (("removed", removed), ("added", added)) if text)
            removed, added, same = "", "", same + change.text
    if same:
        yield Change("same", same)
    yield from (Change(kind, text) for kind, text in (("removed", removed), ("added", added)) if text)
