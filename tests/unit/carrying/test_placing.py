"""Payloads written straight into the card's files: what counts is read back as it came, whoever else had the same."""

import contextlib
import io
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from blake3 import blake3

from support.field_and_desk import written
from tamizdat.carrying.arrived_stream import Stream
from tamizdat.carrying.layout import BETWEEN, Foreseen, Layout, Piece
from tamizdat.carrying.placed_payloads import MOST, Placed
from tamizdat.carrying.reassembly import Incoming
from tamizdat.encoding import timestamp
from tamizdat.errors import BadConsignment, StorageRefused
from tamizdat.keys import SigningKey
from tamizdat.sealing.parcel import PAYLOAD, SMALL_PAYLOAD, Header
from tamizdat.sealing.pax import member, member_header, member_header_size

KEY = SigningKey.from_seed(bytes(32)).public
SIZE = SMALL_PAYLOAD
DATA = [os.urandom(SIZE) for _ in range(3)]
FILES = [(512, 100_000), (101_376, 1_000_000), (1_102_336, SIZE * 3 - 1_102_336 - 1_024)]


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    made = Incoming(tmp_path / "incoming" / KEY.hex())
    made.placing.layout = Layout(FILES, SIZE)
    return made


def header(index: int, data: bytes, group: bytes = bytes(16)) -> Header:
    return Header(KEY, group, 0, 3, 3, index, "originals", blake3(data).digest(), bytes(32))


def place(incoming: Incoming, index: int, data: bytes) -> Placed:
    placed = incoming.place(header(index, data), memoryview(data))
    assert placed is not None
    return placed


def take_all(incoming: Incoming) -> None:
    for index in (2, 0, 1):
        incoming.take(header(index, DATA[index]), place(incoming, index, DATA[index]))
        incoming.placing.release(index)
    incoming.flush()


def content(incoming: Incoming) -> bytes:
    return incoming.stream().read(3 * SIZE)


def test_a_payload_that_is_placed_replaces_what_the_disk_has_damaged_of_it(incoming: Incoming) -> None:
    take_all(incoming)
    damaged = incoming.folder / "payloads" / "1"
    damaged.write_bytes(DATA[1][:4096])
    assert incoming.distrust() == 1
    incoming.take(header(1, DATA[1]), place(incoming, 1, DATA[1]))
    assert content(incoming) == b"".join(DATA)
    assert not damaged.exists()


def test_payloads_that_were_placed_lie_in_the_files_and_nowhere_else(incoming: Incoming) -> None:
    take_all(incoming)
    stream = b"".join(DATA)
    assert content(incoming) == stream
    for number, (offset, size) in enumerate(FILES):
        assert (incoming.moved.files / str(number)).read_bytes() == stream[offset : offset + size]
    assert list((incoming.folder / "payloads").iterdir()) == []


def test_a_line_that_the_disk_has_damaged_in_the_list_of_what_was_placed_costs_that_payload(incoming: Incoming) -> None:
    take_all(incoming)
    incoming.close()
    first, rest = (incoming.folder / "moved").read_bytes().split(b"\n", 1)
    (incoming.folder / "moved").write_bytes(first[:3] + b"\xff" + first[4:] + b"\n" + rest)
    (incoming.folder / "adopted").write_bytes(b"\xff damaged\n")
    opened = Incoming(incoming.folder)
    assert (opened.lost, opened.numbers) == (1, {0, 1})
    opened.mend()
    opened.close()
    again = Incoming(incoming.folder)
    assert (again.lost, again.numbers) == (0, {0, 1})
    again.take(header(2, DATA[2]), written(again, DATA[2]))
    assert content(again) == b"".join(DATA)


def test_without_its_journal_what_was_placed_is_a_loss_too(incoming: Incoming) -> None:
    take_all(incoming)
    incoming.close()
    (incoming.folder / "journal").unlink()
    assert Incoming(incoming.folder).lost == 1


