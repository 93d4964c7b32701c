"""Which version of a released post is shown: a release names bytes, not whatever the post will say later.

::

    19 observed    "五年了"
    52 catalogued  {"release": "public"}, about the bytes of 19           19 is shown
    60 observed    "五年了。"                                              19 is still shown; 60 waits for an editor
    71 catalogued  {"release": "public"}, about the bytes of 60           60 is shown, 19 among what it said before

The latest release decides (:mod:`~.views.current_version`). Of the versions before the one it names, those
count that came from the same source, and that were in the ledger when it was stated: the editor saw them. A version
from another source (another feed, another account's export) has the same id because it says so; it counts only if a
release names its bytes. A later version of the same source waits until it is released, and one of another source until
the next release of any.

A deletion waits too. A post that is gone from its platform is shown, with that word; but whoever deleted it may be in
danger because of it. So it is told to editors until a release of the post, or its withdrawal, is stated after it.

Editions of earlier releases of this program showed the latest version there was. What the last edition shows counts as
released, so nothing goes back to an older text by itself.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from tamizdat.archive.archive import Archive
from tamizdat.archive.search.document import TRANSCRIPT, TRANSLATION
from tamizdat.archive.search.search import Hit
from tamizdat.archive.views.current_version import CountingVersion, counting_version, named_version, owners_word
from tamizdat.archive.views.observed import source_name
from tamizdat.archive.views.posts import Gone, Version
from tamizdat.archive.views.stories import story_of
from tamizdat.archive.views.transcripts import clip_of
from tamizdat.archive.views.version_difference import WORDS, are_in_order, are_numbered, at_hand, difference
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadArchive
from tamizdat.posts.identity import instant
from tamizdat.statements import derived, published
from tamizdat.statements import gone as gone_act
from tamizdat.statements.captured import CapturedSource
from tamizdat.statements.catalogued import Release
from tamizdat.statements.derived import Post
from tamizdat.statements.gone import EXPORT

PUBLISHED, AWAITED = "published", "awaited"  #: what is released stands in the last edition, or waits for the next


@dataclass(frozen=True)
class WaitingVersion:
    """A version that says something else than what is shown of item *number*, and that no editor released yet."""

    number: int
    index: int  #: of its ``observed`` statement
    before: str  #: the text that is shown
    after: str
    source: str = ""  #: where it came from, if not from where the shown one did


@dataclass(frozen=True)
class WaitingRemoval:
    """That item *number* is gone from its platform, while its words are shown and no editor looked since."""

    number: int
    index: int  #: of the ``gone`` statement
    shown: int  #: index of the ``observed`` statement of the version that is shown
    text: str  #: that is shown
    by_author: bool  #: whether an export of the author's own says that they deleted it
    day: str  #: on which it was deleted, or else was said to be gone
    reason: str = ""  #: the platform's word for why
    source: str = ""  #: who says so, if not where the shown version came from


class Until(NamedTuple):
    """How long a version stood: until the platform says that the next *replaced* it, else when it was last seen so."""

    time: str
    replaced: bool


@dataclass(frozen=True)
class ShownVersion:
    """The version of a post that is shown, and those around it."""

    version: Version
    earlier: tuple[Version, ...] = ()  #: what it said before, the oldest first
    pictures: tuple[Version, ...] = ()  #: those whose words stayed and whose pictures the next version replaced
    until: Mapping[int, Until] = field(default_factory=dict)  #: how long each of these stood, by number
    waiting: tuple[WaitingVersion, ...] = ()
    latest: Version | None = None  #: the newest from the same source, if that is another
    owners: Version | None = None  #: what its author's own archive said later (counting.owners_word)
    looked: bool = True  #: whether the release was stated after everything of the same source that waits

    @property
    def counting(self) -> CountingVersion:
        """The version, with the newest from the same source."""
        return CountingVersion(self.version, self.latest or self.version, self.owners)

    @property
    def published(self) -> str | None:
        """When it was published: of versions that the platform numbers, each with its own time, the first."""
        numbered = (each for each in (*self.earlier, *self.pictures, self.version) if self.version.version)
        return min(numbered, key=lambda each: each.version, default=self.version).published

    @property
    def stood(self) -> str:
        """When its own source last gave the post out."""
        return (self.latest or self.version).as_of


class ReleasedVersions:
    """Decides for each post; *last* are the items of the last edition, with the SHA-256 of their statements.

    *named* are the versions that releases name (:meth:`~tamizdat.archive.views.releases.Releases.named`).
    """

    def __init__(
        self,
        archive: Archive,
        last: Mapping[int, str] | None = None,
        named: Mapping[str, Sequence[tuple[int, int]]] | None = None,
    ) -> None:
        self._archive = archive
        self._last = items_of_last_edition(archive) if last is None else last
        self._named = archive.index.releases.named() if named is None else named

    def of(self, post: str, versions: Sequence[Version]) -> ShownVersion:
        """Return what is shown of a post that is released; *versions* are all of it, the oldest first."""
        if len(versions) == 1:
            return ShownVersion(versions[0])
        number, known = min(each.number for each in versions), {each.number: each for each in versions}
        named = self._named[post]
        release = seen = named[-1][0]
        version = named_version(versions, named)
        told: set[int] = set()
        shown = self._shown_last(number, versions)
        if shown:
            at, said = shown
            told = {each.index for each in said.earlier}
            if at > release and said.source.index in known and said.source.index not in {of for _, of in named}:
                version = known[said.source.index]
                seen = version.number
        own = [each for each in versions if each.source == version.source]
        place = versions.index(version)
        before = [
            each
            for each in versions[:place]
            if each.number in told or (each.number < seen and each in own and are_in_order(each, version))
        ]
        earlier, pictures, until = self._said_before([*before, version])
        later = [
            each
            for at, each in enumerate(versions)
            if each.said != version.said and (at > place if each in own else each.number > seen)
        ]
        return ShownVersion(
            version,
            earlier,
            pictures,
            until,
            tuple(self._waiting(number, version, each, each in own) for each in later),
            own[-1] if own[-1] != version else None,
            owners_word(version, versions),
            all(each.number < release for each in later if each in own),
        )  # fmt: skip

    def gone(self, chosen: ShownVersion, words: Sequence[Gone]) -> Gone | None:
        """Return the word that counts of those that a post is gone, in order: its own source's if that still stands.

        A stranger may say the same before it, or after.
        """
        if len(words) < 2:
            return words[0] if words else None
        version = chosen.version
        own = [each for each in words if each.as_of >= chosen.stood and self._whose(each, version) == version.source]
        return (own or words)[-1]

    def removal(self, number: int, chosen: ShownVersion, gone: Gone | None) -> WaitingRemoval | None:
        """Return the platform's word that released post *number* is *gone*, if no editor looked since; else None."""
        version = chosen.version
        if gone is None or gone.as_of < chosen.stood or self._released_at(version.post) > gone.number:
            return None
        said = gone_act.read(self._archive.statement(gone.number))
        whose = whose_word(self._archive, said, version)
        return WaitingRemoval(
            number, gone.number, version.number, version.text, gone.word == EXPORT and not said.reason,
            (gone.deleted or gone.as_of)[:10], said.reason or "", "" if whose == version.source else whose,
        )  # fmt: skip

    def told_gone(self, number: int, versions: Sequence[Version], removal: WaitingRemoval) -> bool:
        """Tell whether the last edition said so already, by the same statement: nothing is taken back by itself."""
        last = self._shown_last(number, versions)
        return last is not None and last[1].gone is not None and last[1].gone.index == removal.index

    def _said_before(
        self, versions: Sequence[Version]
    ) -> tuple[tuple[Version, ...], tuple[Version, ...], dict[int, Until]]:
        """Return the versions whose words the next one changed, those whose pictures alone, and until when they stood.

        One that a page cannot hold is left out.
        """
        sights, numbers = self._archive.index.sights, [each.number for each in versions]
        compared, last = sights.compared(numbers), sights.last(numbers)
        words, pictures = list[Version](), list[Version]()
        until: dict[int, Until] = {}
        for one, after in pairwise(versions):
            sides, numbered = (compared[one.number], compared[after.number]), are_numbered(one, after)
            what = difference(*sides, at_hand(one.text, after.text), numbered)
            if what and "\0" not in one.text:
                (words if what == WORDS else pictures).append(one)
                until[one.number] = _until(one, after, compared[after.number].updated, last.get(one.number, ""))
        return tuple(words), tuple(pictures), until

    def _whose(self, word: Gone, version: Version) -> str:
        return whose_word(self._archive, gone_act.read(self._archive.statement(word.number)), version)

    def _released_at(self, post: str) -> int:
        """Return where the latest release of the post stands; -1 if none names bytes of it."""
        named = self._named.get(post)
        return named[-1][0] if named else -1

    def _waiting(self, number: int, shown: Version, waits: Version, own: bool) -> WaitingVersion:
        return WaitingVersion(number, waits.number, shown.text, waits.text, "" if own else waits.source)

    def _shown_last(self, number: int, versions: Sequence[Version]) -> tuple[int, Post] | None:
        """Return the statement of it in the last edition, and where in the ledger it stands."""
        digest, index = self._last.get(number), self._archive.index
        for text in {each.text for each in versions} if digest else ():
            for at in reversed(index.about(sha256_hex(text.encode()))):
                if sha256_hex(self._archive.disclosure(at).envelope) == digest:
                    said = derived.read(self._archive.statement(at))
                    return (at, said) if isinstance(said, Post) else None
        return None


