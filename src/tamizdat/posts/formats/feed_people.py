"""Whose an entry of a feed is, and under which name: the feed's own voice, or a stranger who commented on a blog.

Everything in a feed is its voice's. The export of a blog holds what others wrote below its posts, too, each an entry
like the posts themselves; what they say is never said by the blog. WordPress names authors as they sign in, which no
reader ever sees::

    <dc:creator>lin1982</dc:creator>
    <wp:author><wp:author_login>lin1982</wp:author_login><wp:author_display_name>林夏</wp:author_display_name>…

The context of a feed is opened with a published post, so it has digests of these names (``authors``), not the names.
"""

import re
from typing import Final

from tamizdat.encoding import Json
from tamizdat.posts.formats import members
from tamizdat.posts.formats.feed_audience import is_comment
from tamizdat.posts.formats.feed_fields import Fields, children
from tamizdat.posts.formats.feed_identity import digest, person, said_of
from tamizdat.posts.formats.format import Context
from tamizdat.posts.post import Author

MAIL: Final = re.compile(r"[^\s@]++@[^\s()@]++ \(([^()]{1,200}+)\)")  #: RSS has an address and, in brackets, a name
MAX_AUTHORS: Final = 256


def author(fields: Fields, context: Context, v3: bool = False) -> Author:
    """Return who wrote an entry: the voice of the feed, unless it is a stranger's comment on a blog."""
    voice = person(_name(fields, context, v3), context)
    if not is_comment(fields):
        return voice
    name = names(fields)
    return Author(f"{voice.id}#comments-of-{digest(name)}", "", name)


def _name(fields: Fields, context: Context, v3: bool) -> str:
    """Return the names of an entry's authors, as readers saw them."""
    known = said_of(context, "author")
    if v3 or not fields.all("wp:post_type"):
        return names(fields) or known
    seen = members.at(context, "authors")
    if not isinstance(seen, dict):
        return known or names(fields)  # several, of whom the context of an earlier export tells nothing
    return members.text(seen, digest(fields.words("dc:creator")))


def names(fields: Fields) -> str:
    """Return the names of an entry's authors, or a feed's."""
    found = []
    for each in fields.all("author"):
        inner = Fields(each)
        alone = "" if any(children(each)) else each.text().strip()
        found.append(inner.words("name") or inner.words("email") or alone)
    if not any(found):
        found = [each.text().strip() for each in fields.all("dc:creator", "itunes:author", "media:credit")]
    return ", ".join(dict.fromkeys(_name_of(each) for each in found if each))


def _name_of(written: str) -> str:
    found = MAIL.fullmatch(written)
    return found[1] if found else written


def authors_of_blog(fields: Fields) -> tuple[str, dict[str, Json]]:
    """Return the one author of a blog that WordPress exported, by the name that readers see; "" if there are several.

    And, of several, the names of all, by the digests of those that they sign in with.
    """
    known = [Fields(each) for each in fields.all("wp:author")][:MAX_AUTHORS]
    shown = {digest(each.words("wp:author_login")): each.words("wp:author_display_name") for each in known}
    if len(known) == 1:
        return next(iter(shown.values())), {}
    return "", {login: name for login, name in shown.items() if name}
