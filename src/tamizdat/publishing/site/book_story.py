"""A story as a chapter of a book: its words in the reader's language, and what it shows, as far as a book can.

A clip or sound is there by its picture and by what is said in the part that is shown; a map by its places. What is on
the site and not in the book is told as such, and not as withdrawn: it was not chosen, or is kept back until somebody in
it is covered. Each thing leads to its own chapter.
"""

from collections.abc import Callable, Sequence
from typing import Final

from tamizdat.publishing.site.post_text import covers_pictures, covers_words, for_reader, translation_into
from tamizdat.publishing.site.renderer import Facts
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.publishing.site.story_pages import subtitles_of
from tamizdat.publishing.site.story_text import retelling_of, telling_for
from tamizdat.statements.composed import GAP, Element, Map, Prose, Shown
from tamizdat.statements.derived import Footage, Person, Post, PublishedStory
from tamizdat.text.languages import primary_subtag

Take = Callable[[int, Sequence[tuple[str, str]]], list[tuple[str, str]]]  #: pictures into the book, by number

ELSEWHERE: Final = "elsewhere"  #: on the site, and not in the book
#: of a thing that is shown: what it has none of
NOTHING: Final[Facts] = {"words": (), "instead": ("", ""), "text": "", "subtitles": (), "start": None, "end": None}


def facts_of(view: SiteIndex, story: PublishedStory, language: str, take: Take) -> Facts:
    """Return what the chapter of a story shows to readers of *language*; *take* takes pictures into the book."""
    told = telling_for(story, primary_subtag(language))
    chapters = [
        (each.title, [_facts(view, one, language, take) for one in each.elements]) for each in told.chapters
    ]  # fmt: skip
    return {"story": story, "told": told, "retold": retelling_of(story, told), "chapters": chapters}


def _facts(view: SiteIndex, element: Element, language: str, take: Take) -> Facts:
    if isinstance(element, Prose):
        return {"kind": "prose", "paragraphs": element.text.split(GAP)}
    if isinstance(element, Map):
        return {"kind": "map", "places": element.places}
    if not isinstance(element, Shown):
        return {"kind": element.kind, "count": f"{len(view.shown.people):,}"}
    one = view.things.get(element.item)
    if isinstance(one, Post):
        return NOTHING | {"kind": "post", "item": one, **_post(one, language, take)}
    if isinstance(one, Footage):
        small = next((each.name for each in one.media if each.name == "small.jpg"), None)
        return NOTHING | {
            "kind": one.kind, "item": one, "start": element.start, "end": element.end,
            "pictures": take(one.number, [(small, one.alt)] if small else []),
            "subtitles": subtitles_of(one, element, primary_subtag(language))[:1],
            "text": "".join(view.shown.texts.get(each.sha256, "") for each in one.media),
        }  # fmt: skip
    return {"kind": "person", "item": one} if isinstance(one, Person) else {"kind": ELSEWHERE}


def _post(post: Post, language: str, take: Take) -> Facts:
    """Return the words of a post, those for the reader first, and its pictures, if its author covered neither."""
    words = []
    if post.text and not covers_words(post):
        translated = translation_into(post, language)
        same = primary_subtag(post.language) == primary_subtag(language)
        words = [(translated.target, translated.language)] if translated and not same else []
        words.append((post.text, post.language))
    pictures = [] if covers_pictures(post) else [(each.names[-1], each.alt) for each in post.pictures]
    instead = ("", "") if words or covers_words(post) else for_reader(post, primary_subtag(language))
    return {"words": words, "instead": instead, "pictures": take(post.number, pictures)}
