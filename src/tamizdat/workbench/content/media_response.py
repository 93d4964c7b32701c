"""Files of posts and cards, as the desk may look at them.

Pictures and clips of known kinds are shown in the page, all else is a download. What a file is, its first bytes tell,
never its name. SVG and HTML, which could bring scripts, are never shown. Every answer forbids its content to do
anything (``sandbox``), and no name of a file leaves the archive with it.

Only editors get files as they were captured. They hold where a picture was taken, with what and by whom; whoever
translates needs to see the picture and not that. So everybody else is sent its pixels, encoded anew, and of a clip
one frame (:func:`shown_to`, :func:`bare`) and, to play it, a copy (:mod:`.clip_copies`); all of it under what was
approved to cover the people in it (:func:`cover_in_post`).
"""

from typing import Final

from starlette.responses import FileResponse, Response

from tamizdat.archive import Archive
from tamizdat.covering import NOTHING, Cover
from tamizdat.errors import BadMedia
from tamizdat.footage import decode
from tamizdat.footage.decode.clip_probe import LONGEST
from tamizdat.footage.probe import CLIP, DOCUMENT, PICTURE, SOUND, recognise
from tamizdat.footage.reencode import QUALITY
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.publishing.derived.clearance import is_open_in_post
from tamizdat.web.request import NotFound
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content import clip_copies
from tamizdat.workbench.content.object_response import ObjectResponse
from tamizdat.workbench.content.pixels import pixels
from tamizdat.workbench.content.post_view import PostView

