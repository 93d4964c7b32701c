"""A camera card, or any folder, as the list of files a consignment will carry; and the reading of them, verified.

Reading is verified in the sense that what happens to a file between the listing and its last byte is noticed and
kept: a file that grew, shrank or was rewritten is carried as far as its listed size and marked, never passed off as
whole. Links are not followed, devices and sockets are not read, and nothing on the card is ever written to.

A name on the card that could mean something else elsewhere (a backslash, a control character, bytes that are no
Unicode) is carried with those characters written as ``%XX``; names in any script stay as they are. If a name
becomes too long by that, its end gives way to a digest of the whole: ``a very long na%5F1D…09.MP4``.
"""

import errno
import fnmatch
import os
import stat
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, overload

from tamizdat.dataclass import dataclass
from tamizdat.encoding import MAX_NAME, MAX_PATH, safe_path, sha256_hex, timestamp
from tamizdat.errors import BadPath, StorageRefused, UsageError, WorkRemains
from tamizdat.footage.kinds import SIDECARS, TEXTS, kind_of

ROOM: Final = 64  #: bytes of the longest path that stay free for what is put before and behind it
_RANK: Final = struct.Struct(">BIQ")  #: what decides the order of a card, to be compared as bytes
_MIDDLE: Final = 1 << 63  #: nanoseconds; a time may lie before 1970
LARGEST_TEXT: Final = 8 << 20  #: bytes; a larger "text" waits its turn with the originals

FAILS: Final = "the card does not give it"  #: how the reason begins of what another reader may give, or another day
# O_NONBLOCK: what was a file when it was listed may be a pipe now, and opening that would wait for ever
READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  #: no link is followed, no pipe waited for


