"""A post, as ActivityStreams 2.0 (https://www.w3.org/TR/activitystreams-core/) sees it.

A :class:`Post` is read from the bytes a platform gave out (:mod:`tamizdat.posts.formats`) and never stored as the
record: those bytes are. :meth:`Post.activity` is the same as a document::

    {"@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "id": "https://x.com/i/status/57",
     "attributedTo": {"type": "Person", "id": "https://x.com/i/user/12", "name": "林", "preferredUsername": "lin"},
     "content": "校舍塌了 //@wang: 五年了", "mediaType": "text/plain", "published": "2013-05-12T14:28:00+08:00", …}

* ``text`` is plain text exactly as its author wrote it; markup of the platform is resolved, nothing else is touched.
* ``published`` is the platform's own time with the platform's own offset. Without an offset it has none here either.
* A repost is an ``Announce``; what it repeats is ``shared``. What a post quotes are ``quotes``. Both may be a mere
  reference (an id without text), which is all that many exports hold.
* ``audience`` tells for whom it was written. Exports of one's own account contain private posts too.
* ``published`` is a day (``2010-03-31``) where the platform gave no hour, and None where its time cannot be read.
* What the platform says of a post and not in it (cut, sensitive, withheld in a country) is kept as it says it.
"""

import re
from collections.abc import Iterable
from dataclasses import field, fields
from functools import cached_property
from typing import Any, Final, cast

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, canonical, sha256_hex

CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
AUDIENCES: Final = ("public", "unlisted", "followers", "direct", "unknown")
KEPT: Final = "kept"  #: what its owner alone can export of a blog: drafts, private posts, what a password closes
MAX_TEXT: Final = 262_144  #: bytes of UTF-8; a longer "post" is no post
LONE: Final = re.compile("[\ud800-\udfff]")
SHORT_LINK: Final = re.compile(r"https?://t\.co/\w+")  #: X's, which it writes anew at every edit


@dataclass(frozen=True)
class Author:
    """An account that speaks: its id on the platform, its handle without ``@``, its name."""

    id: str
    handle: str = ""
    name: str = ""

    def document(self) -> dict[str, Json]:
        """Return the account as an ActivityStreams actor."""
        return _filled({"type": "Person", "id": self.id, "preferredUsername": self.handle, "name": self.name})


@dataclass(frozen=True)
class Choice:
    """An answer that a poll offers; *votes* as the platform counted them when it gave this out, None if it did not."""

    text: str
    votes: int | None = None

    def document(self) -> dict[str, Json]:
        """Return the answer as ActivityStreams has it in ``oneOf``."""
        counted: Json = None if self.votes is None else {"type": "Collection", "totalItems": self.votes}
        return _filled({"type": "Note", "name": self.text, "replies": counted})


@dataclass(frozen=True)
class Attachment:
    """A picture, clip or sound of a post."""

    media_type: str = ""
    url: str = ""
    alt: str = ""
    also: tuple[str, ...] = ()  #: other addresses of the same: a clip's in other sizes, its still

    def file_among(self, paths: Iterable[str]) -> str:
        """Return which of these files of the export it is: they bear the last part of an address, at their end."""
        held = list(paths)
        for url in (self.url, *self.also):
            name = url.partition("?")[0].rsplit("/", 1)[-1]
            found = next((path for path in held if name and path.rsplit("/", 1)[-1].endswith(name)), "")
            if found:
                return found
        return ""

    def document(self) -> dict[str, Json]:
        """Return the attachment as an ActivityStreams document."""
        return _filled({"type": "Document", "mediaType": self.media_type, "url": self.url, "name": self.alt})


def fetchable_address(attachment: Attachment, post: str) -> str:
    """Return where a file may be asked for that came without its post; "" if nobody can tell.

    Mastodon's exports give only the path of a file. Where a server keeps its files itself, they lie below ``/system/``
    of its own site, which *post*, the post's id, tells.
    """
    own = re.match(r"https?://[^/\s]+", post)
    if own and attachment.url.startswith("/media_attachments/"):
        return f"{own[0]}/system{attachment.url}"
    return attachment.url


