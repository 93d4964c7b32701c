"""What a person types, as terms to look for; and where they stand in what was found.

Words are joined by *and*; what stands in quotation marks (" “ 「 『 «) must stand together. A word of an alphabet also
finds longer words that begin with it, unless it is quoted::

    遇难学生           the pairs 遇难 难学 学生, one after the other
    school 地震        a word that begins with "school", and 地震
    "the school"       these two words, whole, one after the other
    5,219              also 5219, 5 219, ٥٢١٩: a number of four digits or more, with its thousands apart or not

Nothing that is typed is ever read as a language: it is cut into tokens, and only tokens are asked for.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.text.tokens import Piece, folded, pieces, tokens

MAX_QUERY: Final = 4_000  #: characters
MAX_TERMS: Final = 40
MAX_TOKENS: Final = 400  #: of all terms together
SLICE, OVERLAP = 400, 300  #: characters of a long text looked at in one go, and of what stands before them
BEFORE, SNIPPET = 24, 120  #: characters of a snippet: in front of the first mark, and in all
QUOTED: Final = (  # compiled when it is needed
    '["“”]([^"“”]*)["“”]|「([^」]*)」|『([^』]*)』|«([^»]*)»|(\\S+?)(?=["“”「『«]|\\s|$)'
)
#: a number with its thousands apart; search.js has the same
APART: Final = r"(?<![\dA-Za-z])(?<!\d[\s,，.'’٬،])\d{1,3}(?:[\s,，.'’٬،]\d{3}){1,4}(?![\dA-Za-z])"
DIGITS: Final = range(4, 16)  #: how many a number has that is found apart, too: identifiers have more


@dataclass(frozen=True)
class Term:
    """Tokens that must stand one after the other; of the last only the beginning is given if it is a *prefix*."""

    tokens: tuple[str, ...]
    prefix: bool

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """The rows of tokens of which one must stand there: another if there is a number, with its thousands apart."""
        apart = tuple(group for token in self.tokens for group in _thousands(token))
        return (self.tokens,) if apart == self.tokens else (self.tokens, apart)

    def expression(self, before: str = "") -> str:
        """Return the term for FTS5: a phrase of tokens, which hold no quotation mark; each with *before* in front."""
        phrases = [" ".join(before + token for token in way) for way in self.ways]
        either = " OR ".join(f'"{phrase}" *' if self.prefix else f'"{phrase}"' for phrase in phrases)
        return f"({either})" if len(phrases) > 1 else either

    def places(self, found: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Yield where the term begins in a row of tokens, and the position of its last one."""
        for *before, end in self.ways:
            size = len(before)
            for at in range(len(found) - size):
                if (not size or found[at] == before[0]) and found[at : at + size] == before:
                    last = found[at + size]
                    if last == end or (self.prefix and last.startswith(end)):
                        yield at, at + size


def _thousands(token: str) -> list[str]:
    """Return a number in groups of three digits, from the right; another token, and one that is no number, whole."""
    if not (token.isascii() and token.isdecimal() and len(token) in DIGITS):
        return [token]
    first = len(token) % 3 or 3
    return [token[:first], *(token[at : at + 3] for at in range(first, len(token), 3))]


