"""What tells two versions of one post from each other, whatever way each of them came.

* Words are compared without what the platform put into them: X writes a new short link (``https://t.co/…``) at every
  edit, also for a link that stayed as it is. Where it leads is compared instead, and of a picture's link nothing.
* A text of which the platform gave out only the beginning says the same as the whole one.
* What only names a post (an address in a list, :func:`is_reference`) is no version of it.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from tamizdat.posts.post import SHORT_LINK, Post
from tamizdat.posts.times import moment

_END: Final = re.compile(r"(?:\s|…|\.\.\.|\[…\]|\[\.\.\.\]|https?://\S+)+$")  #: what a platform ends a cut text with


def continues(whole: str, beginning: str) -> bool:
    """Return whether the cut text *beginning*, without what the platform ends it with, begins *whole*.

    X's short links count for nothing: the whole of a long tweet has others than its beginning.
    """
    short = SHORT_LINK.sub("", _END.sub("", beginning))
    return bool(short) and SHORT_LINK.sub("", whole).startswith(short)


def lacking(post: Post, files: Iterable[str]) -> int:
    """Return how many pictures and clips *post* names that are not among these *files* of the export."""
    if not post.attachments:
        return 0
    left, missing = set(files), 0
    for attachment in post.attachments:
        path = attachment.file_among(sorted(left))
        left.discard(path)
        missing += not path
    return max(0, missing - len(left))  # some files bear names that no address ends with


def attached(post: Post) -> list[str]:
    """Return the names that the platform gives the pictures and clips of *post*: the last part of each address."""
    return [each.url.partition("?")[0].rsplit("/", 1)[-1] for each in post.attachments]


def closed_within(post: Post) -> dict[str, bool]:
    """Return the id of every post that *post* repeats or quotes, and whether these bytes say that it is for few."""
    found: dict[str, bool] = {}
    if not post.shared and not post.quotes:
        return found
    for each in (*((post.shared,) if post.shared else ()), *post.quotes):
        found |= {each.id: each.audience in ("followers", "direct")} | closed_within(each)
    return found


def closes(was: Mapping[str, bool], now: Mapping[str, bool]) -> bool:
    """Return whether of two sights of one post (:func:`closed_within`) they tell otherwise what others may read.

    Either for whom an inner post is, or that there is none any more: who is quoted may take that back.
    """
    return any(now.get(each, closed) is not closed for each, closed in was.items()) or (bool(was) and not now)


def is_reference(post: Post) -> bool:
    """Return whether *post* holds nothing that anybody said or showed, and no page: only that there is such a post."""
    if post.text or post.url:
        return False
    return not any((post.summary, post.attachments, post.choices, post.quotes, post.shared, post.links))


@lru_cache(1 << 13)
def instant(time: str | None) -> str:
    """Return a time of a platform in UTC, as statements write it; "" if nobody can tell the instant."""
    when = moment(time)
    return f"{when.isoformat()[:19]}Z" if when else ""  # it is in UTC already
