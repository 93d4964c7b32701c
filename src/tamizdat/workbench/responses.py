"""What the workbench answers: pages, redirects that say what was done, plain words of refusal.

A page is a template and values; templates escape everything.
"""

import functools
from typing import Final

from starlette.responses import HTMLResponse, Response

from tamizdat.text.catalogue import N_, WORKBENCH, completeness, endonym, interface_tags, is_checked
from tamizdat.text.negotiation import offered
from tamizdat.web import responses as web
from tamizdat.web.responses import data, inside
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.command_pages import told_to_script
from tamizdat.workbench.kept_words import KeptForm
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.l10n import interface
from tamizdat.workbench.request import WorkbenchRequest
from tamizdat.workbench.templating import environment
from tamizdat.workbench.workbench import Workbench

__all__ = ["COOKIE", "DONE", "data", "inside", "kept", "page", "problem", "redirect", "set_cookie", "signed_out"]

COOKIE: Final = "desk"

#: What is said after something was done, by the word in the address: nothing from outside is ever shown as our words.
DONE: Final = {
    "saved": N_("Saved."),
    "proposed": N_("Proposed. Another person must review it now."),
    "returned": N_("Returned to its translator."),
    "reviewed": N_("Marked reviewed. An editor can approve it now."),
    "approved": N_("Approved. If its post is released, the next edition publishes it."),
    "noted": N_("The note is saved. Only people who work here see it."),
    "feed-revoked": N_("The feed is revoked. Its address leads nowhere now."),
    "given-back": N_("Given back. Somebody else may have it next."),
    "dropped": N_("Your draft was deleted. You can bring it back for seven days."),
    "back": N_("Your draft is here again."),
    "taken": N_("The words stand in the sentence now. Look at them, then go on."),
    "aside": N_("The words were set aside. They stay below the sentences until you propose."),
    "again": N_("Your words are saved. Nothing else was done: press the button again if you meant it."),
    "commented": N_("The comment is saved. Only people who work here see it."),
    "settled": N_("Settled."),
    "uncommented": N_("The comment was deleted."),
    "open": N_("Open again."),
    "agreed": N_(
        "Returned with your wordings. As soon as its translator proposes exactly these words, they are reviewed."
    ),
    "transcript-returned": N_("Returned to who wrote it."),
    "transcript-reviewed": N_("Marked reviewed. An editor can approve it now."),
    "transcript-approved": N_("Approved. If its clip is released, it waits for translators now."),
    "cover-approved": N_("Approved. It lies over the item from now on; the next edition shows it so."),
    "cover-returned": N_("Returned. Nothing lies over the item by this proposal."),
    "story-proposed": N_("Stated. It waits for translators now."),
    "story-released": N_("Released. The next edition tells it."),
    "taken-off": N_("Withdrawn. The next edition takes it off the site."),
    "machine-taken": N_("Your draft begins with what the model heard. Listen to every cue before you propose it."),
    "switched-on": N_("The model may be asked for suggestions now."),
    "switched-off": N_("The model is not asked any more."),
    "suggested": N_("The model's words stand below the sentence. Read them against the source before you take them."),
    "machine-gone": N_("What the model heard was thrown away."),
    "draft-gone": N_("Your draft was deleted. This is the latest version."),
    "made": N_(
        "Proposed with the suggested wordings. Their reviewer agreed beforehand, so it is reviewed. "
        "An editor can approve it now."
    ),
    "guide": N_("Saved. It is shown where people translate."),
    "said": N_("Saved as a signed statement in the ledger. The ledger keeps it, also after you change it."),
    "disabled": N_("The account is disabled. It is signed out everywhere and cannot sign in."),
    "enabled": N_("The account can sign in again."),
    "passphrase": N_("Your passphrase was changed. You were signed out everywhere else."),
    "credit": N_("Saved. The next edition uses this name. Editions that are published already keep the old one."),
    "everywhere": N_("You are signed out on every device."),
    "interface": N_("The workbench speaks this language to you from now on."),
    "out": N_("You are signed out."),
    "device": N_("The device is accepted. What it has sent is taken in by the next look."),
    "revoked": N_("The device is revoked. Nothing more that it sends is taken in."),
    "dropped-upload": N_("The upload was thrown away."),
    "draft-dropped": N_("The draft was thrown away."),
    "memory-dropped": N_("The memory was thrown out. Nothing of it is suggested any more."),
    "deleted": N_("Deleted here. The archive still has it."),
    "watching": N_("The places are looked at again and again from now on, while the workbench runs."),
    "not-watching": N_("The places are not looked at by themselves any more."),
    "voice": N_("Saved. The next edition and the search go by it."),
    "addresses": N_("Saved. With another address every page is made anew by the next edition."),
    "no-book": N_("There is no book, or it shows what may not be shown any more. Make it again."),
    "withdrawn": N_("The invitation was withdrawn. Nobody can use it now."),
}


