"""What the desk says of posts: whether they are released, since when they may be shown, how they are tagged.

Each is a ``catalogued`` statement; the later ones count over the earlier ones, member by member::

    52 catalogued  {"post": "https://x.com/i/status/57", "release": "public", "tags": ["school"]}
    70 catalogued  {"post": "https://x.com/i/status/57", "until": "2026-12-01"}
    →  released, with a tag; not shown before 1 December 2026

The subject, ``post``, is the SHA-256 of the raw bytes of a version of that post (as in ``observed``); a statement about
other bytes counts for nothing. A post of which nothing was said is restricted. ``docs/spec/publication.md`` has the
members.
"""

import json
from collections.abc import Iterable, Iterator, Set
from typing import Final

from tamizdat.archive.views.posts import VERSION_COLUMNS, Gone, Version
from tamizdat.archive.views.rows import Answer, Ask, Row, insertion
from tamizdat.dataclass import dataclass, field_names
from tamizdat.ledger.shapes import members_of
from tamizdat.statements import Act, catalogued
from tamizdat.statements.catalogued import CataloguedPost, Consent

ROWS: Final = 500  #: of what is read, in memory at a time
MEMBERS: Final = ("release", "until", "bytes", "tags", "alts", "reason", "consent", "language", "sound", "covering")
TABLES: Final = {
    "releases": "number INTEGER PRIMARY KEY, post TEXT, raw TEXT, release TEXT, until TEXT, bytes INTEGER, tags TEXT,"
    " alts TEXT, reason TEXT, consent TEXT",
    "languages": "number INTEGER PRIMARY KEY, post TEXT, raw TEXT, language TEXT",
    "sounds": "number INTEGER PRIMARY KEY, sound TEXT",
    "coverings": "number INTEGER PRIMARY KEY, covering TEXT",
}
LOOKUPS: Final = {"releases_of": "releases (post, number)", "languages_of": "languages (post, number)"}

# Nobody's word counts for another post: the bytes spoken of must be those of a version of it.
_ABOUT: Final = (
    " FROM subjects JOIN posts ON posts.number = subjects.number"
    " WHERE subjects.sha256 = raw AND posts.post = releases.post"
)
_COVERING: Final = "(SELECT covering FROM coverings WHERE coverings.number = releases.number)"
_SAID: Final = (
    "SELECT post, release, until, bytes, tags, alts, reason, consent,"  # noqa: S608 -- words of our own
    " (SELECT language FROM languages WHERE languages.number = releases.number),"
    f" (SELECT sound FROM sounds WHERE sounds.number = releases.number), {_COVERING},"
    f" CASE WHEN consent IS NOT NULL OR {_COVERING} IS NOT NULL"
    f" THEN (SELECT json_group_array(posts.number) {_ABOUT}) END"
    f" FROM releases WHERE EXISTS (SELECT 1 {_ABOUT})"
)


_OF_POSTS: Final = f"{_SAID} AND post IN ({{posts}}) ORDER BY number"
_SPOKEN: Final = "SELECT post FROM releases"
_THESE: Final = "SELECT value FROM json_each(?)"
_VERSIONS: Final = (
    f"SELECT {VERSION_COLUMNS} FROM posts"  # noqa: S608
    " WHERE post IN ({posts}) ORDER BY as_of, version, number"
)
_WAITS: Final = (
    "media.capture > media.number AND NOT EXISTS (SELECT 1 FROM releases WHERE releases.post = posts.post"  # noqa: S608
    f" AND release = '{catalogued.Release.PUBLIC}' AND releases.number > media.capture)"
)
_FILES: Final = (
    f"SELECT media.number, media.position, media.capture, media.object, media.path, media.alt, {_WAITS}"  # noqa: S608
    " FROM media JOIN posts ON posts.number = media.number WHERE posts.post IN ({posts})"
    " ORDER BY media.number, media.position"
)
_NUMBERED: Final = (
    "SELECT post, min(number) FROM posts WHERE post IN ({posts}) AND post IN (SELECT post FROM releases)"
    " GROUP BY post ORDER BY min(number)"
)
_NAMED: Final = (
    "SELECT releases.post, releases.number, posts.number FROM releases JOIN subjects ON subjects.sha256 = raw"  # noqa: S608
    " JOIN posts ON posts.number = subjects.number AND posts.post = releases.post"
    f" WHERE release = '{catalogued.Release.PUBLIC}' AND releases.post IN ({{posts}})"
    " ORDER BY releases.number, posts.number"
)
_GONE: Final = (
    f"SELECT {', '.join(field_names(Gone))} FROM gone WHERE post IN ({{posts}})"  # noqa: S608
    " ORDER BY as_of, number"
)


