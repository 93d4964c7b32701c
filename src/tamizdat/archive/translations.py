"""What the index knows of translations: who proposed which words, and what came of them.

::

    60 translated  {"post": …, "language": "en", "segments": [{"source": "…", "target": "…"}], "by": tag, …}   proposed
    61 reviewed    {"translated": {"index": 60, …}, "verdict": "reviewed", "by": another tag, …}                reviewed
    62 reviewed    {"translated": {"index": 60, …}, "verdict": "approved", "by": …}                             approved

``docs/spec/translation.md`` has the members. The statements are made in :mod:`tamizdat.translation.work`.

Rows are taken in by their form alone. Whether a row counts is found when it is read: a translation must name an
``observed`` version of its post, and the text's digest, truly; a review must name its translation by index,
commitment and words, come after it, and not be the translator's own. So an index that was made anew and one that
caught up step by step say the same, in whatever order statements became known.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from tamizdat.archive.items import Row
from tamizdat.encoding import canonical, parse_hex, sha256_hex
from tamizdat.errors import BadEncoding
from tamizdat.ledger.statement import Statement

SUBJECT: Final = "translation"
TERM: Final = "term"  #: the subject of a statement about a term of the glossary
VERDICTS: Final = ("returned", "reviewed", "approved")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  #: a BCP 47 tag, as far as we use it

TABLES: Final = {
    "translated": "number INTEGER PRIMARY KEY, post TEXT, source INTEGER, source_leaf BLOB, text TEXT, language TEXT,"
    " by TEXT, day TEXT, segments TEXT, target TEXT, subject TEXT, notes TEXT, after INTEGER, after_leaf BLOB",
    "reviewed": "number INTEGER PRIMARY KEY, translated INTEGER, leaf BLOB, subject TEXT, post TEXT, language TEXT,"
    " verdict TEXT, by TEXT, day TEXT",
    "terms": "number INTEGER PRIMARY KEY, term INTEGER, said TEXT",
}
LOOKUPS: Final = {
    "translations_of": "translated (post, language, number)",
    "reviews_of": "reviewed (translated, number)",
}


@dataclass(frozen=True)
class Translation:
    """Words that one account proposed for one version of a post. *source* is the index of its ``observed`` statement,
    *text* the SHA-256 of the text translated, *segments* pairs of source and target; *state* is ``proposed``,
    ``returned``, ``reviewed`` or ``approved``."""

    number: int
    post: str
    source: int
    text: str
    language: str
    by: str
    day: str
    segments: tuple[tuple[str, str], ...]
    target: str
    notes: tuple[str, ...]
    after: int | None
    state: str = "proposed"


@dataclass(frozen=True)
class Review:
    """What one account said of a translation: ``returned``, ``reviewed`` or ``approved``."""

    number: int
    translated: int
    post: str
    language: str
    verdict: str
    by: str
    day: str


class Head(NamedTuple):
    """Of the latest translation of a post into a language: index, digest of the text translated, tag, state."""

    number: int
    text: str
    by: str
    state: str


@dataclass(frozen=True)
class Pair:
    """A sentence and its translation that somebody else has reviewed."""

    number: int  #: of the translation
    post: str
    source_language: str
    language: str
    source: str
    target: str


_TRANSLATED: Final = (
    "SELECT number, post, source, text, language, by, day, segments, target, notes, after,"
    " (SELECT posts.text FROM posts WHERE posts.number = source AND posts.post = translated.post) AS words"
    " FROM translated WHERE words IS NOT NULL AND source < number"
    " AND (SELECT leaf FROM entries WHERE number = source) = source_leaf"
    " AND (after IS NULL OR after < number AND (SELECT leaf FROM entries WHERE number = after) = after_leaf)"
)
_REVIEWED: Final = (
    "SELECT reviewed.number, reviewed.translated, reviewed.post, reviewed.language, verdict, reviewed.by, reviewed.day"
    " FROM reviewed JOIN translated ON translated.number = reviewed.translated"
    " WHERE reviewed.number > translated.number AND reviewed.post = translated.post"
    " AND reviewed.language = translated.language AND reviewed.subject = translated.subject"
    " AND reviewed.by <> translated.by AND (SELECT leaf FROM entries WHERE number = translated.number) = reviewed.leaf"
)
_BY_NUMBER: Final = " ORDER BY number"
_IN_ORDER: Final = " ORDER BY reviewed.number"


class _Form(Exception):
    """The statement has another form; it adds nothing."""


def rows(number: int, statement: Statement) -> Iterator[Row]:
    """What a ``translated``, a ``reviewed``, or a ``catalogued`` statement about a term adds to the index."""
    if statement.act == "catalogued" and [each.name for each in statement.subjects] == [TERM]:
        match statement.predicate:
            case {"term": int() | None as term, "said": dict(said)} if not isinstance(term, bool):
                if len(statement.predicate) == 2 and sha256_hex(canonical(said)) == statement.subjects[0].sha256:
                    yield "INSERT INTO terms VALUES (?, ?, ?)", (number, term, canonical(said).decode())
    read = {"translated": _translated_row, "reviewed": _reviewed_row}.get(statement.act)
    try:
        values = read(statement) if read else None
    except (_Form, BadEncoding):
        return
    if values is not None:
        marks = ", ".join("?" * (1 + len(values)))
        yield f"INSERT INTO {statement.act} VALUES ({marks})", (number, *values)  # noqa: S608 -- one of the two acts


def _translated_row(statement: Statement) -> tuple[Any, ...]:
    members = {"post", "source", "text", "language", "segments", "target", "notes", "by", "day", "after"}
    said = _members(statement.predicate, members)
    subject, target = _subject(statement), _text(said["target"])
    if sha256_hex(target.encode()) != subject:
        raise _Form
    segments = [_members(each, {"source", "target"}) for each in _list(said["segments"])]
    pairs = [[_text(each["source"]), _text(each["target"])] for each in segments]
    after = (None, None) if said["after"] is None else _named(said["after"])
    return (
        _text(said["post"]),
        *_named(said["source"]),
        parse_hex(said["text"], 32, "a digest").hex(),
        _language(said["language"]),
        *_who_and_when(said),
        canonical(pairs).decode(),
        target,
        subject,
        canonical([_text(each) for each in _list(said["notes"])]).decode(),
        *after,
    )


def _reviewed_row(statement: Statement) -> tuple[Any, ...]:
    said = _members(statement.predicate, {"post", "language", "translated", "verdict", "by", "day"})
    if said["verdict"] not in VERDICTS:
        raise _Form
    work = (*_named(said["translated"]), _subject(statement), _text(said["post"]), _language(said["language"]))
    return *work, said["verdict"], *_who_and_when(said)


def _members(value: object, names: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != names:
        raise _Form
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _Form
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Form
    return value


def _language(value: object) -> str:
    if not LANGUAGE.fullmatch(_text(value)):
        raise _Form
    return _text(value)


def _named(value: object) -> tuple[int, bytes]:
    """Index and commitment of another statement."""
    said = _members(value, {"index", "commitment"})
    if type(said["index"]) is not int or said["index"] < 0:
        raise _Form
    return said["index"], parse_hex(said["commitment"], 32, "a commitment")


def _who_and_when(said: dict[str, Any]) -> tuple[str, str]:
    by = parse_hex(said["by"], 16, "a tag").hex()
    try:
        day = date.fromisoformat(_text(said["day"])).isoformat()
    except ValueError:
        raise _Form from None
    if day != said["day"]:
        raise _Form
    return by, day


def _subject(statement: Statement) -> str:
    if len(statement.subjects) != 1 or statement.subjects[0].name != SUBJECT:
        raise _Form
    return statement.subjects[0].sha256


class Translations:
    """Questions about translations; reached as ``archive.index.translations``."""

    def __init__(self, ask: Callable[..., list[tuple[Any, ...]]]) -> None:
        self._ask = ask

    def translation(self, number: int) -> Translation | None:
        """One translation, by the index of its statement; None if this is not the number of one that counts."""
        found = self._found(f"{_TRANSLATED} AND number = ?", number)
        return found[0] if found else None

    def history(self, post: str, language: str) -> list[Translation]:
        """Every translation of a post into a language, the oldest first."""
        return self._found(f"{_TRANSLATED} AND post = ? AND language = ?{_BY_NUMBER}", post, language)

    def latest(self, post: str, language: str) -> Translation | None:
        """The latest translation of a post into a language."""
        return next(reversed(self.history(post, language)), None)

    def of(self, post: str) -> list[Translation]:
        """The latest translation of a post into each language."""
        return list(_newest(self._found(f"{_TRANSLATED} AND post = ?{_BY_NUMBER}", post)).values())

    def approved(self, post: str) -> list[Translation]:
        """The newest approved translation of a post into each language."""
        found = self._found(f"{_TRANSLATED} AND post = ?{_BY_NUMBER}", post)
        return list(_newest(each for each in found if each.state == "approved").values())

    def all_approved(self) -> dict[str, list[Translation]]:
        """The same for every post that has one."""
        found: dict[str, list[Translation]] = {}
        every = self._found(_TRANSLATED + _BY_NUMBER)
        for (post, _), each in _newest(each for each in every if each.state == "approved").items():
            found.setdefault(post, []).append(each)
        return found

    def all_latest(self) -> dict[tuple[str, str], Translation]:
        """The latest translation of every post into every language, by post and language."""
        return _newest(self._found(_TRANSLATED + _BY_NUMBER))

    def heads(self) -> dict[tuple[str, str], Head]:
        """Where each post stands in each language: of the latest translation only what a queue must know."""
        said: dict[int, list[str]] = {}
        for _, translated, _, _, verdict, *_ in self._ask(_REVIEWED + _IN_ORDER):
            said.setdefault(translated, []).append(verdict)
        every = self._true(_TRANSLATED + _BY_NUMBER)
        return {(row[1], row[4]): Head(row[0], row[3], row[5], _state(said.get(row[0], []))) for row in every}

    def reviews(self, number: int) -> list[Review]:
        """Every review of a translation that may count, in order."""
        return [Review(*row) for row in self._ask(f"{_REVIEWED} AND reviewed.translated = ?{_IN_ORDER}", number)]

    def counting(self, number: int) -> list[Review]:
        """The reviews that made it what it is: since it was last returned, and of an approved one up to the approval,
        which is the last."""
        return _counting(self.reviews(number))

    def pairs(self, after: int = -1, numbers: Iterable[int] | None = None) -> Iterator[Pair]:
        """Sentences with their translations, of what was reviewed or approved, the newest first: of translations
        after this one, or of these *numbers*."""
        if numbers is None:
            found = self._found(f"{_TRANSLATED} AND number > ? ORDER BY number DESC", after)
        else:
            every = (self.translation(number) for number in sorted(numbers, reverse=True))
            found = [each for each in every if each]
        spoken: dict[int, str] = {}
        for each in found:
            if each.state in ("reviewed", "approved"):
                if each.source not in spoken:
                    [(spoken[each.source],)] = self._ask("SELECT language FROM posts WHERE number = ?", each.source)
                for source, target in each.segments:
                    yield Pair(each.number, each.post, spoken[each.source], each.language, source, target)

    def stamp(self) -> tuple[int, int, int]:
        """What changes when posts or what is said of them do: the newest version, how many statements up to it are
        forgotten or padding, and the newest release."""
        [(version, gone, release)] = self._ask(
            "SELECT coalesce(max(number), -1), (SELECT count(*) FROM entries WHERE act IS NULL"
            " AND number <= (SELECT max(number) FROM posts)), (SELECT coalesce(max(number), -1) FROM releases)"
            " FROM posts"
        )
        return version, gone, release

    def terms(self) -> list[tuple[int, int, dict[str, Any]]]:
        """The glossary: number of each term, index of the latest statement about it, and what that says, unchecked."""
        found: dict[int, tuple[int, int, dict[str, Any]]] = {}
        for number, term, said in self._ask("SELECT number, term, said FROM terms ORDER BY number"):
            first = number if term is None else term
            if term is None or term in found:
                found[first] = (first, number, json.loads(said))
        return list(found.values())

    def changed(self, since: int) -> tuple[int, int, set[int]]:
        """What happened after statement *since*: the newest statement about translations, how many statements up to
        *since* are forgotten or padding, and the translations that were made or reviewed after it."""
        [(newest, gone)] = self._ask(
            "SELECT max(coalesce((SELECT max(number) FROM translated), -1),"
            " coalesce((SELECT max(number) FROM reviewed), -1)),"
            " (SELECT count(*) FROM entries WHERE act IS NULL AND number <= ?)",
            since,
        )
        question = (
            "SELECT number FROM translated WHERE number > ?1 UNION SELECT translated FROM reviewed WHERE number > ?1"
        )
        return newest, gone, {row[0] for row in self._ask(question, since)}

    def _true(self, question: str, *values: str | int) -> Iterator[list[Any]]:
        """Rows of translations that say the truth about their source, as they are stored."""
        known: dict[str, str] = {}
        for *row, words in self._ask(question, *values):
            if words not in known:
                known[words] = sha256_hex(words.encode())
            if known[words] == row[3]:
                yield row

    def _found(self, question: str, *values: str | int) -> list[Translation]:
        """Translations that say the truth about their source, with their states."""
        found = []
        for row in self._true(question, *values):
            row[7] = tuple((source, target) for source, target in json.loads(row[7]))
            row[9] = tuple(json.loads(row[9]))
            found.append(Translation(*row))
        said = self._reviews_among(found)
        return [
            replace(each, state=_state([review.verdict for review in said[each.number]]))
            if each.number in said
            else each
            for each in found
        ]

    def _reviews_among(self, found: list[Translation]) -> dict[int, list[Review]]:
        said: dict[int, list[Review]] = {}
        if not found:
            return said
        if len(found) == 1:
            every = self.reviews(found[0].number)
        elif len({each.post for each in found}) == 1:
            every = [Review(*row) for row in self._ask(f"{_REVIEWED} AND reviewed.post = ?{_IN_ORDER}", found[0].post)]
        else:
            every = [Review(*row) for row in self._ask(_REVIEWED + _IN_ORDER)]
        for review in every:
            said.setdefault(review.translated, []).append(review)
        return said


def _newest(found: Iterable[Translation]) -> dict[tuple[str, str], Translation]:
    return {(each.post, each.language): each for each in found}


def _counting(reviews: list[Review]) -> list[Review]:
    return [reviews[place] for place in _standing([each.verdict for each in reviews])]


def _standing(verdicts: Iterable[str]) -> list[int]:
    """Which of these count, by their places: a "reviewed" opens the way, an "approved" after it ends it, a "returned"
    ends all."""
    counting: list[int] = []
    last = ""
    for place, verdict in enumerate(verdicts):
        if verdict == "returned":
            counting, last = [place], verdict
        elif last != "approved" and (verdict == "reviewed" or last == "reviewed"):
            counting = [place] if last == "returned" else [*counting, place]
            last = verdict
    return counting


def _state(verdicts: list[str]) -> str:
    counting = _standing(verdicts)
    return verdicts[counting[-1]] if counting else "proposed"
