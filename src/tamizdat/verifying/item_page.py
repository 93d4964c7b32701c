"""``item N page``: what a reader of one item sees is what the edition lists.

The statement covers an item's words and media. What stands around them (whose words, which day, a caption, a name), and
what could hide them (a style, a script), is covered by the edition's lists of files. So for one item by itself these
are compared with the lists, as :mod:`~tamizdat.verifying.listed_files` compares all files of a site:

* every file in ``items/N/`` and below each language, ``zh/items/N/``: listed, as listed, and none of them missing;
* what its pages load: styles, scripts, pictures; with a ``page.js`` also whatever that may load: every listed script
  beside it and in ``words/``, and ``edition/edition.js`` with the piece of ``items.txt`` that names the item.

Other pages that show the item (days, voices, subjects, the wall, feeds, the search) are judged in the whole site, or
each by itself (:mod:`.one_file`).
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

from tamizdat.errors import CheckFailed
from tamizdat.verifying.edition import EDITION_JS
from tamizdat.verifying.evidence import Evidence, needed
from tamizdat.verifying.file_lists import FileLists
from tamizdat.verifying.generated_files import made_after
from tamizdat.verifying.report import Verdict

LOADED: Final = re.compile(
    r'<link(?= [^<>]*rel="(?:icon|stylesheet)")[^<>]* href="([^"<>]+)"|<[a-z][^<>]* (?:src|poster)="([^"<>]+)"'
)
LOADING: Final = {"page.js": ("", "words"), "search.js": ("search",)}  #: a script: folders of those that it may load
FEW: Final = 5  #: files that a message names


def judge_page(evidence: Evidence, name: str, number: int | None, inside: str, made: Mapping[str, bool]) -> None:
    """Judge the link *name* ``page`` of item *number* in the folder *inside*, if it is checked by itself.

    *made* tells by path whether what is made after the lists follows from what they list.
    """
    with evidence.report.link(f"{name} page", "edition") as claim:
        if not evidence.above:
            claim.say(
                "No edition lies above this item, so that nothing tells which pages and files it should have. Check it"
                " in the folder of its site.",
                Verdict.UNKNOWN,
            )
            return
        place = f"items/{needed(number, 'its number')}/"
        if inside != place:
            raise CheckFailed(
                f"Expected the item in {place}, where its edition has it, found it in {inside}. Check it there."
            )
        listed = evidence.list_of_files()
        made = {**made, **_made_of_edition(evidence, needed(number, "its number"))}
        wrong = list(_wrong(evidence, place, listed, made))
        if wrong:
            more = [f"More of these files: {len(wrong) - FEW}."] if len(wrong) > FEW else []
            raise evidence.folder.failure(" ".join([*wrong[:FEW], *more]), wrong)
        evidence.known_edition()
        claim.say("Its pages, in every language, and all that they load are as the edition lists them.")


def _wrong(evidence: Evidence, place: str, lists: FileLists, made: Mapping[str, bool]) -> Iterator[str]:
    """Yield what is wrong, file by file."""
    listed = lists.beside(place)
    its_own = {path for path in listed if path.startswith(place) or path.partition("/")[2].startswith(place)}
    for below in evidence.folder.languages():
        files, refused = evidence.folder.walk(below + place)
        its_own |= set(files)
        yield from map(evidence.folder.why_refused, refused)
    sound = (path for path in its_own & listed.keys() if not evidence.folder.difference(path, listed[path]))
    pages = [path for path in sound if path.endswith(".html")]
    loaded = {each for page in pages for each in loaded_by(evidence, lists, page) if lists.get(each)}
    for path in sorted(its_own | loaded | {each for each in made if each.startswith("edition/")}):
        if digest := lists.get(path):
            if difference := evidence.folder.difference(path, digest):
                yield difference
        elif path not in made:
            yield f"Expected only files that the edition lists, found {path}, which it does not list."
        elif not made[path]:
            said = f"Expected {path} as it follows from the other files, found other bytes."
            yield evidence.folder.unread.get(path, said)


def _made_of_edition(evidence: Evidence, number: int) -> dict[str, bool]:
    """Return by path whether the scripts that page.js loads of an edition follow from its files, of those there are."""
    if evidence.items is None or evidence.is_first_format():
        return {}
    made = made_after(evidence.folder, (), evidence.items, None)
    tile = sum(int(lines.partition(" ")[0]) <= number for lines, _ in evidence.items.tiles) - 1
    loaded = (EDITION_JS, f"edition/items/{tile:03}.js")
    return {path: made[path] for path in loaded if path in made and evidence.folder.has(path)}


def loaded_by(evidence: Evidence, lists: FileLists, page: str) -> Iterator[str]:
    """Yield the files that a browser loads with a page, or may load later, by path."""
    for link, other in LOADED.findall(evidence.folder.read(page).decode("utf-8", "replace")):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), link or other))
        yield path
        for folder in _scripts(path):
            every = lists.beside(posixpath.join(folder, "page.js"))
            yield from (each for each in every if posixpath.dirname(each) == folder and each.endswith(".js"))


def _scripts(path: str) -> list[str]:
    """Return the folders of the scripts that the script at *path* may load."""
    folder, name = posixpath.split(path)
    return [posixpath.join(folder, each).rstrip("/") for each in LOADING.get(name, ())]
