"""A post as it stands in lists: on its day, in its thread, under its voice and its subjects."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from markupsafe import Markup

from tamizdat.publishing.model import EarlierPages, whole_of
from tamizdat.publishing.site.l10n import EVERYWHERE
from tamizdat.publishing.site.renderer import environment, prefix
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.statements.derived import Post

_END: Final = "</li>\n"
KEPT: Final = 8_192  #: entries of one language; what is made is two kilobytes
_BEGIN: Final = '<li class="entry" id="n'
_HOME: Final = "\0"  #: stands for the way to the front page; occurs in no text that HTML can hold


def entries(
    view: SiteIndex, posts: Iterable[Post], language: str, home: str, *, whole: bool = False, clock: bool = False,
    folder: str = "",
) -> Markup:  # fmt: skip
    """Return the items of a list of *posts* on a page whose way to the front page is *home*.

    What a post that stands in several lists looks like in them is made once and kept with the view. If the page lies in
    a *folder* where the last edition had one like it, posts of which nothing changed are taken from that.
    """
    kept, row = view.fragments.setdefault(language, {}) if not whole else {}, list(posts)
    from_before = folder and language in EVERYWHERE  # in others links lead to what there was (renderer.py)
    standing = _standing(view.shown.earlier, f"{prefix(language)}{folder}index.html") if from_before else {}
    new = [post for post in row if post.number not in standing and post.number not in kept]
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
    made |= {post.number: kept[post.number] for post in row if post.number in kept}
    made = {number: text.replace(_HOME, home) for number, text in made.items()} | standing
    return Markup("".join([f"{made[post.number]}{_END}" for post in row]))  # noqa: S704 -- from a template, which escapes


def _standing(earlier: EarlierPages, path: str) -> dict[int, str]:
    """Return the entries of a page of the last edition by number, of posts of which nothing changed."""
    pieces = (piece.partition(_END)[0] for piece in earlier.text(path).split(_BEGIN)[1:])
    numbered = ((int(piece[: piece.index('"')]), piece) for piece in pieces)
    return {number: f"{_BEGIN}{piece}" for number, piece in numbered if earlier.tells(number)}
