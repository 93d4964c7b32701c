"""An entry of RSS, Atom or JSON Feed as a post: which of its many words for one thing are taken.

* Words: ``content:encoded``, ``content``, XHTML, ``description``, ``summary``, then those of Media RSS and iTunes. The
  first that says something is the text; pictures are taken from all that were looked at.
* Relative addresses are seen from ``xml:base``, on the feed, the entry and its content, and that from the address the
  feed was fetched from, or says it has.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.posts.elements import JsonValue
from tamizdat.posts.feed_times import read_feed_time
from tamizdat.posts.formats import members
from tamizdat.posts.formats.feed_audience import audience, no_post, of_kind, private_details
from tamizdat.posts.formats.feed_fields import Fields, children
from tamizdat.posts.formats.feed_identity import (
    ADDRESS,
    RELATIVE,
    Key,
    digest,
    here,
    identity,
    person,
    said_of,
    within,
)
from tamizdat.posts.formats.feed_people import author, authors_of_blog, names
from tamizdat.posts.formats.format import BadPost, Context
from tamizdat.posts.formats.xml_node import Node
from tamizdat.posts.markup import TAGS, bound
from tamizdat.posts.plain import HtmlText, absolute, media_type_of, read_html
from tamizdat.posts.post import KEPT, Attachment, Post
from tamizdat.posts.typed_paragraphs import paragraphs
from tamizdat.text.references import resolve_references

CUT: Final = re.compile(r"\[(?:…|\.\.\.)\][ \t]*(?:\n|$|The post )")
#: what HTML's and Windows' pages meant by numbers that are control characters everywhere else
MEANT: Final = {number: bytes([number]).decode("cp1252", "replace") for number in range(0x80, 0xA0)}
UNMEANT: Final = re.compile("[\x80-\x9f]")
TEXTS: Final = ("content:encoded", "content", "xhtml:body", "xhtml:div", "body", "fullitem", "description", "summary",
                "media:description", "itunes:summary", "itunes:subtitle", "dc:description",
                "dc:abstract")  # fmt: skip
EXCERPTS: Final = ("description", "summary")
TITLES: Final = ("title", "media:title", "itunes:title", "dc:title")
HTML: Final = ("text/html", "application/xhtml+xml")
BLOGS_FROM: Final = "1971"  #: an earlier time is none: 1970-01-01, -0001-11-30
PUBLISHED: Final = ("published", "pubdate", "dc:date", "issued", "dc:issued", "dc:created", "created", "date")
UPDATED: Final = ("updated", "modified", "dc:modified")


@dataclass(frozen=True)
class Reading:
    """A post, and a time that its entry gives and nobody can read.

    *left*: it stands in a blog's export and is nobody's post (:mod:`.feed_audience`); *comments*: how many it holds.
    """

    post: Post
    undated: str = ""
    left: str = ""
    comments: int = 0


# -- XML ---------------------------------------------------------------------------------------------------------


def xml_key(node: Node, fields: Fields, base: str) -> Key:
    """Return what an entry of RSS or Atom is known by."""
    own, link = fields.words("id", "guid"), _page(fields)
    if not link:
        guid = next(iter(fields.all("guid")), None)
        permanent = guid is not None and guid.attributes.get("isPermaLink", "true").strip().lower() != "false"
        link = own if permanent and own.lower().startswith(("http://", "https://")) else ""
    relative = base and not ADDRESS.fullmatch(own) and (RELATIVE.fullmatch(own) or (own and own == link))
    own = absolute(base, own) if relative else own
    title, published = fields.words(*TITLES), fields.words(*PUBLISHED)
    about = f"{published}\n{title}" if published and title else ""
    return Key(own, absolute(base, link), about, "" if about else digest(node.text()))


def _page(fields: Fields) -> str:
    """Return the address of an entry's own page, as it stands."""
    original = fields.words("feedburner:origlink")
    if original:
        return original
    pages = [each for each in fields.all("link") if each.attributes.get("rel", "alternate") == "alternate"]
    for each in sorted(pages, key=lambda page: page.attributes.get("type", "text/html") not in HTML):
        if found := each.attributes.get("href", "").strip() or each.text().strip():
            return found
    return ""


