"""Packets: posts that a translator takes along, to translate them in another program, and brings back.

The packets are those of ``tamizdat translate export`` and ``import``. Only posts that everybody here may read go out
or come in; what comes back is proposed in the name of whoever brings it.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

from starlette.responses import Response

from tamizdat.archive.views.texts import page_of
from tamizdat.dataclass import dataclass
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.translation.checks import Finding
from tamizdat.translation.packet_csv import export_packet_csv, import_packet_csv
from tamizdat.translation.packet_xml import MAX_BYTES
from tamizdat.translation.packets import (
    Judged,
    Packet,
    Unfinished,
    format_of,
    proposals,
    take,
    under_embargo,
)
from tamizdat.translation.po import export_po, import_po
from tamizdat.translation.queue import going_out
from tamizdat.translation.xliff import export_xliff, import_xliff
from tamizdat.web.responses import download
from tamizdat.web.routing import Route
from tamizdat.web.small_file import SmallFile
from tamizdat.workbench import responses
from tamizdat.workbench.content import packet_drafts, task_queue
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest

PATH: Final = "/translate/packets"
OUT: Final = {".xlf": export_xliff, ".po": export_po, ".csv": export_packet_csv}
IN: Final = {"xliff": import_xliff, "po": import_po, "csv": import_packet_csv}
MANY: Final = (20, 50, 100, 200)  #: posts of a packet that may be asked for
GOING: Final = ("mend", "update", "new", "help")  #: what of a queue there is to translate
SHOWN: Final = 30  #: sentences that are told one by one


@dataclass(frozen=True)
class Brought:
    """The outcome of bringing a packet back. *drafts* tells by the number of a post how many sentences are kept."""

    language: str
    proposed: int
    known: int
    drafts: tuple[tuple[int, int, int], ...]  #: number of the post, sentences kept, sentences it has
    odd: tuple[tuple[int, int, Finding], ...]  #: number of the post, of the sentence, what is odd
    problems: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing in it to be taken, and nothing to be told of it."""
        return not (self.proposed or self.known or self.drafts or self.odd or self.problems)


def show(request: WorkbenchRequest) -> Response:
    """Return the page on which packets go out and come back."""
    return _page(request)


def _page(request: WorkbenchRequest, problem: str = "", brought: Brought | None = None, status: int = 200) -> Response:
    languages = task_queue.languages_of(request.bench.archive, request.account)
    asked = brought.language if brought else request.asked("language")
    language = asked if asked in languages else languages[0]
    return responses.page(
        request,
        "packets.html",
        status,
        languages=languages,
        language=language,
        waits=len(waits := _waiting(request, language)),
        closed=len(_here(request, language)) - len(waits),
        many=MANY,
        brought=brought,
        shown=SHOWN,
        problem=problem,
    )


def _waiting(request: WorkbenchRequest, language: str) -> list[str]:
    """Return the posts that this account can translate elsewhere, those first that nobody else is at.

    What is under an embargo stays here, where it is read by those who sign in; an editor can give it out by hand.
    """
    closed = under_embargo(request.bench.archive)
    return [post for post in _here(request, language) if post not in closed]


def _here(request: WorkbenchRequest, language: str) -> list[str]:
    """Return the posts that this account can translate, in the same order."""
    bench, account = request.bench, request.account
    queue = task_queue.queue_of(bench.archive, account, language, None, bench.priorities.all())
    posts = [queue.now.at(place).post for why in GOING for place in queue.places.get(why, ())]
    at_it = bench.leases.others(account, language, bench.now())
    return sorted(posts, key=lambda post: post in at_it)


def take_along(request: WorkbenchRequest) -> Response:
    """Return a packet of the next posts that wait."""
    languages = task_queue.languages_of(request.bench.archive, request.account)
    language, ending = request.asked("language", languages[0]), request.asked("format", next(iter(OUT)))
    many = request.whole("posts", MANY[0])
    if language not in languages:
        return _page(request, _("This is not one of your languages. An editor can add it under Accounts."), status=400)
    if ending not in OUT or many not in MANY:
        return _page(request, _("Choose a format and how many posts."), status=400)
    posts = _waiting(request, language)[:many]
    if not posts:
        return _page(request, _("Nothing waits in this language."), status=400)
    packet = OUT[ending](request.bench.archive, posts, language)
    return download(packet, f"packet-{language}-{request.bench.today().isoformat()}{ending}")


def receive(request: WorkbenchRequest) -> SmallFile:
    """Return what takes the packet that comes back."""
    return SmallFile(MAX_BYTES)


def bring_back(request: WorkbenchRequest) -> Response:
    """Propose what is translated in a packet, keep what is begun as drafts, and tell what came of it."""
    bench, account = request.bench, request.account
    try:
        packet = IN[format_of(Path(request.sent.name))](request.sent.data)
        if packet.language not in task_queue.languages_of(bench.archive, account):
            raise UsageError(
                _("This packet is into %(language)s, which is none of your languages.", language=packet.language[:40])
            )
    except TamizdatError as error:
        return _page(request, str(error), status=400)
    packet, closed = _open_to_all(request, packet)
    with bench.acting:
        judged = proposals(bench.archive, packet)
        new, refused = take(bench.archive, bench.key, account.tag, packet, judged, bench.today().isoformat())
        begun = [each for each in judged.unfinished if each.begun]
        kept = packet_drafts.keep(bench.archive, bench.sealed, account, packet.language, begun, bench.now())
    known = len(judged.proposals) - len(new) - len(refused)
    problems = (*closed, *judged.wrong, *refused)
    return _page(request, brought=_brought(request, packet.language, judged, len(new), known, kept, begun, problems))


def _open_to_all(request: WorkbenchRequest, packet: Packet) -> tuple[Packet, tuple[str, ...]]:
    """Return the packet without posts that do not go out, and a sentence for each that was left: the same for all."""
    archive, told = request.bench.archive, _("This post is not here, or not open to translators")
    shut = [each.post for each in packet.posts if going_out(archive, each.post) is None]
    left = tuple(each for each in packet.posts if each.post not in shut)
    return replace(packet, posts=left), tuple(f"{post[:200]}: {told}" for post in shut)


def _brought(
    request: WorkbenchRequest,
    language: str,
    judged: Judged,
    new: int,
    known: int,
    kept: dict[str, int],
    begun: list[Unfinished],
    problems: tuple[str, ...],
) -> Brought:
    texts = request.bench.archive.index.texts

    def number(post: str) -> int:
        versions = texts.versions(post)
        return page_of(versions[-1], versions)

    drafts = [(number(each.version.post), kept.get(each.version.post, 0), len(each.targets)) for each in begun]
    odd = [(number(post), place, finding) for post, place, finding in judged.findings]
    same = [(number(each.version.post), place, Finding("same")) for each in judged.unfinished for place in each.same]
    return Brought(language, new, known, tuple(drafts), (*same, *odd), problems)


ROUTES: Final = (
    Route(PATH, "GET", "translate", show),
    Route(f"{PATH}/file", "GET", "translate", take_along),
    Route(PATH, "POST", "translate", bring_back, receive),
)