def _until(one: Version, after: Version, updated: str, last: str) -> Until:
    """Return until when *one* stood, which *after* replaced."""
    numbered = one.version != after.version and bool(one.version and after.version)
    replaced = updated or (instant(after.published) if numbered else "")
    seen = max(one.as_of, last)
    return Until(replaced, True) if replaced and (numbered or replaced >= seen) else Until(seen, False)


def whose_word(archive: Archive, said: gone_act.Gone, version: Version) -> str:
    """Return whose word it is that the post of *version* is gone.

    What the post's own address answers is the word of its own source, for nobody else is asked.
    """
    capture = archive.capture(said.slices[0].capture) if said.slices and said.word == EXPORT else None
    if not isinstance(capture, CapturedSource):
        return version.source
    return source_name(capture, version.author, version.url, version.name)


class CountingVersions:
    """Tells of each post which version counts, released or not: what is translated, and what is read at the desk."""

    def __init__(self, archive: Archive) -> None:
        self._released = ReleasedVersions(archive)
        self._public = archive.index.releases.all(Release.PUBLIC).keys()

    def of(self, post: str, versions: Sequence[Version]) -> CountingVersion:
        """Return it, of all *versions*, the oldest first."""
        if len(versions) == 1 or post not in self._public:
            return counting_version(versions)
        return self._released.of(post, versions).counting


