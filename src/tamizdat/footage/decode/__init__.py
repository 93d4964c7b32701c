"""Everything that decodes strangers' bytes, in a box: Pillow and ffmpeg run nowhere else.

==========  ==================================================================================================
``sandbox`` bubblewrap's command line: what is inside, and the limits
``seccomp`` the system calls that nothing inside may make
``worker``  runs inside: waits, and forks a child for each job
``jobs``    what a child makes of a file
``picture`` a still picture by Pillow, reduced to pixels
``clip``    a clip by ffmpeg (``ffmpeg``: the one way in which it is run)
``cover``   what lies over the people in a picture or clip, before anything is made of it
``rendition`` what is made of a clip that is made: small, in pictures, its levels
``proxy``   a clip in small, its number and time code in the picture
``document`` the pages of a PDF, by PDFium
``signatures`` what a device signed of its own file: OpenPGP by gpgv, C2PA by c2pa-python
``box``     boxes from outside: descriptors in, answers out, deadlines
==========  ==================================================================================================

What comes out is looked at again, by code that decodes nothing: a JPEG must be built of what showing it needs
(:mod:`tamizdat.footage.allowlist`). It can still show what the original did not, if a decoder was taken over: then for
that one file, since each has a process of its own.

Where there is no box, :class:`SandboxMissing` is raised and nothing is decoded. *own* makes an exception: a field
device may preview its own camera's files without one, if it must.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tamizdat.covering import NOTHING, Cover
from tamizdat.encoding import Json
from tamizdat.errors import BadMedia, SandboxMissing, StorageRefused
from tamizdat.footage.allowlist import extra_in_jpeg
from tamizdat.footage.decode.clip_probe import LOOKING, Probe
from tamizdat.footage.decode.encoding_progress import EncodingProgress
from tamizdat.footage.probe import CLIP, Form
from tamizdat.footage.timecode import RATES, Rate

if TYPE_CHECKING:  # below, where they are used: most that may have something to decode find that they have not
    from tamizdat.footage.decode.signatures import Credentials, Signature

Sizes = Sequence[tuple[int, int]]  #: (longest side in pixels, JPEG quality), the largest first
Layout = tuple[float, int, int]  #: of a contact sheet: seconds of the clip, frames, frames in a row
Told = Callable[[float], None] | None  #: is told which share of a clip is encoded, from 0 to 1

PICTURE_SECONDS: Final = 120  #: the largest picture we take needs some twenty on a slow computer
MOST_JOINED: Final = 100  #: files of one take
CLIP_SECONDS: Final = 24 * 3600  #: whatever length a container claims
SIGNATURE_SECONDS: Final = 60
SLOWEST: Final = 10_000_000  #: bytes that are hashed in a second by a slow computer with a slow disk


def jpegs(
    path: Path, form: Form, sizes: Sizes, own: bool = False, cover: Cover = NOTHING, said: Probe | None = None
) -> list[bytes]:
    """Return a bare JPEG of each size of a picture, under its *cover*, or of one frame of a clip.

    *said* is what the clip's container says, if somebody asked before. Raises :class:`BadMedia`.
    """
    job: dict[str, Json] = {
        "job": "frame" if form.kind == CLIP else "picture",
        "decoder": form.decoder,
        "sizes": [list(size) for size in sizes],
        **_known(said),
    }
    assert not (cover and form.kind == CLIP), "a frame is taken of a clip that is covered"
    with _opened(path) as file, _under(cover, job) as given:
        made = _decode(job, file, 3 * LOOKING if form.kind == CLIP else PICTURE_SECONDS, own, given)
    return _checked(made, sizes)


def frame_jpeg(path: Path, form: Form, milliseconds: int, longest: int, quality: int) -> bytes:
    """Return a bare JPEG of the frame of a clip that is shown at an instant; raise :class:`BadMedia`."""
    job: dict[str, Json] = {"job": "frame", "decoder": form.decoder, "sizes": [[longest, quality]], "at": milliseconds}
    with _opened(path) as file:
        made = _decode(job, file, 3 * LOOKING)
    return _checked(made, [(longest, quality)])[0]


def grey_frames(path: Path, form: Form, start: int, end: int) -> tuple[int, int, list[bytes]]:
    """Return width, height and the frames of a part of a clip in grey, ten a second; raise :class:`BadMedia`."""
    job: dict[str, Json] = {"job": "greys", "decoder": form.decoder, "from": start, "to": end}
    with _opened(path) as file:
        answer = _decode(job, file, 10 * LOOKING)
    width, height = (int.from_bytes(each, "big") for each in (answer[0][:2], answer[0][2:4])) if answer else (0, 0)
    if len(answer) != 2 or not width * height or len(answer[1]) % (width * height):
        raise BadMedia(f"Expected frames in grey of a decoder, found {sum(map(len, answer)):,} bytes that are none.")
    step = width * height
    return width, height, [answer[1][at : at + step] for at in range(0, len(answer[1]), step)]


def _checked(made: list[bytes], sizes: Sizes) -> list[bytes]:
    if len(made) != len(sizes):
        raise BadMedia(f"Expected {len(sizes)} pictures of a decoder, found {len(made)}.")
    for each in made:
        if extra := extra_in_jpeg(each):
            raise BadMedia(f"Expected a bare JPEG of a decoder, found one with {extra}; nothing of it was used.")
    return made


def probe_clip(path: Path, form: Form) -> Probe:
    """Return what the container says about the first video stream; raise :class:`BadMedia` if there is none."""
    with _opened(path) as file:
        [answer] = _decode({"job": "probe", "decoder": form.decoder}, file, LOOKING) or [b""]
    return Probe.parse(answer)


def encode_clip(
    path: Path,
    form: Form,
    out: Path,
    seconds: int,
    length: float = 0,
    told: Told = None,
    cover: Cover = NOTHING,
    heard: bool = True,
    said: Probe | None = None,
) -> None:
    """Write the clip, encoded anew under its *cover*, to the new file *out*, within so many seconds.

    Of its *length* in seconds, *told* is told the share that is done, once a second. If it is not *heard*, its sound is
    not even decoded. *said* is what its container says, if somebody asked before. Raises :class:`BadMedia`.
    """
    about: dict[str, Json] = {**_known(said)} if heard else {"heard": False, **_known(said)}
    _encode("clip", path, form, out, seconds, length, told, cover, about)


def _known(said: Probe | None) -> dict[str, Json]:
    """Return what a job is told of a clip that was looked into before: starting a program for it takes a while."""
    return {} if said is None else {"said": said.document().decode()}


def join_clips(paths: Sequence[Path], out: Path, seconds: int, heard: bool = True) -> None:
    """Write clips that :func:`encode_clip` has made one after the other into the new file *out*; raise BadMedia.

    What is not to be *heard* is left out: their sound.
    """
    _join("join" if heard else "mute", paths, out, seconds)


def add_sounds(clip: Path, sounds: Sequence[Path], out: Path, seconds: int) -> None:
    """Write a clip of :func:`encode_clip` with these of :func:`encode_sound`, mixed, to *out*; raise BadMedia."""
    _join("add", [clip, *sounds], out, seconds)


def _join(how: str, paths: Sequence[Path], out: Path, seconds: int) -> None:
    if len(paths) > MOST_JOINED:
        raise BadMedia(f"Expected a take of at most {MOST_JOINED} files, found {len(paths)}; look at the originals.")
    with ExitStack() as stack:
        first, *more = [stack.enter_context(_opened(path)) for path in paths]
        made = stack.enter_context(_opened(out, os.O_RDWR | os.O_CREAT | os.O_EXCL))
        job: dict[str, Json] = {"job": how, "decoder": "mov", "seconds": min(seconds, CLIP_SECONDS)}
        _in_box(job, first, (made, *more), min(seconds, CLIP_SECONDS))


def encode_sound(
    path: Path, form: Form, out: Path, seconds: int, length: float = 0, told: Told = None, cover: Cover = NOTHING
) -> None:
    """Write a recording's sound, encoded anew with its silences, to the new file *out*; as :func:`encode_clip`."""
    _encode("sound", path, form, out, seconds, length, told, cover)


