"""What has arrived and is not whole: shares in any order give the stream; what contradicts or was damaged does not."""

import os
import random
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from support.field_and_desk import written
from tamizdat.carrying.arrival_journal import Gathering
from tamizdat.carrying.reassembly import Incoming
from tamizdat.carrying.share_files import ShareFiles
from tamizdat.errors import BadArchive, BadConsignment
from tamizdat.keys import SigningKey
from tamizdat.sealing import erasure
from tamizdat.sealing.parcel import SMALL_PAYLOAD, Header

KEY = SigningKey.from_seed(bytes(32)).public
DATA = [bytes([number]) * SMALL_PAYLOAD for number in range(1, 4)]
SHARES = [*DATA, *erasure.parity(DATA, 2)]


def header(index: int, group: bytes = bytes(16), payload: bytes | None = None, **said: Any) -> Header:
    shape = {"first": 0, "k": 3, "n": 5, **said}
    data = SHARES[index] if payload is None else payload
    return Header(
        KEY, group, shape["first"], shape["k"], shape["n"], index, "originals", blake3(data).digest(), bytes(32)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / KEY.hex()


def give(incoming: Incoming, *indexes: int) -> None:
    for index in indexes:
        incoming.take(header(index), written(incoming, SHARES[index]))
    incoming.settle()


def content(incoming: Incoming) -> bytes:
    return incoming.stream().read(incoming.contiguous * SMALL_PAYLOAD)


@pytest.mark.parametrize("chosen", list(combinations(range(5), 3)))
def test_any_three_of_five_shares_give_the_payloads(folder: Path, chosen: tuple[int, ...]) -> None:
    incoming = Incoming(folder)
    order = list(chosen)
    random.Random(1).shuffle(order)
    give(incoming, *order)
    assert incoming.payloads == incoming.contiguous == incoming.expected == 3
    assert content(incoming) == b"".join(DATA)
    assert list((folder / "parity").iterdir()) == []
    assert not any(incoming.needs(header(index)) for index in range(5))
    incoming.remove()
    assert not folder.exists()


def test_two_of_three_are_not_enough_and_the_third_may_come_in_another_run(folder: Path) -> None:
    incoming = Incoming(folder)
    give(incoming, 4, 1)
    assert (incoming.payloads, incoming.contiguous, incoming.expected) == (1, 0, 3)
    incoming.close()
    again = Incoming(folder)
    assert [again.needs(header(index)) for index in range(5)] == [True, False, True, True, False]
    give(again, 3)
    assert content(again) == b"".join(DATA)
    again.close()


@pytest.mark.parametrize("clean", [True, False])
def test_after_a_run_that_ended_or_was_killed_what_is_here_is_known(folder: Path, clean: bool) -> None:
    incoming = Incoming(folder)
    give(incoming, 0, 3)
    if clean:
        incoming.close()
    else:
        incoming.flush()
    again = Incoming(folder)
    assert again.lost == 0
    assert not again.needs(header(0))
    assert not again.needs(header(3))
    give(again, 4)
    assert content(again) == b"".join(DATA)
    again.close()


def test_killed_between_the_decoding_and_the_journal_the_parity_is_asked_for_again(folder: Path) -> None:
    incoming = Incoming(folder)
    give(incoming, 3, 0)
    incoming.flush()
    give(incoming, 4)  # decoded, parity removed …
    again = Incoming(folder)  # … and killed before flush()
    assert again.lost == 1
    assert again.needs(header(3))
    give(again, 1, 2)
    assert content(again) == b"".join(DATA)


def test_what_a_killed_run_took_last_is_no_loss_for_any_later_run(folder: Path) -> None:
    """Else all of a card would be fetched again because the place was away when the desk was switched on again."""
    incoming = Incoming(folder)
    give(incoming, 0)
    incoming.flush()
    give(incoming, 1)  # … and killed before flush()
    again = Incoming(folder)
    assert again.needs(header(1))
    again.close()  # its place gave nothing in this run
    later = Incoming(folder)
    assert later.lost == 0
    assert [later.needs(header(index)) for index in range(3)] == [False, True, True]
    give(later, 1, 2)
    assert content(later) == b"".join(DATA)


def test_what_was_compared_when_it_was_opened_is_not_read_again_to_mend_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    incoming = Incoming(folder)
    give(incoming, 0, 1)
    incoming.flush()
    os.truncate(folder / "payloads" / "1", 1000)
    read: list[int] = []
    share = ShareFiles.read

    def counted(files: ShareFiles, group: bytes, gathering: Gathering, index: int, size: int) -> bytes:
        read.append(index)
        return share(files, group, gathering, index, size)

    monkeypatch.setattr(ShareFiles, "read", counted)
    told = list[int]()
    again = Incoming(folder, told.append)
    again.mend()
    assert read == [0, 1]
    assert told == [(folder / "payloads" / "0").stat().st_size, 1000], "what is read is told, once"
    assert [again.needs(header(index)) for index in range(3)] == [False, True, True]


def test_parity_is_not_believed_when_the_lines_that_told_why_it_is_gone_are_lost(folder: Path) -> None:
    incoming = Incoming(folder)
    give(incoming, 3, 0, 4)  # decoded, parity removed
    incoming.close()
    lines = (folder / "journal").read_bytes().splitlines(keepends=True)
    (folder / "journal").write_bytes(b"".join(lines[:2]))  # of shares 3 and 0
    again = Incoming(folder)
    again.mend()
    assert [again.needs(header(index)) for index in range(5)] == [False, True, True, True, True]
    give(again, 4)  # with share 3 it would be decoded
    give(again, 1)
    assert content(again) == b"".join(DATA)
    again.close()
    assert Incoming(folder).lost == 0


@pytest.mark.parametrize("where", ["payloads", "parity"])
def test_what_the_disk_did_not_keep_after_a_power_cut_is_forgotten(folder: Path, where: str) -> None:
    incoming = Incoming(folder)
    give(incoming, 0, 3)
    incoming.flush()
    path = folder / "payloads" / "0" if where == "payloads" else next((folder / "parity").iterdir())
    os.truncate(path, 1000)
    again = Incoming(folder)
    assert again.lost == 1
    assert again.needs(header(0 if where == "payloads" else 3))
    assert not again.needs(header(3 if where == "payloads" else 0))
    again.close()
    assert Incoming(folder).lost == 1, "the journal still speaks of it, so it is still not believed"


def test_a_journal_that_was_mended_does_not_speak_of_what_the_disk_has_lost(folder: Path) -> None:
    incoming = Incoming(folder)
    give(incoming, 0, 1, 2)
    incoming.close()
    (folder / "payloads/1").unlink()
    (folder / "clean").unlink()
    damaged = Incoming(folder)
    assert (damaged.lost, damaged.payloads, damaged.contiguous) == (1, 2, 1)
    damaged.mend()
    damaged.close()
    again = Incoming(folder)
    assert (again.payloads, again.lost) == (2, 0)
    assert [again.needs(header(index)) for index in range(3)] == [False, True, False]
    give(again, 1)
    assert content(again) == b"".join(DATA)


def test_a_share_our_own_disk_has_altered_never_reaches_the_decoder(folder: Path) -> None:
    incoming = Incoming(folder)
    give(incoming, 0, 3)
    with next((folder / "parity").iterdir()).open("r+b") as file:
        file.write(b"!")
    with pytest.raises(BadArchive, match="own disk"):
        give(incoming, 4)
    assert incoming.payloads == 1


@pytest.mark.parametrize(
    "said", [{"first": 1}, {"k": 2}, {"k": 4}, {"n": 4}, {"n": 6}], ids=lambda said: "-".join(map(str, said.items()))
)
def test_a_share_that_says_otherwise_of_its_group_contradicts(folder: Path, said: dict[str, Any]) -> None:
    incoming = Incoming(folder)
    give(incoming, 0)
    with pytest.raises(BadConsignment, match="agree"):
        incoming.take(header(1, **said), written(incoming, SHARES[1]))
    give(incoming, 1, 2)
    assert content(incoming) == b"".join(DATA)


def test_another_content_for_the_same_share_contradicts(folder: Path) -> None:
    incoming = Incoming(folder)
    give(incoming, 0)
    with pytest.raises(BadConsignment, match="found two"):
        incoming.needs(header(0, payload=DATA[1]))


def test_another_content_for_the_same_payload_in_another_group_contradicts(folder: Path) -> None:
    incoming = Incoming(folder)
    give(incoming, 0)
    other = header(0, group=bytes([1] * 16), payload=DATA[1])
    assert incoming.needs(other)
    with pytest.raises(BadConsignment, match="contradicts itself"):
        incoming.take(other, written(incoming, DATA[1]))


def test_shares_of_different_group_ids_never_combine(folder: Path) -> None:
    """A group was cut off and made again: its old shares are of no use to the new one, even if they look it."""
    incoming = Incoming(folder)
    give(incoming, 0, 3)
    incoming.take(header(4, group=bytes([1] * 16)), written(incoming, SHARES[4]))
    assert incoming.payloads == 1
    for index in (1, 2):
        incoming.take(header(index, group=bytes([1] * 16)), written(incoming, SHARES[index]))
    incoming.settle()
    assert content(incoming) == b"".join(DATA), "three shares of the second id are enough"


def test_a_copy_group_of_one_is_whole_with_any_share(folder: Path) -> None:
    for index in (0, 1):
        incoming = Incoming(folder)
        incoming.take(header(index, payload=DATA[0], k=1, n=2), written(incoming, DATA[0]))
        incoming.settle()
        assert content(incoming) == DATA[0]
        incoming.remove()


@pytest.mark.parametrize(
    "line",
    [
        *("", "x y", "00 0 0 3 5 originals zz", "zz 0 0 3 5 originals 00", "\0" * 30, "a " * 9),
        f"{'00' * 16} 1 0 3 5 originals {'00' * 32} 523777",  # no payload has this size
    ],
)
def test_a_damaged_line_of_the_journal_is_a_loss_and_no_end(folder: Path, line: str) -> None:
    incoming = Incoming(folder)
    give(incoming, 0)
    incoming.close()
    with (folder / "journal").open("a") as journal:
        journal.write(f"{line}\n")
    again = Incoming(folder)
    assert again.lost == 1
    assert not again.needs(header(0))
    again.close()


def test_a_stream_that_was_cut_short_under_us_is_not_taken_for_whole(folder: Path) -> None:
    incoming = Incoming(folder)
    give(incoming, 0, 1, 2)
    (folder / "payloads" / "1").unlink()
    with pytest.raises(BadConsignment, match="a part missing"):
        incoming.stream()
