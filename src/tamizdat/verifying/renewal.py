"""A site whose folder is being renewed at this moment: its files are of two editions that follow each other.

While it is, the newer edition and its list lie in ``edition/next/``. A file that neither list names as it is found is
broken, as always; of the others nothing is said but that they are to be loaded again. Where the edition there is the
one that the folder has, nothing is being renewed: it was left by who may delete nothing.
"""

from collections.abc import Callable, Sequence
from os.path import lexists
from pathlib import Path
from typing import Final

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadPath, CheckFailed
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.statement import Envelope
from tamizdat.statements.published import Edition
from tamizdat.statements.published import read as read_edition
from tamizdat.verifying import site_links
from tamizdat.verifying.edition import EDITION, EDITION_PROOF, FILES, parse_files
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.file_lists import FileLists
from tamizdat.verifying.generated_files import is_made_after
from tamizdat.verifying.report import Unjudged, Verdict
from tamizdat.verifying.untrusted_folder import LARGE, Folder

NEXT: Final = "edition/next/"


def _next(path: str) -> str:
    return NEXT + path.removeprefix("edition/")


def _left(folder: Folder, path: str) -> bool:
    try:
        return folder.digest(path) == folder.digest("edition/" + path.removeprefix(NEXT))
    except (BadPath, CheckFailed):
        return False


def editions(base: Path) -> list[str]:
    """Return what tells the editions in a folder: where it is another afterwards, files of two were compared."""
    return [_told(Folder(base), path) for path in (EDITION, _next(EDITION))]


def _told(folder: Folder, path: str) -> str:
    try:
        return sha256_hex(folder.read(path))
    except CheckFailed as error:
        return str(error)


def judge(evidence: Evidence, files: Sequence[str], refused: Sequence[str] = ()) -> bool:
    """Return whether a newer edition is laid ready in the site's folder.

    If so, judge both editions, and hold *files*, of a site or an item, against their lists.
    """
    folder = evidence.folder
    if not evidence.above or not folder.has(_next(EDITION)):
        return False
    if _left(folder, _next(EDITION)):
        evidence.made |= {path: _left(folder, path) for path in files if path.startswith(NEXT)}
        return False
    _judge(evidence, files, refused)
    return True


def _judge(evidence: Evidence, files: Sequence[str], refused: Sequence[str]) -> None:
    site_links.head(evidence, lambda: TlogProof.parse(evidence.folder.read(_next(EDITION_PROOF))).checkpoint)
    wrong = {path: evidence.folder.why_refused(path) for path in refused}
    with evidence.report.link("edition", "root", "checkpoint") as claim:
        listed, odd = _lists(evidence, newer := _edition(evidence, _next(EDITION)), _next)
        if odd:
            raise evidence.folder.failure(" ".join(odd.values()), odd.values())
        older = evidence.folder.read(EDITION)
        if sha256_hex(older) not in (newer.previous, sha256_hex(evidence.folder.read(_next(EDITION)))):
            raise CheckFailed(
                f"Expected the edition {newer.previous}, which this site is being renewed from, found"
                f" {sha256_hex(older)} in {EDITION}."
            )
        claim.say(f"It is being renewed to edition {newer.number}, signed by the desk.", Verdict.UNKNOWN)
        before = read_edition(Envelope.parse(older).statement())
        old = _lists(evidence, before, str)[0] if evidence.folder.digest(FILES) == before.files.sha256 else {}
        for path in files:
            if is_made_after(path) or path.startswith(NEXT) or not lexists(evidence.folder.base / path):
                continue  # it is judged later, or was taken away since it was listed
            if evidence.folder.digest(path) not in (old.get(path), listed.get(path)):
                wrong[path] = "Expected a file of the old edition or the new one, found one that neither lists so."
    for path, detail in sorted(wrong.items()):
        with evidence.report.link(f"file {path}"):
            raise evidence.folder.failure(detail, [detail])
    with evidence.report.link("files", "edition"):
        if wrong:
            raise CheckFailed(f"Expected files of the old edition or the new one, found {len(wrong)} of neither.")
        raise Unjudged("The site is being renewed at this moment: load it again in a minute, and check it then.")


def _edition(evidence: Evidence, path: str) -> Edition:
    data = evidence.folder.read(path)
    envelope, proof = Envelope.parse(data), TlogProof.parse(evidence.folder.read(_next(EDITION_PROOF)))
    evidence.disclosed(data, envelope, proof)
    return read_edition(envelope.statement())


def _lists(evidence: Evidence, said: Edition, place: Callable[[str], str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what an edition lists, whose lists lie at *place*, and by path why one of them does not hold."""
    data = evidence.folder.read(place(FILES), LARGE)
    if (found := sha256_hex(data)) != said.files.sha256:
        raise CheckFailed(f"Expected the list {place(FILES)} with the SHA-256 {said.files.sha256}, found {found}.")
    return FileLists(evidence.folder, parse_files(data), said.format is not None, place).every()
