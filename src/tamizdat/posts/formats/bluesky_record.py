"""A record of Bluesky as a post (https://docs.bsky.app, lexicons ``app.bsky.feed.post`` and ``.repost``).

::

    {"$type": "app.bsky.feed.post", "text": "看名单", "createdAt": "2024-05-12T06:28:00.000Z", "langs": ["zh"],
     "facets": [{"index": {"byteStart": 3, "byteEnd": 9},
                 "features": [{"$type": "app.bsky.richtext.facet#link", "uri": …}]}],
     "reply": {"parent": {"uri": "at://did:plc:…/app.bsky.feed.post/3k…", "cid": …}, "root": {…}},
     "embed": {"$type": "app.bsky.embed.images", "images": [{"alt": "桌", "image": {"$type": "blob", "ref": …}}]}}

Facets count bytes of UTF-8. ``createdAt`` is what the author's program says, any time at all; the record's key mostly
holds the time at which it was made (:func:`made_at`). Pictures are not in a repository: their addresses are.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import BadPost, checked_size, doubts
from tamizdat.posts.post import Attachment, Author, Post, reference
from tamizdat.posts.times import moment, read_time

POST: Final = "app.bsky.feed.post"
REPOST: Final = "app.bsky.feed.repost"
URI: Final = re.compile(
    r"at://(did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,200})/([a-zA-Z0-9.-]{1,200})/([A-Za-z0-9._:~-]{1,512})"
)
TID: Final = re.compile("[234567abcdefghij][234567a-z]{12}")
LETTERS: Final = "234567abcdefghijklmnopqrstuvwxyz"
APART: Final = timedelta(days=1)
IMAGES: Final = "https://cdn.bsky.app/img/feed_fullsize/plain/{}/{}@jpeg"


def made_at(uri: str) -> datetime | None:
    """Return the time in a record's key; None if it holds none."""
    key = uri.rpartition("/")[2]
    if not TID.fullmatch(key):
        return None
    number = 0
    for letter in key:
        number = number << 5 | LETTERS.index(letter)
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number >> 10)
    except OverflowError:
        return None


def is_out_of_time(post: Post) -> bool:
    """Tell whether a post says to be of another day than its key: brought from elsewhere, or dated back."""
    made, said = made_at(post.id), moment(post.published)
    return made is not None and said is not None and abs(made - said) > APART


def read_record(uri: str, record: JsonValue, author: Author, view: JsonValue = None) -> Post:
    """Return the post of a record; raise :class:`BadPost` if it is none.

    *view* is what an application showed of its embed: addresses of pictures, words of what is quoted.
    """
    found = URI.fullmatch(uri)
    if not found:
        raise BadPost("a record without an address")
    did, collection, key = found.groups()
    published = read_time(members.at(record, "createdAt"))
    if collection == REPOST:
        subject = members.text(record, "subject", "uri")
        if not subject:
            raise BadPost("a repost that does not say what it repeats")
        return Post(uri, author, "", published, "Announce", shared=_reference(subject), doubts=doubts("", published))
    written = members.at(record, "text")
    if collection != POST or not isinstance(written, str):
        raise BadPost("a record that is no post")
    text = checked_size(members.text(written))
    languages = [*filter(None, map(members.text, members.each(record, "langs")))]
    facets = list(_facets(text, record))
    parent = members.text(record, "reply", "parent", "uri")
    embed = members.at(record, "embed")
    answered = URI.fullmatch(parent)
    return Post(
        id=uri,
        author=author,
        text=text,
        published=published,
        language=languages[0] if len(languages) == 1 and len(languages[0]) <= 35 else "",
        url=f"https://bsky.app/profile/{did}/post/{key}",
        reply_to=parent,
        answered=Author(answered[1]) if answered else None,
        thread=members.text(record, "reply", "root", "uri"),
        quotes=tuple(_quotes(embed, view)),
        attachments=tuple(_attachments(did, embed, view)),
        tags=(*(words for kind, words, _ in facets if kind == "tag"),
              *filter(None, (members.text(each) for each in members.each(record, "tags")))),
        links=(*((words, target) for kind, words, target in facets if kind == "link"), *_card(embed)),
        sensitive=is_covered(members.each(record, "labels", "values")),
        doubts=doubts(written, published),
    )  # fmt: skip


