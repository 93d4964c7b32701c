"""Deliveries and devices: what is on its way, what arrived, which receipts may be told, and whose devices are accepted.

What is on its way is what the last look at the places saw (:mod:`tamizdat.carrying.last_look`). Looking is a job
(:mod:`tamizdat.workbench.jobs.receive`): once, or again and again while the workbench runs.
"""

import functools
from collections import Counter
from dataclasses import replace
from typing import Any, Final

from starlette.responses import Response

from tamizdat.carrying.arrived import Arrived, arrived
from tamizdat.carrying.last_look import Awaited, LastLook, read_last_look
from tamizdat.carrying.receipts import COMPLETE, Receipt, receipts
from tamizdat.carrying.receive import Arrival
from tamizdat.dataclass import dataclass
from tamizdat.encoding import spoken
from tamizdat.errors import PlaceBusy, PlaceRefused, PlaceSilent, PlaceUnreachable, TamizdatError, UsageError
from tamizdat.home.setup import accept, invited, is_invited, revoke
from tamizdat.keys import decode_device, encode_device
from tamizdat.text.catalogue import N_
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.jobs import receive
from tamizdat.workbench.jobs.jobs import RECEIVE, Job
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens import job_page

PATH: Final = "/deliveries"
#: why a place is away, by the name of the error's class; what exactly it said is English, and stands beside it
_AWAY: Final = {
    PlaceUnreachable.__name__: N_("It cannot be reached now."),
    PlaceBusy.__name__: N_("It is busy, and asks to be left alone for a while."),
    PlaceSilent.__name__: N_("It takes connections and gives no answer."),
    PlaceRefused.__name__: N_("It does not let this desk in: look at its address, its login and its rights."),
}
_FAILED: Final = N_("It failed.")
PAGE: Final = 50  #: consignments on a page


@dataclass(frozen=True)
class Device:
    """A field device. *key* is its text, *day* when it was accepted or revoked ("" if unknown)."""

    name: str
    key: str
    day: str = ""
    arrived: int = 0  #: consignments that are in the archive
    last: str = ""  #: when the desk took in the last of them
    waiting: int = 0  #: consignments that wait for it to be accepted
    limit: int | None = None  #: bytes it may store in a day; 0: no limit, None: nine tenths of what was free


def show(request: WorkbenchRequest, problem: str = "", status: int = 200) -> Response:
    """Return what is on its way and what arrived, and the devices."""
    bench = request.bench
    bench.home.refresh()
    settings, look = bench.home.settings, read_last_look(bench.home)
    cards = arrived(bench.archive)[::-1]
    known = {each.consignment: each for each in receipts(bench.archive, bench.home.folder)}
    here = {card.id for card in cards if card.consignment.state == COMPLETE} | set(settings.get("refused", []))
    awaited = [each for each in look.awaited if each.consignment not in here]
    first = min(request.whole("from", 0), max(0, len(cards) - 1))
    job = bench.jobs.of(RECEIVE)
    if request.wants_json:
        return responses.data(job.state() if job else {"job": RECEIVE, "running": False})
    response = responses.page(
        request,
        "deliveries.html",
        status,
        job=job,
        looking=job is not None and job.running and job.what != receive.WATCH,
        watching=job is not None and job.running and job.what == receive.WATCH,
        arrival=job.result if job and isinstance(job.result, Arrival) else None,
        happened=job.result[::-1] if job and isinstance(job.result, list) else [],
        places=[each.name for each in bench.home.places()],
        look=look,
        away=[
            (name, _(_AWAY.get(look.kinds.get(name, ""), _FAILED)), _without_name(name, why))
            for name, why in sorted(look.failures.items())
        ],
        awaited=[(each, _standing(settings, each)) for each in awaited],
        arrived=[
            (
                replace(card, copies=known[card.id].there) if card.id in known else card,
                *_receipt(settings, look, card, known.get(card.id)),
            )
            for card in cards[first : first + PAGE]
        ],
        total=len(cards),
        first=first,
        page=PAGE,
        accepted=_accepted(settings, cards),
        waiting=_waiting(settings, awaited),
        revoked=[
            Device(each["name"], encode_device(bytes.fromhex(key)), each["day"])
            for key, each in settings.get("revoked", {}).items()
        ],
        invited=[*invited(bench.home).items()],
        problem=problem,
        typed={name: request.text(name) for name in ("key", "name")},
        uninvited=bool(problem and request.text("name") and not is_invited(bench.home, request.text("name").strip())),
    )
    return job_page.reloading(response, PATH, job if job and job.what != receive.WATCH else None)


def _without_name(name: str, why: str) -> str:
    """Return what a place said, without the name that it begins with: on the page it stands before it."""
    rest = why.removeprefix(f"Place “{name}”: ")
    return rest[:1].upper() + rest[1:] if rest != why else why


