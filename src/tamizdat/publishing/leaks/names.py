r"""Names of people who are withheld, looked for in what the desk says, however they are written.

::

    entered          found in                                                              not in
    Tashi Dolma      tashi dolma · TASHI-DOLMA · DrTashiDolma · my_tashidolma.jpg · Dolma, Tashi   Dolma
    Liu Xiaobo       Liu Xiao-bo · Liu Xiao Bo · Xiaobo Liu
    Tsering          Tserings · DrTsering · @drtsering · freetsering.jpg                    drtsering
    O'Brien          O’Brien · Oʼbrien · OBrien
    José             Jose · Ｊｏｓé · Jose\u0301
    فاطمة            فاطمه · فَاطِمَة · فـاطمة
    王小明            王 小明 · 王\n小明 · 王小明們
    བཀྲ་ཤིས            བཀྲ༌ཤིས · བཀྲ་\nཤིས
    0171 234 567     0171/234567 · +49 171 234567
    Ali              Ali · ALI · Ali’s · AliKhan · #ali · ali_2.jpg                         ali · Alice · d'Alice

Names and texts are made even (:mod:`.even_words`). A name of fewer than :data:`SHORT` letters is looked for as a whole
word, with its capital unless it stands in what is joined: a tag, an account, an address, the name of a file. A longer
one is looked for wherever a word begins with it, and anywhere in what is joined; one of :data:`LONG` letters anywhere
in a word, and in pieces. What is not looked for is told (:func:`why_not_sought`).

An author's own words excuse themselves and nothing else. A name that is somebody else's stands in words that the desk
entered with the person (*elsewhere*), or in a longer name that is shown.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Final, NamedTuple

from tamizdat.archive import Archive
from tamizdat.archive.views.people import Person
from tamizdat.publishing.leaks.even_words import UNSPACED, evened, is_joined, joined, readings
from tamizdat.publishing.leaks.patterns import PatternTable, bytewise
from tamizdat.statements import derived
from tamizdat.statements.catalogued import PersonEntry, Release
from tamizdat.statements.derived import Item
from tamizdat.text.late_pattern import late_pattern
from tamizdat.text.references import resolve_references
from tamizdat.text.tokens import CLUSTERED, JOINED, TIBETAN

RULES: Final = 4  #: another number looks for all names again in what was told before
PRINT: Final = 16  #: bytes of a digest
FEWEST: Final = 2  #: letters of a name
SHORT: Final = 5  #: letters; a shorter name is looked for as a whole word
LONG: Final = 8  #: letters; of a name whose words are written as one, fewer are a whole word
NUMBER: Final = 7  #: digits of a number that is looked for within longer ones
EXCERPT: Final = 80  #: characters
MOST_WORDS: Final = 4  #: of a name whose first or last word may stand at its other end
_TIBETAN: Final = late_pattern(f"[{TIBETAN}]")
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
_LETTERS: Final = late_pattern(f"(?:(?![{JOINED}{CLUSTERED}])[^\\W_])+")
#: prepositions that nearly every text in Arabic has, with letters that are folded into those of names (علي)
_SMALL_WORDS: Final = late_pattern("[وف]?(?:على|إلى|الى|حتى|لدى)")


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


class SoughtName:
    """One writing of a name of a person, the forms by which it is found, and even words in which it is none.

    *forms* stand in a text with the spaces that they have; *joined*, its words as one, in what is joined, and the
    longer of them in any word, or as several that begin and end where words do.
    """

    def __init__(self, person: int, text: str, elsewhere: Iterable[str]) -> None:
        self.person, self.text = person, text
        self.forms, self.joined = _forms(text)
        even = _bare(text)
        self._even, self._is_cased = even, is_one_word(even) and _letters(even) < SHORT
        parts = [form.replace(" ", "") for form in (*self.forms, *self.joined)]
        masks = (words for each in elsewhere for words in _readings(each))
        self.masks = {words for words in masks if any(part in words.replace(" ", "") for part in parts)}

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
        for reading in readings(text, partial(_LETTERS.sub, self._as_its_own) if self._is_cased else str):
            spans = {span for form in self.forms for span in _spans(reading, form)}
            spans |= {span for form in self.joined if len(form) >= LONG for span in _spans_of_one(reading, form)}
            yield from self._excerpts(reading, spans)
        if any(form in reading for reading in readings(text) for form in self.joined):
            for reading in joined(text):
                yield from self._excerpts(reading, {span for form in self.joined for span in _spans(reading, form)})

    def _excerpts(self, reading: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
        for start, end in sorted(spans):
            if not any(_covers(mask, reading, start, end) for mask in self.masks):
                yield reading[max(0, start - EXCERPT // 3) : end + EXCERPT // 3].strip()

    def _as_its_own(self, word: re.Match[str]) -> str:
        """Return a word, or a stop for one that begins with a small letter where the name has a capital.

        Not in what is joined. Also for a word of every other sentence, if the name is not written so.
        """
        if _SMALL_WORDS.fullmatch(word[0]) and word[0] not in self.text:
            return "."
        small = self.text[:1].isupper() and word[0][:1].islower()
        return "." if small and _bare(word[0]) == self._even and not is_joined(word) else word[0]

    def is_in(self, text: str) -> bool:
        """Return whether it stands in *text* and is no other's."""
        return any(True for _ in self._places(text))

    def print_under(self, key: bytes, others: Iterable[str]) -> bytes:
        """Return a keyed digest of all that decides where it stands; *others* are all names of that person."""
        said = repr((RULES, self.text, sorted(self.masks), *others)).encode("utf-8", "surrogatepass")
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
            SoughtName(each.person, name, each.elsewhere)
            for each in people
            for name in dict.fromkeys(each.names)
            if not why_not_sought(name, each.elsewhere) and _bare(name) not in told
        ]
        self._table = PatternTable()
        for number, name in enumerate(self.names):
            for form in name.joined or name.forms:  # the others have the same letters
                self._table.add(form, number)
        self._table.close()
        for words in {words for each in (*shown, *longer) for words in _readings(each)} if self.names else ():
            for number in self.met(words):
                if self.names[number].may_be_part_of(words):
                    self.names[number].masks.add(words)

    def met(self, text: str) -> set[int]:
        """Return which names may stand in a text, by their places in :attr:`names`."""
        if not self.names or not text:
            return set()
        even = evened(text)
        return {*self._table.occurring(bytewise(f"{even}\0{even.replace(' ', '')}"))}

    def is_written(self, person: int, text: str) -> bool:
        """Return whether a text has any writing of the name of a person, where it is no other's and no usual word."""
        return any(name.is_in(text) for name in self.names if name.person == person)

    def prints(self, key: bytes) -> list[bytes]:
        """Return a keyed digest of each name, another one whenever it may be found elsewhere."""
        return [each.print_under(key, self._people[each.person]) for each in self.names]


