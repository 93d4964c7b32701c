"""What of the ledger goes into a package, and what is opened of it: *parts* that somebody must have asked for.

An entry of the ledger is a salted commitment. To open one is to show envelope and salt; then anybody computes the entry
and sees that these words, signed by the desk, stood in the ledger under a checkpoint. Statements about what was
published were public before and are opened always. Of the others each tells more than the selection, so it is opened
only if every part it tells was asked for:

==========  ==================================================================
salts       any private statement at all
times       it tells a time finer than a day
tags        it tells by which account a transcript, translation or review was made
device      it tells the key of the device that sealed a consignment
==========  ==================================================================

Two parts are files and no statements: ``manifest``, the closing manifests of cards, and ``said``, what devices said of
their own files (:mod:`tamizdat.evidence.device_words`).

What is not opened is still named, by its place and its commitment, and can be opened later: that it stood in the ledger
is provable now, what it says is the desk's word until then.

A proof leads to the earliest checkpoint that covers the entry and has a stamp; without one, to the newest. Where
readers demand witnesses, that is chosen among those that enough of them signed, if there are any.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.checkpoints import Checkpoints
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.errors import BadArchive, BadNote, Forgotten, UsageError
from tamizdat.evidence.layout import NOTE, STAMPS
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.proof import MAX_PROOF, TlogProof
from tamizdat.ledger.roster import ACT as ROSTER
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.statement import Statement, peek_envelope
from tamizdat.statements import (
    captured,
    catalogued,
    cleared,
    composed,
    derived,
    edited,
    forgotten,
    gone,
    observed,
    parted,
    published,
    received,
    recited,
    redacted,
    reviewed,
    sighted,
    transcribed,
    translated,
    withdrawn,
)

DEVICE, MANIFEST, SALTS, SAID, TAGS, TIMES = "device", "manifest", "salts", "said", "tags", "times"
PARTS: Final = (DEVICE, MANIFEST, SALTS, SAID, TAGS, TIMES)  #: SAID: what devices said of their own files
PUBLIC: Final = (derived.ACT, published.ACT, ROSTER)
#: by act, what of it is not told unless asked for
NEEDED: Final = {
    received.ACT: (SALTS, TIMES, DEVICE),
    captured.ACT: (SALTS, TIMES),
    observed.ACT: (SALTS, TIMES),
    edited.ACT: (SALTS, TIMES),
    gone.ACT: (SALTS, TIMES),
    parted.ACT: (SALTS, TIMES),
    catalogued.ACT: (SALTS,),
    withdrawn.ACT: (SALTS,),
    transcribed.ACT: (SALTS, TAGS),
    translated.ACT: (SALTS, TAGS),
    reviewed.ACT: (SALTS, TAGS),
    redacted.ACT: (SALTS, TAGS),
    cleared.ACT: (SALTS, TAGS),
}
#: never opened: they speak of other things too, the posts of the same export, all that a story shows, who consented
NEVER: Final = (sighted.ACT, composed.ACT, recited.ACT, forgotten.ACT)


@dataclass(frozen=True)
class Head:
    """A signed checkpoint that is known here: the note with the log's own signature alone, and all of it."""

    size: int
    root: bytes
    note: bytes
    signed: bytes  #: with every line of others
    files: tuple[tuple[str, bytes], ...] = ()  #: what others said of it: path below its folder, bytes
    witnessed: bool = True  #: by as many as the roster demands

    @property
    def stamped(self) -> bool:
        """Whether an outside authority said anything of when it existed."""
        return any(path.startswith(f"{STAMPS}/") for path, _ in self.files)


@dataclass(frozen=True)
class Told:
    """A statement of the ledger as a package tells it. *head* is the checkpoint of its proof, None if none covers it.

    *lacks* are the parts that would have to be asked for to open it; *envelope* is there if it is opened.
    """

    index: int
    statement: Statement
    commitment: bytes
    head: Head | None
    proof: bytes
    envelope: bytes | None
    lacks: tuple[str, ...] = ()


