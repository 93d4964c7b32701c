"""The pages of one thing that has a number: a post, a picture or clip, a person; or what was withdrawn.

They depend on the thing itself, on :func:`dependencies` and on the site's name and root, never on the edition: one that
did not change is the same file in every edition.
"""

from itertools import pairwise, zip_longest
from typing import Final, NamedTuple

from markupsafe import Markup

from tamizdat.encoding import Json
from tamizdat.publishing.model import Site, whole_of
from tamizdat.publishing.site.citation import citation_of
from tamizdat.publishing.site.clips import clip_of, place_of, whole_length
from tamizdat.publishing.site.l10n import is_written_in
from tamizdat.publishing.site.post_around import around
from tamizdat.publishing.site.post_text import diff_markup, for_reader, text_markup, texts_in_order
from tamizdat.publishing.site.renderer import prefix, relative_roots, render_page
from tamizdat.publishing.site.site_index import SiteIndex, day_of, moves
from tamizdat.publishing.site.story_pages import story_dependencies, story_pages
from tamizdat.publishing.site.story_text import DESCRIBED, card_of, description_of, telling_for, tellings_in_order
from tamizdat.statements.derived import SOUND, Footage, Item, Person, Picture, Post, PublishedStory, Track
from tamizdat.statements.withdrawn import Withdrawn
from tamizdat.text.catalogue import messages
from tamizdat.text.dates import written_day
from tamizdat.text.excerpt import brief, excerpt
from tamizdat.text.languages import direction

TITLE: Final = 70  #: letters of a text that name its page, or half as many Chinese ones
BESIDE: Final = 80  #: characters of a neighbour's text
WHOLE: Final = 1000  #: and of the only other post of a thread, which has no page of its own then


class Beside(NamedTuple):
    """A neighbour in a thread, as a post's page shows it."""

    number: int
    text: str | Markup
    language: str
    direction: str
    who: str


def pages_of(site: Site, view: SiteIndex, one: Item | Withdrawn) -> dict[str, bytes]:
    """Return the pages of *one* in every language of the interface that it has words in."""
    made: dict[str, bytes] = {}
    languages = view.languages_of(one)
    one = whole_of(one) if isinstance(one, Post) else one
    earlier = earlier_texts(one) if isinstance(one, Post) else []
    for language in languages:
        facts = _common(site, view, one.number, language)
        match one:
            case Post():
                template = "post.html"
                facts |= _post(view, one, language) | {"earlier": earlier}
            case Person():
                template = "person.html"
                facts |= {"person": one, "voices": view.readings_of.get(one.number, ())}
            case PublishedStory():
                template = "story_proof.html"
                facts |= {"story": one, "told": telling_for(one, language), "texts": tellings_in_order(one, language)}
            case Footage():
                template = "item.html"
                before, after = view.neighbours(one.number)
                facts |= {"item": one, "before": before, "after": after, "medium": view.medium}
                clip = clip_of(view, one)
                facts |= {"tracks": tracks_in_order(one, language), "clip": clip, "length": _length(view, one)}
                facts |= {"reads": view.reads(one)}
                facts |= {"covered": one.covered}
                facts |= {"words": "".join(view.shown.texts.get(each.sha256, "") for each in one.media)}
            case Withdrawn():
                template = "withdrawn.html"
                facts |= {"gone": one}
        if not isinstance(one, Withdrawn):
            words = view.shown.changes.words.get(one.number, {})
            facts |= {
                "of_item": one.number,
                "signed": view.shown.signed[one.number],
                "since": {tag: view.changed(one, tag) for tag in words},
            }
            path = f"{prefix(language)}items/{one.number}/index.html"
            cited = citation_of(site, view, one, language, path)
            facts |= {"cited": cited, "stood": _stood(view, one.number, language), "card": card_of(view, one)}
            facts["description"] = _description(one, language)
        facts |= {"address": site.address, "mirrors": site.addresses[1:]}
        path, data = render_page(
            language, f"items/{one.number}/", template, many=True, view=view, there=languages, **facts
        )
        made[path] = data
    if isinstance(one, PublishedStory):
        made |= story_pages(site, view, one)
    return made


def tracks_in_order(clip: Footage | Picture, language: str) -> list[Track]:
    """Return what is said in a clip, in the language of the page first, then as it was spoken, then in the others."""
    return sorted(clip.tracks or (), key=lambda each: not is_written_in(each.language, language))


