"""The glossary: how names and terms are to be translated, and where they stand in a text.

A term is a ``catalogued`` statement with the subject ``term`` (``docs/spec/translation.md``). It has *variants*, the
ways it is written in its own language, and *targets* in others, the preferred one first::

    {"language": "zh", "variants": ["豆腐渣工程", "豆腐渣"], "kind": "term", "note": "shoddy building",
     "targets": {"en": ["tofu-dregs construction", "tofu dregs"]}, "retired": false}

In a text a variant is found whatever its case and width, simplified or traditional; in scripts that space their words,
as a whole word. The longest match wins, and no two overlap. In a translation a target counts as used if its words stand
there in that order, each with another ending perhaps.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import ahocorasick

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import state
from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.statements.catalogued import CataloguedTerm, TermEntry
from tamizdat.text.languages import checked_language, primary_subtag
from tamizdat.text.rules import checked_choice, checked_text
from tamizdat.text.tokens import folded

KINDS: Final = ("person", "place", "organisation", "term")
# The bounds of docs/spec/translation.md.
MAX_WORDS: Final = 200  #: characters of a variant or target
MAX_MANY: Final = 50  #: variants, languages, targets of a language
MAX_NOTE: Final = 2_000  #: characters
_SPACED: Final = re.compile("[A-Za-z0-9\u00c0-\u02af\u0370-\u058f\u0590-\u08ff\u0900-\u0dff\u1e00-\u1fff\u10a0-\u10ff]")
_ARABIC: Final = re.compile("[\u0620-\u06ff]")
_CLITICS: Final = frozenset("وفبكلاس")  # written onto the next word in Arabic: and, so, in, as, for, the
_WORD: Final = re.compile(r"[^\W_]+")
_PLACES: Final = 32  #: glossaries that are kept ready for a search


@dataclass(frozen=True)
class Term:
    """A term. ``number`` is the index of the first statement about it, ``latest`` of the one that counts."""

    number: int
    latest: int
    language: str
    variants: tuple[str, ...]
    targets: Mapping[str, tuple[str, ...]]
    note: str = ""
    kind: str = "term"
    retired: bool = False

    def into(self, language: str) -> tuple[str, ...]:
        """Return the targets in a language: of exactly this tag, or else of the language without script and region."""
        return self.targets.get(language) or self.targets.get(primary_subtag(language)) or ()

    def entry(self) -> TermEntry:
        """Return the entry as the term's statement has it."""
        return TermEntry(self.language, self.variants, self.targets, self.note, self.kind, self.retired)


@dataclass(frozen=True)
class Hit:
    """A term in a text, from *start* to *end*."""

    start: int
    end: int
    term: Term


_READ: Final[WeakKeyDictionary[Archive, tuple[tuple[int, int], tuple[Term, ...]]]] = WeakKeyDictionary()


def terms(archive: Archive, retired: bool = False) -> list[Term]:
    """Return the terms of the glossary, the retired ones only if asked for; statements of another form add nothing."""
    translations = archive.index.translations
    stamp = translations.terms_stamp()
    read, known = _READ.get(archive, ((-1, -1), ()))
    if read != stamp:
        known = tuple(_terms(translations.terms()))
        _READ[archive] = (stamp, known)
    return [each for each in known if retired or not each.retired]


def state_term(archive: Archive, desk: SigningKey, entry: TermEntry, number: int | None = None) -> int:
    """State *entry* of a new term, or of term *number*, completely; return the number.

    A term that says the same already is left as it is. Raises :class:`UsageError` for what may not be stated.
    """
    known = {each.number: each for each in terms(archive, retired=True)}
    if number is not None and number not in known:
        raise UsageError(f"Expected the number of a term of the glossary, found {number}, which is none.")
    term = checked(entry, known[number] if number is not None else None)
    if number is not None and known[number].entry() == term.entry():
        return number
    _refuse_a_second(term, [each for each in known.values() if each.number != number])
    [index] = state(archive, desk, [CataloguedTerm(number, term.entry()).to_statement()])
    return index if number is None else number


def _refuse_a_second(term: Term, others: Iterable[Term]) -> None:
    """Refuse a form that another term of the language has: a text would be marked with one of the two, by chance."""
    if term.retired:
        return
    forms = {folded(each).strip(): each for each in term.variants}
    for other in others:
        shared = next((each for each in other.variants if folded(each).strip() in forms), None)
        if shared is not None and not other.retired and primary_subtag(other.language) == primary_subtag(term.language):
            into = "; ".join(f"{language} {' / '.join(words)}" for language, words in other.targets.items())
            raise UsageError(
                f"Expected forms that no other term has, found {shared!r}, which is a form of term {other.number} "
                f"already{f' ({into})' if into else ''}. Add the other translation there, or retire that term."
            )


def checked(entry: TermEntry, known: Term | None = None) -> Term:
    """Return the term of *entry*, without a number yet, if a person may type its words (:mod:`tamizdat.text.rules`).

    Words that *known* has already are not judged again. Raises :class:`UsageError`.
    """
    before = set(_words(known.entry())) if known else set()
    for what, text in _words(entry):
        if (what, text) not in before:
            checked_text(what, text, MAX_NOTE if what == "note" else MAX_WORDS, lines=what == "note")
    _check(entry)
    return _term(-1, -1, entry)


def _words(entry: TermEntry) -> Iterator[tuple[str, str]]:
    """Yield each text of an entry, and what it is."""
    yield from (("variant", each) for each in entry.variants)
    yield from (("target", each) for words in entry.targets.values() for each in words)
    yield "note", entry.note


