#!/bin/sh
# What: matrix-nio 0.26.0 (PyPI), events of a room of Matrix as bots and archivers read them
# Guess: RoomMessageText.body is what somebody wrote; what they changed later is their text; a picture is called by its name.
# Does: an edit is one more message whose body is a stand-in that begins with '* '; the new text is in 'source' alone. Before
#   an answer stand the words of whoever is answered, in the body of who answers. Of a picture with words below it the body is
#   these words, and its name is nowhere.
# Seen: edit '* five years'; answer '> <@wang:b.example> it is not so\n\nit is'; picture 'three of us' and no 'filename'
# Source: Matrix client-server API, 'Event replacements' (m.new_content; the fallback is for clients that do not know edits), 'Rich
#   replies' (fallback, written until v1.13) and 'm.image' (filename, since v1.10: then body is a caption)
# Instead: read event.source["content"]: m.new_content of what has m.replace (and the same sender); cut lines of '> <@…>' of
#   what has m.in_reply_to; filename before body.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq matrix-nio==0.26.0 || exit 2
venv/bin/python - <<'END'
import sys

from nio import Event


def read(**content):
    made = {"type": "m.room.message", "event_id": "$2", "room_id": "!r:a.example", "sender": "@lin:a.example"}
    return Event.parse_event({**made, "origin_server_ts": 1368340080000, "unsigned": {}, "content": content})


edit = read(
    msgtype="m.text", body="* five years", **{"m.new_content": {"msgtype": "m.text", "body": "five years"}},
    **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}},
)
answer = read(
    msgtype="m.text", body="> <@wang:b.example> it is not so\n\nit is", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}
)
picture = read(msgtype="m.image", body="three of us", filename="wall.png", url="mxc://a.example/1", info={})
seen = [type(edit).__name__, edit.body, answer.body, picture.body, sorted(name for name in vars(picture) if "file" in name)]
expected = ["RoomMessageText", "* five years", "> <@wang:b.example> it is not so\n\nit is", "three of us", []]
print(*map(repr, seen), sep="\n")
if seen != expected:
    print("changed: the bodies are what was meant")
    sys.exit(1)
END
