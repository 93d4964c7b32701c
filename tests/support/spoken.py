"""A voice that says nothing, of pulses and the resonances of a mouth: what listens for speech takes it for some."""

import math
import random
import struct
import wave
from pathlib import Path
from typing import Final

RATE: Final = 16_000
_VOWELS: Final = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
_SYLLABLE: Final = 3_500  #: samples


def speak(path: Path, seconds: float = 6.0, seed: int = 1) -> Path:
    """Writes a WAVE file of that length in which somebody seems to speak."""
    chance, samples, phase = random.Random(seed), list[float](), 0.0
    for start in range(0, int(seconds * RATE), _SYLLABLE):
        spoken = []
        for at in range(start, min(start + _SYLLABLE, int(seconds * RATE))):
            phase += (120 + 20 * math.sin(4.4 * at / RATE) + 8 * math.sin(14.5 * at / RATE)) / RATE
            spoken.append(float(phase >= 1) + chance.gauss(0, 0.01))
            phase %= 1
        for frequency, width in zip(chance.choice(_VOWELS), (80, 90, 120), strict=True):
            radius = math.exp(-math.pi * width / RATE)
            one, two = 2 * radius * math.cos(2 * math.pi * frequency / RATE), -radius * radius
            last = before = 0.0
            for at, value in enumerate(spoken):
                last, before = value + one * last + two * before, last
                spoken[at] = last
        loudest = max(map(abs, spoken))
        swell = [math.sin(math.pi * at / len(spoken)) ** 0.5 for at in range(len(spoken))]
        samples += [0.5 * value * by / loudest for value, by in zip(spoken, swell, strict=True)]
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(samples)}h", *(int(32_000 * each) for each in samples)))
    return path
