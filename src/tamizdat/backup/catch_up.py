"""The ledger of a restored desk, brought up to the published one before anything is signed.

A backup is older than what readers have seen: between the two, statements were appended and published as commitments.
An append now would put other entries in their places, and everyone who kept a checkpoint would see a forked ledger. So
the entries that are missing are taken over from the tiles of a published site, whose checkpoint the ledger's own key
has signed. What a commitment stands for is lost, unless the site opens it: editions and items have their envelope and
salt beside them, and are whole again. The others are *lost statements*: their leaves count, their words nobody has.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadBackup, BadNote, BadProof, BadRoster, BadStatement, CheckFailed, UsageError
from tamizdat.home.home import Home
from tamizdat.home.rotate import newest_roster
from tamizdat.home.withheld import RESTORED, withhold
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.commitment import commitment
from tamizdat.ledger.proof import MAX_PROOF, TlogProof
from tamizdat.ledger.published_log import read_log
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import MAX_ENVELOPE, peek_envelope
from tamizdat.statements import published
from tamizdat.verifying import first_format, item_file
from tamizdat.verifying.root_of_trust import handed_over
from tamizdat.verifying.untrusted_folder import Folder

WHAT: Final = "the copy of the site"
MAX_TILE: Final = 64 << 10  #: bytes
MAX_LIST: Final = 1 << 30  #: bytes of ``edition/files.txt``
EDITION: Final = "edition/edition"
PROOF: Final = ".tlog-proof"


@dataclass(frozen=True)
class CaughtUp:
    """What was compared: entries of the restored ledger and of the published one, and what became of the difference.

    *added* entries were taken over, of which *recovered* are statements that the site opens, and the others are lost.
    *edition* is the number of the one in the copy, *newest* that of the last one that the ledger then has.
    """

    ours: int
    published: int
    added: int = 0
    recovered: int = 0
    edition: int = 0
    newest: int = 0

    @property
    def lost(self) -> int:
        """How many entries are there as leaves only; some of them were padding."""
        return self.added - self.recovered


def catch_up(home: Home, archive: Archive, site: Path) -> CaughtUp:
    """Bring the ledger up to the one in *site*, and let the desk sign again unless its keys must be replaced first.

    Raises UsageError for a folder that is no site, BadBackup for another desk's, for a ledger that ours contradicts,
    and for a copy without its edition.
    """
    with home.alone("receiving"), home.changing():
        head = _checkpoint(home, archive, site)
        try:
            entries = [*read_log(head.size, head.root, lambda path: _read(site / "ledger" / path, MAX_TILE))]
        except BadProof as error:
            raise BadBackup(f"The ledger in this copy of the site is damaged. {error} Take another copy.") from error
        ours = archive.commitments()
        size, common = len(ours), min(len(ours), head.size)
        if any(ours[number] != entries[number] for number in range(common)):
            raise BadBackup(
                "Expected a published ledger that the restored one is the beginning of, found one that differs in its "
                f"first {common:,} entries. Do not sign anything with this desk: take another copy of the site, or an "
                "older backup; if all copies differ, somebody has signed another ledger with your key: 'keys rotate'."
            )
        edition, lists = _edition(site, entries)
        known = dict(_opened(site, entries, size)) if head.size > size else {}
        for each in lists:
            archive.objects.add([each])
        added = archive.take_over(entries[size:], known)
        _caught_up(home, archive)
        newest = published.read(archive.statement(archive.index.by_act(published.ACT)[-1])).number
    return CaughtUp(size, head.size, added, len(known), edition, newest)


def never_published(home: Home, archive: Archive) -> None:
    """Let a restored desk sign that has never published anything.

    Raises UsageError if its own ledger knows of an edition.
    """
    with home.changing():
        editions = archive.index.by_act(published.ACT)
        if editions:
            said = published.read(archive.statement(editions[-1]))
            raise UsageError(
                f"Expected a desk that never published, found edition {said.number} of {said.date} in its ledger. "
                "Give a copy of the newest site with --site FOLDER, from any mirror."
            )
        _caught_up(home, archive)


def _caught_up(home: Home, archive: Archive) -> None:
    said = home.settings.get("withheld")
    if not said or said.get("kept"):
        return
    home.settings[RESTORED] = archive.size
    if said["seized"]:
        home.settings["withheld"] = {**said, "caught_up": True}
    else:
        del home.settings["withheld"]
    home.keyring.signing = dict(home.keyring.signing.items())
    withhold(home.keyring, home.settings)


def _checkpoint(home: Home, archive: Archive, site: Path) -> Checkpoint:
    """Return the published checkpoint, signed by the key of this ledger."""
    if not (site / "ledger" / "checkpoint").is_file():
        raise UsageError(
            "Expected a copy of the published site, with its folder 'ledger', found none there. Copy the whole site "
            "from any mirror, and name its folder."
        )
    note = _read(site / "ledger" / "checkpoint", MAX_PROOF)
    root = bytes.fromhex(home.settings["root"])
    rosters = [newest_roster(archive, root)]
    try:
        rosters.insert(0, _published_roster(site, root))
    except BadRoster as error:
        raise BadBackup(f"Expected the site of this desk, found another's or a damaged one. {error}") from error
    for roster in rosters:
        try:
            head, _ = roster.policy.open(note)
        except BadNote:
            continue
        if head.origin == archive.origin:
            return head
    raise BadBackup(
        f"Expected a checkpoint of the ledger {archive.origin}, signed by its key, found one that is not. Take another "
        "copy of the site."
    )


def _published_roster(site: Path, root: bytes) -> Roster:
    """Return the roster in *site*, which has this root, or whose root this one handed over to. Raises BadRoster."""
    newest = Roster.open(_read(site / "roster.json", MAX_ENVELOPE))

    def read(path: str) -> bytes | None:
        return _read(site / path, MAX_ENVELOPE) if (site / path).is_file() else None

    return newest if handed_over(newest, read, root) else Roster.open(newest.envelope, root)


def _edition(site: Path, entries: list[bytes]) -> tuple[int, list[bytes]]:
    """Return the number of the edition in *site* and its lists, which the archive needs to go on from it.

    Raises BadBackup without one that stands in the ledger with its lists: without it nobody here would know what
    readers see now, and the next edition would have a number that another has.
    """
    try:
        envelope, proof = _statement(site / f"{EDITION}{PROOF}", site)
        said = published.read(peek_envelope(envelope))
        named = {published.FILES: said.files.sha256, published.ITEMS: said.list_of_items}
        found = [(_read(site / path, MAX_LIST), digest) for path, digest in named.items() if digest]
    except (BadProof, BadStatement, BadBackup) as error:
        raise BadBackup(f"The edition in this copy of the site is damaged. {error} Take another copy.") from error
    stands = proof.index < len(entries) and commitment(proof.extra or b"", envelope) == entries[proof.index]
    if not stands or any(sha256_hex(data) != digest for data, digest in found):
        raise BadBackup(
            f"Expected edition {said.number} in the ledger of this copy of the site, and its lists as it names them, "
            "found others: the copy is of two editions, or damaged. Take another copy."
        )
    return said.number, [data for data, _ in found]


def _opened(site: Path, entries: list[bytes], size: int) -> Iterator[tuple[int, tuple[bytes, bytes]]]:
    """Yield index, salt and envelope of the statements from entry *size* on that the site opens.

    Each is what its entry commits to; where a file lies proves nothing.
    """
    with refusals(WHAT):
        files = sorted(site.glob(f"items/*/{item_file.FILE}"))
    for path in [site / f"{EDITION}{PROOF}", *files]:
        try:
            envelope, proof = _statement(path, site)
        except (BadProof, BadStatement, BadBackup, CheckFailed):
            continue
        salt = proof.extra or b""
        if size <= proof.index < len(entries) and commitment(salt, envelope) == entries[proof.index]:
            yield proof.index, (salt, envelope)


def _statement(path: Path, site: Path) -> tuple[bytes, TlogProof]:
    """Return the envelope that the file at *path*, a proof or an item's file, is about, and its proof."""
    if path.name == item_file.FILE:
        folder, inside = Folder(site.resolve()), f"items/{path.parent.name}/"
        first = folder.has(inside + first_format.STATEMENT)
        found = (first_format.read if first else item_file.read)(folder, inside)
        return found.data, found.proof
    proof = TlogProof.parse(_read(path, MAX_PROOF))
    return _read(path.with_name(path.name.removesuffix(PROOF) + ".json"), MAX_ENVELOPE), proof


def _read(path: Path, limit: int) -> bytes:
    """Return the bytes of a file of the site; raises BadBackup if there is none, or it is larger than any such."""
    with refusals(WHAT):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > limit:
            raise BadBackup(f"Expected {path.name} in the copy of the site, found no such file. Take another copy.")
        return path.read_bytes()
