"""Which telling of a story a reader gets, in the language of the page where there is one; and what stands for it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from tamizdat.publishing.site.l10n import is_written_in
from tamizdat.publishing.site.post_text import covers_pictures
from tamizdat.publishing.site.site_index import Medium, SiteIndex
from tamizdat.statements.composed import Story
from tamizdat.statements.derived import CLIP, PICTURE, Footage, Item, Post, PublishedStory, Retelling
from tamizdat.text.excerpt import excerpt

DESCRIBED: Final = 160  #: letters of a description, or half as many Chinese ones


class Card(NamedTuple):
    """A picture that stands for something: its file, what it shows, and of which item it is."""

    medium: Medium
    alt: str
    number: int


def picture_of(view: SiteIndex, one: Item) -> Card | None:
    """Return the picture that stands for *one*; None without one that is not covered."""
    names = {each.name for each in one.media}
    if isinstance(one, Footage):
        found = next((each for each in ("poster.jpg", "picture.jpg") if each in names), None)
        return Card(view.medium(one, found), one.alt or one.title, one.number) if found else None
    if isinstance(one, Post) and one.pictures and not covers_pictures(one):
        return Card(view.medium(one, one.pictures[0].names[-2]), one.pictures[0].alt, one.number)
    return None


def card_of(view: SiteIndex, one: Item) -> Card | None:
    """Return the picture that stands for *one* where it is linked to: of a story that of the first that has one."""
    return _first(view, _shown(view, one)) if isinstance(one, PublishedStory) else picture_of(view, one)


def lead_of(view: SiteIndex, story: PublishedStory) -> Card | None:
    """Return the picture that a story opens with: of its first clip or picture, else of the first post that has one."""
    ordered = sorted(_shown(view, story), key=lambda each: each.kind not in (CLIP, PICTURE))
    return _first(view, ordered)


def _shown(view: SiteIndex, story: PublishedStory) -> list[Item]:
    return [view.things[each] for each in story.told.items]


def _first(view: SiteIndex, things: Sequence[Item]) -> Card | None:
    return next((card for each in things if (card := picture_of(view, each))), None)


def telling_for(story: PublishedStory, language: str) -> Story:
    """Return the telling that readers of *language* are shown."""
    return next((each for each in story.tellings if is_written_in(each.language, language)), story.told)


def description_of(told: Story) -> str:
    """Return what a search engine or a card tells of it: its words after the title, and how they begin."""
    return excerpt(" ".join(told.pieces[1:]), DESCRIBED)


def tellings_in_order(story: PublishedStory, language: str) -> list[tuple[Story, Retelling | None]]:
    """Return it in each language, that of the page first, then as it was written, then the others; and who did it."""
    own = telling_for(story, language)
    others = [each for each in story.tellings if each.language != own.language]
    return [(each, retelling_of(story, each)) for each in (own, *others)]


def retelling_of(story: PublishedStory, telling: Story) -> Retelling | None:
    """Return who made a *telling* in another language than the story's own; None for that one."""
    return next((each for each in story.translations if each.language == telling.language), None)
