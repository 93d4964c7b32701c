#!/bin/sh
# What: tg-parser 1.2.0 (PyPI), chats and channels given out by Telegram's program (result.json) as Markdown, CSV or
#   JSON
# Guess: what it has no form for is at least named ('place', 'poll'); its own JSON, made to be worked on further,
#   loses nothing.
# Does: a place, a poll and a contact are text messages without text, in all forms, JSON too; so are the address
#   behind a linked word, the stroke through a struck-out one and the mark that a message was edited: none of them is
#   anywhere in what is written. The count of messages is right, and nothing is reported. A file that was not given
#   out has as its path the sentence in which Telegram says so.
# Seen: {"id": 2, "text": "", "message_type": "text", "attachments": []} for a place; 'He said two three', of which
#   'two' was struck out
# Source: Telegram's export of chats in JSON, fields location_information, poll, contact_information, edited, and
#   text_entities (href, strikethrough); tg-parser's README does not say what is left out.
# Instead: read result.json itself and count what has neither text nor file; keep the export beside whatever is made
#   of it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq tg-parser==1.2.0 || exit 2

venv/bin/python - <<'END'
import json, pathlib, subprocess, sys

said = [
    {"type": "plain", "text": "He said "}, {"type": "strikethrough", "text": "two"}, {"type": "plain", "text": " three, "},
    {"type": "text_link", "text": "here", "href": "https://example.org/report"},
]
kinds = [
    {"text": said, "text_entities": said, "edited": "2024-07-08T00:00:00", "edited_unixtime": "1720396800"},
    {"location_information": {"latitude": 29.6502, "longitude": 91.1101}},
    {"poll": {"question": "Who was there?", "closed": True, "total_voters": 3, "answers": [{"text": "yes", "voters": 3, "chosen": False}]}},
    {"contact_information": {"first_name": "Dolma", "last_name": "", "phone_number": "+000000"}},
]
messages = [
    {"id": number, "type": "message", "date": f"2024-06-04T12:0{number}:00", "date_unixtime": str(1717502400 + 60 * number),
     "from": "A", "from_id": "user1", "text": "", "text_entities": []} | kind
    for number, kind in enumerate(kinds, 1)
]
with open("result.json", "w") as file:
    json.dump({"name": "C", "type": "private_group", "id": 1, "messages": messages}, file)
LOST = ("29.65", "Who was there?", "Dolma", "+000000", "https://example.org/report", "~~", "2024-07-08", "dited")
for form in ("markdown", "kb", "csv", "json"):
    subprocess.run(["venv/bin/tg-parser", "parse", "result.json", "-o", form, "-f", form], capture_output=True, check=True)
    text = "".join(one.read_text() for one in pathlib.Path(form).rglob("*") if one.is_file())
    there = [word for word in LOST if word in text]
    print(form, "three" in text, there)
    if "three" not in text or there:
        sys.exit(f"changed: {form} has {there}")
made = json.loads(next(pathlib.Path("json").glob("*.json")).read_text())["messages"]
print(made[0]["text"], [(one["id"], one["text"], one["message_type"]) for one in made[1:]])
if made[0]["text"] != "He said two three, here" or [one["text"] for one in made[1:]] != ["", "", ""]:
    sys.exit(f"changed: {made}")
END
