"""Pictures and clips with as much in them as a camera, a telephone and their owner can put there.

``SECRETS`` are words that stand in those tags; none of them may be found in anything that is re-made.
"""

import io
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

SECRETS = (b"Tenzin", b"SN-4711-0815", b"Canon", b"27.7172", b"85.3240", b"Boudha", b"secret", b"MakerSays")
needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")

_TAGS = (
    "-GPSLatitude=27.7172", "-GPSLatitudeRef=N", "-GPSLongitude=85.3240", "-GPSLongitudeRef=E", "-Make=Canon",
    "-SerialNumber=SN-4711-0815", "-OwnerName=Tenzin", "-Artist=Tenzin", "-Copyright=Tenzin",
    "-ImageDescription=secret", "-UserComment=secret",
    "-XMP-dc:Creator=Tenzin", "-XMP-iptcCore:Location=Boudha", "-XMP-exif:GPSLatitude=27.7172",
    "-IPTC:City=Boudha", "-IPTC:By-line=Tenzin", "-Comment=secret", "-Photoshop:URL=http://secret.example",
)  # fmt: skip


def scene(width: int = 1200, height: int = 900) -> Image.Image:
    """A picture whose four corners differ: red, green, blue and white, clockwise from the upper left."""
    image = Image.new("RGB", (width, height), "grey")
    draw = ImageDraw.Draw(image)
    w, h = width // 2, height // 2
    for at, colour in (((0, 0), "red"), ((w, 0), "lime"), ((w, h), "blue"), ((0, h), "white")):
        draw.rectangle((*at, at[0] + w, at[1] + h), fill=colour)
    return image


def corners(image: Image.Image) -> tuple[str, ...]:
    """The corners' colours, clockwise from the upper left, as single letters."""
    rgb, w, h = image.convert("RGB"), image.width, image.height
    found = (rgb.getpixel(at) for at in ((9, 9), (w - 9, 9), (w - 9, h - 9), (9, h - 9)))
    names = {(1, 0, 0): "r", (0, 1, 0): "g", (0, 0, 1): "b", (1, 1, 1): "w"}
    return tuple(names[tuple(int(c > 128) for c in p)] for p in found if isinstance(p, tuple))  # type: ignore[index]


def loaded_jpeg(path: Path, orientation: int = 1) -> Path:
    """A JPEG with EXIF, GPS, IPTC, XMP, a comment, an ICC profile, and a thumbnail that shows something else."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    scene().save(path, "JPEG", quality=90, icc_profile=profile)
    thumbnail = io.BytesIO()
    Image.new("RGB", (160, 120), "black").save(thumbnail, "JPEG", comment=b"secret thumbnail")
    small = path.with_suffix(".thumbnail")
    small.write_bytes(thumbnail.getvalue())
    run(
        "exiftool",
        "-q",
        "-overwrite_original",
        *_TAGS,
        f"-Orientation#={orientation}",
        f"-ThumbnailImage<={small}",
        path,
    )
    small.unlink()
    return path


@cache
def loaded_jpeg_bytes() -> bytes:
    """The same, made once for all tests that only need its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        return loaded_jpeg(Path(folder) / "a.jpg").read_bytes()


def loaded_png(path: Path) -> Path:
    """A PNG with text chunks of all three kinds, EXIF and XMP."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Tenzin of Boudha")
    info.add_text("Comment", "secret " * 50, zip=True)
    info.add_itxt("Description", "27.7172, 85.3240", "en", "secret", zip=True)
    scene().save(path, "PNG", pnginfo=info)
    run("exiftool", "-q", "-overwrite_original", *_TAGS[:8], path)
    return path


def loaded_clip(path: Path, seconds: float = 1.2, rotate: int = 0, size: str = "320x240") -> Path:
    """A clip with location atoms, owner, timecode track, chapters, a subtitle track, and SEI messages in the stream."""
    notes, words = path.with_name("notes.txt"), path.with_name("words.srt")
    notes.write_text(
        ";FFMETADATA1\ntitle=secret\nartist=Tenzin\nlocation=+27.7172+085.3240/\ncom.apple.quicktime.make=Canon\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle=Boudha\n"
    )
    words.write_text("1\n00:00:00,000 --> 00:00:01,000\nTenzin speaks\n")
    w, h = (int(part) // 2 for part in size.split("x"))
    boxes = f"drawbox=0:0:{w}:{h}:red:fill,drawbox={w}:0:{w}:{h}:lime:fill,drawbox={w}:{h}:{w}:{h}:blue:fill"
    run(
        "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"color=white:size={size}:rate=25:duration={seconds}",
        "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}", "-i", words, "-i", notes, "-map", "0:v", "-map",
        "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3", "-vf", boxes, "-c:v", "libx264", "-pix_fmt",
        "yuv420p", "-bsf:v", "h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+MakerSays",
        "-c:a", "aac", "-c:s", "mov_text", "-timecode", "01:02:03:04", "-movflags", "use_metadata_tags",
        "-metadata:s:a", "handler_name=Tenzin", path,
    )  # fmt: skip
    tags = ("-XMP-dc:Creator=Tenzin", "-UserData:GPSCoordinates=27.7172 85.3240", "-Keys:Author=Tenzin")
    run("exiftool", "-q", "-overwrite_original", *tags, f"-Rotation={rotate}", path)
    for extra in (notes, words):
        extra.unlink()
    return path


def run(*command: str | Path) -> bytes:
    """Runs a real program and fails the test when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout


def passport(number: str) -> bytes:
    """A picture of a passport with a number that somebody could be found by."""
    shown = scene(900, 600).convert("RGB")
    ImageDraw.Draw(shown).text((420, 250), number, fill="white")
    out = io.BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()
