"""The glossary: how names and terms are written in their language and translated into others."""

from typing import Any, Final

from starlette.responses import Response

from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.text.tokens import folded
from tamizdat.translation.glossary import KINDS, Term, say, terms
from tamizdat.workbench import responses
from tamizdat.workbench.gate import Route
from tamizdat.workbench.request import NotFound, WorkbenchRequest


def show(visit: WorkbenchRequest) -> Response:
    """The list; of a search, the terms with these letters in a variant, a target or the note."""
    wanted = folded(visit.asked("q")).strip()
    every = terms(visit.bench.archive, retired=True)
    found = [each for each in every if wanted in folded(_words(each))]
    found.sort(key=lambda each: (each.retired, each.language, folded(each.variants[0])))
    return responses.page(visit, "glossary.html", terms=found, wanted=visit.asked("q"), total=len(every))


def _words(term: Term) -> str:
    return "\n".join([*term.variants, *(word for into in term.targets.values() for word in into), term.note])


def new(visit: WorkbenchRequest) -> Response:
    """An empty term; what was marked in a text may stand in it already."""
    term = Term(-1, -1, visit.asked("language", "zh"), (visit.asked("variant"),), {})
    return _page(visit, term)


def one(visit: WorkbenchRequest) -> Response:
    """One term."""
    return _page(visit, _term(visit))


def _term(visit: WorkbenchRequest) -> Term:
    number = visit.parameters["number"]
    found = next((each for each in terms(visit.bench.archive, retired=True) if each.number == number), None)
    if found is None:
        raise NotFound
    return found


def _page(
    visit: WorkbenchRequest, term: Term, typed: dict[str, Any] | None = None, problem: str = "", status: int = 200
) -> Response:
    shown = typed or {
        "language": term.language,
        "variants": "\n".join(term.variants),
        "targets": "\n".join(f"{language} {word}" for language, words in term.targets.items() for word in words),
        "note": term.note,
        "kind": term.kind,
        "retired": term.retired,
    }
    return responses.page(visit, "term.html", status, term=term, shown=shown, kinds=KINDS, problem=problem)


def add(visit: WorkbenchRequest) -> Response:
    """A new term."""
    return _said(visit, None)


def change(visit: WorkbenchRequest) -> Response:
    """The term, anew and whole."""
    return _said(visit, _term(visit))


def _said(visit: WorkbenchRequest, term: Term | None) -> Response:
    typed: dict[str, Any] = {name: visit.text(name) for name in ("language", "variants", "targets", "note", "kind")}
    typed["retired"] = visit.text("retired") == "yes"
    said: dict[str, Json] = {
        **typed,
        "language": typed["language"].strip(),
        "note": typed["note"].strip(),
        "variants": [line.strip() for line in typed["variants"].split("\n") if line.strip()],
        "targets": _targets(typed["targets"]),
    }
    try:
        with visit.bench.acting:
            if term and visit.whole("latest", -1) != _term(visit).latest:
                raise UsageError(
                    "Somebody else changed this term meanwhile. Look at it in another tab, then save again."
                )
            number = say(visit.bench.archive, visit.bench.key, said, term.number if term else None)
    except UsageError as error:
        return _page(visit, term or Term(-1, -1, "", ("",), {}), typed, str(error), 400)
    return responses.redirect(f"/glossary/{number}", "said")


def _targets(text: str) -> dict[str, Json]:
    """A line each: a language tag, a space, the words; the first of a language is the preferred one."""
    found: dict[str, Any] = {}
    for line in text.split("\n"):
        if line.strip():
            language, _, words = line.strip().partition(" ")
            found.setdefault(language, []).append(words.strip())
    return found


DOORS: Final = (
    Route("/glossary", "GET", "read", show),
    Route("/glossary/new", "GET", "glossary", new),
    Route("/glossary/new", "POST", "glossary", add),
    Route("/glossary/{number:int}", "GET", "glossary", one),
    Route("/glossary/{number:int}", "POST", "glossary", change),
)
