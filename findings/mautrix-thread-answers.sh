#!/bin/sh
# What: mautrix 0.21.1 (PyPI), of a message in a thread of Matrix: whom does it answer?
# Guess: get_reply_to() gives the message that somebody answered, None if they answered none.
# Does: in a thread it gives the last message before, also where the event says that this is a stand-in for programs without
#   threads (is_falling_back) and no answer. Who draws a conversation by it has people answer whoever happened to speak last.
# Seen: stand-in: answers $5, thread $1; real answer: answers $5, thread $1 – the same
# Source: Matrix client-server API, 'Fallback for unthreaded clients' (is_falling_back: clients that know threads ignore the
#   relation m.in_reply_to)
# Instead: if content.relates_to.is_falling_back, it answers the thread's root, or nobody.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq mautrix==0.21.1 || exit 2
venv/bin/python - <<'END'
import sys

from mautrix.types import Event

seen = []
for stand_in in (True, False):
    relates = {"rel_type": "m.thread", "event_id": "$1", "is_falling_back": stand_in, "m.in_reply_to": {"event_id": "$5"}}
    event = Event.deserialize({
        "type": "m.room.message", "event_id": "$6", "room_id": "!r:a.example", "sender": "@lin:a.example",
        "origin_server_ts": 1368340080000, "unsigned": {},
        "content": {"msgtype": "m.text", "body": "no", "m.relates_to": relates},
    })
    seen.append((event.content.get_reply_to(), event.content.get_thread_parent(), event.content.relates_to.is_falling_back))
print(*seen, sep="\n")
if seen != [("$5", "$1", True), ("$5", "$1", False)]:
    print("changed: a stand-in is no answer")
    sys.exit(1)
END
