"""Words as they are found: which of them are the same, and where one begins where no space does.

Chinese is written without spaces, and nobody but a reader can tell where its words are. So every character counts
together with the next one, and a query of two characters or more is a row of such pairs that must stand in that order::

    遇難學生的名單   →  遇难 难学 学生 生的 的名 名单 单         (the last one alone: each character begins one token)
    學生             →  学生                                       found, as would be 遇难学生 and 名单

Other scripts without spaces (kana, Thai, Lao, Khmer, Burmese, Yi) and Hangul are cut alike, a letter with the marks
on it counting as one. Tibetan is cut where its writers do, at the dot after each syllable, and all else into words::

    བོད་པའི་ཕ་ཡུལ   →  བོད པ ཕ ཡུལ
    Ngaba, Ürümqi   →  ngaba urumqi

:func:`folded` is what makes two writings the same: NFKC, case, traditional characters as simplified ones, one character
at a time (of a phrase a search sees only a part), no diacritics on Latin, Greek, Hebrew and Arabic, Arabic letters that
are typed one for another, digits as 0–9, nothing invisible. The Arabic article and a Tibetan ending that is written
onto its word are left off.

>>> tokens("遇難學生"), tokens("Ürümqi 2009年")
(['遇难', '难学', '学生', '生'], ['urumqi', '2009', '年'])
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tamizdat.text.late_pattern import late_pattern

if TYPE_CHECKING:
    import opencc

# Ranges for character classes of `re`, which knows no scripts.
_HAN: Final = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
JOINED: Final = _HAN + (  # with kana, bopomofo, Yi and Hangul
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\ua000-\ua48c\uac00-\ud7a3"
)
CLUSTERED: Final = (  # Thai, Lao, Burmese, Khmer
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u109d\ua9e0-\ua9fe\uaa60-\uaa7f"
    "\u1780-\u17d3\u17dc"
)
_CLUSTER_MARKS: Final = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059\u105e-\u1060"
    "\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u109a-\u109d\u17b4-\u17d3"
)
TIBETAN: Final = "\u0f00\u0f18\u0f19\u0f35\u0f37\u0f39\u0f40-\u0f6c\u0f71-\u0f84\u0f86-\u0fbc"
_SIGNS: Final = "\u2600-\u27bf\U0001f000-\U0001faff"
_WITH_MARKS: Final = "\u0700-\u074f\u0780-\u07b1\u07c0-\u07f5\u0900-\u0963\u0966-\u0df3\u1800-\u180a\u1810-\u18aa"


@cache
def _run() -> re.Pattern[str]:  # compiled when it is needed, for that takes as long as to import this module
    return re.compile(
        f"([{JOINED}]+)|([{CLUSTERED}]+)|([{TIBETAN}]+)|([{_SIGNS}])"
        "|((?<![^\\W_])[a-z](?:\\+\\+|#)(?![^\\W_])"  # C++, C#, which FTS5 would read as a c
        f"|(?:(?![{JOINED}{CLUSTERED}{TIBETAN}])[^\\W_]|[{_WITH_MARKS}])+)"
    )


_CLUSTER: Final = late_pattern(f"[^{_CLUSTER_MARKS}][{_CLUSTER_MARKS}]*|[{_CLUSTER_MARKS}]+")
_ENDING: Final = re.compile("(?<=.)འ(?:ིས?|ོ|ང|མ)$")  #: genitive and others, written onto the word
_ARTICLE: Final = re.compile("^(?:و?ال|[بكف]ال|لل)(?=...)")
_WITHOUT_MARKS: Final = late_pattern(  # Latin, Greek, Hebrew, Arabic
    "[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0590-\u06ff\u0750-\u077f\u1e00-\u1fff\ufb00-\ufdff\ufe70-\ufefc]"
)
_MARKS: Final = late_pattern(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
_SAME: Final = {  # letters that NFKC keeps apart
    **dict(zip("著łøđðıё", "着loddiе", strict=True)),
    **dict(zip("\u0629\u0649\u06cc\u06a9\u0671", "\u0647\u064a\u064a\u0643\u0627", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "\u0640": "",
}
_ON_THE_LETTER: Final = re.compile("[\uff9e\uff9f\u1160-\u11ff]")  #: compose with the letter before them, as marks do

_SIGNS_OF_A_WORD: Final = {ord("+"): "\uff0b", ord("#"): "\uff03"}  #: folding leaves none of these in a text

LONGEST: Final = 64  #: characters of a word that count


class Piece(NamedTuple):
    """A token, and where it stands in the text as it was written: *start* to *end*.

    *first* is the end of its first character. *kind* is ``pair``, ``syllable``, ``sign`` or ``word``.
    """

    token: str
    start: int
    first: int
    end: int
    kind: str


class _Fold(dict[int, str]):
    """A table for ``str.translate`` that fills itself."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _fold(chr(code))
        return found


