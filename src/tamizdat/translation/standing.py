"""One post as a queue knows it, and all posts in the order of the queue: threads together, the oldest first."""

import re
from array import array
from collections import Counter
from collections.abc import Iterator
from sys import intern
from typing import Final, NamedTuple

from tamizdat.archive import Archive
from tamizdat.archive.views.contexts import Contexts, only_repeats
from tamizdat.archive.views.post_details import read_details
from tamizdat.archive.views.posts import Version
from tamizdat.encoding import sha256_hex
from tamizdat.text.languages import primary_subtag
from tamizdat.translation.placeables import has_words

PAGE: Final = 500  #: posts that are read at a time
_SIGNS: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_WORD: Final = re.compile(f"[{_SIGNS}]|(?:(?![{_SIGNS}])\\w)+")


class Standing(NamedTuple):
    """A post and what a queue must know of it: the number of the version that counts, and for whom it was written.

    *spoken* is its language without script and region, *text* the SHA-256 of all that is said
    (:meth:`~tamizdat.archive.views.contexts.Contexts.whole`), *worded* whether there is anything to translate.
    """

    number: int
    post: str
    spoken: str
    audience: str
    text: str
    worded: bool
    voice: str  #: the id of its author
    day: str  #: on which it was published, "" if nobody can tell
    words: int  #: how many; of scripts without spaces each sign is one
    first: int = -1  #: the number of the post's page: of its first version
    thread: str = ""  #: the first post of its thread, if there are others of it here


class Voice(NamedTuple):
    """Who wrote posts: the number of their first one here, and the handle and name of the latest."""

    number: int
    handle: str
    name: str


class _Read(NamedTuple):
    """A post as it was read, and what its place among the others hangs on."""

    standing: Standing
    cut: bool  #: whether it only repeats what the platform cut off
    time: str
    answers: str
    thread: str


class Order:
    """All posts in the order of the queue, of each how many are older, who wrote them, and their threads.

    What was read of a post is kept, so that of 20,000 only those are read again that have a new version.
    """

    def __init__(self) -> None:
        self.posts: list[Standing] = []
        self.ranks = array("I")  #: of each place: how many posts are older
        self.voices: dict[str, Voice] = {}
        self.threads: dict[str, int] = {}  #: how many posts are in each thread, by its first post
        #: stories and transcripts, before all posts: they are few, and a clip waits for its last
        self.first: list[Standing] = []
        self._sorted: list[Standing] = []
        self._ages = array("I")
        self._read: dict[str, _Read] = {}
        self._seen = -1
        self._kept = (-1, -1)

    def follow(self, archive: Archive) -> bool:
        """Read what changed since, and put all posts in order; return whether all of them were read again."""
        newest, kept, now, changed = archive.index.posts.changed(self._seen)
        anew = self._seen < 0 or kept != self._kept or len(changed) > len(self._read) // 4
        if anew:
            self._read, self.voices, latest = {}, {}, _latest(archive)
        else:
            self.voices = dict(self.voices)  # whoever asked before holds the other
            for post in changed:
                self._read.pop(post, None)
            latest = iter(archive.index.posts.latest_among(changed))
        contexts = Contexts(archive.index)
        for each in latest:
            self._take(each, contexts)
        self._seen, self._kept = newest, now  # of before anything was read: what is forgotten meanwhile is told
        self._sort()
        return anew

    def _take(self, each: Version, contexts: Contexts) -> None:
        cut = bool(read_details(each.details).cut and only_repeats(each))
        time = each.moment or each.published or "9999"
        self._read[each.post] = _Read(standing_of(each, contexts), cut, time, each.reply_to, each.thread)
        known = self.voices.get(each.author)
        first = min(each.number, known.number) if known else each.number
        self.voices[each.author] = Voice(first, each.handle, each.name)

    def _sort(self) -> None:
        read = self._read
        roots = _roots({post: (each.answers, each.thread) for post, each in read.items()})
        together = {root: many for root, many in Counter(roots.values()).items() if many > 1}
        oldest = {root: (read[root].time, root) for root in roots.values()}
        for post, root in roots.items():
            if root in together:
                oldest[root] = min((read[post].time, post), oldest[root])

        def place(each: _Read) -> tuple[bool, tuple[str, str], str, int]:
            return each.cut, oldest[roots[each.standing.post]], each.time, each.standing.number

        found = sorted(read.values(), key=place)
        by_age = sorted(range(len(found)), key=[each.time for each in found].__getitem__)
        self._ages = array("I", bytes(4 * len(found)))
        for rank, at in enumerate(by_age):
            self._ages[at] = rank
        self.threads = together
        self._sorted = [
            each.standing._replace(thread=root) if (root := roots[each.standing.post]) in together else each.standing
            for each in found
        ]
        self._join()

    def follow_first(self, archive: Archive) -> None:
        """Read stories and the transcripts of clips again."""
        contexts, index = Contexts(archive.index), archive.index
        texts = (*index.stories.texts(), *index.transcripts.every())
        self.first = [standing_of(each, contexts, each.capture) for each in texts]
        self._join()

    def _join(self) -> None:
        before = len(self.first)
        self.posts = [*self.first, *self._sorted]
        self.ranks = array("I", [*range(before), *(rank + before for rank in self._ages)]) if before else self._ages


def standing_of(version: Version, contexts: Contexts, first: int | None = None, thread: str = "") -> Standing:
    """Return what a queue must know of the post of this version; *first* is the number of its page."""
    said, spoken = contexts.whole(version), primary_subtag(version.language)
    words = len(_WORD.findall(said))
    day = (version.published or version.moment or "")[:10]
    about = (version.number, intern(version.post), intern(spoken), intern(version.audience), sha256_hex(said.encode()))
    first = version.number if first is None else first
    return Standing(*about, has_words(said), intern(version.author), intern(day), words, first, thread)


def _latest(archive: Archive) -> Iterator[Version]:
    """Yield the newest version of each post from where it came first, a page at a time."""
    after = ""
    while found := archive.index.posts.latest(after, PAGE):
        yield from found
        after = found[-1].post


def _roots(before: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return the first post of each one's thread.

    *before* tells what it answers and which thread it is in, which may not be here. Posts that answer each other in a
    circle have one of them.
    """
    roots: dict[str, str] = {}
    for post in before:
        way = []
        here = post
        while here not in roots:
            way.append(here)
            roots[here] = here  # until more is known, and so that a circle ends
            earlier = next((each for each in before[here] if each in before), here)
            if earlier == here:
                break
            here = earlier
        for each in way:
            roots[each] = roots[here]
    return roots
