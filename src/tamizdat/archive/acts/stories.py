"""Composing stories: each version is a ``composed`` statement that says the whole story, and what is to become of it.

::

    draft ──► proposed ──► public ──► withdrawn          proposed: to be translated; public: in the next edition

What an editor typed is cleaned and checked here, by length, characters and what it points to; what stands in the ledger
already, by its form alone.
"""

from dataclasses import replace
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.stories import StoryVersion
from tamizdat.errors import BadEncoding, UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.shapes import members_of
from tamizdat.statements.composed import (
    GAP,
    RELEASES,
    STORY_FORM,
    WITHDRAWN,
    Chapter,
    Composed,
    Element,
    Map,
    Plain,
    Prose,
    Shown,
    Story,
)
from tamizdat.statements.forms import calendar_day
from tamizdat.text.languages import checked_language
from tamizdat.text.rules import checked_choice, checked_text

# The bounds of docs/spec/stories.md.
MAX_TITLE: Final = 300  #: characters
MAX_PROSE: Final = 20_000  #: characters of an element
MAX_REASON: Final = 20_000  #: characters
MAX_CHAPTERS: Final = 100
MAX_ELEMENTS: Final = 500  #: of a chapter
MAX_PLACES: Final = 50  #: of a map
MAX_INSTANT: Final = 1000 * 3_600_000  #: milliseconds of a clip, below which a part of it ends
MAX_TEXT: Final = 1_000_000  #: characters of all of it, as text


def state_story(
    archive: Archive, desk: SigningKey, told: Story, release: str, day: str, number: int | None = None, reason: str = ""
) -> StoryVersion:
    """State a version of a new story, or of story *number*; return it as it stands in the ledger.

    If the latest says the same, it is returned. Raises :class:`UsageError`.
    """
    said = checked_version(archive, told, release, day, number, reason)
    known = archive.index.stories.story(number) if number is not None else None
    if known is not None and (known.told, known.release, known.reason) == (said.said, said.release, said.reason):
        return known
    [index] = state(archive, desk, [said.to_statement()])
    return StoryVersion(index if known is None else known.number, index, said.release, said.said, said.reason, said.day)


def checked_version(
    archive: Archive, told: Story, release: str, day: str, number: int | None = None, reason: str = ""
) -> Composed:
    """Return what :func:`state_story` states. Raises :class:`UsageError` for what cannot be stated."""
    stories = archive.index.stories
    known = stories.story(number) if number is not None else None
    if number is not None and known is None:
        raise UsageError(f"Expected the number of a story, found {number}. 'tamizdat story' lists them.")
    checked_choice("release", release, RELEASES)
    if release == WITHDRAWN and (
        known is None or not any(each.release == "public" for each in stories.history(known.number))
    ):
        raise UsageError("Expected a story that was released, found one that was not: there is nothing to withdraw.")
    reason = checked_text("reason", reason.strip(), MAX_REASON, lines=True)
    said = told if known is not None and told == known.told else checked_story(archive, told)
    try:
        first = None if known is None else archive.reference(known.number)
        return Composed(first, release, said, reason, calendar_day(day))
    except BadEncoding as error:
        raise UsageError(str(error)) from error


def checked_story(archive: Archive, told: Story) -> Story:
    """Return *told* as a statement holds it: words without white space around them, as a person may type them.

    Raises :class:`UsageError`, which names the chapter and element by their numbers and never repeats the words.
    """
    checked_language(told.language)
    if not told.chapters or len(told.chapters) > MAX_CHAPTERS:
        raise UsageError(f"Expected a story of 1 to {MAX_CHAPTERS} chapters, found {len(told.chapters)}.")
    story = replace(
        told,
        title=_line("title", told.title),
        credit=checked_text("credit", told.credit.strip(), MAX_TITLE),
        chapters=tuple(_chapter(archive, f"chapter {at}", each) for at, each in enumerate(told.chapters, 1)),
    )
    try:
        return STORY_FORM(members_of(story))
    except BadEncoding as error:
        raise UsageError(str(error)) from error


def what_is(archive: Archive, number: int) -> str:
    """Return what has this number: ``item`` of a card, ``post`` or ``person``; "" for nothing that a story can show."""
    index = archive.index
    if (item := index.item(number)) is not None:
        return "" if item.kind == "preview" else "item"
    version = index.posts.version(number)
    if version is not None and number == min(each.number for each in index.posts.versions(version.post)):
        return "post"
    return "person" if index.people.person(number) is not None else ""


def _chapter(archive: Archive, where: str, chapter: Chapter) -> Chapter:
    if len(chapter.elements) > MAX_ELEMENTS:
        raise UsageError(f"{where}: expected at most {MAX_ELEMENTS} elements, found {len(chapter.elements)}.")
    elements = tuple(_element(archive, f"{where}, element {at}", each) for at, each in enumerate(chapter.elements, 1))
    return Chapter(_line(f"{where}, title", chapter.title), elements)


def _element(archive: Archive, where: str, element: Element) -> Element:
    match element:
        case Prose():
            return replace(element, text=_prose(where, element.text))
        case Map():
            if len(element.places) > MAX_PLACES:
                raise UsageError(f"{where}: expected at most {MAX_PLACES} places, found {len(element.places)}.")
            return replace(
                element, places=tuple(replace(each, name=_line(where, each.name)) for each in element.places)
            )
        case Shown():
            if not what_is(archive, element.item):
                raise UsageError(
                    f"{where}: expected the number of a post, a person, or what came on a card, found {element.item}. "
                    "'tamizdat find' tells numbers."
                )
            if element.end is not None and element.end >= MAX_INSTANT:
                raise UsageError(
                    f"{where}: expected a part that ends within 1,000 hours, found one that ends after {element.end} "
                    "milliseconds. Say where it ends."
                )
            return element
        case Plain():
            if element.kind == WITHDRAWN:
                raise UsageError(
                    f"{where}: expected something to tell, found an element that was withdrawn. Delete it."
                )
            return element


def _prose(where: str, text: str) -> str:
    """Return paragraphs with one empty line between two, their lines without white space at the ends."""
    lines = [each.strip() for each in checked_text(where, text, MAX_PROSE, lines=True).split("\n")]
    paragraphs: list[list[str]] = [[]]
    for each in lines:
        if each:
            paragraphs[-1].append(each)
        elif paragraphs[-1]:
            paragraphs.append([])
    found = GAP.join("\n".join(each) for each in paragraphs if each)
    if not found:
        raise UsageError(f"{where}: expected words, found none. Write some, or delete it.")
    return found


def _line(where: str, text: str) -> str:
    if not (found := checked_text(where, text.strip(), MAX_TITLE)):
        raise UsageError(f"{where}: expected words, found none. Write some.")
    return found
