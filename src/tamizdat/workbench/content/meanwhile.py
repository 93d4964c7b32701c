"""What others did while somebody has a piece of work open: told at once, not only when it is too late."""

from tamizdat.encoding import Json
from tamizdat.workbench.content.translation_view import Work, others
from tamizdat.workbench.content.typed_words import changes_since, is_edited
from tamizdat.workbench.drafts.translations import Draft
from tamizdat.workbench.l10n import gettext as _
from tamizdat.workbench.request import WorkbenchRequest


def news_of(request: WorkbenchRequest, work: Work) -> dict[str, Json]:
    """Return as data for the page's script: sentences to show, and how the post was edited."""
    says: list[Json] = [each for each in (edit(request, work), proposal(request, work)) if each]
    found: dict[str, Json] = {"says": says}
    if is_edited(request, work):
        changes = changes_since(request.bench.archive, work, request.whole("version", -1))
        found["changes"] = [{"kind": each.kind, "text": each.text} for each in changes]
    return found


def edit(request: WorkbenchRequest, work: Work) -> str:
    """Return the sentence that the post says something else than on the page that asks; empty if it does not."""
    if not is_edited(request, work):
        return ""
    if request.whole("version", -1) == work.reading.version.number:
        return _("What the post repeats or quotes is shown otherwise than when you opened this page.")
    if request.asked("state"):
        return _("The post was edited since you opened this page.")
    return _("The post was edited while you translated.")


def proposal(request: WorkbenchRequest, work: Work) -> str:
    """Return the sentence that another translation, or another word on it, is there than on the page that asks."""
    latest, seen = work.latest, request.whole("latest", -1)
    if latest is None or "latest" not in {*request.form, *request.query}:
        return ""
    names = request.bench.accounts.known_by(work.reading.post, work.language)
    if latest.number != seen:
        if work.own:
            return _("You proposed a translation of this on another page.")
        by = names.get(latest.by)
        if by is None:
            return _("An account of another desk proposed a translation meanwhile.")
        return _("%(name)s proposed a translation meanwhile.", name=by.name)
    before = request.text("state") or request.asked("state")
    if before and before != latest.state:
        return {
            "returned": _("This translation was returned meanwhile."),
            "reviewed": _("This translation was marked reviewed meanwhile."),
            "approved": _("This translation was approved meanwhile."),
        }.get(latest.state, "")
    return ""


def proposed_otherwise(work: Work, draft: Draft) -> dict[int, str]:
    """Return, by place, what another account proposed for a sentence for which this one has typed something else."""
    if work.latest is None or work.own:
        return {}
    proposed = enumerate(zip(draft.lines, work.start(), strict=True))
    return {place: other for place, (line, other) in proposed if line.revision and other and line.target != other}


def others_say(request: WorkbenchRequest, work: Work) -> str:
    """Return the sentences that tell who is at it now and who else has a draft; empty if nobody is and has."""
    bench, account = request.bench, request.account
    at_it = bench.leases.others(account, work.language, bench.now()).get(work.reading.post, "")
    by = bench.accounts.account(at_it)
    found = [each for each in others(bench.accounts, bench.drafts, account, work) if each.id != at_it]
    says = [_("%(name)s is at this post now.", name=_apart(by.name))] if by else []
    if found:
        names = ", ".join(_apart(each.name) for each in found)
        says.append(_("Others who have a draft of this: %(names)s", names=names))
    return " ".join(says)


def _apart(name: str) -> str:
    """Return a name that turns no letters around it, whatever its script."""
    return f"\u2068{name}\u2069"
