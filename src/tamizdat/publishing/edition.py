"""An edition: everything that is published, numbered, signed, chained to the one before, and put out in one step.

The order of making, which is also the order of trust (``docs/spec/publication.md``)::

    1  media and ``derived`` statements of what is new or was changed        → ledger
    2  pages, then edition/items.txt and edition/files.txt, which name every item and file
    3  the search for leaks, in every byte that was built                    → nothing is written if one is found
    4  the ``published`` statement about files.txt                           → ledger
    5  the ledger padded, its checkpoint signed, a proof for each statement
    6  the new folder exchanged for the old

Killed after any step, the next run continues: what was made is found by its statement. A run that would give the same
files makes no edition; it only puts the last one back in its place if that was damaged or is gone.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.lock import locked
from tamizdat.encoding import Json, sha256_hex, spoken
from tamizdat.errors import BadArchive, BadMedia, BadNote, KeyMissing, UsageError
from tamizdat.footage.probe import recognise
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import open_checkpoint
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Statement, Subject, peek_envelope, sign_statement
from tamizdat.publishing import folder
from tamizdat.publishing.catalogue import Words, released, words
from tamizdat.publishing.leaks import all_secrets, check_medium, check_page, devices_of, secrets_of_source
from tamizdat.publishing.media import Derived, Workshop
from tamizdat.publishing.pages import Item, Site, Withdrawn, own_words, render
from tamizdat.publishing.proofs import Head, edition_script, files_list, items_list, items_tree, proof_script
from tamizdat.publishing.withdrawing import withdrawals
from tamizdat.verifying.claims import parse_files

ACT: Final = "published"
_STATEMENT: Final = re.compile(r"items/(\d+)/statement\.json")


@dataclass(frozen=True)
class Edition:
    """What a run did, or would do. Numbers are those of items; ``skipped`` says why an item was left out."""

    number: int
    date: str
    new: bool  #: whether there is a new edition; if not, the last one stands
    written: bool  #: whether the folder was (or would be) put in place
    added: tuple[int, ...]
    changed: tuple[int, ...]
    removed: tuple[int, ...]
    skipped: tuple[tuple[int, str], ...]
    items: int
    files: int
    encoded: int  #: items whose media were made in this run


@dataclass(frozen=True)
class Previous:
    """The last edition: its number, day, envelope, and which statement each of its items had."""

    number: int = 0
    date: str = ""
    envelope: bytes = b""
    listed: bytes = b""
    index: int = -1

    @property
    def statements(self) -> dict[int, str]:
        """Number of each item → SHA-256 of its ``statement.json``."""
        found = ((_STATEMENT.fullmatch(path), digest) for path, digest in parse_files(self.listed).items())
        return {int(match[1]): digest for match, digest in found if match}


def publish(
    archive: Archive,
    desk: SigningKey,
    log: SigningKey,
    roster: bytes,
    out: Path,
    today: date,
    *,
    name: str = "Tamizdat",
    dry_run: bool = False,
) -> Edition:
    """Makes the site of all released items in *out*, as a new edition if anything differs from the last.

    *desk* signs statements and *log* checkpoints; *roster* (an envelope) must list both. Raises :class:`Leak`,
    :class:`UsageError` (wrong keys, a folder that is not ours), :class:`BadArchive`; then *out* is as it was.
    """
    press = _Press(archive, desk, log, Roster.open(roster), out.resolve(), today.isoformat(), name)
    press.check()
    if dry_run:
        return press.foresee()
    with locked(archive.folder / "publishing.lock"):
        return press.run()


@dataclass
class _Press:
    archive: Archive
    desk: SigningKey
    log: SigningKey
    roster: Roster
    out: Path
    today: str
    name: str
    skipped: dict[int, str] = field(default_factory=dict)

    # -- may we? ---------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raises if these keys, this ledger and this folder do not belong together."""
        if self.roster.policy.log.name != self.archive.origin or self.roster.policy.log.public != self.log.public:
            raise KeyMissing("Expected the key of this ledger, as the roster lists it; found another.")
        if not self.roster.desk_key_valid(self.desk.public, self.archive.size):
            raise KeyMissing("Expected a key of the desk that the roster lists for the ledger's present end.")
        folder.check_replaceable(self.out, self.archive.folder.resolve())
        self._check_not_forked()

    def _check_not_forked(self) -> None:
        """What was published must be the beginning of what we have: an archive restored from an old copy is not."""
        published = self.out / "ledger/checkpoint"
        if not published.is_file():
            return
        try:
            seen = open_checkpoint(published.read_bytes(), self.roster.policy.log)
        except BadNote:
            roster = self.out / "roster.json"
            if roster.is_file() and roster.read_bytes() != self.roster.envelope:
                raise UsageError("Expected the folder of this desk's site, found another desk's.") from None
            return  # ours, but damaged: it is about to be made anew
        if seen.size > self.archive.size or self.archive.tree().root(seen.size) != seen.root:
            raise BadArchive(
                f"Expected the archive that made this site: its checkpoint tells of {seen.size:,} entries that are not "
                "in this archive's ledger. Is the archive an older copy? Publishing would show readers a forked ledger."
            )

    # -- what there is ---------------------------------------------------------------------------------------

    def previous(self) -> Previous:
        """The last edition, from the archive alone."""
        published = self.archive.index.by_act(ACT)
        if not published:
            return Previous()
        envelope = self.archive.disclosure(published[-1]).envelope
        said: Any = peek_envelope(envelope).predicate
        with self.archive.objects.open(said["files"]["sha256"]) as file:
            listed = file.read()
        return Previous(said["edition"], said["date"], envelope, listed, published[-1])

    def foresee(self) -> Edition:
        """What :meth:`run` would do, as far as that is known without encoding anything."""
        workshop, previous, said = self._workshop(), self.previous(), words(self.archive)
        digests: dict[int, str] = {}
        for item in released(self.archive):
            current = workshop.current(item, said.get(item.number, Words()).language)
            with self._skipping(item.number):
                if current is None and not workshop.earlier.get(item.number):
                    recognise(self.archive.objects.path(item.original))
                digests[item.number] = sha256_hex(current.envelope) if current else ""
        differs = digests != previous.statements
        number, day = (previous.number + 1, self.today) if differs else (previous.number, previous.date)
        return self._edition(number, day, previous, digests, new=differs, written=differs, files=0, encoded=0)

    # -- doing it --------------------------------------------------------------------------------------------

    def run(self) -> Edition:
        """Makes the edition."""
        previous, workshop = self.previous(), self._workshop()
        shown = self._derive(workshop, previous)
        items = {number: workshop.show(derived) for number, derived in shown.items()}
        withdrawn = withdrawals(
            self.archive, self.desk, self.today, previous.statements, set(shown), words(self.archive)
        )
        statements = {f"items/{number}/statement.json": derived.envelope for number, derived in shown.items()}
        digests = {number: sha256_hex(derived.envelope) for number, derived in shown.items()}
        site = self._site(previous.number, previous.date)
        built = self._built(site, items, withdrawn, statements)
        listed = self._listed(built, items)
        envelope, index, new = previous.envelope, previous.index, listed != previous.listed
        if new:
            site = self._site(previous.number + 1, self.today)
            built = self._built(site, items, withdrawn, statements)
            listed = self._listed(built, items)
        done = self._edition(
            site.edition,
            site.date,
            previous,
            digests,
            new=new,
            written=True,
            files=listed.count(b"\n"),
            encoded=workshop.made,
        )
        if not new and folder.stands(self.out, listed, envelope):
            return replace(done, written=False)
        self._search(built, items)
        if new:
            envelope, index = self._publish(site, previous, digests, listed)
        self._put_out(built, items, shown, digests, listed, envelope, index)
        return done

    def _workshop(self) -> Workshop:
        return Workshop(self.archive, self.desk, self.roster, self.today)

    def _derive(self, workshop: Workshop, previous: Previous) -> dict[int, Derived]:
        """The public statement of every released item; what is missing is made. A bad item is skipped, not the rest."""
        said, found, drafts = words(self.archive), dict[int, Derived](), list[Statement]()
        public = released(self.archive)
        for item in public:
            language = said.get(item.number, Words()).language
            current = workshop.current(item, language)
            if current:
                found[item.number] = current
                continue
            with self._skipping(item.number):
                drafts.append(workshop.draft(item, language))
        for number in self.skipped.keys() & previous.statements.keys():  # it was published, so it does not vanish
            found[number] = workshop.earlier[number][-1]
        self._search_drafts(drafts, [item.number for item in public])
        for derived in workshop.sign(drafts):
            found[derived.said["item"]] = derived
        return dict(sorted(found.items()))

    @contextlib.contextmanager
    def _skipping(self, number: int) -> Iterator[None]:
        try:
            yield
        except BadMedia as error:
            self.skipped[number] = str(error)

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
        )

    def _built(
        self, site: Site, items: dict[int, Item], withdrawn: list[Withdrawn], statements: dict[str, bytes]
    ) -> dict[str, bytes]:
        """Everything but media and what is made after the list of files."""
        return {**render(site, list(items.values()), withdrawn), **statements, "roster.json": self.roster.envelope}

    def _listed(self, built: dict[str, bytes], items: dict[int, Item]) -> bytes:
        media = {path: digest for path, digest in _media(items)}
        return files_list({path: sha256_hex(data) for path, data in built.items()} | media)

    def _search_drafts(self, drafts: list[Statement], shown: list[int]) -> None:
        secrets = all_secrets(self.archive, shown, own_words(), b"\n".join(draft.payload() for draft in drafts))
        for draft in drafts:
            check_page(secrets, f"item {draft.predicate['item']}", draft.payload())

    def _search(self, built: dict[str, bytes], items: dict[int, Item]) -> None:
        """Raises :class:`Leak` if anything private stands in what was built."""
        told = "\n".join(text for item in items.values() for text in (item.title, item.caption, item.alt)).encode()
        secrets = all_secrets(self.archive, items, own_words(), told)
        for path, data in built.items():
            check_page(secrets, path, data)
        devices = devices_of(self.archive)
        for number, shown in items.items():
            source = self.archive.index.item(number)
            for medium in shown.media if source else ():
                assert source is not None
                path = self.archive.objects.path(medium.sha256)
                check_medium(secrets_of_source(source, devices), f"items/{number}/{medium.name}", path)

    def _publish(self, site: Site, previous: Previous, digests: dict[int, str], listed: bytes) -> tuple[bytes, int]:
        """Signs the edition into the ledger: its envelope and its index there."""
        digest = self.archive.objects.add([listed])
        tree = items_tree(items_list(digests))
        predicate: dict[str, Json] = {
            "edition": site.edition,
            "previous": sha256_hex(previous.envelope) if previous.envelope else None,
            "date": site.date,
            "origin": site.origin,
            "items": {"count": tree.size, "root": tree.root().hex()},
            "files": {"count": listed.count(b"\n"), "sha256": digest},
        }
        statement = Statement(ACT, (Subject(folder.LIST, digest),), predicate)
        envelope = sign_statement(statement, [(self.desk.public, self.desk.sign)])
        return envelope, self.archive.append([envelope])[0]

    def _put_out(
        self, built: dict[str, bytes], items: dict[int, Item], shown: dict[int, Derived], digests: dict[int, str],
        listed: bytes, envelope: bytes, index: int,
    ) -> None:  # fmt: skip
        head, list_of_items = Head.sign(self.archive, self.log), items_list(digests)
        tree = items_tree(list_of_items)
        proof = head.proof(index)
        with folder.fresh(self.out) as new:
            for path, data in built.items():
                folder.write(new, path, data)
            for path, digest in _media(items):
                folder.copy(new, path, self.archive.objects, digest)
            for place, (number, derived) in enumerate(shown.items()):
                of_item = head.proof(derived.index)
                folder.write(new, f"items/{number}/statement.tlog-proof", of_item)
                folder.write(new, f"items/{number}/proof.js", proof_script(derived.envelope, of_item, place, tree))
            folder.write(new, folder.LIST, listed)
            folder.write(new, "edition/items.txt", list_of_items)
            folder.write(new, "edition/edition.json", envelope)
            folder.write(new, "edition/edition.tlog-proof", proof)
            folder.write(new, "edition/edition.js", edition_script(self.roster.envelope, envelope, proof))
            for path, data in head.ledger(self.archive.index.by_act(ACT)):
                folder.write(new, path, data)
            folder.exchange(new, self.out)

    def _edition(
        self, number: int, day: str, previous: Previous, digests: dict[int, str], *, new: bool, written: bool, files: int,
        encoded: int,
    ) -> Edition:  # fmt: skip
        before = previous.statements
        return Edition(
            number=number,
            date=day,
            new=new,
            written=written,
            added=tuple(sorted(digests.keys() - before.keys())),
            changed=tuple(sorted(each for each in digests.keys() & before.keys() if digests[each] != before[each])),
            removed=tuple(sorted(before.keys() - digests.keys())),
            skipped=tuple(sorted(self.skipped.items())),
            items=len(digests),
            files=files,
            encoded=encoded,
        )


def _media(items: dict[int, Item]) -> Iterator[tuple[str, str]]:
    """Path and digest of every published medium."""
    for number, item in items.items():
        for medium in item.media:
            yield f"items/{number}/{medium.name}", medium.sha256
