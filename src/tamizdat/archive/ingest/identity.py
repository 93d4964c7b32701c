"""Which post an observation is of: by its own id, or by our conclusion, stated so that it can be undone.

A post is what its platform gives one id. Sometimes a source gives a known post another id (a blog that moves to https,
a feed whose guids are made anew), and everything else says that it is the same. Who takes it in then gives
:func:`~tamizdat.archive.ingest.ingest.ingest` a :data:`Join`, which tells of a post that was just read which known post
it is::

    ingest(…, join=lambda post: "https://a.example/?p=25" if post.id == "https://a.example/?p=9025" else "")

    observed  {"post": "https://a.example/?p=25", "own": "https://a.example/?p=9025", …}

``own`` is the id that the bytes give, and stands there only where the two differ; ``post`` is what we concluded.
Readers of the bytes see both. An editor who knows better undoes it (:func:`part`): then the version counts under its
own id, in every view, and what was stated before stays in the ledger::

    parted    {"observed": 47, "commitment": "5c…", "own": "https://a.example/?p=9025", "post": "https://a.example/?p=25"}

A join never asks the network, never guesses by words alone, and never joins posts of two sources.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.errors import UsageError
from tamizdat.keys import SigningKey
from tamizdat.posts.formats import Found
from tamizdat.posts.post import Post
from tamizdat.statements import observed
from tamizdat.statements.parted import Parted

Join: TypeAlias = Callable[[Post], str]  #: the id of the known post that this one is; "" for itself


def no_join(post: Post) -> str:
    """Return "": every post is the one that its id names."""
    return ""


def joined(found: Found, join: Join) -> tuple[Found, str]:
    """Return what was found under the id that *join* tells, and the id that its bytes give if that is another."""
    known = join(found.post)
    if not known or known == found.post.id:
        return found, ""
    return replace(found, post=replace(found.post, id=known)), found.post.id


def part(archive: Archive, desk: SigningKey, version: int, seen: str) -> int:
    """State that a joined version is no version of that post, but one of the post that its own bytes name.

    *version* is the index of its ``observed`` statement. Raises :class:`UsageError` if it was not joined.
    """
    known = archive.index.posts.version(version)
    said = observed.read(archive.statement(version)) if known else None
    if known is None or said is None or said.own is None or known.post == said.own:
        raise UsageError(
            f"Expected the number of a version that was taken for one of another post, found {version}, which "
            f"{'is no version of a post' if said is None else 'stands under its own id'}. Nothing was changed."
        )
    named = archive.reference(version)
    parted = Parted(named.index, named.commitment, said.own, said.post, seen, said.raw)
    return state(archive, desk, [parted.to_statement()])[0]
