"""Whose name is read in a recording, as an edition tells it: the member ``reads`` of a sound's statement.

::

    recited 90   77 reads 31, consent given   ──►  derived {"item": 77, "kind": "sound", "reads": {"person": 31, …}}

All recordings with this member are one sound and one page (:mod:`tamizdat.verifying.joined_sound`).
"""

from dataclasses import replace
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.acts.readings import LONGEST
from tamizdat.dataclass import dataclass
from tamizdat.errors import BadMedia, BadStatement
from tamizdat.publishing.derived.clearance import Clearance
from tamizdat.statements.derived import SOUND, Footage
from tamizdat.statements.recited import Reads
from tamizdat.verifying.joined_sound import cues, frames_of

MOST: Final = 4 << 20  #: bytes of a published recording: a reader takes no more, and a minute has a million


@dataclass(frozen=True)
class Readings:
    """What was said of recordings, and whether they may be heard."""

    archive: Archive
    clearance: Clearance

    def on(self, footage: Footage) -> Footage:
        """Return *footage* with whose name is read in it now."""
        reading = self.clearance.reading(footage.number) if footage.kind == SOUND else None
        item = self.archive.index.item(footage.number) if reading else None
        if reading is None or item is None or reading.person is None or self.clearance.why_not(item):
            return replace(footage, reads=None) if footage.reads else footage
        return replace(footage, reads=Reads(reading.person, self.archive.reference(reading.number)))

    def require_joinable(self, footage: Footage) -> Footage:
        """Return *footage*, unless a name is read in it and it cannot be joined with others: then :class:`BadMedia`.

        How long a recording is, its container did not have to say when it was matched.
        """
        if footage.reads:
            digest = footage.media[0].sha256
            try:
                if (size := self.archive.objects.size(digest)) > MOST:
                    raise BadStatement(f"Expected a recording of at most {MOST:,} bytes, found one of {size:,}.")
                with self.archive.objects.open(digest) as file:
                    start, end = cues([len(frames_of(file.read())[0])])[0]
            except BadStatement as error:
                raise BadMedia(f"Expected a recording that can be joined with others. {error}") from None
            if end - start > 1000 * (LONGEST + 1):
                raise BadMedia(
                    f"Expected a recording of one name, of at most {LONGEST} seconds, found one of {end // 1000:,}. "
                    "Cut it, one recording for each name, and take in those."
                )
        return footage
