"""What came back in a packet unfinished: it becomes the draft of whoever translated it, and is lost to nobody."""

from collections.abc import Iterable

from tamizdat.archive import Archive
from tamizdat.archive.views.texts import page_of
from tamizdat.translation.packets import Unfinished
from tamizdat.workbench.auth.accounts import Account
from tamizdat.workbench.content.translation_view import draft_of, open_work
from tamizdat.workbench.drafts.translations import Drafts, Typed
from tamizdat.workbench.sealed_store import Sealed


def keep(
    archive: Archive, sealed: Sealed, account: Account, language: str, unfinished: Iterable[Unfinished], now: int
) -> dict[str, int]:
    """Save the segments that are translated in the account's drafts; return by post how many of them are there now.

    What the account has typed itself stays as it is, sentence by sentence.
    """
    found, drafts = {}, Drafts(sealed)
    for each in unfinished:
        number = page_of(each.version, archive.index.texts.versions(each.version.post))
        work = open_work(archive, account, number, language)
        with sealed.changing():
            draft = draft_of(drafts, account, work)
            typed = [
                Typed(place, target, line.revision)
                for place, (line, target) in enumerate(zip(draft.lines, each.targets, strict=True))
                if target and not (line.revision and line.target.strip())
            ]
            saved = drafts.save(account, draft, typed, now).draft
        found[each.version.post] = sum(
            bool(target) and line.target == target for line, target in zip(saved.lines, each.targets, strict=True)
        )
    return found
