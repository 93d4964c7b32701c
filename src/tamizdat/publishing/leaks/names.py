r"""Names of people who are withheld, looked for in what the desk says, however they are written.

::

    entered          found in                                                              not in
    Tashi Dolma      tashi dolma · TASHI-DOLMA · #TashiDolma · tashi_dolma.jpg · Dolma, Tashi   Dolma
    O'Brien          O’Brien · Oʼbrien · OBrien
    José             Jose · Ｊｏｓé · Jose\u0301
    فاطمة            فاطمه · فَاطِمَة · فـاطمة
    王小明            王 小明 · 王\n小明 · 王小明們
    བཀྲ་ཤིས            བཀྲ༌ཤིས · བཀྲ་\nཤིས
    0171 234 567     0171/234567 · +49 171 234567
    Ali              Ali · ALI · Ali’s                                                     ali · Alice · d'Alice

Names and texts are made even (:func:`evened`): folded as the search folds them (:mod:`tamizdat.text.tokens`), words one
space apart, none between digits or letters of scripts that part no words. A name of fewer than :data:`SHORT` letters is
looked for as a whole word, with its capital; a longer one wherever a word begins with it. What is not looked for is
told (:func:`why_not_sought`).

An author's own words excuse themselves and nothing else. A name that is somebody else's stands in words that the desk
entered with the person (*elsewhere*), or in a longer name that is shown.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Final, NamedTuple
from urllib.parse import unquote

from tamizdat.archive import Archive
from tamizdat.archive.views.people import Person
from tamizdat.publishing.leaks.patterns import PatternTable, bytewise
from tamizdat.statements import derived
from tamizdat.statements.catalogued import PersonEntry
from tamizdat.statements.derived import Item
from tamizdat.text.tokens import CLUSTERED, JOINED, TIBETAN, folded

PRINT: Final = 16  #: bytes of a digest
FEWEST: Final = 2  #: letters of a name
SHORT: Final = 5  #: letters; a shorter name is looked for as a whole word
LONG: Final = 8  #: letters; of a name whose words are written as one, fewer are a whole word
NUMBER: Final = 7  #: digits of a number that is looked for within longer ones
EXCERPT: Final = 80  #: characters
MOST_WORDS: Final = 4  #: of a name whose first or last word may stand at its other end
APOSTROPHES: Final = "'\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8`\u00b4\u2032\uff07\u055a\u05f3\ua78c"
#: letters of Arabic script that are typed one for another, beside those that every search takes for one
_SAME: Final = str.maketrans("\u06d5\u06be\u06c1\u06c3\u06d0\u06d2\u06aa", "\u0647\u0647\u0647\u0647\u064a\u064a\u0643")
_ESCAPE: Final = re.compile("%[0-9a-fA-F]{2}|&[#a-zA-Z]")
_WITHIN: Final = re.compile(f"(?<=\\w)[{APOSTROPHES}](?=\\w)")
_UNSPACED: Final = re.compile(f"[{JOINED}{CLUSTERED}]")
_BETWEEN: Final = re.compile(f"(?<=[{JOINED}{CLUSTERED}]) (?=[{JOINED}{CLUSTERED}])|(?<=[0-9]) (?=[0-9])")
#: ends a sentence or parts of one; of a script that parts no words it is known by this alone where a word ends
_ENDS: Final = re.compile(
    f'(?<=[{JOINED}{CLUSTERED}])\\s*[。．，、；：！？…「」『』《》〈〉【】“”（）\\uff61-\\uff64.,;:!?()"]+'
    f"\\s*(?=[{JOINED}{CLUSTERED}])"
)
_STOP: Final = "\uffff"  #: stands there in an even text; is in no other
_TIBETAN: Final = re.compile(f"[{TIBETAN}]")
_WRITTEN_ON: Final = {  #: letters that a script writes onto the beginning of a word
    re.compile("[\u0600-\u06ff]"): "\u0648\u0641\u0628\u0644\u0643",
    re.compile("[\u0590-\u05ff]"): "\u05d5\u05d4\u05d1\u05dc\u05de\u05e9\u05db",
}
_ENDINGS: Final = ("", "འི", "འིས", "འོ", "འང", "འམ", "ས", "ར")  #: that Tibetan writes onto a syllable
#: words that nearly every text in English has, at the beginning of a sentence too
COMMON: Final = frozenset((
    "all", "an", "and", "are", "as", "at", "be", "but", "by", "can", "did", "do", "for", "from", "had", "has", "have",
    "he", "her", "him", "his", "how", "if", "in", "is", "it", "its", "let", "me", "my", "no", "nor", "not", "now", "of",
    "off", "on", "or", "our", "out", "she", "so", "than", "that", "the", "then", "they", "this", "to", "too", "up",
    "us", "was", "we", "were", "what", "when", "who", "why", "with", "you",
))  # fmt: skip
_LETTERS: Final = re.compile(r"[^\W_]+")
#: prepositions that nearly every text in Arabic has, with letters that are folded into those of names (علي)
_SMALL_WORDS: Final = re.compile("[وف]?(?:على|إلى|الى|حتى|لدى)")


class Unsought(StrEnum):
    """Why nobody looks for a name."""

    LETTER = "it has fewer than two letters"
    COMMON = "it is a word of every other sentence"
    OTHERS = "it was entered as words that are somebody else's"


class Withheld(NamedTuple):
    """Every writing of the name of *person* that may not be told, and words in which it is somebody else's."""

    person: int
    names: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()


