"""What the witnesses of a desk say of its newest edition: asked, kept, and put beside the checkpoint in the site."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.disk.files import refusals, write_file
from tamizdat.errors import BadNote
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import open_note
from tamizdat.ledger.roster import Roster
from tamizdat.witness.add_checkpoint import lines_of
from tamizdat.witness.ask import Answer, Outcome, ask
from tamizdat.witness.kept_checkpoint import add_lines, keep, last_signed

HEAD: Final = "ledger/checkpoint"  #: in a site
NO_ADDRESS: Final = "the desk knows no address of it ('tamizdat keys roster --address')"


def beside(size: int) -> str:
    """Return where a site has what others said of its checkpoint of *size* entries."""
    return f"ledger/checkpoints/{size}/checkpoint"


def witness_edition(
    archive: Archive, roster: Roster, log: SigningKey, addresses: Mapping[str, str], site: Path
) -> list[Answer]:
    """Ask every witness of *roster* that has not yet signed the checkpoint of *site*; return what each answers now.

    Those who signed it before are not asked again. *addresses* are theirs, by name. What they sign is kept with the
    archive and put into the site. Raises BadNote for a site that is not this ledger's.
    """
    policy = roster.policy
    with refusals("the site"):
        note = (site / HEAD).read_bytes()
    checkpoint = Checkpoint.parse(open_note(note, [policy.log]).text)
    kept = keep(archive.folder, note, policy, log)
    tree, size = archive.tree(), checkpoint.size
    if size > tree.size or tree.root(size) != checkpoint.root:
        raise BadNote("Expected the site of this archive's ledger, found another's, or a later one's.")

    def one(name: str) -> Answer:
        keys = [each for each in policy.witnesses if each.name == name]
        if name not in addresses:
            return Answer(name, Outcome.UNREACHABLE, detail=NO_ADDRESS)
        return ask(name, keys, addresses[name], kept, tree, last_signed(archive.folder, keys, size))

    missing = [
        name for name in policy.names if not lines_of(kept, [each for each in policy.witnesses if each.name == name])
    ]
    with ThreadPoolExecutor(max_workers=max(1, len(missing))) as threads:
        answers = list(threads.map(one, missing))
    lines = [line for answer in answers for line in answer.lines]
    if lines:
        kept = add_lines(archive.folder, kept, lines)
    if kept != note:
        _put_beside(site, size, kept)
    return answers


def _put_beside(site: Path, size: int, kept: bytes) -> None:
    """Write the file into the site, with the time of the edition: the clock would tell when the desk works."""
    path = site / beside(size)
    with refusals("the site"):
        if path.is_file() and path.read_bytes() == kept:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, kept, "the site")
        path.chmod(0o644)
        time = (site / HEAD).stat().st_mtime_ns
        for each in (path, path.parent, path.parent.parent, site / "ledger"):
            os.utime(each, ns=(time, time))
