"""RSS 0.9 to 2.0, Atom 1.0 and JSON Feed 1.x: what a site gives out of its latest posts.

::

    <entry><id>tag:a.example,2013:5</id><published>2013-05-12T14:28:00+08:00</published><content …>…</content></entry>
    <item><guid>https://a.example/5</guid><pubDate>Sun, 12 May 2013 14:28:00 +0800</pubDate><description>…</item>
    {"id": "https://a.example/5", "date_published": "2013-05-12T14:28:00+08:00", "content_text": "…"}

An entry is an ``Article`` when it has a title, and a ``Note`` otherwise. Its id is the feed's own where that is an
address (or a ``tag:``, a ``urn:``); a bare number means something only together with its feed, so the feed's address is
put before it. An entry without any id is known by its link; one without a link has no identity, and cannot be followed:
its id is made from its text. That a post is no more in a feed says nothing: feeds hold the latest.

Whose feed it is, a document may say of itself as it likes. What was fetched is therefore filed under the address it was
fetched from (:class:`FetchedFeed`); only of a file that somebody handed in, the feed's own word is all there is.

A whole feed is at most :data:`MAX_FEED` bytes and is read at once.
"""

import contextlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from tamizdat.encoding import sha256_hex
from tamizdat.posts.elements import Damage, JsonValue, NotJson, Window, decode, elements, enter
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost, Context, Found, Open, Plan, Slice, checked_size, one_post
from tamizdat.posts.formats.xml_feed import CONTENT, DC, BadXml, Node, read_entry, read_xml
from tamizdat.posts.plain import ToPlain, text_of
from tamizdat.posts.plain_earlier import to_plain_v1
from tamizdat.posts.plain_earlier import to_plain_v2 as to_plain
from tamizdat.posts.post import Attachment, Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "feed/v2"  #: v1 read HTML as Python's html.parser does, and knew no ``address``
MAX_FEED: Final = 32 << 20
ROOT: Final = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]")
JSON_FEED: Final = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')
START: Final = re.compile(r'\{\s*"id"\s*:')
ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.I)


def recognises(export: Export) -> bool:
    """Tell whether there is a feed. Only a file alone, or a folder of feeds: an archive of X holds no feed."""
    return any(_is_feed(head(export, path)) for path in export.names()[:1000])


def _is_feed(beginning: bytes) -> bool:
    narrow = beginning.replace(b"\0", b"")
    return bool(ROOT.search(narrow) or (JSON_FEED.search(narrow) and b"{" in narrow[:8]))


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the feeds, and what they say of themselves. Each is read on its own; the context holds all their heads."""
    made = Plan(NAME, [])
    for path in export.names():
        if not _is_feed(head(export, path)):
            continue
        if export.size(path) > MAX_FEED:
            report.problem("size", path)
            continue
        made.sources.append(path)
        try:
            with export.open(path) as file, one_post():
                made.contexts[path] = describe(file.read(MAX_FEED))
        except BadExport:
            pass  # `read` tells of it
        except BadPost as error:  # what it says of itself cannot be read; its entries may be
            report.problem(error.kind, path, 0, str(error))
    return made


@dataclass(frozen=True)
class FetchedFeed:
    """The format of a feed that was fetched from *address*: that, and not what the feed says, is its voice."""

    address: str
    NAME: str = NAME

    def recognises(self, export: Export) -> bool:
        """Tell whether there is a feed."""
        return recognises(export)

    def plan(self, export: Export, report: IngestReport) -> Plan:
        """Return the plan of :func:`plan`, each context with the address."""
        made = plan(export, report)
        made.contexts = {path: {**made.context_of(path), "address": self.address} for path in made.sources}
        return made

    def read(self, plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
        """Yield every entry."""
        return read(plan, open_file, report)

    def post(self, raw: Sequence[bytes], context: Context) -> Post:
        """Return the post of an entry."""
        return post(raw, context)


def describe(data: bytes) -> Context:
    """Return the context of a feed's entries: its kind, address, title, author, language, and the tags around them."""
    return _describe_json(data) if _is_json(data) else _describe_xml(data)