def rosters(archive: Archive) -> list[Roster]:
    """Return every version of the roster in the ledger, the oldest first; :class:`BadArchive` if there is none."""
    found = [Roster.open(archive.disclosure(index).envelope) for index in archive.index.by_act(ROSTER)]
    if not found:
        raise BadArchive("Expected a roster in the ledger, found none: nobody could check a signature of this desk.")
    return found


def heads(archive: Archive, known: Sequence[Roster], site: Path) -> list[Head]:
    """Return the checkpoints that the log's key signed, the smallest first: those kept in the archive, and the site's.

    Raises :class:`UsageError` if there is none, :class:`BadArchive` for one of another ledger.
    """
    kept = Checkpoints(archive.folder)
    found: dict[int, Head] = {}
    for signed in [*_of_site(site), *map(kept.note, kept.sizes())]:
        opened = _open(signed, known)
        if opened is None:
            continue
        head, policy = opened
        if head.size > archive.size or archive.tree().root(head.size) != head.root:
            raise BadArchive(
                f"Expected a checkpoint of this ledger, found one of {head.size:,} entries that this ledger does not "
                "have: the archive is older than its site, or was forked. Run 'tamizdat check'."
            )
        stamps = tuple((f"{STAMPS}/{name}", data) for name, data in kept.stamps(head.size).items())
        found[head.size] = Head(
            head.size, head.root, _log_line(signed, archive.origin), signed, stamps, _is_witnessed(signed, policy)
        )
    if not found:
        raise UsageError(
            "Expected a signed checkpoint of the ledger, found none: nothing of it could be proved to anybody. Run "
            "'tamizdat publish' once (an edition may be empty), then this command again."
        )
    return [found[size] for size in sorted(found)]


def _of_site(site: Path) -> list[bytes]:
    """Return the checkpoint of the published edition, which archives of earlier programs do not keep."""
    path = site / "ledger" / NOTE
    with refusals("the site's checkpoint"):
        return [path.read_bytes()] if path.is_file() and path.stat().st_size <= MAX_PROOF else []


def tell(archive: Archive, indexes: Iterable[int], known: Sequence[Head], asked: Iterable[str]) -> list[Told]:
    """Return these statements as a package tells them; those that were forgotten are left out."""
    parts, told = frozenset(asked), []
    leaves, tree = archive.commitments(), archive.tree()
    for index in sorted(set(indexes)):
        try:
            disclosed = archive.disclosure(index)
        except Forgotten:
            continue
        statement = peek_envelope(disclosed.envelope)
        over = [each for each in known if each.size > index]
        over = [each for each in over if each.witnessed] or over
        head = next((each for each in over if each.stamped), over[-1] if over else None)
        lacks = () if statement.act in PUBLIC else NEEDED.get(statement.act, PARTS)
        lacks = tuple(each for each in lacks if each not in parts)
        opened = head is not None and not lacks and statement.act not in NEVER
        proof = b""
        if head is not None:
            hashes = tuple(tree.inclusion_proof(index, head.size))
            proof = TlogProof(index, hashes, head.note, disclosed.salt if opened else None).encode()
        envelope = disclosed.envelope if opened else None
        told.append(Told(index, statement, leaves[index], head, proof, envelope, lacks))
    return told


def certificates(archive: Archive) -> list[tuple[str, bytes]]:
    """Return the certificates, lists of revocations and answers about them that stamps need: name, bytes."""
    return sorted(Checkpoints(archive.folder).certificates().items())


def _open(signed: bytes, known: Sequence[Roster]) -> tuple[Checkpoint, Policy] | None:
    for roster in reversed(known):
        try:
            return Policy(roster.policy.log).open(signed)[0], roster.policy
        except BadNote:
            continue
    return None


def _is_witnessed(signed: bytes, policy: Policy) -> bool:
    try:
        policy.open(signed)
    except BadNote:
        return False
    return True


def _log_line(signed: bytes, origin: str) -> bytes:
    """Return the note with the first signature line in the log's name alone."""
    text, _, lines = signed.partition(b"\n\n")
    line = next(each for each in lines.split(b"\n") if each.startswith(f"— {origin} ".encode()))
    return text + b"\n\n" + line + b"\n"
