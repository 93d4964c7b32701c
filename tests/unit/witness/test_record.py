"""A witness signs one ledger and never two, also when its folder was copied, restored or damaged."""

import shutil
import threading
from pathlib import Path

import pytest

from support.published_desk import key
from tamizdat.disk.lock import locked
from tamizdat.errors import BadArchive, BadNote, BadProof, KeyMissing, UsageError
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.note import Verifier, open_note
from tamizdat.ledger.signing import sign_checkpoint
from tamizdat.ledger.tree import Tree, leaf_hash
from tamizdat.verifying import Verdict, verify
from tamizdat.witness.record import Behind, Conflict, Forked, Record

ORIGIN, LOG = "desk.example/ledger", key(2)
VERIFIER = Verifier(ORIGIN, LOG.public)
NOW = 1_790_000_000


def tree(size: int, fork: int = 1 << 60) -> Tree:
    """A ledger of that size; from entry *fork* on another one."""
    return Tree(leaf_hash(b"%d" % (number + (1 << 32) * (number >= fork))) for number in range(size))


def note(ledger: Tree) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, ledger.size, ledger.root()), LOG.public, LOG.sign)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    record = Record.create(tmp_path / "witness", "w.example")
    record.watch(VERIFIER)
    record.sign(note(tree(3)), 0, [], NOW)
    return record


def test_the_record_is_on_the_disk_before_the_signature_leaves(record: Record) -> None:
    lines = record.sign(note(tree(5)), 3, tree(5).consistency_proof(3), NOW)
    kept = Record.open(record.folder).log(ORIGIN)
    assert kept
    assert kept.note == note(tree(5)) + lines
    assert set(open_note(kept.note, record.witnesses).signed) == set(record.witnesses)


def test_a_full_disk_lets_no_signature_leave(record: Record) -> None:
    at = next((record.folder / "logs").iterdir())
    (at / ".checkpoint.part").mkdir()  # nothing can be written there
    with pytest.raises(Exception, match="The system refused"):
        record.sign(note(tree(5)), 3, tree(5).consistency_proof(3), NOW)
    assert Record.open(record.folder).log(ORIGIN) == record.log(ORIGIN)


def test_the_same_checkpoint_again_gives_the_same_lines(record: Record) -> None:
    assert record.sign(note(tree(3)), 3, [], NOW + 9) == record.sign(note(tree(3)), 3, [], NOW + 99)


def test_only_what_was_signed_last_may_be_continued(record: Record) -> None:
    for old in (0, 2, 4):
        with pytest.raises(Conflict) as conflict:
            record.sign(note(tree(5)), old, [], NOW)
        assert conflict.value.size == 3
    with pytest.raises(UsageError):
        record.sign(note(tree(5)), 6, [], NOW)
    with pytest.raises(BadProof):
        record.sign(note(tree(5)), 3, [], NOW)
    with pytest.raises(Conflict):
        record.sign(note(tree(2)), 0, [], NOW)


def test_a_ledger_that_began_empty_or_was_copied_first_is_signed_on(tmp_path: Path) -> None:
    asked, copied = (Record.create(tmp_path / name, "w.example") for name in ("asked", "copied"))
    for each in (asked, copied):
        each.watch(VERIFIER)
    asked.sign(note(tree(0)), 0, [], NOW)
    asked.sign(note(tree(3)), 0, [], NOW)
    for size in (0, 3):
        grown = tree(size)
        # mypy cannot tell the type of what a lambda has as its default
        copied.sign_copy(note(grown), lambda old, grown=grown: (grown.root(old), grown.consistency_proof(old)), NOW)  # type: ignore[misc]
    for each in (asked, copied):
        assert each.sign(note(tree(5)), 3, tree(5).consistency_proof(3), NOW)


def test_strangers_are_refused(record: Record) -> None:
    other = sign_checkpoint(Checkpoint("else.example", 3, bytes(32)), LOG.public, LOG.sign)
    with pytest.raises(KeyMissing):
        record.sign(other, 0, [], NOW)
    forged = sign_checkpoint(Checkpoint(ORIGIN, 3, tree(3).root()), key(8).public, key(8).sign)
    with pytest.raises(BadNote):
        record.sign(forged, 3, [], NOW)


@pytest.mark.parametrize(("size", "words"), [(3, "both are of 3 entries"), (5, "the other of 5, whose first 3")])
def test_a_fork_is_refused_and_one_file_convinces_a_third_party(record: Record, size: int, words: str) -> None:
    forked = tree(size, fork=1)
    with pytest.raises(Forked) as refused:
        record.sign(note(forked), 3, forked.consistency_proof(3) if size > 3 else [], NOW)
    evidence = refused.value.evidence
    assert evidence
    [link] = verify(evidence).links
    assert link.verdict is Verdict.PROVED
    assert words in link.detail
    assert VERIFIER.encode() in link.detail
    assert record.log(ORIGIN).checkpoint.root == tree(3).root()  # type: ignore[union-attr]


def test_a_proof_that_shows_no_more_is_kept_as_it_came(record: Record) -> None:
    """Where the earlier ledger is a whole subtree its root is not in the proof; the note is kept all the same."""
    record.sign(note(tree(4)), 3, tree(4).consistency_proof(3), NOW)
    forked = tree(8, fork=1)
    with pytest.raises(BadProof):
        record.sign(note(forked), 4, forked.consistency_proof(4), NOW)
    [watched] = record.all_logs()
    assert (watched.folder / "refused").read_bytes() == note(forked)


