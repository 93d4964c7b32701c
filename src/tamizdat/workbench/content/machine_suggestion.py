"""Asking the model that is switched on for a piece of work: which one it is, and what it says of one sentence."""

from tamizdat.errors import UsageError
from tamizdat.machine.model_box import require_packages
from tamizdat.machine.model_folder import TRANSLATION, Model, look
from tamizdat.workbench.content.translation_view import Work
from tamizdat.workbench.drafts.translations import sentence_keys
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.machine_switches import Switch
from tamizdat.workbench.machine_words import Said
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.workbench import Workbench


def switched(bench: Workbench, work: Work) -> Switch | None:
    """Return what is switched on for the languages of a piece of work; None if nothing is."""
    return bench.machine_switches.of(work.reading.version.language, work.language)


def suggest(request: WorkbenchRequest, work: Work, place: int) -> None:
    """Ask the model for one sentence and keep what it says for the account that asked.

    Raises :class:`UsageError` if none is switched on, if its folder is not what was switched on, or if it fails.
    """
    bench, switch = request.bench, switched(request.bench, work)
    if switch is None or not 0 <= place < len(work.segments):
        raise UsageError(_("No model is switched on for these languages. Load the page again."))
    model = _model(bench, switch)
    source = work.segments[place].source
    words = bench.suggester.suggest(model, work.reading.version.language, work.language, source)
    if not words:
        raise UsageError(_("The model suggests nothing for this sentence."))
    said = Said(words, switch.model, switch.digest)
    bench.machine_words.add(request.account, work.reading.post, work.language, sentence_keys(work.sources)[place], said)


def _model(bench: Workbench, switch: Switch) -> Model:
    require_packages(TRANSLATION)
    model = look(bench.models / switch.model, TRANSLATION)
    if model.size != switch.size:  # its digest would take seconds, each time
        raise UsageError(
            _("The model %(model)s was changed since it was switched on. An editor has to switch it on again.",
              model=switch.model)
        )  # fmt: skip
    return model
