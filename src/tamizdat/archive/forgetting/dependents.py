"""Every statement that says what is to be forgotten, or speaks of it: one pass over the ledger.

A statement names earlier ones only. So one pass in order finds those that rest on what goes, and those that rest on
these. The pass trusts no view: what is to be gone must not stay because a table did not know of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, fields, is_dataclass
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from tamizdat.archive.archive import Archive
from tamizdat.archive.forgetting.targets import Target
from tamizdat.archive.views.observed import source_name
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import peek_envelope
from tamizdat.statements import Act, read
from tamizdat.statements.captured import CapturedFile, CapturedSource
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPerson, CataloguedPost, CataloguedTerm
from tamizdat.statements.cleared import Cleared
from tamizdat.statements.composed import Composed
from tamizdat.statements.derived import Footage, Person, Post, PublishedStory
from tamizdat.statements.edited import Edited
from tamizdat.statements.gone import Gone
from tamizdat.statements.observed import Observed, Slice
from tamizdat.statements.parted import Parted
from tamizdat.statements.recited import Recited
from tamizdat.statements.redacted import Redacted
from tamizdat.statements.reference import Reference
from tamizdat.statements.reviewed import Reviewed
from tamizdat.statements.sighted import Sighted
from tamizdat.statements.transcribed import Transcribed
from tamizdat.statements.translated import Translated

POSTS: Final = "posts"  #: the kind of a file in which posts stand
REFUSED: Final = "refused"  #: of an answer of a feed in which posts stand of which none is stated


class Place(NamedTuple):
    """Bytes of a kept file in which the statement *number* says that something stands."""

    number: int
    where: Slice


@dataclass
class Dependents:
    """What was found. *subjects* are the SHA-256 of all that the statements that go are about."""

    entries: set[int]
    posts: set[str]
    raws: set[str] = field(default_factory=set)
    read: int = 0  #: entries of the ledger that were looked at
    acts: Counter[str] = field(default_factory=Counter)
    subjects: set[str] = field(default_factory=set)
    versions: list[int] = field(default_factory=list)  #: of posts, that go
    files: set[int] = field(default_factory=set)  #: entries of captured files that go
    worded: list[int] = field(default_factory=list)  #: statements that go and say it in words of ours
    recordings: set[int] = field(default_factory=set)  #: in which a name is read of which it is said no more whose
    places: list[Place] = field(default_factory=list)  #: of all posts, those that stay too
    sights: list[tuple[int, Sighted]] = field(default_factory=list)  #: that stay
    sources: dict[str, list[int]] = field(default_factory=dict)  #: entries of files of posts that stay
    unproved: list[int] = field(default_factory=list)  #: that a post is gone, which stay and whose file goes
    before: set[int] = field(default_factory=set)  #: entries in whose place one that goes counts: posts name these
    shown: dict[int, int] = field(default_factory=dict)  #: item: the latest statement of what an edition shows of it

    def take(self, number: int, statement_act: str, subjects: Iterable[str], said: Act | None) -> None:
        """Take one statement into account, in the order of the ledger."""
        if isinstance(said, Observed | Gone):
            self.places += [Place(number, each) for each in said.slices or ()]
        if isinstance(said, Footage | Person | Post | PublishedStory):
            self.shown[said.number] = number
        if number not in self.entries and (said is None or not self._rests(said)):
            if said is not None and (source := source_of(said)):
                self.sources.setdefault(source, []).append(number)
            if isinstance(said, Sighted):
                self.sights.append((number, said))
            if isinstance(said, Gone) and any(self._file_goes(each.capture) for each in said.slices or ()):
                self.unproved.append(number)
            return
        self.entries.add(number)
        self.acts[statement_act] += 1
        self.subjects.update(subjects)
        if isinstance(said, Observed):
            self.raws.add(said.raw)
            self.versions.append(number)
        if isinstance(said, CapturedFile | CapturedSource):
            self.files.add(number)
        if isinstance(said, Translated | Transcribed | CataloguedPerson):
            self.worded.append(number)
        if isinstance(said, Recited):
            self.recordings.add(said.recording.index)

    def read_on(self, archive: Archive, progress: Callable[[int], None] = lambda count: None) -> None:
        """Take all statements into account that were stated since; *progress* is told how many."""
        stood = (each.entry for _, said in archive.forgettings() for each in said.instead)
        self.before = {entry for entry in stood if archive.instead_of(entry) in self.entries}
        for number, envelope in archive.statements(self.read):
            progress(number + 1 - self.read)
            self.read = number + 1
            try:
                statement = peek_envelope(envelope)
            except BadStatement:  # `check` tells of it; nobody reads a word from it
                continue
            try:
                said: Act | None = read(statement)
            except BadStatement:
                said = None
            self.take(number, statement.act, (each.sha256 for each in statement.subjects), said)

    def _file_goes(self, capture: int) -> bool:
        return capture in self.entries or capture in self.before

    def _rests(self, said: Act) -> bool:
        gone, posts = self.entries, self.posts
        match said:
            case Observed():
                return said.post in posts or any(self._file_goes(each.capture) for each in said.slices)
            case Sighted():
                return self._file_goes(said.capture)
            case Edited():
                return said.post in posts or said.before.index in gone or said.after.index in gone
            case Gone() | Parted():
                return said.post in posts or said.observed in gone
            case CataloguedPost():
                return said.post in posts or said.raw in self.raws
            case CataloguedItem():
                return said.item in gone
            case CataloguedPerson():
                return said.person in gone
            case CataloguedTerm():
                return said.term in gone
            case Translated():
                return said.post in posts or said.source.index in gone or _index(said.after) in gone
            case Reviewed():
                return said.post in posts or said.translated.index in gone
            case Transcribed():
                return said.clip.index in gone or _index(said.after) in gone
            case Redacted():
                return said.item.index in gone or _index(said.after) in gone
            case Cleared():
                return said.redacted.index in gone
            case Recited():
                return said.recording.index in gone or _index(said.person) in gone
            case Composed():
                return _index(said.story) in gone
            case Footage() | Person() | Post() | PublishedStory():
                return said.number in gone or any(each in gone for each in _named(said))
            case CapturedFile() | CapturedSource():
                return False
        return False


def rest_on(
    archive: Archive, targets: Sequence[Target], progress: Callable[[int], None] = lambda count: None
) -> Dependents:
    """Return every statement that goes with *targets*; *progress* is told the statements that were read."""
    entries = {entry for each in targets for entry in each.entries}
    posts = {each.post for each in targets if each.post}
    found = Dependents(entries | {*_files_of(archive, entries), *_answers_about(archive, posts)}, posts)
    found.read_on(archive, progress)
    return found


def source_of(said: Act) -> str:
    """Return the source of a file of posts: its feed, or its format and account; "" of a file that is none."""
    return source_name(said, "", "", "") if isinstance(said, CapturedSource) and said.kind in (POSTS, REFUSED) else ""


def _files_of(archive: Archive, entries: Iterable[int]) -> Iterator[int]:
    """Yield the entries of pictures and clips that belong to posts that go, and to no other."""
    going = set(entries)
    for entry in sorted(going):
        for (capture,) in archive.index.ask("SELECT DISTINCT capture FROM media WHERE number = ?", entry):
            of = {row[0] for row in archive.index.ask("SELECT number FROM media WHERE capture = ?", capture)}
            if of <= going:
                yield int(str(capture))


def _answers_about(archive: Archive, posts: Iterable[str]) -> Iterator[int]:
    """Yield the entries of what a server answered about one of these posts alone: each names it in its path."""
    from tamizdat.posts.formats.fediverse import number_at  # only who forgets needs a format of posts

    for post in posts:
        site = _site(post)
        for version in archive.index.posts.versions(post):
            number = number_at(post) or number_at(version.url)
            for path in (f"missing/{number}.json", f"history/{number}.json"):
                rows = archive.index.ask("SELECT number, url FROM sources WHERE kind = ? AND path = ?", POSTS, path)
                yield from (int(str(entry)) for entry, url in rows if site and _site(str(url)) == site)


def _site(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:  # a post's id may be anything
        return ""


def _index(named: Reference | None) -> int:
    return -1 if named is None else named.index


def _named(value: object) -> Iterator[int]:
    """Yield the index of every entry that an item names, wherever in it."""
    if isinstance(value, tuple):
        for each in value:
            yield from _named(each)
    elif is_dataclass(value) and not isinstance(value, type):
        index = getattr(value, "index", None)
        if isinstance(index, int) and hasattr(value, "commitment"):
            yield index
        for each in fields(value):
            yield from _named(getattr(value, each.name))
