"""Events of Nostr, as programs and relays give them out; their signatures are of the form alone."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

LIN, WANG = "7e" * 32, "5a" * 32
BEGAN = 1368340080  #: 12 May 2013, 06:28
Event = dict[str, Any]


def event(content: str, kind: int = 1, *tags: Sequence[str], at: int = 0, key: str = LIN, **more: Any) -> Event:
    """An event, *at* seconds after :data:`BEGAN`, under the number that is its own."""
    said = [0, key, BEGAN + at, kind, [list(each) for each in tags], content]
    number = hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
    made = {"id": number, "pubkey": key, "created_at": BEGAN + at, "kind": kind, "tags": said[4], "content": content}
    return {**made, "sig": "ab" * 64, **more}


def profile(name: str, at: int = 0, key: str = LIN) -> Event:
    """What somebody is called."""
    return event(json.dumps({"name": name, "about": "x"}, ensure_ascii=False), 0, at=at, key=key)


def article(words: str, at: int = 0, *tags: Sequence[str], key: str = LIN) -> Event:
    """What is written anew under one name."""
    return event(words, 30023, ["d", "list"], ["title", "名单"], ["published_at", str(BEGAN)], *tags, at=at, key=key)


def lines(*events: Any) -> bytes:
    """A file of them; surrogates stay as they are."""
    return b"".join(json.dumps(each, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for each in events)
