"""Following an account of Bluesky: its repository, whole at the first visit, and what is new at later ones.

A repository has a revision; it is kept where feeds keep their ETag. A part that the server gives out after a revision
is signed as the whole is, and holds every node on the way to what is new, and to where something was taken away: the
tree without it is the account's own word that a post is gone. That holds for every post of the account that is here,
wherever it came from.
"""

from datetime import datetime

from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.followed import ANOTHER, Followed, Following
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.archive.ingest.kept_files import Origin
from tamizdat.archive.ingest.other_hands import AnotherFeed, refuse_another_repository
from tamizdat.errors import TamizdatError
from tamizdat.keys import SigningKey
from tamizdat.posts.bluesky_account import BlueskyAccount, fetch_repository, find, latest_revision
from tamizdat.posts.export import Several
from tamizdat.posts.feed_visits import Fetch, NoFeed
from tamizdat.posts.formats import bluesky
from tamizdat.posts.report import IngestReport


def follow_repository(
    archive: Archive, desk: SigningKey, account: BlueskyAccount, now: datetime, report: IngestReport, get: Fetch
) -> bool:
    """Visit an account; return False if its repository is as it was. Raises what fetching raises."""
    following = Following(archive)
    known, followed = account.url in following, following.of(account.url, account.name)
    report.format = bluesky.NAME
    try:
        changed = _visit(archive, desk, account, followed, now, report, get)
    except TamizdatError as error:
        why = ANOTHER if isinstance(error, AnotherFeed) else "no account" if isinstance(error, NoFeed) else "failed"
        followed.note(now, why, failed=True)
        if known:
            following.save()
        raise
    followed.note(now, f"new {report.new}" if changed and report.new else "304" if not changed else "200")
    following.save()
    return changed


def _visit(
    archive: Archive,
    desk: SigningKey,
    account: BlueskyAccount,
    followed: Followed,
    now: datetime,
    report: IngestReport,
    get: Fetch,
) -> bool:
    found = find(account, get)
    same = refuse_another_repository(archive, followed, found.did)
    before = [each.etag for each in archive.index.posts.visits(account.url) if each.etag] if same else []
    last = before[-1] if before else ""
    revision = latest_revision(found, get)
    if last and revision == last:
        return False
    car = fetch_repository(found, last, get)
    files = {"repo.car": car} | ({"log.json": found.log} if found.log else {})
    here = [*archive.index.posts.from_visit(account.url), *archive.index.posts.latest_of(found.did)]
    known = frozenset(each.post for each in here if each.state != "gone" and "#" not in each.post)  # a repost has a #
    origin = Origin(account.url, revision or None)
    ingest(archive, desk, Several(files), bluesky.FollowedRepository(known), now, report, origin)
    if last:  # of a part nothing is missing but what is here already
        report.notes[:] = [note for note in report.notes if "parts of the repository" not in note]
    return True
