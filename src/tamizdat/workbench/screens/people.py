"""People: the list of names, each entry with its sources and the state of its checking, and the wall that they make."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from tamizdat.archive.views.people import RELEASES, STATES, Person, say, say_wall
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.workbench import responses
from tamizdat.workbench.content.post_view import may_read, read, read_post
from tamizdat.workbench.gate import Route
from tamizdat.workbench.request import NotFound, WorkbenchRequest

PAGE: Final = 100  #: people on a page
_TEXTS: Final = ("name", "language", "age", "place", "school", "state", "note", "release", "reason")


def show(visit: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    """The list. Who is no editor sees what is released."""
    people = visit.bench.archive.index.people
    everybody = people.all(None if visit.account.may("confidential") else "public")
    wanted = visit.asked("state")
    found = [each for each in everybody if wanted in ("", each.state, each.release)]
    first = min(visit.whole("from", 0), max(0, len(found) - 1))
    sentence, language = people.wall()
    return responses.page(
        visit,
        "people.html",
        status,
        people=found[first : first + PAGE],
        total=len(found),
        everybody=len(everybody),
        first=first,
        page=PAGE,
        wanted=wanted,
        states=STATES,
        releases=RELEASES,
        wall=visit.text("sentence") or sentence,
        wall_language=visit.text("wall-language") or language or "en",
        problem=problem,
    )


def say_the_wall(visit: WorkbenchRequest) -> Response:
    """The sentence that the tiles of the wall spell."""
    bench = visit.bench
    try:
        say_wall(bench.archive, bench.key, visit.text("sentence"), visit.text("wall-language"))
    except UsageError as error:
        return show(visit, str(error), 400)
    return responses.redirect("/people", "said")


def new(visit: WorkbenchRequest) -> Response:
    """An empty entry."""
    return _entry(visit, Person(-1, -1, "", state=STATES[0], release=RELEASES[0]))


def one(visit: WorkbenchRequest) -> Response:
    """One entry, and those before it."""
    return _entry(visit, _person(visit))


def _person(visit: WorkbenchRequest) -> Person:
    person = visit.bench.archive.index.people.person(visit.parameters["number"])
    if person is None or not (visit.account.may("confidential") or person.release == "public"):
        raise NotFound
    return person


def _entry(
    visit: WorkbenchRequest,
    person: Person,
    typed: Mapping[str, Any] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    shown = typed or {
        **{name: getattr(person, name) for name in _TEXTS},
        "names": "\n".join(f"{language} {name}" for language, name in person.names),
        "sources": "\n".join(str(each) for each in person.sources),
    }
    people = visit.bench.archive.index.people
    history = people.history(person.number) if person.number >= 0 and visit.account.may("people") else []
    return responses.page(
        visit,
        "person.html",
        status,
        person=person,
        shown=shown,
        history=history[:-1],
        sources=[(each, _source(visit, each)) for each in person.sources],
        states=STATES,
        releases=RELEASES,
        problem=problem,
    )


def _source(visit: WorkbenchRequest, source: int | str) -> tuple[int, str] | None:
    """Number and beginning of the post or file that a source names; None if it is not here."""
    archive = visit.bench.archive
    reading = read(archive, source) if isinstance(source, int) else read_post(archive, source)
    if reading:
        return (reading.number, reading.version.text) if may_read(visit.account, reading) else None
    item = archive.index.item(source) if isinstance(source, int) else None
    return (item.number, item.title or item.path) if item and visit.account.may("confidential") else None


def add(visit: WorkbenchRequest) -> Response:
    """A new entry."""
    return _said(visit, None)


def change(visit: WorkbenchRequest) -> Response:
    """The entry, anew and whole."""
    return _said(visit, _person(visit))


def _said(visit: WorkbenchRequest, person: Person | None) -> Response:
    bench = visit.bench
    typed = {name: visit.text(name) for name in (*_TEXTS, "names", "sources")}
    try:
        said: dict[str, Json] = {name: typed[name] for name in _TEXTS}
        said |= {"names": _names(typed["names"]), "sources": _sources(typed["sources"])}
        with bench.acting:
            if person and visit.whole("latest", -1) != _person(visit).latest:
                raise UsageError(
                    "Somebody else changed this entry meanwhile. Look at it in another tab, then save again."
                )
            number = say(bench.archive, bench.key, said, person.number if person else None)
    except UsageError as error:
        return _entry(visit, person or Person(-1, -1, ""), typed, str(error), 400)
    return responses.redirect(f"/people/{person.number if person else number}", "said")


def _names(text: str) -> dict[str, Json]:
    """A line each: a language tag, a space, the name in that language."""
    found: dict[str, Json] = {}
    for line in text.split("\n"):
        if line.strip():
            language, _, name = line.strip().partition(" ")
            found[language] = name.strip()
    return found


def _sources(text: str) -> list[Json]:
    """A line each: the number of an item, or the id of a post."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return [int(line) if line.isascii() and line.isdecimal() and len(line) < 16 else line for line in lines]


DOORS: Final = (
    Route("/people", "GET", "read", show),
    Route("/people/wall", "POST", "people", say_the_wall),
    Route("/people/new", "GET", "people", new),
    Route("/people/new", "POST", "people", add),
    Route("/people/{number:int}", "GET", "read", one),
    Route("/people/{number:int}", "POST", "people", change),
)