@dataclass(frozen=True)
class File:
    """A file of a version: its place among them, the ``captured`` statement it came in, its object and name there.

    It *waits* if it was fetched from its address after the post was released: no editor has seen it.
    """

    position: int
    capture: int
    object: str
    path: str
    alt: str
    waits: int = 0


@dataclass(frozen=True)
class Release:
    """What is said of a post now. ``until`` is the day before which it is not shown ("" if it may be at once)."""

    post: str
    release: str = catalogued.Release.RESTRICTED
    until: str = ""
    bytes_shown: bool = False  #: whether the captured bytes are published with it
    tags: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()  #: of its pictures, in order
    reason: str = ""
    consent: Consent | None = None  #: its author's latest word; what it opens, the views' audience.py decides
    consented: tuple[int, ...] = ()  #: numbers of versions about whose bytes it was given, since it was last withdrawn
    language: str = ""  #: in which its author wrote, by the desk's word; "" where it is the platform's
    sound: str = catalogued.KEPT  #: whether its clips are published with their sound
    covering: str = ""  #: the latest word on the people in its pictures and clips
    cleared: tuple[int, ...] = ()  #: numbers of versions about whose bytes it was one that they may be shown

    def shown_on(self, day: str) -> bool:
        """Whether an edition of *day* may show it."""
        return self.release == catalogued.Release.PUBLIC and self.until <= day


