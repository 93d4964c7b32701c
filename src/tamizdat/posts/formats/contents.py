"""What lies in a folder or zip: one export, or several, of one account or of many, of one format or of many.

Words of one account must never be given to another. So where a folder holds the marks of several accounts
(:data:`MARKS`), each export is read with the files of its own folder and nothing else; and what one format leaves, the
others are asked about. What no format reads is named.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from tamizdat.posts.export import Export
from tamizdat.posts.formats.format import Format

#: files that tell whose export it is, or of when, seen from its own folder
MARKS: Final = ("data/account.js", "data/manifest.js", "data/js/user_details.js", "account.js", "actor.json")
#: no posts are in these, but words that a format may take for its own are (a picture holds RDF)
MEDIA: Final = (
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".svg", ".mp4", ".mov", ".webm", ".m4v", ".mp3", ".m4a", ".ogg",
    ".oga", ".wav", ".pdf", ".ttf", ".woff", ".woff2", ".css", ".ico",
)  # fmt: skip
PACKED: Final = (".zip", ".tar", ".tar.gz", ".tgz")


class Some:
    """Some files of an export."""

    def __init__(self, export: Export, names: Iterable[str]) -> None:
        self._export = export
        self._names = list(names)

    def names(self) -> list[str]:
        """Return their names, in order."""
        return self._names

    def size(self, name: str) -> int:
        """Return the size of a file in bytes."""
        return self._export.size(name)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading from its beginning."""
        return self._export.open(name)

    def close(self) -> None:
        """Do nothing: whoever opened the export closes it."""
        return


@dataclass(frozen=True)
class Part:
    """An export among others: its format, its files, and the folder it lies in, "" for the top."""

    format: Format
    export: Export
    where: str


@dataclass(frozen=True)
class Contents:
    """What was found: the exports, packed files that may hold others, and files that nobody reads."""

    parts: Sequence[Part]
    packed: Sequence[str]
    unread: Sequence[str]


def contents(export: Export, formats: Sequence[Format], is_of_account: Callable[[Format], bool]) -> Contents:
    """Return what lies in *export*; *is_of_account* tells the formats in which an account gets all of its own."""
    names = export.names()
    parts, left = list[Part](), list[str]()
    for where, some in _by_folder(names):
        found, unread = _parts(Some(export, some), where, formats, is_of_account)
        parts += found
        left += unread
    packed = [each for each in left if each.lower().endswith(PACKED)]
    return Contents(parts, packed, [each for each in left if each not in packed])


def _by_folder(names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the files by the folder of the export they belong to: all together, unless there are several."""
    roots: dict[str, set[str]] = {}
    for name in names:
        mark = next((each for each in MARKS if name == each or name.endswith(f"/{each}")), None)
        if mark:
            roots.setdefault("actor" if mark == "actor.json" else "x", set()).add(name[: -len(mark)])
    several = {root for some in roots.values() if len(some) > 1 for root in some}
    if not several:
        return [("", list(names))]
    found: dict[str, list[str]] = {}
    for name in names:
        root = max((each for each in several if name.startswith(each)), key=len, default="")
        found.setdefault(root, []).append(name)
    return sorted(found.items())


def _parts(
    export: Export, where: str, formats: Sequence[Format], is_of_account: Callable[[Format], bool]
) -> tuple[list[Part], list[str]]:
    """Return the exports among these files, and the files that are of none."""
    found, left, beside = list[Part](), export.names(), set[str]()
    for each in formats:
        some = Some(export, [name for name in left if not name.lower().endswith(MEDIA)] if found else left)
        if not some.names() or not each.recognises(some):
            continue
        sources = [name for name in some.names() if each.recognises(Some(export, [name]))]
        if not sources:  # it takes them all together
            return [*found, Part(each, Some(export, left), where)], []
        if not is_of_account(each):
            found.append(Part(each, Some(export, sources), where))
            left = [name for name in left if name not in set(sources)]
            continue
        for root in _roots(sources):
            found.append(Part(each, Some(export, [name for name in left if name.startswith(root)]), root))
            beside |= {root, f"{root}assets/"}
        folders = tuple(folder for name in sources if (folder := _folder(name)))
        left = [name for name in left if name not in sources and not (folders and name.startswith(folders))]
    return found, [name for name in left if not name.lower().endswith(MEDIA) and not _lies_in(name, beside)]


def _roots(sources: Iterable[str]) -> list[str]:
    """Return the folders of the exports that these files are of; one inside another is a part of that."""
    roots: list[str] = []
    for root in sorted({_folder(name).removesuffix("data/") for name in sources}):
        if not any(root.startswith(other) for other in roots):
            roots.append(root)
    return roots


def _folder(name: str) -> str:
    """Return the folder that belongs to an account's export as a whole, by the name of a file of its posts."""
    above = name[: name.rfind("/") + 1]
    at = f"/{above}".rfind("/data/")
    return above[: at + len("data/")] if at >= 0 else above


def _lies_in(name: str, beside: Iterable[str]) -> bool:
    """Tell whether a file lies beside the posts of an export, or among what a platform adds to show it."""
    above = name[: name.rfind("/") + 1]
    return any(above == folder or (folder.endswith("assets/") and above.startswith(folder)) for folder in beside)
