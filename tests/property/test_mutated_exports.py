"""Every reader of strangers' bytes over sound exports with something changed: nothing but our own errors.

``bench/fuzz_posts.py`` does the same for as long as one likes.
"""

import random
from pathlib import Path

import pytest

import support.mutated_more  # noqa: F401 -- adds its kinds
from support.high_water import HighWater
from support.mutated_exports import KINDS, MEMORY, export, read_all
from tamizdat.errors import TamizdatError
from tamizdat.posts.export import Bytes


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


@pytest.mark.parametrize("kind", KINDS)
def test_reading_a_changed_export_takes_no_more_memory_than_its_bound(kind: str, tmp_path: Path) -> None:
    memory, most = HighWater(), 0
    for seed in range(40):
        try:
            opened = export(kind, seed, tmp_path)
        except TamizdatError:
            continue
        memory.set_back()
        try:
            read_all(opened)
        finally:
            opened.close()
        most = max(most, memory.grown())
    assert most < MEMORY


LONG = b"x" * 1_200_000  #: bytes of one string, or one start tag
HEAVY = {
    "an unfinished element": b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "' + LONG + b'",,}]}',
    "a string in a list": b'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "' + LONG + b'"]',
    "escapes": b'window.YTD.tweets.part0 = [{"tweet": {"full_text": "' + b'\\"' * 600_000 + b'"]',
    "a start tag": b"<rss><channel><item " + LONG + b"='1'><guid>1</guid></item></channel></rss>",
    "a start tag full of quotes": b"<rss><channel><item " + b"x='\"' " * 200_000 + b"></item></channel></rss>",
}


@pytest.mark.parametrize("what", HEAVY)
def test_a_long_string_or_tag_that_is_not_well_formed_takes_no_hundredfold_memory(what: str) -> None:
    name = "data/tweets.js" if HEAVY[what].startswith(b"window") else "feed"
    memory = HighWater()
    memory.set_back()
    read_all(Bytes(name, HEAVY[what]))
    assert memory.grown() < 30 * len(HEAVY[what])


def test_a_start_tag_with_millions_of_attributes_is_refused_before_it_takes_their_memory() -> None:
    attributes = b" ".join(b"a%d=''" % number for number in range(600_000))
    data = b"<rss><channel><item><guid>1</guid><title>x</title></item><item " + attributes * 2 + b"/></channel></rss>"
    memory = HighWater()
    memory.set_back()
    assert read_all(Bytes("feed", data)) == 1, "what stands before it is read"
    assert memory.grown() < 10 * len(data)


def test_the_measure_of_memory_sees_what_one_input_took_and_forgets_it_for_the_next() -> None:
    memory = HighWater()
    memory.set_back()
    held = random.Random(1).randbytes(MEMORY // 2)
    assert memory.grown() >= len(held)
    del held
    memory.set_back()
    assert memory.grown() < MEMORY // 4
