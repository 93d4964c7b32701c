"""A made-up camera card, for ``tamizdat demo`` and for tests: nobody's footage, but with everything a real card has.

::

    DCIM/100TAMIZ/IMG_0412.JPG … IMG_0419.JPG    pictures: GPS position, serial number, owner, a thumbnail inside
    DCIM/100TAMIZ/གངས་རིའི་ལམ།.JPG                a picture somebody renamed, in Tibetan
    PRIVATE/CLIP/C0031.MP4 … C0034.MP4           clips with sound: position, device, author
    PRIVATE/CLIP/C0035.MP4                       a clip of 0 bytes, as after a battery that died
    笔记/2011-04-03 采访.txt, 镜头单.txt            notes and a list of shots, in Chinese

Whatever must never be published is in :data:`SECRETS`, so that a test can search the finished site for it.
Drawn from a seed: the same seed makes the same pictures and notes. ``make_card`` needs ffmpeg for the clips; without
it the card has pictures and notes only, and :class:`SampleCard` says so.
"""

import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

from PIL import ExifTags, Image

from tamizdat.dataclass import dataclass
from tamizdat.demo.landscape import SCENES, Scene, moving, still
from tamizdat.errors import BadMedia, UsageError

Order = Literal["big", "little"]

PICTURE: Final = (1920, 1280)
CLIP: Final = (1280, 720)
FRAMES, RATE = 72, 24  # three seconds
THUMBNAIL: Final = (160, 106)

OWNER: Final = "Lin Yi-made-up"
CAMERA: Final = "TAMIZDAT Sample 1"
BODY_SERIAL: Final = "TMZ-0417-2291-SAMPLE"
LENS_SERIAL: Final = "LNS-88213-SAMPLE"
POSITION: Final = (31.0617, 103.4862)  #: degrees north and east; every file lies within some hundred metres
SECRETS: Final = (OWNER, CAMERA, BODY_SERIAL, LENS_SERIAL, "31.06", "103.48", "GPSLatitude", "C0031", "IMG_0412")

FIRST_SHOT: Final = datetime(2011, 4, 3, 6, 12, 40, tzinfo=timezone(timedelta(hours=8)))
TIBETAN: Final = "གངས་རིའི་ལམ།.JPG"  # "the road of the snow mountain"
NOTES: Final = {
    "笔记/2011-04-03 采访.txt": (
        "(虚构的样本,由 tamizdat demo 生成)\n\n"
        "四月三日,清晨,山谷。\n"
        "受访者 A 不愿露脸,也不愿留下姓名。声音可以用,发布前请变声。\n"
        "A 说:“我们只是想知道,那天到底发生了什么。”\n"
        "受访者 B 同意公开,但要等孩子离开以后。\n\n"
        "素材:C0031(黎明),C0032(湖),C0033(小镇)。C0035 没有录上,电池没电了。\n"
    ),
    "笔记/镜头单.txt": (
        "(虚构的样本)\n\n"
        "C0031 黎明的山谷,从左向右摇\nC0032 正午的湖面\nC0033 黄昏,小镇的灯\nC0034 夜里的公路,没有人\nC0035 空\n"
    ),
    "笔记/NOTE.txt": "Made up by tamizdat demo. If found: it is a sample card, and nobody on it exists.\n",
}


@dataclass(frozen=True)
class SampleCard:
    """What was made: relative paths of pictures, clips and notes, the size of all, and why clips are missing, if so."""

    pictures: tuple[str, ...]
    clips: tuple[str, ...]
    notes: tuple[str, ...]
    size: int
    left_out: str | None