def look(request: WorkbenchRequest) -> Response:
    """Look at the places once; again and again, or not any more; stop a look."""
    bench, do = request.bench, request.text("do")
    match do:
        case "look" | "salvage":
            what = receive.SALVAGE if do == "salvage" else receive.LOOK
            work = functools.partial(receive.look, bench.current_home(), bench.archive, do == "salvage")
            begun = bench.jobs.begin(Job(RECEIVE, what, begun=bench.now()), work)
        case "watch":
            begun = receive.begin_watch(bench.jobs, bench.current_home, bench.archive, bench.now())
            if begun:  # who is told that it did not begin is not to find it begun after a restart
                receive.want(bench.sealed, True, bench.now())
        case "stop":
            job = bench.jobs.of(RECEIVE)
            if job is None or request.text("begun") in ("", str(job.begun)):
                receive.want(bench.sealed, False, bench.now())
            return job_page.stop(request, PATH, RECEIVE)
        case _:
            return show(request, responses.no_such_button(), 400)
    if not begun:
        return show(request, _("The places are being looked at already. Wait until that is done, or stop it."), 409)
    bench.jobs.wait_for(RECEIVE, job_page.PATIENCE)
    job = bench.jobs.of(RECEIVE)  # "receive --watch" may do so already
    return responses.redirect(PATH, "watching" if do == "watch" and job is not None and job.running else "")


def _standing(settings: dict[str, Any], awaited: Awaited) -> str:
    """Return how the desk stands to the device of a consignment."""
    if not awaited.key:
        return "unknown"
    if awaited.key in settings["devices"].values():
        return "accepted"
    return "revoked" if awaited.key in settings.get("revoked", {}) else "waiting"


def _receipt(settings: dict[str, Any], look: LastLook, card: Arrived, receipt: Receipt | None) -> tuple[str, str]:
    """Return the receipt as it is read out, if it is released; and why it is not, otherwise."""
    if receipt is None:
        return "", _("There is no receipt: it has not arrived whole.")
    if receipt.released:
        return spoken(receipt.receipt), ""
    if receipt.lacking:
        return "", _("Withheld: files of it are not in the archive any more. Have the archive checked and repaired.")
    if receipt.copies and not receipt.held:
        return "", _(
            "Withheld: the store that held it was away, or not whole, at the last look. Tell the field to keep the "
            "card. When it is connected, look again."
        )
    if receipt.copies:
        return "", _("Withheld: it waits for a backup of what makes it readable.")
    if not settings["copies"]:
        return "", _("Withheld: this desk has no second store. Whoever runs it adds one with “tamizdat places add”.")
    if look.copies:
        failures = " ".join(f"{name}: {why}" for name, why in sorted(look.copies.items()))
        return "", _("Withheld: no second store holds everything yet. %(failures)s", failures=failures)
    return "", _("Withheld: no second store holds everything yet. The next look copies it.")


def _accepted(settings: dict[str, Any], cards: list[Arrived]) -> list[Device]:
    count = Counter(card.consignment.device for card in cards)
    last: dict[str, str] = {}
    for card in cards:  # the newest first
        last.setdefault(str(card.consignment.device), card.at)
    since, limits = settings.get("since", {}), settings.get("limits", {})
    return [
        Device(
            name,
            encode_device(bytes.fromhex(key)),
            since.get(key, ""),
            count[key],
            last.get(key, ""),
            limit=limits.get(key),
        )
        for name, key in settings["devices"].items()
    ]


def _waiting(settings: dict[str, Any], awaited: list[Awaited]) -> list[Device]:
    count = Counter(each.key for each in awaited if _standing(settings, each) == "waiting")
    return [Device("", encode_device(bytes.fromhex(key)), waiting=number) for key, number in count.items()]


def change(request: WorkbenchRequest) -> Response:
    """Accept or revoke a device, by the rules of ``keys accept`` and ``keys revoke``."""
    try:
        match request.text("do"):
            case "accept":
                _accept(request)
                return responses.redirect("/deliveries", "device")
            case "revoke":
                with request.bench.acting:
                    revoke(request.bench.home, request.text("name"), request.bench.today())
                return responses.redirect("/deliveries", "revoked")
    except TamizdatError as error:
        return show(request, str(error), 400)
    return show(request, responses.no_such_button(), 400)


def _accept(request: WorkbenchRequest) -> None:
    bench, device = request.bench, decode_device(request.text("key").strip())
    name, although = request.text("name").strip(), request.text("although-revoked") == "yes"
    uninvited = request.text("although-uninvited") == "yes"
    if request.text("compared") != "yes":
        raise UsageError(_("Compare the key with the person in the field first, then tick that you did."))
    with bench.acting:
        bench.home.refresh()
        before = bench.home.settings.get("revoked", {}).get(device.hex())
        if before and not although:
            raise UsageError(
                _(
                    "This device was revoked on %(day)s, as “%(name)s”: it was seized, or turned. Do not accept it. If "
                    "that was a mistake, and the person has told you so over a second channel, tick that too.",
                    day=before["day"],
                    name=before["name"],
                )
            )
        if name and not (uninvited or is_invited(bench.home, name)):
            raise UsageError(
                _(
                    "Nobody was invited as “%(name)s”. Invited, and not accepted yet: %(names)s. Give the name that the"
                    " invitation was made for. If two devices use one invitation, or this one was invited by another "
                    "desk, tick that below.",
                    name=name,
                    names=", ".join(invited(bench.home)) or "–",
                )
            )
        accept(bench.home, device, name, although, bench.today(), uninvited)


ROUTES: Final = (
    Route(PATH, "GET", "deliveries", show),
    Route(f"{PATH}/look", "POST", "deliveries", look),
    Route(f"{PATH}/devices", "POST", "devices", change),
)
