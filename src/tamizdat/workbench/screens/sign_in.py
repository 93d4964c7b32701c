"""Coming in and going out: signing in, joining with an invitation, one's own account."""

import re
from contextlib import suppress
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from tamizdat.errors import ToolMissing, UsageError, WrongPassphrase
from tamizdat.home.invitation import new_words
from tamizdat.text.catalogue import WORKBENCH
from tamizdat.text.negotiation import offered
from tamizdat.web import responses as web
from tamizdat.web.request import Forbidden, NotFound, TooOften
from tamizdat.web.routing import Route
from tamizdat.workbench import kept_words, responses
from tamizdat.workbench.auth.account_rules import folded
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.kept_words import KeptForm
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import LANGUAGE_COOKIE, WorkbenchRequest
from tamizdat.workbench.screens import comments, translate
from tamizdat.workbench.templating import STATIC

_WORK: Final = re.compile(
    r"/translate/(?P<number>\d{1,15})/(?P<language>[A-Za-z0-9-]+)/(?P<what>draft|comment|note)", re.A
)


def static(request: WorkbenchRequest) -> Response:
    """Return one of the workbench's own files."""
    return STATIC.response(request.parameters["name"])


def sign_in_form(request: WorkbenchRequest) -> Response:
    """Return the sign-in page; the first page if somebody is signed in."""
    if request.signed_in:
        return responses.redirect("/")
    if (language := request.asked("language")) in offered(WORKBENCH):
        response = responses.redirect("/sign-in")
        web.set_cookie(response, LANGUAGE_COOKIE, language, request.bench.https)
        return response
    return _sign_in_page(request, responses.inside(request.asked("next", "/")))


def _sign_in_page(request: WorkbenchRequest, target: str, problem: str = "", status: int = 200) -> Response:
    name = request.text("name") if status != 200 else ""
    kept = kept_words.carried(request)
    return responses.page(request, "sign_in.html", status, problem=problem, next=target, name=name, kept=kept)


def sign_in(request: WorkbenchRequest) -> Response:
    """Sign in with name and passphrase. All that is wrong is answered alike, after the same work.

    Words that the page kept are saved, if they are the account's own. Raises :class:`TooOften` for too many tries.
    """
    bench, target = request.bench, responses.inside(request.text("next", "/"))
    name = folded(request.text("name").encode("utf-8", "replace").decode())
    seconds = max(bench.by_name.wait(name, bench.now()), bench.by_all.wait("", bench.now()))
    if seconds and kept_words.carried(request):
        return _sign_in_page(request, target, _("Try again in %(seconds)s seconds.", seconds=seconds), 429)
    if seconds:
        raise TooOften(seconds)
    try:
        account = bench.accounts.sign_in(name, request.text("passphrase"))
    except WrongPassphrase as error:
        return _sign_in_page(request, target, str(error), 403)
    form = kept_words.carried(request)
    return _with_words(request, account, form) if form else _signed_in(request, account, responses.redirect(target))


def _with_words(request: WorkbenchRequest, account: Account, form: KeptForm) -> Response:
    """Sign in and save the words of a form: in the draft, or as comment or note; all else is shown with a button."""
    bench = request.bench
    bench.sessions.end(request.token)
    token = bench.sessions.begin(account, bench.now())
    anew = replace(request, signed_in=account, token=token, form=form.fields, path=form.path)
    found, response = _WORK.fullmatch(form.path), None
    if found and bench.sessions.is_page_of(account, form.token):
        parameters = {"number": int(found["number"]), "language": found["language"]}
        keep = {"draft": translate.save, "comment": comments.say, "note": translate.note}[found["what"]]
        try:
            response = keep(replace(anew, parameters=parameters))
        except (NotFound, Forbidden, UsageError):
            response = responses.kept(
                anew, form, _("This post is not open to you any more. Your words could not be saved.")
            )
        if response.status_code == 303:
            response = responses.redirect(f"/translate/{found['number']}/{found['language']}", "again")
    response = response or responses.kept(anew, form)
    responses.set_cookie(response, bench, token)
    return response


def state(request: WorkbenchRequest) -> Response:
    """Return as JSON who is signed in in this browser, and a form token, for a page that was opened before."""
    sessions, account = request.bench.sessions, request.signed_in
    return responses.data(
        {
            "account": sessions.page_of(account) if account else "",
            "name": account.name if account else "",
            "token": sessions.form_token(request.token, account),
        }
    )


