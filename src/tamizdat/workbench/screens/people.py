"""People: the list of names, each entry with its sources and the state of its checking, and the wall that they make."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.responses import Response

from tamizdat.archive import Archive
from tamizdat.archive.acts.people import state_person, state_wall
from tamizdat.archive.acts.people_csv import MAX_SIZE, TableReport, take_in_table, write_table
from tamizdat.archive.search.search import MOST
from tamizdat.archive.views.people import LISTS, STATES, Person
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.publishing.leaks.names import Unsought, is_whole_word, names_of, why_not_sought
from tamizdat.publishing.still_named import StillNamed, still_named
from tamizdat.statements.catalogued import PersonEntry, Release
from tamizdat.web.request import NotFound
from tamizdat.web.responses import download
from tamizdat.web.routing import Route
from tamizdat.web.small_file import SmallFile
from tamizdat.workbench import responses
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content.post_view import may_read, read, read_post
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest

PAGE: Final = 100  #: people on a page
FEW: Final = 100  #: items of an edition that are read for a page; of a larger one those that the search finds
NAMED: Final = 10  #: numbers that are told
_TEXTS: Final = ("name", "language", "age", "place", "school", "state", "note", "release", "reason")


def show(request: WorkbenchRequest, problem: str = "", status: int = 200, table: TableReport | None = None) -> Response:
    """Return the list of names. Who is no editor sees those that are released."""
    people = request.bench.archive.index.people
    everybody = people.all(None if request.account.may("confidential") else "public")
    wanted, asked = request.asked("state"), request.asked("q").strip()
    fits = fitting(request.bench.archive, everybody, asked) if asked else everybody
    found = [each for each in fits if wanted in ("", each.state, each.release)]
    first = min(request.whole("from", 0), max(0, len(found) - 1))
    sentence, language = people.wall()
    return responses.page(
        request,
        "people.html",
        status,
        people=found[first : first + PAGE],
        total=len(found),
        everybody=len(everybody),
        first=first,
        page=PAGE,
        wanted=wanted,
        asked=asked,
        states=STATES,
        releases=tuple(Release),
        wall=request.text("sentence") or sentence,
        wall_language=request.text("wall-language") or language or "en",
        table=table,
        problem=problem,
    )


def fitting(archive: Archive, people: list[Person], asked: str) -> list[Person]:
    """Return those whom the search finds by these words, and those of whom a name, place or school holds them."""
    hits = {hit.number for hit in archive.search.find(asked, kind="person", limit=MOST).hits}
    written = asked.casefold()

    def holds(each: Person) -> bool:
        texts = (each.name, *(name for _, name in each.names), each.place, each.school)
        return any(written in text.casefold() for text in texts)

    return [each for each in people if each.number in hits or holds(each)]


def say_the_wall(request: WorkbenchRequest) -> Response:
    """State the sentence that the tiles of the wall spell."""
    bench = request.bench
    try:
        state_wall(bench.archive, bench.key, request.text("sentence"), request.text("wall-language"))
    except UsageError as error:
        return show(request, str(error), 400)
    return responses.redirect("/people", "said")


def table(request: WorkbenchRequest) -> Response:
    """Return the whole list as a table, with what is not public."""
    everybody = request.bench.archive.index.people.all(None)
    return download(write_table(everybody).encode("utf-8-sig"), "people.csv", "text/csv")


def receive(request: WorkbenchRequest) -> SmallFile:
    """Return what takes a table."""
    return SmallFile(MAX_SIZE)


def take_table(request: WorkbenchRequest) -> Response:
    """State what a table says of people, and tell what it changed."""
    bench = request.bench
    try:
        with bench.acting:
            report = take_in_table(bench.archive, bench.key, request.sent.data)
    except TamizdatError as error:
        return show(request, str(error), 400)
    return show(request, table=report)


def new(request: WorkbenchRequest) -> Response:
    """Return the form for a new entry."""
    return _entry(request, Person(-1, -1, "", state=STATES[0], release=Release.RESTRICTED))


def one(request: WorkbenchRequest) -> Response:
    """Return one entry, and what it said before."""
    return _entry(request, _person(request))


def _person(request: WorkbenchRequest) -> Person:
    person = request.bench.archive.index.people.person(request.parameters["number"])
    if person is None or not (request.account.may("confidential") or person.release == "public"):
        raise NotFound
    return person


def _entry(
    request: WorkbenchRequest,
    person: Person,
    typed: Mapping[str, object] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    shown = typed or {
        **{name: getattr(person, name) for name in _TEXTS},
        "names": "\n".join(f"{language} {name}" for language, name in person.names),
        "sources": "\n".join(str(each) for each in person.sources),
        **{name: "\n".join(getattr(person, name)) for name in LISTS},
    }
    sources = [(each, _source(request.bench.archive, request.account, each)) for each in person.sources]
    people = request.bench.archive.index.people
    history = people.history(person.number) if person.number >= 0 and request.account.may("people") else []
    return responses.page(
        request,
        "person.html",
        status,
        person=person,
        shown=shown,
        history=history[:-1],
        sources=[each for each in sources if each[1] or request.account.may("confidential")],
        unseen=0 if request.account.may("confidential") else sum(not found for _, found in sources),
        states=STATES,
        releases=tuple(Release),
        problem=problem,
        sought=[*_how_sought(person), *_still_named(request, person)],
    )


def _how_sought(person: Person) -> list[str]:
    """Return what is to be known of how names of somebody who is not released are looked for in an edition."""
    names = [*names_of(person)] if person.release != Release.PUBLIC and person.number >= 0 else []
    why = {name: why_not_sought(name, person.elsewhere) for name in names}
    reasons = {
        Unsought.LETTER: _("“%(name)s” is not looked for in an edition: it has fewer than two letters."),
        Unsought.COMMON: _("“%(name)s” is not looked for in an edition: it is a word of every other sentence."),
        Unsought.OTHERS: _("“%(name)s” is not looked for in an edition: you entered it as somebody else’s."),
    }
    short = _("“%(name)s” is looked for as a whole word, written as here, in what the desk says: it has few letters.")
    told = [(name, reasons[found]) for name, found in why.items() if found]
    told += [(name, short) for name, found in why.items() if not found and is_whole_word(name)]
    return [words % {"name": name} for name, words in told]


def _still_named(request: WorkbenchRequest, person: Person) -> list[str]:
    """Return where the edition that stands names somebody who is withheld by now, and where authors do."""
    if person.release == Release.PUBLIC or person.number < 0 or not request.account.may("people"):
        return []
    bench = request.bench
    try:
        found = still_named(bench.archive, bench.site, [person.number], FEW)
    except TamizdatError:  # the page says what it can; an edition tells what is wrong with the last one
        found = StillNamed(looked=False)
    told = []
    if found.desk:
        said = _(
            "The edition that stands says such a name, in no. %(numbers)s. Publish again: where it stands is told."
        )
        told.append(said % {"numbers": _listed(found.desk)})
    if found.authors:
        said = _("Its author says such a name in no. %(numbers)s, which stops no edition. Read it, or withdraw it.")
        told.append(said % {"numbers": _listed(found.authors)})
    if not found.looked:
        told.append(_("Not all was looked at for such names; “Show what would change” under Publish looks closely."))
    return told


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:NAMED])) + (" …" if len(numbers) > NAMED else "")


def _source(archive: Archive, account: Account, source: int | str) -> tuple[int, str] | None:
    """Return number and text of the post or file that a source names; None if it is not here, or not for *account*."""
    reading = read(archive, source) if isinstance(source, int) else read_post(archive, source)
    if reading:
        return (reading.number, reading.version.text) if may_read(account, reading) else None
    item = archive.index.item(source) if isinstance(source, int) else None
    return (item.number, item.title or item.path) if item and account.may("confidential") else None


def add(request: WorkbenchRequest) -> Response:
    """State a new entry."""
    return _state(request, None)


def change(request: WorkbenchRequest) -> Response:
    """State the entry anew, whole."""
    return _state(request, _person(request))


def _state(request: WorkbenchRequest, person: Person | None) -> Response:
    bench = request.bench
    typed = {name: request.text(name) for name in (*_TEXTS, "names", "sources", *LISTS)}
    try:
        texts = {name: typed[name] for name in _TEXTS}
        known_as, elsewhere = (tuple(typed[name].split("\n")) for name in LISTS)
        names, sources = _names(typed["names"]), _sources(typed["sources"])
        entry = PersonEntry(**texts, names=names, sources=sources, known_as=known_as, elsewhere=elsewhere)
        with bench.acting:
            if person and request.whole("latest", -1) != _person(request).latest:
                raise UsageError(
                    _("Somebody else changed this entry meanwhile. Look at it in another tab, then save again.")
                )
            number = state_person(bench.archive, bench.key, entry, person.number if person else None)
    except UsageError as error:
        return _entry(request, person or Person(-1, -1, ""), typed, str(error), 400)
    return responses.redirect(f"/people/{person.number if person else number}", "said")


def _names(text: str) -> dict[str, str]:
    """Return names by language. A line is a language tag, a space, the name in that language."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        if line.strip():
            language, _, name = line.strip().partition(" ")
            found[language] = name.strip()
    return found


def _sources(text: str) -> tuple[int | str, ...]:
    """Return sources. A line is the number of an item or the id of a post."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return tuple(int(line) if line.isascii() and line.isdecimal() and len(line) < 16 else line for line in lines)


ROUTES: Final = (
    Route("/people", "GET", "read", show),
    Route("/people/table", "GET", "people", table),
    Route("/people/table", "POST", "people", take_table, receive),
    Route("/people/wall", "POST", "people", say_the_wall),
    Route("/people/new", "GET", "people", new),
    Route("/people/new", "POST", "people", add),
    Route("/people/{number:int}", "GET", "read", one),
    Route("/people/{number:int}", "POST", "people", change),
)
