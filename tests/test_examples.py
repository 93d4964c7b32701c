"""The examples in the docstrings of the program are true."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

CODE = Path(__file__).resolve().parents[1] / "src"
WITH_EXAMPLES = [
    ".".join(path.relative_to(CODE).with_suffix("").parts)
    for path in sorted(CODE.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_in_the_docs_of_a_module(name: str) -> None:
    found = doctest.testmod(import_module(name.removesuffix(".__init__")))
    assert found.attempted
    assert not found.failed
