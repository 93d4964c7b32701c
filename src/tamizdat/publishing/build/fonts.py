"""A font for the wall of names, among those that are installed where we publish.

fontconfig (``fc-match``) is asked for one that knows the language; where there is none, the usual places are looked
through. A font that lacks a character of the sentence is not used.
"""

import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from tamizdat.publishing.model import Font

_PLACES: Final = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/System/Library/Fonts/PingFang.ttc", 0),
    ("/System/Library/Fonts/STHeiti Light.ttc", 0),
    ("/System/Library/Fonts/Supplemental/Arial Unicode.ttf", 0),
    ("C:/Windows/Fonts/msyh.ttc", 0),
    ("C:/Windows/Fonts/himalaya.ttf", 0),
    ("C:/Windows/Fonts/arial.ttf", 0),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 0),
)  # fmt: skip


@lru_cache(16)
def find_font(sentence: str, language: str) -> Font | None:
    """Return an installed font that has every character of *sentence*; None if there is none."""
    for file, face in [*_matched(language), *_PLACES]:
        if Path(file).is_file() and _covers(file, face, sentence):
            return Font(file, face)
    return None


def _matched(language: str) -> Iterator[tuple[str, int]]:
    """Yield what fontconfig proposes, strong faces first."""
    program = shutil.which("fc-match")
    if not program:
        return
    tag = {"zh-hans": "zh-cn", "zh": "zh-cn", "zh-hant": "zh-tw"}.get(language.lower(), language.lower())
    if not re.fullmatch(r"[a-z0-9-]{2,20}", tag):
        return
    import subprocess  # as Pillow below

    for family in ("sans-serif", "serif"):
        told = subprocess.run(
            [program, "-f", "%{file}\n%{index}", f"{family}:lang={tag}:weight=80"],
            capture_output=True, text=True, check=False, timeout=30,
        ).stdout.split("\n")  # fmt: skip
        if len(told) == 2 and told[1].isdecimal():
            yield told[0], int(told[1]) & 0xFFFF  # the higher bits name an instance of a variable font


def _covers(file: str, face: int, sentence: str) -> bool:
    from PIL import ImageFont, features  # few sites have a wall

    try:
        font = ImageFont.truetype(file, 32, index=face)
    except OSError:
        return False
    if any("\u0590" <= each <= "\u109f" for each in sentence) and not features.check("raqm"):
        return False  # letters that join or stack, and nobody here to join them
    missing = bytes(font.getmask("\U0010fffe"))
    return all(each.isspace() or bytes(font.getmask(each)) != missing for each in sentence)
