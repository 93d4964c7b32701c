"""Whether a file of a package lies where its statement puts it: nobody signed the lists, names may be exchanged.

::

    posts/57/version-60.json   people/31/entry-31.json    the statement of that number is about these bytes
    posts/57/media/62-a.jpg    pages/70/a.wacz            likewise
    working-copies/17/small.jpg                           what an edition showed last of item 17 by that name
    card-1/DCIM/A.MOV                                     no other file here was captured by that path, and all in
                                                          card-1 came in one consignment

Nothing is broken by a statement that is not opened, or that no checkpoint covers: nobody knows what that is about.

The path of a file on a card may be written in another way than it was stated, for the disk may refuse it; so what was
stated is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import Statement
from tamizdat.statements import captured, derived

_NUMBERED: Final = re.compile(
    r"data/originals/(?:posts/\d+/version-(\d+)\.[a-z]+|posts/\d+/media/(\d+)-[^/]*|people/\d+/entry-(\d+)\.json"
    r"|pages/(\d+)/[^/]*)"
)
_COPY: Final = re.compile(r"data/working-copies/(\d+)/(.+)")
_CARD: Final = re.compile(r"data/originals/card-(\d+)(?:-\d+)?/(.+)")


class Placement:
    """Where opened statements put the bytes that they are about; *covered*: each entry of the package has its proof."""

    def __init__(self, statements: Iterable[tuple[int, Statement]], *, covered: bool = True) -> None:
        self._covered = covered
        self._about = dict[str, list[int]]()  #: SHA-256 → indexes of statements, in order
        self._shown = dict[int, set[tuple[str, str]]]()  #: number of an item → names, SHA-256 of what was shown last
        self._paths = dict[str, dict[int, str]]()  #: SHA-256 → index → path by which it was captured
        self._came = dict[int, str]()  #: index → consignment
        self._opened = set[int]()
        for index, statement in sorted(statements, key=lambda each: each[0]):
            self._opened.add(index)
            for subject in statement.subjects:
                self._about.setdefault(subject.sha256, []).append(index)
            if statement.act == captured.ACT and (file := _of_a_card(statement)):
                self._came[index] = file.consignment
                for subject in statement.subjects:
                    self._paths.setdefault(subject.sha256, {})[index] = file.path
            if statement.act == derived.ACT:
                self._show(statement)

    def _show(self, statement: Statement) -> None:
        try:
            number = derived.read(statement).number
        except BadStatement:
            return
        self._shown[number] = {(subject.name, subject.sha256) for subject in statement.subjects}

    def about(self, path: str, digest: str) -> int | None:
        """Return the index of the statement that is about a file, the one that its path names if there is one."""
        every = self._about.get(digest, [])
        named = _NUMBERED.fullmatch(path)
        wanted = int(next(filter(None, named.groups()))) if named else None
        said = self._paths.get(digest, {})
        fit = (each for each in every if each == wanted or _is_at(path, said.get(each, "")))
        return next(fit, next(iter(every), None))

    def why_unknown(self, path: str, elsewhere: bool) -> str:
        """Return why nobody can tell whether bytes of the desk's belong at *path*, "" if somebody can.

        *elsewhere* tells that opened statements alone put them at another place.
        """
        if named := _NUMBERED.fullmatch(path):
            wanted = next(filter(None, named.groups()))
            if int(wanted) not in self._opened:
                return f"The desk has these bytes; entry {wanted}, which should be about them, is not opened here."
        elif not _COPY.fullmatch(path) and not _CARD.fullmatch(path):
            return "The desk has these bytes; no package of tamizdat has anything at this place, which tells nothing."
        elif elsewhere and _CARD.fullmatch(path) and not self._covered:
            return "The desk has these bytes; nobody can tell whether they came twice: an entry here has no proof."
        return ""

    def why_elsewhere(self, path: str, digest: str) -> str:
        """Return why bytes that a statement is about do not belong at *path*, "" if nothing speaks against it."""
        if named := _NUMBERED.fullmatch(path):
            wanted = next(filter(None, named.groups()))
            if int(wanted) not in self._about[digest]:
                return (
                    f"Expected the bytes that entry {wanted} is about, found those of entry {self._about[digest][0]}."
                )
        elif copy := _COPY.fullmatch(path):
            number, name = int(copy[1]), copy[2]
            if (name, digest) not in self._shown.get(number, ()):
                return (
                    f"Expected what an edition showed last of item {number} as {name}, found other bytes of the desk's."
                )
        elif not any(_is_at(path, each) for each in self._paths.get(digest, {}).values()):
            others = (index for sha256, said in self._paths.items() if sha256 != digest
                      for index, each in said.items() if _is_at(path, each))  # fmt: skip
            if (other := next(others, None)) is not None:
                return (
                    f"Expected the bytes that entry {other} calls so, found those of entry {self._about[digest][0]}, "
                    f"which calls them {self.called(path, digest)!a}."
                )
        return ""

    def strangers(self, files: Mapping[str, str]) -> dict[str, str]:
        """Return those of *files*, path → SHA-256, that did not come with the others of their card, with the reason."""
        cards, found = dict[str, dict[str, set[str]]](), dict[str, str]()
        for path, digest in files.items():
            if (named := _CARD.fullmatch(path)) and (said := self._paths.get(digest)):
                fit = {index for index, each in said.items() if _is_at(path, each)} or said.keys()
                cards.setdefault(named[1], {})[path] = {self._came[index] for index in fit}
        for number, came in cards.items():
            usual = Counter(each for those in came.values() for each in those).most_common(1)[0][0]
            for path in (path for path, those in came.items() if usual not in those):
                found[path] = f"Expected files of one consignment in card-{number}, found one of another."
        return found

    def called(self, path: str, digest: str) -> str:
        """Return the path by which a file of a card was captured, if that is written in another way in the package."""
        said = self._paths.get(digest, {}) if _CARD.fullmatch(path) else {}
        return "" if any(_is_at(path, each) for each in said.values()) else next(iter(said.values()), "")


def _of_a_card(statement: Statement) -> captured.CapturedFile | None:
    try:
        said = captured.read(statement)
    except BadStatement:
        return None
    return said if isinstance(said, captured.CapturedFile) else None


def _is_at(path: str, said: str) -> bool:
    card = _CARD.fullmatch(path)
    return card is not None and bool(said) and card[2] == said.replace("%", "~")