class Releases:
    """Questions about them; reached as ``archive.index.releases``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def of(self, post: str) -> Release:
        """Return what is said of one post; the defaults if nothing is."""
        return _merged(self._ask(f"{_SAID} AND post = ? ORDER BY number", post)).get(post, Release(post))

    def versions(self, posts: Iterable[str] | None = None) -> dict[str, list[Version]]:
        """Every version of each post of which something was said, the oldest first. Their ``state`` is not told.

        Here and below: only of these *posts*, if they are given.
        """
        found: dict[str, list[Version]] = {}
        for row in self._about(_VERSIONS, posts):
            found.setdefault(row[1], []).append(Version(*row))
        return found

    def tags(self, posts: Iterable[str] | None = None) -> dict[int, tuple[str, ...]]:
        """Return the platform's tags, by the number of the version."""
        question = "SELECT number, tags FROM posts WHERE tags IS NOT NULL AND post IN ({posts})"
        return {number: tuple(json.loads(tags)) for number, tags in self._about(question, posts)}

    def files(self, posts: Iterable[str] | None = None) -> dict[int, list[File]]:
        """Return the files of versions in order, by the number of the version."""
        found: dict[int, list[File]] = {}
        for number, *row in self._about(_FILES, posts):
            found.setdefault(number, []).append(File(*row))
        return found

    def with_waiting_files(self) -> list[str]:
        """Return the ids of posts of which something was said, and a file waits (:class:`File`)."""
        joined = "media JOIN posts ON posts.number = media.number"
        question = f"SELECT DISTINCT posts.post FROM {joined} WHERE {_WAITS} AND posts.post IN ({_SPOKEN})"  # noqa: S608
        return [row[0] for row in self._ask(question)]

    def gone(self, posts: Iterable[str] | None = None) -> dict[str, list[Gone]]:
        """Return every word that a post is gone, in order, by the post's id. It may be back since."""
        found: dict[str, list[Gone]] = {}
        for row in self._about(_GONE, posts):
            found.setdefault(row[1], []).append(Gone(*row))
        return found

    def written(self, but: Set[str] = frozenset()) -> Iterator[tuple[str, int, str, str]]:
        """Every version of every post *but* of these: id, the post's number, summary, text; in order of the numbers."""
        for first, post, summary, text in self._in_order_of_posts("posts", "post, summary, text", but):
            yield post, first, summary, text

    def translated(self, but: Set[str] = frozenset()) -> Iterator[tuple[str, int | None, str, list[str]]]:
        """Yield of every translation, *but* of these posts, what it is of, its words and its notes; in this order.

        It is of a post, which has a number, or of another text.
        """
        for first, post, target, notes in self._in_order_of_posts("translated", "post, target, notes", but):
            yield post, first, target, json.loads(notes)

    def _in_order_of_posts(self, table: str, columns: str, but: Set[str]) -> Iterator[Answer]:
        """Yield rows of a table behind the number of the post that each is of, in their order, some at a time."""
        first = f"(SELECT min(one.number) FROM posts AS one WHERE one.post = {table}.post)"  # noqa: S608
        named = (str(row[0]) for row in self._ask(f"SELECT DISTINCT post FROM {table}"))  # noqa: S608 -- words of our own
        those = [post for post in named if post not in but]  # SQLite would take four times as long to leave them out
        listed = f"{table} WHERE post IN ({_THESE}) ORDER BY first, number"
        question = f"SELECT number, {first} AS first FROM {listed}"  # noqa: S608 -- tables of ours
        every = self._ask(question, json.dumps(those))
        question = f"SELECT number, {columns} FROM {table} WHERE number IN ({_THESE})"  # noqa: S608 -- words of our own
        for at in range(0, len(every), ROWS):
            some = every[at : at + ROWS]
            found = {row[0]: row[1:] for row in self._ask(question, json.dumps([number for number, _ in some]))}
            yield from ((first, *found[number]) for number, first in some if number in found)

    def numbers(self) -> dict[str, int]:
        """Return the number of every post by its id: the index of the first statement that observed it."""
        return {row[0]: row[1] for row in self._ask("SELECT post, min(number) FROM posts GROUP BY post")}

    def named(self, posts: Iterable[str] | None = None) -> dict[str, list[tuple[int, int]]]:
        """Which versions were released, by post: the index of the release and that of the version it names, in order.

        A release names bytes; a version that came in later is not released by it.
        """
        found: dict[str, list[tuple[int, int]]] = {}
        for name, number, version in self._about(_NAMED, posts):
            found.setdefault(name, []).append((number, version))
        return found

    def asked_authors(self) -> list[str]:
        """Ids of the posts about which an author's consent was recorded, given or withdrawn."""
        return [row[0] for row in self._ask("SELECT DISTINCT post FROM releases WHERE consent IS NOT NULL")]

    def about_items(self) -> list[int]:
        """Indexes of the ``catalogued`` statements that are about captured files."""
        return [row[0] for row in self._ask("SELECT number FROM catalogued ORDER BY number")]

    def reasons(self) -> dict[int, list[tuple[int, str]]]:
        """Every reason that was stated, by the number of the post: the index of the statement, and the reason."""
        question = (
            "SELECT (SELECT min(posts.number) FROM posts WHERE posts.post = releases.post) AS first, number, reason"
            " FROM releases WHERE reason IS NOT NULL AND first IS NOT NULL ORDER BY number"
        )
        found: dict[int, list[tuple[int, str]]] = {}
        for first, number, reason in self._ask(question):
            found.setdefault(first, []).append((number, reason))
        return found

    def sources(self) -> list[tuple[str, str]]:
        """Object and name of every file of an export, and of every web archive."""
        question = "SELECT object, path FROM sources UNION SELECT object, path FROM web_archives"
        return [(row[0], row[1]) for row in self._ask(question)]

    def all(self, release: str | None = None, posts: Iterable[str] | None = None) -> dict[str, Release]:
        """Every post of which something was said, by id; only those of this release, if it is given."""
        found = _merged(self._about(_OF_POSTS, posts))
        return {post: said for post, said in found.items() if release in (None, said.release)}

    def under_embargo(self, day: str) -> dict[str, str]:
        """Return the day before which a post is not shown, by its id, of all that an edition of *day* may not show."""
        posts = [row[0] for row in self._ask("SELECT DISTINCT post FROM releases WHERE until > ?", day)]
        return {post: said.until for post, said in self.all(posts=posts).items() if said.until > day}

    def spoken_of(self, posts: Iterable[str] | None = None) -> list[str]:
        """Return the ids of all posts of which something was said, in the order of their numbers."""
        return [row[0] for row in self._about(_NUMBERED, posts)]

    def telling(self, letters: int) -> Iterator[tuple[int, Release]]:
        """Yield of :meth:`all` those whose tags or descriptions can have a line of so many *letters*, by number."""
        long = "SELECT DISTINCT post FROM releases WHERE length(tags) >= ?1 OR length(alts) >= ?1"
        posts = self._about(_NUMBERED, [row[0] for row in self._ask(long, letters)])
        for at in range(0, len(posts), ROWS):
            found = self.all(posts=[post for post, _ in posts[at : at + ROWS]])
            yield from ((number, found[post]) for post, number in posts[at : at + ROWS] if post in found)

    def _about(self, question: str, posts: Iterable[str] | None) -> list[Answer]:
        """Ask about these *posts*, or about all of which something was said."""
        if posts is None:
            return self._ask(question.format(posts=_SPOKEN))
        return self._ask(question.format(posts=_THESE), json.dumps(list(posts)))


