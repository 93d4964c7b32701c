"""Numbers by which a file or a folder of the site is told from one that was put in its place since.

They are made of what the system says of it without reading it, and fit SQLite's integers.
"""

import os
from typing import Final

APART: Final = 1_000_003  #: a prime: numbers of inodes are so far apart
WIDE: Final = 1 << 63  #: numbers that SQLite keeps are smaller


def identity_of(found: os.stat_result) -> int:
    """Return a number made of a file's inode and the time of its last change."""
    return (found.st_ino * APART + found.st_mtime_ns) % WIDE


def is_of_its_time(identity: int, found: os.stat_result) -> bool:
    """Return whether a file of this *identity* has the time of the one that was *found*, which may be a copy of it."""
    return (identity_of(found) - identity) % APART == 0


def touched_at(found: os.stat_result) -> int:
    """Return a number made of a folder's inode and the time at which anything was put into it, or taken out."""
    return (found.st_ino * APART + found.st_ctime_ns) % WIDE
