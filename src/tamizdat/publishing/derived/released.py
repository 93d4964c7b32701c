"""Which version of a released post is shown: a release names bytes, not whatever the post will say later.

::

    19 observed    "五年了"
    52 catalogued  {"release": "public"}, about the bytes of 19           19 is shown
    60 observed    "五年了。"                                              19 is still shown; 60 waits for an editor
    71 catalogued  {"release": "public"}, about the bytes of 60           60 is shown, 19 among what it said before

The latest release decides. Of the versions before the one it names, those count that came from the same source, and
that were in the ledger when it was stated: the editor saw them. A version from another source (another feed, another
account's export) has the same id because it says so; it counts only if a release names its bytes. A later version of
the same source waits until it is released, and one of another source until the next release of any.

A deletion waits too. A post that is gone from its platform is shown, with that word; but whoever deleted it may be in
danger because of it. So it is told to editors until a release of the post, or its withdrawal, is stated after it.

Editions of earlier releases of this program showed the latest version there was. What the last edition shows counts as
released, so nothing goes back to an older text by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tamizdat.archive import Archive
from tamizdat.archive.acts.versions import source_of, source_of_removal
from tamizdat.archive.views.audience import written_for_everybody
from tamizdat.archive.views.posts import Version
from tamizdat.encoding import sha256_hex
from tamizdat.statements import derived
from tamizdat.statements import gone as gone_act
from tamizdat.statements.derived import Post
from tamizdat.statements.gone import EXPORT


@dataclass(frozen=True)
class WaitingVersion:
    """A version that says something else than what is shown of item *number*, and that no editor released yet."""

    number: int
    index: int  #: of its ``observed`` statement
    before: str  #: the text that is shown
    after: str
    source: str = ""  #: where it came from, if not from where the shown one did


@dataclass(frozen=True)
class WaitingRemoval:
    """That item *number* is gone from its platform, while its words are shown and no editor looked since."""

    number: int
    index: int  #: of the ``gone`` statement
    shown: int  #: index of the ``observed`` statement of the version that is shown
    text: str  #: that is shown
    by_author: bool  #: whether an export of the author's own says that they deleted it
    day: str  #: on which it was deleted, or else was said to be gone
    reason: str = ""  #: the platform's word for why
    source: str = ""  #: who says so, if not where the shown version came from


@dataclass(frozen=True)
class ShownVersion:
    """The version of a post that is shown, and those around it."""

    version: Version
    earlier: tuple[Version, ...] = ()  #: what it said before, the oldest first
    waiting: tuple[WaitingVersion, ...] = ()
    latest: Version | None = None  #: the newest from the same source, if that is another
    looked: bool = True  #: whether the release was stated after everything of the same source that waits

    @property
    def stood(self) -> str:
        """When its own source last gave the post out."""
        return (self.latest or self.version).as_of


class ReleasedVersions:
    """Decides for each post; *last* are the items of the last edition, with the SHA-256 of their statements."""

    def __init__(self, archive: Archive, last: Mapping[int, str]) -> None:
        self._archive = archive
        self._last = last
        self._named = archive.index.releases.named()
        self._gone = archive.index.releases.gone()
        self._source = lru_cache(maxsize=None)(lambda version: source_of(archive, version))

    def of(self, post: str, versions: Sequence[Version]) -> ShownVersion:
        """Return what is shown of a post that is released; *versions* are all of it, the oldest first."""
        if len(versions) == 1:
            return ShownVersion(versions[0])
        number, known = min(each.number for each in versions), {each.number: each for each in versions}
        named = self._named[post]
        release = named[-1][0]
        version, seen = (
            self._preferred([known[of] for at, of in named if at == release and of in known], versions),
            release,
        )
        told: set[int] = set()
        shown = self._shown_last(number, versions)
        if shown:
            at, said = shown
            told = {each.index for each in said.earlier}
            if at > release and said.source.index in known and said.source.index not in {of for _, of in named}:
                version = known[said.source.index]
                seen = version.number
        home = self._source(version)
        own = [each for each in versions if self._source(each) == home]
        place = versions.index(version)
        before = [
            each
            for each in versions[:place]
            if each.number in told or (each.number < seen and self._source(each) == home)
        ]
        later = [
            each
            for at, each in enumerate(versions)
            if each.said != version.said and (at > place if each in own else each.number > seen)
        ]
        return ShownVersion(
            version,
            tuple(_said_before(before, version)),
            tuple(self._waiting(number, version, each, each in own) for each in later),
            own[-1] if own[-1] != version else None,
            all(each.number < release for each in later if each in own),
        )  # fmt: skip

    def removal(self, number: int, chosen: ShownVersion) -> WaitingRemoval | None:
        """Return the platform's word that released post *number* is gone, if no editor looked since; else None."""
        version = chosen.version
        gone = self._gone.get(version.post)
        if gone is None or gone.as_of < chosen.stood or self._released_at(version.post) > gone.number:
            return None
        said, source = gone_act.read(self._archive.statement(gone.number)), self._source(version)
        whose = source_of_removal(self._archive, gone, version)
        return WaitingRemoval(
            number, gone.number, version.number, version.text, gone.word == EXPORT and not said.reason,
            (gone.deleted or gone.as_of)[:10], said.reason or "", "" if whose == source else whose,
        )  # fmt: skip

    def _released_at(self, post: str) -> int:
        """Return where the latest release of the post stands; -1 if none names bytes of it."""
        named = self._named.get(post)
        return named[-1][0] if named else -1

    def _waiting(self, number: int, shown: Version, waits: Version, own: bool) -> WaitingVersion:
        return WaitingVersion(number, waits.number, shown.text, waits.text, "" if own else self._source(waits))

    def _preferred(self, candidates: Sequence[Version], versions: Sequence[Version]) -> Version:
        """Of versions with the very bytes that were released, the latest from where the post came first."""
        first = self._source(min(versions, key=lambda each: each.number))
        own = [each for each in candidates if self._source(each) == first]
        return max(own or candidates, key=versions.index)

    def _shown_last(self, number: int, versions: Sequence[Version]) -> tuple[int, Post] | None:
        """Return the statement of it in the last edition, and where in the ledger it stands."""
        digest, index = self._last.get(number), self._archive.index
        for text in {each.text for each in versions} if digest else ():
            for at in reversed(index.about(sha256_hex(text.encode()))):
                if sha256_hex(self._archive.disclosure(at).envelope) == digest:
                    said = derived.read(self._archive.statement(at))
                    return (at, said) if isinstance(said, Post) else None
        return None


def _said_before(before: Sequence[Version], version: Version) -> list[Version]:
    """Those that said something else than the next, and that a page may show."""
    return [
        one
        for one, after in pairwise([*before, version])
        if one.said != after.said and written_for_everybody(one.audience) and "\0" not in one.text
    ]
