"""A piece of work: one post into one language, as the person who translates or reviews it needs it on one page.

Every sentence comes with what was typed so far, terms of the glossary marked in the source, what the memory suggests
and what a check finds odd. All of it can be asked for one sentence alone, too, while somebody types.
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views.translations import Review, Translation
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.text.languages import LANGUAGE
from tamizdat.translation.checks import Finding, check
from tamizdat.translation.difference import Change, difference
from tamizdat.translation.glossary import Hit, Term, hits, terms
from tamizdat.translation.memory import Memory, Suggestion
from tamizdat.translation.queue import changes
from tamizdat.translation.segments import Segment, joined, segments_of
from tamizdat.web.request import Forbidden, NotFound
from tamizdat.workbench.auth.accounts import Account, Accounts
from tamizdat.workbench.content.post_view import PostView, as_seen_by, may_read, read_text, translated_of
from tamizdat.workbench.drafts.translations import Draft, Drafts, Line
from tamizdat.workbench.l10n import gettext as _

HELPED: Final = 40  #: sentences whose suggestions come with the page; the script asks for others


@dataclass(frozen=True)
class Mark:
    """A stretch of a source; *term* if the glossary knows it."""

    text: str
    term: Term | None = None


@dataclass(frozen=True)
class Piece:
    """One sentence."""

    number: int
    segment: Segment
    line: Line
    marks: tuple[Mark, ...]
    suggestions: tuple[tuple[int, Suggestion], ...]  #: with their places among all; what was typed is left out
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Work:
    """One post into one language. *latest* is its newest translation, *stale* whether the post was edited since."""

    reading: PostView
    language: str
    segments: tuple[Segment, ...]
    tail: str
    history: tuple[Translation, ...]
    tag: str  #: of the account that looks at it
    unshown: Translation | None = None  #: the newest, if it holds words of others that may not be shown any more

    @property
    def latest(self) -> Translation | None:
        """The newest translation."""
        return self.history[-1] if self.history else None

    @property
    def stale(self) -> bool:
        """Whether the post says something else now than what was translated."""
        return self.latest is not None and self.latest.text != sha256_hex(self.reading.whole.encode())

    def changed(self, archive: Archive) -> list[Change]:
        """Return how the post differs from what was translated."""
        return changes(archive, self.latest) if self.latest else []

    @property
    def own(self) -> bool:
        """Whether the newest translation is this account's."""
        return self.latest is not None and self.latest.by == self.tag

    @property
    def sources(self) -> list[str]:
        """The sentences."""
        return [each.source for each in self.segments]

    def start(self) -> list[str]:
        """Return what a new draft begins with: the targets of the newest translation, for sentences that stayed."""
        kept: dict[str, list[str]] = {}
        newest = self.unshown or self.latest
        for each in newest.segments if newest else ():
            kept.setdefault(each.source, []).append(each.target)
        return [kept[source].pop(0) if kept.get(source) else "" for source in self.sources]


def open_work(archive: Archive, account: Account, number: int, language: str) -> Work:
    """Return the work on post *number* into *language*.

    Raises :class:`NotFound` if there is no such post or nothing to translate, :class:`Forbidden` if it is not one of
    the account's languages.
    """
    reading = read_text(archive, number)
    if reading is None or reading.number != number or not may_read(account, reading):
        raise NotFound
    if not LANGUAGE.fullmatch(language) or language == reading.version.language:
        raise NotFound
    if not account.speaks(language):
        raise Forbidden(_("This is not one of your languages. An editor can add it under Accounts."))
    found, tail = segments_of(reading.version, reading.whole)
    seen, tag = as_seen_by(account, reading), account.tag(reading.post, language)
    every = archive.index.translations.history(reading.post, language)
    history = translated_of(seen, every)
    told = {each.number for each in seen.every}
    unshown = every[-1] if every and every[-1] not in history and every[-1].source.index in told else None
    return Work(seen, language, tuple(found), tail, tuple(history), tag, unshown)


