"""What an edition is to show, asked of posts that may have changed since the last one, and of all if that is unclear.

Whoever runs the same archive without a build cache gets the same; it only takes longer.
"""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import tamizdat
from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, canonical, sha256_hex
from tamizdat.publishing.build.cache import BuildCache
from tamizdat.publishing.build.site_state import KnownFile
from tamizdat.publishing.previous import Previous
from tamizdat.publishing.remembered_edition import (
    RememberedEdition,
    changed_posts,
    dependent_posts,
    empty_entries,
    parents_of,
    stated_since,
)
from tamizdat.statements.derived import Post

if TYPE_CHECKING:
    from tamizdat.publishing.derived.contents import EditionContents, PostsAtHand
    from tamizdat.publishing.derived.corrections import Compared, History
    from tamizdat.publishing.derived.statements import Derived
    from tamizdat.publishing.leak_search import LeakSearch, SearchedBefore
    from tamizdat.publishing.leaks.scanner import LeakScanner


@dataclass(frozen=True)
class Unchanged:
    """What a run reports in which nothing is new."""

    items: int
    files: int
    wall_warning: str
    unsaid: Sequence[int] = ()
    not_sought: Sequence[tuple[int, str, str]] = ()


@dataclass
class Revision:
    """The ledger as it stands before anything is asked, with what was remembered of the last edition.

    *inputs* is a digest over everything else that an edition is made of.
    """

    archive: Archive
    cache: BuildCache
    previous: Previous
    today: str
    inputs: str
    remembered: RememberedEdition | None = None
    size: int = 0
    forgotten: int = 0
    asked: Collection[str] | None = None  #: ids of the posts that are asked about; None: all

    def __post_init__(self) -> None:
        self.size = self.archive.size
        self.forgotten = empty_entries(self.archive, self.size)
        found = (
            RememberedEdition.read(self.archive, self.cache, self.inputs, self.today) if self.previous.number else None
        )
        if found and found.is_of(self.previous.index):
            self.remembered = found

    @property
    def judged(self) -> str:
        """What tells by what an edition is judged that is made now: the ledger, and all else."""
        return f"{self.size} {self.forgotten} {self.inputs}"

    def stands(self, judged: str) -> bool:
        """Return whether an edition that was :attr:`judged` so would be judged the same now.

        Nothing was stated since but what publishing states itself, nothing forgotten, and all else is as it was.
        """
        size, _, rest = judged.partition(" ")
        if not size.isdecimal() or int(size) > self.size:
            return False
        same = rest == f"{empty_entries(self.archive, int(size))} {self.inputs}"
        return same and not stated_since(self.archive, int(size))

    def nothing_new(self) -> Unchanged | None:
        """Return what an edition would be if nothing can have changed since the last one; None if something can."""
        if not self.remembered or not self.remembered.unchanged or not self.remembered.is_all(self.today):
            return None
        return Unchanged(**self.remembered.unchanged)

    def contents(self, make: "Callable[[], EditionContents]") -> "EditionContents":
        """Return the contents of the edition; *make* gives ones that nothing was gathered for."""
        if self.remembered:
            self.asked = changed_posts(self.archive, self.remembered, self.today)
        while self.remembered is not None and self.asked is not None:
            contents = make()
            at_hand = self._at_hand(contents, self.remembered, self.asked)
            if at_hand is None:
                break
            contents.gather(at_hand)
            posts = (each.post for each in contents.items.values() if isinstance(each, Post))
            shown = {post for post in posts if post in self.asked}
            moved = shown ^ {each.post for each in self.remembered.posts.values() if each.post in self.asked}
            also = dependent_posts(self.archive, self.remembered, moved) - {*self.asked} if moved else set[str]()
            if not also:
                self._add_embargoed(contents, self.remembered.embargoed)
                return contents
            self.asked = {*self.asked, *also}
        self.asked = None
        contents = make()
        contents.gather()
        return contents

    def remember(
        self,
        contents: "EditionContents",
        statements: "dict[int, Derived]",
        index: int,
        kept: Unchanged,
        history: "History",
        others: Sequence[KnownFile],
        leaks: "LeakSearch",
        secrets: "LeakScanner",
    ) -> None:
        """Remember the edition at *index* that these contents make, and what is *kept* of it as a whole.

        *history* is what its statements were held against, *others* are the files that belong to no unit, *secrets*
        what was looked for by *leaks*.
        """
        from tamizdat.publishing.remembered_posts import rows_of

        before = self.remembered.statements if self.remembered else {}
        posts = rows_of(statements.values(), before)
        told = {*contents.skipped, *(number for number, _ in contents.partial)}
        told.update(each.number for each in contents.waiting)
        told.update(each.number for each in contents.removals)
        posts_at_hand = [each.item for each in statements.values() if isinstance(each.item, Post)]
        told.update(each.number for each in posts_at_hand if each.bytes_shown)  # these are read for each edition
        said: Json = {
            "day": self.today, "leaf": self.archive.commitments()[index].hex(),
            "unchanged": None if contents.skipped else asdict(kept),
            "unsettled": list[Json](sorted(told)),
            "embargoed": [list(each) for each in sorted(contents.embargoed.items())],
            "index": index, "size": self.size, "forgotten": self.forgotten, "inputs": self.inputs,
            "others": [list(each) for each in others], "holding": list[Json](sorted(leaks.holding)),
            "key": leaks.searched.known.key.hex(), "count": len(posts_at_hand),
        }  # fmt: skip
        gone = before.keys() - statements.keys() if self.remembered else None
        compared: Json = [
            [*both, list[Json](found.corrected), [list[Json](each) for each in found.done]]
            for both, found in history.known.items()
        ]
        self.cache.save_standing(said, compared, posts, gone, leaks.unmet(secrets))

    def compared(self) -> "dict[tuple[int, int], Compared]":
        """Return what an edition of the same program found in statements that were shown one after the other."""
        from tamizdat.publishing.derived.corrections import Compared

        rows = (self.cache.standing(1) if self.remembered else None) or ()
        return {(one, other): Compared(tuple(what), tuple(map(tuple, done))) for one, other, what, done in rows}

    def searched(self, contents: "EditionContents") -> "SearchedBefore":
        """Return what the search for leaks found in the last edition; nothing if all posts are asked about."""
        from tamizdat.publishing.leak_search import SearchedBefore
        from tamizdat.publishing.leaks.scanner import Known

        if self.remembered is None or self.asked is None:
            return SearchedBefore(known=Known(os.urandom(32)))
        stated, holding = self.remembered.statements, {*self.remembered.holding, *self.asked}
        unchanged = {number for number, each in contents.found.items() if stated.get(number) == each.index}
        posts = (each.post for number, each in self.remembered.posts.items() if number in unchanged)
        known = Known(bytes.fromhex(self.remembered.key), self.cache.searched())
        return SearchedBefore(unchanged, {*posts} - holding, known, self.cache.told_together)

    def _at_hand(
        self, contents: "EditionContents", remembered: RememberedEdition, asked: Collection[str]
    ) -> "PostsAtHand | None":
        """Return the posts that nobody needs to ask about; None if a statement is not the one that is remembered."""
        from tamizdat.publishing.derived.contents import (
            PostsAtHand,  # as below: a run that finds nothing new needs none
        )

        others = [each for each in remembered.posts.values() if each.post not in asked]
        earlier = contents.statements.earlier
        found: dict[int, Derived] = {}
        for each in others:
            latest = earlier[each.number][-1] if each.number in earlier else None
            if latest is None or latest.index != each.place:
                return None
            latest.index = each.place  # one number, not two that are alike
            found[each.number] = latest.with_item(each)
        return PostsAtHand(found, asked, parents_of(others, remembered.posts))

    def _add_embargoed(self, contents: "EditionContents", before: Mapping[int, str]) -> None:
        """Add the posts that wait for a day and that nobody asked about."""
        asked = {number for post in self.asked or () for number in self._number_of(post)}
        contents.embargoed |= {number: day for number, day in before.items() if number not in asked}

    def _number_of(self, post: str) -> list[int]:
        return sorted(each.number for each in self.archive.index.posts.versions(post))[:1]


def program() -> str:
    """Return a digest that changes with every change of the program: the size and time of each file of it."""
    waiting, found = [str(Path(tamizdat.__file__).parent)], []
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for each in entries:
                if each.is_dir():
                    waiting += [each.path] if each.name != "__pycache__" else []
                else:
                    state = each.stat()
                    found.append((each.path, state.st_size, state.st_mtime_ns))
    return sha256_hex(repr(sorted(found)).encode())


def inputs_of(*facts: Json) -> str:
    """Return a digest over the program and these facts."""
    return sha256_hex(canonical([program(), *facts]))