def xml_base(node: Node, context: Context) -> str:
    """Return the address from which an entry's addresses are seen."""
    return within(here(context), node.attributes.get("xml:base", ""))


def xml_post(node: Node, context: Context, doubts: tuple[str, ...], v3: bool = False) -> Reading:
    """Return the post of an ``<entry>`` or ``<item>``; *v3*: as ``feed/v3`` read it."""
    fields, base = Fields(node), xml_base(node, context)
    key = xml_key(node, fields, base)
    source, found, pictures = _text(fields, base, v3)
    title = next((said for each in fields.all(*TITLES) if (said := _said(each, base).text)), "")
    text, title = meant(found.text), meant(title)
    stated, changed = fields.words(*PUBLISHED), fields.words(*UPDATED)
    if not v3 and (of_blog := fields.words("wp:post_modified_gmt")):
        changed = f"{of_blog} +0000"
    published = read_feed_time(stated or changed)
    for_whom = audience(fields)
    if not v3 and for_whom == KEPT and (published or "") < BLOGS_FROM:  # what WordPress writes of a draft
        stated, published = "", read_feed_time(changed)
    updated = read_feed_time(changed)
    language = source.attributes.get("xml:lang", "") if source else ""
    answered = next(iter(fields.all("thr:in-reply-to")), None)
    answers = (answered.attributes.get("ref") or answered.attributes.get("href", "")) if answered else ""
    answers = answers or ("" if v3 else fields.words("blogger:inreplyto", "blogger:parent"))
    ratings = fields.all("media:rating")
    post = Post(
        id=identity(key, text or title, context),
        author=author(fields, context, v3),
        text=text or title,
        published=published,
        kind="Article" if title and text else "Note",
        summary=title if text else "",
        language=language or node.attributes.get("xml:lang", "") or fields.words("dc:language")
        or said_of(context, "language"),
        url=key.link,
        reply_to=absolute(base, answers),
        audience=for_whom,
        attachments=tuple(_attachments(fields, base, pictures, v3)),
        tags=tuple(dict.fromkeys(_tags(fields, v3))),
        links=found.links,
        updated=updated if updated != published else None,
        cut=source is not None and source.name.lower() in EXCERPTS and bool(CUT.search(text)),
        sensitive=any(each.text().strip().lower() == "adult" for each in ratings[: 1 if v3 else None]),
        private_details=private_details(fields),
        doubts=doubts,
    )  # fmt: skip
    undated = "" if published else stated or changed
    return Reading(post, undated, no_post(fields), len(fields.all("wp:comment")))


def _text(fields: Fields, base: str, v3: bool) -> tuple[Node | None, HtmlText, list[Attachment]]:
    """Return the element whose words are the text, what it says, and the pictures of those that were looked at."""
    pictures: list[Attachment] = []
    typed = not v3 and bool(fields.all("wp:post_type"))
    for each in fields.all(*TEXTS):
        if not v3 and any(each is caption for caption in fields.captions):
            continue
        found = _said(each, within(base, each.attributes.get("xml:base", "")), typed)
        pictures += found.media
        if found.text:
            return each, found, pictures
    return None, HtmlText(""), pictures


