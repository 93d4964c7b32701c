"""The stream is cut into groups where stages end, and rounded up as Padmé says."""

import io

import pytest

from support.field_and_desk import GroupList
from tamizdat.sealing.consignment import (
    Cutter,
    closing_members,
    padme,
)
from tamizdat.sealing.parcel import PAYLOAD
from tamizdat.sealing.pax import END_OF_ARCHIVE, members

TIME = "2011-04-03T02:11:09Z"


def cut(k: int, parts: list[tuple[str, bytes]]) -> GroupList:
    """The groups that stages of these bytes are cut into; the buffers are dirty, as reused ones are."""
    groups = GroupList()
    cutter = Cutter(k, groups)
    for number, (stage, data) in enumerate(parts):
        if number:
            cutter.end_stage(stage)
        cutter.write(data)
    cutter.close()
    return groups


# Cutting --------------------------------------------------------------------------------------------------------------


def test_the_groups_are_the_stream_and_zeros_after_it() -> None:
    data = bytes(range(251)) * 60_000
    groups = cut(2, [("inventory", data[:1000]), ("originals", data[1000:])])
    stream = groups.stream
    assert stream.startswith(data)
    assert not any(stream[len(data) :])
    assert len(stream) % PAYLOAD == 0


def test_groups_are_numbered_and_begin_where_the_one_before_ended() -> None:
    groups = cut(3, [("inventory", bytes(PAYLOAD * 7))])
    assert [(group.number, group.first, len(group.buffers)) for group in groups] == [(0, 0, 3), (1, 3, 3), (2, 6, 2)]


def test_the_payload_that_ends_a_stage_ends_its_group() -> None:
    """Nothing of a finished stage waits for the next one, and nothing is filled up between them."""
    groups = cut(4, [("inventory", b"i" * 100), ("texts", b"t" * PAYLOAD), ("originals", b"o" * PAYLOAD * 9)])
    assert [(group.stage, len(group.buffers)) for group in groups] == [
        ("inventory", 1),
        ("texts", 1),
        ("originals", 4),
        ("originals", 4),
        ("originals", 1),
    ]


@pytest.mark.parametrize("size", [PAYLOAD - 1024, PAYLOAD - 1023, PAYLOAD - 1, PAYLOAD, PAYLOAD + 1, 1, 0])
def test_the_end_of_the_archive_always_fits(size: int) -> None:
    stream = cut(2, [("inventory", b"x" * size)]).stream
    assert len(stream) == -(-(size + len(END_OF_ARCHIVE)) // PAYLOAD) * PAYLOAD


def test_a_stage_that_ends_exactly_with_a_payload_flushes_it() -> None:
    groups = cut(4, [("inventory", b"i" * PAYLOAD), ("texts", b"t" * PAYLOAD), ("manifest", b"")])
    assert [len(group.buffers) for group in groups] == [1, 1, 1]


def test_empty_stages_make_no_groups_of_their_own() -> None:
    groups = cut(2, [("inventory", b"i"), ("texts", b""), ("previews", b""), ("manifest", b"m")])
    assert len(groups) == 1


@pytest.mark.parametrize(
    ("count", "rounded"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (5, 5), (9, 10), (17, 18), (33, 36), (100, 104), (1000, 1024), (15_000, 15_360)],
)
def test_padme_rounds_as_its_paper_says(count: int, rounded: int) -> None:
    assert padme(count) == rounded


def test_the_closing_members_stand_in_their_order() -> None:
    stream = closing_members([("SHA256SUMS", b"1"), ("manifest.signature", b"2"), ("manifest.json", b"3")], TIME)
    assert [each.name for each in members(io.BytesIO(stream + END_OF_ARCHIVE), len(stream) + 1024)] == [
        "SHA256SUMS",
        "manifest.signature",
        "manifest.json",
    ]
