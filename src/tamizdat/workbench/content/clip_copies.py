"""Clips and sounds that people at the desk may play: copies without metadata, made when one is asked for first.

Editors may see a file as it came in. Everybody else gets the copy that the site gets too
(:mod:`tamizdat.publishing.derived.bare_copies`): picture and sound, and nothing else of the file. A clip that its
author published in a post plays. One from a card they get under what was approved to cover it; until then, or an
editor said who is in it, they get the sound alone.
"""

import functools
from pathlib import Path
from typing import Final, NamedTuple

from starlette.responses import FileResponse, Response

from tamizdat.archive import Archive
from tamizdat.covering import NOTHING, Cover
from tamizdat.errors import StorageRefused
from tamizdat.footage.probe import CLIP, PICTURE, SOUND, form_of, moves
from tamizdat.footage.reencode import kind_of_media
from tamizdat.publishing.derived.bare_copies import COVERED, FILES, BareCopies
from tamizdat.web.request import NotFound
from tamizdat.workbench.jobs.jobs import COPY, Job
from tamizdat.workbench.workbench import Workbench

POLICY: Final = "default-src 'none'; sandbox"


class ClipCopy(NamedTuple):
    """How far a copy is: *kind* is "clip", "sound" or "covered", *path* where it lies when made, *job* its making."""

    original: str
    kind: str
    path: Path | None
    job: Job | None
    cover: Cover = NOTHING  #: what lies over it

    @property
    def covered(self) -> bool:
        """Whether it is a clip of which only the sound is given out."""
        return self.kind == COVERED


def plays(archive: Archive, original: str) -> str:
    """Return "clip" or "sound" for an object that can be played, by its first bytes; empty for all others."""
    if not original or not archive.objects.has(original):
        return ""
    try:
        with archive.objects.open(original) as file:
            form = form_of(file)
            if form is None:
                return ""
            return CLIP if form.decoder == "GIF" and moves(file) else form.kind if form.kind in (CLIP, SOUND) else ""
    except StorageRefused:
        return ""


def find(bench: Workbench, original: str, covered: bool = False, cover: Cover = NOTHING) -> ClipCopy | None:
    """Return the copy of an object, under its *cover*, as far as it is; None for what cannot be played."""
    kind = plays(bench.archive, original)
    if not kind:
        return None
    wanted = COVERED if covered and kind == CLIP else kind
    copies = BareCopies(bench.archive)
    files = copies.find_seen(original, wanted, cover)
    if not files and wanted == CLIP and (files := copies.find(original, SOUND, cover)):
        wanted = SOUND  # a container without moving pictures
    job = bench.jobs.of(_job(original, wanted, cover))
    return ClipCopy(original, wanted, files.get(FILES[wanted][0]), job, cover)


def begin(bench: Workbench, copy: ClipCopy) -> None:
    """Begin to make the copy, unless it is made already, or being made."""
    if copy.path is None:
        making = functools.partial(_make, bench.archive, copy)
        bench.jobs.begin(Job(_job(copy.original, copy.kind, copy.cover), "copy", begun=bench.now()), making)


def answer(copy: ClipCopy | None, name: str) -> Response:
    """Return the copy, in ranges if the browser asks so. Raises :class:`NotFound` if there is none (yet)."""
    if copy is None or copy.path is None:
        raise NotFound
    headers = {
        "Content-Disposition": f'inline; filename="{name}.mp4"',
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
    }
    return FileResponse(copy.path, headers=headers, media_type="video/mp4" if copy.kind == CLIP else "audio/mp4")


def poster(archive: Archive, original: str, cover: Cover = NOTHING) -> bytes | None:
    """Return the frame that stands for a clip, if its copy under this *cover* is made; None if not."""
    files = BareCopies(archive).find_seen(original, CLIP, cover)
    return files["poster.jpg"].read_bytes() if files else None


def _job(original: str, kind: str, cover: Cover) -> str:
    return f"{COPY} {kind} {original}" + (f" {cover.digest}" if cover else "")


def _make(archive: Archive, copy: ClipCopy, job: Job) -> None:
    """Make the copy; a container that holds no moving picture, which a look into it shows, is a sound."""

    def told(share: float) -> None:
        job.done, job.total = int(100 * share), 100

    kind = copy.kind
    with archive.objects.whole(copy.original) as source:
        if kind == CLIP and kind_of_media(source) not in (CLIP, PICTURE):
            kind = SOUND
    BareCopies(archive).make_seen(copy.original, kind, told, copy.cover)
