"""``files``: every file of a site is listed, and every listed one is there, unaltered.

::

    edition ── files         the lists name all files but those that are made after them, which follow from the others
       └────── file PATH     one link for each file that is wrong, or could not be read
"""

from collections.abc import Sequence
from itertools import chain

from tamizdat.errors import CheckFailed
from tamizdat.verifying.edition import LIST_OF_ITEMS, list_of
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.generated_files import made_after
from tamizdat.verifying.report import Unjudged


def judge(evidence: Evidence, files: Sequence[str], refused: Sequence[str]) -> None:
    """Judge that every file is listed and every listed file is there; those made after the list follow from the others.

    *files* are all paths in the folder, *refused* those that were not opened.
    """
    wrong = {path: evidence.folder.why_refused(path) for path in refused}
    with evidence.report.link("files", "edition") as claim:
        lists, only, rest = evidence.list_of_files(), evidence.only, not evidence.of_items
        needed = None if only is None else {list_of(f"items/{each}/") for each in only}
        wanted = {
            name
            for name in lists.others()
            if needed is None or name in needed or (rest and not LIST_OF_ITEMS.fullmatch(name))
        }
        made = evidence.made
        made |= made_after(evidence.folder, files, evidence.items, evidence.entries) if rest else {}
        there: dict[str, list[str]] = {name: [] for name in wanted}
        for path in chain(files, filter(evidence.concerns, lists.top)):
            there.setdefault(lists.which(path), []).append(path)
        count, odd = len(lists.top), dict[str, str]()
        for name, paths in there.items():  # one list after the other, so that one is in memory
            listed, why = lists.one(name) if name in wanted else ({}, "")
            count += len(listed.keys() - lists.top.keys())
            odd |= {name: why} if why else {}
            for path in {*paths, *filter(evidence.concerns, listed)}:
                digest = listed.get(path) or lists.top.get(path)
                if digest is None and path not in made and not why:  # else that list is what is broken
                    wrong[path] = "Expected only files that the edition lists, found this one, which it does not list."
                elif digest and (difference := evidence.folder.difference(path, digest)):
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
        claim.say(f"Files: {count}, all as listed, and no other.")
    for path, detail in sorted(wrong.items()):
        with evidence.report.link(f"file {path}"):
            raise evidence.folder.failure(detail, [detail])
