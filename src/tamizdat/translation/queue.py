"""What waits to be done: the queue of each role, for one language.

============ =========================================================================================
translator   posts without a translation (``new``), whose translation was sent back (``returned``), or
             that were edited after it was made (``stale``)
reviewer     translations that somebody else proposed
editor       translations that somebody else made and another has reviewed
============ =========================================================================================

The oldest comes first, and a thread stays together behind its oldest post. Only what readers may come to see is
given to translators: posts that were released, and posts that were written for the public and not withdrawn.
Posts of the language itself, and those without words, wait for nobody.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.releases import PUBLIC, READERS, WITHDRAWN
from tamizdat.archive.translations import Translation
from tamizdat.archive.voices import Version
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.translation.difference import Change, difference
from tamizdat.translation.kept import has_words
from tamizdat.translation.segments import primary

ROLES: Final = ("translator", "reviewer", "editor")
_WAITS_FOR: Final = {"proposed": "reviewer", "reviewed": "editor"}


@dataclass(frozen=True)
class Waiting:
    """A post, the latest translation of it if there is one, and why it waits: ``new``, ``returned``, ``stale``,
    ``proposed`` or ``reviewed``."""

    version: Version
    translation: Translation | None
    why: str


def waiting(
    archive: Archive,
    language: str,
    role: str,
    mine: Callable[[str, str], str] = lambda post, language: "",
    limit: int | None = None,
) -> list[Waiting]:
    """What waits for *role*, the next first, at most *limit*. *mine* gives the asker's tag for a post and language:
    their own work waits for others."""
    if role not in ROLES:
        raise UsageError(f"Expected a role that is one of {', '.join(ROLES)}, found {role!r}.")
    found = []
    for each in _all(archive, language):
        own = each.translation is not None and each.translation.by == mine(each.version.post, language)
        if _role(each) == role and (role == "translator" or not own):
            found.append(each)
            if len(found) == limit:
                break
    return found


def counts(archive: Archive, languages: Collection[str]) -> dict[str, dict[str, int]]:
    """How much waits, by language and role."""
    found = {language: dict.fromkeys(ROLES, 0) for language in languages}
    for language, roles in found.items():
        for each in _all(archive, language):
            roles[_role(each)] += 1
    return found


def languages(archive: Archive) -> list[str]:
    """The languages into which anything was translated here."""
    return sorted({language for _, language in archive.index.translations.all_latest()})


def changes(archive: Archive, translation: Translation) -> list[Change]:
    """What was changed in the post since it was translated; empty if nothing was."""
    versions = archive.index.voices.versions(translation.post)
    before = next((each for each in versions if each.number == translation.source), None)
    if before is None or before.text == versions[-1].text:
        return []
    return difference(before.text, versions[-1].text)


def may_go_out(archive: Archive, version: Version) -> bool:
    """Whether a post may be shown to translators."""
    return _is_open(version, archive.index.releases.of(version.post).release)


def _is_open(version: Version, release: str) -> bool:
    return release == PUBLIC or (version.audience in READERS and release != WITHDRAWN)


def _role(each: Waiting) -> str:
    return _WAITS_FOR.get(each.why, "translator")


def _all(archive: Archive, language: str) -> Iterator[Waiting]:
    """Everything that waits for anybody, in order."""
    posts = {each.post: each for each in archive.index.voices.latest()}
    releases = archive.index.releases.all()
    heads = {post: each for (post, into), each in archive.index.translations.all_latest().items() if into == language}
    for version in _in_order(posts):
        said = releases.get(version.post)
        if _is_open(version, said.release if said else "") and primary(version.language) != primary(language):
            found = _waiting(version, heads.get(version.post))
            if found:
                yield found


def _waiting(version: Version, head: Translation | None) -> Waiting | None:
    if head is None:
        return Waiting(version, None, "new") if has_words(version.text) else None
    if head.text != sha256_hex(version.text.encode()):
        return Waiting(version, head, "stale") if has_words(version.text) else None
    return None if head.state == "approved" else Waiting(version, head, head.state)


def _in_order(posts: Mapping[str, Version]) -> list[Version]:
    """The oldest first, each thread together; what has no time comes last."""
    roots = {post: _root(post, posts) for post in posts}
    oldest: dict[str, tuple[str, str]] = {}
    for post, version in posts.items():
        key = (_time(version), post)
        root = roots[post]
        oldest[root] = min(key, oldest.get(root, key))
    return sorted(posts.values(), key=lambda each: (oldest[roots[each.post]], _time(each), each.number))


def _time(version: Version) -> str:
    return version.moment or "9999"


def _root(post: str, posts: Mapping[str, Version]) -> str:
    """The first post of its thread that is here."""
    seen = set()
    while post not in seen:
        seen.add(post)
        version = posts[post]
        before = version.reply_to if version.reply_to in posts else version.thread
        if not before or before not in posts or before in seen:
            return post
        post = before
    return post
