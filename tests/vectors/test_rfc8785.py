"""Held to the test data of RFC 8785 (JSON Canonicalization Scheme)."""

import json

import pytest

from support.shared import VECTORS, needs_shared
from tamizdat.encoding import canonical, parse_canonical
from tamizdat.errors import BadEncoding

pytestmark = needs_shared

DATA = VECTORS / "rfc8785" / "testdata"
NAMES = ["arrays", "french", "structures", "unicode", "values", "weird"]


@pytest.mark.parametrize("name", NAMES)
def test_canonical_form(name: str) -> None:
    ours = canonical(json.loads((DATA / "input" / f"{name}.json").read_bytes()))
    assert ours == (DATA / "output" / f"{name}.json").read_bytes()
    assert ours == bytes.fromhex((DATA / "outhex" / f"{name}.txt").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_the_form_before_is_refused_by_the_reader(name: str) -> None:
    with pytest.raises(BadEncoding):
        parse_canonical((DATA / "input" / f"{name}.json").read_bytes(), "a vector")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "values"])
def test_the_canonical_form_is_accepted_by_the_reader(name: str) -> None:
    data = (DATA / "output" / f"{name}.json").read_bytes()
    assert canonical(parse_canonical(data, "a vector")) == data


def test_fractions_are_refused_by_the_reader_although_they_are_canonical() -> None:
    with pytest.raises(BadEncoding):
        parse_canonical((DATA / "output" / "values.json").read_bytes(), "a vector")


def test_all_vectors_were_checked() -> None:
    assert sorted(path.stem for path in (DATA / "input").iterdir()) == NAMES
