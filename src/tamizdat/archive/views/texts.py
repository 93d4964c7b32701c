"""Texts that are translated: posts, and the transcripts of clips. Who translates need not know which of the two it is.

A version has the same form of both (:class:`~tamizdat.archive.views.posts.Version`). The id of a transcript is
``clip/41``, which is no address, as every id of a post is. The number of a text's page is that of the item: of a post
its first ``observed`` statement, of a transcript its clip.
"""

from tamizdat.archive.views.posts import Posts, Version
from tamizdat.archive.views.transcripts import KIND, Transcripts, clip_of, name_of


class Texts:
    """The texts of one archive; reached as ``archive.index.texts``."""

    def __init__(self, posts: Posts, transcripts: Transcripts) -> None:
        self._posts = posts
        self._transcripts = transcripts

    def version(self, number: int) -> Version | None:
        """Return one version, by the index of its statement; None if this is not the number of one."""
        return self._posts.version(number) or self._transcripts.version(number)

    def versions(self, text: str) -> list[Version]:
        """Return all versions of a text, by its id, the oldest first."""
        return self._posts.versions(text) if clip_of(text) is None else self._transcripts.versions(text)

    def id_of(self, page: int) -> str:
        """Return the id of the text whose page, or version, has this number; "" if there is none."""
        found = self._posts.version(page) or self._transcripts.version(page)
        if found is None:
            found = next(iter(self._transcripts.versions(name_of(page))), None)
        return found.post if found else ""


def page_of(version: Version, versions: list[Version]) -> int:
    """Return the number of the page of a text, one version of which is *version* and all are *versions*."""
    return version.capture if version.kind == KIND else min(each.number for each in versions)
