"""The numbers of which one word is said at a time, as people type them: ``17 20-44``.

A number by itself must be that of a picture, clip, sound or post. In a range lie others, too, of documents and texts;
these are passed over, and that is told.
"""

from collections.abc import Sequence

from tamizdat.archive import Archive
from tamizdat.archive.acts.redactions import coverable
from tamizdat.errors import UsageError
from tamizdat.text.number_ranges import by_themselves, number_or_range


def of_whom_it_can_be_said(archive: Archive, typed: Sequence[str]) -> tuple[list[int], int]:
    """Return the numbers of which something can be said, and how many of the ranges were passed over.

    Raises :class:`UsageError` for a number by itself of which nothing can be, and for ranges of nothing else.
    """
    named, ranged = by_themselves(map(number_or_range, typed))
    for number in named:
        if not archive.index.posts.version(number):
            coverable(archive, number)
    found = [number for number in ranged if _is_seen(archive, number)]
    if not named and not found:
        raise UsageError(
            f"Expected numbers of pictures, clips, sounds or posts, found none in {' '.join(typed)}. 'tamizdat publish "
            "list' shows them."
        )
    return [*named, *found], len(ranged) - len(found)


def _is_seen(archive: Archive, number: int) -> bool:
    if archive.index.posts.version(number):
        return True
    try:
        coverable(archive, number)
    except UsageError:
        return False
    return True
