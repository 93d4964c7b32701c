"""Held to the proof vectors of transparency-dev/merkle: 196 of RFC 6962, and 322 more of subtrees.

Where we are stricter than their verifier, :func:`degenerate` says so: an empty subtree and roots that are not hashes
prove nothing. The browser's verifier is held to the same files.
"""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.shared import VECTORS, needs_shared
from tamizdat.errors import BadProof
from tamizdat.ledger.proof import check_subtree, verify_consistency, verify_inclusion, verify_subtree

PROOFS = VECTORS / "rfc6962-proofs" / "testdata"
pytestmark = needs_shared


def cases(kind: str) -> list[Path]:
    return sorted((PROOFS / kind).rglob("*.json"))


def load(file: Path) -> dict[str, Any]:
    case = json.loads(file.read_bytes())
    for name in ("root", "leafHash", "root1", "root2"):
        if name in case:
            case[name] = base64.b64decode(case[name] or "")
    case["proof"] = [base64.b64decode(each) for each in case["proof"] or []]
    assert isinstance(case, dict)
    return case


def degenerate(case: dict[str, Any]) -> bool:
    """Accepted by their verifier, refused by ours: it would prove nothing."""
    empty = "end" in case and case["start"] == case["end"]
    return empty or any(len(case[name]) != 32 for name in ("root1", "root2") if name in case)


def check_inclusion(case: dict[str, Any]) -> None:
    verify_inclusion(case["leafIdx"], case["treeSize"], case["leafHash"], case["proof"], case["root"])


def check_consistency(case: dict[str, Any]) -> None:
    verify_consistency(case["size1"], case["size2"], case["proof"], case["root1"], case["root2"])


def check_subtree_inclusion(case: dict[str, Any]) -> None:
    start, end = case["start"], case["end"]
    check_subtree(start, end, end)
    verify_inclusion(case["leafIdx"] - start, end - start, case["leafHash"], case["proof"], case["root"])


def check_subtree_consistency(case: dict[str, Any]) -> None:
    verify_subtree(case["start"], case["end"], case["size"], case["proof"], case["root1"], case["root2"])


CHECKS = {
    "inclusion": check_inclusion,
    "consistency": check_consistency,
    "subtreeinclusion": check_subtree_inclusion,
    "subtreeconsistency": check_subtree_consistency,
}


def holds(file: Path) -> bool:
    """Whether the proof of a file holds for us."""
    try:
        CHECKS[file.relative_to(PROOFS).parts[0]](load(file))
    except BadProof:
        return False
    return True


@pytest.mark.parametrize("kind", CHECKS)
def test_proof_vectors(kind: str) -> None:
    for file in cases(kind):
        case = load(file)
        assert holds(file) is not (case["wantErr"] or degenerate(case)), file


def test_the_vectors_are_all_there() -> None:
    counted = {kind: len(cases(kind)) for kind in CHECKS}
    assert counted["inclusion"] + counted["consistency"] == 196
    assert sum(counted.values()) == 518


def test_we_are_stricter_in_exactly_these_places() -> None:
    files: Sequence[Path] = sorted(PROOFS.rglob("*.json"))
    stricter = [file for file in files if not (case := load(file))["wantErr"] and degenerate(case)]
    assert [file.parent.parent.name for file in stricter].count("consistency") == 1
    assert len(stricter) == 8
