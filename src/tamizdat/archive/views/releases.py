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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from tamizdat.archive.acts.signing import sign_all
from tamizdat.archive.views.items import Row
from tamizdat.archive.views.posts import Gone, Version
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement, Subject, peek_envelope
from tamizdat.text.rules import checked_text

if TYPE_CHECKING:
    from tamizdat.archive.archive import Archive

ACT: Final = "catalogued"
PUBLIC: Final = "public"
RESTRICTED: Final = "restricted"
WITHDRAWN: Final = "withdrawn"
RELEASES: Final = (PUBLIC, RESTRICTED, WITHDRAWN)
READERS: Final = ("public", "unlisted")  #: for whom a post must have been written to be released
MEMBERS: Final = ("release", "until", "bytes", "tags", "alts", "reason")
MAX_TEXT: Final = 20_000  #: characters of a reason or a description
MAX_TAG: Final = 100  #: characters
MAX_TAGS: Final = 100
TABLES: Final = {
    "releases": "number INTEGER PRIMARY KEY, post TEXT, raw TEXT, release TEXT, until TEXT, bytes INTEGER, tags TEXT,"
    " alts TEXT, reason TEXT",
}
LOOKUPS: Final = {"releases_of": "releases (post, number)"}

# Nobody's word counts for another post: the bytes spoken of must be those of a version of it.
_SAID: Final = (
    "SELECT post, release, until, bytes, tags, alts, reason FROM releases WHERE EXISTS (SELECT 1 FROM subjects"
    " JOIN posts ON posts.number = subjects.number WHERE subjects.sha256 = raw AND posts.post = releases.post)"
)


_SPOKEN: Final = "SELECT post FROM releases"
_VERSIONS: Final = (
    f"SELECT {', '.join(each.name for each in fields(Version) if each.name != 'state')} FROM posts"  # noqa: S608
    f" WHERE post IN ({_SPOKEN}) ORDER BY as_of, version, number"
)
_FILES: Final = (
    "SELECT media.number, media.position, media.capture, media.object, media.path, media.alt FROM media JOIN posts"  # noqa: S608
    f" ON posts.number = media.number WHERE posts.post IN ({_SPOKEN}) ORDER BY media.number, media.position"
)
_GONE: Final = (
    f"SELECT {', '.join(each.name for each in fields(Gone))} FROM gone WHERE post IN ({_SPOKEN})"  # noqa: S608
    " ORDER BY as_of, number"
)


@dataclass(frozen=True)
class File:
    """A file of a version: its place among them, the ``captured`` statement it came in, its object and name there."""

    position: int
    capture: int
    object: str
    path: str
    alt: str


@dataclass(frozen=True)
class Release:
    """What is said of a post now. ``until`` is the day before which it is not shown ("" if it may be at once)."""

    post: str
    release: str = RESTRICTED
    until: str = ""
    bytes: bool = False  #: whether the captured bytes are published with it
    tags: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()  #: of its pictures, in order
    reason: str = ""

    def shown_on(self, day: str) -> bool:
        """Whether an edition of *day* may show it."""
        return self.release == PUBLIC and self.until <= day


class Releases:
    """Questions about them; reached as ``archive.index.releases``."""

    def __init__(self, ask: Callable[..., list[tuple[Any, ...]]]) -> None:
        self._ask = ask

    def of(self, post: str) -> Release:
        """What is said of one post."""
        return _merged(self._ask(f"{_SAID} AND post = ? ORDER BY number", post)).get(post, Release(post))

    def versions(self) -> dict[str, list[Version]]:
        """Every version of each post of which something was said, the oldest first. Their ``state`` is not told."""
        found: dict[str, list[Version]] = {}
        for row in self._ask(_VERSIONS):
            found.setdefault(row[1], []).append(Version(*row))
        return found

    def tags(self) -> dict[int, tuple[str, ...]]:
        """The platform's tags, by version."""
        question = f"SELECT number, tags FROM posts WHERE tags IS NOT NULL AND post IN ({_SPOKEN})"  # noqa: S608
        return {number: tuple(json.loads(tags)) for number, tags in self._ask(question)}

    def files(self) -> dict[int, list[File]]:
        """The files of versions, in order."""
        found: dict[int, list[File]] = {}
        for number, *row in self._ask(_FILES):
            found.setdefault(number, []).append(File(*row))
        return found

    def gone(self) -> dict[str, Gone]:
        """The platform's latest word that a post is gone. It may be back since."""
        return {row[1]: Gone(*row) for row in self._ask(_GONE)}

    def written(self) -> Iterator[tuple[str, int, str, str]]:
        """Every version of every post: id, the number of the post, summary, text."""
        question = (
            "SELECT posts.post, first, summary, text FROM posts JOIN"
            " (SELECT post, min(number) AS first FROM posts GROUP BY post) AS begun ON begun.post = posts.post"
        )
        return ((row[0], row[1], row[2], row[3]) for row in self._ask(question))

    def translated(self) -> Iterator[list[str]]:
        """The words of every translation, with its notes."""
        return ([target, *json.loads(notes)] for target, notes in self._ask("SELECT target, notes FROM translated"))

    def numbers(self) -> dict[str, int]:
        """The number of every post: the index of the first statement that observed it."""
        return {row[0]: row[1] for row in self._ask("SELECT post, min(number) FROM posts GROUP BY post")}

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
        """Object and name of every file of an export."""
        return [(row[0], row[1]) for row in self._ask("SELECT DISTINCT object, path FROM sources")]

    def all(self, release: str | None = None) -> dict[str, Release]:
        """Every post of which something was said, by id; only those of this release, if it is given."""
        found = _merged(self._ask(f"{_SAID} ORDER BY number"))
        return {post: said for post, said in found.items() if release in (None, said.release)}


