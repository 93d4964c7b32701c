"""The memory: how a sentence like this one was translated before.

It holds what was reviewed or approved in this archive, and nothing else, and tells nothing of a post, or a version of
one, that translators may not see; it is a view that is made when it is first asked and then follows the archive. A
suggestion has a *score* from 0 to 100: 100 is the same sentence, whatever its
case, width and writing, traditional or simplified::

    遇難學生的名單   →   100  遇难学生的名单      The list of the students who died
                          86  遇难学生的姓名      The names of the students who died

Comparing a sentence with each of 50,000 takes too long, so candidates come first: sentences that share its rarest
tokens (pairs of characters in scripts without spaces, else words: :mod:`tamizdat.text.tokens`), found in lists by
token; only the best :data:`CANDIDATES` of them are compared, by edit distance. A threshold for long sentences is too
high for short ones: of four characters one other is a quarter. So it falls with the length.
"""

import heapq
import threading
from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process

from tamizdat.archive import Archive
from tamizdat.archive.views.translations import Pair
from tamizdat.dataclass import dataclass
from tamizdat.text.languages import primary_subtag
from tamizdat.text.tokens import folded, tokens
from tamizdat.translation.origins import Origins
from tamizdat.translation.standings import seen_by_translators

CANDIDATES: Final = 400  #: sentences that are compared
SHARED: Final = 8  #: one of so many tokens, at least, stands in a sentence that is compared
SCANNED: Final = 60_000  #: places of tokens that are looked at; the rarest tokens come first
LONG: Final = 12  #: characters; a shorter sentence has a lower threshold
MANY: Final = 500  #: changed translations, from which on all are read again
BUCKETS: Final = 1 << 13  #: of tokens; each is looked through for one of them
LOOKED: Final = 64  #: places after which a bucket is looked through for tokens that stand in many sentences
FEW: Final = 6  #: sentences; a token that stands in more has places of its own
LOW: Final = (1 << 32) - 1
HASH: Final = BUCKETS << 32  #: so many tokens are told from each other
THRESHOLD: Final = (50, 62)  #: the least score of a suggestion: for one character, and from LONG on


@dataclass(frozen=True)
class Suggestion:
    """A translation of a similar sentence: of *source*, in translation *number*; *score* is 100 for the same one.

    One from outside has the name of its *origin*, and no number (-1).
    """

    score: int
    source: str
    target: str
    number: int
    origin: str = ""


class _Said(NamedTuple):
    """What a sentence became in one translation."""

    source: str
    target: str
    number: int


