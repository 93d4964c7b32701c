"""How much of one kind every run tries, and what only a long one does or a search."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


def some_of(cases: Iterable[Any], *kept: Any) -> list[Any]:
    """The cases of a test, those *kept* for every run and the others marked ``long``."""
    every = list(cases)
    assert kept, "one of a kind stays in the suite"
    assert not [each for each in kept if each not in every], "a case that is kept is none of them"
    return [each if each in kept else pytest.param(each, marks=pytest.mark.long) for each in every]


def examples(count: int) -> int:
    """How many examples hypothesis tries of those *count* that a search does: a third in every run."""
    return count if settings.get_current_profile_name() == "search" else -(-count // 3)