def _encode(
    what: str,
    path: Path,
    form: Form,
    out: Path,
    seconds: int,
    length: float,
    told: Told,
    cover: Cover = NOTHING,
    about: Mapping[str, Json] = MappingProxyType({}),
) -> None:
    seconds = min(seconds, CLIP_SECONDS)
    job: dict[str, Json] = {"job": what, "decoder": form.decoder, "seconds": seconds, **about}
    with (
        _opened(path) as file,
        _opened(out, os.O_RDWR | os.O_CREAT | os.O_EXCL) as made,
        _under(cover, job) as given,
    ):
        if told is None or length <= 0:
            _in_box(job, file, (made, *given), seconds)
            return
        with EncodingProgress(length, told) as progress:
            _in_box(job, file, (made, progress.file, *given), seconds)


@contextmanager
def _under(cover: Cover, job: dict[str, Json]) -> Iterator[tuple[int, ...]]:
    """Give the file in memory in which a job finds its cover; none if there is nothing to cover."""
    if not cover:
        yield ()
        return
    job["cover"] = True
    file = os.memfd_create("cover", os.MFD_CLOEXEC)
    try:
        view = memoryview(cover.document)
        while view:
            view = view[os.write(file, view) :]
        yield (file,)
    finally:
        os.close(file)


