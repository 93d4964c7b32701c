"""The pages of one thing that has a number: a post, a picture or clip, a person; or what was withdrawn.

They depend on the thing itself, on :func:`dependencies` and on the site's name and root, never on the edition: one that
did not change is the same file in every edition.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from tamizdat.encoding import Json
from tamizdat.publishing.model import Item, Person, Post, Site
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.post_entry import removal_note
from tamizdat.publishing.site.post_text import columns, diff_markup, for_reader, text_markup
from tamizdat.publishing.site.renderer import relative_roots, render_page
from tamizdat.publishing.site.site_index import SiteIndex, Thing, day_of, key_of
from tamizdat.statements.withdrawn import Withdrawn
from tamizdat.text.catalogue import messages
from tamizdat.text.dates import written_time
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import direction

TITLE: Final = 60  #: characters of a text that name its page
BESIDE: Final = 80  #: characters of a neighbour's text


class Beside(NamedTuple):
    """A neighbour in a thread, as a post's page shows it."""

    number: int
    text: str
    language: str
    direction: str


def pages_of(site: Site, view: SiteIndex, one: Thing | Withdrawn) -> dict[str, bytes]:
    """Return the pages of *one* in every language of the interface."""
    made: dict[str, bytes] = {}
    shared = _shared(one)
    for language in LANGUAGES:
        facts = {**_common(site, view, one.number, language), **shared}
        if isinstance(one, Post):
            facts |= _post(view, one, language, shared)
            template = "post.html"
        elif isinstance(one, Person):
            facts |= _person(one, language)
            template = "person.html"
        elif isinstance(one, Item):
            facts |= _item(view, one, language)
            template = "item.html"
        else:
            facts |= {"gone": one}
            template = "withdrawn.html"
        path, data = render_page(language, f"items/{one.number}/", template, many=True, **facts)
        made[path] = data
    return made


def dependencies(view: SiteIndex, one: Thing | Withdrawn) -> Json:
    """Return what the pages of *one* show of other things: which rooms there are, and the neighbours it names."""
    rooms: list[Json] = [name for name, present in view.sections.items() if present]
    if isinstance(one, Withdrawn):
        return [rooms, one.day, one.reason]
    beside: list[Json] = [each.index if each else None for each in view.neighbours(one.number)]
    return [rooms, one.index, *beside]


def _common(site: Site, view: SiteIndex, number: int, language: str) -> dict[str, object]:
    folder = f"items/{number}/"
    return {
        "name": site.name,
        "fingerprint": site.fingerprint,
        "has": view.sections,
        "number": messages(language)["number"].format(number=number),
        "here": relative_roots(language, 2)[0] + folder,
    }


def _shared(one: Thing | Withdrawn) -> dict[str, object]:
    """Return what is the same in every language of the interface, made once."""
    if not isinstance(one, Post):
        return {}
    return {
        "post": one,
        "original": text_markup(one.text),
        "translated": [text_markup(each.target) for each in one.translations],
        "earlier": [(diff_markup(each.text, _later(one, place)), each.as_of) for place, each in enumerate(one.earlier)],
        "subjects": [(tag, key_of(tag)) for tag in dict.fromkeys(one.tags)],
        "url": one.url if not one.gone and urlsplit(one.url).scheme in ("http", "https") else "",
        "direction": direction(one.language),
        "day": day_of(one),
        "signer": one.signer,
    }


def _later(post: Post, place: int) -> str:
    """Return the text that followed the earlier one at *place*."""
    return post.earlier[place + 1].text if place + 1 < len(post.earlier) else post.text


def _post(view: SiteIndex, post: Post, language: str, shared: Mapping[str, Any]) -> dict[str, object]:
    t = messages(language)
    before, after = view.neighbours(post.number)
    text, _ = for_reader(post, language)
    return {
        "title": excerpt(text, TITLE) or t["number"].format(number=post.number),
        "columns": columns(post, language, shared["original"], shared["translated"]),
        "when": written_time(post.published, language) if post.published else "",
        "fate": removal_note(post, language),
        "gone_word": t[f"gone_{post.gone.word}"] if post.gone else "",
        "before": _beside(before, language),
        "after": _beside(after, language),
        "entry_of_source": t["link_bytes_entry"].format(index=post.source),
        "entry_of_statement": t["link_ledger_says"].format(index=post.index),
    }


def _beside(one: Thing | None, language: str) -> Beside | None:
    if not isinstance(one, Post):
        return None
    text, tongue = for_reader(one, language)
    return Beside(one.number, excerpt(text, BESIDE), tongue, direction(tongue))


def _person(person: Person, language: str) -> dict[str, object]:
    t = messages(language)
    return {
        "person": person,
        "direction": direction(person.language),
        "state": t[person.state],
        "state_says": t[f"{person.state}_says"],
        "sources": person.sources,
        "signer": person.signer,
        "entry_of_statement": t["link_ledger_says"].format(index=person.index),
    }


def _item(view: SiteIndex, item: Item, language: str) -> dict[str, object]:
    t = messages(language)
    before, after = view.neighbours(item.number)
    return {
        "item": item,
        "before": before,
        "after": after,
        "signer": item.signer,
        "entry_of_source": t["link_source_says"].format(index=item.number),
        "entry_of_statement": t["link_ledger_says"].format(index=item.index),
    }
