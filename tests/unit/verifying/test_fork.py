"""Evidence of a fork accuses whoever holds a key: it is proved by that key alone, or it is nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tamizdat.encoding import b64, canonical
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.merkle import leaf_hash
from tamizdat.ledger.note import Verifier
from tamizdat.ledger.signing import sign_checkpoint
from tamizdat.ledger.tree import Tree
from tamizdat.verifying import verify

LOG, OTHER = SigningKey.from_seed(bytes([1]) * 32), SigningKey.from_seed(bytes([2]) * 32)
ORIGIN = "tamizdat.example/ledger"
ONE, TWO = (Tree(leaf_hash(b"%b %d" % (name, n)) for n in range(7)) for name in (b"one", b"two"))


def note(tree: Tree, size: int, key: SigningKey = LOG) -> str:
    return sign_checkpoint(Checkpoint(ORIGIN, size, tree.root(size)), key.public, key.sign).decode()


def of_one_size() -> dict[str, Any]:
    key = Verifier(ORIGIN, LOG.public).encode()
    return {
        "_type": "tag:tamizdat,2026:fork", "begins": None, "key": key, "notes": [note(ONE, 5), note(TWO, 5)],
        "proof": [],
    }  # fmt: skip


def of_two_sizes(earlier: Tree = ONE) -> dict[str, Any]:
    proof = [b64(each) for each in TWO.consistency_proof(5, 7)]
    notes = [note(earlier, 5), note(TWO, 7)]
    return {**of_one_size(), "begins": TWO.root(5).hex(), "notes": notes, "proof": proof}


def is_proved(folder: Path, said: dict[str, Any]) -> bool:
    (folder / "fork.json").write_bytes(canonical(said))
    report = verify(folder / "fork.json")
    assert [link.name for link in report.links] == ["fork"]
    return report.holds


@pytest.mark.parametrize("said", [of_one_size(), of_two_sizes()])
def test_two_checkpoints_of_one_key_that_cannot_both_be_true_are_a_fork(tmp_path: Path, said: dict[str, Any]) -> None:
    assert is_proved(tmp_path, said)


def test_a_ledger_that_only_grew_is_none(tmp_path: Path) -> None:
    assert not is_proved(tmp_path, of_two_sizes(earlier=TWO))
    assert not is_proved(tmp_path, {**of_one_size(), "notes": [note(ONE, 5)] * 2})


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(notes=[said["notes"][0], note(TWO, 5, OTHER)]),
        lambda said: said.update(notes=[note(ONE, 5, OTHER), said["notes"][1]]),
        lambda said: said.update(key=Verifier(ORIGIN, OTHER.public).encode()),
        lambda said: said.update(key=Verifier("elsewhere.example", LOG.public).encode()),
        lambda said: said.update(notes=said["notes"][:1]),
        lambda said: said.update(notes=[7, 7]),
        lambda said: said.update(notes={}),
        lambda said: said.update(proof={}),
        lambda said: said.update(proof=[7]),
        lambda said: said.update(key=7),
        lambda said: said.update(begins=7),
        lambda said: said.update(more="of it"),
        *(lambda said, name=name: said.pop(name) for name in ("begins", "key", "notes", "proof")),
    ],
)
@pytest.mark.parametrize("made", [of_one_size, of_two_sizes])
def test_what_that_key_did_not_sign_or_what_is_written_otherwise_proves_nothing(
    tmp_path: Path, made: Callable[[], dict[str, Any]], change: Callable[[Any], object]
) -> None:
    said = made()
    change(said)
    assert not is_proved(tmp_path, said)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(begins=ONE.root(5).hex()),
        lambda said: said.update(begins=ONE.root(4).hex()),
        lambda said: said.update(begins=None),
        lambda said: said.update(proof=said["proof"][1:]),
        lambda said: said.update(proof=[]),
        lambda said: said.update(notes=said["notes"][::-1]),
    ],
)
def test_a_beginning_that_the_larger_ledger_does_not_have_proves_nothing(
    tmp_path: Path, change: Callable[[Any], object]
) -> None:
    said = of_two_sizes()
    change(said)
    assert not is_proved(tmp_path, said)


def test_a_proof_beside_two_checkpoints_of_one_size_is_refused(tmp_path: Path) -> None:
    assert not is_proved(tmp_path, {**of_one_size(), "proof": of_two_sizes()["proof"]})
    assert not is_proved(tmp_path, {**of_one_size(), "begins": TWO.root(5).hex()})
