"""Slices of an object: the same bytes in whatever order they are asked for."""

import os
import random
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.store.slices import AHEAD, NEAR, Slices
from tamizdat.encoding import sha256_hex

DATA = os.urandom(3 * AHEAD + 77)


def test_slices_that_follow_each_other_go_back_jump_or_pass_the_end_are_the_bytes_of_the_object(tmp_path: Path) -> None:
    other = DATA[::-1]
    with Archive.create(tmp_path / "archive", "example.org/ledger") as archive:
        objects = {archive.objects.add([data]): data for data in (DATA, other)}
        slices, order = Slices(archive.objects), random.Random(7)
        in_order = [(at, 900) for at in range(0, len(DATA), 1_000)]
        jumps = [(order.randrange(len(DATA)), order.choice((0, 1, 900, AHEAD, AHEAD + NEAR))) for _ in range(200)]
        for digest, data in objects.items():
            for at, length in (*in_order, *jumps, *in_order[-3:], (len(DATA) - 5, 50), (len(DATA), 1)):
                assert slices.read(digest, at, length) == data[at : at + length]
        for at, length in in_order:  # of two exports in turns
            for digest, data in objects.items():
                assert slices.read(digest, at, length) == data[at : at + length]
        assert objects.keys() == {sha256_hex(DATA), sha256_hex(other)}
