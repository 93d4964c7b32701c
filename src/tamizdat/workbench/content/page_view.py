"""A captured page as the desk sees it: what it is, who vouches for it, its replay, its picture."""

from functools import lru_cache
from typing import Final

from starlette.responses import HTMLResponse, Response

from tamizdat.archive import Archive
from tamizdat.archive.store.objects import Objects
from tamizdat.archive.views.pages import CapturedPage, WebFile, open_kept
from tamizdat.captures import replay
from tamizdat.captures.page_text import markup_of, seems
from tamizdat.captures.warc import BadWebArchive
from tamizdat.captures.web_archive import Contents, screenshot_of
from tamizdat.dataclass import dataclass
from tamizdat.web.request import NotFound
from tamizdat.workbench.content import media_response

HELD: Final = 2  #: web archives of which it is remembered what is in them
MOST_LETTERS: Final = 400_000
MOST_HEADERS: Final = 100


@dataclass(frozen=True)
class PageView:
    """A page and its file; what it seems to be instead of a page; whether there is a picture; why it is not shown."""

    page: CapturedPage
    file: WebFile
    seems: str
    has_picture: bool
    not_shown: str
    headers: list[tuple[str, str]]  #: what the server sent with it
    posts: list[tuple[int, str]]  #: number and address of the posts it stands beside

    @property
    def text(self) -> str:
        """What it says, as far as a screen can hold it."""
        return self.page.text[:MOST_LETTERS]


@lru_cache(HELD)
def _contents(objects: Objects, digest: str) -> Contents:
    """Return what is in a web archive, read once: an object never changes."""
    with open_kept(objects, digest) as web:
        return web.contents()


def page_view(archive: Archive, number: int) -> PageView:
    """Return a page as it is shown. Raises :class:`NotFound` if this is not the number of one."""
    page = archive.index.pages.page(number)
    file = archive.index.pages.file(page.object) if page else None
    if page is None or file is None or not archive.objects.has(page.object):
        raise NotFound
    guess, picture, problem = "", False, ""
    headers: list[tuple[str, str]] = []
    try:
        contents = _contents(archive.objects, page.object)
        picture = screenshot_of(contents, page.url) is not None
        with open_kept(archive.objects, page.object) as web:
            answer = web.answer(page.entry)
            headers = [(name, value[:1000]) for name, value in sorted(answer.headers.items())[:MOST_HEADERS]]
            guess = seems(page.status, markup_of(answer), page.text)
            replay.checked_markup(answer)
    except BadWebArchive as error:
        problem = str(error)
    numbers = archive.index.releases.numbers()
    posts = [(numbers[each], each) for each in archive.index.pages.posts_beside(page.url) if each in numbers]
    return PageView(page, file, guess, picture, problem, headers, posts)


def replayed(archive: Archive, number: int) -> Response:
    """Return the document that shows the page from the archive's bytes. Raises :class:`NotFound`."""
    page = _known(archive, number)
    try:
        contents = _contents(archive.objects, page.object)
        with open_kept(archive.objects, page.object) as web:
            return HTMLResponse(replay.replay(web, contents, page.entry), headers=dict(replay.HEADERS))
    except BadWebArchive:
        raise NotFound from None


def picture(archive: Archive, number: int) -> Response:
    """Return the picture that the capturing browser made, if it is of a known kind. Raises :class:`NotFound`."""
    page = _known(archive, number)
    try:
        found = screenshot_of(_contents(archive.objects, page.object), page.url)
        if found is None:
            raise NotFound
        with open_kept(archive.objects, page.object) as web:
            data = web.bytes_of(found)
    except BadWebArchive:
        raise NotFound from None
    kind = media_response.kind_of(data[:64])
    if not kind.startswith("image/"):
        raise NotFound
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}
    return Response(data, headers=headers, media_type=kind)


def _known(archive: Archive, number: int) -> CapturedPage:
    page = archive.index.pages.page(number)
    if page is None or not archive.objects.has(page.object):
        raise NotFound
    return page
