"""Time codes and frame rates of cutting rooms: hours, minutes, seconds and frames; drop-frame at 29.97.

At 30,000/1,001 frames a second a clock of thirty frames would run slow by 3.6 seconds an hour. Drop-frame skips the
*numbers* ;00 and ;01 at the beginning of each minute but the tenth (no frame is lost), and a semicolon says so.

>>> RATES[3].timecode(1799), RATES[3].timecode(1800), RATES[3].timecode(17982)
('00:00:59;29', '00:01:00;02', '00:10:00;00')
>>> RATES[1].timecode(90_000), RATES[1].frames(61_234), RATES[0].name
('01:02:30:00', 1469, '23.976')
"""

from typing import Final

from tamizdat.dataclass import dataclass


@dataclass(frozen=True)
class Rate:
    """A frame rate, *above* / *below* a second; *base* frames are counted in each second of the time code."""

    name: str
    above: int
    below: int
    base: int
    drop: bool = False

    def frames(self, milliseconds: int, up: bool = False) -> int:
        """Return how many whole frames have passed; *up* counts a frame that has begun."""
        passed, rest = divmod(milliseconds * self.above, 1000 * self.below)
        return passed + (1 if up and rest else 0)

    def timecode(self, frame: int) -> str:
        """Return the time code of a frame, counted from 0; after 24 hours it begins again."""
        if self.drop:
            tens, rest = divmod(frame, 17_982)
            frame += 18 * tens + (2 * ((rest - 2) // 1798) if rest > 1 else 0)
        seconds, frames = divmod(frame, self.base)
        point = ";" if self.drop else ":"
        return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{frames:02}"


#: those of edit decision lists; twice as fast is cut at half the rate, where each frame of the cut is one of the clip
RATES: Final = (
    Rate("23.976", 24_000, 1_001, 24),
    Rate("24", 24, 1, 24),
    Rate("25", 25, 1, 25),
    Rate("29.97-drop", 30_000, 1_001, 30, True),
    Rate("30", 30, 1, 30),
)
USUAL: Final = RATES[2]  #: of sounds, and of clips with another rate


def rate_near(above: int, below: int) -> Rate:
    """Return the rate at which a clip of *above* / *below* frames a second is cut; :data:`USUAL` if none is near.

    >>> [rate_near(*each).name for each in ((60_000, 1_001), (50, 1), (15, 1), (2_997, 100), (17, 1))]
    ['29.97-drop', '25', '30', '29.97-drop', '25']
    """
    found = above / below

    def apart(rate: Rate, times: float) -> float:
        return abs(found - times * rate.above / rate.below) / found

    for times in (1, 2, 0.5):
        nearest = min(RATES, key=lambda rate: apart(rate, times))
        if apart(nearest, times) < 0.005:
            return nearest
    return USUAL
