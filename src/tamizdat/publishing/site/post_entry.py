"""A post as it stands in lists: on its day, in its thread, under its voice and its subjects."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from markupsafe import Markup

from tamizdat.publishing.model import whole_of
from tamizdat.publishing.site.renderer import environment, prefix
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.statements.derived import Post

_END: Final = "</li>\n"
KEPT: Final = 8_192  #: entries of one language; what is made is two kilobytes
_HOME: Final = "\0"  #: stands for the way to the front page; occurs in no text that HTML can hold


def entries(
    view: SiteIndex, posts: Iterable[Post], language: str, home: str, *, whole: bool = False, clock: bool = False
) -> Markup:
    """Return the items of a list of *posts* on a page whose way to the front page is *home*.

    What a post that stands in several lists looks like in them is made once and kept with the view.
    """
    kept, row = view.fragments.setdefault(language, {}) if not whole else {}, list(posts)
    new = [post for post in row if post.number not in kept]
    if new:
        up = "../" * prefix(language).count("/")
        page = (
            environment(language)
            .get_template("entries.html")
            .render(posts=map(whole_of, new), home=_HOME, base=_HOME + up, whole=whole, clock=clock, medium=view.medium)
        )
        made = dict(zip((post.number for post in new), page.split(_END), strict=False))
        several = (post for post in new if post.tags or post.gone)
        kept.update((post.number, made[post.number]) for post in islice(several, max(0, KEPT - len(kept))))
    else:
        made = {}
    text = "".join([f"{made.get(post.number) or kept[post.number]}{_END}" for post in row])
    return Markup(text.replace(_HOME, home))  # noqa: S704 -- from a template, which escapes
