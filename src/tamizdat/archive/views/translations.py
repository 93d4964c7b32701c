"""What the index knows of translations: who proposed which words, and what came of them.

::

    60 translated  {"post": …, "language": "en", "segments": [{"source": "…", "target": "…"}], "by": tag, …}   proposed
    61 reviewed    {"translated": {"index": 60, …}, "verdict": "reviewed", "by": another tag, …}                reviewed
    62 reviewed    {"translated": {"index": 60, …}, "verdict": "approved", "by": …}                             approved

``docs/spec/translation.md`` has the members. The statements are made in :mod:`tamizdat.translation.proposals`.

Rows are taken in by their form alone (translated.py). Whether a row counts is found when it is read: a translation must
name an ``observed`` version of its post, and the text's digest, truly; a review must name its translation by index,
commitment and words, come after it, and not be the translator's own. So an index that was made anew and one that
caught up step by step say the same, in whatever order statements became known.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from tamizdat.archive.views.post_details import digests_of
from tamizdat.archive.views.posts import SPOKEN
from tamizdat.archive.views.rows import Answer, Ask
from tamizdat.archive.views.translation_rows import LOOKUPS, TABLES, rows
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadStatement
from tamizdat.statements.catalogued import TermEntry, read_term_entry
from tamizdat.statements.reference import Reference
from tamizdat.statements.translated import Segment, Translated

__all__ = [
    "LOOKUPS", "TABLES", "Head", "Pair", "Review", "Translation", "Translations", "rows", "standing_state",
    "standing_verdicts",
]  # fmt: skip


@dataclass(frozen=True)
class Translation(Translated):
    """What an account proposed, as its statement says it; *number* is the index of that statement.

    *state* is ``proposed``, ``returned``, ``reviewed`` or ``approved``.
    """

    number: int
    state: str


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
    """The latest translation of a post into a language: index, digest of the text translated, tag, state."""

    number: int
    text: str
    by: str
    state: str


@dataclass(frozen=True)
class Pair:
    """A sentence and its translation that somebody else has reviewed."""

    number: int  #: of the translation
    post: str
    version: int  #: that was translated: the index of its ``observed`` statement
    source_language: str
    language: str
    source: str
    target: str


_TRANSLATED: Final = (
    "SELECT number, post, source, text, language, by, day, source_leaf, segments, target, notes, after, after_leaf,"
    " (SELECT posts.details FROM posts WHERE posts.number = translated.source) AS details,"
    " coalesce((SELECT posts.text FROM posts WHERE posts.number = translated.source AND posts.post = translated.post),"
    " (SELECT transcribed.words FROM transcribed WHERE transcribed.number = translated.source"
    " AND transcribed.post = translated.post),"
    " (SELECT composed.words FROM composed WHERE composed.number = translated.source"
    " AND composed.post = translated.post)) AS words"
    " FROM translated WHERE words IS NOT NULL AND source < number"
    " AND (SELECT leaf FROM entries WHERE number = source) = source_leaf"
    " AND (after IS NULL OR after < number AND (SELECT leaf FROM entries WHERE number = after) = after_leaf)"
)
_COUNTING: Final = (
    " FROM reviewed JOIN translated ON translated.number = reviewed.translated"
    " WHERE reviewed.number > translated.number AND reviewed.post = translated.post"
    " AND reviewed.language = translated.language AND reviewed.subject = translated.subject"
    " AND reviewed.by <> translated.by AND (SELECT leaf FROM entries WHERE number = translated.number) = reviewed.leaf"
)
_REVIEWED: Final = (
    "SELECT reviewed.number, reviewed.translated, reviewed.post, reviewed.language, verdict, reviewed.by, reviewed.day"
    + _COUNTING
)
_VERDICTS: Final = "SELECT reviewed.translated, verdict" + _COUNTING
_SPOKEN_IN: Final = (
    f"SELECT {SPOKEN} FROM posts WHERE number = ?1"  # noqa: S608 -- columns of our own
    " UNION ALL SELECT language FROM transcribed WHERE number = ?1"
    " UNION ALL SELECT language FROM composed WHERE number = ?1"
)
_BY_NUMBER: Final = " ORDER BY number"
_THESE: Final = "SELECT value FROM json_each(?)"
READ: Final = 100  #: translations that are read at a time where all of them are
SOME: Final = 2_000  #: translations; of more, every verdict is read
_IN_ORDER: Final = " ORDER BY reviewed.number"


class Translations:
    """The translations that were proposed; reached as ``archive.index.translations``."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def translation(self, number: int) -> Translation | None:
        """Return one translation, by the index of its statement; None if this is not the number of one that counts."""
        found = self._found(f"{_TRANSLATED} AND number = ?", number)
        return found[0] if found else None

    def history(self, post: str, language: str) -> list[Translation]:
        """Return every translation of a post into a language, the oldest first."""
        return self._found(f"{_TRANSLATED} AND post = ? AND language = ?{_BY_NUMBER}", post, language)

    def latest(self, post: str, language: str) -> Translation | None:
        """Return the latest translation of a post into a language; None if there is none."""
        return next(reversed(self.history(post, language)), None)

    def of(self, post: str) -> list[Translation]:
        """Return the latest translation of a post into each language."""
        return list(_newest(self._found(f"{_TRANSLATED} AND post = ?{_BY_NUMBER}", post)).values())

    def approved(self, post: str) -> list[Translation]:
        """Return the newest approved translation of a post into each language."""
        found = self._found(f"{_TRANSLATED} AND post = ?{_BY_NUMBER}", post)
        return list(_newest(each for each in found if each.state == "approved").values())

    def all_approved(self, posts: Collection[str] | None = None) -> dict[str, list[Translation]]:
        """Return the newest approved translations of every post that has one, by post; of these *posts*, if given."""
        found: dict[str, list[Translation]] = {}
        if posts is None:
            every = self._found(_TRANSLATED + _BY_NUMBER)
        else:
            every = self._found(f"{_TRANSLATED} AND post IN ({_THESE}){_BY_NUMBER}", json.dumps([*posts]))
        for (post, _), each in _newest(each for each in every if each.state == "approved").items():
            found.setdefault(post, []).append(each)
        return found

    def all_latest(self) -> dict[tuple[str, str], Translation]:
        """Return the latest translation of every post into every language, by post and language."""
        return _newest(self._found(_TRANSLATED + _BY_NUMBER))

    def heads(self) -> dict[tuple[str, str], Head]:
        """Return what a queue must know of the latest translation of each post into each language."""
        every = list(self._true(_TRANSLATED + _BY_NUMBER))
        said = self._verdicts(every)
        return {(row[1], row[4]): Head(row[0], row[3], row[5], standing_state(said.get(row[0], []))) for row in every}

    def reviews(self, number: int) -> list[Review]:
        """Return every review of a translation that may count, in order."""
        return [Review(*row) for row in self._ask(f"{_REVIEWED} AND reviewed.translated = ?{_IN_ORDER}", number)]

    def counting(self, number: int) -> list[Review]:
        """Return the reviews from which a translation has its state, in order.

        They are those since it was last returned, and of an approved one those up to the approval, which is the last.
        """
        return _counting(self.reviews(number))

    def all_counting(self, posts: Collection[str]) -> dict[int, list[Review]]:
        """Return by number the reviews from which each translation of *posts* that was reviewed has its state."""
        said: dict[int, list[Review]] = {}
        question = f"{_REVIEWED} AND reviewed.post IN ({_THESE}){_IN_ORDER}"
        for review in (Review(*row) for row in self._ask(question, json.dumps([*posts]))):
            said.setdefault(review.translated, []).append(review)
        return {number: _counting(reviews) for number, reviews in said.items()}

    def pairs(self, after: int = -1, numbers: Iterable[int] | None = None) -> Iterator[Pair]:
        """Yield pairs of a sentence and its translation, of what was reviewed or approved, the newest first.

        They are of translations after statement *after*, or of these *numbers*.
        """
        found = self._after(after) if numbers is None else map(self.translation, sorted(numbers, reverse=True))
        spoken: dict[int, str] = {}
        for each in found:
            if each and each.state in ("reviewed", "approved"):
                of = each.source.index
                if of not in spoken:
                    [(spoken[of],)] = self._ask(_SPOKEN_IN, of)
                for pair in each.segments:
                    yield Pair(each.number, each.post, of, spoken[of], each.language, pair.source, pair.target)

    def _after(self, after: int) -> Iterator[Translation]:
        """Yield the translations after statement *after*, the newest first, some at a time: each has all its words."""
        numbers = [
            row[0] for row in self._ask("SELECT number FROM translated WHERE number > ? ORDER BY number DESC", after)
        ]
        for at in range(0, len(numbers), READ):
            some = json.dumps(numbers[at : at + READ])
            yield from self._found(f"{_TRANSLATED} AND number IN ({_THESE}) ORDER BY number DESC", some)

    def stamp(self) -> tuple[int, int, int]:
        """Return three numbers that change whenever posts, or what is said of them, do.

        They are the newest version, word about a language, or that two posts are not one; how many statements up to it
        are forgotten or padding; and a sum over all releases and words that a post is gone: any may be forgotten.
        """
        [(version, gone, release)] = self._ask(
            "SELECT max(coalesce(max(number), -1), (SELECT coalesce(max(number), -1) FROM languages),"
            " (SELECT coalesce(max(number), -1) FROM parted)),"
            " (SELECT count(*) FROM entries WHERE act IS NULL"
            " AND number <= (SELECT max(number) FROM posts)), (SELECT coalesce(sum(number), -1) FROM releases)"
            " + (SELECT coalesce(sum(number), -1) FROM gone)"
            " FROM posts"
        )
        return version, gone, release

    def terms_stamp(self) -> tuple[int, int]:
        """Return two numbers that change whenever the glossary does: its newest statement, and how many there are."""
        [(newest, many)] = self._ask("SELECT coalesce(max(number), -1), count(*) FROM terms")
        return newest, many

    def terms(self) -> list[tuple[int, int, TermEntry]]:
        """Return the glossary: number of each term, index of the latest statement about it, and its entry."""
        found: dict[int, tuple[int, int, TermEntry]] = {}
        for number, term, said in self._ask("SELECT number, term, said FROM terms ORDER BY number"):
            first = number if term is None else term
            if term is None or term in found:
                with suppress(BadStatement):  # an index of an older version took in what had another form
                    found[first] = (first, number, read_term_entry(json.loads(said)))
        return list(found.values())

    def changed(self, since: int) -> tuple[int, int, int, set[int]]:
        """Return the newest statement about translations, and what happened after statement *since*.

        That is how many statements up to *since* are forgotten or padding; how many up to the newest, counted in the
        same instant, to be compared with the next time; and the translations that were made or reviewed after it.
        """
        [(newest, before, now)] = self._ask(
            "WITH newest(number) AS (SELECT max(coalesce((SELECT max(number) FROM translated), -1),"
            " coalesce((SELECT max(number) FROM reviewed), -1)))"
            " SELECT number, (SELECT count(*) FROM entries WHERE act IS NULL AND entries.number <= ?),"
            " (SELECT count(*) FROM entries WHERE act IS NULL AND entries.number <= newest.number) FROM newest",
            since,
        )
        question = (
            "SELECT number FROM translated WHERE number > ?1 UNION SELECT translated FROM reviewed WHERE number > ?1"
        )
        return newest, before, now, {row[0] for row in self._ask(question, since)}

    def _true(self, question: str, *values: str | int) -> Iterator[Answer]:
        """Yield rows of translations that say the truth about their source, as they are stored."""
        known: dict[tuple[str, str], frozenset[str]] = {}
        for row in self._ask(question, *values):
            details, words = row[-2:]
            if (words, details) not in known:
                known[words, details] = digests_of(words, details)
            if row[3] in known[words, details]:
                yield row[:-2]

    def _found(self, question: str, *values: str | int) -> list[Translation]:
        """Return translations that say the truth about their source, with their states."""
        rows = list(self._true(question, *values))
        said = self._verdicts(rows)
        return [_translation(row, standing_state(said.get(row[0], []))) for row in rows]

    def _verdicts(self, rows: list[Answer]) -> dict[int, list[str]]:
        """Return what was said of these translations, and perhaps of others, in order."""
        if not rows:
            return {}
        if len(rows) == 1:
            found = self._ask(f"{_VERDICTS} AND reviewed.translated = ?{_IN_ORDER}", rows[0][0])
        elif len({row[1] for row in rows}) == 1:
            found = self._ask(f"{_VERDICTS} AND reviewed.post = ?{_IN_ORDER}", rows[0][1])
        elif len(rows) <= SOME:
            numbers = json.dumps([row[0] for row in rows])
            found = self._ask(f"{_VERDICTS} AND reviewed.translated IN ({_THESE}){_IN_ORDER}", numbers)
        else:
            found = self._ask(_VERDICTS + _IN_ORDER)
        said: dict[int, list[str]] = {}
        for translated, verdict in found:
            said.setdefault(translated, []).append(verdict)
        return said