def _is_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def _describe_json(data: bytes) -> Context:
    said: dict[str, JsonValue] = {}
    with contextlib.suppress(NotJson):
        for name, value in enter(Window(io.BytesIO(data)), "items"):
            said[name] = value
    return {
        "kind": "json",
        "id": members.text(said, "feed_url") or members.text(said, "home_page_url"),
        "title": members.text(said, "title"),
        "author": _json_author(said),
        "language": members.text(said, "language"),
    }


def _describe_xml(data: bytes) -> Context:
    feed = read_xml(data)
    root = feed.head
    channel = root.child("channel") or root
    link = _link(channel, "self") or _link(channel, "alternate") or _words(channel.child("link"))
    return {
        "kind": "xml",
        "open": feed.open,
        "encoding": feed.encoding,
        "id": _words(channel.child("id")) or link,
        "base": root.attributes.get("xml:base", ""),
        "title": text_of(_words(channel.child("title")), to_plain),
        "author": _author(channel),
        "language": root.attributes.get("xml:lang", "") or _words(channel.child("language")),
    }


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found]:
    """Yield every entry."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                data = file.read(MAX_FEED + 1)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))
            continue
        context = plan.context_of(path)
        entries = _json_entries(path, data, report) if _is_json(data) else _xml_entries(path, data, report)
        for offset, length in entries:
            raw = data[offset : offset + length]
            try:
                found = post([raw], context)
            except BadPost as error:
                report.problem(error.kind, path, offset, str(error))
            else:
                yield Found((Slice(path, offset, length),), found)


def _json_entries(path: str, data: bytes, report: IngestReport) -> Iterator[tuple[int, int]]:
    window = Window(io.BytesIO(data))
    try:
        for _ in enter(window, "items"):
            pass
    except NotJson:
        report.problem("form", path, window.offset, "no list of items")
        return
    for element in elements(window, START):
        if isinstance(element, Damage):
            report.problem(element.kind, path, element.offset, element.detail)
            continue
        if element.lenient:
            report.problem("syntax", path, element.offset, "commas too many")
        yield element.offset, element.length


def _xml_entries(path: str, data: bytes, report: IngestReport) -> Iterator[tuple[int, int]]:
    feed = read_xml(data)
    if feed.broken:
        report.problem(feed.broken.kind, path, feed.broken.offset, str(feed.broken))
    for entry in feed.entries:
        yield entry.offset, entry.length


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an entry."""
    with one_post():
        return _post(raw, context, to_plain)


