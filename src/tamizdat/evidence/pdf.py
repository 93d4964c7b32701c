"""A page as PDF, by WeasyPrint (the extra ``evidence``): no producer, no time in it, the same bytes every time.

Letters are drawn with the fonts that are installed here. A script that none of them has comes out as boxes, so what is
missing is told beforehand. Words copied out of a PDF may be damaged in Arabic and Tibetan; the page lies beside it.
"""

import shutil
import subprocess
import unicodedata
from collections.abc import Iterable
from typing import Final, Protocol

from tamizdat.disk.installed import REMEDY
from tamizdat.errors import ToolMissing

TRIED: Final = 4  #: letters of each script that fonts are asked for
MISSING: Final = (
    "Expected WeasyPrint and Pango, which make the PDFs of a package, found one of them missing. If it is Pango, 'apt "
    f"install libpangoft2-1.0-0' installs it. If not: {REMEDY} Or leave the PDFs out with --no-pdf."
)


def to_pdf(page: str) -> bytes:
    """Return the page as PDF. Raises :class:`ToolMissing` where WeasyPrint or Pango is not installed."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:  # OSError: the package is there, Pango is not
        raise ToolMissing(MISSING) from error
    # nothing but what stands in the page itself is ever opened
    fetcher = URLFetcher(allowed_protocols=["data"])
    made: bytes = HTML(string=page, url_fetcher=fetcher).write_pdf(finisher=_without_producer)
    return made


class _Pdf(Protocol):
    """What WeasyPrint made, before it is written."""

    info: dict[str, object]


def _without_producer(document: object, pdf: _Pdf) -> None:
    for name in ("Producer", "Creator", "CreationDate", "ModDate"):
        pdf.info.pop(name, None)


def scripts_without_font(texts: Iterable[str]) -> list[str]:
    """Return the scripts of which no installed font has the letters, as Unicode calls them: ``TIBETAN``.

    Where fontconfig is not there to be asked, none is named.
    """
    program = shutil.which("fc-list")
    if not program:
        return []
    letters: dict[str, set[str]] = {}
    for text in texts:
        for letter in set(text):
            if letter > "\u02ff" and letter.isalpha():
                letters.setdefault(unicodedata.name(letter, "").partition(" ")[0], set()).add(letter)
    return sorted(
        script
        for script, some in letters.items()
        if script and not all(_has(program, letter) for letter in sorted(some)[:TRIED])
    )


def _has(program: str, letter: str) -> bool:
    asked = [program, f":charset={ord(letter):x}", "file"]
    return bool(subprocess.run(asked, capture_output=True, check=False, timeout=30).stdout.strip())
