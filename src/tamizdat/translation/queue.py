"""What waits to be done: the queue of each role, for one language.

============ =========================================================================================
translator   posts without a translation (``new``), whose translation was sent back (``returned``), or
             that were edited after it was made (``stale``)
reviewer     translations that somebody else proposed
editor       translations that somebody else made and another has reviewed
============ =========================================================================================

The oldest comes first, and a thread stays together behind its oldest post. Only what readers may come to see is
given to translators: posts that were released, and posts that were written for the public and not withdrawn.
Posts that are in the language already, and posts without words, stand in no queue.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.views.audience import open_to_accounts, written_for_everybody
from tamizdat.archive.views.index import Index
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.translations import Head, Translation
from tamizdat.errors import Forgotten
from tamizdat.text.rules import checked_choice
from tamizdat.translation.difference import Change, difference
from tamizdat.translation.standings import Standing, languages, standing

__all__ = ["ROLES", "Waiting", "changes", "counts", "languages", "may_go_out", "waiting"]
ROLES: Final = ("translator", "reviewer", "editor")
_WAITS_FOR: Final = {"proposed": "reviewer", "reviewed": "editor"}


@dataclass(frozen=True)
class Waiting:
    """A post that waits, and why: ``new``, ``returned``, ``stale``, ``proposed`` or ``reviewed``.

    *by* is the tag of its latest translation, "" without one. The post and that translation are read when they are
    asked for.
    """

    post: str
    why: str
    by: str
    number: int  #: of the version that counts
    translated: int | None  #: of the latest translation
    index: Index = field(repr=False, compare=False)

    @cached_property
    def version(self) -> Version:
        """The version that counts; :class:`Forgotten` if the post was forgotten meanwhile."""
        found = self.index.posts.version(self.number)
        if found is None:
            raise Forgotten("This post was forgotten a moment ago.")
        return found

    @cached_property
    def translation(self) -> Translation | None:
        """The latest translation."""
        return None if self.translated is None else self.index.translations.translation(self.translated)


def waiting(
    archive: Archive,
    language: str,
    role: str,
    mine: Callable[[str, str], str] = lambda post, language: "",
    limit: int | None = None,
) -> list[Waiting]:
    """Return the posts that wait for *role*, the next first, at most *limit*.

    *mine* gives the asker's tag for a post and language: their own work waits for others. Raises :class:`UsageError`
    for a role that is none.
    """
    checked_choice("role", role, ROLES)
    found, index = [], archive.index
    for post, head in standing(archive, language):
        why = _why(post, head)
        if (
            why
            and _role(why) == role
            and (role == "translator" or head is None or head.by != mine(post.post, language))
        ):
            by, translated = (head.by, head.number) if head else ("", None)
            found.append(Waiting(post.post, why, by, post.number, translated, index))
            if len(found) == limit:
                break
    return found


def counts(archive: Archive, languages: Collection[str]) -> dict[str, dict[str, int]]:
    """Return how many posts wait, by language and role."""
    found = {language: dict.fromkeys(ROLES, 0) for language in languages}
    for language, roles in found.items():
        for post, head in standing(archive, language):
            why = _why(post, head)
            if why:
                roles[_role(why)] += 1
    return found


def changes(archive: Archive, translation: Translation) -> list[Change]:
    """Return what was changed in the post since it was translated; nothing if nothing was."""
    versions = archive.index.posts.versions(translation.post)
    before = next((each for each in versions if each.number == translation.source.index), None)
    if before is None or before.text == versions[-1].text or not written_for_everybody(before.audience):
        return []
    return difference(before.text, versions[-1].text)


def may_go_out(archive: Archive, version: Version) -> bool:
    """Return whether a post may be shown to translators."""
    return open_to_accounts(version.audience, archive.index.releases.of(version.post).release)


def _role(why: str) -> str:
    return _WAITS_FOR.get(why, "translator")


def _why(post: Standing, head: Head | None) -> str:
    """Return why a post waits; "" if it does not."""
    if head is None or head.text != post.text:
        return ("stale" if head else "new") if post.worded else ""
    return "" if head.state == "approved" else head.state
