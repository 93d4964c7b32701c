"""Whether these keys, this ledger and this folder belong together, asked before anything is made."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.disk.files import refusals
from tamizdat.errors import BadArchive, BadNote, BadRoster, CheckFailed, KeyMissing, UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.roster import ACT, Roster
from tamizdat.publishing.build.site_folder import WHAT, check_replaceable

NAMED: Final = 40  #: items that are named


def check_keys(archive: Archive, desk: SigningKey, log: SigningKey, roster: Roster) -> None:
    """Raise :class:`KeyMissing` unless these keys are those of this ledger and desk."""
    if roster.policy.log.name != archive.origin or roster.policy.log.public != log.public:
        raise KeyMissing("Expected the key of this ledger, as the roster lists it; found another.")
    if desk.public not in roster.keys_at("desk", archive.size):
        raise KeyMissing("Expected a key of the desk that the roster lists for the ledger's present end.")


def check_folder(archive: Archive, roster: Roster, out: Path, known: set[str] | None = None) -> set[str]:
    """Return the files of the folder; *known* are those that it is known to have.

    Raises :class:`UsageError` or :class:`BadArchive` if it is not this ledger's.
    """
    present = check_replaceable(out, archive.folder.resolve(), known)
    _check_not_forked(archive, roster, out)
    return present


def check_restored(restored: int, edition: int, seen: Mapping[int, str], digests: Mapping[int, str]) -> None:
    """Raise :class:`CheckFailed` if a desk that was made again would show what its readers do not see now.

    Whether something was withdrawn, covered or corrected after the backup nobody here knows. *restored* is the size
    that the ledger then had, *edition* where the newest one stands in it; *seen* and *digests* are, by number, the
    SHA-256 of the statements that it shows, and of those that would be shown.
    """
    if edition >= restored:
        return
    unseen = sorted(number for number, digest in digests.items() if seen.get(number) != digest)
    if unseen:
        listed = ", ".join(map(str, unseen[:NAMED])) + (" …" if len(unseen) > NAMED else "")
        found = (
            "Expected nothing but what readers see now in the first edition of a desk that was made again, found "
            f"{len(unseen):,} that they do not see, or see otherwise: {listed}."
            if edition >= 0
            else "Expected somebody to look first at what a desk would show that was made again and never published, "
            f"found {len(unseen):,}: {listed}."
        )
        raise CheckFailed(
            f"{found} What was withdrawn, covered or corrected after the backup is lost, and would be public"
            f"{' again' if edition >= 0 else ''}. Look at each ('tamizdat publish --dry-run'), withdraw or cover again "
            "what must not be seen, then say 'tamizdat publish --although-restored'. Nothing was signed."
        )


def _earlier(archive: Archive, roster: Roster, envelope: bytes) -> Roster | None:
    """Return the roster of the last edition if it is of this desk: the log's key, or the root, may be another since."""
    known = (archive.disclosure(index).envelope for index in archive.index.by_act(ACT))
    try:
        return Roster.open(envelope, None if envelope in known else roster.root.fingerprint)
    except BadRoster:
        return None


def _opened(roster: Roster | None, note: bytes) -> Checkpoint | None:
    try:
        return roster.policy.open(note)[0] if roster else None
    except BadNote:
        return None


def _check_not_forked(archive: Archive, roster: Roster, out: Path) -> None:
    """Check that what was published is the beginning of what we have: an archive restored from an old copy is not."""
    with refusals(WHAT):
        note, theirs = (
            path.read_bytes() if path.is_file() else b"" for path in (out / "ledger/checkpoint", out / "roster.json")
        )
    if not note:
        return
    seen = next(filter(None, (_opened(each, note) for each in (roster, _earlier(archive, roster, theirs)))), None)
    if seen is None:
        if theirs and theirs != roster.envelope and _earlier(archive, roster, theirs) is None:
            raise UsageError("Expected the folder of this desk's site, found another desk's.")
        return  # ours, but damaged: it is about to be made anew
    if seen.size > archive.size or archive.tree().root(seen.size) != seen.root:
        raise BadArchive(
            f"Expected the archive that made this site: its checkpoint tells of {seen.size:,} entries that are not in "
            "this archive's ledger. Is the archive an older copy? Publishing would show readers a forked ledger."
        )
