"""How a feed is written: Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

Both hold the same entries. Content is XHTML that is HTML too. A day is written as its midnight in UTC: the edition's
day is all there is to tell.
"""

import json
import re
from typing import Final, NamedTuple
from urllib.parse import quote

from markupsafe import escape

from tamizdat.publishing.model import Site

FIRST_DAY: Final = "2026-01-01"  #: what a feed without entries says it was updated on
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG: Final = "tag:tamizdat,2026"
_TYPES: Final = {"jpg": "image/jpeg", "mp4": "video/mp4", "txt": "text/plain"}
_XML_LANG: Final = re.compile(r' xml:lang="[^"]*"')


class Enclosure(NamedTuple):
    """A file that comes with an entry: its path in the site, its size in bytes."""

    path: str
    size: int

    @property
    def media_type(self) -> str:
        """Return what kind of file it is."""
        return "audio/mp4" if self.path.endswith("/sound.mp4") else _TYPES[self.path.rpartition(".")[2]]


class FeedEntry(NamedTuple):
    """An entry. *updated* is a day, *published* a time with an offset or empty, *content* XHTML, *page* a path."""

    id: str
    title: str
    language: str
    updated: str
    published: str
    author: str
    page: str
    tags: tuple[str, ...]
    content: str
    enclosures: tuple[Enclosure, ...]


class Feed(NamedTuple):
    """A feed: its file's name without ending, and the path of the page that shows the same."""

    name: str
    title: str
    language: str
    page: str
    entries: list[FeedEntry]


def identifier(site: Site, what: str) -> str:
    """Return the ``tag:`` URI of a feed or an entry of this site."""
    return f"{_TAG}:{quote(site.origin, safe='/.-')}/{quote(what, safe='/.-')}"


def xml(text: str) -> str:
    """Return *text* as it stands in XML and HTML; what XML cannot hold is U+FFFD."""
    return str(escape(_NOT_XML.sub("\ufffd", text)))


def atom(site: Site, feed: Feed) -> bytes:
    """Return the feed in Atom."""
    updated = max((each.updated for each in feed.entries), default=FIRST_DAY)
    own = site.way(f"feeds/{feed.name}.xml") if site.addresses else f"{feed.name}.xml"
    pieces = [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">\n',
        f"<id>{identifier(site, f'feeds/{feed.name}')}</id>\n",
        f"<title>{xml(feed.title)}</title>\n",
        f"<updated>{updated}T00:00:00Z</updated>\n",
        f"<author><name>{xml(site.name)}</name></author>\n",
        f'<link rel="self" type="application/atom+xml" href="{xml(own)}"/>\n',
        f'<link rel="alternate" type="text/html" href="{xml(site.way(feed.page))}"/>\n',
        *(_entry(site, each) for each in feed.entries),
        "</feed>\n",
    ]
    return "".join(pieces).encode()


def _entry(site: Site, entry: FeedEntry) -> str:
    published = f"<published>{_time(entry.published)}</published>\n" if entry.published else ""
    subjects = "".join(f'<category term="{xml(tag)}"/>\n' for tag in entry.tags)
    files = "".join(
        f'<link rel="enclosure" type="{each.media_type}" length="{each.size}" href="{xml(site.way(each.path))}"/>\n'
        for each in entry.enclosures
    )
    return (
        f"<entry>\n<id>{entry.id}</id>\n"
        f'<title xml:lang="{xml(entry.language)}">{xml(entry.title)}</title>\n'
        f"<updated>{entry.updated}T00:00:00Z</updated>\n{published}"
        f"<author><name>{xml(entry.author)}</name></author>\n"
        f'<link rel="alternate" type="text/html" href="{xml(site.way(entry.page))}"/>\n{files}{subjects}'
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{entry.content}</div>'
        "</content>\n</entry>\n"
    )


def json_feed(site: Site, feed: Feed) -> bytes:
    """Return the feed as a JSON Feed; without an address it does not say where it is."""
    where = (
        {"home_page_url": site.way(feed.page), "feed_url": site.way(f"feeds/{feed.name}.json")}
        if site.addresses
        else {}
    )
    facts = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **where,
        "language": feed.language,
        "authors": [{"name": site.name}],
        "items": [_item(site, each) for each in feed.entries],
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _item(site: Site, entry: FeedEntry) -> dict[str, object]:
    files = [
        {"url": site.way(each.path), "mime_type": each.media_type, "size_in_bytes": each.size}
        for each in entry.enclosures
    ]
    facts: dict[str, object] = {
        "id": entry.id,
        "url": site.way(entry.page),
        "title": entry.title,
        "content_html": _XML_LANG.sub("", entry.content),
        "date_published": _time(entry.published),
        "date_modified": f"{entry.updated}T00:00:00Z",
        "authors": [{"name": entry.author}],
        "language": entry.language,
        "tags": list(entry.tags),
        "attachments": files,
    }
    return {name: value for name, value in facts.items() if value}


def _time(time: str) -> str:
    return time.replace("+00:00", "Z")