def _term(number: int, latest: int, entry: TermEntry) -> Term:
    into = {language: words for language, words in entry.targets.items() if words}
    return Term(number, latest, entry.language, entry.variants, into, entry.note, entry.kind, entry.retired)


def _terms(stated: Iterable[tuple[int, int, TermEntry]]) -> Iterator[Term]:
    """Yield what was stated of each term, where it can be one."""
    for number, latest, entry in stated:
        with suppress(UsageError):
            _check(entry)
            yield _term(number, latest, entry)


def _check(entry: TermEntry) -> None:
    """Raise :class:`UsageError` that says what keeps an entry from being a term."""
    for tag in (entry.language, *entry.targets):
        checked_language(tag)
    checked_choice("kind", entry.kind, KINDS)
    if len(entry.note) > MAX_NOTE:
        raise UsageError(f"Expected a note of at most {MAX_NOTE:,} characters, found {len(entry.note):,}.")
    if not entry.variants:
        raise UsageError("Expected at least one variant, the way the term is written, found none.")
    for what, several in (("targets", tuple(entry.targets)), ("variants", entry.variants), *entry.targets.items()):
        if len(several) > MAX_MANY:
            raise UsageError(f"{what}: expected at most {MAX_MANY}, found {len(several)}.")
    for word in (*entry.variants, *(word for words in entry.targets.values() for word in words)):
        if not _is_word(word):
            raise UsageError(
                f"Expected words of 1 to {MAX_WORDS} characters on one line, without a bar and without white space "
                f"around them, found {word[:40]!r}."
            )


def _is_word(word: str) -> bool:
    odd = any(letter < " " or letter == "|" or "\ud800" <= letter <= "\udfff" for letter in word)
    return 0 < len(word) <= MAX_WORDS and word == word.strip() and not odd and bool(folded(word).strip())


def hits(text: str, terms: Iterable[Term]) -> list[Hit]:
    """Find where *terms* stand in *text*, in order: the longest first where they overlap."""
    automaton = _automaton(tuple(_Held(each) for each in terms))
    if not automaton:
        return []
    plain, places = _plain(text)
    found = []
    for last, (length, term) in automaton.iter(plain):
        first = last - length + 1
        if _is_whole(plain, first, last + 1):
            found.append(Hit(places[first][0], places[last][1], term))
    taken: list[Hit] = []
    free = bytearray(b"\1" * len(text))
    for hit in sorted(found, key=lambda each: (each.start - each.end, each.start, each.term.number)):
        if all(free[hit.start : hit.end]):
            free[hit.start : hit.end] = bytes(hit.end - hit.start)
            taken.append(hit)
    return sorted(taken, key=lambda each: each.start)


class _Held:
    """A term that is equal to another one of the same number, latest statement and variants."""

    def __init__(self, term: Term) -> None:
        self.term = term
        self._key = (term.number, term.latest, term.variants)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(_PLACES)
def _automaton(held: tuple[_Held, ...]) -> Any:
    automaton = ahocorasick.Automaton()
    for each in reversed(held):  # of two terms with the same variant the first one is found
        for variant in each.term.variants:
            word = folded(variant).strip()
            automaton.add_word(word, (len(word), each.term))
    if not len(automaton):
        return None
    automaton.make_automaton()
    return automaton


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return *text*, folded, and where each letter of that stands in it."""
    letters, places = [], []
    for at, letter in enumerate(text):
        plain = folded(letter)
        letters.append(plain)
        places += [(at, at + 1)] * len(plain)
    return "".join(letters), places


def _is_whole(text: str, start: int, end: int) -> bool:
    """Return whether the words from *start* to *end* are whole: no letter of a spaced script goes on before or behind.

    In Arabic, short words may be written onto them.
    """
    if end < len(text) and _is_spaced(text[end]) and _is_spaced(text[end - 1]):
        return False
    before = start
    while before and _is_spaced(text[start]) and _is_spaced(text[before - 1]):
        before -= 1
    clitics = text[before:start]
    return not clitics or (len(clitics) <= 4 and bool(_ARABIC.match(text[start])) and set(clitics) <= _CLITICS)


def _is_spaced(letter: str) -> bool:
    return letter.isalnum() and _SPACED.match(letter) is not None


def is_used(target: str, words: str) -> bool:
    """Return whether *words* (a target of a term) stand in the translation *target*, with other endings perhaps.

    >>> is_used("под школами", "школа"), is_used("the Tofu Dregs buildings", "tofu-dregs building")
    (True, True)
    """
    text, wanted = folded(target), folded(words).strip()
    if not _SPACED.search(wanted):
        return wanted in text
    stems = [_stem(each) for each in _WORD.findall(wanted)]
    said = _WORD.findall(text)
    return any(_begin(said[at:], stems) for at in range(len(said) - len(stems) + 1))


def _begin(said: Sequence[str], stems: Sequence[str]) -> bool:
    return all(
        stem in word if _ARABIC.match(stem) else word.startswith(stem) for word, stem in zip(said, stems, strict=False)
    )


def _stem(word: str) -> str:
    """Return what is left of a word in every case and number, as far as that can be said of all languages at once."""
    if not word[-1].isalpha() or len(word) < 4:
        return word
    return word[: max(3, len(word) - 2)]


def missing(language: str, target: str, found: Iterable[Hit]) -> Iterator[Term]:
    """Yield the terms among *found* of whose targets in *language* none is used in *target*, each once."""
    told = set()
    for hit in found:
        wanted = hit.term.into(language)
        if wanted and hit.term.number not in told and not any(is_used(target, words) for words in wanted):
            told.add(hit.term.number)
            yield hit.term
