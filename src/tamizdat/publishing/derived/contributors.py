"""Who translated and reviewed what is shown, under the names they chose."""

from collections.abc import Iterable

from tamizdat.publishing.model import Contributor
from tamizdat.statements.derived import Post


def contributors(posts: Iterable[Post]) -> tuple[Contributor, ...]:
    """Return who translated and reviewed what these posts show, by name."""
    translated: dict[str, int] = {}
    reviewed: dict[str, int] = {}
    languages: dict[str, set[str]] = {}
    for each in (translation for post in posts for translation in post.translations):
        for name, count in ((each.credit, translated), (each.reviewer, reviewed)):
            if name:
                count[name] = count.get(name, 0) + 1
                languages.setdefault(name, set()).add(each.language)
    return tuple(
        Contributor(name, translated.get(name, 0), reviewed.get(name, 0), tuple(sorted(languages[name])))
        for name in sorted(languages)
    )
