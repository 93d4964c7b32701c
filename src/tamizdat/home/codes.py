"""QR codes: what a desk shows to a field device's camera, and a field device to a desk's.

What is short (a device's key, a receipt, a fingerprint) stands in one code as it is. An invitation, which has a
post-quantum key and the places' logins in it, stands in several, shown one after the other in any order::

    TAMIZDAT/<digest>/<number>/<count>/<base32>

*digest* are the first 10 letters of the base32 of SHA-256 of the whole: parts of two invitations never mix. All letters
are those of a code's alphanumeric mode (ISO/IEC 18004, 7.4.4), which packs two into eleven bits.

Reading needs the package zxing-cpp, drawing the package segno; without them :class:`ToolMissing` says so. A picture
comes as grey pixels from the browser: nothing here decodes a file.
"""

import base64
import re
from dataclasses import field
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.disk.installed import REMEDY
from tamizdat.encoding import sha256
from tamizdat.errors import BadEncoding, ToolMissing

STEP: Final = 480  #: bytes of the whole in one code: 768 letters, version 18, which a webcam reads from a telephone
MOST: Final = 300  #: codes of one text: 144 KB
MAX_PIXELS: Final = 4 << 20  #: of one picture
_SHOWN: Final = 0.7  #: seconds for each code on the page: a camera looks three times
_PART: Final = re.compile(r"TAMIZDAT/([A-Z2-7]{10})/([1-9][0-9]{0,2})/([1-9][0-9]{0,2})/([A-Z2-7]+)")


def split(data: bytes) -> list[str]:
    """Return the texts of the codes that carry *data*, in order."""
    count = max(1, -(-len(data) // STEP))
    assert count <= MOST, "an invitation is smaller"
    pieces = [data[start : start + STEP] for start in range(0, max(1, len(data)), STEP)]
    return [f"TAMIZDAT/{_digest(data)}/{number}/{count}/{_base32(each)}" for number, each in enumerate(pieces, 1)]


@dataclass
class Parts:
    """The parts of one text that were read so far, in whatever order."""

    digest: str = ""
    count: int = 0
    found: dict[int, bytes] = field(default_factory=dict)

    def take(self, text: str) -> bool:
        """Take what one code says; return whether it is a part at all. A part of another text begins anew."""
        part = _PART.fullmatch(text)
        if part is None or not int(part[2]) <= int(part[3]) <= MOST:
            return False
        if (self.digest, self.count) != (part[1], int(part[3])):
            self.digest, self.count, self.found = part[1], int(part[3]), {}
        try:
            self.found[int(part[2])] = base64.b32decode(part[4] + "=" * (-len(part[4]) % 8))
        except ValueError:
            return False
        return True

    @property
    def missing(self) -> list[int]:
        """Return the numbers of the parts that are still to be read."""
        return [number for number in range(1, self.count + 1) if number not in self.found]

    def whole(self) -> bytes:
        """Return the text when nothing is missing. Raises :class:`BadEncoding` if the parts do not make it up."""
        data = b"".join(self.found[number] for number in sorted(self.found))
        if self.missing or _digest(data) != self.digest:
            raise BadEncoding("Expected all codes of one invitation, found some that do not fit. Show them once more.")
        return data


def read_codes(width: int, height: int, grey: bytes) -> list[str]:
    """Return the texts of the QR codes in a picture of grey pixels, one byte each, row by row.

    Raises :class:`ToolMissing` without zxing-cpp, :class:`BadEncoding` if the pixels are not a picture of that size.
    """
    if not (0 < width * height <= MAX_PIXELS) or len(grey) != width * height:
        raise BadEncoding(
            f"Expected {width} × {height} grey pixels, at most {MAX_PIXELS:,}, found {len(grey):,}. Take the picture "
            "once more."
        )
    try:
        import zxingcpp
    except ImportError:
        raise ToolMissing(_needed("reading", "zxing-cpp")) from None
    rows = memoryview(grey).cast("B", (height, width))
    found = zxingcpp.read_barcodes(rows, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [each.text for each in found if each.valid]


def draw(text: str) -> str:
    """Return a QR code as SVG, dark on white with its quiet zone. Raises :class:`ToolMissing` without segno."""
    try:
        import segno
    except ImportError:
        raise ToolMissing(_needed("drawing", "segno")) from None
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(scale=1, border=4, dark="#000", light="#fff", omitsize=True))


def page_of_codes(data: bytes) -> str:
    """Return an HTML page that shows the codes of *data* one after the other, a second each, and below all at once.

    Nothing in it is fetched, and nothing names what it is. Raises :class:`ToolMissing` without segno.
    """
    drawn = [draw(text) for text in split(data)]
    seconds = len(drawn) * _SHOWN
    turns = "".join(f'<li style="animation-delay:{number * _SHOWN}s">{each}</li>' for number, each in enumerate(drawn))
    shown = 100 / len(drawn)
    style = (
        "body{margin:2rem;font:1rem/1.5 sans-serif;color:#000;background:#fff}ol{list-style:none;padding:0;margin:0}"
        ".turns{position:relative;width:min(80vmin,36rem);aspect-ratio:1}"
        f".turns li{{position:absolute;inset:0;opacity:0;animation:turn {seconds}s steps(1) infinite}}"
        f"@keyframes turn{{0%{{opacity:1}}{shown:.4f}%{{opacity:0}}}}"
        ".all{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:2rem;margin-top:100vh}"
        "svg{width:100%;height:auto;display:block}@media print{.turns{display:none}.all{margin:0}}"
    )
    if len(drawn) == 1:
        style = style.replace("opacity:0;", "")
    every = "".join(f"<li>{each}<p>{number} / {len(drawn)}</p></li>" for number, each in enumerate(drawn, 1))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{len(drawn)}</title><style>{style}</style>'
        f'<ol class="turns">{turns}</ol><ol class="all">{every}</ol></html>\n'
    )


def _needed(what: str, package: str) -> str:
    return (
        f"Expected packages for {what} QR codes ({package}), found that they are not installed. {REMEDY} Or type it in."
    )


def _digest(data: bytes) -> str:
    return _base32(sha256(data))[:10]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")
