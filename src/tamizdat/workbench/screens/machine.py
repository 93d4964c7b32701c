"""Models: what lies at the desk, and which may be asked for suggestions, for which languages. Nothing is, by itself."""

from typing import Final

from starlette.responses import Response

from tamizdat.errors import TamizdatError, UsageError
from tamizdat.machine.model_box import require_packages
from tamizdat.machine.model_folder import TRANSLATION, models_in
from tamizdat.machine.suggestion import codes
from tamizdat.text.languages import checked_language, normal_language
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.machine_switches import Switch
from tamizdat.workbench.request import WorkbenchRequest

PATH: Final = "/models"


def show(request: WorkbenchRequest) -> Response:
    """Return the models that lie at the desk, and what is switched on."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    bench, models = request.bench, models_in(request.bench.models)
    return responses.page(
        request,
        "models.html",
        status,
        models=models,
        translating=[each for each in models.found if each.kind == TRANSLATION],
        switches=bench.machine_switches.all(),
        problem=problem,
    )


def switch_on(request: WorkbenchRequest) -> Response:
    """Switch a model on for a pair of languages."""
    bench = request.bench
    try:
        spoken, language = (_language(request, name) for name in ("spoken", "language"))
        named = request.text("model")
        model = next((each for each in models_in(bench.models).found if each.name == named), None)
        if model is None or model.kind != TRANSLATION:
            raise UsageError(_("This model is not at the desk any more. Load the page again."))
        require_packages(TRANSLATION)
        codes(model, spoken, language)
        day = bench.today().isoformat()
        bench.machine_switches.put(Switch(spoken, language, model.name, model.digest(), model.size, day))
    except TamizdatError as error:
        return _page(request, str(error), 400)
    return responses.redirect(PATH, "switched-on")


def _language(request: WorkbenchRequest, name: str) -> str:
    typed = request.text(name).strip()
    return checked_language(normal_language(typed) or typed)


def switch_off(request: WorkbenchRequest) -> Response:
    """Switch off what is on for a pair of languages."""
    request.bench.machine_switches.remove(request.text("spoken"), request.text("language"))
    return responses.redirect(PATH, "switched-off")


ROUTES: Final = (
    Route(PATH, "GET", "models", show),
    Route(f"{PATH}/on", "POST", "models", switch_on),
    Route(f"{PATH}/off", "POST", "models", switch_off),
)
