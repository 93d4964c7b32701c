"""What runs in the model's box: loads it, then answers each line of JSON with lines of JSON.

=============  ====================================================  ==============================================
kind           a question                                            the answers
=============  ====================================================  ==============================================
speech         ``language``, "" to find out; what is heard comes     ``{"language"}``, ``{"from", "to", "text"}`` of
               as 32-bit floats, 16,000 a second, through a pipe     a piece, ``{"heard"}``; at last ``{"done"}``;
                                                                     times in milliseconds. ``{"unknown"}`` lists
                                                                     its languages, if it was asked for another
translation    ``text``, ``from`` and ``to``: the model's own words  ``{"text"}``
               for languages, "" for a model that knows but two
=============  ====================================================  ==============================================

Before, it says ``{"begun"}`` when it runs, and ``{"loaded"}``; ``{"error"}`` whenever the library gives up. A recording
is heard in parts of ten minutes, cut where it is quiet, so that one of ten hours needs no more memory than that.

Run with the kind, the model's folder, and the descriptors of questions, answers and sound.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Final, TypeAlias

RATE: Final = 16_000  #: samples a second
PART: Final = 10 * 60 * RATE  #: samples that are heard at a time; a model needs some 60 bytes for each
EDGE: Final = 30 * RATE  #: samples at its end in which a quiet moment is looked for
QUIET: Final = RATE // 5
Answers: TypeAlias = Callable[[dict[str, str], int], Iterator[dict[str, object]]]  #: of a question, hearing a pipe
MILLI: Final = RATE // 1000  #: samples of a millisecond
BYTES: Final = 4  #: of a sample


def main(kind: str, folder: str, asked: int, answering: int, sound: int) -> None:
    """Load the model and answer until nobody asks any more."""
    say(answering, begun=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libraries write there what nobody reads, until the pipe is full
    os.nice(10)
    threads = max(1, len(os.sched_getaffinity(0)) - 1)
    try:
        model = load_speech(folder, threads) if kind == "speech" else load_translation(folder, threads)
        say(answering, loaded=True)
        with os.fdopen(asked, "rb") as questions:
            for line in questions:
                for answer in model(json.loads(line), sound):
                    say(answering, **answer)
    except Exception as error:  # noqa: BLE001 -- whatever a library raises at a strange model is told outside
        say(answering, error=f"{type(error).__name__}: {error}")


def say(answering: int, **answer: object) -> None:
    """Write one line."""
    data = memoryview(json.dumps(answer).encode() + b"\n")
    while data:
        data = data[os.write(answering, data) :]


def load_speech(folder: str, threads: int) -> Answers:
    """Return what answers questions of speech."""
    import numpy
    from faster_whisper import WhisperModel

    model = WhisperModel(folder, device="cpu", compute_type="auto", cpu_threads=threads, local_files_only=True)

    def answers(question: dict[str, str], sound: int) -> Iterator[dict[str, object]]:
        language, before = question["language"], 0
        known = set(model.supported_languages)
        if language and language not in known:
            yield {"unknown": sorted(known)}
            return
        how = {"vad_filter": True, "beam_size": 5, "condition_on_previous_text": False}
        for part in parts(sound, numpy):
            found, about = model.transcribe(part, language=language or None, **how)
            language = language or about.language
            yield {"language": language}
            for each in found:
                start, end = (before // MILLI + round(1000 * float(at)) for at in (each.start, each.end))
                yield {"from": start, "to": end, "text": each.text}
            before += len(part)
            yield {"heard": before // MILLI}
        yield {"done": before // MILLI}

    return answers


def parts(sound: int, numpy: ModuleType) -> Iterator[Sequence[float]]:
    """Yield what is heard, in parts that end where it is quiet."""
    rest = numpy.zeros(0, numpy.float32)
    with os.fdopen(sound, "rb") as file:
        while data := file.read((PART - len(rest)) * BYTES):
            rest = numpy.concatenate([rest, numpy.frombuffer(data[: len(data) // BYTES * BYTES], "<f4")])
            if len(rest) < PART:  # the end
                break
            edge = rest[-EDGE:][: EDGE // QUIET * QUIET].reshape(-1, QUIET)
            at = len(rest) - EDGE + int(numpy.argmin((edge**2).mean(axis=1))) * QUIET + QUIET // 2
            yield rest[:at]
            rest = rest[at:]
    if len(rest):
        yield rest


def load_translation(folder: str, threads: int) -> Answers:
    """Return what answers questions of translation."""
    import ctranslate2
    import sentencepiece

    one = os.path.join(folder, "sentencepiece.bpe.model")  # noqa: PTH118 -- the folder is a word of the command line
    two = [os.path.join(folder, name) for name in ("source.spm", "target.spm")]  # noqa: PTH118
    source, target = (
        sentencepiece.SentencePieceProcessor(model_file=each)
        for each in ([one, one] if os.path.exists(one) else two)  # noqa: PTH110
    )
    model = ctranslate2.Translator(folder, device="cpu", compute_type="auto", intra_threads=threads)

    def answers(question: dict[str, str], sound: int) -> Iterator[dict[str, object]]:
        lines = question["text"].split("\n")
        before = [question["from"]] if question["from"] else []
        pieces = [[*before, *source.encode(line, out_type=str), "</s>"] for line in lines]
        prefix = [[question["to"]] for _ in lines] if question["to"] else None
        found = model.translate_batch(pieces, target_prefix=prefix, beam_size=4, max_decoding_length=512)
        words = [[each for each in one.hypotheses[0] if each != question["to"]] for one in found]
        yield {"text": "\n".join(target.decode(each) for each in words)}

    return answers


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
