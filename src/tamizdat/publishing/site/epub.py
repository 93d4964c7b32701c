"""The container of a book: an EPUB 3 file, the same bytes for the same contents.

A zip archive (EPUB 3.3, OCF 4): ``mimetype`` first and stored, ``META-INF/container.xml``, then what the package
document names, in ``EPUB/``. Every entry has the day of the edition as its time, nothing tells when, where or with what
the file was made.
"""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Final

MIMETYPE: Final = b"application/epub+zip"
PACKAGE: Final = "EPUB/package.opf"
_CONTAINER: Final = f"""<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="{PACKAGE}" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


def container(package: bytes, files: Mapping[str, bytes], day: date) -> bytes:
    """Return the bytes of an EPUB with this package document, and *files* beside it by name; *day* is their time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        _add(book, "mimetype", MIMETYPE, day, zipfile.ZIP_STORED)
        _add(book, "META-INF/container.xml", _CONTAINER.encode(), day)
        _add(book, PACKAGE, package, day)
        for name, data in files.items():
            pressed = zipfile.ZIP_STORED if name.endswith((".jpg", ".png")) else zipfile.ZIP_DEFLATED
            _add(book, f"EPUB/{name}", data, day, pressed)
    return out.getvalue()


def _add(book: zipfile.ZipFile, name: str, data: bytes, day: date, pressed: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
    entry.compress_type, entry.create_system, entry.external_attr = pressed, 3, 0o644 << 16
    book.writestr(entry, data)
