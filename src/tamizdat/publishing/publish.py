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
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.state import state
from tamizdat.archive.released import WaitingRemoval, WaitingVersion
from tamizdat.disk.lock import locked
from tamizdat.encoding import Json, sha256_hex, spoken
from tamizdat.keys import SigningKey
from tamizdat.ledger.roster import Roster
from tamizdat.publishing import preflight
from tamizdat.publishing.build import renewal, site_folder
from tamizdat.publishing.build.cache import BuildCache, ImageSizes, Lengths, Sounds, is_cached
from tamizdat.publishing.build.edition_build import Build, time_of_edition
from tamizdat.publishing.build.fonts import find_font
from tamizdat.publishing.build.proofs import SignedHead, items_list, items_tree, padded
from tamizdat.publishing.build.site_state import KnownFile, is_untouched, known_files, known_folders, present_files
from tamizdat.publishing.build.writer import SiteWriter
from tamizdat.publishing.derived.changes import changes
from tamizdat.publishing.derived.contents import EditionContents
from tamizdat.publishing.derived.contributors import contributors
from tamizdat.publishing.derived.corrections import History, corrections
from tamizdat.publishing.derived.hidden_voices import hidden_voices
from tamizdat.publishing.derived.item_words import reasons, stated_reasons, words
from tamizdat.publishing.derived.posts import Credit
from tamizdat.publishing.derived.statements import Derived, StatementRecord, Statements
from tamizdat.publishing.derived.withdrawals import withdrawals
from tamizdat.publishing.leak_search import LeakSearch
from tamizdat.publishing.model import Signed, Site, SiteContent, Wall
from tamizdat.publishing.previous import Previous, days_of_editions
from tamizdat.publishing.revision import Revision, Unchanged, inputs_of
from tamizdat.publishing.site.names_wall import NamesWall
from tamizdat.statements import derived, published
from tamizdat.verifying.checkpoint_files import is_beside_checkpoint


def no_credit(post: str, language: str, tag: str) -> str:
    """Return the credit of accounts where none is known."""
    return ""


MOST_LETTERS: Final = 20_000  #: of a text that came on a card, on its page; all of it lies beside


@dataclass(frozen=True)
class PublishReport:
    """What a run did, or would do.

    Numbers are those of items, posts and people. ``skipped`` says why one was left out, ``partial`` why a part of one
    was (a picture, a translation), ``embargoed`` until when one is embargoed.
    """

    number: int
    date: str
    new: bool  #: whether there is a new edition; if not, the last one stands
    written: bool  #: whether the folder was (or would be) put in place
    added: tuple[int, ...]
    changed: tuple[int, ...]
    removed: tuple[int, ...]
    skipped: tuple[tuple[int, str], ...]
    items: int
    files: int  #: in files.txt; 0 in a dry run
    encoded: int  #: items whose media were made in this run
    partial: tuple[tuple[int, str], ...] = ()
    embargoed: tuple[tuple[int, str], ...] = ()
    waiting: tuple[WaitingVersion, ...] = ()  #: versions of what is shown that no editor released yet
    removals: tuple[WaitingRemoval, ...] = ()  #: of what is shown, since which no editor looked
    wall_warning: str = ""  #: why the wall of names does not spell its sentence, if it does not
    unsaid: tuple[int, ...] = ()  #: shown since before an editor was asked who is in it


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
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda size: None,
) -> PublishReport:
    """Make the site of everything released in *out*, as a new edition if anything differs from the last.

    *desk* signs statements and *log* checkpoints; *roster* (an envelope) must list both. *addresses* are where the site
    is served, the chief one first (:func:`~tamizdat.publishing.site.address.checked_address`). *credit* gives the name
    that an account chose for its work, from post, language and tag; *credited* is a text that changes whenever it may
    give another name (without it, every post is asked about each time). *private* are secrets that the archive does not
    know: what each is, and its text; what authors themselves wrote in posts that are shown is none. *progress* is told
    the bytes of each original whose media were made. Raises :class:`Leak`, :class:`UsageError` (wrong keys, a folder
    that is not ours), :class:`BadArchive`; then *out* is as it was.
    """
    opened = Roster.open(roster)
    publisher = _Publisher(
        archive, desk, log, opened, out.resolve(), today.isoformat(), name, tuple(addresses), credit,
        "" if credit is no_credit else credited, tuple(private), progress,
    )  # fmt: skip
    preflight.check_keys(archive, desk, log, opened)
    if dry_run:
        preflight.check_folder(archive, opened, publisher.out)
        return publisher.dry_run()
    with locked(archive.folder / "publishing.lock"), _gc_disabled():
        return publisher.run()


