"""What the archive knows of some posts that an editor released, and what was chosen of one of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from tamizdat.archive import Archive
from tamizdat.archive.released import ReleasedVersions, ShownVersion
from tamizdat.archive.views.posts import Gone, Version
from tamizdat.archive.views.releases import File, Release
from tamizdat.dataclass import dataclass
from tamizdat.publishing.derived.post_pictures import PostPictures
from tamizdat.statements import catalogued

One = TypeVar("One")


@dataclass(frozen=True)
class KnownPosts:
    """What is known of posts: by id what is said of each, its versions, and every word that it is gone.

    By the number of a version its files, and the platform's tags.
    """

    releases: Mapping[str, Release]
    versions: Mapping[str, list[Version]]
    files: Mapping[int, list[File]]
    tags: Mapping[int, tuple[str, ...]]
    gone: Mapping[str, Sequence[Gone]]
    released: ReleasedVersions

    @classmethod
    def of(cls, archive: Archive, posts: Sequence[str], last: Mapping[int, str]) -> "KnownPosts":
        """Return what is known of those of *posts* that are released, in this order; *last* are the last edition's."""
        said = archive.index.releases
        found = said.all(catalogued.Release.PUBLIC, posts)
        releases = {post: found[post] for post in posts if post in found}
        return cls(
            releases, said.versions(releases), said.files(releases), said.tags(releases), said.gone(releases),
            ReleasedVersions(archive, last, said.named(releases)),
        )  # fmt: skip


class Chosen(NamedTuple):
    """What is shown of a post: the version with those around it, its files, that it was *removed*, its tags."""

    number: int
    shown: ShownVersion
    release: Release
    pictures: PostPictures
    removed: Gone | None
    tags: tuple[str, ...]


def in_rows(every: Sequence[One], size: int) -> Iterator[Sequence[One]]:
    """Yield these in rows of *size*."""
    return (every[at : at + size] for at in range(0, len(every), size))
