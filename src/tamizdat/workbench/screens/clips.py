"""Playing a clip or a sound: the copy without metadata, how far it is while it is made, and why there is none."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from tamizdat.archive import Item
from tamizdat.archive.acts.redactions import kind_seen
from tamizdat.archive.views.transcripts import PostClip
from tamizdat.dataclass import dataclass
from tamizdat.footage.probe import PICTURE
from tamizdat.publishing.derived.clearance import Clearance
from tamizdat.publishing.derived.item_words import Words, words
from tamizdat.statements.catalogued import Release
from tamizdat.translation.transcripts import spans
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.content import clip_copies, media_response
from tamizdat.workbench.content.clip_copies import ClipCopy
from tamizdat.workbench.content.post_view import may_read, read
from tamizdat.workbench.content.translation_view import Work
from tamizdat.workbench.request import WorkbenchRequest

RELOAD: Final = 2  #: seconds


@dataclass(frozen=True)
class Playable:
    """A clip or sound of an item: the copy, its number among the item's files, what is told of it, its address."""

    copy: ClipCopy
    item: int
    place: int | None
    about: str
    path: str
    transcript: int | None = None  #: the number under which what is said in it is written down; None: the item's

    @property
    def number(self) -> int:
        """The number of its transcript."""
        return self.item if self.transcript is None else self.transcript

    @property
    def name(self) -> str:
        """What a download is called."""
        return f"item-{self.item}" + ("" if self.place is None else f"-{self.place + 1}")


def of_transcript(request: WorkbenchRequest, number: int) -> Playable:
    """Return the clip or sound whose transcript is looked at; the first look begins to make its copy.

    Raises :class:`NotFound`, also if this account may not hear it.
    """
    held = request.bench.archive.index.transcripts.of_post(number)
    found = of_item(request, number) if held is None else _in_post(request, held)
    if found.copy.path is None and found.copy.job is None:
        clip_copies.begin(request.bench, found.copy)
        found = of_item(request, number) if held is None else _in_post(request, held)
    return replace(found, transcript=number)


def spoken(request: WorkbenchRequest, work: Work) -> dict[str, object]:
    """Return what the page of a translation shows of a transcript: its clip, it, the cue of each of its segments.

    Of a post there is nothing.
    """
    transcript = request.bench.archive.index.transcripts.transcript(work.reading.version.number)
    if transcript is None:
        return {"clip": None, "transcript": None, "cues": []}
    cues = spans(transcript)
    same = len(cues) == len(work.segments)
    return {"clip": of_transcript(request, work.reading.number), "transcript": transcript, "cues": cues if same else []}


def of_post(request: WorkbenchRequest) -> Playable:
    """Return the clip of a post that the address names. Raises :class:`NotFound`, also if the post is not for them."""
    return _of_post(request, request.parameters["number"], request.parameters["place"])


def _in_post(request: WorkbenchRequest, held: PostClip) -> Playable:
    """Return a clip where it stands in the version of its post that counts. Raises as :func:`of_post`."""
    reading = read(request.bench.archive, held.page)
    place = next((at for at, each in enumerate(reading.media) if each[0] == held.object), None) if reading else None
    if place is None:
        raise NotFound
    return _of_post(request, held.page, place)


def _of_post(request: WorkbenchRequest, number: int, place: int) -> Playable:
    bench = request.bench
    reading = read(bench.archive, number)
    if reading is None or not may_read(request.account, reading) or place >= len(reading.media):
        raise NotFound
    original, _, alt, _ = reading.media[place]
    alts = reading.release.alts
    about = alts[place] if place < len(alts) and alts[place] else alt
    cover, hidden = media_response.cover_in_post(request.account, bench.archive, reading, original)
    found = _playable(clip_copies.find(bench, original, hidden, cover), reading.number, place, about)
    return replace(found, transcript=bench.archive.index.transcripts.number_of(original))


def of_file(request: WorkbenchRequest) -> Playable:
    """Return the clip of a card that the address names; for all but editors as far as it may be seen.

    Raises :class:`NotFound`, also if they may not see it.
    """
    return of_item(request, request.parameters["number"])


def of_item(request: WorkbenchRequest, number: int) -> Playable:
    """Return a clip of a card by its number. Raises as :func:`of_file`."""
    bench = request.bench
    item = bench.archive.index.item(number)
    if item is None or not (request.account.may("confidential") or item.release == Release.PUBLIC):
        raise NotFound
    return _playable(find(request, item, words(bench.archive)), number, None, item.alt or item.title)


def find(request: WorkbenchRequest, item: Item, said: Mapping[int, Words]) -> ClipCopy | None:
    """Return the copy of an item that this account may play: an editor the whole of it, all others as it is cleared."""
    if request.account.may("confidential"):
        return clip_copies.find(request.bench, item.original)
    clearance = Clearance(request.bench.archive, said)
    return clip_copies.find(request.bench, item.original, bool(clearance.why_not(item)), clearance.cover(item))


