#!/bin/sh
# What: matrix-nio 0.26.0 (PyPI), on what a member of a room of Matrix took back
# Guess: a redaction is an event of its own kind that says which message is gone, in rooms of every version.
# Does: in rooms of version 11 and later (what servers make today) the event itself says it in its content; a copy outside
#   is only a server's courtesy. Without that copy it is a BadEvent, which names no message: the words stay.
# Seen: version 10: RedactionEvent $1; version 11: BadEvent None
# Source: Matrix, room version 11 ('Redactions': redacts moves into content), and client-server API, m.room.redaction
#   ('redacts' outside is required in rooms before 11, and for them alone)
# Instead: look for 'redacts' in both places of the event's own JSON, and take a message with unsigned.redacted_because
#   for gone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq matrix-nio==0.26.0 || exit 2
venv/bin/python - <<'END'
import logging
import sys

from nio import Event

logging.disable(logging.CRITICAL)
seen = []
for where in ({"redacts": "$1", "content": {}}, {"content": {"redacts": "$1"}}):
    read = Event.parse_event({
        "type": "m.room.redaction", "event_id": "$2", "room_id": "!r:a.example", "sender": "@lin:a.example",
        "origin_server_ts": 1368340080000, "unsigned": {}, **where,
    })
    seen.append((type(read).__name__, getattr(read, "redacts", None)))
print(*seen, sep="\n")
if seen != [("RedactionEvent", "$1"), ("BadEvent", None)]:
    print("changed: it tells what was taken back")
    sys.exit(1)
END
