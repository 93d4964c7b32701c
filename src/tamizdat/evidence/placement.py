"""Whether a file of a package lies where its statement puts it: nobody signed the lists, names may be exchanged.

::

    posts/57/version-60.json   statement 60 observed these bytes, of the post that statement 57 observed
    posts/57/media/62-a.jpg    statement 62 captured them, and one that observed this post names it
    people/31/entry-33.json    statement 33 is about this entry, of the person that statement 31 was the first about
    pages/70/a.wacz            statement 70 captured them, no card
    working-copies/17/small.jpg                           what an edition showed last of item 17 by that name
    card-1/DCIM/A.MOV                                     a statement is about them as a file of a card, no other file
                                                          here was captured by that path, and all in card-1 came in
                                                          one consignment

Nothing is broken by a statement that is not opened, or that no checkpoint covers: nobody knows what that is about.

The path of a file on a card, and the name of a post's file, may be written in another way than it was stated, for the
disk may refuse it; so what was stated is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import Statement
from tamizdat.statements import captured, catalogued, derived, observed

_N: Final = "(0|[1-9][0-9]{0,17})"
_VERSION: Final = re.compile(rf"data/originals/posts/{_N}/version-{_N}\.(?:json|txt)")
_MEDIA: Final = re.compile(rf"data/originals/posts/{_N}/media/{_N}-([^/]+)")
_ENTRY: Final = re.compile(rf"data/originals/people/{_N}/entry-{_N}\.json")
_PAGE: Final = re.compile(rf"data/originals/pages/{_N}/([^/]+)")
_COPY: Final = re.compile(rf"data/working-copies/{_N}/(.+)")
_CARD: Final = re.compile(rf"data/originals/card-{_N}(?:-{_N})?/(.+)")


class Placement:
    """Where opened statements put the bytes that they are about; *covered*: each entry of the package has its proof."""

    def __init__(self, statements: Iterable[tuple[int, Statement]], *, covered: bool = True) -> None:
        self._covered = covered
        self._about = dict[str, list[int]]()  #: SHA-256 → indexes of statements, in order
        self._opened = dict[int, Statement]()
        self._shown = dict[int, set[tuple[str, str]]]()  #: number of an item → names, SHA-256 of what was shown last
        self._paths = dict[str, dict[int, str]]()  #: SHA-256 → index → path by which it was captured on a card
        self._came = dict[int, str]()  #: index → consignment
        self._posts = dict[int, set[str]]()  #: index → ids of the post that was observed: what it is taken for, its own
        self._media = dict[int, set[int]]()  #: index → statements that captured this post's files
        self._sources = dict[int, str]()  #: index → path of a file that came on no card
        self._people = dict[int, int]()  #: index → number of the person
        for index, statement in sorted(statements, key=lambda each: each[0]):
            self._opened[index] = statement
            for subject in statement.subjects:
                self._about.setdefault(subject.sha256, []).append(index)
            if reads := _READS.get(statement.act):
                try:
                    reads(self, index, statement)
                except BadStatement:  # of a later program, or of something else
                    continue

    def _capture(self, index: int, statement: Statement) -> None:
        said = captured.read(statement)
        if isinstance(said, captured.CapturedFile):
            self._came[index] = said.consignment
            self._paths.setdefault(said.original, {})[index] = said.path
        else:
            self._sources[index] = said.path

    def _observe(self, index: int, statement: Statement) -> None:
        said = observed.read(statement)
        self._posts[index] = {said.post, *([said.own] if said.own else [])}
        self._media[index] = {each.capture for each in said.media or ()}

    def _catalogue(self, index: int, statement: Statement) -> None:
        said = catalogued.read(statement)
        if isinstance(said, catalogued.CataloguedPerson):
            self._people[index] = index if said.person is None else said.person

    def _show(self, _: int, statement: Statement) -> None:
        number = derived.read(statement).number
        self._shown[number] = {(subject.name, subject.sha256) for subject in statement.subjects}

    def about(self, path: str, digest: str) -> int | None:
        """Return the index of the statement that is about a file, the one that its path names if there is one."""
        every = self._about.get(digest, [])
        wanted = _statement_of(path)
        said = self._paths.get(digest, {})
        fit = (each for each in every if each == wanted or _is_at(path, said.get(each, "")))
        return next(fit, next(iter(every), None))

    def why_unknown(self, path: str, digest: str, elsewhere: bool) -> str:
        """Return why nobody can tell whether bytes of the desk's belong at *path*, "" if somebody can.

        *elsewhere* tells that opened statements alone put them at another place.
        """
        for wanted in _named_in(path):
            if wanted not in self._opened:
                return f"The desk has these bytes; entry {wanted}, which should be about them, is not opened here."
        if _CARD.fullmatch(path):
            if not any(subject.name == captured.ORIGINAL and subject.sha256 == digest
                       for index in self._about[digest] if index not in self._sources
                       for subject in self._opened[index].subjects):  # fmt: skip
                return "The desk has these bytes; no statement that is opened is about them as a file of a card."
            ambiguous = elsewhere
        elif _named_in(path) or _COPY.fullmatch(path):
            ambiguous = elsewhere and _MEDIA.fullmatch(path) is not None
        else:
            return "The desk has these bytes; no package of tamizdat has anything at this place, which tells nothing."
        if ambiguous and not self._covered:
            return "The desk has these bytes; nobody can tell whether they came twice: an entry here has no proof."
        return ""

    def why_elsewhere(self, path: str, digest: str) -> str:
        """Return why bytes that a statement is about do not belong at *path*, "" if nothing speaks against it."""
        every = self._about[digest]
        if (wanted := _statement_of(path)) is not None:
            if wanted not in every:
                return f"Expected the bytes that entry {wanted} is about, found those of entry {every[0]}."
            return self._why_not_of(path, wanted)
        if copy := _COPY.fullmatch(path):
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
                    f"Expected the bytes that entry {other} calls so, found those of entry {every[0]}, which calls "
                    f"them {self.called(path, digest)!a}."
                )
        return ""

    def _why_not_of(self, path: str, wanted: int) -> str:
        """Return why entry *wanted*, which is about the bytes at *path*, does not put them into that folder."""
        if entry := _ENTRY.fullmatch(path):
            if self._people.get(wanted) != int(entry[1]):
                return f"Expected an entry about person {entry[1]}, found entry {wanted}, which is about another."
        elif version := _VERSION.fullmatch(path):
            if not self._posts.get(wanted, set()) & self._posts.get(int(version[1]), set()):
                return f"Expected a version of the post that entry {version[1]} observed, found entry {wanted}."
        elif wanted not in self._sources:
            return f"Expected what was captured from the network or an export, found what entry {wanted} is about."
        elif (media := _MEDIA.fullmatch(path)) and not any(
            wanted in files and self._posts[index] & self._posts.get(int(media[1]), set())
            for index, files in self._media.items()
        ):
            return f"Expected a file of the post that entry {media[1]} observed, found entry {wanted}, which is none."
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
        """Return by what path a file came, if the package writes its name in another way."""
        if _CARD.fullmatch(path):
            said = self._paths.get(digest, {})
            return "" if any(_is_at(path, each) for each in said.values()) else next(iter(said.values()), "")
        if named := _MEDIA.fullmatch(path) or _PAGE.fullmatch(path):
            *_, wanted, name = named.groups()
            said_path = self._sources.get(int(wanted), "")
            return "" if said_path.rpartition("/")[2].replace("%", "~") == name else said_path
        return ""


_READS: Final = {
    captured.ACT: Placement._capture, observed.ACT: Placement._observe, catalogued.ACT: Placement._catalogue,
    derived.ACT: Placement._show,
}  # fmt: skip


def _named_in(path: str) -> list[int]:
    """Return the indexes of statements that the path of a post's, a person's or a page's file names, its own first."""
    if named := _VERSION.fullmatch(path) or _MEDIA.fullmatch(path):
        return [int(named[2]), int(named[1])]
    named = _ENTRY.fullmatch(path)
    if named := named or _PAGE.fullmatch(path):
        return [int(named[2] if named.re is _ENTRY else named[1])]
    return []


def _statement_of(path: str) -> int | None:
    return next(iter(_named_in(path)), None)


def _is_at(path: str, said: str) -> bool:
    card = _CARD.fullmatch(path)
    return card is not None and bool(said) and card[3] == said.replace("%", "~")
