"""Which posts ``publish release`` is about, where none is named by its number, and why others were left."""

from argparse import Namespace
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.archive.views.audience import written_for_everybody
from tamizdat.cli.console import Out
from tamizdat.cli.terminal_text import counted
from tamizdat.errors import UsageError
from tamizdat.footage.kinds import kind_of
from tamizdat.footage.probe import form_of
from tamizdat.footage.reencode import TEXT
from tamizdat.publishing.derived.clearance import Clearance
from tamizdat.publishing.derived.item_words import words
from tamizdat.publishing.release_choice import Posts, consentable, consented
from tamizdat.statements import catalogued

NAMED: Final = 12  #: accounts that a message names


def choose(posts: Posts, args: Namespace) -> Iterator[int]:
    """Yield the numbers of posts of this voice, between these days."""
    return posts.between(_voice(posts, args.voice), args.since or "", args.until or "")


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


def those_of_followers(posts: Posts, voice: str, out: Out) -> list[int]:
    """Return the numbers of the posts of an account that its consent can open; tell why others were left.

    Raises :class:`UsageError` if there are none.
    """
    numbers, left = consentable(posts, _voice(posts, voice) or "")
    for why, many in left.items():
        out.say(f"{counted(many, 'post')} left: consent cannot open {why}.")
    if not numbers:
        raise UsageError(
            f"Expected posts that {voice} wrote for followers, out of an archive of that account; found none. No "
            "consent was recorded."
        )
    return numbers


def those_consented(posts: Posts, voice: str) -> list[int]:
    """Return the numbers of the posts of an account of which its consent stands, so that it can be taken back.

    Raises :class:`UsageError` if there are none.
    """
    numbers = consented(posts, _voice(posts, voice) or "")
    if not numbers:
        raise UsageError(f"Expected posts of {voice} of which consent is recorded, found none. Nothing was withdrawn.")
    return numbers


def say_left(posts: Posts, chosen: Collection[int], consented: bool, released: bool, out: Out) -> None:
    """Tell why posts that were chosen were left: for whom they were written, that they were withdrawn, or are shown."""
    few = [number for number in chosen if not written_for_everybody(posts.versions[number].audience)]
    few = [number for number in few if not (consented and posts.is_consented(number))]
    withdrawn = [number for number in chosen if posts.release(number).release == catalogued.Release.WITHDRAWN]
    public = [number for number in chosen if posts.release(number).release == catalogued.Release.PUBLIC]
    if few:
        were = "was" if len(few) == 1 else "were"
        out.say(
            f"{counted(len(few), 'post')} {were} not written for everybody: 'tamizdat publish list' says for whom. "
            "What authors wrote for their followers can be shown if they agree: 'tamizdat publish consent'."
        )
    if withdrawn:
        out.say(f"Left withdrawn: {counted(len(withdrawn), 'post')}. What is to be shown again is released by number.")
    if public and not released:
        out.say(f"{counted(len(public), 'post')} of these {'is' if len(public) == 1 else 'are'} released already.")
    if not chosen and not released:
        out.say("No post fits.")


def held_back(archive: Archive, numbers: Collection[int]) -> tuple[list[int], list[int]]:
    """Return of these items those of which nobody has said yet who is in them, and those that no edition can show."""
    clearance = Clearance(archive, words(archive))
    items = [item for number in numbers if (item := archive.index.item(number))]
    unsaid = [item.number for item in items if clearance.why_not(item)]
    return unsaid, [item.number for item in items if _has_no_form(archive, item)]


def _has_no_form(archive: Archive, item: Item) -> bool:
    """Tell whether a file is no picture, clip, sound, PDF or text, as far as it is here to be looked at."""
    if kind_of(item.path) == TEXT or not archive.objects.has(item.original):
        return False
    with archive.objects.open(item.original) as file:
        return form_of(file) is None


def say_held_back(unsaid: Sequence[int], formless: Sequence[int], out: Out) -> None:
    """Tell what is released and not in the next edition, and what opens it."""
    if unsaid:
        listed = " ".join(map(str, unsaid))
        out.warn(
            f"Not public before an editor says who is in it: {listed}. Say 'tamizdat redact {listed}' with --nobody, "
            "--consented or --cover."
        )
    if formless:
        out.warn(
            f"No edition shows {', '.join(map(str, formless))}: no picture, clip, sound, PDF or plain text. Such a "
            "file is kept, and given back by 'tamizdat export'."
        )


def say_unknown(archive: Archive, voices: Iterable[str], out: Out) -> None:
    """Tell which handles or ids nobody goes by of whom anything was collected: one that is mistyped hides nobody."""
    asked = archive.index.ask("SELECT DISTINCT handle, person FROM posts")
    known = {str(name).casefold() for names in asked for name in names if name}
    for voice in voices:
        wanted = voice.strip().lstrip("@").casefold()
        if wanted not in known:
            near = get_close_matches(wanted, known, 1)
            meant = f" Is {near[0]!r} meant?" if near else ""
            out.warn(f"Nobody of whom anything was collected goes by {voice!r}: it is kept for when they come.{meant}")
