"""What the last edition shows of posts, remembered, so that the next one asks only about those that may have changed.

A post's statement follows from the ledger. So after an edition it is the same again, unless a statement about it came
in, a day came that was waited for, or whether another post is shown changed, which it answers, quotes or repeats.
:func:`changed_posts` says which posts that is true of; None says that all are to be asked about, which is never wrong::

    translated, reviewed    the post that was translated
    catalogued              the post, and every post that quotes or repeats any
    composed                none: a story shows posts, and no post a story
    captured                none, if it is a file of posts: what was read of it is stated
    observed                the post, those that answer it, and every post that quotes or repeats any; all, if it was
                            shown before
    sighted                 the posts that were seen again, and every post that quotes or repeats any
    edited, gone, …         all

What is remembered of the others lies in the build cache: enough for lists (:class:`StoredPost`); their statements are
read when a page shows them.
"""

import contextlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.publishing.build.cache import BuildCache, is_cached
from tamizdat.statements import (
    captured,
    composed,
    derived,
    observed,
    published,
    reviewed,
    sighted,
    translated,
    withdrawn,
)
from tamizdat.statements.catalogued import ACT as CATALOGUED

if TYPE_CHECKING:
    from tamizdat.publishing.model import StoredPost

OURS: Final = (derived.ACT, published.ACT, withdrawn.ACT)  #: what publishing states itself
#: acts about translations, and the question which posts these are of
OF_WORDS: Final = {
    translated.ACT: "SELECT post FROM translated WHERE number = ?",
    reviewed.ACT: "SELECT reviewed.post FROM reviewed WHERE number = ?1 UNION SELECT translated.post FROM reviewed"
    " JOIN translated ON translated.number = reviewed.translated WHERE reviewed.number = ?1",
}
#: acts by which posts come in, and the question which posts these are of
OF_NEW: Final = {
    observed.ACT: "SELECT post FROM posts WHERE number = ?",
    sighted.ACT: "SELECT DISTINCT posts.post FROM sights JOIN posts ON posts.number BETWEEN first AND last"
    " WHERE sights.number = ?",
}
MOST: Final = 5  #: if more than one post in so many may have changed, all are asked about


@dataclass
class RememberedEdition:
    """The posts of the edition at *index*, made of the first *size* entries, with what it was made of beside them.

    *forgotten* is how many of these entries were empty; *inputs* is a digest over all that is not in the ledger;
    *unchanged* what a run reports in which nothing is new, None if something may be another time; *unsettled* are posts
    of which something is to be told each time, *embargoed* those that wait for a day. Words of what is not public are
    not remembered.
    """

    archive: Archive
    cache: BuildCache
    index: int
    leaf: str  #: what stands for the edition in the ledger: another archive's is another
    size: int
    forgotten: int
    inputs: str
    unchanged: dict[str, Any] | None
    unsettled: list[int]
    embargoed: dict[int, str]
    holding: list[str]  #: ids of posts that do not say themselves all that was written and translated of them
    key: str  #: under which secrets were remembered that were looked for
    count: int  #: of its posts

    @classmethod
    def read(cls, archive: Archive, cache: BuildCache, inputs: str, today: str) -> "RememberedEdition | None":
        """Return what is remembered of an edition that was made of the same *inputs*; None if nothing is.

        Nor if it was made on a day after *today*, by a clock that went wrong: it may show what still waits for its day.
        """
        said = cache.standing()
        if not said or said["inputs"] != inputs or said["day"] > today:
            return None
        names = ("index", "leaf", "size", "forgotten", "inputs", "unchanged", "unsettled", "holding", "key", "count")
        return cls(archive, cache, **{name: said[name] for name in names}, embargoed=dict(said["embargoed"]))

    @cached_property
    def posts(self) -> "dict[int, StoredPost]":
        """Every post by number; its place is where its statement stands.

        Raises :class:`CacheLost` if they are not as many as there were: what is missing would be withdrawn.
        """
        from tamizdat.publishing.remembered_posts import RememberedPosts  # nobody asks where nothing is new

        found = RememberedPosts(self.archive, self.cache).posts()
        self.cache.check_posts(len(found), self.count)
        return found

    @cached_property
    def statements(self) -> dict[int, int]:
        """Number of each post → where its statement stands."""
        return {number: each.place for number, each in self.posts.items()}

    def is_all(self, today: str) -> bool:
        """Return whether an edition of *today* cannot show anything else.

        Nothing but what publishing states itself came into the ledger since, and nothing is waited for.
        """
        return not (self.unsettled or self.due(today) or stated_since(self.archive, self.size))

    def due(self, today: str) -> list[int]:
        """Return the posts whose day has come."""
        return [number for number, day in self.embargoed.items() if day <= today]

    def is_of(self, edition: int) -> bool:
        """Return whether it still counts: of the last edition here, and nothing of before was forgotten since."""
        same = self.index == edition and self.size <= self.archive.size
        same = same and self.archive.commitments()[edition].hex() == self.leaf
        return same and self.forgotten == empty_entries(self.archive, self.size)


