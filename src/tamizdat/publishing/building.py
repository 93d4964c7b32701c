"""One edition's bytes, while they are built: pages and lists, the search for leaks, the folder.

A :class:`Build` holds what the edition shows; everything else follows from it. Media stay in the archive until the
folder is written, so that a site of many gigabytes is built in little memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.roster import Roster
from tamizdat.publishing import folder
from tamizdat.publishing.leaks import all_secrets, check_medium, check_page, devices_of, secrets_of_source
from tamizdat.publishing.media import Derived
from tamizdat.publishing.pages import own_words, render
from tamizdat.publishing.proofs import Head, edition_script, files_list, items_list, items_tree, proof_script
from tamizdat.publishing.showing import Item, Site, Withdrawn


@dataclass(frozen=True)
class Build:
    """What an edition shows: by number, the items and their public statements; and what was withdrawn."""

    archive: Archive
    roster: Roster
    site: Site
    items: dict[int, Item]
    shown: dict[int, Derived]
    withdrawn: list[Withdrawn]

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Path → bytes of everything but media and what is made after the list of files."""
        statements = {f"items/{number}/statement.json": each.envelope for number, each in self.shown.items()}
        pages = render(self.site, list(self.items.values()), self.withdrawn)
        return {**pages, **statements, "roster.json": self.roster.envelope}

    @property
    def media(self) -> Iterator[tuple[str, str]]:
        """Path and digest of every published medium."""
        for number, item in self.items.items():
            for medium in item.media:
                yield f"items/{number}/{medium.name}", medium.sha256

    @property
    def digests(self) -> dict[int, str]:
        """Number of each item → SHA-256 of its statement."""
        return {number: sha256_hex(each.envelope) for number, each in self.shown.items()}

    @cached_property
    def listed(self) -> bytes:
        """``files.txt``."""
        return files_list({path: sha256_hex(data) for path, data in self.files.items()} | dict(self.media))

    @cached_property
    def items_listed(self) -> bytes:
        """``items.txt``."""
        return items_list(self.digests)

    def search(self) -> None:
        """Raises :class:`Leak` if anything private stands in what was built."""
        told = "\n".join(text for each in self.items.values() for text in (each.title, each.caption, each.alt))
        secrets = all_secrets(self.archive, self.items, own_words(), told.encode())
        for path, data in self.files.items():
            check_page(secrets, path, data)
        devices = devices_of(self.archive)
        for number, item in self.items.items():
            source = self.archive.index.item(number)
            own = secrets_of_source(source, devices) if source else []
            for medium in item.media:
                check_medium(own, f"items/{number}/{medium.name}", self.archive.objects.path(medium.sha256))

    def put_out(self, head: Head, envelope: bytes, index: int, editions: list[int], out: Path) -> None:
        """Writes the folder and exchanges it for *out*; *envelope* is the edition's, at *index* of the ledger."""
        with folder.fresh(out) as new:
            for path, data in self.files.items():
                folder.write(new, path, data)
            for path, digest in self.media:
                folder.copy(new, path, self.archive.objects, digest)
            for path, data in (*self._proofs(head), *self._edition(head, envelope, index), *head.ledger(editions)):
                folder.write(new, path, data)
            folder.exchange(new, out)

    def _proofs(self, head: Head) -> Iterator[tuple[str, bytes]]:
        tree = items_tree(self.items_listed)
        for place, (number, derived) in enumerate(self.shown.items()):
            proof = head.proof(derived.index)
            yield f"items/{number}/statement.tlog-proof", proof
            yield f"items/{number}/proof.js", proof_script(derived.envelope, proof, place, tree)

    def _edition(self, head: Head, envelope: bytes, index: int) -> Iterator[tuple[str, bytes]]:
        proof = head.proof(index)
        yield folder.LIST, self.listed
        yield "edition/items.txt", self.items_listed
        yield "edition/edition.json", envelope
        yield "edition/edition.tlog-proof", proof
        yield "edition/edition.js", edition_script(self.roster.envelope, envelope, proof)
