"""Visiting what is followed, one address after the other; one that fails keeps no other from being visited."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from datetime import UTC, datetime

from tamizdat.archive.archive import Archive
from tamizdat.archive.ingest.accounts import follow_address, followed_as
from tamizdat.archive.ingest.followed import note_visit
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError
from tamizdat.keys import SigningKey
from tamizdat.posts.manners import Manners
from tamizdat.posts.report import IngestReport


@dataclass
class Visit:
    """A visit that was made: what it brought, whether anything had changed, or why it failed."""

    url: str
    report: IngestReport = field(default_factory=IngestReport)
    changed: bool = False
    error: Exception | None = None

    @property
    def is_fault(self) -> bool:
        """Whether it met a fault in tamizdat itself."""
        return self.error is not None and not isinstance(self.error, TamizdatError)


def visit_all(
    urls: Sequence[str],
    archive: Archive,
    desk: SigningKey,
    begin: Callable[[str], None] = lambda url: None,
    is_asked: Callable[[], bool] = lambda: False,
) -> Iterator[Visit]:
    """Visit addresses and yield what came of each; *begin* is told which is visited now.

    *is_asked* tells whether it is to end. Of all addresses each host is asked for one thing at a time
    (:mod:`tamizdat.posts.manners`), by the one way out (:mod:`tamizdat.network`).
    """
    manners = Manners()
    for url in map(followed_as, urls):
        begin(url)
        visit, now = Visit(url), datetime.now(UTC)
        if is_asked():
            return
        try:
            visit.changed = follow_address(archive, desk, url, now, visit.report, manners.get)
        except Exception as error:  # noqa: BLE001 -- a feed that finds a fault in us must not silence the others
            note_visit(archive, url, now, "failed", failed=True)
            visit.error = error
        else:
            note_visit(archive, url, now, "200")
        yield visit