def post_v1(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an entry that was taken in as ``feed/v1``."""
    with one_post():
        return _post(raw, context, to_plain_v1)


def _post(raw: Sequence[bytes], context: Context, to_plain: ToPlain) -> Post:
    if context.get("kind") == "json":
        return _finished(_json_post(decode(raw[0]), context, to_plain))
    opened, encoding = members.text(context, "open"), members.text(context, "encoding")
    try:
        node = read_entry(opened, raw[0], encoding)
    except BadXml as error:
        raise BadPost(str(error), error.kind) from error
    stray = "\ufffd" in node.text() and b"\xef\xbf\xbd" not in raw[0]
    return _finished(_xml_post(node, context, ("encoding",) if stray else (), to_plain))


def _finished(post: Post) -> Post:
    if not post.text and not post.summary and not post.attachments:
        raise BadPost("an entry without words")
    checked_size(post.text)
    return post


def _json_post(item: JsonValue, context: Context, to_plain: ToPlain) -> Post:
    if not isinstance(item, dict):
        raise BadPost("an item that is no object")
    html, plain = members.text(item, "content_html"), members.text(item, "content_text")
    text = plain or to_plain(html) or members.text(item, "summary")
    link, title = members.text(item, "url") or members.text(item, "external_url"), members.text(item, "title")
    own = members.text(item, "id") or members.digits(item, "id")
    published = read_time(members.at(item, "date_published") or members.at(item, "date_modified"))
    return Post(
        id=_identity(own, link, text, context),
        author=_person(_json_author(item) or members.text(context, "author"), context),
        text=text,
        published=published,
        kind="Article" if title else "Note",
        summary=title,
        language=members.text(item, "language") or members.text(context, "language"),
        url=link,
        attachments=tuple(
            Attachment(members.text(each, "mime_type"), members.text(each, "url"), members.text(each, "title"))
            for each in members.each(item, "attachments")
        ),
        tags=tuple(tag for tag in members.each(item, "tags") if isinstance(tag, str)),
        doubts=(*(("text",) if members.has_unpaired(plain or html) else ()),),
    )


def _json_author(item: JsonValue) -> str:
    authors = [members.text(each, "name") for each in members.each(item, "authors")]
    return ", ".join(filter(None, authors)) or members.text(item, "author", "name")


def _xml_post(node: Node, context: Context, doubts: tuple[str, ...], to_plain: ToPlain) -> Post:
    base = _joined(members.text(context, "base"), node.attributes.get("xml:base", ""))
    content = (
        node.child("encoded", CONTENT) or node.child("content") or node.child("description") or node.child("summary")
    )
    text = _content(content, to_plain)
    link = _joined(base, _link(node, "alternate") or _words(node.child("link")))
    title = _content(node.child("title"), to_plain)
    times = (node.child("published") or node.child("pubDate") or node.child("date", DC) or node.child("issued")
             or node.child("updated"))  # fmt: skip
    own = _words(node.child("id")) or _words(node.child("guid"))
    linked = [each for each in node.all("link") if each.attributes.get("rel") == "enclosure"]
    enclosed = [
        (each.attributes.get("type", ""), each.attributes.get("url") or each.attributes.get("href", ""))
        for each in (*node.all("enclosure"), *linked)
    ]
    language = (content.attributes.get("xml:lang") if content else "") or node.attributes.get("xml:lang", "")
    return Post(
        id=_identity(own, link, text or title, context),
        author=_person(_author(node) or members.text(context, "author"), context),
        text=text or title,
        published=read_time(_words(times)),
        kind="Article" if title and text else "Note",
        summary=title if text else "",
        language=language or members.text(context, "language"),
        url=link,
        attachments=tuple(Attachment(kind, _joined(base, url)) for kind, url in enclosed if url),
        tags=tuple(filter(None, (each.attributes.get("term") or each.text().strip() for each in node.all("category")))),
        doubts=doubts,
    )


def _identity(own: str, link: str, text: str, context: Context) -> str:
    own = own.strip()
    if ADDRESS.fullmatch(own):
        return own
    feed = _prefix(context)
    return f"{feed}#{own}" if own else link or f"{feed}#sha256-{sha256_hex(text.encode())}"


def _prefix(context: Context) -> str:
    """Return what is put before a number that means something only together with its feed: the feed's own id.

    If it was fetched, only an id that is an address of the host it was fetched from, so that no feed numbers another's
    posts.
    """
    said, address = members.text(context, "id"), members.text(context, "address")
    if address and not (_host(said) and _host(said) == _host(address)):
        return address
    return said or "urn:feed"


def _person(name: str, context: Context) -> Author:
    site = members.text(context, "address") or members.text(context, "id")
    handle = _host(site) if ADDRESS.fullmatch(site) else ""
    return Author(site, handle, name or members.text(context, "title"))


def _joined(base: str, link: str) -> str:
    """Return the link seen from its base; as it is where one of them is no address."""
    try:
        return urljoin(base, link)
    except ValueError:  # such as http://[::1
        return link


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _content(node: Node | None, to_plain: ToPlain) -> str:
    if node is None:
        return ""
    match node.attributes.get("type", ""):
        case "xhtml" | "application/xhtml+xml":
            return to_plain(node.markup())
        case "html" | "text/html":
            return to_plain(node.text())
        case "text" | "text/plain":
            return node.text().strip()
    return text_of(node.text(), to_plain)


def _words(node: Node | None) -> str:
    return node.text().strip() if node else ""


def _link(node: Node, rel: str) -> str:
    for each in node.all("link"):
        if each.attributes.get("rel", "alternate") == rel and each.attributes.get("href"):
            return each.attributes["href"]
    return ""


def _author(node: Node) -> str:
    author = node.child("author")
    name = _words(author.child("name")) if author and author.child("name") else _words(author)
    return name or _words(node.child("creator", DC))