_HEAD: Final = 64  #: bytes that are looked at
_POLICY: Final = "default-src 'none'; sandbox"
_FTYP: Final = {b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"}


def kind_of(head: bytes) -> str:
    """Return the media type that the first bytes of a file tell, if browsers may show it; empty for all others."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE"):
        return "image/webp" if head[8:12] == b"WEBP" else "audio/wav"
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "audio/mpeg"
    if head.startswith((b"fLaC", b"OggS")):
        return "audio/flac" if head.startswith(b"fLaC") else "audio/ogg"
    if head[4:8] == b"ftyp" and head[8:12] in (b"M4A ", b"M4B "):
        return "audio/mp4"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "image/avif"
    if head[4:8] == b"ftyp" and (head[8:12] in _FTYP or head[8:10] == b"qt"):
        return "video/mp4"
    return "video/webm" if head.startswith(b"\x1aE\xdf\xa3") else ""


def of_object(archive: Archive, digest: str) -> str:
    """Return the media type of an object, as :func:`kind_of`; empty too if the object is not here."""
    if not digest or not archive.objects.has(digest):
        return ""
    with archive.objects.open(digest) as file:
        return kind_of(file.read(_HEAD))


def shown_to(account: Account, archive: Archive, reading: PostView) -> list[str]:
    """Return the media type in which an account gets each file of a post.

    It is empty for a download, "withheld" for nothing; "clip" and "sound" for what can be played when a copy without
    metadata is made, "copy/clip" and "copy/sound" where it is.
    """
    return [_shown_to(account, archive, reading, digest) for digest, *_ in reading.media]


def _shown_to(account: Account, archive: Archive, reading: PostView, digest: str) -> str:
    kind, editor = of_object(archive, digest), account.may("confidential")
    if editor and kind:
        return kind
    cover, hidden = cover_in_post(account, archive, reading, digest)
    if playable := clip_copies.plays(archive, digest):
        if hidden:
            return SOUND
        copies = BareCopies(archive)
        made = next((each for each in (CLIP, SOUND) if copies.find_seen(digest, each, cover)), "")
        return f"copy/{made}" if made in (playable, SOUND) and made else playable
    return "" if editor else "image/jpeg" if kind.startswith("image/") and not hidden else "withheld"


def cover_in_post(account: Account, archive: Archive, reading: PostView, digest: str) -> tuple[Cover, bool]:
    """Return under what an account gets a file of a post, and whether it sees nothing of it: nobody spoke of it yet."""
    if account.may("confidential"):
        return NOTHING, False
    cover = archive.index.redactions.over(digest)
    return cover, not cover and not is_open_in_post(reading.version, reading.release)


def shown_before(account: Account, archive: Archive, reading: PostView) -> dict[int, list[str]]:
    """Return the media types of the files of versions whose pictures were replaced: for editors only.

    Whoever replaced a picture may have done so to protect somebody who can be seen in it.
    """
    if not account.may("confidential"):
        return {}
    return {
        version.number: [of_object(archive, digest) for digest, *_ in files] for version, _, files in reading.replaced
    }


def bare(archive: Archive, digest: str, name: str) -> Response:
    """Return the pixels of a picture, or of one frame of a clip, as a JPEG, and nothing else of the file.

    Raises :class:`NotFound` if there are none that can be read.
    """
    if not of_object(archive, digest) and not clip_copies.plays(archive, digest):
        raise NotFound
    return jpeg(pixels(archive).get(digest, -1, lambda: _decoded(archive, digest)), name)


def _decoded(archive: Archive, digest: str) -> bytes:
    with archive.objects.whole(digest) as path:
        form = recognise(path)
        if form is None or form.kind not in (PICTURE, CLIP):
            raise NotFound
        if form.kind == CLIP and (frame := clip_copies.poster(archive, digest)):
            return frame
        try:
            [image] = decode.jpegs(path, form, [(LONGEST, QUALITY)])
        except BadMedia:  # without a box, SandboxMissing goes on to the gate, which says so
            raise NotFound from None
    return image


def under(archive: Archive, digest: str, cover: Cover, name: str) -> Response:
    """Return the pixels of a picture, or of one frame of a clip, as they are under its cover. Raises as :func:`bare`.

    Of a covered clip there is a frame once its copy is made.
    """
    if not cover:
        return bare(archive, digest, name)
    if not clip_copies.plays(archive, digest):
        return covered_picture(archive, digest, cover, name)
    frame = clip_copies.poster(archive, digest, cover)
    if frame is None:
        raise NotFound
    return jpeg(frame, name)


def covered_picture(archive: Archive, digest: str, cover: Cover, name: str) -> Response:
    """Return a picture under its cover, as it is published. Raises :class:`NotFound` if it does not decode."""
    try:
        made = BareCopies(archive).make(digest, PICTURE, cover=cover)
    except BadMedia:
        raise NotFound from None
    return jpeg(made["picture.jpg"].read_bytes(), name)


def jpeg(image: bytes, name: str) -> Response:
    """Return a JPEG for a page and for nothing else."""
    headers = {
        "Content-Disposition": f'inline; filename="{name}.jpg"',
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-store",
    }
    return Response(image, headers=headers, media_type="image/jpeg")


def document_page(archive: Archive, digest: str, page: int, name: str) -> Response:
    """Return one page of a PDF, counted from 0, as a JPEG. Raises :class:`NotFound` if there is none."""
    if not archive.objects.has(digest):
        raise NotFound
    return jpeg(pixels(archive).get(digest, page, lambda: _decoded_page(archive, digest, page)), f"{name}-{page + 1}")


def _decoded_page(archive: Archive, digest: str, page: int) -> bytes:
    with archive.objects.whole(digest) as path:
        form = recognise(path)
        if form is None or form.kind != DOCUMENT:
            raise NotFound
        try:
            [image] = decode.page_jpegs(path, page, [(LONGEST, QUALITY)])
        except BadMedia:
            raise NotFound from None
    return image


def answer(archive: Archive, digest: str, name: str) -> Response:
    """Return the object; *name*, without ending, is what a download is called. Raises :class:`NotFound`."""
    if not archive.objects.has(digest):
        raise NotFound
    kind = of_object(archive, digest)
    ending = kind.partition("/")[2].replace("jpeg", "jpg") if kind else "bin"
    return _whole(archive, digest, f'{"inline" if kind else "attachment"}; filename="{name}.{ending}"', kind)


def attachment(archive: Archive, digest: str, name: str) -> Response:
    """Return the object as a file that the browser saves under *name*."""
    return _whole(archive, digest, f'attachment; filename="{name}"', "")


def _whole(archive: Archive, digest: str, disposition: str, kind: str) -> Response:
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    media_type = kind or "application/octet-stream"
    if archive.objects.on_place:
        return ObjectResponse(archive.objects, digest, headers, media_type)
    return FileResponse(archive.objects.path(digest), headers=headers, media_type=media_type)