def _jpegs(item: derived.Item) -> Iterator[str]:
    """Yield the SHA-256 of each JPEG that is published with an item."""
    return (each.sha256 for each in item.media if each.name.endswith(".jpg"))


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


@dataclass
class _Publisher:
    archive: Archive
    desk: SigningKey
    log: SigningKey
    roster: Roster
    out: Path
    today: str
    name: str
    addresses: tuple[str, ...]
    credit: Credit
    credited: str | None
    private: tuple[tuple[str, str], ...]
    progress: Callable[[int], None]

    def dry_run(self) -> PublishReport:
        """Return what :meth:`run` would do, as far as that is known without encoding anything."""
        previous = Previous.of(self.archive)
        contents = self._foreseen(previous)
        self._leaks().search(contents, previous.statements)
        digests = dict.fromkeys(contents.drafts, "") | {number: each.digest for number, each in contents.found.items()}
        differs = digests != previous.statements or not previous.number
        number, day = (previous.number + 1, self.today) if differs else (previous.number, previous.date)
        return self._edition(previous, contents, digests, self._site(number, day), new=differs, written=differs)

    def _foreseen(self, previous: Previous) -> EditionContents:
        """Return what an edition would show, asked of what may have changed if that is remembered."""
        if not is_cached(self.archive.folder):  # and none is made
            contents = self._contents(previous, {}, dry=True)
            contents.gather()
            return contents
        with contextlib.closing(BuildCache(self.archive.folder, self.archive.folder / "lock")) as cache:
            revision = Revision(self.archive, cache, previous, self.today, self._inputs())
            return revision.contents(partial(self._contents, previous, cache.statements, dry=True))

    def run(self) -> PublishReport:
        """Make the edition, or find that it stands."""
        previous, cache = Previous.of(self.archive), BuildCache(self.archive.folder, self.archive.folder / "lock")
        try:
            revision = Revision(self.archive, cache, previous, self.today, self._inputs())
            others: list[KnownFile] = (cache.standing() or {}).get("others", [])
            known = None if renewal.is_promised(self.out) else present_files(self.out, cache, others)
            if known and (kept := revision.nothing_new()) and is_untouched(self.out, cache, others):
                site_folder.renew_beside(self.out, self.archive.folder)
                return self._unchanged(previous, kept, revision)
            present = preflight.check_folder(self.archive, self.roster, self.out, known)
            settled = renewal.settle(self.out, self.archive, self.today)
            contents = revision.contents(partial(self._contents, previous, cache.statements))
            secrets = self._leaks().search(contents, previous.statements)
            statements = contents.sign()
            with site_folder.staging_folder(self.out) as new:
                shown = self._shown(previous, contents, statements, ImageSizes(self.archive.objects, cache))
                writer = SiteWriter(self.archive.objects, cache, self.out, new, secrets)
                site = self._site(previous.number, previous.date)
                build = Build(self.archive, self.roster, site, shown, statements, writer)
                build.present, build.folders = present if settled else None, None if known is None else ()
                return self._put_out(build, cache, previous, contents, revision)
        finally:
            cache.close()

    def _remember(
        self, revision: Revision, contents: EditionContents, index: int, done: PublishReport, build: Build
    ) -> None:
        lasting = [path for path in build.others if not is_beside_checkpoint(path)]
        kept = Unchanged(done.items, done.files, done.wall_warning, done.unsaid)
        revision.remember(contents, contents.found, index, kept, known_files(self.out, lasting))
        folders = site_folder.folders_of([*build.files_of_units, *lasting]) if build.folders is None else build.folders
        revision.cache.save_folders(known_folders(self.out, folders), whole=build.folders is None)

    def _unchanged(self, previous: Previous, kept: Unchanged, revision: Revision) -> PublishReport:
        embargoed = revision.standing.embargoed if revision.standing else {}
        return PublishReport(
            previous.number, previous.date, False, False, (), (), (), (), items=kept.items, files=kept.files,
            encoded=0, embargoed=tuple(sorted(embargoed.items())), wall_warning=kept.wall_warning,
            unsaid=tuple(kept.unsaid),
        )  # fmt: skip

    def _leaks(self) -> LeakSearch:
        return LeakSearch(self.archive, self.name, self.addresses, self.private)

    def _inputs(self) -> str:
        """Return a digest over what an edition is made of beside the ledger; a new one each time if unclear."""
        credited = os.urandom(16).hex() if self.credited is None else self.credited
        hidden: list[Json] = [*sorted(hidden_voices(self.archive.folder))]
        private: list[Json] = [list(each) for each in self.private]
        return inputs_of(self.name, [*self.addresses], sha256_hex(self.roster.envelope), credited, hidden, private)

    def _put_out(
        self, build: Build, cache: BuildCache, previous: Previous, contents: EditionContents, revision: Revision
    ) -> PublishReport:
        build.plan_and_render()
        new = not previous.number or build.listed != previous.listed
        if new:
            build.renew(previous.number + 1, self.today)
        done = self._edition(
            previous, contents, build.digests, build.site, new=new, written=True, files=build.count_files(),
            wall_warning=NamesWall(build.shown).warning,
        )  # fmt: skip
        if not new and build.is_current(previous.envelope) and self._ledger_stands(previous.index):
            cache.save(build.fingerprints, build.adopt_existing(), contents.statements.opened, build.writer.touched)
            site_folder.renew_beside(self.out, self.archive.folder)
            build.others = tuple((build.present or set()) - build.files_of_units)
            self._remember(revision, contents, previous.index, done, build)
            return replace(done, written=False)
        build.search()
        envelope, index = self._publish(build, previous) if new else (previous.envelope, previous.index)
        standing = None if new else SignedHead.standing(self.archive, padded(index))
        head = standing or SignedHead.sign(self.archive, self.log)
        editions = days_of_editions(self.archive)
        place = sum(day == build.site.date for _, day in editions)  # which edition of its day this is
        time = time_of_edition(build.site.date, place)
        before = previous.seen(self.archive, self.roster)
        build.finish(head, envelope, index, [index for index, _ in editions], before, self.out, time)
        cache.save(build.fingerprints, build.made, contents.statements.opened, build.writer.touched)
        self._remember(revision, contents, index, done, build)
        return done

    def _ledger_stands(self, edition: int) -> bool:
        """Return whether the folder has the ledger of the edition at this index."""
        head = SignedHead.standing(self.archive, padded(edition))
        files = head.ledger([index for index, _ in days_of_editions(self.archive)]) if head else ()
        return all(site_folder.holds(self.out, path, data) for path, data in files)

    def _contents(self, previous: Previous, known: Mapping[int, StatementRecord], dry: bool = False) -> EditionContents:
        statements = Statements(self.archive, self.desk, self.roster, self.today, known)
        before = previous.statements
        return EditionContents(self.archive, statements, words(self.archive), before, self.credit, dry, self.progress)

    def _shown(
        self, previous: Previous, contents: EditionContents, statements: dict[int, Derived], sizes: ImageSizes
    ) -> SiteContent:
        """Everything that the pages show."""
        every = [each.item for each in statements.values()]
        posts = tuple(each for each in every if isinstance(each, derived.Post))
        stories = tuple(each for each in every if isinstance(each, derived.PublishedStory))
        said = reasons(self.archive, contents.said)
        gone = withdrawals(self.archive, self.desk, self.today, previous.statements, statements.keys(), said)
        earlier, history = contents.statements.earlier, self._history()
        return SiteContent(
            items=tuple(each for each in every if isinstance(each, derived.Footage)),
            posts=posts,
            people=tuple(each for each in every if isinstance(each, derived.Person)),
            stories=stories,
            signed={number: _signed(each, history) for number, each in statements.items()},
            sizes={digest: sizes.measure(digest) for each in every for digest in _jpegs(each)},
            lengths=Lengths(self.archive.objects),
            sounds=Sounds(self.archive.objects),
            texts={digest: self._beginning(digest) for each in every for digest in _texts(each)},
            wall=self._wall(),
            withdrawn=tuple(gone),
            corrections=tuple(corrections(statements, earlier, history)),
            changes=changes(self.archive, statements, earlier, history),
            contributors=contributors(posts, (each for each in every if isinstance(each, derived.Footage)), stories),
        )

    def _beginning(self, digest: str) -> str:
        """Return as much of a published text as its page shows."""
        with self.archive.objects.open(digest) as file:
            return file.read(4 * MOST_LETTERS).decode("utf-8", "ignore")[:MOST_LETTERS]

    def _wall(self) -> Wall:
        sentence, language = self.archive.index.people.wall()
        return Wall(sentence, language, find_font(sentence, language) if sentence else None)

    def _history(self) -> History:
        editions = days_of_editions(self.archive)
        indexes, days = [index for index, _ in editions], [day for _, day in editions]
        return History(indexes, days, stated_reasons(self.archive), self.today)

    def _site(self, number: int, day: str) -> Site:
        desk_keys = (each.key.hex() for each in self.roster.keys if each.role == "desk" and each.until is None)
        return Site(
            name=self.name,
            edition=number,
            date=day or self.today,
            origin=self.archive.origin,
            fingerprint=spoken(self.roster.root.fingerprint),
            roster_version=self.roster.version,
            log_key=self.roster.policy.log.encode(),
            desk_keys=tuple(desk_keys),
            addresses=self.addresses,
        )

    def _publish(self, build: Build, previous: Previous) -> tuple[bytes, int]:
        """Signs the edition into the ledger: its envelope, and its index there."""
        items = items_list(build.digests)
        tree = items_tree(items)
        said = published.Edition(
            number=build.site.edition,
            previous=sha256_hex(previous.envelope) if previous.number else None,
            date=build.site.date,
            origin=self.archive.origin,
            items=published.ItemList(tree.size, tree.root()),
            files=published.FileList(build.listed.count(b"\n"), self.archive.objects.add([build.listed])),
            format=published.FORMAT,
            list_of_items=self.archive.objects.add([items]),
        )
        [index] = state(self.archive, self.desk, [said.to_statement()])
        return self.archive.disclosure(index).envelope, index

    def _edition(
        self,
        previous: Previous,
        contents: EditionContents,
        digests: Mapping[int, str],
        site: Site,
        *,
        new: bool,
        written: bool,
        files: int = 0,
        wall_warning: str = "",
    ) -> PublishReport:
        before = previous.statements
        return PublishReport(
            number=site.edition,
            date=site.date,
            new=new,
            written=written,
            added=tuple(sorted(digests.keys() - before.keys())),
            changed=tuple(sorted(each for each in digests.keys() & before.keys() if digests[each] != before[each])),
            removed=tuple(sorted(before.keys() - digests.keys())),
            skipped=tuple(sorted(contents.skipped.items())),
            partial=tuple(sorted(contents.partial)),
            embargoed=tuple(sorted(contents.embargoed.items())),
            waiting=tuple(contents.waiting),
            removals=tuple(contents.removals),
            items=len(digests),
            files=files,
            encoded=contents.encoded,
            wall_warning=wall_warning,
            unsaid=tuple(contents.unsaid),
        )


def _signed(each: Derived, history: History) -> Signed:
    return Signed(each.index, each.signer, history.edition_of(each.index) + 1, each.digest)


def _texts(item: derived.Item) -> Iterator[str]:
    """Yield the SHA-256 of each text of a card that is published with an item."""
    return (each.sha256 for each in item.media if isinstance(item, derived.Footage) and each.name == "text.txt")
