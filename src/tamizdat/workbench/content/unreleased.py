"""What could be released and is not: posts whose translation was approved, and files that came on cards."""

from tamizdat.archive import Archive
from tamizdat.archive.views.texts import is_post
from tamizdat.dataclass import dataclass
from tamizdat.translation.queue import languages
from tamizdat.translation.standings import standings


@dataclass(frozen=True)
class Unreleased:
    """How many posts have an approved translation and are restricted, and how many files came in and are."""

    translated: int
    files: int


def unreleased(archive: Archive) -> Unreleased:
    """Return how much could be released."""
    posts: set[str] = set()
    for language in languages(archive):
        now = standings(archive, language)
        approved = (now.at(place).post for place in now.places["approved"])
        held = (post for post in approved if now.releases.get(post, "restricted") == "restricted")
        posts |= {post for post in held if is_post(post)}  # no release of a clip or a story stands here
    return Unreleased(len(posts), archive.search.find(kind="item", state="restricted", limit=1).total)
