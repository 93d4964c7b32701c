"""What a machine can tell of a translation before a person reads it.

========== ============================================================================================
number     a number of the source is not there, in digits or words
added      a number is there, in digits, that the source has not
link       an address is not there, or one is there that the source has not
handle     a handle is not there
speaker    the markers of reposts are others than in the source
glossary   a term of the glossary is there in none of the ways that the glossary knows
empty      nothing is written
same       it is the source, letter by letter
untranslated  most of it is in the script of the source
length     it is far longer or shorter than translations of such a text are
========== ============================================================================================

Each is a hint and stops nothing. A hint that is mostly wrong is soon read no more, so each is silent when in doubt: in
1,000 sound translations between two of Chinese, English, Arabic and Russian (PUD) at most 12 have a finding, some of
them rightly; of numbers with one digit changed it finds nine in ten between Chinese and English. A test keeps it so.
Words in brackets ``[ ]``, which a translator adds, are no reason for one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.parts import has_eastern, read_parts
from tamizdat.text.languages import primary_subtag
from tamizdat.translation.glossary import Hit, missing
from tamizdat.translation.numbers import figures, values
from tamizdat.translation.placeables import has_words, link_spans, without_links

KINDS: Final = ("number", "added", "link", "handle", "speaker", "glossary", "empty", "same", "untranslated", "length")
_TELL: Final = {
    "number": "The number {} of the source is not in the translation.",
    "added": "The number {} of the translation is not in the source.",
    "link": "The address {} is not in both texts.",
    "handle": "The handle {} of the source is not in the translation.",
    "speaker": "The translation has other markers of speakers than the source: {}.",
    "glossary": "The glossary says: {}.",
    "empty": "Nothing is translated yet.",
    "same": "The translation is the source, letter by letter.",
    "untranslated": "Most of the translation is in the script of the source.",
    "length": "The translation is {} than expected.",
}
_HANDLE: Final = re.compile(r"(?<![A-Za-z0-9_@/.])@(?:[A-Za-z0-9_]{2,}|[\w·-]{1,16}(?=[\s:：，。,!！?？]|\Z))")
_ADDED: Final = re.compile(r"\[[^\[\]]*\]")
_SCRIPTS: Final = {
    "CJK": "Han", "HIRAGANA": "Han", "KATAKANA": "Han", "LATIN": "Latin", "CYRILLIC": "Cyrillic", "ARABIC": "Arabic",
    "TIBETAN": "Tibetan", "HANGUL": "Hangul", "GREEK": "Greek", "HEBREW": "Hebrew", "DEVANAGARI": "Devanagari",
    "THAI": "Thai", "MONGOLIAN": "Mongolian", "GEORGIAN": "Georgian", "ARMENIAN": "Armenian", "BENGALI": "Bengali",
}  # fmt: skip
_WRITTEN: Final = {
    **dict.fromkeys(("zh", "ja", "yue", "wuu", "nan", "hak", "lzh"), "Han"),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mn", "kk", "ky", "tg", "mk"), "Cyrillic"),
    **dict.fromkeys(("ar", "fa", "ur", "ug", "ps", "ckb", "sd"), "Arabic"),
    "bo": "Tibetan", "dz": "Tibetan", "ko": "Hangul", "el": "Greek", "he": "Hebrew", "hi": "Devanagari",
    "th": "Thai", "ka": "Georgian", "hy": "Armenian", "ne": "Devanagari", "bn": "Bengali",
}  # fmt: skip
#: numbers below this may be written in words, which we know in English and Chinese only
_SPELLED: Final = {"en": 0, "zh": 0, "ru": 31, "uk": 31, "ar": 100, "fa": 100, "ug": 100, "": 31}
#: the same of a source, by its script: what is Latin may be of a language whose words we do not know
_UNREAD: Final = {"Han": 0, "Latin": 31, "Cyrillic": 31, "": 100}
_DENSITY: Final = {"Han": 3.0, "Hangul": 1.7}  #: letters of an alphabet that one of this script is worth
_MOST: Final = 0.7  #: of the letters
_FACTOR: Final = 4.0  #: what is so many times longer or shorter than expected is told
_ENOUGH: Final = 24.0  #: letters of an alphabet, below which lengths tell nothing


@dataclass(frozen=True)
class Finding:
    """Something to look at: one of :data:`KINDS`, and what it is about. As a string, a sentence."""

    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return _TELL[self.kind].format(self.detail)


def check(source: str, target: str, language: str, hits: Iterable[Hit] = ()) -> list[Finding]:
    """Return what is odd about *target* as a translation of *source* into *language*.

    *hits* are the terms of the glossary in the source.
    """
    if not target.strip():
        return [Finding("empty")] if has_words(source) else []
    said = [*_numbers(source, target, language), *_added_numbers(source, target)]
    said += [*_links(source, target), *_handles(source, target), *_speakers(source, target)]
    said += [
        Finding("glossary", f"{term.variants[0]} → {' / '.join(term.into(language))}")
        for term in missing(language, target, hits)
    ]
    return said + list(_whole(source, target, language))


def _numbers(source: str, target: str, language: str) -> Iterator[Finding]:
    held = values(target)
    spelled = _SPELLED.get(primary_subtag(language), _SPELLED[""])
    told = set()
    for figure in figures(source):
        doubtful = spelled and (figure.decade or not figure.written[0].isdecimal() or figure.plain < spelled)
        if not doubtful and figure.written not in told and not figure.is_among(held):
            told.add(figure.written)
            yield Finding("number", figure.written)


def _added_numbers(source: str, target: str) -> Iterator[Finding]:
    held, own = values(source), _scripts(source)
    unread = _UNREAD.get(own.most_common(1)[0][0] if own else "Han", _UNREAD[""])
    told = set()
    for figure in figures(_ADDED.sub(" ", target)):
        doubtful = figure.decade or not figure.written[0].isdecimal() or figure.plain < unread
        if not doubtful and figure.written not in told and not figure.is_among(held):
            told.add(figure.written)
            yield Finding("added", figure.written)


def _links(source: str, target: str) -> Iterator[Finding]:
    here, there = _addresses(source), _addresses(target)
    yield from (Finding("link", each) for each in sorted(here ^ there))


def _addresses(text: str) -> set[str]:
    """Return the addresses in *text*; the beginning of one that the platform cut off (``https://t.co/Ab…``) is none."""
    return {text[start:end] for start, end in link_spans(text) if not text.startswith("…", end)}


def _handles(source: str, target: str) -> Iterator[Finding]:
    there = target.casefold()
    for handle in dict.fromkeys(_HANDLE.findall(source)):
        if handle.casefold() not in there:
            yield Finding("handle", handle)


def _speakers(source: str, target: str) -> Iterator[Finding]:
    every = has_eastern(source)  # what is a marker there is one here
    before = [(part.how, part.speaker) for part in read_parts(source, every).chain()]
    after = [(part.how, part.speaker) for part in read_parts(target, every).chain()]
    if before != after:
        odd = [*(Counter(after) - Counter(before)), *(Counter(before) - Counter(after))] or after
        yield Finding("speaker", ", ".join(f"{how} @{who}" for how, who in odd if who))


def _whole(source: str, target: str, language: str) -> Iterator[Finding]:
    own, into = _scripts(source), _scripts(_ADDED.sub("", target))
    if not own or not into:
        return
    script, wanted = own.most_common(1)[0][0], _WRITTEN.get(primary_subtag(language), "Latin")
    long = script != "Latin" or len(source.split()) > 2
    if source.strip() == target.strip():
        if long:
            yield Finding("same")
        return
    expected, found = _letters(own), _letters(into)
    if script != wanted and _letters(Counter({script: into[script]})) > _MOST * found and long:
        yield Finding("untranslated")
    elif script != wanted and expected > _ENOUGH and not expected / _FACTOR < found < expected * _FACTOR:
        yield Finding("length", "much longer" if found > expected else "much shorter")


def _scripts(text: str) -> Counter[str]:
    """Return how many letters of each script there are, addresses and handles left out."""
    found: Counter[str] = Counter()
    for letter in _HANDLE.sub("", without_links(text)):
        if letter.isalpha():
            found[_SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "other")] += 1
    return found


def _letters(scripts: Counter[str]) -> float:
    """Return how long a text is, in letters of an alphabet."""
    return sum(_DENSITY.get(script, 1.0) * number for script, number in scripts.items())
