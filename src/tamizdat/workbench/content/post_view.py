"""A post as people at the desk read it: its parts, pictures, versions, what it answers and what answers it.

A post has one number for all its versions, the index of its first ``observed`` statement: the number of its page, here
and in editions.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from itertools import pairwise
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.signatures import signature_of
from tamizdat.archive.views import stories, transcripts
from tamizdat.archive.views.audience import open_to_accounts, version_may_be_shown
from tamizdat.archive.views.contexts import Contexts, only_repeats
from tamizdat.archive.views.current_version import CountingVersion
from tamizdat.archive.views.posts import Gone, Version
from tamizdat.archive.views.releases import Release
from tamizdat.archive.views.texts import page_of
from tamizdat.archive.views.translations import Translation
from tamizdat.dataclass import dataclass
from tamizdat.encoding import sha256_hex
from tamizdat.posts.parts import Part, read_parts
from tamizdat.statements.post_context import Context
from tamizdat.translation.difference import Change, difference
from tamizdat.workbench.auth.accounts import Account

LEAST: Final = 20  #: characters of a cut text, from which on its whole is looked for
ASKED: Final = 60  #: characters that are looked for
MAX_THREAD: Final = 60  #: posts of a conversation that are shown around one
MAX_DEPTH: Final = 2_000  #: answers to answers that are followed upwards


Media = tuple[str, str, str, str]  #: object, name, description, media type


@dataclass(frozen=True)
class PostView:
    """A post. *version* is the one that counts, *earlier* those before it, the oldest first."""

    number: int
    version: Version
    earlier: tuple[Version, ...]
    release: Release
    media: tuple[Media, ...]
    gone: Gone | None
    latest: Version  #: the newest from the same source; its audience counts too
    others: tuple[Version, ...] = ()  #: that wait for an editor: newer ones, and those of other sources
    context: Context | None = None  #: what is told around its words, and everybody may know
    whole: str = ""  #: all that it says, as it is translated
    said: str = ""  #: all that it is found by
    elsewhere: int | None = None  #: the number of a post that holds what the platform cut off here
    sights: Mapping[int, str] = field(default_factory=dict)  #: when earlier versions were last seen after they came
    signature: str = ""  #: whether its author's own signature holds: proved, unknown, broken, unchecked; "" for none
    owners: Version | None = None  #: what its author's own archive said later: its audience counts too
    closed: bool = False  #: whether it has no words but those of a post that is not shown here
    media_of: Mapping[int, tuple[Media, ...]] = field(default_factory=dict)  #: files of earlier versions

    @property
    def is_transcript(self) -> bool:
        """Whether it is no post, but what is said in a clip."""
        return self.version.kind == transcripts.KIND

    @property
    def is_story(self) -> bool:
        """Whether it is no post, but a story."""
        return self.version.kind == stories.KIND

    @property
    def pictures_covered(self) -> bool:
        """Whether its author or platform asks to cover its pictures."""
        return bool(self.context and self.context.sensitive)

    @property
    def words_covered(self) -> bool:
        """Whether its words are covered too: its author warned of them."""
        return self.pictures_covered and bool(self.version.summary)

    @property
    def every(self) -> tuple[Version, ...]:
        """All versions that are told here."""
        return (*self.earlier, self.version, *self.others)

    @property
    def post(self) -> str:
        """Its id."""
        return self.version.post

    @property
    def parts(self) -> list[Part]:
        """Who says what, from the author inwards."""
        return list(read_parts(self.version.text).chain())

    @property
    def differences(self) -> list[tuple[Version, str, list[Change]]]:
        """Earlier versions, when each was last seen so, and how the next differs; those that say the same are left."""
        pairs = pairwise([*self.earlier, self.version])
        return [
            (old, max(old.as_of, self.sights.get(old.number, "")), difference(old.text, new.text))
            for old, new in pairs
            if old.text != new.text
        ]

    @property
    def replaced(self) -> list[tuple[Version, str, tuple[Media, ...]]]:
        """Earlier versions whose pictures the next one has not, when each was last seen so, and its files."""
        files = {**self.media_of, self.version.number: self.media}
        return [
            (old, max(old.as_of, self.sights.get(old.number, "")), files[old.number])
            for old, new in pairwise([*self.earlier, self.version])
            if any(files[old.number])
            and {each[0] for each in files[old.number]} - {each[0] for each in files[new.number]}
        ]


def read(archive: Archive, number: int) -> PostView | None:
    """Return the post with this number, or with a version of this number."""
    version = archive.index.posts.version(number)
    return read_post(archive, version.post) if version else None


def read_text(archive: Archive, number: int) -> PostView | None:
    """Return the post, the transcript of the clip, or the story, whose page has this number."""
    text = archive.index.texts.id_of(number)
    return read_post(archive, text) if text else None


def read_post(archive: Archive, post: str) -> PostView | None:
    """Return the post, the transcript or the story with this id."""
    voices, counting = archive.index.posts, version_that_counts(archive, post)
    if counting is None:
        return None
    versions, now = archive.index.texts.versions(post), counting.version
    gone = voices.gone(post) if now.state == "gone" else []
    earlier = [each for each in versions[: versions.index(now)] if each.source == now.source]
    contexts = Contexts(archive.index)
    return PostView(
        page_of(now, versions),
        now,
        tuple(earlier),
        archive.index.releases.of(post),
        tuple(voices.media(now.number)),
        gone[-1] if gone else None,
        counting.latest,
        tuple(each for each in versions if each != now and each not in earlier),
        contexts.of(now),
        contexts.whole(now),
        contexts.said(now),
        whole_elsewhere(archive, contexts, now),
        archive.index.sights.last(each.number for each in earlier),
        signature=signature_of(archive, now),
        closed=contexts.closes(now),
        owners=counting.owners,
        media_of={each.number: tuple(voices.media(each.number)) for each in earlier},
    )


def whole_elsewhere(archive: Archive, contexts: Contexts, version: Version) -> int | None:
    """Return the number of the post that a repost which was cut repeats, if the whole came in from another source."""
    parts = read_parts(version.text).inner
    if parts is None or not only_repeats(version) or not version.text.rstrip().endswith("…"):
        return None
    begun = parts.text.rstrip("… ").rpartition(" http")[0] or parts.text.rstrip("… ")
    if len(begun) < LEAST:
        return None
    asked = re.sub(r'["“”「」『』«»]', " ", begun[:ASKED])
    for hit in archive.search.find(asked, kind="post", person=f"@{parts.speaker}", limit=5).hits:
        known = contexts.known(hit.post)
        if known and hit.post != version.post and known.version.text.startswith(begun):
            return known.number
    return None


def may_read(account: Account, reading: PostView) -> bool:
    """Tell whether *account* may know of a post: what was written for few, or was withdrawn, is for editors only."""
    open_to_all = open_to_accounts(CountingVersion(reading.version, reading.latest, reading.owners), reading.release)
    return account.may("confidential") or (account.may("read") and open_to_all and not reading.closed)


def as_seen_by(account: Account, reading: PostView) -> PostView:
    """Return the post without earlier versions that were written for few, and without those that wait for an editor.

    Who may see confidential things sees all of them.
    """
    if account.may("confidential"):
        return reading
    earlier = tuple(each for each in reading.earlier if version_may_be_shown(each, reading.release))
    return replace(reading, earlier=earlier, others=(), elsewhere=None)


def translated_of(reading: PostView, translations: Iterable[Translation]) -> list[Translation]:
    """Return those *translations* that are of a version told here: others tell what a reader of it may not know.

    Where something that it repeats or quotes is not shown, only those are that leave it out.
    """
    numbers = {each.number for each in reading.every}
    found = [each for each in translations if each.source.index in numbers]
    if not any(each.hidden for each in (reading.context and reading.context.inner) or ()):
        return found
    whole = sha256_hex(reading.whole.encode())
    return [each for each in found if each.text == whole]


def thread(archive: Archive, reading: PostView, account: Account) -> list[PostView]:
    """Return the conversation that a post is in, the oldest first, without what the account may not know of.

    It is the same from each of its posts; of a longer one than :data:`MAX_THREAD`, the first and the post itself.
    """
    top = _top(archive, reading)
    found: dict[str, PostView] = {}
    waiting = [top]
    while waiting and len(found) < MAX_THREAD:
        post = waiting.pop(0)
        known = reading if post == reading.post else read_post(archive, post)
        if post in found or known is None:
            continue
        found[post] = known
        waiting += [each for each in archive.index.posts.answers(post) if each not in found]
    found.setdefault(reading.post, reading)
    shown = [as_seen_by(account, each) for each in found.values() if may_read(account, each)]
    return sorted(shown, key=lambda each: (each.version.moment or each.version.published or "", each.number))


def _top(archive: Archive, reading: PostView) -> str:
    """Return the post that a conversation began with, as far as it is here, upwards from answer to answer."""
    seen, above = [reading.post], reading.version.reply_to
    while above and above not in seen and len(seen) < MAX_DEPTH:
        counting = version_that_counts(archive, above)
        if counting is None:
            break
        seen.append(above)
        above = counting.version.reply_to
    return seen[-1] if above not in seen else min(seen[seen.index(above) :])