def _said(node: Node, base: str, typed: bool = False) -> HtmlText:
    """Return what an element says, by its type; RSS does not say whether it is HTML: it is if a tag is in it.

    *typed*: as WordPress's editors type it, where an empty line is a paragraph.
    """
    kind = node.attributes.get("type", "").partition(";")[0].strip().lower()
    mode, value = node.attributes.get("mode", "").strip().lower(), node.text()
    inner = any(True for _ in children(node))
    binary = "/" in kind and not kind.startswith("text/") and not kind.endswith(("xml", "html"))
    if binary:
        return HtmlText(_from_base64(value).strip() if kind == "application/octet-stream" else "")
    if mode == "base64":
        value = _from_base64(value)
    if inner and mode != "escaped":
        return read_html(markup(node), base)
    if kind in ("html", "text/html", "xhtml", "application/xhtml+xml"):
        return read_html(value if "html" in kind and kind[0] != "x" else markup(node), base)
    if kind in ("text", "text/plain") and mode != "escaped":
        return HtmlText(value.strip())
    if "<" not in value and "&" not in value:
        return HtmlText(value.strip())
    bound(value)
    value = paragraphs(value) if typed else value
    return read_html(value, base) if TAGS.search(value) else HtmlText(resolve_references(value).strip())


def _from_base64(value: str) -> str:
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def markup(node: Node) -> str:
    """Return what is in an element as HTML."""
    pieces = []
    for each in node.children:
        if isinstance(each, str):
            pieces.append(html.escape(each, quote=False))
        else:
            attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in each.attributes.items())
            pieces.append(f"<{each.name}{attributes}>{markup(each)}</{each.name}>")
    return "".join(pieces)


def _attachments(fields: Fields, base: str, pictures: list[Attachment], v3: bool) -> Iterator[Attachment]:
    found: dict[str, Attachment] = {}
    linked = [each for each in fields.all("link") if each.attributes.get("rel") == "enclosure"]
    contents = [each for each in fields.all("content") if each.attributes.get("src")]
    medium = [each for each in fields.all("media:content") if each.attributes.get("url")]
    for each in (*fields.all("enclosure"), *linked, *contents, *medium):
        given = each.attributes
        url = absolute(base, given.get("url") or given.get("href") or given.get("src") or "")
        if url:
            alt = "" if v3 else Fields(each).words("media:description")
            found.setdefault(url, Attachment(given.get("type", "") or media_type_of(url), url, alt))
    for picture in pictures:
        known = found.setdefault(picture.url, picture)
        if not v3 and not known.alt and picture.alt:
            found[picture.url] = replace(known, alt=picture.alt)
    if not any(each.media_type.startswith("image/") for each in found.values()):
        for each in fields.all("media:thumbnail", "itunes:image"):
            url = absolute(base, each.attributes.get("url") or each.attributes.get("href") or "")
            if url:
                found.setdefault(url, Attachment(media_type_of(url), url))
                break
    yield from found.values()


def _tags(fields: Fields, v3: bool) -> Iterator[str]:
    for each in fields.all("category", "dc:subject"):
        if not v3 and of_kind(each.attributes):
            continue
        if tag := (each.attributes.get("label") or each.attributes.get("term") or each.text()).strip():
            yield tag


def _container(root: Node, depth: int = 4) -> Node:
    """Return the channel of RSS, or the feed of Atom, wherever in a page it stands."""
    if root.name.lower() in ("channel", "feed") or not depth:
        return root
    inner = [_container(each, depth - 1) for each in children(root)]
    return next((each for each in inner if each.name.lower() in ("channel", "feed")), root)


def meant(text: str) -> str:
    """Return *text* with the characters that HTML means by the numbers of control characters."""
    return text.translate(MEANT) if UNMEANT.search(text) else text


def describe_xml(root: Node) -> Context:
    """Return what a feed says of itself, as its entries' context has it."""
    inner = _container(root)
    fields = Fields(inner)
    site = _page(fields)
    itself = next((each.attributes["href"].strip() for each in fields.all("link")
                   if each.attributes.get("rel") == "self" and each.attributes.get("href")), "")  # fmt: skip
    bases = [each.attributes.get("xml:base", "") for each in (root, inner)]
    base = within(bases[0], bases[1] if inner is not root else "")
    title = next((said for each in fields.all("title") if (said := _said(each, "").text)), "")
    only, several = authors_of_blog(fields)
    return {
        "id": fields.words("id") or itself or site,
        "site": site,
        "self": itself,
        "base": base,
        "title": meant(title),
        "author": names(fields) or only,
        "language": inner.attributes.get("xml:lang", "") or root.attributes.get("xml:lang", "")
        or fields.words("language", "dc:language"),
        **({"authors": several} if several else {}),
    }  # fmt: skip


