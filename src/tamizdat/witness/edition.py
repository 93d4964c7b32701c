"""What the witnesses of a desk say of its newest edition: asked, kept with the archive, put beside its checkpoint."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.checkpoints import NOTE, Checkpoints
from tamizdat.disk.files import refusals
from tamizdat.disk.lock import locked
from tamizdat.errors import BadNote
from tamizdat.keys import PostQuantumKey, SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy, Witness
from tamizdat.ledger.note import open_note
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.signing import cosign
from tamizdat.network.questions import begun, never, wait_for
from tamizdat.publishing.build.site_folder import renew_beside
from tamizdat.witness.add_checkpoint import lines_of, with_lines, with_only
from tamizdat.witness.ask import Answer, Outcome, ask

HEAD: Final = "ledger/checkpoint"  #: in a site
NOT_WAITED: Final = "its answer was not waited for"
NO_ADDRESS: Final = "the desk knows no address of it ('tamizdat keys roster --witness-address')"


def witness_edition(
    archive: Archive,
    roster: Roster,
    log: SigningKey,
    addresses: Mapping[str, str],
    site: Path,
    stopped: Callable[[], bool] = never,
) -> list[Answer]:
    """Ask every witness of *roster* that has not yet signed the checkpoint of *site*; return what each answers now.

    Those who signed it before are not asked again, and once *stopped* says so nobody is waited for any more.
    *addresses* are theirs, by name. What they sign, and the ML-DSA-44 line of the ledger itself, is kept with the
    archive and put into the site. Raises BadNote for a site that is not this ledger's.
    """
    policy = roster.policy
    with refusals("the site"):
        note = with_only((site / HEAD).read_bytes(), policy.log)
    checkpoint = Checkpoint.parse(open_note(note, [policy.log]).text)
    tree, size = archive.tree(), checkpoint.size
    if size > tree.size or tree.root(size) != checkpoint.root:
        raise BadNote(
            f"Expected the site of this archive's ledger of {tree.size:,} entries, found one of {size:,} with the root "
            f"{checkpoint.root.hex()}."
        )
    checkpoints = Checkpoints(archive.folder)
    checkpoints.keep(size, note)
    kept = _with_second(checkpoints.note(size), policy, log)

    def one(name: str) -> Answer:
        keys = _keys(policy, name)
        if name not in addresses:
            return Answer(name, Outcome.UNREACHABLE, detail=NO_ADDRESS)
        return ask(name, keys, addresses[name], kept, tree, _last_signed(checkpoints, keys, size))

    missing = [name for name in policy.names if not lines_of(kept, _keys(policy, name))]
    asked = {name: begun(partial(one, name)) for name in missing}
    wait_for(asked.values(), stopped=stopped)
    answers = [
        each.result() if each.done() else Answer(name, Outcome.UNREACHABLE, detail=NOT_WAITED)
        for name, each in asked.items()
    ]
    kept = with_lines(kept, [line for answer in answers for line in answer.lines])
    if kept != checkpoints.note(size):
        checkpoints.write(size, NOTE, kept)
    with locked(archive.folder / "publishing.lock"):  # an edition may be put in place at this moment
        renew_beside(site, archive.folder)
    return answers


def lacking(archive: Archive, policy: Policy, site: Path) -> list[str]:
    """Return which witnesses of *policy* have not signed the checkpoint of *site*, while fewer have than it asks for.

    Raises BadNote for a site that is not this ledger's.
    """
    if not policy.quorum or not (site / HEAD).is_file():
        return []
    with refusals("the site"):
        note = with_only((site / HEAD).read_bytes(), policy.log)
    size, kept = Checkpoint.parse(open_note(note, [policy.log]).text).size, Checkpoints(archive.folder)
    signed = kept.note(size) if size in kept.sizes() else note
    others = [name for name in policy.names if not lines_of(signed, _keys(policy, name))]
    return others if len(policy.names) - len(others) < policy.quorum else []


def are_enough(answers: Sequence[Answer], policy: Policy) -> bool:
    """Tell whether as many have signed as *policy* asks for, after these *answers* of those who had not before."""
    lacking = sum(each.outcome is not Outcome.SIGNED for each in answers)
    return len(policy.names) - lacking >= policy.quorum


def _keys(policy: Policy, name: str) -> list[Witness]:
    return [each for each in policy.witnesses if each.name == name]


def _with_second(kept: bytes, policy: Policy, log: SigningKey) -> bytes:
    """Return the kept checkpoint with the log's ML-DSA-44 line, if its roster lists that key."""
    second, key = policy.second, PostQuantumKey(log)
    if second is None or key.public != second.public or lines_of(kept, [second]):
        return kept
    return with_lines(kept, [cosign(open_note(kept, [policy.log]).text, second, 0, key.sign)])


def _last_signed(checkpoints: Checkpoints, keys: Iterable[Witness], below: int) -> int:
    """Return the largest size below *below* under which a line by *keys* is kept; 0 for none."""
    known = list(keys)
    earlier = (size for size in reversed(checkpoints.sizes()) if size < below)
    return next((size for size in earlier if lines_of(checkpoints.note(size), known)), 0)
