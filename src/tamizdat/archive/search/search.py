"""Finding: posts, clips, translations and people, by their words, by whom, when, in which language and state.

::

    found = archive.search.find("地震 school", person="@li", since="2013-05", state="gone")
    found.total                                  how many there are, counted
    found.hits[0].snippet, found.hits[0].marks   the words around the first place, and where in them the hit stands

The newest come first, people before all. A post is found by the words of the version that counts, and by those of
earlier versions, which is told (:attr:`Hit.earlier`). :mod:`tamizdat.text.tokens` says what a word is,
:mod:`tamizdat.archive.search.query` how a query is read, and :mod:`tamizdat.archive.search.fts_file` how it is kept.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tamizdat.archive.log.entries import EntryLog
from tamizdat.archive.search.document import KINDS, RELEASES, STATES
from tamizdat.archive.search.documents import Documents, first_and_last_day
from tamizdat.archive.search.fts_file import (
    COLUMNS,
    LISTED,
    UNSEEN,
    Progress,
    SearchFile,
    address,
    author,
    days,
    mark,
    whole_handle,
)
from tamizdat.archive.search.query import Term, holds, snippet, term_of, terms
from tamizdat.archive.views.rows import Answer
from tamizdat.dataclass import dataclass
from tamizdat.disk.lock import locked
from tamizdat.disk.sqlite import Unusable
from tamizdat.errors import UsageError
from tamizdat.text.languages import ANY_TAG, normal_language
from tamizdat.text.rules import checked_choice

if TYPE_CHECKING:
    from tamizdat.archive.views.index import Index

PAGE: Final = 5_000  #: posts, or statements, put in before others may write
MOST: Final = 1_000  #: hits asked for at once


@dataclass(frozen=True)
class Hit:
    """Something that was found.

    *number* is that of the item or person, of a post the index of its first ``observed`` statement, of a translation
    that of its ``translated``; *post* is the id of both's post.
    """

    kind: str
    number: int
    post: str
    snippet: str
    marks: tuple[tuple[int, int], ...]  #: where in the snippet the words stand: from, to
    earlier: bool  #: whether some of the words stand only in an earlier version
    handle: str
    name: str
    published: str | None
    language: str
    state: str
    release: str

    def marked(self, before: str, after: str) -> str:
        """Return the snippet with *before* and *after* around each mark."""
        parts, at = [], 0
        for start, end in self.marks:
            parts += [self.snippet[at:start], before, self.snippet[start:end], after]
            at = end
        return "".join([*parts, self.snippet[at:]])


@dataclass(frozen=True)
class Found:
    """The result of a search: how many documents fit, and the hits that were asked for."""

    total: int
    hits: tuple[Hit, ...]


class Listed(NamedTuple):
    """What was found, without its words: the row's number in the file, and what it is (as :class:`Hit`)."""

    id: int
    kind: str
    number: int
    post: str
    language: str
    state: str
    release: str


class _Asked(NamedTuple):
    """A question as the file is asked it: an expression of FTS5, and a range of row numbers."""

    expression: str
    range_of: tuple[int, int] | None


