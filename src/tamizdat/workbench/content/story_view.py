"""A story as its editor sees it: what each element shows, whether that is released, and what else could be shown."""

from collections.abc import Iterator
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.stories import what_is
from tamizdat.archive.views.stories import StoryVersion
from tamizdat.dataclass import dataclass
from tamizdat.statements.catalogued import Release
from tamizdat.statements.composed import Chapter, Map, Prose, Shown, Story
from tamizdat.text.excerpt import excerpt
from tamizdat.transcripts import clock
from tamizdat.translation.transcripts import is_audible

WORDS: Final = 200  #: characters of what an element shows
FOUND: Final = 8  #: things that a search offers


@dataclass(frozen=True)
class Thing:
    """Something that a story can show: what it is, the beginning of its words, whether it is released."""

    number: int
    what: str  #: ``item``, ``post`` or ``person``; "" for nothing that is here
    words: str
    language: str
    released: bool
    timed: bool = False  #: whether it is a clip or sound, of which a part may be shown


@dataclass(frozen=True)
class StoryRow:
    """A story in the list: its latest version, and the one that is shown, if one is."""

    latest: StoryVersion
    shown: StoryVersion | None


def rows(archive: Archive) -> list[StoryRow]:
    """Return all stories, the newest first."""
    stories = archive.index.stories
    return [StoryRow(each, stories.shown(each.number)) for each in reversed(stories.every())]


def thing(archive: Archive, number: int) -> Thing:
    """Return what has this number."""
    index, what = archive.index, what_is(archive, number)
    if what == "post" and (version := index.posts.version(number)) is not None:
        released = index.releases.of(version.post).release == Release.PUBLIC
        return Thing(number, what, excerpt(version.text or version.summary, WORDS), version.language, released)
    if what == "person" and (person := index.people.person(number)) is not None:
        return Thing(number, what, person.name, person.language, person.release == Release.PUBLIC)
    if what == "item" and (item := index.item(number)) is not None:
        words = item.title or item.caption or item.path
        timed = archive.objects.on_place or is_audible(archive, item)  # for this alone nothing is fetched
        return Thing(number, what, excerpt(words, WORDS), "", item.release == Release.PUBLIC, timed)
    return Thing(number, "", "", "", False)


def things_of(archive: Archive, story: Story) -> dict[int, Thing]:
    """Return by number everything that a story shows."""
    return {number: thing(archive, number) for number in dict.fromkeys(story.items)}


def found(archive: Archive, asked: str) -> list[Thing]:
    """Return what a search for these words, or this number, offers to be shown."""
    words = asked.strip()
    if words.isascii() and words.isdecimal() and len(words) < 16:
        one = thing(archive, int(words))
        return [one] if one.what else []
    numbers = dict.fromkeys(_numbers(archive, words)) if words else {}
    every = (thing(archive, number) for number in numbers)
    return [each for each in every if each.what][:FOUND]


def _numbers(archive: Archive, words: str) -> Iterator[int]:
    for hit in archive.search.find(words, limit=3 * FOUND).hits:
        if hit.kind in ("post", "translation"):
            yield min((each.number for each in archive.index.posts.versions(hit.post)), default=-1)
        elif hit.kind in ("item", "person"):
            yield hit.number


def left_out(archive: Archive, story: Story) -> list[tuple[int, Thing]]:
    """Return what the page of the story would leave out, each with the number of its chapter: it is not released."""
    things = things_of(archive, story)
    shown = ((at, things[each.item]) for at, chapter in enumerate(story.chapters, 1) for each in _shown(chapter))
    return [(at, each) for at, each in shown if not each.released]


def _shown(chapter: Chapter) -> Iterator[Shown]:
    return (each for each in chapter.elements if isinstance(each, Shown))


def part_of(element: Shown) -> str:
    """Return which part of a clip is shown, as people write it; "" for the whole."""
    if element.start is None or element.end is None:
        return ""
    return f"{clock.written(element.start)[:8]} – {clock.written(element.end)[:8]}"


def told(archive: Archive, story: Story) -> list[tuple[str, list[dict[str, object]]]]:
    """Return a story as its preview shows it: of each chapter its title, and the facts of each element."""
    things = things_of(archive, story)

    def facts(element: object) -> dict[str, object]:
        match element:
            case Prose():
                return {"kind": "prose", "paragraphs": element.text.split("\n\n")}
            case Map():
                return {"kind": "map", "places": element.places}
            case Shown():
                return {"kind": "item", "thing": things[element.item], "part": part_of(element)}
        return {"kind": "wall"}

    return [(each.title, [facts(one) for one in each.elements]) for each in story.chapters]
