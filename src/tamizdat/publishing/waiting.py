"""What waits for an editor: versions of what is shown that say something else, and that nobody released yet."""

from collections.abc import Iterator

from tamizdat.archive import Archive
from tamizdat.archive.released import ReleasedVersions, WaitingVersion
from tamizdat.archive.views.posts import Version
from tamizdat.publishing.previous import Previous
from tamizdat.statements.catalogued import Release


def waiting_versions(archive: Archive) -> list[WaitingVersion]:
    """Return every version that waits, by number of the post: changed by its author, the old words are still shown."""
    released = ReleasedVersions(archive, Previous.of(archive).statements)
    found = (released.of(post, versions).waiting for post, versions in _of_several_versions(archive))
    return sorted((each for some in found for each in some), key=lambda each: (each.number, each.index))


def shown_versions(archive: Archive) -> dict[str, Version]:
    """Return, by post, the version that is shown of those that have several."""
    released = ReleasedVersions(archive, Previous.of(archive).statements)
    return {post: released.of(post, versions).version for post, versions in _of_several_versions(archive)}


def _of_several_versions(archive: Archive) -> Iterator[tuple[str, list[Version]]]:
    public = archive.index.releases.all(Release.PUBLIC)
    for post in sorted(archive.index.posts.of_several_versions() & public.keys()):
        yield post, archive.index.posts.versions(post)
