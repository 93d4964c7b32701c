r"""Texts made even: however a name is written in one, it stands there in one form.

::

    written                             read as
    O’Brien-Müller                      o brien muller · obrienmuller
    王 小明, told by Pema也来了            王小明 told by pema 也来了
    IMG2011PemaTsering.jpg              img2011pematsering jpg · img 2011 pema tsering jpg
    pema%20tsering                      pema 20tsering · pema tsering
    xn--jrgen-kva.example               xn jrgen kva example · jurgen example

Folded as the search folds words (:mod:`tamizdat.text.tokens`), one space apart, none between digits or letters of
scripts that part no words, and one between these and others. Where letters may be read in two ways, they are read in
both. What is joined (:func:`is_joined`) is a tag, an address or the name of a file: nobody writes these with capitals.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote

from tamizdat.text.late_pattern import late_pattern
from tamizdat.text.references import resolve_references
from tamizdat.text.tokens import CLUSTERED, JOINED, folded

APOSTROPHES: Final = "'\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8`\u00b4\u2032\uff07\u055a\u05f3\ua78c"
_HYPHENS: Final = "\\-\u2010\u2011\u00b7"
NESTED: Final = 3  #: how often escapes are resolved that stand in what escapes resolved to
PIECE: Final = 100  #: characters that are looked at for what a word is joined to
#: letters of Arabic script that are typed one for another, beside those that every search takes for one
_SAME: Final = str.maketrans("\u06d5\u06be\u06c1\u06c3\u06d0\u06d2\u06aa", "\u0647\u0647\u0647\u0647\u064a\u064a\u0643")
_ESCAPE: Final = re.compile("%[0-9a-fA-F]{2}|&[#a-zA-Z]|\\bxn--", re.I)
#: a name of a host in letters that hosts have not (RFC 3492)
_LABEL: Final = re.compile(r"\bxn--([a-z0-9-]{1,59})", re.I | re.A)
#: apostrophes between letters or digits, hyphens between letters
_WITHIN: Final = late_pattern(
    f"[{APOSTROPHES}{_HYPHENS}](?=\\w)(?:(?<=\\w[{APOSTROPHES}])|(?<=[^\\W\\d_][{_HYPHENS}])(?=[^\\W\\d_]))"
)
UNSPACED: Final = late_pattern(f"[{JOINED}{CLUSTERED}]")
_RUN: Final = late_pattern(f"([{JOINED}{CLUSTERED}]+)")
#: where a word of another script begins or ends beside it, and no space is
_MEETS: Final = late_pattern(
    f"[{JOINED}{CLUSTERED}](?<=[^\\W{JOINED}{CLUSTERED}].)|[{JOINED}{CLUSTERED}](?=[^\\W{JOINED}{CLUSTERED}])"
)
_BETWEEN: Final = late_pattern(f"(?<=[{JOINED}{CLUSTERED}]) (?=[{JOINED}{CLUSTERED}])|(?<=[0-9]) (?=[0-9])")
#: ends a sentence or parts of one; of a script that parts no words it is known by this alone where a word ends
_ENDS: Final = late_pattern(
    f'(?<=[{JOINED}{CLUSTERED}])\\s*[。．，、；：！？…「」『』《》〈〉【】“”（）\\uff61-\\uff64.,;:!?()"]+'
    f"\\s*(?=[{JOINED}{CLUSTERED}])"
)
_STOP: Final = "\uffff"  #: stands there in an even text; is in no other
#: a full-width dot parts the words of a name as a middle dot does
_NO_END: Final = {ord(_STOP): " ", ord("．"): " "}
_LETTER: Final = "A-Za-z\u00c0-\u024f\u0370-\u052f\u1e00-\u1fff"  #: of scripts with capitals
_WORD: Final = late_pattern(f"[{_LETTER}0-9]+")
#: where a word may be cut: before a capital, and beside a digit
_CHANGES: Final = late_pattern(
    f"[a-z\u00df-\u024f\u03ac-\u03ff\u0430-\u052f\u1e00-\u1fff][A-Z\u00c0-\u024f\u0386-\u03ab\u0400-\u052f\u1e00-\u1fff]"
    f"|[A-Z]{{2}}[a-z]|[{_LETTER}][0-9]|[0-9][{_LETTER}]"
)
_PIECES: Final = re.compile("A+(?!a)|A?a+|1+")
_IN_PIECE: Final = frozenset("_.-")
_DOTTED: Final = re.compile(r"[^\W_]\.[^\W_]|[_\d]")


def evened(text: str) -> str:
    r"""Return every reading of a text, one after the other.

    >>> evened("O’Brien-Müller"), evened("王 小明")
    (' o brien muller \x00 obrienmuller ', ' 王小明 ')
    """
    return "\0".join(readings(text))


def readings(text: str, first: Callable[[str], str] = str) -> Iterator[str]:
    """Yield every reading of a text: its words, folded, one space apart and one at both ends.

    Where apostrophes or hyphens stand in words, once more without these; where escapes of addresses, of hosts or of
    HTML may be, with these resolved; where capitals or digits stand within a word, cut there. *first* is done to a text
    before.
    """
    for plain in _unescaped(text):
        said = first(plain)
        yield _even(said)
        if (bare := _WITHIN.sub("", said)) != said:
            yield _even(bare)
        if (cut := _cut_words(said)) != said:
            yield _even(cut)


def joined(text: str) -> Iterator[str]:
    """Yield the words of a text that are joined, in every reading but as they are cut."""
    for plain in _unescaped(text):
        words = " ".join(match[0] for match in _WORD.finditer(plain) if is_joined(match))
        if words:
            yield _even(words)


def is_joined(word: re.Match[str]) -> bool:
    """Return whether a word stands in a tag, an account, an address, also of mail, or the name of a file.

    Not where several hyphens part the words: addresses have whole headlines so.

    >>> [is_joined(re.search("pema", text)) for text in ("#pema", "?q=pema", "pema_1.jpg", "a pema.", "to-pema-2")]
    [True, True, True, False, False]
    """
    text, start, end = word.string, word.start(), word.end()
    lowest, highest = max(0, start - PIECE), min(len(text), end + PIECE)
    while start > lowest and (text[start - 1].isalnum() or text[start - 1] in _IN_PIECE):
        start -= 1
    while end < highest and (text[end].isalnum() or text[end] in _IN_PIECE):
        end += 1
    piece = text[start:end].strip(".")
    if piece.count("-") > 1:
        return False
    if text[end : end + 1] == "@" and text[end + 1 : end + 2].isalnum():
        return True
    return text[start - 1 : start] in {"@", "#", "/", "\\", "="} or _DOTTED.search(piece) is not None


def _unescaped(text: str) -> list[str]:
    """Return a text, and as it is with escapes resolved, also those that stood within others."""
    found = [text]
    while len(found) <= NESTED and _ESCAPE.search(found[-1]):
        plain = _LABEL.sub(_label, unquote(resolve_references(found[-1])))
        if plain == found[-1]:
            break
        found.append(plain)
    return found if len(found) < 3 else [found[0], found[-1]]


def _label(match: re.Match[str]) -> str:
    try:
        return match[1].lower().encode().decode("punycode")
    except UnicodeError:
        return match[0]


def _cut_words(text: str) -> str:
    """Return a text in which words are cut that have capitals or digits within."""
    made, done = list[str](), 0
    for change in _CHANGES.finditer(text):
        start = change.start()
        if start < done:
            continue
        while start > done and _WORD.match(text[start - 1]):
            start -= 1
        word = _WORD.match(text, start)
        assert word is not None
        made += [text[done:start], _cut(word[0])]
        done = word.end()
    return "".join((*made, text[done:])) if made else text


def _cut(word: str) -> str:
    """Return a word in its pieces, if each has two letters and more: an id is none."""
    shape = "".join("1" if each.isdecimal() else "A" if each.isupper() else "a" for each in word)
    places = [match.span() for match in _PIECES.finditer(shape)]
    if len(places) < 2 or any(end - start < 2 and shape[start] != "1" for start, end in places):
        return word
    return " ".join(word[start:end] for start, end in places)


def _even(text: str) -> str:
    if text.isascii():
        even = text.lower().translate(_EVEN)
    else:
        text = _ENDS.sub(_STOP, unicodedata.normalize("NFKC", text.translate(_NO_END)))
        even = unicodedata.normalize("NFC", text.translate(_EVEN))
        if _MEETS.search(even):
            even = " ".join(_RUN.split(even))
    return f" {_BETWEEN.sub('', ' '.join(even.split()))} "


class _Even(dict[int, str]):
    """A table for ``str.translate`` that fills itself: letters folded, nothing for what is unseen, else a space."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        made = " " if letter in APOSTROPHES or letter == "_" else folded(letter).translate(_SAME)
        self[code] = found = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in made)
        return found


_EVEN: Final = _Even({ord(_STOP): _STOP})