def rows(number: int, said: Act) -> Iterator[Row]:
    """Return what one statement adds to the index."""
    if isinstance(said, CataloguedPost):
        words = (said.release, said.until, said.bytes_shown, _column(said.tags), _column(said.alts), said.reason)
        consent = None if said.consent is None else json.dumps(members_of(said.consent), ensure_ascii=False)
        yield insertion("releases", (number, said.post, said.raw, *words, consent))
        if said.language is not None:
            yield insertion("languages", (number, said.post, said.raw, said.language))
        if said.sound is not None:
            yield insertion("sounds", (number, said.sound))
        if said.covering is not None:
            yield insertion("coverings", (number, said.covering))


def _column(texts: tuple[str, ...] | None) -> str | None:
    return None if texts is None else json.dumps(texts, ensure_ascii=False)


def _merged(found: list[Answer]) -> dict[str, Release]:
    """Each post's, from rows in order; what one of them does not say stays as it was."""
    merged: dict[str, Release] = {}
    for post, release, until, bytes_shown, tags, alts, reason, consent, language, sound, covering, about in found:
        was = merged.get(post) or Release(post)
        versions = json.loads(about) if about else []
        merged[post] = Release(
            post,
            was.release if release is None else release,
            was.until if until is None else until,
            was.bytes_shown if bytes_shown is None else bool(bytes_shown),
            was.tags if tags is None else tuple(json.loads(tags)),
            was.alts if alts is None else tuple(json.loads(alts)),
            was.reason if reason is None else reason,
            was.consent if consent is None else Consent(**json.loads(consent)),
            was.consented if consent is None else _consented(was, Consent(**json.loads(consent)), versions),
            was.language if language is None else language,
            was.sound if sound is None else sound,
            was.covering if covering is None else covering,
            was.cleared if covering is None else _cleared(was, covering, versions),
        )
    return merged


def _cleared(was: Release, word: str, versions: list[int]) -> tuple[int, ...]:
    """Return the versions of which was said that nobody is to be covered in their files, after one more *word*."""
    return () if word == catalogued.UNDECIDED else tuple(dict.fromkeys((*was.cleared, *versions)))


def _consented(was: Release, word: Consent, versions: list[int]) -> tuple[int, ...]:
    """Return the versions that consent is about, after one more *word* of it: what was given stays, until withdrawn."""
    if not word.given:
        return ()
    kept = was.consented if was.consent and was.consent.given and was.consent.archive == word.archive else ()
    return tuple(dict.fromkeys((*kept, *versions)))
