"""A feed for each language that something is published in: Atom (RFC 4287), ``feeds/<language>.xml``.

An entry is a post in that language, original or translated, with the original below a translation. Ids are ``tag:``
URIs (RFC 4151) that outlive the site's address; links are relative, as everywhere here, and a feed names no edition, so
that it changes when its entries do.
"""

import re
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter
from typing import Final
from urllib.parse import quote

from markupsafe import escape

from tamizdat.publishing.model import Site
from tamizdat.publishing.site.l10n import EVERYWHERE, LANGUAGES
from tamizdat.publishing.site.post_text import covers_words, is_shortened, own_words, translation_into
from tamizdat.publishing.site.renderer import prefix
from tamizdat.publishing.site.site_index import SiteIndex, key_of
from tamizdat.statements.derived import Post
from tamizdat.statements.post_context import Context
from tamizdat.text.catalogue import messages
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import ANY_TAG, direction, language_name, primary_subtag

LATEST: Final = 50
FIRST_DAY: Final = "2026-01-01"  #: what a feed without entries says it was updated on
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG: Final = "tag:tamizdat,2026"


def feed_languages(view: SiteIndex) -> list[str]:
    """Languages (first subtags) that have a feed: those that every page is in, of the posts and of translations."""
    found = {primary_subtag(tag) for tag in view.languages if ANY_TAG.fullmatch(tag)}
    return sorted(found.union(EVERYWHERE) - {"und"})


def feeds(site: Site, view: SiteIndex) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each feed."""
    corrected = {each.number: each.day for each in view.shown.corrections}
    dated = [(max(post.day, corrected.get(post.number, "")), post) for post in reversed(view.posts)]
    newest = sorted(dated, key=itemgetter(0), reverse=True)
    for tongue in feed_languages(view):
        written = ((day, post, text) for day, post in newest if (text := _in(post, tongue)))
        yield f"feeds/{tongue}.xml", _feed(site, tongue, list(islice(written, LATEST)))


def _feed(site: Site, tongue: str, held: list[tuple[str, Post, tuple[str, str]]]) -> bytes:
    updated = max((day for day, _, _ in held), default=FIRST_DAY)
    interface = tongue if tongue in LANGUAGES else LANGUAGES[0]
    home = f"../{prefix(interface)}"
    pieces = [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{tongue}">\n',
        f"<id>{_id(site, f'feeds/{tongue}')}</id>\n",
        f"<title>{_xml(site.name)} ({_xml(language_name(tongue, interface))})</title>\n",
        f"<updated>{updated}T00:00:00Z</updated>\n",
        f"<author><name>{_xml(site.name)}</name></author>\n",
        f'<link rel="self" type="application/atom+xml" href="{tongue}.xml"/>\n',
        f'<link rel="alternate" type="text/html" href="{home}index.html"/>\n',
        *(_entry(site, interface, day, post, *text) for day, post, text in held),
        "</feed>\n",
    ]
    return "".join(pieces).encode()


def _in(post: Post, tongue: str) -> tuple[str, str] | None:
    """Return the text of *post* in this language, and the language in full; of a covered post what covers it."""
    if primary_subtag(post.language) == tongue:
        return (post.summary, post.language) if covers_words(post) else own_words(post)
    found = translation_into(post, tongue)
    return ((post.summary if covers_words(post) else found.target), found.language) if found else None


def _entry(site: Site, interface: str, day: str, post: Post, text: str, language: str) -> str:
    home = f"../{prefix(interface)}"
    time = post.published or ""
    published = f"<published>{time.replace('+00:00', 'Z')}</published>\n" if len(time) > 19 else ""
    own = own_words(post)
    beside = "" if covers_words(post) else _beside(post, interface)
    original = _block(*own) if text != own[0] and not covers_words(post) else ""
    subjects = "".join(f'<category term="{_xml(tag)}"/>\n' for tag in dict.fromkeys(post.tags))
    said = f"{_block(text, language)}{original}{beside}"
    return (
        f"<entry>\n<id>{_id(site, f'items/{post.number}')}</id>\n"
        f'<title xml:lang="{_xml(language)}">{_xml(excerpt(text, 80) or post.voice.name or str(post.number))}</title>\n'
        f"<updated>{day}T00:00:00Z</updated>\n{published}"
        f"<author><name>{_xml(_whose(post))}</name></author>\n"
        f'<link rel="alternate" type="text/html" href="{home}items/{post.number}/index.html"/>\n{subjects}'
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{said}</div>'
        "</content>\n</entry>\n"
    )


def _beside(post: Post, interface: str) -> str:
    """Return what stands beside the words: a poll's choices, what is quoted, where short links led. No picture."""
    told, t = post.context or Context(), messages(interface)
    pieces = [_block("\n".join(f"– {each.text}" for each in told.poll.choices), post.language)] if told.poll else []
    pieces += [f"<p>{_xml(t['cut'])}</p>"] if told.cut else []
    for each in told.inner or ():
        whom = f" {each.name or each.handle}" if each.name or each.handle else ""
        says = t[f"{each.how}_hidden"] if each.hidden else f"{t[each.how]}{whom}"
        quoted = _block(each.text, each.language) if each.text and not is_shortened(post) else ""
        pieces.append(f"<blockquote><p>{_xml(says)}</p>{quoted}</blockquote>")
    for link in told.links or ():
        pieces.append(f'<p>{_xml(link.stands)} → <a href="{_xml(link.target)}">{_xml(link.target)}</a></p>')
    return "".join(pieces)


def _block(text: str, language: str) -> str:
    lines = "<br/>".join(_xml(line) for line in re.split("\r\n|\r|\n", text))
    tag = _xml(language)
    return f'<p xml:lang="{tag}" lang="{tag}" dir="{direction(language)}">{lines}</p>'


def _whose(post: Post) -> str:
    voice = post.voice
    told = f"{voice.name} (@{voice.handle})" if voice.name and voice.handle else voice.name or voice.handle
    return told or key_of(voice.id)


def _id(site: Site, what: str) -> str:
    return f"{_TAG}:{quote(site.origin, safe='/.-')}/{what}"


def _xml(text: str) -> str:
    return str(escape(_NOT_XML.sub("\ufffd", text)))
