#!/bin/sh
# What: telegram-export-md 0.4.1 (PyPI), 'Telegram Desktop export' (result.json) made into Markdown
# Guess: it reads the two forms in which that program gives chats out: one chat (name and messages at the top), and all of
#   an account (under chats, list).
# Does: neither. It wants a list under 'chats', which only its own command 'fetch' writes. Of one chat it says 'no chats
#   matched', as of a name that was not found, and asks in its help for just such an export; of an account it ends with a
#   Python error. The same messages put under "chats": […] are read well, so that its own tests pass.
# Seen: one chat: 'error: no chats matched', 1; an account: AttributeError; {"chats": [chat]}: one file
# Source: Telegram Desktop, Export chat history (result.json of a chat; of Settings, Advanced, Export: chats.list).
# Instead: wrap it: {"chats": [<result.json>]} for one chat, {"chats": <result.json>.chats.list} for an account.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq telegram-export-md==0.4.1 || exit 2

mkdir one all own
chat='{"name": "Witnesses", "type": "private_group", "id": 1, "messages": [{"id": 1, "type": "message",
 "date": "2024-06-04T10:00:00", "date_unixtime": "1717495200", "from": "An", "from_id": "user1",
 "text": "They came.", "text_entities": [{"type": "plain", "text": "They came."}]}]}'
echo "$chat" > one/result.json
echo "{\"about\": \"\", \"chats\": {\"about\": \"\", \"list\": [$chat]}}" > all/result.json
echo "{\"chats\": [$chat]}" > own/result.json
for form in one all own; do
  venv/bin/tg-export-md "$form" -o "$form/made" > "$form/log" 2>&1 || true
  echo "$form: $(tail -n 1 "$form/log")"
done
grep -q 'no chats matched' one/log || { echo 'changed: one chat'; exit 1; }
grep -q 'AttributeError' all/log || { echo 'changed: all of an account'; exit 1; }
grep -q 'They came' own/made/Witnesses.md || { echo 'changed: a list under chats'; exit 1; }
