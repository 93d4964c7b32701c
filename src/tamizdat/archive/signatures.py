"""Whether an author's own signature over a post holds, by everything that is known by now.

A repository of Bluesky may come in before the history of its account's keys does: then its posts are signed by nobody
knows whom. When the same bytes are collected again with that history, it is in the context of another capture of them,
and holds for the posts of both.
"""

from tamizdat.archive.archive import Archive
from tamizdat.archive.store.slices import Slices
from tamizdat.archive.views.post_details import read_details
from tamizdat.archive.views.posts import Version
from tamizdat.posts.formats.account_keys import UNKNOWN, judge, keys_of
from tamizdat.posts.repository import BadRepository, read_commit
from tamizdat.statements import captured, observed
from tamizdat.statements.captured import CapturedSource


def signature_of(archive: Archive, version: Version) -> str:
    """Return ``proved``, ``unknown`` or ``broken`` of a version; "" where its platform gives no signatures."""
    known = read_details(version.details).signature or ""
    if known != UNKNOWN:
        return known
    where = observed.read(archive.statement(version.number)).slices[0]
    said = archive.capture(where.capture)
    if not isinstance(said, CapturedSource):
        return known
    try:
        commit = read_commit(Slices(archive.objects).read(said.original, where.offset, where.length))
    except BadRepository:
        return known
    for source in archive.index.posts.sources_of(said.original):
        other = captured.read(archive.statement(source.number))
        context = dict(other.context or {}) if isinstance(other, CapturedSource) else {}
        if context.get("id") == commit.did and (keys := keys_of(context)):
            return judge(commit, keys)[0]
    return known
