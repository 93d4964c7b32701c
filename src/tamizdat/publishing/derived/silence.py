"""A clip that is published silent while its original is not: refused, until an editor says that it is to be so.

A decoder that gives nothing of a stream, or a mistake of ours, would else publish a witness without what they say, and
nobody would notice. What an editor says is the member ``sound`` of a ``catalogued`` statement. A clip in which nothing
is heard and nothing was is looked at once.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.errors import BadMedia
from tamizdat.footage.reencode import is_heard, is_sound_alone_damaged

WAVE = "wave.svg"  #: among a clip's renditions, if anything is heard in it


def check_silence(
    archive: Archive, number: int, originals: Iterable[str], made: Collection[tuple[str, str, int]]
) -> None:
    """Raise :class:`BadMedia` if the clip of which these renditions were *made* is silent, and an original is not.

    *originals* are SHA-256; of one that is not here any more nothing is known. *number* is that of the item or post.
    """
    if any(name == WAVE for name, _, _ in made):
        return
    for original in filter(archive.objects.has, originals):
        with archive.objects.whole(original) as source:
            heard = is_heard(source)
        if heard:
            raise BadMedia(
                "Expected the sound of the original in the clip that is published, found silence. Listen to the "
                f"original; if the clip is to be published without sound, say so on its page in the workbench, or with "
                f"'tamizdat publish release {number} --sound none'."
            )


@contextmanager
def sound_told(source: Path, number: int) -> Iterator[None]:
    """Tell of a clip that cannot be made, but has frames that decode, how the picture alone is published.

    *number* is that of the item or post. Raises :class:`BadMedia` again.
    """
    try:
        yield
    except BadMedia as error:
        if not is_sound_alone_damaged(source):
            raise
        raise BadMedia(
            f"{error} Its picture can be decoded; if only its sound is damaged, the picture is published alone. Say so "
            f"on its page in the workbench, or with 'tamizdat publish release {number} --sound none'."
        ) from error