def is_dropped(archive: Archive) -> bool:
    """Return whether of the last edition nothing is remembered: its run was cut off, or the build cache is lost."""
    editions = archive.index.by_act(published.ACT)
    if not editions or not is_cached(archive.folder):
        return bool(editions)
    with contextlib.closing(BuildCache(archive.folder, archive.folder / "lock")) as cache:
        said = cache.standing()
    return not said or said["index"] != editions[-1]


def stated_since(archive: Archive, size: int) -> bool:
    """Return whether anything but what publishing states itself came into the ledger after its first *size* entries."""
    marks = ", ".join("?" * len(OURS))
    question = f"SELECT 1 FROM entries WHERE number >= ? AND act NOT IN ({marks}) LIMIT 1"  # noqa: S608 -- marks
    return bool(archive.index.ask(question, size, *OURS))


def empty_entries(archive: Archive, size: int) -> int:
    """Return how many of the first *size* entries of the ledger say nothing, or nothing any more."""
    archive.index.catch_up()
    asked = archive.index.ask("SELECT count(*) FROM entries WHERE act IS NULL AND number < ?", size)
    return int(str(asked[0][0]))


def changed_posts(archive: Archive, edition: RememberedEdition, today: str) -> set[str] | None:
    """Return the ids of posts whose statement may be another than in the last edition; None for all of them."""
    index, changed, quoting = archive.index, set[str](), False
    shown = {each.post for each in edition.posts.values()}
    acts = index.ask(
        "SELECT number, act FROM entries WHERE number >= ? AND act IS NOT NULL ORDER BY number", edition.size
    )
    for number, act in ((int(str(number)), str(act)) for number, act in acts):
        if act in OF_WORDS:
            named = [str(row[0]) for row in index.ask(OF_WORDS[act], number)]
            changed.update(each for name in named for each in index.transcripts.posts_of(name))
        elif act == CATALOGUED:
            found = index.ask("SELECT post FROM releases WHERE number = ?", number)
            changed.update(str(row[0]) for row in found)
            quoting = quoting or bool(found)
        elif act in OF_NEW:
            named = [str(row[0]) for row in index.ask(OF_NEW[act], number)]
            if act == observed.ACT and not shown.isdisjoint(named):
                return None
            changed.update(named)
            if act == observed.ACT:  # the address of what a post answers is told only as long as that is not here
                changed.update(shown.intersection(each for post in named for each in index.posts.answers(post)))
            quoting = quoting or bool(named)
        elif act == captured.ACT and index.ask(
            "SELECT 1 FROM sources WHERE number = ? AND kind IN ('posts', 'refused')", number
        ):
            continue
        elif act not in (*OURS, composed.ACT):
            return None
    due = edition.due(today)
    for number in (*edition.unsettled, *due):
        version = index.posts.version(number)
        changed.update([version.post] if version is not None else [])
    quoting = quoting or bool(due)
    if quoting:
        changed |= {each.post for each in edition.posts.values() if each.quotes}
    return None if len(changed) * MOST > len(edition.posts) else changed


def dependent_posts(archive: Archive, edition: RememberedEdition, moved: Iterable[str]) -> set[str]:
    """Return the posts that say something else because those that *moved* are shown now, or not any more."""
    below: dict[int, list[StoredPost]] = {}
    for each in edition.posts.values():
        if each.reply_to is not None:
            below.setdefault(each.reply_to, []).append(each)
    numbers = {each.post: each.number for each in edition.posts.values()}
    found = {each.post for each in edition.posts.values() if each.quotes}
    waiting = [post for one in moved for post in (one, *archive.index.posts.answers(one))]
    seen = set[str]()
    while waiting:
        post = waiting.pop()
        if post not in seen:
            seen.add(post)
            waiting += [each.post for each in below.get(numbers.get(post, -1), ())]
    return found | (seen & numbers.keys())


def parents_of(some: "Iterable[StoredPost]", posts: "Mapping[int, StoredPost]") -> dict[str, tuple[int, str | None]]:
    """Return by id of each of *some* posts its number, and the id of the post that it answers, if that is here."""
    ids = {number: each.post for number, each in posts.items()}
    return {each.post: (each.number, None if each.reply_to is None else ids.get(each.reply_to)) for each in some}