@dataclass(frozen=True, slots=True)
class CardFile:
    """One file as it was listed: *path* is what the desk will see; the rest is for reading it, *raw* where it lies."""

    path: str
    raw: bytes = field(repr=False)
    size: int
    modified_ns: int
    stage: str

    @property
    def where(self) -> Path:
        """Return where it lies."""
        return Path(os.fsdecode(self.raw))

    @property
    def modified(self) -> str:
        """Return the time of last change as the card tells it, UTC; a nonsensical clock is held to 1970–2100."""
        seconds = min(max(self.modified_ns // 1_000_000_000, 0), 4_102_444_800)
        return timestamp(datetime.fromtimestamp(seconds, UTC))

    @property
    def is_seen(self) -> bool:
        """Tell whether the desk should see it before it comes: it is named like a picture or clip."""
        return self.kind in ("picture", "clip")

    @property
    def kind(self) -> str | None:
        """Return what it is by the name's ending, as :func:`kind_of`."""
        return kind_of(self.path)


class CardFiles(Sequence[CardFile]):
    """The files of a card, of which there may be a million: names and numbers lie packed, 33 bytes and the path each.

    A :class:`CardFile` is made when it is looked at.
    """

    def __init__(self, root: bytes) -> None:
        self._root = root if root.endswith(b"/") else root + b"/"
        self._paths = bytearray()  # one behind the other
        self._ends, self._sizes, self._times = array("Q"), array("Q"), array("q")
        self._texts = bytearray()  # 1 for each that goes first, as a text
        self._elsewhere: dict[int, bytes] = {}  # where those lie whose path does not tell it
        self._absurd: dict[int, int] = {}  # times that are centuries away, as a camera's clock may be
        self._order = array("L")

    def append(self, path: str, raw: bytes, size: int, modified_ns: int) -> None:
        """Add a file of *size* bytes that is carried as *path* and lies at *raw*."""
        data = path.encode("utf-8")
        if self._root + data != raw:
            self._elsewhere[len(self._ends)] = raw
        self._paths += data
        self._order.append(len(self._ends))
        self._ends.append(len(self._paths))
        self._sizes.append(size)
        self._times.append(max(1 - _MIDDLE, min(modified_ns, _MIDDLE - 1)))
        if self._times[-1] != modified_ns:
            self._absurd[len(self._ends) - 1] = modified_ns
        self._texts.append(_is_text(path, size))

    def in_order(self, first: Sequence[str]) -> "CardFiles":
        """Return them in the order in which they leave: what is newest was filmed last, which the police came for."""

        def rank(number: int) -> bytes:  # a tuple of these would need three times as much
            return _RANK.pack(not self._texts[number], _rank(self._path(number), first), -self._times[number] + _MIDDLE)

        return self._chosen(sorted(sorted(self._order, key=self._path_bytes), key=rank))

    def only(self, wanted: Callable[[CardFile], bool]) -> "CardFiles":
        """Return those that are *wanted*, in the same order."""
        return self._chosen(number for number in self._order if wanted(self._file(number)))

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, at: int) -> CardFile: ...
    @overload
    def __getitem__(self, at: slice) -> "CardFiles": ...
    def __getitem__(self, at: int | slice) -> "CardFile | CardFiles":
        return self._chosen(self._order[at]) if isinstance(at, slice) else self._file(self._order[at])

    def _chosen(self, order: Iterable[int]) -> "CardFiles":
        """Return some of them, over the same names and numbers."""
        chosen = copy(self)
        chosen._order = array("L", order)
        return chosen

    def _path_bytes(self, number: int) -> bytes:
        return bytes(self._paths[self._ends[number - 1] if number else 0 : self._ends[number]])

    def _path(self, number: int) -> str:
        return self._path_bytes(number).decode("utf-8")

    def _file(self, number: int) -> CardFile:
        data = self._path_bytes(number)
        raw = self._elsewhere.get(number) or self._root + data
        stage = "texts" if self._texts[number] else "originals"
        modified = self._absurd.get(number, self._times[number])
        return CardFile(data.decode("utf-8"), raw, self._sizes[number], modified, stage)


@dataclass(frozen=True)
class Card:
    """What was found: *files* in the order in which they will leave, and what cannot be taken along, with reasons.

    *folder* tells the mounted card from the empty mount point that stays behind when it is unplugged.
    """

    root: Path
    files: CardFiles
    left_out: tuple[tuple[str, str], ...]
    folder: tuple[int, int] = field(repr=False)

    @property
    def size(self) -> int:
        """Return the sum of the files' sizes in bytes."""
        return sum(file.size for file in self.files)

    def require_present(self) -> None:
        """Raise :class:`WorkRemains` if the card was unplugged: what cannot be read now can be read later."""
        try:
            with os.scandir(self.root) as entries:
                present = any(entries) and _identity(self.root) == self.folder and not _is_pulled(self.folder[0])
        except OSError:
            present = False
        if not present:
            raise WorkRemains(
                "The card is gone: expected the folder that was there at the beginning, found it unplugged or emptied. "
                "Plug it in at the same place and run the same command again: it goes on where it stopped."
            )

    def listing(self) -> Iterator[bytes]:
        """Yield all by which a changed card is noticed: names, sizes, times. To be hashed with a key, never kept."""
        for file in self.files:
            yield f"{file.path}\0{file.size}\0{file.modified_ns}\0{file.stage}\n".encode()
        for path, why in self.left_out:
            yield f"{path}\0{why}\n".encode()


def list_card(root: Path, first: Sequence[str] = ()) -> Card:
    """List *root*, most precious first: texts, then originals matching the patterns *first*, then the newest.

    *first* are shell patterns (``*.MOV``, ``DCIM/102*``), matched without regard to case against path and name.
    Raises :class:`UsageError` if *root* is no folder that can be listed.
    """
    if not root.is_dir():
        if root.is_file():
            raise UsageError("Expected a folder or a mounted card, found a file. Name the folder in which it lies.")
        raise UsageError("Expected a folder or a mounted card, found none there. Is it plugged in and mounted?")
    folder = _identity(root)
    files = CardFiles(os.fsencode(root))
    left_out: list[tuple[str, str]] = []
    taken: set[str] = set()
    for entry in _walk(os.fsencode(root), left_out):
        path = _unique(carried_name(os.path.relpath(os.fsencode(entry.path), os.fsencode(root))), taken)
        info = _fit(entry) if len(path.encode("utf-8")) <= MAX_PATH - ROOM else "its path is too long"
        if isinstance(info, str):
            left_out.append((path, info))
            continue
        files.append(path, entry.path, info.st_size, info.st_mtime_ns)
    return Card(root, files.in_order(first), tuple(sorted(left_out)), folder)


def _identity(root: Path) -> tuple[int, int]:
    found = root.stat()
    return found.st_dev, found.st_ino


def _is_pulled(device: int) -> bool:
    """Tell whether the disk is gone: its folders may still be listed from memory, but the kernel crossed it out."""
    known = Path("/sys/dev/block")
    return os.major(device) > 0 and known.is_dir() and not (known / f"{os.major(device)}:{os.minor(device)}").exists()


def _walk(root: bytes, left_out: list[tuple[str, str]]) -> "Iterator[os.DirEntry[bytes]]":
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if folder == root:
                raise StorageRefused(f"The card cannot be listed: {os.strerror(error.errno or 0)}.") from None
            why = "a folder that cannot be listed" if _is_forbidden(error) else why_unread(error)
            left_out.append((carried_name(os.path.relpath(folder, root)), why))
            continue
        for entry in entries:
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
            except OSError as error:  # a damaged entry, of which the card's directory does not tell what it is
                left_out.append((carried_name(os.path.relpath(entry.path, root)), why_unread(error)))
                continue
            if is_folder:
                pending.append(entry.path)
            else:
                yield entry


def _fit(entry: "os.DirEntry[bytes]") -> os.stat_result | str:
    """Return what the card says of a file, or why it cannot be taken along."""
    try:
        info = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(info.st_mode):
            return "a symbolic link; links are not followed"
        if not stat.S_ISREG(info.st_mode):
            return "not a plain file"
        os.close(os.open(entry.path, READ))  # tells more truly than permission bits do
    except OSError as error:
        return why_unread(error)
    return info


def why_unread(error: OSError) -> str:
    """Return why something of a card cannot be taken along: it is forbidden, or the card :data:`FAILS`."""
    return f"{'cannot be read' if _is_forbidden(error) else FAILS}: {os.strerror(error.errno or 0)}"


def _is_forbidden(error: OSError) -> bool:
    return error.errno in (errno.EACCES, errno.EPERM)


def carried_name(name: bytes) -> str:
    """Return the name under which a file is carried: as it is, or with what is not acceptable as ``%XX``."""
    text = name.decode("utf-8", "surrogateescape")
    try:
        return safe_path(text)
    except BadPath:
        return "/".join(_escaped(part) for part in text.split("/"))


def preview_name(path: str) -> str:
    """Return the path of the preview of a file that is carried as *path*: the same with ``.jpg`` behind it."""
    return _with_ending(path, ".jpg")


def _with_ending(path: str, ending: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{shortened(f'{name}{ending}')}"


def shortened(name: str) -> str:
    """Return *name* if it is not too long, and otherwise its beginning, a digest of it all, and its ending."""
    if len(name.encode("utf-8")) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending) <= 8 and ending.isalnum() and ending.isascii() else ""
    tail = f"%{sha256_hex(name.encode('utf-8'))[:16].upper()}{ending}"
    return name.encode("utf-8")[: MAX_NAME - len(tail)].decode("utf-8", "ignore") + tail


def _escaped(part: str) -> str:
    plain = "".join(_escaped_character(character) for character in part)
    if plain[-1:] in (".", " "):
        plain = f"{plain[:-1]}%{ord(plain[-1]):02X}"
    return shortened(plain)


def _escaped_character(character: str) -> str:
    try:
        return character if character != "%" and safe_path(f"a{character}a") else f"%{ord(character):02X}"
    except BadPath:
        return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))


def _unique(path: str, taken: set[str]) -> str:
    """Return a path under which no other file is carried; *taken* are those before it that could be meant by another.

    Only what has a %XX in it, or looks as if it had, can be two names that became one by escaping.
    """
    if "%" not in path:
        return path
    name, number = path, 1
    while name in taken:
        number += 1
        name = _with_ending(path, f"%{number:02X}")
    taken.add(name)
    return name


def _is_text(path: str, size: int) -> bool:
    return path.lower().endswith((*TEXTS, *SIDECARS)) and size <= LARGEST_TEXT


def _rank(path: str, first: Sequence[str]) -> int:
    """Return the number of the first pattern that matches, or their count."""
    return next((rank for rank, pattern in enumerate(first) if matches(path, [pattern])), len(first))


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Tell whether a path, or the name at its end, fits one of the shell patterns; case does not matter."""
    names = (path.lower(), path.lower().rsplit("/", 1)[-1])
    return any(fnmatch.fnmatchcase(name, pattern.lower()) for pattern in patterns for name in names)