def frame_rate(path: Path, form: Form) -> tuple[int, int]:
    """Return the mean frame rate of a clip, as a fraction; raise :class:`BadMedia` if it has none."""
    with _opened(path) as file:
        [answer] = _decode({"job": "rate", "decoder": form.decoder}, file, LOOKING) or [b""]
    above, _, below = answer.partition(b"/")
    if not (above.isdigit() and below.isdigit() and len(answer) < 24 and int(above) and int(below)):
        raise BadMedia("Expected a clip's frame rate of a decoder, found no such answer.")
    return int(above), int(below)


def encode_proxy(
    path: Path, out: Path, rate: Rate, label: str, reel: str, seconds: int, length: float, told: Told = None
) -> None:
    """Write a proxy of a clip that :func:`encode_clip` has made to the new file *out*; as :func:`encode_clip`."""
    about: dict[str, Json] = {"rate": RATES.index(rate), "label": label, "reel": reel}
    _encode("proxy", path, Form(CLIP, "mov"), out, seconds, length, told, about=about)


def write_samples(paths: Sequence[Path], decoder: str, out: int, length: float = 0) -> None:
    """Write what is heard in files of one *decoder*, together, to the file or pipe *out*, for machines that listen.

    They are 32-bit floating-point numbers of one channel, 16,000 a second; with a *length* in seconds, so many. Raises
    :class:`BadMedia`, also without sound.
    """
    if len(paths) > MOST_JOINED:
        raise BadMedia(f"Expected a take of at most {MOST_JOINED} files, found {len(paths)}; look at the originals.")
    job: dict[str, Json] = {"job": "samples", "decoder": decoder, "seconds": CLIP_SECONDS, "length": int(1000 * length)}
    with ExitStack() as stack:
        first, *more = [stack.enter_context(_opened(path)) for path in paths]
        _in_box(job, first, (out, *more), CLIP_SECONDS)


def wave_jpegs(path: Path, form: Form, sizes: Sizes) -> list[bytes]:
    """Return a bare JPEG of each size that shows how loud a recording is; raise :class:`BadMedia`."""
    return _drawn({"job": "wave", "decoder": form.decoder}, path, sizes)


def levels(path: Path, form: Form, stream: int = 0) -> bytes:
    """Return how loud a stream of sound is, a byte for each 20 milliseconds; raise :class:`BadMedia` without one."""
    with _opened(path) as file:
        job: dict[str, Json] = {"job": "levels", "decoder": form.decoder, "stream": stream}
        [answer] = _decode(job, file, 20 * LOOKING) or [b""]
    return answer


def encode_renditions(
    clip: Path, out: Path, layout: Layout, size: tuple[int, int], seconds: int, said: Probe | None = None
) -> tuple[bytes, bytes]:
    """Write the small clip of one that :func:`encode_clip` has made to the new file *out*, within so many *seconds*.

    Returns a bare JPEG of its contact sheet, laid out so and of *size* (longest side in pixels, quality), and the
    levels of its sound, a byte for each 20 milliseconds, none without sound. Raises :class:`BadMedia`.
    """
    job: dict[str, Json] = {
        "job": "renditions", "decoder": "mov", "sizes": [list(size)], "seconds": min(seconds, CLIP_SECONDS),
        "length": str(layout[0]), "frames": layout[1], "columns": layout[2], **_known(said),
    }  # fmt: skip
    with _opened(clip) as file, _opened(out, os.O_RDWR | os.O_CREAT | os.O_EXCL) as made:
        results = _in_box(job, file, (made,), min(seconds, CLIP_SECONDS))
    *sheets, levels = results or [b""]
    [sheet] = _checked(sheets, [size])
    return sheet, levels


