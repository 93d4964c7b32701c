"""Visiting a feed for the archive: fetch, take in what is new, and ask after what should still be there.

What a visit needs of the one before (ETag, Last-Modified, which posts there were) is read from the statements about it;
there is no other memory.

A feed can name any post as its own. Its host's word that a post is gone counts only for a post of that host: by the
post's id, or by the address at which it was first seen.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import gone, is_gone_by_its_own_word
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.ingest.kept_files import Origin
from tamizdat.archive.views.posts import Version
from tamizdat.encoding import timestamp
from tamizdat.keys import SigningKey
from tamizdat.posts.export import Bytes
from tamizdat.posts.feed_visits import Fetch, Missing, NoFeed, ask_for, is_on_host_of, visit
from tamizdat.posts.fetch import check_address, fetch
from tamizdat.posts.formats.feeds import FetchedFeed
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment
from tamizdat.statements.gone import HTTP


def follow(
    archive: Archive, desk: SigningKey, url: str, now: datetime, report: IngestReport, get: Fetch = fetch
) -> bool:
    """Visit the feed at *url*; return False if nothing had changed there.

    Raises :class:`NoFeed` if what came is no feed, and what fetching raises.
    """
    check_address(url)
    before = archive.index.posts.visits(url)
    last = before[-1] if before else None
    known = archive.index.posts.from_visit(url)
    seen = visit(url, last.etag if last else None, last.modified if last else None, get)
    feed_format = FetchedFeed(url)
    report.format = feed_format.NAME
    if seen.body is None:
        return False
    export = Bytes("feed", seen.body)
    if not feed_format.recognises(export):
        beginning = seen.body[:40].decode("utf-8", "replace")
        raise NoFeed(
            f"Expected an RSS, Atom or JSON feed at this address, found {len(seen.body):,} bytes that begin with "
            f"{beginning!r}. Nothing was taken; look for the address of the feed itself."
        )
    ingest(archive, desk, export, feed_format, now, report, Origin(url, seen.etag, seen.modified))
    if known and not report.damaged:
        _ask_after(archive, desk, url, known, seen.body, now, report, get)
    return True


def _ask_after(
    archive: Archive,
    desk: SigningKey,
    url: str,
    known: Sequence[Version],
    body: bytes,
    now: datetime,
    report: IngestReport,
    get: Fetch,
) -> None:
    export, unheard, feed_format = Bytes("feed", body), IngestReport(), FetchedFeed(url)
    plan = feed_format.plan(export, unheard)
    held = [found.post for found in feed_format.read(plan, export.open, unheard)]
    ids = {post.id for post in held}
    oldest = min((when for post in held if (when := moment(post.published))), default=None)
    missing = [
        Missing(version.post, version.url)
        for version in known
        if version.post not in ids
        and not is_gone_by_its_own_word(archive, version)
        and _expected(version, oldest)
        and (is_on_host_of(version.post, url) or is_on_host_of(_first_address(archive, version.post), url))
    ]
    statements = []
    for word in ask_for(missing, url, get):
        said = gone(archive, word.post, HTTP, timestamp(now), timestamp(now))
        if said is not None:
            statements.append(replace(said, status=word.status, url=word.url).to_statement())
    state(archive, desk, statements)
    report.gone += len(statements)


def _first_address(archive: Archive, post: str) -> str:
    """Return the address of the version that was observed first, whatever later ones say."""
    return min(archive.index.posts.versions(post), key=lambda version: version.number).url


def _expected(version: Version, oldest: datetime | None) -> bool:
    """Tell whether a feed whose oldest post is from then would still hold this one."""
    when = moment(version.published)
    return oldest is None or when is None or when >= oldest