@dataclass(frozen=True)
class Post:
    """One post. *kind* is ``Note``, ``Article`` or ``Announce``; *summary* a title or content warning."""

    id: str
    author: Author
    text: str
    published: str | None = None
    kind: str = "Note"
    summary: str = ""
    language: str = ""
    url: str = ""
    reply_to: str = ""
    thread: str = ""
    audience: str = "public"
    shared: "Post | None" = None
    quotes: tuple["Post", ...] = ()
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  #: (as it stands in the text, where it leads)
    version: int = 0  #: orders versions of a post that one export holds, where the platform numbers each
    updated: str | None = None  #: when these words replaced others, by the platform's word
    answered: Author | None = None  #: whose post *reply_to* is, where the bytes tell it
    cut: bool = False  #: the platform gave out only the beginning of the text
    sensitive: bool = False  #: its author or platform asks to cover its pictures
    choices: tuple[Choice, ...] = ()  #: a poll's
    withheld: tuple[str, ...] = ()  #: where the platform does not show it: ISO 3166 codes, ``XX`` for everywhere
    private_details: tuple[str, ...] = ()  #: what its bytes tell beyond it: "coordinates", "device", "people", "place"
    signature: str = ""  #: whether its author's own holds: "proved", "unknown", "broken", "unchecked"; "" if none
    doubts: tuple[str, ...] = field(default=(), compare=False)  #: what was odd about the bytes, for the report

    @cached_property
    def said(self) -> str:
        """The SHA-256 over what the author said: two versions of a post differ when this does."""
        return _digest(self.summary, self.text, *(each.text for each in self.choices))

    @cached_property
    def words(self) -> str:
        """The SHA-256 over the words as they are compared: each short link of X replaced by where it leads."""
        said = self.summary, self.text
        if said == (self.summary.strip(), self.text.strip()) and "//t.co/" not in self.text + self.summary:
            return self.said
        targets = dict(self.links)

        def led(found: re.Match[str]) -> str:
            return targets.get(found[0], "")

        summary, text = (SHORT_LINK.sub(led, each).strip() if "//t.co/" in each else each.strip() for each in said)
        return _digest(summary, text, *(each.text for each in self.choices))

    def activity(self) -> dict[str, Json]:
        """Return the post as an ActivityStreams document."""
        document = self._object()
        document["@context"] = CONTEXT
        return document

    def _object(self) -> dict[str, Json]:
        attachments: list[Json] = [each.document() for each in self.attachments]
        tags: list[Json] = [{"type": "Hashtag", "name": f"#{tag}"} for tag in self.tags]
        quotes: list[Json] = [each._object() for each in self.quotes]
        return _filled(
            {
                "type": self.kind,
                "id": self.id,
                "actor" if self.kind == "Announce" else "attributedTo": self.author.document(),
                "content": self.text,
                "mediaType": "text/plain" if self.text else "",
                "contentMap": {self.language: self.text} if self.language and self.text else None,
                "summary": self.summary,
                "published": self.published,
                "updated": self.updated,
                "sensitive": self.sensitive or None,
                "oneOf": [each.document() for each in self.choices],
                "url": self.url,
                "inReplyTo": self.reply_to,
                "context": self.thread,
                "to": [PUBLIC] if self.audience == "public" else None,
                "cc": [PUBLIC] if self.audience == "unlisted" else None,
                "object": self.shared._object() if self.shared else None,
                "quote": quotes,
                "attachment": attachments,
                "tag": tags,
            }
        )


def reference(post_id: str, author: Author | None = None) -> Post:
    """Return a post of which only the id is known."""
    return Post(post_id, author or Author(""), "", audience="unknown")


def with_whole_characters(post: Post) -> Post:
    """Return the post with U+FFFD for each unpaired surrogate, which UTF-8 cannot hold, wherever in it one stands."""
    return cast("Post", _whole(post))


def _whole(value: object) -> object:
    if isinstance(value, str):
        return LONE.sub("\ufffd", value)
    if isinstance(value, tuple):
        return tuple(map(_whole, value))
    if isinstance(value, Post | Author | Choice | Attachment):
        parts: dict[str, Any] = {each.name: _whole(getattr(value, each.name)) for each in fields(value)}
        return type(value)(**parts)
    return value


def _digest(*words: str) -> str:
    """Return the SHA-256 of the canonical list of these words, of which each is written sooner than all of them."""
    return sha256_hex(b"[%b]" % b",".join(map(canonical, words)))


def _filled(members: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in members.items() if value not in ("", None, [], {})}
