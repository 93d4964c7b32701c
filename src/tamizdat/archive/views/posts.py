"""What the index knows of posts: every version that was observed, what was edited, what is gone.

A post has one id and any number of versions, in the order of ``as_of``, the time for which the platform gave it out
(when it made the export, or when we asked); which one counts, :mod:`.current_version` tells. A post is
gone when a ``gone`` statement is later than every version from the same source::

    19 observed  as of 2026-01-01   "五年了"
    47 observed  as of 2026-03-01   "五年了。"      48 edited  {"before": 19, "after": 47, …}
    90 gone      as of 2026-04-01   →  state "gone", text "五年了。"

All of it is a view: the text stands in the kept bytes and is read from them again (:mod:`.observed`).
"""

import json
from collections.abc import Iterable
from typing import Final, NamedTuple

from tamizdat.archive.views.rows import Ask
from tamizdat.dataclass import dataclass, field_names

TABLES: Final = {
    "sources": "number INTEGER PRIMARY KEY, object TEXT, kind TEXT, format TEXT, path TEXT, url TEXT, etag TEXT,"
    " modified TEXT, seen TEXT",
    "posts": "number INTEGER PRIMARY KEY, post TEXT, person TEXT, handle TEXT, name TEXT, kind TEXT, published TEXT,"
    " moment TEXT, seen TEXT, as_of TEXT, version INTEGER, said TEXT, capture INTEGER, language TEXT,"
    " reply_to TEXT, thread TEXT, audience TEXT, url TEXT, summary TEXT, text TEXT, tags TEXT, source TEXT, owner TEXT,"
    " details TEXT",
    "repeated": "number INTEGER, place INTEGER, post TEXT, inner TEXT, PRIMARY KEY (number, place)",
    "renumbered": "number INTEGER PRIMARY KEY, own TEXT, post TEXT",
    "media": "number INTEGER, position INTEGER, capture INTEGER, object TEXT, path TEXT, alt TEXT, media_type TEXT,"
    " PRIMARY KEY (number, position)",
    "unfetched": "number INTEGER, place INTEGER, position INTEGER, url TEXT, alt TEXT, media_type TEXT,"
    " PRIMARY KEY (number, place)",
    "edited": "number INTEGER PRIMARY KEY, post TEXT, before INTEGER, after INTEGER, seen TEXT",
    "gone": "number INTEGER PRIMARY KEY, post TEXT, observed INTEGER, word TEXT, status INTEGER, deleted TEXT,"
    " seen TEXT, as_of TEXT",
}
LOOKUPS: Final = {
    "media_of_object": "media (object, capture)",
    "media_of_capture": "media (capture)",
    "versions_of": "posts (post, number)",
    "by_person": "posts (person, moment)",
    "by_moment": "posts (moment, number)",
    "by_thread": "posts (thread, moment)",
    "by_reply": "posts (reply_to)",
    "edits_of": "edited (post, number)",
    "by_object": "sources (object)",
    "by_path": "sources (path)",
    "by_capture": "posts (capture)",
    "gone_of": "gone (post, number)",
    "renumbered_as": "renumbered (own)",
    "repeated_in": "repeated (inner, post)",
    "sources_of": "sources (url, number)",
    "unfetched_at": "unfetched (url)",
}


class Version(NamedTuple):
    """A version of a post, the row of the index itself; ``number`` is the index of the ``observed`` statement.

    *state* is that of the post: ``present``, ``edited`` or ``gone``.
    """

    number: int
    post: str
    author: str  #: the platform's id of whose post it is
    handle: str
    name: str
    kind: str
    published: str | None
    moment: str | None  #: the same, in UTC; None where nobody can tell
    seen: str
    as_of: str
    version: int  #: orders versions of one ``as_of``
    said: str
    capture: int
    language: str
    reply_to: str
    thread: str
    audience: str
    url: str
    summary: str
    text: str
    source: str  #: where it came from: the address of a feed, or an export's format and whose account's it is
    owner: str  #: the id of the account out of whose own export it came, "" for none
    details: str = ""  #: what it tells beside its words (:func:`~tamizdat.archive.views.post_details.read_details`)
    state: str = "present"


