"""For whom a post was written, and so who may read a version of it: one rule for all who ask.

The queue of the translators, their packets, the memory, the pages and the search of the workbench ask
:func:`open_to_accounts`; releasing and publishing ask :func:`may_be_shown`; what stands inside of another post, all of
them ask :func:`may_be_repeated` (through :mod:`.contexts`). A version counts by itself: words that were
written for few are shown to nobody but editors, whatever the post was before or has become since.

There is one exception, and it is the author's: *consent* to show what they wrote for their followers. It holds for the
very bytes it was given for, and only if all of this is so (:func:`shown_by_consent`):

* the version was written for followers, never for a few named people or for nobody knows whom; or it is what a blog
  keeps back, a draft or a private post;
* it came out of the author's own archive: the account that was given the export wrote the post, and the consent says
  that account (of a blog, whose export nobody but its owner gets, that blog: the desk knows which author agreed);
* nothing in it is somebody else's: it is no repost, and nobody else speaks in its text;
* the latest word about it is that consent was given, not that it was withdrawn.
"""

from typing import Final

from tamizdat.archive.views.current_version import CountingVersion
from tamizdat.archive.views.posts import Version
from tamizdat.archive.views.releases import Release
from tamizdat.posts.parts import read_parts
from tamizdat.posts.post import KEPT
from tamizdat.statements import catalogued

READERS: Final = ("public", "unlisted")  #: for whom a version must have been written to be shown
FOLLOWERS: Final = "followers"  #: what was written for these may be shown if its author consents
WITH_CONSENT: Final = (FOLLOWERS, KEPT)
#: audiences whose own names say nothing to an editor
_TOLD: Final = {"direct": "few", KEPT: "few", "unknown": "nobody knows whom"}


def written_for_everybody(audience: str) -> bool:
    """Return whether a version was written for everybody, as far as its platform says."""
    return audience in READERS


def for_whom(audience: str) -> str:
    """Return for whom a post was written. Letters are *direct*, drafts and what a password closes *kept*: for few.

    >>> for_whom("direct"), for_whom("followers")
    ('for few', 'for followers')
    """
    return f"for {_TOLD.get(audience, audience)}"


def may_be_shown(counting: CountingVersion, said: Release) -> bool:
    """Return whether the version that counts of a post may be shown, released as *said* is.

    Its author may have kept the post for few since: then the words that everybody could read are not shown any more.
    """
    if written_for_everybody(counting.version.audience):
        return all(map(written_for_everybody, counting.audiences))
    closed = any(not written_for_everybody(each) and each not in WITH_CONSENT for each in counting.audiences)
    return shown_by_consent(counting.version, said) and not closed


def version_may_be_shown(version: Version, said: Release) -> bool:
    """Return whether a version that does not count any more, or not yet, may be shown beside the one that does."""
    return written_for_everybody(version.audience) or shown_by_consent(version, said)


def open_to_accounts(counting: CountingVersion, said: Release) -> bool:
    """Return whether an account that is not trusted with confidential things may read a post.

    *said* is the post's release. One that was withdrawn is not read by anybody else, a release opens no version that
    was written for few, and consent opens one only together with a release.
    """
    if said.release == catalogued.Release.WITHDRAWN:
        return False
    released = said.release == catalogued.Release.PUBLIC
    return (released or written_for_everybody(counting.version.audience)) and may_be_shown(counting, said)


def open_without_consent(audience: str, release: str) -> bool:
    """Return what :func:`open_to_accounts` returns of a post that has one version, and about which nobody consented.

    Lists of hundreds of thousands of posts ask this.
    """
    return release != catalogued.Release.WITHDRAWN and written_for_everybody(audience)


def may_be_repeated(post: CountingVersion | str, around: str = "") -> bool:
    """Return whether the words of a post may be read inside of another that repeats or quotes it.

    *post* is what is known of it here, if it is released; or, where it is known from that other post alone, the
    audience that those bytes tell: where they tell none, that of the post *around* it, whose readers saw both. Consent
    opens a post by itself, not in the mouth of others. What is not released, embargoed, or gone by its platform's word,
    is not repeated either: whoever asks knows its release, the day and the state.
    """
    if isinstance(post, str):
        return written_for_everybody(around if post == "unknown" else post)
    return all(map(written_for_everybody, (post.version.audience, *post.audiences)))


def shown_by_consent(version: Version, said: Release) -> bool:
    """Return whether its author consented that this version is shown, and could."""
    consent = said.consent
    return (
        consent is not None
        and consent.given
        and version.number in said.consented
        and consent.archive == version.author
        and not why_no_consent(version)
    )


def own_archive(version: Version) -> str:
    """Return the account out of whose own export a version came, whose consent can open it; "" if it is none."""
    return version.author if version.audience == KEPT else version.owner


def why_no_consent(version: Version) -> str:
    """Return why no consent can open this version, as the end of a sentence that says what was found; "" if one can."""
    if version.audience not in WITH_CONSENT:
        return f"one written {for_whom(version.audience)}"
    archive = own_archive(version)
    if not archive:
        return "one that did not come out of an account's own archive"
    if archive != version.author:
        return f"one by {version.author or 'nobody knows whom'} in the archive of {archive}"
    if version.kind == "Announce":
        return "one that repeats what somebody else wrote"
    if read_parts(version.text).inner:
        return "one in whose text somebody else speaks"
    return ""
