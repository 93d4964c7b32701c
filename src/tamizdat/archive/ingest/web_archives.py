"""From a WARC or WACZ to statements: the file is kept as it is, and each of its pages is stated.

::

    captured  {"kind": "web", "format": "wacz/v1", "path": "talk.wacz", "context": {"signature": {…}, …}, "size": …, …}
    captured  {"kind": "page", "format": "wacz/v1", "path": "archive/data.warc.gz", "url": "https://…", "as_of": …,
               "context": {"place": [1272, 0], "status": 200, "title": "…", "type": "text/html", …}, …}

Both are about the whole file. Nothing is stated of what a page says: it is read from the bytes. A file that was taken
in before is known by its SHA-256, and adds nothing.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Final

from tamizdat.archive.acts.state import state
from tamizdat.archive.archive import Archive
from tamizdat.archive.views.pages import PAGE, WEB
from tamizdat.captures.page_text import markup_of, seems, text_of
from tamizdat.captures.wacz_signature import Signature
from tamizdat.captures.warc import BadWebArchive
from tamizdat.captures.web_archive import WACZ, Contents, Page, WebArchive
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.encoding import Json, safe_path, timestamp
from tamizdat.errors import BadPath
from tamizdat.keys import SigningKey
from tamizdat.statements.captured import CapturedSource

STEP: Final = 1 << 20
MAX_HOSTS: Final = 500
WHAT: Final = "a web archive"


@dataclass
class WebReport:
    """What was taken in of a web archive, and what was not."""

    format: str = ""
    file: int = -1  #: the number of the statement about the file
    pages: list[int] = field(default_factory=list)  #: numbers of the pages
    known: bool = False  #: it had been taken in before
    records: int = 0
    signature: Signature = field(default_factory=Signature)
    missing: list[str] = field(default_factory=list)  #: addresses of pages that are listed, and have no record
    problems: list[str] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    beside: int = 0  #: how many of the pages are of the address of a post that is here

    @property
    def damaged(self) -> bool:
        """Whether something in it does not hold."""
        return bool(self.problems)


def look_into(path: Path) -> WebReport:
    """Return what :func:`take_in` would find; raises :class:`BadWebArchive` as it does."""
    with refusals(WHAT), path.open("rb") as file, WebArchive(file, check=True) as web:
        contents = web.contents()
        report = _report(web, contents)
        report.pages = [-1 for each in _stated(web.pages(contents), report)]
        return report


def take_in(
    archive: Archive,
    desk: SigningKey,
    path: Path,
    now: datetime,
    progress: Callable[[int], None] = lambda size: None,
    hosts: Sequence[str] = (),
) -> WebReport:
    """Take in a WARC or WACZ. Raises :class:`BadWebArchive` for a WACZ that does not hold: nothing of it is kept.

    *hosts*: those that were asked, if this desk captured it itself a moment ago.

    What is read is the copy that was kept, not the file: it may change meanwhile.
    """
    staged = archive.objects.staged()
    try:
        digest = hashlib.sha256()
        with refusals(WHAT), path.open("rb") as source, staged.open("xb") as target:
            while data := source.read(STEP):
                digest.update(data)
                target.write(data)
                progress(len(data))
        name = digest.hexdigest()
        known = archive.index.pages.file(name)
        with refusals(WHAT), staged.open("rb") as file, WebArchive(file, check=True) as web:
            contents = web.contents()
            report = _report(web, contents)
            pages = _stated(web.pages(contents), report)
            guesses = [_guess(web, each) if hosts else "" for each in pages]
        if known is not None:
            report.known, report.file = True, known.number
            report.pages = [each.number for each in archive.index.pages.of_file(name)]
            return report
        size = staged.stat().st_size
        archive.objects.adopt(staged, name)
    finally:
        staged.unlink(missing_ok=True)
    seen = timestamp(now)
    about: dict[str, Json] = {"records": report.records, "pages": len(pages), "signature": report.signature.document()}
    if hosts:
        about["asked"] = list(hosts[:MAX_HOSTS])
    whole = CapturedSource(WEB, _named(path), report.format, size, seen, context=about, original=name)
    said = [_said(each, report.format, name, seen, guess) for each, guess in zip(pages, guesses, strict=True)]
    report.file, *report.pages = state(archive, desk, [whole.to_statement(), *(each.to_statement() for each in said)])
    known_posts = archive.index.pages
    report.beside = sum(bool(known_posts.posts_beside(each.url)) for each in pages)
    return report


def _named(path: Path) -> str:
    try:
        return safe_path(path.name)
    except BadPath:
        return "web archive"


def _report(web: WebArchive, contents: Contents) -> WebReport:
    report = WebReport(web.format, records=contents.count, signature=web.signature, left=contents.left)
    report.problems += [f"{each}; nothing is taken from it" for each in contents.broken]
    if contents.damage:
        report.problems.append(contents.damage)
    return report


def _stated(pages: list[Page], report: WebReport) -> list[Page]:
    """Return the pages that have a record; the others are told."""
    report.missing = [each.url for each in pages if each.entry is None]
    if report.format == WACZ and report.missing:
        report.problems.append(f"its list names pages that are not in it ({len(report.missing):,})")
    return [each for each in pages if each.entry is not None]


def _guess(web: WebArchive, page: Page) -> str:
    """Return what a page that was captured a moment ago seems to be instead of what was asked for."""
    assert page.entry is not None
    try:
        answer = web.answer(page.entry)
    except BadWebArchive:
        return ""
    return seems(page.entry.status, markup_of(answer), page.text or text_of(answer))


def _said(page: Page, name: str, original: str, seen: str, guess: str) -> CapturedSource:
    entry = page.entry
    assert entry is not None
    context: dict[str, Json] = {
        "place": [entry.place.offset, entry.place.skip],
        "status": entry.status,
        "title": page.title,
        "type": entry.media_type,
        **({"final": page.final} if page.final else {}),
        **({"seems": guess} if guess else {}),
    }
    return CapturedSource(
        PAGE, entry.member, name, entry.size, seen, as_of=page.date, context=context, url=page.url, original=original
    )


__all__ = ["BadWebArchive", "WebReport", "look_into", "take_in"]
