"""Files of subtitles: one that exists becomes the draft of a clip's transcript; what is said goes out as one."""

from typing import Final

from starlette.responses import Response

from tamizdat.archive.acts.redactions import length_of
from tamizdat.archive.views.translations import Translation
from tamizdat.errors import BadPacket, UsageError
from tamizdat.text.languages import checked_language
from tamizdat.transcripts import files
from tamizdat.transcripts.cues import checked_cues
from tamizdat.transcripts.encodings import ENCODINGS, MAX_BYTES
from tamizdat.translation.transcripts import audible, name_of, subtitles
from tamizdat.web.request import NotFound
from tamizdat.web.responses import download
from tamizdat.web.routing import Route
from tamizdat.web.small_file import SmallFile
from tamizdat.workbench import responses
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens.transcripts import clip_of, timeline

PATH: Final = "/clips/{number:int}/subtitles"
TOLD: Final = 12  #: things that are told of a file one by one
MEDIA: Final = {".srt": "application/x-subrip", ".vtt": "text/vtt", ".txt": "text/plain"}


def receive(request: WorkbenchRequest) -> SmallFile:
    """Return what takes the file."""
    return SmallFile(MAX_BYTES)


def take(request: WorkbenchRequest) -> Response:
    """Make the file the account's draft, unless something is typed there; tell what of it was not kept."""
    clip, bench, archive = clip_of(request), request.bench, request.bench.archive
    try:
        file, language, encoding = request.sent, request.text("language").strip(), request.text("encoding")
        checked_language(language)
        ending = files.format_of(file.name, files.READ)
        tiers = [each.strip() for each in request.text("tiers").split(",") if each.strip()]
        if encoding and encoding not in ENCODINGS:
            raise UsageError(responses.no_such_button())
        kept = bench.transcript_drafts.read(request.account, clip.number)
        if kept is not None and kept.cues:
            raise UsageError(_("You have a draft of this clip. Propose it, or delete it; then send the file again."))
        here = ending == ".txt" and not archive.objects.on_place  # for its length alone a clip is not fetched
        length = length_of(archive, audible(archive, clip.number)) if here else 0
        found = files.read(file.data, ending, encoding, length, tiers)
        cues, revision = checked_cues(found.cues), kept.revision if kept else 0
        with bench.sealed.changing():
            bench.transcript_drafts.save(request.account, clip.number, language, cues, revision, bench.now())
    except (UsageError, BadPacket) as error:
        return timeline(request, clip, str(error), 400)
    return timeline(request, clip, notes=[str(each) for each in found.told], taken=file.name)


def give(request: WorkbenchRequest) -> Response:
    """Return what is said as a file of subtitles, in the language spoken or another of the account's.

    The words that are approved, else the latest. Raises :class:`NotFound`.
    """
    clip, archive = clip_of(request), request.bench.archive
    ending, language = f".{request.asked('as')}", request.asked("to")
    transcript = archive.index.transcripts.approved(clip.number) or archive.index.transcripts.latest(clip.number)
    if transcript is None or ending not in MEDIA:
        raise NotFound
    cues, tongue = transcript.cues, transcript.language
    if language and language != tongue:
        found = _translation(request, clip.number, language)
        cues, tongue = subtitles(transcript, found), language
    name = f"item-{clip.item}.{tongue}{ending}"
    return download(files.write(cues, ending, tongue).data, name, f"{MEDIA[ending]}; charset=utf-8")


def _translation(request: WorkbenchRequest, clip: int, language: str) -> Translation:
    translations = request.bench.archive.index.translations
    every = [*translations.of(name_of(clip)), *translations.approved(name_of(clip))]
    found = [each for each in every if each.language == language]
    if not found or not request.account.speaks(language):
        raise NotFound
    return found[-1]


ROUTES: Final = (
    Route(f"{PATH}/file", "GET", "translate", give),
    Route(PATH, "POST", "translate", take, receive),
)
