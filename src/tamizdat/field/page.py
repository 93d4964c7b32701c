"""The page: who may ask for it, and what each screen shows.

The page asks for every screen by POST and names nothing in an address: no history, no title and no log can tell what
was looked at. A screen is a template of this package; what is shown depends on the device alone.
"""

import hmac
import secrets
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, Response

from tamizdat.carrying.whats_away import Away
from tamizdat.dataclass import dataclass
from tamizdat.encoding import spoken
from tamizdat.errors import TamizdatError, UsageError
from tamizdat.field.device import SHOWN, FieldDevice, Locked
from tamizdat.field.said import TOO_OFTEN, reason, said
from tamizdat.field.volumes import volumes
from tamizdat.field.work import Work
from tamizdat.footage.card import Card
from tamizdat.footage.takes import has_no_preview
from tamizdat.home.codes import draw
from tamizdat.home.home import Home, PlaceSettings
from tamizdat.home.setup import device_text
from tamizdat.places.disks import on_one_disk
from tamizdat.text.catalogue import FIELD, N_, completeness, endonym, grouped, interface_tags, is_checked, translations
from tamizdat.text.languages import direction
from tamizdat.text.negotiation import negotiated, offered
from tamizdat.text.passphrases import ADVICE
from tamizdat.text.quantities import amount_in_line
from tamizdat.web.rate_limit import RateLimit
from tamizdat.web.request import Forbidden, NotFound, TooOften, WebRequest
from tamizdat.web.routing import Route

HEADER: Final = "field-token"  #: name of the header that carries it
#: fields that keep what was typed when it was refused; no passphrase, no secret
_TYPED: Final = ("root", "code", "name", "url", "endpoint", "region", "access_key_id", "username")
_TYPED_AGAIN: Final = frozenset(("choose", "again", "add-place"))  #: the buttons that may refuse it
_NONE: Final = dict.fromkeys(_TYPED, "")
MAX_BODY: Final = 12 << 20  #: bytes of a form: a picture of grey pixels in base64, percent-encoded


@dataclass(frozen=True, kw_only=True)
class FieldRequest(WebRequest):
    """A request to a field device's page. *admitted*: it carries the token of the one tab that may ask."""

    page: "FieldPage"
    admitted: bool

    @property
    def max_body(self) -> int:
        """How many bytes its form may have: more for the tab that may ask."""
        return MAX_BODY if self.admitted else super().max_body

    @property
    def language(self) -> str:
        """Return the language that was chosen on the page, else the one that the browser asks for."""
        return negotiated([self.page.language], self.headers.get("accept-language", ""), offered(FIELD))


class FieldPage:
    """The page of one device, and its access: *code* works once, and gives the token to whoever shows it first."""

    def __init__(
        self, device: FieldDevice, clock: Callable[[], float], ended: Callable[[], None] = lambda: None
    ) -> None:
        self.device, self.ended, self._clock = device, ended, clock
        self.language = ""  #: chosen on the page; empty: what the browser asks for
        self.code = secrets.token_urlsafe(16)
        self._token = secrets.token_urlsafe(32)
        self._used = False
        self.guesses = RateLimit(tries=10, seconds=30)

    @property
    def is_open(self) -> bool:
        """Whether a tab has shown the code: from then on no other can."""
        return self._used

    def enter(self, code: str) -> str:
        """Return the token for the code. Raises :class:`Forbidden` for a wrong one, and for the second try."""
        if self._used or not hmac.compare_digest(code.encode(), self.code.encode()):
            raise Forbidden(
                N_(
                    "This page is open in another tab or browser, or was opened without its code. Start 'tamizdat "
                    "field' anew."
                )
            )
        self._used = True
        return self._token

    def identify(self, request: WebRequest) -> FieldRequest:
        """Return the request with whether it comes from the tab that may ask."""
        given = request.headers.get(HEADER, "")
        admitted = hmac.compare_digest(given.encode(), self._token.encode())
        return FieldRequest(**vars(request), page=self, admitted=admitted)

    def admit(self, route: Route[FieldRequest], request: FieldRequest) -> Response | None:
        """Let the one tab in. Raises :class:`Forbidden` for everybody else."""
        if route.action is not None and not request.admitted:
            raise Forbidden(N_("Nothing is shown here. Use the window that 'tamizdat field' opened."))
        return None

    def problem(self, request: FieldRequest, status: int, error: Exception) -> Response:
        """Return what went wrong, in words, for the page to show."""
        known = {NotFound: N_("There is nothing here."), TooOften: TOO_OFTEN}.get(type(error))
        told = said(UsageError(known) if known else error, request.language)
        return JSONResponse({"problem": " ".join(filter(None, told))}, status)

    def finish(self, request: FieldRequest, response: Response) -> None:
        """Add nothing: there are no cookies, which other ports of this computer would get too."""

    def now(self) -> float:
        """Return the clock that the device uses."""
        return self._clock()


