"""What machines of speech write as JSON (``.json``): Whisper and what is made of it; of others it is said what to do.

::

    {"segments": [{"start": 0.0, "end": 2.5, "text": " They are gone.", "speaker": "SPEAKER_00"}], "language": "en"}
    {"transcription": [{"offsets": {"from": 0, "to": 2500}, "text": " They are gone."}]}            whisper.cpp
    {"chunks": [{"timestamp": [0.0, 2.5], "text": " They are gone."}]}                              transformers

Seconds are numbers, offsets whole milliseconds. Others write milliseconds where Whisper writes seconds: a segment of
whole numbers that would last for minutes is refused. That a machine heard it is told, and the language it heard.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.statements.transcribed import Cue
from tamizdat.transcripts.cues import MAX_TIME, Found, Told, found, tidied
from tamizdat.transcripts.plain import LAST

_INSTEAD: Final = "Have it written as SubRip (.srt) or WebVTT (.vtt), which that service, or its program, can do."
_OTHERS: Final = {"results": "Amazon, Google or Deepgram", "utterances": "AssemblyAI", "monologues": "Rev"}
_LONGEST: Final = 60_000  #: milliseconds: Whisper hears half a minute at a time
_LISTS: Final = ("segments", "transcription", "chunks")


def read(text: str) -> Found:
    """Read a file. Raises :class:`BadPacket` for what is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BadPacket("Expected JSON of a machine of speech, found text that is no JSON.") from None
    if not isinstance(said, dict):
        raise BadPacket("Expected JSON of Whisper, an object with “segments”, found another.")
    name = next((each for each in _LISTS if isinstance(said.get(each), list)), "")
    if not name:
        of = next((f", of {of} by its form" for key, of in _OTHERS.items() if key in said), "")
        raise BadPacket(f"Expected JSON of Whisper, with “segments”, found another{of}. {_INSTEAD}")
    told = [Told(0, "a machine heard these words; read them beside the clip before you propose them")]
    language = said.get("language") or (said["result"].get("language") if isinstance(said.get("result"), dict) else "")
    guessed = str(language or "")[:40]
    if guessed:
        told.append(Told(0, f"the machine took the language for {guessed!a}"))
    return replace(found(_cues(_ended(said[name], told), told), told), guessed=guessed)


def _ended(pieces: Sequence[object], told: list[Told]) -> Sequence[object]:
    """Return the segments; transformers does not say when the last one ends if the sound ends in it."""
    last = pieces[-1] if pieces else None
    if not isinstance(last, dict):
        return pieces
    stamp = last.get("timestamp")
    if not isinstance(stamp, list) or len(stamp) != 2 or stamp[1] is not None or not isinstance(stamp[0], int | float):
        return pieces
    told.append(Told(0, "nothing ends the last segment: it was given three seconds"))
    return [*pieces[:-1], {**last, "timestamp": [stamp[0], stamp[0] + LAST / 1000]}]


def _cues(pieces: Sequence[object], told: list[Told]) -> Iterator[tuple[int, Cue]]:
    for number, each in enumerate(pieces, 1):
        if not isinstance(each, dict) or not isinstance(each.get("text"), str):
            raise BadPacket(f"Segment {number}: expected an object with “text”, found none. {_INSTEAD}")
        start, end = _times(each, number)
        speaker = each.get("speaker")
        if words := tidied(each["text"]):
            yield 0, Cue(start, end, " ".join(speaker.split()) if isinstance(speaker, str) else "", words)
        else:
            told.append(Told(0, f"segment {number} has no words and was left out"))


def _times(segment: Mapping[str, object], number: int) -> tuple[int, int]:
    stamp, offsets = segment.get("timestamp"), segment.get("offsets")
    pair: tuple[object, object] = (segment.get("start"), segment.get("end"))
    unit = 1000
    if isinstance(offsets, dict):
        pair, unit = (offsets.get("from"), offsets.get("to")), 1
    elif isinstance(stamp, list) and len(stamp) == 2:
        pair = stamp[0], stamp[1]
    times = []
    for each in pair:
        if isinstance(each, bool) or not isinstance(each, int | float) or not 0 <= each * unit <= MAX_TIME:
            raise BadPacket(
                f"Segment {number}: expected when it begins and ends, within a day, found {str(each)[:20]!a}. "
                f"{_INSTEAD}"
            )
        times.append(round(each * unit))
    if unit == 1000 and times[1] - times[0] > _LONGEST and all(isinstance(each, int) for each in pair):
        raise BadPacket(
            f"Segment {number}: expected seconds, found {pair[0]} to {pair[1]}, which may be milliseconds. {_INSTEAD}"
        )
    return times[0], times[1]
