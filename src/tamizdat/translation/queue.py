"""What waits to be done: the queue of each role, for one language.

============ =========================================================================================
translator   posts without a translation (``new``), whose translation was sent back (``returned``), or
             that were edited after it was made (``stale``)
reviewer     translations that somebody else proposed
editor       translations that somebody else made and another has reviewed
============ =========================================================================================

The oldest comes first, and a thread stays together behind its oldest post. Only what readers may come to see is
given to translators: posts that were written for the public and not withdrawn, and those that were released by their
author's consent. The words are those of the version that counts: what a stranger gave out as the same post, and what
waits for an editor, makes no translation stale and is shown to nobody here.
Posts that are in the language already, and posts without words, stand in no queue.
"""

from collections.abc import Callable, Collection
from dataclasses import field
from functools import cached_property
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views.audience import open_to_accounts, version_may_be_shown
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.index import Index
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.translations import Translation
from tamizdat.dataclass import dataclass
from tamizdat.errors import Forgotten
from tamizdat.text.rules import checked_choice
from tamizdat.translation.difference import Change, difference
from tamizdat.translation.standings import languages, standings

__all__ = ["ROLES", "Waiting", "changes", "counts", "going_out", "languages", "waiting", "whole_text_of"]
ROLES: Final = ("translator", "reviewer", "editor")
_WAITS_FOR: Final = {"translator": ("new", "returned", "stale"), "reviewer": ("proposed",), "editor": ("reviewed",)}


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
        found = self.index.texts.version(self.number)
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
    found, index, now = [], archive.index, standings(archive, language)
    for place, why in sorted((place, each) for each in _WAITS_FOR[role] for place in now.places[each]):
        post, head = now.at(place), now.head(place)
        if role == "translator" or head is None or head.by != mine(post.post, language):
            by, translated = (head.by, head.number) if head else ("", None)
            found.append(Waiting(post.post, why, by, post.number, translated, index))
            if len(found) == limit:
                break
    return found


def counts(archive: Archive, languages: Collection[str]) -> dict[str, dict[str, int]]:
    """Return how many posts wait, by language and role."""
    found: dict[str, dict[str, int]] = {}
    for language in languages:
        places = standings(archive, language).places
        found[language] = {role: sum(len(places[why]) for why in _WAITS_FOR[role]) for role in ROLES}
    return found


def changes(archive: Archive, translation: Translation) -> list[Change]:
    """Return what was changed in the post since it was translated; nothing if nothing was."""
    counting = version_that_counts(archive, translation.post)
    before = archive.index.texts.version(translation.source.index)
    if counting is None or before is None or before.source != counting.version.source:
        return []  # what a stranger gave out as this post is shown to no translator
    now, said = counting.version, archive.index.releases.of(translation.post)
    if not version_may_be_shown(before, said):
        return []
    contexts = Contexts(archive.index)
    was, told = contexts.whole(before), contexts.whole(now)
    return difference(was, told) if was != told else []


def going_out(archive: Archive, post: str) -> Version | None:
    """Return the version of a post that may be shown to translators: the one that counts; None if none may."""
    counting = version_that_counts(archive, post)
    if counting is None or not open_to_accounts(counting, archive.index.releases.of(post)):
        return None
    return None if Contexts(archive.index).closes(counting.version) else counting.version


def whole_text_of(archive: Archive, version: Version) -> str:
    """Return all that a version says, as it is translated: with a poll's choices, and what it repeats and quotes."""
    return Contexts(archive.index).whole(version)
