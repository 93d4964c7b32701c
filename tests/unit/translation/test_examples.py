"""The examples in the modules' own words, tried."""

import doctest
from types import ModuleType

import pytest

from tamizdat.translation import difference, glossary, numbers, packet_xml, placeables, proposals, segments

WITH_EXAMPLES = (difference, glossary, numbers, packet_xml, placeables, proposals, segments)


@pytest.mark.parametrize("module", WITH_EXAMPLES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_examples_in_the_docs_of_a_module(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
