"""Search: posts, clips, what is said in them, translations, stories and people, by words, time, language and state.

Who is no editor is answered from what everybody here may read, and is not told how much else there is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from tamizdat.archive import Archive
from tamizdat.archive.released import release_of
from tamizdat.archive.search.document import KINDS, RELEASES, STATES
from tamizdat.archive.search.query import holds, snippet, terms
from tamizdat.archive.search.search import Found, Hit, Listed
from tamizdat.archive.search.written_and_told import spoken_at
from tamizdat.archive.views.stories import story_of
from tamizdat.archive.views.transcripts import clip_of
from tamizdat.carrying.arrived import arrived
from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.translation.standings import told_at_once
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content import task_queue
from tamizdat.workbench.content.post_view import PostView, as_seen_by, may_read, read_post, translated_of
from tamizdat.workbench.request import WorkbenchRequest

PAGE: Final = 25
LOOKED_AT: Final = 1_000  #: hits among which an account that is no editor's finds what it may read
FILTERS: Final = ("kind", "person", "since", "until", "language", "state")


@dataclass(frozen=True)
class Result:
    """A hit, and where it leads."""

    hit: Hit
    path: str
    at: int | None = None  #: the millisecond of a clip at which it is said
    card: str = ""  #: the name of the card on which a file came, for editors
    release: str = ""  #: how it stands to readers

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The words around the hit, cut where marks begin and end."""
        made, at = [], 0
        for start, end in self.hit.marks:
            made += [(self.hit.snippet[at:start], False), (self.hit.snippet[start:end], True)]
            at = end
        return [each for each in (*made, (self.hit.snippet[at:], False)) if each[0]]


def show(request: WorkbenchRequest) -> Response:
    """Return the form, and what was found."""
    given = {name: request.asked(name).strip() for name in FILTERS}
    query, problem = request.asked("q").strip(), ""
    asked = bool(query or any(given.values()))
    first, found = 0, Found(0, ())
    try:
        first = request.whole("from", 0)
        found = _found(request.bench.archive, request.account, query, given, first) if asked else found
    except UsageError as error:
        problem = str(error)
    return responses.page(
        request,
        "search.html",
        400 if problem else 200,
        query=query,
        given=given,
        asked=asked,
        total=found.total,
        results=_results(request.bench.archive, request.account, query, found.hits),
        first=first,
        page=PAGE,
        kinds=KINDS,
        states=(*STATES, *RELEASES),
        problem=problem,
    )


def _found(archive: Archive, account: Account, query: str, given: dict[str, str], first: int) -> Found:
    filters: dict[str, Any] = {name: value or None for name, value in given.items()}
    if account.may("confidential"):
        return archive.search.find(query, limit=PAGE, offset=min(first, 1 << 40), **filters)
    at_once = told_at_once(archive)
    known = [
        each
        for each in archive.search.listed(query, limit=LOOKED_AT, **filters)
        if _told(at_once, each) or _looked_at(archive, account, query, each)
    ]
    return Found(len(known), tuple(_shown(archive, account, query, known[first : first + PAGE])))


def _shown(archive: Archive, account: Account, query: str, listed: Sequence[Listed]) -> Iterator[Hit]:
    """Yield the hits of what was listed, each looked at before it is shown.

    Of what everybody may know of at once, the file holds nothing but what they may read; that is asked anew, after the
    words were taken. All else is read, and its snippet cut from what may be told.
    """
    held = archive.search.shown(listed, query)
    at_once = told_at_once(archive)
    for each in held:
        told = _told_of_text(at_once, each)
        found = (
            each if told else _known(archive, account, query, replace(each, earlier=False)) if told is None else None
        )
        if found:
            yield found


def _told(at_once: Callable[[str, str, int | None], bool | None], each: Listed) -> bool:
    """Return whether it is known without a look that everybody here may know of it."""
    return (each.kind == "person" and each.release == "public") or _told_of_text(at_once, each) is True


def _told_of_text(at_once: Callable[[str, str, int | None], bool | None], each: Listed | Hit) -> bool | None:
    """Return whether everybody here may know of a text or a translation; None: look closely.

    Of a transcript the file holds the newest version and those that were approved, so that nothing else may be in it
    if the newest is approved, too.
    """
    if each.kind == "translation":
        return at_once(each.post, each.language, each.number)
    if each.kind == "post" or (each.kind == "transcript" and each.state == "approved"):
        return at_once(each.post, each.language, None)
    return None


