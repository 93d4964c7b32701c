"""Publish: what the next edition would add, change and take away, what keeps it from being made; and making it."""

import contextlib
import functools
from collections.abc import Sequence
from typing import Final

from starlette.responses import FileResponse, Response

from tamizdat.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.publishing import PublishReport
from tamizdat.publishing.derived.hidden_voices import hidden_voices
from tamizdat.publishing.site.address import checked_address
from tamizdat.statements import published
from tamizdat.text.languages import LANGUAGE, normal_language
from tamizdat.web.routing import Route
from tamizdat.witness.ask import Answer, Outcome
from tamizdat.witness.desk import awaited
from tamizdat.workbench import responses
from tamizdat.workbench.content.post_view import read
from tamizdat.workbench.jobs import books
from tamizdat.workbench.jobs.jobs import BOOK, PUBLISH, Job
from tamizdat.workbench.jobs.publish import Made, edition
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import job_page
from tamizdat.workbench.screens.stamps import stamps_of
from tamizdat.workbench.templating import written_day

MOST: Final = 40  #: items of a kind that are named
OPEN: Final = 6  #: of a sort that are seen at once


def show(request: WorkbenchRequest) -> Response:
    """Return what was computed or made last. While an edition is being made, the page loads again by itself."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    archive, job = request.bench.archive, request.bench.jobs.of(PUBLISH)
    if request.wants_json:
        return job_page.state(request, PUBLISH)
    told = job.result if job and isinstance(job.result, Made) else None
    made = told.report if told else None
    posts, untranslated = _untranslated(archive, made) if made else (0, 0)
    response = responses.page(
        request,
        "publish.html",
        status,
        job=job,
        edition=made,
        others=told,
        changes=_changes(archive, made) if made else [],
        kept_back=_kept_back(archive, made) if made else [],
        new_posts=posts,
        untranslated=untranslated,
        last=_last(archive),
        addresses=request.text("addresses") if problem else "\n".join(request.bench.home.addresses),
        book=request.bench.jobs.of(BOOK),
        stamps=stamps_of(request),
        awaited=awaited_witnesses(request),
        hidden_voices=sorted(hidden_voices(archive.folder)),
        problem=problem,
    )
    return job_page.reloading(response, "/publish", job, request.bench.jobs.of(BOOK))


@dataclass(frozen=True)
class Awaited:
    """The witnesses that the edition waits for, and those of them that say it is of another ledger."""

    names: list[str]
    forked: list[Answer]


def awaited_witnesses(request: WorkbenchRequest) -> Awaited | None:
    """Return whom the edition waits for; None for nobody, or where that cannot be told: publishing says why."""
    with contextlib.suppress(TamizdatError):
        if names := awaited(request.bench.current_home(), request.bench.archive):
            return Awaited(names, [each for each in request.bench.asked if each.outcome is Outcome.FORKED])
    return None


def begin(request: WorkbenchRequest) -> Response:
    """Start to compute the next edition, or to make it, or to have the one that stands witnessed; or stop that."""
    bench = request.bench
    if request.text("do") == "stop":
        return job_page.stop(request, "/publish", PUBLISH)
    what = request.text("do") if request.text("do") in ("publish", "ask") else "foresee"
    make = functools.partial(edition, bench.home, bench.archive, bench.accounts, bench.today())
    foreseen = bench.jobs.of(PUBLISH)
    total = foreseen.done if foreseen and foreseen.dry and foreseen.result else 0
    bench.jobs.begin(Job(PUBLISH, what, begun=bench.now(), total=total if what == "publish" else 0), make)
    return responses.redirect("/publish")


def say_where(request: WorkbenchRequest) -> Response:
    """Remember where the site is served: one address a line, the chief one first; none forgets them."""
    try:
        given = [line for line in request.text("addresses").split("\n") if line.strip()]
        addresses = list(dict.fromkeys(map(checked_address, given)))
    except UsageError as error:
        return _page(request, str(error), 400)
    request.bench.home.set_addresses(addresses)
    return responses.redirect("/publish", "addresses")


def make_book(request: WorkbenchRequest) -> Response:
    """Begin to make a book of the published edition; or stop that."""
    if request.text("do") == "stop":
        return job_page.stop(request, "/publish", BOOK)
    bench, given = request.bench, request.text("language", "en").strip()
    language = normal_language(given) or given
    if not LANGUAGE.fullmatch(language):
        return _page(request, _("Choose a language, or type its tag: en, fr, zh-Hant."), 400)
    voice = request.text("voice").strip()
    work = functools.partial(books.make, bench.archive, bench.site, voice, language, bench.today().isoformat())
    job_page.begin(request, Job(BOOK, "book", voice, bench.now()), work)
    return responses.redirect("/publish")


def book(request: WorkbenchRequest) -> Response:
    """Return the book that was made last; the page that makes one if there is none whose all may still be shown."""
    bench = request.bench
    job = bench.jobs.of(BOOK)
    made = job.result if job and isinstance(job.result, books.MadeBook) else None
    if made is None or not books.may_go_out(bench.archive, bench.site, made, bench.today().isoformat()):
        return responses.redirect("/publish", "no-book")
    headers = {"Content-Disposition": f'attachment; filename="book-{made.language}.epub"', "Cache-Control": "no-store"}
    return FileResponse(made.path, headers=headers, media_type="application/epub+zip")


def _last(archive: Archive) -> tuple[int, str] | None:
    """Return number and day of the last edition, from its statement."""
    editions = archive.index.by_act(published.ACT)
    if not editions:
        return None
    said = published.read(archive.statement(editions[-1]))
    return said.number, said.date


@dataclass(frozen=True)
class Sort:
    """Things of one sort that an edition adds, changes or removes: how many, and the first of them with their titles.

    *sort* is a word of ours: stories, posts, items, people.
    """

    sort: str
    total: int
    open: list[tuple[int, str]]
    folded: list[tuple[int, str]]

    @property
    def untold(self) -> int:
        """How many are not named."""
        return self.total - len(self.open) - len(self.folded)


def _changes(archive: Archive, made: PublishReport) -> list[tuple[str, int, list[Sort]]]:
    kinds = (("added", made.added), ("changed", made.changed), ("removed", made.removed))
    return [(word, len(numbers), _sorts(archive, numbers)) for word, numbers in kinds]


def _sorts(archive: Archive, numbers: Sequence[int]) -> list[Sort]:
    posts, index = set(archive.index.releases.numbers().values()), archive.index
    found: dict[str, list[int]] = {"stories": [], "posts": [], "items": [], "people": []}
    for number in numbers:
        if number in posts:
            found["posts"].append(number)
        elif index.item(number):
            found["items"].append(number)
        elif index.people.person(number):
            found["people"].append(number)
        else:
            found["stories"].append(number)
    told = {sort: [(each, _title(archive, each)) for each in those[:MOST]] for sort, those in found.items() if those}
    return [Sort(sort, len(found[sort]), titles[:OPEN], titles[OPEN:]) for sort, titles in told.items()]


def _untranslated(archive: Archive, made: PublishReport) -> tuple[int, int]:
    """Return how many posts are new, and how many of these nobody can read in another language."""
    posts = {number: post for post, number in archive.index.releases.numbers().items()}
    new, approved = [posts[each] for each in made.added if each in posts], archive.index.translations.all_approved()
    return len(new), sum(not approved.get(each) for each in new)


def _kept_back(archive: Archive, made: PublishReport) -> list[tuple[str, int, list[tuple[int, str, str]]]]:
    """Return what is released and not, or not wholly, in the edition, and why."""
    kinds = (
        (_("Left out"), made.skipped),
        (_("Without a part"), made.partial),
        (
            _("Shown before anybody was asked who is in it"),
            tuple((number, _("Say on its page whether people are to be covered.")) for number in made.unsaid),
        ),
        (
            _("Names that nobody looks for"),
            tuple(
                (number, _("“%(name)s”: read for it yourself; its page says why.", name=name))
                for number, name, _why in made.not_sought
            ),
        ),
        (
            _("Under embargo"),
            tuple((number, _("until %(day)s", day=written_day(day))) for number, day in made.embargoed),
        ),
    )
    return [
        (word, len(found), [(number, _title(archive, number), why) for number, why in found[:MOST]])
        for word, found in kinds
    ]


def _title(archive: Archive, number: int) -> str:
    """Return what an item is called here."""
    reading = read(archive, number)
    if reading:
        return reading.version.text
    item = archive.index.item(number)
    if item:
        return item.title or item.path
    person = archive.index.people.person(number)
    story = None if person else archive.index.stories.story(number)
    return person.name if person else story.told.title if story else ""


ROUTES: Final = (
    Route("/publish", "GET", "publish", show),
    Route("/publish", "POST", "publish", begin),
    Route("/publish/book", "GET", "publish", book),
    Route("/publish/book", "POST", "publish", make_book),
    Route("/publish/addresses", "POST", "publish", say_where),
)
