"""What a model hears in a clip, as cues: a draft, for a person to correct and to propose, or to throw away.

The sound is decoded in one box and heard in another; between them lie samples and nothing else, and nothing of either
touches the disk::

    original ──► box of decoders ──(pipe: 16 kHz, one channel)──► box of the model ──► cues
"""

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia, TamizdatError, UsageError
from tamizdat.footage import decode
from tamizdat.footage.probe import recognise
from tamizdat.machine.model_box import ModelBox
from tamizdat.machine.model_folder import Model
from tamizdat.machine.readable import readable
from tamizdat.statements.transcribed import Cue
from tamizdat.text.languages import LANGUAGE, primary_subtag
from tamizdat.transcripts.cues import MAX_CUES, MAX_TIME, MAX_WORDS

UNKNOWN: Final = "und"  #: the language of which nobody has said it
LOOK: Final = 0.5  #: seconds between two questions whether to give up
SHORTEST: Final = 100  #: milliseconds of a cue of which the model says less


@dataclass(frozen=True)
class Heard:
    """What a model heard: in which language, the cues, the seconds it listened to."""

    language: str
    cues: tuple[Cue, ...]
    seconds: float


@dataclass(frozen=True)
class Recording:
    """Files that are heard together: a clip; or the channels of its sound, which a camera wrote apart."""

    files: tuple[Path, ...]
    whole: bool = True  #: what is heard: all of a shot, not a piece that others follow

    def length(self) -> float:
        """Return its length in seconds, as the first file's container says. Raises :class:`BadMedia` without sound."""
        form = recognise(self.files[0])
        probe = decode.probe_clip(self.files[0], form) if form else None
        if probe is None or not probe.sounds:
            raise BadMedia(
                "Expected a clip or recording with sound, found none in it. Write down what you see instead."
            )
        return min(probe.seconds, decode.CLIP_SECONDS)


def listen(
    recordings: Sequence[Recording],
    model: Model,
    language: str = "",
    told: Callable[[float, float], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Heard:
    """Return what a model hears in the pieces of a clip, one after the other, in the *language* if that is known.

    *told* is told how many seconds were heard, and of how many; *stopped* is asked twice a second whether to give up.
    Raises :class:`BadMedia` for a clip that is silent or does not decode, :class:`UsageError` for a language or a
    folder with which the model does not work, and as :class:`~tamizdat.machine.model_box.ModelBox`.
    """
    lengths = [each.length() for each in recordings]
    hears, plays = os.pipe2(os.O_CLOEXEC)
    try:
        box = ModelBox(model, hears)
    except BaseException:
        os.close(plays)
        raise
    finally:
        os.close(hears)
    player = _Player(recordings, lengths, plays)
    player.start()
    try:
        box.ask({"language": "" if language == UNKNOWN else primary_subtag(language)})
        heard = _heard(box, sum(lengths), told or (lambda *_: None), stopped)
    finally:
        box.close()
        player.join()
    if player.problem:
        raise player.problem
    return Heard(language or heard.language, heard.cues, heard.seconds)


class _Player(threading.Thread):
    """Decodes recordings into a pipe. When nobody hears any more, the decoder ends by itself."""

    def __init__(self, recordings: Sequence[Recording], lengths: Sequence[float], pipe: int) -> None:
        super().__init__(name="samples", daemon=True)
        self._recordings, self._lengths, self._pipe = recordings, lengths, pipe
        self.problem: TamizdatError | None = None

    def run(self) -> None:
        try:
            for each, length in zip(self._recordings, self._lengths, strict=True):
                form = recognise(each.files[0])
                assert form is not None, "its length was told"
                decode.write_samples(each.files, form.decoder, self._pipe, 0 if each.whole else length)
        except TamizdatError as error:
            self.problem = error
        finally:
            with suppress(OSError):
                os.close(self._pipe)


def _heard(box: ModelBox, length: float, told: Callable[[float, float], None], stopped: Callable[[], bool]) -> Heard:
    language, cues = "und", list[Cue]()
    while "done" not in (answer := _next(box, stopped)):
        if "unknown" in answer:
            known = answer["unknown"]
            listed = ", ".join(map(str, known)) if isinstance(known, list) else ""
            raise UsageError(f"Expected a language that this model was made for ({listed}). Write it down by hand.")
        if "language" in answer:
            said = str(answer["language"])
            language = said if LANGUAGE.fullmatch(said) else "und"
        elif "text" in answer:
            if cue := _cue(answer, length):
                cues += readable(cue, language)
                told(cue.end / 1000, length)
        else:
            told(_milliseconds(answer.get("heard")) / 1000, length)
        if len(cues) > MAX_CUES:
            raise UsageError(f"Expected at most {MAX_CUES:,} cues of a model, found {len(cues):,}. Take another model.")
    cues.sort(key=lambda each: (each.start, each.end))
    return Heard(language, tuple(cues), _milliseconds(answer["done"]) / 1000)


def _next(box: ModelBox, stopped: Callable[[], bool]) -> dict[str, Json]:
    while not stopped():
        if box.ready(LOOK):
            return box.answer()
    raise UsageError("The model was stopped before it had heard everything. Nothing was kept.")


def _cue(answer: dict[str, Json], length: float) -> Cue | None:
    """Return a piece that the model told as a cue within the clip's *length*; None without words."""
    words = " ".join("".join(each if each.isprintable() else " " for each in str(answer["text"])).split())[:MAX_WORDS]
    last = int(1000 * length) if length else MAX_TIME
    start = min(_milliseconds(answer.get("from")), max(last - SHORTEST, 0))
    end = max(min(_milliseconds(answer.get("to")), last), start + SHORTEST)
    return Cue(start, end, "", words) if any(map(str.isalnum, words)) else None


def _milliseconds(found: Json) -> int:
    return min(max(0, found), MAX_TIME) if isinstance(found, int) and not isinstance(found, bool) else 0
