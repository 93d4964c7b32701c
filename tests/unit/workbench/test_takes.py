"""A take that the camera cut, in the workbench: its first file says how many there are, a later one leads to it."""

from pathlib import Path

import pytest

from support.visitor import Room, Visitor
from tamizdat.encoding import Json
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def editor(room: Room) -> Visitor:
    return room.visitor("editor")


def captured(room: Room, path: str) -> int:
    said: dict[str, Json] = {"consignment": "c0" * 32, "path": path, "size": len(path), "modified": None}
    said |= {"state": "whole", "kind": "original"}
    subject = Subject("original", room.archive.objects.add([path.encode()]))
    statement = Statement("captured", (subject,), said)
    [number] = room.archive.append([sign_statement(statement, [(room.bench.key.public, room.bench.key.sign)])])
    return number


def test_a_cut_take_is_shown_as_one(room: Room, editor: Visitor) -> None:
    first, second = captured(room, "DCIM/GX010042.MP4"), captured(room, "DCIM/GX020042.MP4")
    alone = captured(room, "DCIM/GX010043.MP4")
    assert "wrote this take as 2 files" in editor.get(f"/items/{first}").text
    assert f'<a href="/items/{first}">item {first}</a>' in editor.get(f"/items/{second}").text
    assert "take" not in editor.get(f"/items/{alone}").text.split("<dl", 1)[0].split("<h1", 1)[1]
