"""The making of an edition, when something may be new: values, pages, statement, checkpoint, folder."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.dataclass import dataclass, field_names
from tamizdat.encoding import sha256_hex, spoken
from tamizdat.ledger import published_log
from tamizdat.ledger.merkle import root_over
from tamizdat.publishing import preflight
from tamizdat.publishing.build import renewal, site_folder
from tamizdat.publishing.build.cache import BuildCache, CacheLost, is_cached
from tamizdat.publishing.build.edition_build import Build
from tamizdat.publishing.build.fonts import find_font
from tamizdat.publishing.build.media_facts import ImageSizes, Lengths, Sounds
from tamizdat.publishing.build.proofs import SignedHead, items_pieces, mend_checkpoints, padded
from tamizdat.publishing.build.renewed_build import RenewedBuild
from tamizdat.publishing.build.site_state import LEDGER, FolderState, known_files, known_folders
from tamizdat.publishing.build.unit_files import MadeUnits
from tamizdat.publishing.build.writer import SiteWriter
from tamizdat.publishing.derived.changes import changes
from tamizdat.publishing.derived.contents import EditionContents
from tamizdat.publishing.derived.contributors import contributors
from tamizdat.publishing.derived.corrections import History, corrections
from tamizdat.publishing.derived.item_words import reasons, stated_reasons, words
from tamizdat.publishing.derived.statements import Derived, Known, Statements
from tamizdat.publishing.derived.withdrawals import withdrawals
from tamizdat.publishing.leak_search import TEXT, LeakSearch, SearchedBefore
from tamizdat.publishing.model import Site, SiteContent, Wall
from tamizdat.publishing.order import Order
from tamizdat.publishing.previous import Previous, days_of_editions
from tamizdat.publishing.remembered_posts import DraftedPosts
from tamizdat.publishing.report import PublishReport
from tamizdat.publishing.revision import Revision, Unchanged
from tamizdat.publishing.site.names_wall import NamesWall
from tamizdat.publishing.site.site_index import forget_index
from tamizdat.statements import derived, published
from tamizdat.verifying.checkpoint_files import is_beside_checkpoint

MOST_LETTERS: Final = 20_000  #: of a text that came on a card, on its page; all of it lies beside


def _jpegs(item: derived.Item) -> Iterator[str]:
    """Yield the SHA-256 of each JPEG that is published with an item."""
    return (each.sha256 for each in item.media if each.name.endswith(".jpg"))


@dataclass
class Publisher:
    """Makes the edition that is asked for."""

    order: Order

    def __post_init__(self) -> None:
        self.archive, self.roster, self.out = self.order.archive, self.order.roster, self.order.out

    def dry_run(self) -> PublishReport:
        """Return what :meth:`run` would do, as far as that is known without encoding anything."""
        previous = Previous.of(self.archive)
        contents = self._foreseen(previous)
        self._leaks(SearchedBefore()).search(contents, previous.statements)
        digests = _digests(contents)
        differs = digests != previous.statements or not previous.number
        number, day = (previous.number + 1, self.order.today) if differs else (previous.number, previous.date)
        return self._edition(previous, contents, digests, self._site(number, day), new=differs, written=differs)

    def _foreseen(self, previous: Previous) -> EditionContents:
        """Return what an edition would show, asked of what may have changed if that is remembered."""
        if not is_cached(self.archive.folder):  # and none is made
            contents = self._contents(previous, None, dry=True)
            contents.gather()
            return contents
        with contextlib.closing(BuildCache(self.archive.folder, self.archive.folder / "lock")) as cache:
            revision = Revision(self.archive, cache, previous, self.order.today, self.order.inputs())
            return revision.contents(partial(self._contents, previous, cache, dry=True))

    def run(self, revision: Revision, state: FolderState | None) -> PublishReport:
        """Make the edition, or find that it stands; *state* is that of the folder, if no folder in it changed."""
        previous, cache = revision.previous, revision.cache
        published_log.remember(cache.tiles())
        present = preflight.check_folder(self.archive, self.roster, self.out, state.beside if state else None)
        if not renewal.settle(self.out, self.archive, self.order.today, revision.stands):
            present = site_folder.present_in(self.out)
        contents = revision.contents(partial(self._contents, previous, cache))
        if self.order.restored:
            preflight.check_restored(self.order.restored, previous.index, previous.statements, _digests(contents))
        leaks = self._leaks(revision.searched(contents))
        secrets = leaks.search(contents, previous.statements)
        self.order.progress(0)  # who is told may end it until the edition is signed
        statements = contents.sign()
        with site_folder.staging_folder(self.out) as new:
            history = self._history(revision)
            shown = self._shown(previous, contents, statements, history, ImageSizes(self.archive.objects, cache))
            leaks.search_corrections(secrets, shown.corrections)
            writer = SiteWriter(self.archive.objects, cache, self.out, new, secrets)
            site = self._site(previous.number, previous.date)
            made, kept = MadeUnits(self.archive.staging), MadeUnits(self.archive.staging)
            build = Build(
                self.archive, self.roster, site, shown, statements, writer, present, made, kept,
                judged=revision.judged,
            )  # fmt: skip
            build = self._build(revision, state, build)
            build.folders = None if state is None else ()
            try:
                remember = partial(self._remember, revision, leaks, history)
                return self._put_out(build, cache, previous, contents, remember)
            finally:
                forget_index()

    def _build(self, revision: Revision, state: FolderState | None, build: Build) -> Build:
        """Return what asks only of what may differ, if the folder is as the last edition left it."""
        remembered = revision.remembered
        as_it_was = state is not None and state.untouched and not state.of_a_clock and revision.previous.listed
        if not as_it_was or remembered is None or revision.asked is None or not renewal.is_possible(self.out):
            if state is not None:
                build.present.update(path for some in revision.cache.identities() for path, *_ in some)
            return build
        earlier = frozenset(path for path, *_ in revision.cache.others())
        facts = {each: getattr(build, each) for each in field_names(Build)}
        stated = {number: each.place for number, each in remembered.posts.items()}
        return RenewedBuild(
            **facts, before=remembered.posts, stated=stated, top=revision.previous.listed, earlier=earlier
        )

    def _remember(
        self, revision: Revision, leaks: LeakSearch, history: History, contents: EditionContents, index: int,
        done: PublishReport, build: Build,
    ) -> None:  # fmt: skip
        lasting = [path for path in build.others if not is_beside_checkpoint(path)]
        kept = Unchanged(done.items, done.files, done.wall_warning, done.unsaid, done.not_sought)
        revision.remember(
            contents, contents.found, index, kept, history, known_files(self.out, lasting), leaks, build.writer.secrets
        )
        revision.cache.save_folders(known_folders(self.out, build.folders), whole=build.folders is None)
        revision.cache.save_tiles(published_log.packed(published_log.asked()))
        revision.cache.pack()

    def _leaks(self, searched: SearchedBefore) -> LeakSearch:
        witnesses = self.roster.policy.names
        return LeakSearch(self.archive, self.order.name, self.order.addresses, self.order.private, searched, witnesses)

    def _put_out(
        self,
        build: Build,
        cache: BuildCache,
        previous: Previous,
        contents: EditionContents,
        remember: Callable[[EditionContents, int, PublishReport, Build], None],
    ) -> PublishReport:
        build.plan_and_render(self.order.progress)
        self.order.progress(0)
        new = not previous.number or build.listed != previous.listed
        if new:
            build.renew(previous.number + 1, self.order.today)
        done = self._edition(
            previous, contents, build.digests, build.site, new=new, written=True, files=build.count_files(),
            wall_warning=NamesWall(build.shown).warning,
        )  # fmt: skip
        current = not new and build.is_current(previous.envelope, self._heads)
        if current and self._proofs_stand(build, previous):
            cache.save(build.left(), build.adopt_existing(), contents.statements.opened(), build.writer.touched)
            site_folder.renew_beside(self.out, self.archive.folder)
            build.others = tuple(build.files_beside())
            remember(contents, previous.index, done, build)
            return replace(done, written=False)
        build.search()
        forget_index()  # all pages are made
        self.order.progress(0)
        envelope, index = self._publish(build, previous) if new else (previous.envelope, previous.index)
        standing = None if new else SignedHead.standing(self.archive, padded(index))
        mend_checkpoints(self.archive, self.order.log, self.roster.policy, self.out)
        head = standing or SignedHead.sign(self.archive, self.order.log)
        editions = days_of_editions(self.archive)
        place = sum(day == build.site.date for _, day in editions)  # which edition of its day this is
        time = site_folder.time_of_edition(build.site.date, place)
        before = previous.seen(self.archive, self.roster)
        build.finish(head, envelope, index, [index for index, _ in editions], before, self.out, time)
        with contextlib.suppress(CacheLost):  # it is empty now; the edition stands
            cache.save(build.left(), build.made, contents.statements.opened(), build.writer.touched)
            remember(contents, index, done, build)
        return done

    def _heads(self) -> list[SignedHead]:
        """Return the heads that editions were published with, the first first."""
        sizes = (padded(index) for index, _ in days_of_editions(self.archive))
        return [head for size in sizes if (head := SignedHead.standing(self.archive, size))]

    def _proofs_stand(self, build: Build, previous: Previous) -> bool:
        """Return whether the folder has what no list names: the ledger of the last edition, its lists, its proof."""
        head = SignedHead.standing(self.archive, padded(previous.index))
        if head is None:
            return True
        editions = [index for index, _ in days_of_editions(self.archive)]
        files = dict(head.ledger(editions, partial(site_folder.has, self.out)))
        there = {path for path in build.present if path.startswith(f"{LEDGER}/") and not is_beside_checkpoint(path)}
        others = ((path, data) for path, data in files.items() if data is not None)
        every = chain(others, build.files_of_edition(head, previous.envelope, previous.index))
        return there <= files.keys() and all(site_folder.holds(self.out, path, data) for path, data in every)

    def _contents(self, previous: Previous, known: Known | None, dry: bool = False) -> EditionContents:
        statements = Statements(self.archive, self.order.desk, self.roster, self.order.today, known)
        return EditionContents(
            self.archive, statements, words(self.archive), previous.statements, self.order.credit,
            DraftedPosts(self.archive.staging), dry, self.order.progress,
        )  # fmt: skip

    def _shown(
        self, previous: Previous, contents: EditionContents, statements: dict[int, Derived], history: History,
        sizes: ImageSizes,
    ) -> SiteContent:  # fmt: skip
        """Everything that the pages show."""
        every = [each.item for each in statements.values()]
        posts = tuple(each for each in every if isinstance(each, derived.Post))
        others = [each for each in every if not isinstance(each, derived.Post)]  # of most sites few
        footage = tuple(each for each in others if isinstance(each, derived.Footage))
        stories = tuple(each for each in others if isinstance(each, derived.PublishedStory))
        said = reasons(self.archive, contents.said)
        gone = withdrawals(
            self.archive, self.order.desk, self.order.today, previous.statements, statements.keys(), said
        )
        earlier = contents.statements.earlier
        for each in statements.values():
            each.edition = history.edition_of(each.index) + 1
        return SiteContent(
            items=footage,
            posts=posts,
            people=tuple(each for each in others if isinstance(each, derived.Person)),
            stories=stories,
            signed=statements,
            sizes={digest: sizes.measure(digest) for each in every if each.media for digest in _jpegs(each)},
            lengths=Lengths(self.archive.objects),
            sounds=Sounds(self.archive.objects),
            texts={digest: self._beginning(digest) for each in footage for digest in _texts(each)},
            wall=self._wall(),
            withdrawn=tuple(gone),
            corrections=tuple(corrections(statements, earlier, history)),
            changes=changes(self.archive, statements, earlier, history),
            contributors=contributors(posts, footage, stories),
        )

    def _beginning(self, digest: str) -> str:
        """Return as much of a published text as its page shows."""
        with self.archive.objects.open(digest) as file:
            return file.read(4 * MOST_LETTERS).decode("utf-8", "ignore")[:MOST_LETTERS]

    def _wall(self) -> Wall:
        sentence, language = self.archive.index.people.wall()
        return Wall(sentence, language, find_font(sentence, language) if sentence else None)

    def _history(self, revision: Revision) -> History:
        editions = days_of_editions(self.archive)
        indexes, days = [index for index, _ in editions], [day for _, day in editions]
        return History(indexes, days, stated_reasons(self.archive), self.order.today, revision.compared())

    def _site(self, number: int, day: str) -> Site:
        desk_keys = (each.key.hex() for each in self.roster.keys if each.role == "desk" and each.until is None)
        return Site(
            name=self.order.name,
            edition=number,
            date=day or self.order.today,
            origin=self.archive.origin,
            fingerprint=spoken(self.roster.root.fingerprint),
            roster_version=self.roster.version,
            log_key=self.roster.policy.log.encode(),
            desk_keys=tuple(desk_keys),
            addresses=self.order.addresses,
        )

    def _publish(self, build: Build, previous: Previous) -> tuple[bytes, int]:
        """Signs the edition into the ledger: its envelope, and its index there."""
        build.pieces = items_pieces(build.items)
        said = published.Edition(
            number=build.site.edition,
            previous=sha256_hex(previous.envelope) if previous.number else None,
            date=build.site.date,
            origin=self.archive.origin,
            items=published.ItemList(len(build.statements), root_over(root for _, root in build.pieces)),
            files=published.FileList(build.listed.count(b"\n"), self.archive.objects.add([build.listed])),
            format=published.FORMAT,
            list_of_items=self.archive.objects.add([build.items]),
        )
        [index] = state(self.archive, self.order.desk, [said.to_statement()])
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
            not_sought=contents.not_sought,
        )


def _texts(item: derived.Footage) -> Iterator[str]:
    """Yield the SHA-256 of each text of a card that is published with an item."""
    return (each.sha256 for each in item.media if each.name == TEXT)


def _digests(contents: EditionContents) -> dict[int, str]:
    """Return, by number, the SHA-256 of the statement of each item that is to be shown; "" of one that is new."""
    return dict.fromkeys(contents.drafts, "") | {number: each.digest for number, each in contents.found.items()}
