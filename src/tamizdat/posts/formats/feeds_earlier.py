"""Entries of feeds as ``feed/v1`` and ``feed/v2`` read them, for posts that were stated so; never for new ones.

They know of HTML only its paragraphs and lines, take no word of Media RSS, iTunes and Atom 0.3, keep addresses relative
where the feed gives no base, and number an entry without an address by its text alone.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urljoin, urlsplit

from tamizdat.encoding import sha256_hex
from tamizdat.posts.elements import JsonValue, decode
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost, Context, checked_size, one_post
from tamizdat.posts.formats.xml_feed import BadXml, read_entry
from tamizdat.posts.formats.xml_node import CONTENT, DC, Node
from tamizdat.posts.plain import ToPlain, text_of
from tamizdat.posts.plain_earlier import to_plain_v1, to_plain_v2
from tamizdat.posts.post import Attachment, Author, Post
from tamizdat.posts.times import read_time_v1

ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.I)


def post_v1(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an entry that was taken in as ``feed/v1``."""
    with one_post():
        return _post(raw, context, to_plain_v1)


def post_v2(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of an entry that was taken in as ``feed/v2``."""
    with one_post():
        return _post(raw, context, to_plain_v2)


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
    published = read_time_v1(members.at(item, "date_published") or members.at(item, "date_modified"))
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
        tags=tuple(filter(None, map(members.text, members.each(item, "tags")))),
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
        published=read_time_v1(_words(times)),
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
