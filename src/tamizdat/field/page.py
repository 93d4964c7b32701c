"""What each screen of the page shows, and what each button does.

The page asks for every screen by POST and names nothing in an address: no history, no title and no log can tell what
was looked at. A screen is a template of this package; what is shown depends on the device alone.
"""

import base64
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, Response

from tamizdat.carrying.receipt import RECEIPT
from tamizdat.encoding import spoken
from tamizdat.errors import BadEncoding, TamizdatError, UsageError, WrongPassphrase
from tamizdat.field.device import SHOWN, FieldDevice, Locked
from tamizdat.field.volumes import volumes
from tamizdat.footage.card import Card
from tamizdat.home.codes import Parts, draw, read_codes
from tamizdat.home.home import check_label
from tamizdat.home.invitation import SEALED, Invitation, open_sealed
from tamizdat.home.setup import device_text
from tamizdat.places import set_up_place
from tamizdat.text.catalogue import translations
from tamizdat.text.languages import direction
from tamizdat.text.passphrases import ADVICE, composed
from tamizdat.text.quantities import amount
from tamizdat.text.spoken import from_spoken
from tamizdat.web.rate_limit import RateLimit
from tamizdat.web.request import Forbidden, NotFound, TooOften, WebRequest
from tamizdat.web.routing import Route

HEADER: Final = "field-token"  #: name of the header that carries it
MAX_BODY: Final = 12 << 20  #: bytes of a form: a picture of grey pixels in base64, percent-encoded
MIN_CHARACTERS: Final = 8  #: of a new passphrase
STATIC: Final = {"field.css": "text/css", "field.js": "text/javascript"}
LANGUAGES: Final = ("en", "zh")

_FOLDER: Final = Path(__file__).parent


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
        """Return the language that the browser asks for first, if the page has it."""
        first = self.headers.get("accept-language", "").split(",")[0].partition("-")[0].strip().lower()
        return first if first in LANGUAGES else LANGUAGES[0]


class FieldPage:
    """The page of one device, and its access: *code* works once, and gives the token to whoever shows it first."""

    def __init__(
        self, device: FieldDevice, clock: Callable[[], float], ended: Callable[[], None] = lambda: None
    ) -> None:
        self.device, self.ended, self._clock = device, ended, clock
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
                "This page is open in another tab or browser, or was opened without its code. Start 'tamizdat field' "
                "anew."
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
            raise Forbidden("Nothing is shown here. Use the window that 'tamizdat field' opened.")
        return None

    def problem(self, request: FieldRequest, status: int, error: Exception) -> Response:
        """Return what went wrong, in words, for the page to show."""
        words = {
            NotFound: "There is nothing here.",
            TooOften: "Too many tries. Wait half a minute, then try once more.",
        }.get(type(error), str(error))
        return JSONResponse({"problem": words}, status)

    def finish(self, request: FieldRequest, response: Response) -> None:
        """Add nothing: there are no cookies, which other ports of this computer would get too."""

    def now(self) -> float:
        """Return the clock that the device uses."""
        return self._clock()


# -- what is shown -----------------------------------------------------------------------------------------------------


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
    made.filters |= {"bytes": amount, "count": lambda number: f"{number:,}", "spoken": spoken}
    made.globals |= {"language": language, "direction": direction(language)}
    return made


def _shown(request: FieldRequest, template: str, problem: str = "", status: int = 200, **values: Any) -> Response:
    device = request.page.device
    facts = {"device": device, "work": device.work, "problem": problem, **values}
    return HTMLResponse(environment(request.language).get_template(template).render(**facts), status)


def screen(request: FieldRequest, problem: str = "", status: int = 200) -> Response:
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
    if request.text("screen") == "card" and device.chosen:
        return _card(request, problem, status)
    if request.text("screen") == "places":
        return _shown(request, "places.html", problem, status, places=device.home.places())
    if request.text("screen") == "keys":
        return _keys(request)
    return _overview(request, problem, status)


def _new(request: FieldRequest, problem: str, status: int) -> Response:
    device = request.page.device
    invitation = device.invitation
    shown = spoken(invitation.fingerprint) if invitation else ""
    return _shown(
        request, "new.html", problem, status,
        invitation=invitation, sealed=bool(device.sealed_invitation), fingerprint=shown,
        advice=translations(request.language).gettext(ADVICE),
    )  # fmt: skip


def _overview(request: FieldRequest, problem: str, status: int) -> Response:
    device = request.page.device
    home = device.home
    return _shown(
        request, "overview.html", problem, status,
        desk=home.settings["desk"], waiting=device.waiting(), unfinished=device.is_unfinished, volumes=volumes(),
    )  # fmt: skip


