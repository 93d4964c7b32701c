"""Visiting a feed for the archive: fetch, take in what is new, and ask after what should still be there.

What a visit needs of the one before (ETag, Last-Modified, which posts there were) is read from the statements about it;
there is no other memory.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from tamizdat.archive.acts.state import state
from tamizdat.archive.acts.versions import gone
from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.ingest import Origin, ingest
from tamizdat.archive.views.posts import Version
from tamizdat.encoding import timestamp
from tamizdat.keys import SigningKey
from tamizdat.posts.export import Bytes
from tamizdat.posts.feed_visits import Fetch, Missing, NoFeed, ask_for, visit
from tamizdat.posts.fetch import check_address, fetch
from tamizdat.posts.formats import feeds
from tamizdat.posts.formats.format import Format
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import moment
from tamizdat.statements.gone import HTTP


def follow(
    archive: Archive, desk: SigningKey, url: str, now: datetime, report: IngestReport, get: Fetch = fetch
) -> bool:
    """Visits the feed at *url*; False if nothing had changed there. Raises what fetching raises."""
    check_address(url)
    before = archive.index.posts.visits(url)
    last = before[-1] if before else None
    known = archive.index.posts.from_visit(url)
    seen = visit(url, last.etag if last else None, last.modified if last else None, get)
    report.format = feeds.NAME
    if seen.body is None:
        return False
    export = Bytes("feed", seen.body)
    format = cast(Format, feeds)
    if not format.recognises(export):
        raise NoFeed(
            "Expected an RSS, Atom or JSON feed at this address, found something else. Nothing was taken; look for the "
            "address of the feed itself."
        )
    ingest(archive, desk, export, format, now, report, Origin(url, seen.etag, seen.modified))
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
    export, unheard = Bytes("feed", body), IngestReport()
    plan = feeds.plan(export, unheard)
    held = [found.post for found in feeds.read(plan, export.open, unheard)]
    ids = {post.id for post in held}
    oldest = min((when for post in held if (when := moment(post.published))), default=None)
    missing = [
        Missing(version.post, version.url)
        for version in known
        if version.post not in ids and version.state != "gone" and _expected(version, oldest)
    ]
    statements = []
    for word in ask_for(missing, url, get):
        said = gone(archive, word.post, HTTP, timestamp(now), timestamp(now))
        if said is not None:
            statements.append(replace(said, status=word.status, url=word.url).to_statement())
    state(archive, desk, statements)
    report.gone += len(statements)


def _expected(version: Version, oldest: datetime | None) -> bool:
    """Whether a feed whose oldest post is from then would still hold this one."""
    when = moment(version.published)
    return oldest is None or when is None or when >= oldest