class Search:
    """The search of an archive; reached as ``archive.search``. Any number of processes and threads may ask."""

    def __init__(self, path: Path, lock: Path, entries: EntryLog, index: "Callable[[], Index]") -> None:
        self.path = path
        self._lock = lock
        self._entries = entries
        self._index = index
        self._file = SearchFile(path, lock)

    def find(
        self,
        query: str = "",
        *,
        kind: str | None = None,
        person: str | None = None,
        since: str | None = None,
        until: str | None = None,
        language: str | None = None,
        state: str | Sequence[str] | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Found:
        """Find what has all these words, and fits the rest; everything that fits, if there are no words.

        An address as the only word also finds the post that has it. *since* and *until* are days, months or years;
        *person* is a handle (exact with ``@``), a name or a part of one, or an author's id; *state* names states and
        releases, all of which must hold. Raises :class:`UsageError`.
        """
        wanted = terms(query)
        if query.strip() and not wanted:
            return Found(0, ())
        asked = _asked(query, wanted, kind, person, since, until, language, state)
        total, rows = self._rows(asked, limit, offset, COLUMNS)
        return Found(total, tuple(_hit(row, wanted) for row in rows))

    def listed(
        self,
        query: str = "",
        *,
        kind: str | None = None,
        person: str | None = None,
        since: str | None = None,
        until: str | None = None,
        language: str | None = None,
        state: str | Sequence[str] | None = None,
        limit: int = MOST,
    ) -> list[Listed]:
        """Return what :meth:`find` would, as far as it takes to tell who may know of it; :meth:`shown` gives the hits.

        A thousand of these cost a few milliseconds, a thousand hits a hundred.
        """
        wanted = terms(query)
        if query.strip() and not wanted:
            return []
        asked = _asked(query, wanted, kind, person, since, until, language, state)
        return [Listed(*row) for row in self._rows(asked, limit, 0, LISTED)[1]]

    def shown(self, listed: Iterable[Listed], query: str) -> list[Hit]:
        """Return the hits of what was listed for this query; what is another document by now is left out."""
        chosen, wanted = list(listed), terms(query)
        known = {(each.kind, each.number) for each in chosen}
        hits = [_hit(row, wanted) for row in self._file.held(each.id for each in chosen)]
        return [each for each in hits if (each.kind, each.number) in known]

    def behind(self) -> int:
        """Return how many statements the file has yet to take in before it can answer."""
        size, index = self._entries.size, self._index()
        progress = self._progress(index)
        return size - progress.seen if progress.after is None else size

    def catch_up(self, progress: Callable[[int], None] = lambda _: None) -> None:
        """Add what was appended since the last time; *progress* is told how many posts and statements are done."""
        while True:
            gone, size = self._entries.gone, self._entries.size  # before anything is read
            index = self._index()
            before = self._progress(index)
            if before.after is None and before.seen >= size:
                return
            documents = Documents(index, index.ask)
            if before.after is None:
                after = before._replace(seen=min(before.seen + PAGE, size))
                after = after._replace(leaf=self._leaf(after.seen))
                self._file.put(before, documents.of(documents.changed(before.seen, after.seen)), after)
                progress(after.seen - before.seen)
            else:
                self._make(before, documents, size, gone, progress)

    def forget(self) -> None:
        """Delete the file if a statement was forgotten since it was made."""
        gone = self._entries.gone
        if not gone or not self.path.exists():
            return
        try:
            if gone <= self._file.forgotten():
                return
        except Unusable:
            pass
        self.discard()

    def discard(self) -> None:
        """Delete the file; it is made anew when somebody asks."""
        with locked(self._lock):
            self._file.discard()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    # -- keeping up ------------------------------------------------------------------------------------------

    def _progress(self, index: "Index") -> Progress:
        """Return how far the file has come with this ledger; one that is damaged or of another ledger is made anew."""
        try:
            progress = self._file.progress()
            if progress.seen and not index.has_leaf(progress.seen - 1, progress.leaf):
                found = progress.leaf.hex()
                raise Unusable(f"search.sqlite: expected leaf {progress.seen - 1:,} of this ledger, found {found}.")
        except Unusable:
            self.discard()
            progress = self._file.progress()
        return progress

    def _make(
        self, start: Progress, documents: Documents, size: int, gone: Iterable[int], progress: Callable[[int], None]
    ) -> None:
        """Make the file, page by page; whoever is killed or overtaken leaves whole pages."""
        known = documents.known()
        before = start
        if (
            not before.after
        ):  # the statements up to here are in it when it is made; what comes meanwhile is taken in then
            after = before._replace(seen=size, leaf=self._leaf(size))
            first, last = documents.page("", PAGE, known)
            after = after._replace(after=last)
            if not self._file.put(before, [*documents.without_posts(), *first], after, gone):
                return
            before = after
            progress(len(first))
        while before.after is not None:
            page, last = documents.page(before.after, PAGE, known)
            after = before._replace(after=last)
            if not self._file.put(before, page, after):
                return
            before = after
            progress(len(page))

    def _leaf(self, size: int) -> bytes:
        return bytes(self._entries.commitments_known()[size - 1]) if size else b""

    # -- asking ----------------------------------------------------------------------------------------------

    def _rows(self, asked: _Asked, limit: int, offset: int, columns: str) -> tuple[int, list[Answer]]:
        if not 0 < limit <= MOST or offset < 0:
            raise UsageError(f"Expected to be asked for 1 to {MOST:,} hits, found {limit:,} from {offset:,}.")
        try:
            return self._answered(asked, limit, offset, columns)
        except Unusable:
            self.discard()
            return self._answered(asked, limit, offset, columns)

    def _answered(self, asked: _Asked, limit: int, offset: int, columns: str) -> tuple[int, list[Answer]]:
        while True:
            self.catch_up()
            answer = self._file.ask(asked.expression, asked.range_of, limit, offset, columns)
            if answer is not None:  # else another process forgot something, and the file is being made
                return answer


def _asked(
    query: str,
    wanted: Sequence[Term],
    kind: str | None,
    person: str | None,
    since: str | None,
    until: str | None,
    language: str | None,
    state: str | Sequence[str] | None,
) -> _Asked:
    marks = [*_marks(kind, language, state), *([_person(person)] if person else [])]
    words = [term.expression() for term in wanted]
    if "://" in query and len(wanted) == 1:
        words = [f'({words[0]} OR "{mark("u", address(query))}")']
    return _Asked(" AND ".join([*marks, *words]), _days(since, until) if since or until else None)


def _hit(row: Answer, wanted: Sequence[Term]) -> Hit:
    kind, number, post, handle, name, published, language, state, release, words, earlier = row
    texts = json.loads(earlier)
    missing = [term for term in wanted if not holds(words, term)] if texts else []
    shown = words
    if missing:
        shown = next((text for text in reversed(texts) if holds(text, missing[0])), words)
    cut = snippet(shown, wanted)
    about = (handle, name, published, language, state, release)
    return Hit(kind, number, post, cut.text, cut.marks, bool(missing), *about)


def _marks(kind: str | None, language: str | None, state: str | Sequence[str] | None) -> list[str]:
    """Return what must hold of a document, as expressions for FTS5."""
    found = []
    if kind is not None:
        found.append(mark("k", checked_choice("kind", kind, KINDS)))
    if language is not None:
        written = normal_language(language) or language
        if not ANY_TAG.fullmatch(written):
            raise UsageError(f"Expected a language such as zh, zh-Hans, bo or ar, found {language!r}.")
        found.append(mark("l", written))
    for each in (state,) if isinstance(state, str) else state or ():
        found.append(mark("s", checked_choice("state", each, (*STATES, *RELEASES))))
    return [f'"{each}"' for each in found]


def _person(person: str) -> str:
    if "://" in person:
        return f'"{author(person)}"'
    term = term_of(person)
    if term is None:
        raise UsageError(
            f"Expected a handle or a name of a person, found {person!r}, which has neither letters nor digits."
        )
    if person.startswith("@"):
        return f'"{whole_handle(person)}"'
    return term.expression(f"{UNSEEN}n")


def _days(since: str | None, until: str | None) -> tuple[int, int]:
    try:
        return days(*first_and_last_day(since, until))
    except (ValueError, OverflowError):
        found = " and ".join(repr(each) for each in (since, until) if each)
        raise UsageError(
            f"Expected a day, a month or a year, such as 2013-05-12, 2013-05 or 2013; found {found}."
        ) from None