def test_a_restored_folder_signs_nothing_until_the_newest_site_was_copied(record: Record, tmp_path: Path) -> None:
    copy = tmp_path / "restored"
    shutil.copytree(record.folder, copy)
    record.sign(note(tree(5)), 3, tree(5).consistency_proof(3), NOW)
    restored = Record.open(copy)
    for _ in range(2):  # also the next time it is opened
        with pytest.raises(Behind):
            restored.sign(note(tree(4)), 3, tree(4).consistency_proof(3), NOW)
        restored = Record.open(copy)
    grown = tree(6)
    restored.sign_copy(note(grown), lambda size: (grown.root(size), grown.consistency_proof(size)), NOW)
    restored.sign(note(tree(7)), 6, tree(7).consistency_proof(6), NOW)


def test_a_state_that_went_back_is_noticed_by_a_later_signature_of_its_own(record: Record) -> None:
    at = next((record.folder / "logs").iterdir()) / "checkpoint"
    before = at.read_bytes()
    lines = record.sign(note(tree(9)), 3, tree(9).consistency_proof(3), NOW)
    at.write_bytes(before)  # the file alone, in the same folder
    with pytest.raises(Behind):
        record.sign(note(tree(9)) + lines, 3, tree(9).consistency_proof(3), NOW)
    with pytest.raises(Behind):
        record.sign(note(tree(5)), 3, tree(5).consistency_proof(3), NOW)
    five, nine = tree(5), tree(9)
    with pytest.raises(Behind, match="9 entries or more"):  # an older copy does not bring it up to date
        record.sign_copy(note(five), lambda size: (five.root(size), five.consistency_proof(size)), NOW)
    record.sign_copy(note(nine), lambda size: (nine.root(size), nine.consistency_proof(size)), NOW)
    record.sign(note(tree(10)), 9, tree(10).consistency_proof(9), NOW)


def test_of_its_own_later_signatures_the_latest_counts_in_whatever_order_they_are_met(record: Record) -> None:
    at = next((record.folder / "logs").iterdir()) / "checkpoint"
    before, met, last = at.read_bytes(), [], 3
    for size in (7, 9):
        proof = tree(size).consistency_proof(last)
        met.append(note(tree(size)) + record.sign(note(tree(size)), last, proof, NOW))
        last = size
    at.write_bytes(before)
    for later in (met[1], met[0]):
        with pytest.raises(Behind):
            record.sign(later, 3, [], NOW)
    eight = tree(8)
    with pytest.raises(Behind, match="9 entries or more"):
        record.sign_copy(note(eight), lambda size: (eight.root(size), eight.consistency_proof(size)), NOW)


@pytest.mark.parametrize("written", [b"", b"x", b"-1", b"9" * 5000])
def test_a_damaged_mark_that_it_is_behind_counts_as_one(record: Record, written: bytes) -> None:
    (next((record.folder / "logs").iterdir()) / "behind").write_bytes(written)
    five = tree(5)
    with pytest.raises(Behind):
        record.sign(note(five), 3, five.consistency_proof(3), NOW)
    record.sign_copy(note(five), lambda size: (five.root(size), five.consistency_proof(size)), NOW)


def test_a_damaged_record_signs_nothing(record: Record) -> None:
    at = next((record.folder / "logs").iterdir()) / "checkpoint"
    unsigned = note(tree(4))  # by the log alone: we never signed it
    for damage in (b"", at.read_bytes()[:-30], at.read_bytes().replace(b"\n3\n", b"\n2\n"), unsigned):
        at.write_bytes(damage)
        with pytest.raises(BadArchive):
            Record.open(record.folder).sign(note(tree(5)), 3, tree(5).consistency_proof(3), NOW)
    (record.folder / "witness.key").write_text("TAMIZDAT-SIGNING-KEY-1QQ")
    with pytest.raises(BadArchive):
        Record.open(record.folder)


def test_a_witness_has_one_name_and_none_that_no_note_holds(record: Record, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"w\.example"):
        Record.create(record.folder, "other.example")
    assert Record.create(record.folder, "").name == "w.example"
    with pytest.raises(BadNote):
        Record.create(tmp_path / "new", "a name with spaces")
    assert not (tmp_path / "new/witness.key").exists()
    assert (record.folder / "witness.key").stat().st_mode & 0o077 == 0


def test_a_ledger_whose_key_was_replaced_is_watched_on(record: Record) -> None:
    new = key(7)
    record.watch(Verifier(ORIGIN, new.public))
    signed = sign_checkpoint(Checkpoint(ORIGIN, 5, tree(5).root()), new.public, new.sign)
    assert record.sign(signed, 3, tree(5).consistency_proof(3), NOW)


def test_two_that_make_a_witness_at_the_same_moment_make_one(tmp_path: Path) -> None:
    made: list[Record] = []
    makers = [threading.Thread(target=lambda: made.append(Record.create(tmp_path / "w", ""))) for _ in range(2)]
    (tmp_path / "w").mkdir(mode=0o700)
    with locked(tmp_path / "w" / ".lock"):  # both have seen that there is none yet
        for maker in makers:
            maker.start()
        for maker in makers:
            maker.join(0.1)
        assert not made
    for maker in makers:
        maker.join()
    assert {each.key.public for each in made} == {Record.open(tmp_path / "w").key.public}
