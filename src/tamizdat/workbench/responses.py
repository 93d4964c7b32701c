"""What the workbench answers: pages, redirects that say what was done, plain words of refusal.

A page is a template and values; templates escape everything.
"""

from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from tamizdat.web import responses as web
from tamizdat.web.responses import data, inside
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.templating import environment
from tamizdat.workbench.workbench import Workbench

__all__ = ["COOKIE", "DONE", "data", "inside", "page", "problem", "redirect", "set_cookie", "signed_out"]

COOKIE: Final = "desk"

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


def redirect(path: str, done: str = "", **query: str) -> Response:
    """Return a redirect to another page of ours; there :data:`DONE` says what was *done*."""
    assert not done or done in DONE, "a word of our own"
    return web.redirect(path, **query, **({"done": done} if done else {}))


def problem(request: WorkbenchRequest, status: int, title: str, message: str) -> Response:
    """What went wrong, in a sentence."""
    if request.wants_json:
        return data({"problem": message}, status)
    return page(request, "problem.html", status, title=title, message=message)


def signed_out(request: WorkbenchRequest, kept: bool = False) -> Response:
    """Nobody is signed in here. Words that were typed for nothing are shown again if *kept*, so that they can be
    copied."""
    if request.wants_json:
        return data({"problem": "You are signed out. Sign in in another tab; what you typed stays here."}, 401)
    if request.method == "GET":
        return redirect("/sign-in", next=inside(request.path)) if request.path != "/" else redirect("/sign-in")
    words = [
        each for name, many in request.form.items() if name.startswith(("target-", "note")) for each in many if each
    ]
    return page(
        request, "sign_in.html", 401, problem="You were signed out.", next="/", name="", words=words if kept else []
    )


def set_cookie(response: Response, bench: Workbench, token: str) -> None:
    """Give the browser the cookie of a sign-in."""
    web.set_cookie(response, COOKIE, token, bench.https)
