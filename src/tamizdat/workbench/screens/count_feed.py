"""The private feed of counts: made and revoked by its account, read by its secret address."""

from typing import Final

from starlette.responses import Response

from tamizdat.web.request import NotFound
from tamizdat.web.routing import Route
from tamizdat.workbench import responses
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content import task_queue
from tamizdat.workbench.count_feeds import atom
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.screens.sign_in import account_page
from tamizdat.workbench.workbench import Workbench


def read(request: WorkbenchRequest) -> Response:
    """Return the feed of this secret. Raises :class:`NotFound` for one that is none, or was revoked."""
    bench, secret = request.bench, request.parameters["secret"]
    account = bench.count_feeds.account(secret)
    if account is None:
        raise NotFound
    feed = atom(secret, bench.today().isoformat(), counts(bench, account))
    return Response(feed, media_type="application/atom+xml")


def counts(bench: Workbench, account: Account) -> dict[str, list[tuple[str, int]]]:
    """Return by language what waits for this account and few others, and how much; languages without any are left out.

    What everybody may translate is not among it: it changes all day.
    """
    words = {"mend": _("Returned to you"), "approve": _("To approve"), "review": _("To review")}
    found = {}
    for language in task_queue.languages_of(bench.archive, account):
        queue = task_queue.queue_of(bench.archive, account, language)
        numbers = [(word, len(queue.places[why])) for why, word in words.items() if queue.places[why]]
        said = sum(each.language == language for each in bench.comments.unread(account))
        numbers += [(_("New comments"), said)] if said else []
        if numbers:
            found[language] = numbers
    return found


def change(request: WorkbenchRequest) -> Response:
    """Make the account's feed, whose address is shown this once, or revoke it."""
    feeds, account = request.bench.count_feeds, request.account
    if request.text("do") == "revoke":
        feeds.end(account)
        return responses.redirect("/account", "feed-revoked")
    link = f"{request.bench.address}/feed/{feeds.begin(account)}"
    return account_page(request, feed_link=link)


ROUTES: Final = (
    Route("/feed/{secret}", "GET", None, read),
    Route("/account/feed", "POST", "account", change),
)
