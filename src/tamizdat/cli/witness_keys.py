"""Verifier keys of witnesses, as they are given on the command line: a key, or a file with one in each line."""

from collections.abc import Sequence
from pathlib import Path

from tamizdat.disk.files import refusals
from tamizdat.errors import BadNote, UsageError
from tamizdat.ledger.cosignature import Witness, parse_witness


def read_witnesses(given: Sequence[str]) -> list[Witness]:
    """Return the keys that are *given*, or stand in the files that are; raises UsageError."""
    lines: list[str] = []
    for each in given:
        if _is_file(each):
            with refusals("the file of keys"):
                lines += filter(str.strip, Path(each).read_text("utf-8", "replace").splitlines())
        else:
            lines.append(each)
    try:
        return [parse_witness(each.strip()) for each in lines]
    except BadNote as error:
        raise UsageError(f"This is no key of a witness. {error} Copy the whole line again.") from error


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except OSError:  # a key of ML-DSA-44 that has no slash is longer than the name of a file may be
        return False