def draft_of(drafts: Drafts, account: Account, work: Work) -> Draft:
    """Return what the account has typed so far."""
    notes = "\n\n".join(work.latest.notes) if work.latest else ""
    return drafts.read(account, work.reading.post, work.language, work.sources, work.start(), notes)


def pieces(archive: Archive, work: Work, targets: Sequence[Line], helped: int = HELPED) -> list[Piece]:
    """Return the sentences with terms, suggestions and findings; suggestions for the first *helped* of them."""
    known, memory = terms(archive), Memory(archive)
    found = []
    for number, (segment, line) in enumerate(zip(work.segments, targets, strict=True)):
        here = _hits(segment.source, known, work)
        every = _suggested(memory, work, segment.source) if number < helped else []
        suggested = tuple((place, each) for place, each in enumerate(every) if each.target != line.target)
        odd = tuple(check(segment.source, line.target, work.language, here)) if line.target.strip() else ()
        found.append(Piece(number, segment, line, tuple(marks(segment.source, here)), suggested, odd))
    return found


def suggestions_for(archive: Archive, work: Work, number: int) -> list[Suggestion]:
    """Return what the memory suggests for one sentence."""
    return _suggested(Memory(archive), work, work.segments[number].source)


def findings_for(archive: Archive, work: Work, number: int, target: str) -> list[Finding]:
    """Return what the checks find odd about *target* for one sentence."""
    source = work.segments[number].source
    return check(source, target, work.language, _hits(source, terms(archive), work))


def whole_findings(archive: Archive, work: Work, targets: Sequence[str]) -> list[Finding]:
    """Return what the checks find odd about the text as a whole: its speakers."""
    if not all(each.strip() for each in targets):
        return []
    target = joined(work.segments, work.tail, targets, work.language)
    return [each for each in check(work.reading.whole, target, work.language) if each.kind == "speaker"]


def doubted_numbers(work: Work, targets: Sequence[str]) -> list[tuple[int, Finding]]:
    """Return the numbers that a sentence lacks, or adds to its source, each with the place of the sentence."""
    found = []
    for place, (source, target) in enumerate(zip(work.sources, targets, strict=True)):
        odd = check(source, target, work.language) if target.strip() else []
        found += [(place, each) for each in odd if each.kind in ("number", "added")]
    return found


def _hits(source: str, known: Sequence[Term], work: Work) -> list[Hit]:
    return hits(source, [each for each in known if each.into(work.language)])


def _suggested(memory: Memory, work: Work, source: str) -> list[Suggestion]:
    return memory.suggest(source, work.reading.version.language, work.language)


def marks(source: str, found: Sequence[Hit]) -> list[Mark]:
    """Return the source, cut where terms begin and end."""
    made, position = [], 0
    for hit in found:
        made += [Mark(source[position : hit.start])] if hit.start > position else []
        made.append(Mark(source[hit.start : hit.end], hit.term))
        position = hit.end
    return [*made, Mark(source[position:])] if position < len(source) else made


@dataclass(frozen=True)
class HistoryEntry:
    """A translation in its history: by whom, as far as this desk knows, with its reviews, and what it changed."""

    translation: Translation
    by: str
    reviews: tuple[tuple[Review, str], ...]
    changed: tuple[Change, ...]


def history(archive: Archive, accounts: Accounts, work: Work) -> list[HistoryEntry]:
    """Return every translation there was, the newest first."""
    names = {tag: each.name for tag, each in accounts.known_by(work.reading.post, work.language).items()}
    found, before = [], ""
    for each in work.history:
        reviews = archive.index.translations.reviews(each.number)
        by_whom = tuple((review, names.get(review.by, _("an account of another desk"))) for review in reviews)
        changed = tuple(difference(before, each.target)) if before else ()
        found.append(HistoryEntry(each, names.get(each.by, _("an account of another desk")), by_whom, changed))
        before = each.target
    return found[::-1]


def others(accounts: Accounts, drafts: Drafts, account: Account, work: Work) -> list[Account]:
    """Return who else has a draft of this."""
    return [
        each
        for each in accounts.all()
        if each.id != account.id and drafts.is_begun(each, work.reading.post, work.language)
    ]
