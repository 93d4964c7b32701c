"""A PDF from outside, as pictures of its pages: PDFium draws them, and nothing but pixels comes out.

PDFium comes as the package pypdfium2, built without JavaScript; forms are not filled, links lead nowhere, attachments
are not looked at. What a page shows is drawn, what it would do is not done. Text, scripts, attachments and metadata of
the document end here.
"""

import ctypes
import os
from typing import Any, Final

from PIL import Image

from tamizdat.errors import BadMedia, ToolMissing

MOST: Final = 256 << 20  #: bytes of a document
MAX_PAGES: Final = 500  #: more is a book, and should be published as one
_PDF: Any = None


def load() -> None:
    """Import PDFium, if it is installed."""
    global _PDF
    try:
        import pypdfium2
    except ImportError:
        return
    _PDF = pypdfium2


def count(file: int) -> int:
    """Return how many pages there are. Raises :class:`BadMedia` and :class:`ToolMissing`."""
    document = _opened(file)
    try:
        return len(document)
    finally:
        document.close()


def page(file: int, number: int, longest: int) -> Image.Image:
    """Return the page *number*, counted from 0, at so many pixels on its longer side.

    Raises :class:`BadMedia` for a page that is not there or cannot be drawn, :class:`ToolMissing`.
    """
    document = _opened(file)
    try:
        if not 0 <= number < len(document):
            raise BadMedia(f"Expected a page from 1 to {len(document):,}, found {number + 1:,}.")
        found = document[number]
        width, height = found.get_size()
        if not (0 < width < 1e6 and 0 < height < 1e6):
            raise BadMedia(f"Expected a page that has a size, found {width:g} times {height:g} points.")
        image = found.render(scale=longest / max(width, height), may_draw_forms=False).to_pil().convert("RGB")
        return Image.frombytes("RGB", image.size, image.tobytes())
    except (_PDF.PdfiumError, OSError, ValueError, ctypes.ArgumentError, RuntimeError) as error:
        raise BadMedia(f"Expected a page that can be drawn, found one that cannot ({type(error).__name__}).") from None
    finally:
        document.close()


def _opened(file: int) -> Any:
    if _PDF is None:
        load()
    if _PDF is None:
        raise ToolMissing("Expected the package pypdfium2, which draws the pages of a PDF, found none; install it.")
    size = os.fstat(file).st_size
    if size > MOST:
        raise BadMedia(f"Expected a PDF of at most {MOST:,} bytes, found {size:,}; look at the original.")
    data = b"".join(iter(lambda: os.read(file, 4 << 20), b"")) if os.lseek(file, 0, os.SEEK_SET) == 0 else b""
    try:
        document = _PDF.PdfDocument(data)
    except (_PDF.PdfiumError, ValueError) as error:
        why = "one that needs a password" if "password" in str(error).lower() else "one that is damaged"
        raise BadMedia(f"Expected a PDF that can be opened, found {why}; look at the original.") from None
    if not 0 < len(document) <= MAX_PAGES:
        pages = len(document)
        document.close()
        raise BadMedia(f"Expected a PDF of 1 to {MAX_PAGES:,} pages, found {pages:,}; look at the original.")
    return document