def rows(number: int, statement: Statement) -> Iterator[Row]:
    """What one statement adds to the index. What is said in another form adds nothing."""
    said = statement.predicate
    if statement.act != ACT or not isinstance(said.get("post"), str) or set(said) - {"post", *MEMBERS}:
        return
    try:
        told = complete({name: value for name, value in said.items() if name != "post"})
    except UsageError:
        return
    values = (_column(told.get(name)) for name in MEMBERS)
    yield (
        "INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, said["post"], statement.subjects[0].sha256, *values),
    )


def say(archive: "Archive", desk: SigningKey, post: str, said: Mapping[str, Json]) -> int:
    """Says *said* of *post*; returns the index of the statement. Raises :class:`UsageError`: no such post, nothing to
    say, or a post that was not written for everybody and must not be released."""
    return say_all(archive, desk, {post: said})[0]


def say_all(archive: "Archive", desk: SigningKey, said: Mapping[str, Mapping[str, Json]]) -> list[int]:
    """The same for many posts, all or none, with one flush."""
    voices = archive.index.posts
    latest = {each.post: each for each in (voices.latest() if len(said) > 100 else _few(archive, said))}
    statements = []
    for post, told in said.items():
        if post not in latest:
            raise UsageError("Expected the id of a post, found none of that id. 'tamizdat publish list' shows them.")
        predicate = {"post": post, **typed(told)}
        if predicate.get("release") == PUBLIC and latest[post].audience not in READERS:
            raise UsageError(
                f"Post {voices.versions(post)[0].number}: expected a post written for everybody, found one whose "
                f"audience is {latest[post].audience}. It cannot be released."
            )
        raw = peek_envelope(archive.disclosure(latest[post].number).envelope).subjects[0].sha256
        statements.append(Statement(ACT, (Subject("post", raw),), predicate))
    return archive.append(sign_all(statements, desk))


def _few(archive: "Archive", posts: Mapping[str, object]) -> list[Any]:
    return [versions[-1] for post in posts if (versions := archive.index.posts.versions(post))]


def typed(said: Mapping[str, Json]) -> dict[str, Json]:
    """Return *said* as it is stated, if a person may type its texts (:mod:`tamizdat.text.rules`). Raises
    :class:`UsageError`."""
    told = complete(said)
    for name, longest in (("tags", MAX_TAG), ("alts", MAX_TEXT)):
        if name in told:
            told[name] = [checked_text(name, each, longest, lines=name == "alts") for each in told[name]]
    if "reason" in told:
        told["reason"] = checked_text("reason", told["reason"], MAX_TEXT, lines=True)
    return told


def complete(said: Mapping[str, Json]) -> dict[str, Any]:
    """*said* as it is stated; :class:`UsageError` names what is wrong with it."""
    unknown = sorted(set(said) - set(MEMBERS))
    if unknown or not said:
        raise UsageError(f"Expected something to say: {', '.join(MEMBERS)}; found {', '.join(unknown) or 'nothing'}.")
    if said.get("release", PUBLIC) not in RELEASES:
        raise UsageError(f"Expected a release that is one of {', '.join(RELEASES)}.")
    if not _is_day(said.get("until", "")):
        raise UsageError("Expected a day such as 2026-12-01 for an embargo, or nothing to lift it.")
    if type(said.get("bytes", False)) is not bool:
        raise UsageError("Expected yes or no for the captured bytes.")
    _texts("tags", said.get("tags", []), MAX_TAG)
    _texts("alts", said.get("alts", []), MAX_TEXT)
    _texts("reason", [said.get("reason", "")], MAX_TEXT)
    return dict(said)


def _is_day(value: Json) -> bool:
    if value == "":
        return True
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _texts(name: str, value: Json, most: int) -> None:
    if not isinstance(value, list) or len(value) > MAX_TAGS or not all(isinstance(each, str) for each in value):
        raise UsageError(f"{name}: expected at most {MAX_TAGS} texts.")
    for text in value:
        if len(text) > most:
            raise UsageError(f"{name}: expected at most {most:,} characters, found {len(text):,}.")
        if name == "tags" and (not text.strip() or text != text.strip() or "\n" in text):
            raise UsageError("tags: expected words on one line, found an empty tag or white space around one.")


def _column(value: Json) -> str | int | None:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value  # type: ignore[return-value]  # no member is an object


def _merged(found: list[tuple[Any, ...]]) -> dict[str, Release]:
    """Each post's, from rows in order."""
    merged: dict[str, dict[str, Any]] = {}
    for post, *row in found:
        told = {name: value for name, value in zip(MEMBERS, row, strict=True) if value is not None}
        merged.setdefault(post, {"post": post}).update(told)
    return {post: Release(**{name: _value(name, each) for name, each in told.items()}) for post, told in merged.items()}


def _value(name: str, stored: Any) -> Any:
    if name in ("tags", "alts"):
        return tuple(json.loads(stored))
    return bool(stored) if name == "bytes" else stored
