"""Which posts are released together, where none is named by its number, and why others are left.

``tamizdat publish release --voice`` and the workbench's screen *Release* choose by the same rules: never by consent
unless it is asked for, nothing that was withdrawn, nothing that an earlier export says was written for few, nothing
that the platform says is gone. Those are read and released one by one. Of a post that is shown, the words stay the ones
that are shown: what waits for an editor is not let through by releasing many at once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from sys import intern
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.releases import check_day
from tamizdat.archive.acts.versions import raw_of
from tamizdat.archive.released import ReleasedVersions
from tamizdat.archive.views.audience import (
    WITH_CONSENT,
    may_be_shown,
    open_without_consent,
    shown_by_consent,
    why_no_consent,
    written_for_everybody,
)
from tamizdat.archive.views.contexts import only_repeats
from tamizdat.archive.views.current_version import own_versions
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.releases import Release
from tamizdat.dataclass import dataclass
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.takes import has_no_preview
from tamizdat.posts.parts import read_parts
from tamizdat.posts.post import KEPT
from tamizdat.publishing.derived.hidden_voices import hidden_voices, is_hidden
from tamizdat.publishing.editor_queue import shown_versions
from tamizdat.statements import catalogued
from tamizdat.statements.catalogued import CataloguedPost

MEDIA: Final = ("picture", "clip")  #: what is released with many
BY_NUMBER: Final = "what a blog kept back, with all the rest: name each such post by its number"
PAGE: Final = 500  #: posts that are read at a time


@dataclass(frozen=True)
class Posts:
    """All posts, by number: the version that counts, without its words, address and thread; what is said of each."""

    versions: Mapping[int, Version]
    releases: Mapping[str, Release]
    reposts: frozenset[int] = frozenset()  #: that only repeat a post of somebody else
    once_for_few: frozenset[int] = frozenset()  #: of which their own source once said that they were written for few
    changed: frozenset[int] = frozenset()  #: of which there are several versions
    lacking: frozenset[int] = frozenset()  #: that were released before a file of theirs was fetched, which waits
    hidden: frozenset[str] = frozenset()  #: voices whose posts are hidden while a change of them waits

    @classmethod
    def of(cls, archive: Archive) -> "Posts":
        """Those of *archive*."""
        numbers = archive.index.releases.numbers()
        latest, reposts = dict[int, Version](), set[int]()
        for each in _each(archive):
            number = numbers[each.post]
            latest[number] = _kept(each)
            (reposts.add if _is_repost(each) else reposts.discard)(number)
        few, changed = set(), {*archive.index.posts.of_several_versions()}
        for post in changed:
            every = own_versions(archive.index.posts.versions(post))
            if not all(written_for_everybody(each.audience) for each in every):
                few.add(numbers[post])
        return cls(
            dict(sorted(latest.items())), archive.index.releases.all(), frozenset(reposts), frozenset(few),
            frozenset(map(numbers.__getitem__, changed)),
            frozenset(map(numbers.__getitem__, archive.index.releases.with_waiting_files())),
            hidden_voices(archive.folder),
        )  # fmt: skip

    @cached_property
    def _authors(self) -> Mapping[str, str]:
        return {each.post: each.author for each in self.versions.values()}

    def release(self, number: int) -> Release:
        """Return what is said of the post with this number; the defaults if nothing is."""
        post = self.versions[number].post
        return self.releases.get(post) or Release(post)

    def state(self, number: int) -> str:
        """Return whether the post with this number is public, restricted or withdrawn."""
        said = self.releases.get(self.versions[number].post)
        return said.release if said else catalogued.Release.RESTRICTED

    def between(self, voice: str | None, since: str, until: str) -> Iterator[int]:
        """Yield the numbers of posts of the account with this id (None: of all), between these days ("" for none).

        Raises :class:`UsageError` for what is no day.
        """
        for day in filter(None, (since, until)):
            check_day(day, "that posts are of")
        for number, version in self.versions.items():
            day = (version.published or "")[:10]
            within = since <= day <= (until or "9999") if since or until else True
            if within and voice in (None, version.author):
                yield number

    def is_open(self, number: int) -> bool:
        """Return whether a choice of many may release a post: never by consent, and nothing that was withdrawn."""
        return open_without_consent(self.versions[number].audience, self.state(number))

    def is_consented(self, number: int) -> bool:
        """Return whether the author agreed that these very words, written for followers, are shown, till now."""
        version, said = self.versions[number], self.release(number)
        return said.release != catalogued.Release.WITHDRAWN and shown_by_consent(version, said)

    def is_answer(self, number: int) -> bool:
        """Return whether it answers another account's post, or one that is not here; not so the parts of a thread."""
        version = self.versions[number]
        return bool(version.reply_to) and self._authors.get(version.reply_to) != version.author

    def is_repost(self, number: int) -> bool:
        """Return whether it only repeats a post of somebody else."""
        return number in self.reposts


def _each(archive: Archive) -> Iterator[Version]:
    """Yield the newest version of each post, then the one that is shown of those that have several."""
    after = ""
    while found := archive.index.posts.latest(after, PAGE):
        yield from found
        after = found[-1].post
    yield from shown_versions(archive).values()


def _is_repost(version: Version) -> bool:
    said = read_parts(version.text)
    return only_repeats(version) or (said.inner is not None and not said.text.strip())


