"""Drafts: what somebody has typed and not yet proposed.

A draft belongs to one account, post and language. It is kept sentence by sentence, beside the source each was typed
for: when the post is edited, the sentences that stayed keep their words. Each sentence has a *revision*; whoever saves
says which one was on the screen. If another tab saved in between, nothing is overwritten: what stands there now comes
back, and the person chooses.

::

    tab A reads revision 3, types, saves "…" (3)     → revision 4
    tab B still shows revision 3, saves "…" (3)      → elsewhere: the text of 4, and its revision
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tamizdat.encoding import Json
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.ledger.shapes import record, several, shown, text, whole
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed

NOTES: Final = -1  #: the place of the notes among the sentences
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


@dataclass(frozen=True)
class Saved:
    """What came of saving: the draft as it is now, and the revisions of what was sent.

    Also, of what was saved elsewhere meanwhile and therefore not written over, what stands there. The notes have the
    place :data:`NOTES`.
    """

    draft: Draft
    revisions: dict[int, int]
    elsewhere: dict[int, Line]


class Drafts:
    """The drafts of all accounts."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def read(
        self, account: Account, post: str, language: str, sources: Sequence[str], start: Sequence[str], notes: str
    ) -> Draft:
        """Return the draft; where nothing was typed yet, *start* (a target for each of *sources*) and *notes*."""
        kept = self._sealed.get(_shelf(account), _name(post, language), _DRAFT)
        if kept is None:
            lines = tuple(Line(source, target) for source, target in zip(sources, start, strict=True))
            return Draft(post, language, lines, Line("", notes))
        return replace(kept, lines=_matched(kept.lines, sources, start))

    def save(self, account: Account, draft: Draft, typed: Sequence[tuple[int, str, int]], now: int) -> Saved:
        """Save place, target and revision of each field. Raises :class:`UsageError` for a text that is too long."""
        lines = {NOTES: draft.notes, **dict(enumerate(draft.lines))}
        revisions, elsewhere, changed = {}, {}, False
        for place, target, revision in typed:
            line = lines[place]
            most = MAX_NOTES if place == NOTES else MAX_TEXT
            if len(target) > most:
                raise UsageError(
                    _(
                        "Expected at most %(most)s characters, found %(size)s. Shorten the text.",
                        most=most,
                        size=len(target),
                    )
                )
            if target != line.target and revision != line.revision:
                elsewhere[place] = line
                continue
            if target != line.target:
                lines[place], changed = Line(line.source, target, line.revision + 1), True
            revisions[place] = lines[place].revision
        notes = lines.pop(NOTES)
        saved = replace(draft, lines=tuple(lines.values()), notes=notes, saved=now if changed else draft.saved)
        if changed:
            self._sealed.put(_shelf(account), _name(draft.post, draft.language), _row(saved))
        return Saved(saved, revisions, elsewhere)

    def drop(self, account: Account, post: str, language: str) -> None:
        """Delete the draft: it was proposed, or nobody wants it."""
        self._sealed.remove(_shelf(account), _name(post, language))

    def of(self, account: Account) -> list[tuple[str, str, int]]:
        """Return post, language and time of each draft of an account, the newest first."""
        found = [(each.post, each.language, each.saved) for each in self._sealed.all(_shelf(account), _DRAFT)]
        return sorted(found, key=lambda each: -each[2])

    def is_begun(self, account: Account, post: str, language: str) -> bool:
        """Tell whether the account has a draft of this."""
        return self._sealed.get(_shelf(account), _name(post, language), _DRAFT) is not None


def _shelf(account: Account) -> Name:
    return "drafts", account.id


def _name(post: str, language: str) -> Name:
    return "draft", post, language


def _matched(saved: Sequence[Line], sources: Sequence[str], start: Sequence[str]) -> tuple[Line, ...]:
    """Return a line for each source: the kept one of the same source, in order where a source stands twice."""
    kept: dict[str, list[Line]] = {}
    for each in saved:
        kept.setdefault(each.source, []).append(each)
    lines = []
    for source, target in zip(sources, start, strict=True):
        same = kept.get(source)
        line = same.pop(0) if same else Line(source, target)
        lines.append(line if line.revision else Line(source, target))
    return tuple(lines)


def _line(value: object) -> Line:
    match value:
        case [str(source), str(target), int(revision)]:
            return Line(source, target, revision)
    raise BadEncoding(f"Expected a sentence, its translation and its revision, found {shown(value)}.")


def _notes(value: object) -> Line:
    match value:
        case [str(target), int(revision)]:
            return Line("", target, revision)
    raise BadEncoding(f"Expected notes and their revision, found {shown(value)}.")


_DRAFT: Final = record(Draft, post=text, language=text, lines=several(_line), notes=_notes, saved=whole)


def _row(draft: Draft) -> Json:
    """Return the draft as :data:`_DRAFT` reads it."""
    lines: list[Json] = [[each.source, each.target, each.revision] for each in draft.lines]
    notes: list[Json] = [draft.notes.target, draft.notes.revision]
    about: dict[str, Json] = {"post": draft.post, "language": draft.language, "saved": draft.saved}
    return {**about, "lines": lines, "notes": notes}
