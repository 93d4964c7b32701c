"""The demonstration's people say what they did not get."""

import socket

import pytest

from tamizdat.demo import two_people
from tamizdat.demo.two_people import Person
from tamizdat.errors import CheckFailed


def test_a_workbench_that_does_not_answer_in_time_is_not_taken_for_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_people, "PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(CheckFailed, match=r"of the workbench within .*did not answer in time"):
            Person(address).look("/")
    with pytest.raises(CheckFailed, match="nobody answers at its address"):
        Person(address).look("/")
