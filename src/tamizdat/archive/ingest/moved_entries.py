"""Entries of a feed that come under another id: a move to https, a new import, guids that are made anew.

An entry is taken for one that is known, whose id it does not bear, if all of this holds:

* its link is the page of that one alone, in the archive and in the feed, scheme aside; not the feed's own page, not the
  front page, no anchor in another;
* the id of that one is not in the feed any more;
* both were published at the same time, or say the same.

The conclusion is stated beside the id that the bytes give, and an editor can undo it
(:func:`tamizdat.archive.ingest.identity.part`).
"""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.identity import Join, no_join
from tamizdat.archive.views.posts import Version
from tamizdat.posts.formats import Plan
from tamizdat.posts.formats.feeds import Listed, listed
from tamizdat.posts.post import Post


def feed_join(archive: Archive, plan: Plan) -> Join:
    """Return which known post an entry is, for the feeds of *plan*; of other formats, none."""
    voices = listed(plan)
    known = {voice: _Known(archive.index.posts.latest_of(voice), entries) for voice, entries in voices.items()}

    def join(post: Post) -> str:
        found = known.get(post.author.id)
        return found.same_as(post) if found else ""

    return join if any(each.pages for each in known.values()) else no_join


class _Known:
    """What is known of one voice, and not in its feed any more, by page."""

    def __init__(self, versions: Iterable[Version], entries: Listed) -> None:
        every = list(versions)
        self._ids = {each.post for each in every}
        listed_ids = {post for post, _ in entries.posts}
        self._own = {page for address in entries.addresses if (page := _page(address))}
        self._here = Counter(_page(link) for _, link in entries.posts)
        self.pages: dict[str, list[Version]] = {}
        all_pages = Counter(_page(_address(each)) for each in every)
        for each in every:
            page = _page(_address(each))
            if page and each.post not in listed_ids and all_pages[page] == 1 and page not in self._own:
                self.pages.setdefault(page, []).append(each)

    def same_as(self, post: Post) -> str:
        """Return the id of the known post that this one is; "" if it is one of its own."""
        page = _page(post.url)
        if post.id in self._ids or not page or self._here[page] > 1:
            return ""
        several = self.pages.get(page, [])
        if len(several) != 1:
            return ""
        found = several[0]
        same_time = bool(post.published) and post.published == found.published
        return found.post if same_time or post.said == found.said else ""


def _address(version: Version) -> str:
    return version.url or (version.post if version.post.startswith(("http://", "https://")) else "")


def _page(address: str) -> str:
    """Return a page's address without its scheme; "" for a front page, an anchor, and what is no web address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or parts.fragment or (parts.path in ("", "/") and not parts.query):
        return ""
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    return f"{host}{parts.path}?{parts.query}"
