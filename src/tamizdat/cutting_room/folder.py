"""The folder that goes to the cutting room: new or empty before, whole files alone in it afterwards.

::

    item-0041.mov         the proxy: at most 960 px, constant rate, number and time code in the picture
    item-0041.zh.srt      what is said, in the language spoken, and in each into which it is translated
    item-0052.m4a         a sound, as it is published
    marked-25.edl         what was marked, at each frame rate
    marked-25.otio        every shot whole, with its words as markers; marked.fcpxml the same, of every rate
    cues.csv              the same with the words
    README.txt            what is what
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from tamizdat.archive import Archive
from tamizdat.cutting_room.edl import lists
from tamizdat.cutting_room.fcpxml import NAME as FCPXML
from tamizdat.cutting_room.fcpxml import fcpxml
from tamizdat.cutting_room.shots import Shot
from tamizdat.cutting_room.table import table
from tamizdat.cutting_room.timeline import timelines
from tamizdat.disk.files import file_sha256, refusals
from tamizdat.disk.target import PART, AlreadyThere, NotTheSame, Target, TooLarge
from tamizdat.errors import StorageRefused, UsageError
from tamizdat.footage import decode
from tamizdat.footage.probe import CLIP
from tamizdat.transcripts.files import write

CHUNK: Final = 1 << 20
ENCODING_SECONDS: Final = 120  #: and thirty for each second of a clip, as for what is published
README: Final = """\
Clips for the cutting room, as they are published: whoever is covered there is covered here.

item-NNNN.mov     a clip in small, with its number and time code in the picture. Its reel is INNNNNNN.
item-NNNN-2.mov   the same of the second file of a post. Its reel is QNNNNNNN, of the first PNNNNNNN, and so on.
item-NNNN.LL.srt  what is said in it, in the language LL; the first to be written down is the language spoken
item-NNNN.m4a     a sound
marked-RATE.edl   what was marked: an event for each cue (CMX 3600), one list for each frame rate
marked-RATE.otio  every shot whole, its words as markers (OpenTimelineIO): DaVinci Resolve, Premiere, Avid, Kdenlive
marked.fcpxml     the same for Final Cut Pro (10.6 and newer) and DaVinci Resolve, a project for each frame rate
cues.csv          the same with the words, in UTF-8

Time codes count from the beginning of each clip, 00:00:00:00. At 29.97 frames a second they are drop-frame. A clip of
48, 50, 59.94 or 60 frames a second is here at half of that. To cut with the originals, ask the desk for the files of
these numbers; they begin with the same frame.

Do not publish from here: what is withdrawn, or covered later, is withdrawn and covered on the site and not here.
"""


class Written(NamedTuple):
    """What came of it: files, bytes, and what subtitles could not carry."""

    files: int
    size: int
    told: tuple[str, ...]


def write_folder(archive: Archive, shots: Sequence[Shot], folder: Path, advance: Callable[[int], None]) -> Written:
    """Write everything into *folder*; *advance* is told the thousandths of seconds that are encoded.

    Raises :class:`UsageError` for a folder that is not empty, :class:`StorageRefused` for a disk that takes no file of
    that size or gives back others, and as :func:`tamizdat.footage.decode.encode_proxy`.
    """
    with Target(folder) as target:
        target.clear("")
        if there := [each for each in target.names("") if not each.startswith(PART)]:
            raise UsageError(
                f"Expected a new or empty folder, found {there[0]!r} in it. What an earlier run left may show what is "
                "covered by now: name another folder, or empty it."
            )
        files, size, told = 0, 0, list[str]()
        for shot in shots:
            size += _put_media(archive, target, shot, advance)
            files += 1
        for name, data in _small_files(shots, told):
            _put(target, name, [data], hashlib.sha256(data).hexdigest())
            files, size = files + 1, size + len(data)
    return Written(files, size, tuple(told))


def _put_media(archive: Archive, target: Target, shot: Shot, advance: Callable[[int], None]) -> int:
    if shot.kind != CLIP:
        advance(int(1000 * shot.seconds))
        return _copy(target, shot.file, shot.media)
    done = 0

    def told(share: float) -> None:
        nonlocal done
        now = int(1000 * shot.seconds * share)
        advance(max(0, now - done))
        done = max(done, now)

    staged = archive.objects.staged()
    try:
        seconds = ENCODING_SECONDS + int(30 * shot.seconds)
        decode.encode_proxy(shot.media, staged, shot.rate, shot.label, shot.reel, seconds, shot.seconds, told)
        return _copy(target, shot.file, staged)
    finally:
        with suppress(OSError):
            staged.unlink(missing_ok=True)


def _small_files(shots: Sequence[Shot], told: list[str]) -> Iterator[tuple[str, bytes]]:
    for shot in shots:
        for track in shot.tracks:
            try:
                written = write(track.cues, ".srt", track.language)
            except UsageError as error:  # words that SubRip cannot carry
                told.append(f"Item {shot.number}, {track.language}: {error} It is in cues.csv alone.")
                continue
            told += [f"Item {shot.number}, {track.language}: {each}" for each in written.told]
            yield f"{shot.name}.{track.language}.srt", written.data
    yield from lists(shots)
    yield from timelines(shots)
    yield FCPXML, fcpxml(shots)
    yield "cues.csv", table(shots)
    yield "README.txt", README.encode()


def _copy(target: Target, name: str, source: Path) -> int:
    with refusals("a proxy"):
        digest = file_sha256(source)
        with source.open("rb") as file:
            _put(target, name, iter(lambda: file.read(CHUNK), b""), digest)
        return source.stat().st_size


def _put(target: Target, name: str, chunks: Sequence[bytes] | Iterator[bytes], digest: str) -> None:
    try:
        target.put(name, chunks, lambda: digest)
    except AlreadyThere:
        raise UsageError(f"Expected a folder that nobody else writes into, found {name} in it by now.") from None
    except TooLarge:
        raise StorageRefused(f"Expected a disk that takes {name}, found one that takes no file so large.") from None
    except NotTheSame:
        raise StorageRefused(
            f"Expected {name} to read back as it was written; it did not. Take another disk."
        ) from None
