"""The page of a story: a documentary that is read by scrolling, each thing in it with the way to its proof.

What the page tells, and in which order, is marked by ``data-said``, and is what the statement says
(:mod:`tamizdat.verifying.story_links`). The page shows what the story points to as the edition shows it: it is made
anew when one of these things changes (:func:`story_dependencies`).
"""

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from tamizdat.encoding import Json
from tamizdat.publishing.model import Site
from tamizdat.publishing.site.l10n import is_written_in
from tamizdat.publishing.site.post_text import covers_pictures, covers_words, for_reader, translation_into
from tamizdat.publishing.site.renderer import Facts, render_page
from tamizdat.publishing.site.site_index import SiteIndex, moves, sounds
from tamizdat.publishing.site.story_map import drawing_of
from tamizdat.publishing.site.story_text import card_of, description_of, picture_of, retelling_of, telling_for
from tamizdat.statements.composed import GAP, WALL, Element, Map, Prose, Shown
from tamizdat.statements.derived import Footage, Person, Post, PublishedStory, Track
from tamizdat.statements.transcribed import Cue
from tamizdat.text.catalogue import messages

FOLDER: Final = "stories/"
SECOND: Final = 1000  #: milliseconds


class Subtitles(NamedTuple):
    """What is said in the part of a clip that a story shows, in one language."""

    language: str
    cues: tuple[Cue, ...]


class Chapter(NamedTuple):
    """A chapter as its page shows it: its number, its title, and the facts of each element by its kind."""

    number: int
    title: str
    elements: list[Facts]


def story_pages(site: Site, view: SiteIndex, story: PublishedStory) -> dict[str, bytes]:
    """Return the pages of a story in every language of the interface that it has words in."""
    made: dict[str, bytes] = {}
    folder = f"{FOLDER}{story.number}/"
    for language in view.languages_of(story):
        told = telling_for(story, language)
        chapters = [
            Chapter(at, each.title, [_facts(view, one, language) for one in each.elements])
            for at, each in enumerate(told.chapters, 1)
        ]
        path, data = render_page(
            language, folder, "story.html", many=True, view=view, name=site.name, address=site.address,
            mirrors=site.addresses[1:], has=view.sections, story=story, told=told, chapters=chapters,
            retold=retelling_of(story, told), medium=view.medium, card=card_of(view, story),
            signed=view.shown.signed[story.number], description=description_of(told),
            number=messages(language)["number"].format(number=story.number),
            plays=any(each["kind"] in ("clip", "sound") for chapter in chapters for each in chapter.elements),
        )  # fmt: skip
        made[path] = data
    return made


def story_dependencies(view: SiteIndex, story: PublishedStory) -> list[Json]:
    """Return what the pages of a story show of other things."""
    found: list[Json] = []
    for number in story.told.items:
        one = view.things[number]
        found.append([number, view.statement(one), *view.languages_of(one)])
    if any(each.kind == WALL for chapter in story.told.chapters for each in chapter.elements):
        found.append(len(view.shown.people))
    return found


def _facts(view: SiteIndex, element: Element, language: str) -> Facts:
    if isinstance(element, Prose):
        return {"kind": "prose", "paragraphs": element.text.split(GAP)}
    if isinstance(element, Map):
        drawing = drawing_of([(each.north, each.east) for each in element.places])
        return {"kind": "map", "places": element.places, "drawing": drawing}
    if isinstance(element, Shown):
        return _shown(view, element, language)
    return {"kind": element.kind, "count": f"{len(view.shown.people):,}"}


def _shown(view: SiteIndex, element: Shown, language: str) -> Facts:
    one = view.things[element.item]
    part = "" if element.start is None else f" {element.start} {element.end}"
    facts: Facts = {"item": one, "says": f"item {element.item}{part}"}
    if isinstance(one, Post):
        return facts | {"kind": "post", **_post(one, language)}
    if isinstance(one, Footage):
        return facts | {"kind": one.kind, **_footage(view, one, element, language)}
    return facts | {"kind": "person" if isinstance(one, Person) else one.kind}


def _post(post: Post, language: str) -> Facts:
    """Return the words of a post, those that readers of *language* read first, and which of its pictures are shown."""
    words = []
    covered = covers_words(post)
    if post.text and not covered:
        found = None if is_written_in(post.language, language) else translation_into(post, language)
        words = [(f"text {post.number}", post.text, post.language)]
        if found is not None:
            words.insert(0, (f"translation {post.number} {found.language}", found.target, found.language))
    instead = ("", "") if words or covered else for_reader(post, language)
    pictures = () if covers_pictures(post) else post.pictures
    return {
        "words": words, "instead": instead, "covered": covered, "covered_pictures": covers_pictures(post),
        "pictures": [("clip" if moves(each) else "sound" if sounds(each) else "picture", each) for each in pictures],
    }  # fmt: skip


def _footage(view: SiteIndex, item: Footage, element: Shown, language: str) -> Facts:
    part = "" if element.start is None else f"#t={_seconds(element.start)},{_seconds(element.end or 0)}"
    return {
        "part": part, "start": element.start, "end": element.end, "picture": picture_of(view, item),
        "subtitles": subtitles_of(item, element, language),
        "text": "".join(view.shown.texts.get(each.sha256, "") for each in item.media),
    }  # fmt: skip


def subtitles_of(item: Footage, element: Shown, language: str) -> list[Subtitles]:
    """Return what is heard in the part of a clip that a story shows, in the language of the page first."""
    tracks = sorted(item.tracks or (), key=lambda each: not is_written_in(each.language, language))
    return [each for each in map(partial(_subtitles, element), tracks) if each.cues]


def _subtitles(element: Shown, track: Track) -> Subtitles:
    """Return what is heard in the part of the clip that is shown."""
    start, end = element.start or 0, element.end
    heard = (each for each in track.cues if each.end > start and (end is None or each.start < end))
    return Subtitles(track.language, tuple(heard))


def _seconds(milliseconds: int) -> str:
    """Return seconds as a media fragment has them.

    >>> _seconds(61_200), _seconds(9_000)
    ('61.2', '9')
    """
    return f"{milliseconds / SECOND:.3f}".rstrip("0").rstrip(".")


def in_order(stories: Sequence[PublishedStory]) -> list[PublishedStory]:
    """Return stories, the newest first."""
    return sorted(stories, key=lambda each: each.number, reverse=True)
