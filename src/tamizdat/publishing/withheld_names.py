"""Whose names an edition may not tell, and where the desk tells them all the same.

Every name that was ever entered of somebody is withheld, unless it is shown: one whose true name was stated first, and
who is shown by another now, is still looked for by the first (:mod:`.leaks.names`).
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from tamizdat.dataclass import dataclass
from tamizdat.errors import Leak
from tamizdat.publishing.leaks.names import (
    NameSearch,
    SoughtName,
    Withheld,
    names_told,
    why_not_sought,
)  # fmt: skip
from tamizdat.publishing.leaks.parts import Part, parts_of
from tamizdat.publishing.leaks.scanner import Known, Told
from tamizdat.publishing.leaks.secrets import SOMEBODY_ELSE
from tamizdat.publishing.model import whole_of
from tamizdat.statements import derived
from tamizdat.statements.derived import Item
from tamizdat.statements.derived_drafts import all_texts

TOLD: Final = 10  #: places that a message names
_TAG: Final = re.compile(r"^[a-z]{2,3}-(?:Arab|Cyrl|Hans|Hant|Latn|Mong|Tibt)(?:-[A-Z]{2})?$", re.M)


def not_sought(people: Iterable[Withheld]) -> tuple[tuple[int, str, str], ...]:
    """Return the number of a person, a name and why it is not looked for."""
    every = ((each.person, name, why_not_sought(name, each.elsewhere)) for each in people for name in each.names)
    return tuple((person, name, why) for person, name, why in every if why)


def desk_of(item: Item, where: str, names: Callable[[str], bool]) -> Iterator[Part]:
    """Yield the parts of a statement that its author did not write, and last, as *where*, every text of these.

    A translation says what the author says, and a tag may be the author's: if these words *name* somebody, they may,
    too. If they do not, it was the desk that told who is meant.
    """
    bare = item
    if isinstance(item, derived.Post):
        post = whole_of(item)
        bare = replace(post, summary="", text="", earlier=(), context=None)
        if names(_by_author(post)):
            bare = replace(bare, tags=(), translations=tuple(replace(each, target="") for each in post.translations))
    yield from parts_of(bare)
    yield Part(where, _without_tags(bare))


def _without_tags(item: Item) -> str:
    """Return every text of a statement but tags of languages with a script: Hans is somebody's name, too."""
    return _TAG.sub("", all_texts(item))


def opened_by_desk(item: Item, opened: Part, names: Callable[[str], bool]) -> Iterator[Part]:
    """Yield the words that are *opened* with a post, unless its author's words name that person."""
    if not isinstance(item, derived.Post) or not names(_by_author(whole_of(item))):
        yield opened


def _by_author(post: derived.Post) -> str:
    context = list(post.context.words().values()) if post.context else []
    return "\n".join((post.summary, post.text, *(each.text for each in post.earlier), *context))


class Found(NamedTuple):
    """A name that stands where it may not, the part of what the desk says, and the words around it."""

    name: SoughtName
    part: Part
    line: str


@dataclass
class NameLeaks:
    """Places of an edition that names of *people* stand in, who are withheld."""

    search: NameSearch
    found: list[Found] = field(default_factory=list)

    @classmethod
    def of(cls, people: Iterable[Withheld], shown: Mapping[int, Item]) -> "NameLeaks":
        """Return the search for the names of *people* in an edition that shows these items."""
        told = {name for each in shown.values() if isinstance(each, derived.Person) for name in names_told(each.told)}
        voices = {each.voice for each in shown.values() if isinstance(each, derived.Post)} if people else set()
        return cls(NameSearch(people, told, {name for each in voices for name in (each.name, each.handle) if name}))

    def passing(self, told: Iterable[Told]) -> Iterator[Told]:
        """Yield what is told, and look for names in it."""
        for each in told:
            self.look(each)
            yield each

    def look(self, told: Told, only: Container[int] | None = None) -> None:
        """Look for names in what is told, or for some of them *only*."""
        for number in sorted(self.search.met(told.text)):
            if only is not None and number not in only:
                continue
            name = self.search.names[number]
            parts = told.parts(partial(self.search.is_written, name.person))
            some = [Found(name, part, line) for part in parts[:-1] for line in name.lines(part.words)]
            self.found += some or [Found(name, part, line) for part in parts[-1:] for line in name.lines(part.words)]

    def look_again(self, told: Callable[[Callable[[bytes], bool]], Iterable[Told]], known: Known) -> None:
        """Look in what was told before, as :class:`LeakScanner` does, for those names alone that are not *known*."""
        new = {number for number, each in enumerate(self.search.prints(known.key)) if each not in known.prints}

        def holds(text: bytes) -> bool:
            return not new.isdisjoint(self.search.met(text.decode("utf-8", "replace")))

        for each in told(holds) if new else ():
            self.look(each, new)

    def refuse(self) -> None:
        """Raise :class:`Leak` if names were found, with where they stand."""
        if not self.found:
            return
        found = dict[tuple[int, str, str, str], tuple[str, Part]]()  # an address is looked at with capitals, too
        for each in self.found:
            place = each.name.person, each.name.text, each.part.what, each.line.casefold()
            found.setdefault(place, (each.line, each.part))
        places, told = list[str](), set[str]()
        for (person, name, where, _), (line, part) in islice(found.items(), TOLD):
            places.append(f"  '{name}' (person {person}) in {where}: “{' '.join(line.split())}”")
            if part.remedy and part.remedy not in told:
                places.append(f"    to change it: {part.remedy}")
                told.add(part.remedy)
        if len(found) > TOLD:
            places.append(f"  and {len(found) - TOLD:,} more")
        raise Leak(
            "Expected no name of somebody who is not released in what the desk says, found it in "
            f"{len(found):,} {'place' if len(found) == 1 else 'places'}:\n{chr(10).join(places)}\nNothing was "
            f"published or replaced. {SOMEBODY_ELSE.format(self.found[0].name.person)}"
        )
