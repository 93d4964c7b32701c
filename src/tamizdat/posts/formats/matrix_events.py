"""What events of a room of Matrix tell beside the words: for whom a message was, and whose accounts its bytes name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members

RULES: Final = ("m.room.join_rules", "m.room.history_visibility")  #: who may join, who may read
NAMES: Final = ("join_rule", "history_visibility")  #: where these say it
ACCOUNT: Final = re.compile(r"@[^\s/?#%:@<>()\"']{1,254}:[\w.\[\]-]{1,254}(?<![.])")  #: one that stands in words


def sent(event: JsonValue) -> int | None:
    """Return when an event was sent, in milliseconds since 1970; None if it does not tell."""
    said = members.at(event, "origin_server_ts")
    return said if type(said) is int and said > 0 else None


def is_rule(event: JsonValue) -> bool:
    """Tell whether an event says who may join a room, or read it."""
    return members.text(event, "type") in RULES and members.text(event, "state_key") == ""


def audience(rules: Sequence[JsonValue]) -> str:
    """Return for whom it was, by the least open of the room's *rules*."""
    joins, reads = (
        {members.text(each, "content", name) for each in rules if members.text(each, "type") == kind}
        for kind, name in zip(RULES, NAMES, strict=True)
    )
    if joins != {"public"}:
        return "direct"
    return "public" if reads == {"world_readable"} else "followers"


def strangers(values: JsonValue, shown: str) -> Iterator[str]:
    """Yield "people" if a value names an account that is not *shown*: who is mentioned or answered, who made a rule."""
    left = [values]
    while left:
        value = left.pop()
        if isinstance(value, str) and any(each not in shown for each in ACCOUNT.findall(unquote(value))):
            yield "people"
            return
        left += value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