def _translation(row: Answer, state: str) -> Translation:
    number, post, source, text, language, by, day, leaf, segments, target, notes, after, after_leaf = row
    return Translation(
        post=post,
        source=Reference(source, leaf),
        text=text,
        language=language,
        segments=tuple(Segment(*pair) for pair in json.loads(segments)),
        target=target,
        notes=() if notes == "[]" else tuple(json.loads(notes)),
        by=by,
        day=day,
        after=None if after is None else Reference(after, after_leaf),
        number=number,
        state=state,
    )


def _newest(found: Iterable[Translation]) -> dict[tuple[str, str], Translation]:
    return {(each.post, each.language): each for each in found}


def _counting(reviews: list[Review]) -> list[Review]:
    return [reviews[place] for place in standing_verdicts([each.verdict for each in reviews])]


def standing_verdicts(verdicts: Iterable[str]) -> list[int]:
    """Return which of these verdicts count, by their places.

    A "reviewed" opens the way, an "approved" after it ends it, a "returned" ends all.
    """
    counting: list[int] = []
    last = ""
    for place, verdict in enumerate(verdicts):
        if verdict == "returned":
            counting, last = [place], verdict
        elif last != "approved" and (verdict == "reviewed" or last == "reviewed"):
            counting = [place] if last == "returned" else [*counting, place]
            last = verdict
    return counting


def standing_state(verdicts: list[str]) -> str:
    """Return the state that these verdicts, in order, give a translation or a transcript."""
    counting = standing_verdicts(verdicts)
    return verdicts[counting[-1]] if counting else "proposed"
