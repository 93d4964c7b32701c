"""What each button of the page does, and the few addresses there are.

A button changes the device; then the screen that follows is shown, with what went wrong above it.
"""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from starlette.responses import HTMLResponse, JSONResponse, Response

from tamizdat.carrying.receipt import RECEIPT
from tamizdat.disk.pasted import pasted_path
from tamizdat.errors import BadEncoding, TamizdatError, UsageError, WrongPassphrase
from tamizdat.field.device import FieldDevice, Locked
from tamizdat.field.page import FieldRequest, away_line, environment, screen
from tamizdat.field.said import AT_WORK, TOO_OFTEN
from tamizdat.home.codes import Parts, read_codes
from tamizdat.home.home import check_label
from tamizdat.home.invitation import SEALED, Invitation, open_sealed
from tamizdat.home.new_folder import missing_folder
from tamizdat.places import set_up_place
from tamizdat.text.catalogue import FIELD, N_
from tamizdat.text.negotiation import offered
from tamizdat.text.passphrases import composed, rule, weakness
from tamizdat.text.quantities import amount
from tamizdat.text.spoken import from_spoken
from tamizdat.text.style import styled
from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route

STATIC: Final = {"field.css": "text/css", "field.js": "text/javascript"}
_FOLDER: Final = Path(__file__).parent


def shell(request: FieldRequest) -> Response:
    """Return the empty page: whoever opens the address without the code sees nothing else."""
    return HTMLResponse(environment(request.language).get_template("shell.html").render())


def static(request: FieldRequest) -> Response:
    """Return style or script. Raises :class:`NotFound` for all else."""
    name = request.parameters["name"]
    if name not in STATIC:
        raise NotFound
    data = (_FOLDER / "static" / name).read_bytes()
    return Response(styled(data) if STATIC[name] == "text/css" else data, media_type=STATIC[name])


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
            "kind": work.step if work else "",
            "share": work.share if work else 0,
            "done": amount(work.done) if work else "",
            "total": amount(work.total) if work else "",
            "resting": len(work.resting) + len(work.silent) if work else 0,
            "away": away_line(request),
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
        return screen(request, error, 403)
    except TamizdatError as error:
        return screen(request, error, 400)
    return screen(replace(request, form={**request.form, **{name: [value] for name, value in then.items()}}))


def _unlock(request: FieldRequest) -> None:
    page = request.page
    if page.guesses.wait("", page.now()):
        raise UsageError(TOO_OFTEN)
    page.device.unlock(composed(request.text("passphrase")).encode())


def _set_up(request: FieldRequest) -> None:
    first, again = composed(request.text("passphrase")), composed(request.text("again"))
    if first != again:
        raise UsageError(N_("Expected the same passphrase twice, found two that differ. Type both once more."))
    if why := weakness(first):
        raise UsageError(rule(why))
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
    if page.guesses.wait("", page.now()):
        raise UsageError(TOO_OFTEN)
    try:
        page.device.invitation = open_sealed(page.device.sealed_invitation, request.text("words"))
    except WrongPassphrase:
        raise WrongPassphrase(
            N_("These six words do not open the invitation. Ask the desk, and type them anew.")
        ) from None


def _forget_invitation(request: FieldRequest) -> None:
    device = request.page.device
    device.invitation, device.sealed_invitation, device.parts = None, b"", Parts()


def _choose(request: FieldRequest) -> dict[str, str]:
    device = request.page.device
    device.home  # noqa: B018  locked devices choose nothing
    typed = request.text("root").strip()
    if not typed:
        raise UsageError(N_("Expected a card or the path of a folder, found nothing. Choose a card, or type the path."))
    root = Path(pasted_path(typed))
    if not root.is_absolute() or "\0" in typed:
        raise UsageError(f"Expected the whole path of a folder, like /media/card, found {typed[:60]!r}. Type it anew.")
    number = device.choose(root)
    return {"screen": "card", "card": str(number)}


def _add_place(request: FieldRequest) -> None:
    device = request.page.device
    name, url = request.text("name").strip(), pasted_path(request.text("url"))
    options = {
        key: request.text(key).strip()
        for key in ("endpoint", "region", "username", "password", "access_key_id", "secret_access_key")
        if request.text(key).strip()
    }
    device.home.refuse_second_name(url, options)
    missing_folder(url)
    set_up_place(check_label(name, "a place"), url, options)
    device.home.add_place(name, url, options)


def _remove_place(request: FieldRequest) -> None:
    device = request.page.device
    home = device.home  # a locked device forgets nothing
    if device.work is not None and device.work.running:  # it puts parcels there
        raise UsageError(AT_WORK)
    home.remove_place(request.text("name"))


def _seal(request: FieldRequest) -> None:
    request.page.device.home  # noqa: B018  a locked device seals nothing
    request.page.device.seal(request.whole("card", 0))


def _wipe(request: FieldRequest) -> None:
    device = request.page.device
    device.home  # noqa: B018  a locked device wipes nothing
    device.wipe(request.whole("card", 0), request.text("receipt").strip(), request.text("dry") == "1")


def _speak(request: FieldRequest) -> None:
    if (language := request.text("language")) in offered(FIELD):
        request.page.language = language


def _done(request: FieldRequest) -> None:
    device = request.page.device
    if (work := device.work) is not None and not work.running:
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
    "remove-place": _remove_place,
    "seal": _seal,
    "abandon": lambda request: request.page.device.abandon(),
    "send": lambda request: request.page.device.send(),
    "again": lambda request: request.page.device.ask_again(request.text("code").strip()),
    "wipe": _wipe,
    "speak": _speak,
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
