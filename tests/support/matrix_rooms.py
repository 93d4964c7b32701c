"""Exports of rooms of Matrix, as Element writes them."""

import json
from typing import Any

BEGAN = 1368340080000  #: 12 May 2013, 06:28, in milliseconds
ROOM = "!VxQm:a.example"
LIN, WANG = "@lin:a.example", "@王:b.example"


def number(at: int) -> str:
    """The id of an event."""
    return f"$8mNRz_{at}-k"


def event(at: int, kind: str, content: dict[str, Any], sender: str = LIN, **more: Any) -> dict[str, Any]:
    """An event, *at* seconds after :data:`BEGAN`."""
    told = {"type": kind, "event_id": number(at), "room_id": ROOM, "sender": sender}
    return {**told, "origin_server_ts": BEGAN + at * 1000, "content": content, "unsigned": {"age": 5}, **more}


def said(at: int, body: str, sender: str = LIN, unsigned: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A message of words."""
    also = {"unsigned": unsigned} if unsigned else {}
    return event(at, "m.room.message", {"msgtype": "m.text", "body": body, **more}, sender, **also)


def edit(at: int, of: int, body: str, sender: str = LIN) -> dict[str, Any]:
    """An event that replaces another."""
    relates = {"rel_type": "m.replace", "event_id": number(of)}
    return said(
        at, f"* {body}", sender, **{"m.new_content": {"msgtype": "m.text", "body": body}, "m.relates_to": relates}
    )


def shared(at: int, name: str, size: int, kind: str = "m.image", **more: Any) -> dict[str, Any]:
    """A file."""
    info = {"mimetype": "image/png", "size": size}
    return event(
        at, "m.room.message", {"msgtype": kind, "body": name, "url": f"mxc://a.example/{at}", "info": info, **more}
    )


def rule(at: int, kind: str, value: str) -> dict[str, Any]:
    """Who may join, or read."""
    name = {"join_rules": "join_rule", "history_visibility": "history_visibility"}[kind]
    return event(at, f"m.room.{kind}", {name: value}, state_key="")


OPEN = (rule(-9, "join_rules", "public"), rule(-8, "history_visibility", "world_readable"))


def export(*messages: dict[str, Any]) -> bytes:
    """The file."""
    about = {"room_name": "校舍名单", "room_creator": "林", "topic": 'of {"messages": []}', "export_date": "11/23/2026",
             "exported_by": "林"}  # fmt: skip
    return json.dumps({**about, "messages": list(messages)}, ensure_ascii=False, indent=2).encode()
