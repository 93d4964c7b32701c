"""Withheld names in what leaves the desk by other ways than a new edition, which is searched before it is signed.

One rule: **what is for everybody does not go out, what is for somebody is told.**

* A copy of the edition that stands (ZIM, torrent), a book or clips of it: a name may be withheld since that edition was
  made. Where the desk says it there, that item goes out no longer (:func:`named_in`), until an edition is without it.
* A packet, a memory, the glossary, subtitles, a package for a court: whoever gets it may have to know the name. Who
  gives it out is told before whose it is, and in how many lines (:func:`told_of`), and decides.

What is told has the number of a person and never the name: it would stand in a terminal's or a job's record.
"""

import io
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain
from typing import BinaryIO, Final

from tamizdat.archive import Archive
from tamizdat.encoding import Json
from tamizdat.publishing.leak_search import told_by
from tamizdat.publishing.leaks.file_words import FileWords, Text
from tamizdat.publishing.leaks.names import unsought_now, withheld_now
from tamizdat.publishing.leaks.names_in_bytes import NamesInBytes
from tamizdat.publishing.withheld_names import NameLeaks
from tamizdat.statements import derived
from tamizdat.statements.derived import Item

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


def told_of(archive: Archive, words: Iterable[str | bytes | BinaryIO], but: Container[int] = ()) -> list[str]:
    """Return what is told of each person whose withheld name stands in *words*, whoever wrote them, *but* of some.

    Bytes and open files are whatever they are (:mod:`.leaks.file_words`). Told are, too, those of whom a name is one
    that nobody can look for, and how many files were not looked through to their end.
    """
    search, count, cut = withheld_now(archive), Counter[int](), 0
    names = NamesInBytes(search)
    for each in words if search.names else ():
        held = (
            (Text(each),) if isinstance(each, str) else FileWords(io.BytesIO(each) if isinstance(each, bytes) else each)
        )
        lines = Counter[int]()
        for said in held:
            for number, found in names.found(said).items():
                person = search.names[number].person
                lines[person] = max(lines[person], found)  # of one file several readings
        count.update({person: number for person, number in lines.items() if person not in but})
        cut += names.is_cut or (isinstance(held, FileWords) and held.is_cut)
        names.is_cut = False
    told = [
        f"the name of person {person}, which you withhold ({number:,} {'line' if number == 1 else 'lines'})"
        for person, number in sorted(count.items())
    ]
    if (more := len(told) - SHOWN) > 0:
        told = [*told[:SHOWN], f"the names of {more:,} more whom you withhold"]
    if unsought := sum(person not in but for person in unsought_now(archive)):
        whose = "1 person" if unsought == 1 else f"{unsought:,} people"
        told.append(
            f"perhaps a name that nobody can look for, of {whose} whom you withhold ('tamizdat publish' has them)"
        )
    if cut:
        files = "1 file" if cut == 1 else f"{cut:,} files"
        told.append(f"what nobody searched for withheld names: a part of {files}, too large, locked or damaged")
    return told


def people_in(archive: Archive, text: str) -> list[int]:
    """Return the people whose withheld names stand in a text that everybody will read."""
    search = withheld_now(archive)
    return sorted({name.person for name in map(search.names.__getitem__, search.met(text)) if name.is_in(text)})


def strings(value: Json) -> Iterator[str]:
    """Yield every string in a value that is no digest."""
    if isinstance(value, str):
        yield from () if _DIGEST.fullmatch(value) else (value,)
    elif isinstance(value, Mapping):
        yield from chain.from_iterable(map(strings, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(strings, value))
