"""A still picture from outside, reduced to pixels: upright, in sRGB, at most so many on its longer side.

:func:`pixels` is the only place where Pillow opens a file that somebody else made, and it runs in the box. What it
returns is built from a bare block of red, green and blue bytes, so that nothing the file carried (EXIF, XMP, text
chunks, an ICC profile with its maker's name, an embedded thumbnail) can travel on with the object by accident.

Pillow may be made to raise nearly anything by a damaged file; every such exception becomes :class:`BadMedia`,
whose text never repeats what the file said. Size is judged from the header, before memory is taken.
"""

import importlib
import io
import os
import struct
import zlib
from collections.abc import Sequence
from typing import Final, Literal

from PIL import Image, ImageCms, ImageOps

from tamizdat.covering import Region
from tamizdat.errors import BadMedia, ToolMissing
from tamizdat.footage.decode.cover import draw
from tamizdat.footage.decode.ffmpeg import MAX_PIXELS

DECODERS: Final = ("Jpeg", "Png", "Gif", "WebP", "Tiff", "Avif", "Bmp", "Ppm")  #: Pillow's names of its modules

Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow warns above it; we refuse
MAX_UNREDUCED: Final = MAX_PIXELS // 2  #: only JPEG can be decoded straight to a smaller size

MOST_OF_RAW: Final = 256 << 20  #: bytes of a raw still that are looked at
MOST_EMBEDDED: Final = 64  #: pictures in it
SMALLEST_OF_RAW: Final = 640  #: pixels; what is smaller is the thumbnail of a raw still, perhaps

BROKEN: Final = (
    OSError, SyntaxError, ValueError, EOFError, OverflowError, IndexError, KeyError, TypeError, AttributeError,
    ZeroDivisionError, MemoryError, RuntimeError, Warning, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


def load_decoders() -> None:
    """Import Pillow's decoders, which it would else import at the first picture."""
    for name in DECODERS:
        importlib.import_module(f"PIL.{name}ImagePlugin")
    _load_heif()


def _load_heif() -> bool:
    """Import libheif's decoder, if it is installed; it gives a picture whole and upright."""
    try:
        import pillow_heif
    except ImportError:
        return False
    if "HEIF" not in Image.OPEN:
        pillow_heif.register_heif_opener(thumbnails=False)
    return True


def pixels(file: int, decoder: str, longest: int, regions: Sequence[Region] = ()) -> Image.Image:
    """Return the first picture of an open file as a bare RGB image of at most *longest* pixels, never enlarged.

    These *regions* are covered, before anything mixes their pixels with others.

    Raises :class:`BadMedia`, and :class:`ToolMissing` for HEIC without libheif.
    """
    if decoder == "HEIF" and not _load_heif():
        raise ToolMissing("Expected the package pillow-heif, which decodes HEIC, found none; install it.")
    try:
        if decoder == "RAW":
            return _embedded(file, longest, regions)
        with os.fdopen(os.dup(file), "rb") as source, Image.open(source, formats=(decoder,)) as opened:
            _bound(opened, decoder)
            if not regions:
                opened.draft(None, (longest, longest))  # a JPEG is decoded straight to the next larger eighth
            opened.load()
            profile = opened.info.get("icc_profile")
            image = _flat(_upright(opened))
        if decoder == "TIFF" and max(image.size) < SMALLEST_OF_RAW:
            found = _embedded_if_any(file, longest, regions)
            if found:
                return found
        draw(image, regions)
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        image = _srgb(image, profile)
        return Image.frombytes("RGB", image.size, image.tobytes())
    except BadMedia:
        if decoder == "TIFF" and (found := _embedded_if_any(file, longest, regions)):
            return found
        raise
    except BROKEN as error:
        if decoder == "TIFF" and (
            found := _embedded_if_any(file, longest, regions)
        ):  # raw stills of many makers are TIFF
            return found
        raise BadMedia(
            f"Expected a {decoder} picture, found one that is cut short or damaged ({type(error).__name__})."
        ) from None


def _embedded_if_any(file: int, longest: int, regions: Sequence[Region]) -> Image.Image | None:
    try:
        return _embedded(file, longest, regions)
    except (BadMedia, *BROKEN):
        return None


def _embedded(file: int, longest: int, regions: Sequence[Region]) -> Image.Image:
    """Return the largest JPEG that lies whole in a raw still: what the camera showed. Raises :class:`BadMedia`."""
    data = os.pread(file, MOST_OF_RAW, 0)
    found: list[tuple[int, int]] = []
    at = data.find(b"\xff\xd8\xff")
    while at >= 0 and len(found) < MOST_EMBEDDED:
        try:
            with Image.open(io.BytesIO(data[at:]), formats=("JPEG",)) as opened:
                found.append((opened.width * opened.height, at))
        except BROKEN:
            pass
        at = data.find(b"\xff\xd8\xff", at + 3)
    for size, place in sorted(found, reverse=True):
        try:
            if size > MAX_PIXELS:
                continue
            with Image.open(io.BytesIO(data[place:]), formats=("JPEG",)) as opened:
                if not regions:
                    opened.draft(None, (longest, longest))
                opened.load()
                upright = _upright(opened)
                image = _flat(upright if upright.size != opened.size else _turned(opened, _orientation(data)))
            draw(image, regions)
            image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
            image = _srgb(image, None)
            return Image.frombytes("RGB", image.size, image.tobytes())
        except BROKEN:  # raw data of Canon is a JPEG that no viewer decodes
            continue
    raise BadMedia("Expected a picture in a raw still, found none that decodes; look at the original.")


def _orientation(data: bytes) -> int:
    """Return the orientation that the first directory of a TIFF tells; 1 if there is none."""
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    at = int.from_bytes(data[4:8], order)
    for entry in range(min(int.from_bytes(data[at : at + 2], order), 200)):
        tag = data[at + 2 + 12 * entry : at + 14 + 12 * entry]
        if int.from_bytes(tag[:2], order) == 0x0112:
            return int.from_bytes(tag[8:10], order)
    return 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270, 8: Image.Transpose.ROTATE_90}
    return image.transpose(turns[orientation]) if orientation in turns else image


