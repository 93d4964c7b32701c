"""Which items of an edition go out no longer: somebody was covered since, or nobody said who can be recognised.

Or a post repeats or quotes words that may not be shown any more: they were withdrawn, put under an embargo, taken back.
Or the desk says the name of somebody there who is withheld since.
"""

from collections.abc import Mapping
from pathlib import Path

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.redactions import of_post
from tamizdat.archive.views.contexts import Contexts
from tamizdat.errors import UsageError
from tamizdat.footage.probe import CLIP
from tamizdat.footage.reencode import WITHOUT_SOUND
from tamizdat.publishing.book import items_of
from tamizdat.publishing.derived.clearance import Clearance, covered_by, shows_what_is_covered
from tamizdat.publishing.derived.item_words import Words, words
from tamizdat.publishing.names_going_out import named_in
from tamizdat.publishing.release_choice import Posts, is_public
from tamizdat.statements import derived
from tamizdat.statements.catalogued import KEPT
from tamizdat.statements.derived import Footage, Post

SHOWN = 12  #: numbers that are told
REPEATS_HIDDEN = "It repeats or quotes what is not to be shown any more. Publish; then take it out."
NAMED_SINCE = "It says the name of somebody whom you withhold by now. Publish, which tells where; then take it out."
COVERED_SINCE = "Somebody in it was covered after this edition was made. Publish; then take it out."
SILENT_SINCE = "Its sound is left out by now, and this edition has it still. Publish; then take it out."


def kept_back(archive: Archive, chosen: Mapping[int, derived.Item], today: str) -> list[tuple[int, str]]:
    """Return the numbers of what may not go out on *today* as the edition shows it, and why.

    Who is in it is not settled, words of others in it are not shown any more, or it names somebody who is withheld.
    """
    clearance, found = Clearance(archive, words(archive)), list[tuple[int, str]]()
    contexts = Contexts(archive.index, today)
    named = named_in(archive, chosen)
    for number, said in chosen.items():
        if number in named:
            found.append((number, NAMED_SINCE))
        if number in named or not isinstance(said, Footage | Post):
            continue
        why = next(filter(None, map(clearance.why_not, made_of(archive, said))), "")
        if _is_covered_since(archive, said):
            why = COVERED_SINCE
        elif _is_heard_still(archive, said):
            why = SILENT_SINCE
        elif _repeats_what_is_hidden(archive, contexts, said):
            why = REPEATS_HIDDEN
        if why:
            found.append((number, why))
    return found


def covered_since(archive: Archive, shown: Mapping[int, Footage | Post]) -> list[int]:
    """Return the numbers of what an edition shows without the cover that lies over it by now."""
    if not archive.index.redactions.every():
        return []
    return [number for number, said in shown.items() if _is_covered_since(archive, said)]


def require_still_shown(archive: Archive, site: Path, today: str) -> None:
    """Raise :class:`UsageError` if an edition shows what may not go out on *today*: no copy is called back.

    Somebody was covered since, or is named and withheld by now, or something was withdrawn or put under an embargo: a
    reader of a name took back the consent, for one.
    """
    shown, posts = dict(items_of(site)), Posts.of(archive)
    gone = [number for number in shown if not is_public(archive, posts, number, today)]
    contexts = Contexts(archive.index, today)
    quoting = [number for number, each in shown.items() if _repeats_what_is_hidden(archive, contexts, each)]
    media = {number: each for number, each in shown.items() if isinstance(each, Footage | Post)}
    for numbers, what in (
        (gone, "not to be shown any more"),
        (covered_since(archive, media), "covered since"),
        ([each for each in media if _is_heard_still(archive, media[each])], "whose sound is left out by now"),
        (quoting, "with words of others that are not to be shown any more"),
        ([*named_in(archive, shown)], "with the name of somebody who is withheld by now"),
    ):
        if numbers:
            these = "1 item" if len(numbers) == 1 else f"{len(numbers):,} items"
            raise UsageError(
                f"Expected an edition of what may be shown now, found {these} {what} "
                f"({', '.join(map(str, numbers[:SHOWN]))}). Publish; then make the copy."
            )


def _repeats_what_is_hidden(archive: Archive, contexts: Contexts, said: derived.Item) -> bool:
    """Return whether a post was published with words of others that may not be shown any more."""
    if not isinstance(said, Post) or not said.context or not said.context.inner:
        return False
    version = archive.index.posts.version(said.source.index)
    now = contexts.of(version) if version else None
    still = {each.text for each in now.inner or ()} if now else set()
    return any(each.text is not None and each.text not in still for each in said.context.inner)


def _is_covered_since(archive: Archive, said: Footage | Post) -> bool:
    """Return whether something lies by now over the files of which this was made that did not then."""
    if isinstance(said, Post):
        return shows_what_is_covered(archive, said)
    return covered_by(archive, made_of(archive, said)) not in said.how


def is_silent(archive: Archive, said: Item | Post) -> bool:
    """Return whether a clip, or the clips of a post, are shown without their sound: a voice can be recognised."""
    if isinstance(said, Post):
        return archive.index.releases.of(said.post).sound != KEPT
    return words(archive).get(said.number, Words()).sound != KEPT


def _is_heard_still(archive: Archive, said: Footage | Post) -> bool:
    """Return whether this was published with sound that is left out by now."""
    names = [name for each in said.pictures for name in each.names] if isinstance(said, Post) else [said.kind]
    has_clip = any(each.startswith(CLIP) for each in names)
    if not has_clip or WITHOUT_SOUND in said.how:
        return False
    source = said if isinstance(said, Post) else archive.index.item(said.source.index)
    return source is not None and is_silent(archive, source)


def made_of(archive: Archive, said: Footage | Post) -> list[Item]:
    """Return the files of which the edition made what it shows."""
    if isinstance(said, Post):
        held = [archive.statement(each.source.index).subjects[0].sha256 for each in said.pictures]
        numbers = [archive.index.transcripts.number_of(each) for each in held]
        return [each for number in numbers if number is not None and (each := of_post(archive, number))]
    named = [archive.index.item(each.index) for each in (said.source, *(said.rest or ()))]
    return [each for each in named if each]
