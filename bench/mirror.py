"""A mirror's second copy of a site in which one post was changed, beside all of it.

    python bench/mirror.py [posts]

The site is that of ``publish.py``: made-up posts in two languages. It is served on loopback, copied, checked and
signed; then one translation is improved, published, and copied again. Counted is what went over the line.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import BinaryIO

from publish import DAY, prepare
from publish import _translate as translate
from publish_ours import publish_ours

from tamizdat.mirror.copy import copy_site
from tamizdat.places.site_files import FolderSite
from tamizdat.witness.record import Record

POSTS = 10_000


class Counted(FolderSite):
    """A site in a folder that says what was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__("site", folder)
        self.sizes = Counter[str]()

    def fetch(self, path: str, into: BinaryIO, most: int) -> int:
        """Count the file by its first folders."""
        size = super().fetch(path, into, most)
        self.sizes["/".join(path.split("/")[:2])] += size
        return size


def copied(scratch: Path, name: str) -> int:
    """Copy the site, and say what it took."""
    source = Counted(scratch / "site")
    began = time.monotonic()
    done = copy_site(
        source, scratch / "copy", Record.create(scratch / "witness", "mirror.example"), None, int(time.time())
    )
    seconds = time.monotonic() - began
    print(f"{name}: {done.fetched:,} files, {done.transferred / 1e6:.2f} MB, {seconds:.1f} s", flush=True)
    for folder, size in source.sizes.most_common(8):
        print(f"    {size / 1000:10,.0f} kB  {folder}")
    return done.transferred


def main(count: int) -> None:
    """Measure *count* posts."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        prepare(scratch, count)
        publish_ours(scratch, DAY)
        everything = copied(scratch, f"{count:,} posts, the first time")
        translate(scratch, range(count // 2, count // 2 + 1), again=True)
        publish_ours(scratch, "2026-11-26")
        changed = copied(scratch, "one post changed")
        print(f"the second copy transfers {100 * changed / everything:.2f} % of the first")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else POSTS)
