"""The glossary: how names and terms are written in their language and translated into others."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import TermEntry
from tamizdat.text.tokens import folded
from tamizdat.translation.glossary import KINDS, Term, state_term, terms
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest


def show(request: WorkbenchRequest) -> Response:
    """Return the list; for a search, the terms with these letters in a variant, a target or the note."""
    wanted = folded(request.asked("q")).strip()
    every = terms(request.bench.archive, retired=True)
    found = [each for each in every if wanted in folded(_words(each))]
    found.sort(key=lambda each: (each.retired, each.language, folded(each.variants[0])))
    return responses.page(request, "glossary.html", terms=found, wanted=request.asked("q"), total=len(every))


def _words(term: Term) -> str:
    return "\n".join([*term.variants, *(word for into in term.targets.values() for word in into), term.note])


def new(request: WorkbenchRequest) -> Response:
    """Return the form for a new term; what was marked in a text and in its translation may stand in it already."""
    into, target = request.asked("into"), request.asked("target")
    targets = {into: (target,)} if into else {}
    term = Term(-1, -1, request.asked("language", "zh"), (request.asked("variant"),), targets)
    return _page(request, term)


def one(request: WorkbenchRequest) -> Response:
    """Return the form for one term."""
    return _page(request, _term(request))


def _term(request: WorkbenchRequest) -> Term:
    number = request.parameters["number"]
    found = next((each for each in terms(request.bench.archive, retired=True) if each.number == number), None)
    if found is None:
        raise NotFound
    return found


def _page(
    request: WorkbenchRequest,
    term: Term,
    typed: Mapping[str, object] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    shown = typed or {
        "language": term.language,
        "variants": "\n".join(term.variants),
        "targets": "\n".join(f"{language} {word}" for language, words in term.targets.items() for word in words),
        "note": term.note,
        "kind": term.kind,
        "retired": term.retired,
    }
    return responses.page(request, "term.html", status, term=term, shown=shown, kinds=KINDS, problem=problem)


def add(request: WorkbenchRequest) -> Response:
    """State a new term."""
    return _state(request, None)


def change(request: WorkbenchRequest) -> Response:
    """State the term anew, whole."""
    return _state(request, _term(request))


def _state(request: WorkbenchRequest, term: Term | None) -> Response:
    typed = {name: request.text(name) for name in ("language", "variants", "targets", "note", "kind")}
    retired = request.text("retired") == "yes"
    entry = TermEntry(
        language=typed["language"].strip(),
        variants=tuple(line.strip() for line in typed["variants"].split("\n") if line.strip()),
        targets=_targets(typed["targets"]),
        note=typed["note"].strip(),
        kind=typed["kind"],
        retired=retired,
    )
    try:
        with request.bench.acting:
            if term and request.whole("latest", -1) != _term(request).latest:
                raise UsageError(
                    _("Somebody else changed this term meanwhile. Look at it in another tab, then save again.")
                )
            number = state_term(request.bench.archive, request.bench.key, entry, term.number if term else None)
    except UsageError as error:
        return _page(request, term or Term(-1, -1, "", ("",), {}), {**typed, "retired": retired}, str(error), 400)
    return responses.redirect(f"/glossary/{number}", "said")


def _targets(text: str) -> dict[str, tuple[str, ...]]:
    """Return targets by language. A line is a language tag, a space, words; the first of a language is preferred."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.split("\n"):
        if line.strip():
            language, _, words = line.strip().partition(" ")
            found[language] = (*found.get(language, ()), words.strip())
    return found


ROUTES: Final = (
    Route("/glossary", "GET", "read", show),
    Route("/glossary/new", "GET", "glossary", new),
    Route("/glossary/new", "POST", "glossary", add),
    Route("/glossary/{number:int}", "GET", "glossary", one),
    Route("/glossary/{number:int}", "POST", "glossary", change),
)