def _signed_in(request: WorkbenchRequest, account: Account, response: Response) -> Response:
    """Add a new cookie to *response*: one that somebody else knows or planted is worth nothing."""
    request.bench.sessions.end(request.token)
    responses.set_cookie(response, request.bench, request.bench.sessions.begin(account, request.bench.now()))
    return response


def join_form(request: WorkbenchRequest) -> Response:
    """Return what an invitation leads to. Looking at it does not use it up."""
    return _join_page(request, request.asked("code"))


def _join_page(request: WorkbenchRequest, code: str, problem: str = "", status: int = 200) -> Response:
    try:
        invitation = request.bench.accounts.invited(code, request.bench.today()) if code else None
    except UsageError as error:  # only a wrong code is a try: strangers' tries keep nobody out who has a right one
        if seconds := request.bench.by_code.wait("", request.bench.now()):
            raise TooOften(seconds) from error
        invitation, problem, status = None, str(error), 403
    shown = {"code": code if invitation else "", "invitation": invitation, "name": request.text("name")}
    drawn = _drawn() if invitation and not problem else ""  # once: others after a slip would only confuse
    return responses.page(request, "join.html", status, problem=problem, drawn=drawn, **shown)


def _drawn() -> str:
    """Return six words taken by chance; nothing where the list of words is not installed."""
    with suppress(ToolMissing):
        return new_words()
    return ""


def join(request: WorkbenchRequest) -> Response:
    """Make an account with an invitation, a pseudonym and a passphrase. Raises :class:`TooOften` for too many tries."""
    code = request.text("code")
    if "passphrase" not in request.form:
        return _join_page(request, code)
    if request.text("passphrase") != request.text("again"):
        return _join_page(request, code, _("The two passphrases differ. Type the same one twice."), 400)
    try:
        account = request.bench.accounts.join(
            code, request.text("name"), request.text("passphrase"), request.bench.today()
        )
    except UsageError as error:
        return _join_page(request, code, str(error), 400)
    return _signed_in(request, account, responses.redirect("/"))


def sign_out(request: WorkbenchRequest) -> Response:
    """End this sign-in."""
    request.bench.sessions.end(request.token)
    return responses.redirect("/sign-in", "out")


def account(request: WorkbenchRequest) -> Response:
    """Return the page of one's own account."""
    return account_page(request)


def account_page(request: WorkbenchRequest, problem: str = "", status: int = 200, feed_link: str = "") -> Response:
    """Return the page of one's own account, with the address of a feed that was made just now."""
    shown = {"choices": responses.languages(), "feed_link": feed_link}
    return responses.page(request, "account.html", status, problem=problem, **shown)


def change_account(request: WorkbenchRequest) -> Response:
    """Change the public credit, the language of the interface or the passphrase, or end every sign-in.

    Raises :class:`Forbidden` for a button that is none.
    """
    accounts, me = request.bench.accounts, request.account
    try:
        match request.text("do"):
            case "credit":
                accounts.set_credit(me.id, request.text("credit"))
                return responses.redirect("/account", "credit")
            case "interface":
                accounts.set_interface(me.id, request.text("interface"))
                return responses.redirect("/account", "interface")
            case "passphrase":
                _change_passphrase(request)
                changed = accounts.account(me.id)
                assert changed is not None, "accounts are never deleted"
                return _signed_in(request, changed, responses.redirect("/account", "passphrase"))
            case "everywhere":
                accounts.sign_out_everywhere(me.id)
                return responses.redirect("/sign-in", "everywhere")
    except UsageError as error:
        return account_page(request, str(error), 400)
    raise Forbidden(responses.no_such_button())


def _change_passphrase(request: WorkbenchRequest) -> None:
    bench = request.bench
    if seconds := bench.by_name.wait(folded(request.account.name), bench.now()):
        raise TooOften(seconds)
    try:
        bench.accounts.sign_in(request.account.name, request.text("now"))
    except WrongPassphrase:
        raise UsageError(_("The passphrase that you have now was not typed right. Nothing was changed.")) from None
    if request.text("passphrase") != request.text("again"):
        raise UsageError(_("The two new passphrases differ. Type the same one twice. Nothing was changed."))
    bench.accounts.set_passphrase(request.account.id, request.text("passphrase"))


ROUTES: Final = (
    Route("/static/{name}", "GET", None, static),
    Route("/sign-in", "GET", None, sign_in_form),
    Route("/sign-in", "POST", None, sign_in),
    Route("/sign-in/state", "GET", None, state),
    Route("/join", "GET", None, join_form),
    Route("/join", "POST", None, join),
    Route("/sign-out", "POST", "account", sign_out),
    Route("/account", "GET", "account", account),
    Route("/account", "POST", "account", change_account),
)
