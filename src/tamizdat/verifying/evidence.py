"""What was read so far of one site or item, and whether a statement counts by it.

All that is judged stands on a few things: the roster, a checkpoint, the edition, its lists, the ledger's entries. They
are read once, each by a link of its own (:mod:`.site_links`); what could not be read is None here, so that it
breaks its own link only, and what needs it is *unknown*.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadProof, BadStatement
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import verify_disclosure
from tamizdat.ledger.cosignature import Policy, Witness
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.published_log import Log
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Envelope
from tamizdat.statements.published import Edition
from tamizdat.statements.reference import Reference
from tamizdat.verifying.edition import FILES, OF_ITEM, Items, parse_files
from tamizdat.verifying.file_lists import FileLists
from tamizdat.verifying.first_format import STATEMENT
from tamizdat.verifying.first_format import read as read_first
from tamizdat.verifying.item_file import ItemFile
from tamizdat.verifying.item_file import read as read_file
from tamizdat.verifying.report import Report, Seen, Unjudged
from tamizdat.verifying.untrusted_folder import LARGE, Folder

T = TypeVar("T")
DESK: Final = "desk"  #: the role of keys that sign statements


class Evidence:
    """The folder, the report, what the reader brought, and what was read. *given* is the root's fingerprint or None."""

    def __init__(self, folder: Folder, given: bytes | None, memory: Mapping[str, Seen], whole: bool) -> None:
        self.folder, self.given, self.memory, self.report = folder, given, memory, Report()
        self.whole = whole  #: whether the whole site is checked, so that the ledger's entries should be known
        self.above = whole  #: whether an edition lies above what is checked
        self.only: frozenset[int] | None = None  #: of a whole site, the items to look at; None: all of them
        self.of_items = False  #: whether all else of a whole site is judged already
        self.demanded: Sequence[Witness] = ()  #: who the reader wants to have signed, whatever the roster says
        self.roster: Roster | None = None
        self.former_root: bytes | None = None  #: one that the reader knows, and that handed over to the roster's
        self.note = b""  #: the signed checkpoint
        self.checkpoint: Checkpoint | None = None
        self.edition: Edition | None = None
        self.items: Items | None = None
        self.entries: Log | None = None
        self.made: dict[str, bool] = {}  #: of items: path of what is made after the list → whether it follows
        self.sources: dict[bytes | str, int] = {}  #: what items were made from, and posts' ids → the item
        self._earlier: dict[bytes, Checkpoint] = {}  #: notes of earlier editions that hold

    @property
    def seen(self) -> Seen | None:
        """What is remembered of this root, or of the one before it that the reader knows."""
        known = (each.hex() for each in (self.report.root, self.former_root) if each)
        return next((self.memory[root] for root in known if root in self.memory), None)

    def known_roster(self) -> Roster:
        """Return the roster, or raise :class:`Unjudged`."""
        return needed(self.roster, "the roster")

    def known_checkpoint(self) -> Checkpoint:
        """Return the checkpoint, or raise :class:`Unjudged`."""
        return needed(self.checkpoint, "the checkpoint")

    def known_edition(self) -> Edition:
        """Return the edition, or raise :class:`Unjudged`."""
        return needed(self.edition, "the edition")

    def concerns(self, path: str) -> bool:
        """Return whether a file is to be looked at: all but those of other items than :attr:`only`."""
        match = None if self.only is None else OF_ITEM.match(path)
        return not self.of_items if match is None else int(match[1]) in (self.only or ())

    def list_of_files(self) -> FileLists:
        """Read ``files.txt``. :class:`BadStatement` if the edition was read and names another."""
        data = self.folder.read(FILES, LARGE)
        listed = parse_files(data)
        if self.edition is not None:
            named, found = self.edition.files, sha256_hex(data)
            if found != named.sha256:
                raise BadStatement(
                    f"Expected the list of files with the SHA-256 {named.sha256}, as the edition says, found {found}."
                )
            if len(listed) != named.count:
                raise BadStatement(
                    f"Expected a list of {named.count} files, as the edition says, found {len(listed)} in it."
                )
        return FileLists(self.folder, listed, split=not self.is_first_format())

    def is_first_format(self, inside: str = "") -> bool:
        """Return whether the site is of the first format: as the edition says, else as the item in *inside* lies."""
        if self.edition is not None:
            return self.edition.format is None
        return bool(inside) and self.folder.has(inside + STATEMENT)

    def item_file(self, inside: str) -> ItemFile:
        """Read what lies beside the pages of the item in the folder *inside*.

        Raises :class:`BadStatement`, :class:`BadProof` and :class:`~tamizdat.errors.CheckFailed`.
        """
        return (read_first if self.is_first_format(inside) else read_file)(self.folder, inside)

    def disclosed(self, data: bytes, envelope: Envelope, proof: TlogProof) -> None:
        """Verify that *data*, which was read as *envelope*, is in the ledger by *proof*, and signed for that place.

        Raises :class:`BadStatement`, :class:`BadProof` and :class:`~tamizdat.errors.BadNote`.
        """
        checkpoint = self._checkpoint_of(proof.checkpoint)
        self.signed(envelope, proof.index)
        verify_disclosure(data, proof, checkpoint)

    def signed(self, envelope: Envelope, index: int) -> None:
        """Raise :class:`BadStatement` unless a desk key that counts at *index* signed the envelope."""
        desk, _ = [each for each in self.known_roster().keys if each.role == DESK], self.known_checkpoint()
        signed_by = envelope.signed_by({each.key for each in desk})
        if not any(each.key in signed_by and each.counts_at(index) for each in desk):
            found = ", ".join(sorted(key.hex() for key in signed_by))
            raise BadStatement(
                f"Expected the signature of a desk key that counts at entry {index}, found that of {found}, which does"
                " not count there."
            )

    def named_rightly(self, named: Iterable[Reference]) -> None:
        """Raise :class:`BadProof` if the ledger was read and a commitment is not its entry."""
        if self.entries is None:
            return
        for each in named:
            if (entry := self.entries.entry(each.index)) != each.commitment:
                found = entry.hex() if entry else "no such entry"
                raise BadProof(f"Expected the commitment {each.commitment.hex()} as entry {each.index}, found {found}.")

    def _checkpoint_of(self, note: bytes) -> Checkpoint:
        """Return the checkpoint in a proof.

        The edition's, or that of an earlier one, with which its ledger must begin.
        """
        head = self.known_checkpoint()
        if note == self.note:
            return head
        if note not in self._earlier:
            found, _ = Policy(self.known_roster().policy.log).open(note)
            if found.size > head.size:
                raise BadProof(
                    f"Expected a proof for this ledger of {head.size} entries or an earlier state of it, found one for"
                    f" {found.size} entries."
                )
            if found.size == head.size and found.root != head.root:
                raise BadProof(
                    f"Expected a proof for the ledger with the root {head.root.hex()}, found one for a ledger of the"
                    f" same size with the root {found.root.hex()}: it was forked. Tell others who read this site."
                )
            if self.whole and self.entries is None:
                raise Unjudged("The ledger's entries are needed to compare them with an earlier checkpoint.")
            if self.entries is not None and (first := self.entries.root(found.size)) != found.root:
                raise BadProof(
                    f"Expected a ledger whose first {found.size} entries have the root {found.root.hex()}, found"
                    f" {first.hex()}: it was forked. Tell others who read this site."
                )
            self._earlier[note] = found
        return self._earlier[note]


def needed(value: T | None, what: str) -> T:
    """Return *value*, or raise :class:`Unjudged` that names *what* is missing."""
    if value is None:
        raise Unjudged(f"It cannot be judged without {what}, which could not be read or does not hold.")
    return value
