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

PAGE: Final = 5_000  #: posts that are read at a time
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


def in_order(archive: Archive) -> "tuple[list[Standing], array[int], dict[str, Voice], dict[str, int]]":
    """Return all posts in the order of the queue, of each how many are older, who wrote them, and their threads."""
    posts: dict[str, Standing] = {}
    voices: dict[str, Voice] = {}
    times: dict[str, str] = {}
    before: dict[str, tuple[str, str]] = {}
    contexts, cut = Contexts(archive.index), set[str]()
    for each in _latest(archive):
        posts[each.post] = standing_of(each, contexts)
        if read_details(each.details).cut and only_repeats(each):
            cut.add(each.post)
        times[each.post] = each.moment or each.published or "9999"
        before[each.post] = (each.reply_to, each.thread)
        first = min(each.number, voices[each.author].number) if each.author in voices else each.number
        voices[each.author] = Voice(first, each.handle, each.name)
    roots = _roots(before)
    together = {root: many for root, many in Counter(roots[post] for post in posts).items() if many > 1}
    oldest: dict[str, tuple[str, str]] = {}
    for post, root in roots.items():
        oldest[root] = min((times[post], post), oldest.get(root, ("\uffff", "")))

    def place(each: Standing) -> tuple[bool, tuple[str, str], str, int]:
        return each.post in cut, oldest[roots[each.post]], times[each.post], each.number

    found = sorted(posts.values(), key=place)
    found = [each._replace(thread=roots[each.post]) if roots[each.post] in together else each for each in found]
    ranks = array("I", bytes(4 * len(found)))
    for rank, at in enumerate(sorted(range(len(found)), key=lambda at: times[found[at].post])):
        ranks[at] = rank
    return found, ranks, voices, together


def transcripts(archive: Archive) -> list[Standing]:
    """Return the transcripts that wait behind no post: each clip's, by number."""
    contexts = Contexts(archive.index)
    return [standing_of(each, contexts, each.capture) for each in archive.index.transcripts.every()]


def standing_of(version: Version, contexts: Contexts, first: int | None = None, thread: str = "") -> Standing:
    """Return what a queue must know of the post of this version; *first* is the number of its page."""
    said, spoken = contexts.whole(version), primary_subtag(version.language)
    words = sum(1 for _ in _WORD.finditer(said))
    day = (version.published or version.moment or "")[:10]
    about = (version.number, version.post, intern(spoken), intern(version.audience), sha256_hex(said.encode()))
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
