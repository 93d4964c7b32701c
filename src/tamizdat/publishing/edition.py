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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from tamizdat.archive import Archive
from tamizdat.archive.lock import locked
from tamizdat.encoding import Json, sha256_hex, spoken
from tamizdat.errors import BadMedia
from tamizdat.keys import SigningKey
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Statement, Subject, peek_envelope, sign_statement
from tamizdat.publishing import folder, guard
from tamizdat.publishing.building import Build
from tamizdat.publishing.cataloguing import Words, released, words
from tamizdat.publishing.leaks import all_secrets, check_page
from tamizdat.publishing.media import Derived, Workshop
from tamizdat.publishing.pages import own_words
from tamizdat.publishing.proofs import Head, items_tree
from tamizdat.publishing.showing import Site
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
    files: int  #: in files.txt; 0 in a dry run
    encoded: int  #: items whose media were made in this run


@dataclass(frozen=True)
class Previous:
    """The last edition, as the archive knows it; number 0 if there was none."""

    number: int = 0
    date: str = ""
    envelope: bytes = b""
    listed: bytes = b""
    index: int = -1

    @classmethod
    def of(cls, archive: Archive) -> "Previous":
        """The last edition of *archive*."""
        published = archive.index.by_act(ACT)
        if not published:
            return cls()
        envelope = archive.disclosure(published[-1]).envelope
        said: Any = peek_envelope(envelope).predicate
        with archive.objects.open(said["files"]["sha256"]) as file:
            return cls(said["edition"], said["date"], envelope, file.read(), published[-1])

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
    progress: Callable[[int], None] = lambda size: None,
) -> Edition:
    """Makes the site of all released items in *out*, as a new edition if anything differs from the last.

    *desk* signs statements and *log* checkpoints; *roster* (an envelope) must list both. *progress* is told the bytes
    of each original whose media were made. Raises :class:`Leak`, :class:`UsageError` (wrong keys, a folder that is
    not ours), :class:`BadArchive`; then *out* is as it was.
    """
    press = _Press(archive, desk, log, Roster.open(roster), out.resolve(), today.isoformat(), name, progress)
    guard.check(archive, desk, log, press.roster, press.out)
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
    progress: Callable[[int], None]
    skipped: dict[int, str] = field(default_factory=dict)

    def foresee(self) -> Edition:
        """What :meth:`run` would do, as far as that is known without encoding anything."""
        workshop, previous, said = self._workshop(), Previous.of(self.archive), words(self.archive)
        digests: dict[int, str] = {}
        for item in released(self.archive):
            current = workshop.current(item, said.get(item.number, Words()).language)
            with self._skipping(item.number):
                if current is None and item.number not in workshop.earlier:
                    workshop.recognised(item)
                digests[item.number] = sha256_hex(current.envelope) if current else ""
        differs = digests != previous.statements or not previous.number
        number, day = (previous.number + 1, self.today) if differs else (previous.number, previous.date)
        return self._edition(previous, digests, number=number, date=day, new=differs, written=differs)

    def run(self) -> Edition:
        """Makes the edition."""
        previous, workshop = Previous.of(self.archive), self._workshop()
        shown = self._derive(workshop, previous)
        withdrawn = withdrawals(
            self.archive, self.desk, self.today, previous.statements, shown.keys(), words(self.archive)
        )
        items = {number: workshop.show(derived) for number, derived in shown.items()}
        site = self._site(previous.number, previous.date)
        build = Build(self.archive, self.roster, site, items, shown, withdrawn)
        new = not previous.number or build.listed != previous.listed
        if new:
            build = replace(build, site=self._site(previous.number + 1, self.today))
        done = self._edition(
            previous, build.digests, number=build.site.edition, date=build.site.date, new=new, written=True,
            files=build.listed.count(b"\n"), encoded=workshop.made,
        )  # fmt: skip
        if not new and folder.stands(self.out, build.listed, previous.envelope):
            return replace(done, written=False)
        build.search()
        envelope, index = self._publish(build, previous) if new else (previous.envelope, previous.index)
        head = Head.sign(self.archive, self.log)
        build.put_out(head, envelope, index, self.archive.index.by_act(ACT), self.out)
        return done

    def _workshop(self) -> Workshop:
        return Workshop(self.archive, self.desk, self.roster, self.today)

    def _derive(self, workshop: Workshop, previous: Previous) -> dict[int, Derived]:
        """The public statement of every released item; what is missing is made. A bad item is skipped, not the rest."""
        said, public = words(self.archive), released(self.archive)
        found: dict[int, Derived] = {}
        drafts: list[Statement] = []
        for item in public:
            language = said.get(item.number, Words()).language
            current = workshop.current(item, language)
            if current:
                found[item.number] = current
                continue
            with self._skipping(item.number):
                drafts.append(workshop.draft(item, language))
            self.progress(item.size)
        for number in self.skipped.keys() & previous.statements.keys():
            found[number] = workshop.earlier[number][-1]  # it was published, so it does not vanish
        self._search([item.number for item in public], drafts)
        for derived in workshop.sign(drafts):
            found[derived.said["item"]] = derived
        return dict(sorted(found.items()))

    @contextlib.contextmanager
    def _skipping(self, number: int) -> Iterator[None]:
        try:
            yield
        except BadMedia as error:
            self.skipped[number] = str(error)

    def _search(self, public: list[int], drafts: list[Statement]) -> None:
        """A leak in what is about to be signed is found before it is in the ledger."""
        payloads = {f"the statement of item {draft.predicate['item']}": draft.payload() for draft in drafts}
        secrets = all_secrets(self.archive, public, own_words(), b"\n".join(payloads.values()))
        for what, payload in payloads.items():
            check_page(secrets, what, payload)

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

    def _publish(self, build: Build, previous: Previous) -> tuple[bytes, int]:
        """Signs the edition into the ledger: its envelope, and its index there."""
        digest = self.archive.objects.add([build.listed])
        tree = items_tree(build.items_listed)
        predicate: dict[str, Json] = {
            "edition": build.site.edition,
            "previous": sha256_hex(previous.envelope) if previous.number else None,
            "date": build.site.date,
            "origin": build.site.origin,
            "items": {"count": tree.size, "root": tree.root().hex()},
            "files": {"count": build.listed.count(b"\n"), "sha256": digest},
        }
        statement = Statement(ACT, (Subject(folder.LIST, digest),), predicate)
        envelope = sign_statement(statement, [(self.desk.public, self.desk.sign)])
        return envelope, self.archive.append([envelope])[0]

    def _edition(self, previous: Previous, digests: dict[int, str], **facts: Any) -> Edition:
        before = previous.statements
        return Edition(
            added=tuple(sorted(digests.keys() - before.keys())),
            changed=tuple(sorted(each for each in digests.keys() & before.keys() if digests[each] != before[each])),
            removed=tuple(sorted(before.keys() - digests.keys())),
            skipped=tuple(sorted(self.skipped.items())),
            items=len(digests),
            **{"files": 0, "encoded": 0, **facts},
        )
