"""Drafts: what somebody has typed and not yet proposed.

A draft belongs to one account, post and language. It is kept sentence by sentence, beside the source each was typed
for: when the post is edited, the sentences that stayed keep their words, and words whose sentence is gone are *left*
until somebody takes them or sets them aside. Each sentence has a *revision*; whoever saves says which one was on the
screen. If another tab saved in between, nothing is overwritten: what stands there now comes back, and the person
chooses.

::

    tab A reads revision 3, types, saves "…" (3)     → revision 4
    tab B still shows revision 3, saves "…" (3)      → elsewhere: the text of 4, and its revision
    tab C was opened before the post was edited      → left: its words, for the sentence that C still shows

The first revision of a sentence is the second in which it was saved, so that a tab of before a draft was proposed or
deleted never has the revision of the draft after it.

A deleted draft is kept for :data:`KEPT` seconds and can be brought back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Annotated, Final, NamedTuple

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, sha256_hex
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.ledger.shapes import OPTIONAL, SUBJECT, flag, members_of, record, several, shown, text, whole
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.sealed_store import Name, Sealed

NOTES: Final = -1  #: the place of the notes among the sentences
MAX_TEXT: Final = 65_536  #: characters of one sentence's translation
MAX_NOTES: Final = 20_000  #: characters of the notes together
MAX_LEFT: Final = 2_000  #: sentences that are gone and have words
KEPT: Final = 7 * 24 * 3600  #: seconds for which a deleted draft can be brought back


@dataclass(frozen=True)
class Line:
    """One sentence of a draft: its source, what was typed, and the revision (0: never saved)."""

    source: str
    target: str
    revision: int = 0


@dataclass(frozen=True)
class Left:
    """Words that were typed for a sentence that the post does not have any more.

    *key* tells which (:func:`sentence_keys`), *place* where it stood; its source is empty where nobody knows it. What
    was set *aside* is shown folded.
    """

    key: str
    place: int
    line: Line
    aside: bool = False


@dataclass(frozen=True)
class Draft:
    """A draft as it is shown: a line for each sentence of the post, and the notes that are to be published with it."""

    post: str
    language: str
    lines: tuple[Line, ...]
    notes: Line
    saved: int = 0  #: when, in seconds; 0: never
    left: Annotated[tuple[Left, ...], OPTIONAL] = ()
    edited: Annotated[bool, SUBJECT] = False  #: whether the post has other sentences than when this was saved

    @property
    def sources(self) -> list[str]:
        """The sentences."""
        return [each.source for each in self.lines]


class Typed(NamedTuple):
    """What a page sent for one field: the *place* on that page, the text, the revision that was on the screen.

    *of* is the key of the sentence that the page shows there, *source* its words if they are known; without a key it
    is the sentence that now has that place.
    """

    place: int
    target: str
    revision: int
    of: str = ""
    source: str = ""


@dataclass(frozen=True)
class Saved:
    """What came of saving: the draft as it is now, and the revisions of what was sent, by its place on the page.

    Also, of what was saved elsewhere meanwhile and therefore not written over, what stands there. The notes have the
    place :data:`NOTES`.
    """

    draft: Draft
    revisions: dict[int, int]
    elsewhere: dict[int, Line]


@dataclass(frozen=True)
class _Deleted:
    """A draft that was deleted, and when, in seconds."""

    when: int
    draft: Draft


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
        lines, left = _matched(kept, sources, start)
        return replace(kept, lines=lines, left=left, edited=kept.sources != list(sources))

    def save(self, account: Account, draft: Draft, typed: Sequence[tuple[int, str, int] | Typed], now: int) -> Saved:
        """Save each field that was typed in. Raises :class:`UsageError` for a text that is too long."""
        lines = {NOTES: draft.notes, **dict(enumerate(draft.lines))}
        left, places = list(draft.left), {key: place for place, key in enumerate(sentence_keys(draft.sources))}
        revisions, elsewhere, changed = {}, {}, False
        for each in typed:
            one = Typed(*each)
            _check_length(one)
            place = places.get(one.of) if one.of and one.place != NOTES else one.place
            gone = next((at for at, old in enumerate(left) if old.key == one.of), len(left)) if place is None else None
            if place is not None:
                line = lines[place]
            elif gone is not None and gone < len(left):
                line = left[gone].line
            else:
                line = Line(one.source, "", one.revision)
            if one.target != line.target and one.revision != line.revision:
                elsewhere[one.place] = line
                continue
            if one.target != line.target:
                line, changed = Line(line.source, one.target, line.revision + 1 if line.revision else now), True
                if place is not None:
                    lines[place] = line
                elif gone is not None:
                    left[gone : gone + 1] = [Left(one.of, one.place, line)]
            revisions[one.place] = line.revision
        if len(left) > max(MAX_LEFT, len(draft.left)):
            raise UsageError(_("Expected sentences of this post, found others. Load the page again."))
        notes = lines.pop(NOTES)
        saved = replace(draft, lines=tuple(lines.values()), notes=notes, left=tuple(left))
        return Saved(self._kept(account, saved, now) if changed else saved, revisions, elsewhere)

    def take(self, account: Account, draft: Draft, key: str, place: int, now: int) -> Draft:
        """Put words that were left behind what stands at *place*, and save."""
        old = _left(draft, key)
        line = draft.lines[place]
        both = "\n".join(each for each in (line.target.rstrip(), old.line.target) if each.strip())
        _check_length(Typed(place, both, 0))
        lines = list(draft.lines)
        lines[place] = Line(line.source, both, line.revision + 1 if line.revision else now)
        left = tuple(each for each in draft.left if each.key != key)
        return self._kept(account, replace(draft, lines=tuple(lines), left=left), now)

    def set_aside(self, account: Account, draft: Draft, key: str, now: int) -> Draft:
        """Fold words that were left away, or unfold them, and save."""
        old = _left(draft, key)
        left = tuple(replace(each, aside=not each.aside) if each is old else each for each in draft.left)
        return self._kept(account, replace(draft, left=left), now)

    def _kept(self, account: Account, draft: Draft, now: int) -> Draft:
        saved = replace(draft, saved=now)
        self._sealed.put(_shelf(account), _name(draft.post, draft.language), _row(saved))
        return saved

    def drop(self, account: Account, post: str, language: str, now: int | None = None) -> None:
        """Delete the draft: it was proposed, or nobody wants it.

        With *now* it can be brought back for a while; without, only words that were left can.
        """
        kept = self._sealed.get(_shelf(account), _name(post, language), _DRAFT)
        if kept is None:
            return
        if now is not None or any(not each.aside for each in kept.left):
            when = kept.saved if now is None else now
            self._sealed.put(_bin(account), (*_name(post, language), str(when)), {"when": when, "draft": _row(kept)})
        self._sealed.remove(_shelf(account), _name(post, language))

    def deleted(self, account: Account, post: str, language: str, now: int) -> list[tuple[int, Draft]]:
        """Return when drafts of this were deleted, and those drafts, the newest first; what is too old goes."""
        found = []
        for each in self._sealed.all(_bin(account), _DELETED):
            if each.when + KEPT < now:
                place = *_name(each.draft.post, each.draft.language), str(each.when)
                self._sealed.remove(_bin(account), place)
            elif (each.draft.post, each.draft.language) == (post, language):
                found.append((each.when, each.draft))
        return sorted(found, key=lambda each: -each[0])

    def bring_back(self, account: Account, draft: Draft, now: int) -> Draft:
        """Return the draft with the words of the one that was deleted last; where both have words, both are kept.

        Raises :class:`UsageError` if there is none to bring back.
        """
        deleted = self.deleted(account, draft.post, draft.language, now)
        if not deleted:
            raise UsageError(_("There is no deleted draft of this any more. Load the page again."))
        when, old = deleted[0]
        lines, left = _joined(draft, old)
        notes = draft.notes if draft.notes.revision or not old.notes.revision else old.notes
        back = self._kept(account, replace(draft, lines=lines, left=left, notes=notes), now)
        self._sealed.remove(_bin(account), (*_name(draft.post, draft.language), str(when)))
        return back

    def forget(self, account: Account, posts: Collection[str]) -> None:
        """Delete what the account typed of these posts, and what it deleted and could bring back."""
        for draft in self._sealed.all(_shelf(account), _DRAFT):
            if draft.post in posts:
                self._sealed.remove(_shelf(account), _name(draft.post, draft.language))
        for each in self._sealed.all(_bin(account), _DELETED):
            if each.draft.post in posts:
                place = *_name(each.draft.post, each.draft.language), str(each.when)
                self._sealed.remove(_bin(account), place)

    def of(self, account: Account) -> list[tuple[str, str, int]]:
        """Return post, language and time of each draft of an account, the newest first."""
        found = [(each.post, each.language, each.saved) for each in self._sealed.all(_shelf(account), _DRAFT)]
        return sorted(found, key=lambda each: -each[2])

    def words(self, account: Account, post: str, language: str) -> list[str]:
        """Return all that the account typed in a draft, whatever became of its post."""
        kept = self._sealed.get(_shelf(account), _name(post, language), _DRAFT)
        if kept is None:
            return []
        lines = (*kept.lines, *(each.line for each in kept.left), kept.notes)
        return [each.target for each in lines if each.revision and each.target.strip()]

    def is_begun(self, account: Account, post: str, language: str) -> bool:
        """Tell whether the account has a draft of this."""
        return self._sealed.get(_shelf(account), _name(post, language), _DRAFT) is not None


def sentence_keys(sources: Iterable[str]) -> list[str]:
    """Return what tells each sentence from the others whatever its place: a digest, and which of those alike it is.

    >>> [each[-2:] for each in sentence_keys(["no", "no", "yes"])]
    ['.0', '.1', '.0']
    """
    seen: dict[str, int] = {}
    keys = []
    for source in sources:
        digest = sha256_hex(source.encode("utf-8", "surrogatepass"))[:12]
        keys.append(f"{digest}.{seen.setdefault(digest, 0)}")
        seen[digest] += 1
    return keys


def _shelf(account: Account) -> Name:
    return "drafts", account.id


def _bin(account: Account) -> Name:
    return "deleted drafts", account.id


def _name(post: str, language: str) -> Name:
    return "draft", post, language


def _check_length(typed: Typed) -> None:
    most, size = MAX_NOTES if typed.place == NOTES else MAX_TEXT, len(typed.target)
    if size > most:
        raise UsageError(
            _("Expected at most %(most)s characters, found %(size)s. Shorten the text.", most=most, size=size)
        )


def _left(draft: Draft, key: str) -> Left:
    found = next((each for each in draft.left if each.key == key), None)
    if found is None:
        raise UsageError(_("These words are not here any more: they were taken already. Load the page again."))
    return found


def _matched(kept: Draft, sources: Sequence[str], start: Sequence[str]) -> tuple[tuple[Line, ...], tuple[Left, ...]]:
    """Return a line for each source, and the words whose source is not there.

    A line is the kept one of the same source, in order where a source stands twice. What was left comes back with its
    sentence.
    """
    same: dict[str, list[tuple[int, Line]]] = {}
    for place, each in enumerate(kept.lines):
        same.setdefault(each.source, []).append((place, each))
    lines = []
    for source, target in zip(sources, start, strict=True):
        line = same[source].pop(0)[1] if same.get(source) else Line(source, target)
        lines.append(line if line.revision else Line(source, target))
    keys = sentence_keys(kept.sources)
    gone = sorted(each for many in same.values() for each in many)
    left = list(kept.left)
    for place, line in gone:
        if line.revision and line.target.strip():
            left.append(Left(_unused(keys[place], left), place, line))
    at = {key: place for place, key in enumerate(sentence_keys(sources))}
    for old in tuple(left):
        back = at.get(old.key)
        if back is not None and not lines[back].revision and not old.aside:
            lines[back] = replace(old.line, source=sources[back])
            left.remove(old)
    return tuple(lines), tuple(left)


def _joined(draft: Draft, old: Draft) -> tuple[tuple[Line, ...], tuple[Left, ...]]:
    """Return the lines of *draft* with what *old* has where nothing was typed since, and its other words as left."""
    now, left = _matched(replace(old, left=()), draft.sources, [each.target for each in draft.lines])
    lines, more = list(draft.lines), [*draft.left]
    keys = sentence_keys(draft.sources)
    for place, (line, was) in enumerate(zip(draft.lines, now, strict=True)):
        if was.revision and not line.revision:
            lines[place] = was
        elif was.revision and was.target.strip() and was.target != line.target:
            more.append(Left(_unused(keys[place] + "-", more), place, was))
    for each in (*old.left, *left):
        more.append(replace(each, key=_unused(each.key, more)))
    return tuple(lines), tuple(more)


def _unused(key: str, left: Iterable[Left]) -> str:
    """Return a key that no other words have."""
    known = {each.key for each in left}
    while key in known:
        key += "-"
    return key


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


_LEFT: Final = record(Left, key=text, place=whole, line=_line, aside=flag)
_DRAFT: Final = record(
    Draft, post=text, language=text, lines=several(_line), notes=_notes, saved=whole, left=several(_LEFT)
)
_DELETED: Final = record(_Deleted, when=whole, draft=_DRAFT)


def _row(draft: Draft) -> Json:
    """Return the draft as :data:`_DRAFT` reads it."""
    lines: list[Json] = [[each.source, each.target, each.revision] for each in draft.lines]
    notes: list[Json] = [draft.notes.target, draft.notes.revision]
    about: dict[str, Json] = {"post": draft.post, "language": draft.language, "saved": draft.saved}
    left: list[Json] = [
        {**members_of(each), "line": [each.line.source, each.line.target, each.line.revision]} for each in draft.left
    ]
    return {**about, "lines": lines, "notes": notes, **({"left": left} if left else {})}