class Whereabouts(NamedTuple):
    """Of the version that :meth:`Posts.latest` returns of a post, where the post lies and for whom; no words."""

    post: str
    kind: str
    capture: int
    handle: str
    audience: str
    url: str
    source: str
    published: str | None


@dataclass(frozen=True)
class Gone:
    """The platform's word that a post is gone: ``word`` is "export" or "http"."""

    number: int
    post: str
    observed: int
    word: str
    status: int | None
    deleted: str | None
    seen: str
    as_of: str


@dataclass(frozen=True)
class Edit:
    """Two versions that say different things."""

    number: int
    post: str
    before: int
    after: int
    seen: str


@dataclass(frozen=True)
class Source:
    """A file or answer that was kept because posts are in it."""

    number: int
    object: str
    kind: str
    format: str
    path: str
    url: str | None
    etag: str | None
    modified: str | None
    seen: str


_STATE: Final = (
    "CASE WHEN EXISTS (SELECT 1 FROM gone WHERE gone.post = posts.post AND gone.as_of >="
    " (SELECT max(every.as_of) FROM posts AS every WHERE every.post = posts.post AND every.source = posts.source))"
    " THEN 'gone'"
    " WHEN EXISTS (SELECT 1 FROM edited WHERE edited.post = posts.post) THEN 'edited' ELSE 'present' END"
)
#: the language of a version: the desk's word, where it spoke of that post, else the platform's
SPOKEN: Final = (
    "coalesce(nullif((SELECT languages.language FROM languages WHERE languages.post = posts.post AND EXISTS (SELECT 1"
    " FROM subjects JOIN posts AS own ON own.number = subjects.number WHERE subjects.sha256 = languages.raw"
    " AND own.post = languages.post) ORDER BY languages.number DESC LIMIT 1), ''), posts.language)"
)
_WRITTEN: Final = {"author": "person AS author", "language": f"{SPOKEN} AS language"}
#: The columns of a version, in the order of its fields.
VERSION_COLUMNS: Final = ", ".join(_WRITTEN.get(name, name) for name in Version._fields if name != "state")
_VERSIONS: Final = f"SELECT * FROM (SELECT {VERSION_COLUMNS}, {_STATE} AS state FROM posts)"  # noqa: S608 -- columns of our own
_IS_LATEST: Final = (
    "source = (SELECT first.source FROM posts AS first WHERE first.post = this.post ORDER BY first.number LIMIT 1)"
    " AND NOT EXISTS (SELECT 1 FROM posts AS other WHERE other.post = this.post AND other.source = this.source"
    " AND (other.as_of, other.version, other.number) > (this.as_of, this.version, this.number))"
)
_LATEST: Final = f"{_VERSIONS} AS this WHERE post > ? AND {_IS_LATEST} ORDER BY post LIMIT ?"
_WHEREABOUTS: Final = (
    f"SELECT {', '.join(Whereabouts._fields)} FROM posts AS this WHERE post > ? AND {_IS_LATEST} ORDER BY post LIMIT ?"  # noqa: S608
)
_CHANGED: Final = "SELECT post FROM posts WHERE number > ?1 UNION SELECT post FROM languages WHERE number > ?1"
_VISITED: Final = _VERSIONS + (  # noqa: S608
    " WHERE post IN (SELECT post FROM posts WHERE capture IN (SELECT number FROM sources WHERE url = ?))"
    " ORDER BY post, as_of, version, number"
)
_AMONG: Final = "post IN (SELECT value FROM json_each(?))"
_GONE_SINCE: Final = f"SELECT post, max(as_of) FROM gone WHERE {_AMONG} GROUP BY post"  # noqa: S608
_GONE: Final = f"SELECT {', '.join(field_names(Gone))} FROM gone"  # noqa: S608
_SOURCES: Final = f"SELECT {', '.join(field_names(Source))} FROM sources"  # noqa: S608