def _length(view: SiteIndex, one: Footage) -> str:
    """Return how long a sound plays, empty for all else: a clip tells it beside its picture."""
    return whole_length(view.shown.lengths[one.media[0].sha256]) if one.kind == SOUND else ""


def _stood(view: SiteIndex, number: int, language: str) -> str:
    """Return the item's number, and the edition that first showed it as it is."""
    edition, days = view.shown.signed[number].edition, view.shown.changes.days
    day = written_day(days[edition - 1], language) if days else ""
    return messages(language)["number_of_edition"].format(number=number, edition=edition, day=day)


def _description(one: Item, language: str) -> str:
    """Return what a search engine or a card tells of it: never what is covered."""
    match one:
        case Post():
            return brief(for_reader(one, language)[0], DESCRIBED)
        case Person():
            told = one.told
            return messages(language)["comma"].join(filter(None, (told.name, *told.names.values(), told.school)))
        case PublishedStory():
            return description_of(telling_for(one, language))
    return brief(one.caption or one.alt or one.title, DESCRIBED)


def dependencies(view: SiteIndex, one: Item | Withdrawn) -> Json:
    """Return what the pages of *one* show of other things: which rooms there are, and the neighbours it names."""
    rooms: list[Json] = [name for name, present in view.sections.items() if present]
    if isinstance(one, Withdrawn):
        return [rooms, one.day, one.reason]
    beside: list[Json] = [view.statement(each) if each else None for each in view.neighbours(one.number)]
    parent = view.things.get(one.reply_to) if isinstance(one, Post) and one.reply_to is not None else None
    beside += [view.statement(parent)] if parent else []
    beside += [one.thread in view.threads] if isinstance(one, Post) else []
    words = view.shown.changes.words.get(one.number, {})
    since: list[Json] = [[language, view.changed(one, language)] for language in sorted(words)]
    if isinstance(one, Person):  # links to its sources lead to the page in the same language, where there is one
        beside += [list(view.languages_of(view.things[each])) for each in one.told.sources if each in view.things]
        beside += [view.statement(each) for each in view.readings_of.get(one.number, ())]
    if isinstance(one, Footage) and (whose := view.reads(one)):
        beside += [view.statement(whose), *view.languages_of(whose)]
    if isinstance(one, PublishedStory):
        beside += story_dependencies(view, one)
    return [rooms, view.statement(one), view.shown.signed[one.number].edition, since, *beside]


def _common(site: Site, view: SiteIndex, number: int, language: str) -> dict[str, object]:
    folder = f"items/{number}/"
    return {
        "name": site.name,
        "fingerprint": site.fingerprint,
        "has": view.sections,
        "number": messages(language)["number"].format(number=number),
        "here": relative_roots(language, 2)[0] + folder if prefix(language) else "",
    }


def earlier_texts(post: Post) -> list[tuple[Markup, str, str | None]]:
    """Return what a post said before, as it differs from what it said next, when it was last seen so, and replaced."""
    said = [*(each.text for each in post.earlier), post.text]
    ended = (post.context and post.context.ended) or ()
    row = zip_longest(pairwise(said), post.earlier, ended[: len(post.earlier)])
    return [(diff_markup(*pair), each.as_of, replaced) for pair, each, replaced in row]


def _post(view: SiteIndex, post: Post, language: str) -> dict[str, object]:
    t = messages(language)
    before, after = view.neighbours(post.number)
    of_many = post.thread in view.threads
    text, _ = for_reader(post, language)
    return {
        "post": post,
        "title": brief(text, TITLE) or t["number"].format(number=post.number),
        "texts": texts_in_order(post, language),
        "day": day_of(post),
        "around": around(view, post, language),
        "url": post.url if not post.gone and post.url.startswith(("http://", "https://")) else "",
        "of_two": not of_many,
        "before": _beside(before, language, of_many),
        "after": _beside(after, language, of_many),
        "medium": view.medium,
        "spoken": {each.names[0]: tracks_in_order(each, language) for each in post.pictures},
        "places": {each.names[0]: place_of(each) for each in post.pictures},
        "clips": {each.names[0]: clip_of(view, post, each) for each in post.pictures if moves(each)},
    }


def _beside(one: Item | None, language: str, of_many: bool) -> Beside | None:
    if not isinstance(one, Post):
        return None
    text, tongue = for_reader(one, language)
    shown = excerpt(text, BESIDE) if of_many else text_markup(text if len(text) <= WHOLE else excerpt(text, WHOLE))
    return Beside(one.number, shown, tongue, direction(tongue), one.voice.name or one.voice.handle or one.voice.id)
