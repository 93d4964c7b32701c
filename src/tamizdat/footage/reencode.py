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
sound    sound.mp4    AAC, all streams mixed; poster.jpg is a drawing of how loud it is
document picture.jpg  the first page as a picture; page-2.jpg … are the others
text     text.txt     the words in UTF-8, line ends as line feeds, without what cannot be seen
all but  small.jpg    for lists, at most 720 px
text
======== ============ ====================================================================================

The encoders are told to leave no mark of themselves either, and :mod:`tamizdat.footage.allowlist` then reads each
finished file, structure by structure, and refuses what is not needed to show it. The same input makes the
same bytes as long as ffmpeg, x264 and Pillow are the same. What a picture *shows* is the editor's business.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tamizdat.covering import NOTHING, Cover
from tamizdat.errors import BadMedia, DamagedInput, Leak, StorageFull
from tamizdat.footage import decode
from tamizdat.footage.allowlist import check_bare
from tamizdat.footage.decode import Told
from tamizdat.footage.decode.clip_probe import LONGEST, Probe
from tamizdat.footage.decode.ffmpeg import MAX_PIXELS
from tamizdat.footage.mp4_boxes import length_of
from tamizdat.footage.probe import CLIP, DOCUMENT, PICTURE, SOUND, Form, moves, recognise
from tamizdat.footage.renditions import is_silent
from tamizdat.footage.text_file import LARGEST, words_of

SMALL: Final = 720
TEXT: Final = "text"
TAKE: Final = "take"  #: a clip that a camera cut into several files
APART: Final = "apart"  #: a clip whose sound the camera wrote into files of its own
_EITHER: Final = frozenset(
    {"mov", "matroska", "ogg", "asf", "mxf", "mpegts", "mpeg", "flv"}
)  #: containers that hold clips, or sound alone
QUALITY: Final = 85
SIZES: Final = ((LONGEST, QUALITY), (SMALL, QUALITY))
DRAWN: Final = ((960, QUALITY), (SMALL, QUALITY))  #: of the drawing of a sound
ENCODING_SECONDS: Final = 120  #: and thirty for each second of the clip: a slow computer takes ten
JOINING_SECONDS: Final = 600  #: for each file of a take: its bytes are copied
ROOM: Final = 16 << 20  #: bytes free below which a failure is put down to the disk

#: The recipe, as the public statement tells it. Whoever changes what comes out changes this sentence too:
#: media are made again exactly when it differs.
HOW: Final = {
    PICTURE: "re-encoded from its pixels without metadata, upright, sRGB, at most 1920 px (recipe picture/1)",
    CLIP: "re-encoded from picture and all sound that decodes without metadata, upright, at most 1920 px and 60 fps "
    "(recipe clip/3)",
    TAKE: "its files re-encoded from picture and all sound that decodes without metadata, upright, at most 1920 px and "
    "60 fps, and joined in the order of the camera (recipe take/2)",
    APART: "re-encoded from its picture and the sound in files beside it, all channels mixed, without metadata, "
    "upright, at most 1920 px and 60 fps (recipe apart/2)",
    SOUND: "re-encoded from all its sound that decodes without metadata (recipe sound/2)",
    DOCUMENT: "each page re-made as a picture, at most 1920 px; nothing else of the document (recipe document/1)",
    TEXT: "its words as plain text in UTF-8 (recipe text/1)",
}

WITHOUT_SOUND: Final = "; its sound left out (recipe mute/1)"  #: what a recipe of a clip goes on with, if it is