def count_pages(path: Path) -> int:
    """Return how many pages a PDF has; raise :class:`BadMedia`, :class:`ToolMissing` without the package pypdfium2."""
    with _opened(path) as file:
        [answer] = _decode({"job": "pages", "decoder": "PDF"}, file, PICTURE_SECONDS) or [b""]
    if not (answer.isdigit() and len(answer) < 5):
        raise BadMedia("Expected the number of a document's pages, found no such answer.")
    return int(answer)


def page_jpegs(path: Path, number: int, sizes: Sizes) -> list[bytes]:
    """Return a bare JPEG of each size of one page of a PDF, counted from 0; raise as :func:`count_pages`."""
    return _drawn({"job": "page", "decoder": "PDF", "page": number}, path, sizes)


def _drawn(job: dict[str, Json], path: Path, sizes: Sizes) -> list[bytes]:
    with _opened(path) as file:
        made = _decode({**job, "sizes": [list(size) for size in sizes]}, file, 10 * LOOKING)
    return _checked(made, sizes)


def openpgp(signed: Path | bytes, key: bytes, signature: bytes) -> "Signature":
    """Return who of these keys signed a file, or what is at hand of one.

    Raises :class:`BadMedia`, :class:`ToolMissing` without gpgv.
    """
    from tamizdat.footage.decode.signatures import Signature

    with ExitStack() as stack:
        file = stack.enter_context(_held(signed) if isinstance(signed, bytes) else _opened(signed))
        given = [stack.enter_context(_held(each)) for each in (key, signature)]
        seconds = SIGNATURE_SECONDS + os.fstat(file).st_size // SLOWEST
        [answer] = _in_box({"job": "openpgp", "decoder": "", "seconds": seconds}, file, given, seconds) or [b""]
    return Signature.parse(answer)


def credentials(path: Path, kind: str, beside: Path | None = None) -> "Credentials":
    """Return what the content credentials of a file of this media type say, or the manifest *beside* it.

    Raises :class:`BadMedia` if there are none that can be read, :class:`ToolMissing` without c2pa-python.
    """
    from tamizdat.footage.decode.signatures import Credentials

    job: dict[str, Json] = {"job": "c2pa", "decoder": "", "kind": kind}
    with ExitStack() as stack:
        file, *more = [stack.enter_context(_opened(each)) for each in (path, beside) if each is not None]
        [answer] = _in_box(job, file, more, SIGNATURE_SECONDS + path.stat().st_size // SLOWEST) or [b""]
    return Credentials.parse(answer)


@contextmanager
def _held(data: bytes) -> Iterator[int]:
    """Give a descriptor of a file in memory with *data* in it."""
    descriptor = os.memfd_create("given", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(data)
        yield descriptor
    finally:
        os.close(descriptor)


def why_no_box() -> str:
    """Return why nothing of strangers can be decoded here; "" if it can."""
    from tamizdat.footage.decode.box import Box
    from tamizdat.footage.decode.sandbox import Limits

    try:
        Box(Limits()).close()
    except SandboxMissing as error:
        return str(error)
    return ""


def _in_box(job: Mapping[str, Json], file: int, given: Sequence[int], seconds: float) -> list[bytes]:
    """Do a job in a box."""
    from tamizdat.footage.decode.box import BOXES

    return BOXES.decode(job, file, given, seconds)


def _decode(
    job: Mapping[str, Json], file: int, seconds: float, own: bool = False, given: Sequence[int] = ()
) -> list[bytes]:
    try:
        return _in_box(job, file, given, seconds)
    except SandboxMissing:
        if own:
            from tamizdat.footage.decode import jobs  # it loads Pillow, which a box has loaded for itself

            return jobs.do(job, file, *given)
        raise


@contextmanager
def _opened(path: Path, how: int = os.O_RDONLY) -> Iterator[int]:
    try:
        descriptor = os.open(path, how | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageRefused(f"Expected to read a picture or clip, but the system refused: {error.strerror}.") from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)