def naming(names: Sequence[str]) -> Callable[[str], bool]:
    """Return the question whether a text has one of the *names*, in any form that is looked for."""
    search = NameSearch([Withheld(0, (*names,))])
    return lambda text: any(search.names[number].is_in(text) for number in search.met(text))


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
    return withheld_beside(archive, told)


def withheld_beside(archive: Archive, told: Mapping[int, Container[str]]) -> list[Withheld]:
    """Return everybody of whom another name was ever entered than those that are *told*, with each such name."""
    found = dict[int, Withheld]()
    for each in archive.index.people.stated():
        before = found.get(each.number, Withheld(each.number, ()))
        names = dict.fromkeys([*before.names, *names_of(each)])
        kept = tuple(name for name in names if name not in told.get(each.number, ()))
        found[each.number] = Withheld(each.number, kept, each.elsewhere)
    return [each for each in found.values() if each.names]


def withheld_now(archive: Archive, longer: Iterable[str] = (), only: Container[int] | None = None) -> NameSearch:
    """Return the search for every name that may not be told by now, whatever an edition shows; *longer* as there.

    *only* names of these people, if they are given.
    """
    told = _told_now(archive)
    people = (each for each in withheld_beside(archive, told) if only is None or each.person in only)
    return NameSearch(people, {name for names in told.values() for name in names}, longer)


def unsought_now(archive: Archive) -> set[int]:
    """Return the people of whom a name may not be told by now that nobody can look for."""
    people = withheld_beside(archive, _told_now(archive))
    return {each.person for each in people if any(why_not_sought(name, each.elsewhere) for name in each.names)}


