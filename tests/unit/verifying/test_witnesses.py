"""Who signed the checkpoint beside the log: all whom the reader demands, and only this ledger's beginnings are kept."""

from pathlib import Path

import pytest

from support.published_desk import key
from support.site_maker import Desk, put, small_site
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Witness
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.signing import cosign, sign_checkpoint
from tamizdat.ledger.tree import Tree
from tamizdat.verifying import Link, Verdict, verify
from tamizdat.verifying.trust import Trust

SEEN = 1_790_000_000
ONE, OTHER = (Witness(f"{name}.example", key(number).public) for name, number in (("one", 8), ("other", 9)))
SEEDS = {ONE: key(8), OTHER: key(9)}


def cosigned(note: bytes, *witnesses: Witness) -> bytes:
    text = note.partition(b"\n\n")[0] + b"\n"
    return note + b"".join(cosign(text, each, SEEN, SEEDS[each].sign) for each in witnesses)


def kept(desk: Desk, size: int, entries: list[bytes] | None = None, origin: str = "") -> bytes:
    """The log's note under its first *size* entries."""
    root = Tree(map(leaf_hash, (entries or desk.entries)[:size])).root()
    return sign_checkpoint(Checkpoint(origin or desk.origin, size, root), desk.log.public, desk.log.sign)


def link(site: Path, name: str, *demanded: Witness) -> Link:
    [found] = [each for each in verify(site, trust=Trust(witnesses=demanded)).links if each.name == name]
    return found


@pytest.mark.parametrize(
    ("demanded", "signed", "verdict"),
    [
        ((ONE,), (ONE,), Verdict.PROVED),
        ((ONE, OTHER), (ONE, OTHER), Verdict.PROVED),
        ((ONE, OTHER), (ONE,), Verdict.BROKEN),
        ((ONE, OTHER), (OTHER,), Verdict.BROKEN),
        ((ONE,), (OTHER,), Verdict.BROKEN),
        ((ONE,), (), Verdict.BROKEN),
    ],
)
def test_each_witness_that_the_reader_demands_must_have_signed(
    tmp_path: Path, demanded: tuple[Witness, ...], signed: tuple[Witness, ...], verdict: Verdict
) -> None:
    small_site(tmp_path)
    put(tmp_path, "ledger/checkpoints/256/checkpoint", cosigned((tmp_path / "ledger/checkpoint").read_bytes(), *signed))
    found = link(tmp_path, "witnesses", *demanded)
    assert found.verdict is verdict
    assert verdict is Verdict.BROKEN or all(each.name in found.detail for each in signed)


def test_other_bytes_in_the_place_of_the_checkpoint_are_no_word_of_witnesses(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    other = sign_checkpoint(Checkpoint(desk.origin, 256, bytes(32)), desk.log.public, desk.log.sign)
    put(tmp_path, "ledger/checkpoints/256/checkpoint", cosigned(other, ONE))
    found = link(tmp_path, "witnesses", ONE)
    assert (found.verdict, "other bytes" in found.detail) == (Verdict.BROKEN, True)


def test_kept_checkpoints_that_are_beginnings_of_the_ledger_hold(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    for size in (1, 7, 256):
        put(tmp_path, f"ledger/checkpoints/{size}/checkpoint", kept(desk, size))
    assert link(tmp_path, "checkpoints").verdict is Verdict.PROVED
    assert verify(tmp_path).holds


@pytest.mark.parametrize("other", ["entries", "name"])
def test_a_kept_checkpoint_of_another_ledger_accuses_the_log(tmp_path: Path, other: str) -> None:
    """The log signed two ledgers: who keeps the other one has the evidence."""
    desk = small_site(tmp_path)
    note = kept(desk, 7, [bytes(32)] * 7) if other == "entries" else kept(desk, 7, origin="another.example/ledger")
    put(tmp_path, "ledger/checkpoints/7/checkpoint", note)
    found = link(tmp_path, "checkpoints")
    assert (found.verdict, "Tell others" in found.detail) == (Verdict.BROKEN, True)


@pytest.mark.parametrize(("folder", "size"), [(8, 7), (300, 256), (300, 300)])
def test_a_kept_checkpoint_of_another_size_than_its_folder_says_or_than_there_is_does_not_hold(
    tmp_path: Path, folder: int, size: int
) -> None:
    desk = small_site(tmp_path)
    entries = [*desk.entries, *[bytes(32)] * 44]
    put(tmp_path, f"ledger/checkpoints/{folder}/checkpoint", kept(desk, size, entries))
    assert link(tmp_path, "checkpoints").verdict is Verdict.BROKEN


def test_a_kept_checkpoint_under_the_logs_name_with_a_signature_that_does_not_hold_is_broken(tmp_path: Path) -> None:
    desk = small_site(tmp_path)
    good, another = kept(desk, 7), kept(desk, 8)
    text, line = good.partition(b"\n\n")[0], another.partition(b"\n\n")[2]
    put(tmp_path, "ledger/checkpoints/7/checkpoint", text + b"\n\n" + line)
    assert link(tmp_path, "checkpoints").verdict is Verdict.BROKEN
