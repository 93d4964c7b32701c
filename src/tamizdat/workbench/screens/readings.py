"""The reading of names: recordings that volunteers sent, each heard and matched with a person of the list.

An editor plays a recording, finds the person by name, and says whether who speaks in it consented, after being told
that a voice can be recognised. Offered are those whose name nobody has read yet, and on demand all others.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from starlette.responses import Response

from tamizdat.archive import Archive, Item
from tamizdat.archive.acts.readings import checked_recording, is_heard_by_all, match, say_consent, unmatch
from tamizdat.archive.ingest.recordings import MOST, keep_recording, may_be_read
from tamizdat.archive.views.people import Person
from tamizdat.archive.views.readings import Reading
from tamizdat.disk.files import refusals
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.statements.catalogued import Release
from tamizdat.statements.recited import GIVEN, UNASKED, WITHDRAWN
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.web.small_file import SmallFile
from tamizdat.workbench import responses
from tamizdat.workbench.content import media_response
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens.people import fitting

PATH: Final = "/readings"
PAGE: Final = 50  #: rows of a list
OFFERED: Final = 24  #: people who are offered for a recording
WHAT: Final = "a recording"
NEXT: Final = "next"


class Row(NamedTuple):
    """A recording with what is said of it, and the person whose name it reads."""

    item: Item
    reading: Reading | None
    person: Person | None


def show(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    """Return what waits for a match, what for consent, who is missing, and all that is matched."""
    if request.wants_json:
        return responses.data({"problem": problem}, status)
    archive = request.bench.archive
    people = {each.number: each for each in archive.index.people.all()}
    readings = archive.index.readings.newest()
    waiting = _waiting(archive)
    rows = [
        Row(item, each, people.get(each.person))
        for each in sorted(readings.values(), key=lambda each: each.number)
        if each.person is not None and (item := archive.index.item(each.recording))
    ]
    heard = {each.person for each in readings.values() if is_heard_by_all(archive, each)}
    named = [each for each in people.values() if each.release == Release.PUBLIC]
    missing = [each for each in named if each.number not in heard]
    first = min(request.whole("from", 0), max(0, len(missing) - 1))
    return responses.page(
        request,
        "readings.html",
        status,
        waiting=waiting[:PAGE],
        waiting_more=max(0, len(waiting) - PAGE),
        unasked=[each for each in rows if each.reading and each.reading.consent == UNASKED],
        matched=[each for each in rows if each.reading and each.reading.consent != UNASKED][::-1][:PAGE],
        read=len(named) - len(missing),
        named=len(named),
        missing=missing[first : first + PAGE],
        missing_total=len(missing),
        first=first,
        page=PAGE,
        problem=problem,
    )


def _waiting(archive: Archive) -> list[Item]:
    """Return the recordings of which nobody said whose name they read, the oldest first."""
    said = archive.index.readings.newest()
    return [
        each
        for each in archive.index.files()
        if may_be_read(each) and ((known := said.get(each.number)) is None or known.person is None)
    ]


def receive(request: WorkbenchRequest) -> SmallFile:
    """Return what takes a recording."""
    return SmallFile(MOST)


def take(request: WorkbenchRequest) -> Response:
    """Keep a recording that an editor sent; what it was called is only used to offer the person of that name."""
    bench, sent = request.bench, request.sent
    staged = bench.archive.objects.staged()
    try:
        with refusals(WHAT):
            staged.write_bytes(sent.data)
        with bench.acting:
            number = keep_recording(bench.archive, bench.key, staged, sent.name)
    except TamizdatError as error:
        return show(request, f"{sent.name}: {error}", 400)
    finally:
        staged.unlink(missing_ok=True)
    if request.wants_json:
        return responses.data({"recording": number})
    stem = Path(sent.name).stem.strip()
    called = {each.number: {each.name, *dict(each.names).values()} for each in bench.archive.index.people.all()}
    same = [person for person, names in called.items() if stem in names]
    return responses.redirect(f"{PATH}/{number}" + (f"?person={same[0]}" if len(same) == 1 else ""))


def one(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    """Return one recording, to be heard and matched."""
    archive, item = request.bench.archive, _item(request)
    reading = archive.index.readings.of(item.number)
    matched = archive.index.people.person(reading.person) if reading and reading.person is not None else None
    asked = request.asked("q").strip()
    again = request.asked("again") == "yes"
    offered = [] if matched else _offered(request, asked, again)
    chosen = request.whole("person", -1)
    if chosen >= 0 and not matched and all(each.number != chosen for each in offered):
        offered = [*filter(None, [archive.index.people.person(chosen)]), *offered]
    return responses.page(
        request,
        "reading.html",
        status,
        item=item,
        reading=reading,
        latest=said.number if (said := archive.index.readings.latest(item.number)) else -1,
        person=matched,
        offered=offered[:OFFERED],
        more=max(0, len(offered) - OFFERED),
        chosen=chosen,
        asked=asked,
        again=again,
        plays=media_response.of_object(archive, item.original),
        left=len(_waiting(archive)),
        problem=problem,
    )


def _item(request: WorkbenchRequest) -> Item:
    try:
        return checked_recording(request.bench.archive, request.parameters["number"])
    except UsageError:
        raise NotFound from None


def _offered(request: WorkbenchRequest, asked: str, again: bool) -> Sequence[Person]:
    """Return the people who may be meant: those of whom nobody has read the name, unless *again* asks for all."""
    index = request.bench.archive.index
    taken = set() if again else {each.person for each in index.readings.all()}
    people = [each for each in index.people.all() if each.release != Release.WITHDRAWN and each.number not in taken]
    found = fitting(request.bench.archive, people, asked) if asked else people
    return sorted(found, key=lambda each: (each.name != asked, each.number))


def say(request: WorkbenchRequest) -> Response:
    """State whose name it reads, whether who speaks consents, or that it is no reading."""
    bench, item = request.bench, _item(request)
    day, do = bench.today().isoformat(), request.text("do")
    try:
        with bench.acting:
            known = bench.archive.index.readings.latest(item.number)
            if request.whole("latest", -1) != (known.number if known else -1):
                raise UsageError(
                    _("Somebody else said something of this recording meanwhile. Look at it, then say yours.")
                )
            if do in ("match", NEXT):
                person = request.whole("person", -1)
                if person < 0:
                    raise UsageError(_("Choose the person whose name is read."))
                consent = GIVEN if request.text("consented") == "yes" else ""
                match(bench.archive, bench.key, item.number, person, day, consent)
            elif do in (GIVEN, WITHDRAWN):
                say_consent(bench.archive, bench.key, item.number, do, day)
            elif do == "unmatch":
                unmatch(bench.archive, bench.key, item.number, day)
            else:
                raise UsageError(_("Choose what is to be done."))
    except TamizdatError as error:
        return one(request, str(error), 400)
    if do != NEXT:
        return responses.redirect(f"{PATH}/{item.number}", "said")
    waiting = _waiting(bench.archive)
    return responses.redirect(f"{PATH}/{waiting[0].number}" if waiting else PATH, "said")


ROUTES: Final = (
    Route(PATH, "GET", "people", show),
    Route(PATH, "POST", "people", take, receive),
    Route(f"{PATH}/{{number:int}}", "GET", "people", one),
    Route(f"{PATH}/{{number:int}}", "POST", "people", say),
)