def is_covered(labels: Iterable[JsonValue]) -> bool:
    """Tell whether labels ask to cover what a post shows; those with an exclamation mark say who may see an account."""
    words = [members.text(each, "val") for each in labels if members.at(each, "neg") is not True]
    return any(word and not word.startswith("!") for word in words)


def _facets(text: str, record: JsonValue) -> Iterator[tuple[str, str, str]]:
    """Yield (link or tag, its words in the text, where it leads); what lies outside the text is passed over."""
    data = text.encode()
    for facet in members.each(record, "facets"):
        start, end = (members.at(facet, "index", name) for name in ("byteStart", "byteEnd"))
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(data):
            continue
        try:
            words = data[start:end].decode()
        except UnicodeDecodeError:  # it cuts a letter in two
            continue
        for feature in members.each(facet, "features"):
            uri, did, tag = (members.text(feature, name) for name in ("uri", "did", "tag"))
            if uri and uri != words:
                yield "link", words, uri
            elif did:
                yield "link", words, f"https://bsky.app/profile/{did}"
            elif tag:
                yield "tag", tag, ""


def _reference(uri: str) -> Post:
    found = URI.fullmatch(uri)
    return reference(uri, Author(found[1]) if found else None)


def _parts(embed: JsonValue) -> Iterator[JsonValue]:
    """Yield an embed, and its media if it quotes as well."""
    yield embed
    if members.at(embed, "media") is not None:
        yield members.at(embed, "media")


def _quotes(embed: JsonValue, view: JsonValue) -> Iterator[Post]:
    uri = members.text(embed, "record", "uri") or members.text(embed, "record", "record", "uri")
    if not uri:
        return
    seen = members.at(view, "record")
    seen = members.at(seen, "record") if members.text(seen, "uri") != uri else seen
    its_own = uri.startswith(f"at://{members.text(seen, 'author', 'did')}/")
    if its_own and members.text(seen, "uri") == uri and members.at(seen, "value") is not None:
        try:
            yield read_record(uri, members.at(seen, "value"), read_author(members.at(seen, "author")))
            return
        except BadPost:
            pass
    yield _reference(uri)


def read_author(value: JsonValue) -> Author:
    """Return the account that an application describes."""
    return Author(members.text(value, "did"), members.text(value, "handle"), members.text(value, "displayName"))


def _attachments(did: str, embed: JsonValue, view: JsonValue) -> Iterator[Attachment]:
    seen = [each for part in _parts(view) for each in members.each(part, "images")]
    for part in _parts(embed):
        for place, image in enumerate(members.each(part, "images")):
            cid = blob_cid(members.at(image, "image"))
            address = members.text(seen[place], "fullsize") if place < len(seen) else ""
            kind = members.text(image, "image", "mimeType") or "image/jpeg"
            yield Attachment(kind, address or (IMAGES.format(did, cid) if cid else ""), members.text(image, "alt"))
        if members.at(part, "video") is not None:
            yield Attachment(members.text(part, "video", "mimeType") or "video/mp4", "", members.text(part, "alt"))


def blob_cid(blob: JsonValue) -> str:
    """Return the CID of a picture or clip, as text; empty if it is not named (records of 2022 name it otherwise)."""
    cid = members.text(blob, "ref", "$link") or members.text(blob, "cid")
    return cid if re.fullmatch("[a-z0-9]{1,100}", cid) else ""


def blobs(record: JsonValue) -> Iterator[str]:
    """Yield the CIDs of a record's pictures and clips."""
    for part in _parts(members.at(record, "embed")):
        for each in (
            *(members.at(image, "image") for image in members.each(part, "images")),
            members.at(part, "video"),
        ):
            if cid := blob_cid(each):
                yield cid


def _card(embed: JsonValue) -> Iterator[tuple[str, str]]:
    for part in _parts(embed):
        uri = members.text(part, "external", "uri")
        if uri:
            yield members.text(part, "external", "title") or uri, uri
