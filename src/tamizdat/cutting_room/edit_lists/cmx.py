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
from tamizdat.errors import BadPacket

_CODE: Final = r"(\d\d[:;.]\d\d[:;.]\d\d[:;.,]\d\d)"
_EVENT: Final = re.compile(
    rf"\s*(\d{{1,6}})\s+(\S.*?)\s+\S+\s+(C|D|W\d+|K(?:\s*[BO])?)\s+(?:[\d.]+\s+)?{_CODE}\s+{_CODE}"
    rf"(?:\s+{_CODE}\s+{_CODE})?(?:\s|$)",
    re.IGNORECASE,
)
_LIKE_ONE: Final = re.compile(r"\s*\d{1,9}\s.*\d\d[:;]\d\d[:;]\d\d[:;.,]\d{2,3}\s+\d\d[:;]\d\d[:;]\d\d[:;.,]\d\d")
_NAMED: Final = re.compile(r"\*\s*(FROM|TO|KEY)\s+CLIP\s+NAME\s*:\s*(.*)", re.IGNORECASE)
_FILE: Final = re.compile(
    r"(?:\*?\s*FINAL\s+CUT\s+PRO\s+REEL|\*\s*FROM\s+CLIP|"
    r"\*\s*(?:SOURCE|CLIP|MEDIA)[ _](?:FILE|PATH|NAME)(?:[ _]PATH)?)\s*:\s*(.*)",
    re.IGNORECASE,
)
MOST_LETTERS: Final = 200  #: of a line that is an event: what is looked for in it takes time
BLACK: Final = ("BL", "BLACK")  #: what stands where there is no picture
NO_REEL: Final = ("AX", "AUX", *BLACK)  #: what stands where a source has no reel


def read(text: str) -> list[Use]:
    """Return what a list uses, in its order; an event of no length is passed over, as no frame of it is seen.

    Raises :class:`BadPacket` for a line that looks like an event and is none: what it uses would be missed.
    """
    return [each for _, events in groupby(_events(text), key=lambda each: each[0]) for each in _uses([*events])]


def _events(text: str) -> Iterator[tuple[str, re.Match[str], dict[str, list[str]]]]:
    """Yield each event's number, its line, and the names that are said below it, by the word before them."""
    found: tuple[str, re.Match[str], dict[str, list[str]]] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if event := _EVENT.match(line[:MOST_LETTERS]):
            if found:
                yield found
            found = event[1], event, {}
        elif _LIKE_ONE.match(line):
            raise BadPacket(
                f"Line {number}: expected an event as CMX 3600 has them, found {' '.join(line.split())[:60]!a}. Have "
                "the list written anew as CMX 3600, or as FCPXML."
            )
        elif found and (named := _NAMED.match(line.strip())):
            found[2].setdefault(named[1].upper(), []).append(named[2])
        elif found and (named := _FILE.match(line.strip())):
            found[2].setdefault("FILE", []).append(named[1].partition(" REPLACED BY")[0])
    if found:
        yield found


def _uses(events: list[tuple[str, re.Match[str], dict[str, list[str]]]]) -> Iterator[Use]:
    said: dict[str, list[str]] = {}
    for _, _, names in events:
        for kind, some in names.items():
            said.setdefault(kind, []).extend(some)
    is_pair = len(events) > 1 or "TO" in said
    for at, (_, event, _) in enumerate(events):
        word = "TO" if is_pair and (at > 0 or event[3][0] in "DWdw") and "TO" in said else "FROM"
        reel = [] if event[2].upper() in NO_REEL else [event[2]]
        called = said.get(word, []) + (said.get("FILE", []) if not is_pair else [])
        is_seen = event[4] != event[5] or event[6] != event[7]  # a frame that stands still may have no length
        if is_seen and (called or reel or event[2].upper() not in BLACK):
            yield use([*called, *reel], code=f"{event[4]}-{event[5]}")
    loose = [*said.get("KEY", ()), *(said.get("FILE", ()) if is_pair else ())]
    yield from (use([each]) for each in loose)