class _Name:
    """One writing of a name of a person, the forms by which it is found, and even words in which it is none."""

    def __init__(self, person: int, text: str, elsewhere: Iterable[str]) -> None:
        self.person, self.text, self.forms = person, text, _forms(text)
        even = _bare(text)
        self._even, self._is_cased = even, is_one_word(even) and _letters(even) < SHORT
        masks = (words for each in elsewhere for words in _readings(each))
        self.masks = {words for words in masks if any(form.strip() in words for form in self.forms)}

    def may_be_part_of(self, words: str) -> bool:
        """Return whether this may be a part of somebody else's name: no several words that stand in it whole."""
        own = _readings(self.text)
        return words not in own and not any(" " in each and f" {each} " in f" {words} " for each in own)

    def lines(self, text: str) -> list[str]:
        """Return the lines of *text* in which it stands and is no other's, of long ones what is around it, folded."""
        every = [*self._places(text)]
        lines = [line for line in text.split("\n") if any(self._places(line))] if every else []
        return lines if lines and all(len(line) <= EXCERPT for line in lines) else list(dict.fromkeys(every))

    def _places(self, text: str) -> Iterator[str]:
        """Yield an excerpt for each place of *text* where it stands and is no other's."""
        if self._is_cased:
            text = _LETTERS.sub(self._as_its_own, text)
        for reading in evened(text).split("\0"):
            for form in self.forms:
                at = reading.find(form)
                while at >= 0:
                    if not any(_covers(mask, reading, form, at) for mask in self.masks):
                        yield reading[max(0, at - EXCERPT // 3) : at + len(form) + EXCERPT // 3].strip()
                    at = reading.find(form, at + 1)

    def _as_its_own(self, word: re.Match[str]) -> str:
        """Return a word, or a stop for one that begins with a small letter where the name has a capital.

        Also for a word of every other sentence, if the name is not written so.
        """
        if _SMALL_WORDS.fullmatch(word[0]) and word[0] not in self.text:
            return "."
        small = self.text[:1].isupper() and word[0][:1].islower()
        return "." if small and _bare(word[0]) == self._even else word[0]

    def is_in(self, text: str) -> bool:
        """Return whether it stands in *text* and is no other's."""
        return any(True for _ in self._places(text))

    def print_under(self, key: bytes, others: Iterable[str]) -> bytes:
        """Return a keyed digest of all that decides where it stands; *others* are all names of that person."""
        said = repr((self.text, sorted(self.masks), *others)).encode("utf-8", "surrogatepass")
        return blake2b(said, digest_size=PRINT, key=key, person=b"name").digest()


class NameSearch:
    """The names of all who are withheld.

    *shown* are names of people who are shown, *longer* those of accounts, which excuse what is but a part of them.
    """

    def __init__(self, people: Iterable[Withheld], shown: Iterable[str] = (), longer: Iterable[str] = ()) -> None:
        people, shown = [*people], [*shown]
        self._people = {each.person: each.names for each in people}
        told = {*map(_bare, shown)} if self._people else set[str]()
        self.names = [
            _Name(each.person, name, each.elsewhere)
            for each in people
            for name in dict.fromkeys(each.names)
            if not why_not_sought(name, each.elsewhere) and _bare(name) not in told
        ]
        self._table = PatternTable()
        for number, name in enumerate(self.names):
            for form in name.forms:
                self._table.add(form, number)
        self._table.close()
        for words in {words for each in (*shown, *longer) for words in _readings(each)} if self.names else ():
            for number in self.met(words):
                if self.names[number].may_be_part_of(words):
                    self.names[number].masks.add(words)

    def met(self, text: str) -> set[int]:
        """Return which names may stand in a text, by their places in :attr:`names`."""
        return {*self._table.occurring(bytewise(evened(text)))} if self.names and text else set()

    def is_written(self, person: int, text: str) -> bool:
        """Return whether a text has any writing of the name of a person, where it is no other's and no usual word."""
        return any(name.is_in(text) for name in self.names if name.person == person)

    def prints(self, key: bytes) -> list[bytes]:
        """Return a keyed digest of each name, another one whenever it may be found elsewhere."""
        return [each.print_under(key, self._people[each.person]) for each in self.names]


def why_not_sought(name: str, elsewhere: Iterable[str] = ()) -> Unsought | None:
    """Return why a name is not looked for, None if it is; *elsewhere* are words in which it is somebody else's."""
    even = _bare(name)
    if _letters(even) < FEWEST:
        return Unsought.LETTER
    if even in COMMON:
        return Unsought.COMMON
    return Unsought.OTHERS if even in map(_bare, elsewhere) else None


def names_of(entry: PersonEntry | Person) -> Iterator[str]:
    """Yield every name of somebody."""
    return filter(None, (entry.name, *dict(entry.names).values(), *(entry.known_as or ())))


def withheld(archive: Archive, shown: Mapping[int, Item]) -> list[Withheld]:
    """Return everybody of whom a name is not told by what is *shown*, with each such name."""
    told = {number: names_told(item.told) for number, item in shown.items() if isinstance(item, derived.Person)}
    found = dict[int, Withheld]()
    for each in archive.index.people.stated():
        before = found.get(each.number, Withheld(each.number, ()))
        names = dict.fromkeys([*before.names, *names_of(each)])
        kept = tuple(name for name in names if name not in told.get(each.number, ()))
        found[each.number] = Withheld(each.number, kept, each.elsewhere)
    return [each for each in found.values() if each.names]


def names_told(person: derived.PersonRecord) -> set[str]:
    """Return the names by which somebody is shown."""
    return {person.name, *person.names.values()}


@lru_cache(64)
def _name(text: str, elsewhere: tuple[str, ...]) -> _Name:
    return _Name(0, text, elsewhere)


def is_anothers(name: str, elsewhere: tuple[str, ...], text: str) -> bool:
    """Return whether a name stands in *text*, which may be JSON, in the words *elsewhere* alone, if at all."""
    return bool(elsewhere) and not _name(name, elsewhere).is_in(html.unescape(text).replace("\\n", "\n"))


def is_whole_word(name: str) -> bool:
    """Return whether a name is looked for as a whole word alone, for it has few letters."""
    return not is_looked_for_everywhere(name)


@lru_cache(64)  # of one name it is asked several times in a row
def _bare(text: str) -> str:
    return evened(text).strip()


@lru_cache(64)
def _readings(text: str) -> tuple[str, ...]:
    """Return each reading of a text that is even."""
    return tuple(map(str.strip, evened(text).split("\0")))


def is_one_word(even: str) -> bool:
    """Return whether an even text is one word of a script that parts words."""
    return " " not in even.strip() and not _UNSPACED.search(even)


def is_looked_for_everywhere(name: str) -> bool:
    """Return whether a name is long enough to be looked for in every byte of a page, as other secrets are."""
    even = evened(name)
    return _letters(even) >= (FEWEST if _UNSPACED.search(even) else SHORT)


def evened(text: str) -> str:
    r"""Return the words of *text*, folded, one space apart and one at both ends.

    Where an apostrophe stands in a word, a zero character and once more without it; where escapes of addresses or of
    HTML may be, once more without these.

    >>> evened("O’Brien-Müller"), evened("王 小明")
    (' o brien muller \x00 obrien muller ', ' 王小明 ')
    """
    plain = unquote(html.unescape(text)) if _ESCAPE.search(text) else text
    texts = [text] if plain == text else [text, plain]
    readings = chain(texts, (_WITHIN.sub("", each) for each in texts if _WITHIN.search(each)))
    return "\0".join(map(_even, readings))


def _even(text: str) -> str:
    if text.isascii():
        even = text.lower().translate(_EVEN)
    else:
        text = _ENDS.sub(_STOP, unicodedata.normalize("NFKC", text.replace(_STOP, " ")))
        even = unicodedata.normalize("NFC", text.translate(_EVEN))
    return f" {_BETWEEN.sub('', ' '.join(even.split()))} "


class _Even(dict[int, str]):
    """A table for ``str.translate`` that fills itself: letters folded, nothing for what is unseen, else a space."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        made = " " if letter in APOSTROPHES or letter == "_" else folded(letter).translate(_SAME)
        self[code] = found = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in made)
        return found


_EVEN: Final = _Even({ord(_STOP): _STOP})


def _letters(even: str) -> int:
    return sum(map(str.isalnum, even.partition("\0")[0]))


def _forms(name: str) -> tuple[str, ...]:
    """Return the forms by which a name is found in an even text, with the spaces that must stand around it."""
    seen = set[str]()
    for reading in evened(name).split("\0"):
        words = reading.split()
        seen.update(_around(" ".join(words)))
        if _TIBETAN.search(reading) or len(words) == 1:
            continue
        if len(words) <= MOST_WORDS:  # Xiaoming Wang, Wang Xiaoming
            seen.update(f" {' '.join(each)} " for each in ([*words[1:], words[0]], [words[-1], *words[:-1]]))
        for order in (words, [*words[1:], words[0]], [words[-1], *words[:-1]]) if len(words) <= MOST_WORDS else [words]:
            one = "".join(order)
            if _letters(one) >= SHORT:
                seen.add(f" {one}" if _letters(one) >= LONG else f" {one} ")
    return tuple(sorted(seen))


def _around(name: str) -> Iterator[str]:
    """Yield a name with spaces where a word must begin or end; a number without what may be dialled before it."""
    if name.isdecimal() and len(name) >= NUMBER:
        yield name.lstrip("0") or name
        return
    short = _letters(name) < SHORT
    if _UNSPACED.match(name):
        yield name if not short or _UNSPACED.match(name[-1]) else f"{name} "
        return
    written_on = next((letters for script, letters in _WRITTEN_ON.items() if script.match(name)), "")
    if not short:
        yield name if written_on else f" {name}"
        return
    ends = _ENDINGS if _TIBETAN.match(name) else ("",)
    for end in ends:
        yield f" {name}{end} "
    for letter in written_on:
        yield f" {letter}{name} "


def _covers(mask: str, reading: str, form: str, at: int) -> bool:
    """Return whether the *form* at that place of a *reading* is a part of the words of a *mask*."""
    bare = form.strip()
    at += len(form) - len(form.lstrip())
    within = mask.find(bare)
    while within >= 0:
        start = at - within
        if start >= 0 and reading.startswith(mask, start) and _ends_there(reading, start, start + len(mask)):
            return True
        within = mask.find(bare, within + 1)
    return False


def _ends_there(reading: str, start: int, end: int) -> bool:
    """Return whether words begin at *start* and end at *end*, where the script has any."""
    before = reading[start - 1 : start] == " " or _UNSPACED.match(reading[start]) is not None
    return before and (reading[end : end + 1] == " " or _UNSPACED.match(reading[end - 1]) is not None)
