"""For which kept posts somebody can be asked one by one (:mod:`tamizdat.archive.ingest.recheck`), and at which host."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Final

from tamizdat.archive.acts.versions import is_gone_by_its_own_word
from tamizdat.archive.archive import Archive
from tamizdat.dataclass import dataclass
from tamizdat.posts.recheck import Permalink, Unaskable, permalink_of

PAGE: Final = 1_000  #: posts in memory at a time


@dataclass
class Askable:
    """What can be asked for of all that is kept, by host; and what cannot, by why and its host or format."""

    hosts: dict[str, list[Permalink]] = field(default_factory=dict)
    others: dict[Unaskable, Counter[str]] = field(default_factory=dict)


def askable(archive: Archive, progress: Callable[[int], object] = lambda count: None) -> Askable:
    """Return for which posts somebody can be asked; what is known to be gone is left out."""
    found, formats, last = Askable(), archive.index.posts.formats(), ""
    while page := archive.index.posts.whereabouts(last, PAGE):
        last = page[-1].post
        known = _known_to_be_gone(archive, [each.post for each in page])
        for each in page:
            if each.kind == "Announce" or each.post in known:
                continue
            family = formats.get(each.capture, "").partition("/")[0]
            where = (each.post, each.url, each.handle, each.audience, each.source)
            said = permalink_of(family, *where, each.published or "")
            if isinstance(said, Permalink):
                found.hosts.setdefault(said.host, []).append(said)
            else:
                found.others.setdefault(said, Counter())[family] += 1
        progress(len(page))
    for host, permalinks in list(found.hosts.items()):
        shared = Counter(each.address for each in permalinks)
        found.hosts[host] = [each for each in permalinks if shared[each.address] == 1]
        if several := len(permalinks) - len(found.hosts[host]):
            found.others.setdefault(Unaskable.NO_PAGE, Counter())[host] += several
    return found


def _known_to_be_gone(archive: Archive, posts: Sequence[str]) -> set[str]:
    """Return those of these posts of which where they came from says so; a post may be back since."""
    posts_said = archive.index.posts.gone_since(posts)
    versions = archive.index.posts.latest_among(posts_said) if posts_said else []
    return {each.post for each in versions if each.state == "gone" and is_gone_by_its_own_word(archive, each)}
