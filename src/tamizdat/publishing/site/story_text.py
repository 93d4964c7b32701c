"""Which telling of a story a reader gets, in the language of the page where there is one; and what stands for it."""

from typing import NamedTuple

from tamizdat.publishing.site.l10n import is_written_in
from tamizdat.publishing.site.post_text import covers_pictures
from tamizdat.publishing.site.site_index import Medium, SiteIndex
from tamizdat.statements.composed import Shown, Story
from tamizdat.statements.derived import Footage, Item, Post, PublishedStory, Retelling


class Lead(NamedTuple):
    """The picture that a story opens with: of which item, its file, what it shows, and whether it is of a clip."""

    number: int
    medium: Medium
    alt: str
    is_clip: bool


def picture_of(view: SiteIndex, one: Item) -> tuple[Medium, str, int] | None:
    """Return the picture that stands for *one*, what it shows, its number; None without one that is not covered."""
    names = {each.name for each in one.media}
    if isinstance(one, Footage):
        found = next((each for each in ("poster.jpg", "picture.jpg") if each in names), None)
        return (view.medium(one, found), one.alt or one.title, one.number) if found else None
    if isinstance(one, Post) and one.pictures and not covers_pictures(one):
        return view.medium(one, one.pictures[0].names[-2]), one.pictures[0].alt, one.number
    return None


def lead_of(view: SiteIndex, story: PublishedStory) -> Lead | None:
    """Return the picture that a story opens with: of its first clip or picture, else of the first post that has one."""
    things = [
        view.things[each.item]
        for chapter in story.told.chapters
        for each in chapter.elements
        if isinstance(each, Shown)
    ]
    ordered = sorted(things, key=lambda each: not (isinstance(each, Footage) and each.kind in ("clip", "picture")))
    found = next(((one, card) for one in ordered if (card := picture_of(view, one))), None)
    return Lead(found[1][2], found[1][0], found[1][1], found[0].kind == "clip") if found else None


def telling_for(story: PublishedStory, language: str) -> Story:
    """Return the telling that readers of *language* are shown."""
    return next((each for each in story.tellings if is_written_in(each.language, language)), story.told)


def tellings_in_order(story: PublishedStory, language: str) -> list[tuple[Story, Retelling | None]]:
    """Return it in each language, that of the page first, then as it was written, then the others; and who did it."""
    own = telling_for(story, language)
    others = [each for each in story.tellings if each.language != own.language]
    return [(each, retelling_of(story, each)) for each in (own, *others)]


def retelling_of(story: PublishedStory, telling: Story) -> Retelling | None:
    """Return who made a *telling* in another language than the story's own; None for that one."""
    return next((each for each in story.translations if each.language == telling.language), None)
