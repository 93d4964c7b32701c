"""Where every post stands, kept in memory: a view of the archive that a queue can be read from at once.

Reading all posts and translations takes seconds at some hundred thousand, and a translator asks for the next one after
each sentence. So what a queue must know of each (a few numbers) is read once, in order, and then follows the archive:
a new translation or review changes one entry. All that ask about one archive share it.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from tamizdat.archive import Archive
from tamizdat.archive.released import CountingVersions
from tamizdat.archive.views.audience import open_to_accounts, open_without_consent, version_may_be_shown
from tamizdat.archive.views.contexts import Contexts, only_repeats
from tamizdat.archive.views.post_details import read_details
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.releases import Release
from tamizdat.archive.views.translations import Head
from tamizdat.encoding import sha256_hex
from tamizdat.text.languages import primary_subtag
from tamizdat.translation.placeables import has_words

PAGE: Final = 5_000  #: posts that are read at a time
MANY: Final = 200  #: changed translations, from which on all are read again


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


@dataclass(frozen=True)
class _Known:
    """For whom posts are: *audiences* of all, *releases* of those of which something was said.

    Of the few of which the newest version and its audience do not tell everything, because they have several versions
    or their author's consent, or repeat what is here by itself: *counting*, the version that counts; *opened*, whether
    translators may read the post; and *readable*, which versions of it, if there are several.
    """

    audiences: Mapping[str, str]
    releases: Mapping[str, str]
    counting: dict[str, Standing]
    opened: dict[str, bool]
    readable: dict[str, frozenset[int]]

    @classmethod
    def of(cls, archive: Archive, posts: Sequence[Standing]) -> "_Known":
        said, several = archive.index.releases.all(), archive.index.posts.of_several_versions()
        known = cls({each.post: each.audience for each in posts},
                    {post: each.release for post, each in said.items()}, {}, {}, {})  # fmt: skip
        every, contexts = CountingVersions(archive), Contexts(archive.index)
        repeating = archive.index.posts.repeating_known()
        for post in several | repeating | {post for post, each in said.items() if each.consent}:
            versions, release = archive.index.posts.versions(post), said.get(post, Release(post))
            counting = every.of(post, versions)
            known.counting[post] = _standing(counting.version, contexts)
            known.opened[post] = open_to_accounts(counting, release)
            own = [each for each in versions if each.source == counting.version.source and not contexts.hides(each)]
            known.readable[post] = frozenset(each.number for each in own if version_may_be_shown(each, release))
        return known

    def is_open(self, post: str) -> bool:
        """Return whether translators may read a post now."""
        known = self.opened.get(post)
        if known is None:
            return open_without_consent(self.audiences.get(post, ""), self.releases.get(post, ""))
        return known


class _Board:
    def __init__(self) -> None:
        self.mutex = threading.Lock()
        self.posts: list[Standing] = []
        self.known = _Known({}, {}, {}, {}, {})
        self.heads: dict[tuple[str, str], Head] = {}
        self._stamp = (-1, -1, -1)
        self._newest = -2
        self._gone = -1

    def follow(self, archive: Archive) -> None:
        translations = archive.index.translations
        stamp = translations.stamp()
        if stamp[:2] != self._stamp[:2]:
            self.posts = _in_order(archive)
            self._newest = -2
        if stamp != self._stamp:
            self.known = _Known.of(archive, self.posts)
        self._stamp = stamp
        newest, gone, changed = translations.changed(self._newest)
        if gone != self._gone or len(changed) > MANY or self._newest < -1:
            self.heads = translations.heads()
        else:
            self._change(archive, changed)
        self._newest = newest
        self._gone = translations.changed(newest)[1] if newest != -1 else 0

    def _change(self, archive: Archive, changed: set[int]) -> None:
        translations = archive.index.translations
        for number in changed:
            each = translations.translation(number)
            head = translations.latest(each.post, each.language) if each else None
            if head:
                self.heads[head.post, head.language] = Head(head.number, head.text, head.by, head.state)


_OPEN: Final[WeakKeyDictionary[Archive, _Board]] = WeakKeyDictionary()
_OPENING: Final = threading.Lock()


@contextmanager
def _followed(archive: Archive) -> Iterator[_Board]:
    with _OPENING:
        board = _OPEN.setdefault(archive, _Board())
    with board.mutex:
        board.follow(archive)
        yield board


def standing(archive: Archive, language: str) -> Iterator[tuple[Standing, Head | None]]:
    """Yield every post that may be translated into *language*, with where it stands, in the order of the queue.

    The oldest comes first, each thread together; what has no time comes last, but for others' posts of which the
    platform gave out only the beginning.
    """
    with _followed(archive) as board:
        heads, wanted = dict(board.heads), primary_subtag(language)
        posts, known = board.posts, board.known
    for each in posts:
        now = known.counting.get(each.post, each)
        if now.spoken != wanted and known.is_open(each.post):
            yield now, heads.get((each.post, language))


def languages(archive: Archive) -> list[str]:
    """Return the languages into which anything was translated here."""
    with _followed(archive) as board:
        return sorted({language for _, language in board.heads})


def seen_by_translators(archive: Archive) -> Callable[[str, int], bool]:
    """Return a function that tells whether translators may read a version of a post now, by the post's id and number.

    It tells what is so now, and not what will be.
    """
    with _followed(archive) as board:
        known = board.known

    return lambda post, version: known.is_open(post) and version in known.readable.get(post, (version,))


def _in_order(archive: Archive) -> list[Standing]:
    posts: dict[str, Standing] = {}
    times: dict[str, str] = {}
    before: dict[str, tuple[str, str]] = {}
    contexts, cut = Contexts(archive.index), set[str]()
    for each in _latest(archive):
        posts[each.post] = _standing(each, contexts)
        if read_details(each.details).cut and only_repeats(each):
            cut.add(each.post)
        times[each.post] = each.moment or each.published or "9999"
        before[each.post] = (each.reply_to, each.thread)
    roots = _roots(before)
    oldest: dict[str, tuple[str, str]] = {}
    for post, root in roots.items():
        oldest[root] = min((times[post], post), oldest.get(root, ("\uffff", "")))

    def place(each: Standing) -> tuple[bool, tuple[str, str], str, int]:
        return each.post in cut, oldest[roots[each.post]], times[each.post], each.number

    return sorted(posts.values(), key=place)


def _standing(version: Version, contexts: Contexts) -> Standing:
    said, spoken = contexts.whole(version), primary_subtag(version.language)
    return Standing(version.number, version.post, spoken, version.audience, sha256_hex(said.encode()), has_words(said))


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