def remake(
    source: Path, kind: str, out: Path, told: Told = None, cover: Cover = NOTHING, heard: bool = True
) -> tuple[Path, ...]:
    """Make the published files of *source* in the empty folder *out* and name them, the chief one first.

    What *cover* says is covered before anything is made: all else is made of what remains.

    Of a clip, *told* is told the share that is done, from 0 to 1; if it is not *heard*, its sound is not even decoded.

    Raises :class:`BadMedia` if *source* is not a sound *kind*, :class:`Leak` if a result is not bare,
    :class:`StorageFull` if it failed and no room is left, :class:`SandboxMissing` if there is no box to decode it in.
    """
    found, said = _looked(source)
    if found not in (None, kind) or (found is None and kind != TEXT):
        raise BadMedia(f"Expected a {kind}, found {'neither picture nor clip' if found is None else 'a ' + found}.")
    with full_disk_told(out):
        form = _form(source)
        clip = kind == CLIP
        made = (
            _remake_clip(source, form, out, told, cover, heard, said)
            if clip
            else _MAKERS[kind](source, form, out, cover)
        )
        for path in made:
            check_bare(path)
    return made


@contextlib.contextmanager
def full_disk_told(out: Path) -> Iterator[None]:
    """Raise :class:`StorageFull` if media could not be made in the folder *out* and no room is left there."""
    try:
        yield
    except (DamagedInput, Leak):
        if shutil.disk_usage(out).free < ROOM:  # ffmpeg does not say that it was the disk, and may even exit with 0
            raise StorageFull("No room is left for published media. Free some space, then run it again.") from None
        raise


def kind_of_media(source: Path) -> str | None:
    """Return what a file would be published as, by its bytes; None for a text and for what we do not know.

    A container without moving pictures is a sound; to know that, it is looked into, in the box. A GIF that moves is a
    clip.
    """
    return _looked(source)[0]


def _looked(source: Path) -> tuple[str | None, Probe | None]:
    """Return what a file would be published as, and what its container says if that had to be asked."""
    form = recognise(source)
    if form is not None and form.kind == CLIP and form.decoder in _EITHER:
        said = decode.probe_clip(source, form)
        return (CLIP if said.width else SOUND), said
    return (_form(source).kind if form else None), None


def join_take(clips: Sequence[Path], out: Path, sounds: Sequence[Path] = (), heard: bool = True) -> tuple[Path, ...]:
    """Make the published files of a take in the empty folder *out*, of the clips that :func:`remake` made of its files.

    With *sounds*, which :func:`remake_sound` made, it is the one clip with these; what is not to be *heard* is without
    sound. Raises as :func:`remake`.
    """
    made = out / "clip.mp4", out / "poster.jpg", out / "small.jpg"
    seconds = ENCODING_SECONDS + JOINING_SECONDS * (len(clips) + len(sounds))
    with full_disk_told(out):
        if sounds and heard:
            decode.add_sounds(clips[0], sounds, made[0], seconds)
        else:
            decode.join_clips(clips, made[0], seconds, heard)
        for path, data in zip(made[1:], decode.jpegs(made[0], Form(CLIP, "mov"), SIZES), strict=True):
            path.write_bytes(data)
        for path in made:
            check_bare(path)
    return made


def remake_sound(source: Path, out: Path, told: Told = None, cover: Cover = NOTHING) -> Path:
    """Make the sound of a clip alone, without metadata, in the empty folder *out*; as :func:`remake`."""
    form, made = _form(source), out / "sound.mp4"
    seconds = min(decode.probe_clip(source, form).seconds, decode.CLIP_SECONDS)
    decode.encode_sound(source, form, made, ENCODING_SECONDS + int(5 * seconds), seconds, told, cover)
    check_bare(made)
    return made


def is_sound_alone_damaged(source: Path) -> bool:
    """Return whether a clip that cannot be made has a frame that decodes, and sound that does not.

    A decoder that was killed, or had too little time, is no damage: a copy without sound would stay in its place.
    """
    try:
        form = _form(source)
        decode.jpegs(source, form, SIZES[-1:])
        channels = decode.probe_clip(source, form).channels
    except BadMedia:
        return False
    for stream, known in enumerate(channels):
        if not known and any(channels):  # a kind that nobody here knows, beside one that is published
            continue
        try:
            decode.levels(source, form, stream)
        except BadMedia:
            return True
    return False


