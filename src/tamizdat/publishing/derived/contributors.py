"""Who translated and reviewed what is shown, under the names they chose."""

from collections.abc import Iterable

from tamizdat.publishing.model import Contributor
from tamizdat.statements.derived import Footage, Post, Track, Translation


def contributors(posts: Iterable[Post], clips: Iterable[Footage] = ()) -> tuple[Contributor, ...]:
    """Return who translated and reviewed what these posts show, and what is said in these clips, by name."""
    translated: dict[str, int] = {}
    reviewed: dict[str, int] = {}
    languages: dict[str, set[str]] = {}
    works: list[Translation | Track] = [each for post in posts for each in post.translations]
    works += [each for clip in clips for each in clip.tracks or ()]
    for each in works:
        for name, count in ((each.credit, translated), (each.reviewer, reviewed)):
            if name:
                count[name] = count.get(name, 0) + 1
                languages.setdefault(name, set()).add(each.language)
    return tuple(
        Contributor(name, translated.get(name, 0), reviewed.get(name, 0), tuple(sorted(languages[name])))
        for name in sorted(languages)
    )
