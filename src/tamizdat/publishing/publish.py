"""An edition: everything that is published, numbered, signed, chained to the one before, and put out in one step.

The order of making, which is also the order of trust (``docs/spec/publication.md``)::

    1  what would be said of each item; media of what is new               (contents.py)
    2  the search for leaks, in all words and in what is opened             → nothing is signed if one is found
    3  ``derived`` statements of what is new or was changed                 → ledger
    4  pages, each searched when it is made, then edition/files.txt         → nothing is replaced if a leak is found
    5  the ``published`` statement about files.txt                          → ledger
    6  the ledger padded, its checkpoint signed, a proof for each new statement
    7  what differs put in the place of the old, by a journal (renewal.py), or the new folder exchanged for the old

Killed after any step, the next run continues: what was made is found by its statement. A run that would give the same
files makes no edition; it only puts the last one back in its place if that was damaged or is gone.
"""

import contextlib
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.disk.lock import locked
from tamizdat.errors import Leak
from tamizdat.keys import SigningKey
from tamizdat.ledger.roster import Roster
from tamizdat.publishing import preflight
from tamizdat.publishing.build import renewal, site_folder
from tamizdat.publishing.build.cache import BuildCache, CacheLost
from tamizdat.publishing.build.site_state import look
from tamizdat.publishing.order import Credit, Order
from tamizdat.publishing.previous import Previous
from tamizdat.publishing.report import PublishReport
from tamizdat.publishing.revision import Revision, Unchanged

__all__ = ["PublishReport", "publish"]

BETWEEN: Final = (
    "The site lies between two editions, for the run before was cut off; it tells readers so until you publish again."
)


def no_credit(post: str, language: str, tag: str) -> str:
    """Return the credit of accounts where none is known."""
    return ""


def publish(
    archive: Archive,
    desk: SigningKey,
    log: SigningKey,
    roster: bytes,
    out: Path,
    today: date,
    *,
    name: str = "Tamizdat",
    addresses: Sequence[str] = (),
    credit: Credit = no_credit,
    credited: str | None = None,
    private: Iterable[tuple[str, str]] = (),
    restored: int = 0,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda size: None,
) -> PublishReport:
    """Make the site of everything released in *out*, as a new edition if anything differs from the last.

    *desk* signs statements and *log* checkpoints; *roster* (an envelope) must list both. *addresses* are where the site
    is served, the chief one first (:func:`~tamizdat.publishing.site.address.checked_address`). *credit* gives the name
    that an account chose for its work, from post, language and tag; *credited* is a text that changes whenever it may
    give another name (without it, every post is asked about each time). *private* are secrets that the archive does not
    know: what each is, and its text; what authors themselves wrote in posts that are shown is none. *restored* is how
    many entries the ledger had of a desk that was made again from a backup: until an edition after them, nothing is
    shown that the newest one does not show (:func:`~tamizdat.publishing.preflight.check_restored`). *progress* is told
    the bytes of each original whose media were made, and 0 between two steps until the edition is signed; what it
    raises ends the work. Raises :class:`Leak`, :class:`CheckFailed`, :class:`UsageError` (wrong keys, a folder that is
    not ours), :class:`BadArchive`; then *out* is as it was.
    """
    opened = Roster.open(roster)
    order = Order(
        archive, desk, log, opened, out.resolve(), today.isoformat(), name, tuple(addresses), credit,
        "" if credit is no_credit else credited, tuple(private), progress, restored,
    )  # fmt: skip
    preflight.check_keys(archive, desk, log, opened)
    if dry_run:
        from tamizdat.publishing.publisher import Publisher

        preflight.check_folder(archive, opened, order.out)
        return _although_lost(Publisher(order).dry_run)
    with locked(archive.folder / "publishing.lock"), _gc_disabled():
        return _although_lost(partial(_run, order))


def _although_lost(run: Callable[[], PublishReport]) -> PublishReport:
    """Run; once more if the build cache is lost meanwhile, which is empty then, and so has nothing to lose."""
    try:
        return run()
    except CacheLost:
        return run()


def _run(order: Order) -> PublishReport:
    archive, out = order.archive, order.out
    site_folder.clear_away(out)  # first of all: it may be what fills the disk
    with contextlib.closing(BuildCache(archive.folder, archive.folder / "lock")) as cache:
        previous, others = Previous.of(archive), cache.others()
        revision = Revision(archive, cache, previous, order.today, order.inputs())
        state = None if renewal.is_promised(out) else look(out, cache, others)
        if state and state.untouched and (kept := revision.nothing_new()):
            site_folder.renew_beside(out, archive.folder)
            return _unchanged(previous, kept, revision)
        # to load it takes as long as to find that nothing is new
        from tamizdat.publishing.publisher import Publisher

        try:
            return Publisher(order).run(revision, state)
        except Leak as found:
            if not renewal.is_between(out):
                raise
            raise Leak(f"{found} {BETWEEN}") from None


def _unchanged(previous: Previous, kept: Unchanged, revision: Revision) -> PublishReport:
    embargoed = revision.remembered.embargoed if revision.remembered else {}
    return PublishReport(
        previous.number, previous.date, False, False, (), (), (), (), items=kept.items, files=kept.files,
        encoded=0, embargoed=tuple(sorted(embargoed.items())), wall_warning=kept.wall_warning,
        unsaid=tuple(kept.unsaid), not_sought=tuple((number, name, why) for number, name, why in kept.not_sought),
    )  # fmt: skip


@contextlib.contextmanager
def _gc_disabled() -> Iterator[None]:
    """Disable Python's cyclic garbage collector, which walks through all values again and again and finds nothing.

    A fifth of the time of an edition in which little changed.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
