"""Edit decision lists, CMX 3600: an event is a line, and what is said of it stands below.

::

    003  I0000041 V     D    025 00:00:01:05 00:00:03:00 01:00:00:00 01:00:01:20
    * FROM CLIP NAME: item-0007.mov
    * TO CLIP NAME: item-0041.mov

A dissolve has two lines of one number: the clip it comes from and the one it goes to. A list does not tell its rate, so
its time codes are kept as they stand.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from tamizdat.cutting_room.edit_lists.uses import Use, use

_CODE: Final = r"(\d\d[:;.]\d\d[:;.]\d\d[:;.,]\d\d)"
_EVENT: Final = re.compile(
    rf"\s*(\d{{1,6}})\s+(\S.*?)\s+\S+\s+(C|D|W\d+|K\w*)\s+(?:[\d.]+\s+)?{_CODE}\s+{_CODE}(?:\s|$)"
)
_NAMED: Final = re.compile(r"\*\s*(FROM|TO|KEY)\s+CLIP\s+NAME\s*:\s*(.*)", re.IGNORECASE)
_FILE: Final = re.compile(
    r"\*\s*(?:FROM\s+CLIP|(?:SOURCE|CLIP|MEDIA)[ _](?:FILE|PATH|NAME)(?:[ _]PATH)?)\s*:\s*(.*)", re.IGNORECASE
)
MOST_LETTERS: Final = 200  #: of a line that is an event: what is looked for in it takes time
NO_REEL: Final = ("AX", "BL", "BLACK", "AUX")  #: what stands where a source has no reel


def read(text: str) -> list[Use]:
    """Return what a list uses, in its order; an event of no length is passed over, as no frame of it is seen."""
    return [each for _, events in groupby(_events(text), key=lambda each: each[0]) for each in _uses([*events])]


def _events(text: str) -> Iterator[tuple[str, re.Match[str], dict[str, list[str]]]]:
    """Yield each event's number, its line, and the names that are said below it, by the word before them."""
    found: tuple[str, re.Match[str], dict[str, list[str]]] | None = None
    for line in text.split("\n"):
        if event := _EVENT.match(line[:MOST_LETTERS]):
            if found:
                yield found
            found = event[1], event, {}
        elif found and (named := _NAMED.match(line.strip())):
            found[2].setdefault(named[1].upper(), []).append(named[2])
        elif found and (named := _FILE.match(line.strip())):
            found[2].setdefault("FILE", []).append(named[1])
    if found:
        yield found


def _uses(events: list[tuple[str, re.Match[str], dict[str, list[str]]]]) -> Iterator[Use]:
    said: dict[str, list[str]] = {}
    for _, _, names in events:
        for kind, some in names.items():
            said.setdefault(kind, []).extend(some)
    is_pair = len(events) > 1 or "TO" in said
    for at, (_, event, _) in enumerate(events):
        word = "TO" if is_pair and (at > 0 or event[3][0] in "DW") and "TO" in said else "FROM"
        reel = [] if event[2].upper() in NO_REEL else [event[2]]
        called = said.get(word, []) + (said.get("FILE", []) if not is_pair else [])
        if event[4] != event[5] and (called or reel):
            yield use([*called, *reel], code=f"{event[4]}-{event[5]}")
    loose = [*said.get("KEY", ()), *(said.get("FILE", ()) if is_pair else ())]
    yield from (use([each]) for each in loose)
