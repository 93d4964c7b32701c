"""One edition's folder while it is built.

::

    units that do not name the edition  ─ kept or made ─► do they differ from the last edition?
    lists (front page, feeds, …)         ─ made          ─► files.txt, items.txt
    published statement, checkpoint      ─►  proofs, edition/, ledger/  ─► the folder takes its place

A unit is kept if its fingerprint is the same (:mod:`.units`): one changed post makes a few files, and takes over the
rest.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import field, replace
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.roster import Roster
from tamizdat.publishing.build import renewal, site_folder
from tamizdat.publishing.build.proofs import (
    SignedHead,
    earlier_rosters,
    edition_script,
    files_lists,
    item_script,
    items_list,
    items_pieces,
    items_scripts,
    relist,
)
from tamizdat.publishing.build.self_check import RenewedFolder, check_edition
from tamizdat.publishing.build.unit_files import MadeUnits, UnitFiles, WrittenFile
from tamizdat.publishing.build.units import BuildUnit, build_units
from tamizdat.publishing.build.writer import SiteWriter
from tamizdat.publishing.derived.openings import openings
from tamizdat.publishing.derived.statements import Derived
from tamizdat.publishing.leaks.scanner import check_medium, check_page, evened
from tamizdat.publishing.leaks.secrets import Secret, devices_of, secrets_of_source
from tamizdat.publishing.model import Site, SiteContent
from tamizdat.publishing.site import pages
from tamizdat.publishing.site.address import files_of_address
from tamizdat.statements import captured
from tamizdat.statements.derived import Post
from tamizdat.verifying import Seen
from tamizdat.verifying.edition import FILES, ITEMS
from tamizdat.verifying.item_file import FILE, FUNCTION
from tamizdat.verifying.untrusted_folder import Folder

AT_A_TIME: Final = 8_192  #: units that are made together
CHECKED: Final = 2_048  #: posts that are checked together
FEW: Final = 10  #: if one file in so many stays, a site is renewed in place


@dataclass
class Build:
    """Everything between the values and the folder. *site* is that of the last edition until :meth:`renew`."""

    archive: Archive
    roster: Roster
    site: Site
    shown: SiteContent
    statements: Mapping[int, Derived]
    writer: SiteWriter
    present: set[str]  #: files of the folder that is to be renewed
    made: MadeUnits
    kept: MadeUnits
    lists: dict[str, bytes] = field(default_factory=dict)
    files: MutableMapping[str, bytes] = field(default_factory=dict)  #: the lists of files, by path
    pieces: Sequence[tuple[int, bytes]] = ()  #: of the list of items, if it was put in the statement of the edition
    others: tuple[str, ...] = ()  #: files that belong to no unit
    folders: Iterable[str] | None = None  #: those in which anything was put, if the others are as they were known
    judged: str = ""  #: by what it was decided what may be shown

    def plan_and_render(self, advance: Callable[[int], None] = lambda size: None) -> None:
        """Find what can be kept, and makes everything else that does not name the edition.

        *advance* is told 0 between some things that are made; what it raises ends that.
        """
        waiting = list[BuildUnit]()
        for unit in self._units():
            advance(0)
            files = self._reusable(unit)
            if files is not None:
                self.kept.add(unit.name, unit.fingerprint, files)
                continue
            waiting.append(unit)
            if len(waiting) == AT_A_TIME:
                self._render(waiting, advance)
                waiting.clear()
        self._render(waiting, advance)
        self._make_lists()

    def _render(self, units: list[BuildUnit], advance: Callable[[int], None]) -> None:
        self._search_media(units)
        self._add(self.writer.make_all(units, advance), units)

    def _add(self, made: UnitFiles, units: Iterable[BuildUnit]) -> None:
        self.made.add_all(made, {unit.name: unit.fingerprint for unit in units})

    def _units(self) -> Iterable[BuildUnit]:
        return build_units(self.site, self.shown, self.statements)

    def _reusable(self, unit: BuildUnit) -> list[WrittenFile] | None:
        return self.writer.reusable_files(unit)

    def renew(self, number: int, day: str) -> None:
        """Make the lists again that name the edition, for a new one."""
        self.site = replace(self.site, edition=number, date=day)
        others = dict(pages.lists_of_edition(self.site, self.shown))
        known = self.lists.keys() >= others.keys()
        self.lists |= others
        if known:
            self._relist({path: sha256_hex(data) for path, data in others.items()})
        else:
            self._list_files()

    def _relist(self, digests: Mapping[str, str]) -> None:
        """Write the lists of files again for others of some files that stand on them."""
        relist(self.files, digests)

    def files_beside(self) -> set[str]:
        """Return the files of the folder that belong to no unit."""
        proofs = self.writer.cache.paths_of(map(_name_of_proof, self._proved))
        return self.present.difference(self._paths_of_units(), proofs)

    def left(self) -> set[str]:
        """Return the units of the last edition that are in this one no more."""
        if self.writer.cache.is_empty:  # of a first edition nothing needs to be read again
            return set()
        stay = {*self.kept, *self.made, *map(_name_of_proof, self._proved)}
        return {name for name in self.writer.cache.units() if name not in stay}

    @property
    def digests(self) -> dict[int, str]:
        """Number of each item → SHA-256 of its statement."""
        return {number: each.digest for number, each in self.statements.items()}

    @cached_property
    def items(self) -> bytes:
        """``items.txt``."""
        return items_list(self.digests)

    @property
    def listed(self) -> bytes:
        """``files.txt``."""
        return self.files[FILES]

    def count_files(self) -> int:
        """Return how many files the lists name."""
        return sum(data.count(b"\n") for data in self.files.values())

    def is_current(self, envelope: bytes, heads: Callable[[], Sequence[SignedHead]]) -> bool:
        """Whether the folder already is this edition, whole and unaltered; *heads* gives those of all editions."""
        old = self.writer.old
        if self.made:
            return site_folder.stands(old, self.files, envelope) and self._adopt_proofs(heads())
        proofs = [self._reusable(unit) for unit in self._proof_units(None, self._proved)]
        same = chain(self.lists.items(), self.files.items(), [("edition/edition.json", envelope)])
        return None not in proofs and all(site_folder.holds(old, path, data) for path, data in same)

    def _adopt_proofs(self, heads: Sequence[SignedHead]) -> bool:
        """Take for made the proofs that lie in the folder as they should; False if one does not.

        Where nothing is known of a proof, it is what it would have been in an edition with one of these *heads*.
        """
        cache, old = self.writer.cache, self.writer.old
        for unit in self._proof_units(None, self._proved):
            if self._reusable(unit) is not None:
                continue
            files = cache.files_of(unit.name) if cache.fingerprint(unit.name) == unit.fingerprint else []
            if not files or not all(map(self.writer.holds, files)):
                derived = self.statements[int(unit.name.split()[1])]
                later = (head for head in heads if head.size > derived.index)
                made = ((path, data) for head in later for path, data in self._proof(derived, head).items())
                found = next(((path, data) for path, data in made if site_folder.holds(old, path, data)), None)
                if found is None:
                    return False
                files = [WrittenFile(found[0], len(found[1]), 0, sha256_hex(found[1]))]
            self.made.add(unit.name, unit.fingerprint, files)
        return True

    def adopt_existing(self) -> MadeUnits:
        """Return what was made, but stands in the folder already, as it lies there."""
        return self.writer.found(self.made)

    def search(self) -> None:
        """Raise :class:`Leak` if anything private stands in the lists; units were searched when they were made."""
        for path, data in self.lists.items():
            check_page(self.writer.secrets, path, data)

    def finish(
        self,
        head: SignedHead,
        envelope: bytes,
        index: int,
        editions: list[int],
        before: Seen | None,
        out: Path,
        time: int,
    ) -> None:
        """Complete the folder, verify it and put it in the place of *out*, or renew *out* where little changed.

        *envelope* is the edition's, at *index* of the ledger, which continues the one *before*; *time* what its files
        have as their time of modification (:func:`.site_folder.time_of_edition`). Raises :class:`CheckFailed` if our
        own verifier does not accept it.
        """
        waiting = self._keep_proofs(head)
        whole = not self._can_be_renewed(out, envelope)
        if whole:
            self._take_over()
        self._prove(head, waiting)
        beside = head.beside({each.index for each in self.statements.values()}, editions)
        ledger = head.ledger(editions) if whole else head.ledger(editions, partial(site_folder.has, out))
        others = chain(self.lists.items(), self.files_of_edition(head, envelope, index), ledger, beside)
        written, paths = list[str](), dict[str, None]()
        for path, data in others:
            if path not in paths and data is not None and (whole or not site_folder.holds(out, path, data)):
                self.writer.write(path, data)
                written.append(path)
            paths[path] = None
        self.others = tuple(paths)
        new, removed = self.writer.new, set[str]() if whole else self._removed(paths)
        del self.items  # the check of a large edition needs the room
        self.present.clear()
        # listed once, and not for each portion: of 129,000 posts that is 63 times half a million names
        staged = frozenset[str]() if whole else frozenset(site_folder.names(str(new)))
        as_new = partial(Folder, new) if whole else partial(RenewedFolder, out, new, removed, staged)
        check_edition(as_new, self.roster.root.fingerprint, self._portions(), before)
        Checkpoints(self.archive.folder).adopt()
        made = (file.path for file in self.made.files())
        self.writer.stamp(chain(written, made) if whole else staged, time)
        if whole:
            self.writer.stamp_folders(time)
            site_folder.swap(new, out)
            self.folders = None
        else:
            promised = renewal.renewal_of(new, removed, self._changed(), time, self.judged)
            renewal.commit(new, out, promised)
            renewal.finish(out, promised)
            self.folders = promised.folders if self.folders is not None else None
        self.made = self.writer.found(self.made)

    def _can_be_renewed(self, out: Path, envelope: bytes) -> bool:
        """Whether *out* is the edition before, or this one, and some of its files stay, on the staged ones' disk."""
        made, kept = (sum(1 for _ in each.files()) for each in (self.made, self.kept))
        return kept * FEW > made and not self.writer.of_a_clock and renewal.is_possible(out, envelope)

    def _removed(self, others: Mapping[str, None]) -> set[str]:
        """Return the files of the folder that are in this edition no more."""
        return self.present.difference(self._paths_of_units(), others)

    def _changed(self) -> set[int]:
        """Return the items of which anything was made anew."""
        kinds = ("item", "media", "proof")
        named = (name.split() for name in self.made if name.startswith(kinds))
        return {int(number) for _, number in named} & self.statements.keys()

    def _portions(self) -> list[list[int]]:
        """Return the items that are to be checked, in portions: what our verifier holds of an item is 5 kilobytes.

        Only items that are no posts are held against each other; these are in the first.
        """
        posts = {each.number for each in self.shown.posts}
        every = sorted(self._changed(), key=lambda number: (number in posts, number))
        others = sum(number not in posts for number in every)
        ends = range(others + CHECKED, len(every) + CHECKED, CHECKED)
        return [every[end - CHECKED if end > others + CHECKED else 0 : end] for end in ends] or [every]

    def _take_over(self) -> None:
        copied = self.writer.link_all([*self.kept.files()])
        for name, files in self.kept.items():
            if copied or any(file.path in self.writer.of_a_clock for file in files):
                fingerprint = self.writer.cache.fingerprint(name) or ""
                self.made.add(name, fingerprint, (copied.get(file, file) for file in files))

    def _prove(self, head: SignedHead, waiting: Sequence[int]) -> None:
        """Proofs: those of the last edition where they stand, for their checkpoint still holds; else to *head*."""
        units = self._proof_units(head, waiting)
        while some := [*islice(units, AT_A_TIME)]:
            self._add(self.writer.make_all(some), some)

    def _keep_proofs(self, head: SignedHead) -> list[int]:
        """Keep the proofs that stand; returns the items that wait for one."""
        waiting = list[int]()
        for number, unit in zip(self._proved, self._proof_units(head, self._proved), strict=True):
            files = self._reusable(unit)
            if files is None:
                waiting.append(number)
            else:
                self.kept.add(unit.name, unit.fingerprint, files)
        return waiting

    @property
    def _proved(self) -> Mapping[int, Derived]:
        """Statements of which it is to be asked whether their proof stands."""
        return self.statements

    def _proof_units(self, head: SignedHead | None, numbers: Iterable[int]) -> Iterator[BuildUnit]:
        log = self.roster.policy.log.encode()
        for number in numbers:
            derived = self.statements[number]
            make = partial(self._proof, derived, head) if head else dict
            # a proof serves as long as the statement is the same and the log's key
            fingerprint = sha256_hex(f"{FUNCTION} {derived.index} {derived.digest} {log}".encode())
            yield BuildUnit(_name_of_proof(number), fingerprint, make, searched=False)

    def _proof(self, derived: Derived, head: SignedHead) -> dict[str, bytes]:
        shown = self.archive.disclosure(derived.index)
        script = item_script(shown.envelope, head.proof(shown), *openings(self.archive, derived.item))
        return {f"items/{derived.number}/{FILE}": script}

    def _make_lists(self) -> None:
        rosters = {"roster.json": self.roster.envelope, **earlier_rosters(self.archive, self.roster)}
        self.lists = {**rosters, **dict(pages.lists(self.site, self.shown))}
        if self.site.addresses:
            changes = self.shown.changes
            changed = {each.number: changes.day(each.edition) for each in changes.made}  # in their order: the last one
            self.lists |= files_of_address(self.site, chain(self._paths_of_units(), [*self.lists]), changed)
        self._list_files()

    def _list_files(self) -> None:
        lists = ((path, sha256_hex(data)) for path, data in self.lists.items())
        digests = chain(((file.path, file.sha256) for file in self._files()), lists)
        self.files = files_lists(digests, self.archive.staging)

    def _files(self) -> Iterator[WrittenFile]:
        """Yield the files of units, kept and made."""
        return chain(self.kept.files(), self.made.files())

    def _paths_of_units(self) -> Iterable[str]:
        return (file.path for file in self._files())

    def _units_listed(self) -> dict[str, str]:
        return {file.path: file.sha256 for file in self._files()}

    def _search_media(self, waiting: list[BuildUnit]) -> None:
        """Search published files, which were made from pixels, for what belongs to their own source."""
        devices: dict[str, str] | None = None
        for unit in waiting:
            if unit.copies:
                devices = devices_of(self.archive) if devices is None else devices
                own = self._secrets_of(int(unit.name.split()[1]), devices)
                for path, digest in unit.copies:
                    with self.archive.objects.whole(digest) as medium:
                        check_medium(own, path, medium)
                        if path.endswith(".txt"):  # words: they are held against everything private, as pages are
                            text = medium.read_bytes().decode("utf-8", "replace")
                            check_page(self.writer.secrets, path, evened(text, text).encode())

    def _secrets_of(self, number: int, devices: dict[str, str]) -> list[Secret]:
        item = self.archive.index.item(number)
        if item:
            return secrets_of_source(item, devices)
        post = self.statements[number].item
        sources = [each.source.index for each in post.pictures] if isinstance(post, Post) else []
        found = []
        for index in sources:
            file = captured.read(self.archive.statement(index))
            found.append(Secret("the digest of a file of an export", file.original))
            found.append(Secret("the path of a file of an export", file.path))
        return found

    def files_of_edition(self, head: SignedHead, envelope: bytes, index: int) -> Iterator[tuple[str, bytes]]:
        """Yield what the edition is checked by: its *envelope*, which stands at *index*, its lists, its proof."""
        proof = head.proof(self.archive.disclosure(index))
        tiles, scripts = items_scripts(self.items, self.pieces or items_pieces(self.items))
        yield from self.files.items()
        yield ITEMS, self.items
        yield "edition/edition.json", envelope
        yield "edition/edition.tlog-proof", proof
        yield "edition/edition.js", edition_script(self.roster.envelope, envelope, proof, tiles)
        yield from scripts


def _name_of_proof(number: int) -> str:
    return f"proof {number}"
