"""A post out of an activity, or a note, of ActivityStreams as servers of the fediverse write them.

::

    {"type": "Create", "object": {"type": "Note", "id": …, "content": "<p>…</p>", "updated": …, "sensitive": true,
       "oneOf": [{"name": "yes", "replies": {"totalItems": 3}}], "quote": "https://b.example/9", "attachment": […]}}
    {"type": "Announce", "object": "https://b.example/users/wang/statuses/7"}                    a boost

What the export as a whole tells (whose it is, what stands beside the outbox) is :mod:`mastodon`'s.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.formats.fediverse import (
    author_of,
    is_device,
    is_for_few,
    language_tag,
    media_type,
    without_quote_line,
)
from tamizdat.posts.formats.format import BadPost, Context, checked_size, doubts
from tamizdat.posts.plain import HtmlText, ToPlain, read_html, to_plain
from tamizdat.posts.post import PUBLIC, Attachment, Author, Choice, Post, reference
from tamizdat.posts.times import read_time

KINDS: Final = {"Note": "Note", "Article": "Article", "Question": "Note", "Page": "Article", "ChatMessage": "Note",
                "Image": "Note", "Video": "Article", "Audio": "Article", "Event": "Article"}  # fmt: skip
EARLIER_KINDS: Final = ("Note", "Article", "Question", "Page")
EVERYBODY: Final = (PUBLIC, "as:Public", "Public")
QUOTES: Final = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")


def read_activity(activity: JsonValue, context: Context, earlier: ToPlain | None = None) -> Post:
    """Return the post or repost of an activity, or of a note that stands for itself. Raises :class:`BadPost`.

    *earlier* reads HTML as one of the versions before ``mastodon/v3`` did, and the rest of a post is read as by these.
    """
    kind, inner = members.text(activity, "type"), members.at(activity, "object")
    if kind == "Announce":
        return _announce(activity, inner, context, earlier)
    if kind in KINDS:
        return _note(activity, None, context, earlier)
    if kind not in ("Create", "Update"):
        raise BadPost("neither a post nor a repost")
    if isinstance(inner, str) and inner:
        if not earlier:
            raise BadPost("the address of a post, without its words")
        author = _author(members.at(activity, "actor"), context)
        return Post(members.text(inner), author, "", audience=_earlier_audience(activity),
                    published=read_time(members.at(activity, "published")))  # fmt: skip
    return _note(inner, activity, context, earlier)


def _announce(activity: JsonValue, inner: JsonValue, context: Context, earlier: ToPlain | None) -> Post:
    post_id = members.text(activity, "id")
    named = members.text(inner)
    shared = reference(named, author_of(named) if not earlier else None) if isinstance(inner, str) else None
    if isinstance(inner, dict):
        try:
            shared = _note(inner, None, {}, earlier)
        except BadPost:
            if earlier or not members.text(inner, "id"):
                raise
            shared = reference(members.text(inner, "id"), _author(members.at(inner, "attributedTo"), {}))
    if not post_id or shared is None or not shared.id:
        raise BadPost("a repost that does not say what it repeats")
    published = read_time(members.at(activity, "published"))
    audience = _earlier_audience(activity) if earlier else written_for(activity)
    return Post(post_id, _author(members.at(activity, "actor"), context), "", published, "Announce",
                audience=audience, shared=shared, doubts=doubts("", published))  # fmt: skip


def _note(note: JsonValue, activity: JsonValue, context: Context, earlier: ToPlain | None) -> Post:
    post_id, content = members.text(note, "id"), members.at(note, "content")
    kind = KINDS.get(members.text(note, "type"), "")
    if not post_id or not kind or (earlier and members.text(note, "type") not in EARLIER_KINDS):
        raise BadPost("a post without an id")
    attachments = {each.url: each for each in _attachments(note)}
    if not isinstance(content, str) and (earlier or content is not None or not attachments):
        raise BadPost("a post without text")
    published, written = read_time(members.at(note, "published")), content if isinstance(content, str) else ""
    made = Post(
        id=post_id,
        author=_author(members.at(note, "attributedTo"), context),
        text="",
        published=published,
        kind=kind,
        summary=(earlier or to_plain)(members.text(note, "summary")) or members.text(note, "name"),
        url=_address(members.at(note, "url")) or post_id,
        reply_to=members.text(note, "inReplyTo"),
        thread=members.text(note, "context") or members.text(note, "conversation"),
        tags=tuple(members.text(tag, "name").lstrip("#") for tag in members.each(note, "tag")
                   if members.text(tag, "type") == "Hashtag"),
        doubts=doubts(written, published),
    )  # fmt: skip
    if earlier:
        return _as_before(made, note, earlier)
    read, language = _words(note, made.url)
    quotes = tuple(_quotes(note))
    text, named = without_quote_line(read.text, [each.id for each in quotes], "quote-inline" in written)
    if named and not quotes:
        quotes = (reference(named, author_of(named)),)
    updated = read_time(members.at(note, "updated"))
    updated = updated if updated != published else None
    reply_to = made.reply_to or members.text(note, "inReplyTo", "id")
    return replace(
        made,
        text=checked_size(text),
        language=language,
        reply_to=reply_to,
        answered=author_of(reply_to),
        audience=written_for(note, activity),
        quotes=quotes,
        attachments=tuple(({each.url: each for each in read.media} | attachments).values()),
        links=tuple(link for link in read.links if link[0] in text),
        updated=updated,
        sensitive=members.at(note, "sensitive") is True
        or any(members.at(each, "sensitive") is True for each in members.each(note, "attachment")),
        choices=tuple(_choices(note)),
        private_details=tuple(_private_details(note)),
    )


def _as_before(made: Post, note: JsonValue, to_plain: ToPlain) -> Post:
    """Return the post as ``mastodon/v1`` and ``mastodon/v2`` read it."""
    languages = members.at(note, "contentMap")
    tags = [members.text(tag) for tag in languages] if isinstance(languages, dict) else []
    quoted = next((found for name in ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
                   if (found := members.text(note, name))), "")  # fmt: skip
    attachments = [
        Attachment(members.text(each, "mediaType"), members.text(each, "url"), members.text(each, "name"))
        for each in members.each(note, "attachment")
        if isinstance(each, dict)
    ]
    return replace(
        made,
        text=checked_size(to_plain(members.text(note, "content"))),
        language=tags[0] if len(tags) == 1 and len(tags[0]) <= 35 else "",
        url=members.text(note, "url") or made.id,
        audience=_earlier_audience(note),
        quotes=(reference(quoted),) if quoted else (),
        attachments=tuple(attachments),
    )


def _words(note: JsonValue, base: str) -> tuple[HtmlText, str]:
    """Return what a note says and its language. Of several languages each has its words in the text."""
    content, languages = members.text(note, "content"), members.at(note, "contentMap")
    told = {tag: members.text(languages, tag) for tag in languages} if isinstance(languages, dict) else {}
    read = read_html(content or next(iter(told.values()), ""), base, spaces=True)
    others = [words for words in told.values() if words != content] if len(told) > 1 else []
    for each in (read_html(words, base, spaces=True) for words in others):
        if _squeezed(each.text) not in _squeezed(read.text):
            links = tuple(dict.fromkeys((*read.links, *each.links)))
            read = HtmlText(f"{read.text}\n\n{each.text}", links, (*read.media, *each.media))
    spoken = next((tag for tag, words in told.items() if words == content), next(iter(told), ""))
    return read, language_tag(spoken)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _quotes(note: JsonValue) -> Iterator[Post]:
    """Yield what a note quotes, once, under whichever of its names."""
    links = [tag for tag in members.each(note, "tag") if members.text(tag, "type") == "Link"]
    to_posts = (link for link in links
                if "activitystreams" in members.text(link, "mediaType")
                or "quote" in members.text(link, "rel"))  # fmt: skip
    for quoted in (*(members.at(note, name) for name in QUOTES), *(members.text(link, "href") for link in to_posts)):
        address = quoted if isinstance(quoted, str) else members.text(quoted, "id")
        if address and isinstance(quoted, dict) and isinstance(members.at(quoted, "content"), str):
            yield _note({name: value for name, value in quoted.items() if name not in QUOTES}, None, {}, None)
            return
        if address:
            yield reference(members.text({"id": address}, "id"), author_of(address))
            return


def _choices(note: JsonValue) -> Iterator[Choice]:
    for name in ("oneOf", "anyOf"):
        for each in members.each(note, name):
            if words := members.text(each, "name"):
                yield Choice(words, members.whole(each, "replies", "totalItems"))


def _attachments(note: JsonValue) -> Iterator[Attachment]:
    """Yield the pictures, clips and sounds of a note; a link's preview, which newer servers list here, is none."""
    attached = members.at(note, "attachment")
    for each in attached if isinstance(attached, list) else [attached]:
        address = _address(members.at(each, "url"))
        if address:
            kind = members.text(each, "mediaType") or media_type(address)
            yield Attachment(kind, address, members.text(each, "name"))