def _looked_at(archive: Archive, account: Account, query: str, each: Listed) -> bool:
    if each.kind in ("item", "person", "page") and each.release != "public":
        return False
    hits = archive.search.shown([each], query if each.kind in ("item", "person", "page", "translation") else "")
    return any(_known(archive, account, query, hit) for hit in hits)


def _known(archive: Archive, account: Account, query: str, hit: Hit) -> Hit | None:
    """Return the hit as far as others than editors may know of it: a file is not found by its name on the card."""
    if hit.kind in ("item", "person", "page") and hit.release != "public":
        return None
    if hit.kind == "item":
        return _by_its_words(archive, query, hit)
    if hit.kind == "person":
        return hit
    reading = read_post(archive, hit.post)
    if reading is None or not may_read(account, reading):
        return None
    seen = as_seen_by(account, reading)
    if hit.kind == "translation":
        translated = archive.index.translations.translation(hit.number)
        return hit if translated and translated_of(seen, [translated]) else None
    return _by_its_versions(query, hit, seen)


def _by_its_words(archive: Archive, query: str, hit: Hit) -> Hit | None:
    item = archive.index.item(hit.number)
    words = "\n".join(each for each in (item.title, item.caption, item.alt) if each) if item else ""
    return _cut(hit, words, query)


def _by_its_versions(query: str, hit: Hit, reading: PostView) -> Hit | None:
    """Return the hit if the words stand in what is told of the post; its snippet may be of what is not."""
    now = reading.version
    about = [*(alt for _, _, alt, _ in reading.media), *(f"#{tag}" for tag in reading.release.tags)]
    told = "\n".join(each for each in (now.summary, reading.said, *about) if each)
    earlier = ["\n".join(each for each in (old.summary, old.text) if each) for old in reading.earlier]
    wanted = [] if "://" in query and not hit.earlier else terms(query)  # an address is found beside the words
    missing = [term for term in wanted if not holds(told, term)]
    found = next((text for text in reversed(earlier) if missing and holds(text, missing[0])), told)
    if any(not holds("\n".join((told, *earlier)), term) for term in wanted):
        return None
    cut = snippet(found, wanted)
    return replace(hit, snippet=cut.text, marks=cut.marks, earlier=bool(missing))


def _cut(hit: Hit, words: str, query: str) -> Hit | None:
    wanted = terms(query)
    if not all(holds(words, term) for term in wanted):
        return None
    cut = snippet(words, wanted)
    return replace(hit, snippet=cut.text, marks=cut.marks)


def _results(archive: Archive, account: Account, query: str, hits: Sequence[Hit]) -> list[Result]:
    """Return where the hits lead; to editors it is told on which card a file came."""
    names = {each.id: each.name for each in arrived(archive)} if account.may("confidential") else {}
    found = [each for each in (_result(archive, account, query, hit) for hit in hits) if each]
    items = {
        each.hit.number: archive.index.item(each.hit.number) for each in found if names and each.hit.kind == "item"
    }
    cards = {number: names.get(item.consignment, "") for number, item in items.items() if item}
    return [replace(each, card=cards.get(each.hit.number, ""), release=release_of(archive, each.hit)) for each in found]


def _result(archive: Archive, account: Account, query: str, hit: Hit) -> Result | None:
    """Return where a hit leads; None if it was forgotten meanwhile."""
    if (clip := clip_of(hit.post)) is not None:
        translation = hit.number if hit.kind == "translation" else None
        at = spoken_at(archive.index, hit.post, translation, terms(query))
        return Result(hit, f"/clips/{clip}" + ("" if at is None else f"#t={at / 1000:g}"), at)
    if (story := story_of(hit.post)) is not None:
        if account.may("stories"):
            return Result(hit, f"/stories/{story}/read")
        into = [each for each in account.languages if each != hit.language] or [task_queue.DEFAULT]
        return Result(hit, f"/translate/{story}/{into[0]}")
    if hit.kind == "person":
        return Result(hit, f"/people/{hit.number}")
    if hit.kind == "page":
        return Result(hit, f"/pages/{hit.number}")
    if hit.kind == "translation":
        versions = archive.index.posts.versions(hit.post)
        return Result(hit, f"/items/{min(each.number for each in versions)}#translations") if versions else None
    return Result(hit, f"/items/{hit.number}")


ROUTES: Final = (Route("/search", "GET", "read", show),)
