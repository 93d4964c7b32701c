"""Which version of a post counts: its words are shown and translated; all others wait for an editor.

::

    19 observed    "五年了"                     out of the author's export    counts
    47 observed    "五年了。"                    out of a later export of it   counts from now on
    52 catalogued  {"release": "public"}, about the bytes of 47
    60 observed    "我收回。"     out of the author's export     waits: a release names bytes
    61 observed    "都是假的。"    a stranger's feed              waits: a post's id is what a file says it is

Of a post that is not released, the newest version counts that came from where the post came first. Of a released one,
the version that the latest release names. *Where it came from* is :attr:`~tamizdat.archive.views.posts.Version.source`.
"""

from collections.abc import Sequence

from tamizdat.archive.views.posts import Version
from tamizdat.dataclass import dataclass


@dataclass(frozen=True)
class CountingVersion:
    """The version of a post that counts, and the newest from the same source, which may be the same.

    That one's audience counts too: an author may have kept the post for few since. So does what the author's own
    archive said later (:func:`owners_word`), wherever the version came from.
    """

    version: Version
    latest: Version
    owners: Version | None = None

    @property
    def audiences(self) -> tuple[str, ...]:
        """Return for whom the post was, by the newest that its own source and its author's archive say."""
        return (self.latest.audience, *((self.owners.audience,) if self.owners else ()))


def first_source(versions: Sequence[Version]) -> str:
    """Return where the post came from first."""
    return min(versions, key=lambda each: each.number).source


def own_versions(versions: Sequence[Version]) -> list[Version]:
    """Return the versions from where the post came first, in their order."""
    first = first_source(versions)
    return [each for each in versions if each.source == first]


def named_version(versions: Sequence[Version], named: Sequence[tuple[int, int]]) -> Version:
    """Return the version that the latest release names.

    *named* are the indexes of releases, each with a version that has the very bytes it names
    (:meth:`~tamizdat.archive.views.releases.Releases.named`). Of several with these bytes it is the latest, if it can
    be from where the post came first.
    """
    release = named[-1][0]
    bytes_of = {of for at, of in named if at == release}
    candidates = [each for each in versions if each.number in bytes_of]
    first = first_source(versions)
    return ([each for each in candidates if each.source == first] or candidates)[-1]


def counting_version(versions: Sequence[Version], named: Sequence[tuple[int, int]] = ()) -> CountingVersion:
    """Return the version that counts of a post; *named* only if it is released now. *versions*: the oldest first."""
    if named:
        return with_latest(named_version(versions, named), versions)
    last = own_versions(versions)[-1]
    return CountingVersion(last, last, owners_word(last, versions))


def with_latest(version: Version, versions: Sequence[Version]) -> CountingVersion:
    """Return *version* with the newest from the same source."""
    latest = [each for each in versions if each.source == version.source][-1]
    return CountingVersion(version, latest, owners_word(version, versions))


def owners_word(version: Version, versions: Sequence[Version]) -> Version | None:
    """Return the newest version out of the archive of the author of *version*, if it is as new as that one at least.

    An author's export says for whom they keep a post, also of one that came first in another way.
    """
    own = [each for each in versions if each.owner and each.owner == each.author == version.author]
    return own[-1] if own and own[-1].as_of >= version.as_of else None
