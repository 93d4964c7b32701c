"""Which posts ``publish release`` is about, where none is named by its number, and why others were left."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.releases import check_day
from tamizdat.archive.views.audience import (
    open_without_consent,
    shown_by_consent,
    why_no_consent,
    written_for_everybody,
)
from tamizdat.archive.views.counting import own_versions
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.releases import Release
from tamizdat.cli.console import Out
from tamizdat.cli.formatting import counted
from tamizdat.errors import UsageError
from tamizdat.publishing.waiting import shown_versions
from tamizdat.statements import catalogued

NAMED: Final = 12  #: accounts that a message names


@dataclass(frozen=True)
class Posts:
    """All posts, by number: the version that counts, and what is said of each."""

    versions: Mapping[int, Version]
    releases: Mapping[str, Release]
    once_for_few: frozenset[int] = frozenset()  #: of which their own source once said that they were written for few

    @classmethod
    def of(cls, archive: Archive) -> "Posts":
        """Those of *archive*."""
        numbers = archive.index.releases.numbers()
        latest = {numbers[each.post]: each for each in archive.index.posts.latest()}
        latest |= {numbers[post]: version for post, version in shown_versions(archive).items()}
        few = set()
        for post in archive.index.posts.of_several_versions():
            every = own_versions(archive.index.posts.versions(post))
            if not all(written_for_everybody(each.audience) for each in every):
                few.add(numbers[post])
        return cls(dict(sorted(latest.items())), archive.index.releases.all(), frozenset(few))

    def release(self, number: int) -> Release:
        """Return what is said of the post with this number; the defaults if nothing is."""
        post = self.versions[number].post
        return self.releases.get(post, Release(post))


def choose(posts: Posts, args: Namespace) -> Iterator[int]:
    """Yield the numbers of posts of this voice, between these days."""
    since, until = args.since or "", args.until or "9999"
    for day in filter(None, (args.since, args.until)):
        check_day(day)
    voice = _voice(posts, args.voice)
    for number, version in posts.versions.items():
        day = (version.published or "")[:10]
        within = since <= day <= until if args.since or args.until else True
        if within and voice in (None, version.author):
            yield number


def _voice(posts: Posts, named: str | None) -> str | None:
    """Return the id of the one account that was named, by its handle, its id or its name; None if none was.

    Raises :class:`UsageError` for one that nobody has, and for a handle that several accounts have.
    """
    if named is None:
        return None
    wanted = named.lstrip("@").casefold()
    voices = {each.author: each for each in posts.versions.values()}
    for way in ("author", "handle", "name"):
        found = [each for each in voices.values() if getattr(each, way).casefold() in (wanted, named.casefold())]
        if len(found) == 1:
            return found[0].author
        if found:
            listed = "; ".join(f"{each.author} ({each.name or 'no name'})" for each in found)
            raise UsageError(
                f"Expected --voice to name one account, found {len(found)} called {named!r}. Name one by its id: "
                f"{listed}."
            )
    below = [each for each in voices.values() if each.handle.casefold().startswith(f"{wanted}/")]
    if below:  # feeds of one host
        raise UsageError(
            f"Expected --voice to name one account, found {len(below)} of {named!r}. Name one by its handle: "
            f"{', '.join(sorted(f'@{each.handle}' for each in below))}."
        )
    some = ", ".join(sorted({f"@{each.handle}" if each.handle else each.author for each in voices.values()})[:NAMED])
    raise UsageError(
        f"Expected --voice with the handle, name or id of an account, found {named!r}, which nobody has. There are: "
        f"{some or 'none yet'}."
    )


def is_open(posts: Posts, number: int) -> bool:
    """Return whether a choice of many may release a post: never by consent, and nothing that was withdrawn."""
    return open_without_consent(posts.versions[number].audience, posts.release(number).release)


def is_consented(posts: Posts, number: int) -> bool:
    """Return whether the author agreed that these very words, written for followers, are shown; and nobody withdrew."""
    version, said = posts.versions[number], posts.release(number)
    return said.release != catalogued.Release.WITHDRAWN and shown_by_consent(version, said)


def those_of_followers(posts: Posts, voice: str, out: Out) -> list[int]:
    """Return the numbers of the posts of an account that its consent can open; tell why others were left.

    Raises :class:`UsageError` if there are none.
    """
    author = _voice(posts, voice)
    few = {
        number: why_no_consent(version)
        for number, version in posts.versions.items()
        if version.author == author and not written_for_everybody(version.audience)
    }
    for why, many in Counter(filter(None, few.values())).items():
        out.say(f"{counted(many, 'post')} left: consent cannot open {why}.")
    numbers = [number for number, why in few.items() if not why]
    if not numbers:
        raise UsageError(
            f"Expected posts that {voice} wrote for followers, out of an archive of that account; found none. No "
            "consent was recorded."
        )
    return numbers


def say_left(posts: Posts, args: Namespace, released: bool, out: Out) -> None:
    """Tell why posts that were chosen were left: for whom they were written, that they were withdrawn, or are shown."""
    chosen = list(choose(posts, args))
    few = [number for number in chosen if not written_for_everybody(posts.versions[number].audience)]
    few = [number for number in few if not (args.consented and is_consented(posts, number))]
    withdrawn = [number for number in chosen if posts.release(number).release == catalogued.Release.WITHDRAWN]
    public = [number for number in chosen if posts.release(number).release == catalogued.Release.PUBLIC]
    if few:
        were = "was" if len(few) == 1 else "were"
        out.say(
            f"{counted(len(few), 'post')} {were} not written for everybody: 'tamizdat publish list' says for whom. "
            "What authors wrote for their followers can be shown if they agree: 'tamizdat publish consent'."
        )
    if withdrawn:
        out.say(f"{counted(len(withdrawn), 'post')} stay withdrawn; release them by number.")
    if public and not released:
        out.say(f"{counted(len(public), 'post')} of these {'is' if len(public) == 1 else 'are'} released already.")
    if not chosen and not released:
        out.say("No post fits.")
