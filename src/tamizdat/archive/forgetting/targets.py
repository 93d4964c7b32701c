"""What a number is of, and which entries, at the least, go if it is forgotten."""

from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.archive.spanned import Spanned
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadStatement, UsageError
from tamizdat.statements import Act, captured, read
from tamizdat.statements.captured import CapturedFile, CapturedSource
from tamizdat.statements.catalogued import CataloguedPerson, CataloguedTerm, CataloguedWall, Release
from tamizdat.statements.composed import Composed
from tamizdat.statements.observed import Observed
from tamizdat.statements.recited import Recited
from tamizdat.statements.redacted import Redacted
from tamizdat.statements.transcribed import Transcribed
from tamizdat.statements.translated import Translated

#: what a number may be of, in words
POST, VERSION, ITEM, PERSON, STORY = "post", "version of a post", "item", "person", "story"
FILE, PAGE, MEDIA = "file of posts", "captured page", "file of a post"
#: one statement and what rests on it
SAID: Final = {
    Translated: "translation", Transcribed: "transcript", Redacted: "cover", Recited: "reading",
    CataloguedTerm: "term", CataloguedWall: "sentence of the wall",
}  # fmt: skip
PAGES: Final = ("web", "page")  #: kinds of captures of web archives


@dataclass(frozen=True)
class Target:
    """Something that is to be forgotten: what it is, its entries, and of a whole post its id.

    *public*: the desk's word is still that it is shown.
    """

    number: int
    kind: str
    entries: frozenset[int]
    post: str = ""
    public: bool = False


def meant(archive: Archive, number: int) -> Target:
    """Return what *number* is of.

    Raises :class:`~tamizdat.errors.Forgotten` if it was forgotten, :class:`UsageError` for a number of nothing that can
    be.
    """
    try:
        said = read(archive.statement(number))
    except BadStatement:
        raise _refused(number, "a statement that this program does not know") from None
    index = archive.index
    match said:
        case Observed():
            return _post(archive, number, said.post)
        case CapturedFile():
            return _item(archive, number)
        case CapturedSource():
            return _source(archive, number, said)
        case CataloguedPerson():
            first = number if said.person is None else said.person
            person = index.people.person(first)
            entries = {each.latest for each in index.people.history(first)} | {number}
            return Target(first, PERSON, frozenset(entries), public=bool(person and person.release == Release.PUBLIC))
        case Composed():
            first = number if said.story is None else said.story.index
            versions = index.stories.history(first)
            public = bool(versions) and versions[-1].release == Release.PUBLIC
            return Target(first, STORY, frozenset({number, *(each.latest for each in versions)}), public=public)
    for act, kind in SAID.items():
        if isinstance(said, act):
            return Target(number, kind, frozenset([number]))
    raise _refused(number, f"a statement '{_act(archive, number)}', which only says something of others")


def _post(archive: Archive, number: int, post: str) -> Target:
    """Return a whole post, meant by the number of its first version, or a later version alone."""
    versions = [each.number for each in archive.index.posts.versions(post)]
    if versions and number in versions and number != min(versions):
        return Target(number, VERSION, frozenset([number]))
    public = archive.index.releases.of(post).release == Release.PUBLIC
    return Target(number, POST, frozenset([number, *versions]), post, public)


def _item(archive: Archive, number: int) -> Target:
    """Return what came on a card: all files of its take, each wherever it came, with the previews of it."""
    item = archive.index.item(number)
    if item is None:
        return Target(number, ITEM, frozenset([number]))
    take = Spanned(archive).take_of(item) if item.kind == "original" else (item,)
    entries, public = set[int](), False
    for each in take:
        for other in archive.index.about(each.original):
            found = archive.index.item(other)
            if found is None or found.original != each.original:
                continue
            entries.add(other)
            public = public or found.release == Release.PUBLIC
            if preview := archive.index.preview_of(found):
                entries.add(preview.number)
    return Target(take[0].number, ITEM, frozenset(entries), public=public)


def _source(archive: Archive, number: int, said: CapturedSource) -> Target:
    """Return a file that is not of a card; of a web archive, all pages in it, for they lie in one file."""
    entries = set[int]()
    for other in archive.index.about(said.original):
        with_it = _captured(archive, other)
        if with_it is not None and (with_it.kind in PAGES) == (said.kind in PAGES):
            entries.add(other)
    kind = PAGE if said.kind in PAGES else MEDIA if said.kind == "media" else FILE
    return Target(number, kind, frozenset(entries | {number}))


def _captured(archive: Archive, number: int) -> CapturedSource | None:
    statement = archive.statement(number)
    if statement.act != captured.ACT:
        return None
    said: Act = captured.read(statement)
    return said if isinstance(said, CapturedSource) else None


def _act(archive: Archive, number: int) -> str:
    return archive.statement(number).act


def _refused(number: int, found: str) -> UsageError:
    return UsageError(
        f"Expected the number of a post, an item, a person, a story, a translation, a transcript, a captured page or a "
        f"file of posts, found {number:,}, the number of {found}. 'tamizdat find' and 'publish list' show the numbers."
    )