@cache
def environment(language: str) -> Environment:
    """Return the Jinja environment of the page's templates in *language*."""
    made = Environment(
        loader=PackageLoader("tamizdat.field"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.add_extension("jinja2.ext.i18n")
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    way = direction(interface_tags()[language])
    made.filters |= {
        "bytes": lambda size: amount_in_line(size, way),
        "count": lambda number: grouped(number, language),
        "spoken": spoken,
        "said": lambda error: said(error, language),
        "reason": lambda why: reason(why, language),
    }
    made.globals |= {
        "language": language,
        "tag": interface_tags()[language],
        "direction": way,
        "checked": is_checked(language, keyed=False),
        "complete": completeness(language, FIELD),
        "interfaces": [(each, interface_tags()[each], endonym(each)) for each in offered(FIELD)],
    }
    return made


def _shown(
    request: FieldRequest, template: str, problem: Exception | None = None, status: int = 200, **values: Any
) -> Response:
    device = request.page.device
    here = [
        (name, request.text(name)) for name in ("screen", "card") if request.text(name)
    ]  # for another language of it
    facts = {
        "device": device,
        "work": device.work,
        "problem": problem and said(problem, request.language),
        "here": here,
        "screen": request.text("screen"),
        "typed": {name: request.text(name) for name in _TYPED}
        if problem and request.text("do") in _TYPED_AGAIN
        else _NONE,
        **values,
    }
    return HTMLResponse(environment(request.language).get_template(template).render(**facts), status)


def screen(request: FieldRequest, problem: Exception | None = None, status: int = 200) -> Response:
    """Return the screen that fits the device's state: destroyed, new, locked; else the one that is asked for."""
    device = request.page.device
    match device.state:
        case "destroyed":
            return _shown(request, "destroyed.html")
        case "new":
            return _new(request, problem, status)
        case "locked":
            return _shown(request, "locked.html", problem, status)
    if request.text("do") != "look":
        device.touch()
    try:
        return _opened(request, problem, status)
    except Locked:  # or destroyed, by another request since the state was asked for
        return screen(request, problem, status)


def _opened(request: FieldRequest, problem: Exception | None, status: int) -> Response:
    device = request.page.device
    work = copy(device.work)  # before all else: if it ends now, the page still sees it go on, and asks again
    if request.text("screen") == "card" and device.chosen:
        return _card(request, work, problem, status)
    if request.text("screen") == "places":
        return _shown(request, "places.html", problem, status, places=_places(device.home))
    if request.text("screen") == "keys":
        return _keys(request)
    return _overview(request, work, problem, status)


def _places(home: Home) -> list[tuple[PlaceSettings, bool]]:
    """Return the places, each with whether it lies on the device's own disk, as a stick does that is not plugged in."""
    return [(each, bool(on_one_disk(each.url, [str(home.folder)]))) for each in home.places()]


def _new(request: FieldRequest, problem: Exception | None, status: int) -> Response:
    device = request.page.device
    invitation = device.invitation
    shown = spoken(invitation.fingerprint) if invitation else ""
    return _shown(
        request, "new.html", problem, status,
        invitation=invitation, sealed=bool(device.sealed_invitation), fingerprint=shown,
        advice=translations(request.language).gettext(ADVICE),
    )  # fmt: skip


def _overview(request: FieldRequest, work: Work | None, problem: Exception | None, status: int) -> Response:
    device = request.page.device
    home = device.home
    return _shown(
        request, "overview.html", problem, status, work=work,
        desk=home.settings["desk"], waiting=device.waiting(), unfinished=device.is_unfinished, volumes=volumes(),
        asked=device.asked, away=_away(device),
    )  # fmt: skip


def _card(request: FieldRequest, work: Work | None, problem: Exception | None, status: int) -> Response:
    device = request.page.device
    number = request.whole("card", 0)
    card = device.card(number)
    shown = [(index, file) for index, file in enumerate(card.files) if file.kind is not None]
    return _shown(
        request, "card.html", problem, status, work=work,
        card=card, number=number, shown=shown[:SHOWN], more=max(0, len(shown) - SHOWN), counts=_counts(card),
        waiting=device.waiting(), receipt=request.text("receipt"), away=_away(device),
    )  # fmt: skip


def _away(device: FieldDevice) -> Away | None:
    """Return what is away of the card that is being sealed and sent, in per cent of it; None while it is of none."""
    work, home = device.work, device.home
    if work is None or not work.running:
        return None
    is_sealed = work.sealed is not None
    found = work.committed.away(home.folder, [place.number for place in home.places()], is_sealed)
    if found is None or is_sealed:
        return found
    made, of = work.previews
    first = found.first * made // of if of else found.first
    return replace(found, first=first, footage=found.footage * min(work.done, work.total) // max(1, work.total))


def away_line(request: FieldRequest) -> str:
    """Return what of the card is away, in one line; nothing while none of it is sealed, or nobody may know."""
    try:
        away, of = _away(request.page.device), len(request.page.device.home.places())
    except Locked:
        return ""
    told = environment(request.language).get_template("parts.html").module
    return str(told.away_line(away, of)) if away else ""  # type: ignore[attr-defined]  # a macro of the template


def _counts(card: Card) -> dict[str, int]:
    kinds = Counter(file.kind for file in card.files)
    unseen = sum(has_no_preview(file.path) for file in card.files)
    pictures, clips = kinds["picture"], kinds["clip"]
    return {"unseen": unseen, "picture": pictures, "clip": clips, "other": kinds.total() - pictures - clips}


def _keys(request: FieldRequest) -> Response:
    device = request.page.device
    home = device.home
    key = device_text(home)
    return _shown(
        request, "keys.html", None, 200, key=key, root=spoken(bytes.fromhex(home.settings["root"])),
        desk=home.settings["desk"], code=_drawn(key.upper()),
    )  # fmt: skip


def _drawn(text: str) -> str:
    """Return a QR code in SVG, or nothing where none can be drawn: the text stands beside it."""
    try:
        return draw(text)
    except TamizdatError:
        return ""
