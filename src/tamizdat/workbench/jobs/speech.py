"""A model that listens to a clip, at the workbench: one at a time, for the computer has others to serve."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.machine.model_folder import SPEECH, Model, models_in
from tamizdat.translation.transcript_draft import draft_transcript
from tamizdat.workbench.drafts.machine_transcripts import MachineDraft, MachineDrafts
from tamizdat.workbench.jobs.jobs import Job

NAME: Final = "speech"


def models(folder: Path) -> Sequence[Model]:
    """Return the models of speech in the desk's folder of models."""
    return [each for each in models_in(folder).found if each.kind == SPEECH]


def hear(
    archive: Archive, drafts: MachineDrafts, clip: int, model: Model, language: str, job: Job
) -> MachineDraft | None:
    """Have a model listen to a clip, and keep what it heard; return that, None if it heard nobody speak.

    Raises as :func:`tamizdat.translation.transcript_draft.draft_transcript`; then nothing is kept.
    """

    def told(heard: float, length: float) -> None:
        job.done, job.total = int(heard), int(length)

    heard = draft_transcript(archive, clip, model, language, told, job.stop.is_set)
    if not heard.cues:
        return None
    draft = MachineDraft(clip, heard.language, heard.cues, model.name, model.digest(), job.begun)
    drafts.keep(draft)
    return draft
