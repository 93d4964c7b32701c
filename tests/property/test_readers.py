"""Valid inputs changed by structure make no reader raise anything but our own errors (the long run is tests/long)."""

import random
from contextlib import suppress

import pytest

from support.readers import READERS
from tamizdat.errors import TamizdatError

EACH = 400  #: inputs of each reader; tests/long/fuzz_readers.py reads a hundred thousand


@pytest.mark.parametrize("name", READERS)
def test_a_changed_input_is_read_truly_or_refused_by_an_error_of_ours(name: str) -> None:
    reader = READERS[name]
    refused = 0
    for seed in range(EACH):
        data = reader.make(random.Random(f"{name} {seed}"))
        try:
            reader.read(data)
        except TamizdatError:
            refused += 1
        except Exception as error:
            raise AssertionError(f"seed {seed} of {name}: {type(error).__name__}") from error
    assert refused > EACH // 3, "the changes are changes"


@pytest.mark.parametrize("name", READERS)
def test_the_same_seed_makes_the_same_input(name: str) -> None:
    with suppress(TamizdatError):
        assert READERS[name].make(random.Random(7)) == READERS[name].make(random.Random(7))
