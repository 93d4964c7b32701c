"""Drafts: what somebody has typed and not yet proposed.

A draft belongs to one account, post and language. It is kept sentence by sentence, beside the source each was typed
for: when the post is edited, the sentences that stayed keep their words. Each sentence has a *revision*; whoever saves
says which one was on the screen. If another tab saved in between, nothing is overwritten: :class:`Elsewhere` brings
what stands there now, and the person chooses.

::

    tab A reads revision 3, types, saves "…" (3)     → revision 4
    tab B still shows revision 3, saves "…" (3)      → Elsewhere(text of 4, 4)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tamizdat.desk.accounts import Account
from tamizdat.desk.sealed import Name, Sealed
from tamizdat.encoding import Json
from tamizdat.errors import UsageError

MAX_TEXT: Final = 65_536  #: characters of one sentence's translation
MAX_NOTES: Final = 20_000  #: characters of the notes together


@dataclass(frozen=True)
class Line:
    """One sentence of a draft: its source, what was typed, how often it was saved (0: never)."""

    source: str
    target: str
    revision: int = 0


@dataclass(frozen=True)
class Draft:
    """A draft as it is shown: a line for each sentence of the post, and the notes that are to be published with it."""

    post: str
    language: str
    lines: tuple[Line, ...]
    notes: Line
    saved: int = 0  #: when, in seconds; 0: never


class Elsewhere(Exception):
    """The same sentence was saved from another tab or device meanwhile; *line* is what stands there."""

    def __init__(self, line: Line) -> None:
        super().__init__("This was changed in another tab or on another device meanwhile.")
        self.line = line


class Drafts:
    """The drafts of all accounts."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def read(
        self, account: Account, post: str, language: str, sources: Sequence[str], start: Sequence[str], notes: str
    ) -> Draft:
        """The draft; where nothing was typed yet, *start* (a target for each of *sources*) and *notes*."""
        row = self._sealed.get(_shelf(account), _name(post, language))
        if row is None:
            lines = tuple(Line(source, target) for source, target in zip(sources, start, strict=True))
            return Draft(post, language, lines, Line("", notes))
        return Draft(post, language, _matched(row, sources, start), Line("", *row["notes"]), row["saved"])

    def save(self, account: Account, draft: Draft, number: int | None, text: str, revision: int, now: int) -> int:
        """Saves line *number* of *draft*, or its notes (None), and returns the new revision. *revision* is the one that
        was on the screen. Raises :class:`Elsewhere`; :class:`UsageError` for a text that is too long."""
        if len(text) > (MAX_NOTES if number is None else MAX_TEXT):
            raise UsageError("Expected a shorter text; this one is too long to be a sentence.")
        line = draft.notes if number is None else draft.lines[number]
        if text == line.target:
            return line.revision
        if revision != line.revision:
            raise Elsewhere(line)
        kept = [[each.source, each.target, each.revision] for each in draft.lines]
        notes = [draft.notes.target, draft.notes.revision]
        if number is None:
            notes = [text, revision + 1]
        else:
            kept[number] = [line.source, text, revision + 1]
        row: Any = {"post": draft.post, "language": draft.language, "lines": kept, "notes": notes, "saved": now}
        self._sealed.put(_shelf(account), _name(draft.post, draft.language), row)
        return revision + 1

    def drop(self, account: Account, post: str, language: str) -> None:
        """Throws the draft away: it was proposed, or nobody wants it."""
        self._sealed.remove(_shelf(account), _name(post, language))

    def of(self, account: Account) -> list[tuple[str, str, int]]:
        """Post, language and time of each draft of an account, the newest first."""
        found = [(row["post"], row["language"], row["saved"]) for row in self._sealed.all(_shelf(account))]
        return sorted(found, key=lambda each: -each[2])

    def is_begun(self, account: Account, post: str, language: str) -> bool:
        """Whether the account has a draft of this."""
        return self._sealed.get(_shelf(account), _name(post, language)) is not None


def _shelf(account: Account) -> Name:
    return "drafts", account.id


def _name(post: str, language: str) -> Name:
    return "draft", post, language


def _matched(row: dict[str, Any], sources: Sequence[str], start: Sequence[str]) -> tuple[Line, ...]:
    """A line for each source: the kept one of the same source, in order where a source stands twice."""
    kept: dict[str, list[Line]] = {}
    for source, target, revision in row["lines"]:
        kept.setdefault(source, []).append(Line(source, target, revision))
    lines = []
    for source, target in zip(sources, start, strict=True):
        same = kept.get(source)
        line = same.pop(0) if same else Line(source, target)
        lines.append(line if line.revision else Line(source, target))
    return tuple(lines)


def as_json(line: Line) -> dict[str, Json]:
    """A line for the page's script."""
    return {"text": line.target, "revision": line.revision}