@dataclass(frozen=True)
class Snippet:
    """A piece of a text on one line, and where in it a term stands."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def terms(query: str) -> list[Term]:
    """Return the terms of a query; none if nothing in it can be looked for.

    Raises :class:`UsageError` if it is longer than a query may be.
    """
    if len(query) > MAX_QUERY:
        raise UsageError(
            f"Expected at most {MAX_QUERY:,} characters to look for, found {len(query):,}. Look for fewer."
        )
    found = []
    query = re.sub(APART, lambda number: re.sub(r"\D", "", number[0]), query)
    for match in re.finditer(QUOTED, query):
        *quoted, bare = match.groups()
        term = term_of(bare or next((each for each in quoted if each), ""), quoted=not bare)
        if term:
            found.append(term)
    size = sum(len(term.tokens) for term in found)
    if len(found) > MAX_TERMS or size > MAX_TOKENS:
        raise UsageError(
            f"Expected at most {MAX_TERMS} words and sentences to look for, of {MAX_TOKENS} tokens together; found "
            f"{len(found):,} of {size:,}. Look for fewer."
        )
    return found


def term_of(words: str, quoted: bool = False) -> Term | None:
    """Return one term of words that must stand together; None if there is nothing to look for in them."""
    cut = pieces(words)
    if not cut:
        return None
    last = cut[-1]
    single = last.kind == "pair" and last.first == last.end
    if single and len(cut) > 1 and cut[-2].kind == "pair" and cut[-2].end == last.end:
        return Term(tuple(piece.token for piece in cut[:-1]), prefix=False)  # the pair before it holds it already
    return Term(tuple(piece.token for piece in cut), prefix=single or (last.kind == "word" and not quoted))


def holds(text: str, term: Term) -> bool:
    """Return whether a term stands in a text."""
    return _may_hold(text, term) and any(True for _ in term.places(tokens(text)))


def _may_hold(text: str, term: Term) -> bool:
    """Return whether the letters of a term's first token stand in a text, which takes a tenth of the time."""
    letters = folded(text)
    return any(folded(way[0]) in letters for way in term.ways)


def snippet(text: str, wanted: Sequence[Term]) -> Snippet:
    """Return the place of *text* where the terms stand, as one line; its beginning if they are nowhere."""
    for start in range(0, max(len(text), 1), SLICE):
        part = text[max(0, start - OVERLAP) : start + SLICE + SNIPPET]
        if any(_may_hold(part, term) for term in wanted):
            marks = _marks(pieces(part), wanted)
            if marks:
                return _around(part, marks, start > OVERLAP, start + SLICE + SNIPPET < len(text))
    return _around(text[: 2 * SNIPPET], [], False, len(text) > 2 * SNIPPET)


def _marks(cut: Sequence[Piece], wanted: Sequence[Term]) -> list[tuple[int, int]]:
    """Return the places where the terms stand, in order, none over another."""
    row = [piece.token for piece in cut]
    found = []
    for term in wanted:
        for at, end_at in term.places(row):
            last = cut[end_at]
            end = last.first if term.prefix and last.kind == "pair" and len(term.tokens[-1]) < len(last.token) else last.end  # fmt: skip  # noqa: E501
            found.append((cut[at].start, end))
    marks: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if marks and start <= marks[-1][1]:
            marks[-1] = marks[-1][0], max(end, marks[-1][1])
        else:
            marks.append((start, end))
    return marks


def _around(text: str, marks: Sequence[tuple[int, int]], cut_before: bool, cut_after: bool) -> Snippet:
    """Return what stands around the first mark; white space is one space each, so that places hold."""
    start = _between_words(text, max(0, marks[0][0] - BEFORE) if marks else 0)
    end = min(len(text), max(start + SNIPPET, marks[0][1] if marks else 0))
    line = re.sub(r"\s", " ", text[start:end])
    head = "…" if start or cut_before else ""
    tail = "…" if end < len(text) or cut_after else ""
    shift = len(head) - start
    kept = tuple((each[0] + shift, min(each[1], end) + shift) for each in marks if each[0] < end)
    return Snippet(f"{head}{line}{tail}", kept)


def _between_words(text: str, at: int) -> int:
    """Return the next beginning of a word after *at*, if one is near; never within a letter and its marks."""
    if at == 0:
        return 0
    space = re.compile(r"\s\S").search(text, at - 1, at + BEFORE // 2)
    if space:
        return space.start() + 1
    while at < len(text) and re.match("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0e31\u0e34-\u0e4e\u0f71-\u0fbc]", text[at]):  # fmt: skip  # noqa: E501
        at += 1
    return at