def portable_pixmap(data: bytes) -> Image.Image:
    """Return a frame of a clip, as ffmpeg gives it out; raise :class:`BadMedia` if it is none."""
    try:
        with Image.open(io.BytesIO(data), formats=("PPM",)) as image:
            return image.convert("RGB")
    except BROKEN as error:
        raise BadMedia(f"Expected one frame of a clip, found none that decodes ({type(error).__name__}).") from None


def jpegs(image: Image.Image, sizes: Sequence[Sequence[int]]) -> list[bytes]:
    """Return *image* as a JPEG for each of *sizes* (longest side in pixels, quality), the largest first."""
    made = []
    for longest, quality in sizes:
        image.thumbnail((longest, longest))
        made.append(jpeg(image, quality))
    return made


def jpeg(image: Image.Image, quality: int) -> bytes:
    """Return *image* as a progressive JPEG that holds what is needed to show it, and nothing else."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, progressive=True, optimize=True, subsampling="4:2:0")
    return out.getvalue()


def _bound(image: Image.Image, decoder: str) -> None:
    most = MAX_PIXELS if decoder == "JPEG" else MAX_UNREDUCED
    claimed = image.width * image.height
    if claimed > most:
        raise BadMedia(f"Expected a picture of at most {most:,} pixels, found one that claims {claimed:,}.")


def _upright(image: Image.Image) -> Image.Image:
    """Return the picture as the camera was held. A broken EXIF block must not cost the picture: then as it lies."""
    try:
        return ImageOps.exif_transpose(image)
    except BROKEN:
        return image


def _flat(image: Image.Image) -> Image.Image:
    """Return the picture as L, RGB or CMYK: no palette, no transparency (white shines through), 8 bits a channel."""
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image.copy() if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the colours the profile means, in sRGB; a profile that does not fit the picture is passed over."""
    if profile:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, *BROKEN):
            pass
    return image if image.mode == "RGB" else image.convert("RGB")
