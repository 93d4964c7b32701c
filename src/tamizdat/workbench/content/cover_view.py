"""What a screen shows of an item that is covered: frames to draw on, frames of what remains, and what is drawn.

Frames to draw on are of the bare copy, for editors alone; what is looked at before an approval is of the copy under the
very cover that is approved, as it would be published.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from starlette.responses import Response

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.redactions import coverable
from tamizdat.archive.views.redactions import Redaction
from tamizdat.covering import NOTHING, Cover
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia, UsageError
from tamizdat.footage import decode
from tamizdat.footage.probe import CLIP, PICTURE, Form
from tamizdat.ledger.shapes import members_of
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.web.request import NotFound
from tamizdat.workbench.content import media_response
from tamizdat.workbench.content.pixels import pixels
from tamizdat.workbench.content.post_view import Media

LARGE, SMALL, QUALITY = 1280, 320, 80
FRAME: Final = Form(CLIP, "mov")


def post_of(archive: Archive, item: Item) -> int | None:
    """Return the number of the post that an item is a file of; None for a file of a card."""
    held = None if archive.index.item(item.number) else archive.index.transcripts.of_post(item.number)
    return held.page if held else None


def in_post(archive: Archive, files: Sequence[Media]) -> list[tuple[int, Redaction | None] | None]:
    """Return of each file of a post under which number it is covered, and what was said last; None of another kind."""
    found: list[tuple[int, Redaction | None] | None] = []
    for digest, *_ in files:
        number = archive.index.transcripts.number_of(digest)
        try:
            item = None if number is None else coverable(archive, number)[0]
        except UsageError:
            item = None
        found.append((item.number, archive.index.redactions.latest(item.number)) if item else None)
    return found


def length_of_copy(archive: Archive, item: Item, kind: str, cover: Cover = NOTHING) -> int | None:
    """Return the length of an item's copy in ms, 0 of a picture; None while there is no copy."""
    if kind == PICTURE:
        return 0
    found = BareCopies(archive).find_seen(item.original, kind, cover)
    if not found:
        return None
    chief = next(iter(found.values()))
    return int(1000 * decode.probe_clip(chief, FRAME).seconds)


def frame(archive: Archive, item: Item, kind: str, cover: Cover, at: int, small: bool) -> Response:
    """Return a frame of an item's copy under *cover*, or the picture under it. Raises :class:`NotFound`."""
    copies, longest = BareCopies(archive), SMALL if small else LARGE
    if kind == PICTURE:
        return media_response.covered_picture(archive, item.original, cover, f"cover-{item.number}")
    found = copies.find_seen(item.original, CLIP, cover) if kind == CLIP else {}
    if not found:
        raise NotFound

    def made() -> bytes:
        return decode.frame_jpeg(found["clip.mp4"], FRAME, at, longest, QUALITY)

    try:
        image = pixels(archive).get(f"{item.original} {cover.digest} {longest}", at, made)
    except BadMedia:
        raise NotFound from None
    return media_response.jpeg(image, f"cover-{item.number}-{at}")


def as_data(cover: Cover) -> dict[str, Json]:
    """Return what is covered as the page's script reads and sends it."""
    return members_of(cover)


def told(cover: Cover) -> Iterator[tuple[str, str, int, int, int]]:
    """Yield a row for each region and silence: cover, shape, from, to, key frames."""
    for region in cover.regions:
        yield region.cover, region.shape, region.start, region.end, len(region.keys)
    for silence in cover.silences:
        yield "silence", "", silence.start, silence.end, 0
