"""Accounts and roles: who works here, invitations, shutting out."""

from typing import Final

from starlette.responses import Response

from tamizdat.errors import UsageError
from tamizdat.web.request import Forbidden, NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.auth.permissions import RIGHTS, ROLES
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest


def show(request: WorkbenchRequest, problem: str = "", link: str = "", status: int = 200) -> Response:
    """Return the list of accounts. The link of a new invitation is shown this once."""
    accounts, today = request.bench.accounts, request.bench.today()
    return responses.page(
        request,
        "accounts.html",
        status,
        accounts=accounts.all(),
        invitations=accounts.invitations(today),
        roles=ROLES,
        rights=RIGHTS,
        problem=problem,
        link=link,
    )


def invite(request: WorkbenchRequest) -> Response:
    """Make an invitation."""
    bench = request.bench
    try:
        days = request.whole("days", 7)
        code = bench.accounts.invite(
            request.texts("role"), languages_of(request.text("languages")), bench.today(), days
        )
    except UsageError as error:
        return show(request, str(error), status=400)
    return show(request, link=f"{bench.address}/join#code={code}")


def withdraw(request: WorkbenchRequest) -> Response:
    """Withdraw an invitation."""
    request.bench.accounts.withdraw(request.text("invitation"))
    return responses.redirect("/accounts", "withdrawn")


def change(request: WorkbenchRequest) -> Response:
    """Change roles and languages of an account, or whether it may sign in.

    Raises :class:`NotFound` for an unknown account, :class:`Forbidden` for an unknown button; a :class:`UsageError` is
    shown on the page.
    """
    accounts, account_id = request.bench.accounts, request.parameters["id"]
    if accounts.account(account_id) is None:
        raise NotFound
    try:
        match request.text("do"):
            case "roles":
                if account_id == request.account.id and "editor" not in request.texts("role"):
                    raise UsageError(
                        _("You cannot stop being an editor yourself. Ask another editor. Nothing was changed.")
                    )
                accounts.set_roles(account_id, request.texts("role"), languages_of(request.text("languages")))
                return responses.redirect("/accounts", "saved")
            case "disable":
                if account_id == request.account.id:
                    raise UsageError(_("You cannot disable your own account. Ask another editor. Nothing was changed."))
                accounts.set_disabled(account_id, True)
                return responses.redirect("/accounts", "disabled")
            case "enable":
                accounts.set_disabled(account_id, False)
                return responses.redirect("/accounts", "enabled")
    except UsageError as error:
        return show(request, str(error), status=400)
    raise Forbidden(responses.no_such_button())


def languages_of(text: str) -> list[str]:
    """Return language tags that are separated by spaces or commas."""
    return text.replace(",", " ").split()


ROUTES: Final = (
    Route("/accounts", "GET", "accounts", show),
    Route("/accounts", "POST", "accounts", invite),
    Route("/accounts/withdraw", "POST", "accounts", withdraw),
    Route("/accounts/{id}", "POST", "accounts", change),
)