def test_a_wrong_digit_in_the_list_of_what_was_placed_is_noticed_and_lines_without_a_check_still_count(
    incoming: Incoming,
) -> None:
    take_all(incoming)
    incoming.close()
    moved = incoming.folder / "moved"
    lines = moved.read_text("ascii").splitlines()
    # as if two payloads had the same bytes between files: what is fetched again of one would be written over the other
    lines[0] = lines[0].replace(f"-:{lines[0].split('-:')[1].split(':')[0]}:", "-:1:")
    moved.write_text("".join(f"{line}\n" for line in lines), "ascii")
    assert Incoming(incoming.folder).lost == 1
    incoming.close()
    moved.write_text("".join(f"{line.rpartition(' ')[0]}\n" for line in lines), "ascii")
    assert Incoming(incoming.folder).lost == 0, "as an earlier version wrote them: nothing tells"


@pytest.mark.parametrize("in_order", [True, False])
def test_what_was_placed_is_there_after_the_run_and_after_a_kill(incoming: Incoming, in_order: bool) -> None:
    take_all(incoming)
    if in_order:
        incoming.close()
    again = Incoming(incoming.folder)
    assert (again.lost, again.payloads, content(again)) == (0, 3, b"".join(DATA))


def test_a_placed_payload_that_the_disk_has_damaged_is_placed_anew(incoming: Incoming) -> None:
    take_all(incoming)
    with (incoming.moved.files / "1").open("r+b") as file:
        file.seek(500_000)
        file.write(b"damage")
    again = Incoming(incoming.folder)
    assert (again.lost, again.numbers) == (1, {0, 2})
    again.placing.layout = Layout(FILES, SIZE)
    again.take(header(1, DATA[1]), place(again, 1, DATA[1]))
    assert content(again) == b"".join(DATA)


def test_a_payload_that_two_places_give_is_placed_by_one(incoming: Incoming) -> None:
    placed = place(incoming, 0, DATA[0])
    assert incoming.place(header(0, DATA[0]), memoryview(DATA[0])) is None, "it is being decided"
    incoming.take(header(0, DATA[0]), placed)
    incoming.placing.release(0)
    assert incoming.place(header(0, DATA[0]), memoryview(DATA[0])) is None, "it is here"


def test_other_bytes_for_a_payload_that_is_here_change_no_file(incoming: Incoming) -> None:
    take_all(incoming)
    lie = os.urandom(SIZE)
    assert incoming.place(header(1, lie, group=bytes([1]) * 16), memoryview(lie)) is None
    with pytest.raises(BadConsignment, match="contradicts itself"):
        incoming.take(header(1, lie, group=bytes([1]) * 16), written(incoming, lie))
    assert content(incoming) == b"".join(DATA)


def test_a_lie_that_was_placed_first_gives_way_to_what_was_taken(incoming: Incoming) -> None:
    lie = os.urandom(SIZE)
    placed = place(incoming, 1, lie)
    incoming.take(header(1, DATA[1]), written(incoming, DATA[1]))
    with pytest.raises(BadConsignment, match="contradicts itself"):
        incoming.take(header(1, lie, group=bytes([1]) * 16), placed)
    incoming.placing.release(1)
    for index in (0, 2):
        incoming.take(header(index, DATA[index]), place(incoming, index, DATA[index]))
    assert content(incoming) == b"".join(DATA)


def test_nothing_is_placed_while_a_consignment_is_taken_in(incoming: Incoming) -> None:
    with incoming.placing.held():
        assert incoming.place(header(0, DATA[0]), memoryview(DATA[0])) is None
    assert incoming.place(header(0, DATA[0]), memoryview(DATA[0])) is not None


def test_taking_in_waits_for_who_is_writing_into_a_file(incoming: Incoming, tmp_path: Path) -> None:
    incoming.moved.files.mkdir()
    os.mkfifo(incoming.moved.files / "0")  # opening it waits for a reader: a disk that is slow

    def write() -> None:
        with contextlib.suppress(StorageRefused):  # a pipe cannot be made longer
            incoming.place(header(0, DATA[0]), memoryview(DATA[0]))

    threading.Thread(target=write, daemon=True).start()
    while not incoming.placing._writing:
        pass
    holding = threading.Thread(target=incoming.placing.hold, daemon=True)
    holding.start()
    holding.join(0.05)
    assert holding.is_alive()
    reader = os.open(incoming.moved.files / "0", os.O_RDONLY | os.O_NONBLOCK)
    holding.join(60)
    os.close(reader)
    assert not holding.is_alive()