def page(request: WorkbenchRequest, template: str, status: int = 200, **shown: object) -> Response:
    """Return the page made of *template*."""
    bench, account, done = request.bench, request.signed_in, request.asked("done")
    facts = {
        "request": request,
        "desk": bench.name,
        "me": account,
        "may": account.may if account else lambda action: False,
        "alone": functools.partial(_alone, bench, account),
        "form_token": bench.sessions.form_token(request.token, account),
        "page_of": bench.sessions.page_of(account) if account else "",
        "today": bench.today().isoformat(),
        "now": bench.now(),
        "done": _(DONE[done]) if done in DONE else "",
        "interface": interface_tags()[interface()],
        "checked": is_checked(interface(), keyed=False),
        "complete": completeness(interface(), WORKBENCH),
        "interfaces": languages() if account is None else [],
    }
    return HTMLResponse(environment().get_template(template).render(**facts, **shown), status)


def _alone(bench: Workbench, account: Account | None, action: str, language: str = "") -> bool:
    """Tell whether nobody but *account* may do *action*, on texts in *language* if one is named."""
    others = (each for each in bench.accounts.all() if account and each.id != account.id and each.may(action))
    return account is not None and not any(not language or each.speaks(language) for each in others)


def redirect(path: str, done: str = "", **query: str) -> Response:
    """Return a redirect to another page of ours; there :data:`DONE` says what was *done*."""
    assert not done or done in DONE, "a word of our own"
    return web.redirect(path, **query, **({"done": done} if done else {}))


def problem(request: WorkbenchRequest, status: int, title: str, message: str) -> Response:
    """Return a page, or JSON for the script, that says what went wrong."""
    if request.wants_json:
        return data({"problem": told_to_script(message)}, status)
    return page(request, "problem.html", status, title=title, message=message)


def signed_out(request: WorkbenchRequest, form: KeptForm | None, ours: bool) -> Response:
    """Return the sign-in page. It keeps the form that was sent, if that is from a page of *ours* or of an account."""
    if request.wants_json:
        return data({"problem": _("You are signed out. Sign in again in another tab; what you typed stays here.")}, 401)
    if request.method == "GET":
        return redirect("/sign-in", next=inside(request.path)) if request.path != "/" else redirect("/sign-in")
    sessions, accounts = request.bench.sessions, request.bench.accounts.all()
    known = form and (ours or any(sessions.is_page_of(each, form.token) for each in accounts))
    problem = _("You were signed out. Sign in again.")
    return page(request, "sign_in.html", 401, problem=problem, next="/", name="", kept=form if known else None)


def kept(request: WorkbenchRequest, form: KeptForm, problem: str = "", status: int = 403) -> Response:
    """Return the page that shows the words of a form that was not taken.

    It has a button that saves them only if they were typed on a page of the account that is signed in, and if there
    was no other *problem*.
    """
    if request.wants_json:
        told = _("You signed in anew since this page was opened.")
        return data({"problem": told}, 403)
    own = request.bench.sessions.is_page_of(request.account, form.token)
    return page(request, "kept.html", status, form=form, own=own, problem=problem)


def languages() -> list[tuple[str, str, str]]:
    """Return the languages of the interface that can be chosen: code, tag, and what each is called in itself."""
    return [(each, interface_tags()[each], endonym(each)) for each in offered(WORKBENCH)]


def set_cookie(response: Response, bench: Workbench, token: str) -> None:
    """Give the browser the cookie of a sign-in."""
    web.set_cookie(response, COOKIE, token, bench.https)


def no_such_button() -> str:
    """Return what is said when a form asks for something that the page has no button for."""
    return _("This is not one of the buttons of the page. Load the page again.")
