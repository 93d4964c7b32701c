"""Verifier keys of witnesses on the command line: a key, or a file of keys."""

from pathlib import Path

import pytest

from tamizdat.cli.witness_keys import read_witnesses
from tamizdat.errors import UsageError
from tamizdat.ledger.cosignature import PostQuantumWitness, Witness

SHORT, LONG = Witness("w.example", bytes(32)), PostQuantumWitness("w.example", bytes(1312))


def test_a_key_that_is_longer_than_the_name_of_a_file_is_a_key() -> None:
    assert "/" not in LONG.encode(), "with one it would be a path, which may be longer"
    assert read_witnesses([LONG.encode(), SHORT.encode()]) == [LONG, SHORT]


def test_a_file_holds_a_key_in_each_line(tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text(f"{SHORT.encode()}\n\n{LONG.encode()}\n")
    assert read_witnesses([str(tmp_path / "keys.txt")]) == [SHORT, LONG]


def test_what_is_neither_key_nor_file_is_told() -> None:
    with pytest.raises(UsageError, match="Copy the whole line again"):
        read_witnesses(["keys.txt"])