def version_that_counts(archive: Archive, post: str) -> CountingVersion | None:
    """Return the version of one post, or transcript, that counts; None if there is no such text."""
    versions = archive.index.texts.versions(post)
    if not versions:
        return None
    if len(versions) == 1 or archive.index.releases.of(post).release != Release.PUBLIC:
        return counting_version(versions)
    released = ReleasedVersions(archive, named=archive.index.releases.named([post]))
    return released.of(post, versions).counting


def release_of(archive: Archive, hit: Hit) -> str:
    """Return how what was found stands to readers.

    What is released, or approved, is ``published`` if the last edition shows it, else ``awaited``; of a translation
    that is not approved its own state says so, and this is empty.
    """
    if hit.release != Release.PUBLIC:
        return hit.release
    if _is_published(archive, hit):
        return PUBLISHED
    return "" if hit.kind in (TRANSLATION, TRANSCRIPT) and hit.state != "approved" else AWAITED


def _is_published(archive: Archive, hit: Hit) -> bool:
    index, shown = archive.index, items_of_last_edition(archive)
    if not shown:
        return False
    if hit.kind not in (TRANSLATION, TRANSCRIPT):
        return hit.number in shown
    clip = clip_of(hit.post)
    held = None if clip is None else index.transcripts.of_post(clip)  # its words stand on the page of that post
    pages = {
        clip,
        story_of(hit.post),
        held.page if held else None,
        *(each.number for each in index.texts.versions(hit.post)),
    }
    if hit.kind == TRANSLATION:
        judged = index.translations.counting(hit.number)
    else:
        newest = index.transcripts.latest(hit.number)
        judged = index.transcripts.counting(newest.number) if newest else []
    approved = judged[-1].number if judged and judged[-1].verdict == "approved" else None
    return approved is not None and approved < index.by_act(published.ACT)[-1] and not pages.isdisjoint(shown)


_LAST: Final[WeakKeyDictionary[Archive, tuple[int, dict[int, str]]]] = WeakKeyDictionary()
_LOOKING: Final = threading.Lock()


def items_of_last_edition(archive: Archive) -> Mapping[int, str]:
    """Return the number of each item of the last edition, with the SHA-256 of its statement; it is kept in memory.

    Raises :class:`BadArchive` if the list is damaged.
    """
    editions = archive.index.by_act(published.ACT)
    with _LOOKING:
        known, items = _LAST.get(archive, (-1, {}))
        if editions and known != editions[-1]:
            said = published.read(archive.statement(editions[-1]))
            name, digest = "items" if said.format else "files", said.list_of_items or said.files.sha256
            with archive.objects.open(digest) as file:
                data = file.read()
            if sha256_hex(data) != digest:
                raise BadArchive(
                    f"Object {digest}: expected the list of what the last edition shows, found other bytes. The disk "
                    f"may be failing. Copy edition/{name}.txt of the site, or of a mirror, to objects/{digest[:2]}/"
                    f"{digest} in the archive."
                )
            items = (_items_in if said.format else _statements_in)(data)
            _LAST[archive] = editions[-1], items
    return items


def _items_in(listed: bytes) -> dict[int, str]:
    """Return what ``items.txt`` lists."""
    return {int(number): digest for number, digest in (line.split() for line in listed.decode().splitlines())}


def _statements_in(listed: bytes) -> dict[int, str]:
    """Return the same of what ``files.txt`` lists in the first format."""
    found = ((line[66:].split("/"), line[:64]) for line in listed.decode().splitlines())
    return {int(path[1]): digest for path, digest in found if path[::2] == ["items", "statement.json"]}
