"""An edition of which only what follows from a few posts can differ, in a folder that is as the last one left it.

Of all other posts it is known that their pages and proofs would be the same, so nothing is asked of them: neither what
these are made of nor which files they are. What lists of files say of them is taken over from the lists of the last
edition, if they have the digests that it signed. So the work is that of what changed, and of pages that show all.

A post's pages show beside itself those next to it in its thread, and the one that it answers (``pages.dependencies``).
Of pages that show several posts, and of whatever is no post, all are asked about each time.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.overflow import OverflowTexts
from tamizdat.encoding import sha256_hex
from tamizdat.publishing.build.edition_build import Build
from tamizdat.publishing.build.proofs import files_lists, relist
from tamizdat.publishing.build.site_folder import listed
from tamizdat.publishing.build.site_state import LEDGER
from tamizdat.publishing.build.unit_files import WrittenFile
from tamizdat.publishing.build.units import HOUSE, BuildUnit, build_units, rooms_of
from tamizdat.publishing.build.writer import SiteWriter
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.model import EarlierPages
from tamizdat.statements.derived import Post
from tamizdat.verifying.edition import FILES, LISTS, list_of

OF_ALL: Final = (f"{LEDGER}/", "edition/")  #: where files lie that the lists of files do not name


@dataclass
class PagesOfBefore(EarlierPages):
    """Pages of the last edition, which lie where they were put; where its posts were *stated*, and the *statements*."""

    writer: SiteWriter
    stated: Mapping[int, int]
    statements: Mapping[int, Derived]

    def text(self, path: str) -> str:
        """Return a page as it was made, read once more; empty if it is another by now."""
        return self.writer.standing(path).decode()

    def tells(self, number: int) -> bool:
        """Return whether the statement is the same: what a page says of a post by itself follows from that."""
        return number in self.statements and self.stated.get(number) == self.statements[number].index

    def between(self, first: int, end: int) -> Set[int]:
        """Return the numbers of the posts of the last edition from *first* on, before *end*."""
        return {number for number in self.stated if first <= number < end}

    def words_of(self, number: int) -> str:
        """Return the words under which a post of the last edition was found."""
        try:
            _, words = json.loads(self.writer.cache.found(number))
        except (ValueError, TypeError):  # a row is damaged
            raise self.writer.cache.lost() from None
        return str(words)


@dataclass
class RenewedBuild(Build):
    """*before* are the posts of the last edition, *stated* tells by number where the statement of each stood.

    *top* is the first of the lists of files of that edition, and *earlier* those of its files that belong to no unit.
    """

    before: Mapping[int, Post] = field(default_factory=dict)
    stated: Mapping[int, int] = field(default_factory=dict)
    top: bytes = b""
    earlier: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.writer.believed = True
        self.shown = replace(self.shown, earlier=PagesOfBefore(self.writer, self.stated, self.statements))

    def files_beside(self) -> set[str]:
        """Return the files of the folder that belong to no unit: of the others nobody needs to be told."""
        return self.present

    @cached_property
    def _posts(self) -> set[int]:
        return {each.number for each in self.shown.posts}

    @cached_property
    def _changed_posts(self) -> set[int]:
        """Posts that are new, or whose statement is another."""
        stated, said = self.stated, self.statements
        return {each.number for each in self.shown.posts if stated.get(each.number) != said[each.number].index}

    @cached_property
    def _near(self) -> set[int]:
        """Posts that changed, and those whose pages show one of them, or show one no more."""
        if self._reusable(rooms_of(self.shown)) is None:
            return self._posts
        moved = self._changed_posts | (self.stated.keys() - self.statements.keys())
        threads = {each.thread for each in (*self.shown.posts, *self.before.values()) if each.number in moved}
        beside = (each for each in self.shown.posts if each.thread in threads or each.reply_to in moved)
        return self._changed_posts.union(each.number for each in beside)

    def left(self) -> set[str]:
        """Return the units of the last edition that are in this one no more."""
        return self._left

    @cached_property
    def _left(self) -> set[str]:
        unasked = self._posts - self._near
        gone = (each.number for each in self.shown.withdrawn)
        asked = (self.stated.keys() | self.statements.keys()).union(gone) - unasked
        stay = {*self.kept, *self.made}
        proved = {f"proof {number}" for number in asked if number in self.statements}
        return {name for name in self.writer.cache.units_of(asked) if name not in stay and name not in proved}

    def _units(self) -> Iterator[BuildUnit]:
        house = self.writer.cache.fingerprint(HOUSE)  # whoever remembers an edition remembers for which program
        return build_units(self.site, self.shown, self.statements, self._near, house)

    def _reusable(self, unit: BuildUnit) -> list[WrittenFile] | None:
        return [] if self.writer.cache.fingerprint(unit.name) == unit.fingerprint else None

    @cached_property
    def _proved(self) -> Mapping[int, Derived]:
        asked = self.statements.keys() - (self._posts - self._changed_posts)
        return {number: self.statements[number] for number in sorted(asked)}

    def _paths_of_units(self) -> Iterable[str]:
        replaced = self._replaced()
        standing = (file.path for file in self.writer.cache.listed() if file.path not in replaced)
        return chain(standing, self._units_listed())

    def _replaced(self) -> set[str]:
        """Return the files of units that were made anew, or are no more."""
        return set(self.writer.cache.paths_of([*self.made, *self._left]))

    def _list_files(self) -> None:
        digests = self._units_listed() | {path: sha256_hex(data) for path, data in self.lists.items()}
        before = (path for path in self.earlier if not path.startswith(OF_ALL))
        gone = self._replaced().union(before) - digests.keys()
        self.files = OverflowTexts(self.archive.staging)
        for path, digest in listed(self.top).items():
            if path.startswith(LISTS):
                self.files[path] = self._standing(path, digest)
        self.files[FILES] = self.top
        relist(self.files, digests, gone)

    def _standing(self, path: str, digest: str) -> bytes:
        """Return a list of files of the last edition."""
        data = self.writer.read(path)
        if sha256_hex(data) == digest:
            return data
        # a disk that turns a bit tells no time of it
        every = self.writer.cache.listed()
        named = ((file.path, file.sha256) for file in every if list_of(file.path) == path)
        return files_lists(named, self.archive.staging)[path]

    def _can_be_renewed(self, out: Path, envelope: bytes) -> bool:
        return True  # who chose this asked

    def _removed(self, others: Mapping[str, None]) -> set[str]:
        stay = self._units_listed().keys() | others.keys()
        ledger = (path for path in self.present if path.startswith(f"{LEDGER}/"))
        return {path for path in (*self._replaced(), *self.earlier, *ledger) if path not in stay}
