"""Pieces of what a model heard, made to be read as subtitles: short enough, in at most two lines.

A model tells up to half a minute of speech in one piece. It is parted where the words allow it, best behind the end of
a sentence, and its time in proportion to the letters: about right, for a person to put in place while they listen.

>>> [(each.start, each.text) for each in readable(Cue(0, 10_000, "", "They are gone. Nobody knows where."), "en")]
[(0, 'They are gone.'), (4242, 'Nobody knows where.')]
"""

from collections.abc import Iterator
from typing import Final

from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.legibility import LINES, LONGEST, bounds

#: behind which words are parted, the best first, and how far from the middle each may lie, as shares of the whole
_PLACES: Final = ((".!?…。！？؟۔།", 0.35), (",;:，；：、،؛–—", 0.25), (" \u0f0b", 0.15))


def readable(cue: Cue, language: str) -> Iterator[Cue]:
    """Yield the cue, or the cues that it is parted into, in order; each in lines."""
    of = bounds(language)
    too_much = len(cue.text) > of.a_line * LINES or cue.end - cue.start > LONGEST
    at = _place(cue.text) if too_much else 0
    if not at:
        yield Cue(cue.start, cue.end, cue.speaker, _in_lines(cue.text, of.a_line))
        return
    one, other = cue.text[:at].strip(), cue.text[at:].strip()
    middle = cue.start + (cue.end - cue.start) * len(one) // (len(one) + len(other))
    if not cue.start < middle < cue.end:
        yield Cue(cue.start, cue.end, cue.speaker, _in_lines(cue.text, of.a_line))
        return
    yield from readable(Cue(cue.start, middle, cue.speaker, one), language)
    yield from readable(Cue(middle, cue.end, cue.speaker, other), language)


def _in_lines(text: str, most: int) -> str:
    """Return text that is longer than a line in two."""
    at = _place(text) if len(text) > most else 0
    return f"{text[:at].strip()}\n{text[at:].strip()}" if at else text


def _place(text: str) -> int:
    """Return where to part a text: words are on either side of it. 0 if there is no such place."""
    size = len(text)
    for letters, share in _PLACES:
        apart = [
            (abs(at - size / 2), at)
            for at in range(1, size)
            if text[at - 1] in letters and abs(at - size / 2) <= share * size and _has_words(text, at)
        ]
        if apart:
            return min(apart)[1]
    spaces = [(abs(at - size / 2), at) for at in range(1, size) if text[at - 1] in " \u0f0b" and _has_words(text, at)]
    if spaces:
        return min(spaces)[1]
    middle = size // 2
    return middle if size > 2 and _has_words(text, middle) and not text[middle].isspace() else 0


def _has_words(text: str, at: int) -> bool:
    return any(map(str.isalnum, text[:at])) and any(map(str.isalnum, text[at:]))