class _Store:
    """Sentences of one language and their translations into another.

    Most tokens stand in one sentence alone: an object for each would take more memory than all words. So *places* has
    numbers of 64 bits side by side, by the hash of the token: 13 bits of it choose the bucket, the next 32 stand above
    the number of the sentence. The few that stand in many have arrays of their own (*often*), by the same 45 bits. Two
    tokens of one hash only make a sentence a candidate that is none.
    """

    def __init__(self) -> None:
        self.folds: list[str] = []
        self.said: list[list[_Said]] = []  #: of each fold
        self.sizes = array("I")
        self.at: dict[str, int] = {}
        self.places: dict[int, array[int]] = {}
        self.often: dict[int, array[int]] = {}

    def add(self, pair: Pair) -> int | None:
        """Add a pair, and its translation's number; return the place of its sentence, None if there are no words."""
        fold = _key(pair.source)
        if not fold or not pair.target:
            return None
        at = self.at.get(fold)
        if at is None:
            at = self.at[fold] = len(self.folds)
            self.folds.append(fold)
            self.said.append([])
            found = set(tokens(fold))
            self.sizes.append(len(found))
            for token in map(hash, found):
                self._place(token % HASH, at)
        said = _Said(pair.source, pair.target, pair.number)
        if self.said[at][-1:] != [said]:
            self.said[at].append(said)
        return at

    def _place(self, token: int, at: int) -> None:
        """Note that a token stands in the sentence at this place."""
        if (often := self.often.get(token)) is not None:
            often.append(at)
            return
        index = token % BUCKETS
        bucket = self.places.setdefault(index, array("Q"))
        bucket.append(token // BUCKETS << 32 | at)
        if len(bucket) % LOOKED == 0:
            many = {above for above, count in Counter(each >> 32 for each in bucket).items() if count > FEW}
            for above in many:
                places = array("I", [each & LOW for each in bucket if each >> 32 == above])
                self.often[above * BUCKETS + index] = places
            self.places[index] = array("Q", [each for each in bucket if each >> 32 not in many])

    def remove(self, at: int, number: int) -> None:
        """Remove what a translation has of the sentence at a place."""
        self.said[at] = [each for each in self.said[at] if each.number != number]

    def best(self, source: str, limit: int, seen: Callable[[int], bool]) -> list[Suggestion]:
        """Return at most *limit* suggestions for *source*, of translations that may be *seen*, best first."""
        fold = _key(source)
        cut = _threshold(fold)
        near = self._near(fold, cut)
        scored = process.extract(fold, near, scorer=fuzz.ratio, score_cutoff=cut, limit=4 * limit) if near else []
        found: dict[tuple[str, str], Suggestion] = {}
        for _, likeness, at in scored:
            score = 100 if self.folds[at] == fold else min(round(likeness), 99)
            for said in sorted(self.said[at], key=lambda each: each.number):
                if seen(said.number):  # of equal ones the newest stays
                    found[said.source, said.target] = Suggestion(score, *said)
        return sorted(found.values(), key=lambda each: (-each.score, -each.number))[:limit]

    def _near(self, fold: str, cut: int) -> dict[int, str]:
        """Return sentences that share tokens with it, and are not too long or short to be alike."""
        exact = {self.at[fold]: fold} if fold in self.at and self.said[self.at[fold]] else {}
        asked, shared, looked = set(tokens(fold)), Counter[int](), 0
        for places in sorted(filter(None, map(self._standing, asked)), key=len):
            if looked and looked + len(places) > SCANNED:
                break
            shared.update(places)
            looked += len(places)
        length, folds = len(fold), self.folds
        shortest, longest = length * cut / (200 - cut), length * (200 - cut) / cut  # of what can reach the score
        least = len(asked) // SHARED  # what shares less is never so much alike; most share one common token alone
        likely = [at for at, many in shared.items() if many >= least and shortest <= len(folds[at]) <= longest]
        wanted, sizes = len(asked), self.sizes
        best = heapq.nlargest(CANDIDATES, likely, key=lambda at: (2 * shared[at] / (wanted + sizes[at]), at))
        return {at: folds[at] for at in best if self.said[at]} | exact

    def _standing(self, token: str) -> Sequence[int]:
        """Return the sentences that a token stands in."""
        key = hash(token) % HASH
        if (often := self.often.get(key)) is not None:
            return often
        above = key // BUCKETS
        return [each & LOW for each in self.places.get(key % BUCKETS, ()) if each >> 32 == above]


class _Foreign:
    """The memories from outside, read again when an origin was taken in or thrown out."""

    def __init__(self) -> None:
        self.stores: dict[tuple[str, str], _Store] = {}
        self.names: list[str] = []
        self._stamp = (0, 0, 0)

    def follow(self, archive: Archive) -> None:
        origins = Origins(archive)
        stamp = origins.stamp()
        if stamp == self._stamp:
            return
        self.stores, self.names, numbers = {}, [], dict[str, int]()
        for name, pair in origins.pairs():
            number = numbers.setdefault(name, len(numbers))
            store = self.stores.setdefault((pair.spoken, pair.language), _Store())
            store.add(Pair(number, "", -1, pair.spoken, pair.language, pair.source, pair.target))
        self.names, self._stamp = list(numbers), stamp

    def suggest(self, source: str, spoken: str, language: str, limit: int) -> Iterator[Suggestion]:
        into = primary_subtag(language)
        for (own, target), store in self.stores.items():
            if target == into and (own == spoken or not spoken):
                for each in store.best(source, limit, lambda number: True):
                    yield replace(each, number=-1, origin=self.names[each.number])


class _Held(NamedTuple):
    """A translation whose sentences are remembered: of which version of which post, and where they are."""

    post: str
    version: int
    store: _Store
    at: "array[int]"


class _Memory:
    """The memory of one archive in this process, which follows what is stated."""

    def __init__(self) -> None:
        self.stores: dict[tuple[str, str], _Store] = {}
        self.held: dict[int, _Held] = {}
        self.newest = -1
        self.counted = 0
        self.foreign = _Foreign()
        self.mutex = threading.Lock()

    def follow(self, archive: Archive) -> None:
        """Add and remove the pairs of what was proposed, reviewed, returned or forgotten since the last time."""
        translations = archive.index.translations
        newest, before, now, changed = translations.changed(self.newest)
        if before != self.counted or len(changed) > MANY:  # something was forgotten, or much happened: make it anew
            self.stores, self.held, self.newest = {}, {}, -1
            newest, _before, now, changed = translations.changed(-1)
        if newest == self.newest:
            return
        whole = self.newest < 0
        self.counted = now  # of before anything is read: what is forgotten meanwhile is told
        for number in changed:
            self._drop(number)
        self._take(translations.pairs() if whole else translations.pairs(numbers=changed))
        self.newest = newest

    def _take(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            held = self.held.get(pair.number)
            if held is None:
                store = self.stores.setdefault((primary_subtag(pair.source_language), pair.language), _Store())
                held = self.held[pair.number] = _Held(pair.post, pair.version, store, array("I"))
            at = held.store.add(pair)
            if at is not None:
                held.at.append(at)

    def _drop(self, number: int) -> None:
        held = self.held.pop(number, None)
        if held is not None:
            for at in held.at:
                held.store.remove(at, number)


_OPEN: Final[WeakKeyDictionary[Archive, _Memory]] = WeakKeyDictionary()
_OPENING: Final = threading.Lock()


class Memory:
    """The memory of *archive*. Making one costs nothing: all of one archive share what they remember."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        with _OPENING:
            self._memory = _OPEN.setdefault(archive, _Memory())

    def suggest(
        self, source: str, source_language: str, language: str, limit: int = 5, but: Container[str] = ()
    ) -> list[Suggestion]:
        """Return the translations of the most similar sentences, best first; of equals, the newest.

        They are from one language into the other, and of all posts *but* these. What came from outside stands behind
        what was translated here with the same score. A post whose language is not known counts for every language.
        """
        open_to_all = seen_by_translators(self._archive)
        with self._memory.mutex:
            self._memory.follow(self._archive)
            held = self._memory.held
            own, into = primary_subtag(source_language), self._memory.stores.items()

            def seen(number: int) -> bool:
                return held[number].post not in but and open_to_all(held[number].post, held[number].version)

            stores = [
                store
                for (spoken, target), store in into
                if target == language and (spoken == own or not (spoken and own))
            ]
            self._memory.foreign.follow(self._archive)
            outside = self._memory.foreign.suggest(source, own, language, limit)
            found = {(each.source, each.target): each for each in outside}
            found |= {(each.source, each.target): each for store in stores for each in store.best(source, limit, seen)}
        return sorted(found.values(), key=lambda each: (-each.score, -each.number))[:limit]

    def __len__(self) -> int:
        with self._memory.mutex:
            self._memory.follow(self._archive)
            return sum(len(each.at) for each in self._memory.held.values())


def _key(source: str) -> str:
    return " ".join(folded(source).split())


def _threshold(fold: str) -> int:
    least, most = THRESHOLD
    return round(least + (most - least) * min(1.0, len(fold) / LONG))