_FOLD: Final = _Fold()


def folded(text: str) -> str:
    """Return the folded form of *text*, which is what is compared: two writings of the same words have one."""
    # a second time, because what is left out can have kept marks from their order: two vowel signs around a joiner
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).translate(_FOLD))


def tokens(text: str) -> list[str]:
    """Return the tokens of *text*, folded, in order."""
    found: list[str] = []
    for match in _run().finditer(folded(text)):
        run = match[0]
        if match.lastindex == 1:
            found += [run[at : at + 2] for at in range(len(run))]
        else:
            found += [piece.token for piece in _cut(run, match.lastindex or 0)]
    return found


def pieces(text: str) -> list[Piece]:
    """Return the tokens of *text* with their places in it, in characters."""
    written: list[tuple[int, int]] = []  # the place of each folded character
    parts = []
    for start, end in _letters(text):
        part = folded(text[start:end])
        parts.append(part)
        written += [(start, end)] * len(part)
    found = []
    for match in _run().finditer("".join(parts)):
        for piece in _cut(match[0], match.lastindex or 0):
            at = match.start()
            ends = written[at + piece.first - 1][1], written[at + piece.end - 1][1]
            found.append(Piece(piece.token, written[at + piece.start][0], *ends, piece.kind))
    return found


def _letters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of letters, each with the marks on it: what folding may compose or put in order."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not (
            unicodedata.combining(text[at]) or _ON_THE_LETTER.match(text[at]) or not _FOLD[ord(text[at])]
        ):
            yield start, at
            start = at


def _cut(run: str, group: int) -> Iterator[Piece]:
    """Yield the tokens of one run of one kind, with their places in it."""
    if group == 1:
        for at in range(len(run)):
            yield Piece(run[at : at + 2], at, at + 1, min(at + 2, len(run)), "pair")
    elif group == 2:
        letters = [match.span() for match in _CLUSTER.finditer(run)]
        for (start, end), (_, after) in zip(letters, [*letters[1:], letters[-1]], strict=True):
            yield Piece(run[start:after], start, end, after, "pair")
    elif group == 3:
        yield Piece(_ENDING.sub("", run), 0, len(run), len(run), "syllable")
    else:
        word = _ARTICLE.sub("", run[:LONGEST]).translate(_SIGNS_OF_A_WORD)
        yield Piece(word, 0, len(run), len(run), "sign" if group == 4 else "word")


@cache
def version() -> str:
    """Return the versions that tokens depend on, as one string: another version may cut or fold otherwise."""
    import opencc  # here and below, because most commands fold nothing

    return f"3 opencc {opencc.__version__} unicode {unicodedata.unidata_version}"


@cache
def _simplified() -> "opencc.OpenCC":
    import opencc

    return opencc.OpenCC("t2s")


def _fold(character: str) -> str:
    """Fold one character: to "" if it is not seen, to a space if it is no text."""
    category = unicodedata.category(character)
    if category == "Cf" or _MARKS.match(character):
        return ""
    if category[0] == "C":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(character))
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return "".join(map(_letter, plain))


def _letter(letter: str) -> str:
    if _MARKS.match(letter):  # case folding sets some free: İ
        return ""
    if _WITHOUT_MARKS.match(letter):
        letter = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
    elif letter >= "\u2e80":
        letter = _simplified().convert(letter)
    return "".join(_SAME.get(each, each) for each in letter)
