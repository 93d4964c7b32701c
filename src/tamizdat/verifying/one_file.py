"""A page, a feed or any other file of a site by itself: its bytes, and those of all that it loads, are the edition's.

::

    edition ── files ── file PATH

What such a page tells of items is the desk's arrangement of them, covered by the edition's list of files; each item has
its statement on its own page.
"""

from tamizdat.errors import CheckFailed
from tamizdat.verifying import remembered, renewal, site_links
from tamizdat.verifying.evidence import Evidence, needed
from tamizdat.verifying.file_lists import FileLists
from tamizdat.verifying.generated_files import is_made_after
from tamizdat.verifying.item_page import loaded_by
from tamizdat.verifying.report import Verdict


def judge(evidence: Evidence, path: str) -> None:
    """Judge the edition and the file at *path*, which the reader asks about."""
    evidence.above, evidence.report.subject = True, f"file {path}"
    names = ("checkpoint", "witnesses", "edition", "files", f"file {path}")
    if not site_links.trust(evidence, names) or renewal.judge(evidence, [path]):
        return
    site_links.head(evidence)
    site_links.published(evidence)
    remembered.not_older(evidence)
    _file(evidence, path)
    evidence.report.seen = evidence.seen


def _file(evidence: Evidence, path: str) -> None:
    lists = None
    with evidence.report.link("files", "edition") as claim:
        lists = evidence.list_of_files()
        evidence.known_edition()
        claim.say(f"The list of files that the edition names; {len(lists.top)} in all.")
    with evidence.report.link(f"file {path}", "files") as claim:
        lists = needed(lists, "the list of files")
        claim.say("It is made after the list of files: only a check of the whole site judges it.", Verdict.UNKNOWN)
        if digest := lists.get(path):
            own = evidence.folder.difference(path, digest)
            loaded = [] if own or not path.endswith(".html") else list(dict.fromkeys(loaded_by(evidence, lists, path)))
            if wrong := list(filter(None, [own, *(_difference(evidence, each, lists) for each in loaded)])):
                raise evidence.folder.failure(" ".join(wrong), wrong)
            said = f"Byte for byte {path} of this edition."
            claim.say(said + " So is all that it loads." if loaded else said)
        elif not is_made_after(path):
            raise CheckFailed("Expected only files that the edition lists, found this one, which it does not list.")


def _difference(evidence: Evidence, path: str, lists: FileLists) -> str:
    digest = lists.get(path)
    return evidence.folder.difference(path, digest) if digest else ""
