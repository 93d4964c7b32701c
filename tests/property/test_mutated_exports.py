"""Every reader of strangers' bytes over sound exports with something changed: nothing but our own errors.

``bench/fuzz_posts.py`` does the same for as long as one likes.
"""

from pathlib import Path

import pytest

from support.mutated_exports import KINDS, export, read_all
from tamizdat.errors import TamizdatError


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_export_gives_posts_and_problems_and_no_other_error(kind: str, tmp_path: Path) -> None:
    count = 0
    for seed in range(150):
        try:
            opened = export(kind, seed, tmp_path)
        except TamizdatError:
            continue
        try:
            count += read_all(opened)
        finally:
            opened.close()
    assert count > 20, "the changes leave most posts sound, or nothing was tried"
