"""What the workbench answers: pages, redirects inside its own walls, data for its script, plain words of refusal.

A page is a template and values; templates escape everything. Where a redirect may lead is checked by :func:`inside`.
"""

import re
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tamizdat.encoding import Json
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.templating import environment
from tamizdat.workbench.workbench import Workbench

_INSIDE: Final = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?(?:\?[A-Za-z0-9_=&%.-]*)?")

#: What is said after something was done, by the word in the address: nothing from outside is ever shown as our words.
DONE: Final = {
    "saved": "Saved.",
    "proposed": "Proposed. Another account reviews it now.",
    "returned": "Returned to its translator.",
    "reviewed": "Marked reviewed. An editor can approve it now.",
    "approved": "Approved. It is published with the next edition, if its post is released.",
    "noted": "Noted. Only people who work here see it.",
    "dropped": "Your draft is gone.",
    "said": "Said, and signed into the ledger.",
    "released": "Released. The next edition shows it.",
    "disabled": "The account is shut out, at once.",
    "enabled": "The account may sign in again.",
    "passphrase": "Your passphrase is another one now. Every other sign-in of yours is over.",
    "credit": "Chosen. It holds from the next edition on.",
    "everywhere": "Every sign-in of yours is over.",
    "out": "You are signed out.",
    "withdrawn": "The invitation is void.",
}


def page(request: WorkbenchRequest, template: str, status: int = 200, **shown: Any) -> Response:
    """The page made of *template*."""
    bench, account = request.bench, request.signed_in
    facts = {
        "request": request,
        "desk": bench.name,
        "me": account,
        "may": account.may if account else lambda action: False,
        "form_token": bench.sessions.form_token(request.token),
        "today": bench.today().isoformat(),
        "now": bench.now(),
        "done": DONE.get(request.asked("done"), ""),
    }
    return HTMLResponse(environment().get_template(template).render(**facts, **shown), status)


def data(value: dict[str, Json], status: int = 200) -> Response:
    """An answer for the page's script."""
    return JSONResponse(value, status)


def redirect(path: str, done: str = "", **query: str) -> Response:
    """On to another page of ours, which is then fetched anew."""
    assert not done or done in DONE, "a word of our own"
    given = {**query, **({"done": done} if done else {})}
    return RedirectResponse(f"{path}?{urlencode(given)}" if given else path, 303)


def inside(path: str) -> str:
    """*path* if it leads to a page of ours; the first page for anything else."""
    return path if _INSIDE.fullmatch(path) else "/"


def problem(request: WorkbenchRequest, status: int, title: str, message: str) -> Response:
    """What went wrong, in a sentence."""
    if request.as_data:
        return data({"problem": message}, status)
    return page(request, "problem.html", status, title=title, message=message)


def signed_out(request: WorkbenchRequest, kept: bool = False) -> Response:
    """Nobody is signed in here. Words that were typed for nothing are shown again if *kept*, so that they can be
    copied."""
    if request.as_data:
        return data({"problem": "You are signed out. Sign in in another tab; what you typed stays here."}, 401)
    if request.method == "GET":
        return redirect("/sign-in", next=inside(request.path)) if request.path != "/" else redirect("/sign-in")
    words = [
        each for name, many in request.form.items() if name.startswith(("target-", "note")) for each in many if each
    ]
    return page(
        request, "sign_in.html", 401, problem="You were signed out.", next="/", name="", words=words if kept else []
    )


def cookie_name(bench: Workbench) -> str:
    """With https the browser itself refuses it from other hosts and over other ways."""
    return "__Host-desk" if bench.address.startswith("https:") else "desk"


def set_cookie(response: Response, bench: Workbench, token: str) -> None:
    """Gives the browser its cookie; it is gone with the browser's window."""
    response.set_cookie(
        cookie_name(bench), token, path="/", secure=bench.address.startswith("https:"), httponly=True, samesite="strict"
    )
