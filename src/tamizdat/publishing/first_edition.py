"""Whether a first edition would show anything: one of nothing would be signed, and counted, for ever."""

from tamizdat.archive import Archive
from tamizdat.errors import UsageError
from tamizdat.statements.catalogued import Release
from tamizdat.statements.published import ACT


def require_something(archive: Archive) -> None:
    """Raise :class:`UsageError` before a first edition that would show nothing: nobody meant to sign it."""
    index, public = archive.index, Release.PUBLIC
    stories = (index.stories.history(each)[-1].release == public for each in index.stories.numbers())
    if index.by_act(ACT) or index.releases.all(public) or index.people.all(public) or any(stories):
        return
    # only a first edition needs to know
    from tamizdat.publishing.derived.clearance import Clearance
    from tamizdat.publishing.derived.item_words import words

    clearance, waiting = Clearance(archive, words(archive)), ""
    for item in index.items(release=public):
        if not (waiting := clearance.why_not(item)):
            return
    if waiting:
        raise UsageError(
            "Expected something that may be shown, found only items that wait: an edition of nothing would be signed, "
            f"and counted, for ever. {waiting}"
        )
    raise UsageError(
        "Expected something that is released, found nothing: an edition of nothing would be signed, and counted, for "
        "ever. 'tamizdat publish list' shows items and posts, 'tamizdat publish release NUMBER' releases them; then "
        "publish."
    )