class Posts:
    """The posts that were observed; reached as ``archive.index.posts``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def version(self, number: int) -> Version | None:
        """Return one version, by the index of its statement; None if this is not the number of one."""
        found = self._ask(f"{_VERSIONS} WHERE number = ?", number)
        return Version(*found[0]) if found else None

    def versions(self, post: str) -> list[Version]:
        """Return all versions of a post, the oldest first."""
        return [Version(*row) for row in self._ask(f"{_VERSIONS} WHERE post = ? ORDER BY as_of, version, number", post)]

    def is_here(self, post: str) -> bool:
        """Return whether any version of a post is here."""
        return bool(self._ask("SELECT 1 FROM posts WHERE post = ? LIMIT 1", post))

    def answers(self, post: str) -> list[str]:
        """Return the ids of posts that answer this one, the oldest first."""
        question = "SELECT post FROM posts WHERE reply_to = ? AND post <> ?1 GROUP BY post ORDER BY min(moment), post"
        return [row[0] for row in self._ask(question, post)]

    def gone_since(self, posts: Iterable[str]) -> dict[str, str]:
        """Return those of these posts that the platform said are gone, with the ``as_of`` of its latest word."""
        return {row[0]: row[1] for row in self._ask(_GONE_SINCE, json.dumps(list(posts)))}

    def latest(self, after: str = "", limit: int = -1) -> list[Version]:
        """Return the newest version of each post from where it came first, by id; from the first id after *after*.

        Of a post that is not released it is the one that counts (:mod:`~tamizdat.archive.views.current_version`).
        """
        return [Version(*row) for row in self._ask(_LATEST, after, limit)]

    def latest_among(self, posts: Iterable[str]) -> list[Version]:
        """Return the same as :meth:`latest`, of these posts, by id."""
        question = f"{_VERSIONS} AS this WHERE {_AMONG} AND {_IS_LATEST} ORDER BY post"
        return [Version(*row) for row in self._ask(question, json.dumps(list(posts)))]

    def whereabouts(self, after: str, limit: int) -> list[Whereabouts]:
        """Return where these posts lie, in the order of :meth:`latest`; their words are not read."""
        return [Whereabouts(*row) for row in self._ask(_WHEREABOUTS, after, limit)]

    def changed(self, since: int) -> tuple[int, tuple[int, int], tuple[int, int], list[str]]:
        """Return what happened to posts after statement *since*.

        That is the newest version, or word about a language; two numbers that change when more than single posts did
        (how many statements up to *since* are forgotten or padding, and the newest that parted two posts); the same up
        to the newest, counted in the same instant, to be compared with the next time; and the ids of the posts with a
        new version or another language.
        """
        [(newest, before, now, parted)] = self._ask(
            "WITH newest(number) AS (SELECT max((SELECT coalesce(max(number), -1) FROM posts),"
            " (SELECT coalesce(max(number), -1) FROM languages)))"
            " SELECT number, (SELECT count(*) FROM entries WHERE act IS NULL AND entries.number <= ?),"
            " (SELECT count(*) FROM entries WHERE act IS NULL AND entries.number <= newest.number),"
            " (SELECT coalesce(max(number), -1) FROM parted) FROM newest",
            since,
        )
        return newest, (before, parted), (now, parted), [row[0] for row in self._ask(_CHANGED, since)]

    def repeating_known(self) -> set[str]:
        """Return the ids of posts that repeat or quote a post that is here by itself."""
        question = "SELECT DISTINCT post FROM repeated WHERE EXISTS (SELECT 1 FROM posts WHERE posts.post = inner)"
        question += " OR inner IN (SELECT own FROM renumbered)"
        return {row[0] for row in self._ask(question)}

    def renumbered(self, post: str) -> str:
        """Return the id of the post of which *post* is a later version; "" if it is none.

        Whoever quotes an edited tweet may name it by the number of the version that they saw.
        """
        found = self._ask("SELECT post FROM renumbered WHERE own = ? LIMIT 1", post)
        return str(found[0][0]) if found else ""

    def holder(self, post: str) -> Version | None:
        """Return the latest version of another post that repeats or quotes this one; None if none does."""
        found = self._ask("SELECT max(number) FROM repeated WHERE inner = ?", post)[0][0]
        return None if found is None else self.version(found)

    def edits(self, post: str) -> list[Edit]:
        """Return what is stated about differences between versions of a post."""
        found = self._ask("SELECT number, post, before, after, seen FROM edited WHERE post = ? ORDER BY number", post)
        return [Edit(*row) for row in found]

    def gone(self, post: str) -> list[Gone]:
        """Return every word of the platform that a post is gone, in order.

        The post may be back since (:attr:`Version.state`).
        """
        return [Gone(*row) for row in self._ask(f"{_GONE} WHERE post = ? ORDER BY number", post)]

    def media(self, number: int) -> list[tuple[str, str, str, str]]:
        """Return the files of a version: object, name in the export, description, media type."""
        question = "SELECT object, path, alt, media_type FROM media WHERE number = ? ORDER BY position"
        return [(row[0], row[1], row[2], row[3]) for row in self._ask(question, number)]

    def fetched(self, number: int, released: bool = False) -> set[int]:
        """Return which attachments of a version that came without files were fetched since: their places among them.

        With *released*, only those that were here when the post was released.
        """
        question = (
            "SELECT place FROM unfetched JOIN sources ON sources.url = unfetched.url AND sources.kind = 'media'"
            " JOIN posts ON posts.number = unfetched.number WHERE unfetched.number = ?1 AND unfetched.url <> ''"
            " AND (?2 = 0 OR sources.number < unfetched.number OR EXISTS (SELECT 1 FROM releases"
            " WHERE releases.post = posts.post AND release = 'public' AND releases.number > sources.number))"
        )
        return {row[0] for row in self._ask(question, number, int(released))}

    def unfetched(self) -> list[tuple[str, str]]:
        """Return (address, media type) of pictures, clips and sounds that came without files, each address once."""
        question = (
            "SELECT url, max(media_type) FROM unfetched WHERE url <> '' AND media_type NOT LIKE 'text/%'"
            " AND url NOT IN (SELECT url FROM sources WHERE kind = 'media' AND url IS NOT NULL)"
            " GROUP BY url ORDER BY min(number), min(place)"
        )
        return [(row[0], row[1]) for row in self._ask(question)]

    def sources_of(self, digest: str) -> list[Source]:
        """Return the captures of the object with this digest."""
        return [Source(*row) for row in self._ask(f"{_SOURCES} WHERE object = ? ORDER BY number", digest)]

    def visits(self, url: str) -> list[Source]:
        """Return what was kept of a feed, in order."""
        question = f"{_SOURCES} WHERE url = ? AND kind = 'posts' ORDER BY seen, number"  # one may be stated again later
        return [Source(*row) for row in self._ask(question, url)]

    def refused(self, url: str) -> list[int]:
        """Return the captures of a feed's answers that were refused, and kept."""
        return [row[0] for row in self._ask("SELECT number FROM sources WHERE url = ? AND kind = 'refused'", url)]

    def followed(self) -> list[str]:
        """Return the addresses from which feeds were taken."""
        return [
            row[0]
            for row in self._ask(
                "SELECT DISTINCT url FROM sources WHERE url IS NOT NULL AND kind = 'posts'"
                " AND path <> 'statuses/asked.json' ORDER BY url"  # whoever asked for one post follows nobody
            )
        ]

    def formats(self) -> dict[int, str]:
        """Return the format of each file of posts, by the index of its capture."""
        return {row[0]: row[1] for row in self._ask("SELECT number, format FROM sources WHERE kind = 'posts'")}

    def has_path(self, path: str) -> bool:
        """Return whether a file of this name was kept before."""
        return bool(self._ask("SELECT 1 FROM sources WHERE path = ? LIMIT 1", path))

    def from_visit(self, url: str) -> list[Version]:
        """Return the latest versions of posts that were seen in the feed at *url*."""
        latest = {row[1]: Version(*row) for row in self._ask(_VISITED, url)}
        return list(latest.values())

    def latest_of(self, person: str) -> list[Version]:
        """Return the latest version of each post of an account."""
        every = self._ask(f"{_VERSIONS} WHERE author = ? ORDER BY post, as_of, version, number", person)
        latest = {row[1]: Version(*row) for row in every}
        return list(latest.values())

    def of_several_versions(self, released: bool = False) -> set[str]:
        """Return the ids of posts of which there is more than one version; only those that a release speaks of."""
        among = "WHERE post IN (SELECT post FROM releases)" if released else ""
        question = f"SELECT post FROM posts {among} GROUP BY post HAVING count(*) > 1"  # noqa: S608
        return {row[0] for row in self._ask(question)}

    def count(self) -> int:
        """Return how many posts there are."""
        return int(self._ask("SELECT count(DISTINCT post) FROM posts")[0][0])
