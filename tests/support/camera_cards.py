"""Cards as cameras write them, made small: the folders and names of each system, with clips of half a second by ffmpeg.

RED and BRAW are the bytes of no clip: nobody but their makers writes them, and we only carry them.
"""

import subprocess
from pathlib import Path

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.5")
_TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:d=0.5")


def _ffmpeg(*words: str | Path) -> None:
    subprocess.run(["ffmpeg", "-loglevel", "error", "-y", *words], check=True)


def _clip(path: Path, *how: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _ffmpeg(*_PICTURE, *_TONE, *how, path)


def _beside(path: Path, data: bytes = b"for programs") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data + path.name.encode())


def avchd(card: Path) -> None:
    """Two clips in transport streams with time codes of 192 bytes, and what lists them."""
    root = card / "PRIVATE/AVCHD/BDMV"
    for number in range(2):
        h264 = ("-c:v", "libx264", "-c:a", "ac3", "-f", "mpegts", "-mpegts_m2ts_mode", "1")
        _clip(root / f"STREAM/0000{number}.MTS", *h264)
        _beside(root / f"CLIPINF/0000{number}.CPI")
    for name in ("INDEX.BDM", "MOVIEOBJ.BDM", "PLAYLIST/00000.MPL"):
        _beside(root / name)


def xavc(card: Path) -> None:
    """A clip in MXF and one in MP4, with their metadata and thumbnail."""
    _clip(card / "XDROOT/Clip/C0001.MXF", "-c:v", "mpeg2video", "-c:a", "pcm_s16le", "-f", "mxf")
    _beside(card / "XDROOT/Clip/C0001M01.XML")
    _clip(card / "M4ROOT/CLIP/C0001.MP4", "-c:v", "libx264", "-c:a", "aac")
    _beside(card / "M4ROOT/CLIP/C0001M01.XML")
    _beside(card / "M4ROOT/THMBNL/C0001T01.JPG")


def p2(card: Path) -> None:
    """A clip whose picture and two channels of sound are files of their own."""
    picture, contents = ("-c:v", "mpeg2video", "-f", "mxf"), card / "CONTENTS"
    (contents / "VIDEO").mkdir(parents=True)
    (contents / "AUDIO").mkdir()
    _ffmpeg(*_PICTURE, *picture, contents / "VIDEO/0001AB.MXF")
    for channel in range(2):
        _ffmpeg(*_TONE, "-c:a", "pcm_s16le", "-f", "mxf_opatom", contents / f"AUDIO/0001AB0{channel}.MXF")
    _beside(contents / "CLIP/0001AB.XML")
    _beside(contents / "ICON/0001AB.BMP")


def red_and_braw(card: Path) -> None:
    """A take of RED in two pieces, and one of Blackmagic with its sidecar."""
    for number in (1, 2):
        _beside(card / f"A001.RDM/A001_C001_1123AB.RDC/A001_C001_1123AB_00{number}.R3D", b"RED")
    _beside(card / "A001.RDM/A001_C001_1123AB.RDC/A001_C001_1123AB.RMD")
    _beside(card / "A001_11230914_C001.braw", b"BRAW")
    _beside(card / "A001_11230914_C001.sidecar")
