"""Withheld names in what leaves the desk by other ways than a new edition, which is searched before it is signed.

One rule: **what is for everybody does not go out, what is for somebody is told.**

* A copy of the edition that stands (ZIM, torrent), a book or clips of it: a name may be withheld since that edition was
  made. Where the desk says it there, that item goes out no longer (:func:`named_in`), until an edition is without it.
* A packet, a memory, the glossary, subtitles, a package for a court: whoever gets it may have to know the name. Who
  gives it out is told before whose it is, and in how many lines (:func:`told_of`), and decides.

What is told has the number of a person and never the name: it would stand in a terminal's or a job's record.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from tamizdat.archive import Archive
from tamizdat.encoding import Json
from tamizdat.publishing.leak_search import told_by
from tamizdat.publishing.leaks.names import is_looked_for_everywhere, withheld_now
from tamizdat.publishing.names_in_captures import RUNS, texts_of
from tamizdat.publishing.withheld_names import NameLeaks
from tamizdat.statements import derived
from tamizdat.statements.derived import Item

HEAD: Final = 256 << 10  #: bytes of a file, in which cameras write who owns them, and programs a caption
SHOWN: Final = 12  #: people who are told one by one
_DIGEST: Final = re.compile("[0-9a-f]{32,}")


def named_in(
    archive: Archive, items: Mapping[int, Item], only: Container[int] | None = None
) -> dict[int, tuple[int, ...]]:
    """Return the people who are withheld by now, and whom the desk names in an item, by the number of the item.

    *only* these people, if they are given.
    """
    voices = {each.voice for each in items.values() if isinstance(each, derived.Post)}
    longer = {name for each in voices for name in (each.name, each.handle) if name}
    found = _named(archive, items, longer, only)
    if found:  # accounts of posts that were not asked about excuse what is a part of their names, too
        asked = archive.index.ask("SELECT DISTINCT name, handle FROM posts")
        longer |= {str(name) for names in asked for name in names if name}
        found = _named(archive, {number: items[number] for number in found}, longer, only)
    return found


def _named(
    archive: Archive, items: Mapping[int, Item], longer: Iterable[str], only: Container[int] | None
) -> dict[int, tuple[int, ...]]:
    search, found = withheld_now(archive, longer, only), dict[int, tuple[int, ...]]()
    for number, item in items.items() if search.names else ():
        leaks = NameLeaks(search)
        for told in told_by(archive, item):
            leaks.look(told)
        if leaks.found:
            found[number] = tuple(sorted({each.name.person for each in leaks.found}))
    return found


def told_of(archive: Archive, words: Iterable[str | bytes], but: Container[int] = ()) -> list[str]:
    """Return what is told of each person whose withheld name stands in *words*, whoever wrote them, *but* of some.

    Bytes are a file's, or its beginning: text, or anything that holds some, where short names stand by chance.
    """
    search, count = withheld_now(archive), Counter[int]()
    for each in words if search.names else ():
        text, is_text = (each, True) if isinstance(each, str) else _text(each)
        lines = defaultdict[int, set[int]](set)
        for name in (search.names[number] for number in search.met(text)):
            if name.person not in but and (is_text or is_looked_for_everywhere(name.text)) and name.is_in(text):
                # it may go over the end of a line
                lines[name.person] |= {at for at, line in enumerate(text.split("\n")) if name.is_in(line)} or {0}
        count.update({person: len(those) for person, those in lines.items()})
    told = [
        f"the name of person {person}, which you withhold ({number:,} {'line' if number == 1 else 'lines'})"
        for person, number in sorted(count.items())
    ]
    more = len(told) - SHOWN
    return told if more <= 0 else [*told[:SHOWN], f"the names of {more:,} more whom you withhold"]


def strings(value: Json) -> Iterator[str]:
    """Yield every string in a value that is no digest."""
    if isinstance(value, str):
        yield from () if _DIGEST.fullmatch(value) else (value,)
    elif isinstance(value, Mapping):
        yield from chain.from_iterable(map(strings, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(strings, value))


def _text(data: bytes) -> tuple[str, bool]:
    """Return the words in some bytes, and whether these are a text."""
    if b"\0" in data:
        return b"\n".join(RUNS.findall(data)).decode("utf-8", "replace"), False
    return "\n".join(texts_of(data, "text/plain", "utf-8")).replace("\\n", "\n"), True
