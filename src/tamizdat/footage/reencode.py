"""The published form of a picture or clip: made anew from its pixels and sound, with nothing else in it.

Originals are never published. A camera writes where it was, its own serial number and its owner's name into
a file in a dozen places (EXIF, XMP, IPTC, maker notes, ICC text, PNG text, MP4 location atoms, SEI messages
in the video stream itself, the thumbnail of the picture *before* it was cropped). Removing what one knows
leaves what one does not know; so the picture is decoded to bare pixels and encoded again, in a box
(:mod:`tamizdat.footage.decode`).

======== ============ ====================================================================================
kind     file         what it is
======== ============ ====================================================================================
picture  picture.jpg  JPEG, upright, sRGB, at most 1920 px on the longer side
clip     clip.mp4     H.264 and AAC, upright, square pixels, at most 1920 px and 60 frames a second
clip     poster.jpg   one frame of clip.mp4, from a tenth of its length, in its full size
both     small.jpg    for lists, at most 720 px
======== ============ ====================================================================================

The encoders are told to leave no mark of themselves either, and :mod:`tamizdat.footage.allowlist` then reads each
finished file, structure by structure, and refuses what is not needed to show it. The same input makes the
same bytes as long as ffmpeg, x264 and Pillow are the same. What a picture *shows* is the editor's business.
"""

import shutil
from pathlib import Path
from typing import Final

from tamizdat.errors import BadMedia, Leak, StorageFull
from tamizdat.footage import decode
from tamizdat.footage.allowlist import check_bare
from tamizdat.footage.decode.clip import LONGEST
from tamizdat.footage.decode.ffmpeg import MAX_PIXELS
from tamizdat.footage.probe import CLIP, PICTURE, Form, recognise

SMALL: Final = 720
QUALITY: Final = 85
SIZES: Final = ((LONGEST, QUALITY), (SMALL, QUALITY))
ENCODING_SECONDS: Final = 120  #: and thirty for each second of the clip: a slow computer takes ten
ROOM: Final = 16 << 20  #: bytes free below which a failure is put down to the disk

#: The recipe, as the public statement tells it. Whoever changes what comes out changes this sentence too:
#: media are made again exactly when it differs.
HOW: Final = {
    PICTURE: "re-encoded from its pixels without metadata, upright, sRGB, at most 1920 px (recipe picture/1)",
    CLIP: "re-encoded from picture and sound without metadata, upright, at most 1920 px and 60 fps (recipe clip/1)",
}


def remake(source: Path, kind: str, out: Path) -> tuple[Path, ...]:
    """Make the published files of *source* in the empty folder *out* and name them, the chief one first.

    Raises :class:`BadMedia` if *source* is not a sound *kind*, :class:`Leak` if a result is not bare,
    :class:`StorageFull` if it failed and no room is left, :class:`SandboxMissing` if there is no box to decode it in.
    """
    form = recognise(source)
    if form is None or form.kind != kind:
        raise BadMedia(f"Expected a {kind}, found {'neither picture nor clip' if form is None else 'a ' + form.kind}.")
    try:
        made = _remake_clip(source, form, out) if kind == CLIP else _remake_picture(source, form, out)
        for path in made:
            check_bare(path)
    except (BadMedia, Leak):
        if shutil.disk_usage(out).free < ROOM:  # ffmpeg does not say that it was the disk, and may even exit with 0
            raise StorageFull("No room is left for published media. Free some space, then run it again.") from None
        raise
    return made


def _remake_picture(source: Path, form: Form, out: Path) -> tuple[Path, ...]:
    made = out / "picture.jpg", out / "small.jpg"
    for path, data in zip(made, decode.jpegs(source, form, SIZES), strict=True):
        path.write_bytes(data)
    return made


def _remake_clip(source: Path, form: Form, out: Path) -> tuple[Path, ...]:
    probe = decode.probe_clip(source, form)
    if not 0 < probe.width * probe.height <= MAX_PIXELS:
        found = f"{probe.width:,} times {probe.height:,}"
        raise BadMedia(f"Expected frames of at most {MAX_PIXELS:,} pixels, found {found}; look at the original.")
    chief, poster, small = out / "clip.mp4", out / "poster.jpg", out / "small.jpg"
    decode.encode_clip(source, form, chief, ENCODING_SECONDS + int(30 * min(probe.seconds, decode.CLIP_SECONDS)))
    for path, data in zip((poster, small), decode.jpegs(chief, Form(CLIP, "mov"), SIZES), strict=True):
        path.write_bytes(data)
    return chief, poster, small