def _kept(version: Version) -> Version:
    """Return what a choice asks of a version, a third of it: of 20,000 posts all are held while the workbench runs.

    What says the same of many posts, or what the queue has too, is kept once. Of the time of publication the day is
    kept, and as the moment the whole, where no other is known. Words are kept where they tell whether consent can open
    the post.
    """
    each = version
    return each._replace(
        published=intern(each.published[:10]) if each.published else None, moment=each.moment or each.published,
        post=intern(each.post), author=intern(each.author), handle=intern(each.handle), name=intern(each.name),
        kind=intern(each.kind), seen=intern(each.seen), as_of=intern(each.as_of), language=intern(each.language),
        reply_to=intern(each.reply_to), audience=intern(each.audience), source=intern(each.source),
        owner=intern(each.owner), state=intern(each.state), said="", thread="", url="", details="", summary="",
        text=each.text if each.audience in WITH_CONSENT else "",
    )  # fmt: skip


@dataclass(frozen=True)
class Sorted:
    """Posts that were chosen: those that are released, and by why they are left, those that are not."""

    released: tuple[int, ...]
    gone: tuple[int, ...]  #: the platform says so: whoever removed them may have had a reason
    once_for_few: tuple[int, ...]  #: by an earlier export: exports forget for whom
    for_few: tuple[int, ...]  #: not written for everybody
    withdrawn: tuple[int, ...]
    already: tuple[int, ...]  #: released, with nothing more to say


def sort_out(
    posts: Posts, numbers: Iterable[int], said: Callable[[str], CataloguedPost], consented: bool = False
) -> Sorted:
    """Sort posts that many are released with: what *said* would say of each, and of which it is news.

    It is news, too, of a post that was released before its files were fetched: these are shown from then on.

    With *consented*, those are released of which their authors agreed that these words for followers are shown.
    """
    numbers = list(numbers)
    may = posts.is_consented if consented else posts.is_open
    state = {each: posts.state(each) for each in numbers}
    news = [
        each
        for each in numbers
        if may(each)
        and (state[each] != catalogued.Release.PUBLIC or each in posts.lacking or is_news(posts.release(each), said))
    ]
    few = [] if consented else [each for each in news if each in posts.once_for_few]
    gone = [each for each in news if posts.versions[each].state == "gone" and each not in few]
    left, shown = {*few, *gone}, frozenset(news)
    withdrawn = tuple(each for each in numbers if state[each] == catalogued.Release.WITHDRAWN)
    for_few = [each for each in numbers if not written_for_everybody(posts.versions[each].audience)]
    return Sorted(
        released=tuple(each for each in news if each not in left),
        gone=tuple(gone),
        once_for_few=tuple(few),
        for_few=tuple(each for each in for_few if not (consented and may(each))),
        withdrawn=withdrawn,
        already=tuple(each for each in numbers if state[each] == catalogued.Release.PUBLIC and each not in shown),
    )


def is_news(said: Release, words: Callable[[str], CataloguedPost]) -> bool:
    """Return whether releasing it says anything that was not said."""
    if said.release != catalogued.Release.PUBLIC:
        return True
    return words(said.post) != CataloguedPost(said.post, release=catalogued.Release.PUBLIC)


def is_public(archive: Archive, posts: Posts, number: int, today: str) -> bool:
    """Return whether what is shown under this number may still be shown on *today*, published again or not."""
    if item := archive.index.item(number):
        return item.release == catalogued.Release.PUBLIC
    if person := archive.index.people.person(number):
        return person.release == catalogued.Release.PUBLIC
    if archive.index.stories.story(number):
        return archive.index.stories.shown(number) is not None
    return number in posts.versions and posts.release(number).shown_on(today) and _may_be_shown(archive, posts, number)


def _may_be_shown(archive: Archive, posts: Posts, number: int) -> bool:
    """Return whether the next edition shows the words of a released post, as its author and an editor would have it."""
    version, said = posts.versions[number], posts.release(number)
    hidden = is_hidden(version, posts.hidden)
    if written_for_everybody(version.audience) and number not in posts.changed and not hidden:
        return True
    named, versions = archive.index.releases.named([version.post]), archive.index.posts.versions(version.post)
    released = ReleasedVersions(archive, named=named)
    chosen = released.of(version.post, versions)
    if not may_be_shown(chosen.counting, said):
        return False
    gone = released.gone(chosen, archive.index.releases.gone([version.post]).get(version.post, ()))
    removal = released.removal(number, chosen, gone)
    return not hidden or (chosen.looked and not (removal and not removal.source))


def publishable(item: Item) -> bool:
    """Return whether a file of a card may be released with many: notes, documents and sound are read first."""
    whole = item.kind == "original" and item.state == "whole" and item.size > 0
    return whole and kind_of(item.path) in MEDIA and not has_no_preview(item.path)


def as_shown(archive: Archive, posts: Posts, said: Sequence[CataloguedPost]) -> list[CataloguedPost]:
    """Return *said* so that no words are released that nobody read: of a released post it is about what is shown."""
    shown = shown_versions(archive)
    public = {post for post in shown if posts.releases[post].release == catalogued.Release.PUBLIC}
    return [replace(each, raw=raw_of(archive, shown[each.post])) if each.post in public else each for each in said]


def consentable(posts: Posts, author: str) -> tuple[list[int], Counter[str]]:
    """Return the posts of an account for followers that its consent can open, and how many it cannot open, by why.

    What a blog keeps back is never opened with all the rest: each such post is named by its number.
    """
    few = {
        number: BY_NUMBER if version.audience == KEPT else why_no_consent(version)
        for number, version in posts.versions.items()
        if version.author == author and not written_for_everybody(version.audience)
        if version.audience != KEPT or not posts.is_consented(number)
    }
    return [number for number, why in few.items() if not why], Counter(filter(None, few.values()))


def consented(posts: Posts, author: str) -> list[int]:
    """Return the posts of an account of which its consent stands, whichever of their words it was about.

    Words that came since need consent of their own; those that it was about are still shown.
    """
    said = ((number, posts.release(number).consent) for number, each in posts.versions.items() if each.author == author)
    return [number for number, consent in said if consent and consent.given]