def is_hidden(request: WorkbenchRequest, item: Item, said: Mapping[int, Words]) -> bool:
    """Tell whether this account may not see what a camera saw: nobody has said yet who is in it.

    Nobody can before the original is here; the small picture that a field device made of it may come earlier.
    """
    archive = request.bench.archive
    waits = not archive.objects.has(item.original) or bool(Clearance(archive, said).why_not(item))
    return not request.account.may("confidential") and waits


def has_preview(request: WorkbenchRequest, item: Item, preview: Item | None) -> bool:
    """Tell whether :func:`answer_preview` has something: of what is covered the picture alone, for all but editors."""
    archive = request.bench.archive
    if archive.index.redactions.cover(item.number) and not request.account.may("confidential"):
        return kind_seen(archive, item) == PICTURE
    return preview is not None and bool(media_response.of_object(archive, preview.original))


def answer_preview(request: WorkbenchRequest, item: Item) -> Response:
    """Return the small picture that the field device made of an item, or the item under its cover.

    Raises :class:`NotFound` if there is none, or none for this account.
    """
    archive, name = request.bench.archive, f"preview-{item.number}"
    found = archive.index.preview_of(item)
    if is_hidden(request, item, words(archive)) or not has_preview(request, item, found):
        raise NotFound
    if request.account.may("confidential"):
        assert found is not None, "it has one"
        return media_response.answer(archive, found.original, name)
    if cover := archive.index.redactions.cover(item.number):
        return media_response.covered_picture(archive, item.original, cover, name)
    assert found is not None, "it has one"
    return media_response.bare(archive, found.original, name)


def _playable(copy: ClipCopy | None, item: int, place: int | None, about: str) -> Playable:
    if copy is None:
        raise NotFound
    path = f"/items/{item}" if place is None else f"/items/{item}/media/{place}"
    return Playable(copy, item, place, about, path)


def _show(request: WorkbenchRequest, found: Playable) -> Response:
    """Return the page that plays it; the first look begins to make the copy, as a look at a picture decodes it."""
    copy = found.copy
    if copy.path is None and copy.job is None:
        clip_copies.begin(request.bench, copy)
        copy = clip_copies.find(request.bench, copy.original, copy.covered, copy.cover) or copy
    if request.wants_json:
        return responses.data({"ready": copy.path is not None, **(copy.job.state() if copy.job else {})})
    response = responses.page(request, "clip.html", clip=found, copy=copy)
    if copy.path is None and copy.job and copy.job.running:
        response.headers["Refresh"] = f"{RELOAD}; url={found.path}/play"
    return response


def _again(request: WorkbenchRequest, found: Playable) -> Response:
    clip_copies.begin(request.bench, found.copy)
    return responses.redirect(f"{found.path}/play")


def show_of_post(request: WorkbenchRequest) -> Response:
    """Return the page that plays a clip of a post."""
    return _show(request, of_post(request))


def show_of_file(request: WorkbenchRequest) -> Response:
    """Return the page that plays a clip of a card."""
    return _show(request, of_file(request))


def again_of_post(request: WorkbenchRequest) -> Response:
    """Make the copy of a clip of a post, after it failed."""
    return _again(request, of_post(request))


def again_of_file(request: WorkbenchRequest) -> Response:
    """Make the copy of a clip of a card, after it failed."""
    return _again(request, of_file(request))


def copy_of_post(request: WorkbenchRequest) -> Response:
    """Return the copy of a clip of a post."""
    found = of_post(request)
    return clip_copies.answer(found.copy, found.name)


def copy_of_file(request: WorkbenchRequest) -> Response:
    """Return the copy of a clip of a card, or of its sound."""
    found = of_file(request)
    return clip_copies.answer(found.copy, found.name)


def poster_of_post(request: WorkbenchRequest) -> Response:
    """Return the frame that stands for a clip of a post, and nothing else of the file."""
    return _poster(request, of_post(request))


def poster_of_file(request: WorkbenchRequest) -> Response:
    """Return the frame that stands for a clip of a card."""
    return _poster(request, of_file(request))


def _poster(request: WorkbenchRequest, found: Playable) -> Response:
    """Return the frame of a clip under what lies over it; not of one that may not be seen. Raises :class:`NotFound`."""
    if found.copy.covered:
        raise NotFound
    return media_response.under(request.bench.archive, found.copy.original, found.copy.cover, found.name)


_POST: Final = "/items/{number:int}/media/{place:int}"
_FILE: Final = "/items/{number:int}"

ROUTES: Final = (
    Route(f"{_POST}/play", "GET", "read", show_of_post),
    Route(f"{_POST}/play", "POST", "read", again_of_post),
    Route(f"{_POST}/copy", "GET", "read", copy_of_post),
    Route(f"{_POST}/poster", "GET", "read", poster_of_post),
    Route(f"{_FILE}/poster", "GET", "read", poster_of_file),
    Route(f"{_FILE}/play", "GET", "read", show_of_file),
    Route(f"{_FILE}/play", "POST", "read", again_of_file),
    Route(f"{_FILE}/copy", "GET", "read", copy_of_file),
)