# -- JSON --------------------------------------------------------------------------------------------------------


def json_key(item: JsonValue, base: str) -> Key:
    """Return what an item of a JSON Feed is known by."""
    own = (members.text(item, "id") or members.digits(item, "id")).strip()
    link = (members.text(item, "url") or members.text(item, "external_url")).strip()
    relative = base and not ADDRESS.fullmatch(own) and (RELATIVE.fullmatch(own) or (own and own == link))
    title, published = members.text(item, "title"), members.text(item, "date_published")
    about = f"{published}\n{title}" if published and title else ""
    words = "" if about else digest(members.text(item, "content_html") + members.text(item, "content_text"))
    return Key(absolute(base, own) if relative else own, absolute(base, link), about, words)


def json_post(item: JsonValue, context: Context) -> Reading:
    """Return the post of an item."""
    if not isinstance(item, dict):
        raise BadPost("an item that is no object")
    base = here(context)
    key = json_key(item, base)
    plain, markup = members.text(item, "content_text"), members.text(item, "content_html")
    found = read_html(markup, base)
    text, title = plain or found.text or members.text(item, "summary"), members.text(item, "title")
    stated, changed = (members.text(item, name) for name in ("date_published", "date_modified"))
    published, updated = read_feed_time(stated or changed), read_feed_time(changed)
    outside = members.text(item, "external_url")
    behind = ((title or outside, outside),) if outside and key.link != outside else ()
    post = Post(
        id=identity(key, text or title, context),
        author=person(json_author(item) or said_of(context, "author"), context),
        text=text or title,
        published=published,
        kind="Article" if title and text else "Note",
        summary=title if text else "",
        language=members.text(item, "language") or said_of(context, "language"),
        url=key.link,
        attachments=tuple(_json_attachments(item, base, found)),
        tags=tuple(filter(None, map(members.text, members.each(item, "tags")))),
        links=(*found.links, *behind),
        updated=updated if updated != published else None,
        doubts=("text",) if members.has_unpaired(members.at(item, "content_text" if plain else "content_html")) else (),
    )  # fmt: skip
    return Reading(post, "" if published else stated or changed)


def _json_attachments(item: JsonValue, base: str, html: HtmlText) -> Iterator[Attachment]:
    found: dict[str, Attachment] = {}
    for each in members.each(item, "attachments"):
        if url := absolute(base, members.text(each, "url")):
            found.setdefault(url, Attachment(members.text(each, "mime_type"), url, members.text(each, "title")))
    for picture in html.media:
        found.setdefault(picture.url, picture)
    for name in ("image", "banner_image"):
        if url := absolute(base, members.text(item, name)):
            found.setdefault(url, Attachment(media_type_of(url), url))
    yield from found.values()


def json_author(item: JsonValue) -> str:
    """Return the names of the authors of an item, or a feed."""
    authors = [members.text(each, "name") for each in members.each(item, "authors")]
    return ", ".join(filter(None, authors)) or members.text(item, "author", "name")


def describe_json(said: dict[str, JsonValue]) -> Context:
    """Return what a JSON Feed says of itself, as its items' context has it."""
    site, itself = members.text(said, "home_page_url"), members.text(said, "feed_url")
    return {
        "id": itself or site,
        "site": site,
        "self": itself,
        "title": members.text(said, "title"),
        "author": json_author(said),
        "language": members.text(said, "language"),
    }
