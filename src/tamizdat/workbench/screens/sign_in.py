"""Coming in and going out: signing in, joining with an invitation, one's own account."""

from typing import Final

from starlette.responses import Response

from tamizdat.errors import UsageError, WrongPassphrase
from tamizdat.workbench import responses
from tamizdat.workbench.auth.accounts import Account, folded
from tamizdat.workbench.gate import Route
from tamizdat.workbench.request import Forbidden, NotFound, TooOften, WorkbenchRequest
from tamizdat.workbench.templating import STATIC, static_bytes


def static(visit: WorkbenchRequest) -> Response:
    """One of the workbench's own files. Its address changes with its bytes, so a browser may keep it."""
    name = visit.parameters["name"]
    if name not in STATIC:
        raise NotFound
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(static_bytes(name), media_type=STATIC[name], headers=headers)


def sign_in_form(visit: WorkbenchRequest) -> Response:
    """The first page anybody sees."""
    if visit.signed_in:
        return responses.redirect("/")
    return _sign_in_page(visit, responses.inside(visit.asked("next", "/")))


def _sign_in_page(visit: WorkbenchRequest, next: str, problem: str = "", status: int = 200) -> Response:
    name = visit.text("name") if status != 200 else ""
    return responses.page(visit, "sign_in.html", status, problem=problem, next=next, name=name, words=[])


def sign_in(visit: WorkbenchRequest) -> Response:
    """Name and passphrase. All that is wrong is answered alike, after the same work."""
    bench, next = visit.bench, responses.inside(visit.text("next", "/"))
    name = folded(visit.text("name").encode("utf-8", "replace").decode())
    seconds = max(bench.by_name.wait(name, bench.now()), bench.by_all.wait("", bench.now()))
    if seconds:
        raise TooOften(seconds)
    try:
        account = bench.accounts.sign_in(name, visit.text("passphrase"))
    except WrongPassphrase as error:
        return _sign_in_page(visit, next, str(error), 403)
    return _signed_in(visit, account, responses.redirect(next))


def _signed_in(visit: WorkbenchRequest, account: Account, response: Response) -> Response:
    """Always with a new cookie: one that somebody else knows or planted is worth nothing."""
    visit.bench.sessions.end(visit.token)
    responses.set_cookie(response, visit.bench, visit.bench.sessions.begin(account, visit.bench.now()))
    return response


def join_form(visit: WorkbenchRequest) -> Response:
    """What an invitation leads to. Looking at it does not use it up."""
    return _join_page(visit, visit.asked("code"))


def _join_page(visit: WorkbenchRequest, code: str, problem: str = "", status: int = 200) -> Response:
    seconds = visit.bench.by_code.wait("", visit.bench.now()) if code else 0
    if seconds:
        raise TooOften(seconds)
    try:
        invitation = visit.bench.accounts.invited(code, visit.bench.today()) if code else None
    except UsageError as error:
        invitation, problem, status = None, str(error), 403
    shown = {"code": code if invitation else "", "invitation": invitation, "name": visit.text("name")}
    return responses.page(visit, "join.html", status, problem=problem, **shown)


def join(visit: WorkbenchRequest) -> Response:
    """Uses an invitation: a pseudonym, a passphrase, twice."""
    code = visit.text("code")
    if seconds := visit.bench.by_code.wait("", visit.bench.now()):
        raise TooOften(seconds)
    if "passphrase" not in visit.form:
        return _join_page(visit, code)
    if visit.text("passphrase") != visit.text("again"):
        return _join_page(visit, code, "The two passphrases differ.", 400)
    try:
        account = visit.bench.accounts.join(code, visit.text("name"), visit.text("passphrase"), visit.bench.today())
    except UsageError as error:
        return _join_page(visit, code, str(error), 400)
    return _signed_in(visit, account, responses.redirect("/"))


def sign_out(visit: WorkbenchRequest) -> Response:
    """Ends this sign-in."""
    visit.bench.sessions.end(visit.token)
    return responses.redirect("/sign-in", "out")


def account(visit: WorkbenchRequest) -> Response:
    """One's own account."""
    return responses.page(visit, "account.html", problem="")


def change_account(visit: WorkbenchRequest) -> Response:
    """The public credit, another passphrase, or the end of every sign-in."""
    accounts, me = visit.bench.accounts, visit.account
    try:
        match visit.text("do"):
            case "credit":
                accounts.set_credit(me.id, visit.text("credit"))
                return responses.redirect("/account", "credit")
            case "passphrase":
                _change_passphrase(visit)
                changed = accounts.account(me.id)
                assert changed is not None, "accounts are never deleted"
                return _signed_in(visit, changed, responses.redirect("/account", "passphrase"))
            case "everywhere":
                accounts.sign_out_everywhere(me.id)
                return responses.redirect("/sign-in", "everywhere")
    except UsageError as error:
        return responses.page(visit, "account.html", 400, problem=str(error))
    raise Forbidden("Expected one of the buttons of this page.")


def _change_passphrase(visit: WorkbenchRequest) -> None:
    bench = visit.bench
    if seconds := bench.by_name.wait(folded(visit.account.name), bench.now()):
        raise TooOften(seconds)
    try:
        bench.accounts.sign_in(visit.account.name, visit.text("now"))
    except WrongPassphrase:
        raise UsageError("The passphrase you have now is another one. Nothing was changed.") from None
    if visit.text("passphrase") != visit.text("again"):
        raise UsageError("The two new passphrases differ. Nothing was changed.")
    bench.accounts.set_passphrase(visit.account.id, visit.text("passphrase"))


DOORS: Final = (
    Route("/static/{name}", "GET", None, static),
    Route("/sign-in", "GET", None, sign_in_form),
    Route("/sign-in", "POST", None, sign_in),
    Route("/join", "GET", None, join_form),
    Route("/join", "POST", None, join),
    Route("/sign-out", "POST", "account", sign_out),
    Route("/account", "GET", "account", account),
    Route("/account", "POST", "account", change_account),
)
