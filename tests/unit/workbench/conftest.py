"""A room with a workbench, new for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.visitor import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.close()
