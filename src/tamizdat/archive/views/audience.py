"""For whom a post was written, and so who may read a version of it here: one rule for all who ask.

The queue of the translators, their packets, the memory, the pages and the search of the workbench ask
:func:`open_to_accounts`; releasing and publishing ask :func:`written_for_everybody`. A version counts by itself: words
that were written for few are shown to nobody but editors, whatever the post was before or has become since.
"""

from typing import Final

from tamizdat.statements.catalogued import Release

READERS: Final = ("public", "unlisted")  #: for whom a version must have been written to be shown


def written_for_everybody(audience: str) -> bool:
    """Return whether a version was written for everybody, as far as its platform says."""
    return audience in READERS


def open_to_accounts(audience: str, release: str) -> bool:
    """Return whether an account that is not trusted with confidential things may read a version.

    *release* is the post's. One that was withdrawn is not read by anybody else, and a release opens no version that
    was written for few.
    """
    return written_for_everybody(audience) and release != Release.WITHDRAWN