def _card(request: FieldRequest, problem: str, status: int) -> Response:
    device = request.page.device
    number = request.whole("card", 0)
    card = device.card(number)
    shown = [(index, file) for index, file in enumerate(card.files) if file.kind is not None]
    return _shown(
        request, "card.html", problem, status,
        card=card, number=number, shown=shown[:SHOWN], more=max(0, len(shown) - SHOWN), counts=_counts(card),
        waiting=device.waiting(), receipt=request.text("receipt"),
    )  # fmt: skip


def _counts(card: Card) -> dict[str, int]:
    kinds = [file.kind or "other" for file in card.files]
    return {kind: kinds.count(kind) for kind in ("picture", "clip", "other")}


def _keys(request: FieldRequest) -> Response:
    device = request.page.device
    home = device.home
    key = device_text(home)
    return _shown(
        request, "keys.html", "", 200, key=key, root=spoken(bytes.fromhex(home.settings["root"])),
        desk=home.settings["desk"], code=_drawn(key.upper()),
    )  # fmt: skip


def _drawn(text: str) -> str:
    """Return a QR code in SVG, or nothing where none can be drawn: the text stands beside it."""
    try:
        return draw(text)
    except TamizdatError:
        return ""


# -- what the buttons do -----------------------------------------------------------------------------------------------


def shell(request: FieldRequest) -> Response:
    """Return the empty page: whoever opens the address without the code sees nothing else."""
    return HTMLResponse(environment(request.language).get_template("shell.html").render())


def static(request: FieldRequest) -> Response:
    """Return style or script. Raises :class:`NotFound` for all else."""
    name = request.parameters["name"]
    if name not in STATIC:
        raise NotFound
    return Response((_FOLDER / "static" / name).read_bytes(), media_type=STATIC[name])


def enter(request: FieldRequest) -> Response:
    """Give the token to the tab that shows the code. Raises :class:`Forbidden`."""
    return JSONResponse({"token": request.page.enter(request.text("code"))})


def standing(request: FieldRequest) -> Response:
    """Return how the work goes on, for the bar; asking is no sign that somebody is there."""
    device = request.page.device
    work = device.work
    return JSONResponse(
        {
            "state": device.state,
            "running": work is not None and work.running,
            "kind": work.kind if work else "",
            "share": work.share if work else 0,
            "done": amount(work.done) if work else "",
            "total": amount(work.total) if work else "",
            "resting": len(work.resting) if work else 0,
        }
    )


def picture(request: FieldRequest) -> Response:
    """Return a small JPEG of a file of a chosen card. Raises :class:`NotFound` if there is none."""
    device = request.page.device
    if device.state != "open":
        raise NotFound
    made = device.picture(request.whole("card", 0), request.whole("file", 0))
    if made is None:
        raise NotFound
    return Response(made, media_type="image/jpeg")


def act(request: FieldRequest) -> Response:
    """Do what a button says, then show the screen that follows; what went wrong stands above it."""
    button = request.text("do")
    if button not in _BUTTONS:
        raise NotFound
    try:
        then = _BUTTONS[button](request) or {}
    except Locked:
        return screen(request)
    except WrongPassphrase as error:
        return screen(request, str(error), 403)
    except TamizdatError as error:
        return screen(request, str(error), 400)
    return screen(replace(request, form={**request.form, **{name: [value] for name, value in then.items()}}))


def _unlock(request: FieldRequest) -> None:
    page = request.page
    if seconds := page.guesses.wait("", page.now()):
        raise UsageError(f"Expected fewer tries, found too many. Wait {seconds} seconds, then type the passphrase.")
    page.device.unlock(composed(request.text("passphrase")).encode())


def _set_up(request: FieldRequest) -> None:
    first, again = composed(request.text("passphrase")), composed(request.text("again"))
    if first != again:
        raise UsageError("Expected the same passphrase twice, found two that differ. Type both once more.")
    if len(first) < MIN_CHARACTERS:
        raise UsageError(f"Expected a passphrase of at least {MIN_CHARACTERS} characters. {ADVICE}")
    request.page.device.set_up(first.encode())


def _invitation(request: FieldRequest) -> None:
    """Take the invitation that was pasted, or the bytes of its file in base64."""
    try:
        data = base64.b64decode(request.text("file"), validate=True) or request.text("invitation").encode("utf-8")
    except ValueError:
        raise BadEncoding("Expected the file of an invitation, found other bytes. Choose the file once more.") from None
    _take_invitation(request.page.device, data)


def _take_invitation(device: FieldDevice, data: bytes) -> None:
    if data.startswith(SEALED):
        device.sealed_invitation = data
    else:
        device.invitation = Invitation.parse(data.decode("utf-8", "replace"))


