"""``files``: every file of a site is listed, and every listed one is there, unaltered.

::

    edition ── files         the lists name all files but those that are made after them, which follow from the others
       └────── file PATH     one link for each file that is wrong, or could not be read
"""

from collections.abc import Sequence

from tamizdat.errors import CheckFailed
from tamizdat.verifying.edition import LIST_OF_ITEMS, list_of
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.generated_files import made_after
from tamizdat.verifying.report import Unjudged


def judge(evidence: Evidence, files: Sequence[str], refused: Sequence[str]) -> None:
    """Judge that every file is listed and every listed file is there; those made after the list follow from the others.

    *files* are all paths in the folder, *refused* those that were not opened.
    """
    wrong = dict.fromkeys(refused, "Expected a plain file with a plain name, found a link, a device or an odd name.")
    with evidence.report.link("files", "edition") as claim:
        lists, only, rest = evidence.list_of_files(), evidence.only, not evidence.of_items
        needed = None if only is None else {list_of(f"items/{each}/") for each in only}
        listed, odd = lists.every(
            lambda name: needed is None or name in needed or (rest and not LIST_OF_ITEMS.fullmatch(name))
        )
        made = evidence.made | (made_after(evidence.folder, files, evidence.items, evidence.entries) if rest else {})
        for path in {*files, *filter(evidence.concerns, listed)}:
            if path not in listed and lists.which(path) in odd:
                continue  # that list is what is broken
            if path not in listed and path not in made:
                wrong[path] = "Expected only files that the edition lists, found this one, which it does not list."
            elif path in listed and (difference := evidence.folder.difference(path, listed[path])):
                wrong[path] = difference
        wrong |= odd
        for path in (path for path in made if not made[path]):
            said = "Expected what follows from the other files, found other bytes."
            wrong[path] = evidence.folder.unread.get(path, said)
        if known := [path for path in wrong if wrong[path] != evidence.folder.unread.get(path)]:
            raise CheckFailed(f"Expected all files as the edition lists them, found {len(known)} that are not.")
        for detail in wrong.values():
            raise Unjudged(detail)
        evidence.known_edition()
        claim.say(f"{len(listed)} files, all as listed, and no other.")
    for path, detail in sorted(wrong.items()):
        with evidence.report.link(f"file {path}"):
            raise evidence.folder.failure(detail, [detail])
