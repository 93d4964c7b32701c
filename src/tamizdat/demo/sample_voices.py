"""Made-up recordings of somebody reading a name aloud: a tone for each character, for no voice is needed to show how.

Every name is from the made-up list (:mod:`.sample_names`).
"""

import io
import struct
import wave
from math import exp, pi, sin
from typing import Final

RATE: Final = 16_000  #: samples a second
CHARACTER: Final = 0.32  #: seconds
OVERTONES: Final = ((1, 0.5), (2, 0.3), (3, 0.15), (5, 0.05))


def spoken(name: str, pitch: float) -> bytes:
    """Return a WAV in which a *name* is read by a made-up voice of so many hertz; a file says who sent it."""
    samples = list[float]()
    for character in name:
        tone = pitch * 2 ** ((ord(character) % 7 - 3) / 12)
        for at in range(int(CHARACTER * RATE)):
            second = at / RATE
            loud = min(1.0, second / 0.03) * exp(-4 * second)
            samples.append(loud * sum(share * sin(2 * pi * tone * part * second) for part, share in OVERTONES))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(samples)}h", *(int(24_000 * each) for each in samples)))
    return out.getvalue()
