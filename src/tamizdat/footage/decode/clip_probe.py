"""What a box answers about a clip, and how large and long: apart from what decodes, so that to ask loads no Pillow."""

import json
from dataclasses import asdict
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import BadMedia

LONGEST: Final = 1920  #: pixels of the longer side of what is published
LOOKING: Final = 60  #: seconds for what looks at a little of a clip only
MOST_SOUNDS: Final = 64  #: streams of one clip that are mixed; the largest recorders write half as many
MOST_CHANNELS: Final = 64  #: of one stream


class SoundAlone(BadMedia):
    """A container of clips holds sound and nothing to see, as voice messages do."""


@dataclass(frozen=True)
class Probe:
    """What the container of a clip says about it; nobody has decoded it yet."""

    width: int
    height: int
    seconds: float
    sound: bool
    channels: tuple[int, ...] = ()  #: of each stream of sound, 0 if nothing decodes it; one too many tells too many
    bright: bool = False  #: whether it is HDR
    coloured: bool = True  #: whether HDR tells which colours it means; else it is taken for BT.2020

    @property
    def sounds(self) -> int:
        """How many streams of sound there are."""
        return len(self.channels)

    def document(self) -> bytes:
        """Return it as JSON; the inverse of :meth:`parse`."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def parse(cls, document: bytes) -> "Probe":
        """Return what a box answered; raise :class:`BadMedia` if it is no such answer."""
        try:
            said = json.loads(document)
            seconds = max(0.0, float(said["seconds"]))  # which is 0 for NaN
            channels = tuple(min(max(0, int(each)), MOST_CHANNELS + 1) for each in said["channels"][: MOST_SOUNDS + 1])
            about = int(said["width"]), int(said["height"]), seconds, bool(said["sound"])
            return cls(*about, channels, bool(said["bright"]), bool(said["coloured"]))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise BadMedia("Expected what a clip's container says of it, found no such answer.") from error