def _address(value: JsonValue) -> str:
    """Return the address in a ``url``, which may be a link or several; "" if there is none."""
    for each in value if isinstance(value, list) else [value]:
        found = members.text({"href": each}, "href") or members.text(each, "href")
        if found:
            return found
    return ""


def _private_details(note: JsonValue) -> Iterator[str]:
    place = members.at(note, "location")
    if isinstance(place, dict):
        yield "coordinates" if members.at(place, "latitude") is not None else "place"
    if is_device(members.at(note, "generator", "name")):
        yield "device"


def _author(actor: JsonValue, context: Context) -> Author:
    actor_id = members.text(actor) or members.text(actor, "id")
    if context and actor_id in ("", context.get("id")):
        return Author(members.text(context, "id"), members.text(context, "handle"), members.text(context, "name"))
    handle = re.search(r"/(?:users/|@)([\w.-]{1,64})$", actor_id)
    return Author(actor_id, handle[1] if handle else "")


def written_for(*objects: JsonValue) -> str:
    """Return for whom the first of these that says so was written."""
    for each in objects:
        to, cc = ([_id(address) for address in _listed(each, name)] for name in ("to", "cc"))
        if any(address in EVERYBODY for address in to):
            return "public"
        if any(address in EVERYBODY for address in cc):
            return "unlisted"
        if any((*to, *cc)):
            return "followers" if any(map(is_for_few, (*to, *cc))) else "direct"
    return "unknown"


def _id(address: JsonValue) -> str:
    return address if isinstance(address, str) else members.text(address, "id")


def _earlier_audience(activity: JsonValue) -> str:
    to, cc = ([each for each in _listed(activity, name) if isinstance(each, str)] for name in ("to", "cc"))
    if any(each in EVERYBODY for each in to):
        return "public"
    if any(each in EVERYBODY for each in cc):
        return "unlisted"
    if not to and not cc:
        return "unknown"
    return "followers" if any(each.endswith("/followers") for each in (*to, *cc)) else "direct"


def _listed(activity: JsonValue, name: str) -> list[JsonValue]:
    found = members.at(activity, name)
    return list(found) if isinstance(found, list) else [found]
