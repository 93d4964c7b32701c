"""What lies in a folder or zip: one export, or several, of one account or of many, of one format or of many.

Words of one account must never be given to another. So where a folder holds the marks of several accounts
(:data:`MARKS`), each export is read with the files of its own folder and nothing else; and what one format leaves, the
others are asked about. What no format reads is named.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Final, Protocol, TypeAlias, runtime_checkable

from tamizdat.dataclass import dataclass
from tamizdat.posts.export import Export
from tamizdat.posts.formats.format import Format

#: files that tell whose export it is, or of when, seen from its own folder
MARKS: Final = ("data/account.js", "data/manifest.js", "data/js/user_details.js", "account.js", "actor.json")
#: no posts are in these, but words that a format may take for its own are (a picture holds RDF)
MEDIA: Final = (
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".svg", ".mp4", ".mov", ".webm", ".m4v", ".mp3", ".m4a", ".ogg",
    ".oga", ".wav", ".pdf", ".ttf", ".woff", ".woff2", ".css", ".ico",
)  # fmt: skip
READABLE: Final = (".jsonl", ".ndjson", ".csv", ".xml", ".atom", ".rss", ".car", ".warc", ".wacz")  #: may hold posts
PACKED: Final = (".zip", ".tar", ".tar.gz", ".tgz")


#: what platforms call the folders of an account's posts, inside of those of its export
OWN: Final = re.compile(
    r"(?:^|(?<=/))(?:your_(?:instagram|facebook)_activity|(?:your|this_profile's)_activity_across_facebook)/"
)
#: Threads', inside of Instagram's or by itself
THREADS: Final = re.compile(
    r"(?:^|(?<=/))(?:your_instagram_activity/)?threads/(?=threads_and_replies(?:_[0-9]+)?\.json$)"
)
OF_BEFORE: Final = re.compile(r"(?:^|(?<=/))posts/(?=(?:your|profile)_posts[^/]*\.json$)")  #: what Facebook called it

Asked: TypeAlias = Callable[[Format], bool]


def takes(reader: Format, export: Export, name: str) -> bool:
    """Tell whether a format that reads a whole folder needs a file of it to read its posts."""
    return isinstance(reader, Companions) and reader.takes(export, name)


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


@runtime_checkable
class Companions(Protocol):
    """A format that needs files beside those of its posts: a mapping its table, a repository the log of its keys."""

    def takes(self, export: Export, name: str) -> bool:
        """Tell whether it needs this file."""


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


def contents(export: Export, formats: Sequence[Format], is_of_account: Asked, is_of_folder: Asked) -> Contents:
    """Return what lies in *export*.

    *is_of_account* tells the formats in which an account gets all of its own, *is_of_folder* those whose pictures, or
    what is needed to read them, lie in the folder of their files.
    """
    names = export.names()
    parts, left = list[Part](), list[str]()
    for where, some in _by_folder(names):
        found, unread = _parts(Some(export, some), where, formats, is_of_account, is_of_folder)
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
    export: Export, where: str, formats: Sequence[Format], is_of_account: Asked, is_of_folder: Asked
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
        held = set(sources)
        if is_of_folder(each):
            for root in _roots(sources):
                inside = [name for name in left if name.startswith(root)]
                found.append(Part(each, Some(export, inside), root))
                held |= {name for name in inside if takes(each, export, name)}
        elif is_of_account(each):
            folders = tuple({folder for name in sources for folder in (_folder(name), _letters(name)) if folder})
            held |= {name for name in left if folders and name.startswith(folders)}
            for root in _roots(sources):
                found.append(Part(each, Some(export, [name for name in left if name.startswith(root)]), root))
                beside |= {root, f"{root}assets/"}
        else:
            found.append(Part(each, Some(export, left), where))
            beside |= {_above(name) for name in sources if _above(name) not in ("", where)}
        left = [name for name in left if name not in held]
    one = found[0].where if len({each.where for each in found}) == 1 else None  # and what its platform adds to it
    if one is not None and len(found) > 1 and not all(is_of_account(each.format) for each in found):
        one = None
    whole = [one is not None and name.startswith(one) for name in left]
    named = [name for name, inside in zip(left, whole, strict=True) if _may_hold_posts(name, inside)]
    return found, [name for name in named if not _lies_in(name, beside)]


def _may_hold_posts(name: str, whole: bool) -> bool:
    """Tell whether somebody should look into a file that no format reads; in a *whole* export, only into few."""
    lower = name.lower()
    return lower.endswith((*READABLE, *PACKED)) if whole else not lower.endswith(MEDIA)


def _roots(sources: Iterable[str]) -> list[str]:
    """Return the folders of the exports that these files are of; one inside another is a part of that."""
    roots: list[str] = []
    for root in sorted({_root(name) for name in sources}):
        if not any(root.startswith(other) for other in roots):
            roots.append(root)
    return roots


def _root(name: str) -> str:
    """Return the folder of the export that a file of posts lies in: above what platforms call their own folders."""
    if own := _own(name):
        return name[: own.start()]
    return _folder(name).removesuffix("data/").removesuffix("content/")


def _folder(name: str) -> str:
    """Return the folder that belongs to an account's export as a whole, by the name of a file of its posts."""
    if own := _own(name):
        return name[: own.end()]
    above = _above(name)
    at = f"/{above}".rfind("/data/")
    return above[: at + len("data/")] if at >= 0 else above


def _letters(name: str) -> str:
    """Return the folder of letters beside such a file: what somebody sent with one may be an export, but not here."""
    own = _own(name)
    return f"{name[: own.start()]}messages/" if own else ""


def _own(name: str) -> re.Match[str] | None:
    return THREADS.search(name) or next(reversed([*OWN.finditer(name)]), None) or OF_BEFORE.search(name)


def _lies_in(name: str, beside: Iterable[str]) -> bool:
    """Tell whether a file lies beside the posts of an export, or among what a platform adds to show it."""
    above = _above(name)
    return any(above == folder or (folder.endswith("assets/") and above.startswith(folder)) for folder in beside)


def _above(name: str) -> str:
    return name[: name.rfind("/") + 1]
