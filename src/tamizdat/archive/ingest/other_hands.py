"""Whether what answers under an address that is followed is still who was followed.

A domain that was not paid for is somebody else's the next day, and the name of an account on a server that was made
anew is whose who takes it first. What such a one writes would be kept, and released, as the words of the one before;
their old posts, which are not there any more, would be called gone by their own word. So nothing is taken in, and
nothing stated, of

* a feed that holds none of the posts that were known, and calls itself something else than at the last visit. A post is
  known by its id and its time or words: numbers 1 and 2 are the first posts of every blog;
* an account whose number on its server is another than that on the pages that are kept;
* an account of Bluesky whose name, a domain, leads to another identifier than before.

A feed holds its last entries alone; of one that is refused the answers are kept (:mod:`.refused_answers`). An account
gives out all that it has, whenever it is asked. Whoever looked says that it is still theirs
(:meth:`~tamizdat.archive.ingest.followed.Followed.say_theirs`): a blog may be begun anew. A stranger who takes the name
of the feed, too, cannot be told from its author.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.followed import Followed, Following
from tamizdat.archive.views.posts import Version
from tamizdat.errors import BadArchive
from tamizdat.posts.account_pages import page_of, statuses_in
from tamizdat.posts.feed_visits import NoFeed
from tamizdat.posts.formats import members
from tamizdat.posts.identity import instant
from tamizdat.posts.page_addresses import site_of
from tamizdat.posts.post import Post
from tamizdat.statements.captured import CapturedSource

NOTHING: Final = "Nothing was taken in, and nothing follows for the posts that are kept."


class AnotherFeed(NoFeed):
    """What answers has nothing to do with what was followed under this address."""


def another_feed(
    archive: Archive, followed: Followed, known: Sequence[Version], here: Mapping[str, Post], name: str
) -> str:
    """Return why it is another, of a feed of another *name* that holds nothing of what is *known*; else "".

    *here* are its posts, by the ids under which they are known, or would be.
    """
    same = any(_is_same(version, here[version.post]) for version in known if version.post in here)
    if same or not known or not here or followed.theirs:
        return ""
    before = archive.capture(archive.index.posts.visits(followed.url)[-1].number)
    named = str((before.context or {}).get("title", "")) if isinstance(before, CapturedSource) else ""
    if name.split() == named.split():
        return ""
    return (
        f"Expected the feed that calls itself {named[:80]!r}, found one that calls itself {name[:80]!r} and holds "
        f"none of the {len(known):,} posts that are known from it. The address may be in other hands. {NOTHING}"
    )


def refuse_another_account(archive: Archive, followed: Followed, number: str) -> None:
    """Raise :class:`AnotherFeed` if the name is that of an account with another *number* now."""
    if followed.theirs:
        return
    for each in reversed(archive.index.posts.visits(followed.url)):
        page = page_of(each.path)
        if page is None or not page.oldest:
            continue
        with suppress(BadArchive), archive.objects.open(each.object) as file:
            numbers = {members.text(status, "account", "id") for status in statuses_in(file.read())} - {""}
            if numbers and number not in numbers:
                raise AnotherFeed(
                    f"Expected the account with the number {min(numbers)[:40]!r} on its server, found one with the "
                    f"number {number!r}. The server was made anew, or the name is somebody else's now. {NOTHING} "
                    f"{what_to_say(followed)}"
                )
        return


def refuse_another_repository(archive: Archive, followed: Followed, did: str) -> bool:
    """Raise :class:`AnotherFeed` if the name leads to another account of Bluesky now.

    Return whether it leads to that of the last visit, or there was none: one that somebody let in is read from its
    beginning.
    """
    visits = archive.index.posts.visits(followed.url)
    before = archive.capture(visits[-1].number) if visits else None
    known = str((before.context or {}).get("id", "")) if isinstance(before, CapturedSource) else ""
    if known in ("", did):
        return True
    if followed.theirs:
        return False
    raise AnotherFeed(
        f"Expected {followed.url} to be the account {known[:80]}, found that it is {did[:80]} now. The name may be in "
        f"other hands; the account of before may have another name, and can be followed by 'at://{known[:80]}'. "
        f"{NOTHING} {what_to_say(followed)}"
    )


def in_other_hands(archive: Archive, host: str) -> str:
    """Return the address on the site of *host* whose answers are refused as another's; "" if there is none."""
    urls = (each.url for each in Following(archive).all() if each.another)
    return next((url for url in urls if site_of(url) == site_of(f"//{host}")), "")


def what_to_say(followed: Followed) -> str:
    """Return what whoever looked at it can do."""
    return (
        f"Look at it. If it is still theirs: 'tamizdat collect theirs {followed.url}'. If not: 'tamizdat collect off "
        f"{followed.url}'."
    )


def _is_same(version: Version, post: Post) -> bool:
    """Tell whether an entry is the post that was known, and not only one with its id."""
    same_time = bool(version.published) and instant(version.published) == instant(post.published)
    return same_time or version.said == post.said