def make_card(folder: Path, seed: int = 1, advance: Callable[[int], None] = lambda files: None) -> SampleCard:
    """Draw a sample card into *folder*, which must be absent or empty, and return what was made.

    *advance* is called with 1 for every file made. Raises :class:`UsageError` if the folder holds files.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(
            f"Expected an empty folder for the sample card, found files in {folder}. Choose another folder."
        )
    for part in ("DCIM/100TAMIZ", "PRIVATE/CLIP", "笔记"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    ffmpeg = shutil.which("ffmpeg")
    pictures = [f"DCIM/100TAMIZ/IMG_{412 + number:04}.JPG" for number in range(len(SCENES))]
    clips = [f"PRIVATE/CLIP/C{31 + number:04}.MP4" for number in range(4)] if ffmpeg else []
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:  # drawing releases the interpreter
        jobs = [pool.submit(_film, ffmpeg or "", folder / name, n, seed) for n, name in enumerate(clips)]
        jobs += [pool.submit(_photograph, folder / name, n, seed) for n, name in enumerate(pictures)]
        for job in jobs:
            job.result()
            advance(1)
    renamed = f"DCIM/100TAMIZ/{TIBETAN}"
    (folder / pictures[-1]).rename(folder / renamed)
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    if clips:
        (folder / "PRIVATE/CLIP/C0035.MP4").touch()
        clips.append("PRIVATE/CLIP/C0035.MP4")
    _set_times(folder)
    made = (*pictures[:-1], renamed, *clips, *NOTES)
    size = sum((folder / name).stat().st_size for name in made)
    left_out = None if ffmpeg else "ffmpeg is not installed, so the card has pictures and notes, but no clips"
    return SampleCard((*pictures[:-1], renamed), tuple(clips), tuple(NOTES), size, left_out)


def _photograph(path: Path, number: int, seed: int) -> None:
    picture = still(SCENES[number], PICTURE, seed)
    thumbnail = BytesIO()
    picture.resize(THUMBNAIL).save(thumbnail, "JPEG", quality=70)
    exif = with_thumbnail(_exif(number).tobytes(), thumbnail.getvalue())
    picture.save(path, "JPEG", quality=88, exif=exif, comment=f"{OWNER}: sample")


def _exif(number: int) -> Image.Exif:
    """Return what a camera notes down about its owner without being asked."""
    taken = f"{FIRST_SHOT + timedelta(minutes=47 * number):%Y:%m:%d %H:%M:%S}"
    north, east = POSITION[0] + 0.0004 * number, POSITION[1] + 0.0003 * number
    exif = Image.Exif()
    exif.update({
        ExifTags.Base.Make: "TAMIZDAT",
        ExifTags.Base.Model: CAMERA,
        ExifTags.Base.Artist: OWNER,
        ExifTags.Base.Copyright: OWNER,
        ExifTags.Base.DateTime: taken,
        ExifTags.Base.Orientation: 1,
    })  # fmt: skip
    exif.get_ifd(ExifTags.IFD.Exif).update({
        ExifTags.Base.ExifVersion: b"0232",
        ExifTags.Base.DateTimeOriginal: taken,
        ExifTags.Base.OffsetTimeOriginal: "+08:00",
        ExifTags.Base.CameraOwnerName: OWNER,
        ExifTags.Base.BodySerialNumber: BODY_SERIAL,
        ExifTags.Base.LensSerialNumber: LENS_SERIAL,
    })  # fmt: skip
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: _degrees(north),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: _degrees(east),
    })  # fmt: skip
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value - int(value)) * 60
    return float(int(value)), float(int(minutes)), float(Fraction(round((minutes - int(minutes)) * 6000), 100))


def with_thumbnail(exif: bytes, thumbnail: bytes) -> bytes:
    r"""Return *exif* (``Exif\0\0`` and a TIFF structure) with a thumbnail as its second directory (EXIF 2.32, 4.5.8).

    Pillow reads those but does not write them. A directory is a count, 12 bytes an entry, and the offset of the
    next; the first one's next is set to the end, where the second one and the picture are put.
    """
    head, tiff = exif[:6], bytearray(exif[6:])
    order: Order = "big" if tiff[:2] == b"MM" else "little"
    tiff += bytes(len(tiff) % 2)
    first = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[first : first + 2], order)
    following = first + 2 + 12 * count
    second = len(tiff)
    tiff[following : following + 4] = second.to_bytes(4, order)
    entries = ((0x0103, 3, 6), (0x0201, 4, second + 2 + 12 * 3 + 4), (0x0202, 4, len(thumbnail)))
    return head + bytes(tiff) + _directory(entries, order) + thumbnail


def _directory(entries: tuple[tuple[int, int, int], ...], order: Order) -> bytes:
    """Pack a TIFF directory of single SHORT (3) and LONG (4) values, with none after it."""
    written = len(entries).to_bytes(2, order)
    for tag, kind, value in entries:
        size = 2 if kind == 3 else 4
        written += tag.to_bytes(2, order) + kind.to_bytes(2, order) + (1).to_bytes(4, order)
        written += value.to_bytes(size, order) + bytes(4 - size)
    return written + bytes(4)


def _film(ffmpeg: str, path: Path, number: int, seed: int) -> None:
    """Encode one clip with ffmpeg: drawn frames and a low hum, as an MP4 with everything a telephone writes."""
    width, height = CLIP
    taken = FIRST_SHOT + timedelta(minutes=47 * number + 9)
    place = f"{POSITION[0]:+.4f}{POSITION[1]:+09.4f}/"
    hum = f"aevalsrc='0.06*sin(2*PI*{110 + 27 * number}*t)*(0.6+0.4*sin(PI*t))+0.01*random(0)':d={FRAMES / RATE}"
    command = [
        ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(RATE), "-i", "pipe:0",
        "-f", "lavfi", "-i", hum,
        "-vf", f"noise=alls=6:allf=t:all_seed={seed}",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k",
        "-metadata", f"creation_time={taken.isoformat()}",
        "-metadata", f"com.apple.quicktime.location.ISO6709={place}",
        "-metadata", f"com.apple.quicktime.model={CAMERA}",
        "-metadata", f"com.apple.quicktime.author={OWNER}",
        "-metadata", f"serial={BODY_SERIAL}",
        "-movflags", "use_metadata_tags+faststart", "-f", "mp4", str(path),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        try:
            for frame in _frames(SCENES[number], seed):
                process.stdin.write(frame)
        except BrokenPipeError:
            process.kill()
        process.stdin.close()
    if process.returncode != 0:
        raise BadMedia(
            f"Expected ffmpeg to write a clip of the sample card, found that it ended with {process.returncode}. "
            "Install an ffmpeg that has libx264."
        )


def _frames(scene: Scene, seed: int) -> Iterator[bytes]:
    return (frame.tobytes() for frame in moving(scene, CLIP, seed, FRAMES))


def _set_times(folder: Path) -> None:
    """Set the files' times to those of the shots on them, to the second."""
    chance = random.Random(0)  # noqa: S311 -- times of a made-up card, no secret
    moment = FIRST_SHOT.timestamp()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        moment += chance.randrange(60, 1800)
        os.utime(path, (moment, moment))


def words(path: str) -> tuple[str, str, str]:
    """Return title, caption and their language, for a file of the made-up card."""
    shot = re.search(r"IMG_0?(4\d\d)|C00(3\d)", path)
    if shot is None:
        return "གངས་རིའི་ལམ།", "Made up for the demonstration, like everything here.", "bo"
    number = int(shot[1]) - 412 if shot[1] else int(shot[2]) - 31
    name = SCENES[number].name
    made = "A picture" if shot[1] else "Three seconds, with sound"
    return name[0].upper() + name[1:], f"{made}, drawn by a program for this demonstration.", "en"