def is_heard(source: Path) -> bool:
    """Return whether anything can be heard in a clip or sound; a stream that cannot be decoded may be."""
    form = _form(source)
    for stream in range(decode.probe_clip(source, form).sounds):
        try:
            if not is_silent(decode.levels(source, form, stream)):
                return True
        except BadMedia:
            return True
    return False


def _form(source: Path) -> Form:
    """Return the form of a file; a GIF that moves is a clip."""
    form = recognise(source) or Form(TEXT, "")
    if form.decoder != "GIF":
        return form
    with source.open("rb") as file:
        return Form(CLIP, "gif") if moves(file) else form


def _remake_sound(source: Path, form: Form, out: Path, cover: Cover) -> tuple[Path, ...]:
    seconds = min(decode.probe_clip(source, form).seconds, decode.CLIP_SECONDS)
    made = out / "sound.mp4", out / "poster.jpg", out / "small.jpg"
    decode.encode_sound(source, form, made[0], ENCODING_SECONDS + int(5 * seconds), cover=cover)
    for path, data in zip(made[1:], decode.wave_jpegs(made[0], Form(SOUND, "mov"), DRAWN), strict=True):
        path.write_bytes(data)
    return made


def _remake_document(source: Path, form: Form, out: Path, cover: Cover) -> tuple[Path, ...]:
    made = []
    for number in range(decode.count_pages(source)):
        names = ("picture.jpg", "small.jpg") if number == 0 else (f"page-{number + 1}.jpg",)
        for name, data in zip(names, decode.page_jpegs(source, number, SIZES[: len(names)]), strict=True):
            (out / name).write_bytes(data)
            made.append(out / name)
    return tuple(made)


def _remake_text(source: Path, form: Form, out: Path, cover: Cover) -> tuple[Path, ...]:
    """Write the words, never in the very bytes of the original: its digest stays unknown, like that of any original."""
    size = source.stat().st_size
    if size > LARGEST:
        raise BadMedia(f"Expected a text of at most {LARGEST:,} bytes, found {size:,}; look at the original.")
    original = source.read_bytes()
    found = words_of(original)
    if found is None or not found[0].strip():
        raise BadMedia("Expected a text with words, found none in it; look at the original.")
    data = f"{found[0].rstrip()}\n".encode()
    path = out / "text.txt"
    path.write_bytes(f"{data.decode()}\n".encode() if data == original else data)
    return (path,)


def _remake_picture(source: Path, form: Form, out: Path, cover: Cover) -> tuple[Path, ...]:
    made = out / "picture.jpg", out / "small.jpg"
    for path, data in zip(made, decode.jpegs(source, form, SIZES, cover=cover), strict=True):
        path.write_bytes(data)
    return made


def _remake_clip(
    source: Path, form: Form, out: Path, told: Told, cover: Cover, heard: bool, said: Probe | None
) -> tuple[Path, ...]:
    probe = said or decode.probe_clip(source, form)
    if not 0 < probe.width * probe.height <= MAX_PIXELS:
        found = f"{probe.width:,} times {probe.height:,}"
        raise BadMedia(f"Expected frames of at most {MAX_PIXELS:,} pixels, found {found}; look at the original.")
    chief, poster, small = out / "clip.mp4", out / "poster.jpg", out / "small.jpg"
    length = min(probe.seconds, decode.CLIP_SECONDS)
    limit = ENCODING_SECONDS + int(30 * (length or decode.CLIP_SECONDS))  # of some the length stays unknown
    decode.encode_clip(source, form, chief, limit, length, told, cover, heard, probe)
    made = replace(probe, seconds=length_of(chief), bright=False)
    for path, data in zip((poster, small), decode.jpegs(chief, Form(CLIP, "mov"), SIZES, said=made), strict=True):
        path.write_bytes(data)
    return chief, poster, small


_MAKERS: Final[Mapping[str, Callable[[Path, Form, Path, Cover], tuple[Path, ...]]]] = {
    PICTURE: _remake_picture,
    SOUND: _remake_sound,
    DOCUMENT: _remake_document,
    TEXT: _remake_text,
}
