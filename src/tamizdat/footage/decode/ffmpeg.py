"""The one way in which ffmpeg and ffprobe are run: fixed arguments, no shell, no network, no names.

A clip from outside is hostile until shown otherwise, and ffmpeg reads a hundred formats, some of which
are *lists of other files or addresses* (HLS, concat, DASH). So

* the demuxer is chosen by us from the file's first bytes and forced with ``-f``; ffmpeg never guesses;
* the protocols are ``file`` and ``pipe``; nothing that reaches a network exists for it;
* the file is opened outside and passed as a descriptor (``file:/dev/fd/7``): its name, which may be a
  source's, stands in no process list and in no message, and a name that begins with ``-`` means nothing;
* standard input is empty, the environment is bare (``FFREPORT`` would write file names into a log), the
  error output is thrown away, and there is a time limit.
"""

import os
import shutil
from collections.abc import Sequence
from typing import Final

from tamizdat.errors import BadMedia, ToolMissing

PROTOCOLS: Final = ("-protocol_whitelist", "file,pipe")
MAX_PIXELS: Final = 120_000_000  #: of one frame or picture: 108-megapixel telephones exist, bombs are larger


def run(
    program: str,
    before: Sequence[str],
    decoder: str,
    file: int,
    after: Sequence[str],
    seconds: float,
    out: int = -1,
    more: Sequence[int] = (),
) -> bytes:
    """Return what *program* writes to its standard output, having been given *file* read as *decoder*.

    *after* may name the file *out* to be written to (:func:`name_of`), and *file* the files
    *more*. Raises :class:`ToolMissing` if the program is
    not installed, :class:`BadMedia` if it fails or takes longer than *seconds*.
    """
    executable = shutil.which(program)
    if executable is None:
        raise ToolMissing(f"Expected the program {program}, found none; install the package ffmpeg.")
    given = (*PROTOCOLS, "-f", decoder, "-i", name_of(file))
    command = [executable, "-hide_banner", "-loglevel", "quiet", *before, *given, *after]
    return _output(command, (file, *([out] if out >= 0 else []), *more), seconds)


def name_of(descriptor: int) -> str:
    """Return the name under which ffmpeg opens a descriptor, for reading and moving about in it."""
    return f"file:/dev/fd/{descriptor}"


def fit(longest: int) -> str:
    """Return the filter that makes pixels square and sides even, the longer at most *longest*, and never enlarges."""
    by = rf"min(1\,{longest}/max(iw*sar\,ih))"
    return rf"scale=w='max(2\,2*trunc(iw*sar*{by}/2))':h='max(2\,2*trunc(ih*{by}/2))',setsar=1"


def _output(command: list[str], descriptors: Sequence[int], seconds: float) -> bytes:
    import subprocess  # who publishes what is encoded already needs none of it

    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BadMedia(f"Expected a clip that decodes within {seconds:.0f} seconds; it did not.") from None
    if done.returncode != 0:
        raise BadMedia(
            f"Expected a clip that can be decoded, but ffmpeg ended with {done.returncode}; look at the original."
        )
    return done.stdout