def _words(request: FieldRequest) -> None:
    page = request.page
    if seconds := page.guesses.wait("", page.now()):
        raise UsageError(f"Expected fewer tries, found too many. Wait {seconds} seconds, then type the words.")
    try:
        page.device.invitation = open_sealed(page.device.sealed_invitation, request.text("words"))
    except WrongPassphrase:
        raise WrongPassphrase("These six words do not open the invitation. Ask the desk, and type them anew.") from None


def _forget_invitation(request: FieldRequest) -> None:
    device = request.page.device
    device.invitation, device.sealed_invitation, device.parts = None, b"", Parts()


def _choose(request: FieldRequest) -> dict[str, str]:
    device = request.page.device
    device.home  # noqa: B018  locked devices choose nothing
    typed = request.text("root").strip()
    if not typed:
        raise UsageError("Expected a card or the path of a folder, found nothing. Choose a card, or type the path.")
    try:
        root = Path(typed).expanduser()
    except RuntimeError:  # "~anna", where nobody is called so
        root = Path(typed)
    if not root.is_absolute() or "\0" in typed:
        raise UsageError(f"Expected the whole path of a folder, like /media/card, found {typed[:60]!r}. Type it anew.")
    number = device.choose(root)
    return {"screen": "card", "card": str(number)}


def _add_place(request: FieldRequest) -> None:
    device = request.page.device
    name, url = request.text("name").strip(), request.text("url").strip()
    options = {
        key: request.text(key).strip()
        for key in ("endpoint", "region", "username", "password", "access_key_id", "secret_access_key")
        if request.text(key).strip()
    }
    device.home.refuse_second_name(url, options)
    set_up_place(check_label(name, "a place"), url, options)
    device.home.add_place(name, url, options)


def _seal(request: FieldRequest) -> None:
    request.page.device.home  # noqa: B018  a locked device seals nothing
    request.page.device.seal(request.whole("card", 0))


def _wipe(request: FieldRequest) -> None:
    device = request.page.device
    device.home  # noqa: B018  a locked device wipes nothing
    device.wipe(request.whole("card", 0), request.text("receipt").strip(), request.text("dry") == "1")


def _done(request: FieldRequest) -> None:
    device = request.page.device
    if device.work is not None and not device.work.running:
        device.work = None


def _panic(request: FieldRequest) -> None:
    request.page.device.panic()
    request.page.ended()


def read_code(request: FieldRequest) -> Response:
    """Read QR codes in a picture of the camera: parts of an invitation, or a receipt.

    Returns what was found, as data for the script. Raises :class:`BadEncoding` for pixels that are none.
    """
    device = request.page.device
    try:
        grey = base64.b64decode(request.text("grey"), validate=True)
    except ValueError:
        raise BadEncoding(
            "Expected grey pixels in base64, found something that is not. Take the picture anew."
        ) from None
    texts = read_codes(request.whole("width", 0), request.whole("height", 0), grey)
    if device.state == "new":
        return _read_invitation(device, texts)
    device.touch()
    receipts = [text for text in texts if _is_receipt(text)]
    return JSONResponse({"receipt": receipts[0] if receipts else "", "found": len(texts)})


def _read_invitation(device: FieldDevice, texts: list[str]) -> Response:
    for text in texts:
        if text.startswith("tamizdat invitation"):
            device.invitation = Invitation.parse(text)
        elif device.parts.take(text) and not device.parts.missing:
            _take_invitation(device, device.parts.whole())
    parts, whole = device.parts, device.invitation is not None or bool(device.sealed_invitation)
    return JSONResponse({"whole": whole, "count": parts.count, "missing": list(parts.missing)})


def _is_receipt(text: str) -> bool:
    try:
        from_spoken(text, RECEIPT)
    except BadEncoding:
        return False
    return True


_BUTTONS: Final[dict[str, Callable[[FieldRequest], dict[str, str] | None]]] = {
    "show": lambda request: None,
    "look": lambda request: None,  # the page itself, when something has changed: nobody need be there
    "unlock": _unlock,
    "lock": lambda request: request.page.device.lock(),
    "set-up": _set_up,
    "invitation": _invitation,
    "words": _words,
    "forget-invitation": _forget_invitation,
    "choose": _choose,
    "add-place": _add_place,
    "seal": _seal,
    "send": lambda request: request.page.device.send(),
    "wipe": _wipe,
    "stop": lambda request: request.page.device.stop_soon(),
    "done": _done,
    "panic": _panic,
}

ROUTES: Final = (
    Route("/", "GET", None, shell),
    Route("/static/{name}", "GET", None, static),
    Route("/enter", "POST", None, enter),
    Route("/screen", "POST", "page", act),
    Route("/standing", "POST", "page", standing),
    Route("/picture", "POST", "page", picture),
    Route("/code", "POST", "page", read_code),
)
