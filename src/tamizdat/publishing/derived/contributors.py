"""Who translated and reviewed what is shown, under the names they chose."""

from collections import Counter
from collections.abc import Iterable

from tamizdat.publishing.model import Contributor, StoredPost
from tamizdat.statements.derived import Footage, Post, PublishedStory, Track, Translation


def contributors(
    posts: Iterable[Post], clips: Iterable[Footage] = (), stories: Iterable[PublishedStory] = ()
) -> tuple[Contributor, ...]:
    """Return who translated and reviewed what these posts and stories say, and what is said in these clips, by name."""
    translated: dict[str, int] = {}
    reviewed: dict[str, int] = {}
    languages: dict[str, set[str]] = {}
    works = Counter((each.credit, each.reviewer, each.language) for clip in clips for each in clip.tracks or ())
    works.update((each.credit, each.reviewer, each.language) for story in stories for each in story.translations)
    for some, posts_alike in Counter(map(credits_of, posts)).items():
        for each in some:
            works[each] += posts_alike
    for (credit, reviewer, language), times in works.items():
        for name, count in ((credit, translated), (reviewer, reviewed)):
            if name:
                count[name] = count.get(name, 0) + times
                languages.setdefault(name, set()).add(language)
    return tuple(
        Contributor(name, translated.get(name, 0), reviewed.get(name, 0), tuple(sorted(languages[name])))
        for name in sorted(languages)
    )


def credits_of(post: Post) -> tuple[tuple[str, str, str], ...]:
    """Return who made, who reviewed each translation of *post* and of what is said in its clips, and its language."""
    if isinstance(post, StoredPost):
        return post.credited
    return tuple((each.credit, each.reviewer, each.language) for each in works_of(post))


def works_of(post: Post) -> list[Translation | Track]:
    """Return the translations of *post*, then what is said in its clips."""
    return [*post.translations, *(track for picture in post.pictures for track in picture.tracks or ())]
