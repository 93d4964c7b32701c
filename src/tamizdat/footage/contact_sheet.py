"""How the frames of a clip lie on its contact sheet: what who makes it and who shows it both know."""

from typing import Final

from tamizdat.dataclass import dataclass

MOST_FRAMES: Final = 24
COLUMNS: Final = 4


@dataclass(frozen=True)
class Sheet:
    """How the contact sheet of a clip of *length* seconds is laid out."""

    length: float

    @property
    def frames(self) -> int:
        """How many frames there are: of more than a row, whole rows."""
        begun = min(MOST_FRAMES, max(1, -int(-self.length // 1)))
        return begun if begun < COLUMNS else begun - begun % COLUMNS

    @property
    def columns(self) -> int:
        """How many frames stand in a row."""
        return min(COLUMNS, self.frames)

    @property
    def times(self) -> list[float]:
        """At which second of the clip each frame stands."""
        return [round((at + 0.5) * self.length / self.frames, 3) for at in range(self.frames)]