def test_payloads_of_many_small_files_are_not_written_into_each(incoming: Incoming) -> None:
    incoming.placing.layout = Layout([(512 + 1024 * number, 300) for number in range(MOST + 1)], SIZE)
    assert incoming.place(header(0, DATA[0]), memoryview(DATA[0])) is None


def test_payloads_that_lie_elsewhere_than_the_manifest_says_are_payloads_again(incoming: Incoming) -> None:
    """The sealing was concluded early: where the inventory promised the third file come the closing documents."""
    take_all(incoming)
    true = Layout(FILES[:2], SIZE)
    incoming.moved.take_back(true, incoming.folder / "payloads")
    assert [path.name for path in (incoming.folder / "payloads").iterdir()] == ["2"]
    assert (0 in incoming.moved, 2 in incoming.moved) == (True, False)
    assert content(incoming) == content(Incoming(incoming.folder)) == b"".join(DATA)


def test_pieces_of_a_payload_are_its_bytes_in_order() -> None:
    layout = Layout([(512, 3), (1536, 0), (2048, 2 * PAYLOAD)], PAYLOAD)
    assert layout.pieces(0) == [
        Piece(BETWEEN, 0, 512),
        Piece(0, 0, 3),
        Piece(BETWEEN, 515, 1533),
        Piece(2, 0, PAYLOAD - 2048),
    ]
    assert layout.pieces(1) == [Piece(2, PAYLOAD - 2048, PAYLOAD)]
    assert layout.pieces(3) == [Piece(BETWEEN, 0, PAYLOAD)]


@pytest.mark.parametrize(
    ("name", "size", "second"),
    [
        ("card/a.bin", 5, 0),
        ("card/" + "a" * 95, 5, 0),
        ("card/" + "a" * 96, 5, 0),
        ("card/采访.mov", 5, 1_300_000_000),
        ("card/a.bin", (1 << 33) - 1, 0),
        ("card/a.bin", 1 << 33, 0),
        ("card/a.bin", 5, -1),
        ("card/a.bin", 5, 8**11 - 1),
        ("card/a.bin", 5, 8**11),
    ],
)
def test_a_header_is_as_long_as_was_foreseen(name: str, size: int, second: int) -> None:
    modified = timestamp(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second))
    assert member_header_size(name, size, modified) == len(member_header(name, size, modified))


def test_a_first_file_that_is_no_inventory_tells_no_layout() -> None:
    stream = member("card/a.bin", b"bytes", "2011-04-03T02:11:09Z")
    with pytest.raises(BadConsignment, match=r"inventory\.json"):
        Foreseen().look(io.BytesIO(stream), len(stream), SIZE)


def test_a_file_of_64_gib_is_written_and_read_where_offsets_are_larger_than_machines_like(tmp_path: Path) -> None:
    incoming, size = Incoming(tmp_path / "incoming" / KEY.hex()), 64 << 30
    files = [(1_024, 20_000), (22_528, size)]  # a hole: what nobody writes takes no room
    incoming.placing.layout = Layout(files, PAYLOAD)
    data = {at // PAYLOAD: os.urandom(PAYLOAD) for at in (1 << 31, 1 << 32, 1 << 33, 1 << 35, size - PAYLOAD)}
    for number, payload in data.items():
        said = Header(KEY, number.to_bytes(16), number, 1, 1, 0, "originals", blake3(payload).digest(), bytes(32))
        placed = incoming.place(said, memoryview(payload))
        assert placed is not None
        incoming.take(said, placed)
    incoming.close()
    again = Incoming(incoming.folder)
    assert (again.moved.files / "1").stat().st_size == size
    stream = Stream(again.folder / "payloads", size // PAYLOAD, again.moved, PAYLOAD)
    for number, payload in data.items():
        room = memoryview(bytearray(PAYLOAD - 1_000))
        stream.read_at(number * PAYLOAD + 1_000, room)
        assert room == payload[1_000:]
    assert again.expected == max(data) + 1
