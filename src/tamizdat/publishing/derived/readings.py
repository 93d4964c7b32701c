"""Whose name is read in a recording, as an edition tells it: the member ``reads`` of a sound's statement.

::

    recited 90   77 reads 31, consent given   ──►  derived {"item": 77, "kind": "sound", "reads": {"person": 31, …}}

All recordings with this member are one sound and one page (:mod:`tamizdat.verifying.joined_sound`).
"""

from dataclasses import dataclass, replace

from tamizdat.archive import Archive
from tamizdat.publishing.derived.clearance import Clearance
from tamizdat.statements.derived import SOUND, Footage
from tamizdat.statements.recited import Reads


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
