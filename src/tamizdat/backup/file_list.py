"""What a whole backup consists of: its head, and the list of its files, both plain text.

The *head* is sent last, so that where a head is everything it names was there::

    tamizdat backup v1
    number 7                            counts up; the highest number is the newest, whatever clocks say
    made 2026-11-28T18:00:00Z
    desk ourdesk
    root <64 hex digits>                the desk's fingerprint, which stands on the recovery sheet too
    leaves 512                          how many entries the ledger had
    list <SHA-256> <size>               of the list below, and its pieces in order
    piece <SHA-256>

The *list* has a line for each file, with its path in the desk's folder, and a line for each pack::

    file <SHA-256> <size> archive/entries.log
    piece <SHA-256>                     in order; left out for a file of one piece, which is the file itself
    pack <BLAKE3>

``keys.age`` and ``settings`` stand here as they are under their seals: the recovery key is their seal now.
"""

import re
from collections.abc import Iterable
from typing import Final

from tamizdat.backup.packs import PIECE, piece_sizes
from tamizdat.dataclass import dataclass
from tamizdat.encoding import parse_timestamp, safe_path
from tamizdat.errors import BadBackup, BadEncoding, BadPath

FIRST_LINE: Final = "tamizdat backup v1"
MAX_LIST: Final = 1 << 30  #: bytes of a list; some seven million files
_HEAD: Final = re.compile(
    rf"{FIRST_LINE}\nnumber ([1-9][0-9]{{0,14}})\nmade (\S+)\ndesk ([A-Za-z0-9_-]{{1,40}})\nroot ([0-9a-f]{{64}})\n"
    r"leaves (0|[1-9][0-9]{0,14})\nlist ([0-9a-f]{64}) (0|[1-9][0-9]{0,14})\n((?:piece [0-9a-f]{64}\n)*)"
)
_FILE: Final = re.compile(r"file ([0-9a-f]{64}) (0|[1-9][0-9]{0,17}) (.+)")
_PIECE: Final = re.compile(r"piece ([0-9a-f]{64})")
_PACK: Final = re.compile(r"pack ([0-9a-f]{64})")


@dataclass(frozen=True)
class ListedFile:
    """A file of the desk: where it lies in its folder, what it is, and the SHA-256 of its pieces in order."""

    path: str
    sha256: str
    size: int
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """The head of a backup; *list* is the text of which files it consists, as a file."""

    number: int
    made: str
    desk: str
    root: str
    leaves: int
    list: ListedFile

    def encode(self) -> bytes:
        """Return the text."""
        text = (
            f"{FIRST_LINE}\nnumber {self.number}\nmade {self.made}\ndesk {self.desk}\nroot {self.root}\n"
            f"leaves {self.leaves}\nlist {self.list.sha256} {self.list.size}\n"
        )
        return (text + "".join(f"piece {piece}\n" for piece in self.list.pieces)).encode("ascii")

    @classmethod
    def parse(cls, data: bytes) -> "Head":
        """Read the text of a head; raises BadBackup."""
        found = _HEAD.fullmatch(data.decode("ascii", "replace"))
        if not found:
            raise BadBackup(f"Expected the head of a backup ({FIRST_LINE}), found {data[:24]!a}.")
        number, made, desk, root, leaves, digest, size, pieces = found.groups()
        try:
            parse_timestamp(made, "the time of a backup")
        except BadEncoding as error:
            raise BadBackup(f"The head of a backup is damaged. {error}") from error
        listed = ListedFile("", digest, int(size), tuple(_PIECE.findall(pieces)))
        if len(listed.pieces) != len(piece_sizes(listed.size)) or listed.size > MAX_LIST:
            raise BadBackup(f"Expected as many pieces as {listed.size:,} bytes need, found {len(listed.pieces)}.")
        return cls(int(number), made, desk, root, int(leaves), listed)


def encode_list(files: Iterable[ListedFile], packs: Iterable[str]) -> bytes:
    """Return the text of a list."""
    lines: list[str] = []
    for file in files:
        lines.append(f"file {file.sha256} {file.size} {file.path}\n")
        if file.size > PIECE:
            lines += [f"piece {piece}\n" for piece in file.pieces]
    return "".join([*lines, *(f"pack {name}\n" for name in packs)]).encode("utf-8")


def parse_list(data: bytes) -> tuple[list[ListedFile], list[str]]:
    """Return the files and the names of the packs of a list; raises BadBackup.

    No path leads out of the desk's folder, and none is there twice.
    """
    files: list[ListedFile] = []
    packs: list[str] = []
    try:
        lines = data.decode("utf-8").split("\n")
        if lines.pop():
            raise BadBackup("Expected the list of a backup to end with its last line, found a line that was cut off.")
        at = 0
        while at < len(lines):
            if pack := _PACK.fullmatch(lines[at]):
                packs.append(pack[1])
                at += 1
                continue
            file = _FILE.fullmatch(lines[at])
            if not file:
                raise BadBackup(
                    f"Expected a line 'file', 'piece' or 'pack' in a backup's list, found {lines[at]!a:.60}."
                )
            size, at = int(file[2]), at + 1
            pieces = [file[1]] if size else []
            if size > PIECE:
                count = len(piece_sizes(size))
                found = [_PIECE.fullmatch(line) for line in lines[at : at + count]]
                pieces, at = [each[1] for each in found if each], at + count
                if len(pieces) != count:
                    raise BadBackup(f"Expected {count} pieces of a file in a backup's list, found {len(pieces)}.")
            files.append(ListedFile(safe_path(file[3]), file[1], size, tuple(pieces)))
    except (UnicodeDecodeError, BadPath) as error:
        raise BadBackup(f"The list of a backup is damaged. {error}") from error
    if len({file.path for file in files}) != len(files):
        raise BadBackup("Expected each file once in a backup's list, found one twice.")
    return files, packs
