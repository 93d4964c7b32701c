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
from tamizdat.publishing.site.l10n import LANGUAGES
from tamizdat.publishing.site.post_text import translation_into
from tamizdat.publishing.site.renderer import prefix
from tamizdat.publishing.site.site_index import SiteIndex, key_of
from tamizdat.statements.derived import Post
from tamizdat.text.excerpt import excerpt
from tamizdat.text.languages import ANY_TAG, direction, language_name, primary_subtag

LATEST: Final = 50
FIRST_DAY: Final = "2026-01-01"  #: what a feed without entries says it was updated on
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG: Final = "tag:tamizdat,2026"


def feed_languages(view: SiteIndex) -> list[str]:
    """Languages (first subtags) that have a feed: those of the interface, of the posts and of translations."""
    found = {primary_subtag(tag) for tag in view.languages if ANY_TAG.fullmatch(tag)}
    return sorted(found.union(LANGUAGES) - {"und"})


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
        *(_entry(site, home, day, post, *text) for day, post, text in held),
        "</feed>\n",
    ]
    return "".join(pieces).encode()


def _in(post: Post, tongue: str) -> tuple[str, str] | None:
    """Return the text of *post* in this language, and the language in full."""
    if primary_subtag(post.language) == tongue:
        return post.text, post.language
    found = translation_into(post, tongue)
    return (found.target, found.language) if found else None


def _entry(site: Site, home: str, day: str, post: Post, text: str, language: str) -> str:
    time = post.published or ""
    published = f"<published>{time.replace('+00:00', 'Z')}</published>\n" if len(time) > 19 else ""
    original = _block(post.text, post.language) if text is not post.text else ""
    subjects = "".join(f'<category term="{_xml(tag)}"/>\n' for tag in dict.fromkeys(post.tags))
    return (
        f"<entry>\n<id>{_id(site, f'items/{post.number}')}</id>\n"
        f'<title xml:lang="{_xml(language)}">{_xml(excerpt(text, 80) or post.voice.name or str(post.number))}</title>\n'
        f"<updated>{day}T00:00:00Z</updated>\n{published}"
        f"<author><name>{_xml(post.voice.name or post.voice.handle or key_of(post.voice.id))}</name></author>\n"
        f'<link rel="alternate" type="text/html" href="{home}items/{post.number}/index.html"/>\n{subjects}'
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{_block(text, language)}{original}</div>'
        "</content>\n</entry>\n"
    )


def _block(text: str, language: str) -> str:
    lines = "<br/>".join(_xml(line) for line in re.split("\r\n|\r|\n", text))
    tag = _xml(language)
    return f'<p xml:lang="{tag}" lang="{tag}" dir="{direction(language)}">{lines}</p>'


def _id(site: Site, what: str) -> str:
    return f"{_TAG}:{quote(site.origin, safe='/.-')}/{what}"


def _xml(text: str) -> str:
    return str(escape(_NOT_XML.sub("\ufffd", text)))
