"""What the index knows of versions beside their words: when each was last seen, and what two are compared by.

A version is *sighted* in every later file that still holds it; one statement tells it of many::

    19 observed  as of 2026-01-01   "五年了"
    44 sighted   as of 2026-02-01   versions 19–40      →  19 was seen so until 1 February
    47 observed  as of 2026-03-01   "五年了。"

An export is *whole* when the platform gave it to the account itself and all of it could be read. A post that was in one
and is not in a later one of the same account is *absent*: it is not there, and nobody says why.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from tamizdat.archive.views.observed import ObservedPost
from tamizdat.archive.views.rows import Answer, Ask, Row, insertion
from tamizdat.posts.identity import attached, closed_within, instant, lacking
from tamizdat.statements import Act
from tamizdat.statements.parted import Parted
from tamizdat.statements.sighted import Sighted

TABLES: Final = {
    "sights": "number INTEGER, first INTEGER, last INTEGER, as_of TEXT, PRIMARY KEY (number, first)",
    "wholes": "number INTEGER PRIMARY KEY, source TEXT, as_of TEXT",
    "parted": "number INTEGER PRIMARY KEY, observed INTEGER, post TEXT, own TEXT",
    "compared": "number INTEGER PRIMARY KEY, updated TEXT, words TEXT, anew TEXT, cut INTEGER, lacking INTEGER,"
    " attached TEXT, within TEXT",
}
LOOKUPS: Final = {
    "sights_until": "sights (last, first, as_of)",
    "sights_of": "sights (as_of, first, last)",
    "wholes_of": "wholes (source, as_of)",
}
_PICTURES: Final = "(SELECT json_group_array(json_array(object, path)) FROM media WHERE media.number = compared.number)"
_NONE: Final = "[]"
_ABSENT: Final = (
    " FROM posts WHERE source = ?1 AND as_of < ?2 AND NOT EXISTS"
    " (SELECT 1 FROM posts AS v WHERE v.post = posts.post AND (v.as_of >= ?2 OR coalesce((SELECT last FROM sights"
    " WHERE sights.as_of = ?2 AND first <= v.number ORDER BY first DESC LIMIT 1), -1) >= v.number))"
    " AND NOT EXISTS (SELECT 1 FROM gone WHERE gone.post = posts.post)"
)


class Compared(NamedTuple):
    """What a version is compared by with another of its post."""

    updated: str  #: since when the words stood, by the platform's word, in UTC; "" if it does not say
    words: str  #: :attr:`~tamizdat.posts.post.Post.words`
    anew: str  #: the same, as its bytes are read today: what we read otherwise, nobody edited
    cut: bool
    lacking: int  #: how many of its pictures and clips are not here
    attached: tuple[str, ...]  #: names of all that it has, by the platform
    within: dict[str, bool]  #: posts that it repeats or quotes, and whether its bytes say that they are for few
    pictures: tuple[tuple[str, str], ...]  #: the SHA-256 of those that are, and their names in the export, in order


class Known(NamedTuple):
    """A version of a post that was stated (or, with the number -1, is about to be), as far as others need it."""

    number: int
    as_of: str
    seen: str
    capture: int
    version: int
    audience: str
    source: str
    compared: Compared
    text: str = ""  #: only of one that is about to be stated


class Absence(NamedTuple):
    """A post was in an export of *then*, and is not in the whole one of *since*, of the same account."""

    then: str
    since: str


class Sights:
    """Questions about them; reached as ``archive.index.sights``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def last(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return when each of these versions was last sighted, after it was observed; those that were not are left."""
        wanted = sorted(set(numbers))
        if not wanted:
            return {}
        question = "SELECT first, last, as_of FROM sights WHERE last >= ? AND first <= ?"
        found: dict[int, str] = {}
        spans = self._ask(question, wanted[0], wanted[-1])
        for number in wanted if spans else ():
            seen = max((as_of for first, last, as_of in spans if first <= number <= last), default="")
            if seen:
                found[number] = seen
        return found

    def told_of(self, number: int) -> list[int]:
        """Return the indexes of the statements that tell when a version was seen again, or that it was parted."""
        question = (
            "SELECT number FROM sights WHERE last >= ?1 AND first <= ?1"
            " UNION SELECT number FROM parted WHERE observed = ?1 ORDER BY number"
        )
        return [row[0] for row in self._ask(question, number)]

    def known(self, posts: Iterable[str]) -> dict[str, list[Known]]:
        """Return every version of each of these posts, the oldest first."""
        question = (
            "SELECT post, number, as_of, seen, capture, version, audience, source, updated,"  # noqa: S608 -- our own
            f" words, anew, cut, lacking, attached, within, {_PICTURES} FROM posts JOIN compared USING (number)"
            " WHERE post IN (SELECT value FROM json_each(?)) ORDER BY as_of, version, number"
        )
        found: dict[str, list[Known]] = {}
        for row in self._ask(question, json.dumps(list(posts))):
            number, as_of, seen, capture, version, audience, source = row[1:8]
            known = Known(number, as_of, seen, capture, version, audience, source, _compared(row[8:]))
            found.setdefault(row[0], []).append(known)
        return found

    def compared(self, numbers: Iterable[int]) -> dict[int, Compared]:
        """Return what each of these versions is compared by."""
        question = (
            f"SELECT number, updated, words, anew, cut, lacking, attached, within, {_PICTURES} FROM compared"  # noqa: S608 -- columns of our own
            " WHERE number IN (SELECT value FROM json_each(?))"
        )
        found = self._ask(question, json.dumps(list(numbers)))
        return {row[0]: _compared(row[1:]) for row in found}

    def whole(self, source: str) -> str:
        """Return of when the latest whole export of this account is; "" if there is none."""
        return self._ask("SELECT coalesce(max(as_of), '') FROM wholes WHERE source = ?", source)[0][0] or ""

    def is_whole(self, source: str, as_of: str) -> bool:
        """Return whether it is known that the export of this account and time was whole."""
        return bool(self._ask("SELECT 1 FROM wholes WHERE source = ? AND as_of = ?", source, as_of))

    def absent(self, source: str, as_of: str) -> int:
        """Return how many posts of this account stood in an export before *as_of* and not in that of *as_of*."""
        return int(self._ask(f"SELECT count(DISTINCT post){_ABSENT}", source, as_of)[0][0])

    def absent_posts(self) -> set[str]:
        """Return the ids of all posts that are absent from the latest whole export of their account."""
        found: set[str] = set()
        for source, since in self._ask("SELECT source, max(as_of) FROM wholes GROUP BY source"):
            found.update(row[0] for row in self._ask(f"SELECT DISTINCT post{_ABSENT}", source, since))
        return found

    def absence(self, post: str, source: str) -> Absence | None:
        """Return that a post is absent from the latest whole export of its account; None if it is not, or is gone."""
        since = self.whole(source)
        if not since or not self._ask(f"SELECT 1{_ABSENT} AND post = ?3 LIMIT 1", source, since, post):
            return None
        versions = {row[0]: row[1] for row in self._ask("SELECT number, as_of FROM posts WHERE post = ?", post)}
        return Absence(max([*versions.values(), *self.last(versions).values()]), since)


def _compared(row: Answer) -> Compared:
    updated, words, anew, cut, missing, names, within, pictures = row
    held = tuple((each[0], each[1]) for each in json.loads(pictures)) if pictures != _NONE else ()
    named = tuple(json.loads(names)) if names != _NONE else ()
    inner = json.loads(within) if within else {}
    return Compared(updated, words, anew, bool(cut), missing, named, inner, held)


def observed_rows(number: int, observed: ObservedPost) -> Iterator[Row]:
    """Yield the row that an ``observed`` statement adds."""
    post = observed.post
    anew = observed.anew or post
    missing = lacking(post, [each.path for each in observed.media])
    within, names = closed_within(anew), attached(anew)
    inner = json.dumps(within) if within else None
    held = json.dumps(names) if names else _NONE
    about = (instant(anew.updated), post.words, anew.words, int(anew.cut), missing, held, inner)
    yield insertion("compared", (number, *about))


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return the rows that the other statements add."""
    match said:
        case Sighted():
            for first, last in said.versions:
                yield insertion("sights", (number, first, last, said.as_of))
            if said.whole is not None:
                yield insertion("wholes", (number, said.whole, said.as_of))
        case Parted():
            yield insertion("parted", (number, said.observed, said.post, said.own))
            for table in ("posts", "repeated"):
                change = f"UPDATE {table} SET post = ? WHERE number = ? AND post = ?"  # noqa: S608 -- tables of our own
                yield change, (said.own, said.observed, said.post)
