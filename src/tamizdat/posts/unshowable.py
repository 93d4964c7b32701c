"""What is kept as bytes and is no post: nobody could ask for it, or a page that shows it would hang.

An id that holds a zero is found by no list of ids that SQLite is given as JSON: it ends the word there. A letter with
thousands of signs over it is no writing in any script, and a browser needs minutes for it.
"""

from collections.abc import Iterator
from itertools import chain

from tamizdat.posts.post import Post
from tamizdat.text.excerpt import TOWER, has_tower


def why_unshowable(post: Post) -> str:
    """Return why this is no post, for a report; "" if it is one."""
    if "\0" in post.id:
        return "an id with a zero character"
    return f"more than {TOWER:,} signs over one letter" if any(map(has_tower, _long_words(post))) else ""


def _long_words(post: Post) -> Iterator[str]:
    """Yield what a post says, where it is long enough for a tower."""
    words = chain((post.text, post.summary, post.author.name, post.author.handle), post.tags)
    words = chain(words, (each.alt for each in post.attachments), (each.text for each in post.choices))
    yield from (each for each in words if len(each) > TOWER)
    for inner in (post.shared, *post.quotes):
        if inner is not None:
            yield from _long_words(inner)
