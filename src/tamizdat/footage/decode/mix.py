"""What is heard of a clip or recording, as two ears hear it: every stream and every channel of it, each in its time.

Cameras and recorders write a stream, or a channel, for each microphone, and the first may be silence. Files of more
than two channels often do not tell where these belong, and ffmpeg takes the places of a cinema: the third of three, the
fourth of six, seven or eight is for deep tones alone, and is dropped where two are made of them, with whoever spoke
into it; of nine to fifteen nothing is made. So here the first two are left and right, every other is on both sides::

    1 or 2 channels    as they are
    4 channels         pan=stereo|c0=c0+c2+c3|c1=c1+c2+c3

A stream that begins later than the picture, as that of a microphone without a wire, begins as much later here too.
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.covering import Silence
from tamizdat.errors import BadMedia
from tamizdat.footage.decode.clip_probe import MOST_CHANNELS, MOST_SOUNDS
from tamizdat.footage.decode.cover import TICK

ENCODED: Final = ("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")
IN_TIME: Final = "aresample=async=1:first_pts=0"  #: silence where a stream begins later, or has a hole
_PIECE: Final = 256  #: samples that are silenced together: 32 milliseconds of a telephone, 6 of a camera
_LIMITED: Final = "alimiter=limit=0.95:level=0"


def check_sounds(channels: Sequence[int]) -> None:
    """Raise :class:`BadMedia` for more streams, or channels of one, than are mixed, and if none of them decodes.

    *channels* are those of each stream, 0 where nothing here decodes it.
    """
    if len(channels) > MOST_SOUNDS:
        raise BadMedia(
            f"Expected a clip or recording of at most {MOST_SOUNDS} streams of sound, found more; look at the original."
        )
    if max(channels, default=0) > MOST_CHANNELS:
        raise BadMedia(f"Expected sound of at most {MOST_CHANNELS} channels, found more; look at the original.")
    if channels and not any(channels):
        raise BadMedia("Expected sound that can be decoded, found a kind that ffmpeg does not know.")


def decoded(channels: Sequence[int]) -> list[tuple[str, int]]:
    """Return ffmpeg's names of the streams of its first file that can be decoded, and the channels of each."""
    return [(f"0:a:{at}", count) for at, count in enumerate(channels) if count]


def mixed(channels: Sequence[int], silences: Sequence[Silence] = ()) -> tuple[str, ...]:
    """Return how the sound is written: one stream as it is, more of them, or of their channels, mixed; with silences.

    Each is as loud as it was. Raises as :func:`check_sounds`, for some would be left out.
    """
    check_sounds(channels)
    streams = decoded(channels)
    if len(streams) > 1 or any(count > 2 for _, count in streams):
        return (*mix(streams, silences), *ENCODED)
    if streams and silences:
        return ("-filter_complex", f"[{streams[0][0]}]{_silenced(silences)}[silenced]", "-map", "[silenced]", *ENCODED)
    return ("-map", streams[0][0] if streams else "0:a:0?", *ENCODED)


def mix(streams: Sequence[tuple[str, int]], silences: Sequence[Silence] = ()) -> tuple[str, ...]:
    """Return how these *streams*, by ffmpeg's names and their channels, become one of two channels."""
    first = f"{_silenced(silences)}," if silences else ""
    each = "".join(
        f"[{stream}]{first}{IN_TIME},{on_both_sides(count)}[s{at}];" for at, (stream, count) in enumerate(streams)
    )
    made = f"{each}{together(len(streams), 48000, 'stereo')},{_LIMITED}[mixed]"
    return ("-filter_complex", made, "-map", "[mixed]")


def together(count: int, rate: int, layout: str) -> str:
    """Return the filter that mixes so many streams, ``[s0]`` and on, to the end of the one that is heard longest.

    ffmpeg 5 ends the mix with a stream that ends before the first one, and drops whatever is said in the others later.
    So the first is a sample of silence, which is over before all of them.
    """
    names = "".join(f"[s{at}]" for at in range(count))
    first = f"anullsrc=r={rate}:cl={layout},atrim=end_sample=1[none]"
    return f"{first};[none]{names}amix=inputs={count + 1}:duration=longest:normalize=0"


def on_both_sides(channels: int) -> str:
    """Return the filter that makes two channels of so many."""
    rest = "".join(f"+c{at}" for at in range(2, channels))
    return f"pan=stereo|c0=c0{rest}|c1=c1{rest}" if rest else "aformat=channel_layouts=stereo"


def as_one(channels: int) -> str:
    """Return the filter that makes one channel of so many."""
    return f"{on_both_sides(channels)},aformat=channel_layouts=mono"


def _silenced(silences: Sequence[Silence]) -> str:
    """Return the filter that silences: pieces of few samples that touch a silence, and some before it and after it.

    It comes before anything that mixes samples with those beside them.
    """
    more = TICK / 1000
    pieces = "+".join(
        f"between(t,{each.start / 1000 - 2 * more:.3f},{each.end / 1000 + more:.3f})" for each in silences
    )
    return f"asetnsamples=n={_PIECE}:p=0,volume=volume=0:enable='{pieces}'"
