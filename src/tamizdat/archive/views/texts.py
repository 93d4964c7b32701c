"""Texts that are translated: posts, transcripts of clips, stories. Who translates need not know which of them it is.

A version has the same form of all (:class:`~tamizdat.archive.views.posts.Version`). The id of a transcript is
``clip/41``, that of a story ``story/205``, which are no addresses, as every id of a post is. The number of a text's
page is that of the item: of a post its first ``observed`` statement, of a transcript its clip, of a story its first
version.
"""

from typing import Final

from tamizdat.archive.views import stories, transcripts
from tamizdat.archive.views.posts import Posts, Version
from tamizdat.archive.views.stories import Stories, story_of
from tamizdat.archive.views.transcripts import Transcripts, clip_of

IN_PIECES: Final = (transcripts.KIND, stories.KIND)  #: kinds whose words are pieces with an empty line between two


class Texts:
    """The texts of one archive; reached as ``archive.index.texts``."""

    def __init__(self, posts: Posts, transcripts: Transcripts, stories: Stories) -> None:
        self._posts = posts
        self._transcripts = transcripts
        self._stories = stories

    def version(self, number: int) -> Version | None:
        """Return one version, by the index of its statement; None if this is not the number of one."""
        return self._posts.version(number) or self._transcripts.version(number) or self._stories.version(number)

    def versions(self, text: str) -> list[Version]:
        """Return all versions of a text, by its id, the oldest first."""
        if story_of(text) is not None:
            return self._stories.versions(text)
        return self._posts.versions(text) if clip_of(text) is None else self._transcripts.versions(text)

    def id_of(self, page: int) -> str:
        """Return the id of the text whose page, or version, has this number; "" if there is none."""
        found = self.version(page)
        if found is None:
            names = (transcripts.name_of(page), stories.name_of(page))
            found = next((each for name in names for each in self.versions(name)), None)
        return found.post if found else ""


def is_post(text: str) -> bool:
    """Tell whether the id of a text is a post's."""
    return story_of(text) is None and clip_of(text) is None


def page_of(version: Version, versions: list[Version]) -> int:
    """Return the number of the page of a text, one version of which is *version* and all are *versions*."""
    return version.capture if version.kind in IN_PIECES else min(each.number for each in versions)