def _told_now(archive: Archive) -> dict[int, set[str]]:
    return {each.number: {each.name, *dict(each.names).values()} for each in archive.index.people.all(Release.PUBLIC)}


def names_told(person: derived.PersonRecord) -> set[str]:
    """Return the names by which somebody is shown."""
    return {person.name, *person.names.values()}


@lru_cache(64)
def _name(text: str, elsewhere: tuple[str, ...]) -> SoughtName:
    return SoughtName(0, text, elsewhere)


def is_anothers(name: str, elsewhere: tuple[str, ...], text: str) -> bool:
    """Return whether a name stands in *text*, which may be JSON, in the words *elsewhere* alone, if at all."""
    return bool(elsewhere) and not _name(name, elsewhere).is_in(resolve_references(text).replace("\\n", "\n"))


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
    return " " not in even.strip() and not UNSPACED.search(even)


def is_looked_for_everywhere(name: str) -> bool:
    """Return whether a name is long enough to be looked for in every byte of a page, as other secrets are."""
    even = evened(name)
    return _letters(even) >= (FEWEST if UNSPACED.search(even) else SHORT)


def _letters(even: str) -> int:
    return sum(map(str.isalnum, even.partition("\0")[0]))


def _forms(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the forms by which a name is found in an even text, with spaces that must stand around; those as one."""
    seen, ones = set[str](), set[str]()
    for reading in readings(name):
        words = reading.split()
        seen.update(_around(" ".join(words)))
        if _TIBETAN.search(reading):
            continue
        orders = [words]
        if 1 < len(words) <= MOST_WORDS:  # Xiaoming Wang, Wang Xiaoming
            orders += [[*words[1:], words[0]], [words[-1], *words[:-1]]]
            seen.update(f" {' '.join(each)} " for each in orders[1:])
        for order in orders:
            one = "".join(order)
            if _letters(one) >= SHORT and not one.isdecimal() and not UNSPACED.search(one):
                ones.add(one)
                seen.update([f" {one} "] if len(words) > 1 and len(one) < LONG else [])
    return tuple(sorted(seen)), tuple(sorted(ones))


def _around(name: str) -> Iterator[str]:
    """Yield a name with spaces where a word must begin or end; a number without what may be dialled before it."""
    if name.isdecimal() and len(name) >= NUMBER:
        yield name.lstrip("0") or name
        return
    short = _letters(name) < SHORT
    if UNSPACED.match(name):
        yield name if not short or UNSPACED.match(name[-1]) else f"{name} "
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


def _spans(reading: str, form: str) -> Iterator[tuple[int, int]]:
    """Yield where a form stands in a reading, without the spaces around it."""
    bare = form.strip()
    before, at = len(form) - len(form.lstrip()), reading.find(form)
    while at >= 0:
        yield at + before, at + before + len(bare)
        at = reading.find(form, at + 1)


def _spans_of_one(reading: str, form: str) -> Iterator[tuple[int, int]]:
    """Yield where a form stands within a word, or as several words from the beginning of one to the end of one."""
    yield from _spans(reading, form)
    one = reading.replace(" ", "")
    if form not in one:
        return
    places = [at for at, letter in enumerate(reading) if letter != " "]
    for at, after in _spans(one, form):
        start, end = places[at], places[after - 1] + 1
        begins = reading[start - 1] == " " or any(script.match(form) for script in _WRITTEN_ON)
        if end - start > len(form) and begins and reading[end] == " ":
            yield start, end


def _covers(mask: str, reading: str, start: int, end: int) -> bool:
    """Return whether *start* to *end* of a *reading* is a part of the words of a *mask*."""
    at = reading.find(mask, max(0, end - len(mask)))
    while 0 <= at <= start:
        if _ends_there(reading, at, at + len(mask)):
            return True
        at = reading.find(mask, at + 1)
    return False


def _ends_there(reading: str, start: int, end: int) -> bool:
    """Return whether words begin at *start* and end at *end*, where the script has any."""
    before = reading[start - 1 : start] == " " or UNSPACED.match(reading[start]) is not None
    return before and (reading[end : end + 1] == " " or UNSPACED.match(reading[end - 1]) is not None)
