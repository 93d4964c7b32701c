"""Who asks, and whether they may: what the workbench adds to the checks of :mod:`tamizdat.web`.

In this order, and each refuses by itself:

1. a form carries the token of its cookie, which no other site can know
2. somebody is signed in, unless the route is open to all
3. their roles allow the route's action (:mod:`tamizdat.workbench.auth.permissions`)
"""

import secrets
from typing import Final

from starlette.responses import Response

from tamizdat.web.request import Forbidden, NotFound, TooOften, WebRequest
from tamizdat.web.responses import cookie_name
from tamizdat.web.routing import Route
from tamizdat.workbench import kept_words, responses
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.l10n import speak
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.workbench import Workbench

FORM_FIELD: Final = "form-token"  #: name of the field that carries the form token, and of the header for scripts


def form_token(request: WorkbenchRequest) -> str:
    """Return the form token that came with a request."""
    return request.text(FORM_FIELD) or request.headers.get(FORM_FIELD, "")


class WorkbenchAccess:
    """Sign-ins and permissions of one workbench, as :class:`tamizdat.web.routing.Access`."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def identify(self, request: WebRequest) -> WorkbenchRequest:
        """Return the request with the account whose cookie it carries; with a new cookie if it carries none."""
        bench = self._bench
        given = request.cookies.get(cookie_name(responses.COOKIE, bench.https), "")
        token = given if 40 <= len(given) <= 64 else secrets.token_urlsafe(32)
        account = bench.sessions.account(token, bench.now())
        return WorkbenchRequest(**vars(request), bench=bench, token=token, fresh=token != given, signed_in=account)

    def admit(self, route: Route[WorkbenchRequest], request: WorkbenchRequest) -> Response | None:
        """Return None if the account may do what the route does, the sign-in page if nobody is signed in.

        Raises :class:`Forbidden` for a form without its token, and for roles that do not allow it.
        """
        speak(request.language)
        ours = request.method != "POST" or self._bench.sessions.is_form_token(request.token, form_token(request))
        if not ours and request.signed_in and route.action and (kept := kept_words.sent(request, form_token(request))):
            return responses.kept(request, kept)
        if not ours and (request.signed_in or route.action is None):
            raise Forbidden(
                _("This form is old, or not from a page of this workbench. Go back, load the page again, then send it.")
            )
        if route.action is None:
            return None
        if request.signed_in is None:
            return responses.signed_out(request, kept_words.sent(request, form_token(request)), ours)
        if not request.account.may(route.action):
            raise Forbidden(_("Your roles do not allow this. An editor can change them under Accounts."))
        return None

    def problem(self, request: WorkbenchRequest, status: int, error: Exception) -> Response:
        """Return the page that says what went wrong, with what was typed, so that it is not lost."""
        title, message = _("That did not work"), str(error)
        match error:
            case NotFound():
                title = _("There is nothing here")
                message = _("No such page, or it is not for your account. Check the number in the address.")
            case Forbidden():
                title = _("You may not do this")
            case TooOften():
                title = _("Too many tries")
                message = _("Try again in %(seconds)s seconds.", seconds=error.seconds)
        form = kept_words.sent(request, form_token(request))
        if form and request.signed_in and not request.wants_json:
            return responses.kept(request, form, message, status)
        return responses.problem(request, status, title, message)

    def finish(self, request: WorkbenchRequest, response: Response) -> None:
        """Give a browser that came without a cookie its first one."""
        if request.fresh and "set-cookie" not in response.headers:
            responses.set_cookie(response, self._bench, request.token)
