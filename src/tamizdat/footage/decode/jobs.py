"""The jobs: what is made of a stranger's file, in a child that does nothing else. Answers are bytes on a pipe.

=========  ================================================================  =====================================
job        what it takes                                                     what it answers
=========  ================================================================  =====================================
picture    a picture, perhaps its cover; ``sizes``: (longest side in         a JPEG of each size
           pixels, JPEG quality)
frame      a clip; ``sizes``, perhaps ``at``, in ms                          a JPEG of each size, of one frame
probe      a clip                                                            JSON: width, height, seconds, sound
clip       a clip, a file to write to, perhaps one that tells how far it     nothing; the file is an MP4
           is, perhaps its cover; ``seconds``: its time limit
join       clips of ours, and a file to write to; ``seconds``                nothing; the file is an MP4
mute       the same                                                          the same, without their sound
add        a clip of ours, a file to write to, sounds of ours; ``seconds``   nothing; the file is an MP4
renditions a clip of ours, a file to write to; ``sizes``, ``length``,         the sheet as a JPEG of each size, and a
           ``frames``, ``columns``, ``seconds``                              byte for each 20 ms; the file is an MP4
sound      a recording, and the same                                         nothing; the file is an MP4
wave       a recording; ``sizes``                                            a JPEG of each size: how loud it is when
levels     a recording; ``stream`` of sound, from 0                          a byte for each 20 ms: how loud it is
rate       a clip                                                            two numbers: its frames a second
proxy      a clip of ours, a file to write to, perhaps one that tells how    nothing; the file is a QuickTime movie
           far it is; ``rate`` (a place in RATES), ``label``, ``reel``
samples    a recording, a file or pipe to write to, more of its kind;        nothing; written are 32-bit floats
           ``length`` of what is written in ms, 0: all; ``seconds``
greys      a clip; ``from`` and ``to`` in ms                                 its sides, its frames in grey and small
pages      a PDF                                                             the number of its pages, in decimal
page       a PDF; ``sizes``, ``page`` counted from 0                         a JPEG of each size
openpgp    any file, keys, a signature; ``seconds``                          JSON: verdict, key, when
c2pa       a picture or clip, perhaps a manifest; ``kind``, its media type   JSON: what its credentials say
=========  ================================================================  =====================================

``said``, of frame, clip and renditions, is what a probe of the same clip has answered before. A job that has a
``cover`` gets it as JSON in its last file (:mod:`tamizdat.covering`).

An answer is ``0`` and, for each result, its length in four bytes (big end first) and itself; or one of the letters of
:data:`ERRORS` and a sentence.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tamizdat.covering import COVER, NOTHING, Cover
from tamizdat.encoding import parse_canonical
from tamizdat.errors import BadMedia, TamizdatError, ToolMissing
from tamizdat.footage.decode import clip, document, picture, proxy, rendition
from tamizdat.footage.decode.clip_probe import Probe, SoundAlone
from tamizdat.footage.decode.greys import greys
from tamizdat.footage.decode.signatures import credentials, openpgp
from tamizdat.footage.timecode import RATES

MOST_COVER: Final = 4 << 20  #: bytes
ERRORS: Final[Mapping[bytes, type[TamizdatError]]] = {b"s": SoundAlone, b"m": BadMedia, b"t": ToolMissing}


def prepare() -> None:
    """Import what decodes pictures, before the first child is forked."""
    picture.load_decoders()
    document.load()


def do(job: Mapping[str, Any], file: int, *given: int) -> list[bytes]:
    """Do a job, of *file* and what else is *given*, and return its results.

    Raises :class:`BadMedia` and :class:`ToolMissing`.
    """
    decoder, files = str(job["decoder"]), [*given]
    cover = _cover(files.pop()) if job.get("cover") else NOTHING
    out, more = files.pop(0) if files else None, files
    match job["job"]:
        case "picture":
            return picture.jpegs(picture.pixels(file, decoder, job["sizes"][0][0], cover.regions), job["sizes"])
        case "frame":
            shown = clip.frame(file, decoder, job["sizes"][0][0], job.get("at"), _said(job))
            return picture.jpegs(shown, job["sizes"])
        case "probe":
            return [clip.probe(file, decoder).document()]
        case "wave":
            return picture.jpegs(clip.wave(file, decoder, job["sizes"][0][0]), job["sizes"])
        case "levels":
            return [clip.levels(file, decoder, int(job["stream"]))]
        case "rate":
            return [b"%d/%d" % proxy.rate(file, decoder)]
        case "proxy" if out is not None:
            at, about = RATES[int(job["rate"])], (str(job["label"]), str(job["reel"]))
            proxy.encode(file, decoder, out, at, *about, float(job["seconds"]), next(iter(more), None))
            return []
        case "samples" if out is not None:
            clip.write_samples(file, decoder, more, out, job["length"] / 1000, float(job["seconds"]))
            return []
        case "greys":
            return greys(file, decoder, int(job["from"]), int(job["to"]))
        case "pages":
            return [str(document.count(file)).encode()]
        case "page":
            return picture.jpegs(document.page(file, int(job["page"]), job["sizes"][0][0]), job["sizes"])
        case "openpgp" if out is not None:
            return [openpgp(file, out, more[0], float(job["seconds"]))]
        case "c2pa":
            return [credentials(file, str(job["kind"]), out)]
        case "sound" if out is not None:
            clip.encode_sound(file, decoder, out, float(job["seconds"]), next(iter(more), None), cover)
            return []
        case "join" | "mute" if out is not None:
            clip.join((file, *more), out, float(job["seconds"]), job["job"] == "join")
            return []
        case "add" if out is not None:
            clip.add_sounds(file, more, out, float(job["seconds"]))
            return []
        case "renditions" if out is not None:
            how = float(job["length"]), int(job["frames"]), int(job["columns"]), float(job["seconds"])
            sheet, levels = rendition.renditions(file, decoder, out, *how, said=_said(job))
            return [*picture.jpegs(sheet, job["sizes"]), levels]
        case "clip" if out is not None:
            reached, heard = next(iter(more), None), bool(job.get("heard", True))
            clip.encode(file, decoder, out, float(job["seconds"]), reached, cover, heard, _said(job))
            return []
    raise ValueError


def _said(job: Mapping[str, object]) -> Probe | None:
    return Probe.parse(str(job["said"]).encode()) if "said" in job else None


def _cover(file: int) -> Cover:
    return COVER(parse_canonical(os.pread(file, os.fstat(file).st_size, 0), "a cover", MOST_COVER))


def run(job: Mapping[str, Any], descriptors: Sequence[int]) -> int:
    """Do a job in a child of the worker and write the answer; return the exit status."""
    file, pipe, *out = descriptors
    try:
        results = do(job, file, *out)
        answer = b"0" + b"".join(len(each).to_bytes(4, "big") + each for each in results)
    except TamizdatError as error:
        letter = next((letter for letter, kind in ERRORS.items() if isinstance(error, kind)), b"m")
        answer = letter + str(error).encode()[:1000]
    except MemoryError:
        answer = b"mExpected a picture or clip that decodes in the memory there is, found one that needs more."
    _write(pipe, answer)
    return 0


def _write(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]
