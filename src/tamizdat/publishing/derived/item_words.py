"""What the desk says of an item: its words, and whether it is released. One ``catalogued`` statement, the latest wins.

::

    {"item": 17, "release": "public", "title": "The gate", "caption": "…", "alt": "…", "language": "en"}

``release`` is ``public``, ``restricted`` (what everything is until somebody says otherwise) or ``withdrawn``, which
may come with a ``reason`` that is published. A member that is absent leaves what was said before. ``language`` is
that of title, caption and alt, a BCP 47 tag. The statement itself stays private.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from weakref import WeakKeyDictionary

from tamizdat.archive import Archive, Item
from tamizdat.dataclass import dataclass
from tamizdat.statements import catalogued
from tamizdat.statements.catalogued import KEPT, CataloguedItem, Release

_MEMBERS: Final = ("language", "reason", "covering", "sound")


@dataclass(frozen=True)
class Words:
    """The parts of what was said that the archive's index does not hold."""

    language: str = "en"
    reason: str = ""
    covering: str = ""  #: nothing was said of the people in it
    sound: str = KEPT


_READ: Final[WeakKeyDictionary[Archive, tuple[list[int], dict[int, Words]]]] = WeakKeyDictionary()
_MUTEX: Final = threading.Lock()


def words(archive: Archive) -> dict[int, Words]:
    """Return language, reason, covering and sound of every item of which they were said.

    They are kept in memory, and only what was said since is read.
    """
    with _MUTEX:
        about = archive.index.releases.about_items()
        read, known = _READ.get(archive, ([], {}))
        if about[: len(read)] != read:  # something was forgotten
            read, known = [], {}
        if len(about) > len(read):
            known = known | _changed(archive, about[len(read) :], known)
            _READ[archive] = about, known
        return dict(known)


def _changed(archive: Archive, about: Sequence[int], known: Mapping[int, Words]) -> dict[int, Words]:
    index, found = archive.index, dict[int, Words]()
    for _, said in _catalogued(archive, about):
        item = index.item(said.item)
        if item is None or item.original != said.original:
            continue
        before = found.get(said.item) or known.get(said.item, Words())
        changes = {name: getattr(said, name) for name in _MEMBERS}
        found[said.item] = replace(before, **{name: value for name, value in changes.items() if value is not None})
    return found


def _catalogued(archive: Archive, about: Sequence[int]) -> Iterator[tuple[int, CataloguedItem]]:
    for index in about:
        said = catalogued.read(archive.statement(index))
        if isinstance(said, CataloguedItem) and any(getattr(said, name) is not None for name in _MEMBERS):
            yield index, said


def released(archive: Archive) -> list[Item]:
    """Return the items that may be shown, by number."""
    return archive.index.items(release=Release.PUBLIC)


def reasons(archive: Archive, said: Mapping[int, Words]) -> dict[int, str]:
    """Return what is told of why something was withdrawn, by number: of items, posts, people and stories."""
    found = {number: each.reason for number, each in said.items()}
    found |= {number: stated[-1][1] for number, stated in archive.index.releases.reasons().items()}
    found |= {story.number: story.reason for story in archive.index.stories.every()}
    return found | {person.number: person.reason for person in archive.index.people.all()}


def stated_reasons(archive: Archive) -> dict[int, list[tuple[int, str]]]:
    """Return every reason that was stated, by number: the index of the statement, and the reason."""
    found = archive.index.releases.reasons()
    for index, said in _catalogued(archive, archive.index.releases.about_items()):
        if said.reason is not None:
            found.setdefault(said.item, []).append((index, said.reason))
    for number in archive.index.stories.numbers():
        found[number] = [(each.latest, each.reason) for each in archive.index.stories.history(number)]
    for person in archive.index.people.all():
        found[person.number] = [(each.latest, each.reason) for each in archive.index.people.history(person.number)]
    return found
