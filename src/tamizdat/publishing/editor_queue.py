"""What waits for an editor: that a released post says something else by now, or is gone, and nobody looked yet."""

from collections.abc import Iterator

from tamizdat.archive import Archive
from tamizdat.archive.released import ReleasedVersions, WaitingRemoval, WaitingVersion
from tamizdat.archive.views.posts import Version
from tamizdat.publishing.previous import Previous
from tamizdat.statements.catalogued import Release


def waiting_versions(archive: Archive) -> list[WaitingVersion]:
    """Return every version that waits, by number of the post: changed by its author, the old words are still shown."""
    released = ReleasedVersions(archive, Previous.of(archive).statements)
    found = (released.of(post, versions).waiting for post, versions in _of_several_versions(archive))
    return sorted((each for some in found for each in some), key=lambda each: (each.number, each.index))


def waiting_removals(archive: Archive) -> list[WaitingRemoval]:
    """Return every removal that waits, by number of the post: deleted by its author, the words are still shown."""
    gone = archive.index.releases.gone()
    public = gone.keys() & archive.index.releases.all(Release.PUBLIC).keys()
    if not public:
        return []
    released = ReleasedVersions(archive, Previous.of(archive).statements)
    found = []
    for post in public:
        versions = archive.index.posts.versions(post)
        number = min(each.number for each in versions)
        chosen = released.of(post, versions)
        found.append(released.removal(number, chosen, released.gone(chosen, gone[post])))
    return sorted(filter(None, found), key=lambda each: each.number)


def shown_versions(archive: Archive) -> dict[str, Version]:
    """Return, by post, the version that is shown of those that have several."""
    released = ReleasedVersions(archive, Previous.of(archive).statements)
    return {post: released.of(post, versions).version for post, versions in _of_several_versions(archive)}


def _of_several_versions(archive: Archive) -> Iterator[tuple[str, list[Version]]]:
    public = archive.index.releases.all(Release.PUBLIC)
    for post in sorted(archive.index.posts.of_several_versions(released=True) & public.keys()):
        yield post, archive.index.posts.versions(post)
